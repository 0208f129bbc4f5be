//! `match` and `exclude` of `[[feed]]` → which posts a feed of the owner's own holds.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use toml::Spanned;

use super::error::{Location, Problems};
use super::raw::RawValue;
use crate::vocabulary::{Complaint, ScopeKind, date, slug::slug};

/// Which posts a feed of the owner's own holds.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnFeed {
    /// Its name, under which the rest of what is configured for it stands.
    pub name: String,
    /// What its posts are like; `None` for every post.
    pub includes: Option<Query>,
}

impl OwnFeed {
    /// The language of its posts, if it wants posts of one language only.
    pub fn only_language(&self) -> Option<&str> {
        let [conditions] = self.includes.as_ref()?.0.as_slice() else {
            return None;
        };
        conditions.iter().find_map(|condition| match condition {
            Condition::Language(ranges) if ranges.len() == 1 => ranges.first().map(String::as_str),
            _ => None,
        })
    }
}

/// Several sets of conditions, of which a post has to meet one, whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Query(pub Vec<Vec<Condition>>);

/// What a post has to be like.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// In one of these scopes, named as posts name them.
    In(ScopeKind, Vec<String>),
    /// In one of these languages, each a language range of RFC 4647, section 2.1.
    Language(Vec<String>),
    /// Published then or later.
    After(DateTime<Utc>),
    /// Published earlier.
    Before(DateTime<Utc>),
    /// With one of these fields in its front matter, named as in `Field`.
    Has(Vec<String>),
    /// With none of them.
    HasNot(Vec<String>),
    /// With one of these values in a field of front matter.
    Field {
        /// The field, in lower case; of one within another, both names with a dot between.
        name: String,
        /// The values.
        wanted: Vec<Wanted>,
    },
}

/// What a field of front matter has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Yes or no: a field that is not there says neither.
    Flag(bool),
    /// A text or number, or a list with it: the slug of it, as names are matched.
    Text(String),
}

const SCOPES: [(&str, ScopeKind); 8] = [
    ("category", ScopeKind::Category),
    ("categories", ScopeKind::Category),
    ("tag", ScopeKind::Tag),
    ("tags", ScopeKind::Tag),
    ("author", ScopeKind::Author),
    ("authors", ScopeKind::Author),
    ("section", ScopeKind::Section),
    ("sections", ScopeKind::Section),
];

impl Query {
    /// The fields of front matter that it asks for.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flatten().flat_map(|condition| {
            match condition {
                Condition::Field { name, .. } => std::slice::from_ref(name),
                Condition::Has(names) | Condition::HasNot(names) => names.as_slice(),
                _ => &[],
            }
            .iter()
            .map(String::as_str)
        })
    }
}

/// Reads a query; `None` where there is nothing to ask. `key` is what it is written behind.
pub(super) fn read(
    key: &str,
    written: Option<&Spanned<RawValue>>,
    zone: Tz,
    problems: &mut Problems<'_>,
) -> Option<Query> {
    let written = written?;
    let mut reader = Reader { zone, problems };
    let tables = match written.get_ref() {
        RawValue::List(tables) => tables.iter().collect(),
        _ => vec![written],
    };
    let mut alternatives = Vec::new();
    for table in &tables {
        let RawValue::Table(conditions) = table.get_ref() else {
            reader.complain(
                table,
                format!("“{key}” must be a table, or a list of tables"),
                format!("write {key} = {{ category = [\"…\"], featured = true }}"),
            );
            continue;
        };
        let mut read = Vec::new();
        for (name, value) in conditions {
            reader.condition(name, value, &mut read);
        }
        alternatives.push(read);
    }
    // One that asks for nothing is met by every post. That is what an empty `match` means, and
    // what nobody can mean with an empty `exclude`.
    let asks = !alternatives.is_empty() && alternatives.iter().all(|conditions| !conditions.is_empty());
    asks.then_some(Query(alternatives))
}

struct Reader<'a, 'p> {
    zone: Tz,
    problems: &'a mut Problems<'p>,
}

impl Reader<'_, '_> {
    fn condition(&mut self, name: &str, value: &Spanned<RawValue>, conditions: &mut Vec<Condition>) {
        let kind = SCOPES
            .iter()
            .find_map(|(known, kind)| (*known == name).then_some(*kind));
        match (name, kind) {
            (_, Some(kind)) => {
                let names = self.texts(name, value);
                conditions.extend(names.map(|names| Condition::In(kind, names)));
            }
            ("language", _) => {
                let ranges = self.texts(name, value);
                let ranges =
                    ranges.map(|ranges| ranges.iter().map(|range| range.replace('_', "-")).collect());
                conditions.extend(ranges.map(Condition::Language));
            }
            ("has" | "has_not", _) => {
                let names = self.texts(name, value);
                let names = names.map(|names| names.iter().map(|name| name.to_lowercase()).collect());
                conditions.extend(names.map(match name {
                    "has" => Condition::Has,
                    _ => Condition::HasNot,
                }));
            }
            ("after", _) => conditions.extend(self.moment(value).map(Condition::After)),
            ("before", _) => conditions.extend(self.moment(value).map(Condition::Before)),
            _ => self.field(name.to_lowercase(), value, conditions),
        }
    }

    fn field(&mut self, name: String, value: &Spanned<RawValue>, conditions: &mut Vec<Condition>) {
        // `extra.featured = true` is a table within a table.
        if let RawValue::Table(inner) = value.get_ref() {
            for (key, value) in inner {
                self.field(format!("{name}.{}", key.to_lowercase()), value, conditions);
            }
            return;
        }
        let wanted = self.each(&name, value, |value| match value {
            RawValue::Truth(truth) => Some(Wanted::Flag(*truth)),
            RawValue::Text(text) => match text.trim() {
                "true" => Some(Wanted::Flag(true)),
                "false" => Some(Wanted::Flag(false)),
                text => Some(Wanted::Text(slug(text))),
            },
            RawValue::List(_) | RawValue::Table(_) => None,
        });
        conditions.extend(wanted.map(|wanted| Condition::Field { name, wanted }));
    }

    /// A name, or a list of names.
    fn texts(&mut self, key: &str, value: &Spanned<RawValue>) -> Option<Vec<String>> {
        self.each(key, value, |value| match value {
            RawValue::Text(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
            _ => None,
        })
    }

    /// A value, or each of a list; a complaint about one that `read` can't use.
    fn each<T>(
        &mut self,
        key: &str,
        value: &Spanned<RawValue>,
        read: impl Fn(&RawValue) -> Option<T>,
    ) -> Option<Vec<T>> {
        let values: Vec<&Spanned<RawValue>> = match value.get_ref() {
            RawValue::List(list) => list.iter().collect(),
            _ => vec![value],
        };
        if values.is_empty() {
            self.complain(
                value,
                format!("no post has a “{key}” of an empty list"),
                "write what to look for, or take it out".into(),
            );
            return None;
        }
        let mut all = Vec::new();
        for value in values {
            match read(value.get_ref()) {
                Some(read) => all.push(read),
                None => self.complain(
                    value,
                    format!("“{key}” can't be that"),
                    format!("write {key} = \"…\", or {key} = [\"…\", \"…\"] for one of several"),
                ),
            }
        }
        Some(all)
    }

    fn moment(&mut self, value: &Spanned<RawValue>) -> Option<DateTime<Utc>> {
        let text = match value.get_ref() {
            RawValue::Text(text) => text.as_str(),
            _ => "",
        };
        let moment = date::parse(text, self.zone);
        if moment.is_none() {
            let message = match text {
                "" => "a date is needed here".to_owned(),
                text => format!("“{text}” is no date"),
            };
            self.complain(value, message, "write 2024-05-31, or 2024-05-31 14:00".into());
        }
        moment.map(|moment| moment.to_utc())
    }

    fn complain(&mut self, value: &Spanned<RawValue>, message: String, help: String) {
        self.problems
            .add(&Location::Span(value.span()), Complaint::new(message, help));
    }
}
