//! Answers to HEAD, and answers that end their connection.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::HttpResponse;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::http::{ConnectionType, header};
use actix_web::web::Bytes;

/// Removes the body of an answer to HEAD, and keeps its Content-Length.
///
/// actix does so itself, but by the method of the request that it read last. With pipelined requests that may be
/// another one, and the client would take the body for the next answer.
pub(crate) fn without_body(response: HttpResponse) -> HttpResponse {
    let BodySize::Sized(length @ 1..) = response.body().size() else {
        return response;
    };
    let mut response = response.set_body(BoxBody::new(Nothing));
    response.head_mut().no_chunking(true);
    response
        .headers_mut()
        .insert(header::CONTENT_LENGTH, length.into());
    response
}

/// Marks an answer as the last of its connection, so that the client sends no other request (RFC 9112, section 9.6).
pub(crate) fn last(mut response: HttpResponse) -> HttpResponse {
    response.head_mut().set_connection_type(ConnectionType::Close);
    response
}

/// An empty body that leaves Content-Length to the headers.
struct Nothing;

impl MessageBody for Nothing {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        Poll::Ready(None)
    }
}
