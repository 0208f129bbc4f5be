//! Marks that no generator has, and whose names plainly say that a post is not for everybody: those of
//! themes, plugins and other programs.

use super::decision::Visibility;
use super::input::Input;
use super::theme_keys::{self, DateKey, Mark, READ_BEFORE, Weight};
use super::values::{moment, name, plain, site_decides, truth};
use crate::content::fields::field;
use crate::content::file::front_matter::Value;
use crate::content::post::KeptBack;
use crate::vocabulary::Dialect;

pub(super) fn read(subject: Input<'_>, visibility: &mut Visibility) {
    marks(subject, &subject.map.0, "", visibility);
    // With these two a theme's own keys stand in a table of their own.
    let table = match subject.dialect {
        Some(Dialect::Zola) => "extra",
        Some(Dialect::Hugo) => "params",
        _ => return outputs(subject, visibility),
    };
    if let Some(Value::Map(map)) = subject.map.get(table) {
        marks(subject, &map.0, table, visibility);
    }
    outputs(subject, visibility);
}

fn marks(subject: Input<'_>, fields: &[(String, Value)], table: &str, visibility: &mut Visibility) {
    for (key, value) in fields {
        let plain_key = plain(key);
        let shown = if table.is_empty() {
            key.clone()
        } else {
            format!("{table}.{key}")
        };
        // Where the owner's own feeds ask for the field, the owner has said what it means.
        if table.is_empty()
            && subject
                .asked_for
                .iter()
                .any(|asked| asked.eq_ignore_ascii_case(key))
        {
            continue;
        }
        // What the generator has itself was decided before.
        let is_decided = visibility
            .kept_back
            .is_some_and(|(_, decided)| plain(decided) == plain_key);
        let is_own = table.is_empty() && (is_decided || is_own(&plain_key, subject.dialect));
        if !is_own {
            if let Some(mark) = mark(&plain_key, value) {
                weigh(subject, mark.weight, mark.why, &shown, visibility);
            } else if plain_key == "draft" && !table.is_empty() && truth(value) == Some(true) {
                weigh(subject, Weight::Feeds, KeptBack::Draft, &shown, visibility);
            } else if is_password(&plain_key, value) {
                weigh(subject, Weight::Feeds, KeptBack::Hidden, &shown, visibility);
            }
        }
        if table.is_empty() {
            dates(subject, key, &plain_key, value, visibility);
        }
    }
}

/// A password in clear would guard a page whose text every reader of the feed has.
fn is_password(plain_key: &str, value: &Value) -> bool {
    matches!(plain_key, "password" | "passphrase" | "passwd")
        && field::text(value).is_some_and(|_| truth(value) != Some(false))
}

/// Whether the generator has a mark of this name itself: what it says was decided before.
fn is_own(plain_key: &str, dialect: Option<Dialect>) -> bool {
    let of = match plain_key {
        "draft" | "published" | "includeinfeeds" => return true,
        "status" => Dialect::Pelican,
        "unlisted" => Dialect::Docusaurus,
        "headless" => Dialect::Hugo,
        "render" => Dialect::Zola,
        _ => return false,
    };
    dialect == Some(of)
}

/// The mark that a value is in a key of this name.
fn mark(plain_key: &str, value: &Value) -> Option<&'static Mark> {
    theme_keys::marks(plain_key).iter().find(|mark| {
        mark.when.is_some() && truth(value) == mark.when
            || field::text(value)
                .is_some_and(|text| mark.words.iter().any(|word| text.eq_ignore_ascii_case(word)))
    })
}

fn weigh(subject: Input<'_>, weight: Weight, why: KeptBack, key: &str, visibility: &mut Visibility) {
    let generator = name(subject.dialect);
    if weight.counts(subject.dialect) {
        visibility.keep_back(why, "a mark of the site's own");
        visibility.warn(
            "kept-back",
            key,
            format!(
                "is no key of {generator}, and says that the post is not for every reader, so it is kept back"
            ),
            "remove the line if readers are to have the post",
        );
    } else {
        let message = match weight {
            Weight::Lists => {
                format!("is no key of {generator}, which lists the post, so it stands in the feeds")
            }
            _ => "is not about feeds, so the post stands in them".to_owned(),
        };
        visibility.note(
            "shown",
            key,
            message,
            "write the generator's own key for it if readers are not to have the post; see docs/visibility.md",
        );
    }
}

/// Dates that the generator does not look at, but perhaps the site's scripts do.
fn dates(subject: Input<'_>, key: &str, plain_key: &str, value: &Value, visibility: &mut Visibility) {
    let Some(DateKey { is_until, is_usual }) = theme_keys::date(plain_key) else {
        return;
    };
    if READ_BEFORE.iter().any(|read| key.eq_ignore_ascii_case(read)) {
        if subject.dialect != Some(Dialect::Hugo) && !site_decides(subject.dialect) {
            visibility.warn(
                "kept-back",
                key,
                format!(
                    "is no key of {}, which shows the post at any time; here it is kept back as the date says",
                    name(subject.dialect)
                ),
                "remove the line if readers are to have the post at any time",
            );
        }
        return;
    }
    let Some(moment) = moment(value, subject.zone) else {
        return;
    };
    if site_decides(subject.dialect) {
        if is_until {
            let until = visibility.public_until.map_or(moment, |until| until.min(moment));
            visibility.public_until = Some(until);
        } else {
            visibility.public_from = visibility.public_from.max(moment);
        }
        if !is_usual {
            let when = if is_until { "from then on" } else { "until then" };
            visibility.warn(
                "kept-back",
                key,
                format!(
                    "is no key of {}; the post is kept back {when}",
                    name(subject.dialect)
                ),
                "write publishDate or expiryDate, or remove the line if it means something else",
            );
        }
    } else if !is_usual {
        visibility.note(
            "shown",
            key,
            format!("is no key of {}, so it keeps nothing back", name(subject.dialect)),
            "write the generator's own key for it; see docs/visibility.md",
        );
    }
}

/// Hugo lists a page whatever it is rendered as.
fn outputs(subject: Input<'_>, visibility: &mut Visibility) {
    if subject.dialect != Some(Dialect::Hugo) {
        return;
    }
    let Some(Value::List(outputs)) = subject.map.get("outputs") else {
        return;
    };
    let has_page = outputs
        .iter()
        .filter_map(field::text)
        .any(|output| output.eq_ignore_ascii_case("html"));
    if !has_page {
        visibility.note(
            "shown",
            "outputs",
            "has no html, but Hugo lists the post all the same, so it stands in the feeds",
            "write build: {list: never} if readers are not to have the post",
        );
    }
}

/// Whether a name is known here, so that it is no misspelling of another.
pub(super) fn is_known(plain_key: &str) -> bool {
    !theme_keys::marks(plain_key).is_empty() || theme_keys::date(plain_key).is_some()
}

/// Whether a line of a file that can't be read as a whole keeps the post back.
pub(super) fn withhold(key: &str, value: &Value, dialect: Option<Dialect>) -> bool {
    let plain_key = plain(key);
    !is_own(&plain_key, dialect) && mark(&plain_key, value).is_some_and(|mark| mark.weight.counts(dialect))
}

/// Whether a key names a date from which on a post is to be seen no longer.
pub(super) fn is_until(key: &str) -> bool {
    theme_keys::date(&plain(key)).is_some_and(|date| date.is_until)
}
