//! The text of feeds.toml: the only part of this module that touches the disk.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::error::{ConfigError, Origin, Problem};
use super::options::{Given, Options};
use super::reader::{Location, Problems};
use crate::vocabulary::Complaint;

/// The configuration file that is read if none is named; it may be absent.
pub const DEFAULT_FILE: &str = "feeds.toml";
/// A larger file is refused before anything parses it: 1 MiB.
pub const LARGEST_FILE: u64 = 1 << 20;

/// The file that the options name, or [`DEFAULT_FILE`] if there is one, with its text.
///
/// # Errors
/// A file that is named but absent, one that can't be read or is too large, and one that is not UTF-8.
pub(super) fn text(options: &Options) -> Result<Option<(PathBuf, String)>, ConfigError> {
    let asked_for = options.config.as_ref();
    let file = asked_for.map_or(Path::new(DEFAULT_FILE), |given| given.value.as_path());
    let Some(bytes) = read_file(file, asked_for)? else {
        return Ok(None);
    };
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Some((file.to_owned(), text))),
        Err(error) => {
            // Up to the first bad byte nothing is replaced, so its offset stays the same.
            let offset = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes());
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
        text(&options).unwrap_err().to_string()
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
        assert_eq!(text(&options).unwrap().map(|(named, _)| named), Some(file));
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
