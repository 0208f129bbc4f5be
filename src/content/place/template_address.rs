//! Eleventy's permalinks are templates. The few expressions that need no template language become
//! tokens of a [`crate::vocabulary::permalink::PermalinkPattern`].

use std::collections::BTreeMap;

/// The pattern of a permalink, given the filters of dates that the site defines: the name of each, and
/// what it makes as a pattern. `None` if an expression in it is not known.
pub fn pattern(written: &str, filters: &BTreeMap<String, String>) -> Option<String> {
    let mut pattern = String::with_capacity(written.len());
    let mut rest = written;
    while let Some((before, after)) = rest.split_once("{{") {
        let (inside, after) = after.split_once("}}")?;
        pattern.push_str(before);
        pattern.push_str(&token(inside, filters)?);
        rest = after;
    }
    pattern.push_str(rest);
    (!pattern.contains("{%")).then_some(pattern)
}

fn token(expression: &str, filters: &BTreeMap<String, String>) -> Option<String> {
    let (value, filter) = match expression.split_once('|') {
        Some((value, filter)) => (value.trim(), Some(filter.trim())),
        None => (expression.trim(), None),
    };
    let token = match value.trim_start_matches('-').trim() {
        "page.fileSlug" | "slug" => "{slug}",
        "title" => "{title}",
        "page.filePathStem" => "/{sections}/{slug}",
        "category" | "categories[0]" | "categories | first" => "{category}",
        "lang" | "locale" | "language" | "page.lang" => "{lang}",
        "page.date" | "date" => {
            let filter = filter?.split('|').next()?.trim();
            let name = filter.split([':', '(', ' ']).next()?;
            if let Some(pattern) = filters.get(name) {
                return Some(pattern.clone());
            }
            let quote = filter.find(['"', '\''])?;
            let (_, format) = filter.split_at(quote + 1);
            return date(&format[..format.find(['"', '\''])?]);
        }
        _ => return None,
    };
    Some(token.to_owned())
}

/// A format of dates as a pattern: strftime's (`%Y/%m`), or that of the libraries that scripts use
/// (`yyyy/MM`, `YYYY/MM`).
pub fn date(format: &str) -> Option<String> {
    let mut pattern = String::new();
    let mut chars = format.chars().peekable();
    let is_strftime = format.contains('%');
    while let Some(c) = chars.next() {
        let mut name = String::new();
        match c {
            '%' if is_strftime => {
                name.push('%');
                for c in chars.by_ref() {
                    name.push(c);
                    if c != '-' {
                        break;
                    }
                }
            }
            c if !is_strftime && c.is_ascii_alphabetic() => {
                name.push(c);
                while let Some(same) = chars.next_if_eq(&c) {
                    name.push(same);
                }
            }
            c => {
                pattern.push(c);
                continue;
            }
        }
        pattern.push_str(match name.as_str() {
            "%Y" | "yyyy" | "YYYY" | "y" => "{year}",
            "%y" | "yy" | "YY" => "{short_year}",
            "%m" | "MM" | "LL" => "{month}",
            "%-m" | "M" | "L" => "{i_month}",
            "%d" | "dd" | "DD" => "{day}",
            "%-d" | "d" | "D" => "{i_day}",
            "%B" | "MMMM" | "LLLL" => "{long_month}",
            "%b" | "MMM" | "LLL" => "{short_month}",
            _ => return None,
        });
    }
    Some(pattern)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_that_are_known_become_tokens_and_others_are_refused() {
        let filters = BTreeMap::from([("toPath".to_owned(), "{year}/{month}".to_owned())]);
        for (written, expected) in [
            (
                "/blog/{{ page.fileSlug | slug }}/index.html",
                Some("/blog/{slug}/index.html"),
            ),
            ("{{ page.filePathStem }}.html", Some("/{sections}/{slug}.html")),
            (
                "/{{ page.date | date: '%Y/%-m' }}/{{ title | slugify }}/",
                Some("/{year}/{i_month}/{title}/"),
            ),
            (
                "/{{ page.date | toPath }}/{{ slug }}/",
                Some("/{year}/{month}/{slug}/"),
            ),
            (
                "/{{ date | format(\"yyyy-MM-dd\") }}/",
                Some("/{year}-{month}-{day}/"),
            ),
            ("/{{ page.date | other }}/", None),
            ("/{{ x.y }}/", None),
            ("/{% if a %}b{% endif %}/", None),
            ("/plain/", Some("/plain/")),
        ] {
            assert_eq!(pattern(written, &filters).as_deref(), expected, "{written}");
        }
    }
}
