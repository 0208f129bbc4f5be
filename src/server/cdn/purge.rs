//! Tells a CDN what changed, on a thread of its own: an update never waits for it.

use std::collections::BTreeSet;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;
use std::{io, mem};

use url::Url;

use super::surrogate::changed_keys;
use crate::catalog::{ScopeKey, Snapshot};
use crate::metrics::Metrics;

/// How long the CDN may take to answer.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How many names go into one request.
const NAMES: usize = 64;
/// How often a request is tried, and how long to wait before the second time; twice that before the third.
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_secs(1);

/// Where to say that feeds changed. Names wait in a set, which can't hold more than there are feeds and posts.
#[derive(Clone)]
pub struct Purger {
    pending: Arc<(Mutex<Pending>, Condvar)>,
}

#[derive(Default)]
struct Pending {
    names: BTreeSet<String>,
    has_ended: bool,
}

impl Purger {
    /// Starts the thread, which ends with [`Purger::end`].
    ///
    /// # Errors
    /// When the thread can't be started.
    pub fn start(url: Url, metrics: Arc<Metrics>) -> io::Result<Self> {
        let purger = Purger {
            pending: Arc::default(),
        };
        let own = purger.clone();
        thread::Builder::new().name("purge".into()).spawn(move || {
            let agent: ureq::Agent = ureq::Agent::config_builder()
                .timeout_global(Some(TIMEOUT))
                .max_redirects(0)
                .build()
                .into();
            while let Some(names) = own.next() {
                let told = own.tell(&agent, &url, &names);
                metrics.purged(told);
            }
        })?;
        Ok(purger)
    }

    /// Has the copies dropped of these feeds, and of what else is named after the posts that changed in
    /// them between two snapshots.
    pub fn changed(&self, before: Option<&Snapshot>, after: &Snapshot, feeds: &[ScopeKey]) {
        let names = changed_keys(before, after, feeds);
        if names.is_empty() {
            return;
        }
        let (pending, something) = &*self.pending;
        let mut pending = pending.lock().unwrap_or_else(PoisonError::into_inner);
        pending.names.extend(names);
        something.notify_one();
    }

    /// Ends the thread; what has not been said by then is left to max-age.
    pub fn end(&self) {
        let (pending, something) = &*self.pending;
        let mut pending = pending.lock().unwrap_or_else(PoisonError::into_inner);
        pending.has_ended = true;
        something.notify_one();
    }

    /// Waits for something to say.
    fn next(&self) -> Option<Vec<String>> {
        let (pending, something) = &*self.pending;
        let mut pending = pending.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if pending.has_ended {
                return None;
            }
            if !pending.names.is_empty() {
                let mut names: Vec<String> = mem::take(&mut pending.names).into_iter().collect();
                let later = names.split_off(names.len().min(NAMES));
                pending.names.extend(later);
                return Some(names);
            }
            pending = something.wait(pending).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Whether the CDN was told. While it is not, others may pile up, and are told together.
    fn tell(&self, agent: &ureq::Agent, url: &Url, names: &[String]) -> bool {
        let names = names.join(" ");
        for attempt in 1..=TRIES {
            let outcome = agent
                .post(url.as_str())
                .header("Surrogate-Key", &names)
                .send_empty();
            match outcome {
                Ok(_) => return true,
                Err(error) if attempt == TRIES => {
                    tracing::warn!(
                        %url,
                        names,
                        %error,
                        "can't tell the CDN what changed: its copies stay until they are too old"
                    );
                }
                Err(_) if self.ends_within(PAUSE * attempt) => return false,
                Err(_) => {}
            }
        }
        false
    }

    fn ends_within(&self, pause: Duration) -> bool {
        let (pending, something) = &*self.pending;
        let pending = pending.lock().unwrap_or_else(PoisonError::into_inner);
        let (pending, _) = something
            .wait_timeout_while(pending, pause, |pending| !pending.has_ended)
            .unwrap_or_else(PoisonError::into_inner);
        pending.has_ended
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpListener;

    use super::*;
    use crate::catalog::CatalogSettings;
    use crate::config::{Options, resolve};
    use crate::vocabulary::ScopeKind;

    #[test]
    fn what_changed_is_told_by_name_and_a_cdn_that_fails_is_asked_again() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/purge", listener.local_addr().unwrap());
        let metrics = Arc::new(Metrics::new());
        let purger = Purger::start(url.parse().unwrap(), Arc::clone(&metrics)).unwrap();
        let category = ScopeKey {
            kind: ScopeKind::Category,
            slug: "news".into(),
        };
        let settings = Arc::new(CatalogSettings::new(&resolve(None, &Options::default()).unwrap()));
        let snapshot = Snapshot::of_scopes(settings, Vec::new(), None);
        purger.changed(None, &snapshot, &[category, ScopeKey::site()]);
        for status in ["503 Busy", "200 OK"] {
            let (mut stream, _) = listener.accept().unwrap();
            let lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let head: Vec<String> = lines
                .map(Result::unwrap)
                .take_while(|line| !line.is_empty())
                .collect();
            assert_eq!(head[0], "POST /purge HTTP/1.1");
            let names = head.iter().find_map(|line| {
                line.to_ascii_lowercase()
                    .strip_prefix("surrogate-key: ")
                    .map(str::to_owned)
            });
            assert_eq!(names.as_deref(), Some("category/news site"));
            write!(
                stream,
                "HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            )
            .unwrap();
        }
        while !metrics.encode().contains("newswire_purges_total 1") {
            thread::yield_now();
        }
        purger.end();
    }
}
