//! `newswire healthcheck`: asks a running service whether it is ready. An image without a shell has
//! nothing else to ask with.

use std::io::{BufRead, BufReader, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, bail};

use crate::cli::output::say;
use crate::config::Config;

/// How long the service may take to answer.
const PATIENCE: Duration = Duration::from_secs(3);

pub(super) fn run(config: &Config) -> anyhow::Result<()> {
    let address = reachable(config.admin.unwrap_or(config.http.listen));
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)
        .with_context(|| format!("no service answers at {address}"))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    write!(
        stream,
        "GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )?;
    let mut lines = BufReader::new(stream).lines();
    let status = lines.next().transpose()?.unwrap_or_default();
    let body = lines
        .map_while(Result::ok)
        .skip_while(|line| !line.is_empty())
        .nth(1)
        .unwrap_or_default();
    if status.split(' ').nth(1) != Some("200") {
        bail!(
            "the service at {address} is not ready: {}",
            if body.is_empty() { status } else { body }
        );
    }
    say!("{body}");
    Ok(())
}

/// An address that stands for all of the machine's is reached over its loopback.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}
