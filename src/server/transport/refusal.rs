//! Answers to what is refused before it is a request.

use std::time::SystemTime;

use super::head::TooLong;
use crate::server::validators::http_date;

/// Why a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The rest of a head did not come in time: 408 (RFC 9110, section 15.5.9).
    Timeout,
    /// 414 (RFC 9110, section 15.5.15).
    LongTarget,
    /// 431 (RFC 6585, section 5).
    LongField,
    /// No answer would be understood.
    NoResponse,
}

impl From<TooLong> for Refusal {
    fn from(too_long: TooLong) -> Self {
        match too_long {
            TooLong::Target => Refusal::LongTarget,
            TooLong::Field => Refusal::LongField,
            TooLong::Body => Refusal::NoResponse,
        }
    }
}

impl Refusal {
    /// The bytes of the answer.
    pub(crate) fn answer(self) -> Vec<u8> {
        let (status, text) = match self {
            Refusal::Timeout => (
                "408 Request Timeout",
                "The rest of the request did not come in time\n",
            ),
            Refusal::LongTarget => ("414 URI Too Long", "No feed has so long an address\n"),
            Refusal::LongField => (
                "431 Request Header Fields Too Large",
                "A header of the request is too long\n",
            ),
            Refusal::NoResponse => return Vec::new(),
        };
        let date = http_date::format(SystemTime::now().into());
        let date = String::from_utf8_lossy(&date);
        format!(
            "HTTP/1.1 {status}\r\nDate: {date}\r\nConnection: close\r\nCache-Control: no-store\r\n\
             Content-Type: text/plain; charset=utf-8\r\nContent-Length: {}\r\n\r\n{text}",
            text.len()
        )
        .into_bytes()
    }
}
