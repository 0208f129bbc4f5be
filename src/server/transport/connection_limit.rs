//! Limits the connections of one peer, so that others can connect, too.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use crate::server::clients::address::network;

/// A peer may have one in so many of all connections.
const SHARE: usize = 4;
/// A peer may have so many in any case: a proxy in front is one peer.
const LEAST: usize = 64;

/// Counts the connections of each peer.
pub(crate) struct ConnectionLimit {
    most: usize,
    peers: Mutex<HashMap<IpAddr, usize>>,
}

/// One connection of a peer. Dropped, it allows the peer another.
pub(crate) struct Permit {
    limit: Arc<ConnectionLimit>,
    peer: IpAddr,
}

impl ConnectionLimit {
    /// For so many connections in all.
    pub(crate) fn new(connections: usize) -> Self {
        ConnectionLimit {
            most: (connections / SHARE).max(LEAST),
            peers: Mutex::default(),
        }
    }

    /// Allows a connection, unless the peer has too many.
    pub(crate) fn admit(self: &Arc<Self>, peer: IpAddr) -> Option<Permit> {
        let peer = network(peer);
        let mut peers = self.peers.lock().unwrap_or_else(PoisonError::into_inner);
        let count = peers.entry(peer).or_insert(0);
        if *count >= self.most {
            return None;
        }
        *count += 1;
        let limit = Arc::clone(self);
        Some(Permit { limit, peer })
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut peers = self.limit.peers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = peers.get_mut(&self.peer) {
            *count -= 1;
            if *count == 0 {
                peers.remove(&self.peer);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_ipv6_subscriber_is_one_peer() {
        let limit = Arc::new(ConnectionLimit::new(0));
        let address = |number: u128, network: u128| {
            let bits = (0x2001_0db8 << 96) | (network << 64) | number;
            IpAddr::V6(bits.into())
        };
        let permits: Vec<_> = (1..=64)
            .map(|number| limit.admit(address(number, 1)).unwrap())
            .collect();
        assert!(limit.admit(address(65, 1)).is_none());
        assert!(limit.admit(address(1, 2)).is_some());
        drop(permits);
        assert!(limit.peers.lock().unwrap().is_empty());
    }

    #[test]
    fn one_peer_never_takes_the_connections_of_all() {
        let limit = Arc::new(ConnectionLimit::new(400));
        let (one, other) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        let mut permits: Vec<_> = (0..100).map(|_| limit.admit(one).unwrap()).collect();
        assert!(limit.admit(one).is_none());
        assert!(limit.admit(other).is_some());
        permits.pop();
        permits.push(limit.admit(one).unwrap());
        drop(permits);
        assert!(
            limit.peers.lock().unwrap().is_empty(),
            "nothing is kept of who left"
        );
    }
}
