//! What is written → what is meant: lets options go before the file, fills in the defaults, and
//! checks every value. Pure; all that is wrong is told at once.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono_tz::Tz;
use toml::Spanned;

use super::error::{ConfigError, Location, Problems};
use super::generator::{self, Generator};
pub use super::http::DEFAULT_LISTEN;
use super::options::{Given, Options};
use super::raw::{RawConfig, RawSite, RawWatch};
use super::read::read;
use super::{
    Config, Feeds, Http, ListenAddress, Preset, Query, Site, Watch, WatchMode, address, amount, feeds, http,
    moved, values,
};
use crate::content::ContentSettings;
use crate::content::conventions::Conventions;
use crate::site::Found;
use crate::vocabulary::{Complaint, HtmlPolicy, IdRule, PermalinkPattern};

const DEFAULT_CONTENT_DIR: &str = "content";
const HTML_POLICIES: [(&str, HtmlPolicy); 2] =
    [("sanitize", HtmlPolicy::Sanitize), ("trust", HtmlPolicy::Trust)];
const ID_RULES: [(&str, IdRule); 4] = [
    ("tag", IdRule::Tag),
    ("permalink", IdRule::Permalink),
    ("jekyll", IdRule::Jekyll),
    ("pelican", IdRule::Pelican),
];
const WATCH_MODES: [(&str, WatchMode); 3] = [
    ("auto", WatchMode::Auto),
    ("events", WatchMode::Events),
    ("poll", WatchMode::Poll),
];

/// Turns the text of the file, if there is one, and the options into a configuration.
///
/// # Errors
/// Everything that is wrong with keys and values; of errors of syntax the first.
pub fn resolve(text: Option<(&str, &Path)>, options: &Options) -> Result<Config, ConfigError> {
    resolve_with(text, options, &|_, _| None)
}

/// Looks for the configuration of the site's own generator: in a folder, or above a content directory.
pub(super) type FindSite<'a> = dyn Fn(&Path, Option<&Path>) -> Option<Found> + 'a;

/// The same, where what a site's own generator is told fills in what nobody else says.
pub(super) fn resolve_with(
    text: Option<(&str, &Path)>,
    options: &Options,
    find_site: &FindSite<'_>,
) -> Result<Config, ConfigError> {
    let (text, file) = text.map_or(("", None), |(text, file)| (text, Some(file)));
    // Some editors put a byte order mark in front, which is no character of the first line.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut problems = Problems::new(file.unwrap_or(Path::new("")), text);
    let mut raw = read(text, &mut problems)?;

    let written_dir = content_dir(file, raw.content.dir.as_ref(), options, &mut problems);
    let root = file.and_then(Path::parent).unwrap_or(Path::new(""));
    let root = if root.as_os_str().is_empty() {
        Path::new(".")
    } else {
        root
    };
    let found = find_site(root, written_dir.as_deref());
    let generator = generator::fill(&mut raw, found, options, &mut problems);
    let directory = file.and_then(Path::parent).unwrap_or(Path::new(""));
    let content_dir = written_dir
        .or_else(|| generator.content_dir.clone())
        .unwrap_or_else(|| directory.join(DEFAULT_CONTENT_DIR));

    let listen = prefer(options.listen.as_ref(), raw.http.listen.as_ref());
    let http = http::resolve(&raw.http, listen.clone(), &mut problems);
    let admin_listen = prefer(options.admin_listen.as_ref(), raw.admin.listen.as_ref());
    let admin = problems.value(admin_listen.clone(), |written| address::listen_address(&written));
    let site = site(&raw.site, http.listen, options, &mut problems);
    let generator_files = generator.files.clone();
    let has_languages = generator.has_languages;
    let mut content = content(&raw, &site, generator, options, &mut problems);
    let feeds_url = prefer(options.feeds_url.as_ref(), raw.feeds.url.as_ref());
    let feeds_url = problems.value(feeds_url, |written| address::absolute_url(&written));
    let feeds = feeds::resolve(
        feeds_url.unwrap_or_else(|| site.url.clone()),
        &site,
        content.time_zone,
        has_languages,
        &mut raw,
        &mut problems,
    );
    content.fields = fields(&feeds);
    let moved = moved::resolve(std::mem::take(&mut raw.moved), content.time_zone, &mut problems);
    let watch = watch(&raw.watch, &mut problems);
    let state_dir = state_dir(file, raw.state.dir.as_ref(), options, &mut problems);
    // What only holds between values is said when each is good by itself: a site may only seem to
    // be a preview because its url is misspelt.
    if problems.is_empty() {
        if let Some((_, location)) = &listen
            && site.is_preview
            && !http.listen.ip().is_loopback()
        {
            problems.add(location, public_preview(http.listen));
        }
        if let Some(written) = &raw.http.also_listen {
            also_listen_is_private(&http, site.is_preview, written, &mut problems);
        }
        // Port 0 is any free port, so it never meets itself.
        if let Some((_, location)) = &admin_listen
            && admin == Some(http.listen)
            && http.listen.port() != 0
        {
            problems.add(location, shared_address(http.listen));
        }
    }
    let warnings = problems.take_warnings();
    problems.finish(Config {
        file: file.map(Path::to_owned),
        generator: generator_files,
        site,
        content_dir,
        content: Arc::new(content),
        feeds,
        moved,
        http,
        admin,
        watch,
        state_dir,
        warnings,
    })
}

/// A value from the options, else from the file, with its place.
fn prefer(option: Option<&Given<String>>, written: Option<&Spanned<String>>) -> Option<(String, Location)> {
    option
        .map(|given| (given.value.clone(), Location::Option(given.name)))
        .or_else(|| {
            let written = written?;
            Some((written.get_ref().clone(), Location::Span(written.span())))
        })
}

fn site(raw: &RawSite, listen: SocketAddr, options: &Options, problems: &mut Problems<'_>) -> Site {
    let url = prefer(options.site_url.as_ref(), raw.url.as_ref());
    let is_preview = url.is_none();
    let url = problems.value(url, |written| address::absolute_url(&written));
    let title = prefer(options.site_title.as_ref(), raw.title.as_ref());
    let title = problems.value(title, |written| values::text(&written));
    let title = title.or_else(|| url.as_ref().map(address::host_name));
    let description = problems.written(raw.description.clone(), |written| values::text(&written));
    Site {
        // RSS 2.0 requires a description of every channel, so there must be a default.
        description: description.unwrap_or_else(|| match &title {
            Some(title) => format!("Latest posts from {title}"),
            None => "Latest posts".into(),
        }),
        title: title.unwrap_or_else(|| "Feeds".into()),
        url: url.unwrap_or_else(|| address::preview_url(listen)),
        is_preview,
        language: problems.written(raw.language.clone(), |written| values::language(&written)),
        copyright: problems.written(raw.copyright.clone(), |written| values::text(&written)),
    }
}

fn content(
    raw: &RawConfig,
    site: &Site,
    generator: Generator,
    options: &Options,
    problems: &mut Problems<'_>,
) -> ContentSettings {
    let time_zone = prefer(options.timezone.as_ref(), raw.site.timezone.as_ref());
    let time_zone = problems.value(time_zone, |written| values::time_zone(&written));
    let permalink = problems.written(raw.content.permalink.clone(), |written| permalink(&written));
    let html = problems.written(raw.content.html.clone(), |written| {
        values::choice(&written, &HTML_POLICIES)
    });
    let ids = problems.written(raw.feeds.ids.clone(), |written| {
        values::choice(&written, &ID_RULES)
    });
    ContentSettings {
        site_url: site.url.clone(),
        time_zone: time_zone.unwrap_or(Tz::UTC),
        permalink: permalink.or(generator.permalink).unwrap_or_default(),
        html: html.unwrap_or(HtmlPolicy::Sanitize),
        ids: ids.or(preset(raw).map(Preset::ids)).unwrap_or(IdRule::Tag),
        authority: authority(&raw.site, site, options, problems),
        conventions: Conventions::new(generator.rules),
        fields: Box::default(),
    }
}

/// The fields of front matter that some feed asks for, sorted.
fn fields(feeds: &Feeds) -> Box<[Box<str>]> {
    let includes = feeds.own.iter().filter_map(|feed| feed.includes.as_ref());
    let kinds = feeds.kinds.values().map(|kind| &kind.feed);
    let scopes = feeds.scopes.values().map(|scope| &scope.feed);
    let excludes = kinds.chain(scopes).flat_map(|feed| &feed.excludes);
    let names: BTreeSet<&str> = includes.chain(excludes).flat_map(Query::fields).collect();
    names.into_iter().map(Box::from).collect()
}

/// The preset, if a good one is written; of another the feeds complain.
fn preset(raw: &RawConfig) -> Option<Preset> {
    let written = raw.feeds.preset.as_ref()?;
    values::choice(written.get_ref(), &Preset::NAMES).ok()
}

fn permalink(written: &str) -> Result<PermalinkPattern, Complaint> {
    PermalinkPattern::parse(written).map_err(|reason| {
        let default = PermalinkPattern::default();
        Complaint::new(
            format!("permalink “{written}” {reason}"),
            format!("write it like the default: {}", default.as_str()),
        )
    })
}

fn authority(raw: &RawSite, site: &Site, options: &Options, problems: &mut Problems<'_>) -> String {
    if let Some(written) = &raw.authority {
        return problems
            .written(Some(written.clone()), |written| values::authority(&written))
            .unwrap_or_default();
    }
    let url = prefer(options.site_url.as_ref(), raw.url.as_ref());
    // One that is no address has been complained of already.
    let good = url.filter(|(written, _)| address::absolute_url(written).is_ok());
    problems
        .value(good, |_| values::default_authority(&site.url))
        .unwrap_or_else(|| values::PREVIEW_AUTHORITY.into())
}

/// The content directory, where anybody names one.
fn content_dir(
    file: Option<&Path>,
    written: Option<&Spanned<String>>,
    options: &Options,
    problems: &mut Problems<'_>,
) -> Option<PathBuf> {
    let not_empty = |path| not_empty(path, &format!("it is {DEFAULT_CONTENT_DIR}"));
    if let Some(given) = &options.content {
        let given = (given.value.clone(), Location::Option(given.name));
        return problems.value(Some(given), not_empty);
    }
    let directory = file.and_then(Path::parent).unwrap_or(Path::new(""));
    let dir = problems.written(written.cloned(), |written| not_empty(written.into()))?;
    Some(directory.join(dir))
}

fn not_empty(path: PathBuf, otherwise: &str) -> Result<PathBuf, Complaint> {
    if path.as_os_str().is_empty() {
        return Err(Complaint::new(
            "there is nothing in it",
            format!("name a directory, or leave it out: then {otherwise}"),
        ));
    }
    Ok(path)
}

fn state_dir(
    file: Option<&Path>,
    written: Option<&Spanned<String>>,
    options: &Options,
    problems: &mut Problems<'_>,
) -> Option<PathBuf> {
    let not_empty = |path| not_empty(path, "nothing is kept");
    if let Some(given) = &options.state_dir {
        let given = (given.value.clone(), Location::Option(given.name));
        return problems.value(Some(given), not_empty);
    }
    let directory = file.and_then(Path::parent).unwrap_or(Path::new(""));
    let dir = problems.written(written.cloned(), |written| not_empty(written.into()));
    dir.map(|dir| directory.join(dir))
}

fn watch(raw: &RawWatch, problems: &mut Problems<'_>) -> Watch {
    let full_scan = problems.written(raw.full_scan.clone(), |written| {
        amount::duration(&written, Duration::from_secs(1)..=Duration::from_hours(24))
    });
    let max_delay = problems.written(raw.max_delay.clone(), |written| {
        amount::duration(&written, Duration::from_millis(100)..=Duration::from_hours(1))
    });
    let close_timeout = problems.written(raw.close_timeout.clone(), |written| {
        amount::duration(&written, Duration::from_millis(100)..=Duration::from_hours(1))
    });
    let mode = problems.written(raw.mode.clone(), |written| values::choice(&written, &WATCH_MODES));
    let poll_interval = problems.written(raw.poll_interval.clone(), |written| {
        amount::duration(&written, Duration::from_millis(100)..=Duration::from_hours(1))
    });
    let hold = problems.written(raw.hold.clone(), |written| {
        amount::duration(&written, Duration::ZERO..=Duration::from_hours(24))
    });
    Watch {
        mode: mode.unwrap_or(WatchMode::Auto),
        poll_interval: poll_interval.unwrap_or(Duration::from_secs(2)),
        hold: hold.unwrap_or(Duration::from_secs(30)),
        full_scan: full_scan.unwrap_or(Duration::from_mins(1)),
        max_delay: max_delay.unwrap_or(Duration::from_secs(2)),
        close_timeout: close_timeout.unwrap_or(Duration::from_secs(30)),
    }
}

/// Without the site's address every link would lead to this machine: of no use to anybody else.
fn public_preview(listen: SocketAddr) -> Complaint {
    Complaint::new(
        format!("without the site's url this is a preview, which can't be served to others at {listen}"),
        format!(
            "set url under [site], or --site-url, to where the site is public; or listen on {}",
            SocketAddr::new(DEFAULT_LISTEN.ip(), listen.port())
        ),
    )
}

/// The same for the other addresses of a preview. `written` and what it means have the same length:
/// nothing was wrong with it.
fn also_listen_is_private(
    http: &Http,
    is_preview: bool,
    written: &Spanned<Vec<Spanned<String>>>,
    problems: &mut Problems<'_>,
) {
    for (address, item) in http.also_listen.iter().zip(written.get_ref()) {
        if let ListenAddress::Tcp(address) = address
            && is_preview
            && !address.ip().is_loopback()
        {
            problems.add(&Location::Span(item.span()), public_preview(*address));
        }
    }
}

fn shared_address(listen: SocketAddr) -> Complaint {
    Complaint::new(
        format!("the feeds are served at {listen} already"),
        "leave it out to have health checks and metrics there too, or take another port",
    )
}
