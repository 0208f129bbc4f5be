//! `match` and `exclude` → which posts a feed holds.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use toml::Spanned;
use toml::de::DeValue;

use super::reader::{Location, Problems, Table};
use crate::vocabulary::slug::slug;
use crate::vocabulary::{Complaint, ScopeKind, date};

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

/// Reads the query behind a key; `None` where there is nothing to ask.
pub(super) fn read(table: &mut Table<'_>, key: &'static str, zone: Tz) -> Option<Query> {
    let written = table.value(key)?;
    let reader = Reader {
        zone,
        problems: table.problems(),
    };
    let tables: Vec<&Value<'_>> = match written.get_ref() {
        DeValue::Array(tables) => tables.iter().collect(),
        _ => vec![&written],
    };
    let mut alternatives = Vec::new();
    for table in &tables {
        let DeValue::Table(conditions) = table.get_ref() else {
            reader.complain(
                table,
                format!("“{key}” must be a table, or a list of tables"),
                format!("write {key} = {{ category = [\"…\"], featured = true }}"),
            );
            continue;
        };
        let mut read = Vec::new();
        for (name, value) in conditions {
            reader.condition(name.get_ref(), value, &mut read);
        }
        alternatives.push(read);
    }
    // One that asks for nothing is met by every post. That is what an empty `match` means, and
    // what nobody can mean with an empty `exclude`.
    let asks = !alternatives.is_empty() && alternatives.iter().all(|conditions| !conditions.is_empty());
    asks.then_some(Query(alternatives))
}

type Value<'a> = Spanned<DeValue<'a>>;

struct Reader<'a> {
    zone: Tz,
    problems: &'a Problems<'a>,
}

impl Reader<'_> {
    fn condition(&self, name: &str, value: &Value<'_>, conditions: &mut Vec<Condition>) {
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

    fn field(&self, name: String, value: &Value<'_>, conditions: &mut Vec<Condition>) {
        // `extra.featured = true` is a table within a table.
        if let DeValue::Table(inner) = value.get_ref() {
            for (key, value) in inner {
                self.field(
                    format!("{name}.{}", key.get_ref().to_lowercase()),
                    value,
                    conditions,
                );
            }
            return;
        }
        let wanted = self.each(&name, value, |value| match value {
            DeValue::Boolean(truth) => Some(Wanted::Flag(*truth)),
            value => match text(value)?.trim() {
                "true" => Some(Wanted::Flag(true)),
                "false" => Some(Wanted::Flag(false)),
                text => Some(Wanted::Text(slug(text))),
            },
        });
        conditions.extend(wanted.map(|wanted| Condition::Field { name, wanted }));
    }

    /// A name, or a list of names.
    fn texts(&self, key: &str, value: &Value<'_>) -> Option<Vec<String>> {
        self.each(key, value, |value| {
            let text = text(value)?.trim().to_owned();
            (!text.is_empty()).then_some(text)
        })
    }

    /// A value, or each of a list; a complaint about one that `read` can't use.
    fn each<T>(
        &self,
        key: &str,
        value: &Value<'_>,
        read: impl Fn(&DeValue<'_>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let values: Vec<&Value<'_>> = match value.get_ref() {
            DeValue::Array(list) => list.iter().collect(),
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

    fn moment(&self, value: &Value<'_>) -> Option<DateTime<Utc>> {
        let text = text(value.get_ref()).unwrap_or_default();
        let moment = date::parse(&text, self.zone);
        if moment.is_none() {
            let message = match &*text {
                "" => "a date is needed here".to_owned(),
                text => format!("“{text}” is no date"),
            };
            self.complain(value, message, "write 2024-05-31, or 2024-05-31 14:00".into());
        }
        moment.map(|moment| moment.to_utc())
    }

    fn complain(&self, value: &Value<'_>, message: String, help: String) {
        self.problems
            .add(&Location::Span(value.span()), Complaint::new(message, help));
    }
}

/// A text; numbers and dates are taken as text.
fn text<'v>(value: &'v DeValue<'_>) -> Option<Cow<'v, str>> {
    Some(match value {
        DeValue::String(text) => Cow::Borrowed(text),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Cow::Owned(number.to_string()),
            Err(_) => Cow::Borrowed(number.as_str()),
        },
        DeValue::Float(number) => match number.as_str().parse::<f64>() {
            Ok(number) => Cow::Owned(number.to_string()),
            Err(_) => Cow::Borrowed(number.as_str()),
        },
        DeValue::Datetime(moment) => Cow::Owned(moment.to_string()),
        DeValue::Boolean(_) | DeValue::Array(_) | DeValue::Table(_) => return None,
    })
}
