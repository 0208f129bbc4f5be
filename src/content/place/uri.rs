//! What is wrong with a text that stands as an id: a full URI by RFC 3986, and by the rules of its scheme as the
//! W3C's validator of feeds holds them.

use chrono::NaiveDate;
use url::Url;

/// What is wrong with a URI, in a clause that can follow it; `None` if nothing is.
pub(in crate::content) fn fault(text: &str) -> Option<String> {
    let Some((scheme, rest)) = scheme_of(text) else {
        return Some(if is_like_uuid(text) {
            "a UUID without “urn:uuid:” before it, which is no URI".into()
        } else {
            "no URI: it has no scheme".into()
        });
    };
    if let Some(sign) = forbidden(text) {
        return Some(format!("no URI: it holds {sign}"));
    }
    match scheme.as_str() {
        "tag" => tag(rest),
        "urn" => urn(rest),
        "uuid" => Some("of no scheme that exists: a UUID begins with “urn:uuid:”".into()),
        "http" | "https" | "ftp" => has_no_host(text, rest).then(|| "an address without a host".into()),
        _ => rest
            .trim_start_matches('/')
            .is_empty()
            .then(|| "empty after its scheme".into()),
    }
}

/// Whether a text means to be a URI or a UUID, well formed or not.
pub(in crate::content) fn is_meant(text: &str) -> bool {
    let has_known_scheme = text.split_once(':').is_some_and(|(scheme, _)| {
        let scheme = scheme.trim().to_ascii_lowercase();
        matches!(scheme.as_str(), "tag" | "urn" | "uuid" | "http" | "https" | "ftp")
    });
    has_known_scheme || text.contains("://") || is_like_uuid(text)
}

/// A UUID in its usual form (RFC 9562, section 4).
fn is_uuid(text: &str) -> bool {
    let mut groups = text.split('-');
    let is_whole = [8, 4, 4, 4, 12].iter().all(|length| {
        groups
            .next()
            .is_some_and(|group| group.len() == *length && group.bytes().all(|b| b.is_ascii_hexdigit()))
    });
    is_whole && groups.next().is_none()
}

/// Five groups with hyphens between, in braces or not: a UUID, perhaps with a fault in it.
fn is_like_uuid(text: &str) -> bool {
    let text = text.trim_matches(['{', '}']);
    (30..=42).contains(&text.len())
        && text.split('-').count() == 5
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && text.bytes().filter(u8::is_ascii_hexdigit).count() > 24
}

/// The scheme in lower case, and what follows its colon.
fn scheme_of(text: &str) -> Option<(String, &str)> {
    let (scheme, rest) = text.split_once(':')?;
    let is_scheme = scheme.len() > 1
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    is_scheme.then(|| (scheme.to_ascii_lowercase(), rest))
}

/// What stands in a text that no URI may hold.
fn forbidden(text: &str) -> Option<String> {
    // Brackets belong to the address of a host alone.
    let is_host = text.contains("://[");
    let is_allowed = |c: char| {
        c.is_ascii_alphanumeric() || "-._~:/?#@!$&'()*+,;=%".contains(c) || is_host && matches!(c, '[' | ']')
    };
    if let Some(c) = text.chars().find(|c| !is_allowed(*c)) {
        return Some(match c {
            ' ' => "a space".into(),
            c if c.is_whitespace() || c.is_control() => "white space".into(),
            c => format!("“{c}”"),
        });
    }
    let is_encoded = |after: &str| {
        let digits = after.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    if text.split('%').skip(1).any(|after| !is_encoded(after)) {
        return Some("a “%” without two hexadecimal digits".into());
    }
    (text.matches('#').count() > 1).then(|| "two “#”".into())
}

/// RFC 4151: `authority,date:specific`. The W3C's validator wants the authority in lower case and something after it.
fn tag(rest: &str) -> Option<String> {
    let fault = |what: &str| Some(format!("no tag: {what}; one is “tag:example.org,2024:a-name”"));
    let Some((entity, specific)) = rest.split_once(':') else {
        return fault("it has no second colon");
    };
    let Some((authority, date)) = entity.split_once(',') else {
        return fault("it has no date");
    };
    let (user, host) = authority
        .split_once('@')
        .map_or((None, authority), |(user, host)| (Some(user), host));
    let is_of = |text: &str, more: &str| {
        let is_good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || more.contains(c);
        !text.is_empty() && text.chars().all(is_good)
    };
    let is_host = is_of(host, "-.") && !host.split('.').any(str::is_empty);
    if !is_host || user.is_some_and(|user| !is_of(user, "-._")) {
        return fault("its authority is no name of a host, nor an e-mail address, in lower case");
    }
    let is_day = match date.len() {
        4 => date.bytes().all(|b| b.is_ascii_digit()),
        7 => is_date(&format!("{date}-01")),
        10 => is_date(date),
        _ => false,
    };
    if !is_day {
        return fault("its date is no year, month or day");
    }
    if specific.is_empty() {
        return fault("it ends after its date");
    }
    None
}

fn is_date(text: &str) -> bool {
    let has_form = text.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    has_form && NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok()
}

/// RFC 2141, which the W3C's validator goes by; all of it is well formed by RFC 8141 too.
fn urn(rest: &str) -> Option<String> {
    let fault = |what: &str| Some(format!("no URN: {what}; one is “urn:isbn:9780141036144”"));
    let Some((namespace, specific)) = rest.split_once(':') else {
        return fault("it has no second colon");
    };
    let is_name = (2..=32).contains(&namespace.len())
        && !namespace.starts_with('-')
        && namespace.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if !is_name || namespace.eq_ignore_ascii_case("urn") {
        return fault("its namespace is no name of 2 to 32 letters, digits and hyphens");
    }
    if namespace.eq_ignore_ascii_case("uuid") {
        let is_good = is_uuid(specific);
        return (!is_good).then(|| {
            "no UUID: one has 32 hexadecimal digits, as in “urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6”".into()
        });
    }
    if specific.is_empty() {
        return fault("it ends after its namespace");
    }
    match specific.chars().find(|c| "/?#&~".contains(*c)) {
        Some(c) => fault(&format!("the W3C's validator takes no “{c}” in one")),
        None => None,
    }
}

fn has_no_host(text: &str, rest: &str) -> bool {
    let has_authority = rest.strip_prefix("//").is_some_and(|rest| !rest.starts_with('/'));
    !has_authority || !Url::parse(text).is_ok_and(|url| url.host_str().is_some_and(|host| !host.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_the_validator_takes_have_no_fault() {
        for id in [
            "https://felix.example/?p=7",
            "https://felix.example",
            "http://[::1]:8080/a#b",
            "https://felix.example/%C3%A4",
            "tag:felix.example,2007:/news/a/",
            "tag:ada@felix.example,2007-05:a",
            "tag:felix.example,2024-02-29:a:b",
            "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
            "URN:UUID:F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6",
            "urn:isbn:9780141036144",
            "info:doi/10.1000/182",
            "mailto:ada@felix.example",
        ] {
            assert_eq!(fault(id), None, "{id}");
        }
    }

    #[test]
    fn malformed_ids_have_the_fault_that_is_theirs() {
        for (id, what) in [
            ("urn:uuid:not-a-uuid", "no UUID"),
            ("urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf", "no UUID"),
            ("urn:uuid:f81d4fae7dec11d0a76500a0c91e6bf6", "no UUID"),
            ("urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bfg", "no UUID"),
            ("urn:uuid", "second colon"),
            ("urn:x:a", "namespace"),
            ("urn:urn:a", "namespace"),
            ("urn:-a:b", "namespace"),
            ("urn:isbn:", "ends"),
            ("urn:isbn:a/b", "“/”"),
            ("tag:x", "second colon"),
            ("tag:x:y", "no date"),
            ("tag:felix.example,24:y", "its date"),
            ("tag:felix.example,2024-13:y", "its date"),
            ("tag:felix.example,2023-02-29:y", "its date"),
            ("tag:felix.example,2024:", "ends"),
            ("tag:,2024:y", "authority"),
            ("tag:felix..example,2024:y", "authority"),
            ("tag:Felix.example,2024:y", "authority"),
            ("tag:felix_example,2024:y", "authority"),
            ("http:felix.example/a", "without a host"),
            ("https:///a", "without a host"),
            ("https://", "without a host"),
            ("https://a b/", "a space"),
            ("https://felix.example/ä", "“ä”"),
            ("https://felix.example/%zz", "“%”"),
            ("https://felix.example/#a#b", "two “#”"),
            ("https://felix.example/[a]", "“[”"),
            ("uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "urn:uuid:"),
            ("f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "a UUID without"),
            ("1901", "no scheme"),
            ("felix.example/a", "no scheme"),
            ("about:", "empty"),
        ] {
            let found = fault(id).unwrap_or_default();
            assert!(found.contains(what), "{id}: {found}");
        }
    }

    #[test]
    fn numbers_and_words_do_not_mean_to_be_uris() {
        for id in [
            "1901",
            "a-story",
            "felix/1901",
            "10:30",
            "2024-05-31-a-story-of-five",
        ] {
            assert!(!is_meant(id), "{id}");
        }
        for id in [
            "Tag:x",
            "urn:x",
            "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
            "{f81d4fae-7dec-11d0-a765-00a0c91e6bf}",
            "https:/a",
        ] {
            assert!(is_meant(id), "{id}");
        }
    }
}
