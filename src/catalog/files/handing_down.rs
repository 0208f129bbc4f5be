//! Which files mean something else once a section hands down something else.

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;

use super::change::Change;
use super::file::File;
use super::known::Known;
use crate::catalog::look::Step;
use crate::catalog::tree::diff::below;
use crate::content::fields::inherited::{HandedDown, Sections};
use crate::content::fields::withdrawal::Withdrawal;
use crate::content::{ContentSettings, Fault, Parsed, Post, SourceFile, parse};
use crate::vocabulary::{Digest, Finding};

/// A file to which something else is handed down now.
pub(super) struct Outdated {
    pub(super) path: Arc<str>,
    handed_down: HandedDown,
    becomes: Becomes,
}

/// What becomes of it.
enum Becomes {
    /// Nothing in it depends on what is handed down.
    Same,
    /// A post, parsed from the text it has.
    Parsed(Result<Parsed, Fault>),
    /// Its text is not known, or is not what it is known for.
    Unknown,
}

/// The files to which something else is handed down than `before`.
pub(super) fn outdated(
    known: &Known,
    content: &ContentSettings,
    sections: &Sections,
    before: &Sections,
) -> Vec<Outdated> {
    let changed = sections.changed_since(before);
    let paths: BTreeSet<&Arc<str>> = changed
        .iter()
        .flat_map(|folder| below(known.files(), folder))
        .collect();
    let outdated = |path: &Arc<str>| {
        let file = known.get(path)?;
        let handed_down = HandedDown::to(path, content, sections);
        (handed_down.digest() != file.handed_down).then(|| Outdated {
            path: Arc::clone(path),
            becomes: parse_again(path, file, content, &handed_down),
            handed_down,
        })
    };
    paths.into_par_iter().filter_map(outdated).collect()
}

fn parse_again(path: &Arc<str>, file: &File, content: &ContentSettings, handed_down: &HandedDown) -> Becomes {
    match &file.good {
        Some(Parsed::Section(_) | Parsed::Author(_)) => Becomes::Same,
        Some(Parsed::Post(post)) => post.source.file().map_or(Becomes::Unknown, |text| {
            let file = SourceFile {
                path,
                bytes: text.as_bytes(),
                digest: post.content,
                modified: None,
            };
            // Nothing else keeps back a post that can't be read with what is handed down to it.
            Becomes::Parsed(parse(file, content, handed_down).map_err(|fault| Fault {
                withdrawal: Withdrawal::read(&text, content, &handed_down.said()),
                ..fault
            }))
        }),
        Some(Parsed::NotAPost(_)) | None => Becomes::Unknown,
    }
}

/// Takes in what becomes of a file: the change, and whether it has to be read as well.
pub(super) fn update(known: &mut Known, outdated: Outdated, step: &mut Step) -> (Option<Change>, bool) {
    let Outdated {
        path,
        handed_down,
        becomes,
    } = outdated;
    let Some(mut file) = known.remove(&path) else {
        return (None, false);
    };
    let findings: Vec<Finding> = file.findings().cloned().collect();
    let is_own_text = |(post, digest): (&Arc<Post>, Digest)| post.content == digest;
    let is_broken = file.fault.is_some() && !file.post().zip(file.digest).is_some_and(is_own_text);
    file.handed_down = handed_down.digest();
    let mut withdrawal = file.withdrawal;
    let mut change = None;
    let mut has_to_be_read = false;
    match becomes {
        Becomes::Same => {}
        Becomes::Unknown => has_to_be_read = true,
        Becomes::Parsed(Ok(parsed)) => {
            let before = file.good.replace(parsed.clone());
            change = Some(Change::new(&path, before, Some(parsed)));
            // What is wrong with a broken one may be another thing now.
            has_to_be_read = is_broken;
            if !is_broken && file.fault.take().is_some() {
                withdrawal = None;
                step.mended.push(Arc::clone(&path));
            }
        }
        Becomes::Parsed(Err(fault)) => {
            let of_text = withdrawal.filter(|_| is_broken).unwrap_or_default();
            withdrawal = Some(of_text.or(fault.withdrawal));
            file.fault.get_or_insert(Box::new(fault));
        }
    }
    // What its broken text says stands, and what is handed down to a post that can't be read with it.
    file.set_withdrawal(withdrawal);
    let new = file.findings().filter(|finding| !findings.contains(finding));
    step.new_findings.extend(new.cloned());
    known.insert(path, file);
    (change, has_to_be_read)
}
