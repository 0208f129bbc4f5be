//! The marks of themes, plugins and other programs, by name. Names are in lower case, without what joins words:
//! `exclude_from_feed` is `excludefromfeed`.

use super::values::site_decides;
use crate::content::post::KeptBack;
use crate::vocabulary::Dialect;

/// How much a mark weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    /// It is about feeds, or about a secret: it counts everywhere.
    Feeds,
    /// It is about lists. It counts where the site's own scripts decide what is listed; elsewhere the
    /// generator lists the post, and so do its feeds.
    Lists,
    /// It is about search engines or the age of the post, and feeds have it all the same.
    Nothing,
}

impl Weight {
    /// Whether the mark keeps a post back on a site of this generator.
    pub(super) fn counts(self, dialect: Option<Dialect>) -> bool {
        match self {
            Weight::Feeds => true,
            Weight::Lists => site_decides(dialect),
            Weight::Nothing => false,
        }
    }
}

/// What a key means if its value is one of these.
pub(super) struct Mark {
    /// The truth that is a mark; `None` if only words are.
    pub(super) when: Option<bool>,
    /// Words that are a mark.
    pub(super) words: &'static [&'static str],
    pub(super) why: KeptBack,
    pub(super) weight: Weight,
}

impl Mark {
    const fn yes(why: KeptBack, weight: Weight) -> Self {
        Mark::no(&[], weight).but(Some(true), why)
    }

    const fn no(words: &'static [&'static str], weight: Weight) -> Self {
        Mark {
            when: Some(false),
            words,
            why: KeptBack::Hidden,
            weight,
        }
    }

    const fn words(words: &'static [&'static str], why: KeptBack, weight: Weight) -> Self {
        Mark::no(words, weight).but(None, why)
    }

    const fn but(self, when: Option<bool>, why: KeptBack) -> Self {
        Mark { when, why, ..self }
    }
}

const HIDDEN_WORDS: &[&str] = &[
    "private", "hidden", "unlisted", "none", "internal", "members", "password",
];
const DRAFT_WORDS: &[&str] = &["draft", "drafts", "unpublished", "pending", "wip", "idea", "todo"];
const EXCLUDED_WORDS: &[&str] = &["exclude", "excluded", "hide", "hidden", "never", "none", "skip"];
const NO_INDEX_WORDS: &[&str] = &["noindex", "noindex,nofollow", "noindex, nofollow", "none"];

const DRAFT: Mark = Mark::yes(KeptBack::Draft, Weight::Feeds);
const NOT_IN_FEEDS: Mark = Mark::yes(KeptBack::Hidden, Weight::Feeds);
const IN_FEEDS: Mark = Mark::no(EXCLUDED_WORDS, Weight::Feeds);
const HIDDEN: Mark = Mark::yes(KeptBack::Hidden, Weight::Lists);
const SHOWN: Mark = Mark::no(DRAFT_WORDS, Weight::Lists);
const HIDDEN_WORD: Mark = Mark::words(HIDDEN_WORDS, KeptBack::Hidden, Weight::Lists);
const DRAFT_WORD: Mark = Mark::words(DRAFT_WORDS, KeptBack::Draft, Weight::Feeds);
const NOT_SEARCHED: Mark = Mark::yes(KeptBack::Hidden, Weight::Nothing);
const SEARCHED: Mark = Mark::no(&[], Weight::Nothing);
const ROBOTS: Mark = Mark::words(NO_INDEX_WORDS, KeptBack::Hidden, Weight::Nothing);

/// What a key of this name may mean; the first that fits the value counts.
pub(super) fn marks(plain_key: &str) -> &'static [Mark] {
    match plain_key {
        "isdraft" | "wip" | "unpublished" | "workinprogress" => &[DRAFT],
        "excludefromfeed" | "excludefromfeeds" | "excludefromrss" | "excludefromatom" | "hidefromfeed"
        | "hidefromfeeds" | "hidefromrss" | "hideinrss" | "hideinfeed" | "rssexclude" | "feedexclude"
        | "excluderss" | "excludefeed" | "nofeed" | "norss" | "rsshide" | "feedhide" | "hiderss"
        | "skiprss" | "skipfeed" | "rssignore" | "disablerss" | "disablefeed" | "notinfeed" | "notinrss" => {
            &[NOT_IN_FEEDS]
        }
        "feed" | "feeds" | "rss" | "atom" | "infeed" | "infeeds" | "inrss" | "includeinfeed"
        | "includeinfeeds" | "includeinrss" | "showinfeed" | "showinrss" | "syndicate" | "publishtofeed"
        | "rssinclude" | "feedinclude" => &[IN_FEEDS],
        "protected" | "encrypted" | "secret" | "passwordprotected" | "confidential" | "private"
        | "hidden" | "hide" | "unlisted" | "invisible" | "headless" | "hidefromlist" | "hidefromlists"
        | "excludefromlist" | "excludefromlists" | "hidefromhome" | "isprivate" | "ishidden" | "internal"
        | "membersonly" => &[HIDDEN],
        "excludefromcollections" => &[HIDDEN],
        "publish" | "public" | "listed" | "visible" | "ispublic" | "ispublished" | "published" | "show"
        | "list" | "render" => &[SHOWN],
        "access" | "privacy" => &[HIDDEN_WORD],
        "visibility" | "status" | "state" | "poststatus" | "stage" => &[HIDDEN_WORD, DRAFT_WORD],
        "archived" | "archive" | "obsolete" | "noindex" | "robotsnoindex" | "searchhidden"
        | "sitemapexclude" | "excludefromsearch" => &[NOT_SEARCHED],
        "excludefromsitemap" => &[NOT_SEARCHED],
        "sitemap" | "searchable" | "index" | "search" | "includeinsitemap" | "includeinsearch" => &[SEARCHED],
        "robots" => &[ROBOTS],
        _ => &[],
    }
}

/// A key whose value is a date.
pub(super) struct DateKey {
    /// Whether a post is public until that date, not from then on.
    pub(super) is_until: bool,
    /// Whether the key is so common that a date in it means what it says.
    pub(super) is_usual: bool,
}

/// The date that a key of this name holds.
pub(super) fn date(plain_key: &str) -> Option<DateKey> {
    let (is_until, is_usual) = match plain_key {
        "expirydate" | "unpublishdate" => (true, true),
        "expires" | "expiry" | "expire" | "expiration" | "expirationdate" | "expiredate" | "expiresat"
        | "expireson" | "unpublish" | "unpublishon" | "unpublishat" | "publicuntil" | "visibleuntil"
        | "publishuntil" | "publishdown" => (true, false),
        "pubdate" | "published" | "publishdate" => (false, true),
        "embargo" | "embargoeduntil" | "embargountil" | "publishon" | "publishat" | "publishfrom"
        | "publishup" | "scheduledfor" | "golive" | "visiblefrom" | "publicfrom" => (false, false),
        _ => return None,
    };
    Some(DateKey { is_until, is_usual })
}

/// Those that are read with the post's dates, whatever the generator.
pub(super) const READ_BEFORE: &[&str] = &["publishDate", "expiryDate"];
