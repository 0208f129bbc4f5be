//! Atom 1.0: RFC 4287.

use std::collections::BTreeSet;

use roxmltree::Node;

use super::{
    ATOM, Verdict, children, is_blank, is_iri, is_media_type, is_rfc_3339, is_web, parse, rule, text,
};

/// Judges a document.
pub(crate) fn judge(document: &str) -> Verdict {
    let document = parse(document)?;
    let feed = document.root_element();
    rule(
        feed.has_tag_name((ATOM, "feed")),
        "RFC 4287, 4.1.1: the root is atom:feed",
        feed.tag_name(),
    )?;
    exactly_one(&feed, &["id", "title", "updated"])?;
    at_most_one(&feed, &["subtitle", "generator", "rights", "icon", "logo"])?;
    common(&feed)?;
    let entries = children(&feed, ATOM, "entry");
    let has_author = |node: &Node<'_, '_>| !children(node, ATOM, "author").is_empty();
    rule(
        has_author(&feed) || entries.iter().all(has_author),
        "RFC 4287, 4.1.1: an author of the feed or of every entry",
        (),
    )?;
    let own: Vec<_> = links(&feed, "self").collect();
    rule(own.len() == 1, "RFC 4287, 4.1.1: a link to itself", own.len())?;
    let mut ids = BTreeSet::new();
    let newest = one(&feed, "updated");
    for entry in &entries {
        judge_entry(entry)?;
        let id = one(entry, "id");
        rule(ids.insert(id.clone()), "RFC 4287, 4.1.1: one entry an id", &id)?;
        let moment = |date: &str| chrono::DateTime::parse_from_rfc3339(date).ok();
        rule(
            moment(&one(entry, "updated")) <= moment(&newest),
            "RFC 4287, 4.2.15: no entry is newer than its feed",
            &newest,
        )?;
    }
    let after = feed
        .children()
        .filter(Node::is_element)
        .skip_while(|child| !child.has_tag_name((ATOM, "entry")));
    rule(
        after.count() == entries.len(),
        "validator, MisplacedMetadata: entries come last",
        entries.len(),
    )
}

fn judge_entry(entry: &Node<'_, '_>) -> Verdict {
    exactly_one(entry, &["id", "title", "updated"])?;
    at_most_one(entry, &["published", "summary", "content", "rights", "source"])?;
    common(entry)?;
    let languages: Vec<_> = links(entry, "alternate")
        .map(|link| (link.attribute("type"), link.attribute("hreflang")))
        .collect();
    let alternates: BTreeSet<_> = languages.iter().collect();
    rule(
        !languages.is_empty() && alternates.len() == languages.len(),
        "RFC 4287, 4.1.2: one alternate link of a type in a language",
        languages.len(),
    )?;
    for content in children(entry, ATOM, "content") {
        rule(
            content.attribute("type") == Some("html"),
            "RFC 4287, 4.1.3.1: its type is told",
            content.attribute("type"),
        )?;
        rule(
            !content.children().any(|child| child.is_element()),
            "RFC 4287, 4.1.3.3: html is escaped",
            (),
        )?;
    }
    for summary in children(entry, ATOM, "summary") {
        rule(
            !is_blank(&text(&summary)),
            "validator, NotBlank: a summary says something",
            (),
        )?;
    }
    for date in children(entry, ATOM, "published") {
        rule(
            is_rfc_3339(&text(&date)),
            "RFC 4287, 3.3: a date by RFC 3339",
            text(&date),
        )?;
    }
    Ok(())
}

/// What holds for feeds and entries alike.
fn common(node: &Node<'_, '_>) -> Verdict {
    let id = one(node, "id");
    rule(is_iri(&id), "RFC 4287, 4.2.6: an id is an IRI", &id)?;
    if let Some(rest) = id.strip_prefix("tag:") {
        let (authority, specific) = rest.split_once(':').unwrap_or(("", ""));
        rule(
            authority.contains(',') && !specific.is_empty(),
            "RFC 4151, 2.1: a tag has an authority and something of its own",
            &id,
        )?;
    }
    rule(
        !is_blank(&one(node, "title")),
        "RFC 4287, 4.2.14: a title for people",
        (),
    )?;
    let updated = one(node, "updated");
    rule(
        is_rfc_3339(&updated),
        "RFC 4287, 3.3: a date by RFC 3339",
        &updated,
    )?;
    for role in ["author", "contributor"] {
        for person in children(node, ATOM, role) {
            exactly_one(&person, &["name"])?;
            at_most_one(&person, &["uri", "email"])?;
            rule(
                !is_blank(&one(&person, "name")),
                "RFC 4287, 3.2.1: a person has a name",
                role,
            )?;
            let uri = one(&person, "uri");
            rule(
                uri.is_empty() || is_web(&uri),
                "RFC 4287, 3.2.2: a uri is an IRI",
                &uri,
            )?;
            let email = one(&person, "email");
            rule(
                email.is_empty()
                    || email
                        .split_once('@')
                        .is_some_and(|(user, host)| !user.is_empty() && !host.is_empty()),
                "RFC 4287, 3.2.3: an e-mail address",
                &email,
            )?;
        }
    }
    for category in children(node, ATOM, "category") {
        rule(
            category.attribute("term").is_some_and(|term| !is_blank(term)),
            "RFC 4287, 4.2.2.1: a category has a term",
            (),
        )?;
        rule(
            category.attribute("scheme").is_none_or(is_iri),
            "RFC 4287, 4.2.2.2: a scheme is an IRI",
            category.attribute("scheme"),
        )?;
    }
    for link in children(node, ATOM, "link") {
        let href = link.attribute("href").unwrap_or("");
        rule(is_web(href), "RFC 4287, 4.2.7.1: a link has an href", href)?;
        rule(
            link.attribute("rel").is_some_and(|rel| !rel.is_empty()),
            "RFC 4287, 4.2.7.2: a rel is not empty",
            href,
        )?;
        rule(
            link.attribute("type").is_none_or(is_media_type),
            "RFC 4287, 4.2.7.3: a type is a media type",
            link.attribute("type"),
        )?;
        rule(
            link.attribute("length")
                .is_none_or(|length| length.parse::<u64>().is_ok()),
            "RFC 4287, 4.2.7.6: a length in bytes",
            link.attribute("length"),
        )?;
    }
    Ok(())
}

fn links<'a, 'input: 'a>(
    node: &Node<'a, 'input>,
    rel: &'static str,
) -> impl Iterator<Item = Node<'a, 'input>> {
    children(node, ATOM, "link")
        .into_iter()
        .filter(move |link| link.attribute("rel") == Some(rel))
}

fn exactly_one(node: &Node<'_, '_>, names: &[&str]) -> Verdict {
    for name in names {
        let count = children(node, ATOM, name).len();
        rule(count == 1, "RFC 4287, 4.1: exactly one", (name, count))?;
    }
    Ok(())
}

fn at_most_one(node: &Node<'_, '_>, names: &[&str]) -> Verdict {
    for name in names {
        let count = children(node, ATOM, name).len();
        rule(count <= 1, "RFC 4287, 4.1: at most one", (name, count))?;
    }
    Ok(())
}

fn one(node: &Node<'_, '_>, name: &str) -> String {
    children(node, ATOM, name).first().map(text).unwrap_or_default()
}
