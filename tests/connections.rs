//! What a connection may bring, byte by byte: requests that are none, that come by halves, or that want another
//! protocol.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::support::{Service, Site};

fn service() -> Service {
    let site = Site::new();
    site.post("a.md", "A", "2024-05-01", "");
    Service::start(&site)
}

fn connect(service: &Service) -> TcpStream {
    let stream = TcpStream::connect(service.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

/// The status of the next answer on a connection, and whether another may follow.
fn next(stream: &mut TcpStream) -> (u16, bool) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap().to_lowercase();
    let length = head
        .split("content-length: ")
        .nth(1)
        .unwrap_or("0")
        .split("\r\n")
        .next()
        .unwrap();
    let mut body = vec![0; length.parse().unwrap()];
    stream.read_exact(&mut body).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, !head.contains("connection: close"))
}

fn ends(stream: &mut TcpStream) -> bool {
    stream.read(&mut [0]).is_ok_and(|length| length == 0)
}

#[test]
fn an_upgrade_that_is_not_taken_leaves_the_connection_alive() {
    let service = service();
    for upgrade in [
        "Upgrade: websocket",
        "upgrade:websocket",
        "Upgrade: h2c",
        "UPGRADE: WebSocket",
    ] {
        let mut stream = connect(&service);
        let text = format!("GET /rss.xml HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n{upgrade}\r\n\r\n");
        for _ in 0..2 {
            // In pieces, so that the name comes in two.
            for piece in text.as_bytes().chunks(7) {
                stream.write_all(piece).unwrap();
            }
            assert_eq!(next(&mut stream), (200, true), "{upgrade}");
        }
        stream
            .write_all(b"GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n")
            .unwrap();
        assert_eq!(next(&mut stream), (404, true), "{upgrade}");
    }
}

#[test]
fn a_request_with_a_body_is_the_last_of_its_connection() {
    let service = service();
    for head in [
        "POST /rss.xml HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi",
        "POST /rss.xml HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
        "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n",
    ] {
        let mut stream = connect(&service);
        stream.write_all(head.as_bytes()).unwrap();
        assert_eq!(next(&mut stream), (405, false), "{head}");
        assert!(ends(&mut stream), "{head}");
    }
    let mut stream = connect(&service);
    let empty = b"GET /rss.xml HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n";
    for _ in 0..2 {
        stream.write_all(empty).unwrap();
        assert_eq!(next(&mut stream), (200, true));
    }
}

#[test]
fn a_host_that_is_none_is_400_and_a_long_target_414() {
    let service = service();
    for host in ["a b", "a/b", "user@a", "[::1", "a:b", "a\\b", "\u{fc}"] {
        let mut stream = connect(&service);
        write!(stream, "GET /rss.xml HTTP/1.1\r\nHost: {host}\r\n\r\n").unwrap();
        assert_eq!(next(&mut stream), (400, false), "{host}");
        assert!(ends(&mut stream), "{host}");
    }
    for (length, status, goes_on) in [
        (8000, 404, true),
        (9000, 414, true),
        (40_000, 414, false),
        (70_000, 414, false),
        (200_000, 414, false),
    ] {
        let mut stream = connect(&service);
        let text = format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "a".repeat(length));
        stream.write_all(text.as_bytes()).unwrap();
        assert_eq!(next(&mut stream), (status, goes_on), "{length}");
    }
    let mut stream = connect(&service);
    let text = format!("GET / HTTP/1.1\r\nHost: a\r\na: {}\r\n\r\n", "a".repeat(40_000));
    stream.write_all(text.as_bytes()).unwrap();
    assert_eq!(next(&mut stream), (431, false));
}

#[test]
fn the_beginning_of_a_next_request_is_timed_from_its_first_byte() {
    let service = service();
    let start = Instant::now();
    let mut stream = connect(&service);
    stream
        .write_all(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\nGE")
        .unwrap();
    assert_eq!(next(&mut stream), (200, true));
    assert_eq!(next(&mut stream), (408, false));
    assert!(ends(&mut stream));
    let took = start.elapsed();
    assert!((9..15).contains(&took.as_secs()), "{took:?}");
}
