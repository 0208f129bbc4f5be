//! Shortcodes, tags and includes that show what a feed can show.

use super::*;

const IMAGE: &str = "<img src=\"https://felix.example/img/a.jpg\"";

#[test]
fn tags_and_includes_that_show_an_image_show_it() {
    for text in [
        "{% include figure.html src=\"/img/a.jpg\" alt=\"A boat\" caption=\"The *boat*\" %}",
        "{% include figure image_path=\"/img/a.jpg\" alt=\"A boat\" caption=\"The *boat*\" %}",
        "{% include components/image.html\n  url='{{ site.baseurl }}/img/a.jpg'\n  alt='A boat'\n  caption=\"The *boat*\"\n  class=page.x %}",
        "{%- include_relative captioned-image.html src=\"{{ '/img/a.jpg' | relative_url }}\" alt=\"A boat\" caption=\"The *boat*\" -%}",
        "{% figure src: \"/img/a.jpg\", alt: \"A boat\", caption: \"The *boat*\" %}",
        "{{ figure(src=\"/img/a.jpg\", alt=\"A boat\", caption=\"The *boat*\") }}",
    ] {
        let expected = if text.contains("captioned") {
            // No such name is known, and it is said.
            assert_eq!(findings(&render(text))[0].0, "template-code", "{text}");
            continue;
        } else {
            format!("<figure>{IMAGE} alt=\"A boat\"><figcaption>The <em>boat</em></figcaption></figure>")
        };
        assert_eq!(html(text), expected, "{text}");
    }
    for text in [
        "{% image \"/img/a.jpg\", \"A boat\" %}",
        "{% image \"/img/a.jpg\", \"A boat\", \"(min-width: 30em) 50vw\" %}",
        "{% img /img/a.jpg alt=\"A boat\" %}",
    ] {
        assert_eq!(
            html(text),
            format!("<figure>{IMAGE} alt=\"A boat\"></figure>"),
            "{text}"
        );
    }
}

#[test]
fn what_is_published_elsewhere_is_a_link_to_it() {
    let link = |url: &str| format!("<p><a href=\"{url}\">{url}</a></p>");
    for (text, url) in [
        (
            "{{< tweet user=\"ann\" id=\"123\" >}}",
            "https://x.com/ann/status/123",
        ),
        ("{{< x 123 >}}", "https://x.com/i/status/123"),
        (
            "{% twitter https://twitter.com/ann/status/123 %}",
            "https://twitter.com/ann/status/123",
        ),
        ("{{< gist ann 456 \"a.rs\" >}}", "https://gist.github.com/ann/456"),
        ("{% gist ann/456 a.rs %}", "https://gist.github.com/ann/456"),
        ("{% gist 456 %}", "https://gist.github.com/456"),
        (
            "{{ gist(url=\"https://gist.github.com/ann/456\") }}",
            "https://gist.github.com/ann/456",
        ),
        (
            "{{< instagram BWNjjyYFxVx >}}",
            "https://www.instagram.com/p/BWNjjyYFxVx/",
        ),
        ("{% youtube abc %}", "https://www.youtube.com/watch?v=abc"),
        (
            "{% youtube \"https://youtu.be/abc\" %}",
            "https://www.youtube.com/watch?v=abc",
        ),
        (
            "{{ youtube(id=\"abc\", autoplay=true) }}",
            "https://www.youtube.com/watch?v=abc",
        ),
        (
            "{% include video id=\"123\" provider=\"vimeo\" %}",
            "https://vimeo.com/123",
        ),
        (
            "{% include youtube.html id=\"abc\" %}",
            "https://www.youtube.com/watch?v=abc",
        ),
    ] {
        assert_eq!(html(text), link(url), "{text}");
    }
}

#[test]
fn what_can_not_be_shown_is_said_and_its_inner_text_stays() {
    for (text, code, left) in [
        ("{% include toc.html %}\n\nText.", "template-code", "<p>Text.</p>"),
        (
            "{% quote(author=\"Ann\") %}\nText.\n{% end %}",
            "template-code",
            "<p>Text.</p>",
        ),
        (
            "{{< tweet user=\"ann\" >}}\n\nText.",
            "unknown-shortcode",
            "<p>Text.</p>",
        ),
        (
            "{{< gist \"../x\" >}}\n\nText.",
            "unknown-shortcode",
            "<p>Text.</p>",
        ),
        (
            "{{< note >}}\nText.\n{{< /note >}}",
            "unknown-shortcode",
            "<p>Text.</p>",
        ),
        (
            "{% include figure.html src=page.image %}\n\nText.",
            "empty-link",
            "<p>Text.</p>",
        ),
    ] {
        let body = render(text);
        assert_eq!(
            body.findings.first().map(|finding| finding.code),
            Some(code),
            "{text}"
        );
        let plain: String = body
            .html
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .replace("> <", "><");
        assert_eq!(
            plain.replace("<p> ", "<p>").replace(" </p>", "</p>"),
            left,
            "{text}"
        );
    }
}

#[test]
fn calls_in_code_are_samples() {
    for text in [
        "`{% youtube abc %}`",
        "```\n{% include figure.html\n  src=\"a\" %}\n```",
    ] {
        let html = html(text);
        assert!(
            html.contains("{%") && !html.contains("href") && !html.contains("<img"),
            "{html}"
        );
    }
}
