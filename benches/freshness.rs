//! How fresh the whole program is, over real HTTP: from the rename of one post into place to the first
//! answer that contains it; a copy of many files; the processor time of doing nothing.
//!
//! `cargo bench --bench freshness [-- SIZE ...]`, by default 1000 10000 100000.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a tool for the project's own people

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

const SAVES: usize = 100;
const COPIED: usize = 1_000;

fn main() {
    let sizes: Vec<usize> = std::env::args()
        .skip(1)
        .filter_map(|size| size.parse().ok())
        .collect();
    let sizes = if sizes.is_empty() {
        vec![1_000, 10_000, 100_000]
    } else {
        sizes
    };
    println!(
        "posts | ready s | save to served: median ms | p99 ms | {COPIED} files served after the last write, s | idle CPU ms per s"
    );
    for size in sizes {
        measure(size);
    }
}

fn measure(posts: usize) {
    let site = tempfile::tempdir().unwrap();
    let content = site.path().join("content");
    for number in 0..posts {
        write(
            &content,
            &format!("s{}/{number}.md", number % 100),
            &post(&format!("Post {number}"), number, 2020),
        );
    }
    fs::write(
        site.path().join("feeds.toml"),
        "[site]\nurl = \"https://felix.example/\"\n",
    )
    .unwrap();
    // Whatever was just written is young, and that is not what is measured.
    sleep(Duration::from_secs(1));
    let start = Instant::now();
    let mut service = Service::start(site.path());
    while !service.get("/readyz").contains("ready\n") {
        sleep(Duration::from_millis(5));
    }
    let ready = start.elapsed();
    sleep(Duration::from_secs(2));

    let mut saves: Vec<Duration> = (0..SAVES)
        .map(|number| {
            let title = format!("Saved {number}.");
            let path = format!("s{}/saved.md", number % 100);
            let renamed = write(&content, &path, &post(&title, number, 2024));
            while !service.get("/rss.xml").contains(&title) {}
            let took = renamed.elapsed();
            sleep(Duration::from_millis(200));
            took
        })
        .collect();
    saves.sort();

    let before = service.posts();
    for number in 0..COPIED {
        let path = content.join(format!("s{}/copied-{number}.md", number % 100));
        fs::write(path, post("Copied", number, 2023)).unwrap();
    }
    let last = Instant::now();
    while service.posts() < before + COPIED as f64 {
        sleep(Duration::from_millis(1));
    }
    let copied = last.elapsed();

    sleep(Duration::from_secs(3));
    let spent = service.processor_time();
    sleep(Duration::from_secs(10));
    let idle = service.processor_time() - spent;
    let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
    println!(
        "{posts} | {:.2} | {:.1} | {:.1} | {:.2} | {:.1}",
        ready.as_secs_f64(),
        milliseconds(saves[SAVES / 2]),
        milliseconds(saves[SAVES * 99 / 100]),
        copied.as_secs_f64(),
        idle * 1e3 / 10.0,
    );
}

/// Writes a file beside its place and moves it there; returns when that was.
fn write(content: &Path, path: &str, text: &str) -> Instant {
    let full = content.join(path);
    fs::create_dir_all(full.parent().unwrap()).unwrap();
    let beside = full.with_file_name(".beside");
    fs::write(&beside, text).unwrap();
    fs::rename(beside, full).unwrap();
    Instant::now()
}

fn post(title: &str, number: usize, year: usize) -> String {
    let (month, day) = (number % 12 + 1, number % 28 + 1);
    let text = "A sentence of a usual length, with *emphasis* and a [link](/about/).\n".repeat(30);
    format!(
        "---\ntitle: {title:?}\ndate: {year}-{month:02}-{day:02}\ncategories: [c{}]\nauthors: [a{}]\ntags: [t{}]\n---\n\n{text}",
        number % 10,
        number % 50,
        number % 200
    )
}

struct Service {
    child: Child,
    stream: BufReader<TcpStream>,
}

impl Service {
    fn start(site: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_newswire"))
            .args(["serve", "--listen", "127.0.0.1:0", "--config"])
            .arg(site.join("feeds.toml"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line.split("http://").nth(1).unwrap().split('/').next().unwrap();
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Service {
            child,
            stream: BufReader::new(stream),
        }
    }

    /// The body at a path, over one connection that is kept.
    fn get(&mut self, path: &str) -> String {
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        self.stream.get_mut().write_all(request.as_bytes()).unwrap();
        let mut length = 0;
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line).unwrap();
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            if line == "\r\n" {
                break;
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).unwrap();
        String::from_utf8(body).unwrap()
    }

    fn posts(&mut self) -> f64 {
        let metrics = self.get("/metrics");
        let line = metrics
            .lines()
            .find_map(|line| line.strip_prefix("newswire_posts "));
        line.unwrap().parse().unwrap()
    }

    /// In seconds, of all threads.
    fn processor_time(&self) -> f64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let fields: Vec<&str> = stat.rsplit(") ").next().unwrap().split(' ').collect();
        let ticks: f64 = fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap();
        ticks / 100.0
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
