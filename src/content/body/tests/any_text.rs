//! What holds for any text whatever.

use proptest::prelude::*;

use super::*;
use crate::content::body::html::allowed;
use crate::content::body::html::escape::unescape;
use crate::content::body::html::{Token, tokens};
use crate::content::body::links::SCHEMES;

/// Whatever Markdown, HTML and template code can be stirred together.
fn stirred() -> impl Strategy<Value = String> {
    #[rustfmt::skip]
    const PIECES: &[&str] = &[
        "<", ">", "\"", "'", "&", "*", "_", "`", "[", "]", "(", ")", "!", "#", "|", "~", ":", "\\", "\n",
        "\n\n", "    ", "- ", "1. ", "> ", "```", "|-|-|\n", "[^1]", "[^1]: ", "[a]: ", "<!--", "-->",
        "<!--more-->", "{{<", ">}}", "{{%", "%}}", "{{", "}}", "{%", "%}", "/*", "*/", "figure src=", "x ",
        "<a href=", "<a href='javascript:x'>", "</a>", "<img src=x onerror=y>", "<img src='a b' alt=\"c",
        "<b>", "</b>", "<i class=z>", "</i>", "<p>", "</p>", "<div>", "</div>", "<table>", "<tr>", "<td>",
        "</td>", "</table>", "<ul>", "<li>", "</ul>", "<h1>", "<pre>\n", "<code>", "</pre>", "<svg>",
        "</svg>", "<math>", "<mtext>", "<style>", "</style>", "<script>", "</script>", "<title>",
        "<textarea>", "</textarea>", "<select>", "<option>", "<iframe src=x>", "</iframe>", "<noscript>",
        "<template>", "<details>", "<summary>", "<dl><dt>", "<dd>", "<ruby><rt>", "<video src=y>",
        "<source srcset='a 1x'>", "<figure>", "<figcaption>", "<button>", "<form>", "<input type=checkbox>",
        "<plaintext>", "javascript:alert(1)", "http://", "https://a.example/", "/b", "../c", "www.d.",
        "&#106;", "&lt;", "&nbsp;", "&#0;", "&#xfdd0;", "&#xfdd2;", "\0", "\r", "\u{b}", "\u{fdd0}", "\u{fde0}",
        "\u{fdd1}", "\u{fdd2}", "é", "日本", "🚀", "“”", "\u{a0}", "\u{2028}", "word ",
    ];
    prop_oneof![
        4 => prop::collection::vec(prop::sample::select(PIECES), 0..40).prop_map(|pieces| pieces.concat()),
        1 => any::<String>(),
    ]
}

fn assert_harmless(html: &str) -> Result<(), TestCaseError> {
    for token in tokens(html) {
        match token {
            Token::Open(tag) => {
                prop_assert!(allowed::element(tag.name) == Some(tag.name), "{}", tag.raw);
                for (name, value) in tag.attributes() {
                    let value = &*unescape(value);
                    prop_assert!(allowed::is_attribute(tag.name, name), "{}", tag.raw);
                    let links = match name {
                        "href" | "src" | "poster" | "cite" => vec![value],
                        "srcset" => value.split(", ").collect(),
                        _ => continue,
                    };
                    for link in links {
                        let url = Url::parse(link.split(' ').next().unwrap_or("")).unwrap();
                        prop_assert!(SCHEMES.contains(&url.scheme()), "{}", tag.raw);
                        prop_assert!(url.has_host() || name == "href", "{}", tag.raw);
                    }
                }
            }
            Token::Comment(_) | Token::RawText(_) => prop_assert!(false, "{token:?}"),
            Token::Text(text) => prop_assert!(!text.contains(['<', '>'])),
            Token::Close(_) => {}
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn any_text_becomes_harmless_html_that_sanitizing_again_leaves_as_it_is(text in stirred()) {
        let body = render(&text);
        prop_assert!(body.findings.iter().all(|finding| finding.code != "render-failed"));
        assert_harmless(&body.html)?;
        let permalink = Url::parse("https://felix.example/news/a-story/").unwrap();
        let site_url = Url::parse("https://felix.example/").unwrap();
        let again = sanitize(&body.html, &permalink, &site_url);
        prop_assert_eq!(again.as_ref(), Some(&body.html));
        prop_assert!(!body.html.contains(CUT) && !body.summary.contains(CUT));
        prop_assert!(body.images.iter().all(|image| image.url.starts_with("http")));
        prop_assert!(body.summary.chars().count() <= 501);
    }

    /// What is tidied first must not be what keeps readers safe.
    #[test]
    fn the_sanitizer_alone_lets_nothing_harmful_through(text in stirred()) {
        let permalink = Url::parse("https://felix.example/news/a-story/").unwrap();
        let site_url = Url::parse("https://felix.example/").unwrap();
        if let Some(html) = sanitize(&text, &permalink, &site_url) {
            assert_harmless(&html)?;
        }
    }

    /// Trusted posts go past the sanitizer, so that Markdown must be sound by itself.
    #[test]
    fn markdown_without_html_needs_no_sanitizing(text in stirred()) {
        let text = text.replace('<', "");
        let (trusted, sanitized) = (with(HtmlPolicy::Trust, &text), render(&text));
        prop_assert_eq!(&trusted.html, &sanitized.html);
        assert_harmless(&trusted.html)?;
    }

    #[test]
    fn trusting_never_fails(text in stirred()) {
        let body = with(HtmlPolicy::Trust, &text);
        prop_assert!(body.findings.iter().all(|finding| finding.code != "render-failed"));
    }
}
