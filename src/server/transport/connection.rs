//! A connection with deadlines for clients that send a request, or take an answer, too slowly. TCP or Unix socket.
//!
//! actix times the first head of a connection, and its idling. It does not time a later head once its first byte is
//! there, nor an answer on its way out. Here a late head is answered with 408, after the requests before it; a stalled
//! answer is an error, which closes the connection.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use actix_web::rt::time::{Instant, Sleep, sleep_until};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::closing::ClosingAnswer;
use super::connection_limit::Permit;
use super::head::HeadScanner;
use super::refusal::Refusal;
use crate::metrics::{Metrics, RouteKind};

/// How long a client may take.
#[derive(Clone, Copy)]
struct Limits {
    /// From the first byte of a head until its last; the first head of a connection is actix's to time.
    head: Duration,
    /// From the first byte of a request until the first of its answer.
    request: Duration,
    /// For taking nothing of an answer that waits for it.
    stall: Duration,
    /// For taking all that waits at once, however steadily. `body` sends documents in chunks, and limits the whole.
    answer: Duration,
    /// For taking the answer to a refusal.
    close: Duration,
}

/// How long a client may take to send the head of a request.
pub(crate) const REQUEST_HEAD: Duration = Duration::from_secs(10);

const LIMITS: Limits = Limits {
    head: REQUEST_HEAD,
    request: Duration::from_secs(30),
    stall: Duration::from_secs(30),
    answer: Duration::from_mins(2),
    close: Duration::from_secs(2),
};

/// How much is written for one client before others have their turn, in bytes. The system takes megabytes at once, and
/// hundreds of clients that ask for as much would delay every poll by seconds.
const WRITE_QUOTA: usize = 256 << 10;

/// A stream with deadlines.
pub(crate) struct Connection<S> {
    stream: S,
    limits: Limits,
    metrics: Arc<Metrics>,
    timer: Pin<Box<Sleep>>,
    scanner: HeadScanner,
    /// Since when a head is not whole, if it is not the first.
    head_since: Option<Instant>,
    /// Whether a head was whole.
    has_whole_head: bool,
    /// Why nothing more is read.
    refused: Option<Refusal>,
    /// The answer to that, once it is on its way.
    closing: Option<ClosingAnswer>,
    /// How many bytes were written since others had their turn.
    written_since_yield: usize,
    /// When the first byte of a request came that has no answer yet.
    request_since: Option<Instant>,
    /// Since when bytes of an answer wait, and when the client last took some.
    pending_answer: Option<(Instant, Instant)>,
    /// Given back when the connection ends.
    _permit: Option<Permit>,
}

impl<S> Connection<S> {
    /// A connection on which nothing happened yet.
    pub(crate) fn new(stream: S, permit: Option<Permit>, metrics: Arc<Metrics>) -> Self {
        Connection::within(LIMITS, stream, permit, metrics)
    }

    fn within(limits: Limits, stream: S, permit: Option<Permit>, metrics: Arc<Metrics>) -> Self {
        Connection {
            stream,
            limits,
            metrics,
            timer: Box::pin(sleep_until(Instant::now() + limits.request)),
            scanner: HeadScanner::default(),
            head_since: None,
            has_whole_head: false,
            refused: None,
            closing: None,
            written_since_yield: 0,
            request_since: None,
            pending_answer: None,
            _permit: permit,
        }
    }

    /// Fails if a deadline has passed; else has the task woken when the next one does.
    fn check(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        let request = self.request_since.map(|since| since + self.limits.request);
        let answer = self
            .pending_answer
            .map(|(since, last)| (since + self.limits.answer).min(last + self.limits.stall));
        match request.into_iter().chain(answer).min() {
            Some(deadline) if self.is_past(deadline, context) => Err(io::ErrorKind::TimedOut.into()),
            _ => Ok(()),
        }
    }

    /// Whether a moment has come; if not, the task is woken then.
    fn is_past(&mut self, deadline: Instant, context: &mut Context<'_>) -> bool {
        // An earlier moment may stay: to look again then is cheaper than to set the timer with every request.
        if self.timer.deadline() > deadline {
            self.timer.as_mut().reset(deadline);
        }
        while self.timer.as_mut().poll(context).is_ready() {
            if Instant::now() >= deadline {
                return true;
            }
            self.timer.as_mut().reset(deadline);
        }
        false
    }

    /// Records bytes that came, and returns how many of them are handed on.
    fn scan_new(&mut self, bytes: &mut [u8]) -> usize {
        self.request_since.get_or_insert_with(Instant::now);
        let scanned = self.scanner.scan(bytes);
        if scanned.last_end.is_some() {
            self.has_whole_head = true;
            self.head_since = None;
        }
        if self.has_whole_head && self.scanner.is_within_head() {
            self.head_since.get_or_insert_with(Instant::now);
        }
        match scanned.too_long {
            Some(too_long) => {
                self.refused = Some(too_long.into());
                scanned.last_end.unwrap_or(0)
            }
            None => bytes.len(),
        }
    }

    /// Whether others have their turn first; the task is woken after them.
    fn must_yield(&mut self, context: &mut Context<'_>) -> bool {
        let is_over = self.written_since_yield >= WRITE_QUOTA;
        if is_over {
            self.written_since_yield = 0;
            context.waker().wake_by_ref();
        }
        is_over
    }

    /// Records the outcome of an attempt to write.
    fn after_write(
        &mut self,
        outcome: Poll<io::Result<usize>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        let Poll::Ready(outcome) = outcome else {
            self.written_since_yield = 0;
            let now = Instant::now();
            self.pending_answer.get_or_insert((now, now));
            return match self.check(context) {
                Ok(()) => Poll::Pending,
                Err(error) => Poll::Ready(Err(error)),
            };
        };
        if outcome.as_ref().is_ok_and(|bytes| *bytes > 0) {
            self.request_since = None;
            self.written_since_yield += outcome.as_ref().map_or(0, |bytes| *bytes);
            if let Some((_, last)) = &mut self.pending_answer {
                *last = Instant::now();
            }
        }
        Poll::Ready(outcome)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Connection<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        if self.refused.is_none() {
            let outcome = Pin::new(&mut self.stream).poll_read(context, buffer);
            let new = &mut buffer.filled_mut()[before..];
            if !new.is_empty() {
                let counts = self.scan_new(new);
                buffer.set_filled(before + counts);
            }
            if outcome.is_ready() {
                // Where all that came is refused, actix takes an empty read for the end.
                return outcome;
            }
            let head = self.head_since.map(|since| since + self.limits.head);
            if head.is_some_and(|deadline| self.is_past(deadline, context)) {
                self.refused = Some(Refusal::Timeout);
            }
        }
        if self.refused.is_some() {
            // actix takes this for the client's end, and answers the requests before it.
            return Poll::Ready(Ok(()));
        }
        self.check(context)
            .map_or_else(|error| Poll::Ready(Err(error)), |()| Poll::Pending)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Connection<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.must_yield(context) {
            return Poll::Pending;
        }
        let outcome = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.after_write(outcome, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.must_yield(context) {
            return Poll::Pending;
        }
        let outcome = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.after_write(outcome, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let outcome = ready!(Pin::new(&mut self.stream).poll_flush(context));
        // actix flushes when it has written all there is.
        self.pending_answer = None;
        Poll::Ready(outcome)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.refused {
            Some(refusal) => self.close_with_answer(refusal, context),
            None => Pin::new(&mut self.stream).poll_shutdown(context),
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<S> {
    fn close_with_answer(&mut self, refusal: Refusal, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let closing = self.closing.get_or_insert_with(|| {
            if let Some(status) = refusal.status() {
                self.metrics.request(RouteKind::Other, status.as_u16());
            }
            ClosingAnswer::new(refusal.answer(), Instant::now() + self.limits.close)
        });
        let (outcome, until) = (closing.poll(&mut self.stream, context), closing.until);
        if outcome.is_pending() && self.is_past(until, context) {
            return Poll::Ready(Ok(()));
        }
        outcome
    }
}

#[cfg(test)]
mod tests;
