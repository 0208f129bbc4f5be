//! Whether a file that can't be read as a whole still says, on some line, that it is not for the
//! public. If it does, its last good version must go too: drafts never leak.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::{date, field};

/// What the lines of a broken file say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Withdrawal {
    /// It is a draft, or not published.
    pub unpublished: bool,
    /// It is public until this moment.
    pub expires: Option<DateTime<Utc>>,
}

impl Withdrawal {
    /// Looks at every line that could be front matter, one by one.
    pub fn read(text: &str, zone: Tz) -> Self {
        let mut withdrawal = Withdrawal::default();
        for line in text.lines().take(2_000) {
            let Some((key, value)) = line.split_once([':', '=']) else {
                continue;
            };
            let bare = |text: &str| {
                text.trim_matches(|c: char| c.is_whitespace() || "\"',{}".contains(c))
                    .to_owned()
            };
            let (key, value) = (bare(key).to_ascii_lowercase(), bare(value));
            match key.as_str() {
                // Anything but a plain “no” counts: better a post too few than a draft too many.
                "draft" => withdrawal.unpublished |= field::truth_of(&value) != Some(false),
                "published" => withdrawal.unpublished |= field::truth_of(&value) == Some(false),
                "status" => {
                    let withheld = ["draft", "hidden", "skip"];
                    withdrawal.unpublished |= withheld.iter().any(|known| value.eq_ignore_ascii_case(known));
                }
                "unlisted" => withdrawal.unpublished |= field::truth_of(&value) == Some(true),
                "expirydate" => withdrawal.expires = date::parse(&value, zone).map(|date| date.to_utc()),
                _ => {}
            }
        }
        withdrawal
    }

    /// Whether the post must not be shown at a moment.
    pub fn applies(&self, moment: DateTime<Utc>) -> bool {
        self.unpublished || self.expires.is_some_and(|expires| expires <= moment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_says_draft_unpublished_or_expired_withdraws_a_broken_file() {
        let moment = "2024-05-31T00:00:00Z".parse().unwrap();
        for (line, applies) in [
            ("draft: true", true),
            ("draft = true", true),
            ("  \"draft\": true,", true),
            ("Draft: yes please", true),
            ("draft: false", false),
            ("published: false", true),
            ("published: 2019-01-01", false),
            ("Status: hidden", true),
            ("unlisted: true", true),
            ("expiryDate: 2024-01-01", true),
            ("expiryDate: 2025-01-01", false),
            ("title: my draft: true story", false),
        ] {
            let text = format!("---\ntitle: a: b\n{line}\n---\nbody");
            assert_eq!(
                Withdrawal::read(&text, Tz::UTC).applies(moment),
                applies,
                "{line}"
            );
        }
    }
}
