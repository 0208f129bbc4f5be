//! Single values that are text: → what they mean, or a complaint. The same for the file, flags and
//! variables.

use std::borrow::Cow;

use chrono_tz::{TZ_VARIANTS, Tz};
use url::Url;

use crate::vocabulary::{
    Complaint,
    complaint::{nearest, suggest},
    email::is_email,
    slug::{shortened, slug},
    text::is_blank,
};

/// The year in an authority that is made from a host. RFC 4151, section 2.1, wants a date at which
/// the name belonged to whoever makes the ids. It is a constant, and not the present year, because
/// an id is for ever: with the present year every id would change at New Year.
const AUTHORITY_YEAR: &str = "2026";

/// An id authority for previews, whose host is this machine.
pub(super) const PREVIEW_AUTHORITY: &str = "localhost,2026";

/// Text that must say something, without outer white space.
pub(super) fn text(written: &str) -> Result<String, Complaint> {
    match written.trim() {
        text if is_blank(text) => Err(Complaint::new(
            "there is nothing in it",
            "write some text, or leave it out: then the default holds",
        )),
        text => Ok(text.to_owned()),
    }
}

/// One of several names.
pub(super) fn choice<T: Copy>(written: &str, choices: &[(&str, T)]) -> Result<T, Complaint> {
    let found = choices.iter().find(|(name, _)| *name == written);
    found.map(|(_, value)| *value).ok_or_else(|| {
        let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
        Complaint::new(format!("unknown value “{written}”"), suggest(written, &names))
    })
}

/// A language tag, well formed by RFC 5646, section 2.1.
pub(super) fn language(written: &str) -> Result<String, Complaint> {
    let mut subtags = written.split('-');
    let primary = subtags.next().unwrap_or("");
    // The grammar allows longer ones, but none has ever been registered: `english` is a mistake.
    let primary_is_good = matches!(primary.len(), 2 | 3) && primary.bytes().all(|b| b.is_ascii_alphabetic())
        || matches!(primary, "x" | "i" | "X" | "I") && written.len() > 2;
    let rest_is_good = subtags
        .all(|subtag| (1..=8).contains(&subtag.len()) && subtag.bytes().all(|b| b.is_ascii_alphanumeric()));
    if primary_is_good && rest_is_good {
        return Ok(written.to_owned());
    }
    let dashed = written.trim().replace('_', "-");
    let dashed = dashed.split('.').next().unwrap_or("");
    let help = if dashed != written && language(dashed).is_ok() {
        format!("write {dashed}")
    } else {
        "write a language tag, such as en, en-GB or zh-Hant".into()
    };
    Err(Complaint::new(format!("“{written}” is no language tag"), help))
}

/// A time zone by its name in the IANA database.
pub(super) fn time_zone(written: &str) -> Result<Tz, Complaint> {
    written.parse().map_err(|_| {
        let names = || TZ_VARIANTS.iter().map(|zone| zone.name());
        let city = |name: &'static str| name.rsplit('/').next().unwrap_or(name);
        let place = written.rsplit('/').next().unwrap_or("").trim().replace(' ', "_");
        // The whole name, else its last part: people write the city alone.
        let meant = nearest(&place, names().map(city))
            .and_then(|found| {
                nearest(written, names().filter(|name| city(name) == found))
                    .or_else(|| names().find(|name| city(name) == found))
            })
            .or_else(|| nearest(written, names()));
        let help = match meant {
            Some(name) => format!("did you mean “{name}”? Names are those of the IANA time zone database"),
            None => "write a name of the IANA time zone database, such as Europe/London, or UTC".into(),
        };
        Complaint::new(format!("unknown time zone “{written}”"), help)
    })
}

/// The authority of tag URIs, `authorityName "," date` by RFC 4151, section 2.1.
pub(super) fn authority(written: &str) -> Result<String, Complaint> {
    let is_good = written
        .split_once(',')
        .is_some_and(|(name, date)| is_authority_name(name) && is_authority_date(date));
    if is_good {
        return Ok(written.to_owned());
    }
    let name = written.split(',').next().unwrap_or("").trim().to_lowercase();
    let help = if is_authority_name(&name) && !written.contains(',') {
        format!("add a year in which the name was yours: {name},{AUTHORITY_YEAR}")
    } else {
        "write a host or an e-mail address that is yours, and since when: example.org,2024".into()
    };
    Err(Complaint::new(
        format!("“{written}” is no authority for ids"),
        help,
    ))
}

/// The authority for a site that names none.
pub(super) fn default_authority(site: &Url) -> Result<String, Complaint> {
    let host = site.host_str().unwrap_or("").trim_end_matches('.');
    if is_authority_name(host) {
        Ok(format!("{host},{AUTHORITY_YEAR}"))
    } else {
        Err(Complaint::new(
            format!("no id can be made from the host “{host}”"),
            "set authority under [site] to a name that is yours, and since when: example.org,2024",
        ))
    }
}

fn is_authority_name(name: &str) -> bool {
    let is_component = |part: &str| {
        part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !part.is_empty()
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    let is_host = |host: &str| host.split('.').all(is_component);
    match name.split_once('@') {
        None => is_host(name),
        Some((user, host)) => {
            let is_user_byte = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
            !user.is_empty() && user.bytes().all(is_user_byte) && is_host(host)
        }
    }
}

/// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
fn is_authority_date(date: &str) -> bool {
    let parts: Vec<&str> = date.split('-').collect();
    let is_number =
        |part: &&str, width: usize| part.len() == width && part.bytes().all(|b| b.is_ascii_digit());
    let well_formed = match parts.as_slice() {
        [year] => is_number(year, 4),
        [year, month] => is_number(year, 4) && is_number(month, 2),
        [year, month, day] => is_number(year, 4) && is_number(month, 2) && is_number(day, 2),
        _ => false,
    };
    let whole = match parts.len() {
        1 => format!("{date}-01-01"),
        2 => format!("{date}-01"),
        _ => date.to_owned(),
    };
    well_formed && whole.parse::<chrono::NaiveDate>().is_ok()
}

/// An e-mail address on its own. Not RFC 5322 in full: what feed readers and validators take.
pub(super) fn email(written: &str) -> Result<String, Complaint> {
    // An owner may have an address with other letters (RFC 6531); its shape is the same.
    let plain: String = written
        .chars()
        .map(|c| if c.is_alphanumeric() { 'x' } else { c })
        .collect();
    if is_email(&plain) {
        return Ok(written.to_owned());
    }
    let inner = written.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    let help = match inner {
        Some((address, _)) if is_email(address) => format!("write the address alone: {address}"),
        _ => "write it as somebody@example.org".into(),
    };
    Err(Complaint::new(format!("“{written}” is no e-mail address"), help))
}

/// A slug, usable as a segment of a path as it stands.
pub(super) fn segment(written: &str) -> Result<String, Complaint> {
    let bad = |c: char| c.is_control() || c.is_whitespace() || "/\\?#%{}".contains(c);
    if !written.is_empty() && !matches!(written, "." | "..") && !written.contains(bad) {
        return match shortened(written) {
            Cow::Borrowed(_) => Ok(written.to_owned()),
            Cow::Owned(short) => Err(Complaint::new(
                format!("“{written}” is too long for the name of a file"),
                format!("write something shorter, such as {short}"),
            )),
        };
    }
    let help = match slug(written).as_str() {
        "" => "write a part of an address, such as food-and-drink".into(),
        proposal => format!("write {proposal}"),
    };
    Err(Complaint::new(
        format!("“{written}” can't be a part of an address"),
        help,
    ))
}

/// The address of an image: absolute, or a path on the site.
pub(super) fn image(written: &str) -> Result<String, Complaint> {
    let written = written.trim();
    // A host of no meaning, to read a path with.
    let base = Url::parse("https://host.example/").ok();
    let is_path = written.starts_with('/') && !written.starts_with("//");
    let url = match base.filter(|_| is_path) {
        Some(base) => base.join(written).ok(),
        None => Url::parse(written).ok(),
    };
    match url {
        Some(url) if is_path => Ok(url[url::Position::BeforePath..].to_owned()),
        Some(url) if matches!(url.scheme(), "http" | "https") => Ok(url.into()),
        _ => Err(Complaint::new(
            format!("“{written}” is no address of an image"),
            "write the whole address, or a path on the site that starts with “/”",
        )),
    }
}

/// How many entries a feed holds.
pub(super) fn limit(written: i64) -> Result<usize, Complaint> {
    const MOST: usize = 10_000;
    usize::try_from(written)
        .ok()
        .filter(|limit| (1..=MOST).contains(limit))
        .ok_or_else(|| {
            Complaint::new(
                format!("a feed can't hold {written} entries"),
                "write a number from 1 to 10000",
            )
        })
}

#[cfg(test)]
mod tests;
