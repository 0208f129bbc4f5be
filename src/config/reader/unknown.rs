//! Keys that nothing reads, and where they would be known.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::vocabulary::Complaint;
use crate::vocabulary::complaint::nearest;

/// The keys that were asked for, by table, and those that nobody asked for.
#[derive(Debug, Default)]
pub(super) struct UnknownKeys {
    /// Each table with the keys it may hold, in the order in which they were asked for.
    known: BTreeMap<String, Vec<&'static str>>,
    /// What is written and was not asked for: the table, the key and its place.
    unknown: Vec<(String, String, Range<usize>)>,
}

impl UnknownKeys {
    /// Notes that a table may be there.
    pub(super) fn table(&mut self, table: &str) {
        self.known.entry(table.to_owned()).or_default();
    }

    /// Notes that a table may hold a key.
    pub(super) fn known(&mut self, table: &str, key: &'static str) {
        let keys = self.known.entry(table.to_owned()).or_default();
        if !keys.contains(&key) {
            keys.push(key);
        }
    }

    /// Notes a key that nobody asked for.
    pub(super) fn unknown(&mut self, table: &str, key: &str, span: Range<usize>) {
        self.unknown.push((table.to_owned(), key.to_owned(), span));
    }

    /// What to say of each key that nobody asked for.
    pub(super) fn complaints(&self) -> impl Iterator<Item = (Range<usize>, Complaint)> {
        let tables = self.tables();
        self.unknown.iter().map(move |(table, key, span)| {
            let known = self.known.get(table).map_or(&[][..], Vec::as_slice);
            let help = help(key, known, &tables);
            (span.clone(), Complaint::new(format!("unknown key “{key}”"), help))
        })
    }

    /// Every table below the top with the keys it may hold, in the order of the top's keys. The name of a
    /// single scope stands as `NAME`.
    pub(super) fn tables(&self) -> Vec<(String, Vec<&'static str>)> {
        let top = self.known.get("").map_or(&[][..], Vec::as_slice);
        let mut tables = Vec::new();
        for first in top {
            collect(first, &self.known, &mut tables);
        }
        tables
    }
}

/// A table, then those within it.
fn collect(
    path: &str,
    known: &BTreeMap<String, Vec<&'static str>>,
    tables: &mut Vec<(String, Vec<&'static str>)>,
) {
    let keys = known.get(path).map_or(&[][..], Vec::as_slice);
    if !keys.is_empty() {
        tables.push((path.to_owned(), keys.to_vec()));
    }
    for key in keys.iter().chain(&["NAME"]) {
        let inner = format!("{path}.{key}");
        if known.contains_key(&inner) {
            collect(&inner, known, tables);
        }
    }
}

/// The head of one of the tables.
pub(in crate::config) fn head(table: &str) -> String {
    match table {
        "feed" => "[[feed]]".to_owned(),
        _ => format!("[{table}]"),
    }
}

fn help(key: &str, known: &[&str], tables: &[(String, Vec<&'static str>)]) -> String {
    let all = known.join(", ");
    let holders = |key: &str| {
        let holds = tables.iter().filter(|(_, keys)| keys.contains(&key));
        let names: Vec<String> = holds.map(|(table, _)| head(table)).take(3).collect();
        (!names.is_empty()).then(|| names.join(", "))
    };
    let everywhere = tables.iter().flat_map(|(_, keys)| keys).copied();
    if let Some(tables) = holders(key) {
        format!("“{key}” belongs in {tables}. Known here: {all}")
    } else if let Some(name) = nearest(key, known.iter().copied()) {
        format!("did you mean “{name}”? Known here: {all}")
    } else if let Some((name, tables)) =
        nearest(key, everywhere).and_then(|name| holders(name).map(|at| (name, at)))
    {
        format!("did you mean “{name}” in {tables}? Known here: {all}")
    } else {
        format!("known here: {all}")
    }
}
