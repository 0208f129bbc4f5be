//! The address of the client behind a request. Pure.

use std::net::IpAddr;

use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use ipnet::IpNet;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// More hops than any chain of proxies has.
const MOST_HOPS: usize = 16;

/// The address of the client behind a request: the peer's own, or the one that trusted peers say they
/// speak for, in Forwarded (RFC 7239) or X-Forwarded-For. A peer without an address is on a Unix socket,
/// whose file decides who may connect, and so is trusted. `None` if nobody says.
pub(crate) fn address(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &[IpNet]) -> Option<IpAddr> {
    // An IPv4 address that is mapped into IPv6 counts as what it is.
    let is_trusted = |address: IpAddr| {
        let address = address.to_canonical();
        trusted.iter().any(|network| network.contains(&address))
    };
    if peer.is_some_and(|peer| !is_trusted(peer)) {
        return peer;
    }
    let forwarded = first_untrusted(
        lines(headers, header::FORWARDED, b"\""),
        forwarded_for,
        &is_trusted,
    );
    let x_forwarded = first_untrusted(lines(headers, X_FORWARDED_FOR, b""), x_forwarded_for, &is_trusted);
    match (forwarded, x_forwarded) {
        (Forwarded::Address(one), Forwarded::Absent) | (Forwarded::Absent, Forwarded::Address(one)) => {
            Some(one)
        }
        (Forwarded::Address(one), Forwarded::Address(other)) if one == other => Some(one),
        // Neither header is there, or they differ: a proxy may have set one and passed on a client's other.
        _ => peer,
    }
}

/// The network of one client: an IPv4 address, or the first 64 bits of an IPv6 address, whose other bits may differ
/// with every connection (RFC 8981).
pub(crate) fn network(client: IpAddr) -> IpAddr {
    match client.to_canonical() {
        IpAddr::V6(ip) => IpAddr::V6((ip.to_bits() >> 64 << 64).into()),
        ip @ IpAddr::V4(_) => ip,
    }
}

/// The members of all lines of a header, last first: each proxy appends one.
fn lines<'a>(headers: &'a HeaderMap, name: HeaderName, quote: &[u8]) -> Vec<&'a [u8]> {
    let lines = headers.get_all(name).map(HeaderValue::as_bytes);
    let members = lines.flat_map(|line| split(line, b',', quote));
    let mut members: Vec<&[u8]> = members.filter(|member| !member.is_empty()).collect();
    members.reverse();
    members
}

/// The parts between separators that stand outside quotes, without white space around them.
fn split<'a>(text: &'a [u8], separator: u8, quote: &[u8]) -> Vec<&'a [u8]> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    let is_separator = |byte: &u8| {
        if is_escaped {
            is_escaped = false;
        } else if is_quoted && *byte == b'\\' {
            is_escaped = true;
        } else if quote.contains(byte) {
            is_quoted = !is_quoted;
        } else {
            return *byte == separator && !is_quoted;
        }
        false
    };
    text.split(is_separator).map(<[u8]>::trim_ascii).collect()
}

/// What a proxy says of its peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Forwarded {
    Address(IpAddr),
    /// A hidden or malformed address.
    Hidden,
    /// Nothing.
    Absent,
}

/// The first address from the end that is not a trusted proxy's, or the last one that is.
fn first_untrusted(
    members: Vec<&[u8]>,
    read: fn(&[u8]) -> Forwarded,
    is_trusted: &dyn Fn(IpAddr) -> bool,
) -> Forwarded {
    let mut last = Forwarded::Absent;
    for member in members.into_iter().take(MOST_HOPS) {
        // No trusted proxy wrote what is malformed, nor anything before it.
        match (read(member), last) {
            (Forwarded::Address(address), _) if is_trusted(address) => last = Forwarded::Address(address),
            (Forwarded::Hidden | Forwarded::Absent, Forwarded::Address(_)) => return last,
            (said, _) => return said,
        }
    }
    last
}

/// The `for` parameter of a Forwarded element (RFC 7239, section 4).
fn forwarded_for(element: &[u8]) -> Forwarded {
    let parameter = split(element, b';', b"\"").into_iter().find_map(|pair| {
        let (key, value) = pair.split_at_checked(4)?;
        key.eq_ignore_ascii_case(b"for=").then_some(value)
    });
    match parameter {
        Some(value) => unquoted(value)
            .and_then(|value| node(&value))
            .map_or(Forwarded::Hidden, Forwarded::Address),
        None => Forwarded::Absent,
    }
}

/// A member of X-Forwarded-For.
fn x_forwarded_for(member: &[u8]) -> Forwarded {
    let node = str::from_utf8(member).ok().and_then(node);
    node.map_or(Forwarded::Hidden, Forwarded::Address)
}

/// A token, or what stands in a quoted string (RFC 9110, section 5.6.4).
fn unquoted(value: &[u8]) -> Option<String> {
    let text = str::from_utf8(value).ok()?;
    let Some(quoted) = text.strip_prefix('"') else {
        return Some(text.to_owned());
    };
    let mut rest = quoted.strip_suffix('"')?.chars();
    let mut plain = String::new();
    while let Some(c) = rest.next() {
        plain.push(if c == '\\' { rest.next()? } else { c });
    }
    Some(plain)
}

/// The address of a node, with or without brackets and a port, which may be hidden (RFC 7239, section 6).
fn node(text: &str) -> Option<IpAddr> {
    if let Some(bracketed) = text.strip_prefix('[') {
        let (address, port) = bracketed.split_once(']')?;
        let is_port = port.is_empty() || port.starts_with(':');
        return address.parse().ok().filter(|_| is_port).map(IpAddr::V6);
    }
    match text.split_once(':') {
        Some((address, port)) if !port.contains(':') => address.parse().ok().map(IpAddr::V4),
        _ => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    #[allow(clippy::too_many_lines)] // a table
    fn only_a_trusted_peer_is_believed_about_whom_it_speaks_for() {
        let trusted = ["10.0.0.0/8".parse().unwrap()];
        for (peer, forwarded, x_forwarded, expected) in [
            (Some("192.0.2.1"), None, Some("198.51.100.7"), Some("192.0.2.1")),
            (Some("10.0.0.1"), None, Some("198.51.100.7"), Some("198.51.100.7")),
            (
                Some("::ffff:10.0.0.1"),
                None,
                Some("198.51.100.7"),
                Some("198.51.100.7"),
            ),
            (Some("11.0.0.1"), None, Some("198.51.100.7"), Some("11.0.0.1")),
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
            // Whoever hides its client is not passed over for what that client may have written itself.
            (
                Some("10.0.0.1"),
                Some("for=_hidden"),
                Some("203.0.113.9"),
                Some("10.0.0.1"),
            ),
            (
                Some("10.0.0.1"),
                Some("for=unknown"),
                Some("203.0.113.9"),
                Some("10.0.0.1"),
            ),
            (
                Some("10.0.0.1"),
                Some("for=198.51.100.7, for=\"_x\", for=10.0.0.2"),
                Some("203.0.113.9"),
                Some("10.0.0.1"),
            ),
            (
                Some("10.0.0.1"),
                Some("for=198.51.100.7, for=_x, for=10.0.0.2"),
                None,
                Some("10.0.0.2"),
            ),
            (
                Some("10.0.0.1"),
                Some("for=198.51.100.7"),
                Some("unknown"),
                Some("10.0.0.1"),
            ),
            // One that says nothing of its client says no other.
            (
                Some("10.0.0.1"),
                Some("proto=https;by=_x"),
                Some("198.51.100.7"),
                Some("198.51.100.7"),
            ),
            (
                Some("10.0.0.1"),
                Some("by=\"a,for=203.0.113.9\";for=\"198.51.100.7:_p\""),
                None,
                Some("198.51.100.7"),
            ),
            (
                Some("10.0.0.1"),
                Some("for=\"203.0.113.9, for=198.51.100.7"),
                None,
                Some("10.0.0.1"),
            ),
            (
                Some("10.0.0.1"),
                Some("for=\"198.51.100\\.7\""),
                None,
                Some("198.51.100.7"),
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
            let _ = (x_forwarded_for(&text), forwarded_for(&text), split(&text, b',', b"\""));
        }
    }
}
