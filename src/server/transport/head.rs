//! Scans the bytes of a connection for the heads of requests. Pure.
//!
//! actix-http does so as well, but shows no progress. How long a head may take, how long its lines may be, and that an
//! Upgrade is ignored is decided before actix-http reads.

/// The longest line of a head, in bytes. actix-http 3.20 reads longer ones, and panics at a header name of more than
/// 65,535 bytes.
pub(crate) const LONGEST_LINE: usize = 32 << 10;

const UPGRADE: &[u8] = b"upgrade";
const CONNECTION: &[u8] = b"connection:";

/// How much of a line's start is kept, in bytes: enough for “transfer-encoding:” and “content-length: 0”.
const PREFIX: usize = 24;

/// Scans what a client sends.
#[derive(Debug, Default)]
pub(crate) struct HeadScanner {
    section: Section,
    /// The length of the line so far.
    line: usize,
    /// Its first bytes.
    prefix: [u8; PREFIX],
    /// How many letters of “upgrade” the last bytes of a Connection field match.
    word: usize,
    /// Whether the head says that a body follows.
    has_body: bool,
    /// Whether a byte came that belongs to no whole head.
    is_begun: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Section {
    /// Before or in a request's first line.
    #[default]
    RequestLine,
    Fields,
    /// After a head with a body. No later request is answered on the connection, so the rest is not scanned.
    Body,
}

/// Where a line is too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TooLong {
    /// The line with the target.
    Target,
    /// The line of a field.
    Field,
    /// Something that is no head's.
    Body,
}

/// The result for some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scanned {
    /// Where the last head ended in them, if one did.
    pub(crate) last_end: Option<usize>,
    /// Why nothing after that end is handed on.
    pub(crate) too_long: Option<TooLong>,
}

impl HeadScanner {
    /// Whether a head has begun and has not ended.
    pub(crate) fn is_within_head(&self) -> bool {
        self.is_begun && self.section != Section::Body
    }

    /// Scans the next bytes, and overwrites the name of an Upgrade field and the word in Connection. A server that
    /// does not upgrade ignores both (RFC 9110, section 7.8); actix-http would take what follows for the other
    /// protocol, or end the connection.
    pub(crate) fn scan(&mut self, bytes: &mut [u8]) -> Scanned {
        let mut scanned = Scanned {
            last_end: None,
            too_long: None,
        };
        let mut at = 0;
        while at < bytes.len() {
            let newline = bytes[at..].iter().position(|byte| *byte == b'\n');
            let end = newline.map_or(bytes.len(), |length| at + length);
            self.add(&mut bytes[at..end]);
            if self.line > LONGEST_LINE {
                scanned.too_long = Some(match self.section {
                    Section::RequestLine => TooLong::Target,
                    Section::Fields => TooLong::Field,
                    Section::Body => TooLong::Body,
                });
                return scanned;
            }
            at = end;
            if newline.is_some() {
                at += 1;
                if self.end_line() {
                    scanned.last_end = Some(at);
                }
            }
        }
        scanned
    }

    /// Adds a piece of a line.
    fn add(&mut self, piece: &mut [u8]) {
        self.is_begun = true;
        let before = self.line;
        if let Some(room) = self.prefix.get_mut(before..) {
            let length = room.len().min(piece.len());
            room[..length].copy_from_slice(&piece[..length]);
        }
        self.line += piece.len();
        let is_named = before < UPGRADE.len() && self.line >= UPGRADE.len();
        if self.section == Section::Fields
            && is_named
            && self.prefix[..UPGRADE.len()].eq_ignore_ascii_case(UPGRADE)
        {
            piece[UPGRADE.len() - 1 - before] = b'x';
        }
        if self.section == Section::Fields
            && self.line > CONNECTION.len()
            && self.prefix[..CONNECTION.len()].eq_ignore_ascii_case(CONNECTION)
        {
            for byte in piece.iter_mut().skip(CONNECTION.len().saturating_sub(before)) {
                self.strike_word(byte);
            }
        }
    }

    /// Overwrites the last letter of the word “upgrade”.
    fn strike_word(&mut self, byte: &mut u8) {
        let letter = byte.to_ascii_lowercase();
        self.word = if letter == UPGRADE[self.word] {
            self.word + 1
        } else {
            usize::from(letter == UPGRADE[0])
        };
        if self.word == UPGRADE.len() {
            self.word = 0;
            *byte = b'x';
        }
    }

    /// Ends a line, and returns whether that ends a head.
    fn end_line(&mut self) -> bool {
        let line = &self.prefix[..self.line.min(PREFIX)];
        let is_blank = matches!(line, b"" | b"\r");
        let mut ends = false;
        match self.section {
            // Empty lines before a request are no part of it (RFC 9112, section 2.2).
            Section::RequestLine if is_blank => {}
            Section::RequestLine => self.section = Section::Fields,
            Section::Fields if is_blank => {
                ends = true;
                self.is_begun = false;
                self.section = if self.has_body {
                    Section::Body
                } else {
                    Section::RequestLine
                };
            }
            Section::Fields => self.has_body |= announces_body(line),
            Section::Body => {}
        }
        (self.line, self.word) = (0, 0);
        ends
    }
}

/// Whether a field says that a body follows the head (RFC 9112, section 6).
fn announces_body(line: &[u8]) -> bool {
    let Some((name, value)) = line
        .iter()
        .position(|byte| *byte == b':')
        .map(|colon| (&line[..colon], &line[colon + 1..]))
    else {
        return false;
    };
    name.eq_ignore_ascii_case(b"transfer-encoding")
        || name.eq_ignore_ascii_case(b"content-length") && value.trim_ascii() != b"0"
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    #[test]
    fn a_head_is_whole_with_its_empty_line() {
        for (text, within) in [
            (&b""[..], false),
            (b"G", true),
            (b"GET / HTTP/1.1\r\n", true),
            (REQUEST, false),
            (b"\r\n\r\nGET / HTTP/1.1\r\n\r\n", false),
            (b"GET / HTTP/1.1\nHost: a\n\n", false),
            (b"GET / HTTP/1.1\r\n\r\nGE", true),
            (b"\r\n", true),
            (b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhe", false),
        ] {
            let mut scanner = HeadScanner::default();
            scanner.scan(&mut text.to_vec());
            assert_eq!(scanner.is_within_head(), within, "{}", text.escape_ascii());
        }
    }

    #[test]
    fn a_line_that_is_too_long_is_named_wherever_it_comes() {
        let long = vec![b'a'; LONGEST_LINE];
        let field = |line: &[u8]| [b"GET / HTTP/1.1\r\n", line].concat();
        for (text, expected) in [
            (long.clone(), None),
            ([&long[..], b"a"].concat(), Some(TooLong::Target)),
            (field(&long), None),
            (field(&[&long[..], b"a"].concat()), Some(TooLong::Field)),
            ([REQUEST, &long, b"a"].concat(), Some(TooLong::Target)),
            (
                [
                    b"POST / HTTP/1.1\r\nContent-Length: 99999\r\n\r\n",
                    &long[..],
                    b"a",
                ]
                .concat(),
                Some(TooLong::Body),
            ),
        ] {
            let scanned = HeadScanner::default().scan(&mut text.clone());
            assert_eq!(scanned.too_long, expected, "{} bytes", text.len());
            if text.starts_with(REQUEST) {
                assert_eq!(scanned.last_end, Some(REQUEST.len()));
            }
        }
    }

    #[test]
    fn an_upgrade_loses_its_name_in_heads_and_nowhere_else() {
        for (text, expected) in [
            (
                "GET /Upgrade: HTTP/1.1\r\nUPGRADE: websocket\r\nX-Upgrade: a\r\n\r\n",
                "GET /Upgrade: HTTP/1.1\r\nUPGRADx: websocket\r\nX-Upgrade: a\r\n\r\n",
            ),
            (
                "GET / HTTP/1.1\r\nConnection: keep-alive, upUpgrade\r\nConnection:upgrade\r\n\r\n",
                "GET / HTTP/1.1\r\nConnection: keep-alive, upUpgradx\r\nConnection:upgradx\r\n\r\n",
            ),
            (
                "POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nupgrade\r\n",
                "POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nupgrade\r\n",
            ),
        ] {
            let mut bytes = text.as_bytes().to_vec();
            HeadScanner::default().scan(&mut bytes);
            assert_eq!(str::from_utf8(&bytes).unwrap(), expected);
        }
    }

    proptest! {
        #[test]
        fn what_is_found_does_not_depend_on_the_pieces_in_which_it_comes(
            lines in prop::collection::vec(
                "(GET / HTTP/1.1|Upgrade: websocket|Connection: [ ,upgraden]{0,12}|Host: a|content-length: [05]|||[a-z]{0,9})(\r\n|\n)", 0..12
            ),
            cuts in prop::collection::vec(0_usize..200, 0..6),
        ) {
            let text = lines.concat().into_bytes();
            let (mut whole, mut scanner) = (text.clone(), HeadScanner::default());
            let expected = scanner.scan(&mut whole);
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(text.len())).collect();
            cuts.extend([0, text.len()]);
            cuts.sort_unstable();
            let (mut pieces, mut in_pieces, mut last_end) = (Vec::new(), HeadScanner::default(), None);
            for pair in cuts.windows(2) {
                let mut piece = text[pair[0]..pair[1]].to_vec();
                let scanned = in_pieces.scan(&mut piece);
                last_end = scanned.last_end.map(|end| pair[0] + end).or(last_end);
                pieces.extend(piece);
            }
            prop_assert_eq!(pieces, whole);
            prop_assert_eq!(last_end, expected.last_end);
            prop_assert_eq!(in_pieces.is_within_head(), scanner.is_within_head());
        }
    }
}
