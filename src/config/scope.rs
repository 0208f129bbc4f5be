//! Kinds of scope, and the patterns of their feeds' addresses.

use crate::feed::Format;

/// A kind of scope: what the posts in a feed have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ScopeKind {
    /// The whole site.
    Site,
    /// A folder below the content directory.
    Section,
    /// A category.
    Category,
    /// An author.
    Author,
    /// A tag.
    Tag,
}

impl ScopeKind {
    /// Every kind, in the order in which they are listed.
    pub const ALL: [ScopeKind; 5] = [
        ScopeKind::Site,
        ScopeKind::Section,
        ScopeKind::Category,
        ScopeKind::Author,
        ScopeKind::Tag,
    ];

    /// The word for one: the key under `[feeds]`, and the label in metrics.
    pub fn name(self) -> &'static str {
        match self {
            ScopeKind::Site => "site",
            ScopeKind::Section => "section",
            ScopeKind::Category => "category",
            ScopeKind::Author => "author",
            ScopeKind::Tag => "tag",
        }
    }

    /// The word for several: the table of single scopes in feeds.toml, and the folder in addresses.
    pub fn plural(self) -> &'static str {
        match self {
            ScopeKind::Site => "site",
            ScopeKind::Section => "sections",
            ScopeKind::Category => "categories",
            ScopeKind::Author => "authors",
            ScopeKind::Tag => "tags",
        }
    }
}

/// Where the feeds of a kind are served: an absolute path with `{slug}` and `{file}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathPattern(String);

impl PathPattern {
    /// Checks a pattern: it starts with `/`, holds `{file}` exactly once, and `{slug}` exactly
    /// once unless it is the site's; no other braces, no `..`, no query or fragment.
    /// The error says what is wrong, in a phrase that can follow the pattern.
    pub fn parse(pattern: &str, kind: ScopeKind) -> Result<Self, String> {
        if !pattern.starts_with('/') {
            return Err("must start with “/”".into());
        }
        if pattern.matches("{file}").count() != 1 {
            return Err("must contain {file} exactly once".into());
        }
        let slugs = pattern.matches("{slug}").count();
        if kind == ScopeKind::Site && slugs != 0 {
            return Err("can't contain {slug}: there is one site only".into());
        }
        if kind != ScopeKind::Site && slugs != 1 {
            return Err("must contain {slug} exactly once".into());
        }
        let rest = pattern.replacen("{file}", "", 1).replacen("{slug}", "", 1);
        if rest.contains(['{', '}']) {
            return Err("may hold no braces but those of {slug} and {file}".into());
        }
        if rest.contains(['?', '#', '\\', '%']) || rest.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err("must be a plain path".into());
        }
        if pattern.split('/').any(|part| part == "." || part == "..") {
            return Err("may hold no “.” or “..” parts".into());
        }
        Ok(PathPattern(pattern.to_owned()))
    }

    /// The default for a kind: `/categories/{slug}/{file}`, `/{file}` for the site.
    pub fn default_for(kind: ScopeKind) -> Self {
        match kind {
            ScopeKind::Site => PathPattern("/{file}".into()),
            _ => PathPattern(format!("/{}/{{slug}}/{{file}}", kind.plural())),
        }
    }

    /// The path of one scope's feed in a format.
    pub fn fill(&self, slug: &str, format: Format) -> String {
        self.0
            .replacen("{slug}", slug, 1)
            .replacen("{file}", format.file_name(), 1)
    }

    /// The path of the scope itself: the pattern up to `{file}`.
    pub fn scope_path(&self, slug: &str) -> String {
        let end = self.0.find("{file}").unwrap_or(self.0.len());
        self.0[..end].replacen("{slug}", slug, 1)
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
