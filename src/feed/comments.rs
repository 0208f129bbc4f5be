//! What readers said about one post, as a feed of its own: Atom, whose threading extension
//! (RFC 4685) says what each entry answers.

use std::collections::BTreeMap;
use std::sync::Arc;

use atom_syndication::{Content, Link, Person};
use chrono::{DateTime, FixedOffset};
use url::Url;

use super::atom;
use super::element::{Element, THREAD, for_atom};
use super::text::{remove_illegal_characters, shorten};
use super::version::renderer_digest;
use crate::content::post::Comment;
use crate::content::{Body, BodySource, ContentSettings, Post};
use crate::vocabulary::text::is_blank;
use crate::vocabulary::{Digest, Format, Hasher, HtmlPolicy};

/// The feed holds no more than the newest of them.
const MOST: usize = 100;

/// The comments on a post, and all that their document depends on.
#[derive(Clone, Debug)]
pub struct Comments {
    /// The post.
    pub post: Arc<Post>,
    /// The id of its entry.
    pub post_id: Arc<str>,
    /// Its address.
    pub post_url: String,
    /// The address of this feed.
    pub self_url: String,
    /// The site's title.
    pub site_title: String,
    /// The site's language.
    pub language: Option<String>,
    /// What posts are rendered with.
    pub content: Arc<ContentSettings>,
}

impl Comments {
    /// The digest of everything the document depends on, the renderer included.
    pub fn digest(&self) -> Digest {
        // Destructured, so that a new field can't be forgotten here.
        let Comments {
            post,
            post_id,
            post_url,
            self_url,
            site_title,
            language,
            content,
        } = self;
        let mut hasher = Hasher::new("comments");
        hasher.digest(post.digest);
        for text in [post_id, &**post_url, self_url, site_title] {
            hasher.text(text);
        }
        hasher.option(language.as_deref(), Hasher::text);
        content.hash_into(&mut hasher);
        hasher.digest(renderer_digest());
        hasher.finish()
    }

    /// Renders the document. Comments are sanitized whatever the site trusts its authors with.
    pub fn render(&self) -> Vec<u8> {
        let all: &[Comment] = self
            .post
            .details
            .as_ref()
            .map_or(&[], |details| &details.comments);
        let entries: Vec<atom_syndication::Entry> = all
            .iter()
            .enumerate()
            .rev()
            .take(MOST)
            .map(|(index, comment)| self.entry(comment, index + 1))
            .collect();
        let own = atom::link("self", &self.self_url, Some(Format::Atom.media_type()));
        let feed = atom_syndication::Feed {
            title: self.title().as_str().into(),
            id: self.id_with("comments"),
            updated: entries
                .iter()
                .map(|entry| entry.updated)
                .max()
                .unwrap_or(self.post.published),
            generator: Some(atom::generator()),
            links: vec![own, self.page()],
            lang: self
                .post
                .language
                .as_deref()
                .map(str::to_owned)
                .or(self.language.clone()),
            namespaces: BTreeMap::from([(THREAD.prefix.to_owned(), THREAD.uri.to_owned())]),
            entries,
            ..atom_syndication::Feed::default()
        };
        remove_illegal_characters(atom::write(&feed))
    }

    fn entry(&self, comment: &Comment, number: usize) -> atom_syndication::Entry {
        let body = self.body(comment);
        let title = match &*body.summary {
            summary if is_blank(summary) => number.to_string(),
            summary => shorten(summary, 60).into_owned(),
        };
        let name = comment.author.as_deref().filter(|name| !is_blank(name));
        let reply = Element::new(THREAD, "in-reply-to")
            .attribute("ref", &*self.post_id)
            .attribute("href", self.post_url.clone())
            .attribute("type", "text/html");
        atom_syndication::Entry {
            title: title.into(),
            id: self.id_with(&format!("comment-{number}")),
            updated: self.moment(comment),
            published: comment.date,
            authors: vec![Person {
                name: name.unwrap_or("Anonymous").to_owned(),
                ..Person::default()
            }],
            links: vec![self.page()],
            content: Some(Content {
                content_type: Some("html".into()),
                value: Some(body.html),
                ..Content::default()
            }),
            extensions: for_atom(vec![reply]),
            ..atom_syndication::Entry::default()
        }
    }

    /// A comment without a date is as old as its post, which is true enough and never moves.
    fn moment(&self, comment: &Comment) -> DateTime<FixedOffset> {
        comment.date.unwrap_or(self.post.published)
    }

    fn title(&self) -> String {
        if is_blank(&self.post.title) {
            format!("Comments on {}", self.site_title)
        } else {
            format!("Comments on “{}”", self.post.title)
        }
    }

    fn page(&self) -> Link {
        atom::link("alternate", &self.post_url, Some("text/html"))
    }

    fn body(&self, comment: &Comment) -> Body {
        let permalink = Url::parse(&self.post_url).unwrap_or_else(|_| self.content.site_url.clone());
        Body::render(&BodySource {
            path: &self.post.path,
            first_line: 1,
            text: &comment.text,
            permalink: &permalink,
            site_url: &self.content.site_url,
            html: HtmlPolicy::Sanitize,
            is_html: false,
            links: &[],
        })
    }

    /// An id within that of the post: a fragment of it (RFC 4151, section 2.1; RFC 3986, section
    /// 3.5), where it has none yet.
    fn id_with(&self, name: &str) -> String {
        let separator = if self.post_id.contains('#') { '-' } else { '#' };
        format!("{}{separator}{name}", self.post_id)
    }
}
