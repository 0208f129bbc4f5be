use std::sync::Arc;

use super::*;
use crate::content::ContentSettings;
use crate::content::conventions::Rules;
use crate::content::file::front_matter::{parse, split};
use crate::vocabulary::Dialect;

fn settings(dialect: Dialect, rules: Rules) -> ContentSettings {
    ContentSettings::for_tests(Rules {
        dialect: Some(dialect),
        ..rules
    })
}

fn map(yaml: &str) -> Map {
    let text = format!("---\n{yaml}\n---\n");
    parse(&split(&text).unwrap().unwrap()).unwrap()
}

/// The sections with these files.
fn sections(settings: &ContentSettings, files: &[(&str, &str)]) -> Sections {
    let mut sections = Sections::default();
    for (path, yaml) in files {
        let digest = Digest::of(yaml.as_bytes());
        let section = Section::read(&Arc::from(*path), yaml, digest, &map(yaml), settings);
        sections.insert(&Arc::new(section));
    }
    sections
}

/// What a post that says something says in the end, sorted.
fn effective(settings: &ContentSettings, sections: &Sections, path: &str, own: &str) -> Map {
    let mut own = map(own);
    HandedDown::to(path, settings, sections).complete(&mut own);
    own.0.sort_by(|(one, _), (other, _)| one.cmp(other));
    own
}

fn sorted(yaml: &str) -> Map {
    let mut map = map(yaml);
    map.0.sort_by(|(one, _), (other, _)| one.cmp(other));
    map
}

// Each was asked of Hugo 0.168.
#[test]
fn hugo_cascades_key_by_key_and_the_nearest_counts() {
    let site = settings(Dialect::Hugo, Rules::default());
    let all = sections(
        &site,
        &[
            (
                "n/_index.md",
                "cascade: {tags: [one], lvl: n, both: n, obj: {a: n, b: n}, params: {p1: n, p2: n}}",
            ),
            ("n/m/_index.md", "cascade: {lvl: m, obj: {c: m}}"),
            ("c/_index.md", "cascade: {draft: true}\ndraft: true"),
            (
                "d/_index.md",
                "draft: true\nheadless: true\nexpiryDate: 2020-01-01",
            ),
        ],
    );
    let of = |path, own| effective(&site, &all, path, own);
    assert_eq!(
        of("n/m/a.md", "title: a"),
        sorted("title: a\ntags: [one]\nlvl: m\nboth: n\nobj: {c: m}\np1: n\np2: n\nparams: {p1: n, p2: n}")
    );
    assert_eq!(
        of("n/a.md", "obj: {a: own}\nlvl:\nTags: [x]\nparams: {p1: own}"),
        sorted("obj: {a: own}\nlvl:\nTags: [x]\nboth: n\np2: n\nparams: {p1: own, p2: n}")
    );
    assert_eq!(of("c/x/a.md", "draft: false"), sorted("draft: false"));
    assert_eq!(of("c/x/a.md", ""), sorted("draft: true"));
    // What a section says of itself it says of no post, and another folder's is none of its business.
    assert_eq!(of("d/a.md", ""), Map::default());
    assert_eq!(of("ca/a.md", ""), Map::default());
}

#[test]
fn a_target_of_hugo_chooses_by_path_kind_language_and_environment() {
    let rules = Rules {
        languages: vec!["en".into(), "de".into()],
        ..Rules::default()
    };
    let site = settings(Dialect::Hugo, rules);
    let all = sections(
        &site,
        &[
            (
                "l/_index.md",
                "cascade:\n- _target: {path: '/L/a*'}\n  lvl: first\n  one: 1\n- target: {path: '/l/**'}\n  lvl: second\n\
                 - {target: {kind: section}, three: 3}\n- {target: {environment: development}, four: 4}\n\
                 - {target: {environment: production, kind: '{page,section}'}, five: 5}\n\
                 - {target: {path: '{/l/x y,/l/x-y}'}, six: 6}\n- {target: {sites: {matrix: {languages: [d*]}}}, seven: 7}",
            ),
            ("o/_index.de.md", "cascade: {de: 1}"),
            ("o/_index.md", "cascade: {en: 1}"),
        ],
    );
    let of = |path| effective(&site, &all, path, "");
    assert_eq!(of("l/A Big.md"), sorted("lvl: first\none: 1\nfive: 5"));
    assert_eq!(of("l/x y/index.md"), sorted("lvl: second\nfive: 5\nsix: 6"));
    // Each language has sections of its own.
    assert_eq!(of("l/x.de.md"), Map::default());
    assert_eq!(of("o/a.md"), sorted("en: 1"));
    assert_eq!(of("o/a.de.md"), sorted("de: 1"));
}

#[test]
fn hugo_hands_down_from_its_configuration_too_and_a_section_is_nearer() {
    let yaml = map("cascade:\n- {lvl: first, target: {path: '/g/**'}}\n- {lvl: second, draft: true}");
    let mut defaults = cascade(yaml.get("cascade"), "hugo.toml");
    defaults.reverse();
    let site = settings(
        Dialect::Hugo,
        Rules {
            defaults,
            ..Rules::default()
        },
    );
    let all = sections(&site, &[("g/h/_index.md", "cascade: {lvl: h}")]);
    assert_eq!(
        effective(&site, &all, "g/a.md", ""),
        sorted("lvl: first\ndraft: true")
    );
    assert_eq!(
        effective(&site, &all, "g/h/a.md", ""),
        sorted("lvl: h\ndraft: true")
    );
    assert_eq!(
        effective(&site, &all, "a.md", "draft: false"),
        sorted("lvl: second\ndraft: false")
    );
    let mut own = Map::default();
    let origins = HandedDown::to("g/h/a.md", &site, &all).complete(&mut own).origins;
    let origin = |key: &str| {
        origins
            .iter()
            .find(|(own, _)| own == key)
            .map(|(_, file)| &**file)
    };
    assert_eq!(
        (origin("lvl"), origin("draft")),
        (Some("g/h/_index.md"), Some("hugo.toml"))
    );
}

#[test]
fn a_draft_section_of_zola_drafts_all_below_it_whatever_they_say_and_nothing_else_is_handed_down() {
    let site = settings(Dialect::Zola, Rules::default());
    let all = sections(
        &site,
        &[
            ("a/_index.md", "draft: true\ntitle: A"),
            (
                "b/_index.md",
                "render: false\ntransparent: true\ncascade: {draft: true}",
            ),
        ],
    );
    assert_eq!(
        effective(&site, &all, "a/sub/p.md", "draft: false"),
        sorted("draft: true")
    );
    assert_eq!(effective(&site, &all, "b/p.md", ""), Map::default());
}

// Each was asked of Jekyll 4.3.1.
#[test]
fn defaults_of_jekyll_count_by_the_length_of_their_path_and_then_their_type() {
    let one = |path: &str, has_type, yaml: &str| {
        let target = if path.contains('*') {
            Target::Pattern(path.into())
        } else {
            Target::Start(path.into())
        };
        Defaults {
            rank: Target::jekyll_rank(path, has_type),
            ..Defaults::new(target, map(yaml), "_config.yml")
        }
    };
    let defaults = vec![
        one("news", true, "a: news\nb: news\nobj: {x: 1, y: 1}"),
        one("", false, "a: all\nb: all\nc: all\nobj: {z: 0, y: 0}"),
        one("", true, "c: posts"),
        one("news/*/deep", false, "deep: true"),
    ];
    let site = settings(
        Dialect::Jekyll,
        Rules {
            defaults,
            inside: "news".into(),
            ..Rules::default()
        },
    );
    let none = Sections::default();
    assert_eq!(
        effective(&site, &none, "_posts/a.md", "b:\nobj: {x: 9}"),
        sorted("a: news\nb: news\nc: all\nobj: {z: 0, y: 1, x: 9}")
    );
    assert_eq!(
        effective(&site, &none, "x/deep/_posts/a.md", "").get("deep"),
        Some(&Value::Bool(true))
    );
    assert_eq!(effective(&site, &none, "x/_posts/a.md", "").get("deep"), None);
}

#[test]
fn data_of_eleventys_folders_is_put_together_list_by_list() {
    let one = |folder: &str, yaml: &str| Defaults::new(Target::Below(folder.into()), map(yaml), "x.json");
    let defaults = vec![
        one("", "tags: site\nobj: {a: 0}"),
        one("blog", "tags: [posts]\nobj: {a: 1, b: 1}"),
        Defaults::new(Target::File("blog/a".into()), map("tags: [one]"), "a.json"),
        one("drafts", "'override:tags': [none]"),
    ];
    let rules = Rules {
        defaults,
        ..Rules::default()
    };
    let site = settings(Dialect::Eleventy, rules.clone());
    let none = Sections::default();
    assert_eq!(
        effective(&site, &none, "blog/a.md", "tags: [own, posts]\nobj: {b: 2}"),
        sorted("tags: [site, posts, one, own]\nobj: {a: 1, b: 2}")
    );
    assert_eq!(
        effective(&site, &none, "blog/ab.md", "'override:tags': own"),
        sorted("tags: own\nobj: {a: 1, b: 1}")
    );
    assert_eq!(
        effective(&site, &none, "drafts/a.md", ""),
        sorted("tags: [none]\nobj: {a: 0}")
    );
    let shallow = settings(
        Dialect::Eleventy,
        Rules {
            replaces_data: true,
            ..rules
        },
    );
    assert_eq!(
        effective(&shallow, &none, "blog/x.md", ""),
        sorted("tags: [posts]\nobj: {a: 1, b: 1}")
    );
}

#[test]
fn the_digest_is_that_of_what_is_said_wherever_and_in_whatever_order() {
    let site = settings(Dialect::Hugo, Rules::default());
    let digest = |files: &[(&str, &str)]| HandedDown::to("a/b/x.md", &site, &sections(&site, files)).digest();
    let one = digest(&[
        ("a/_index.md", "cascade: {x: 1}"),
        ("a/b/_index.md", "cascade: {y: 2}"),
    ]);
    assert_eq!(one, digest(&[("a/_index.md", "cascade: {y: 2, x: 1}")]));
    assert_ne!(one, digest(&[("a/_index.md", "cascade: {y: 2, x: 2}")]));
    assert_eq!(
        digest(&[("a/_index.md", "title: A"), ("c/_index.md", "cascade: {x: 1}")]),
        None
    );
}
