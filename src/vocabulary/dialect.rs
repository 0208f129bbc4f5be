//! Dialects: the site generators whose files Newswire reads as they are.

use super::permalink::PermalinkPattern;

/// A site generator, and with it where files keep what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// <https://gohugo.io/>
    Hugo,
    /// <https://jekyllrb.com/>
    Jekyll,
    /// <https://www.getzola.org/>
    Zola,
    /// <https://getpelican.com/>
    Pelican,
    /// <https://www.11ty.dev/>
    Eleventy,
    /// <https://astro.build/>
    Astro,
    /// <https://docusaurus.io/>
    Docusaurus,
}

impl Dialect {
    /// Every dialect with its name in feeds.toml.
    pub const NAMES: [(&'static str, Dialect); 7] = [
        ("hugo", Dialect::Hugo),
        ("jekyll", Dialect::Jekyll),
        ("zola", Dialect::Zola),
        ("pelican", Dialect::Pelican),
        ("eleventy", Dialect::Eleventy),
        ("astro", Dialect::Astro),
        ("docusaurus", Dialect::Docusaurus),
    ];

    /// Its name in feeds.toml.
    pub fn name(self) -> &'static str {
        Self::NAMES
            .iter()
            .find(|(_, dialect)| *dialect == self)
            .map_or("", |(name, _)| name)
    }

    /// Where the generator puts a post if its configuration does not say.
    pub fn permalink(self) -> PermalinkPattern {
        let pattern = match self {
            Dialect::Hugo | Dialect::Zola | Dialect::Eleventy | Dialect::Astro => "/{sections}/{slug}/",
            Dialect::Jekyll => "/:categories/:year/:month/:day/:title.html",
            Dialect::Pelican => "/{slug}.html",
            Dialect::Docusaurus => "/{sections}/{slug}",
        };
        PermalinkPattern::parse(pattern).unwrap_or_default()
    }

    /// Whether its files and folders that start with `_` are no content (but `_posts`).
    pub fn hides_underscores(self) -> bool {
        matches!(self, Dialect::Jekyll | Dialect::Astro | Dialect::Docusaurus)
    }

    /// Whether a date at the start of a file's name is no part of its slug.
    pub fn dates_in_names(self) -> bool {
        matches!(
            self,
            Dialect::Jekyll | Dialect::Zola | Dialect::Eleventy | Dialect::Docusaurus
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dialect_has_a_name_and_a_pattern_of_its_own() {
        for (name, dialect) in Dialect::NAMES {
            assert_eq!(dialect.name(), name);
            assert!(dialect.permalink().as_str().starts_with('/'));
        }
        assert_ne!(Dialect::Pelican.permalink(), PermalinkPattern::default());
    }
}
