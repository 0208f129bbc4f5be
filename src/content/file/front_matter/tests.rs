use super::*;

fn read(text: &str) -> Result<Map, FrontMatterError> {
    parse(&split(text)?.expect("front matter"))
}

fn text(map: &Map, key: &str) -> String {
    match map.get(key) {
        Some(Value::Text(text) | Value::Number(text)) => text.clone(),
        other => panic!("{key}: {other:?}"),
    }
}

#[test]
fn three_notations_read_the_same() {
    for file in [
        "---\ntitle: A\nn: 3\n---\nbody",
        "+++\ntitle = \"A\"\nn = 3\n+++\nbody",
        "{ \"title\": \"A\",\n\"n\": 3 }\nbody",
    ] {
        let split = split(file).unwrap().unwrap();
        assert_eq!(split.body, "body");
        assert_eq!(file.lines().nth(split.body_line as usize - 1), Some("body"));
        let map = parse(&split).unwrap();
        assert_eq!((text(&map, "title"), text(&map, "N")), ("A".into(), "3".into()));
    }
}

#[test]
fn three_hyphens_inside_a_value_or_the_body_do_not_end_the_front_matter() {
    let file = "---\ntitle: a --- b\nsubtitle: >\n  one\n  ---\n  two\n---\nbody\n\n---\n\nmore";
    let split = split(file).unwrap().unwrap();
    assert_eq!(split.body, "body\n\n---\n\nmore");
    assert_eq!(text(&parse(&split).unwrap(), "subtitle"), "one --- two\n");
}

#[test]
fn a_file_without_front_matter_has_none() {
    for file in [
        "",
        "just text",
        "--- not alone\n",
        "----\ntitle: x\n----\n",
        "{{ template }}",
        "{# a comment #}",
        "{:toc}",
        "\u{a0}---\ntitle: x\n---\n",
    ] {
        assert_eq!(split(file).unwrap(), None, "{file:?}");
    }
}

#[test]
fn white_space_before_the_delimiter_is_read_as_hugo_does() {
    // Hugo 0.168 was asked for each.
    for before in [
        "\n",
        "\n\n\n",
        " ",
        "\t",
        "   \n",
        "\n ",
        "\u{c}",
        "\u{feff}",
        "\u{feff}\n",
    ] {
        for (front, notation) in [
            ("---\ntitle: A\n---\n", Notation::Yaml),
            ("+++\ntitle = \"A\"\n+++\n", Notation::Toml),
            ("{\"title\": \"A\"}\n", Notation::Json),
        ] {
            let file = format!("{before}{front}body");
            let split = split(&file).unwrap().unwrap();
            assert_eq!((split.notation, split.body), (notation, "body"), "{file:?}");
            assert_eq!(text(&parse(&split).unwrap(), "title"), "A", "{file:?}");
        }
    }
}

#[test]
fn the_first_delimiter_may_name_the_notation_and_dots_may_be_the_second() {
    for file in [
        "---yaml\ntitle: A\n---\nbody",
        "--- json\n{\"title\": \"A\"}\n---\nbody",
        "---toml\ntitle = \"A\"\n---\nbody",
        "---\ntitle: A\n...\nbody",
    ] {
        let split = split(file).unwrap().unwrap();
        assert_eq!(split.body, "body", "{file}");
        assert_eq!(text(&parse(&split).unwrap(), "title"), "A", "{file}");
    }
    let error = split("---js\n{ title: 'A' }\n---\n").unwrap_err();
    assert_eq!(error.code, "front-matter-script");
}

#[test]
fn blank_lines_before_the_delimiter_are_forgiven() {
    let file = "\n\n---\ntitle: A\n---\nbody";
    let split = split(file).unwrap().unwrap();
    assert_eq!((split.front_line, split.body_line), (4, 6));
}

#[test]
fn toml_dates_are_text() {
    let map = read("+++\ndate = 2024-05-31T10:00:00Z\nday = 2024-05-31\n+++\n").unwrap();
    assert_eq!(text(&map, "date"), "2024-05-31T10:00:00Z");
    assert_eq!(text(&map, "day"), "2024-05-31");
}

#[test]
fn merge_keys_and_tags_are_understood() {
    let map = read("---\nbase: &b {a: 1, b: 2}\nown:\n  <<: *b\n  b: 3\nc: !t x\n---\n").unwrap();
    let Some(Value::Map(own)) = map.get("own") else {
        panic!()
    };
    assert_eq!(
        (text(own, "a"), text(own, "b"), text(&map, "c")),
        ("1".into(), "3".into(), "x".into())
    );
}

#[test]
fn a_fault_names_line_column_and_the_way_out() {
    for (file, line, message, help) in [
        ("---\ntitle: Foo: bar\n---\n", 2, "mapping values", "in quotes"),
        (
            "---\na: 1\nlist:\n\t- x\n---\n",
            4,
            "cannot start any token",
            "not tabs",
        ),
        ("---\na: 1\nb: 2\na: 3\n---\n", 2, "duplicate key “a”", "keep one"),
        ("---\na: \"\\q\"\n---\n", 2, "escape", "single quotes"),
        ("---\ntitle: A\n", 1, "not closed", "add a line “---”"),
        ("+++\na = \n+++\n", 2, "can't be read", "key = value"),
        ("+++\na = 1\n+++ text\n", 3, "after the closing", "next line"),
        ("{\"a\": 1,}\n", 1, "can't be read", "no comma"),
        ("{\"a\": {\n", 1, "not closed", "close the object"),
        ("---\n- a\n- b\n---\n", 2, "not a list of", "title: A headline"),
    ] {
        let error = read(file).unwrap_err();
        assert!(error.message.contains(message), "{file:?}: {error:?}");
        assert!(error.help.contains(help), "{file:?}: {error:?}");
        assert_eq!(
            error.place.map(|place| place.line),
            Some(line),
            "{file:?}: {error:?}"
        );
    }
}

#[test]
fn hostile_sizes_and_nesting_are_refused_before_parsing() {
    let deep = format!("---\na: {}\n---\n", "[".repeat(20_000));
    let large = format!("---\na: {}\n---\n", "x".repeat(MOST_BYTES));
    for file in [deep, large] {
        assert_eq!(read(&file).unwrap_err().code, "front-matter-too-large");
    }
}
