//! Which coding a client gets (RFC 9110, section 12.5.3).

use crate::feed::Coding;

/// A weight in thousandths: RFC 9110, section 12.4.2 allows three decimals.
type Weight = u16;

/// The weight of each coding in the Accept-Encoding lines of a request, if it is named.
#[derive(Clone, Copy, Default)]
struct AcceptEncoding {
    identity: Option<Weight>,
    gzip: Option<Weight>,
    brotli: Option<Weight>,
    zstd: Option<Weight>,
    rest: Option<Weight>,
}

/// Chooses a coding by the values of all Accept-Encoding lines, or `None` if the client refuses
/// each one there is.
///
/// The highest weight wins; of equal weights the smaller document: Brotli, Zstandard, gzip, identity, by measurement.
/// Only codings that are named are sent; `*` stands for gzip, which clients of every age can decode. Identity need
/// not be named, and is refused only by `identity;q=0`, or by `*;q=0` alone. Malformed members are skipped; of two
/// that name one coding the first counts.
pub(crate) fn coding<'a>(lines: impl Iterator<Item = &'a [u8]>) -> Option<Coding> {
    let mut accepted = AcceptEncoding::default();
    for member in lines.flat_map(|line| line.split(|byte| *byte == b',')) {
        if let Some((name, weight)) = parse_member(member) {
            accepted.note(name, weight);
        }
    }
    accepted.best()
}

impl AcceptEncoding {
    fn note(&mut self, name: &[u8], weight: Weight) {
        let is = |token: &str| name.eq_ignore_ascii_case(token.as_bytes());
        let slot = if is("gzip") || is("x-gzip") {
            &mut self.gzip
        } else if is("br") {
            &mut self.brotli
        } else if is("zstd") {
            &mut self.zstd
        } else if is("identity") {
            &mut self.identity
        } else if name == b"*" {
            &mut self.rest
        } else {
            return;
        };
        slot.get_or_insert(weight);
    }

    fn best(self) -> Option<Coding> {
        // Of equal weights `max_by_key` takes the last.
        let named = [
            (Coding::Identity, self.identity),
            (Coding::Gzip, self.gzip.or(self.rest)),
            (Coding::Zstd, self.zstd),
            (Coding::Brotli, self.brotli),
        ];
        named
            .into_iter()
            .filter_map(|(coding, weight)| weight.filter(|weight| *weight > 0).map(|w| (coding, w)))
            .max_by_key(|(_, weight)| *weight)
            .map(|(coding, _)| coding)
            .or_else(|| {
                let refused = self.identity.or(self.rest) == Some(0);
                (!refused).then_some(Coding::Identity)
            })
    }
}

/// A member's coding and weight: `gzip`, `gzip;q=0.5`.
fn parse_member(member: &[u8]) -> Option<(&[u8], Weight)> {
    let mut parts = member.split(|byte| *byte == b';').map(<[u8]>::trim_ascii);
    let name = parts.next().filter(|name| !name.is_empty())?;
    let mut weight = 1000;
    for parameter in parts {
        let mut sides = parameter.splitn(2, |byte| *byte == b'=').map(<[u8]>::trim_ascii);
        if sides.next().is_some_and(|key| key.eq_ignore_ascii_case(b"q")) {
            weight = parse_weight(sides.next()?)?;
        }
    }
    Some((name, weight))
}

/// `0`, `1`, or either with up to three decimals, and no more than one in all.
fn parse_weight(text: &[u8]) -> Option<Weight> {
    let (whole, decimals) = match text {
        [whole] | [whole, b'.'] => (*whole, &[][..]),
        [whole, b'.', decimals @ ..] if decimals.len() <= 3 => (*whole, decimals),
        _ => return None,
    };
    let mut weight = match whole {
        b'0' => 0,
        b'1' => 1000,
        _ => return None,
    };
    for (decimal, value) in decimals.iter().zip([100, 10, 1]) {
        if !decimal.is_ascii_digit() {
            return None;
        }
        weight += Weight::from(decimal - b'0') * value;
    }
    (weight <= 1000).then_some(weight)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn choose(lines: &[&str]) -> Option<Coding> {
        coding(lines.iter().map(|line| line.as_bytes()))
    }

    #[test]
    fn the_choice_follows_rfc_9110_section_12_5_3() {
        use Coding::{Brotli, Gzip, Identity, Zstd};
        #[rustfmt::skip]
        let cases: &[(&[&str], Option<Coding>)] = &[
            // Nothing asked, nothing coded.
            (&[], Some(Identity)),
            (&[""], Some(Identity)),
            (&["identity"], Some(Identity)),
            (&["deflate"], Some(Identity)),
            // What readers send.
            (&["gzip"], Some(Gzip)),
            (&["gzip, deflate"], Some(Gzip)),
            (&["gzip, deflate, br"], Some(Brotli)),
            (&["gzip, deflate, br, zstd"], Some(Brotli)),
            (&["br,gzip"], Some(Brotli)),
            (&["deflate, gzip, zstd"], Some(Zstd)),
            (&["x-gzip"], Some(Gzip)),
            (&["GZIP"], Some(Gzip)),
            // Weights, section 12.4.2.
            (&["br;q=0.5, gzip"], Some(Gzip)),
            (&["br;q=0.5, gzip;q=0.5"], Some(Brotli)),
            (&["gzip;q=0.001"], Some(Gzip)),
            (&["gzip; q=0.8 , br ; Q=0.9"], Some(Brotli)),
            (&["gzip;q=0"], Some(Identity)),
            (&["gzip;q=0.000, br;q=0."], Some(Identity)),
            (&["identity, gzip;q=0.5"], Some(Identity)),
            (&["identity;q=0.5, gzip;q=0.5"], Some(Gzip)),
            (&["identity;q=0.2, gzip;q=0.1"], Some(Identity)),
            // `*` stands for gzip at most.
            (&["*"], Some(Gzip)),
            (&["*;q=0.1"], Some(Gzip)),
            (&["br;q=0.5, *"], Some(Gzip)),
            (&["br, *;q=0.5"], Some(Brotli)),
            (&["br;q=0, *"], Some(Gzip)),
            (&["gzip;q=0, *"], Some(Identity)),
            (&["identity, *;q=0.5"], Some(Identity)),
            // Identity may be refused.
            (&["identity;q=0"], None),
            (&["*;q=0"], None),
            (&["deflate, identity;q=0"], None),
            (&["identity;q=0, gzip;q=0, *"], None),
            (&["identity;q=0, *"], Some(Gzip)),
            (&["identity;q=0, gzip"], Some(Gzip)),
            (&["*;q=0, identity"], Some(Identity)),
            (&["*;q=0, identity;q=0.1"], Some(Identity)),
            (&["*;q=0, zstd"], Some(Zstd)),
            // Several lines are one list (section 5.3).
            (&["gzip", "br"], Some(Brotli)),
            (&["gzip;q=0.5", "br;q=0.4"], Some(Gzip)),
            // What can't be read is passed over.
            (&["gzip;q=, br;q=x, zstd;q=2"], Some(Identity)),
            (&["gzip;q=1.5"], Some(Identity)),
            (&["gzip;q=1.001"], Some(Identity)),
            (&["gzip;q=0.1234"], Some(Identity)),
            (&["gzip;q=-1"], Some(Identity)),
            (&["gzip;q"], Some(Identity)),
            (&[",, ,gzip,"], Some(Gzip)),
            (&[";q=1, gzip"], Some(Gzip)),
            (&["gzip;level=9"], Some(Gzip)),
            (&["gzip br"], Some(Identity)),
            // The first mention counts.
            (&["gzip;q=0, gzip"], Some(Identity)),
        ];
        for (lines, expected) in cases {
            assert_eq!(choose(lines), *expected, "{lines:?}");
        }
    }

    proptest! {
        #[test]
        fn a_coding_is_never_sent_unasked(line in "[a-z*;=,.q01 -]{0,60}") {
            let named = |token| line.split([',', ';', ' ']).any(|word| word == token);
            match choose(&[&line]) {
                Some(Coding::Brotli) => prop_assert!(named("br")),
                Some(Coding::Zstd) => prop_assert!(named("zstd")),
                Some(Coding::Gzip) => prop_assert!(named("gzip") || named("x-gzip") || named("*")),
                Some(Coding::Identity) | None => {}
            }
        }

        #[test]
        fn no_bytes_make_the_parser_panic(line in prop::collection::vec(any::<u8>(), 0..80)) {
            coding(std::iter::once(&line[..]));
        }
    }
}
