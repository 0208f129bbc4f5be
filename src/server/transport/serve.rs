//! actix-server and actix-http on bound sockets.

use std::future::{Future, ready};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use actix_http::error::DispatchError;
use actix_http::{HttpService, Request, Response};
use actix_server::{GracefulShutdownSignal, Server};
use actix_service::{ServiceFactory, ServiceFactoryExt, fn_service};
use actix_web::HttpResponse;
use actix_web::rt::net::{TcpStream, UnixStream};
use tokio::io::{AsyncRead, AsyncWrite};

use super::connection::{Connection, REQUEST_HEAD};
use super::connection_limit::ConnectionLimit;
use super::listen::Socket;
use crate::metrics::Metrics;

/// How long a connection may idle. Longer than the usual 60 s of proxies: if the proxy closes it, no request meets a
/// closed connection.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long a connection may take to close.
const DISCONNECT: Duration = Duration::from_secs(5);

#[derive(Clone, Copy)]
pub(crate) struct Timing {
    pub(crate) workers: usize,
    /// Of each worker.
    pub(crate) connections: usize,
    pub(crate) drain: Duration,
}

/// A server on these sockets, of which there is at least one.
pub(crate) fn serve<F, Answer>(
    sockets: Vec<Socket>,
    timing: Timing,
    metrics: &Arc<Metrics>,
    answer: F,
) -> io::Result<Server>
where
    F: Fn(Request) -> Answer + Clone + Send + 'static,
    Answer: Future<Output = HttpResponse> + 'static,
{
    let mut builder = Server::build()
        .workers(timing.workers)
        .max_concurrent_connections(timing.connections)
        .disable_signals()
        // actix takes whole seconds; rounded up, a fraction is not zero.
        .shutdown_timeout(timing.drain.as_millis().div_ceil(1000) as u64);
    let limit = Arc::new(ConnectionLimit::new(timing.connections * timing.workers));
    let ending = builder.graceful_shutdown_signal();
    for socket in sockets {
        let (answer, ending, limit) = (answer.clone(), ending.clone(), Arc::clone(&limit));
        let metrics = Arc::clone(metrics);
        builder = match socket {
            Socket::Tcp(listener) => builder.listen("http", listener, move || {
                let (limit, metrics) = (Arc::clone(&limit), Arc::clone(&metrics));
                fn_service(move |stream: TcpStream| ready(accept(stream, &limit, &metrics)))
                    .and_then(protocol(answer.clone(), ending.clone()))
            })?,
            Socket::Unix(listener) => builder.listen_uds("http", listener, move || {
                let metrics = Arc::clone(&metrics);
                let connect = move |stream| Connection::new(stream, None, Arc::clone(&metrics));
                fn_service(move |stream: UnixStream| ready(Ok((connect(stream), None))))
                    .and_then(protocol(answer.clone(), ending.clone()))
            })?,
        };
    }
    Ok(builder.run())
}

/// Accepts a connection, unless its peer has too many.
fn accept(
    stream: TcpStream,
    limit: &Arc<ConnectionLimit>,
    metrics: &Arc<Metrics>,
) -> Result<(Connection<TcpStream>, Option<SocketAddr>), DispatchError> {
    // If the client has gone already, reading tells.
    let peer = stream.peer_addr().ok();
    let permit = match peer {
        Some(peer) => Some(
            limit
                .admit(peer.ip())
                .ok_or_else(|| io::Error::from(io::ErrorKind::ConnectionRefused))?,
        ),
        None => None,
    };
    let _ = stream.set_nodelay(true);
    Ok((Connection::new(stream, permit, Arc::clone(metrics)), peer))
}

/// HTTP on a connection.
fn protocol<S, F, Answer>(
    answer: F,
    ending: GracefulShutdownSignal,
) -> impl ServiceFactory<
    (Connection<S>, Option<SocketAddr>),
    Config = (),
    Response = (),
    Error = DispatchError,
    InitError = (),
>
where
    S: AsyncRead + AsyncWrite + Unpin + 'static,
    F: Fn(Request) -> Answer + Clone + Send + 'static,
    Answer: Future<Output = HttpResponse> + 'static,
{
    // Without actix-web's routes, extractors and middleware: one handler needs none of them.
    let service = move |request: Request| {
        let answer = answer(request);
        async move { Ok::<_, actix_http::Error>(Response::from(answer.await)) }
    };
    HttpService::build()
        .graceful_shutdown_signal(move || {
            let ending = ending.clone();
            async move { ending.notified().await }
        })
        .keep_alive(KEEP_ALIVE)
        .client_request_timeout(REQUEST_HEAD)
        .client_disconnect_timeout(DISCONNECT)
        .h1(fn_service(service))
}
