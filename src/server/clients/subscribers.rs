//! How many read a feed: what aggregators say of their subscribers, and how many clients come
//! themselves. Nothing that could name anybody is kept: a direct client is a hash with a salt that is
//! made anew every day and told to nobody.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::mem;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};

use super::address::network;
use super::distinct::Distinct;
use crate::catalog::ScopeKey;
use crate::metrics::Subscribers;

/// How many feeds are counted on a day, and how many aggregators of each: more than there are, unless
/// somebody makes them up.
const FEEDS: usize = 10_000;
const AGGREGATORS: usize = 64;
/// The longest name of an aggregator or feed id that is kept.
const LONGEST_NAME: usize = 48;

/// The readers of all feeds, today and yesterday.
#[derive(Default)]
pub(crate) struct Audience {
    days: Mutex<Days>,
}

#[derive(Default)]
struct Days {
    /// Days since 1970, in UTC.
    day: i64,
    salt: RandomState,
    today: HashMap<ScopeKey, Readers>,
    yesterday: Vec<(ScopeKey, Totals)>,
}

#[derive(Default)]
struct Readers {
    /// The most subscribers that an aggregator named, by its name and its id for the feed.
    aggregators: HashMap<(Box<str>, Box<str>), u32>,
    direct: Distinct,
}

/// The readers of a feed on a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    /// Through aggregators, as these say.
    pub(crate) subscribers: u64,
    /// Clients that came themselves.
    pub(crate) direct: u64,
}

impl Readers {
    fn totals(&self) -> Totals {
        Totals {
            subscribers: self.aggregators.values().map(|count| u64::from(*count)).sum(),
            direct: self.direct.count(),
        }
    }
}

impl Audience {
    /// Takes note of a poll of a feed.
    pub(crate) fn note(&self, feed: &ScopeKey, client: Option<IpAddr>, user_agent: &str, now: DateTime<Utc>) {
        let aggregator = Aggregator::of(user_agent);
        let mut days = self.days.lock().unwrap_or_else(PoisonError::into_inner);
        days.turn(now);
        let hash = days.salt.hash_one((client.map(network), user_agent));
        if !days.today.contains_key(feed) {
            if days.today.len() >= FEEDS {
                return;
            }
            days.today.insert(feed.clone(), Readers::default());
        }
        let Some(readers) = days.today.get_mut(feed) else {
            return;
        };
        match aggregator {
            None => readers.direct.insert(hash),
            Some(Aggregator {
                name,
                id,
                subscribers,
            }) => {
                let key = (name.into(), id.into());
                if let Some(most) = readers.aggregators.get_mut(&key) {
                    *most = subscribers.max(*most);
                } else if readers.aggregators.len() < AGGREGATORS {
                    readers.aggregators.insert(key, subscribers);
                }
            }
        }
    }

    /// The readers of each feed, for the metrics.
    pub(crate) fn totals(&self, now: DateTime<Utc>) -> Vec<Subscribers> {
        let mut days = self.days.lock().unwrap_or_else(PoisonError::into_inner);
        days.turn(now);
        let figures = |key: &ScopeKey, day, totals: Totals| Subscribers {
            feed: label(key),
            day,
            aggregated: totals.subscribers,
            direct: totals.direct,
        };
        let today = days
            .today
            .iter()
            .map(|(key, readers)| figures(key, "today", readers.totals()));
        let yesterday = days
            .yesterday
            .iter()
            .map(|(key, totals)| figures(key, "yesterday", *totals));
        today.chain(yesterday).collect()
    }
}

impl Days {
    /// Begins a new day if there is one, with a new salt. A clock that was set back changes nothing.
    fn turn(&mut self, now: DateTime<Utc>) {
        let day = now.timestamp().div_euclid(24 * 60 * 60);
        if day <= self.day {
            return;
        }
        let ended = mem::take(&mut self.today);
        self.yesterday = if day == self.day + 1 {
            ended
                .into_iter()
                .map(|(key, readers)| (key, readers.totals()))
                .collect()
        } else {
            Vec::new()
        };
        self.day = day;
        self.salt = RandomState::new();
    }
}

/// A feed's name in the metrics: `site`, `category/news`.
fn label(key: &ScopeKey) -> String {
    if key.slug.is_empty() {
        key.kind.name().to_owned()
    } else {
        format!("{}/{}", key.kind.name(), key.slug)
    }
}

/// What an aggregator says of itself: `Feedbin feed-id:1373711 - 142 subscribers`.
#[derive(Debug, PartialEq, Eq)]
struct Aggregator<'a> {
    name: &'a str,
    id: &'a str,
    subscribers: u32,
}

impl<'a> Aggregator<'a> {
    /// Reads a User-Agent; `None` for that of a client which reads for itself.
    fn of(user_agent: &'a str) -> Option<Self> {
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
    use chrono::TimeDelta;
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

    #[test]
    fn the_most_that_each_aggregator_says_counts_and_each_client_once_a_day() {
        let audience = Audience::default();
        let now = Utc::now();
        let poll = |client: &str, user_agent: &str, now| {
            audience.note(&ScopeKey::site(), Some(client.parse().unwrap()), user_agent, now);
        };
        for _ in 0..3 {
            poll("192.0.2.1", "Feedbin feed-id:1 - 10 subscribers", now);
            poll("192.0.2.2", "Feedbin feed-id:1 - 12 subscribers", now);
            poll("192.0.2.2", "Feedbin feed-id:2 - 3 subscribers", now);
            poll("192.0.2.3", "newsboat/2.21", now);
            poll("192.0.2.3", "Liferea/1.14", now);
            poll("192.0.2.4", "newsboat/2.21", now);
        }
        let expected = |day| Subscribers {
            feed: "site".into(),
            day,
            aggregated: 15,
            direct: 3,
        };
        assert_eq!(audience.totals(now), [expected("today")]);
        let tomorrow = now + TimeDelta::days(1);
        assert_eq!(audience.totals(tomorrow), [expected("yesterday")]);
        assert_eq!(audience.totals(now), [expected("yesterday")], "a clock set back");
        assert_eq!(audience.totals(tomorrow + TimeDelta::days(2)), []);
    }

    #[test]
    fn no_number_of_made_up_feeds_and_aggregators_takes_more_than_a_bounded_memory() {
        let audience = Audience::default();
        for number in 0..1000 {
            let user_agent = format!("made-up-{number} - 5 subscribers");
            audience.note(&ScopeKey::site(), None, &user_agent, Utc::now());
        }
        assert_eq!(audience.totals(Utc::now())[0].aggregated, 5 * AGGREGATORS as u64);
    }

    proptest! {
        #[test]
        fn no_user_agent_makes_the_reader_panic(text in "\\PC{0,80}|feed-id.{0,9}") {
            Aggregator::of(&text);
        }
    }
}
