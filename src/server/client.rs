//! Who sent a request. Pure.

use std::net::{IpAddr, SocketAddr};

use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};

use crate::config::Network;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// More hops than any chain of proxies has.
const MOST_HOPS: usize = 16;

/// The address of the client behind a request: the peer's own, or the one that trusted peers say they
/// speak for, in Forwarded (RFC 7239) or X-Forwarded-For. A peer without an address is on a Unix socket,
/// whose file decides who may connect, and so is trusted. `None` if nobody says.
pub(super) fn address(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &[Network]) -> Option<IpAddr> {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    if peer.is_some_and(|peer| !is_trusted(peer)) {
        return peer;
    }
    let forwarded = first_untrusted(lines(headers, header::FORWARDED), forwarded_for, &is_trusted);
    let x_forwarded = first_untrusted(lines(headers, X_FORWARDED_FOR), node, &is_trusted);
    match (forwarded, x_forwarded) {
        // A proxy writes one and hands on what a client wrote into the other: nobody knows which.
        (Some(one), Some(other)) if one != other => peer,
        (one, other) => one.or(other).or(peer),
    }
}

/// The members of all lines of a header, last first: each hop adds itself at the end.
fn lines(headers: &HeaderMap, name: HeaderName) -> Vec<&[u8]> {
    let lines = headers.get_all(name).map(HeaderValue::as_bytes);
    let mut members: Vec<&[u8]> = lines
        .flat_map(|line| line.split(|byte| *byte == b','))
        .map(<[u8]>::trim_ascii)
        .collect();
    members.reverse();
    members
}

fn first_untrusted(
    members: Vec<&[u8]>,
    read: fn(&[u8]) -> Option<IpAddr>,
    is_trusted: &dyn Fn(IpAddr) -> bool,
) -> Option<IpAddr> {
    let mut last = None;
    for member in members.into_iter().take(MOST_HOPS) {
        // What can't be read was not written by a proxy of ours, nor was anything before it.
        let Some(address) = read(member) else {
            return last;
        };
        last = Some(address);
        if !is_trusted(address) {
            break;
        }
    }
    last
}

/// The `for` parameter of a Forwarded element.
fn forwarded_for(element: &[u8]) -> Option<IpAddr> {
    element.split(|byte| *byte == b';').find_map(|pair| {
        let (key, value) = pair.trim_ascii().split_at_checked(4)?;
        key.eq_ignore_ascii_case(b"for=").then(|| node(value))?
    })
}

/// An address, with or without quotes, brackets and a port.
fn node(text: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(text).ok()?.trim_matches('"');
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    bare.parse()
        .or_else(|_| text.parse::<SocketAddr>().map(|address| address.ip()))
        .ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_a_trusted_peer_is_believed_about_whom_it_speaks_for() {
        let trusted = [Network::parse("10.0.0.0/8").unwrap()];
        for (peer, forwarded, x_forwarded, expected) in [
            (Some("192.0.2.1"), None, Some("198.51.100.7"), Some("192.0.2.1")),
            (Some("10.0.0.1"), None, Some("198.51.100.7"), Some("198.51.100.7")),
            // What stands before the first address that is not ours, the client wrote itself.
            (
                Some("10.0.0.1"),
                None,
                Some("203.0.113.9, 198.51.100.7, 10.0.0.2"),
                Some("198.51.100.7"),
            ),
            (
                Some("10.0.0.1"),
                None,
                Some("rubbish, 10.0.0.2"),
                Some("10.0.0.2"),
            ),
            (Some("10.0.0.1"), None, None, Some("10.0.0.1")),
            (
                Some("10.0.0.1"),
                Some("for=198.51.100.7;proto=https"),
                None,
                Some("198.51.100.7"),
            ),
            (
                Some("10.0.0.1"),
                Some("For=\"[2001:db8::7]:4711\""),
                None,
                Some("2001:db8::7"),
            ),
            (
                Some("10.0.0.1"),
                Some("for=203.0.113.9"),
                Some("198.51.100.7"),
                Some("10.0.0.1"),
            ),
            (None, None, Some("198.51.100.7"), Some("198.51.100.7")),
            (None, None, None, None),
        ] {
            let mut headers = HeaderMap::new();
            for (name, value) in [(header::FORWARDED, forwarded), (X_FORWARDED_FOR, x_forwarded)] {
                if let Some(value) = value {
                    headers.append(name, HeaderValue::from_static(value));
                }
            }
            let peer = peer.map(|peer| peer.parse().unwrap());
            let expected = expected.map(|expected| expected.parse().unwrap());
            assert_eq!(
                address(peer, &headers, &trusted),
                expected,
                "{forwarded:?} {x_forwarded:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_readers_panic(text in prop::collection::vec(any::<u8>(), 0..60)) {
            let _ = (node(&text), forwarded_for(&text));
        }
    }
}
