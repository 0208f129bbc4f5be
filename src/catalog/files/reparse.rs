//! What the known files are under another configuration, parsed from the texts that are kept.

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::file::Outcome;
use super::known::Known;
use crate::content::fields::inherited::{HandedDown, Section, Sections, is_section_file};
use crate::content::{ContentSettings, Parsed, SourceFile, parse};

/// What files are under another configuration, by path.
pub(in crate::catalog) type Outcomes = HashMap<Arc<str>, Outcome>;

/// Parses sections first, since what they hand down decides what posts mean.
pub(super) fn reparse(known: &Known, mut sections: Sections, content: &ContentSettings) -> Outcomes {
    let mut outcomes = Outcomes::new();
    for (path, file) in known.files() {
        let Some(Parsed::Section(section)) = &file.good else {
            if let Some(withdrawal) = file.text_withdrawal().filter(|_| is_section_file(path)) {
                sections.insert(&Arc::new(Section::broken(path, None, withdrawal, content)));
            }
            continue;
        };
        let none = HandedDown::default();
        let source = SourceFile {
            path,
            bytes: section.text.as_bytes(),
            digest: section.content,
            modified: None,
        };
        let outcome = parse(source, content, &none);
        match (&outcome, file.text_withdrawal()) {
            // What its broken text says stands as well.
            (Ok(Parsed::Section(section)), Some(withdrawal)) => {
                let section = Section::broken(path, Some(section), withdrawal, content);
                sections.insert(&Arc::new(section));
            }
            (Ok(Parsed::Section(section)), None) => sections.insert(section),
            (Ok(_), _) => sections.remove(path),
            (Err(_), _) => {}
        }
        outcomes.insert(Arc::clone(path), (outcome, none.digest()));
    }
    outcomes.par_extend(known.files().par_iter().filter_map(|(path, file)| {
        let post = file.post()?;
        let text = post.source.file()?;
        let handed_down = HandedDown::to(path, content, &sections);
        let file = SourceFile {
            path,
            bytes: text.as_bytes(),
            digest: post.content,
            modified: post.dated_by_file.then(|| post.published.to_utc()),
        };
        let outcome = parse(file, content, &handed_down);
        Some((Arc::clone(path), (outcome, handed_down.digest())))
    }));
    outcomes
}
