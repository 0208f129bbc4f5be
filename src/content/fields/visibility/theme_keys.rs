//! The marks of themes, plugins and other programs, by name.

use crate::content::post::KeptBack;

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

pub(super) struct Mark {
    /// In small letters, without what joins words.
    pub(super) names: &'static [&'static str],
    /// The truth that is a mark; `None` for words, of which see `words`.
    pub(super) when: Option<bool>,
    /// Words that are a mark.
    pub(super) words: &'static [&'static str],
    pub(super) why: KeptBack,
    pub(super) weight: Weight,
}

const HIDDEN_WORDS: &[&str] = &[
    "private", "hidden", "unlisted", "none", "internal", "members", "password",
];
const DRAFT_WORDS: &[&str] = &["draft", "drafts", "unpublished", "pending", "wip", "idea", "todo"];

pub(super) const MARKS: [Mark; 12] = [
    Mark {
        names: &["isdraft", "wip", "unpublished", "workinprogress"],
        when: Some(true),
        words: &[],
        why: KeptBack::Draft,
        weight: Weight::Feeds,
    },
    Mark {
        names: &[
            "excludefromfeed",
            "excludefromfeeds",
            "excludefromrss",
            "excludefromatom",
            "hidefromfeed",
            "hidefromfeeds",
            "hidefromrss",
            "hideinrss",
            "hideinfeed",
            "rssexclude",
            "feedexclude",
            "excluderss",
            "excludefeed",
            "nofeed",
            "norss",
            "rsshide",
            "feedhide",
            "hiderss",
            "skiprss",
            "skipfeed",
            "rssignore",
            "disablerss",
            "disablefeed",
            "notinfeed",
            "notinrss",
        ],
        when: Some(true),
        words: &[],
        why: KeptBack::Hidden,
        weight: Weight::Feeds,
    },
    Mark {
        names: &[
            "feed",
            "feeds",
            "rss",
            "atom",
            "infeed",
            "infeeds",
            "inrss",
            "includeinfeed",
            "includeinfeeds",
            "includeinrss",
            "showinfeed",
            "showinrss",
            "syndicate",
            "publishtofeed",
            "rssinclude",
            "feedinclude",
        ],
        when: Some(false),
        words: &["exclude", "excluded", "hide", "hidden", "never", "none", "skip"],
        why: KeptBack::Hidden,
        weight: Weight::Feeds,
    },
    Mark {
        names: &[
            "protected",
            "encrypted",
            "secret",
            "passwordprotected",
            "confidential",
        ],
        when: Some(true),
        words: &[],
        why: KeptBack::Hidden,
        weight: Weight::Lists,
    },
    Mark {
        names: &[
            "private",
            "hidden",
            "hide",
            "unlisted",
            "invisible",
            "headless",
            "hidefromlist",
            "hidefromlists",
            "excludefromlist",
            "excludefromlists",
            "excludefromcollections",
            "hidefromhome",
            "isprivate",
            "ishidden",
            "internal",
            "membersonly",
        ],
        when: Some(true),
        words: &[],
        why: KeptBack::Hidden,
        weight: Weight::Lists,
    },
    Mark {
        names: &[
            "publish",
            "public",
            "listed",
            "visible",
            "ispublic",
            "ispublished",
            "published",
            "show",
            "list",
            "render",
        ],
        when: Some(false),
        words: DRAFT_WORDS,
        why: KeptBack::Hidden,
        weight: Weight::Lists,
    },
    Mark {
        names: &["visibility", "access", "privacy"],
        when: None,
        words: HIDDEN_WORDS,
        why: KeptBack::Hidden,
        weight: Weight::Lists,
    },
    Mark {
        names: &["status", "state", "poststatus", "stage"],
        when: None,
        words: HIDDEN_WORDS,
        why: KeptBack::Hidden,
        weight: Weight::Lists,
    },
    Mark {
        names: &["status", "state", "poststatus", "visibility", "stage"],
        when: None,
        words: DRAFT_WORDS,
        why: KeptBack::Draft,
        weight: Weight::Feeds,
    },
    Mark {
        names: &[
            "archived",
            "archive",
            "obsolete",
            "noindex",
            "robotsnoindex",
            "searchhidden",
            "sitemapexclude",
            "excludefromsitemap",
            "excludefromsearch",
        ],
        when: Some(true),
        words: &[],
        why: KeptBack::Hidden,
        weight: Weight::Nothing,
    },
    Mark {
        names: &[
            "sitemap",
            "searchable",
            "index",
            "search",
            "includeinsitemap",
            "includeinsearch",
        ],
        when: Some(false),
        words: &[],
        why: KeptBack::Hidden,
        weight: Weight::Nothing,
    },
    Mark {
        names: &["robots"],
        when: None,
        words: &["noindex", "noindex,nofollow", "noindex, nofollow", "none"],
        why: KeptBack::Hidden,
        weight: Weight::Nothing,
    },
];

/// Names of a date from which on a post is to be seen no longer, as [`Mark::names`].
pub(super) const UNTIL: &[&str] = &[
    "expires",
    "expiry",
    "expire",
    "expiration",
    "expirydate",
    "expirationdate",
    "expiredate",
    "expiresat",
    "expireson",
    "unpublish",
    "unpublishdate",
    "unpublishon",
    "unpublishat",
    "publicuntil",
    "visibleuntil",
    "publishuntil",
    "publishdown",
];
/// Names of a date before which it is not to be seen.
pub(super) const FROM: &[&str] = &[
    "embargo",
    "embargoeduntil",
    "embargountil",
    "publishon",
    "publishat",
    "publishdate",
    "publishfrom",
    "publishup",
    "scheduledfor",
    "golive",
    "visiblefrom",
    "publicfrom",
    "pubdate",
    "published",
];

/// Those that are read with the post's dates, whatever the generator.
pub(super) const READ_BEFORE: &[&str] = &["publishDate", "expiryDate"];
/// Those that are so common that a date in them says what it says.
pub(super) const USUAL: &[&str] = &[
    "pubdate",
    "published",
    "publishdate",
    "unpublishdate",
    "expirydate",
];
