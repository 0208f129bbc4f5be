//! A post's body: from source text to the HTML, summary and images that feeds carry.
//!
//! Rendering is total: whatever can't be rendered becomes escaped text with a finding.

pub(in crate::content) mod audio_video;
pub(in crate::content) mod findings;
pub(in crate::content) mod html;
pub(in crate::content) mod images;
pub mod links;
pub mod markdown;
pub(in crate::content) mod mdx;
pub(in crate::content) mod preprocess;
mod source;
pub mod source_comments;
pub mod summary;
pub(in crate::content) mod template;

use html::raw;
use std::panic::{AssertUnwindSafe, catch_unwind};

use url::Url;

use crate::content::file::markup::{Markup, markup};
use crate::content::post::Media;
use crate::content::post::{Image, Post};
use crate::content::settings::ContentSettings;
use crate::vocabulary::{Finding, HtmlPolicy, Place, Severity};
use audio_video::audio_video;
use findings::BodyFindings;
use html::escape::push_text;
use html::sanitize::sanitize;
use images::images;
use markdown::RawHtml;
use preprocess::preprocess;
pub use source::{BodySource, ResolvedLink};
use source_comments::Syntax;
use summary::summary;
use template::CUT;

/// What a body renders to.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Body {
    /// Safe HTML, every reference absolute.
    pub html: String,
    /// Plain text: what stands before the cut mark, else the first paragraph.
    pub summary: String,
    /// The images in the body, in order.
    pub images: Vec<Image>,
    /// The sound and films in it, in order.
    pub audio_video: Vec<Media>,
    /// What was dropped or could not be understood.
    pub findings: Vec<Finding>,
}

/// A longer body is not parsed. The worst hostile text of this length that was found, nothing but
/// ampersands, renders in two and a half seconds and the time grows with the square; any other takes a third
/// of a second and 200 MB. A novel has this length; the longest of 8,942 articles has 42 KB.
pub const MAX_LENGTH: usize = 512 * 1024;

impl Body {
    /// Renders the body of a post, whose references to other files lead to `links`.
    pub fn of(post: &Post, links: &[ResolvedLink], settings: &ContentSettings) -> Body {
        let address = settings.absolute(&post.permalink);
        let permalink = Url::parse(&address).unwrap_or_else(|_| settings.site_url.clone());
        let text = post.source.text();
        let rules = settings.conventions.rules();
        let is_html = markup(&post.path) == Some(Markup::Html);
        let stripped = source_comments::strip(&text, Syntax::of(rules, is_html, post.templates));
        let prepared = preprocess(&stripped.text, &post.path, rules.dialect);
        let mut body = Body::render(&BodySource {
            path: &post.path,
            first_line: post.source.first_line,
            text: &prepared.text,
            permalink: &permalink,
            site_url: &settings.site_url,
            html: settings.html,
            is_html,
            links,
        });
        body.findings
            .extend(prepared.components.into_iter().map(|(line, name)| {
                Finding::new(
                    &post.path,
                    Severity::Note,
                    "component",
                    format!("the component “{name}” can't be carried out in a feed; its text stays"),
                )
                .at(Some(Place::line(post.source.first_line.saturating_add(line))))
                .help("where it says something of its own, say it in Markdown too")
            }));
        let first = post.source.first_line;
        for place in body
            .findings
            .iter_mut()
            .filter_map(|finding| finding.place.as_mut())
        {
            place.line = first.saturating_add(stripped.origin(place.line.saturating_sub(first)));
        }
        body.findings.extend(stripped.unclosed.map(|(line, mark)| {
            Finding::new(
                &post.path,
                Severity::Warning,
                "unclosed-comment",
                format!("the comment “{mark}” has no end, so everything after it is left out"),
            )
            .at(Some(Place::line(first.saturating_add(line))))
            .help("close it, or put the mark between backticks as a sample")
        }));
        body
    }

    /// Renders a body. Total: never panics, never fails; what can't be rendered becomes escaped
    /// text, with a finding.
    pub fn render(source: &BodySource<'_>) -> Body {
        if source.text.len() > MAX_LENGTH {
            let finding = Finding::new(
                source.path,
                Severity::Warning,
                "body-too-long",
                format!("the text is longer than {MAX_LENGTH} bytes and is shown without its formatting"),
            )
            .help("split the post, or link to the long part");
            return Body::plain(source.text, vec![finding]);
        }
        guarded(source, || rendered(source))
    }

    /// The source text itself, paragraph by paragraph.
    fn plain(text: &str, findings: Vec<Finding>) -> Body {
        let text = &without_comments(text);
        let mut html = String::with_capacity(text.len() + text.len() / 8);
        for paragraph in text
            .split("\n\n")
            .filter(|paragraph| !paragraph.trim().is_empty())
        {
            html.push_str("<p>");
            push_text(&mut html, paragraph.trim());
            html.push_str("</p>\n");
        }
        Body {
            summary: summary(&html, None),
            html,
            images: Vec::new(),
            audio_video: Vec::new(),
            findings,
        }
    }
}

/// A text without its comments of HTML and without lines that only define a link, in which authors hide
/// some, too.
fn without_comments(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once("<!--") {
        shown.push_str(before);
        rest = comment.split_once("-->").map_or("", |(_, after)| after);
    }
    shown.push_str(rest);
    let is_definition = |line: &str| {
        let label = line
            .trim_start()
            .strip_prefix('[')
            .filter(|label| !label.starts_with('^'));
        label.is_some_and(|label| {
            label
                .split_once("]:")
                .is_some_and(|(label, _)| !label.contains(']'))
        })
    };
    shown
        .split_inclusive('\n')
        .filter(|line| !is_definition(line))
        .collect()
}

/// Parsers of other makers work on text of any make here; a fault of theirs must not cost more than
/// this one post. Nothing that is used again afterwards is changed while they work.
fn guarded(source: &BodySource<'_>, render: impl FnOnce() -> Body) -> Body {
    catch_unwind(AssertUnwindSafe(render)).unwrap_or_else(|_| {
        let finding = Finding::new(
            source.path,
            Severity::Error,
            "render-failed",
            "the text made the Markdown or HTML parser fail and is shown without its formatting",
        )
        .help("please report the post as a fault of Newswire");
        Body::plain(source.text, vec![finding])
    })
}

/// A body in HTML, in the making.
struct Rendered {
    /// What goes into feeds.
    html: String,
    /// The same, sanitized, to take summary and images from; none where that is `html` itself.
    view: Option<String>,
}

fn rendered(source: &BodySource<'_>) -> Body {
    let mut findings = BodyFindings::new(source);
    let mut rendered = convert(source, RawHtml::Keep, &mut findings);
    if rendered.is_none() {
        findings.clear();
        rendered = convert(source, RawHtml::Omit, &mut findings);
        findings.add(
            "tangled-html",
            None,
            "the HTML tags in this post nest too deep or in the wrong order, and are left out",
            "close every tag, the one that was opened last first",
        );
    }
    let Some(Rendered { mut html, view }) = rendered else {
        return Body::plain(source.text, findings.finish());
    };
    let mut cut = take_cut(&mut html);
    let view = view.map(|mut view| {
        cut = take_cut(&mut view);
        view
    });
    let view = view.as_deref().unwrap_or(&html);
    let (summary, images, audio_video) = (summary(view, cut), images(view), audio_video(view));
    Body {
        html,
        summary,
        images,
        audio_video,
        findings: findings.finish(),
    }
}

/// None if the author's HTML can't be brought into an order that holds.
fn convert(source: &BodySource<'_>, raw: RawHtml, findings: &mut BodyFindings<'_>) -> Option<Rendered> {
    let clean = |html: &str| sanitize(html, source.permalink, source.site_url);
    let marked = template::mark(source.text);
    let written = if source.is_html {
        markdown::write_html(marked, raw, findings)
    } else {
        markdown::write(marked, raw, findings)
    };
    match (source.html, written.has_raw_html) {
        (HtmlPolicy::Sanitize, false) => clean(&written.html).map(|html| Rendered { html, view: None }),
        (HtmlPolicy::Sanitize, true) => {
            let tidy = raw::tidy(&written.html, findings).ok()?;
            clean(&tidy).map(|html| Rendered { html, view: None })
        }
        (HtmlPolicy::Trust, false) => Some(Rendered {
            html: written.html,
            view: None,
        }),
        (HtmlPolicy::Trust, true) => {
            let html = raw::with_absolute_addresses(&written.html, findings);
            // What is said of this view does not concern what is served.
            let mut aside = BodyFindings::new(source);
            let view = match raw::tidy(&html, &mut aside) {
                Ok(tidy) => clean(&tidy),
                Err(_) => None,
            };
            let view = view.unwrap_or_else(|| {
                markdown::write(template::mark(source.text), RawHtml::Omit, &mut aside).html
            });
            Some(Rendered {
                html,
                view: Some(view),
            })
        }
    }
}

/// Takes the marks of the cut away, and says where the first one was.
fn take_cut(html: &mut String) -> Option<usize> {
    let cut = html.find(CUT)?;
    let mut without = html[..cut].to_owned();
    let mut rest = &html[cut..];
    while let Some(after) = rest.strip_prefix(CUT) {
        // Parsers drop a line break that follows `<pre>`; the mark has kept it so far.
        let last_tag = &without[without.rfind('<').unwrap_or(0)..];
        let after = if last_tag.ends_with('>') && (last_tag == "<pre>" || last_tag.starts_with("<pre ")) {
            after.trim_start_matches(['\n', CUT])
        } else {
            after
        };
        let next = after.find(CUT).unwrap_or(after.len());
        without.push_str(&after[..next]);
        rest = &after[next..];
    }
    *html = without;
    Some(cut)
}

#[cfg(test)]
mod tests;
