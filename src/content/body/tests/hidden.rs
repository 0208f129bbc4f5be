//! What authors hide in comments never leaves, whatever the generator.

use proptest::prelude::*;

use super::*;
use crate::content::conventions::Rules;
use crate::content::fields::inherited::HandedDown;
use crate::content::post::TemplateEngine;
use crate::content::{Parsed, SourceFile, parse};
use crate::vocabulary::Dialect;

fn settings(rules: Rules, html: HtmlPolicy) -> ContentSettings {
    ContentSettings {
        html,
        ..ContentSettings::for_tests(rules)
    }
}

fn rules(dialect: Option<Dialect>) -> Rules {
    Rules {
        dialect,
        ..Rules::default()
    }
}

/// The body of a post with this text, of a site with these rules.
fn body(path: &str, front: &str, text: &str, rules: Rules, html: HtmlPolicy) -> Body {
    let settings = settings(rules, html);
    let file = format!("---\ntitle: A\ndate: 2024-01-01\n{front}---\n{text}");
    let parsed = parse(
        SourceFile::new(&path.into(), file.as_bytes()),
        &settings,
        &HandedDown::default(),
    );
    match parsed {
        Ok(Parsed::Post(post)) => Body::of(&post, &[], &settings),
        other => panic!("{other:?}"),
    }
}

fn path(dialect: Option<Dialect>) -> &'static str {
    match dialect {
        Some(Dialect::Jekyll) => "_posts/2024-01-01-a.md",
        Some(Dialect::Docusaurus) => "2024-01-01-a.mdx",
        _ => "a.md",
    }
}

fn in_dialect(dialect: Option<Dialect>, text: &str) -> Body {
    body(path(dialect), "", text, rules(dialect), HtmlPolicy::Sanitize)
}

#[test]
fn comments_in_code_are_shown_where_the_generator_shows_them() {
    let liquid = "```\n{% comment %}SECRET{% endcomment %}\n```\n";
    let hugo = "`{{< comment >}}SECRET{{< /comment >}}`\n";
    let kramdown = "`{::comment}SECRET{:/}`, `[//]: # (SECRET)`, `<!-- SECRET -->`, `{{/* SECRET */}}`\n";
    for (dialect, text, is_shown) in [
        (Some(Dialect::Jekyll), liquid, false),
        (Some(Dialect::Eleventy), liquid, false),
        (Some(Dialect::Hugo), liquid, true),
        (None, liquid, true),
        (Some(Dialect::Hugo), hugo, false),
        (Some(Dialect::Jekyll), hugo, true),
        (Some(Dialect::Jekyll), kramdown, true),
        (None, kramdown, true),
    ] {
        let body = in_dialect(dialect, text);
        assert_eq!(
            body.html.contains("SECRET"),
            is_shown,
            "{dialect:?} {text}: {}",
            body.html
        );
    }
}

#[test]
fn braces_with_signs_are_text_where_the_generator_shows_them() {
    let text = "Before {# SECRET #} after.\n";
    for (dialect, is_shown) in [
        (Some(Dialect::Zola), true),
        (Some(Dialect::Eleventy), true),
        (Some(Dialect::Hugo), true),
        (None, false),
    ] {
        let body = in_dialect(dialect, text);
        assert_eq!(body.html.contains("SECRET"), is_shown, "{dialect:?}");
    }
    let nunjucks = Rules {
        markdown_templates: Some(TemplateEngine::Nunjucks),
        ..rules(Some(Dialect::Eleventy))
    };
    let shown = |front: &str, rules: Rules| {
        let body = body("a.md", front, text, rules, HtmlPolicy::Sanitize);
        body.html.contains("SECRET")
    };
    assert!(!shown("", nunjucks.clone()));
    assert!(shown("templateEngineOverride: liquid,md\n", nunjucks));
    assert!(!shown(
        "templateEngineOverride: njk,md\n",
        rules(Some(Dialect::Eleventy))
    ));
}

#[test]
fn a_comment_is_in_no_image_summary_or_trusted_html_either() {
    let text = "{% comment %}SECRET{% endcomment %}![A {% # SECRET %}<!-- SECRET -->boat](/a.jpg) *b \
                <!-- {{< figure src=\"SECRET.png\" >}} --> c*\n\n<div><!--\nSECRET\n\n{{< figure src=\"SECRET.png\" >}}\n-->\n</div>\n\n\
                {::comment}\n![SECRET](/SECRET.png)\n\n<!--more-->\n{:/}\n\n[//]: # (SECRET)\n\nMore <!-- SECRET\n\nSECRET --> text.\n";
    for html in [HtmlPolicy::Sanitize, HtmlPolicy::Trust] {
        for dialect in [
            None,
            Some(Dialect::Jekyll),
            Some(Dialect::Hugo),
            Some(Dialect::Docusaurus),
        ] {
            let body = body(path(dialect), "", text, rules(dialect), html);
            assert!(!body.html.contains("SECRET"), "{dialect:?}: {}", body.html);
            assert_eq!(
                (body.images.len(), body.images[0].alt.as_deref()),
                (1, Some("A boat")),
                "{dialect:?}"
            );
            assert_eq!(body.summary, "b c", "{dialect:?}");
        }
    }
}

#[test]
fn text_that_can_not_be_rendered_shows_no_comment() {
    let long = "x ".repeat(MAX_LENGTH / 2);
    let text = format!(
        "A <!-- SECRET\n\nSECRET --> b\n[//]: # (SECRET)\n[x]: <> (SECRET)\n{{% comment %}}SECRET{{% endcomment %}}\n\n{long}"
    );
    let body = in_dialect(Some(Dialect::Jekyll), &text);
    assert!(
        body.findings
            .iter()
            .any(|finding| finding.code == "body-too-long")
    );
    assert!(
        !body.html.contains("SECRET") && body.html.starts_with("<p>A  b"),
        "{}",
        &body.html[..80]
    );
}

#[test]
fn html_posts_lose_the_comments_of_their_templates() {
    let text = "<p>a {% comment %}SECRET{% endcomment %}`{% # SECRET %}` b</p>\n";
    let body = body(
        "_posts/2024-01-01-a.html",
        "",
        text,
        rules(Some(Dialect::Jekyll)),
        HtmlPolicy::Sanitize,
    );
    assert_eq!(body.html.trim(), "<p>a `` b</p>");
}

#[test]
fn findings_below_a_comment_name_the_line_in_the_file() {
    let text = "{% comment %}\nx\n{% endcomment %}\n\n[a](javascript:b)\n\n{::comment}\nc\n";
    let body = in_dialect(Some(Dialect::Jekyll), text);
    let lines: Vec<_> = findings(&body)
        .iter()
        .map(|(code, place)| (*code, place.unwrap().0))
        .collect();
    assert_eq!(lines, [("unsafe-link", 9), ("unclosed-comment", 11)]);
}

/// A comment in each form that a generator, or any, hides.
fn comments(dialect: Option<Dialect>) -> Vec<&'static str> {
    let mut forms = vec![
        "{% comment %}SECRET{% endcomment %}",
        "{%- comment -%}\nSECRET\n\nSECRET\n{%- endcomment -%}",
        "{% # SECRET %}",
        "{{< comment >}}SECRET\n\nSECRET{{< /comment >}}",
        "{{% comment %}}SECRET{{% /comment %}}",
        "{{/* SECRET */}}",
        "{{- /* SECRET\n\nSECRET */ -}}",
        "{::comment}SECRET{:/}",
        "\n{::comment}\nSECRET\n\nSECRET\n{:/comment}\n",
        "<!-- SECRET -->",
        "<!-- SECRET\n\n- SECRET -->",
        "\n\n[//]: # (SECRET)\n\n",
        "\n[comment]: <> \"SECRET (a)\"\n",
    ];
    match dialect {
        Some(Dialect::Docusaurus) => forms.extend(["{/* SECRET\n\n'SECRET */}", "{ /* SECRET } */ }"]),
        None => forms.extend(["{# SECRET #}", "{#- SECRET\n\nSECRET -#}"]),
        _ => {}
    }
    forms
}

fn dialects() -> Vec<Option<Dialect>> {
    let all = Dialect::NAMES.iter().map(|(_, dialect)| Some(*dialect));
    all.chain([None]).collect()
}

/// A comment between pieces of Markdown that leave it out of code.
fn around() -> impl Strategy<Value = (String, String)> {
    #[rustfmt::skip]
    const PIECES: &[&str] = &[
        "word ", "*a* ", "\n", "\n\n", "- item ", "\n> quote ", "\n# Head ", "[link](/b) ", "![alt](/c.png) ",
        "`code` ", "\n\n```\nblock {{ x }}\n```\n\n", "<b>bold</b> ", "\n\n<div>\n\n", "\n\n</div>\n\n", "| a | b |\n",
        "{{ site.title }} ", "{{< figure src=\"/d.png\" >}} ", "é日本 ", "\n\n<!--more-->\n\n", "{", "}", "1. ",
    ];
    let text =
        || prop::collection::vec(prop::sample::select(PIECES), 0..8).prop_map(|pieces| pieces.concat());
    (text(), text())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn the_text_of_a_comment_is_in_no_output(
        dialect in prop::sample::select(dialects()),
        places in prop::collection::vec((around(), any::<prop::sample::Index>()), 1..4),
        html in prop::sample::select(vec![HtmlPolicy::Sanitize, HtmlPolicy::Trust]),
    ) {
        let forms = comments(dialect);
        let text: String = places
            .iter()
            .flat_map(|((before, after), form)| [before.as_str(), *form.get::<&str>(&forms), after.as_str()])
            .collect();
        let body = body(path(dialect), "", &text, rules(dialect), html);
        prop_assert!(!body.html.contains("SECRET"), "{:?}\n{}\n→ {}", dialect, text, body.html);
        prop_assert!(!body.summary.contains("SECRET"));
        let images = format!("{:?}", body.images);
        prop_assert!(!images.contains("SECRET"), "{}", images);
    }
}
