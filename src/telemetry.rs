//! The log: one line an event, on standard error. Standard output belongs to the commands. Logging never blocks.

use std::io::{self, IsTerminal};
use std::str::FromStr;
use std::sync::OnceLock;
use std::time::Duration;

use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

mod queue;

use queue::Queue;

/// The filter where none is given.
pub const DEFAULT_FILTER: &str = "info";

/// How long the process waits at its end for its last lines to be written.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(1);

/// Where the lines of this process go.
static QUEUE: OnceLock<Queue> = OnceLock::new();

/// The form of a line of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// An object a line, for programs.
    Json,
}

impl FromStr for LogFormat {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "text" => Ok(LogFormat::Text),
            "json" => Ok(LogFormat::Json),
            _ => Err(format!("“{name}” is no log format: choose “text” or “json”")),
        }
    }
}

/// A filter that can't be understood.
#[derive(Debug, thiserror::Error)]
#[error(
    "can't understand the log filter “{filter}”: {reason}; write a level (error, warn, info, debug, \
     trace), or one for each part, as in “info,newswire::access=debug”"
)]
pub struct FilterError {
    filter: String,
    reason: String,
}

/// Starts logging to standard error, panics included. `filter` is a level, or a list of
/// `target=level`; `newswire::access=debug` logs every request. What libraries log is left out unless the filter names
/// them: it is not for operators, and what a client sends wrong could fill a disk.
///
/// # Errors
/// When the filter can't be understood. If something in this process logs already, that stays.
pub fn init(filter: &str, format: LogFormat) -> Result<(), FilterError> {
    let colours = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let queue = Queue::start(io::stderr(), |lines| {
        tracing::warn!(
            lines,
            "lines of the log are missing here: they could not be written as fast as they came"
        );
    });
    let subscriber = match queue {
        Ok(queue) => subscriber(filter, format, colours, QUEUE.get_or_init(|| queue).clone())?,
        // Without a thread of its own the log makes its writers wait.
        Err(_) => subscriber(filter, format, colours, io::stderr)?,
    };
    // Fails only where a log exists already, in which case there is one.
    let _ = subscriber.try_init();
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let message = panic.payload_as_str().unwrap_or("no message");
        tracing::error!(place, message, "a bug in Newswire: please report it");
        finish();
    }));
    Ok(())
}

/// Waits for the last lines of the log, for a moment at most. To be called when the process ends.
pub fn finish() {
    if let Some(queue) = QUEUE.get() {
        queue.flush(FLUSH_TIMEOUT);
    }
}

/// How many lines of the log were dropped, because they could not be written as fast as they came.
pub fn dropped_lines() -> u64 {
    QUEUE.get().map_or(0, Queue::dropped)
}

/// A filter in which a level alone is that of this program.
fn of_this_program(filter: &str) -> String {
    let directives = filter.split(',').map(str::trim).map(|directive| {
        let is_level = directive.parse::<LevelFilter>().is_ok();
        if is_level && !directive.is_empty() {
            format!("{}={directive}", env!("CARGO_PKG_NAME"))
        } else {
            directive.to_owned()
        }
    });
    directives.collect::<Vec<_>>().join(",")
}

/// What turns events into lines, and writes them to `sink`.
fn subscriber<W>(
    filter: &str,
    format: LogFormat,
    colours: bool,
    sink: W,
) -> Result<Box<dyn Subscriber + Send + Sync>, FilterError>
where
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    let parsed = EnvFilter::try_new(of_this_program(filter)).map_err(|error| FilterError {
        filter: filter.to_owned(),
        reason: error.to_string(),
    })?;
    let registry = tracing_subscriber::registry().with(parsed);
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(sink)
        .with_ansi(colours);
    Ok(match format {
        LogFormat::Text => Box::new(registry.with(lines)),
        LogFormat::Json => Box::new(registry.with(lines.json().flatten_event(true))),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Sink(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(filter: &str, format: LogFormat) -> String {
        let sink = Sink::default();
        let writer = sink.clone();
        let subscriber = subscriber(filter, format, false, move || writer.clone()).unwrap();
        tracing::subscriber::with_default(subscriber, || {
            tracing::warn!(feed = "/rss.xml", "can't render");
            tracing::debug!(target: "newswire::access", path = "/rss.xml", "answered");
            tracing::error!(target: "actix_http::h1::dispatcher", "stream error");
            tracing::error!(target: "some_library", "its own business");
        });
        let bytes = sink.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_line_for_people_is_plain_text() {
        let text = logged(DEFAULT_FILTER, LogFormat::Text);
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(
            text.contains("WARN") && text.contains("can't render feed=\"/rss.xml\""),
            "{text}"
        );
        assert!(!text.contains('\u{1b}'), "{text}");
    }

    #[test]
    fn a_line_for_programs_is_an_object() {
        let text = logged(DEFAULT_FILTER, LogFormat::Json);
        let line: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(line["level"], "WARN");
        assert_eq!(line["message"], "can't render");
        assert_eq!(line["feed"], "/rss.xml");
    }

    #[test]
    fn requests_are_logged_only_when_asked_for() {
        assert!(!logged(DEFAULT_FILTER, LogFormat::Text).contains("answered"));
        assert!(logged("info,newswire::access=debug", LogFormat::Text).contains("answered"));
    }

    #[test]
    fn no_client_can_fill_the_log() {
        for filter in [DEFAULT_FILTER, "debug"] {
            let text = logged(filter, LogFormat::Text);
            assert!(
                !text.contains("stream") && !text.contains("business"),
                "{filter}: {text}"
            );
        }
        assert!(logged("warn,some_library=error", LogFormat::Text).contains("business"));
        assert!(logged("info,actix_http=error", LogFormat::Text).contains("stream"));
    }

    #[test]
    fn a_bad_filter_or_format_is_named_with_the_way_out() {
        let error = subscriber("newswire=loud", LogFormat::Text, false, io::sink)
            .err()
            .unwrap();
        let text = error.to_string();
        assert!(
            text.contains("“newswire=loud”") && text.contains("debug"),
            "{text}"
        );
        assert_eq!("json".parse(), Ok(LogFormat::Json));
        let error = "xml".parse::<LogFormat>().unwrap_err();
        assert!(error.contains("“xml”") && error.contains("“json”"), "{error}");
    }
}
