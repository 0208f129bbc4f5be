//! The configuration from the disk: the only part of this module that touches it.

use std::cell::RefCell;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::error::{ConfigError, Origin, Problem};
use super::options::{Given, Options};
use super::reader::{Location, Problems};
use super::{
    Config,
    resolve::{FindSite, resolve_with},
};
use crate::site::{self, Fault, Found, Search};
use crate::vocabulary::Complaint;

/// The configuration file that is read if none is named; it may be absent.
pub const DEFAULT_FILE: &str = "feeds.toml";
/// A larger file is refused before anything parses it: 1 MiB.
pub const LARGEST_FILE: u64 = 1 << 20;

/// A configuration, and what was looked at for the part that the site's own generator is told.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The configuration.
    pub config: Config,
    /// The search for the generator's.
    pub search: Search,
}

/// Reads the configuration: the file named by the options, or [`DEFAULT_FILE`] if there is one.
///
/// # Errors
/// A file that is named but absent, a file that can't be read, a generator's configuration that is broken, and
/// whatever [`resolve`](super::resolve()) finds.
pub fn load(options: &Options) -> Result<Loaded, ConfigError> {
    let (outcome, search) = look(options, None);
    let faults = |is_wrong: &dyn Fn(&Fault) -> bool| -> Vec<Problem> {
        let faults = search.faults.iter().filter(|fault| !fault.is_about_people());
        faults
            .filter(|fault| is_wrong(fault))
            .map(Problem::from)
            .collect()
    };
    match outcome {
        Ok(config) => match ConfigError::of(faults(&|fault| fault.is_certain || config.site.is_preview)) {
            Some(error) => Err(error),
            None => Ok(Loaded { config, search }),
        },
        Err(error) => Err(error.after(faults(&|_| true))),
    }
}

/// Reads it while it may be on its way to become another; `kept` is what is taken for what the generator is
/// told, whatever is found now. The search tells what is found, in any case.
pub fn look(options: &Options, kept: Option<&Found>) -> (Result<Config, ConfigError>, Search) {
    let search = RefCell::new(Search::default());
    let find = |root: &Path, content_dir: Option<&Path>| {
        let now = site::search(root, content_dir);
        let found = kept.or(now.found.as_ref()).cloned();
        search.replace(now);
        found
    };
    (load_with(options, &find), search.into_inner())
}

fn load_with(options: &Options, find: &FindSite<'_>) -> Result<Config, ConfigError> {
    let asked_for = options.config.as_ref();
    let file = asked_for.map_or(Path::new(DEFAULT_FILE), |given| given.value.as_path());
    let Some(bytes) = read_file(file, asked_for)? else {
        return resolve_with(None, options, find);
    };
    match str::from_utf8(&bytes) {
        Ok(text) => resolve_with(Some((text, file)), options, find),
        Err(error) => {
            // Up to the first bad byte nothing is replaced, so its offset stays the same.
            let text = String::from_utf8_lossy(&bytes);
            let offset = error.valid_up_to();
            let complaint = Complaint::new("this is not UTF-8", "save the file as UTF-8");
            Err(Problems::new(file, &text)
                .problem(&Location::Span(offset..offset + 1), complaint)
                .into())
        }
    }
}

/// The bytes of the file; `None` if it is absent and nobody asked for it.
fn read_file(file: &Path, asked_for: Option<&Given<PathBuf>>) -> Result<Option<Vec<u8>>, Problem> {
    let metadata = match fs::metadata(file) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return match asked_for {
                Some(given) => Err(absent(file, given)),
                // A link to nothing is somebody's mistake, not the wish to do without.
                None if file.is_symlink() => Err(unreadable(file, &error)),
                None => Ok(None),
            };
        }
        Err(error) => return Err(unreadable(file, &error)),
    };
    if metadata.is_dir() {
        return Err(directory(file, asked_for));
    }
    let mut bytes = Vec::new();
    File::open(file)
        .and_then(|opened| opened.take(LARGEST_FILE + 1).read_to_end(&mut bytes))
        .map_err(|error| unreadable(file, &error))?;
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(Problem {
            origin: Origin::File(file.to_owned()),
            message: "is larger than 1 MiB".into(),
            help: "see that this is the configuration, and not some other file".into(),
        });
    }
    Ok(Some(bytes))
}

fn absent(file: &Path, given: &Given<PathBuf>) -> Problem {
    Problem {
        origin: Origin::Option(given.name),
        message: format!("there is no file “{}”", file.display()),
        help: format!("correct the path, or leave it out: then {DEFAULT_FILE} is read, if there is one"),
    }
}

fn unreadable(file: &Path, error: &io::Error) -> Problem {
    Problem {
        origin: Origin::File(file.to_owned()),
        message: format!("can't be read: {error}"),
        help: "see that the file is there, and that this user may read it".into(),
    }
}

fn directory(file: &Path, asked_for: Option<&Given<PathBuf>>) -> Problem {
    Problem {
        origin: asked_for.map_or(Origin::File(file.to_owned()), |given| Origin::Option(given.name)),
        message: format!("“{}” is a directory", file.display()),
        help: match asked_for {
            Some(_) => format!("name the file in it: {}", file.join(DEFAULT_FILE).display()),
            None => "move it away, or name the configuration file with --config".into(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsStr;
    use tempfile::tempdir;

    fn error_of(file: impl AsRef<OsStr>) -> String {
        let options = Options {
            config: Some(Given::new("--config", file.as_ref())),
            ..Options::default()
        };
        load(&options).unwrap_err().to_string()
    }

    #[test]
    fn a_file_that_cannot_be_read_is_refused_with_the_way_out() {
        let directory = tempdir().unwrap();
        let root = directory.path().display();
        let path = |name: &str| directory.path().join(name);
        assert_eq!(
            error_of(path("none.toml")),
            format!(
                "--config: there is no file “{root}/none.toml”\n  \
                 help: correct the path, or leave it out: then feeds.toml is read, if there is one"
            )
        );
        assert_eq!(
            error_of(directory.path()),
            format!("--config: “{root}” is a directory\n  help: name the file in it: {root}/feeds.toml")
        );
        fs::write(path("latin.toml"), b"[site]\ntitle = \"Caf\xe9\"\n").unwrap();
        assert_eq!(
            error_of(path("latin.toml")),
            format!(
                "{root}/latin.toml:2:13: this is not UTF-8\n  \
                 2 | title = \"Caf\u{fffd}\"\n    |             ^\n  \
                 help: save the file as UTF-8"
            )
        );
        fs::write(path("large.toml"), "#".repeat(LARGEST_FILE as usize + 1)).unwrap();
        assert_eq!(
            error_of(path("large.toml")),
            format!(
                "{root}/large.toml: is larger than 1 MiB\n  \
                 help: see that this is the configuration, and not some other file"
            )
        );
        assert!(error_of(path("latin.toml/feeds.toml")).contains("can't be read: Not a directory"));
    }

    #[test]
    fn a_file_of_the_largest_size_is_read() {
        let directory = tempdir().unwrap();
        let file = directory.path().join("feeds.toml");
        fs::write(&file, "#".repeat(LARGEST_FILE as usize)).unwrap();
        let options = Options {
            config: Some(Given::new("--config", file.as_os_str())),
            ..Options::default()
        };
        assert_eq!(load(&options).unwrap().config.file, Some(file));
    }

    #[test]
    fn a_file_nobody_asked_for_may_be_absent() {
        let directory = tempdir().unwrap();
        let file = directory.path().join(DEFAULT_FILE);
        assert_eq!(read_file(&file, None), Ok(None));
        std::os::unix::fs::symlink("nowhere", &file).unwrap();
        assert!(read_file(&file, None).is_err(), "a link to nothing is a mistake");
    }
}
