//! Which file uses which: every path is followed to the file that defines what it names, through re-exports.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::source::{Import, Mention, Source};

/// From one file to another, with what is named and at which line.
pub(super) type Uses = BTreeMap<(usize, usize), BTreeSet<(usize, String)>>;

/// All of src/.
pub(super) struct Graph {
    /// Its files.
    pub(super) sources: Vec<Source>,
    /// Who uses whom, by place in `sources`.
    pub(super) uses: Uses,
    /// What files name of other crates, as a whole path: file, line, path.
    pub(super) foreign: Vec<(usize, usize, String)>,
    /// Blocks of methods outside of the file of their type: file, line, type, the type's file.
    pub(super) astray: Vec<(usize, usize, String, usize)>,
}

/// What a path leads to.
enum End {
    Module,
    Item(usize),
    Foreign(Vec<String>),
}

struct Modules<'a> {
    sources: &'a [Source],
    by_path: BTreeMap<&'a [String], usize>,
}

impl Graph {
    /// Reads src/ by its `mod` lines.
    pub(super) fn read(src: &Path) -> Self {
        let mut sources = Vec::new();
        read_module(src, &[], &mut sources);
        sources.push(Source::new(
            "main.rs".into(),
            vec!["main".into()],
            &text(&src.join("main.rs")),
        ));
        let by_path = sources
            .iter()
            .enumerate()
            .map(|(at, source)| (source.module.as_slice(), at))
            .collect();
        let modules = Modules {
            sources: &sources,
            by_path,
        };
        let mut uses = Uses::new();
        let (mut foreign, mut astray) = (Vec::new(), Vec::new());
        for (at, source) in sources.iter().enumerate() {
            let private = source.imports.iter().filter(|import| !import.public);
            for mention in private.map(|import| &import.mention).chain(&source.mentions) {
                match modules.follow(at, &mention.segments, 0) {
                    Some(End::Item(to)) if to != at => {
                        let name = mention.segments.last().cloned().unwrap_or_default();
                        uses.entry((at, to)).or_default().insert((mention.line, name));
                    }
                    Some(End::Foreign(path)) if path.len() > 1 => {
                        foreign.push((at, mention.line, path.join("::")));
                    }
                    _ => {}
                }
            }
            for Mention { segments, line } in &source.inherent {
                if let Some(End::Item(home)) = modules.follow(at, segments, 0)
                    && home != at
                {
                    astray.push((at, *line, segments.join("::"), home));
                }
            }
        }
        Self {
            sources,
            uses,
            foreign,
            astray,
        }
    }

    /// The files that use each other in circles: each group holds those that reach one another.
    pub(super) fn circles(&self) -> Vec<Vec<usize>> {
        let reached: Vec<BTreeSet<usize>> = (0..self.sources.len()).map(|at| self.reached_from(at)).collect();
        let groups = (0..self.sources.len())
            .filter(|at| reached[*at].contains(at))
            .map(|at| {
                let group = reached[at]
                    .iter()
                    .copied()
                    .filter(|other| reached[*other].contains(&at));
                group.collect::<Vec<_>>()
            });
        groups.collect::<BTreeSet<_>>().into_iter().collect()
    }

    fn reached_from(&self, start: usize) -> BTreeSet<usize> {
        let (mut reached, mut next) = (BTreeSet::new(), vec![start]);
        while let Some(at) = next.pop() {
            let uses = self.uses.range((at, 0)..(at + 1, 0)).map(|((_, to), _)| *to);
            next.extend(uses.filter(|to| reached.insert(*to)));
        }
        reached
    }
}

impl Modules<'_> {
    /// Follows a path that stands in a module.
    fn follow(&self, from: usize, segments: &[String], depth: usize) -> Option<End> {
        // Re-exports are a few deep; what is deeper goes in a circle by names alone.
        if depth > 16 {
            return None;
        }
        let (first, rest) = segments.split_first()?;
        match first.as_str() {
            "Self" => None,
            "self" if rest.is_empty() => None,
            "self" => self.within(from, rest, depth),
            "crate" => self.within(self.by_path[&[] as &[String]], rest, depth),
            "newswire" if self.sources[from].file == "main.rs" => self.within(0, rest, depth),
            "super" => {
                let module = &self.sources[from].module;
                let parent = self.by_path[module.split_last()?.1];
                match rest.first().map(String::as_str) {
                    Some("super") => self.follow(parent, rest, depth + 1),
                    _ => self.within(parent, rest, depth),
                }
            }
            _ if self.has(from, first, depth) => self.within(from, segments, depth),
            _ => Some(End::Foreign(segments.to_vec())),
        }
    }

    fn has(&self, module: usize, name: &str, depth: usize) -> bool {
        let source = &self.sources[module];
        source.children.contains(name)
            || source.items.contains(name)
            || source
                .imports
                .iter()
                .any(|import| import.name.as_deref() == Some(name))
            || self.glob(module, &[name.to_owned()], depth).is_some()
    }

    /// Follows a path's rest within a module.
    fn within(&self, module: usize, segments: &[String], depth: usize) -> Option<End> {
        let source = &self.sources[module];
        let Some((first, rest)) = segments.split_first() else {
            return Some(End::Module);
        };
        let mut child = source.module.clone();
        child.push(first.clone());
        let child = source
            .children
            .contains(first)
            .then(|| self.by_path.get(child.as_slice()))
            .flatten();
        match child {
            // A module and an item may have one name; a path that goes on means the module.
            Some(child) if !rest.is_empty() => return self.within(*child, rest, depth),
            _ => {}
        }
        if source.items.contains(first) {
            return Some(End::Item(module));
        }
        let named = |import: &&Import| import.name.as_deref() == Some(first);
        for import in source.imports.iter().filter(named) {
            let whole: Vec<String> = import.mention.segments.iter().chain(rest).cloned().collect();
            match self.follow(module, &whole, depth + 1) {
                Some(End::Module) | None => {}
                end => return end,
            }
        }
        if child.is_some() || source.imports.iter().any(|import| named(&import)) {
            return Some(End::Module);
        }
        self.glob(module, segments, depth).or(Some(End::Item(module)))
    }

    /// Follows a path through the globs of a module.
    fn glob(&self, module: usize, segments: &[String], depth: usize) -> Option<End> {
        let globs = self.sources[module]
            .imports
            .iter()
            .filter(|import| import.name.is_none());
        globs.into_iter().find_map(|import| {
            let target = &import.mention.segments;
            let Some(End::Module) = self.follow(module, target, depth + 1) else {
                return None;
            };
            let whole: Vec<String> = target.iter().chain(segments).cloned().collect();
            let end = self.follow(module, &whole, depth + 1)?;
            match end {
                End::Item(file) if !self.sources[file].items.contains(&segments[0]) => None,
                end => Some(end),
            }
        })
    }
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Reads a module and those below it.
fn read_module(src: &Path, module: &[String], sources: &mut Vec<Source>) {
    let joined = module.join("/");
    let names = match joined.as_str() {
        "" => ["lib.rs".to_owned(), String::new()],
        _ => [format!("{joined}.rs"), format!("{joined}/mod.rs")],
    };
    let file = names
        .into_iter()
        .find(|name| src.join(name).is_file())
        .unwrap_or_else(|| panic!("no module {joined}"));
    let text = text(&src.join(&file));
    let source = Source::new(file, module.to_vec(), &text);
    let children: Vec<_> = source.children.iter().cloned().collect();
    sources.push(source);
    for child in children {
        read_module(src, &[module, &[child]].concat(), sources);
    }
}
