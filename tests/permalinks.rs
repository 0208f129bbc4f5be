//! An entry's link is the address that the site's own generator gives the post.

use std::collections::BTreeMap;
use std::fs;

use super::support::{Site, newswire};

/// The address of every post of a site of these files, by its file, without the host.
fn addresses(files: &[(&str, &str)]) -> BTreeMap<String, String> {
    let root = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let full = root.path().join(path);
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        fs::write(full, text).unwrap();
    }
    let output = newswire()
        .current_dir(root.path())
        .args(["list", "--posts", "--json"])
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(!text.is_empty(), "{error}");
    text.lines()
        .map(|line| {
            let post: serde_json::Value = serde_json::from_str(line).unwrap();
            let url = post["url"].as_str().unwrap();
            let path = url.strip_prefix("https://lantern.example").unwrap_or(url);
            (post["path"].as_str().unwrap().to_owned(), path.to_owned())
        })
        .collect()
}

/// Holds the address of each post of a site, given the rest of the site's files.
fn assert_addresses(site: &[(&str, &str)], posts: &[(&str, &str, &str)]) {
    let mut files = site.to_vec();
    files.extend(posts.iter().map(|(path, text, _)| (*path, *text)));
    let found = addresses(&files);
    for (path, _, address) in posts {
        let own = found.iter().find(|(own, _)| path.ends_with(own.as_str()));
        assert_eq!(
            own.map(|(_, url)| url.as_str()),
            Some(*address),
            "{path}: {found:#?}"
        );
    }
}

const POST: &str = "---\ntitle: A Title\ndate: 2024-05-31\n---\nText.\n";

#[test]
fn jekyll_slugs_lose_hyphens_in_runs_and_at_their_ends() {
    let posts = |title: &'static str| {
        [(
            "_posts/2019-12-13-Rails-6-is-out-.md",
            "---\ntitle: A\n---\nx\n",
            title,
        )]
    };
    for (pattern, address) in [
        ("/:year/:i_month/:i_day/:title", "/2019/12/13/Rails-6-is-out"),
        ("/:year/:slug/", "/2019/rails-6-is-out/"),
        ("/:name:output_ext", "/2019-12-13-rails-6-is-out.html"),
    ] {
        let config = format!("url: https://lantern.example\npermalink: \"{pattern}\"\n");
        assert_addresses(&[("_config.yml", &config)], &posts(address));
    }
    let config = "url: https://lantern.example\n";
    assert_addresses(
        &[("_config.yml", config)],
        &[
            (
                "_posts/2024-05-31-what's -- new.md",
                "---\ntitle: A\ncategories: [Open Science, open science]\n---\nx\n",
                "/open%20science/2024/05/31/what's-new.html",
            ),
            (
                "_posts/2024-05-31-b.md",
                "---\ntitle: A\nslug: An-Other-\n---\nx\n",
                "/2024/05/31/An-Other.html",
            ),
        ],
    );
    let config = "url: https://lantern.example\npermalink: /:slugified_categories/:title/\n";
    assert_addresses(
        &[("_config.yml", config)],
        &[(
            "_posts/2024-05-31-b.md",
            "---\ntitle: A\ncategories: [Open Science]\n---\nx\n",
            "/open-science/b/",
        )],
    );
}

#[test]
fn an_eleventy_permalink_is_read_with_the_formats_of_the_sites_own_filters() {
    let script = "module.exports = (c) => {\n\
                  c.addFilter(\"shout\", (text) => text.toUpperCase());\n\
                  c.addFilter(\"toPath\", (date) => DateTime.fromJSDate(new Date(date)).toFormat(\"yyyy/MM\"));\n\
                  return { dir: { input: \"src\" } }; };";
    let site = [
        (".eleventy.js", script),
        (
            "src/_data/site.json",
            r#"{"title": "A", "url": "https://lantern.example"}"#,
        ),
        (
            "src/blog/blog.json",
            r#"{"permalink": "blog/{{ page.date | toPath }}/{{ page.fileSlug }}/index.html"}"#,
        ),
        ("src/news/news.json", r#"{"permalink": "{{ edition.number }}/"}"#),
    ];
    assert_addresses(
        &site,
        &[
            (
                "src/blog/2024-05-31-boat.md",
                "---\ntitle: A\n---\nx\n",
                "/blog/2024/05/boat/",
            ),
            (
                "src/blog/2024-05-30-own.md",
                "---\ntitle: A\npermalink: /own/{{ title | slugify }}/\n---\nx\n",
                "/own/a/",
            ),
            // What can't be read is where Eleventy puts a post by itself.
            (
                "src/blog/2024-05-29-made.md",
                "---\ntitle: A\npermalink: /{{ x.y }}/\n---\nx\n",
                "/blog/made/",
            ),
            ("src/news/2024-05-28-a.md", "---\ntitle: A\n---\nx\n", "/news/a/"),
            ("src/news/2024-05-28-b.md", "---\ntitle: B\n---\nx\n", "/news/b/"),
        ],
    );
}

#[test]
fn an_astro_post_is_where_the_page_with_its_collection_puts_it() {
    let collections = "const posts = defineCollection({ loader: glob({ base: './src/content/articles', pattern: '**/*.md' }) });\n\
                       const news = defineCollection({ loader: glob({ base: './src/content/news', pattern: '**/*.md' }) });\n\
                       export const collections = { posts, news };";
    let site = [
        (
            "astro.config.mjs",
            "export default { site: 'https://lantern.example' };",
        ),
        ("src/content.config.ts", collections),
        (
            "src/pages/[...id].astro",
            "---\nimport { all } from '../scripts/posts';\nexport const getStaticPaths = async () => (await all()).map((post) => ({ params: { id: post.id }, props: { post } }));\n---\n",
        ),
        (
            "src/scripts/posts.ts",
            "export const all = () => getCollection('posts');",
        ),
        (
            "src/pages/n/[kind]/[year]/[id].astro",
            "---\nconst all = await getCollection(\"news\");\nreturn all.map((e) => ({ params: { kind: e.id.split('/')[0], year: new Date(e.data.date).getFullYear().toString(), id: e.id.split('/').pop().split('_').pop() } }));\n---\n",
        ),
        (
            "src/pages/tags/[tag].astro",
            "---\nconst all = await getCollection('posts');\nreturn tags.map((tag) => ({ params: { tag } }));\n---\n",
        ),
        (
            "src/pages/page/[page].astro",
            "---\nconst all = await getCollection('posts');\n---\n",
        ),
    ];
    assert_addresses(
        &site,
        &[
            ("src/content/articles/boat.md", POST, "/boat/"),
            ("src/content/articles/deep/The Tide.md", POST, "/deep/the-tide/"),
            (
                "src/content/articles/named.md",
                "---\ntitle: A\npublishDate: 2024-05-31\nslug: own\n---\nx\n",
                "/own/",
            ),
            (
                "src/content/news/events/2023-03-04_fair.md",
                POST,
                "/n/events/2024/fair/",
            ),
        ],
    );
}

#[test]
fn an_astro_collection_may_lie_outside_of_the_usual_folder() {
    let site = [
        (
            "astro.config.mjs",
            "export default { site: 'https://lantern.example' };",
        ),
        (
            "src/content.config.ts",
            "const blog = defineCollection({ loader: glob({ base: './src/posts', pattern: '**/*.md' }) });\nexport const collections = { blog };",
        ),
        (
            "src/pages/writing/[...slug].astro",
            "---\nconst posts = await getCollection('blog');\nreturn posts.map((post) => ({ params: { slug: post.id } }));\n---\n",
        ),
    ];
    assert_addresses(&site, &[("src/posts/2024/boat.md", POST, "/writing/2024/boat/")]);
}

#[test]
fn a_docusaurus_site_has_one_address_whatever_else_its_script_calls_so() {
    let script = "const edit = () => { const baseUrl =\n  'https://git.example/edit'; };\n\
                  const config = { logo: { url: '/logo.png' }, url: 'https://lantern.example', baseUrl: '/docs/', blog: { path: 'blog' } };";
    assert_addresses(
        &[("docusaurus.config.ts", script)],
        &[("blog/2024-05-31-boat.mdx", POST, "/docs/blog/2024/05/31/boat")],
    );
}

#[test]
fn a_text_without_front_matter_or_title_is_a_post_where_its_generator_says_so() {
    let titles = |site: &[(&str, &str)]| -> Vec<(String, String)> {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in site {
            let full = root.path().join(path);
            fs::create_dir_all(full.parent().unwrap()).unwrap();
            fs::write(full, text).unwrap();
        }
        let out = root.path().join("out");
        let documents = super::support::site::build(
            {
                let mut command = newswire();
                command.current_dir(root.path());
                command
            },
            &out,
        );
        let atom = documents
            .iter()
            .find(|(path, _)| path.ends_with("atom.xml"))
            .unwrap()
            .1;
        let atom = String::from_utf8(atom.clone()).unwrap();
        let document = super::support::xml::parse(&atom);
        super::support::xml::entries(&document)
            .iter()
            .map(|entry| {
                let text = |name| {
                    super::support::xml::child(entry, name)
                        .unwrap_or("")
                        .trim()
                        .to_owned()
                };
                (text("title"), text("content"))
            })
            .collect()
    };
    let docusaurus = [
        (
            "docusaurus.config.js",
            "url: 'https://lantern.example', baseUrl: '/'",
        ),
        (
            "blog/2024-05-31-boat.md",
            "# The Boat Comes In {#boat}\n\nText.\n",
        ),
        (
            "blog/2024-05-30-tide.md",
            "---\ntags: [a]\n---\nimport X from './x';\n\n# The `Tide`\n\nMore.\n",
        ),
    ];
    let pair = |title: &str, content: &str| (title.to_owned(), content.to_owned());
    assert_eq!(
        titles(&docusaurus),
        [
            pair("The Boat Comes In", "<p>Text.</p>"),
            pair("The Tide", "<p>More.</p>")
        ]
    );
    let jekyll = [
        ("_config.yml", "url: https://lantern.example\n"),
        ("_posts/2024-05-31-the-boat.md", "---\n---\nText.\n"),
    ];
    assert_eq!(titles(&jekyll), [pair("The Boat", "<p>Text.</p>")]);
}

#[test]
fn what_the_generator_passes_over_is_passed_over_and_nothing_else() {
    let site = [
        (".eleventy.js", "return { dir: { input: 'src' } };"),
        (
            ".eleventyignore",
            "# parts\n**/_*.md\nsrc/old/\n!src/old/kept.md\n",
        ),
        ("src/_data/site.json", r#"{"url": "https://lantern.example"}"#),
        ("src/_part.md", POST),
        ("src/news/_part.md", POST),
        ("src/old/gone.md", POST),
        ("src/older/kept.md", POST),
        ("src/_news/kept.md", POST),
    ];
    let found: Vec<String> = addresses(&site).into_keys().collect();
    assert_eq!(found, ["_news/kept.md", "older/kept.md"]);
    let site = [
        ("pelicanconf.py", "SITEURL = 'https://lantern.example'\n"),
        ("content/news/a.md", "Title: A\nDate: 2024-05-31\n\nx\n"),
        ("content/pages/b.md", "Title: B\nDate: 2024-05-31\n\nx\n"),
    ];
    let found: Vec<String> = addresses(&site).into_keys().collect();
    assert_eq!(found, ["news/a.md"]);
    let site = [
        (
            "hugo.toml",
            "baseURL = 'https://lantern.example/'\n[languages.en]\ncontentDir = 'content/en'\n[languages.es]\ncontentDir = 'content/es'\n",
        ),
        ("content/en/a.md", POST),
        ("content/es/a.md", POST),
        ("content/template/a.md", POST),
    ];
    let found: Vec<String> = addresses(&site).into_keys().collect();
    assert_eq!(found, ["en/a.md", "es/a.md"]);
    let site = [
        ("_config.yml", "url: https://lantern.example\nexclude: [old]\n"),
        ("_posts/2024-05-31-a.md", POST),
        ("old/_posts/2024-05-31-b.md", POST),
    ];
    let found: Vec<String> = addresses(&site).into_keys().collect();
    assert_eq!(found, ["_posts/2024-05-31-a.md"]);
}

#[test]
fn what_pelican_is_told_of_drafts_names_and_folders_is_followed() {
    let conf = "SITEURL = 'https://lantern.example'\nPATH = 'content'\nARTICLE_PATHS = ['articles']\n\
                ARTICLE_URL = '{date:%Y}/{slug}/'\n\
                ARTICLE_EXCLUDES = [\n    'wp-content',  # imported\n    'articles/drafts',\n]\n\
                FILENAME_METADATA = r'(?P<date>\\d{4}-\\d{2}-\\d{2})-(?P<slug>.*)'\n\
                DEFAULT_METADATA = {\n    # until it says otherwise\n    'status': 'draft',\n}\n";
    let said = "Title: A Headline\nStatus: published\n\nx\n";
    let feeds = "[site]\nurl = \"https://lantern.example/\"\n[content]\ndir = \"content/articles\"\n";
    let mut site = vec![
        ("pelicanconf.py", conf),
        ("content/articles/2024-05-31-in-the-name.md", said),
        (
            "content/articles/said.md",
            "Title: B C\nDate: 2024-05-31\nStatus: published\n\nx\n",
        ),
        ("content/articles/draft.md", "Title: B\nDate: 2024-05-31\n\nx\n"),
        ("content/articles/drafts/2024-05-31-c.md", said),
        (
            "content/articles/odd.md",
            " Title: Odd\nDate: 2024-05-31\nModified: 2018 Nov 22\nStatus: published\n\nx\n",
        ),
    ];
    let expected: BTreeMap<String, String> = [
        ("2024-05-31-in-the-name.md", "/2024/in-the-name/"),
        ("odd.md", "/2024/odd/"),
        ("said.md", "/2024/b-c/"),
    ]
    .map(|(path, address)| (path.to_owned(), address.to_owned()))
    .into();
    assert_eq!(addresses(&site), expected);
    // A configuration that names the folder two levels down finds the same.
    site.push(("feeds.toml", feeds));
    assert_eq!(addresses(&site), expected);
    for (written, is_draft) in [
        ("(('status', 'draft'), ('author', 'Ada'))", true),
        ("(('status', 'draft'),)", true),
        ("{}", false),
        ("{'status': 'published'}", false),
    ] {
        let conf = format!("SITEURL = 'https://lantern.example'\nDEFAULT_METADATA = {written}\n");
        let site = [
            ("pelicanconf.py", conf.as_str()),
            ("content/a.md", "Title: B\nDate: 2024-05-31\n\nx\n"),
            (
                "content/b.md",
                "Title: C\nDate: 2024-05-31\nStatus: published\n\nx\n",
            ),
        ];
        assert_eq!(addresses(&site).len(), if is_draft { 1 } else { 2 }, "{written}");
    }
}

#[test]
fn no_dot_segment_stands_in_a_link_or_an_id() {
    let site = Site::new();
    for (name, line) in [
        ("slug", "slug: .."),
        ("dot", "slug: ."),
        ("url", "url: /a/../b/./c/"),
        ("alias", "aliases: [/x/%2e%2e/y/]"),
        ("up", "url: /../../up/"),
    ] {
        site.post(&format!("news/{name}.md"), name, "2024-05-01", line);
    }
    let documents = site.build();
    for (path, document) in &documents {
        let text = String::from_utf8_lossy(document);
        assert!(
            !text.contains("/../") && !text.contains("/./") && !text.contains("%2"),
            "{path}: {text}"
        );
    }
    let atom = String::from_utf8_lossy(&documents["/atom.xml"]).into_owned();
    for expected in [
        "https://felix.example/b/c/",
        "https://felix.example/up/",
        ":/y/<",
        "/news/slug/",
        "/news/dot/",
    ] {
        assert!(atom.contains(expected), "{expected}: {atom}");
    }
}
