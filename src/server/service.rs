//! The server: bound, run and stopped.

use std::future::Future;
use std::io;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_http::Request;
use actix_web::rt::{self, signal::unix};
use arc_swap::ArcSwap;
use tokio::sync::SetOnce;

use crate::config::Config;
use crate::current_snapshot::CurrentSnapshot;
use crate::metrics::Metrics;
use crate::render::Renderer;
use crate::status::Status;

use super::addresses::feed_list::FeedListDigest;
use super::addresses::links::LinkHeaders;
use super::app_state::{AppState, ReloadableConfig};
use super::cdn::surrogate::SurrogateKeys;
use super::clients::subscribers::{COUNT_INTERVAL, SubscriberCounter};
use super::documents::Render;
use super::documents::cache::Documents;
use super::documents::warm::Warmer;
use super::handlers;
use super::transport::listen::{self, Listeners, Socket, raise_file_limit};
use super::transport::serve::{Timing, serve};

/// The server, ready to run.
pub struct Server {
    listeners: Listeners,
    state: Arc<AppState>,
    linger: Duration,
    drain: Duration,
}

/// How long requests wait for the first snapshot, counted from the start. A scan of 100,000 posts takes three seconds,
/// and a proxy may send requests meanwhile.
const FIRST_SNAPSHOT_WAIT: Duration = Duration::from_secs(10);
/// How long the request on the last accepted connection may take to come, once the server is stopping.
const SETTLE: Duration = Duration::from_millis(200);

impl Server {
    /// A server on bound sockets. Requests for feeds wait for the first snapshot for a few seconds; after that they
    /// are answered with 503.
    ///
    /// # Errors
    /// When the threads that render can't be started.
    pub fn new(
        listeners: Listeners,
        config: &Config,
        snapshot: Arc<CurrentSnapshot>,
        metrics: Arc<Metrics>,
    ) -> io::Result<Self> {
        // A quarter for bodies: they are needed only until the documents are rendered.
        let renderer = Renderer::new(config.http.document_cache / 4);
        let render: Arc<Render> =
            Arc::new(move |snapshot, scope, format| renderer.render(snapshot, scope, format));
        Server::with_render(listeners, config, snapshot, metrics, render, FIRST_SNAPSHOT_WAIT)
    }

    pub(super) fn with_render(
        listeners: Listeners,
        config: &Config,
        snapshot: Arc<CurrentSnapshot>,
        metrics: Arc<Metrics>,
        render: Arc<Render>,
        first_snapshot_wait: Duration,
    ) -> io::Result<Self> {
        let capacity = config.http.document_cache - config.http.document_cache / 4;
        let state = AppState {
            snapshot,
            documents: Documents::new(capacity, Arc::clone(&metrics))?,
            render,
            // Archives are read seldom, and hardly ever twice.
            pages: Arc::new(Renderer::new(config.http.document_cache / 16)),
            feed_list: FeedListDigest::default(),
            links: LinkHeaders::default(),
            metrics,
            status: Arc::default(),
            reloadable: ArcSwap::from_pointee(ReloadableConfig::of(config)),
            subscribers: SubscriberCounter::default(),
            surrogates: SurrogateKeys::default(),
            first_snapshot_by: Instant::now() + first_snapshot_wait,
            draining: SetOnce::new(),
            has_admin: listeners.admin_addr().is_some(),
        };
        Ok(Server {
            listeners,
            state: Arc::new(state),
            linger: config.http.linger,
            drain: config.http.drain,
        })
    }

    /// Renders documents ahead of the polls.
    pub fn warmer(&self) -> Warmer {
        Warmer {
            documents: Arc::clone(&self.state.documents),
            render: Arc::clone(&self.state.render),
        }
    }

    /// What /readyz says beside what the snapshot does.
    pub fn status(&self) -> Arc<Status> {
        Arc::clone(&self.state.status)
    }

    /// A function that gives the running server another configuration: all of `[moved]`, and of `[http]` what says how
    /// to answer. The rest of `[http]` waits for the next start.
    pub fn reconfigure(&self) -> impl Fn(&Config) + Send + 'static {
        let state = Arc::clone(&self.state);
        move |config| state.reload(config)
    }

    /// Answers requests until `stop` is ready, and for `http.linger` more with `Connection: close`. Then accepts no
    /// more connections, and finishes the requests under way within `http.drain`. To be awaited within an
    /// [`rt::System`].
    ///
    /// # Errors
    /// When the system refuses what a running server needs.
    pub async fn run(self, stop: impl Future<Output = ()> + 'static) -> io::Result<()> {
        let Server {
            listeners,
            state,
            linger,
            drain,
        } = self;
        let workers = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let connections = listen::connections_per_worker(raise_file_limit(), workers);
        let timing = Timing {
            workers,
            connections,
            drain,
        };
        let metrics = Arc::clone(&state.metrics);
        let admin = match listeners.admin {
            Some(listener) => {
                let state = Arc::clone(&state);
                let timing = Timing { workers: 1, ..timing };
                let answer = move |request: Request| handlers::admin(Arc::clone(&state), request);
                let server = serve(vec![Socket::Tcp(listener)], timing, &metrics, answer)?;
                Some((server.handle(), rt::spawn(server)))
            }
            None => None,
        };
        let counted = Arc::clone(&state);
        let counting = rt::spawn(async move {
            let mut interval = rt::time::interval(COUNT_INTERVAL);
            loop {
                interval.tick().await;
                counted.subscribers.count();
            }
        });
        let draining = Arc::clone(&state);
        let answer = move |request: Request| handlers::public(Arc::clone(&state), request);
        let public = serve(listeners.public, timing, &metrics, answer)?;
        let handle = public.handle();
        let stopping = rt::spawn(async move {
            stop.await;
            // Fails only if it was set before, and it is set here alone.
            let _ = draining.draining.set(());
            rt::time::sleep(linger).await;
            // From here on new connections wait in the socket, for the next process if systemd hands the socket on.
            // Connections that were accepted before are answered first.
            handle.pause().await;
            rt::time::sleep(SETTLE).await;
            handle.stop(true).await;
        });
        let outcome = public.await;
        stopping.abort();
        counting.abort();
        // Last, so that the drain can be observed.
        if let Some((handle, server)) = admin {
            handle.stop(true).await;
            // It was told to stop; its result changes nothing.
            let _ = server.await;
        }
        outcome
    }
}

/// Ready at SIGTERM or SIGINT.
///
/// # Errors
/// When signals can't be received.
pub fn stop_signal() -> io::Result<impl Future<Output = ()> + 'static> {
    let mut terminate = unix::signal(unix::SignalKind::terminate())?;
    let mut interrupt = unix::signal(unix::SignalKind::interrupt())?;
    Ok(std::future::poll_fn(move |context| {
        if terminate.poll_recv(context).is_ready() || interrupt.poll_recv(context).is_ready() {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    }))
}
