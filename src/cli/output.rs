//! What commands print. A disk that is full, or a reader that is gone, is no panic: `println!` makes one of it.

use std::fmt;
use std::io::{self, Write};
use std::sync::OnceLock;

/// The exit code of a command that did its work and found faults in the content.
pub(super) const FAULTS_FOUND: u8 = 1;

/// The first failure to print to standard output.
static FAILURE: OnceLock<io::Error> = OnceLock::new();

/// Prints a line to standard output. That it could not be is told by [`failure`].
macro_rules! say {
    ($($arguments:tt)*) => { $crate::cli::output::print(format_args!("{}\n", format_args!($($arguments)*))) };
}

/// Prints a line to standard error.
macro_rules! complain {
    ($($arguments:tt)*) => { $crate::cli::output::print_error(format_args!("{}\n", format_args!($($arguments)*))) };
}

pub(super) use {complain, say};

/// Prints to standard output.
pub(super) fn print(text: fmt::Arguments<'_>) {
    if let Err(error) = io::stdout().write_fmt(text) {
        // The first says it all.
        let _ = FAILURE.set(error);
    }
}

/// Prints to standard error.
pub(super) fn print_error(text: fmt::Arguments<'_>) {
    // There is nowhere to say that it failed.
    let _ = io::stderr().write_fmt(text);
}

/// Why something could not be printed. A reader that has seen enough (`newswire list | head`) is no failure.
pub(super) fn failure() -> Option<io::Error> {
    let flushed = io::stdout().flush().err();
    let failure = FAILURE
        .get()
        .map(|error| io::Error::new(error.kind(), error.to_string()));
    failure
        .or(flushed)
        .filter(|error| error.kind() != io::ErrorKind::BrokenPipe)
}
