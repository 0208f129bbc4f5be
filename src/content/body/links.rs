//! References as authors write them → absolute addresses.
//!
//! Feeds have no base that readers agree on, so every reference in a feed is absolute. A reference
//! that starts with `/` starts at the root of the site's host, as in RFC 3986, section 5.2.2, even
//! where the site itself lives in a folder: that is what a browser on the site does with it.

use std::borrow::Cow;

use percent_encoding::utf8_percent_encode;
use url::{Position, Url};

use crate::vocabulary::percent::FORBIDDEN;

/// The schemes that mean something in a feed reader and can't run code.
pub const SCHEMES: [&str; 13] = [
    "http", "https", "mailto", "tel", "sms", "geo", "ftp", "irc", "ircs", "magnet", "webcal", "xmpp", "news",
];

/// A reference that could be resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// The absolute address, percent-encoded.
    pub url: String,
    /// Something evident was put right on the way, such as a doubled scheme.
    pub mended: bool,
}

/// Why a reference can't be resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unresolved {
    /// There is nothing in it.
    Empty,
    /// Its scheme runs code, names something on the author's machine, or is not known to readers.
    Scheme,
    /// It is no address at all.
    Malformed,
}

/// Resolves a reference as it stands in a post (RFC 3986, section 5). White space around it is
/// ignored, evident typing errors are mended: `hhttps://`, `http://http://`, `/https://`, `http//`, and an
/// address that starts with `www.`.
pub fn resolve(reference: &str, permalink: &Url, site_url: &Url) -> Result<Resolved, Unresolved> {
    let reference = without_line_breaks(reference.trim_matches(|c: char| c <= ' ' || c.is_whitespace()));
    if reference.is_empty() {
        return Err(Unresolved::Empty);
    }
    let (reference, mended) = match mend(&reference, site_url) {
        Some(mended) => (Cow::Owned(mended), true),
        None => (reference, false),
    };
    if let Some(scheme) = scheme(&reference)
        && !SCHEMES.iter().any(|known| known.eq_ignore_ascii_case(scheme))
    {
        return Err(Unresolved::Scheme);
    }
    let base = if reference.starts_with(['/', '\\']) {
        site_url
    } else {
        permalink
    };
    let url = base.join(&reference).map_err(|_| Unresolved::Malformed)?;
    // The URL standard lets a host have signs that RFC 3986, section 3.2.2, does not.
    let is_odd = |c: char| !c.is_ascii_alphanumeric() && !"-._~:[]%".contains(c);
    if url.host_str().is_some_and(|host| host.contains(is_odd)) {
        return Err(Unresolved::Malformed);
    }
    // Mending and joining are text work; what counts is the scheme that came out.
    if SCHEMES.contains(&url.scheme()) {
        Ok(Resolved {
            url: encoded(&url),
            mended,
        })
    } else {
        Err(Unresolved::Scheme)
    }
}

/// The absolute address of something to be fetched, such as an image: http or https, else none.
pub fn absolute(reference: &str, base: &Url, site_url: &Url) -> Option<String> {
    let resolved = resolve(reference, base, site_url).ok()?;
    is_web(&resolved.url).then_some(resolved.url)
}

/// Whether an absolute address is one of the web.
pub(in crate::content) fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// Resolves the candidates of a `srcset` (HTML standard, 4.8.4.2.1); those that can't be are left
/// out. None if none is left.
pub(in crate::content) fn absolute_set(set: &str, base: &Url, site_url: &Url) -> Option<String> {
    let mut candidates = String::with_capacity(set.len());
    let mut rest = set;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        if rest.is_empty() {
            break;
        }
        let (written, after) = rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len()));
        let url = written.trim_end_matches(',');
        let (descriptor, next) = if url.len() < written.len() {
            ("", after)
        } else {
            after.split_once(',').unwrap_or((after, ""))
        };
        rest = next;
        if let Some(url) = absolute(url, base, site_url) {
            if !candidates.is_empty() {
                candidates.push_str(", ");
            }
            // A comma at the end of an address would be read as the end of the candidate.
            candidates.push_str(&url.replace(',', "%2C"));
            let descriptor = descriptor.trim();
            if !descriptor.is_empty() {
                candidates.push(' ');
                candidates.push_str(descriptor);
            }
        }
    }
    (!candidates.is_empty()).then_some(candidates)
}

/// What browsers remove from anywhere in an address (URL standard, 4.4).
fn without_line_breaks(reference: &str) -> Cow<'_, str> {
    if reference.contains(['\t', '\n', '\r']) {
        Cow::Owned(reference.replace(['\t', '\n', '\r'], ""))
    } else {
        Cow::Borrowed(reference)
    }
}

/// The scheme of a reference that has one (RFC 3986, section 3.1).
fn scheme(reference: &str) -> Option<&str> {
    let (scheme, _) = reference.split_once(':')?;
    let valid = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    valid.then_some(scheme)
}

/// What follows `prefix`, in any case.
fn after_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let start = text.get(..prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

fn after_web_scheme(text: &str) -> Option<&str> {
    after_prefix(text, "https://").or_else(|| after_prefix(text, "http://"))
}

/// The reference an author evidently meant, if it differs from what is written.
fn mend(reference: &str, site_url: &Url) -> Option<String> {
    if after_web_scheme(reference).is_some_and(|rest| !rest.starts_with(['h', 'H'])) {
        return None;
    }
    if after_prefix(reference, "www.").is_some_and(|rest| rest.contains('.')) {
        return Some(format!("{}://{reference}", site_url.scheme()));
    }
    let mut mended = Cow::Borrowed(reference);
    // `{{ site.baseurl }}/https://…`, once the expression is gone.
    let unrooted = reference.trim_start_matches('/');
    if unrooted.len() < reference.len() && after_web_scheme(unrooted).is_some() {
        mended = Cow::Borrowed(unrooted);
    }
    if let Some(fault) = scheme_slip(&mended) {
        mended = Cow::Owned(fault);
    }
    let mut inner = &*mended;
    while let Some(rest) = after_web_scheme(inner)
        && after_web_scheme(rest).is_some()
    {
        inner = rest;
    }
    (inner != reference).then(|| inner.to_owned())
}

/// Mends a mistyped `http` or `https`, or one that lacks its colon or a slash.
fn scheme_slip(reference: &str) -> Option<String> {
    for web in ["https", "http"] {
        let Some(rest) = after_prefix(reference, web) else {
            continue;
        };
        if rest.starts_with("//") {
            return Some(format!("{web}:{rest}"));
        }
        if rest.starts_with(":/") && !rest.starts_with("://") {
            return Some(format!("{web}:/{}", &rest[1..]));
        }
    }
    let written = scheme(reference)?;
    let rest = &reference[written.len()..];
    let lower = written.to_ascii_lowercase();
    if !rest.starts_with("://") || lower.len() > 7 || SCHEMES.contains(&lower.as_str()) {
        return None;
    }
    let web = if lower.ends_with('s') {
        ["https", "http"]
    } else {
        ["http", "https"]
    };
    let meant = web
        .into_iter()
        .find(|web| strsim::osa_distance(&lower, web) == 1)?;
    Some(format!("{meant}{rest}"))
}

/// A URL with the characters encoded that the URL standard lets pass and RFC 3986 does not.
fn encoded(url: &Url) -> String {
    let text = url.as_str();
    let start = url[..Position::BeforePath].len();
    let mut encoded = text[..start].to_owned();
    for part in utf8_percent_encode(&text[start..], FORBIDDEN) {
        let mut rest = part;
        while let Some(at) = rest.find('%') {
            let (before, escape) = rest.split_at(at);
            encoded.push_str(before);
            let digits = escape.as_bytes().get(1..3);
            let valid = digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
            encoded.push_str(if valid { "%" } else { "%25" });
            rest = &escape[1..];
        }
        encoded.push_str(rest);
    }
    encoded
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn permalink() -> Url {
        Url::parse("https://felix.example/blog/news/a-story/").unwrap()
    }

    fn site() -> Url {
        Url::parse("https://felix.example/blog/").unwrap()
    }

    fn resolved(reference: &str) -> Result<Resolved, Unresolved> {
        resolve(reference, &permalink(), &site())
    }

    #[test]
    fn references_become_absolute() {
        for (reference, url) in [
            ("photo.jpg", "https://felix.example/blog/news/a-story/photo.jpg"),
            ("../other/", "https://felix.example/blog/news/other/"),
            ("/img/a.jpg", "https://felix.example/img/a.jpg"),
            ("//cdn.example/a.js", "https://cdn.example/a.js"),
            ("#fn1", "https://felix.example/blog/news/a-story/#fn1"),
            ("?page=2", "https://felix.example/blog/news/a-story/?page=2"),
            ("HTTP://Example.ORG", "http://example.org/"),
            ("mailto:news@felix.example", "mailto:news@felix.example"),
            ("tel:+442075948072", "tel:+442075948072"),
            (" https://a.example/x \n", "https://a.example/x"),
            (
                "https://web.archive.org/web/2010/http://a.example/",
                "https://web.archive.org/web/2010/http://a.example/",
            ),
        ] {
            let mended = false;
            assert_eq!(
                resolved(reference),
                Ok(Resolved {
                    url: url.into(),
                    mended
                }),
                "{reference}"
            );
        }
    }

    #[test]
    fn spaces_foreign_letters_and_brackets_are_percent_encoded() {
        for (reference, url) in [
            ("/a b (1).jpg", "https://felix.example/a%20b%20(1).jpg"),
            ("/é.jpg?q=ü", "https://felix.example/%C3%A9.jpg?q=%C3%BC"),
            ("/[a]|b.jpg", "https://felix.example/%5Ba%5D%7Cb.jpg"),
            (
                "/100%.jpg?a=%zz&b=%20",
                "https://felix.example/100%25.jpg?a=%25zz&b=%20",
            ),
            ("https://münchen.example/", "https://xn--mnchen-3ya.example/"),
            ("http://[::1]/[", "http://[::1]/%5B"),
        ] {
            assert_eq!(resolved(reference).unwrap().url, url);
        }
    }

    #[test]
    fn evident_slips_are_mended_and_said() {
        for (reference, url) in [
            ("hhttps://a.example/x", "https://a.example/x"),
            ("htpp://a.example/", "http://a.example/"),
            ("http://http://a.example/", "http://a.example/"),
            ("hhttp://https://a.example/", "https://a.example/"),
            ("/https://a.example/b+c.png", "https://a.example/b+c.png"),
            ("http//a.example", "http://a.example/"),
            ("https:/a.example", "https://a.example/"),
            ("www.a.example/x", "https://www.a.example/x"),
        ] {
            let mended = true;
            assert_eq!(
                resolved(reference),
                Ok(Resolved {
                    url: url.into(),
                    mended
                }),
                "{reference}"
            );
        }
    }

    #[test]
    fn what_runs_code_or_leads_nowhere_is_refused() {
        for (reference, why) in [
            ("javascript:alert(1)", Unresolved::Scheme),
            ("JAVA\nSCRIPT:alert(1)", Unresolved::Scheme),
            ("\u{1}javascript:alert(1)", Unresolved::Scheme),
            ("data:text/html,x", Unresolved::Scheme),
            ("file:///C:/photo.jpg", Unresolved::Scheme),
            ("zune://navigate/", Unresolved::Scheme),
            ("http://", Unresolved::Malformed),
            ("https://a b/", Unresolved::Malformed),
            ("https://a.example\"&/", Unresolved::Malformed),
            (" ", Unresolved::Empty),
        ] {
            assert_eq!(resolved(reference), Err(why), "{reference}");
        }
    }

    #[test]
    fn only_the_web_has_images() {
        assert_eq!(absolute("mailto:a@b.example", &permalink(), &site()), None);
        assert_eq!(
            absolute("/a.jpg", &permalink(), &site()).unwrap(),
            "https://felix.example/a.jpg"
        );
    }

    #[test]
    fn every_candidate_of_a_set_becomes_absolute() {
        assert_eq!(
            absolute_set(
                "a.jpg, b,c.jpg 2x,javascript:1 3x , /d.jpg 100w",
                &permalink(),
                &site()
            )
            .unwrap(),
            "https://felix.example/blog/news/a-story/a.jpg, \
             https://felix.example/blog/news/a-story/b%2Cc.jpg 2x, https://felix.example/d.jpg 100w"
        );
        assert_eq!(absolute_set(" , ", &permalink(), &site()), None);
    }

    proptest! {
        #[test]
        fn what_is_resolved_once_is_resolved_for_good(reference in "((hhttps?|http|www|:|/|\\.|#|%|é|\\[|@|[a-z]){0,12}|\\PC{0,40})") {
            if let Ok(once) = resolved(&reference) {
                prop_assert!(once.url.bytes().all(|b| b.is_ascii_graphic()), "{}", once.url);
                let again = resolved(&once.url).map(|resolved| resolved.url);
                prop_assert_eq!(again, Ok(once.url));
            }
        }
    }
}
