//! What front matter says, whatever it is written in.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// A value in front matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Nothing, or `null`.
    Null,
    /// True or false.
    Bool(bool),
    /// A number, as text.
    Number(String),
    /// Text; dates too.
    Text(String),
    /// A list.
    List(Vec<Value>),
    /// A mapping, in the order written.
    Map(Map),
}

/// A mapping. Keys are unique; look-ups ignore ASCII case, as Hugo does.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Map(pub Vec<(String, Value)>);

impl Map {
    /// The value of a key, unless it is absent or null.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0
            .iter()
            .find(|(own, _)| own.eq_ignore_ascii_case(key))
            .map(|(_, value)| value)
            .filter(|value| **value != Value::Null)
    }

    /// Takes over the keys of YAML's merge key (`<<`) that are not there already.
    fn merge(&mut self) {
        let Some(index) = self.0.iter().position(|(key, _)| key == "<<") else {
            return;
        };
        let sources = match self.0.remove(index).1 {
            Value::Map(map) => vec![map],
            Value::List(list) => list
                .into_iter()
                .filter_map(|value| match value {
                    Value::Map(map) => Some(map),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        };
        for (key, value) in sources.into_iter().flat_map(|map| map.0) {
            if !self.0.iter().any(|(own, _)| *own == key) {
                self.0.push((key, value));
            }
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.to_string()))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Value, E> {
        Ok(Value::Number(value.to_string()))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Value, E> {
        Ok(Value::Number(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Number(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = access.next_element()? {
            list.push(value);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut map = Map::default();
        while let Some((key, value)) = access.next_entry::<Key, Value>()? {
            // TOML's native dates arrive as a map with one private key.
            if key.0 == "$__toml_private_datetime" {
                return Ok(value);
            }
            if map.0.iter().any(|(own, _)| *own == key.0) {
                return Err(de::Error::custom(format_args!("duplicate key “{}”", key.0)));
            }
            map.0.push((key.0, value));
        }
        map.merge();
        Ok(Value::Map(map))
    }

    fn visit_enum<A: de::EnumAccess<'de>>(self, access: A) -> Result<Value, A::Error> {
        // A YAML tag such as `!quote`: the tag says nothing about a post, its value does.
        let (Key(_), variant) = access.variant()?;
        de::VariantAccess::newtype_variant(variant)
    }
}

/// A mapping's key as text: YAML allows numbers, booleans and null as keys.
struct Key(String);

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Text(text) | Value::Number(text) => Ok(Key(text)),
            Value::Bool(value) => Ok(Key(value.to_string())),
            Value::Null => Ok(Key("null".into())),
            Value::List(_) | Value::Map(_) => Err(de::Error::custom("a key can't be a list or a mapping")),
        }
    }
}
