use std::future::poll_fn;
use std::io::{Read, Write};

use actix_web::rt::System;
use actix_web::rt::net::TcpStream;

use super::*;
use crate::server::transport::head::LONGEST_LINE;

const SHORT: Limits = Limits {
    head: Duration::from_millis(50),
    request: Duration::from_millis(50),
    stall: Duration::from_millis(50),
    answer: Duration::from_mins(1),
    close: Duration::from_millis(50),
};

/// Both ends of a connection, within short limits.
fn ends() -> (std::net::TcpStream, Connection<TcpStream>) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let client = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (stream, _) = listener.accept().unwrap();
    stream.set_nonblocking(true).unwrap();
    let stream = TcpStream::from_std(stream).unwrap();
    (
        client,
        Connection::within(SHORT, stream, None, Arc::new(Metrics::new())),
    )
}

async fn read(connection: &mut Connection<TcpStream>) -> io::Result<usize> {
    let mut storage = [0; 1024];
    let mut buffer = ReadBuf::new(&mut storage);
    poll_fn(|context| Pin::new(&mut *connection).poll_read(context, &mut buffer)).await?;
    Ok(buffer.filled().len())
}

async fn write(connection: &mut Connection<TcpStream>, bytes: &[u8]) -> io::Result<usize> {
    poll_fn(|context| Pin::new(&mut *connection).poll_write(context, bytes)).await
}

/// Whether one answer is in the metrics, and has this status.
fn is_counted(connection: &Connection<TcpStream>, status: &str) -> bool {
    let text = connection.metrics.encode();
    let mut lines = text
        .lines()
        .filter(|line| line.starts_with("newswire_http_requests_total{"));
    let line = lines.next().unwrap_or_default();
    lines.next().is_none() && line.ends_with(&format!("status=\"{status}\"}} 1"))
}

/// What a client is told last.
async fn last_words(connection: &mut Connection<TcpStream>, client: &mut std::net::TcpStream) -> String {
    let ended = poll_fn(|context| Pin::new(&mut *connection).poll_shutdown(context));
    ended.await.unwrap();
    let mut told = String::new();
    client.read_to_string(&mut told).unwrap();
    told
}

#[test]
fn a_later_head_is_timed_from_its_first_byte_wherever_that_comes() {
    for is_pipelined in [false, true] {
        System::new().block_on(async {
            let (mut client, mut connection) = ends();
            let first: &[u8] = b"GET / HTTP/1.1\r\n\r\n";
            client
                .write_all(&[first, if is_pipelined { b"GE" } else { b"" }].concat())
                .unwrap();
            assert!(read(&mut connection).await.unwrap() >= first.len());
            assert_eq!(write(&mut connection, b"answer").await.unwrap(), 6);
            if !is_pipelined {
                client.write_all(b"GE").unwrap();
                assert_eq!(read(&mut connection).await.unwrap(), 2);
            }
            assert_eq!(read(&mut connection).await.unwrap(), 0, "no more is read");
            let told = last_words(&mut connection, &mut client).await;
            assert!(told.starts_with("answerHTTP/1.1 408 "), "{told}");
            assert!(told.contains("\r\nConnection: close\r\n"), "{told}");
            assert!(is_counted(&connection, "408"));
        });
    }
}

#[test]
fn what_is_too_long_is_answered_after_what_was_asked_before_it() {
    let request = b"GET / HTTP/1.1\r\n\r\n";
    let long = vec![b'a'; LONGEST_LINE + 1];
    for (text, counts, status) in [
        ([&request[..], b"GET /", &long].concat(), request.len(), "414"),
        ([&b"GET / HTTP/1.1\r\na: "[..], &long].concat(), 0, "431"),
    ] {
        System::new().block_on(async {
            let (mut client, mut connection) = ends();
            let mut sent = client.try_clone().unwrap();
            let sender = std::thread::spawn(move || sent.write_all(&text));
            let mut read_in_all = 0;
            while connection.refused.is_none() {
                read_in_all += read(&mut connection).await.unwrap();
            }
            assert!(read_in_all >= counts);
            sender.join().unwrap().unwrap();
            let told = last_words(&mut connection, &mut client).await;
            assert!(told.starts_with(&format!("HTTP/1.1 {status} ")), "{told}");
            assert!(is_counted(&connection, status));
        });
    }
}

#[test]
fn a_client_that_takes_all_it_can_get_lets_others_have_their_turn() {
    System::new().block_on(async {
        let (client, mut connection) = ends();
        let reader = std::thread::spawn(move || io::copy(&mut &client, &mut io::sink()).unwrap());
        let (part, mut in_a_row, mut most) = (vec![0; 64 << 10], 0, 0);
        for _ in 0..100 {
            let written = poll_fn(|context| {
                let written = Pin::new(&mut connection).poll_write(context, &part);
                in_a_row = if written.is_pending() { 0 } else { in_a_row };
                written
            });
            in_a_row += written.await.unwrap();
            most = most.max(in_a_row);
        }
        assert!(most < WRITE_QUOTA + part.len(), "{most}");
        drop(connection);
        reader.join().unwrap();
    });
}

#[test]
fn a_client_that_takes_nothing_of_its_answer_is_an_error() {
    System::new().block_on(async {
        let (mut client, mut connection) = ends();
        let answer = vec![0; 64 << 10];
        let error = loop {
            if let Err(error) = write(&mut connection, &answer).await {
                break error;
            }
        };
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        drop(connection);
        assert!(client.read(&mut [0; 8]).is_ok(), "what was sent is there");
    });
}
