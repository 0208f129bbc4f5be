//! Which posts stand in a feed of the owner's own: `match` and `exclude`, asked of a post.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::scope::ScopeKey;
use super::settings::CatalogSettings;
use crate::config::{Condition, OwnFeed, Query, ScopeKind, Wanted};
use crate::content::{Field, Post, field};

/// A feed of the owner's own, ready to be asked about posts: its names are slugs, its fields are
/// places in [`Post::fields`].
#[derive(Debug)]
pub struct Selection {
    /// Its scope.
    pub key: ScopeKey,
    /// Its name.
    pub name: Arc<str>,
    includes: Option<Alternatives>,
    excludes: Option<Alternatives>,
}

type Alternatives = Vec<Vec<Test>>;

#[derive(Debug)]
enum Test {
    In(ScopeKind, Vec<Arc<str>>),
    Language(Vec<String>),
    After(DateTime<Utc>),
    Before(DateTime<Utc>),
    Field(Option<u16>, Vec<Wanted>),
}

impl Selection {
    /// Makes a feed of the configuration ready.
    pub fn new(feed: &OwnFeed, settings: &CatalogSettings) -> Self {
        let tests = |conditions: &Vec<Condition>| {
            let tests = conditions.iter().map(|condition| Test::new(condition, settings));
            tests.collect()
        };
        let ready = |query: &Option<Query>| {
            let Query(alternatives) = query.as_ref()?;
            Some(alternatives.iter().map(tests).collect())
        };
        Selection {
            key: ScopeKey {
                kind: ScopeKind::Custom,
                slug: settings.slug(ScopeKind::Custom, &feed.name),
            },
            name: feed.name.as_str().into(),
            includes: ready(&feed.includes),
            excludes: ready(&feed.excludes),
        }
    }

    /// Whether a post stands in the feed.
    pub fn holds(&self, post: &Post, settings: &CatalogSettings) -> bool {
        let meets = |alternatives: &Alternatives| {
            alternatives
                .iter()
                .any(|tests| tests.iter().all(|test| test.passes(post, settings)))
        };
        self.includes.as_ref().is_none_or(meets) && !self.excludes.as_ref().is_some_and(meets)
    }
}

impl Test {
    fn new(condition: &Condition, settings: &CatalogSettings) -> Self {
        match condition {
            Condition::In(kind, names) => Test::In(
                *kind,
                names.iter().map(|name| settings.slug(*kind, name)).collect(),
            ),
            Condition::Language(ranges) => Test::Language(ranges.clone()),
            Condition::After(moment) => Test::After(*moment),
            Condition::Before(moment) => Test::Before(*moment),
            Condition::Field { name, wanted } => {
                let fields = &settings.content.fields;
                let place = fields.binary_search_by(|own| own.as_ref().cmp(name)).ok();
                Test::Field(place.and_then(|place| u16::try_from(place).ok()), wanted.clone())
            }
        }
    }

    fn passes(&self, post: &Post, settings: &CatalogSettings) -> bool {
        match self {
            Test::In(kind, slugs) => {
                let is_wanted = |name: &str| slugs.contains(&settings.slug(*kind, name));
                match kind {
                    ScopeKind::Category => post.categories.iter().any(|name| is_wanted(name)),
                    ScopeKind::Tag => post.tags.iter().any(|name| is_wanted(name)),
                    ScopeKind::Author => post.bylines.iter().any(|byline| is_wanted(&byline.name)),
                    ScopeKind::Section => post.section.as_deref().is_some_and(is_wanted),
                    ScopeKind::Site | ScopeKind::Custom | ScopeKind::Language => false,
                }
            }
            Test::Language(ranges) => language(post, settings)
                .is_some_and(|language| ranges.iter().any(|range| is_in_range(language, range))),
            Test::After(moment) => post.published >= *moment,
            Test::Before(moment) => post.published < *moment,
            Test::Field(place, wanted) => {
                let said = place.and_then(|place| post.field(place));
                wanted.iter().any(|wanted| is_wanted(said, wanted))
            }
        }
    }
}

/// The language a post is in: its own, else the site's.
pub fn language<'a>(post: &'a Post, settings: &'a CatalogSettings) -> Option<&'a str> {
    post.language.as_deref().or(settings.site.language.as_deref())
}

/// Whether a language tag is in a language range, by the basic filtering of RFC 4647, section
/// 3.3.1: `en-GB` is in `en`. An underscore is what some write for a hyphen.
fn is_in_range(tag: &str, range: &str) -> bool {
    if range == "*" {
        return true;
    }
    let same = |(one, other): (u8, u8)| one.eq_ignore_ascii_case(&other) || (one == b'_' && other == b'-');
    tag.len() >= range.len()
        && tag.bytes().zip(range.bytes()).all(same)
        && matches!(tag.as_bytes().get(range.len()), None | Some(b'-' | b'_'))
}

fn is_wanted(said: Option<&Field>, wanted: &Wanted) -> bool {
    match (wanted, said) {
        (Wanted::Flag(flag), None) => !flag,
        (Wanted::Flag(flag), Some(Field::True)) => *flag,
        (Wanted::Flag(flag), Some(Field::Texts(texts))) => {
            *flag == texts.iter().any(|text| field::truth_of(text) == Some(true))
        }
        (Wanted::Text(slug), Some(Field::Texts(texts))) => texts.iter().any(|text| **text == **slug),
        (Wanted::Text(_), None | Some(Field::True)) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_holds_its_language_and_every_narrower_one() {
        for (tag, range, is_in) in [
            ("en-GB", "en", true),
            ("en_GB", "en-gb", true),
            ("EN", "en", true),
            ("de-CH-1996", "de-CH", true),
            ("de", "*", true),
            ("en", "en-GB", false),
            ("eng", "en", false),
            ("de", "en", false),
        ] {
            assert_eq!(is_in_range(tag, range), is_in, "{tag} in {range}");
        }
    }

    #[test]
    fn a_flag_that_is_not_set_is_as_good_as_absent() {
        let texts = |texts: &[&str]| Some(Field::Texts(texts.iter().map(|text| Box::from(*text)).collect()));
        for (said, is_true) in [
            (Some(Field::True), true),
            (texts(&["yes"]), true),
            (texts(&["no"]), false),
            (texts(&["perhaps"]), false),
            (None, false),
        ] {
            assert_eq!(is_wanted(said.as_ref(), &Wanted::Flag(true)), is_true, "{said:?}");
            assert_eq!(
                is_wanted(said.as_ref(), &Wanted::Flag(false)),
                !is_true,
                "{said:?}"
            );
        }
        let genres = texts(&["review", "interview"]);
        assert!(is_wanted(genres.as_ref(), &Wanted::Text("interview".into())));
        assert!(!is_wanted(genres.as_ref(), &Wanted::Text("view".into())));
    }
}
