//! What the server reads: immutable, whole, and cheap to clone. A snapshot shares with the one
//! before it all that did not change.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use imbl::{HashMap, OrdMap, OrdSet};

use crate::catalog::loss::Stale;
use crate::catalog::settings::CatalogSettings;
use crate::catalog::snapshot::entries::Published;
use crate::catalog::snapshot::scope::{CommentsState, DocumentState, OtherState, ScopeKey, ScopeState};
use crate::content::Post;
use crate::content::post::AuthorRecord;
use crate::feed::opml;
use crate::vocabulary::{Format, ScopeKind, nfc};

pub mod entries;
pub mod scope;

/// Where a path leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// To a feed in a format.
    Document(ScopeKey, Format),
    /// To the list of all feeds.
    Opml,
    /// To the comments on the post at this path.
    Comments(Arc<str>),
}

/// Paths of posts by the name they are referred to by, or by what they are translations of.
pub(in crate::catalog) type PathsByName = OrdMap<Box<str>, OrdSet<Arc<str>>>;

/// The catalog at one moment.
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub(in crate::catalog) settings: Arc<CatalogSettings>,
    pub(in crate::catalog) moment: DateTime<Utc>,
    /// Every post that could be read, public or not, by path.
    pub(in crate::catalog) posts: OrdMap<Arc<str>, Arc<Post>>,
    /// The ids under which readers know the posts that were public, by path.
    pub(in crate::catalog) ids: OrdMap<Arc<str>, Arc<str>>,
    /// Author records by the id posts use; of several the first by [`AuthorRank`] counts.
    pub(in crate::catalog) authors: OrdMap<Arc<str>, OrdMap<AuthorRank, Arc<AuthorRecord>>>,
    /// The posts that are public under an id of their own, newest first, whichever feeds there are.
    pub(in crate::catalog) listed: OrdSet<Arc<Published>>,
    pub(in crate::catalog) scopes: OrdMap<ScopeKey, Arc<ScopeState>>,
    pub(in crate::catalog) routes: HashMap<Arc<str>, Route>,
    pub(in crate::catalog) opml: Option<OtherState>,
    /// The comments that are served, by the path of their post.
    pub(in crate::catalog) comments: OrdMap<Arc<str>, CommentsState>,
    /// What stood last at addresses where nothing stands now.
    pub(in crate::catalog) former: HashMap<Arc<str>, OtherState>,
    pub(in crate::catalog) next_change: Option<DateTime<Utc>>,
    /// Posts by name, where posts refer to each other so.
    pub(in crate::catalog) names: Option<PathsByName>,
    /// Posts that are translations of others.
    pub(in crate::catalog) translations: PathsByName,
    pub(in crate::catalog) next_post_change: Option<DateTime<Utc>>,
    pub(in crate::catalog) stale: Option<Stale>,
}

/// Which of two author records with one id counts: the one in the folder of that name before one
/// that claims the id in its front matter, then the earlier path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AuthorRank {
    pub(in crate::catalog) claims_id: bool,
    pub(in crate::catalog) path: Arc<str>,
}

impl Snapshot {
    /// Where a path leads; the path is percent-decoded, and without a query.
    pub fn route(&self, path: &str) -> Option<&Route> {
        self.routes.get(path)
    }

    /// The document that another program would have had at a path (see [`crate::config::Preset`]).
    pub fn former(&self, path: &str) -> Option<&DocumentState> {
        let kinds = &self.settings.feeds.kinds;
        kinds.iter().find_map(|(kind, settings)| {
            let (slug, format) = settings.path.former(path)?;
            let key = ScopeKey {
                kind: *kind,
                slug: slug.into(),
            };
            let documents = &self.scopes.get(&key)?.documents;
            documents.iter().find(|document| document.format == format)
        })
    }

    /// When a post will next appear or disappear by the passing of time alone.
    pub fn next_post_change(&self) -> Option<DateTime<Utc>> {
        self.next_post_change
    }

    /// A scope.
    pub fn scope(&self, key: &ScopeKey) -> Option<&Arc<ScopeState>> {
        self.scopes.get(key)
    }

    /// A scope to change, made if it is new.
    pub(in crate::catalog) fn scope_mut(&mut self, key: &ScopeKey) -> &mut ScopeState {
        let new = || Arc::new(ScopeState::new(key));
        Arc::make_mut(self.scopes.entry(key.clone()).or_insert_with(new))
    }

    /// The public posts, newest first: each may stand in several feeds, or in none where the site's is switched off.
    pub fn listed(&self) -> &OrdSet<Arc<Published>> {
        &self.listed
    }

    /// Every scope that has a feed, site first, then by kind and slug.
    pub fn scopes(&self) -> impl Iterator<Item = &Arc<ScopeState>> {
        self.scopes.values()
    }

    /// The state of the list of all feeds.
    pub fn opml(&self) -> Option<OtherState> {
        self.opml
    }

    /// What stood last at addresses where nothing stands now: a document that comes back there goes on from it.
    pub fn former_documents(&self) -> &HashMap<Arc<str>, OtherState> {
        &self.former
    }

    /// The feeds of comments: the path of the post, and where they are served with their state.
    pub fn comments(&self) -> &OrdMap<Arc<str>, CommentsState> {
        &self.comments
    }

    /// The list of all feeds, grouped by kind of scope.
    pub fn render_opml(&self) -> Vec<u8> {
        let groups = ScopeKind::ALL.into_iter().filter_map(|kind| {
            let lines: Vec<&opml::Outline> = self
                .scopes
                .values()
                .filter(|scope| scope.key.kind == kind)
                .filter_map(|scope| scope.line.as_deref())
                .collect();
            (!lines.is_empty()).then_some((kind.heading(), lines))
        });
        opml::render(&self.settings.site.title, groups)
    }

    /// Every post that could be read, public or not, by path.
    pub fn posts(&self) -> impl Iterator<Item = &Arc<Post>> {
        self.posts.values()
    }

    /// The record of an author, by the id that posts use: one among the content, else one that the
    /// site keeps elsewhere.
    pub fn author(&self, id: &str) -> Option<&Arc<AuthorRecord>> {
        let id = nfc::compose(id);
        let id = id.as_ref();
        let own = self.authors.get(id).and_then(|records| records.get_min());
        let elsewhere = &self.settings.content.conventions.rules().authors;
        own.map(|(_, record)| record).or_else(|| elsewhere.get(id))
    }

    /// The ids under which readers know the posts that were public, by path.
    pub fn ids(&self) -> &OrdMap<Arc<str>, Arc<str>> {
        &self.ids
    }

    /// When the passing of time alone will next change a feed.
    pub fn next_change(&self) -> Option<DateTime<Utc>> {
        self.next_change
    }

    /// The moment for which this snapshot was made.
    pub fn moment(&self) -> DateTime<Utc> {
        self.moment
    }

    /// Why it may be behind the files, if it may.
    pub fn stale(&self) -> Option<&Stale> {
        self.stale.as_ref()
    }

    /// The same, marked as behind the files for a reason, or as not.
    #[must_use]
    pub fn marked(&self, stale: Option<Stale>) -> Self {
        Snapshot {
            stale,
            ..self.clone()
        }
    }

    /// What it was made with.
    pub fn settings(&self) -> &CatalogSettings {
        &self.settings
    }

    /// The same to keep: others are in another place of memory for as long as these are kept.
    pub fn shared_settings(&self) -> &Arc<CatalogSettings> {
        &self.settings
    }
}

#[cfg(test)]
impl Snapshot {
    /// A snapshot of scopes made by hand, without posts.
    pub(crate) fn of_scopes(
        settings: Arc<CatalogSettings>,
        scopes: impl IntoIterator<Item = ScopeState>,
        next_change: Option<DateTime<Utc>>,
    ) -> Self {
        let scopes: Vec<ScopeState> = scopes.into_iter().collect();
        let routes = scopes.iter().flat_map(|scope| {
            scope.documents.iter().map(|document| {
                let route = Route::Document(scope.key.clone(), document.format);
                (Arc::clone(&document.path), route)
            })
        });
        Snapshot {
            settings,
            moment: Utc::now(),
            posts: OrdMap::new(),
            ids: OrdMap::new(),
            authors: OrdMap::new(),
            listed: OrdSet::new(),
            routes: routes.collect(),
            scopes: scopes
                .into_iter()
                .map(|scope| (scope.key.clone(), Arc::new(scope)))
                .collect(),
            opml: None,
            comments: OrdMap::new(),
            former: HashMap::new(),
            next_change,
            names: None,
            translations: PathsByName::new(),
            next_post_change: next_change,
            stale: None,
        }
    }
}
