//! The program, serving.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::site::{Site, newswire};

/// How long anything may take before a test gives up on it.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running `newswire serve`.
pub(crate) struct Service {
    child: Child,
    address: String,
    agent: ureq::Agent,
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// A header's value.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(own, _)| own.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

impl Service {
    /// Starts the program on a site, and waits until it is ready.
    pub(crate) fn start(site: &Site) -> Self {
        let service = Service::start_with(&["--config", site.config().to_str().unwrap()]);
        service.eventually("the service is ready", || service.get("/readyz").status == 200);
        service
    }

    /// Starts the program with arguments, and waits until it says where it listens.
    pub(crate) fn start_with(arguments: &[&str]) -> Self {
        Service::of(newswire(), arguments)
    }

    /// The same for a command that becomes the program.
    pub(crate) fn of(mut command: Command, arguments: &[&str]) -> Self {
        command.args(["serve", "--listen", "127.0.0.1:0"]).args(arguments);
        Service::spawn(command)
    }

    /// The same, with its log in a file.
    pub(crate) fn logging(mut command: Command, arguments: &[&str], log: File) -> Self {
        command.args(["serve", "--listen", "127.0.0.1:0"]).args(arguments);
        Service::spawn_with(command, log.into())
    }

    /// Starts a command of which the program is a child: its path is the last argument, `$0` of a
    /// shell script before it.
    pub(crate) fn start_in(command: &[&str]) -> Self {
        let program = newswire();
        let mut outer = Command::new(command[0]);
        outer.args(&command[1..]).arg(program.get_program());
        Service::spawn(outer)
    }

    /// Starts the program with arguments in a directory, its log in a file there.
    pub(crate) fn logged(directory: &Path, arguments: &[&str]) -> Self {
        let mut command = newswire();
        command.current_dir(directory);
        command.args(["serve", "--listen", "127.0.0.1:0"]).args(arguments);
        let log = File::options()
            .create(true)
            .append(true)
            .open(directory.join("log"));
        Service::spawn_with(command, log.unwrap().into())
    }

    fn spawn(command: Command) -> Self {
        Service::spawn_with(command, Stdio::null())
    }

    fn spawn_with(mut command: Command, log: Stdio) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| Some(line.split_once("http://")?.1.split(['/', ' ']).next()?.to_owned()))
            .expect("the service says where it listens");
        // Keep reading, so that it never waits for a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(PATIENCE))
            .build();
        Service {
            child,
            address,
            agent: config.into(),
        }
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[])
    }

    pub(crate) fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = self.agent.get(format!("http://{}{path}", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        answer(request.call().unwrap())
    }

    /// The same, if there is an answer at all.
    pub(crate) fn try_get(&self, path: &str, headers: &[(&str, &str)]) -> Option<u16> {
        let mut request = self.agent.get(format!("http://{}{path}", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = request.call().ok()?;
        response.body_mut().read_to_vec().ok()?;
        Some(response.status().as_u16())
    }

    /// The process's number.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Asks the process to end, and returns its exit code; fails the test if it never ends.
    pub(crate) fn stop(&mut self) -> Option<i32> {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            assert!(start.elapsed() < PATIENCE, "it never ended");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Ends the process at once, as a crash does.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) fn head(&self, path: &str) -> Answer {
        answer(
            self.agent
                .head(format!("http://{}{path}", self.address))
                .call()
                .unwrap(),
        )
    }

    /// Sends it a signal, by its name.
    pub(crate) fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .args(["-s", name, &self.child.id().to_string()])
            .status();
        assert!(status.unwrap().success());
    }

    /// A metric's value, summed over its labels.
    pub(crate) fn metric(&self, name: &str) -> f64 {
        let metrics = self.get("/metrics");
        let lines = metrics.text().lines().filter(|line| !line.starts_with('#'));
        lines
            .filter(|line| line.split(['{', ' ']).next() == Some(name))
            .filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok())
            .sum()
    }

    /// Waits until something holds; fails the test if it never does.
    #[allow(clippy::unused_self)] // it is about the service
    pub(crate) fn eventually(&self, what: &str, mut holds: impl FnMut() -> bool) {
        let start = Instant::now();
        while !holds() {
            assert!(start.elapsed() < PATIENCE, "it never came true that {what}");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Waits until every document a fresh process makes of the site is served, byte for byte.
    pub(crate) fn agrees_with_a_fresh_process(&self, site: &Site) {
        let fresh = site.build();
        assert!(!fresh.is_empty());
        let mut differing = String::new();
        let start = Instant::now();
        loop {
            let different = fresh.iter().find(|(path, bytes)| self.get(path).body != **bytes);
            match different {
                None => return,
                Some((path, _)) => differing.clone_from(path),
            }
            assert!(
                start.elapsed() < PATIENCE,
                "{differing} differs:\nserved: {}\nfresh:  {}",
                self.get(&differing).text(),
                String::from_utf8_lossy(&fresh[&differing])
            );
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn answer(response: ureq::http::Response<ureq::Body>) -> Answer {
    let (parts, body) = response.into_parts();
    let mut bytes = Vec::new();
    body.into_reader().read_to_end(&mut bytes).unwrap();
    Answer {
        status: parts.status.as_u16(),
        headers: parts
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect(),
        body: bytes,
    }
}
