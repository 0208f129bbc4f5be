//! Limits a client's unconditional requests.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use quick_cache::sync::Cache;

use super::address::network;

/// How many clients are remembered, those with the latest requests.
const CLIENTS: usize = 65_536;
const HOUR_IN_MILLISECONDS: u64 = 3_600_000;

/// Limits the requests of all clients by the generic cell rate algorithm: for each client it keeps the moment at which
/// the client may send all its requests at once again.
pub(crate) struct RateLimiter {
    start: Instant,
    clients: Cache<IpAddr, u64>,
    /// What one request adds to that moment, in milliseconds.
    cost: u64,
}

impl RateLimiter {
    /// Allows each client so many requests an hour, in a burst or spread out.
    pub(crate) fn new(requests_per_hour: u32) -> Self {
        RateLimiter {
            start: Instant::now(),
            clients: Cache::new(CLIENTS),
            cost: HOUR_IN_MILLISECONDS / u64::from(requests_per_hour.max(1)),
        }
    }

    /// Allows a client a request, or says how long it has to wait for the next.
    pub(crate) fn take(&self, client: IpAddr) -> Result<(), Duration> {
        self.take_at(client, self.start.elapsed())
    }

    fn take_at(&self, client: IpAddr, elapsed: Duration) -> Result<(), Duration> {
        let client = network(client);
        let now = elapsed.as_millis() as u64;
        let whole_again = self.clients.get(&client).unwrap_or(now).max(now) + self.cost;
        let too_much = whole_again.saturating_sub(now + HOUR_IN_MILLISECONDS);
        if too_much > 0 {
            return Err(Duration::from_millis(too_much));
        }
        // Two requests at the same moment may count as one: that is cheaper than a lock.
        self.clients.insert(client, whole_again);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_spent_alone_and_refills() {
        let rate_limiter = RateLimiter::new(60);
        let minute = Duration::from_mins(1);
        let (one, other) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        for _ in 0..60 {
            assert_eq!(rate_limiter.take_at(one, Duration::ZERO), Ok(()));
        }
        assert_eq!(rate_limiter.take_at(one, Duration::ZERO), Err(minute));
        assert_eq!(rate_limiter.take_at(other, Duration::ZERO), Ok(()));
        assert_eq!(rate_limiter.take_at(one, minute / 2), Err(minute / 2));
        assert_eq!(rate_limiter.take_at(one, minute), Ok(()));
        assert!(rate_limiter.take_at(one, minute).is_err());
        for _ in 0..60 {
            assert_eq!(rate_limiter.take_at(one, minute * 200), Ok(()));
        }
        assert!(
            rate_limiter.take_at(one, minute * 200).is_err(),
            "never more than whole"
        );
    }

    #[test]
    fn one_ipv6_subscriber_has_one_budget() {
        let rate_limiter = RateLimiter::new(1);
        let take = |client: &str| rate_limiter.take_at(client.parse().unwrap(), Duration::ZERO);
        assert!(take("2001:db8:0:1::1").is_ok());
        assert!(take("2001:db8:0:1:ffff::2").is_err());
        assert!(take("2001:db8:0:2::1").is_ok());
    }
}
