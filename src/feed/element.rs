//! Elements of other namespaces, written once for RSS and Atom, whose crates each have a type of
//! their own for them.

use std::collections::BTreeMap;

use super::text::escape_attribute;

/// A namespace with the prefix that everybody uses for it: some readers know no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Namespace {
    /// The prefix.
    pub prefix: &'static str,
    /// Its name.
    pub uri: &'static str,
}

/// Atom, within RSS.
pub const ATOM: Namespace = namespace("atom", "http://www.w3.org/2005/Atom");
/// Media RSS; its last slash is part of it.
pub const MEDIA: Namespace = namespace("media", "http://search.yahoo.com/mrss/");
/// RFC 4685, threading.
pub const THREAD: Namespace = namespace("thr", "http://purl.org/syndication/thread/1.0");
/// The number of comments, within RSS.
pub const SLASH: Namespace = namespace("slash", "http://purl.org/rss/1.0/modules/slash/");
/// How often a feed changes, within RSS.
pub const SYNDICATION: Namespace = namespace("sy", "http://purl.org/rss/1.0/modules/syndication/");
/// Feed history (RFC 5005, section 1.2).
pub const HISTORY: Namespace = namespace("fh", "http://purl.org/syndication/history/1.0");
/// Tombstones (RFC 6721, section 2).
pub const TOMBSTONES: Namespace = namespace("at", "http://purl.org/atompub/tombstones/1.0");
/// Podcasts as Apple has them.
pub const ITUNES: Namespace = namespace("itunes", "http://www.itunes.com/dtds/podcast-1.0.dtd");
/// Podcasting 2.0.
pub const PODCAST: Namespace = namespace("podcast", "https://podcastindex.org/namespace/1.0");

const fn namespace(prefix: &'static str, uri: &'static str) -> Namespace {
    Namespace { prefix, uri }
}

/// An element of a namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    namespace: Namespace,
    name: &'static str,
    attributes: BTreeMap<String, String>,
    text: Option<String>,
    children: Vec<Element>,
}

impl Element {
    /// An empty element.
    pub fn new(namespace: Namespace, name: &'static str) -> Self {
        Element {
            namespace,
            name,
            attributes: BTreeMap::new(),
            text: None,
            children: Vec::new(),
        }
    }

    /// An element with a text.
    pub fn with_text(namespace: Namespace, name: &'static str, text: impl Into<String>) -> Self {
        Element {
            text: Some(text.into()),
            ..Element::new(namespace, name)
        }
    }

    /// The same element, with an attribute.
    #[must_use]
    pub fn attribute(mut self, name: &str, value: impl Into<String>) -> Self {
        self.attributes.insert(name.to_owned(), value.into());
        self
    }

    /// The same element, with an attribute if there is a value for it.
    #[must_use]
    pub fn attribute_if(self, name: &str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.attribute(name, value.to_string()),
            None => self,
        }
    }

    /// The same element, with a child.
    #[must_use]
    pub fn child(mut self, child: Element) -> Self {
        self.children.push(child);
        self
    }

    fn qualified_name(&self) -> String {
        [self.namespace.prefix, ":", self.name].concat()
    }
}

/// The namespaces of some elements, and of those within them, by prefix.
pub fn namespaces<'a>(elements: impl IntoIterator<Item = &'a Element>) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for element in elements {
        let Namespace { prefix, uri } = element.namespace;
        found.insert(prefix.to_owned(), uri.to_owned());
        found.extend(namespaces(&element.children));
    }
    found
}

/// The elements as the crate for RSS has them.
pub fn for_rss(elements: Vec<Element>) -> rss::extension::ExtensionMap {
    by_prefix(elements, &|element, children| rss::extension::Extension {
        name: element.qualified_name(),
        value: element.text,
        attrs: element.attributes,
        children,
    })
}

/// The elements as the crate for Atom has them.
pub fn for_atom(elements: Vec<Element>) -> atom_syndication::extension::ExtensionMap {
    by_prefix(elements, &|element, children| {
        atom_syndication::extension::Extension {
            name: element.qualified_name(),
            value: element.text,
            // The crate writes an extension's attributes as they are, unescaped.
            attrs: element
                .attributes
                .into_iter()
                .map(|(name, value)| (name, escape_attribute(&value)))
                .collect(),
            children,
        }
    })
}

/// Elements of one parent by their names.
type ByName<T> = BTreeMap<String, Vec<T>>;

fn by_prefix<T>(
    elements: Vec<Element>,
    make: &impl Fn(Element, ByName<T>) -> T,
) -> BTreeMap<String, ByName<T>> {
    let mut map = BTreeMap::<String, ByName<T>>::new();
    for element in elements {
        let names = map.entry(element.namespace.prefix.to_owned()).or_default();
        let same = names.entry(element.name.to_owned()).or_default();
        same.push(converted(element, make));
    }
    map
}

fn converted<T>(mut element: Element, make: &impl Fn(Element, ByName<T>) -> T) -> T {
    let mut children = ByName::new();
    for child in std::mem::take(&mut element.children) {
        let same: &mut Vec<T> = children.entry(child.name.to_owned()).or_default();
        same.push(converted(child, make));
    }
    make(element, children)
}
