//! The answer to a refusal, and the end of its connection.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use actix_web::rt::time::Instant;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// An answer after which the connection ends. It is written, the stream is shut, and what the client still sends is
/// read until it ends, too: a connection that is closed while bytes still come is reset, and the answer lost (RFC
/// 9112, section 9.6).
pub(super) struct ClosingAnswer {
    rest: Vec<u8>,
    is_shut: bool,
    /// When the client has had time enough.
    pub(super) until: Instant,
}

impl ClosingAnswer {
    pub(super) fn new(answer: Vec<u8>, until: Instant) -> Self {
        ClosingAnswer {
            rest: answer,
            is_shut: false,
            until,
        }
    }

    /// Ready when the connection may be closed.
    pub(super) fn poll<S: AsyncRead + AsyncWrite + Unpin>(
        &mut self,
        stream: &mut S,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        let mut stream = Pin::new(stream);
        while !self.rest.is_empty() {
            match ready!(stream.as_mut().poll_write(context, &self.rest))? {
                0 => return Poll::Ready(Ok(())),
                written => drop(self.rest.drain(..written)),
            }
        }
        if !self.is_shut {
            ready!(stream.as_mut().poll_shutdown(context))?;
            self.is_shut = true;
        }
        let mut storage = [0; 4096];
        loop {
            let mut buffer = ReadBuf::new(&mut storage);
            ready!(stream.as_mut().poll_read(context, &mut buffer))?;
            if buffer.filled().is_empty() || Instant::now() >= self.until {
                return Poll::Ready(Ok(()));
            }
        }
    }
}
