//! Settings from the command line and the environment.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches, value_parser};

/// A value from the command line or the environment, and the name it was given under, so that a
/// message can say which of the two is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given<T> {
    /// The value, unchecked.
    pub value: T,
    /// The flag (`--listen`) or the variable (`NEWSWIRE_LISTEN`).
    pub name: &'static str,
}

impl<T> Given<T> {
    /// A value under the name of a flag or variable.
    pub fn new(name: &'static str, value: impl Into<T>) -> Self {
        Given {
            value: value.into(),
            name,
        }
    }
}

/// What the command line and the environment say about the configuration. A flag beats its
/// variable, and both beat the file. An empty variable counts as absent.
///
/// Values are checked by [`super::resolve()`], by the same rules as those of the file.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Options {
    /// The configuration file, relative to the working directory.
    pub config: Option<Given<PathBuf>>,
    /// The content directory, relative to the working directory.
    pub content: Option<Given<PathBuf>>,
    /// Where the public server listens.
    pub listen: Option<Given<String>>,
    /// Where health checks and metrics listen.
    pub admin_listen: Option<Given<String>>,
    /// The site's address.
    pub site_url: Option<Given<String>>,
    /// The site's name.
    pub site_title: Option<Given<String>>,
    /// Where the feeds are public.
    pub feeds_url: Option<Given<String>>,
    /// The site's time zone.
    pub timezone: Option<Given<String>>,
    /// The directory of what survives a restart, relative to the working directory.
    pub state_dir: Option<Given<PathBuf>>,
}

/// One option in its three spellings.
struct Definition {
    flag: &'static str,
    variable: &'static str,
    value_name: &'static str,
    help: &'static str,
}

const CONFIG: Definition = Definition {
    flag: "--config",
    variable: "NEWSWIRE_CONFIG",
    value_name: "FILE",
    help: "Configuration file [default: feeds.toml, if there is one]",
};
const CONTENT: Definition = Definition {
    flag: "--content",
    variable: "NEWSWIRE_CONTENT",
    value_name: "DIRECTORY",
    help: "Directory of posts [default: content, beside the configuration file]",
};
const LISTEN: Definition = Definition {
    flag: "--listen",
    variable: "NEWSWIRE_LISTEN",
    value_name: "ADDRESS:PORT",
    help: "Where to serve the feeds [default: 127.0.0.1:8080]",
};
const ADMIN_LISTEN: Definition = Definition {
    flag: "--admin-listen",
    variable: "NEWSWIRE_ADMIN_LISTEN",
    value_name: "ADDRESS:PORT",
    help: "Where to serve health checks and metrics [default: with the feeds]",
};
const SITE_URL: Definition = Definition {
    flag: "--site-url",
    variable: "NEWSWIRE_SITE_URL",
    value_name: "URL",
    help: "Address of the site the posts belong to; without it, this is a preview",
};
const SITE_TITLE: Definition = Definition {
    flag: "--site-title",
    variable: "NEWSWIRE_SITE_TITLE",
    value_name: "TEXT",
    help: "Name of the site [default: the host of its address]",
};
const FEEDS_URL: Definition = Definition {
    flag: "--feeds-url",
    variable: "NEWSWIRE_FEEDS_URL",
    value_name: "URL",
    help: "Address at which the feeds are public [default: that of the site]",
};
const TIMEZONE: Definition = Definition {
    flag: "--timezone",
    variable: "NEWSWIRE_TIMEZONE",
    value_name: "NAME",
    help: "Time zone of dates that name none, such as Europe/London [default: UTC]",
};
const STATE_DIR: Definition = Definition {
    flag: "--state-dir",
    variable: "NEWSWIRE_STATE_DIR",
    value_name: "DIRECTORY",
    help: "Where to keep what has to survive a restart [default: nowhere]",
};

impl Definition {
    /// The name clap knows it by.
    fn id(&self) -> &'static str {
        self.flag.trim_start_matches('-')
    }

    fn argument(&self) -> Arg {
        Arg::new(self.id())
            .long(self.id())
            .env(self.variable)
            .hide_env_values(true)
            .value_name(self.value_name)
            .help(self.help)
            .help_heading("Configuration")
            // After every sub-command as well as before it.
            .global(true)
    }

    fn text(&self) -> Arg {
        self.argument().value_parser(value_parser!(String))
    }

    fn path(&self) -> Arg {
        // Not clap's parser for paths, which refuses an empty variable.
        self.argument().value_parser(value_parser!(OsString))
    }

    /// The value, whether it comes from the flag or the variable.
    fn given<V, T>(&self, matches: &ArgMatches) -> Option<Given<T>>
    where
        V: Clone + Send + Sync + PartialEq + Default + Into<T> + 'static,
    {
        let value = matches.get_one::<V>(self.id())?.clone();
        match matches.value_source(self.id()) {
            Some(ValueSource::EnvVariable) if value == V::default() => None,
            Some(ValueSource::EnvVariable) => Some(Given::new(self.variable, value)),
            _ => Some(Given::new(self.flag, value)),
        }
    }
}

impl Args for Options {
    fn augment_args(command: Command) -> Command {
        command
            .arg(CONFIG.path())
            .arg(CONTENT.path())
            .arg(LISTEN.text())
            .arg(ADMIN_LISTEN.text())
            .arg(SITE_URL.text())
            .arg(SITE_TITLE.text())
            .arg(FEEDS_URL.text())
            .arg(TIMEZONE.text())
            .arg(STATE_DIR.path())
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Options {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Ok(Options {
            config: CONFIG.given::<OsString, _>(matches),
            content: CONTENT.given::<OsString, _>(matches),
            listen: LISTEN.given::<String, _>(matches),
            admin_listen: ADMIN_LISTEN.given::<String, _>(matches),
            site_url: SITE_URL.given::<String, _>(matches),
            site_title: SITE_TITLE.given::<String, _>(matches),
            feeds_url: FEEDS_URL.given::<String, _>(matches),
            timezone: TIMEZONE.given::<String, _>(matches),
            state_dir: STATE_DIR.given::<OsString, _>(matches),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Options from a command line.
    fn parsed(arguments: &[&str]) -> Options {
        let command = Options::augment_args(Command::new("newswire")).subcommand(Command::new("build"));
        let matches = command
            .try_get_matches_from([&["newswire"], arguments].concat())
            .unwrap();
        let matches = matches.subcommand_matches("build").unwrap_or(&matches);
        Options::from_arg_matches(matches).unwrap()
    }

    #[test]
    fn every_option_may_stand_before_and_after_a_sub_command() {
        let definitions = [
            CONFIG,
            CONTENT,
            LISTEN,
            ADMIN_LISTEN,
            SITE_URL,
            SITE_TITLE,
            FEEDS_URL,
            TIMEZONE,
            STATE_DIR,
        ];
        let mut all: Vec<&str> = definitions
            .iter()
            .flat_map(|definition| [definition.flag, "x"])
            .collect();
        let text = |definition: &Definition| Some(Given::new(definition.flag, "x"));
        let expected = Options {
            config: Some(Given::new("--config", "x")),
            content: Some(Given::new("--content", "x")),
            listen: text(&LISTEN),
            admin_listen: text(&ADMIN_LISTEN),
            site_url: text(&SITE_URL),
            site_title: text(&SITE_TITLE),
            feeds_url: text(&FEEDS_URL),
            timezone: text(&TIMEZONE),
            state_dir: Some(Given::new("--state-dir", "x")),
        };
        assert_eq!(parsed(&all), expected);
        all.push("build");
        assert_eq!(parsed(&all), expected);
        all.rotate_right(1);
        assert_eq!(parsed(&all), expected);
        assert_eq!(parsed(&["build"]), Options::default());
    }

    #[test]
    fn an_empty_flag_is_not_absent() {
        assert_eq!(parsed(&["--listen", ""]).listen, Some(Given::new("--listen", "")));
    }

    #[test]
    fn a_variable_is_named_after_its_flag() {
        for definition in [
            CONFIG,
            CONTENT,
            LISTEN,
            ADMIN_LISTEN,
            SITE_URL,
            SITE_TITLE,
            FEEDS_URL,
            TIMEZONE,
            STATE_DIR,
        ] {
            let expected = format!("NEWSWIRE_{}", definition.id().to_uppercase().replace('-', "_"));
            assert_eq!(definition.variable, expected);
        }
    }
}
