//! Which posts stand in a feed of the owner's own: `match` and `exclude`, asked of a post.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::catalog::snapshot::scope::ScopeKey;
use crate::config::{Condition, OwnFeed, Query, Wanted};
use crate::content::fields::field;
use crate::content::{Field, Post};
use crate::vocabulary::ScopeKind;

/// What a query needs to know of the configuration to compare names.
pub trait Names {
    /// The slug of a name.
    fn slug(&self, kind: ScopeKind, name: &str) -> Arc<str>;
    /// The language of posts that name none.
    fn language(&self) -> Option<&str>;
    /// The fields of front matter that queries ask for.
    fn fields(&self) -> &[Box<str>];
}

/// A feed of the owner's own, ready to be asked about posts: its names are slugs, its fields are
/// places in [`Post::fields`].
#[derive(Debug)]
pub struct Selection {
    /// Its scope.
    pub key: ScopeKey,
    /// Its name.
    pub name: Arc<str>,
    includes: Option<Alternatives>,
}

/// Sets of conditions, of which a post has to meet one, whole; ready to be asked.
#[derive(Debug, Default)]
pub struct Alternatives(Vec<Vec<Test>>);

impl Alternatives {
    /// Makes queries ready, of which a post has to meet one.
    pub fn new<'q>(queries: impl IntoIterator<Item = &'q Query>, settings: &impl Names) -> Self {
        let tests = |conditions: &Vec<Condition>| {
            let tests = conditions.iter().map(|condition| Test::new(condition, settings));
            tests.collect()
        };
        Alternatives(
            queries
                .into_iter()
                .flat_map(|query| &query.0)
                .map(tests)
                .collect(),
        )
    }

    /// Whether a post meets one of them.
    pub fn hold(&self, post: &Post, settings: &impl Names) -> bool {
        self.0
            .iter()
            .any(|tests| tests.iter().all(|test| test.passes(post, settings)))
    }
}

#[derive(Debug)]
enum Test {
    In(ScopeKind, Vec<Arc<str>>),
    Language(Vec<String>),
    After(DateTime<Utc>),
    Before(DateTime<Utc>),
    Field(Option<u16>, Vec<Wanted>),
    Has(Vec<Option<u16>>),
    HasNot(Vec<Option<u16>>),
}

impl Selection {
    /// Makes a feed of the configuration ready.
    pub fn new(feed: &OwnFeed, settings: &impl Names) -> Self {
        Selection {
            key: ScopeKey {
                kind: ScopeKind::Custom,
                slug: settings.slug(ScopeKind::Custom, &feed.name),
            },
            name: feed.name.as_str().into(),
            includes: (feed.includes.as_ref()).map(|query| Alternatives::new([query], settings)),
        }
    }

    /// Whether a post is what the feed wants.
    pub fn matches(&self, post: &Post, settings: &impl Names) -> bool {
        (self.includes.as_ref()).is_none_or(|includes| includes.hold(post, settings))
    }
}

impl Test {
    fn new(condition: &Condition, settings: &impl Names) -> Self {
        match condition {
            Condition::In(kind, names) => Test::In(
                *kind,
                names.iter().map(|name| settings.slug(*kind, name)).collect(),
            ),
            Condition::Language(ranges) => Test::Language(ranges.clone()),
            Condition::After(moment) => Test::After(*moment),
            Condition::Before(moment) => Test::Before(*moment),
            Condition::Field { name, wanted } => Test::Field(place(name, settings), wanted.clone()),
            Condition::Has(names) => Test::Has(places(names, settings)),
            Condition::HasNot(names) => Test::HasNot(places(names, settings)),
        }
    }

    fn passes(&self, post: &Post, settings: &impl Names) -> bool {
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
            Test::Has(places) => places.iter().any(|place| is_there(post, *place)),
            Test::HasNot(places) => !places.iter().any(|place| is_there(post, *place)),
        }
    }
}

/// The language a post is in: its own, else the site's.
pub fn language<'a>(post: &'a Post, settings: &'a impl Names) -> Option<&'a str> {
    post.language.as_deref().or(settings.language())
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

/// The place of a field in [`Post::fields`].
fn place(name: &str, settings: &impl Names) -> Option<u16> {
    let fields = settings.fields();
    let place = fields.binary_search_by(|own| own.as_ref().cmp(name)).ok()?;
    u16::try_from(place).ok()
}

fn places(names: &[String], settings: &impl Names) -> Vec<Option<u16>> {
    names.iter().map(|name| place(name, settings)).collect()
}

fn is_there(post: &Post, place: Option<u16>) -> bool {
    place.is_some_and(|place| post.field(place).is_some())
}

fn is_wanted(said: Option<&Field>, wanted: &Wanted) -> bool {
    match (wanted, said) {
        (Wanted::Flag(flag), Some(Field::True)) => *flag,
        (Wanted::Flag(flag), Some(Field::False)) => !flag,
        (Wanted::Flag(flag), Some(Field::Texts(texts))) => {
            texts.iter().any(|text| field::truth_of(text) == Some(*flag))
        }
        (Wanted::Text(slug), Some(Field::Texts(texts))) => texts.iter().any(|text| **text == **slug),
        (_, None | Some(Field::Other)) | (Wanted::Text(_), Some(Field::True | Field::False)) => false,
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
    fn yes_and_no_have_to_be_said_in_any_words_people_use() {
        let texts = |texts: &[&str]| Some(Field::Texts(texts.iter().map(|text| Box::from(*text)).collect()));
        for (said, is_true, is_false) in [
            (Some(Field::True), true, false),
            (Some(Field::False), false, true),
            (texts(&["yes"]), true, false),
            (texts(&["1"]), true, false),
            (texts(&["no"]), false, true),
            (texts(&["off"]), false, true),
            (texts(&["false"]), false, true),
            (texts(&["0"]), false, true),
            (texts(&["perhaps"]), false, false),
            (Some(Field::Other), false, false),
            (None, false, false),
        ] {
            let wants = |flag| is_wanted(said.as_ref(), &Wanted::Flag(flag));
            assert_eq!((wants(true), wants(false)), (is_true, is_false), "{said:?}");
        }
        let genres = texts(&["review", "interview"]);
        assert!(is_wanted(genres.as_ref(), &Wanted::Text("interview".into())));
        assert!(!is_wanted(genres.as_ref(), &Wanted::Text("view".into())));
    }
}
