//! A name is one in both of its Unicode forms: the composed one (NFC) of Linux, and the decomposed one (NFD) that
//! macOS makes.

use super::support::Site;

const NFC: &str = "caf\u{e9}-\u{304c}-\u{d55c}";
const NFD: &str = "cafe\u{301}-\u{304b}\u{3099}-\u{1112}\u{1161}\u{11ab}";

/// Makes a site with one form of the name.
type Make<'a> = &'a dyn Fn(&Site, &str);

/// What the site's Atom feed says of a site that `make` makes with one form of the name.
fn atom(form: &str, make: Make<'_>) -> String {
    let site = Site::new();
    make(&site, form);
    let documents = site.build();
    String::from_utf8(documents["/atom.xml"].clone()).unwrap()
}

fn ids_and_links(atom: &str) -> Vec<&str> {
    let lines = atom.split('<').map(str::trim);
    lines
        .filter(|tag| tag.starts_with("id>") || tag.starts_with("link ") || tag.starts_with("category "))
        .collect()
}

#[test]
fn a_post_has_one_id_and_one_link_whichever_system_saved_it() {
    let configure = |site: &Site, more: &str| {
        let config = std::fs::read_to_string(site.config()).unwrap();
        std::fs::write(site.config(), format!("{config}{more}")).unwrap();
    };
    let by_file = |site: &Site, name: &str| {
        site.post(&format!("{name}/{name}.md"), "A", "2024-05-01", "");
        site.post(&format!("{name}/b-{name}/index.md"), "B", "2024-05-02", "");
    };
    let by_title = |site: &Site, name: &str| {
        configure(site, "[content]\npermalink = \"/{title}/\"\n");
        site.write(
            "a.md",
            format!("---\ntitle: {name}\ndate: 2024-05-01\n---\n\nText.\n"),
        );
    };
    let of_dialect = |dialect: &'static str| {
        move |site: &Site, name: &str| {
            configure(site, &format!("[content]\ndialect = \"{dialect}\"\n"));
            site.post(&format!("{name}/2024-05-01-{name}.md"), "A", "2024-05-01", "");
            site.post(
                &format!("{name}/_posts/2024-05-02-{name}.md"),
                "B",
                "2024-05-02",
                "",
            );
        }
    };
    let (hugo, zola, jekyll) = (of_dialect("hugo"), of_dialect("zola"), of_dialect("jekyll"));
    let (eleventy, pelican) = (of_dialect("eleventy"), of_dialect("pelican"));
    let (docusaurus, astro) = (of_dialect("docusaurus"), of_dialect("astro"));
    let sites: [Make<'_>; 9] = [
        &by_file,
        &by_title,
        &hugo,
        &zola,
        &jekyll,
        &eleventy,
        &pelican,
        &docusaurus,
        &astro,
    ];
    for (count, make) in sites.into_iter().enumerate() {
        let (composed, decomposed) = (atom(NFC, make), atom(NFD, make));
        let found = ids_and_links(&composed);
        assert!(
            found.len() > 3 && composed.contains("<entry>"),
            "{count}: {composed}"
        );
        assert_eq!(found, ids_and_links(&decomposed), "{count}");
    }
}

#[test]
fn a_category_tag_or_author_is_one_in_both_forms() {
    let site = Site::new();
    for (file, name) in [("a.md", NFC), ("b.md", NFD)] {
        let more = format!("categories: [{name}]\ntags: [t-{name}]\nauthors: [w-{name}]");
        site.post(file, file, "2024-05-01", &more);
    }
    let documents = site.build();
    for kind in ["categories", "tags", "authors"] {
        let of_kind = documents
            .keys()
            .filter(|path| path.starts_with(&format!("/{kind}/")) && path.ends_with("atom.xml"));
        assert_eq!(of_kind.count(), 1, "{kind}: {:?}", documents.keys());
    }
    let out = String::from_utf8(site.run(&["check", "--all"]).stdout).unwrap();
    assert!(!out.contains("names-merged"), "{out}");
}

#[test]
fn a_record_of_an_author_is_found_in_both_forms() {
    for (folder, byline) in [(NFC, NFD), (NFD, NFC)] {
        let site = Site::new();
        site.write(
            &format!("authors/{folder}/_index.md"),
            "---\nname: Ada Lovelace\n---\n",
        );
        site.post("a.md", "A", "2024-05-01", &format!("authors: [{byline}]"));
        let documents = site.build();
        let atom = String::from_utf8(documents["/atom.xml"].clone()).unwrap();
        assert!(atom.contains("Ada Lovelace"), "{atom}");
    }
}

#[test]
fn two_files_that_differ_only_in_their_form_are_named_as_such() {
    let site = Site::new();
    site.post(&format!("{NFC}.md"), "A", "2024-05-01", "");
    site.post(&format!("{NFD}.md"), "A", "2024-05-01", "");
    let out = String::from_utf8(site.run(&["check", "--all"]).stdout).unwrap();
    assert!(out.contains("duplicate-id") && out.contains("(NFD)"), "{out}");
}

#[test]
fn what_is_handed_down_to_a_folder_reaches_it_in_both_forms() {
    for form in [NFC, NFD] {
        let site = Site::new();
        std::fs::write(
            site.path().join("hugo.toml"),
            format!(
                "baseURL = \"https://felix.example/\"\n[[cascade]]\ndraft = true\n[cascade._target]\npath = \"/{NFC}/**\"\n"
            ),
        )
        .unwrap();
        site.post(&format!("{form}/a.md"), "Secret", "2024-05-01", "");
        site.post("b.md", "Open", "2024-05-01", "");
        let documents = site.build();
        let atom = String::from_utf8(documents["/atom.xml"].clone()).unwrap();
        assert!(
            atom.contains("Open") && !atom.contains("Secret"),
            "{form}: {atom}"
        );
    }
}
