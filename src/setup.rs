//! feeds.toml, flags and variables, together with what the site's own generator is told.

use std::cell::RefCell;
use std::path::Path;

use crate::config::{self, Config, ConfigError, GeneratorDefaults, GeneratorFiles, Options, Origin, Problem};
use crate::content::conventions::Rules;
use crate::site::{self, Fault, Found, Search};
use crate::vocabulary::Excerpt;

/// What a command works with.
#[derive(Clone, Debug, PartialEq)]
pub struct Setup {
    /// The configuration.
    pub config: Config,
    /// What the files of the site's own generator mean.
    pub rules: Rules,
}

/// A setup, and what was looked at for the part that the site's own generator is told.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The setup.
    pub setup: Setup,
    /// The search for the generator's configuration.
    pub search: Search,
}

/// Reads the configuration, that of the generator included.
///
/// # Errors
/// A generator's configuration that is broken, and whatever [`config::read`] finds.
pub fn load(options: &Options) -> Result<Loaded, ConfigError> {
    let (outcome, search) = look(options, None);
    let faults = |is_wrong: &dyn Fn(&Fault) -> bool| -> Vec<Problem> {
        let faults = search.faults.iter().filter(|fault| !fault.is_about_people());
        faults.filter(|fault| is_wrong(fault)).map(problem).collect()
    };
    match outcome {
        Ok(setup) => {
            let is_preview = setup.config.site.is_preview;
            match ConfigError::of(faults(&|fault| fault.is_certain || is_preview)) {
                Some(error) => Err(error),
                None => Ok(Loaded { setup, search }),
            }
        }
        Err(error) => Err(error.after(faults(&|_| true))),
    }
}

/// Reads it while it may be on its way to become another; `kept` is what is taken for what the generator is
/// told, whatever is found now. The search tells what is found, in any case.
pub fn look(options: &Options, kept: Option<&Found>) -> (Result<Setup, ConfigError>, Search) {
    let search = RefCell::new(Search::default());
    let rules = RefCell::new(Rules::default());
    let find = |root: &Path, content_dir: Option<&Path>| {
        let now = site::search(root, content_dir);
        let found = kept.or(now.found.as_ref()).cloned();
        search.replace(now);
        let (defaults, found_rules) = found.map(parts).unzip();
        rules.replace(found_rules.unwrap_or_default());
        defaults
    };
    let config = config::read(options, &find);
    let rules = rules.into_inner();
    let setup = config.map(|config| Setup { config, rules });
    (setup, search.into_inner())
}

/// What feeds.toml could say as well, and the rules for the generator's files.
fn parts(found: Found) -> (GeneratorDefaults, Rules) {
    let defaults = GeneratorDefaults {
        files: Some(GeneratorFiles {
            file: found.file,
            looked_at: found.looked_at,
            unread: found.unread,
        }),
        title: found.title,
        url: found.url,
        description: found.description,
        language: found.language,
        time_zone: found.time_zone,
        content_dir: Some(found.content_dir),
        has_languages: !found.languages.is_empty(),
    };
    (defaults, found.rules)
}

fn problem(fault: &Fault) -> Problem {
    let file = fault.file.clone();
    let origin = match (fault.place, &fault.line) {
        (Some(place), Some(line)) => Origin::Line {
            file,
            place,
            excerpt: Excerpt::new(line, place.column.saturating_sub(1) as usize, 1),
        },
        _ => Origin::File(file),
    };
    Problem {
        origin,
        message: fault.message.clone(),
        help: fault.help.clone(),
    }
}
