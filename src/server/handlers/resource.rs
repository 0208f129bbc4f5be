//! From a document's validators to the answer to a request for it.

use std::sync::Arc;

use actix_http::{HttpMessage, Request};
use actix_web::HttpResponse;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::web::Bytes;
use chrono::{DateTime, Utc};

use super::responses::{self, set, set_made};
use crate::feed::Coding;
use crate::feed::document::etag;
use crate::server::documents::cache::{Documents, Unavailable};
use crate::server::transport::body;
use crate::server::validators::conditional::{self, Precondition, Representation};
use crate::server::validators::range::{self, ByteRange};
use crate::server::validators::{http_date, negotiate, repr_digest};
use crate::vocabulary::Digest;

/// Renders a document that is not cached.
pub(crate) type RenderFn = Box<dyn FnOnce() -> Option<Vec<u8>> + Send>;

/// An answer, complete or without its document.
pub(crate) enum Reply {
    /// A complete answer.
    Ready(HttpResponse),
    /// An answer that lacks its document.
    Pending(Box<Pending>),
}

/// An answer that lacks its document.
pub(crate) struct Pending {
    response: HttpResponse,
    digest: Digest,
    coding: Coding,
    part: Option<ByteRange>,
    wants_digest: bool,
    name: Arc<str>,
    render: RenderFn,
}

impl Pending {
    /// Waits for the document, and completes the answer.
    pub(crate) async fn send(self, documents: &Arc<Documents>) -> HttpResponse {
        let mut response = self.response;
        let (digest, coding) = (self.digest, self.coding);
        let bytes = match documents.get(digest, coding, &self.name, self.render).await {
            Ok(bytes) => bytes,
            Err(Unavailable::Busy) => return responses::busy(),
            Err(Unavailable::Failed) => return responses::failed(),
        };
        if self.wants_digest {
            let sum = documents.sha256(digest, coding, &bytes);
            set_made(&mut response, repr_digest::REPR_DIGEST, repr_digest::value(&sum));
        }
        match self.part {
            None => response.set_body(body::of(bytes)),
            Some(part) => partial(response, part, &bytes),
        }
    }
}

/// 206 with a part of a document, or 416 if it has no such part (RFC 9110, sections 15.3.7 and
/// 15.5.17).
fn partial(mut response: HttpResponse, part: ByteRange, bytes: &Bytes) -> HttpResponse {
    let length = bytes.len();
    let Some(part) = part.within(length) else {
        return responses::range_not_satisfiable(length);
    };
    *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    let range = format!("bytes {}-{}/{length}", part.start, part.end - 1);
    set_made(&mut response, header::CONTENT_RANGE, range);
    response.set_body(body::of(bytes.slice(part)))
}

/// What is known of a document before it is rendered.
pub(crate) struct Resource {
    pub(crate) digest: Digest,
    pub(crate) last_modified: Option<DateTime<Utc>>,
    pub(crate) content_type: &'static str,
    /// Whether it is shown in a browser.
    pub(crate) is_page: bool,
    pub(crate) link: Option<HeaderValue>,
    pub(crate) cache_control: String,
    /// Other headers.
    pub(crate) more: Vec<(HeaderName, HeaderValue)>,
}

impl Resource {
    /// A document with the headers that every document has.
    pub(super) fn new(digest: Digest, content_type: &'static str, cache_control: String) -> Self {
        Resource {
            digest,
            last_modified: None,
            content_type,
            is_page: false,
            link: None,
            cache_control,
            more: Vec::new(),
        }
    }

    /// The answer: the document, the part of it that is asked for, or what makes sending it needless: 304, 406 or 412.
    /// `name` is its name in the log.
    pub(super) fn answer(
        &self,
        request: &Request,
        now: DateTime<Utc>,
        name: Arc<str>,
        render: RenderFn,
    ) -> Reply {
        let headers = request.headers();
        let accepted = headers
            .get_all(header::ACCEPT_ENCODING)
            .map(HeaderValue::as_bytes);
        // Before the conditions, which count only where the answer would be a success (RFC 9110, section 13.2.1).
        let Some(coding) = negotiate::coding(accepted) else {
            return Reply::Ready(responses::not_acceptable());
        };
        let present = self.representation(coding);
        match conditional::evaluate(headers, &present, now) {
            Precondition::Failed => return Reply::Ready(responses::precondition_failed()),
            Precondition::NotModified(coding) => {
                return Reply::Ready(self.head(StatusCode::NOT_MODIFIED, coding, now));
            }
            Precondition::Holds => {}
        }
        let mut response = self.with_content(StatusCode::OK, coding, now);
        set(&mut response, header::ACCEPT_RANGES, "bytes");
        // Defined for GET alone (RFC 9110, section 14.2).
        let is_get = *request.method() == Method::GET;
        let part =
            range::requested(headers).filter(|_| is_get && conditional::range_counts(headers, &present, now));
        Reply::Pending(Box::new(Pending {
            response,
            digest: self.digest,
            coding,
            part,
            wants_digest: repr_digest::is_wanted(headers),
            name,
            render,
        }))
    }

    fn representation(&self, coding: Coding) -> Representation {
        Representation {
            digest: self.digest,
            coding,
            last_modified: self.last_modified,
        }
    }

    fn with_content(&self, status: StatusCode, coding: Coding, now: DateTime<Utc>) -> HttpResponse {
        let mut response = self.head(status, coding, now);
        set(&mut response, header::CONTENT_TYPE, self.content_type);
        if coding != Coding::Identity {
            set(&mut response, header::CONTENT_ENCODING, coding.token());
        }
        if self.is_page {
            responses::restrict(&mut response);
        }
        response
    }

    /// The headers that a 200 and a 304 share (RFC 9110, section 15.4.5).
    fn head(&self, status: StatusCode, coding: Coding, now: DateTime<Utc>) -> HttpResponse {
        let mut response = responses::blank(status);
        set_made(&mut response, header::ETAG, etag(self.digest, coding));
        set_made(&mut response, header::CACHE_CONTROL, self.cache_control.as_str());
        let mut set_date = |name, moment| {
            // Never fails: a date is ASCII.
            if let Ok(date) = HeaderValue::from_bytes(&http_date::format(moment)) {
                response.headers_mut().insert(name, date);
            }
        };
        // actix updates its own Date twice a second only, and Last-Modified must not be later than Date (RFC 9110,
        // section 8.8.2.1).
        set_date(header::DATE, now);
        if let Some(moment) = self.last_modified {
            set_date(
                header::LAST_MODIFIED,
                conditional::shown_last_modified(moment, now),
            );
        }
        if let Some(link) = &self.link {
            response.headers_mut().insert(header::LINK, link.clone());
        }
        for (name, value) in &self.more {
            response.headers_mut().insert(name.clone(), value.clone());
        }
        response
    }
}
