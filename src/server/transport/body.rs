//! Sends a document in chunks.
//!
//! actix copies what it is given into a buffer of the connection, and keeps the buffer. Given a whole document, every
//! slow client would cost a copy of it.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::rt::time::Instant;
use actix_web::web::Bytes;

/// The size of a chunk, in bytes: larger than most compressed documents.
const CHUNK: usize = 64 << 10;
/// How long a client may take for a whole document, however steadily.
const TRANSFER_TIMEOUT: Duration = Duration::from_mins(10);

/// A body of these bytes.
pub(crate) fn of(bytes: Bytes) -> BoxBody {
    if bytes.len() <= CHUNK {
        return BoxBody::new(bytes);
    }
    BoxBody::new(Chunks {
        rest: bytes,
        deadline: None,
    })
}

struct Chunks {
    rest: Bytes,
    /// Set with the first chunk.
    deadline: Option<Instant>,
}

impl MessageBody for Chunks {
    type Error = io::Error;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.rest.len() as u64)
    }

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        let now = Instant::now();
        // actix asks for the next chunk when the client has taken the last one.
        if now > *self.deadline.get_or_insert(now + TRANSFER_TIMEOUT) {
            return Poll::Ready(Some(Err(io::ErrorKind::TimedOut.into())));
        }
        let length = self.rest.len().min(CHUNK);
        Poll::Ready(Some(Ok(self.rest.split_to(length))))
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    fn next(body: &mut (impl MessageBody + Unpin)) -> Option<io::Result<Bytes>> {
        match Pin::new(body).poll_next(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(part) => part.map(|part| part.map_err(|_| io::ErrorKind::TimedOut.into())),
            Poll::Pending => panic!("a document is there"),
        }
    }

    #[test]
    fn a_document_goes_out_in_parts_that_are_the_whole() {
        for length in [0, 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7] {
            let document: Bytes = (0..length).map(|number| number as u8).collect();
            let mut body = of(document.clone());
            assert_eq!(body.size(), BodySize::Sized(length as u64));
            let mut sent = Vec::new();
            while let Some(part) = next(&mut body) {
                let part = part.unwrap();
                assert!(part.len() <= CHUNK);
                sent.extend(part);
            }
            assert_eq!(sent, document);
        }
    }

    #[test]
    fn a_client_that_takes_its_document_for_ever_loses_it() {
        let mut body = Chunks {
            rest: vec![0; 3 * CHUNK].into(),
            deadline: None,
        };
        assert!(next(&mut body).unwrap().is_ok());
        body.deadline = Some(Instant::now() - Duration::from_millis(1));
        assert!(next(&mut body).unwrap().is_err());
    }
}
