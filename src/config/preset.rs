//! Presets: the feed addresses and ids of other programs, so that a site moves without one reader
//! noticing.

use crate::vocabulary::path_pattern::Addresses;
use crate::vocabulary::{Dialect, Format, IdRule, PathPattern, ScopeKind};

/// A program whose feeds are taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// Hugo's embedded templates.
    Hugo,
    /// jekyll-feed.
    Jekyll,
    /// WordPress.
    Wordpress,
    /// Ghost.
    Ghost,
    /// Pelican.
    Pelican,
    /// Zola.
    Zola,
    /// Eleventy's plugin-rss.
    Eleventy,
    /// Astro's package for RSS.
    Astro,
    /// Docusaurus' blog.
    Docusaurus,
}

impl Preset {
    /// Every preset with its name in feeds.toml.
    pub const NAMES: [(&'static str, Preset); 9] = [
        ("hugo", Preset::Hugo),
        ("jekyll", Preset::Jekyll),
        ("wordpress", Preset::Wordpress),
        ("ghost", Preset::Ghost),
        ("pelican", Preset::Pelican),
        ("zola", Preset::Zola),
        ("eleventy", Preset::Eleventy),
        ("astro", Preset::Astro),
        ("docusaurus", Preset::Docusaurus),
    ];

    /// The preset of a site's own generator.
    pub fn of(dialect: Dialect) -> Self {
        match dialect {
            Dialect::Hugo => Preset::Hugo,
            Dialect::Jekyll => Preset::Jekyll,
            Dialect::Zola => Preset::Zola,
            Dialect::Pelican => Preset::Pelican,
            Dialect::Eleventy => Preset::Eleventy,
            Dialect::Astro => Preset::Astro,
            Dialect::Docusaurus => Preset::Docusaurus,
        }
    }

    /// Its name in feeds.toml.
    pub fn name(self) -> &'static str {
        Self::NAMES
            .iter()
            .find(|(_, preset)| *preset == self)
            .map_or("", |(name, _)| name)
    }

    /// How it makes ids.
    pub fn ids(self) -> IdRule {
        match self {
            Preset::Jekyll => IdRule::Jekyll,
            Preset::Pelican => IdRule::Pelican,
            _ => IdRule::Permalink,
        }
    }

    /// Where it has the feeds of a kind. Formats that it does not have are at Newswire's own addresses.
    pub fn path(self, kind: ScopeKind) -> PathPattern {
        let (own, former) = self.addresses(kind);
        let base = match (self, kind) {
            (Preset::Docusaurus, ScopeKind::Site) => PathPattern::parse("/blog/{file}", kind),
            (Preset::Zola, ScopeKind::Section) => PathPattern::parse("/{slug}/{file}", kind),
            _ => Ok(PathPattern::default_for(kind)),
        };
        base.unwrap_or_else(|_| PathPattern::default_for(kind))
            .with_addresses(own, former)
    }

    /// Whether its feed of a site has the posts of the main language alone, where a site has several.
    pub(super) fn splits_languages(self) -> bool {
        matches!(self, Preset::Hugo | Preset::Zola)
    }

    /// Where the feed of the main language is, which is what its readers know as that of the site.
    pub(super) fn main_language_path(self) -> PathPattern {
        let (own, _) = self.addresses(ScopeKind::Site);
        PathPattern::default_for(ScopeKind::Site).with_addresses(own, &[])
    }

    /// Where the feed of every language is then, of which its readers know nothing.
    pub(super) fn all_languages_path(self) -> PathPattern {
        let (_, former) = self.addresses(ScopeKind::Site);
        let path = PathPattern::parse("/all-{file}", ScopeKind::Site);
        path.unwrap_or_else(|_| PathPattern::default_for(ScopeKind::Site))
            .with_addresses(&[], former)
    }

    /// The addresses at which its feeds are, and those that lead there.
    fn addresses(self, kind: ScopeKind) -> (Addresses, Addresses) {
        use Format::{Atom, Rss};
        match (self, kind) {
            // The lists of all categories and tags have feeds as well, and readers by mistake.
            (Preset::Hugo, ScopeKind::Site) => (
                &[(Rss, "/index.xml")],
                &[(Rss, "/categories/index.xml"), (Rss, "/tags/index.xml")],
            ),
            (Preset::Hugo, ScopeKind::Section) => (&[(Rss, "/{slug}/index.xml")], &[]),
            (Preset::Hugo, ScopeKind::Category) => (&[(Rss, "/categories/{slug}/index.xml")], &[]),
            (Preset::Hugo, ScopeKind::Tag) => (&[(Rss, "/tags/{slug}/index.xml")], &[]),
            (Preset::Hugo, ScopeKind::Author) => (&[(Rss, "/authors/{slug}/index.xml")], &[]),
            (Preset::Hugo, ScopeKind::Language) => (&[], &[(Rss, "/{slug}/index.xml")]),
            (Preset::Jekyll, ScopeKind::Site) => (&[(Atom, "/feed.xml")], &[]),
            (Preset::Jekyll, ScopeKind::Category) => (&[(Atom, "/feed/{slug}.xml")], &[]),
            (Preset::Jekyll, ScopeKind::Tag) => (&[(Atom, "/feed/by_tag/{slug}.xml")], &[]),
            (Preset::Wordpress, ScopeKind::Site) => (
                &[(Rss, "/feed/"), (Atom, "/feed/atom/")],
                &[(Rss, "/feed/rss/"), (Rss, "/feed/rss2/"), (Rss, "/feed/rdf/")],
            ),
            (Preset::Wordpress, ScopeKind::Category) => (
                &[
                    (Rss, "/category/{slug}/feed/"),
                    (Atom, "/category/{slug}/feed/atom/"),
                ],
                &[
                    (Rss, "/category/{slug}/feed/rss/"),
                    (Rss, "/category/{slug}/feed/rss2/"),
                    (Rss, "/category/{slug}/feed/rdf/"),
                ],
            ),
            (Preset::Wordpress, ScopeKind::Tag) => (
                &[(Rss, "/tag/{slug}/feed/"), (Atom, "/tag/{slug}/feed/atom/")],
                &[
                    (Rss, "/tag/{slug}/feed/rss/"),
                    (Rss, "/tag/{slug}/feed/rss2/"),
                    (Rss, "/tag/{slug}/feed/rdf/"),
                ],
            ),
            (Preset::Wordpress, ScopeKind::Author) => (
                &[(Rss, "/author/{slug}/feed/"), (Atom, "/author/{slug}/feed/atom/")],
                &[
                    (Rss, "/author/{slug}/feed/rss/"),
                    (Rss, "/author/{slug}/feed/rss2/"),
                    (Rss, "/author/{slug}/feed/rdf/"),
                ],
            ),
            (Preset::Ghost, ScopeKind::Site) => (&[(Rss, "/rss/")], &[(Rss, "/feed/")]),
            (Preset::Ghost, ScopeKind::Tag) => (&[(Rss, "/tag/{slug}/rss/")], &[]),
            (Preset::Ghost, ScopeKind::Author) => (&[(Rss, "/author/{slug}/rss/")], &[]),
            (Preset::Pelican, ScopeKind::Site) => {
                (&[(Atom, "/feeds/all.atom.xml"), (Rss, "/feeds/all.rss.xml")], &[])
            }
            (Preset::Pelican, ScopeKind::Category) => (
                &[(Atom, "/feeds/{slug}.atom.xml"), (Rss, "/feeds/{slug}.rss.xml")],
                &[],
            ),
            // The same as that of a category; a category of that name goes before.
            (Preset::Pelican, ScopeKind::Author) => (
                &[],
                &[(Atom, "/feeds/{slug}.atom.xml"), (Rss, "/feeds/{slug}.rss.xml")],
            ),
            (Preset::Pelican, ScopeKind::Language) => (&[], &[(Atom, "/feeds/all-{slug}.atom.xml")]),
            (Preset::Zola, ScopeKind::Language) => {
                (&[], &[(Atom, "/{slug}/atom.xml"), (Rss, "/{slug}/rss.xml")])
            }
            (Preset::Eleventy, ScopeKind::Site) => (&[(Atom, "/feed.xml")], &[(Atom, "/feed/feed.xml")]),
            _ => (&[], &[]),
        }
    }
}
