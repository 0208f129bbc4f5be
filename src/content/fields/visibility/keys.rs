//! The keys with which generators themselves keep a post back.

use super::decision::Visibility;
use super::input::Input;
use super::values::{is_template, moment, name, plain, truth};
use crate::content::fields::field;
use crate::content::file::front_matter::Value;
use crate::content::post::KeptBack;
use crate::vocabulary::Dialect;

/// What keeps a post back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    /// A yes.
    True,
    /// A no.
    False,
    /// Any of these words.
    Word(&'static [&'static str]),
}

/// A key of a generator's own.
struct Key {
    name: &'static str,
    when: When,
    why: KeptBack,
    /// The generators that have it.
    of: &'static [Dialect],
    /// Whether it counts, with a warning, where the generator does not have it.
    counts_everywhere: bool,
}

use Dialect::{Astro, Docusaurus, Eleventy, Hugo, Jekyll, Pelican, Zola};

const KEYS: [Key; 9] = [
    Key::of(
        "draft",
        When::True,
        KeptBack::Draft,
        &[Hugo, Zola, Docusaurus, Astro],
    )
    .counts_everywhere(),
    Key::of("published", When::False, KeptBack::Draft, &[Hugo, Jekyll]).counts_everywhere(),
    Key::of("status", When::Word(&["draft"]), KeptBack::Draft, &[Pelican]).counts_everywhere(),
    Key::of(
        "status",
        When::Word(&["hidden", "skip"]),
        KeptBack::Hidden,
        &[Pelican],
    ),
    Key::of("unlisted", When::True, KeptBack::Hidden, &[Docusaurus]),
    Key::of("headless", When::True, KeptBack::Hidden, &[Hugo]),
    Key::of("render", When::False, KeptBack::Hidden, &[Zola]),
    Key::of("include_in_feeds", When::False, KeptBack::Hidden, &[Zola]).counts_everywhere(),
    Key::of(
        "eleventyExcludeFromCollections",
        When::True,
        KeptBack::Hidden,
        &[Eleventy],
    ),
];

/// What a value says in a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    /// That the post is kept back.
    KeptBack,
    /// That it is not, or nothing.
    Public,
    /// Neither, so that it has to be kept back.
    Unclear,
}

impl Key {
    const fn of(name: &'static str, when: When, why: KeptBack, of: &'static [Dialect]) -> Self {
        Key {
            name,
            when,
            why,
            of,
            counts_everywhere: false,
        }
    }

    const fn counts_everywhere(self) -> Self {
        Key {
            counts_everywhere: true,
            ..self
        }
    }

    fn is_of(&self, dialect: Option<Dialect>) -> bool {
        dialect.is_none_or(|dialect| self.of.contains(&dialect))
    }

    fn says(&self, value: &Value, dialect: Option<Dialect>) -> Said {
        let kept_back_if = |is_meant| if is_meant { Said::KeptBack } else { Said::Public };
        let is = |wanted| match truth(value) {
            Some(truth) => kept_back_if(truth == wanted),
            None if is_template(value) || is_empty(value) => Said::Public,
            None => Said::Unclear,
        };
        match self.when {
            When::True => is(true),
            // A list names the collections that it is left out of.
            When::False if self.name == "published" && *value == Value::Null => {
                kept_back_if(matches!(dialect, Some(Hugo | Jekyll)))
            }
            When::False => is(false),
            When::Word(words) => {
                let text = field::text(value).unwrap_or_default();
                kept_back_if(words.iter().any(|word| text.eq_ignore_ascii_case(word)))
            }
        }
    }
}

fn is_empty(value: &Value) -> bool {
    *value == Value::Null || matches!(value, Value::Text(text) if text.trim().is_empty())
}

/// Whether a generator tells `Draft` from `draft`.
fn minds_case(dialect: Option<Dialect>) -> bool {
    !matches!(dialect, Some(Hugo | Pelican) | None)
}

pub(super) fn read(subject: Input<'_>, visibility: &mut Visibility) {
    let dialect = subject.dialect;
    for (written, value) in &subject.map.0 {
        for key in KEYS.iter().filter(|key| plain(written) == plain(key.name)) {
            // A date of publication where others write yes or no.
            if key.name == "published" && moment(value, subject.zone).is_some() {
                continue;
            }
            let is_of = key.is_of(dialect);
            let said = key.says(value, dialect);
            if said == Said::Public || !(is_of || key.counts_everywhere) {
                continue;
            }
            if said == Said::Unclear {
                if !is_of && key.when != When::True {
                    continue;
                }
                visibility.keep_back(key.why, key.name);
                visibility.warn(
                    "bad-draft-mark",
                    written,
                    "is neither true nor false, so the post is kept back",
                    "write true or false",
                );
                continue;
            }
            visibility.keep_back(key.why, key.name);
            let is_exact =
                written == key.name || !minds_case(dialect) && written.eq_ignore_ascii_case(key.name);
            if !is_of && dialect == Some(Eleventy) && key.name == "draft" && is_exact {
                // Most of its sites have this rule, in a script.
                visibility.note(
                    "kept-back",
                    written,
                    "is no key of Eleventy itself; the post is kept back, as by the usual script",
                    "if the site shows it, remove the line",
                );
            } else if !is_of || !is_exact {
                visibility.warn(
                    "kept-back",
                    written,
                    format!(
                        "means nothing to {}, which shows the post; here it is kept back",
                        name(dialect)
                    ),
                    meant(key, dialect),
                );
            }
        }
    }
    status(subject, visibility);
    page(subject, visibility);
}

/// What to write instead.
fn meant(key: &Key, dialect: Option<Dialect>) -> String {
    let instead = match dialect {
        _ if key.is_of(dialect) => match key.when {
            When::True => format!("{}: true", key.name),
            When::False => format!("{}: false", key.name),
            When::Word(words) => format!("{}: {}", key.name, words[0]),
        },
        Some(Jekyll) => "published: false".to_owned(),
        Some(Pelican) => "Status: draft".to_owned(),
        _ => "draft: true".to_owned(),
    };
    format!("write “{instead}” if it is not for readers, or remove the line if it is")
}

/// Pelican passes over an article whose status it does not know.
fn status(subject: Input<'_>, visibility: &mut Visibility) {
    if subject.dialect != Some(Pelican) {
        return;
    }
    let Some(text) = subject.map.get("status").and_then(field::text) else {
        return;
    };
    let known = ["published", "draft", "hidden", "skip"];
    if !known.iter().any(|known| text.eq_ignore_ascii_case(known)) {
        visibility.keep_back(KeptBack::Hidden, "status");
        visibility.warn(
            "kept-back",
            "status",
            format!(
                "is “{text}”, which Pelican does not know; it passes over the article, so it is kept back"
            ),
            "write published, draft, hidden or skip",
        );
    }
}

/// Eleventy: no page at all, or no place in the collections that feeds are made of.
fn page(subject: Input<'_>, visibility: &mut Visibility) {
    if !matches!(subject.dialect, Some(Eleventy) | None) {
        return;
    }
    if let Some(Value::Bool(false)) = subject.map.get("permalink") {
        visibility.keep_back(KeptBack::Hidden, "permalink");
    }
    let Some(Value::Map(computed)) = subject.map.get("eleventyComputed") else {
        return;
    };
    if computed.get("permalink") == Some(&Value::Bool(false)) {
        visibility.keep_back(KeptBack::Hidden, "permalink");
    }
    if computed.get("eleventyExcludeFromCollections").and_then(truth) == Some(true) {
        visibility.keep_back(KeptBack::Hidden, "eleventyExcludeFromCollections");
    }
}

/// Which of a generator's own keys a written one could be meant for, each with whether the value would
/// say something there.
pub(super) fn candidates(
    dialect: Option<Dialect>,
    value: &Value,
) -> impl Iterator<Item = (&'static str, bool)> {
    let keys = KEYS
        .iter()
        .filter(move |key| key.is_of(dialect) || key.counts_everywhere);
    keys.map(move |key| {
        let says = match key.when {
            When::True | When::False => truth(value).is_some(),
            When::Word(_) => key.says(value, dialect) == Said::KeptBack,
        };
        (key.name, says)
    })
}

/// Whether a line of a file that can't be read as a whole keeps the post back: anything but a plain “no” counts.
pub(super) fn withhold(written: &str, value: &Value, dialect: Option<Dialect>) -> bool {
    let plain_key = plain(written);
    let mut keys = KEYS.iter().filter(|key| plain(key.name) == plain_key);
    keys.any(|key| {
        (key.is_of(dialect) || key.counts_everywhere)
            && match key.says(value, dialect) {
                Said::KeptBack => true,
                Said::Unclear => key.name == "draft",
                Said::Public => key.name == "draft" && is_empty(value),
            }
    })
}

/// Whether a name, in small letters and without what joins words, is one of these.
pub(super) fn is_known(plain_key: &str) -> bool {
    KEYS.iter().any(|key| plain(key.name) == plain_key)
}
