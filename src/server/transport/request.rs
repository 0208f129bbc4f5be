//! Checks of a request that do not depend on what it asks for. Pure.

use actix_http::{HttpMessage, Request};
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap};

/// The longest target, in bytes: recipients should take 8,000 (RFC 9110, section 4.1).
const LONGEST_TARGET: usize = 8 << 10;

/// Whether the target is too long to be looked up.
pub(crate) fn has_long_target(request: &Request) -> bool {
    let uri = request.uri();
    uri.path().len() + uri.query().map_or(0, str::len) > LONGEST_TARGET
}

/// Whether every Host field is one (RFC 9112, section 3.2). That HTTP/1.1 has exactly one, actix-http sees to.
pub(crate) fn has_valid_host(headers: &HeaderMap) -> bool {
    headers.get_all(header::HOST).all(|host| is_host(host.as_bytes()))
}

/// Whether the connection ends with the answer: a body that is not read can't be told from the next request.
pub(crate) fn is_last(request: &Request) -> bool {
    let headers = request.headers();
    let length = headers.get(header::CONTENT_LENGTH);
    *request.method() == Method::CONNECT
        || headers.contains_key(header::TRANSFER_ENCODING)
        || length.is_some_and(|length| length.as_bytes().trim_ascii() != b"0")
}

/// `uri-host [ ":" port ]` (RFC 9110, section 7.2; RFC 3986, section 3.2.2).
fn is_host(text: &[u8]) -> bool {
    let is_port = |text: &[u8]| match text.split_first() {
        None => true,
        Some((first, port)) => *first == b':' && port.iter().all(u8::is_ascii_digit),
    };
    let Some(literal) = text.strip_prefix(b"[") else {
        let end = text.iter().position(|byte| *byte == b':').unwrap_or(text.len());
        return is_name(&text[..end]) && is_port(&text[end..]);
    };
    let Some(end) = literal.iter().position(|byte| *byte == b']') else {
        return false;
    };
    let (address, port) = (&literal[..end], &literal[end + 1..]);
    is_address(address) && is_port(port)
}

/// An IPv6 address, or one of a version to come.
fn is_address(text: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(text) else {
        return false;
    };
    let is_future = || {
        let (version, address) = text.strip_prefix(['v', 'V'])?.split_once('.')?;
        let is_version = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_hexdigit());
        let is_plain = |byte: u8| is_plain(byte) || byte == b':';
        Some(is_version && !address.is_empty() && address.bytes().all(is_plain))
    };
    text.parse::<std::net::Ipv6Addr>().is_ok() || is_future() == Some(true)
}

/// A name, which may be empty: then the target had none.
fn is_name(mut text: &[u8]) -> bool {
    while let Some((first, rest)) = text.split_first() {
        text = match (first, rest) {
            (b'%', [high, low, rest @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => rest,
            (byte, _) if is_plain(*byte) => rest,
            _ => return false,
        };
    }
    true
}

/// Unreserved characters and delimiters within a part (RFC 3986, sections 2.2 and 2.3).
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_or_an_address_and_perhaps_a_port() {
        for (host, expected) in [
            ("", true),
            ("a.example", true),
            ("a.example:8080", true),
            ("a.example:", true),
            ("192.0.2.1:80", true),
            ("[2001:db8::1]", true),
            ("[2001:db8::1]:80", true),
            ("[v1.a:b]", true),
            ("xn--bcher-kva.example", true),
            ("b%C3%BCcher.example", true),
            ("b\u{fc}cher.example", false),
            ("a b", false),
            ("a/b", false),
            ("user@a.example", false),
            ("a.example:80a", false),
            ("a.example:80:80", false),
            ("2001:db8::1", false),
            ("[2001:db8::1", false),
            ("[2001:db8::1]a", false),
            ("[a]", false),
            ("[v.a]", false),
            ("a%2", false),
            ("a, b", false),
            ("a\\b", false),
            ("<a>", false),
        ] {
            assert_eq!(is_host(host.as_bytes()), expected, "{host}");
        }
    }
}
