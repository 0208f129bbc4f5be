//! Which posts of a scope stand on which page of its archive (RFC 5005, section 4).
//!
//! A page is a unit of the calendar: a year; where that holds too much, its months; where one of those
//! does, its days. What stands on a page follows from the posts of its unit alone, and which page comes
//! before it from where there are older posts. So a page never changes because newer posts come.
//!
//! A unit that is divided answers at its address with the newest of its parts. That is why a page may
//! link to its older neighbour without knowing whether that is divided.
//!
//! Nothing is kept: every question is answered from the sorted posts, at the cost of a page.

use std::ops::Bound;
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use imbl::OrdSet;

use crate::catalog::select::calendar::Unit;
use crate::catalog::snapshot::entries::{Position, Published};
use crate::feed::model::MOST_SOURCE_BYTES;

/// How many entries a page holds at most, if the feed holds no less; a day is never divided.
const MOST_ENTRIES: usize = 100;
/// How many bytes of source text a page holds at most, if it holds more than one entry.
const MOST_BYTES: usize = 1 << 20;

/// A scope's posts, seen as an archive.
#[derive(Clone, Copy, Debug)]
pub struct Archive<'a> {
    entries: &'a OrdSet<Arc<Published>>,
    /// How many entries the scope's feed holds.
    limit: usize,
    moment: DateTime<Utc>,
}

/// What the document holds that readers poll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Newest {
    /// How many of the newest entries.
    pub entries: usize,
    /// The page with which it goes on; `None` if it holds everything.
    pub previous: Option<Unit>,
}

impl<'a> Archive<'a> {
    /// The archive of a scope whose feed holds so many entries, at a moment.
    pub fn new(entries: &'a OrdSet<Arc<Published>>, limit: usize, moment: DateTime<Utc>) -> Self {
        Archive {
            entries,
            limit,
            moment,
        }
    }

    /// What the document holds that readers poll: as much as a feed holds, and everything that is newer
    /// than the newest closed page.
    pub fn newest(&self) -> Newest {
        let previous = (self.entries.len() > self.limit)
            .then(|| self.older(self.open()))
            .flatten();
        let entries = match previous {
            None => self.entries.len(),
            Some(page) => {
                let newer = self.entries.iter();
                let newer = newer.take_while(|entry| entry.post.public_from >= page.end());
                newer.count().max(self.limit)
            }
        };
        Newest { entries, previous }
    }

    /// The page that a unit's address answers with: itself, or of a divided one the newest part. `None`
    /// while the unit is not over.
    pub fn page(&self, mut unit: Unit) -> Option<Unit> {
        if unit.end() > self.moment {
            return None;
        }
        while self.is_divided(unit) {
            let newest = self.older_than(unit.end()).next()?;
            unit = unit.part(newest.post.public_from)?;
        }
        Some(unit)
    }

    /// The posts of a unit, newest first.
    pub fn within(&self, unit: Unit) -> impl Iterator<Item = &'a Arc<Published>> + use<'a> {
        let start = unit.start();
        self.older_than(unit.end())
            .take_while(move |entry| entry.post.public_from >= start)
    }

    /// The unit whose page comes before a unit's: the one before it within the same larger one, or
    /// before that.
    pub fn older(&self, mut unit: Unit) -> Option<Unit> {
        let before = self.older_than(unit.start()).next()?.post.public_from;
        while let Some(parent) = unit.parent().filter(|parent| !parent.contains(before)) {
            unit = parent;
        }
        Some(unit.alike(before))
    }

    /// Every unit that a chain of pages from the newest document may lead to, newest first: pages, and
    /// divided units that stand for them.
    pub fn units(&self) -> Vec<Unit> {
        let mut units = Vec::new();
        let mut next = self.newest().previous;
        while let Some(unit) = next {
            units.push(unit);
            // Into a divided unit, then on from its oldest part.
            next = if self.is_divided(unit) {
                let newest = self.older_than(unit.end()).next();
                newest.and_then(|newest| unit.part(newest.post.public_from))
            } else {
                self.older(unit)
            };
        }
        units
    }

    /// When the passing of time alone will next close a page that has posts.
    pub fn next_closing(&self) -> Option<DateTime<Utc>> {
        if self.entries.len() <= self.limit {
            return None;
        }
        let mut closing = None;
        let mut unit = Some(Unit::year(self.moment));
        while let Some(open) = unit.filter(|open| self.within(*open).next().is_some()) {
            closing = Some(open.end());
            unit = open.part(self.moment).filter(|_| self.is_divided(open));
        }
        closing
    }

    /// The smallest unit that is not over and not divided.
    fn open(&self) -> Unit {
        let mut open = Unit::year(self.moment);
        while let Some(part) = open.part(self.moment).filter(|_| self.is_divided(open)) {
            open = part;
        }
        open
    }

    fn is_divided(&self, unit: Unit) -> bool {
        if matches!(unit, Unit::Day(_)) {
            return false;
        }
        let most = self.limit.min(MOST_ENTRIES);
        let mut bytes = 0;
        for (index, entry) in self.within(unit).enumerate() {
            bytes += weight(entry);
            if index >= most || (bytes > MOST_BYTES && index > 0) {
                return true;
            }
        }
        false
    }

    /// The posts that became public before a moment, newest first.
    fn older_than(&self, moment: DateTime<Utc>) -> impl Iterator<Item = &'a Arc<Published>> + use<'a> {
        // Among posts of one moment the empty path comes first.
        let last = moment
            .checked_sub_signed(Duration::nanoseconds(1))
            .unwrap_or(DateTime::<Utc>::MIN_UTC);
        let start: &dyn Position = &(last, "");
        self.entries
            .range::<_, dyn Position>((Bound::Included(start), Bound::Unbounded))
    }
}

/// What a post counts for: its source, so that nothing has to be rendered to know it. One that is too
/// long for any page stands in feeds as its summary.
fn weight(entry: &Published) -> usize {
    let bytes = entry.post.source.len();
    if bytes > MOST_SOURCE_BYTES { 0 } else { bytes }
}

/// The address of a page of a document's archive: the unit stands before the extension, or at the end.
pub fn page_path(document: &str, unit: Unit) -> String {
    let name = document.rfind('/').map_or(0, |slash| slash + 1);
    match document[name..].rfind('.').filter(|dot| *dot > 0) {
        Some(dot) => {
            let (stem, extension) = document.split_at(name + dot);
            format!("{stem}-{unit}{extension}")
        }
        None if document.ends_with('/') => format!("{document}{unit}/"),
        None => format!("{document}/{unit}"),
    }
}

/// What an address may be the page of: documents with units, the likeliest first.
pub fn read_page_path(path: &str) -> impl Iterator<Item = (String, Unit)> {
    let (bare, slash) = match path.strip_suffix('/') {
        Some(bare) => (bare, "/"),
        None => (path, ""),
    };
    let name = bare.rfind('/').map_or(0, |slash| slash + 1);
    let extension = path[name..].rfind('.').filter(|_| slash.is_empty());
    let (stem, extension) = match extension {
        Some(dot) => path.split_at(name + dot),
        None => (bare, ""),
    };
    let mut found = Vec::new();
    if extension.is_empty() {
        let unit = Unit::parse(&bare[name..]);
        let document = if slash.is_empty() {
            bare[..name].trim_end_matches('/')
        } else {
            &bare[..name]
        };
        found.extend(unit.map(|unit| (document.to_owned(), unit)));
    } else {
        for length in ["2024-03-07".len(), "2024-03".len(), "2024".len()] {
            let Some((document, unit)) = stem
                .len()
                .checked_sub(length + 1)
                .and_then(|end| Some((stem.get(..end)?, stem.get(end..)?)))
            else {
                continue;
            };
            let unit = unit.strip_prefix('-').and_then(Unit::parse);
            found.extend(unit.map(|unit| (format!("{document}{extension}"), unit)));
        }
    }
    found.into_iter()
}

#[cfg(test)]
mod tests {
    use crate::content::conventions::Rules;
    use proptest::prelude::*;

    use super::*;
    use crate::content::fields::inherited::HandedDown;
    use crate::content::{ContentSettings, Parsed};
    use crate::content::{SourceFile, parse};

    #[test]
    fn a_page_has_an_address_beside_its_document_and_is_found_by_it() {
        let unit = |text| Unit::parse(text).unwrap();
        for (document, written, page) in [
            ("/rss.xml", "2024", "/rss-2024.xml"),
            ("/tags/a.b/feed.json", "2024-03", "/tags/a.b/feed-2024-03.json"),
            ("/feed/", "2024-03-07", "/feed/2024-03-07/"),
            ("/feed", "2024", "/feed/2024"),
            ("/a.b/feed", "2024", "/a.b/feed/2024"),
            ("/news-2024.xml", "2023", "/news-2024-2023.xml"),
        ] {
            assert_eq!(page_path(document, unit(written)), page);
            let found: Vec<_> = read_page_path(page).collect();
            assert!(
                found.contains(&(document.to_owned(), unit(written))),
                "{page}: {found:?}"
            );
        }
        for path in [
            "/",
            "",
            "/rss.xml",
            "/rss-24.xml",
            "/rss-ü024.xml",
            "/2024-13/",
            "/-2024",
        ] {
            assert_eq!(read_page_path(path).count(), 0, "{path}");
        }
    }

    fn published(path: &str, days: i64) -> Arc<Published> {
        let date = DateTime::from_timestamp(days * 86_400 + 43_200, 0).unwrap();
        let text = format!("---\ntitle: {path}\ndate: {}\n---\n", date.to_rfc3339());
        let settings = ContentSettings::for_tests(Rules::default());
        match parse(
            SourceFile::new(&path.into(), text.as_bytes()),
            &settings,
            &HandedDown::default(),
        ) {
            Ok(Parsed::Post(post)) => Arc::new(Published {
                changed: post.published,
                id: Arc::clone(&post.id),
                post,
            }),
            other => panic!("{other:?}"),
        }
    }

    type Entries = OrdSet<Arc<Published>>;

    /// What a page shows: its entries, and where it goes on.
    fn page(archive: &Archive<'_>, unit: Unit) -> (Vec<String>, Option<Unit>) {
        let page = archive.page(unit).unwrap();
        let entries = archive.within(page).map(|entry| entry.post.path.to_string());
        (entries.collect(), archive.older(page))
    }

    /// Days since 1970, in few years so that some units are full.
    fn any_days() -> impl Strategy<Value = Vec<i64>> {
        prop::collection::vec(prop_oneof![0..40_i64, 300..1200_i64, 3000..3003_i64], 0..60)
    }

    proptest! {
        #[test]
        fn a_walk_finds_every_post_and_pages_stay_as_they_are(
            days in any_days(), limit in 1..12_usize, moment in 3000..3700_i64, backdated in 0..3000_i64
        ) {
            let moment = DateTime::from_timestamp(moment * 86_400, 0).unwrap();
            let entries: Entries = days
                .iter()
                .enumerate()
                .map(|(number, days)| published(&format!("{number}.md"), *days))
                .filter(|entry| entry.post.public_from <= moment)
                .collect();
            let archive = Archive::new(&entries, limit, moment);
            let newest = archive.newest();
            prop_assert!(newest.entries >= limit.min(entries.len()));
            let mut found: Vec<String> =
                entries.iter().take(newest.entries).map(|entry| entry.post.path.to_string()).collect();
            let mut pages = Vec::new();
            let mut next = newest.previous;
            while let Some(unit) = next {
                let (shown, older) = page(&archive, unit);
                prop_assert!(!shown.is_empty() && archive.units().contains(&unit));
                prop_assert!(shown.len() <= limit || matches!(archive.page(unit), Some(Unit::Day(_))));
                found.extend(shown.iter().cloned());
                pages.push((unit, shown));
                let start = |unit| archive.page(unit).map(Unit::start);
                prop_assert!(older.is_none_or(|older| start(older) < start(unit)));
                next = older;
            }
            found.sort();
            found.dedup();
            prop_assert_eq!(found.len(), entries.len(), "a post stands nowhere");

            // Newer posts leave every page as it was.
            let before: Vec<_> = archive.units().into_iter().map(|unit| (unit, page(&archive, unit))).collect();
            let mut more = entries.clone();
            let today = moment.timestamp() / 86_400;
            let newer = (0..30).map(|number| published(&format!("new{number}.md"), today + number));
            let newer: Vec<_> = newer.collect();
            more.extend(newer);
            let later = Archive::new(&more, limit, moment + Duration::days(31));
            for (unit, shown) in &before {
                prop_assert_eq!(&page(&later, *unit), shown, "{}", unit);
            }

            // An older one changes its own and at most one more; addresses that stand for a page are it.
            let mut older = entries.clone();
            older.insert(published("old.md", backdated));
            let older = Archive::new(&older, limit, moment);
            let changed: Vec<_> = before
                .iter()
                .filter(|(unit, shown)| page(&older, *unit) != *shown)
                .map(|(unit, _)| older.page(*unit))
                .collect();
            let mut distinct = changed.clone();
            distinct.dedup();
            prop_assert!(distinct.len() <= 2, "{changed:?}");
        }

        #[test]
        fn any_path_is_read_without_a_panic(path: String) {
            read_page_path(&path).for_each(drop);
            let page = page_path(&path, Unit::parse("2024-03").unwrap());
            let found = read_page_path(&page).any(|(document, _)| document == path);
            proptest::prop_assert!(found || path.is_empty() || path.ends_with("//") || path.contains('.') || path == "/", "{page}");
        }
    }
}
