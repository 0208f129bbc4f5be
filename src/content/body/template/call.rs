//! Tags and calls of templates that show what a shortcode would: `{% include figure.html src="a.jpg" %}`
//! (Jekyll), `{% youtube abc %}` (Liquid, Eleventy), `{{ vimeo(id="123") }}` (Zola).

use std::borrow::Cow;

use super::shortcode::Call;
use super::value;
use crate::content::body::BodySource;

/// The shortcode that a piece of template code is as good as, if it is one of those that a feed can show.
pub(in crate::content) fn read<'a>(written: &'a str, source: &BodySource<'_>) -> Option<Call<'a>> {
    let inside = [("{%", "%}"), ("{{", "}}")]
        .iter()
        .find_map(|(open, close)| written.strip_prefix(open)?.strip_suffix(close))?
        .trim_matches('-')
        .trim();
    let end = inside
        .find(|c: char| c.is_whitespace() || c == '(')
        .unwrap_or(inside.len());
    let (mut name, mut rest) = inside.split_at(end);
    if let Some(parameters) = rest.trim_start().strip_prefix('(') {
        rest = parameters.trim_end().strip_suffix(')')?;
    } else if written.starts_with("{{") {
        return None;
    }
    let is_include = matches!(name, "include" | "include_relative" | "render");
    if is_include {
        let file = rest.trim_start();
        let end = file.find([' ', '\t', '\n', ',']).unwrap_or(file.len());
        (name, rest) = file.split_at(end);
        name = name.trim_matches(['"', '\'']);
        name = name.rsplit('/').next().unwrap_or(name);
        name = name.split('.').next().unwrap_or(name);
    }
    let mut arguments = arguments(rest, is_include, source);
    let mut known = known(name)?;
    if known == "video" {
        known = match value_of(&arguments, "provider")? {
            "youtube" => "youtube",
            "vimeo" => "vimeo",
            _ => return None,
        };
    }
    if known == "figure" && arguments.len() > 1 && arguments.iter().all(|(key, _)| key.is_none()) {
        // `{% image "a.jpg", "What it shows" %}`
        if let Some((key, _)) = arguments.get_mut(1) {
            *key = Some("alt");
        }
    }
    Some(Call::new(known, arguments))
}

/// What tags and included files of this name show, by what sites call them.
fn known(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    let plain = name.replace(['-', '_'], "");
    Some(match plain.as_str() {
        "figure" | "image" | "img" | "picture" | "photo" | "postimage" | "captionimage" | "imagecaption"
        | "imagewithcaption" | "imgcaption" | "responsiveimage" | "responsiveimg" | "resizeimage"
        | "lightbox" => "figure",
        "youtube" | "youtubeplayer" | "youtubeembed" | "youtubevideo" => "youtube",
        "vimeo" | "vimeoplayer" | "vimeovideo" => "vimeo",
        "video" => "video",
        "tweet" | "twitter" | "x" => "tweet",
        "gist" => "gist",
        _ => return None,
    })
}

type Arguments<'a> = Vec<(Option<&'a str>, Cow<'a, str>)>;

fn value_of<'v>(arguments: &'v Arguments<'_>, key: &str) -> Option<&'v str> {
    let (_, value) = arguments.iter().find(|(own, _)| *own == Some(key))?;
    Some(value)
}

/// `a "b c" key="d", key: 'e'`. A word without quotes after a key is a variable of the template.
fn arguments<'a>(text: &'a str, is_include: bool, source: &BodySource<'_>) -> Arguments<'a> {
    let mut all = Arguments::new();
    let mut rest = text.trim_start_matches([' ', '\t', '\n', ',']);
    while !rest.is_empty() {
        let word = rest
            .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-')))
            .unwrap_or(rest.len());
        let after = rest[word..].trim_start();
        let mut key = None;
        if word > 0
            && let Some(after) = after.strip_prefix('=').or_else(|| after.strip_prefix(": "))
        {
            key = Some(&rest[..word]);
            rest = after.trim_start();
        }
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'));
        let value = match quote.and_then(|quote| rest[1..].split_once(quote)) {
            Some((value, after)) => {
                rest = after;
                with_values(value, source)
            }
            None => {
                let end = rest.find([' ', '\t', '\n', ',']).unwrap_or(rest.len()).max(1);
                let end = (end..=rest.len())
                    .find(|at| rest.is_char_boundary(*at))
                    .unwrap_or(rest.len());
                let value = &rest[..end];
                rest = &rest[end..];
                let is_variable =
                    key.is_some() && is_include && !value.starts_with(|c: char| c.is_ascii_digit());
                if is_variable {
                    None
                } else {
                    with_values(value, source)
                }
            }
        };
        if let Some(value) = value {
            all.push((key, value));
        }
        rest = rest.trim_start_matches([' ', '\t', '\n', ',']);
    }
    all
}

/// A text with the expressions in it carried out; none if one can't be.
fn with_values<'a>(text: &'a str, source: &BodySource<'_>) -> Option<Cow<'a, str>> {
    if !text.contains("{{") {
        return Some(Cow::Borrowed(text));
    }
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("{{") {
        let end = at + rest[at..].find("}}")? + 2;
        out.push_str(&rest[..at]);
        out.push_str(&value::value(&rest[at..end], source)?);
        rest = &rest[end..];
    }
    out.push_str(rest);
    Some(Cow::Owned(out))
}
