//! `[admin]`: where health checks and metrics are served, if not with the feeds.

use std::net::SocketAddr;

use super::address;
use super::options::Options;
use super::reader::Table;
use crate::vocabulary::Complaint;

/// What `[admin]` means beside a public server at an address.
pub(super) fn read(mut table: Table<'_>, options: &Options, public: SocketAddr) -> Option<SocketAddr> {
    let listen = table.option_or_text("listen", options.admin_listen.as_ref(), address::listen_address);
    let (listen, place) = listen?;
    // Port 0 is any free port, so it never meets itself.
    if listen == public && listen.port() != 0 {
        let complaint = Complaint::new(
            format!("the feeds are served at {listen} already"),
            "leave it out to have health checks and metrics there too, or take another port",
        );
        table.problems().add_if_all_else_is_good(&place, complaint);
    }
    Some(listen)
}
