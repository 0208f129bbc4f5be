//! Why a request is refused before actix reads it, and the bytes of the answer.

use std::time::SystemTime;

use actix_web::http::StatusCode;

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
    /// Sent within a body: no answer would be understood.
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
    /// The status of the answer, unless none would be understood.
    pub(super) fn status(self) -> Option<StatusCode> {
        match self {
            Refusal::Timeout => Some(StatusCode::REQUEST_TIMEOUT),
            Refusal::LongTarget => Some(StatusCode::URI_TOO_LONG),
            Refusal::LongField => Some(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE),
            Refusal::NoResponse => None,
        }
    }

    /// The bytes of the answer.
    pub(super) fn answer(self) -> Vec<u8> {
        let Some(status) = self.status() else {
            return Vec::new();
        };
        let text = match self {
            Refusal::Timeout => "The rest of the request did not come in time\n",
            Refusal::LongTarget => "No feed has so long an address\n",
            Refusal::LongField | Refusal::NoResponse => "A header of the request is too long\n",
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
