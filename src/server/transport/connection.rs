//! A connection that does not wait for ever: for a client that sends its request by drops, or takes its
//! answer so.
//!
//! actix limits the time of a connection's first head and of its idling; not that of a second head, once
//! its first byte is there, nor that of an answer on its way out. Here the one is answered with 408, when what was
//! asked before is answered; the other is an error, which closes the connection. Works alike for TCP and Unix
//! sockets.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use actix_web::rt::time::{Instant, Sleep, sleep_until};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::connection_limit::Permit;
use super::head::HeadScanner;
use super::refusal::Refusal;

/// How long a client may take.
#[derive(Clone, Copy)]
struct Limits {
    /// From the first byte of a head until its last; the first head of a connection is actix's to time.
    head: Duration,
    /// From the first byte of a request until the first of its answer.
    request: Duration,
    /// For taking nothing of an answer that waits for it.
    stall: Duration,
    /// For all that waits at once, however steadily it takes it: `body` gives out documents in parts, and
    /// has a limit of its own for the whole.
    answer: Duration,
    /// For taking the answer to what is refused.
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

/// How much is written for one client before others have their turn, in bytes: the system takes megabytes
/// at once, and hundreds who ask for as much would hold up every poll for seconds.
const WRITE_QUOTA: usize = 256 << 10;

/// The answer to what is refused, on its way.
struct ClosingAnswer {
    rest: Vec<u8>,
    until: Instant,
    is_shut: bool,
}

/// A stream with deadlines.
pub(crate) struct Connection<S> {
    stream: S,
    limits: Limits,
    timer: Pin<Box<Sleep>>,
    scanner: HeadScanner,
    /// Since when a head is not whole, if it is not the first.
    head_since: Option<Instant>,
    /// Whether a head was whole.
    has_whole_head: bool,
    /// Why nothing more is read.
    refused: Option<Refusal>,
    /// What is still to be said of that.
    closing: Option<ClosingAnswer>,
    /// How much was written in this turn.
    written_since_yield: usize,
    /// When the first byte came that no answer followed yet.
    request_since: Option<Instant>,
    /// Since when bytes of an answer wait, and when the client last took some.
    pending_answer: Option<(Instant, Instant)>,
    /// Given back when the connection ends.
    _permit: Option<Permit>,
}

impl<S> Connection<S> {
    /// A connection on which nothing happened yet.
    pub(crate) fn new(stream: S, permit: Option<Permit>) -> Self {
        Connection::within(LIMITS, stream, permit)
    }

    fn within(limits: Limits, stream: S, permit: Option<Permit>) -> Self {
        Connection {
            stream,
            limits,
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
        let request = self
            .request_since
            .map(|request_since| request_since + self.limits.request);
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
        // Set to an earlier moment it may stay: it is cheaper to look again then than to set it with
        // every request.
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

    /// Takes note of bytes that came, and returns how many of them count.
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

    /// Whether it is the others' turn: then the task is woken when they have had it.
    fn must_yield(&mut self, context: &mut Context<'_>) -> bool {
        let is_over = self.written_since_yield >= WRITE_QUOTA;
        if is_over {
            self.written_since_yield = 0;
            context.waker().wake_by_ref();
        }
        is_over
    }

    /// Takes note of what became of an attempt to write.
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
                // Where all that came is refused this is the end of what is read.
                return outcome;
            }
            let head = self.head_since.map(|since| since + self.limits.head);
            if head.is_some_and(|deadline| self.is_past(deadline, context)) {
                self.refused = Some(Refusal::Timeout);
            }
        }
        if self.refused.is_some() {
            // What was asked before is answered still; for actix, the client has no more to say.
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
    /// Answers what was refused, and then waits a little for the client to end: a connection that is closed while
    /// bytes still come is reset, and the answer lost (RFC 9112, section 9.6).
    fn close_with_answer(&mut self, refusal: Refusal, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let until = Instant::now() + self.limits.close;
        let mut closing = self.closing.take().unwrap_or_else(|| ClosingAnswer {
            rest: refusal.answer(),
            until,
            is_shut: false,
        });
        let outcome = self.drive_close(&mut closing, context);
        if outcome.is_pending() && self.is_past(closing.until, context) {
            return Poll::Ready(Ok(()));
        }
        self.closing = Some(closing);
        outcome
    }

    fn drive_close(
        &mut self,
        closing: &mut ClosingAnswer,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        while !closing.rest.is_empty() {
            match ready!(Pin::new(&mut self.stream).poll_write(context, &closing.rest)) {
                Ok(0) => return Poll::Ready(Ok(())),
                Ok(written) => drop(closing.rest.drain(..written)),
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
        if !closing.is_shut {
            ready!(Pin::new(&mut self.stream).poll_shutdown(context))?;
            closing.is_shut = true;
        }
        let mut storage = [0; 4096];
        loop {
            let mut buffer = ReadBuf::new(&mut storage);
            ready!(Pin::new(&mut self.stream).poll_read(context, &mut buffer))?;
            if buffer.filled().is_empty() || Instant::now() >= closing.until {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::io::{Read, Write};

    use actix_web::rt::System;
    use actix_web::rt::net::TcpStream;

    use super::super::head::LONGEST_LINE;
    use super::*;

    const SHORT: Limits = Limits {
        head: Duration::from_millis(50),
        request: Duration::from_millis(50),
        stall: Duration::from_millis(50),
        answer: Duration::from_mins(1),
        close: Duration::from_millis(50),
    };

    /// Both ends of a connection, within short limits.
    fn ends() -> (std::net::TcpStream, Connection<TcpStream>) {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let client = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (stream, _) = listener.accept().unwrap();
        stream.set_nonblocking(true).unwrap();
        let stream = TcpStream::from_std(stream).unwrap();
        (client, Connection::within(SHORT, stream, None))
    }

    async fn read(connection: &mut Connection<TcpStream>) -> io::Result<usize> {
        let mut storage = [0; 1024];
        let mut buffer = ReadBuf::new(&mut storage);
        poll_fn(|context| Pin::new(&mut *connection).poll_read(context, &mut buffer)).await?;
        Ok(buffer.filled().len())
    }

    async fn write(connection: &mut Connection<TcpStream>, bytes: &[u8]) -> io::Result<usize> {
        poll_fn(|context| Pin::new(&mut *connection).poll_write(context, bytes)).await
    }

    /// What a client is told last.
    async fn last_words(connection: &mut Connection<TcpStream>, client: &mut std::net::TcpStream) -> String {
        let ended = poll_fn(|context| Pin::new(&mut *connection).poll_shutdown(context));
        ended.await.unwrap();
        let mut told = String::new();
        client.read_to_string(&mut told).unwrap();
        told
    }

    #[test]
    fn a_later_head_is_timed_from_its_first_byte_wherever_that_comes() {
        for is_pipelined in [false, true] {
            System::new().block_on(async {
                let (mut client, mut connection) = ends();
                let first: &[u8] = b"GET / HTTP/1.1\r\n\r\n";
                client
                    .write_all(&[first, if is_pipelined { b"GE" } else { b"" }].concat())
                    .unwrap();
                assert!(read(&mut connection).await.unwrap() >= first.len());
                assert_eq!(write(&mut connection, b"answer").await.unwrap(), 6);
                if !is_pipelined {
                    client.write_all(b"GE").unwrap();
                    assert_eq!(read(&mut connection).await.unwrap(), 2);
                }
                assert_eq!(read(&mut connection).await.unwrap(), 0, "no more is read");
                let told = last_words(&mut connection, &mut client).await;
                assert!(told.starts_with("answerHTTP/1.1 408 "), "{told}");
                assert!(told.contains("\r\nConnection: close\r\n"), "{told}");
            });
        }
    }

    #[test]
    fn what_is_too_long_is_answered_after_what_was_asked_before_it() {
        let request = b"GET / HTTP/1.1\r\n\r\n";
        let long = vec![b'a'; LONGEST_LINE + 1];
        for (text, counts, status) in [
            ([&request[..], b"GET /", &long].concat(), request.len(), "414"),
            ([&b"GET / HTTP/1.1\r\na: "[..], &long].concat(), 0, "431"),
        ] {
            System::new().block_on(async {
                let (mut client, mut connection) = ends();
                let mut sent = client.try_clone().unwrap();
                let sender = std::thread::spawn(move || sent.write_all(&text));
                let mut read_in_all = 0;
                while connection.refused.is_none() {
                    read_in_all += read(&mut connection).await.unwrap();
                }
                assert!(read_in_all >= counts);
                sender.join().unwrap().unwrap();
                let told = last_words(&mut connection, &mut client).await;
                assert!(told.starts_with(&format!("HTTP/1.1 {status} ")), "{told}");
            });
        }
    }

    #[test]
    fn a_client_that_takes_all_it_can_get_lets_others_have_their_turn() {
        System::new().block_on(async {
            let (client, mut connection) = ends();
            let reader = std::thread::spawn(move || io::copy(&mut &client, &mut io::sink()).unwrap());
            let (part, mut in_a_row, mut most) = (vec![0; 64 << 10], 0, 0);
            for _ in 0..100 {
                let written = poll_fn(|context| {
                    let written = Pin::new(&mut connection).poll_write(context, &part);
                    in_a_row = if written.is_pending() { 0 } else { in_a_row };
                    written
                });
                in_a_row += written.await.unwrap();
                most = most.max(in_a_row);
            }
            assert!(most < WRITE_QUOTA + part.len(), "{most}");
            drop(connection);
            reader.join().unwrap();
        });
    }

    #[test]
    fn a_client_that_takes_nothing_of_its_answer_is_an_error() {
        System::new().block_on(async {
            let (mut client, mut connection) = ends();
            let answer = vec![0; 64 << 10];
            let error = loop {
                if let Err(error) = write(&mut connection, &answer).await {
                    break error;
                }
            };
            assert_eq!(error.kind(), io::ErrorKind::TimedOut);
            drop(connection);
            assert!(client.read(&mut [0; 8]).is_ok(), "what was sent is there");
        });
    }
}
