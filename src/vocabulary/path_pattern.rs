//! The patterns of feeds' addresses, and whether two of them can meet.

use super::format::Format;
use super::scope_kind::ScopeKind;

const SLUG: &str = "{slug}";
const FILE: &str = "{file}";

/// Addresses of one format.
pub type Addresses = &'static [(Format, &'static str)];

/// Where feeds are served: an absolute path with `{slug}` and `{file}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathPattern {
    written: String,
    /// Patterns of single formats that go before it: those of a preset.
    own: Addresses,
    /// Patterns of addresses that lead to these.
    former: Addresses,
}

impl PathPattern {
    /// Checks the pattern of a kind: it starts with `/`, holds `{file}` exactly once, and `{slug}`
    /// exactly once unless it is the site's; no other braces, no `..`, no query or fragment.
    /// The error says what is wrong, in a phrase that can follow the pattern.
    pub fn parse(pattern: &str, kind: ScopeKind) -> Result<Self, String> {
        let pattern = PathPattern::parse_single(pattern)?;
        match (kind, pattern.written.contains(SLUG)) {
            (ScopeKind::Site, true) => Err("can't contain {slug}: there is one site only".into()),
            (ScopeKind::Site, false) | (_, true) => Ok(pattern),
            (_, false) => Err("must contain {slug} exactly once".into()),
        }
    }

    /// Checks the pattern of a single feed, which needs no `{slug}`: there is one of it.
    pub fn parse_single(pattern: &str) -> Result<Self, String> {
        if !pattern.starts_with('/') {
            return Err("must start with “/”".into());
        }
        if pattern.matches(FILE).count() != 1 {
            return Err("must contain {file} exactly once".into());
        }
        if pattern.matches(SLUG).count() > 1 {
            return Err("must contain {slug} exactly once".into());
        }
        let rest = pattern.replacen(FILE, "", 1).replacen(SLUG, "", 1);
        if rest.contains(['{', '}']) {
            return Err("may hold no braces but those of {slug} and {file}".into());
        }
        if rest.contains(['?', '#', '\\', '%']) || rest.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err("must be a plain path".into());
        }
        if pattern.split('/').any(|part| part == "." || part == "..") {
            return Err("may hold no “.” or “..” parts".into());
        }
        Ok(PathPattern::plain(pattern.to_owned()))
    }

    /// The default for a kind: `/categories/{slug}/{file}`, `/{file}` for the site.
    pub fn default_for(kind: ScopeKind) -> Self {
        match kind {
            ScopeKind::Site => PathPattern::plain("/{file}".into()),
            _ => PathPattern::plain(format!("/{}/{{slug}}/{{file}}", kind.plural())),
        }
    }

    fn plain(written: String) -> Self {
        PathPattern {
            written,
            own: &[],
            former: &[],
        }
    }

    /// The same pattern, but for some formats, and with addresses that lead here.
    #[must_use]
    pub fn with_addresses(self, own: Addresses, former: Addresses) -> Self {
        PathPattern { own, former, ..self }
    }

    /// The pattern of a format, without `{file}`.
    fn in_format(&self, format: Format) -> String {
        match self.own.iter().find(|(own, _)| *own == format) {
            Some((_, pattern)) => (*pattern).to_owned(),
            None => self.written.replacen(FILE, format.file_name(), 1),
        }
    }

    /// The path of one scope's feed in a format.
    pub fn fill(&self, slug: &str, format: Format) -> String {
        self.in_format(format).replacen(SLUG, slug, 1)
    }

    /// The slug and format that another program would have had at a path, if it leads here.
    pub fn former<'a>(&self, path: &'a str) -> Option<(&'a str, Format)> {
        self.former
            .iter()
            .find_map(|(format, pattern)| Some((slug_at(pattern, path)?, *format)))
    }

    /// The path of the scope itself: the pattern up to `{file}`.
    pub fn scope_path(&self, slug: &str) -> String {
        let end = self.written.find(FILE).unwrap_or(self.written.len());
        self.written[..end].replacen(SLUG, slug, 1)
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// The slug with which this pattern makes a path in any format, if there is one. Empty for a
    /// pattern without a slug.
    pub fn slug_in<'a>(&self, path: &'a str) -> Option<&'a str> {
        Format::ALL
            .into_iter()
            .find_map(|format| slug_at(&self.in_format(format), path))
    }

    /// A path that this pattern and another can both make, if there is one.
    pub fn meets(&self, other: &Self) -> Option<String> {
        Format::ALL.into_iter().find_map(|format| {
            Format::ALL
                .into_iter()
                .find_map(|others| common_path(&self.in_format(format), &other.in_format(others)))
        })
    }
}

/// The slug with which a pattern without `{file}` makes a path.
fn slug_at<'a>(pattern: &str, path: &'a str) -> Option<&'a str> {
    match pattern.split_once(SLUG) {
        Some((before, after)) => path
            .strip_prefix(before)?
            .strip_suffix(after)
            .filter(|slug| !slug.is_empty() && !slug.contains('/')),
        None => (pattern == path).then_some(""),
    }
}

/// A path that two patterns without `{file}` can both make.
fn common_path(one: &str, other: &str) -> Option<String> {
    let (ones, others) = (one.split('/'), other.split('/'));
    if ones.clone().count() != others.clone().count() {
        return None;
    }
    let segments: Option<Vec<String>> = ones
        .zip(others)
        .map(|(one, other)| common_segment(one, other))
        .collect();
    Some(segments?.join("/"))
}

fn common_segment(one: &str, other: &str) -> Option<String> {
    // The longer of two, if the shorter is the same as far as it goes.
    let longer = |one: &str, other: &str, agree: fn(&str, &str) -> bool| {
        let (short, long) = if one.len() < other.len() {
            (one, other)
        } else {
            (other, one)
        };
        agree(long, short).then(|| long.to_owned())
    };
    match (one.split_once(SLUG), other.split_once(SLUG)) {
        (None, None) => (one == other).then(|| one.to_owned()),
        (Some((before, after)), None) => {
            let slug = other.strip_prefix(before)?.strip_suffix(after)?;
            (!slug.is_empty()).then(|| other.to_owned())
        }
        (None, Some(_)) => common_segment(other, one),
        (Some((before, after)), Some((before_other, after_other))) => {
            let before = longer(before, before_other, |long, short| long.starts_with(short))?;
            let after = longer(after, after_other, |long, short| long.ends_with(short))?;
            Some(format!("{before}news{after}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(written: &str) -> PathPattern {
        PathPattern::parse_single(written).unwrap()
    }

    #[test]
    fn two_patterns_meet_where_one_path_can_be_made_by_both() {
        for (one, other, path) in [
            ("/{file}", "/{file}", Some("/rss.xml")),
            ("/t/{slug}/{file}", "/t/{slug}/{file}", Some("/t/news/rss.xml")),
            ("/{slug}/{file}", "/front/{file}", Some("/front/rss.xml")),
            ("/{slug}/b/{file}", "/a/{slug}/{file}", Some("/a/b/rss.xml")),
            ("/a-{slug}/{file}", "/{slug}-b/{file}", Some("/a-news-b/rss.xml")),
            ("/{slug}.{file}", "/{slug}-{file}", None),
            ("/a-{slug}/{file}", "/b-{slug}/{file}", None),
            ("/a-{slug}/{file}", "/a-/{file}", None),
            ("/{slug}/{file}", "/tags/{slug}/{file}", None),
            ("/{slug}/{file}", "/{file}", None),
        ] {
            for (one, other) in [(one, other), (other, one)] {
                assert_eq!(
                    pattern(one).meets(&pattern(other)).as_deref(),
                    path,
                    "{one} and {other}"
                );
            }
        }
    }

    #[test]
    fn a_path_shows_the_slug_it_was_made_with() {
        let news = pattern("/c/{slug}/{file}");
        assert_eq!(news.slug_in("/c/news/rss.xml"), Some("news"));
        for path in [
            "/c//rss.xml",
            "/c/a/b/rss.xml",
            "/c/news/index.html",
            "/news/rss.xml",
        ] {
            assert_eq!(news.slug_in(path), None, "{path}");
        }
        assert_eq!(pattern("/{file}").slug_in("/atom.xml"), Some(""));
    }
}
