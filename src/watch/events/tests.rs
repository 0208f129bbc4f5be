use notify::event::EventKind;

use super::*;

fn watched() -> Watched {
    Watched {
        root: Some("/site/content".into()),
        root_entries: ["/site/current", "/site/content"].map(PathBuf::from).into(),
        configuration_entries: ["/site/feeds.toml"].map(PathBuf::from).into(),
    }
}

fn woken(kind: EventKind, path: &str) -> Vec<Wake> {
    wakes(&Event::new(kind).add_path(path.into()), &watched())
}

#[test]
fn only_events_that_can_mean_a_change_are_hints() {
    use notify::event::{DataChange, Flag};
    let a = || "a.md".into();
    let close = EventKind::Access(AccessKind::Close(AccessMode::Write));
    let to = EventKind::Modify(ModifyKind::Name(RenameMode::To));
    let from = EventKind::Modify(ModifyKind::Name(RenameMode::From));
    let data = EventKind::Modify(ModifyKind::Data(DataChange::Any));
    for (kind, path, hinted) in [
        (EventKind::Access(AccessKind::Open(AccessMode::Any)), "a.md", None),
        (
            EventKind::Access(AccessKind::Close(AccessMode::Read)),
            "a.md",
            None,
        ),
        (close, "a.md", Some(Hint::Complete(a()))),
        (to, "a.md", Some(Hint::Complete(a()))),
        (from, "a.md", Some(Hint::Gone(a()))),
        (data, "a.md", Some(Hint::Writing(a()))),
        (
            EventKind::Modify(ModifyKind::Metadata(event::MetadataKind::Any)),
            "a.md",
            Some(Hint::Changing(a())),
        ),
        (
            EventKind::Create(CreateKind::File),
            "a.md",
            Some(Hint::Changing(a())),
        ),
        (EventKind::Remove(RemoveKind::File), "a.md", Some(Hint::Gone(a()))),
        (
            EventKind::Remove(RemoveKind::Folder),
            "news",
            Some(Hint::Gone("news".into())),
        ),
        (
            EventKind::Create(CreateKind::Folder),
            "news",
            Some(Hint::Folder("news".into())),
        ),
        (to, ".a.md.swp", None),
        (close, "a.md~", None),
        (to, "..data", Some(Hint::Everything)),
        (data, "picture.jpg", None),
    ] {
        let expected: Vec<_> = hinted.map(Wake::Hint).into_iter().collect();
        assert_eq!(
            woken(kind, &format!("/site/content/{path}")),
            expected,
            "{kind:?} {path}"
        );
    }
    let overflow = Event::new(EventKind::Other).set_flag(Flag::Rescan);
    assert_eq!(wakes(&overflow, &watched()), [Wake::Hint(Hint::Everything)]);
}

#[test]
fn of_the_folders_around_only_the_names_that_decide_are_heard() {
    let to = EventKind::Modify(ModifyKind::Name(RenameMode::To));
    assert_eq!(woken(to, "/site/current"), [Wake::Hint(Hint::Everything)]);
    assert_eq!(
        woken(EventKind::Remove(RemoveKind::Folder), "/site/content"),
        [Wake::Hint(Hint::Everything)]
    );
    assert_eq!(woken(to, "/site/feeds.toml"), [Wake::Reload]);
    assert_eq!(woken(to, "/site/other"), []);
}

#[test]
fn what_is_watched_anew_may_have_missed_something() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("feeds.toml");
    let mut events = Events::new(folder.path(), Vec::new(), WatchMode::Auto);
    let mut move_to = |files: Vec<PathBuf>| {
        events.move_to(folder.path(), files, WatchMode::Auto);
        events.wait(Duration::ZERO)
    };
    assert_eq!(move_to(vec![file.clone()]), Wake::Hint(Hint::Everything));
    assert_eq!(move_to(vec![file]), Wake::TimedOut, "it is watched already");
}
