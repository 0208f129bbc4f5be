use proptest::prelude::*;

use super::*;
use crate::content::post::TemplateEngine;

fn syntax(engine: TemplateEngine) -> Syntax {
    Syntax {
        engine,
        braces: false,
        is_html: false,
    }
}

fn stripped(text: &str, engine: TemplateEngine) -> String {
    strip(text, syntax(engine)).text.into_owned()
}

#[test]
fn comments_of_liquid_go_wherever_they_stand_and_raw_protects_them() {
    for (text, left) in [
        ("a {% comment %} x {% endcomment %} b", "a  b"),
        ("a {%- comment -%} x {%- endcomment -%} b", "ab"),
        ("{%comment%}\nx\n\ny\n{%endcomment%}\nb", "\nb"),
        ("a{% comment of mine %}x{% endcomment it is %}b", "ab"),
        (
            "a{% comment %}b{% comment %}c{% endcomment %}d{% endcomment %}e",
            "ae",
        ),
        // LiquidJS ends a comment with its first end.
        ("a{% comment %}b{% comment %}c{% endcomment %}d", "ad"),
        (
            "a{% comment %}{% raw %}{% endcomment %}{% endraw %}x{% endcomment %}b",
            "ab",
        ),
        ("a{% comment %}10 {% off {% endcomment %}b", "ab"),
        ("a {% # x %} b {%- # y\n  # z -%} c", "a  bc"),
        ("a{% liquid\n# x\n\nassign a = 1 %}b", "ab"),
        ("```\n{% comment %}x{% endcomment %}\n```\n", "```\n\n```\n"),
        ("`{% # x %}`", "``"),
        (
            "{% raw %}{% comment %}x{% endcomment %}{% endraw %}",
            "{% raw %}{% comment %}x{% endcomment %}{% endraw %}",
        ),
        ("{% comments %}x", "{% comments %}x"),
        ("{% comment() %}x{% end %}", "{% comment() %}x{% end %}"),
        ("a {# x #} {{ y }}", "a {# x #} {{ y }}"),
    ] {
        assert_eq!(stripped(text, TemplateEngine::Liquid), left, "{text}");
    }
}

#[test]
fn comments_of_nunjucks_go_where_nunjucks_reads_the_text() {
    for (text, left) in [
        ("a {# x #} b {#- y\n\nz -#} c", "a  bc"),
        ("```\n{# x #}\n```\n", "```\n\n```\n"),
        ("{% raw %}{# x #}{% endraw %}", "{% raw %}{# x #}{% endraw %}"),
        (
            "{% verbatim %}{# x #}{% endverbatim %}",
            "{% verbatim %}{# x #}{% endverbatim %}",
        ),
        ("a {# x", "a "),
    ] {
        assert_eq!(stripped(text, TemplateEngine::Nunjucks), left, "{text}");
        let other = stripped(text, TemplateEngine::Liquid);
        assert_eq!(other, text, "Liquid knows none of these");
    }
    let unknown = Syntax {
        braces: true,
        ..syntax(TemplateEngine::None)
    };
    for (text, left) in [
        ("a {# x #} b", "a  b"),
        ("# A {#a}\n\n# B {#b} #}", "# A {#a}\n\n# B {#b} #}"),
        ("`{# x #}`", "`{# x #}`"),
        ("a {# x", "a {# x"),
    ] {
        assert_eq!(strip(text, unknown).text, left, "{text}");
    }
}

#[test]
fn comment_shortcodes_of_hugo_go_with_what_is_in_them() {
    for (text, left) in [
        (
            "a {{< comment >}} x {{< figure src=y >}} {{< /comment >}} b",
            "a  b",
        ),
        ("{{% comment %}}\nx\n\ny\n{{% /comment %}}\nb", "\nb"),
        (
            "a{{< comment >}}b{{< comment >}}c{{</comment>}}d{{< /comment >}}e",
            "ae",
        ),
        ("a{{< comment />}}b", "ab"),
        ("```\n{{< comment >}}x{{< /comment >}}\n```", "```\n\n```"),
        (
            "{{</* comment */>}}x{{</* /comment */>}}",
            "{{</* comment */>}}x{{</* /comment */>}}",
        ),
        ("{{< comments >}}x", "{{< comments >}}x"),
        ("a {{/* x */}} b {{- /* y\n\nz */ -}} c", "a  b  c"),
        ("`{{/* x */}}`", "`{{/* x */}}`"),
        ("a {{/* x", "a {{/* x"),
        ("a {{< comment >}} x", "a "),
    ] {
        assert_eq!(stripped(text, TemplateEngine::Hugo), left, "{text}");
    }
}

#[test]
fn comments_of_kramdown_go_outside_of_code() {
    for (text, left) in [
        (
            "a {::comment}x{:/comment} b {::comment}y{:/} c {::comment/} d",
            "a  b  c  d",
        ),
        ("a\n\n{::comment}\nx\n\ny\n{:/comment}\n\nb", "a\n\n\nb"),
        ("a\n{::comment}\nx\n{:/}\nb", "a\nb"),
        ("> {::comment}\n> x\n> {:/comment}\n", "> \n"),
        ("{::nomarkdown}\nx\n{:/}", "{::nomarkdown}\nx\n{:/}"),
        ("`{::comment}`x`{:/}`", "`{::comment}`x`{:/}`"),
        (
            "```\n{::comment}\n```\nx\n```\n{:/}\n```",
            "```\n{::comment}\n```\nx\n```\n{:/}\n```",
        ),
        (
            "{% highlight text %}\n{::comment}x{:/}\n{% endhighlight %}",
            "{% highlight text %}\n{::comment}x{:/}\n{% endhighlight %}",
        ),
    ] {
        assert_eq!(stripped(text, TemplateEngine::Liquid), left, "{text}");
    }
}

#[test]
fn comments_in_the_guise_of_references_go_also_where_markdown_shows_them() {
    for (text, left) in [
        ("[//]: # (x has ) one)\na", "\na"),
        ("a\n[//]: # (x)\nb", "a\n\nb"),
        ("[//]: # x", ""),
        ("[comment]: # (x\ny)\nb", "\nb"),
        ("[comment]: <> (x (y) z)", ""),
        ("- [//]: # \"x\"", "- "),
        ("[hidden]: # (x (y))", ""),
        (
            "[top]: # \"Up\"\n[comment]: https://a.example/",
            "[top]: # \"Up\"\n[comment]: https://a.example/",
        ),
        ("```\n[//]: # (x)\n```", "```\n[//]: # (x)\n```"),
    ] {
        assert_eq!(stripped(text, TemplateEngine::None), left, "{text}");
    }
}

#[test]
fn comments_of_html_that_markdown_takes_for_text_go() {
    for (text, left) in [
        ("a <!-- x\n\ny --> b", "a  b"),
        ("- <!-- x\n\ny -->\n- b", "- \n- b"),
        ("a <!-- x --> b <!--more-->", "a <!-- x --> b <!--more-->"),
        ("<!-- x\n\n```\ny -->\n{::comment}z{:/}", "<!-- x\n\n```\ny -->\n"),
        ("`<!--`\n\n`-->`", "`<!--`\n\n`-->`"),
        ("a \\<!-- b\n\nc -->", "a \\<!-- b\n\nc -->"),
    ] {
        assert_eq!(stripped(text, TemplateEngine::Liquid), left, "{text}");
    }
}

#[test]
fn a_comment_without_its_end_hides_the_rest_and_is_named_with_its_line() {
    for (text, left, line, mark) in [
        ("a\n\nb {% comment %} x\n\ny", "a\n\nb ", 2, "{% comment %}"),
        ("{::comment}\nx", "", 0, "{::comment}"),
        ("a\n<!-- x\n\ny", "a\n<!-- x\n\ny", 1, "<!--"),
        ("a\n{{% comment %}}", "a\n", 1, "{{< comment >}}"),
    ] {
        let stripped = strip(text, syntax(TemplateEngine::Liquid));
        assert_eq!((&*stripped.text, stripped.unclosed), (left, Some((line, mark))));
    }
    let sample = "write `{::comment}` or `{{< comment >}}`";
    assert_eq!(stripped(sample, TemplateEngine::Liquid), sample);
}

#[test]
fn lines_of_what_is_left_lead_back_to_the_whole_text() {
    let text = "a\n{% comment %}\nx\n{% endcomment %}\nb\n\nc {% comment %}\n{% endcomment %}\nd";
    let stripped = strip(text, syntax(TemplateEngine::Liquid));
    let line = |text: &str, word| text.lines().position(|line| line.starts_with(word)).unwrap() as u32;
    for word in ["a", "b", "c", "d"] {
        assert_eq!(
            stripped.origin(line(&stripped.text, word)),
            line(text, word),
            "{word}"
        );
    }
}

#[test]
fn many_marks_without_an_end_take_no_time() {
    let started = std::time::Instant::now();
    for mark in [
        "{% comment %}",
        "`{% comment %}`",
        "{% raw %}",
        "{{< comment >}}",
        "`{{< comment >}}`",
        "{#",
        "{{/*",
        "`{::comment}`",
        "<!--",
        "`",
        "{%",
        "`{{< comment \"",
        "[//]: # (\n",
    ] {
        for engine in [TemplateEngine::Liquid, TemplateEngine::Hugo, TemplateEngine::None] {
            strip(&mark.repeat(500_000 / mark.len()), syntax(engine));
        }
    }
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}

proptest! {
    #[test]
    fn what_is_left_stood_in_the_text_and_no_line_is_lost(
        text in "(\\{%-? ?(comment|endcomment|raw|endraw|#) ?-?%\\}|\\{\\{[<%] /?comment ?/? ?[>%]\\}\\}|\\{\\{/\\*|\\*/\\}\\}|\\{#-?|-?#\\}|\\{::comment\\}|\\{:/(comment)?\\}|<!--|-->|`+|~~~|\\[//\\]: # \\(|\\)|\n|> |- |[a-c é日\\\\]){0,40}",
        engine in prop::sample::select(vec![TemplateEngine::Liquid, TemplateEngine::Nunjucks, TemplateEngine::Hugo, TemplateEngine::None]),
    ) {
        let stripped = strip(&text, Syntax { braces: true, ..syntax(engine) });
        let mut rest = text.chars();
        for c in stripped.text.chars() {
            prop_assert!(rest.by_ref().any(|own| own == c));
        }
        let last = stripped.text.matches('\n').count() as u32;
        prop_assert!(stripped.origin(last + 1) - 1 == text.matches('\n').count() as u32);
    }
}
