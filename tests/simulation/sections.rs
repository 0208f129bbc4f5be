//! Sections' files: what they hand down to the posts below them, by a reckoning of the test's own.

use std::fmt::Write;

use super::random::Random;
use super::text::{self, Mark, Meaning, Text};

/// The files whose content is a section's.
pub(crate) const SECTIONS: [&str; 5] = [
    "_index.md",
    "news/_index.md",
    "news/2024/_index.md",
    "archive/_index.md",
    "culture/_index.md",
];

/// What a section hands down. Moments are in seconds after the start.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Handed {
    pub(crate) draft: Option<bool>,
    pub(crate) publish: Option<i64>,
    pub(crate) expiry: Option<i64>,
    /// Tags and authors, which decide nothing of what is public.
    more: String,
}

/// Whether a file is a section's: the records of authors have the same name.
pub(crate) fn is_section(path: &str) -> bool {
    let mut parts = path.rsplit('/');
    parts.next() == Some("_index.md") && parts.nth(1) != Some("authors")
}

pub(crate) fn any(random: &mut Random, number: usize) -> Text {
    let optional = |random: &mut Random| random.percent(20).then(|| *random.pick(&text::DATES));
    let mut handed = Handed {
        draft: random.percent(40).then(|| random.percent(70)),
        publish: optional(random),
        expiry: optional(random),
        more: String::new(),
    };
    if random.percent(40) {
        writeln!(handed.more, "  tags: [handed{}]", random.below(3)).unwrap();
    }
    if random.percent(20) {
        writeln!(handed.more, "  lastmod: 2024-05-31\n  images: [x.png]").unwrap();
    }
    // Some change what they say of themselves alone.
    handed.text(&format!("title: S{}\ndraft: true\n", number % 3))
}

impl Handed {
    fn text(&self, own: &str) -> Text {
        let mut cascade = self.more.clone();
        let mut line = |key: &str, value: Option<String>| {
            if let Some(value) = value {
                writeln!(cascade, "  {key}: {value}").unwrap();
            }
        };
        let moment = |at: i64| format!("'{}'", text::when(at).to_rfc3339());
        line("draft", self.draft.map(|draft| draft.to_string()));
        line("publishDate", self.publish.map(moment));
        line("expiryDate", self.expiry.map(moment));
        let cascade = if cascade.is_empty() {
            String::new()
        } else {
            format!("cascade:\n{cascade}")
        };
        Text {
            bytes: format!("---\n{own}{cascade}---\n").into(),
            meaning: Meaning::Section(self.clone()),
        }
    }

    /// What nearer sections say counts.
    pub(crate) fn or(&self, farther: &Handed) -> Handed {
        Handed {
            draft: self.draft.or(farther.draft),
            publish: self.publish.or(farther.publish),
            expiry: self.expiry.or(farther.expiry),
            more: String::new(),
        }
    }
}

/// A good text that means what a broken section means: what it said last, but for what can still be made out.
pub(crate) fn broken(last: Option<&Text>, mark: Mark) -> Option<Text> {
    let mut handed = match last.map(|text| &text.meaning) {
        Some(Meaning::Section(handed)) => handed.clone(),
        _ => Handed::default(),
    };
    match mark {
        Mark::Nothing => return last.cloned(),
        Mark::Draft => handed.draft = Some(true),
        Mark::Expires(at) => handed.expiry = Some(at),
    }
    Some(handed.text(""))
}
