//! The headers of every response, and the responses without a document.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};

/// The methods that are allowed.
const METHODS: &str = "GET, HEAD, OPTIONS";
/// Seconds to wait while the first scan is running.
const RETRY_AFTER_START: &str = "5";
/// Seconds to wait while too many documents wait to be rendered.
const RETRY_AFTER_BUSY: &str = "2";
/// For what does not change.
const FOR_A_DAY: &str = "max-age=86400";

/// A response with the headers that each one has. Vary is on every status, so that a cache never gives one client's
/// coding to another (RFC 9110, section 12.5.5). The Fetch standard's headers show validators to feed readers that
/// are web pages, on a 304, too.
pub(super) fn blank(status: StatusCode) -> HttpResponse {
    let mut response = HttpResponse::new(status);
    set(&mut response, header::VARY, "Accept-Encoding");
    set(&mut response, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    set(
        &mut response,
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        "Content-Range, Date, Deprecation, ETag, Last-Modified, Link, Repr-Digest, Retry-After, Sunset",
    );
    set(&mut response, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    response
}

/// Sets a header to a constant.
pub(super) fn set(response: &mut HttpResponse, name: HeaderName, value: &'static str) {
    response
        .headers_mut()
        .insert(name, HeaderValue::from_static(value));
}

/// Sets a header to a computed value, or omits it if the value can't be in a header.
pub(super) fn set_made(response: &mut HttpResponse, name: HeaderName, value: impl TryInto<HeaderValue>) {
    if let Ok(value) = value.try_into() {
        response.headers_mut().insert(name, value);
    }
}

/// Allows a page nothing (Content Security Policy Level 3).
const PAGE_POLICY: &str =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

/// Restricts what a browser does with a page, and keeps its address from the pages it links to.
pub(super) fn restrict(response: &mut HttpResponse) {
    set(response, header::CONTENT_SECURITY_POLICY, PAGE_POLICY);
    set(response, header::REFERRER_POLICY, "no-referrer");
}

/// A short text for people.
fn text(status: StatusCode, cache_control: &str, text: impl Into<String>) -> HttpResponse {
    let mut response = blank(status);
    set(&mut response, header::CONTENT_TYPE, "text/plain; charset=utf-8");
    set_made(&mut response, header::CACHE_CONTROL, cache_control);
    restrict(&mut response);
    response.set_body(BoxBody::new(text.into()))
}

/// The same, not to be cached.
fn uncached(status: StatusCode, message: &'static str) -> HttpResponse {
    text(status, "no-store", message)
}

/// 404, cached as `cache_control` says.
pub(super) fn not_found(cache_control: &str) -> HttpResponse {
    text(
        StatusCode::NOT_FOUND,
        cache_control,
        "There is no feed at this address. All feeds are listed at /\n",
    )
}

/// 301 to the permanent address of a feed (RFC 9110, section 15.4.2). Many readers do not treat 308 as permanent.
/// Cached for a day.
pub(super) fn moved(location: String) -> HttpResponse {
    let mut response = text(
        StatusCode::MOVED_PERMANENTLY,
        FOR_A_DAY,
        "This feed has another address, which the Location header names\n",
    );
    set_made(&mut response, header::LOCATION, location);
    response
}

/// 410 (RFC 9110, section 15.5.11), cached for a day.
pub(super) fn gone() -> HttpResponse {
    text(
        StatusCode::GONE,
        FOR_A_DAY,
        "This feed has ended. All feeds are listed at /\n",
    )
}

/// 400, for an invalid Host (RFC 9112, section 3.2).
pub(super) fn bad_host() -> HttpResponse {
    uncached(StatusCode::BAD_REQUEST, "The Host header names no host\n")
}

/// 414 (RFC 9110, section 15.5.15).
pub(super) fn uri_too_long() -> HttpResponse {
    uncached(StatusCode::URI_TOO_LONG, "No feed has so long an address\n")
}

/// 405 (RFC 9110, section 15.5.6).
pub(super) fn method_not_allowed() -> HttpResponse {
    let mut response = uncached(
        StatusCode::METHOD_NOT_ALLOWED,
        "Feeds can be read, and nothing else: use GET or HEAD\n",
    );
    set(&mut response, header::ALLOW, METHODS);
    response
}

/// 204 to OPTIONS (RFC 9110, section 9.3.7), and to the preflight of readers that are web pages: without it a browser
/// sends no conditional requests.
pub(super) fn options() -> HttpResponse {
    let mut response = blank(StatusCode::NO_CONTENT);
    set(&mut response, header::ALLOW, METHODS);
    set(&mut response, header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    set(
        &mut response,
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        "Cache-Control, If-Match, If-Modified-Since, If-None-Match, If-Range, If-Unmodified-Since, \
         Range, Want-Repr-Digest",
    );
    set(&mut response, header::ACCESS_CONTROL_MAX_AGE, "86400");
    response
}

/// 406: the client accepts no coding, not even identity (RFC 9110, section 12.5.3).
pub(super) fn not_acceptable() -> HttpResponse {
    uncached(
        StatusCode::NOT_ACCEPTABLE,
        "Accept-Encoding refuses all there is: identity, gzip, br and zstd\n",
    )
}

/// 412, for conditions that failed.
pub(super) fn precondition_failed() -> HttpResponse {
    uncached(
        StatusCode::PRECONDITION_FAILED,
        "The feed is not, or no longer, the one that If-Match or If-Unmodified-Since names\n",
    )
}

/// 416, with the length of the document (RFC 9110, section 15.5.17).
pub(super) fn range_not_satisfiable(length: usize) -> HttpResponse {
    let mut response = uncached(
        StatusCode::RANGE_NOT_SATISFIABLE,
        "The feed has no such part: Content-Range says how long it is\n",
    );
    set_made(&mut response, header::CONTENT_RANGE, format!("bytes */{length}"));
    set(&mut response, header::ACCEPT_RANGES, "bytes");
    response
}

/// 503, before the first snapshot. Readers would take a 404 or an empty feed for the truth.
pub(super) fn starting() -> HttpResponse {
    unavailable(
        "The posts are still being read. Please try again in a few seconds\n",
        RETRY_AFTER_START,
    )
}

/// 503, while too many documents wait to be rendered.
pub(super) fn busy() -> HttpResponse {
    unavailable(
        "Too many feeds are being rendered. Please try again in a moment\n",
        RETRY_AFTER_BUSY,
    )
}

// Retry-After in seconds: not every reader parses a date there.
fn unavailable(message: impl Into<String>, retry_after: &'static str) -> HttpResponse {
    let mut response = text(StatusCode::SERVICE_UNAVAILABLE, "no-store", message);
    set(&mut response, header::RETRY_AFTER, retry_after);
    response
}

/// 429 (RFC 6585, section 4), with the whole seconds to wait.
pub(super) fn too_many_requests(wait: Duration) -> HttpResponse {
    let mut response = text(
        StatusCode::TOO_MANY_REQUESTS,
        "no-store",
        "Please ask less often, or say what you have: with If-None-Match or If-Modified-Since \
         any number of polls is welcome\n",
    );
    let seconds = wait.as_millis().div_ceil(1000) as u64;
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, seconds.max(1).into());
    response
}

/// 500, for a document whose rendering failed.
pub(super) fn failed() -> HttpResponse {
    uncached(
        StatusCode::INTERNAL_SERVER_ERROR,
        "This feed can't be rendered at present. The server's log says why\n",
    )
}

/// For health checks: never cached.
pub(super) fn status(ok: bool, message: impl Into<String>) -> HttpResponse {
    if ok {
        text(StatusCode::OK, "no-store", message)
    } else {
        unavailable(message, RETRY_AFTER_START)
    }
}
