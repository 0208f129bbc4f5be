//! What a generator does to a text before it is Markdown: blocks of code as tags, attributes of
//! kramdown, components of MDX. Lines stay where they are, so that findings name the right ones.

use std::borrow::Cow;

use crate::content::body::mdx;
use crate::content::file::markup::{Markup, markup};
use crate::vocabulary::Dialect;

/// A text made ready, and the components that lost their markup, with the line of each in the text.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::content) struct Prepared<'a> {
    pub(in crate::content) text: Cow<'a, str>,
    pub(in crate::content) components: Vec<(u32, String)>,
}

/// Makes the text of the file at `path` ready.
pub(in crate::content) fn preprocess<'a>(
    text: &'a str,
    path: &str,
    dialect: Option<Dialect>,
) -> Prepared<'a> {
    let markup = markup(path);
    let is_mdx = markup == Some(Markup::Mdx)
        || (dialect == Some(Dialect::Docusaurus) && markup == Some(Markup::Markdown));
    if is_mdx {
        let (text, components) = mdx::plain(text);
        return Prepared {
            text: Cow::Owned(text),
            components,
        };
    }
    let mut text = Cow::Borrowed(text);
    if text.contains("highlight") || text.contains("codeblock") {
        text = Cow::Owned(with_fences(&text));
    }
    if text.contains("{:") {
        text = Cow::Owned(without_attributes(&text));
    }
    Prepared {
        text,
        components: Vec::new(),
    }
}

/// `{% highlight ruby %}` and `{{< highlight go >}}` on lines of their own as fences.
fn with_fences(text: &str) -> String {
    const FENCE: &str = "~~~~~~";
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let indent = &line[..line.len() - line.trim_start().len()];
        match fence(line.trim()) {
            Some(language) => {
                out.push_str(indent.trim_end_matches('\n'));
                out.push_str(FENCE);
                out.push_str(language);
                out.push('\n');
            }
            None => out.push_str(line),
        }
    }
    out
}

/// The language of a line that opens such a block, or nothing for one that closes it.
pub(in crate::content) fn fence(line: &str) -> Option<&str> {
    let inside = [("{%", "%}"), ("{{<", ">}}"), ("{{%", "%}}")]
        .iter()
        .find_map(|(open, close)| line.strip_prefix(open)?.strip_suffix(close))?
        .trim_matches('-')
        .trim();
    let mut words = inside.split_whitespace();
    match words.next()? {
        "highlight" | "codeblock" => {
            let language = words.next().unwrap_or("").trim_matches('"');
            let language = language.strip_prefix("lang:").unwrap_or(language);
            let is_plain = language
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"+-_#".contains(&b));
            Some(if is_plain { language } else { "" })
        }
        "endhighlight" | "endcodeblock" | "/highlight" => Some(""),
        "/" if words.next() == Some("highlight") => Some(""),
        _ => None,
    }
}

/// Without kramdown's attribute lists: on a line of their own, or right after a link or an image.
fn without_attributes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_code = false;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
            in_code = !in_code;
        }
        if in_code {
            out.push_str(line);
            continue;
        }
        if trimmed.starts_with("{:") && trimmed.ends_with('}') && !trimmed[2..].contains('{') {
            out.push('\n');
            continue;
        }
        let mut rest = line;
        while let Some((before, after)) = rest.split_once("){:") {
            out.push_str(before);
            out.push(')');
            rest = match after.split_once('}') {
                Some((_, after)) => after,
                None => {
                    out.push_str("{:");
                    after
                }
            };
        }
        out.push_str(rest);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prepared(path: &str, text: &str) -> String {
        preprocess(text, path, None).text.into_owned()
    }

    #[test]
    fn blocks_of_code_written_as_tags_become_fences() {
        for (text, plain) in [
            (
                "{% highlight ruby linenos %}\na {{ b }}\n{% endhighlight %}\n",
                "~~~~~~ruby\na {{ b }}\n~~~~~~\n",
            ),
            (
                "{{< highlight go \"x=1\" >}}\na\n{{< / highlight >}}",
                "~~~~~~go\na\n~~~~~~\n",
            ),
            ("a highlight of the year\n", "a highlight of the year\n"),
        ] {
            assert_eq!(prepared("a.md", text), plain);
        }
    }

    #[test]
    fn attributes_of_kramdown_are_no_text() {
        for (text, plain) in [
            ("a\n{: .lead}\nb\n", "a\n\nb\n"),
            ("[a](/b){:target=\"_blank\"} c\n", "[a](/b) c\n"),
            ("```\n{: .a}\n```\n", "```\n{: .a}\n```\n"),
            ("a map `{:a 1}`\n", "a map `{:a 1}`\n"),
        ] {
            assert_eq!(prepared("a.md", text), plain);
        }
    }

    proptest::proptest! {
        #[test]
        fn lines_stay_where_they_are(text in "(\\{% (end)?highlight x? ?%\\}|\\{:|\\}|\\)|<A|</A>|<A b=\\{|\\{/\\*|\\*/\\}|import |export |:::|`|```|\n|[a-z \"'>;]){0,40}") {
            for path in ["a.md", "a.mdx"] {
                let lines = prepared(path, &text).matches('\n').count();
                // A tag at the very end may gain the line break it lacks.
                proptest::prop_assert!((0..=1).contains(&(lines - text.matches('\n').count())));
            }
        }
    }
}
