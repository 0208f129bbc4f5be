//! Values of feeds.toml that may be of more than one type.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use toml::Spanned;

/// An amount of time or memory: a bare number, or text with a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Amount {
    /// Seconds, or bytes.
    Number(i64),
    /// A number and a unit.
    Text(String),
}

impl Amount {
    /// What an [`Amount`] of the wrong type is told it must be.
    pub(super) const EXPECTED: &'static str = "a number, or text with a unit";
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Amount::Number(number) => number.fmt(f),
            Amount::Text(text) => text.fmt(f),
        }
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AmountVisitor;

        impl Visitor<'_> for AmountVisitor {
            type Value = Amount;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(Amount::EXPECTED)
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Amount, E> {
                Ok(Amount::Number(number))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Amount, E> {
                Ok(Amount::Text(text.to_owned()))
            }
        }

        deserializer.deserialize_any(AmountVisitor)
    }
}

/// Any value: what is written in `match` and `exclude`, where every key may stand.
#[derive(Clone, Debug, PartialEq)]
pub enum RawValue {
    /// Yes or no.
    Truth(bool),
    /// Text, or a number or date as text.
    Text(String),
    /// Several values.
    List(Vec<Spanned<RawValue>>),
    /// Values with names.
    Table(Vec<(String, Spanned<RawValue>)>),
}

impl<'de> Deserialize<'de> for RawValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ValueVisitor;

        impl<'de> Visitor<'de> for ValueVisitor {
            type Value = RawValue;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }

            fn visit_bool<E: de::Error>(self, truth: bool) -> Result<RawValue, E> {
                Ok(RawValue::Truth(truth))
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<RawValue, E> {
                Ok(RawValue::Text(number.to_string()))
            }

            fn visit_f64<E: de::Error>(self, number: f64) -> Result<RawValue, E> {
                Ok(RawValue::Text(number.to_string()))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<RawValue, E> {
                Ok(RawValue::Text(text.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<RawValue, A::Error> {
                let mut list = Vec::new();
                while let Some(value) = access.next_element()? {
                    list.push(value);
                }
                Ok(RawValue::List(list))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<RawValue, A::Error> {
                let mut table = Vec::new();
                while let Some(key) = access.next_key::<String>()? {
                    // TOML's native dates arrive as a map with one private key.
                    if key == "$__toml_private_datetime" {
                        return access.next_value().map(RawValue::Text);
                    }
                    table.push((key, access.next_value()?));
                }
                Ok(RawValue::Table(table))
            }
        }

        deserializer.deserialize_any(ValueVisitor)
    }
}
