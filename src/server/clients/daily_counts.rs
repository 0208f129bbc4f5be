//! The subscribers of each feed on a day: those that aggregators report, and direct clients. Nothing that identifies
//! a person is kept: a client is a hash with a random salt, which is replaced every day and never leaves the process.

use std::collections::HashMap;
use std::hash::RandomState;
use std::mem;
use std::net::IpAddr;

use chrono::{DateTime, Utc};
use hyperloglogplus::{HyperLogLog, HyperLogLogPlus};

use super::address::network;
use super::aggregator::Aggregator;
use crate::catalog::ScopeKey;
use crate::metrics::Subscribers;

/// How many feeds are counted on a day, and how many aggregators of each: more than there are, unless forged.
const FEEDS: usize = 10_000;
pub(super) const AGGREGATORS: usize = 64;
/// HyperLogLog++ with 2^11 registers, 2 KiB: exact up to some hundreds, then with a standard error of 2.3 %.
const PRECISION: u8 = 11;

/// Clients that can be told apart: by their network and User-Agent.
type Clients = HyperLogLogPlus<(Option<IpAddr>, Box<str>), RandomState>;

/// A request for a feed.
pub(super) struct Poll {
    pub(super) feed: ScopeKey,
    pub(super) client: Option<IpAddr>,
    pub(super) user_agent: Box<str>,
    pub(super) at: DateTime<Utc>,
}

/// The subscribers of all feeds, today and yesterday.
#[derive(Default)]
pub(super) struct DailyCounts {
    /// Days since 1970, in UTC.
    day: i64,
    salt: RandomState,
    today: HashMap<ScopeKey, FeedCounts>,
    yesterday: Vec<Subscribers>,
}

struct FeedCounts {
    /// The most subscribers that an aggregator reported, by its name and its id for the feed.
    aggregators: HashMap<(Box<str>, Box<str>), u32>,
    direct: Clients,
}

impl FeedCounts {
    fn new(salt: &RandomState) -> Self {
        #[expect(clippy::expect_used, reason = "the crate takes 4 to 18")]
        let direct = Clients::new(PRECISION, salt.clone()).expect("a precision from 4 to 18");
        FeedCounts {
            aggregators: HashMap::new(),
            direct,
        }
    }

    fn totals(&mut self, feed: &ScopeKey, day: &'static str) -> Subscribers {
        Subscribers {
            feed: feed.to_string(),
            day,
            aggregated: self.aggregators.values().map(|count| u64::from(*count)).sum(),
            direct: self.direct.count().round() as u64,
        }
    }
}

impl DailyCounts {
    /// Counts a poll.
    pub(super) fn add(&mut self, poll: Poll) {
        self.turn(poll.at);
        if !self.today.contains_key(&poll.feed) && self.today.len() >= FEEDS {
            return;
        }
        let counts = self
            .today
            .entry(poll.feed)
            .or_insert_with(|| FeedCounts::new(&self.salt));
        let Some(aggregator) = Aggregator::of(&poll.user_agent) else {
            let client = (poll.client.map(network), poll.user_agent);
            counts.direct.insert(&client);
            return;
        };
        let key = (aggregator.name.into(), aggregator.id.into());
        let is_full = counts.aggregators.len() >= AGGREGATORS;
        if !is_full || counts.aggregators.contains_key(&key) {
            let most = counts.aggregators.entry(key).or_default();
            *most = aggregator.subscribers.max(*most);
        }
    }

    /// The subscribers of each feed.
    pub(super) fn totals(&mut self, now: DateTime<Utc>) -> Vec<Subscribers> {
        self.turn(now);
        let today = self
            .today
            .iter_mut()
            .map(|(feed, counts)| counts.totals(feed, "today"));
        today.chain(self.yesterday.iter().cloned()).collect()
    }

    /// Begins a new day if one has come, with a new salt. A clock that was set back changes nothing.
    fn turn(&mut self, now: DateTime<Utc>) {
        let day = now.timestamp().div_euclid(24 * 60 * 60);
        if day <= self.day {
            return;
        }
        let ended = mem::take(&mut self.today);
        self.yesterday.clear();
        if day == self.day + 1 {
            let totals = |(feed, mut counts): (ScopeKey, FeedCounts)| counts.totals(&feed, "yesterday");
            self.yesterday.extend(ended.into_iter().map(totals));
        }
        self.day = day;
        self.salt = RandomState::new();
    }
}
