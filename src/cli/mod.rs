//! The commands. `serve` is the default: the program is a service first.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::cli::current::warn;
use crate::cli::output::complain;
use crate::config::Options;
use crate::setup::load;
use crate::telemetry::{self, DEFAULT_FILTER, LogFormat};

mod build;
mod check;
mod current;
mod healthcheck;
mod init;
mod list;
mod lock;
mod now;
mod out_dir;
mod output;
mod reload;
mod scan;
mod serve;

/// The exit code of a command that could not do its work: usage, configuration, a port in use.
const FAILED: u8 = 2;

/// Turns a directory of posts into RSS and Atom feeds, and serves them.
#[derive(Debug, Parser)]
#[command(name = "newswire", version, about, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    options: Options,
    /// What to log: error, warn, info, debug, or a list of target=level
    #[arg(long, global = true, env = "NEWSWIRE_LOG", default_value = DEFAULT_FILTER, value_name = "LEVEL",
          hide_env_values = true, help_heading = "Log")]
    log: String,
    /// How to log: text for people, json for programs
    #[arg(
        long,
        global = true,
        env = "NEWSWIRE_LOG_FORMAT",
        default_value = "text",
        value_name = "FORMAT",
        hide_env_values = true,
        help_heading = "Log"
    )]
    log_format: LogFormat,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the feeds, and keep them current (the default)
    Serve(serve::Arguments),
    /// Write a commented feeds.toml from what the site's own generator is told
    Init(init::Arguments),
    /// Write every feed to a directory, for a static host
    Build(build::Arguments),
    /// List the feeds, with their addresses and numbers of posts
    List(list::Arguments),
    /// Name every mistake in the posts, with its line and the way out
    Check(check::Arguments),
    /// Pin the ids that readers know in feeds.lock, check them, or adopt another program's
    Lock(lock::Arguments),
    /// Ask a running service whether it is ready; for a container's HEALTHCHECK
    Healthcheck,
}

/// Runs a command. Errors are printed here; the exit code is 0 for success, 1 if `check` found
/// faults, 2 if the command could not do its work.
pub fn run(cli: Cli) -> ExitCode {
    let outcome = dispatch(cli);
    telemetry::finish();
    match (outcome, output::failure()) {
        (Err(error), _) => complain!("newswire: {error:#}"),
        (Ok(_), Some(error)) => complain!("newswire: can't print to standard output: {error}"),
        (Ok(code), None) => return code,
    }
    ExitCode::from(FAILED)
}

fn dispatch(cli: Cli) -> anyhow::Result<ExitCode> {
    telemetry::init(&cli.log, cli.log_format)?;
    if let Some(Command::Init(arguments)) = &cli.command {
        init::run(arguments, &cli.options)?;
        return Ok(ExitCode::SUCCESS);
    }
    let loaded = load(&cli.options)?;
    let config = &loaded.setup.config;
    warn(config);
    match cli.command.unwrap_or(Command::Serve(serve::Arguments::default())) {
        Command::Serve(arguments) => serve::run(loaded, &cli.options, arguments)?,
        Command::Build(arguments) => build::run(&loaded.setup, &arguments)?,
        Command::List(arguments) => list::run(&loaded.setup, &arguments)?,
        Command::Check(arguments) => return check::run(&loaded.setup, &arguments),
        Command::Lock(arguments) => return lock::run(&loaded.setup, &arguments),
        // It works without a configuration, and is done by now.
        Command::Init(_) => {}
        Command::Healthcheck => healthcheck::run(config)?,
    }
    Ok(ExitCode::SUCCESS)
}
