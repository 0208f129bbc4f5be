mod any_text;
mod calls;
mod hidden;

use super::*;
use crate::vocabulary::Place;

fn with(html: HtmlPolicy, text: &str) -> Body {
    Body::render(&BodySource {
        path: &"news/a.md".into(),
        first_line: 10,
        text,
        permalink: &Url::parse("https://felix.example/news/a-story/").unwrap(),
        site_url: &Url::parse("https://felix.example/").unwrap(),
        html,
        is_html: false,
        links: &[],
    })
}

fn render(text: &str) -> Body {
    with(HtmlPolicy::Sanitize, text)
}

/// The HTML without line breaks, and nothing to be said about it.
fn html(text: &str) -> String {
    let body = render(text);
    assert_eq!(body.findings, [], "{text}");
    body.html.replace('\n', "")
}

/// Code and place of each finding.
fn findings(body: &Body) -> Vec<(&str, Option<(u32, u32)>)> {
    let place = |Place { line, column }| (line, column);
    body.findings
        .iter()
        .map(|finding| (finding.code, finding.place.map(place)))
        .collect()
}

#[test]
fn markdown_becomes_html_with_the_authors_own_quotes_and_dashes() {
    for (text, expected) in [
        (
            "“Curly” and \"straight\" -- it’s…",
            "<p>“Curly” and \"straight\" -- it’s…</p>",
        ),
        (
            "# News {#news}\n\n## The set {a}",
            "<h1>News</h1><h2>The set {a}</h2>",
        ),
        (
            "~~no~~ `a < b` *x*",
            "<p><del>no</del> <code>a &lt; b</code> <em>x</em></p>",
        ),
        (
            "- [x] done\n- [ ] open",
            "<ul><li>☑ done</li><li>☐ open</li></ul>",
        ),
        (
            "|a|b|\n|-|-:|\n|1|2|",
            "<table><thead><tr><th>a</th><th align=\"right\">b</th></tr></thead>\
             <tbody><tr><td>1</td><td align=\"right\">2</td></tr></tbody></table>",
        ),
        (
            "```rust,ignore\nlet a;\n```",
            "<pre><code class=\"language-rust\">let a;</code></pre>",
        ),
        ("3. c\n4. d", "<ol start=\"3\"><li>c</li><li>d</li></ol>"),
        ("> q", "<blockquote><p>q</p></blockquote>"),
        ("a\\\nb\n***", "<p>a<br>b</p><hr>"),
        ("日本語 ﷐と\u{a0}絵文字 🚀", "<p>日本語 と&nbsp;絵文字 🚀</p>"),
    ] {
        assert_eq!(html(text), expected, "{text}");
    }
}

#[test]
fn a_figure_is_an_image_with_its_caption() {
    let body = render(
        "Before\n{{< figure src=\"/img/a b.jpg\" alt=\"A & B\" caption=\"By *Ann*\" attr=\"Photo: Bo\" >}}\nAfter **all**",
    );
    assert_eq!(
        body.html,
        "<p>Before</p>\n<figure><img src=\"https://felix.example/img/a%20b.jpg\" alt=\"A &amp; B\">\
         <figcaption>By <em>Ann</em> Photo: Bo</figcaption></figure>\n<p>After <strong>all</strong></p>\n"
    );
    assert_eq!(
        body.images,
        [Image {
            url: "https://felix.example/img/a%20b.jpg".into(),
            alt: Some("A & B".into()),
            caption: Some("By Ann Photo: Bo".into()),
            ..Image::default()
        }]
    );
    assert_eq!(body.findings, []);
    assert_eq!(
        html("*In {{< figure src=/a.jpg >}} emphasis*"),
        "<p><em>In  emphasis</em></p><figure><img src=\"https://felix.example/a.jpg\" alt=\"\"></figure>"
    );
    assert_eq!(
        html("{{% figure src=a.jpg link=\"/b\" title=`T` caption=\"T\" / %}}"),
        "<figure><a href=\"https://felix.example/b\">\
         <img src=\"https://felix.example/news/a-story/a.jpg\" alt=\"\"></a><figcaption>T</figcaption></figure>"
    );
}

#[test]
fn findings_are_told_once_and_in_the_order_of_their_places() {
    let body = render(
        "<b title='x'><a href='javascript:a'>a</a></b> [b](javascript:b)\n\n[c][c] [c]\n\n[c]: {{ d }}/e",
    );
    assert_eq!(
        findings(&body),
        [
            ("unsafe-link", Some((10, 23))),
            ("unsafe-link", Some((10, 47))),
            ("template-code", Some((14, 6)))
        ]
    );
}

#[test]
fn images_come_from_markdown_and_html_alike() {
    let body = render(
        "![One](1.jpg) <img src=/2.jpg>\n\n<figure><img src=3.jpg><figcaption>The <b>third</b>\n one</figcaption></figure>",
    );
    let images: Vec<_> = body
        .images
        .iter()
        .map(|image| (image.url.as_str(), image.alt.as_deref(), image.caption.as_deref()))
        .collect();
    assert_eq!(
        images,
        [
            ("https://felix.example/news/a-story/1.jpg", Some("One"), None),
            ("https://felix.example/2.jpg", None, None),
            (
                "https://felix.example/news/a-story/3.jpg",
                None,
                Some("The third one")
            ),
        ]
    );
}

#[test]
fn videos_become_links() {
    for (text, url) in [
        (
            "{{< youtube RoLTPcD1S4Q >}}",
            "https://www.youtube.com/watch?v=RoLTPcD1S4Q",
        ),
        (
            "{{< youtube id=\"RoLTPcD1S4Q\" autoplay=true >}}",
            "https://www.youtube.com/watch?v=RoLTPcD1S4Q",
        ),
        ("{{< vimeo 146022717 >}}", "https://vimeo.com/146022717"),
        (
            "<p><iframe src='//www.youtube-nocookie.com/embed/a_b?rel=0'></iframe></p>",
            "https://www.youtube.com/watch?v=a_b",
        ),
        (
            "<p><iframe src=https://player.vimeo.com/video/1></iframe></p>",
            "https://vimeo.com/1",
        ),
    ] {
        assert_eq!(
            html(text),
            format!("<p><a href=\"{url}\">{url}</a></p>"),
            "{text}"
        );
    }
    let body = render("a\n\n<iframe src=\"https://maps.example/\"></iframe>");
    assert_eq!(findings(&body), [("unsupported-html", Some((12, 1)))]);
}

#[test]
fn unknown_shortcodes_leave_their_inner_text_and_are_named() {
    let body = render("{{% note title=\"x\" %}}\nMind the *gap*\n{{% /note %}}\n\nSee {{< qr 1 >}}.");
    assert_eq!(
        body.html.replace('\n', ""),
        "<p>Mind the <em>gap</em></p><p>See .</p>"
    );
    assert_eq!(
        findings(&body),
        [
            ("unknown-shortcode", Some((10, 1))),
            ("unknown-shortcode", Some((14, 5)))
        ]
    );
    assert!(body.findings[1].message.contains("“qr”"));
}

#[test]
fn template_code_in_code_is_a_sample_and_stays() {
    for (text, expected) in [
        (
            "`{{< figure src=\"a\" >}}`",
            "<p><code>{{&lt; figure src=\"a\" &gt;}}</code></p>",
        ),
        (
            "```\n{{< x >}}\n{{ y }}\n{% z %}\n```",
            "<pre><code>{{&lt; x &gt;}}{{ y }}{% z %}</code></pre>",
        ),
        (
            "    {{< x `a` >}}\n",
            "<pre><code>{{&lt; x `a` &gt;}}</code></pre>",
        ),
        ("<pre>{{ y }}</pre>", "<pre>{{ y }}</pre>"),
        ("a <code>{{ y }}</code>", "<p>a <code>{{ y }}</code></p>"),
        ("Use {{</* x \"*a*\" */>}}", "<p>Use {{&lt; x \"*a*\" &gt;}}</p>"),
        (
            "`{{` opens, `}}` closes",
            "<p><code>{{</code> opens, <code>}}</code> closes</p>",
        ),
    ] {
        assert_eq!(html(text), expected, "{text}");
    }
}

#[test]
fn template_code_elsewhere_is_left_out_and_prose_is_not() {
    let body = render(
        "Hi {{ name }}, {% if a %}yes{% endif %} {{ no\n\n[x]({{ site.baseurl }}/a) [y]({% post_url b %})",
    );
    assert_eq!(
        body.html.replace('\n', ""),
        "<p>Hi , yes {{ no</p><p><a href=\"https://felix.example/a\">x</a> y</p>"
    );
    let places: Vec<_> = findings(&body)
        .iter()
        .map(|(code, place)| (*code, place.unwrap()))
        .collect();
    assert_eq!(
        places,
        [(10, 4), (10, 16), (10, 29), (12, 31)].map(|place| ("template-code", place))
    );
}

#[test]
fn every_reference_becomes_absolute() {
    for (text, expected) in [
        (
            "[a](../b/ \"T\")",
            "<p><a href=\"https://felix.example/news/b/\" title=\"T\">a</a></p>",
        ),
        (
            "[a](#b)",
            "<p><a href=\"https://felix.example/news/a-story/#b\">a</a></p>",
        ),
        (
            "<news@felix.example>",
            "<p><a href=\"mailto:news@felix.example\">news@felix.example</a></p>",
        ),
        (
            "[a][b]\n\n[b]: //c.example",
            "<p><a href=\"https://c.example/\">a</a></p>",
        ),
        (
            "<a href='/x?a=1&amp;b=2' target=_blank>a</a>",
            "<p><a href=\"https://felix.example/x?a=1&amp;b=2\">a</a></p>",
        ),
        (
            "<img src=a.jpg srcset=\"b.jpg 2x, /c.jpg 3x\" width=9>",
            "<img src=\"https://felix.example/news/a-story/a.jpg\" \
             srcset=\"https://felix.example/news/a-story/b.jpg 2x, https://felix.example/c.jpg 3x\" width=\"9\">",
        ),
        (
            "<div><video poster=/p.jpg controls><source src=v.mp4></video></div>",
            "<div><video poster=\"https://felix.example/p.jpg\" controls=\"\">\
             <source src=\"https://felix.example/news/a-story/v.mp4\"></video></div>",
        ),
        (
            "<blockquote cite=/q>q</blockquote>",
            "<blockquote cite=\"https://felix.example/q\">q</blockquote>",
        ),
    ] {
        assert_eq!(html(text), expected, "{text}");
    }
}

#[test]
fn unsafe_and_broken_addresses_go_and_their_text_stays() {
    for (text, expected, code, column) in [
        ("A [b](javascript:alert(1))", "<p>A b</p>", "unsafe-link", 3),
        (
            "A <a href=' javascript:alert(1)'>b</a>",
            "<p>A b</p>",
            "unsafe-link",
            13,
        ),
        ("A ![b](file:///c.jpg)", "<p>A b</p>", "unsafe-link", 3),
        (
            "A <img src='data:image/png;base64,x' alt=b>",
            "<p>A b</p>",
            "unsafe-link",
            13,
        ),
        ("A [b](http://)", "<p>A b</p>", "bad-link", 3),
        ("A [b]()", "<p>A b</p>", "empty-link", 3),
        (
            "A [b](hhttps://c.example/)",
            "<p>A <a href=\"https://c.example/\">b</a></p>",
            "link-mended",
            3,
        ),
    ] {
        let body = render(text);
        assert_eq!(body.html.trim_end(), expected);
        assert_eq!(findings(&body), [(code, Some((10, column)))], "{text}");
    }
}

#[test]
fn what_acts_by_itself_does_not_pass() {
    for (text, expected) in [
        ("a<script>b()</script><style>c</style>", "<p>a</p>"),
        ("<p onclick='a()' style='b' class=c id=d>e</p>", "<p>e</p>"),
        (
            "<button>a</button> <input name=b><input type=checkbox checked>c",
            "<p>a ☑ c</p>",
        ),
        ("a<img src=https://t.example/ width=1 height=1>", "<p>a</p>"),
        ("<svg><text>a</text></svg>b", "<p>b</p>"),
        ("a<!-- b -->", "<p>a</p>"),
        (
            "<div><noscript><img src=/a.jpg></noscript></div>",
            "<div><img src=\"https://felix.example/a.jpg\"></div>",
        ),
    ] {
        assert_eq!(render(text).html.trim().replace("  ", " "), expected, "{text}");
    }
}

#[test]
fn what_carries_meaning_passes() {
    for text in [
        "<details open=\"\"><summary>a</summary>b</details>",
        "<p lang=\"de\" dir=\"ltr\">H<sub>2</sub>O <mark>a</mark> <abbr title=\"b\">c</abbr></p>",
        "<p><picture><source srcset=\"https://a.example/b.avif\" type=\"image/avif\"><img src=\"https://a.example/c.jpg\" alt=\"d\"></picture></p>",
        "<p><audio controls=\"\" src=\"https://a.example/b.mp3\"></audio></p>",
        "<pre><code class=\"language-rust\">a</code></pre>",
    ] {
        assert_eq!(html(text), text);
    }
}

#[test]
fn footnotes_are_gathered_with_ids_of_their_post() {
    let text = "B[^b] a[^a] b[^b]\n\n[^a]: First.\n[^b]: Second [x](/y).\n\nEnd";
    let body = render(text);
    let sign = crate::content::body::markdown::footnotes::id_sign(
        &Url::parse("https://felix.example/news/a-story/").unwrap(),
    );
    let page = "https://felix.example/news/a-story/";
    assert_eq!(
        body.html.replace('\n', ""),
        format!(
            "<p>B<sup id=\"fnref-{sign}-1\"><a href=\"{page}#fn-{sign}-1\">1</a></sup> \
             a<sup id=\"fnref-{sign}-2\"><a href=\"{page}#fn-{sign}-2\">2</a></sup> \
             b<sup><a href=\"{page}#fn-{sign}-1\">1</a></sup></p><p>End</p><hr><ol>\
             <li id=\"fn-{sign}-1\"><p>Second <a href=\"https://felix.example/y\">x</a>. \
             <a href=\"{page}#fnref-{sign}-1\">↩\u{fe0e}</a></p></li>\
             <li id=\"fn-{sign}-2\"><p>First. <a href=\"{page}#fnref-{sign}-2\">↩\u{fe0e}</a></p></li></ol>"
        )
    );
    assert_eq!(body.summary, "B a b");
}

#[test]
fn the_summary_is_what_stands_before_the_cut_or_the_first_paragraph() {
    for (text, summary) in [
        (
            "One &amp; *two*.\n\nThree.\n\n<!--more-->\n\nFour.",
            "One & two. Three.",
        ),
        ("One.\n<!-- MORE -->\nTwo.", "One."),
        ("One <!-- truncate --> two.", "One"),
        ("<!--more-->\n\nOne.\n\nTwo.", "One."),
        (
            "# Heading\n\n    code\n\n![a](b.jpg)\n\n{{< figure src=c caption=d >}}\n\nOne\n“two”.\n\nThree.",
            "One “two”.",
        ),
        ("`<!--more-->` is a mark.\n\nTwo.", "<!--more--> is a mark."),
        ("<div>One<br>two</div>", "One two"),
        ("10<sup>6</sup>&nbsp;m", "106 m"),
        ("- One\n- Two", "One Two"),
        ("![a](b.jpg)", ""),
    ] {
        let body = render(text);
        assert_eq!(body.summary, summary, "{text}");
        assert!(!body.html.contains(CUT));
    }
}

#[test]
fn a_cut_leaves_nothing_that_a_parser_would_change() {
    assert_eq!(render("<pre>\n<!--more-->\n\na</pre>").html, "<pre>a</pre>");
}

#[test]
fn a_long_summary_ends_at_a_word() {
    let body = render(&"Seven, ".repeat(200));
    assert!(body.summary.ends_with("Seven, Seven…"));
    assert!((480..=501).contains(&body.summary.chars().count()));
    assert_eq!(render(&"文".repeat(600)).summary.chars().count(), 501);
    let exact = "a".repeat(500);
    assert_eq!(render(&exact).summary, exact);
}

#[test]
fn tangled_html_is_reduced_to_its_text() {
    for tags in ["<div>\n\n", "<b><div></b>\n\n"] {
        let body = render(&format!("{}*deep* [l](/l)", tags.repeat(400)));
        assert!(
            body.html
                .contains("<em>deep</em> <a href=\"https://felix.example/l\">l</a>")
        );
        assert!(!body.html.contains("<div>"));
        assert_eq!(findings(&body), [("tangled-html", None)]);
    }
}

#[test]
fn what_nests_too_deep_in_markdown_loses_its_elements_and_keeps_its_text() {
    let body = render(&format!("{} deep", ">".repeat(500)));
    assert_eq!(body.html.matches("<blockquote>").count(), 100);
    assert!(body.html.contains("deep"));
    assert_eq!(findings(&body), [("too-deep", None)]);
}

#[test]
fn what_cannot_be_rendered_is_shown_as_it_is() {
    let long = format!("# A <b>\n\n{}", "x".repeat(MAX_LENGTH));
    let body = render(&long);
    assert!(body.html.starts_with("<p># A &lt;b&gt;</p>\n<p>xxx"));
    assert_eq!(findings(&body), [("body-too-long", None)]);

    let path = "a.md".into();
    let url = Url::parse("https://felix.example/").unwrap();
    let source = BodySource {
        path: &path,
        first_line: 1,
        text: "*a*",
        permalink: &url,
        site_url: &url,
        html: HtmlPolicy::Sanitize,
        is_html: false,
        links: &[],
    };
    let body = guarded(&source, || panic!("a parser of another maker"));
    assert_eq!(
        (body.html.as_str(), body.summary.as_str()),
        ("<p>*a*</p>\n", "*a*")
    );
    assert_eq!(body.findings[0].severity, Severity::Error);
}

#[test]
fn a_fault_that_repeats_is_told_fifty_times_and_counted() {
    let body = render(&"[a](javascript:b)\n\n".repeat(80));
    assert_eq!(body.findings.len(), 51);
    assert!(body.findings[50].message.contains("30 more"));
}

#[test]
fn trusted_html_passes_with_absolute_addresses() {
    let body = with(
        HtmlPolicy::Trust,
        "One <b class=x>two</b>\n\n<script src=/a.js>'<img src=b>'</script>\n<iframe src=c style=\"d\"></iframe>\n<!--more-->\n\n<img src=e.jpg alt='é &amp; \"f\"'/>",
    );
    assert_eq!(
        body.html,
        "<p>One <b class=x>two</b></p>\n\
         <script src=\"https://felix.example/a.js\">'<img src=b>'</script>\n\
         <iframe src=\"https://felix.example/news/a-story/c\" style=\"d\"></iframe>\n\n\
         <img src=\"https://felix.example/news/a-story/e.jpg\" alt=\"é &amp; &quot;f&quot;\" />"
    );
    assert_eq!(body.summary, "One two");
    assert_eq!(body.images.len(), 1);
}
