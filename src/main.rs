//! The `newswire` program: arguments in, exit code out.

use std::process::ExitCode;

use clap::Parser;
use newswire::cli::{Cli, run};

fn main() -> ExitCode {
    run(Cli::parse())
}
