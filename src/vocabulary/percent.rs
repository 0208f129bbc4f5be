//! What is percent-encoded in an address (RFC 3986, section 2).

use percent_encoding::{AsciiSet, CONTROLS};

/// What may stand nowhere in an address, though browsers tolerate it.
pub const FORBIDDEN: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// What the segment of a path may not hold as it is (section 3.3), plus what readers mishandle.
pub const SEGMENT: &AsciiSet = &FORBIDDEN.add(b'#').add(b'%').add(b'?');
