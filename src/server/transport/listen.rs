//! The sockets of the server: bound, or taken from systemd.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::FileTypeExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;

use listenfd::ListenFd;
use rustix::process::{Resource, getrlimit, setrlimit};

use crate::config::{Http, ListenAddress};

/// How many connections may wait to be accepted: enough for a burst of polls on the hour.
const BACKLOG: i32 = 1024;
/// How long sent data may stay unacknowledged, in milliseconds.
#[cfg(target_os = "linux")]
const STALLED_WRITE: u32 = 30_000;

/// An address that can't be listened on.
#[derive(Debug, thiserror::Error)]
#[error("can't listen on {address}: {}", reason(address, source))]
pub struct BindError {
    /// The address.
    pub address: ListenAddress,
    /// What the system said.
    #[source]
    pub source: io::Error,
}

/// What is wrong, and what to do.
fn reason(address: &ListenAddress, error: &io::Error) -> String {
    if let ListenAddress::Unix(_) = address {
        return match error.kind() {
            io::ErrorKind::AddrInUse => {
                "another program listens there already, or the file is no socket; stop the one, or take the \
                 other away"
                    .into()
            }
            io::ErrorKind::NotFound => "there is no such directory; make it, or name another".into(),
            io::ErrorKind::PermissionDenied => {
                "the user that Newswire runs as may not make files in that directory".into()
            }
            _ => error.to_string(),
        };
    }
    let advice = "choose another with --listen or `listen` under [http] in feeds.toml";
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            format!(
                "another program uses it already; stop that one, or {advice} (port 0 takes any free port)"
            )
        }
        io::ErrorKind::AddrNotAvailable => {
            format!("this machine has no such address; {advice} (0.0.0.0 is every address it has)")
        }
        io::ErrorKind::PermissionDenied => {
            format!("ports below 1024 need a privilege; {advice} (8080 needs none)")
        }
        _ => error.to_string(),
    }
}

/// A socket that listens.
#[derive(Debug)]
pub(crate) enum Socket {
    Tcp(TcpListener),
    Unix(UnixListener),
}

/// Bound sockets. They are bound first: a port in use is known before any post is read, and early connections wait
/// rather than fail.
#[derive(Debug)]
pub struct Listeners {
    pub(crate) public: Vec<Socket>,
    pub(crate) admin: Option<TcpListener>,
    address: SocketAddr,
    admin_address: Option<SocketAddr>,
}

impl Listeners {
    /// Binds the public addresses, or takes the sockets that systemd has bound, and the address of health
    /// checks and metrics if there is one.
    ///
    /// # Errors
    /// Names the address that can't be had, why, and what to do.
    pub fn bind(http: &Http, admin: Option<SocketAddr>) -> Result<Self, BindError> {
        let handed_over = handed_over(http.listen)?;
        let public = if handed_over.is_empty() {
            let first = ListenAddress::Tcp(http.listen);
            let all = std::iter::once(&first).chain(&http.also_listen);
            all.map(bind).collect::<Result<_, _>>()?
        } else {
            handed_over
        };
        let local = |socket: &Socket| match socket {
            Socket::Tcp(listener) => listener.local_addr().ok(),
            Socket::Unix(_) => None,
        };
        let admin = admin.map(bind_tcp).transpose()?;
        Ok(Listeners {
            address: public.iter().find_map(local).unwrap_or(http.listen),
            admin_address: admin.as_ref().and_then(|listener| listener.local_addr().ok()),
            public,
            admin,
        })
    }

    /// The first public address, with the real port where 0 was asked for.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// The address of health checks and metrics, if they have their own.
    pub fn admin_addr(&self) -> Option<SocketAddr> {
        self.admin_address
    }
}

/// The sockets that systemd has bound (socket activation, sd_listen_fds(3)). They stay open from one process to the
/// next, so that no connection in between is refused.
fn handed_over(listen: SocketAddr) -> Result<Vec<Socket>, BindError> {
    let mut handed_over = ListenFd::from_env();
    let socket = |index: usize, from: &mut ListenFd| -> io::Result<Option<Socket>> {
        if let Ok(Some(listener)) = from.take_tcp_listener(index) {
            return tune(&listener).map(|()| Some(Socket::Tcp(listener)));
        }
        Ok(from.take_unix_listener(index)?.map(Socket::Unix))
    };
    let mut sockets = Vec::new();
    for index in 0..handed_over.len() {
        let taken = socket(index, &mut handed_over).map_err(|source| BindError {
            address: ListenAddress::Tcp(listen),
            source,
        })?;
        sockets.extend(taken);
    }
    Ok(sockets)
}

fn bind(address: &ListenAddress) -> Result<Socket, BindError> {
    match address {
        ListenAddress::Tcp(address) => bind_tcp(*address).map(Socket::Tcp),
        ListenAddress::Unix(path) => bind_unix(path).map(Socket::Unix).map_err(|source| BindError {
            address: address.clone(),
            source,
        }),
    }
}

fn bind_tcp(address: SocketAddr) -> Result<TcpListener, BindError> {
    let bound = || {
        let listener = TcpListener::bind(address)?;
        // Raises what the standard library chose.
        rustix::net::listen(&listener, BACKLOG)?;
        tune(&listener)?;
        Ok(listener)
    };
    bound().map_err(|source| BindError {
        address: ListenAddress::Tcp(address),
        source,
    })
}

/// Sets what every connection inherits.
#[cfg_attr(not(target_os = "linux"), allow(unused_variables, clippy::unnecessary_wraps))]
fn tune(listener: &TcpListener) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    rustix::net::sockopt::set_tcp_user_timeout(listener, STALLED_WRITE)?;
    Ok(())
}

fn bind_unix(path: &Path) -> io::Result<UnixListener> {
    // A process that was killed leaves the file of its socket behind.
    let is_socket = path
        .symlink_metadata()
        .is_ok_and(|metadata| metadata.file_type().is_socket());
    let is_refused = |error: io::Error| error.kind() == io::ErrorKind::ConnectionRefused;
    if is_socket && UnixStream::connect(path).is_err_and(is_refused) {
        std::fs::remove_file(path)?;
    }
    let listener = UnixListener::bind(path)?;
    rustix::net::listen(&listener, BACKLOG)?;
    Ok(listener)
}

/// Raises the soft limit of open files to the hard one, and returns the limit; `None` is none. Every connection is an
/// open file, and the usual soft limit of 1,024 is soon reached.
pub fn raise_file_limit() -> Option<u64> {
    let limit = getrlimit(Resource::Nofile);
    let raised = rustix::process::Rlimit {
        current: limit.maximum,
        ..limit
    };
    match setrlimit(Resource::Nofile, raised) {
        Ok(()) => limit.maximum,
        Err(_) => limit.current,
    }
}

/// The most connections of each worker, such that all workers leave some files to the rest of the program.
pub(crate) fn connections_per_worker(file_limit: Option<u64>, workers: usize) -> usize {
    /// For the content directory, its watches, the log and the listeners.
    const RESERVED: u64 = 256;
    /// Bounds the memory.
    const MOST: u64 = 25_000;
    let files = file_limit.unwrap_or(u64::MAX);
    let spare = files.saturating_sub(RESERVED).max(files / 2);
    (spare / workers.max(1) as u64).clamp(1, MOST) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn http(listen: &str, also_listen: Vec<ListenAddress>) -> Http {
        Http {
            also_listen,
            ..Http::listening_at(listen.parse().unwrap())
        }
    }

    #[test]
    fn port_zero_takes_a_free_port_and_tells_it() {
        let any = "127.0.0.1:0";
        let listeners = Listeners::bind(&http(any, Vec::new()), Some(any.parse().unwrap())).unwrap();
        assert_ne!(listeners.local_addr().port(), 0);
        assert_ne!(listeners.admin_addr().unwrap().port(), 0);
        assert_ne!(Some(listeners.local_addr()), listeners.admin_addr());
    }

    #[test]
    fn a_port_in_use_is_one_error_that_names_the_address_and_the_way_out() {
        let free = http("127.0.0.1:0", Vec::new());
        let first = Listeners::bind(&free, None).unwrap();
        let address = first.local_addr();
        let error = Listeners::bind(&http(&address.to_string(), Vec::new()), None).unwrap_err();
        let error = error.to_string();
        assert!(
            error.starts_with(&format!("can't listen on {address}: another program uses it")),
            "{error}"
        );
        assert!(error.contains("--listen") && !error.contains('\n'), "{error}");
        let error = Listeners::bind(&free, Some(address)).unwrap_err();
        assert_eq!(error.address, ListenAddress::Tcp(address));
    }

    #[test]
    fn an_address_of_another_machine_is_named() {
        let error = Listeners::bind(&http("192.0.2.1:0", Vec::new()), None).unwrap_err();
        assert!(error.to_string().contains("no such address"), "{error}");
    }

    #[test]
    fn a_unix_socket_that_was_left_behind_is_replaced_and_one_in_use_is_not() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("http.sock");
        let socket = || http("127.0.0.1:0", vec![ListenAddress::Unix(path.clone())]);
        let first = Listeners::bind(&socket(), None).unwrap();
        assert_eq!(first.public.len(), 2);
        let error = Listeners::bind(&socket(), None).unwrap_err().to_string();
        assert!(
            error.starts_with(&format!(
                "can't listen on unix:{}: another program",
                path.display()
            )),
            "{error}"
        );
        drop(first);
        assert!(path.exists(), "left behind");
        Listeners::bind(&socket(), None).unwrap();

        let lost = http("127.0.0.1:0", vec![ListenAddress::Unix(path.join("below"))]);
        assert!(Listeners::bind(&lost, None).is_err());
        std::fs::write(directory.path().join("file"), "").unwrap();
        let file = ListenAddress::Unix(directory.path().join("file"));
        assert!(Listeners::bind(&http("127.0.0.1:0", vec![file]), None).is_err());
        assert!(
            directory.path().join("file").exists(),
            "no file of anybody's is removed"
        );
    }

    #[test]
    fn connections_stay_below_the_limit_of_open_files() {
        for (limit, workers, expected) in [
            (Some(1024), 2, 384),
            (Some(256), 2, 64),
            (Some(0), 2, 1),
            (Some(1_048_576), 4, 25_000),
            (None, 2, 25_000),
        ] {
            assert_eq!(
                connections_per_worker(limit, workers),
                expected,
                "{limit:?} {workers}"
            );
        }
    }

    #[test]
    fn the_soft_limit_of_open_files_becomes_the_hard_one() {
        raise_file_limit();
        let limit = getrlimit(Resource::Nofile);
        assert_eq!(limit.current, limit.maximum);
    }
}
