//! Purges a CDN of what changed. A thread of its own does so: no update waits for it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;
use std::{io, iter};

use url::Url;

use super::surrogate::changed_keys;
use crate::catalog::{ScopeKey, Snapshot};
use crate::metrics::Metrics;

/// How long the CDN may take to answer.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How many keys go into one request.
const NAMES: usize = 64;
/// How often a request is tried, and how long to wait before the second time; twice that before the third.
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_secs(1);

/// Sends the keys of what changed. The thread ends when this is dropped; copies that were not purged by then stay
/// until their max-age has passed.
pub struct Purger {
    changes: Sender<BTreeSet<String>>,
}

impl Purger {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the thread can't be started.
    pub fn start(url: Url, metrics: Arc<Metrics>) -> io::Result<Self> {
        let (changes, queue) = channel();
        thread::Builder::new().name("purge".into()).spawn(move || {
            let agent: ureq::Agent = ureq::Agent::config_builder()
                .timeout_global(Some(TIMEOUT))
                .max_redirects(0)
                .build()
                .into();
            let mut waiting = BTreeSet::new();
            while let Some(names) = next(&queue, &mut waiting) {
                metrics.purged(tell(&agent, &url, &names));
            }
        })?;
        Ok(Purger { changes })
    }

    /// Purges these feeds, and what else has the keys of the posts that changed in them between two snapshots.
    pub fn changed(&self, before: Option<&Snapshot>, after: &Snapshot, feeds: &[ScopeKey]) {
        // Fails only after a panic of the thread: then copies stay until their max-age has passed.
        let _ = self.changes.send(changed_keys(before, after, feeds));
    }
}

/// Waits for keys, and takes as many as go into one request. The others stay in a set, which can't hold more than
/// there are feeds and posts.
fn next(queue: &Receiver<BTreeSet<String>>, waiting: &mut BTreeSet<String>) -> Option<Vec<String>> {
    while waiting.is_empty() {
        waiting.extend(queue.recv().ok()?);
    }
    waiting.extend(queue.try_iter().flatten());
    Some(iter::from_fn(|| waiting.pop_first()).take(NAMES).collect())
}

/// Whether the CDN took the request, at one of several tries.
fn tell(agent: &ureq::Agent, url: &Url, names: &[String]) -> bool {
    let names = names.join(" ");
    for attempt in 1..=TRIES {
        let request = agent.post(url.as_str()).header("Surrogate-Key", &names);
        let Err(error) = request.send_empty() else {
            return true;
        };
        if attempt < TRIES {
            thread::sleep(PAUSE * attempt);
            continue;
        }
        tracing::warn!(
            %url,
            names,
            %error,
            "can't tell the CDN what changed: its copies stay until they are too old"
        );
    }
    false
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
        let settings = Arc::new(CatalogSettings::new(
            &resolve(None, &Options::default()).unwrap(),
            crate::content::conventions::Rules::default(),
        ));
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
    }
}
