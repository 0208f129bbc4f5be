//! Lines of the log that wait to be written. No thread waits for a slow reader of the log: when the queue is full,
//! lines are dropped and counted.

use std::cell::Cell;
use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tracing_subscriber::fmt::MakeWriter;

/// The capacity of the queue, in bytes.
const CAPACITY: usize = 1 << 20;

thread_local! {
    /// Whether this is the writing thread, whose own lines are written at once.
    static IS_WRITER: Cell<bool> = const { Cell::new(false) };
}

/// A queue of lines, and the thread that writes them.
#[derive(Clone)]
pub(super) struct Queue {
    shared: Arc<Shared>,
}

struct Shared {
    waiting: Mutex<Waiting>,
    /// Notified when a line is added, and when all are written.
    changed: Condvar,
    dropped: AtomicU64,
    sink: Mutex<Box<dyn Write + Send>>,
}

#[derive(Default)]
struct Waiting {
    lines: VecDeque<Vec<u8>>,
    bytes: usize,
    is_writing: bool,
}

impl Queue {
    /// A queue that ends in a sink. `report` is called on the writing thread when lines were dropped; what
    /// it logs is written first.
    pub(super) fn start(sink: impl Write + Send + 'static, report: fn(u64)) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            waiting: Mutex::default(),
            changed: Condvar::new(),
            dropped: AtomicU64::new(0),
            sink: Mutex::new(Box::new(sink)),
        });
        let queue = Queue { shared };
        let own = queue.clone();
        thread::Builder::new().name("log".into()).spawn(move || {
            IS_WRITER.set(true);
            own.write(report);
        })?;
        Ok(queue)
    }

    /// How many lines were dropped so far.
    pub(super) fn dropped(&self) -> u64 {
        self.shared.dropped.load(Ordering::Relaxed)
    }

    /// Waits until all lines are written, or the timeout has passed.
    pub(super) fn flush(&self, timeout: Duration) {
        let until = Instant::now() + timeout;
        let mut waiting = self.waiting();
        while waiting.is_writing || !waiting.lines.is_empty() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            let woken = self.shared.changed.wait_timeout(waiting, left);
            waiting = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn push(&self, line: &[u8]) {
        let mut waiting = self.waiting();
        if waiting.bytes + line.len() > CAPACITY {
            self.drop_one();
            return;
        }
        waiting.bytes += line.len();
        waiting.lines.push_back(line.to_vec());
        self.shared.changed.notify_all();
    }

    fn write(&self, report: fn(u64)) {
        let mut reported = 0;
        loop {
            let line = self.next();
            let dropped = self.dropped();
            if dropped > reported {
                report(dropped - reported);
                reported = dropped;
            }
            if self.write_now(&line).is_err() {
                self.drop_one();
            }
        }
    }

    /// The next line, when there is one.
    fn next(&self) -> Vec<u8> {
        let mut waiting = self.waiting();
        waiting.is_writing = false;
        self.shared.changed.notify_all();
        loop {
            if let Some(line) = waiting.lines.pop_front() {
                waiting.bytes -= line.len();
                waiting.is_writing = true;
                return line;
            }
            let woken = self.shared.changed.wait(waiting);
            waiting = woken.unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn write_now(&self, line: &[u8]) -> io::Result<()> {
        let mut sink = self.shared.sink.lock().unwrap_or_else(PoisonError::into_inner);
        sink.write_all(line)
    }

    fn drop_one(&self) {
        self.shared.dropped.fetch_add(1, Ordering::Relaxed);
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        // A panic in another thread can't have left it half changed in a way that matters.
        self.shared.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes each event as one line.
impl Write for Queue {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if IS_WRITER.get() {
            self.write_now(line)?;
        } else {
            self.push(line);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Queue {
    type Writer = Queue;

    fn make_writer(&self) -> Queue {
        self.clone()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};

    use super::*;

    /// A pipe that takes a line only when it is allowed to.
    struct Pipe {
        lets: Receiver<()>,
        lines: Sender<Vec<u8>>,
    }

    impl Write for Pipe {
        fn write(&mut self, line: &[u8]) -> io::Result<usize> {
            let _ = self.lets.recv();
            self.lines.send(line.to_vec()).map_err(io::Error::other)?;
            Ok(line.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn nobody_waits_for_a_full_pipe_and_what_was_dropped_is_counted() {
        let ((open, lets), (sender, lines)) = (channel(), channel());
        let queue = Queue::start(Pipe { lets, lines: sender }, |_| {}).unwrap();
        let line = vec![b'a'; 1024];
        for _ in 0..2 * CAPACITY / line.len() {
            queue.push(&line);
        }
        // One line is on its way, and a mebibyte waits.
        let dropped = queue.dropped();
        assert!((1023..=1024).contains(&dropped), "{dropped}");
        queue.flush(Duration::from_millis(10));
        drop(open);
        queue.flush(Duration::from_mins(1));
        assert_eq!(lines.try_iter().count() as u64 + dropped, 2048);
    }

    #[test]
    fn a_sink_that_fails_ends_nothing() {
        struct Full;
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::StorageFull.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let queue = Queue::start(Full, |_| {}).unwrap();
        for _ in 0..3 {
            queue.push(b"a\n");
            queue.flush(Duration::from_mins(1));
        }
        assert_eq!(queue.dropped(), 3);
    }
}
