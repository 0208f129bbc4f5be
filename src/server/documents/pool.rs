//! Threads that render, separate from those that answer, so that a slow document delays no poll.

use std::io;
use std::num::NonZeroUsize;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

type Job = Box<dyn FnOnce() + Send>;

/// A fixed number of threads with a bounded queue. They end when the pool is dropped and the queue is empty.
pub(crate) struct Pool {
    jobs: SyncSender<Job>,
}

/// The queue is full.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Busy;

impl Pool {
    /// Starts the threads. `waiting` jobs may queue beside those that run.
    pub(crate) fn new(threads: usize, waiting: usize) -> io::Result<Self> {
        let (jobs, queue) = sync_channel::<Job>(waiting);
        let queue = Arc::new(Mutex::new(queue));
        for number in 0..threads {
            let queue = Arc::clone(&queue);
            thread::Builder::new()
                .name(format!("render-{number}"))
                .spawn(move || {
                    while let Some(job) = next(&queue) {
                        job();
                    }
                })?;
        }
        Ok(Pool { jobs })
    }

    /// One thread less than there are cores, which leaves one for polls; at least one.
    pub(crate) fn threads_for_this_machine() -> usize {
        let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        cores.saturating_sub(1).max(1)
    }

    /// Queues a job, which must not panic, or refuses it at once.
    pub(crate) fn submit(&self, job: impl FnOnce() + Send + 'static) -> Result<(), Busy> {
        self.jobs.try_send(Box::new(job)).map_err(|_| Busy)
    }
}

fn next(queue: &Mutex<Receiver<Job>>) -> Option<Job> {
    queue.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn jobs_beyond_the_queue_are_refused_and_the_rest_all_run() {
        let pool = Pool::new(1, 2).unwrap();
        let (started, has_started) = channel();
        let (release, released) = channel::<()>();
        pool.submit(move || {
            started.send(()).unwrap();
            released.recv().unwrap();
        })
        .unwrap();
        has_started.recv().unwrap();

        let (done, is_done) = channel();
        for number in 0..2 {
            let done = done.clone();
            pool.submit(move || done.send(number).unwrap()).unwrap();
        }
        assert_eq!(pool.submit(|| unreachable!()), Err(Busy));

        release.send(()).unwrap();
        drop(done);
        assert_eq!(is_done.iter().collect::<Vec<_>>(), [0, 1]);
    }
}
