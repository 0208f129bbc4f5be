//! Bylines of several people in one string.
//!
//! No person is split and no two are merged silently: what could be one name or two stays whole, and
//! is said.

use crate::content::body::links;
use crate::content::post::Byline;
use crate::vocabulary::email::is_email;

/// What a word in a byline is, beside a name.
#[derive(PartialEq, Eq)]
enum Word {
    /// It follows a comma and belongs to the name before it.
    Title,
    /// A part of a name that is written small.
    Particle,
    /// A word of offices and employers.
    Job,
    Other,
}

fn word(text: &str) -> Word {
    match text.to_lowercase().as_str() {
        "jr" | "jr." | "sr" | "sr." | "ii" | "iii" | "phd" | "ph.d." | "md" | "m.d." | "esq" | "esq." => {
            Word::Title
        }
        "de" | "da" | "del" | "della" | "di" | "du" | "la" | "le" | "van" | "von" | "der" | "den" | "bin"
        | "al" => Word::Particle,
        "director" | "editor" | "engineer" | "manager" | "president" | "secretary" | "officer"
        | "developer" | "team" | "lead" | "head" | "chair" | "professor" | "university" | "college"
        | "institute" | "foundation" | "inc" | "inc." | "ltd" | "llc" | "corp" | "gmbh" | "company"
        | "chief" | "executive" | "senior" | "staff" | "correspondent" | "writer" | "the" | "research" => {
            Word::Job
        }
        _ => Word::Other,
    }
}

/// The people named in a string, and whether a comma or “and” in it was left standing in doubt.
pub(in crate::content) fn split(text: &str) -> (Vec<Byline>, bool) {
    let text = text.trim();
    if text.is_empty() {
        return (Vec::new(), false);
    }
    // `[Name](url) (Company), [Name](url)`: only what stands between the links separates.
    if text.starts_with('[') && text.contains("](") {
        return (linked(text), false);
    }
    // Pelican's rule: with semicolons, commas are parts of names.
    if text.contains(';') {
        let people = text.split(';').filter_map(|part| one(part.trim()));
        return (people.collect(), false);
    }
    let by_comma: Vec<&str> = top_level(text, ',').into_iter().map(str::trim).collect();
    if by_comma.len() == 1 {
        return (by_and(text).into_iter().filter_map(one).collect(), false);
    }
    let mut parts: Vec<&str> = by_comma
        .into_iter()
        .flat_map(|part| by_and(without_and(part)))
        .collect();
    parts.retain(|part| !part.is_empty());
    if parts.iter().all(|part| is_whole_name(part)) {
        return (parts.into_iter().filter_map(one).collect(), false);
    }
    // “NARUSE, Yui” is one person, “Josh Aas, ISRG Executive Director” too: who knows the rest?
    (one(text).into_iter().collect(), true)
}

/// Whether a part between commas can be nothing but a person's whole name: two to four words, each
/// with a capital in front, not all of them in capitals, none of them a word of a job.
fn is_whole_name(part: &str) -> bool {
    let plain = part.split(['(', '<']).next().unwrap_or(part).trim();
    let words: Vec<&str> = plain.split_whitespace().collect();
    (2..=4).contains(&words.len())
        && words.iter().all(|text| {
            word(text.trim_matches(',')) != Word::Job
                && match word(text) {
                    Word::Title => false,
                    Word::Particle => true,
                    Word::Job | Word::Other => text.starts_with(char::is_uppercase),
                }
        })
}

/// `A and B`, `A & B`; not within parentheses, and only between what can be whole names.
fn by_and(text: &str) -> Vec<&str> {
    for separator in [" and ", " & "] {
        let parts: Vec<&str> = text.split(separator).map(str::trim).collect();
        if parts.len() > 1 && !text.contains(['(', '[']) && parts.iter().all(|part| is_whole_name(part)) {
            return parts;
        }
    }
    vec![text]
}

fn without_and(part: &str) -> &str {
    part.strip_prefix("and ").unwrap_or(part).trim()
}

/// The parts between separators that stand in no brackets.
fn top_level(text: &str, separator: char) -> Vec<&str> {
    let mut depth = 0_usize;
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' | '<' => depth += 1,
            ')' | ']' | '>' => depth = depth.saturating_sub(1),
            c if c == separator && depth == 0 => {
                parts.push(&text[start..at]);
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

/// The people of a text made of links.
fn linked(text: &str) -> Vec<Byline> {
    let mut people = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find('[') {
        let inside = &rest[start + 1..];
        let Some((name, after)) = inside.split_once("](") else {
            break;
        };
        let Some((uri, after)) = after.split_once(')') else {
            break;
        };
        let name = name.trim();
        if !name.is_empty() {
            people.push(Byline {
                uri: links::is_web(uri.trim()).then(|| uri.trim().into()),
                ..Byline::named(name)
            });
        }
        rest = after;
    }
    people
}

/// One person: `Name`, `Name <address>`, `Name (@handle)`, `Name (address)`, `Name <https://…>`.
pub(in crate::content) fn one(text: &str) -> Option<Byline> {
    let text = text.trim().trim_end_matches(',').trim_end();
    if text.is_empty() {
        return None;
    }
    if text.starts_with('[') && text.contains("](") {
        return linked(text).into_iter().next();
    }
    for (open, close) in [('<', '>'), ('(', ')')] {
        let Some((name, inner)) = text.strip_suffix(close).and_then(|text| text.rsplit_once(open)) else {
            continue;
        };
        let (name, inner) = (name.trim(), inner.trim());
        if name.is_empty() {
            continue;
        }
        let inner_address = inner.strip_prefix("mailto:").unwrap_or(inner);
        if is_email(inner_address) {
            return Some(Byline {
                email: Some(inner_address.into()),
                ..Byline::named(name)
            });
        }
        if links::is_web(inner) {
            return Some(Byline {
                uri: Some(inner.into()),
                ..Byline::named(name)
            });
        }
        // A handle or a company says nothing that a feed could show; the name is what counts.
        if open == '(' {
            return Some(Byline::named(name));
        }
    }
    Some(Byline::named(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        split(text)
            .0
            .iter()
            .map(|byline| byline.name.to_string())
            .collect()
    }

    #[test]
    fn people_are_told_apart_only_where_nobody_could_read_it_otherwise() {
        for (text, people) in [
            ("Ada Lovelace", &["Ada Lovelace"][..]),
            ("skd09", &["skd09"]),
            (
                "Ada Lovelace and Charles Babbage",
                &["Ada Lovelace", "Charles Babbage"],
            ),
            (
                "Ada Lovelace & Charles Babbage",
                &["Ada Lovelace", "Charles Babbage"],
            ),
            (
                "Ada Lovelace, Charles Babbage, and Mary Somerville",
                &["Ada Lovelace", "Charles Babbage", "Mary Somerville"],
            ),
            ("NARUSE, Yui", &["NARUSE, Yui"]),
            (
                "Josh Aas, ISRG Executive Director",
                &["Josh Aas, ISRG Executive Director"],
            ),
            ("Martin Luther King, Jr.", &["Martin Luther King, Jr."]),
            (
                "Lovelace, Ada; Babbage, Charles",
                &["Lovelace, Ada", "Babbage, Charles"],
            ),
            ("Rust and Friends", &["Rust and Friends"]),
            (
                "The Release and Infrastructure Teams",
                &["The Release and Infrastructure Teams"],
            ),
            (
                "Ludwig van Beethoven, Clara Schumann",
                &["Ludwig van Beethoven", "Clara Schumann"],
            ),
            (
                "[Leszek Swirski](https://a.example/l) (Google), [Ada L.](https://a.example/a)",
                &["Leszek Swirski", "Ada L."],
            ),
            ("Ada Lovelace (@ada)", &["Ada Lovelace"]),
            ("", &[]),
        ] {
            assert_eq!(names(text), people, "{text}");
        }
    }

    #[test]
    fn a_comma_that_could_separate_people_or_not_is_said() {
        assert!(split("NARUSE, Yui").1);
        assert!(!split("Ada Lovelace, Charles Babbage").1);
        assert!(!split("Ada Lovelace").1);
    }

    #[test]
    fn addresses_beside_a_name_are_taken_from_it() {
        let (people, _) = split("Ada Lovelace <ada@a.example>; Charles Babbage <https://b.example/>");
        assert_eq!(people[0].email.as_deref(), Some("ada@a.example"));
        assert_eq!(people[1].uri.as_deref(), Some("https://b.example/"));
        assert_eq!(people[1].name.as_ref(), "Charles Babbage");
        let (people, _) = split("[Ada](https://a.example/)");
        assert_eq!(people[0].uri.as_deref(), Some("https://a.example/"));
    }

    proptest::proptest! {
        #[test]
        fn no_person_of_a_string_with_people_is_empty(text in "([A-Z][a-z]{1,4}|and|&|,|;|\\(|\\)|\\[|\\]| |@x|<|>){0,20}") {
            for person in split(&text).0 {
                proptest::prop_assert!(!person.name.trim().is_empty());
            }
        }
    }
}
