//! The snapshot over HTTP.
//!
//! `routes` turns a request into an answer; what it decides by is pure: `conditional`, `negotiate`,
//! `freshness`. `documents` has the bytes, and makes those it does not have.

use std::future::Future;
use std::io;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use actix_web::rt::{self, signal::unix};
use actix_web::{App, HttpRequest, HttpServer, dev, web};
use arc_swap::ArcSwapOption;

use crate::catalog::Snapshot;
use crate::config::Http;
use crate::metrics::Metrics;
use crate::render::Renderer;

mod answer;
mod conditional;
mod documents;
mod freshness;
mod http_date;
mod index;
mod listen;
mod negotiate;
mod pool;
mod routes;
#[cfg(test)]
mod tests;
mod warm;

pub use listen::{BindError, Listeners, raise_file_limit};
pub use warm::Warmer;

use documents::Documents;
use routes::{Render, State};

/// How long a client may take to send the head of its request.
const REQUEST_HEAD: Duration = Duration::from_secs(10);
/// How long a connection may idle. Longer than proxies keep theirs by default (60 s), so that it
/// is the proxy that closes, and no request meets a closing connection.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long a closing connection may take.
const DISCONNECT: Duration = Duration::from_secs(5);

/// The server, ready to run.
pub struct Server {
    listeners: Listeners,
    state: Arc<State>,
    drain: Duration,
}

impl Server {
    /// Takes the bound sockets, and where snapshots are published. Until the first one stands,
    /// feeds are answered with 503.
    ///
    /// # Errors
    /// When the threads that render can't be started.
    pub fn new(
        listeners: Listeners,
        settings: &Http,
        snapshot: Arc<ArcSwapOption<Snapshot>>,
        metrics: Arc<Metrics>,
    ) -> io::Result<Self> {
        // A quarter for bodies: they are needed only until the documents stand.
        let renderer = Renderer::new(settings.document_cache / 4);
        let render: Arc<Render> =
            Arc::new(move |snapshot, scope, format| renderer.render(snapshot, scope, format));
        Server::with_render(listeners, settings, snapshot, metrics, render)
    }

    fn with_render(
        listeners: Listeners,
        settings: &Http,
        snapshot: Arc<ArcSwapOption<Snapshot>>,
        metrics: Arc<Metrics>,
        render: Arc<Render>,
    ) -> io::Result<Self> {
        let capacity = settings.document_cache - settings.document_cache / 4;
        let state = State {
            snapshot,
            documents: Documents::new(capacity, Arc::clone(&metrics))?,
            render,
            // Few read archives, and hardly anybody reads one twice.
            pages: Arc::new(Renderer::new(settings.document_cache / 16)),
            index: index::Index::default(),
            metrics,
            max_age: settings.max_age,
            has_admin: listeners.admin_addr().is_some(),
        };
        Ok(Server {
            listeners,
            state: Arc::new(state),
            drain: settings.drain,
        })
    }

    /// What makes documents ahead of the polls.
    pub fn warmer(&self) -> Warmer {
        Warmer {
            documents: Arc::clone(&self.state.documents),
            render: Arc::clone(&self.state.render),
        }
    }

    /// Answers requests until `stop` is ready; then takes no more, and finishes those under way,
    /// for as long as `http.drain` allows. To be awaited within an [`rt::System`].
    ///
    /// # Errors
    /// When the system refuses what a running server needs.
    pub async fn run(self, stop: impl Future<Output = ()> + 'static) -> io::Result<()> {
        let Server {
            listeners,
            state,
            drain,
        } = self;
        let workers = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let connections = listen::connections_per_worker(raise_file_limit(), workers);
        let timing = Timing {
            workers,
            connections,
            drain,
        };
        let admin = match listeners.admin {
            Some(listener) => {
                let state = Arc::clone(&state);
                let timing = Timing { workers: 1, ..timing };
                let answer = move |request: HttpRequest| routes::admin(Arc::clone(&state), request);
                let server = serve(listener, timing, answer)?;
                Some((server.handle(), rt::spawn(server)))
            }
            None => None,
        };
        let answer = move |request: HttpRequest| routes::public(Arc::clone(&state), request);
        let public = serve(listeners.public, timing, answer)?;
        let handle = public.handle();
        let stopping = rt::spawn(async move {
            stop.await;
            handle.stop(true).await;
        });
        let outcome = public.await;
        stopping.abort();
        // Last, so that the end can be watched.
        if let Some((handle, server)) = admin {
            handle.stop(true).await;
            // It was asked to end; how it did so changes nothing.
            let _ = server.await;
        }
        outcome
    }
}

#[derive(Clone, Copy)]
struct Timing {
    workers: usize,
    connections: usize,
    drain: Duration,
}

fn serve<F, Answer>(listener: std::net::TcpListener, timing: Timing, answer: F) -> io::Result<dev::Server>
where
    F: Fn(HttpRequest) -> Answer + Clone + Send + 'static,
    Answer: Future<Output = actix_web::HttpResponse> + 'static,
{
    let server = HttpServer::new(move || App::new().default_service(web::to(answer.clone())))
        .workers(timing.workers)
        .max_connections(timing.connections)
        .client_request_timeout(REQUEST_HEAD)
        .keep_alive(KEEP_ALIVE)
        .client_disconnect_timeout(DISCONNECT)
        .tcp_nodelay(true)
        .disable_signals()
        // Whole seconds; a fraction is rounded up, so that it is never none.
        .shutdown_timeout(timing.drain.as_millis().div_ceil(1000) as u64)
        .listen(listener)?;
    Ok(server.run())
}

/// Ready when the process is asked to end: by SIGTERM, or from the keyboard.
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
