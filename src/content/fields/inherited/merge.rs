//! What becomes of a key that is said in two places.

use crate::content::conventions::Rules;
use crate::content::file::front_matter::{Map, Value};
use crate::vocabulary::Dialect;

/// How a generator puts together what is said of one key farther away and nearer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(super) enum Merging {
    /// The nearer one counts.
    #[default]
    Replace,
    /// So does Hugo, but for the mapping `params`, which is put together key by key.
    Params,
    /// Jekyll: mappings are put together, and nothing (`null`) says nothing.
    Deep,
    /// Eleventy: mappings are put together, lists one after the other; a key that starts with
    /// `override:` replaces.
    Concatenate,
}

impl Merging {
    /// As the site's generator does.
    pub(super) fn of(rules: &Rules) -> Self {
        match rules.dialect {
            Some(Dialect::Jekyll) => Merging::Deep,
            Some(Dialect::Eleventy) if !rules.replaces_data => Merging::Concatenate,
            Some(Dialect::Hugo) | None => Merging::Params,
            Some(_) => Merging::Replace,
        }
    }

    /// A key as it is meant, and whether its value replaces whatever else is said.
    pub(super) fn key(self, written: &str) -> (&str, bool) {
        match written.strip_prefix("override:") {
            Some(key) if self == Merging::Concatenate => (key, true),
            _ => (written, false),
        }
    }

    /// Puts two values of a key together.
    pub(super) fn merge(self, key: &str, lower: Value, upper: Value) -> Value {
        match self {
            Merging::Replace => upper,
            Merging::Params if key.eq_ignore_ascii_case("params") => self.deep(lower, upper),
            Merging::Params => upper,
            Merging::Deep => self.deep(lower, upper),
            Merging::Concatenate if key == "tags" => self.deep(tags(lower), tags(upper)),
            Merging::Concatenate => self.deep(lower, upper),
        }
    }

    fn deep(self, lower: Value, upper: Value) -> Value {
        match (lower, upper) {
            (Value::Map(mut map), Value::Map(upper)) => {
                for (key, value) in upper.0 {
                    let (bare, replaces) = self.key(&key);
                    match map.0.iter_mut().find(|(own, _)| own == bare) {
                        Some((_, own)) if replaces => *own = value,
                        Some((_, own)) => {
                            let lower = std::mem::replace(own, Value::Null);
                            *own = match self {
                                Merging::Params => value,
                                _ => self.deep(lower, value),
                            };
                        }
                        None => map.0.push((bare.to_owned(), value)),
                    }
                }
                Value::Map(Map(map.0))
            }
            (Value::List(mut list), Value::List(upper)) if self == Merging::Concatenate => {
                for value in upper {
                    if !list.contains(&value) {
                        list.push(value);
                    }
                }
                Value::List(list)
            }
            (lower, Value::Null) if self == Merging::Deep => lower,
            (_, upper) => upper,
        }
    }
}

/// Tags in one string are a list to Eleventy.
fn tags(value: Value) -> Value {
    match value {
        Value::Text(text) => Value::List(
            text.split(',')
                .map(|tag| Value::Text(tag.trim().to_owned()))
                .filter(|tag| *tag != Value::Text(String::new()))
                .collect(),
        ),
        value => value,
    }
}
