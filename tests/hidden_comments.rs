//! What authors hide in comments is in no document, by the rules of each generator.

use std::fs;
use std::path::Path;

use super::support::newswire;

/// A site's configuration, the path of its post, and a text with every comment its generator knows.
const SITES: [(&str, &str, &str, &str); 8] = [
    (
        "_config.yml",
        "title: J\nurl: https://x.example\n",
        "_posts/2024-01-01-a.md",
        "Before {% comment %} SECRET {% endcomment %} after.\n\n{% comment %}\nSECRET\n\n<!--more-->\n\
         ![SECRET](/SECRET.png)\n{% endcomment %}\n\n{%- comment -%} SECRET {%- endcomment -%}\n\n{% # SECRET %}\n\n\
         ```\n{% comment %}SECRET{% endcomment %}\n```\n\n{::comment}\nSECRET\n\nSECRET\n{:/comment}\n\n\
         {::comment}SECRET{:/}\n\n[//]: # (SECRET with ) a sign)\n\n[comment]: <> (SECRET)\n",
    ),
    (
        "hugo.toml",
        "title = \"H\"\nbaseURL = \"https://x.example/\"\n",
        "content/posts/a.md",
        "Before {{/* SECRET */}} after.\n\n{{- /* SECRET\n\nSECRET */ -}}\n\n{{< comment >}} SECRET {{< /comment >}}\n\n\
         {{% comment %}}\nSECRET\n\n{{< figure src=\"SECRET.png\" alt=\"SECRET\" >}}\n{{% /comment %}}\n\n\
         ```\n{{< comment >}}SECRET{{< /comment >}}\n```\n\n[//]: # (SECRET)\n",
    ),
    (
        "eleventy.config.js",
        "export default () => ({ dir: { input: \"content\" } });\n",
        "content/a.md",
        "Before {% comment %}\n\nSECRET{% endcomment %} after.\n\n`{% # SECRET %}`\n",
    ),
    (
        "eleventy.config.js",
        "export default () => ({ dir: { input: \"content\" }, markdownTemplateEngine: 'njk' });\n",
        "content/a.md",
        "Before {# SECRET #} after.\n\n{#-\nSECRET\n\nSECRET\n-#}\n\n`{# SECRET #}`\n",
    ),
    (
        "docusaurus.config.js",
        "export default { title: 'D', url: 'https://x.example', baseUrl: '/' };\n",
        "blog/2024-01-01-a.md",
        "Before {/* SECRET */} after.\n\n{/*\nSECRET 'tis\n\nSECRET */}\n\n{\n  // SECRET\n}\n\n<div {/* SECRET */}>x</div>\n",
    ),
    (
        "config.toml",
        "title = \"Z\"\nbase_url = \"https://x.example\"\n",
        "content/a.md",
        "Before <!-- SECRET --> after.\n\n[//]: # (SECRET)\n\nMore <!-- SECRET\n\nSECRET -->\n",
    ),
    (
        "pelicanconf.py",
        "SITENAME = 'P'\nSITEURL = 'https://x.example'\nPATH = 'content'\n",
        "content/a.md",
        "Before <!-- SECRET --> after.\n\n[comment]: # (SECRET)\n",
    ),
    (
        "feeds.toml",
        "[site]\nurl = 'https://x.example/'\n",
        "content/a.md",
        "Before {# SECRET #} after.\n\n{% comment %}SECRET{% endcomment %}\n\n{{< comment >}}SECRET{{< /comment >}}\n\n\
         {::comment}SECRET{:/}\n\n- <!-- SECRET\n\n  SECRET -->\n",
    ),
];

#[test]
fn comments_are_in_no_document_of_any_generators_site() {
    for (config, written, path, text) in SITES {
        let site = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let full = site.path().join(path);
            fs::create_dir_all(full.parent().unwrap()).unwrap();
            fs::write(full, text).unwrap();
        };
        let everywhere =
            "\n<!-- SECRET -->\n\nLast <!-- SECRET --> words.\n\n<!--\nSECRET\n\n```\nSECRET\n-->\n";
        write(config, written);
        write(
            path,
            &format!("---\ntitle: A <!-- SECRET -->title\ndate: 2024-01-01\n---\n{text}{everywhere}"),
        );
        for html in ["sanitize", "trust"] {
            if config != "feeds.toml" {
                write("feeds.toml", &format!("[content]\nhtml = '{html}'\n"));
            }
            let out = site.path().join("out");
            let output = newswire()
                .current_dir(site.path())
                .args(["build", "--site-url", "https://x.example/", "--out", "out"])
                .output()
                .unwrap();
            assert!(output.status.success(), "{config}: {output:?}");
            let mut documents = Vec::new();
            collect(&out, &mut documents);
            assert!(documents.len() > 3, "{config}: {documents:?}");
            for document in &documents {
                assert!(!document.contains("SECRET"), "{config}, {html}: {document}");
            }
            let whole = |document: &String| {
                let has = |word| document.contains(word);
                has("Before") && has("after.") && has("Last") && has("words.") && has("A title")
            };
            assert!(
                documents.iter().filter(|document| whole(document)).count() >= 3,
                "{config}: {documents:?}"
            );
            assert!(
                documents
                    .iter()
                    .any(|document| document.contains("\"summary\":\"Before after.\"")),
                "{config}"
            );
        }
    }
}

fn collect(folder: &Path, documents: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, documents);
        } else {
            documents.push(fs::read_to_string(path).unwrap());
        }
    }
}
