//! A connection that does not wait for ever: for a client that sends its request by drops, or takes its
//! answer so.
//!
//! actix limits the time of a connection's first head and of its idling; not that of a second head, once
//! its first byte is there, nor that of an answer on its way out. Here both end in an error, which closes
//! the connection. Works alike for TCP and Unix sockets.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use actix_web::rt::time::{Instant, Sleep, sleep_until};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::crowd::Place;

/// How long a client may take.
#[derive(Clone, Copy)]
struct Limits {
    /// From the first byte of a request until the first of its answer.
    request: Duration,
    /// For taking nothing of an answer that waits for it.
    stall: Duration,
    /// For all that waits at once, however steadily it takes it: `body` gives out documents in parts, and
    /// has a limit of its own for the whole.
    answer: Duration,
}

const LIMITS: Limits = Limits {
    request: Duration::from_secs(30),
    stall: Duration::from_secs(30),
    answer: Duration::from_mins(2),
};

/// How long a line of a head may be, in bytes. actix-http 3.20 panics at a header’s name of more than
/// 65,535 bytes, which it has room for.
const LONGEST_LINE: usize = 32 << 10;

/// How much is written for one client before others have their turn, in bytes: the system takes megabytes
/// at once, and hundreds who ask for as much would hold up every poll for seconds.
const TURN: usize = 256 << 10;

/// A stream with deadlines.
pub(super) struct Connection<S> {
    stream: S,
    limits: Limits,
    timer: Pin<Box<Sleep>>,
    /// How much of a line came that has not ended; more than may be once a line was too long.
    line: usize,
    /// How much was written in this turn.
    turn: usize,
    /// When the first byte came that no answer followed yet.
    asked: Option<Instant>,
    /// Since when bytes of an answer wait, and when the client last took some.
    waiting: Option<(Instant, Instant)>,
    /// Given back when the connection ends.
    _place: Option<Place>,
}

impl<S> Connection<S> {
    /// A connection on which nothing happened yet.
    pub(super) fn new(stream: S, place: Option<Place>) -> Self {
        Connection::within(LIMITS, stream, place)
    }

    fn within(limits: Limits, stream: S, place: Option<Place>) -> Self {
        Connection {
            stream,
            limits,
            timer: Box::pin(sleep_until(Instant::now() + limits.request)),
            line: 0,
            turn: 0,
            asked: None,
            waiting: None,
            _place: place,
        }
    }

    /// Fails if a deadline has passed; else has the task woken when the next one does.
    fn check(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        let request = self.asked.map(|asked| asked + self.limits.request);
        let answer = self
            .waiting
            .map(|(since, last)| (since + self.limits.answer).min(last + self.limits.stall));
        let Some(deadline) = request.into_iter().chain(answer).min() else {
            return Ok(());
        };
        // Set to an earlier moment it may stay: it is cheaper to look again then than to set it with
        // every request.
        if self.timer.deadline() > deadline {
            self.timer.as_mut().reset(deadline);
        }
        while self.timer.as_mut().poll(context).is_ready() {
            if Instant::now() >= deadline {
                return Err(io::ErrorKind::TimedOut.into());
            }
            self.timer.as_mut().reset(deadline);
        }
        Ok(())
    }

    /// Takes note of bytes that came; `false` if a line in them is too long.
    fn read(&mut self, bytes: &[u8]) -> bool {
        let so_far = self.line;
        // Most requests come in one piece that ends with a line’s end: this looks at one byte.
        self.line = match bytes.iter().rposition(|byte| *byte == b'\n') {
            Some(end) => bytes.len() - end - 1,
            None => so_far + bytes.len(),
        };
        let mut lines = bytes.split(|byte| *byte == b'\n').map(<[u8]>::len);
        let is_short = so_far + bytes.len() <= LONGEST_LINE
            || lines.next().is_some_and(|first| so_far + first <= LONGEST_LINE)
                && lines.all(|line| line <= LONGEST_LINE);
        if !is_short {
            self.line = LONGEST_LINE + 1;
        }
        is_short
    }

    /// Whether it is the others' turn: then the task is woken when they have had it.
    fn is_others_turn(&mut self, context: &mut Context<'_>) -> bool {
        let is_over = self.turn >= TURN;
        if is_over {
            self.turn = 0;
            context.waker().wake_by_ref();
        }
        is_over
    }

    /// Takes note of what became of an attempt to write.
    fn wrote(
        &mut self,
        outcome: Poll<io::Result<usize>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        let Poll::Ready(outcome) = outcome else {
            self.turn = 0;
            let now = Instant::now();
            self.waiting.get_or_insert((now, now));
            return match self.check(context) {
                Ok(()) => Poll::Pending,
                Err(error) => Poll::Ready(Err(error)),
            };
        };
        if outcome.as_ref().is_ok_and(|bytes| *bytes > 0) {
            self.asked = None;
            self.turn += outcome.as_ref().map_or(0, |bytes| *bytes);
            if let Some((_, last)) = &mut self.waiting {
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
        // What was asked before is answered still; for actix, the client has no more to say.
        if self.line > LONGEST_LINE {
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        match Pin::new(&mut self.stream).poll_read(context, buffer) {
            Poll::Ready(outcome) => {
                if buffer.filled().len() > before {
                    self.asked.get_or_insert_with(Instant::now);
                    if !self.read(&buffer.filled()[before..]) {
                        buffer.set_filled(before);
                    }
                }
                Poll::Ready(outcome)
            }
            Poll::Pending => match self.check(context) {
                Ok(()) => Poll::Pending,
                Err(error) => Poll::Ready(Err(error)),
            },
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Connection<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.is_others_turn(context) {
            return Poll::Pending;
        }
        let outcome = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.wrote(outcome, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.is_others_turn(context) {
            return Poll::Pending;
        }
        let outcome = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.wrote(outcome, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let outcome = ready!(Pin::new(&mut self.stream).poll_flush(context));
        // actix flushes when it has written all there is.
        self.waiting = None;
        Poll::Ready(outcome)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::io::{Read, Write};

    use actix_web::rt::System;
    use actix_web::rt::net::TcpStream;

    use super::*;

    const SHORT: Limits = Limits {
        request: Duration::from_millis(50),
        stall: Duration::from_millis(50),
        answer: Duration::from_mins(1),
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

    #[test]
    fn a_head_that_never_ends_is_an_error_also_where_it_is_the_second() {
        System::new().block_on(async {
            let (mut client, mut connection) = ends();
            for _ in 0..2 {
                client.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
                assert_eq!(read(&mut connection).await.unwrap(), 18);
                assert_eq!(write(&mut connection, b"answer").await.unwrap(), 6);
            }
            client.write_all(b"GET").unwrap();
            assert_eq!(read(&mut connection).await.unwrap(), 3);
            let error = read(&mut connection).await.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        });
    }

    #[test]
    fn a_line_that_is_too_long_is_the_end_wherever_it_comes() {
        let long = vec![b'a'; LONGEST_LINE];
        for (pieces, expected) in [
            (vec![&long[..]], true),
            (vec![&long[..], b"a"], false),
            (vec![&long[..], b"\n", &long[..]], true),
            (vec![b"\n", &long[..], b"a\n"], false),
            (vec![&[&long[..], b"a\nb\n"].concat()], false),
            (vec![&[b"\nb", &long[..], b"\nb\n"].concat()], false),
            (
                vec![&[&long[..], b"\n", &long[..], b"\n"].concat(), &long[..]],
                true,
            ),
        ] {
            System::new().block_on(async {
                let (_client, mut connection) = ends();
                let read = pieces
                    .iter()
                    .map(|piece| connection.read(piece))
                    .collect::<Vec<_>>();
                assert_eq!(read.iter().all(|is_short| *is_short), expected, "{read:?}");
                assert_eq!(connection.line <= LONGEST_LINE, expected);
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
            assert!(most < TURN + part.len(), "{most}");
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
