//! One table of feeds.toml: every key is asked for by its name and type.

use std::borrow::Cow;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::amount::Amount;
use super::expected::Type;
use super::problems::{Location, Problems};
use super::syntax;
use crate::config::error::Problem;
use crate::config::options::Given;
use crate::config::values::choice;
use crate::vocabulary::Complaint;

/// A table, written or not. When it is dropped, each key that was not asked for is complained of.
pub(in crate::config) struct Table<'a> {
    /// The keys that lead to it.
    path: Vec<String>,
    /// The same with `NAME` for the name of a single scope: what tables of one kind have in common.
    kind: String,
    /// Its place, if it is written.
    span: Option<Range<usize>>,
    /// What was not asked for so far.
    entries: DeTable<'a>,
    problems: &'a Problems<'a>,
}

/// Tables with names, `[categories.news]`, or one after the other, `[[feed]]`: in the order of the file.
pub(in crate::config) struct Tables<'a> {
    /// What they have in common.
    kind: String,
    /// Each with its name, if its kind has names, and its place.
    entries: Vec<(Spanned<String>, Table<'a>)>,
    problems: &'a Problems<'a>,
}

impl<'a> Table<'a> {
    /// The whole of a file.
    ///
    /// # Errors
    /// The first error of syntax: what follows one is guesswork.
    pub(in crate::config) fn whole(text: &'a str, problems: &'a Problems<'a>) -> Result<Self, Problem> {
        let document = DeTable::parse(text).map_err(|error| {
            let span = error.span().unwrap_or_default();
            let complaint = syntax::complaint(error.message(), text.get(span.clone()).unwrap_or(""));
            problems.problem(&Location::Span(span), complaint)
        })?;
        let span = document.span();
        Ok(Table::new(
            Vec::new(),
            String::new(),
            Some(span),
            document.into_inner(),
            problems,
        ))
    }

    fn new(
        path: Vec<String>,
        kind: String,
        span: Option<Range<usize>>,
        entries: DeTable<'a>,
        problems: &'a Problems<'a>,
    ) -> Self {
        problems.keys.borrow_mut().table(&kind);
        Table {
            path,
            kind,
            span,
            entries,
            problems,
        }
    }

    /// Where complaints go.
    pub(in crate::config) fn problems(&self) -> &'a Problems<'a> {
        self.problems
    }

    /// Whether it is in the file.
    pub(in crate::config) fn is_written(&self) -> bool {
        self.span.is_some()
    }

    /// Whether a key that was not asked for so far is written.
    pub(in crate::config) fn holds(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// Whatever is written, with its place.
    pub(in crate::config) fn value(&mut self, key: &'static str) -> Option<Spanned<DeValue<'a>>> {
        self.problems.keys.borrow_mut().known(&self.kind, key);
        self.entries.remove(key)
    }

    /// A value that `read` takes, if it is of the right type.
    fn typed<T>(
        &mut self,
        key: &'static str,
        expected: Type,
        read: impl FnOnce(DeValue<'a>) -> Option<T>,
    ) -> Option<(T, Location)> {
        let value = self.value(key)?;
        let location = Location::Span(value.span());
        let value = value.into_inner();
        let is_number = matches!(
            (expected, &value),
            (Type::Number | Type::Amount, DeValue::Integer(_))
        );
        let read = read(value).ok_or_else(|| {
            if is_number {
                Complaint::new(format!("“{key}” is out of range"), "write a smaller number")
            } else {
                expected.complaint(&[&self.path[..], &[key.to_owned()]].concat(), false)
            }
        });
        Some((self.problems.checked(&location, read)?, location))
    }

    /// A checked text.
    pub(in crate::config) fn text<T>(
        &mut self,
        key: &'static str,
        check: impl FnOnce(&str) -> Result<T, Complaint>,
    ) -> Option<T> {
        self.option_or_text(key, None, check).map(|(value, _)| value)
    }

    /// A checked text from a flag or variable, else from the file, with where it is from.
    pub(in crate::config) fn option_or_text<T>(
        &mut self,
        key: &'static str,
        option: Option<&Given<String>>,
        check: impl FnOnce(&str) -> Result<T, Complaint>,
    ) -> Option<(T, Location)> {
        let written = self.typed(key, Type::Text, text);
        let (value, location) = match option {
            Some(given) => (Cow::Borrowed(given.value.as_str()), Location::Option(given.name)),
            None => written?,
        };
        let checked = self.problems.checked(&location, check(&value))?;
        Some((checked, location))
    }

    /// One of several names.
    pub(in crate::config) fn choice<T: Copy>(
        &mut self,
        key: &'static str,
        choices: &[(&str, T)],
    ) -> Option<T> {
        self.text(key, |written| choice(written, choices))
    }

    /// Yes or no.
    pub(in crate::config) fn flag(&mut self, key: &'static str) -> Option<bool> {
        let flag = self.typed(key, Type::Flag, |value| value.as_bool());
        flag.map(|(flag, _)| flag)
    }

    /// A checked whole number.
    pub(in crate::config) fn number<T>(
        &mut self,
        key: &'static str,
        check: impl FnOnce(i64) -> Result<T, Complaint>,
    ) -> Option<T> {
        let (number, location) = self.typed(key, Type::Number, |value| integer(&value))?;
        self.problems.checked(&location, check(number))
    }

    /// A checked amount of time or memory.
    pub(in crate::config) fn amount<T>(
        &mut self,
        key: &'static str,
        check: impl FnOnce(&Amount<'_>) -> Result<T, Complaint>,
    ) -> Option<T> {
        let (amount, location) = self.typed(key, Type::Amount, |value| match value {
            DeValue::String(text) => Some(Amount::Text(text)),
            value => integer(&value).map(Amount::Number),
        })?;
        self.problems.checked(&location, check(&amount))
    }

    /// Each checked item of a list of texts, with its place; what is complained of is left out. `if_empty`
    /// is said of a list that has no item.
    pub(in crate::config) fn list<T>(
        &mut self,
        key: &'static str,
        if_empty: Option<Complaint>,
        mut check: impl FnMut(&str) -> Result<T, Complaint>,
    ) -> Option<Vec<(T, Location)>> {
        let (items, location) = self.typed(key, Type::List, |value| match value {
            DeValue::Array(items) => Some(items),
            _ => None,
        })?;
        if let Some(complaint) = if_empty.filter(|_| items.is_empty()) {
            self.problems.add(&location, complaint);
        }
        let path = [&self.path[..], &[key.to_owned()]].concat();
        let items = items.into_iter().filter_map(|item| {
            let location = Location::Span(item.span());
            let text = text(item.into_inner()).ok_or_else(|| Type::Text.complaint(&path, true));
            let checked = text.and_then(|text| check(&text));
            Some((self.problems.checked(&location, checked)?, location))
        });
        Some(items.collect())
    }

    /// A table within this one.
    pub(in crate::config) fn table(&mut self, key: &'static str) -> Table<'a> {
        let table = self.typed(key, Type::Table, table);
        let (entries, location) = table.unzip();
        let path = [&self.path[..], &[key.to_owned()]].concat();
        let span = location.and_then(Location::span);
        let entries = entries.unwrap_or_default();
        Table::new(path, self.inner_kind(key), span, entries, self.problems)
    }

    /// The tables in a table whose keys are names.
    pub(in crate::config) fn named(&mut self, key: &'static str) -> Tables<'a> {
        let kind = format!("{}.NAME", self.inner_kind(key));
        let all = self.typed(key, Type::Table, table);
        let mut entries: Vec<(Spanned<String>, Table<'a>)> = Vec::new();
        for (name, value) in all.map(|(all, _)| all).unwrap_or_default() {
            let path = [&self.path[..], &[key.to_owned(), name.get_ref().to_string()]].concat();
            let span = value.span();
            match table(value.into_inner()) {
                Some(inner) => {
                    let name = Spanned::new(name.span(), name.into_inner().into_owned());
                    let inner = Table::new(path, kind.clone(), Some(span), inner, self.problems);
                    entries.push((name, inner));
                }
                None => self
                    .problems
                    .add(&Location::Span(span), Type::Table.complaint(&path, false)),
            }
        }
        entries.sort_by_key(|(name, _)| name.span().start);
        Tables::new(kind, entries, self.problems)
    }

    /// The tables in a list of tables; each has the place of its head for a name.
    pub(in crate::config) fn tables(&mut self, key: &'static str) -> Tables<'a> {
        let kind = self.inner_kind(key);
        let path = [&self.path[..], &[key.to_owned()]].concat();
        let items = self.typed(key, Type::Tables, |value| match value {
            DeValue::Array(items) => Some(items),
            _ => None,
        });
        let mut entries = Vec::new();
        for item in items.map(|(items, _)| items).into_iter().flatten() {
            let span = item.span();
            match table(item.into_inner()) {
                Some(inner) => {
                    let name = Spanned::new(span.clone(), String::new());
                    let inner = Table::new(path.clone(), kind.clone(), Some(span), inner, self.problems);
                    entries.push((name, inner));
                }
                None => self
                    .problems
                    .add(&Location::Span(span), Type::Table.complaint(&path, true)),
            }
        }
        Tables::new(kind, entries, self.problems)
    }

    /// Takes a key out that earlier versions had, and warns of it: an upgrade stops no service.
    pub(in crate::config) fn retired(&mut self, key: &str, why: &str) {
        if let Some((key, _)) = self.entries.remove_entry(key) {
            let complaint = Complaint::new(why, "take the line out: it has no effect");
            self.problems.warn(&Location::Span(key.span()), complaint);
        }
    }

    fn inner_kind(&self, key: &str) -> String {
        match self.kind.as_str() {
            "" => key.to_owned(),
            kind => format!("{kind}.{key}"),
        }
    }
}

impl Drop for Table<'_> {
    fn drop(&mut self) {
        let mut keys = self.problems.keys.borrow_mut();
        for key in self.entries.keys() {
            keys.unknown(&self.kind, key.get_ref(), key.span());
        }
    }
}

impl<'a> Tables<'a> {
    fn new(kind: String, entries: Vec<(Spanned<String>, Table<'a>)>, problems: &'a Problems<'a>) -> Self {
        problems.keys.borrow_mut().table(&kind);
        Tables {
            kind,
            entries,
            problems,
        }
    }

    /// What `read` makes of each. It is given an empty table as well, and what it makes of that is forgotten:
    /// so it is known which keys there would be.
    pub(in crate::config) fn read<T>(self, mut read: impl FnMut(Spanned<String>, Table<'a>) -> T) -> Vec<T> {
        let empty = Table::new(Vec::new(), self.kind, None, DeTable::new(), self.problems);
        drop(
            self.problems
                .muted(|| read(Spanned::new(0..0, String::new()), empty)),
        );
        let entries = self.entries.into_iter();
        entries.map(|(name, table)| read(name, table)).collect()
    }

    /// The names, in the order of the file.
    pub(in crate::config) fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|(name, _)| name.get_ref().as_str())
    }
}

fn text(value: DeValue<'_>) -> Option<Cow<'_, str>> {
    match value {
        DeValue::String(text) => Some(text),
        _ => None,
    }
}

fn table(value: DeValue<'_>) -> Option<DeTable<'_>> {
    match value {
        DeValue::Table(table) => Some(table),
        _ => None,
    }
}

fn integer(value: &DeValue<'_>) -> Option<i64> {
    let integer = value.as_integer()?;
    i64::from_str_radix(integer.as_str(), integer.radix()).ok()
}
