//! What the few expressions stand for whose value a feed can know: `{{ site.baseurl }}` and its like.

use crate::content::body::BodySource;

/// The text that a piece of template code stands for; none if only the generator knows.
pub(in crate::content) fn value(written: &str, source: &BodySource<'_>) -> Option<String> {
    if let Some(inside) = written
        .strip_prefix("{%")
        .and_then(|rest| rest.strip_suffix("%}"))
    {
        let inside = inside.trim_matches('-').trim();
        let (tag, argument) = inside.split_once(char::is_whitespace).unwrap_or((inside, ""));
        return match tag {
            "post_url" | "link" => source.reference(argument.trim()).map(str::to_owned),
            // What stands between these is not for the template language; the marks themselves are nothing.
            "raw" | "endraw" | "comment" | "endcomment" => Some(String::new()),
            _ => None,
        };
    }
    let inside = written.strip_prefix("{{")?.strip_suffix("}}")?;
    let mut parts = inside.trim_matches('-').split('|').map(str::trim);
    let mut value = variable(parts.next()?, source)?;
    for filter in parts {
        let root = path_of_site(source);
        value = match filter.split([':', '(']).next().unwrap_or("").trim() {
            "relative_url" | "url" | "relURL" | "prepend" if value.starts_with('/') || value.is_empty() => {
                format!("{}{value}", root.trim_end_matches('/'))
            }
            "relative_url" | "url" | "relURL" => format!("{root}{value}"),
            "absolute_url" | "absURL" | "absolute_url_filter" => {
                format!("{}{}", source.site_url, value.trim_start_matches('/'))
            }
            "escape" | "uri_escape" | "safe" | "strip" => value,
            _ => return None,
        };
    }
    Some(value)
}

fn variable(name: &str, source: &BodySource<'_>) -> Option<String> {
    let literal = ['"', '\'']
        .iter()
        .find_map(|quote| name.strip_prefix(*quote)?.strip_suffix(*quote));
    if let Some(literal) = literal {
        return Some(literal.to_owned());
    }
    Some(match name {
        "site.baseurl" | "site.base_url" | "baseurl" | "relative_root" => {
            path_of_site(source).trim_end_matches('/').to_owned()
        }
        "site.url" | "SITEURL" | "site.github.url" => origin(source),
        "page.url" | "page.permalink" | "permalink" => source.permalink.path().to_owned(),
        "config.base_url" | ".Site.BaseURL" => source.site_url.as_str().trim_end_matches('/').to_owned(),
        _ => return None,
    })
}

fn path_of_site<'a>(source: &BodySource<'a>) -> &'a str {
    source.site_url.path()
}

fn origin(source: &BodySource<'_>) -> String {
    source.site_url.origin().ascii_serialization()
}
