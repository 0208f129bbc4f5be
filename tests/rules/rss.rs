//! RSS 2.0: rssboard.org/rss-specification and its best practices profile, rssboard.org/rss-profile.

use std::collections::BTreeSet;

use chrono::DateTime;
use roxmltree::Node;

use super::{
    ATOM, CONTENT, DUBLIN_CORE, SYNDICATION, Verdict, children, is_blank, is_language, is_media_type, is_web,
    parse, rule, text,
};

/// Judges a document.
pub(crate) fn judge(document: &str) -> Verdict {
    let document = parse(document)?;
    let root = document.root_element();
    rule(
        root.has_tag_name("rss") && root.attribute("version") == Some("2.0"),
        "specification, “rss”: version 2.0",
        root.tag_name(),
    )?;
    let channels = children(&root, "", "channel");
    rule(
        channels.len() == 1,
        "specification, “rss”: one channel",
        channels.len(),
    )?;
    channel(&channels[0])?;
    let items = children(&channels[0], "", "item");
    let mut ids = BTreeSet::new();
    for item in &items {
        judge_item(item, &mut ids)?;
    }
    let last = channels[0]
        .children()
        .filter(Node::is_element)
        .skip_while(|child| !child.has_tag_name("item"));
    rule(
        last.count() == items.len(),
        "validator, MisplacedItem: items come last",
        items.len(),
    )
}

fn channel(channel: &Node<'_, '_>) -> Verdict {
    for name in ["title", "link", "description"] {
        let found = children(channel, "", name);
        rule(
            found.len() == 1 && !is_blank(&text(&found[0])),
            "specification, “required channel elements”: one, with text",
            name,
        )?;
    }
    once(
        channel,
        "",
        &[
            "language",
            "copyright",
            "managingEditor",
            "lastBuildDate",
            "ttl",
            "image",
            "docs",
            "generator",
            "pubDate",
        ],
    )?;
    let link = only(channel, "link");
    rule(is_web(&link), "profile, “link”: an absolute URL", link)?;
    let language = only(channel, "language");
    rule(
        language.is_empty() || is_language(&language),
        "specification, “language”: a tag",
        language,
    )?;
    for contact in children(channel, "", "managingEditor") {
        rule(
            is_contact(&text(&contact)),
            "profile, “managingEditor”: user@host (Real Name)",
            text(&contact),
        )?;
    }
    let ttl = only(channel, "ttl");
    rule(
        ttl.parse::<u32>().is_ok_and(|ttl| ttl > 0),
        "profile, “ttl”: a positive number of minutes",
        &ttl,
    )?;
    let period = children(channel, SYNDICATION, "updatePeriod")
        .first()
        .map(text)
        .unwrap_or_default();
    let times: u32 = children(channel, SYNDICATION, "updateFrequency")
        .first()
        .map(text)
        .and_then(|times| times.parse().ok())
        .unwrap_or(0);
    let minutes = match period.as_str() {
        "hourly" => 60,
        "daily" => 24 * 60,
        _ => 0,
    };
    rule(
        times > 0 && ttl == (minutes / times.max(1)).to_string(),
        "syndication module: the period that ttl tells",
        (ttl, period, times),
    )?;
    for date in children(channel, "", "lastBuildDate") {
        date_is_good(&text(&date))?;
    }
    let own: Vec<_> = children(channel, ATOM, "link")
        .into_iter()
        .filter(|link| link.attribute("rel") == Some("self"))
        .collect();
    rule(
        own.len() == 1 && own[0].attribute("type") == Some("application/rss+xml"),
        "profile, “atom:link”: one link to itself",
        own.len(),
    )?;
    for link in children(channel, ATOM, "link") {
        let href = link.attribute("href").unwrap_or("");
        rule(is_web(href), "profile, “atom:link”: an absolute href", href)?;
    }
    for image in children(channel, "", "image") {
        rule(
            only(&image, "title") == only(channel, "title"),
            "profile, “image”: the channel's title",
            only(&image, "title"),
        )?;
        rule(
            only(&image, "link") == only(channel, "link"),
            "profile, “image”: the channel's link",
            only(&image, "link"),
        )?;
        rule(
            is_web(&only(&image, "url")),
            "profile, “image”: an absolute url",
            only(&image, "url"),
        )?;
    }
    Ok(())
}

fn judge_item(item: &Node<'_, '_>, ids: &mut BTreeSet<String>) -> Verdict {
    let title = only(item, "title");
    let description = only(item, "description");
    rule(
        !is_blank(&title) || !is_blank(&description),
        "specification, “elements of <item>”: a title or a description",
        (),
    )?;
    once(
        item,
        "",
        &[
            "title",
            "link",
            "description",
            "author",
            "comments",
            "enclosure",
            "guid",
            "pubDate",
            "source",
        ],
    )?;
    once(item, CONTENT, &["encoded"])?;
    rule(
        children(item, "", "title").is_empty() || !is_blank(&title),
        "validator, NotBlank: a title says something",
        &title,
    )?;
    rule(
        is_web(&only(item, "link")),
        "profile, “link”: an absolute URL",
        only(item, "link"),
    )?;
    let guid = children(item, "", "guid");
    rule(guid.len() == 1, "profile, “guid”: every item has one", guid.len())?;
    let id = text(&guid[0]);
    rule(!is_blank(&id), "specification, “guid”: not empty", &id)?;
    if guid[0].attribute("isPermaLink") != Some("false") {
        rule(is_web(&id), "specification, “guid”: a permalink is a URL", &id)?;
    }
    rule(ids.insert(id.clone()), "profile, “guid”: unique in the feed", &id)?;
    date_is_good(&only(item, "pubDate"))?;
    let creators = children(item, DUBLIN_CORE, "creator");
    let authors = children(item, "", "author");
    rule(
        creators.is_empty() || authors.is_empty(),
        "profile, “dc:creator”: not beside author",
        (),
    )?;
    rule(
        creators.iter().all(|creator| !is_blank(&text(creator))),
        "validator, NotBlank: a creator has a name",
        (),
    )?;
    for author in authors {
        rule(
            is_contact(&text(&author)),
            "profile, “author”: user@host (Real Name)",
            text(&author),
        )?;
    }
    files_and_links(item)
}

fn files_and_links(item: &Node<'_, '_>) -> Verdict {
    for enclosure in children(item, "", "enclosure") {
        let value = |name| enclosure.attribute(name).unwrap_or("");
        rule(
            is_web(value("url")),
            "specification, “enclosure”: an http url",
            value("url"),
        )?;
        rule(
            value("length").parse::<u64>().is_ok(),
            "specification, “enclosure”: a length",
            value("length"),
        )?;
        rule(
            is_media_type(value("type")),
            "specification, “enclosure”: a type",
            value("type"),
        )?;
    }
    for category in children(item, "", "category") {
        rule(
            !is_blank(&text(&category)),
            "validator, NotBlank: a category has a name",
            (),
        )?;
        rule(
            category.attribute("domain").is_none_or(is_web),
            "profile, “category”: a domain that is an address",
            category.attribute("domain"),
        )?;
    }
    for link in children(item, ATOM, "link") {
        let href = link.attribute("href").unwrap_or("");
        rule(is_web(href), "RFC 4287, 4.2.7.1: a link leads somewhere", href)?;
    }
    let place = |namespace: &str, name: &str| {
        item.children().filter(Node::is_element).position(|child| {
            child.tag_name().name() == name && child.tag_name().namespace().unwrap_or("") == namespace
        })
    };
    if let (Some(summary), Some(content)) = (place("", "description"), place(CONTENT, "encoded")) {
        rule(
            summary < content,
            "validator, NeedDescriptionBeforeContent",
            (summary, content),
        )?;
    }
    Ok(())
}

fn once(node: &Node<'_, '_>, namespace: &str, names: &[&str]) -> Verdict {
    for name in names {
        let count = children(node, namespace, name).len();
        rule(count <= 1, "specification: at most once", (name, count))?;
    }
    Ok(())
}

fn only(node: &Node<'_, '_>, name: &str) -> String {
    children(node, "", name).first().map(text).unwrap_or_default()
}

/// RFC 822 with a year of four digits, and the right day of the week.
fn date_is_good(date: &str) -> Verdict {
    let year = date.split(' ').nth(3).unwrap_or("");
    rule(
        DateTime::parse_from_rfc2822(date).is_ok() && year.len() == 4,
        "profile, “pubDate”: RFC 822 with a four-digit year",
        date,
    )
}

fn is_contact(text: &str) -> bool {
    text.split_once(" (").is_some_and(|(email, name)| {
        let name = name.strip_suffix(')').unwrap_or("");
        email
            .split_once('@')
            .is_some_and(|(user, host)| !user.is_empty() && host.contains('.'))
            && !email.contains(char::is_whitespace)
            && !is_blank(name)
            && !name.contains(['(', ')'])
    })
}
