//! Addresses: where a site is, and where a server listens.

use std::net::SocketAddr;

use url::{Host, Url};

use crate::vocabulary::Complaint;

/// An absolute http or https address; the result ends in `/`.
pub(super) fn absolute_url(written: &str) -> Result<Url, Complaint> {
    let no_absolute = || {
        let rest = written.trim().trim_start_matches('/');
        let rest = rest.split_once("://").map_or(rest, |(_, rest)| rest);
        let proposal = format!("https://{}/", rest.trim_end_matches('/'));
        let help = match Url::parse(&proposal) {
            Ok(_) => format!("write the whole address: {proposal}"),
            Err(_) => "write the whole address, such as https://example.org/".into(),
        };
        Complaint::new(format!("“{written}” is no absolute http or https address"), help)
    };
    let mut url = Url::parse(written.trim()).map_err(|_| no_absolute())?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(no_absolute());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Complaint::new(
            "the address holds a user name, which would be public in every feed",
            "take out what stands before the “@”, and the “@”",
        ));
    }
    if url.query().is_some() || url.fragment().is_some() {
        url.set_query(None);
        url.set_fragment(None);
        return Err(Complaint::new(
            format!("“{written}” has a query or a fragment; other addresses can't start with it"),
            format!("write {url}"),
        ));
    }
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Ok(url)
}

/// The address of a WebSub hub: absolute, and as it is written, since hubs compare it so.
pub(super) fn hub(written: &str) -> Result<String, Complaint> {
    match Url::parse(written) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.fragment().is_none() => {
            Ok(url.to_string())
        }
        _ => Err(Complaint::new(
            format!("“{written}” is no address of a hub"),
            "write an absolute http or https address, such as https://hub.example/",
        )),
    }
}

/// An address and a port to listen on.
pub(super) fn listen_address(written: &str) -> Result<SocketAddr, Complaint> {
    written.trim().parse().map_err(|_| {
        let host_and_port = written.trim().rsplit_once(':').unwrap_or(("", written.trim()));
        let help = match host_and_port {
            ("" | "localhost", port) if port.parse::<u16>().is_ok() => format!("write 127.0.0.1:{port}"),
            ("*", port) if port.parse::<u16>().is_ok() => format!("write 0.0.0.0:{port}, or [::]:{port}"),
            _ => "write an IP address and a port, such as 127.0.0.1:8080 or [::]:8080".into(),
        };
        Complaint::new(format!("“{written}” is no address to listen on"), help)
    })
}

/// The address of a preview: wherever the server listens.
pub(super) fn preview_url(listen: SocketAddr) -> Url {
    // Set part by part, because a socket address may carry a zone, which a URL can't.
    #[allow(clippy::expect_used, reason = "the text is a constant, and a URL")]
    let mut url = Url::parse("http://127.0.0.1/").expect("a URL");
    // Neither fails for a URL that has a host and a scheme with a port, as this one does.
    let _ = url.set_ip_host(listen.ip());
    let _ = url.set_port(Some(listen.port()));
    url
}

/// The host as people know it.
pub(super) fn host_name(url: &Url) -> String {
    match url.host() {
        Some(Host::Domain(name)) => name.trim_start_matches("www.").to_owned(),
        _ => url.host_str().unwrap_or("").to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use proptest::prelude::*;

    use super::*;
    use crate::vocabulary::complaint::message_and_help;

    #[test]
    fn an_address_is_absolute_and_ends_in_a_slash() {
        for (written, expected) in [
            ("https://example.org", "https://example.org/"),
            ("https://example.org/blog", "https://example.org/blog/"),
            ("HTTP://Example.ORG:80/", "http://example.org/"),
            ("http://[::1]:8080/", "http://[::1]:8080/"),
            ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ] {
            assert_eq!(absolute_url(written).unwrap().as_str(), expected);
        }
    }

    #[test]
    fn an_address_that_is_none_is_refused_with_what_was_meant() {
        for (written, help) in [
            ("example.org", "write the whole address: https://example.org/"),
            (
                "//example.org/blog",
                "write the whole address: https://example.org/blog/",
            ),
            (
                "localhost:8080",
                "write the whole address: https://localhost:8080/",
            ),
            (
                "ftp://example.org",
                "write the whole address: https://example.org/",
            ),
            (
                "https://",
                "write the whole address, such as https://example.org/",
            ),
            ("", "write the whole address, such as https://example.org/"),
            ("https://example.org/?a=1#b", "write https://example.org/"),
            (
                "https://me:secret@example.org/",
                "take out what stands before the “@”, and the “@”",
            ),
        ] {
            assert_eq!(message_and_help(absolute_url(written)).1, help, "{written}");
        }
    }

    #[test]
    fn a_refused_address_does_not_repeat_its_password() {
        assert!(
            !message_and_help(absolute_url("https://me:secret@example.org/"))
                .0
                .contains("secret")
        );
    }

    #[test]
    fn a_listen_address_is_an_address_and_a_port() {
        for good in ["127.0.0.1:8080", "[::]:80", "0.0.0.0:0"] {
            assert_eq!(listen_address(good).unwrap().to_string(), good);
        }
        for (written, help) in [
            ("8080", "write 127.0.0.1:8080"),
            (":8080", "write 127.0.0.1:8080"),
            ("localhost:8080", "write 127.0.0.1:8080"),
            ("*:8080", "write 0.0.0.0:8080, or [::]:8080"),
            (
                "127.0.0.1",
                "write an IP address and a port, such as 127.0.0.1:8080 or [::]:8080",
            ),
            (
                "localhost:99999",
                "write an IP address and a port, such as 127.0.0.1:8080 or [::]:8080",
            ),
        ] {
            assert_eq!(message_and_help(listen_address(written)).1, help, "{written}");
        }
    }

    proptest! {
        #[test]
        fn every_listen_address_has_a_preview_url(ip: IpAddr, port: u16, zone: u32) {
            let listen = match ip {
                IpAddr::V4(ip) => (ip, port).into(),
                IpAddr::V6(ip) => std::net::SocketAddrV6::new(ip, port, 0, zone).into(),
            };
            let url = preview_url(listen);
            prop_assert_eq!(url.port_or_known_default(), Some(port));
            let host = match ip {
                IpAddr::V4(ip) => Host::Ipv4(ip),
                IpAddr::V6(ip) => Host::Ipv6(ip),
            };
            prop_assert_eq!(url.host().map(|host| host.to_owned()), Some(host));
        }

        #[test]
        fn no_text_makes_a_check_panic(text in ".*") {
            let _ = absolute_url(&text);
            let _ = listen_address(&text);
        }
    }
}
