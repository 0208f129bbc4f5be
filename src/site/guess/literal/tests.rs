use super::*;
use crate::content::file::front_matter::{self, Notation, Split};

fn json(text: &str) -> Value {
    let split = Split {
        notation: Notation::Json,
        front: &format!("{{\"x\": {text}}}"),
        front_line: 1,
        body: "",
        body_line: 1,
    };
    front_matter::parse(&split)
        .unwrap()
        .get("x")
        .cloned()
        .unwrap_or(Value::Null)
}

#[test]
fn literals_are_read_whole_and_an_expression_is_none() {
    for (language, text, wanted) in [
        (
            Script,
            "{ a: 'x', \"b\": [1, true,], /* c */ 'd-e': { f: null } } // g\n",
            "{\"a\": \"x\", \"b\": [1, true], \"d-e\": {\"f\": null}}",
        ),
        (Script, "({ a: `x` });\n", "{\"a\": \"x\"}"),
        (
            Script,
            "{ a: 'x' as const, b: 2 } satisfies Data;\n",
            "{\"a\": \"x\", \"b\": 2}",
        ),
        (Script, "{ a: false }\nmodule.exports.b = 1\n", "{\"a\": false}"),
        (
            Python,
            "{'a': ('x', 'y'), \"b\": True, # c\n 'd': r'\\d',}\n",
            "{\"a\": [\"x\", \"y\"], \"b\": true, \"d\": \"\\\\d\"}",
        ),
        (Python, "('x'\n  'y')\n", "\"xy\""),
        (Python, "('x',)\n", "[\"x\"]"),
        (Python, "'\\d{4}' # x\n", "\"\\\\d{4}\""),
        (Python, "(2012, 3, 2)\n", "[2012, 3, 2]"),
        (Python, "'''a\nb'''\n", "\"a\\nb\""),
    ] {
        assert_eq!(read(text, language).value(), Some(json(wanted)), "{text}");
    }
    for (language, text) in [
        (Script, "{ a: 'x' + y }"),
        (Script, "{ a: `x${y}` }"),
        (Script, "{ a(data) { return [1, 2]; } }"),
        (Script, "{ ...b }"),
        (Script, "() => ({ a: 1 })"),
        (Script, "{ a: 1"),
        (Python, "'a' if X else 'b'\n"),
        (Python, "{'a': f()}\n"),
        (Python, "{**b}\n"),
        (Python, "f'x'\n"),
        (Python, "b"),
    ] {
        assert_eq!(read(text, language).value(), None, "{text}");
    }
}

#[test]
fn what_is_made_by_the_program_is_told_with_its_key() {
    let text = "{\n  tags: ['a'],\n  permalink: (data) => data.x ? false : `/${data.y}/`,\n  eleventyComputed: {\n    \
                draft(data) { return { a: data.wip }; },\n    b: 1 },\n  layout,\n  other }";
    let made = |text: &str| Written::Made(text.into());
    let plain = |value| Written::Plain(value);
    let wanted = Written::Map(vec![
        ("tags".into(), Written::List(vec![plain(Value::Text("a".into()))])),
        (
            "permalink".into(),
            made("(data) => data.x ? false : `/${data.y}/`"),
        ),
        (
            "eleventyComputed".into(),
            Written::Map(vec![
                ("draft".into(), made("draft(data) { return { a: data.wip }; }")),
                ("b".into(), plain(Value::Number("1".into()))),
            ]),
        ),
        ("layout".into(), plain(Value::Text("post".into()))),
        ("other".into(), made("other")),
    ]);
    let program = "const layout = 'post';\nconst others = 2;\nlet other = 3;";
    assert_eq!(read(text, Script).resolved(program), wanted);
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "[\\[\\]{}(),:'\"`$\\\\#/* a-cé\n]{0,60}") {
        for language in [Script, Python] {
            let _ = read(&text, language);
        }
    }
}
