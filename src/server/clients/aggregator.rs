//! Aggregators, which poll a feed for many subscribers and say in their User-Agent for how many. Pure.

/// The longest name or feed id that is kept, in bytes.
const LONGEST_NAME: usize = 48;

/// What an aggregator says: `Feedbin feed-id:1373711 - 142 subscribers`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Aggregator<'a> {
    pub(super) name: &'a str,
    /// Its id for the feed, or nothing.
    pub(super) id: &'a str,
    pub(super) subscribers: u32,
}

impl<'a> Aggregator<'a> {
    /// Parses a User-Agent; `None` for a client that is no aggregator.
    pub(super) fn of(user_agent: &'a str) -> Option<Self> {
        let is_between = |c: char| c.is_whitespace() || "();,".contains(c);
        let mut words = user_agent.split(is_between).filter(|word| !word.is_empty());
        let name = words.clone().next()?;
        let name = name.split('/').next().unwrap_or(name);
        let mut id = "";
        let mut subscribers = None;
        let mut number = None;
        for word in &mut words {
            let lower = word.get(..7).unwrap_or(word).to_ascii_lowercase();
            if let Some(rest) = lower.starts_with("feed-id").then(|| &word[7..]) {
                id = rest.trim_start_matches([':', '=']);
            }
            let is_unit = ["subscri", "reader", "readers", "user", "users"].contains(&&*lower);
            if let Some(number) = number.filter(|_| is_unit) {
                subscribers = Some(number);
            }
            number = word.parse().ok();
        }
        Some(Aggregator {
            name: cut(name),
            id: cut(id),
            subscribers: subscribers?,
        })
    }
}

fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(LONGEST_NAME)]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn aggregators_say_how_many_they_read_for() {
        for (user_agent, expected) in [
            (
                "Feedbin feed-id:1373711 - 142 subscribers",
                Some(("Feedbin", "1373711", 142)),
            ),
            (
                "Feedly/1.0 (+http://www.feedly.com/fetcher.html; 1 subscribers; like FeedFetcher-Google)",
                Some(("Feedly", "", 1)),
            ),
            (
                "Feedfetcher-Google; (+http://www.google.com/feedfetcher.html; 16 subscribers; feed-id=17451871)",
                Some(("Feedfetcher-Google", "17451871", 16)),
            ),
            ("inoreader.com (7 users)", Some(("inoreader.com", "", 7))),
            ("newsboat/2.21 (Linux x86_64)", None),
            (
                "Mozilla/5.0 (compatible; Miniflux/2.2; +https://miniflux.app)",
                None,
            ),
            ("99999999999999999999 subscribers", None),
            ("subscribers", None),
            ("", None),
        ] {
            let expected = expected.map(|(name, id, subscribers)| Aggregator {
                name,
                id,
                subscribers,
            });
            assert_eq!(Aggregator::of(user_agent), expected, "{user_agent}");
        }
    }

    proptest! {
        #[test]
        fn no_user_agent_makes_the_reader_panic(text in "\\PC{0,80}|feed-id.{0,9}") {
            Aggregator::of(&text);
        }
    }
}
