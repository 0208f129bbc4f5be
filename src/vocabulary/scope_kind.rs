//! Kinds of scope.

/// A kind of scope: what the posts in a feed have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ScopeKind {
    /// The whole site.
    Site,
    /// Whatever posts the owner chose: `[[feed]]`.
    Custom,
    /// A folder below the content directory.
    Section,
    /// A category.
    Category,
    /// An author.
    Author,
    /// A tag.
    Tag,
    /// A language.
    Language,
}

impl ScopeKind {
    /// Every kind, in the order in which they are listed.
    pub const ALL: [ScopeKind; 7] = [
        ScopeKind::Site,
        ScopeKind::Custom,
        ScopeKind::Section,
        ScopeKind::Category,
        ScopeKind::Author,
        ScopeKind::Tag,
        ScopeKind::Language,
    ];

    /// The word for one: the key under `[feeds]`, and the label in metrics.
    pub fn name(self) -> &'static str {
        match self {
            ScopeKind::Site => "site",
            ScopeKind::Custom => "custom",
            ScopeKind::Section => "section",
            ScopeKind::Category => "category",
            ScopeKind::Author => "author",
            ScopeKind::Tag => "tag",
            ScopeKind::Language => "language",
        }
    }

    /// What stands above a list of them.
    pub fn heading(self) -> &'static str {
        match self {
            ScopeKind::Site => "Everything",
            ScopeKind::Custom => "Selections",
            ScopeKind::Section => "Sections",
            ScopeKind::Category => "Categories",
            ScopeKind::Author => "Authors",
            ScopeKind::Tag => "Tags",
            ScopeKind::Language => "Languages",
        }
    }

    /// The word for several: the table of single scopes in feeds.toml, and the folder in addresses.
    pub fn plural(self) -> &'static str {
        match self {
            ScopeKind::Site => "site",
            ScopeKind::Custom => "feeds",
            ScopeKind::Section => "sections",
            ScopeKind::Category => "categories",
            ScopeKind::Author => "authors",
            ScopeKind::Tag => "tags",
            ScopeKind::Language => "languages",
        }
    }
}
