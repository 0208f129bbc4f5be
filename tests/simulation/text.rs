//! Texts of files, with what they mean: known because they are made here, not because the program
//! under test said so.

use std::fmt::{self, Write};

use chrono::{DateTime, TimeDelta, Utc};

use super::random::Random;
use super::sections::{self, Handed};

/// When every sequence starts.
pub(crate) fn start() -> DateTime<Utc> {
    "2024-05-31T12:00:00.123456789Z".parse().unwrap()
}

/// A word that is in every draft and nowhere else.
pub(crate) const SECRET: &str = "zzsecret";

const CATEGORIES: [&str; 8] = ["News", "news", " NEWS ", "Née", "nee", "C++", "C#", "🚀"];
const TAGS: [&str; 5] = ["one", "One", "two words", "two-words", "日本"];
pub(crate) const AUTHORS: [&str; 7] = ["ada", "Ada", "bob", "naïve", "naive", "nobody at all", "#!"];
pub(crate) const DATES: [i64; 12] = [
    -900_000, -86_400, -86_400, -3_600, -60, -1, 1, 3, 30, 300, 3_600, 7_200,
];

/// The files whose content is an author's record.
pub(crate) const RECORDS: [&str; 4] = [
    "authors/ada/_index.md",
    "authors/bob/_index.md",
    "authors/naïve/_index.md",
    "people/authors/ada/_index.md",
];

/// The text of a file.
#[derive(Clone, PartialEq)]
pub(crate) struct Text {
    pub(crate) bytes: Vec<u8>,
    pub(crate) meaning: Meaning,
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", String::from_utf8_lossy(&self.bytes))
    }
}

impl Text {
    /// What is wrong with it: what can still be made out. A date of digits is read only where the
    /// configuration says that the day comes first.
    pub(crate) fn mark(&self, day_first: bool) -> Option<Mark> {
        match &self.meaning {
            Meaning::Broken(mark) => Some(*mark),
            Meaning::Post(post) if post.has_digits && !day_first => Some(match post.expiry {
                _ if post.draft => Mark::Draft,
                Some(at) => Mark::Expires(at),
                None => Mark::Nothing,
            }),
            _ => None,
        }
    }

    /// Whether it can be read.
    pub(crate) fn is_good(&self, day_first: bool) -> bool {
        self.mark(day_first).is_none()
    }

    /// The text as it is while it is being written: empty, then to the end of its front matter, then to the
    /// middle of its body. Only the first of these means something else.
    pub(crate) fn parts(&self) -> Vec<Text> {
        let mut parts = vec![Text {
            bytes: Vec::new(),
            meaning: Meaning::Other,
        }];
        let text = String::from_utf8_lossy(&self.bytes);
        if let Some(end) = text.find("\n---\n\n").map(|at| at + 6) {
            let cuts = [end, end + (text.len() - end) / 2].into_iter();
            parts.extend(cuts.filter(|cut| text.is_char_boundary(*cut)).map(|cut| Text {
                bytes: self.bytes[..cut].to_vec(),
                meaning: self.meaning.clone(),
            }));
        }
        parts
    }
}

/// What a text means.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Meaning {
    Post(Post),
    /// A section's file, where it is called so; elsewhere it is no post.
    Section(Handed),
    /// An author's record, a page: good, and no post.
    Other,
    Broken(Mark),
}

/// What can still be made out in a broken text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Mark {
    Nothing,
    Draft,
    /// So many seconds after the start.
    Expires(i64),
}

impl Mark {
    /// Whether the last good version must not be shown at a moment.
    pub(crate) fn withdraws(self, moment: DateTime<Utc>) -> bool {
        match self {
            Mark::Nothing => false,
            Mark::Draft => true,
            Mark::Expires(at) => moment >= when(at),
        }
    }
}

/// What the model needs to know of a post. Moments are in seconds after the start.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Post {
    pub(crate) title: String,
    pub(crate) date: i64,
    pub(crate) publish: Option<i64>,
    pub(crate) expiry: Option<i64>,
    pub(crate) draft: bool,
    /// It says that it is no draft, whatever is handed down.
    pub(crate) is_no_draft: bool,
    pub(crate) guid: Option<String>,
    pub(crate) alias: Option<String>,
    /// Its date is of digits alone, of which nobody knows which is the day.
    pub(crate) has_digits: bool,
}

impl Post {
    pub(crate) fn public_from(&self) -> DateTime<Utc> {
        when(self.publish.map_or(self.date, |publish| publish.max(self.date)))
    }

    /// The same post, completed by what is handed down to it.
    pub(crate) fn with(&self, handed: &Handed) -> Post {
        Post {
            draft: self.draft || !self.is_no_draft && handed.draft == Some(true),
            publish: self.publish.or(handed.publish),
            expiry: self.expiry.or(handed.expiry),
            ..self.clone()
        }
    }

    pub(crate) fn is_public(&self, moment: DateTime<Utc>) -> bool {
        let expired = self.expiry.is_some_and(|expiry| when(expiry) <= moment);
        !self.draft && self.public_from() <= moment && !expired
    }
}

/// So many seconds after the start, which is taken for a whole second.
pub(crate) fn when(seconds: i64) -> DateTime<Utc> {
    let whole = start().timestamp() + seconds;
    DateTime::from_timestamp(whole, 0).unwrap()
}

fn written(seconds: i64) -> String {
    // Half the dates are in another zone: the moment is the same.
    let moment = when(seconds);
    if seconds % 2 == 0 {
        moment.format("%Y-%m-%d %H:%M:%S +0000").to_string()
    } else {
        (moment + TimeDelta::hours(1))
            .format("%Y-%m-%dT%H:%M:%S+01:00")
            .to_string()
    }
}

/// Makes the texts of a sequence; no two have the same title.
pub(crate) fn any(random: &mut Random, number: usize, path: &str) -> Text {
    if path.starts_with("authors/") || path.starts_with("people/") {
        return if random.percent(15) {
            any_broken(random, number)
        } else {
            record(random, number)
        };
    }
    if sections::is_section(path) {
        return match random.below(8) {
            0 => any_broken(random, number),
            1 => page(random, number),
            _ => sections::any(random, number),
        };
    }
    match random.below(20) {
        0..=1 => any_broken(random, number),
        2 => page(random, number),
        _ => post(random, number),
    }
}

pub(crate) fn post(random: &mut Random, number: usize) -> Text {
    dated(random, number, None)
}

/// A post whose date is a day of May 2024, in digits. It begins at midnight in London.
pub(crate) fn post_of_digits(random: &mut Random, number: usize) -> Text {
    let day = 1 + random.below(12);
    dated(random, number, Some(day as i64))
}

fn dated(random: &mut Random, number: usize, day: Option<i64>) -> Text {
    let midnight = |day: i64| (day - 31) * 86_400 - 13 * 3_600;
    let draft = random.percent(15);
    let secret = if draft { SECRET } else { "" };
    let optional =
        |random: &mut Random, percent, of: &[i64]| random.percent(percent).then(|| *random.pick(of));
    let post = Post {
        title: format!("T{number}{secret}"),
        date: day.map_or_else(|| *random.pick(&DATES), midnight),
        publish: optional(random, 10, &DATES),
        expiry: optional(random, 15, &DATES[4..]),
        draft,
        is_no_draft: !draft && random.percent(15),
        guid: random.percent(15).then(|| format!("urn:x:{}", random.below(3))),
        alias: random.percent(15).then(|| format!("/old/{}/", random.below(3))),
        has_digits: day.is_some(),
    };
    let date = day.map_or_else(|| written(post.date), |day| format!("{day:02}-05-24"));
    let mut text = format!("---\ntitle: {}\ndate: {date}\n", post.title);
    let mut line = |line: String| text.write_fmt(format_args!("{line}\n")).unwrap();
    post.publish
        .iter()
        .for_each(|at| line(format!("publishDate: {}", written(*at))));
    post.expiry
        .iter()
        .for_each(|at| line(format!("expiryDate: {}", written(*at))));
    post.guid.iter().for_each(|guid| line(format!("guid: '{guid}'")));
    post.alias
        .iter()
        .for_each(|alias| line(format!("aliases: ['{alias}']")));
    if draft {
        line(
            random
                .pick(&["draft: true", "published: false", "draft: perhaps"])
                .to_string(),
        );
        line(format!("categories: [{SECRET}, news]\ntags: [{SECRET}]"));
    } else {
        if post.is_no_draft {
            line("draft: false".to_owned());
        }
        line(format!("categories: {:?}", random.some(3, &CATEGORIES)));
        line(format!("tags: {:?}", random.some(2, &TAGS)));
    }
    if random.percent(25) {
        line(format!("lang: {}", random.pick(&["de", "en-GB", "fr"])));
        if random.percent(50) {
            line(format!("translationKey: {}", random.pick(&["one", "two"])));
        }
    }
    line(format!("authors: {:?}", random.some(2, &AUTHORS)));
    if random.percent(20) {
        line(format!("lastmod: {}", written(*random.pick(&DATES[..6]))));
    }
    // Some texts are as long as others, so that a stamp may not tell them apart.
    let body = random.pick(&[
        "same",
        "same",
        "a *longer* text, with [a link](../x/)",
        "a link [to another](a.md)",
        "a link [to another](../news/b.md)",
    ]);
    write!(text, "---\n\n{body} {secret}\n").unwrap();
    Text {
        bytes: text.into(),
        meaning: Meaning::Post(post),
    }
}

fn record(random: &mut Random, number: usize) -> Text {
    let claimed = if random.percent(30) { "id: bob\n" } else { "" };
    Text {
        bytes: format!("---\nname: N{number}\n{claimed}twitter: '@n{number}'\n---\n").into(),
        meaning: Meaning::Other,
    }
}

fn page(random: &mut Random, number: usize) -> Text {
    // None of them becomes a post by what is handed down to it.
    let text = match random.below(3) {
        0 => String::new(),
        1 => format!("no front matter{number}\n"),
        _ => format!("---\ndate: 2024-05-01\nweight: {number}\n---\n"),
    };
    Text {
        bytes: text.into(),
        meaning: Meaning::Other,
    }
}

fn any_broken(random: &mut Random, number: usize) -> Text {
    let mark = match random.below(4) {
        0 => Mark::Draft,
        1 => Mark::Expires(*random.pick(&DATES)),
        _ => Mark::Nothing,
    };
    broken(number, mark)
}

/// A text whose front matter can't be read.
pub(crate) fn broken(number: usize, mark: Mark) -> Text {
    let line = match mark {
        Mark::Nothing => String::new(),
        Mark::Draft => "draft: true".to_owned(),
        Mark::Expires(at) => format!("expiryDate: {}", written(at)),
    };
    Text {
        bytes: format!("---\ntitle: B{number}: {SECRET}\ndate: 2024-05-01\n{line}\n---\n\n{SECRET}\n").into(),
        meaning: Meaning::Broken(mark),
    }
}
