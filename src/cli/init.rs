//! `newswire init`: a commented feeds.toml from what the site's own generator is told.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::cli::output::say;
use crate::config::{DEFAULT_FILE, Options, Preset};
use crate::setup::load;
use crate::site::{self, Found, Setting};
use crate::vocabulary::{Dialect, slug::slug};

#[derive(Clone, Debug, clap::Args)]
pub(super) struct Arguments {
    /// The root of the site
    #[arg(default_value = ".", value_name = "DIRECTORY")]
    directory: PathBuf,
    /// Print feeds.toml instead of writing it
    #[arg(long)]
    print: bool,
}

pub(super) fn run(arguments: &Arguments, options: &Options) -> anyhow::Result<()> {
    let root = &arguments.directory;
    let content = options.content.as_ref().map(|given| given.value.as_path());
    let found = site::find(root, content);
    let text = feeds_toml(root, found.as_ref());
    if arguments.print {
        super::output::print(format_args!("{text}"));
        return Ok(());
    }
    let file = root.join(DEFAULT_FILE);
    let created = OpenOptions::new().write(true).create_new(true).open(&file);
    let mut opened = match created {
        Ok(opened) => opened,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => bail!(
            "{} is there already\n  help: look at what would be written with --print, or move the file away",
            file.display()
        ),
        Err(error) => return Err(error).with_context(|| format!("can't write {}", file.display())),
    };
    opened
        .write_all(text.as_bytes())
        .with_context(|| format!("can't write {}", file.display()))?;
    say!("{} is written", file.display());
    if let Some(found) = &found {
        let dialect = found.rules.dialect.map_or("", Dialect::name);
        say!("  from {}, the configuration of {dialect}", found.file.display());
        for line in &found.unread {
            say!("  not read: {line}");
        }
    } else {
        say!("  no generator's configuration was found, so it holds what can be said without one");
    }
    for line in missing(found.as_ref()) {
        say!("  to do: {line}");
    }
    // What was just written has to load; a mistake in it would be ours.
    let check = Options {
        config: Some(crate::config::Given::new("--config", file.as_os_str())),
        ..Options::default()
    };
    load(&check)?;
    say!("next: newswire check, then newswire serve");
    Ok(())
}

/// What a site needs and nobody has said.
fn missing(found: Option<&Found>) -> Vec<&'static str> {
    let mut lines = Vec::new();
    if found.and_then(|found| good_url(found.url.as_deref())).is_none() {
        lines.push("set url under [site]; until then this is a preview");
    }
    if found.is_none_or(|found| found.title.is_none()) {
        lines.push("set title under [site]");
    }
    lines
}

fn feeds_toml(root: &Path, found: Option<&Found>) -> String {
    let default = Found {
        content_dir: root.join("content"),
        ..Found::default()
    };
    let found_or_default = found.unwrap_or(&default);
    let mut text = String::new();
    // Writing to a string never fails.
    let _ = write_toml(&mut text, root, found_or_default);
    text
}

fn write_toml(text: &mut String, root: &Path, found: &Found) -> std::fmt::Result {
    let dialect = found.rules.dialect;
    writeln!(
        text,
        "# The feeds of this site. Every key has a default; a “#” in front of a line leaves it out."
    )?;
    if let Some(dialect) = dialect {
        let file = found.file.strip_prefix(root).unwrap_or(&found.file);
        writeln!(
            text,
            "# What was read from {} ({}) is written out here; the rest of it counts all the same.",
            file.display(),
            dialect.name()
        )?;
    }
    for line in &found.unread {
        writeln!(text, "# Not read: {}", one_line(line))?;
    }
    writeln!(text, "\n[site]")?;
    guessed(text, root, found, &Setting::Title)?;
    key(text, "title", found.title.as_deref(), "The name of the site")?;
    let url = good_url(found.url.as_deref());
    if url.is_some() {
        guessed(text, root, found, &Setting::Url)?;
    }
    key(text, "url", url.as_deref(), "https://www.example.org/")?;
    guessed(text, root, found, &Setting::Description)?;
    key(
        text,
        "description",
        found.description.as_deref(),
        "What the site is, in a sentence",
    )?;
    let language = found.language.as_deref().filter(|tag| is_language(tag));
    if language.is_some() {
        guessed(text, root, found, &Setting::Language)?;
    }
    key(text, "language", language, "en")?;
    let zone = found
        .time_zone
        .as_deref()
        .filter(|zone| zone.parse::<chrono_tz::Tz>().is_ok());
    writeln!(text, "# The zone of dates that name none.")?;
    if zone.is_some() {
        guessed(text, root, found, &Setting::TimeZone)?;
    }
    key(text, "timezone", zone, "UTC")?;
    writeln!(
        text,
        "# What the ids of posts start with: write it down before url ever changes (docs/ids.md)."
    )?;
    key(text, "authority", None, "www.example.org,2026")?;

    writeln!(text, "\n[content]")?;
    let dir = found.content_dir.strip_prefix(root).unwrap_or(&found.content_dir);
    let dir = if dir.as_os_str().is_empty() {
        Path::new(".")
    } else {
        dir
    };
    guessed(text, root, found, &Setting::ContentDir)?;
    key(text, "dir", dir.to_str(), "content")?;
    write_permalink(text, root, found)?;
    writeln!(
        text,
        "# The order of dates of digits alone, such as 08-02-21: dmy, mdy or ymd."
    )?;
    key(text, "date_order", None, "dmy")?;

    write_feeds(text, found)
}

fn write_permalink(text: &mut String, root: &Path, found: &Found) -> std::fmt::Result {
    for (folder, pattern) in &found.rules.permalinks {
        if !folder.is_empty() {
            writeln!(
                text,
                "# Posts in “{folder}” are at {}, as the generator's configuration says.",
                pattern.as_str()
            )?;
            guessed(text, root, found, &Setting::Permalink(folder.clone()))?;
        }
    }
    let whole = (found.rules.permalinks.iter())
        .find(|(folder, _)| folder.is_empty())
        .map(|(_, pattern)| pattern.as_str());
    let of_site = Setting::Permalink(String::new());
    writeln!(
        text,
        "# Where a post is on the site; without this line as the generator has it."
    )?;
    if whole.is_some() {
        guessed(text, root, found, &of_site)?;
    }
    // Written down, it holds for every folder and language, so it is left out where any has a pattern of its own.
    let is_only = found.rules.permalinks.len() == 1 && found.rules.translated.is_none();
    let written = whole.filter(|_| is_only && found.guessed_from.contains_key(&of_site));
    let usual = found.rules.dialect.map(Dialect::permalink);
    let usual = usual
        .as_ref()
        .map_or("/{section}/{slug}/", |usual| usual.as_str());
    key(text, "permalink", written, whole.unwrap_or(usual))
}

/// Names the line of the site's program that a setting is guessed from, if it is.
fn guessed(text: &mut String, root: &Path, found: &Found, setting: &Setting) -> std::fmt::Result {
    let Some(source) = found.guessed_from.get(setting) else {
        return Ok(());
    };
    let file = source.file.strip_prefix(root).unwrap_or(&source.file);
    let file = one_line(&file.to_string_lossy());
    writeln!(text, "# Guessed from {file}, line {}:", source.line)
}

fn write_feeds(text: &mut String, found: &Found) -> std::fmt::Result {
    writeln!(text, "\n[feeds]")?;
    if let Some(dialect) = found.rules.dialect {
        let name = Preset::of(dialect).name();
        writeln!(
            text,
            "# Feeds and ids as {name} has them, so that no reader notices the move."
        )?;
        key(text, "preset", Some(name), name)?;
    }
    writeln!(text, "# Where the feeds are public, if that is another host.")?;
    key(text, "url", None, "https://feeds.example.org/")?;
    writeln!(text, "# limit = 50\n# body = \"summary\"")?;
    if found.rules.dialect == Some(Dialect::Docusaurus) && found.rules.base != "blog" {
        let base = if found.rules.base.is_empty() {
            String::new()
        } else {
            format!("/{}", found.rules.base)
        };
        writeln!(text, "\n# The blog's feeds are where it is.\n[feeds.site]")?;
        key(text, "path", Some(&format!("{base}/{{file}}")), "/blog/{file}")?;
    }
    if !found.languages.is_empty() {
        writeln!(
            text,
            "\n# The site has several languages: {}. Each has a feed of its own.",
            found.languages.join(", ")
        )?;
        writeln!(text, "[feeds.language]\nenabled = true")?;
    }
    writeln!(text, "\n[http]\nlisten = \"127.0.0.1:8080\"")?;
    for (id, record) in found.rules.authors.iter().take(3) {
        if let Some(name) = &record.name {
            writeln!(
                text,
                "\n# [authors.{}]\n# title = {}",
                quoted(&slug(id)),
                quoted(name)
            )?;
        }
    }
    Ok(())
}

/// A line with a value, or with an example of one as a comment.
fn key(text: &mut String, name: &str, value: Option<&str>, example: &str) -> std::fmt::Result {
    match value.map(str::trim).filter(|value| !value.is_empty()) {
        Some(value) => writeln!(text, "{name} = {}", quoted(value)),
        None => writeln!(text, "# {name} = {}", quoted(example)),
    }
}

/// A string of TOML.
fn quoted(text: &str) -> String {
    toml::Value::String(one_line(text)).to_string()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn good_url(url: Option<&str>) -> Option<String> {
    let url = url::Url::parse(url?).ok()?;
    let is_web = matches!(url.scheme(), "http" | "https") && url.has_host() && url.query().is_none();
    is_web.then(|| url.to_string())
}

fn is_language(tag: &str) -> bool {
    !tag.is_empty()
        && tag.len() < 36
        && tag
            .split('-')
            .all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
}
