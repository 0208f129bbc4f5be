//! Judges what a writer publishes, by what a fresh catalog makes of the same and by what a reader
//! may rely on.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Duration, SubsecRound, Utc};
use newswire::catalog::clock::Clock;
use newswire::catalog::select;
use newswire::catalog::{Catalog, CatalogSettings, Extent, Route, ScopeKey, Snapshot};
use newswire::config::Config;
use newswire::content::Post;
use newswire::content::conventions::Rules;
use newswire::render::Renderer;
use newswire::vocabulary::{Digest, Format};
use newswire::watch::writer::Outcome;

use super::kept::{Kept, KnownIds};
use super::run::Tally;
use super::text::{AUTHORS, SECRET};
use super::world::World;
use crate::support::{MemoryTree, xml};

/// How long what vanished is held.
pub(super) const HOLD: std::time::Duration = std::time::Duration::from_secs(30);

/// What is known of a document: its validators.
type Validators = (Digest, DateTime<Utc>);

/// A volume that went.
struct Lost {
    /// When.
    since: std::time::Duration,
    /// The posts that were known then.
    known: BTreeSet<String>,
    /// The program has seen that most of them are missing.
    is_most: bool,
}

/// Follows one sequence.
#[derive(Default)]
pub(crate) struct Judge {
    snapshot: Option<Arc<Snapshot>>,
    documents: BTreeMap<(ScopeKey, Format), Validators>,
    /// The Last-Modified of documents that stood under another configuration.
    former: BTreeMap<(ScopeKey, Format), DateTime<Utc>>,
    /// The bytes of every digest ever rendered, over restarts too.
    bytes: HashMap<Digest, Vec<u8>>,
    turn: usize,
    /// The next snapshot is of another configuration.
    is_reconfigured: bool,
    lost: Option<Lost>,
    /// Nothing may be the first snapshot yet.
    is_withheld: bool,
    fault: Option<String>,
    pub(crate) tally: Tally,
}

impl Judge {
    /// The process ends; its readers keep what they have.
    pub(crate) fn forget(&mut self) {
        self.snapshot = None;
        self.documents.clear();
        self.former.clear();
        self.lost = None;
    }

    /// The process ends, and another goes on with what was written down: readers must not notice.
    pub(crate) fn go_on(&mut self) {
        self.snapshot = None;
        self.lost = None;
    }

    /// The process goes on with another configuration.
    pub(crate) fn expect_other_feeds(&mut self) {
        self.is_reconfigured = true;
    }

    pub(crate) fn fault(&self) -> Result<(), String> {
        self.fault.clone().map_or(Ok(()), Err)
    }

    /// Hears of a look.
    pub(crate) fn hear(&mut self, world: &World, outcome: Outcome<'_>) {
        let is_withheld = outcome.is_ok_and(|step| step.withheld.is_some());
        let is_put_off = is_withheld || outcome.is_ok_and(|step| step.is_put_off);
        let nothing = BTreeSet::new();
        let left = outcome.map_or(&nothing, |step| &step.left);
        let began = world.looked(is_put_off, left);
        let now = world.now().max(began);
        let Ok(step) = outcome else { return };
        self.is_withheld = is_withheld;
        // Before the first snapshot the clock counts only with a look that is taken in.
        if is_withheld || is_put_off && self.snapshot.is_none() {
            return;
        }
        world.tell_time();
        if let Some(snapshot) = &step.snapshot {
            self.tally.snapshots += 1;
            let held = self.is_held(snapshot, world);
            let stay = self.snapshot.as_ref().map_or(Ok(()), |before| {
                ids_stay(before, snapshot, world.kept().lock().is_some())
            });
            let whole = held.and(stay).and_then(|()| self.is_whole(snapshot, world));
            let taken = whole.and_then(|()| self.take_in(snapshot, now, world.kept().high_water));
            if let Err(fault) = taken {
                self.fault.get_or_insert(fault);
            }
            self.snapshot = Some(Arc::clone(snapshot));
        }
    }

    /// What holds from one snapshot to the next.
    fn take_in(
        &mut self,
        snapshot: &Snapshot,
        now: DateTime<Utc>,
        high_water: DateTime<Utc>,
    ) -> Result<(), String> {
        let is_reconfigured = std::mem::take(&mut self.is_reconfigured);
        let is_first = self.snapshot.is_none() || is_reconfigured;
        let seen_at = ceil_to_second(now);
        let latest = ceil_to_second(high_water);
        let mut standing = BTreeSet::new();
        for scope in snapshot.scopes() {
            if scope.title.contains(SECRET) || scope.key.slug.contains(SECRET) {
                return Err(format!("a draft leaks into the name of {:?}", scope.key));
            }
            for document in &scope.documents {
                let key = (scope.key.clone(), document.format);
                let is = (document.digest, scope.last_modified);
                let name = &document.path;
                match self.documents.get(&key) {
                    Some(was) if was.0 == is.0 && was.1 != is.1 => {
                        return Err(format!("{name}: Last-Modified moved and its bytes did not"));
                    }
                    Some(was) if was.0 != is.0 && is.1 <= was.1 => {
                        return Err(format!("{name}: it changed and Last-Modified did not move on"));
                    }
                    Some(was) if is.1 > seen_at.max(was.1 + Duration::seconds(1)) => {
                        return Err(format!("{name}: Last-Modified {} is in the future", is.1));
                    }
                    // A format that is new goes with those that were there.
                    // Of one that was gone, readers know the Last-Modified it had.
                    None if is.1 > latest.max(self.after_former(&scope.key)) && !is_reconfigured => {
                        return Err(format!(
                            "{name}: Last-Modified {} is in the future at {now}",
                            is.1
                        ));
                    }
                    None if !is_first && is.1 != seen_at && is.1 != self.after_former(&scope.key) => {
                        return Err(format!(
                            "{name}: it is new at {seen_at} and has the old Last-Modified {}",
                            is.1
                        ));
                    }
                    _ => {}
                }
                if snapshot.route(name) != Some(&Route::Document(scope.key.clone(), document.format)) {
                    return Err(format!("{name} does not lead where it should"));
                }
                self.documents.insert(key.clone(), is);
                standing.insert(key);
            }
        }
        if is_reconfigured {
            let gone = self.documents.extract_if(.., |key, _| !standing.contains(key));
            self.former.extend(gone.map(|(key, (_, at))| (key, at)));
        }
        match self.documents.keys().find(|key| !standing.contains(key)) {
            Some(key) => Err(format!("{key:?} was public and is gone")),
            None => Ok(()),
        }
    }

    /// The earliest Last-Modified of a document of a feed that stood before, in whatever format.
    fn after_former(&self, scope: &ScopeKey) -> DateTime<Utc> {
        let of_scope = self.former.iter().filter(|((former, _), _)| former == scope);
        let latest = of_scope.map(|(_, at)| *at + Duration::seconds(1)).max();
        latest.unwrap_or(DateTime::<Utc>::MIN_UTC)
    }

    /// What somebody is still writing is not shown, and what it was before stays.
    fn is_whole(&mut self, snapshot: &Snapshot, world: &World) -> Result<(), String> {
        let Some((path, texts)) = world.cut_short() else {
            return Ok(());
        };
        self.tally.cut_short += 1;
        let post = |snapshot: &Snapshot| snapshot.posts().find(|post| *post.path == *path).cloned();
        let (before, now) = (self.snapshot.as_deref().and_then(post), post(snapshot));
        if before.is_some() && now.is_none() && world.kept().is_sound(&path) {
            return Err(format!(
                "{path} went while it was being written, at {:?}",
                world.elapsed()
            ));
        }
        match now {
            Some(post) if texts.contains(&post.content) => {
                Err(format!("{path} was published while it was being written"))
            }
            _ => Ok(()),
        }
    }

    /// Of most posts, lost at once, every one stays until nothing of what is missing has changed for as long
    /// as a volume may take to come back.
    fn is_held(&mut self, snapshot: &Snapshot, world: &World) -> Result<(), String> {
        let (Some(before), Some(volume)) = (&self.snapshot, world.unmounted()) else {
            self.lost = None;
            return Ok(());
        };
        let lost = match self.lost.take() {
            Some(lost) if lost.since == volume.since => lost,
            _ => Lost {
                since: volume.since,
                known: before.posts().map(|post| post.path.to_string()).collect(),
                is_most: false,
            },
        };
        let lost = self.lost.insert(lost);
        // Those that were written anew in the meantime are not missing.
        let gone = || volume.posts.iter().filter(|path| lost.known.contains(*path));
        let is_most = gone().count() * 2 > lost.known.len() && (volume.is_new_root || gone().count() >= 10);
        if !is_most && !lost.is_most || world.elapsed() >= volume.changed + HOLD {
            return Ok(());
        }
        let posts: BTreeSet<&str> = snapshot.posts().map(|post| &*post.path).collect();
        if let Some(path) = gone().find(|path| !posts.contains(path.as_str())) {
            return Err(format!("{path} vanished with most others, and was not held"));
        }
        lost.is_most |= is_most && volume.was_seen;
        Ok(())
    }

    /// What holds when nothing has happened for a while.
    pub(crate) fn judge(&mut self, world: &World, config: &Config, day_first: bool) -> Result<(), String> {
        if self.is_withheld {
            return match world.any_public_post() {
                Some(path) => Err(format!("“{path}” is public, and nothing is published")),
                None => Ok(()),
            };
        }
        world.everything_was_seen()?;
        let live = self.snapshot.clone().ok_or("nothing was ever published")?;
        let posts: BTreeSet<&str> = live.posts().map(|post| &*post.path).collect();
        let records: BTreeSet<&str> = AUTHORS
            .iter()
            .filter_map(|id| Some(&*live.author(id)?.path))
            .collect();
        let (kept, is_unclear) = world.settled(|path| posts.contains(path) || records.contains(path));
        let fresh = fresh(&kept, &live, config);
        self.tally.checks += 1;

        let site = live.scope(&ScopeKey::site()).ok_or("the site has no feed")?;
        let titles: Vec<&str> = site.entries.iter().map(|entry| &*entry.post.title).collect();
        // Who has which id is the lock's affair, where there is one.
        let known = known_ids(&live);
        if kept.lock().is_none() && !kept.is_unclear() && titles != kept.titles(&known) {
            return Err(format!(
                "the site's posts are {titles:?}, and should be {:?}",
                kept.titles(&known)
            ));
        }
        if is_unclear || kept.is_unclear() || !kept.is_readable(day_first) {
            // What else is held depends on what went first, and a fresh process can't read what this one kept.
            return Ok(());
        }
        for scope in live.scopes() {
            if fresh.scope(&scope.key).is_none() && !scope.entries.is_empty() {
                return Err(format!("{:?} should have no entries", scope.key));
            }
        }
        let renderers = (Renderer::new(1 << 20), Renderer::new(1 << 20));
        for scope in fresh.scopes() {
            let own = live
                .scope(&scope.key)
                .ok_or(format!("{:?} has no feed", scope.key))?;
            self.tally.digests += scope.documents.len();
            if own.documents != scope.documents {
                let difference = difference(&live, &fresh, &scope.key);
                return Err(format!("{:?} is not what it should be: {difference}", scope.key));
            }
            for document in &scope.documents {
                // Rendering is what costs time: what is known is rendered again once in a while.
                self.turn += 1;
                if self.bytes.contains_key(&document.digest) && !self.turn.is_multiple_of(32) {
                    continue;
                }
                let render = |renderer: &Renderer, snapshot| {
                    renderer.render(snapshot, &scope.key, document.format).unwrap()
                };
                let bytes = render(&renderers.0, &live);
                self.compare(&document.path, document.digest, &bytes)?;
                self.compare(&document.path, document.digest, &render(&renderers.1, &fresh))?;
            }
        }
        let changes = [fresh.next_change(), kept.next_withdrawal()];
        let next = changes.into_iter().flatten().min();
        if live.next_change() != next {
            return Err(format!(
                "the next change is announced for {:?}, and is due at {next:?}",
                live.next_change()
            ));
        }
        Ok(())
    }

    /// The same digest stands for the same bytes, and no draft is in them.
    fn compare(&mut self, path: &str, digest: Digest, bytes: &[u8]) -> Result<(), String> {
        self.tally.rendered += 1;
        if let Some(before) = self.bytes.get(&digest) {
            return if before == bytes {
                Ok(())
            } else {
                Err(format!("{path}: one digest stands for two documents"))
            };
        }
        let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
        // Reads it strictly, in whatever format it is.
        xml::titles(text);
        if text.contains(SECRET) {
            return Err(format!("a draft leaks into {path}: {text}"));
        }
        self.bytes.insert(digest, bytes.to_vec());
        Ok(())
    }
}

/// What a fresh process makes of what may be remembered.
fn fresh(kept: &Kept, live: &Snapshot, config: &Config) -> Snapshot {
    let tree = MemoryTree::default();
    for (path, text) in kept.good() {
        tree.write(path, &text.bytes);
    }
    if let Some(lock) = kept.lock() {
        tree.write_lock(lock);
    }
    let mut catalog = Catalog::new(
        CatalogSettings::new(config, Rules::default()),
        kept.high_water,
        None,
    )
    .with_kept(newswire::catalog::Kept {
        ids: live.ids().clone(),
        ..newswire::catalog::Kept::default()
    });
    catalog.step(&tree, &Extent::Everything, kept.high_water).unwrap();
    catalog.snapshot()
}

/// What the ids of posts depend on: those that they are known by, and those that would be made for them.
fn known_ids(live: &Snapshot) -> KnownIds {
    KnownIds {
        kept: live
            .ids()
            .iter()
            .map(|(path, id)| (path.to_string(), id.to_string()))
            .collect(),
        made: live
            .posts()
            .map(|post| (post.path.to_string(), post.id.to_string()))
            .collect(),
    }
}

/// No post that stands in the feeds before and after a change has another id, unless it gives one itself, a lock
/// file had a say, or its file has another post in it now, by its title; and no two have the same.
fn ids_stay(before: &Snapshot, after: &Snapshot, has_lock: bool) -> Result<(), String> {
    let entries = |snapshot: &Snapshot| -> BTreeMap<Arc<str>, (Arc<str>, Arc<Post>)> {
        let site = snapshot.scope(&ScopeKey::site());
        let entries = site.iter().flat_map(|site| &site.entries);
        entries
            .map(|entry| {
                (
                    Arc::clone(&entry.post.path),
                    (Arc::clone(&entry.id), Arc::clone(&entry.post)),
                )
            })
            .collect()
    };
    let (before, after) = (entries(before), entries(after));
    for (path, (id, post)) in &after {
        if let Some((was, former)) = before.get(path).filter(|(was, _)| was != id)
            && former.title == post.title
            && !post.has_own_id
            && !has_lock
        {
            return Err(format!("{path}: its id was {was} and is {id}"));
        }
    }
    let distinct: BTreeSet<&Arc<str>> = after.values().map(|(id, _)| id).collect();
    if distinct.len() < after.len() {
        return Err("two entries have one id".to_owned());
    }
    Ok(())
}

fn difference(live: &Snapshot, fresh: &Snapshot, key: &ScopeKey) -> String {
    let feed = |snapshot: &Snapshot| format!("{:#?}", select::feed_of(snapshot, key));
    let (live, fresh) = (feed(live), feed(fresh));
    let differing = live.lines().zip(fresh.lines()).find(|(one, other)| one != other);
    format!("{differing:?}")
}

fn ceil_to_second(moment: DateTime<Utc>) -> DateTime<Utc> {
    let whole = moment.trunc_subsecs(0);
    if whole < moment {
        whole + Duration::seconds(1)
    } else {
        whole
    }
}
