//! Want-Repr-Digest and Repr-Digest (RFC 9530). Pure.

use actix_web::http::header::{HeaderMap, HeaderName};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The request's header (RFC 9530, section 4).
const WANT_REPR_DIGEST: HeaderName = HeaderName::from_static("want-repr-digest");
/// The answer's header (RFC 9530, section 3).
pub(crate) const REPR_DIGEST: HeaderName = HeaderName::from_static("repr-digest");

/// Whether a request asks for a SHA-256 digest: a dictionary with a preference from 1 to 10 for
/// `sha-256`. Nothing else is offered, so the order of preferences decides nothing.
pub(crate) fn is_wanted(headers: &HeaderMap) -> bool {
    headers
        .get_all(WANT_REPR_DIGEST)
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b','))
        .any(|member| {
            let mut sides = member.trim_ascii().splitn(2, |byte| *byte == b'=');
            sides.next() == Some(b"sha-256".as_slice()) && matches!(sides.next(), Some([b'1'..=b'9'] | b"10"))
        })
}

/// The header's value for a SHA-256 sum: a byte sequence of RFC 8941.
pub(crate) fn value(sum: &[u8]) -> String {
    format!("sha-256=:{}:", STANDARD.encode(sum))
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[test]
    fn a_digest_is_wanted_by_a_preference_above_zero() {
        for (value, expected) in [
            ("sha-256=10", true),
            ("sha-512=3, sha-256=1", true),
            ("sha-256=0", false),
            ("sha-512=10", false),
            ("sha-256", false),
            ("sha-256=11", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.append(WANT_REPR_DIGEST, HeaderValue::from_static(value));
            assert_eq!(is_wanted(&headers), expected, "{value}");
        }
        assert!(!is_wanted(&HeaderMap::new()));
    }

    #[test]
    fn a_sum_is_written_as_a_byte_sequence() {
        use sha2::{Digest, Sha256};
        assert_eq!(
            value(&Sha256::digest(b"")),
            "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:"
        );
    }
}
