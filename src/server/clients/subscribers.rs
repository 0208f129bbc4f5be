//! Counts the subscribers of feeds. A poll is put into a bounded queue without a lock; what does not fit is dropped,
//! and the drops are counted. The queue is emptied at intervals, and before the numbers are read.

use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::daily_counts::{DailyCounts, Poll};
use crate::catalog::ScopeKey;
use crate::metrics::Subscribers;

/// How many polls may wait to be counted.
const QUEUE: usize = 8192;
/// How often the queue is emptied. With its length, up to 32,000 polls a second are counted.
pub(crate) const COUNT_INTERVAL: Duration = Duration::from_millis(250);
/// How much of a User-Agent is kept while it waits, in bytes.
const LONGEST_USER_AGENT: usize = 256;

/// Counts the subscribers of all feeds.
pub(crate) struct SubscriberCounter {
    queue: SyncSender<Poll>,
    uncounted: AtomicU64,
    counting: Mutex<Counting>,
}

/// What only the counting locks, never a poll.
struct Counting {
    polls: Receiver<Poll>,
    counts: DailyCounts,
}

impl Default for SubscriberCounter {
    fn default() -> Self {
        let (queue, polls) = sync_channel(QUEUE);
        let counts = DailyCounts::default();
        SubscriberCounter {
            queue,
            uncounted: AtomicU64::new(0),
            counting: Mutex::new(Counting { polls, counts }),
        }
    }
}

impl SubscriberCounter {
    /// Puts a poll into the queue. Takes no lock: the channel has one of its own only for waking a receiver that
    /// waits, and this receiver never does.
    pub(crate) fn note(&self, feed: &ScopeKey, client: Option<IpAddr>, user_agent: &str, now: DateTime<Utc>) {
        let end = user_agent.floor_char_boundary(LONGEST_USER_AGENT);
        let poll = Poll {
            feed: feed.clone(),
            client,
            user_agent: user_agent[..end].into(),
            at: now,
        };
        if self.queue.try_send(poll).is_err() {
            self.uncounted.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Counts the polls that wait.
    pub(crate) fn count(&self) {
        drop(self.up_to_date());
    }

    /// The subscribers of each feed, for the metrics.
    pub(crate) fn totals(&self, now: DateTime<Utc>) -> Vec<Subscribers> {
        self.up_to_date().counts.totals(now)
    }

    /// How many polls found the queue full.
    pub(crate) fn uncounted(&self) -> u64 {
        self.uncounted.load(Ordering::Relaxed)
    }

    fn up_to_date(&self) -> MutexGuard<'_, Counting> {
        let mut counting = self.counting.lock().unwrap_or_else(PoisonError::into_inner);
        let Counting { polls, counts } = &mut *counting;
        // Bounded, even if polls come as fast as they are counted.
        polls.try_iter().take(QUEUE).for_each(|poll| counts.add(poll));
        counting
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::super::daily_counts::AGGREGATORS;
    use super::*;

    #[test]
    fn the_most_that_each_aggregator_says_counts_and_each_client_once_a_day() {
        let counter = SubscriberCounter::default();
        let now = Utc::now();
        let poll = |client: &str, user_agent: &str, now| {
            counter.note(&ScopeKey::site(), Some(client.parse().unwrap()), user_agent, now);
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
        assert_eq!(counter.totals(now), [expected("today")]);
        let tomorrow = now + TimeDelta::days(1);
        assert_eq!(counter.totals(tomorrow), [expected("yesterday")]);
        assert_eq!(counter.totals(now), [expected("yesterday")], "a clock set back");
        assert_eq!(counter.totals(tomorrow + TimeDelta::days(2)), []);
    }

    #[test]
    fn no_number_of_made_up_feeds_and_aggregators_takes_more_than_a_bounded_memory() {
        let counter = SubscriberCounter::default();
        for number in 0..1000 {
            let user_agent = format!("made-up-{number} - 5 subscribers");
            counter.note(&ScopeKey::site(), None, &user_agent, Utc::now());
        }
        assert_eq!(counter.totals(Utc::now())[0].aggregated, 5 * AGGREGATORS as u64);
    }

    #[test]
    fn a_full_queue_holds_no_poll_up_and_what_was_dropped_is_counted() {
        let counter = SubscriberCounter::default();
        let now = Utc::now();
        for number in 0..QUEUE as u128 + 3 {
            let client = IpAddr::V6((number << 64).into());
            counter.note(&ScopeKey::site(), Some(client), "newsboat/2.21", now);
        }
        assert_eq!(counter.uncounted(), 3);
        let direct = counter.totals(now)[0].direct as f64;
        assert!((direct / QUEUE as f64 - 1.0).abs() < 0.08, "{direct}");
        counter.note(&ScopeKey::site(), None, "newsboat/2.21", now);
        assert_eq!(counter.uncounted(), 3, "there is room again");
    }
}
