//! What is printed and logged makes nobody wait, and a disk that is full is no crash.

use std::fs::{self, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::support::{Service, Site, newswire};

fn site() -> Site {
    let site = Site::new();
    site.post("a.md", "A", "2024-05-01", "");
    site
}

fn full() -> Stdio {
    OpenOptions::new().write(true).open("/dev/full").unwrap().into()
}

#[test]
fn with_the_logs_pipe_full_requests_and_the_end_go_on() {
    let site = site();
    // The shell holds the other end of the pipe open, and nobody reads it.
    let pipe = site.path().join("pipe");
    let script = format!(
        "mkfifo {pipe}; exec 3<>{pipe}; exec \"$0\" serve --listen 127.0.0.1:0 --config {} \
         --log info,newswire::access=debug 2>{pipe}",
        site.config().display(),
        pipe = pipe.display(),
    );
    let mut service = Service::start_in(&["sh", "-c", &script]);
    service.eventually("the service is ready", || service.get("/readyz").status == 200);
    // A pipe takes 64 KiB, a mebibyte waits, and the rest is lost.
    service.eventually("lines are dropped", || {
        (0..500).for_each(|_| assert_eq!(service.get("/rss.xml").status, 200));
        service.metric("newswire_log_lines_dropped_total") > 0.5
    });
    site.post("b.md", "B", "2024-05-02", "");
    service.eventually("the change is served", || {
        service.get("/rss.xml").text().contains(">B<")
    });
    let start = Instant::now();
    assert_eq!(service.stop(), Some(0));
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_full_disk_under_what_a_command_prints_is_an_error_and_no_panic() {
    for arguments in [
        &["list"][..],
        &["list", "--json"],
        &["check"],
        &["lock"],
        &["build", "--out", "public"],
        &["init", "--stdout"],
    ] {
        let site = site();
        let mut command = newswire();
        command
            .current_dir(site.path())
            .arg("--config")
            .arg(site.config());
        let output = command.args(arguments).stdout(full()).output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(
            !told.contains("panic") && !told.contains("a bug"),
            "{arguments:?}: {told}"
        );
        if arguments[0] != "init" {
            assert_eq!(output.status.code(), Some(2), "{arguments:?}: {told}");
            assert!(told.contains("No space left"), "{arguments:?}: {told}");
        }
    }
    // A reader that has seen enough is no failure.
    let site = site();
    let mut child = newswire()
        .arg("--config")
        .arg(site.config())
        .arg("lock")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_full_disk_under_the_services_output_and_log_stops_nothing() {
    let site = site();
    let socket = site.path().join("http.sock");
    let config = fs::read_to_string(site.config()).unwrap();
    let more = format!("\n[http]\nalso_listen = [\"unix:{}\"]\n", socket.display());
    fs::write(site.config(), config + &more).unwrap();
    let mut command = Command::new(newswire().get_program());
    command
        .args(["serve", "--listen", "127.0.0.1:0", "--config"])
        .arg(site.config());
    let mut service = Ended(command.stdout(full()).stderr(full()).spawn().unwrap());
    let start = Instant::now();
    let ask = || {
        let mut stream = UnixStream::connect(&socket).ok()?;
        stream
            .write_all(b"GET /rss.xml HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            .ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        answer.starts_with("HTTP/1.1 200").then_some(())
    };
    while ask().is_none() {
        assert!(start.elapsed() < Duration::from_secs(20), "it never answered");
        std::thread::sleep(Duration::from_millis(5));
    }
    let pid = rustix::process::Pid::from_child(&service.0);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    assert_eq!(service.0.wait().unwrap().code(), Some(0));
}
