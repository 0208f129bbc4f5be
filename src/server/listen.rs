//! Where the server listens.

use std::io;
use std::net::{SocketAddr, TcpListener};

use rustix::process::{Resource, getrlimit, setrlimit};

/// How many connections may wait to be accepted: a burst of pollers on the hour.
const BACKLOG: i32 = 1024;
/// How long a client may leave what was sent to it unacknowledged, in milliseconds.
#[cfg(target_os = "linux")]
const STALLED_WRITE: u32 = 30_000;

/// An address that can't be listened on.
#[derive(Debug, thiserror::Error)]
#[error("can't listen on {address}: {}", reason(source))]
pub struct BindError {
    /// The address.
    pub address: SocketAddr,
    /// What the system said.
    #[source]
    pub source: io::Error,
}

/// What is the matter, with the way out.
fn reason(error: &io::Error) -> String {
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

/// Sockets that are bound, but not yet answered. To bind comes first: a port in use is known
/// before any post is read, and what connects early waits rather than fails.
#[derive(Debug)]
pub struct Listeners {
    pub(super) public: TcpListener,
    pub(super) admin: Option<TcpListener>,
    address: SocketAddr,
    admin_address: Option<SocketAddr>,
}

impl Listeners {
    /// Binds the public address, and the one of health checks and metrics if there is one.
    ///
    /// # Errors
    /// Names the address that can't be had, why, and what to do.
    pub fn bind(public: SocketAddr, admin: Option<SocketAddr>) -> Result<Self, BindError> {
        let (public, address) = bind(public)?;
        let (admin, admin_address) = admin.map(bind).transpose()?.unzip();
        Ok(Listeners {
            public,
            admin,
            address,
            admin_address,
        })
    }

    /// The public address, with the real port where 0 was asked for.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// The address of health checks and metrics, if they have their own.
    pub fn admin_addr(&self) -> Option<SocketAddr> {
        self.admin_address
    }
}

fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), BindError> {
    let bound = || -> io::Result<(TcpListener, SocketAddr)> {
        let listener = TcpListener::bind(address)?;
        // Raises what the standard library chose; the rest is inherited by every connection.
        rustix::net::listen(&listener, BACKLOG)?;
        #[cfg(target_os = "linux")]
        rustix::net::sockopt::set_tcp_user_timeout(&listener, STALLED_WRITE)?;
        let address = listener.local_addr()?;
        Ok((listener, address))
    };
    bound().map_err(|source| BindError { address, source })
}

/// Raises the soft limit of open files to the hard one, and gives what it is then; `None` is no
/// limit. Every connection is an open file, and the usual soft limit of 1,024 is soon reached.
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

/// How many connections each worker takes at most, so that all of them together leave some files
/// for the rest of the program.
pub(super) fn connections_per_worker(file_limit: Option<u64>, workers: usize) -> usize {
    /// For the content directory, its watches, the log and the listeners.
    const RESERVED: u64 = 256;
    /// Enough for anything, and little enough memory.
    const MOST: u64 = 25_000;
    let files = file_limit.unwrap_or(u64::MAX);
    let spare = files.saturating_sub(RESERVED).max(files / 2);
    (spare / workers.max(1) as u64).clamp(1, MOST) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn port_zero_takes_a_free_port_and_tells_it() {
        let any = "127.0.0.1:0".parse().unwrap();
        let listeners = Listeners::bind(any, Some(any)).unwrap();
        assert_ne!(listeners.local_addr().port(), 0);
        assert_ne!(listeners.admin_addr().unwrap().port(), 0);
        assert_ne!(Some(listeners.local_addr()), listeners.admin_addr());
    }

    #[test]
    fn a_port_in_use_is_one_error_that_names_the_address_and_the_way_out() {
        let first = Listeners::bind("127.0.0.1:0".parse().unwrap(), None).unwrap();
        let address = first.local_addr();
        let error = Listeners::bind(address, None).unwrap_err().to_string();
        assert!(
            error.starts_with(&format!("can't listen on {address}: another program uses it")),
            "{error}"
        );
        assert!(error.contains("--listen") && !error.contains('\n'), "{error}");
        let free = "127.0.0.1:0".parse().unwrap();
        let error = Listeners::bind(free, Some(address)).unwrap_err();
        assert_eq!(error.address, address);
    }

    #[test]
    fn an_address_of_another_machine_is_named() {
        let error = Listeners::bind("192.0.2.1:0".parse().unwrap(), None).unwrap_err();
        assert!(error.to_string().contains("no such address"), "{error}");
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
