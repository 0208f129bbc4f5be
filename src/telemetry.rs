//! The log: one line an event, on standard error. Standard output belongs to the commands.

use std::io::{self, IsTerminal};
use std::str::FromStr;

use tracing::Subscriber;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// What is logged when nothing else is asked for: what an operator should know.
pub const DEFAULT_FILTER: &str = "info";

/// What the server library says is not for operators, unless a filter names it: it calls it an error when
/// a client sends nonsense, so that any client could fill a disk.
const LIBRARIES: &str = "actix_server=warn,actix_http=off";

/// How a line of the log looks.
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
/// `target=level`; `newswire::access=debug` logs every request.
///
/// # Errors
/// When the filter can't be understood. If something in this process logs already, that stays.
pub fn init(filter: &str, format: LogFormat) -> Result<(), FilterError> {
    let colours = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let subscriber = subscriber(filter, format, colours, io::stderr)?;
    // Fails only where a log exists already, in which case there is one.
    let _ = subscriber.try_init();
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let message = panic.payload_as_str().unwrap_or("no message");
        tracing::error!(place, message, "a bug in Newswire: please report it");
    }));
    Ok(())
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
    // Of two levels for the same part the later one counts.
    let parsed = EnvFilter::try_new(format!("{LIBRARIES},{filter}")).map_err(|error| FilterError {
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
            assert!(!logged(filter, LogFormat::Text).contains("stream"), "{filter}");
        }
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
