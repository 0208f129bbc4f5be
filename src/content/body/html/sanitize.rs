//! Sanitizing: the guard behind all else. Whatever wrote the HTML, what leaves here is what a real
//! HTML parser reads as harmless.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::Builder;
use url::Url;

use super::allowed::{self, Value};
use crate::content::body::links;
use crate::content::body::markdown::footnotes::id_sign;

/// How often a text may change before it is given up. Repairs settle after one or two rounds.
const ROUNDS: usize = 4;

/// Building one costs half of what cleaning a post does.
static BUILDER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .tags(HashSet::from(allowed::ELEMENTS))
        .generic_attributes(HashSet::from(allowed::GENERIC_ATTRIBUTES))
        .tag_attributes(
            allowed::ATTRIBUTES
                .iter()
                .map(|(element, attributes)| (*element, attributes.iter().copied().collect()))
                .collect::<HashMap<_, HashSet<_>>>(),
        )
        .url_schemes(HashSet::from(links::SCHEMES))
        .clean_content_tags(HashSet::from(["script", "style", "svg"]))
        .link_rel(None)
        .strip_comments(true)
        .attribute_filter(filter);
    builder
});

/// What the attributes of one post are judged by. The builder is one for all posts and takes no
/// argument, so this goes past it.
struct Base {
    permalink: Url,
    site_url: Url,
}

thread_local! {
    static BASE: RefCell<Option<Base>> = const { RefCell::new(None) };
}

/// Sanitizes the HTML of a post, so that sanitizing it again would change nothing: what readers
/// parse is what was judged here. None if the HTML never settles.
pub(in crate::content) fn sanitize(html: &str, permalink: &Url, site_url: &Url) -> Option<String> {
    BASE.set(Some(Base {
        permalink: permalink.clone(),
        site_url: site_url.clone(),
    }));
    let mut settled = BUILDER.clean(html).to_string();
    if settled == html {
        return Some(settled);
    }
    for _ in 0..ROUNDS {
        let again = BUILDER.clean(&settled).to_string();
        if again == settled {
            return Some(settled);
        }
        settled = again;
    }
    None
}

fn filter<'v>(element: &str, attribute: &str, value: &'v str) -> Option<Cow<'v, str>> {
    match allowed::value(attribute) {
        Value::Plain => Some(Cow::Borrowed(value)),
        Value::Class => value
            .split_ascii_whitespace()
            .find(|class| class.starts_with("language-"))
            .map(Cow::Borrowed),
        kind => BASE.with_borrow(|base| {
            // Set before every cleaning.
            let base = base.as_ref()?;
            match kind {
                Value::Id => value
                    .contains(&id_sign(&base.permalink))
                    .then_some(Cow::Borrowed(value)),
                Value::MediaSet => {
                    links::absolute_set(value, &base.permalink, &base.site_url).map(Cow::Owned)
                }
                _ if is_settled(value) => Some(Cow::Borrowed(value)),
                Value::Media => links::absolute(value, &base.permalink, &base.site_url).map(Cow::Owned),
                _ => {
                    let resolved = links::resolve(value, &base.permalink, &base.site_url).ok()?;
                    // A quotation's source is fetched by nobody, a link's may be an address of mail.
                    (element == "a" || links::is_web(&resolved.url)).then_some(Cow::Owned(resolved.url))
                }
            }
        }),
    }
}

/// Whether an address of the web is in the form that resolving gives it.
fn is_settled(value: &str) -> bool {
    let Some(rest) = value
        .strip_prefix("https://")
        .or_else(|| value.strip_prefix("http://"))
    else {
        return false;
    };
    rest.starts_with(|c: char| c.is_ascii_alphanumeric())
        && value.bytes().all(|b| {
            b.is_ascii_graphic()
                && !matches!(b, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}')
        })
}
