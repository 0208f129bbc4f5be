//! `[http]`: the public server.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use url::Url;

use super::options::Options;
use super::reader::{Location, Table};
use super::{address, amount};
use crate::vocabulary::Complaint;

/// Where the public server listens by default.
pub const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8080);

const MIB: u64 = 1 << 20;

/// The public server.
#[derive(Clone, Debug, PartialEq)]
pub struct Http {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Where it listens besides.
    pub also_listen: Vec<ListenAddress>,
    /// How long a copy may be used without asking: Cache-Control's max-age.
    pub max_age: Duration,
    /// How long a CDN may use a copy, if that differs (RFC 9213).
    pub cdn_max_age: Option<Duration>,
    /// Where a CDN is told what changed.
    pub purge_url: Option<Url>,
    /// Whether answers name the feed and the posts they carry, for a CDN.
    pub surrogate_keys: bool,
    /// How many unconditional requests a client may send in an hour; `None` is any number.
    pub requests_per_hour: Option<u32>,
    /// The peers whose word is taken for whom they speak for.
    pub trusted_proxies: Vec<IpNet>,
    /// The memory that rendered documents may take, in bytes.
    pub document_cache: u64,
    /// How long a graceful stop goes on taking connections first, while /readyz says that it is not ready.
    pub linger: Duration,
    /// How long a graceful stop may take then.
    pub drain: Duration,
}

impl Http {
    /// A server at an address with everything else as it is by default.
    pub fn listening_at(listen: SocketAddr) -> Self {
        Http {
            listen,
            also_listen: Vec::new(),
            max_age: Duration::from_mins(15),
            cdn_max_age: None,
            purge_url: None,
            surrogate_keys: false,
            requests_per_hour: None,
            trusted_proxies: Vec::new(),
            document_cache: 64 * MIB,
            linger: Duration::ZERO,
            drain: Duration::from_secs(10),
        }
    }

    /// These settings as far as a server can take them up that runs under others: its sockets and its
    /// memory, and how it purges and stops, are what they were at its start.
    #[must_use]
    pub fn under(&self, running: &Http) -> Self {
        Http {
            listen: running.listen,
            also_listen: running.also_listen.clone(),
            purge_url: running.purge_url.clone(),
            document_cache: running.document_cache,
            linger: running.linger,
            drain: running.drain,
            ..self.clone()
        }
    }
}

/// An address to listen on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListenAddress {
    /// An IP address and a port.
    Tcp(SocketAddr),
    /// A Unix socket, by its path.
    Unix(PathBuf),
}

impl std::fmt::Display for ListenAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ListenAddress::Tcp(address) => address.fmt(f),
            ListenAddress::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

/// What `[http]` means, for a site or a preview.
pub(super) fn read(mut table: Table<'_>, options: &Options, is_preview: bool) -> Http {
    const YEAR: Duration = Duration::from_hours(365 * 24);
    const HOUR: Duration = Duration::from_hours(1);
    let problems = table.problems();
    // Without the site's address every link leads to this machine: of no use to anybody else.
    let keep_private = |address: SocketAddr, place: &Location| {
        if is_preview && !address.ip().is_loopback() {
            problems.add_if_all_else_is_good(place, public_preview(address));
        }
    };
    let listen = table.option_or_text("listen", options.listen.as_ref(), address::listen_address);
    if let Some((address, place)) = &listen {
        keep_private(*address, place);
    }
    let default = Http::listening_at(listen.map_or(DEFAULT_LISTEN, |(address, _)| address));
    let also_listen = table
        .list("also_listen", None, listen_address)
        .unwrap_or_default();
    for (address, place) in &also_listen {
        if let ListenAddress::Tcp(address) = address {
            keep_private(*address, place);
        }
    }
    let time = |table: &mut Table<'_>, key, most| {
        table.amount(key, |written| amount::duration(written, Duration::ZERO..=most))
    };
    let max_age = time(&mut table, "max_age", YEAR);
    let cdn_max_age = time(&mut table, "cdn_max_age", YEAR);
    let purge_url = table.text("purge_url", purge_url);
    let surrogate_keys = table.flag("surrogate_keys");
    let requests_per_hour = table.number("requests_per_hour", requests_per_hour);
    let trusted_proxies = table.list("trusted_proxies", None, network).unwrap_or_default();
    let document_cache = table.amount("document_cache", |written| {
        amount::memory(written, MIB..=1024 * 1024 * MIB)
    });
    let linger = time(&mut table, "linger", HOUR);
    let drain = time(&mut table, "drain", HOUR);
    table.retired(
        "deltas",
        "deltas (RFC 3229) are no longer made: every client is sent the whole feed, or 304",
    );
    Http {
        also_listen: also_listen.into_iter().map(|(address, _)| address).collect(),
        max_age: max_age.unwrap_or(default.max_age),
        cdn_max_age,
        surrogate_keys: surrogate_keys.unwrap_or(purge_url.is_some()),
        purge_url,
        requests_per_hour,
        trusted_proxies: trusted_proxies.into_iter().map(|(network, _)| network).collect(),
        document_cache: document_cache.unwrap_or(default.document_cache),
        linger: linger.unwrap_or(default.linger),
        drain: drain.unwrap_or(default.drain),
        ..default
    }
}

fn public_preview(listen: SocketAddr) -> Complaint {
    Complaint::new(
        format!("without the site's url this is a preview, which can't be served to others at {listen}"),
        format!(
            "set url under [site], or --site-url, to where the site is public; or listen on {}",
            SocketAddr::new(DEFAULT_LISTEN.ip(), listen.port())
        ),
    )
}

fn listen_address(written: &str) -> Result<ListenAddress, Complaint> {
    match written.strip_prefix("unix:") {
        Some("") => Err(Complaint::new(
            "a Unix socket needs a path",
            "write it behind the colon: unix:/run/newswire/http.sock",
        )),
        Some(path) => Ok(ListenAddress::Unix(path.into())),
        None => address::listen_address(written).map(ListenAddress::Tcp),
    }
}

/// `10.0.0.0/8`, or an address alone.
fn network(written: &str) -> Result<IpNet, Complaint> {
    let bare = written.replace(char::is_whitespace, "");
    let address = || bare.parse::<IpAddr>().map(IpNet::from);
    bare.parse().or_else(|_| address()).map_err(|_| {
        Complaint::new(
            format!("“{written}” is no address of a peer"),
            "write an IP address, or a network such as 10.0.0.0/8 or fd00::/8",
        )
    })
}

fn requests_per_hour(written: i64) -> Result<u32, Complaint> {
    u32::try_from(written)
        .ok()
        .filter(|number| (1..=1_000_000).contains(number))
        .ok_or_else(|| {
            Complaint::new(
                format!("a client can't be allowed {written} requests an hour"),
                "write a number from 1 to 1000000, or leave it out: then there is no limit",
            )
        })
}

fn purge_url(written: &str) -> Result<Url, Complaint> {
    Url::parse(written)
        .ok()
        .filter(|url| url.scheme() == "http" && url.has_host())
        .ok_or_else(|| {
            Complaint::new(
                format!("“{written}” can't be asked to purge"),
                "write an absolute http address, such as http://127.0.0.1:6081/purge",
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_is_an_address_or_a_network() {
        for (written, read) in [
            ("127.0.0.1", "127.0.0.1/32"),
            ("10.0.0.0/8", "10.0.0.0/8"),
            ("fd00::1", "fd00::1/128"),
            ("::/0 ", "::/0"),
            ("10.0.0.0 / 8", "10.0.0.0/8"),
        ] {
            assert_eq!(network(written).unwrap().to_string(), read, "{written}");
        }
        for bad in ["", "10.0.0.0/33", "fd00::/129", "localhost", "10.0.0.0/", "10/8"] {
            assert!(network(bad).is_err(), "{bad}");
        }
    }
}
