//! However a file is saved, a client that polls all along sees the old text and then the new one,
//! and never neither.

use std::fs::{self, File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use super::support::service::Answer;
use super::support::site::post;
use super::support::{Service, Site, skipped, xml};

const BODY: &str = "A line that makes the file longer than one write.\n";

fn text(title: &str) -> String {
    post(title, "2024-05-01", "categories: [news]") + &BODY.repeat(400)
}

fn pause() {
    thread::sleep(Duration::from_millis(30));
}

/// In pieces, as slow writers do; the file stays open in between.
fn write_slowly(file: &mut File, text: &str) {
    for piece in text.as_bytes().chunks(6_000) {
        file.write_all(piece).unwrap();
        pause();
    }
}

/// Saves a file in some way, several times, and checks what a client saw meanwhile.
fn save(name: &str, save: impl Fn(&Path, &str)) {
    let site = Site::new();
    site.write("a.md", text("Version 0"));
    site.post("b.md", "Other", "2024-04-01", "");
    let service = Service::start(&site);
    let ends = AtomicBool::new(false);
    let seen = thread::scope(|scope| {
        let poller = scope.spawn(|| {
            let mut seen: Vec<Vec<String>> = Vec::new();
            let mut lengths = Vec::new();
            while !ends.load(Ordering::Relaxed) {
                let answer = service.get("/rss.xml");
                assert_eq!(answer.status, 200);
                let titles = xml::titles(answer.text());
                if seen.last() != Some(&titles) {
                    seen.push(titles);
                }
                let lines = answer.text().matches(BODY.trim()).count();
                if lengths.last() != Some(&lines) {
                    lengths.push(lines);
                }
            }
            assert_eq!(
                lengths.len(),
                1,
                "{name}: only ever the whole text, and not {lengths:?} lines"
            );
            seen
        });
        for version in 1..=3 {
            let title = format!("Version {version}");
            save(&site.content().join("a.md"), &text(&title));
            service.eventually(&format!("{name}: {title} is served"), || {
                xml::titles(service.get("/rss.xml").text())[0] == title
            });
            thread::sleep(Duration::from_millis(250));
        }
        ends.store(true, Ordering::Relaxed);
        poller.join().unwrap()
    });
    let expected: Vec<Vec<String>> = (0..=3)
        .map(|version| vec![format!("Version {version}"), "Other".into()])
        .collect();
    assert_eq!(seen, expected, "{name}");
    service.agrees_with_a_fresh_process(&site);
}

#[test]
fn vim_moves_the_file_to_a_backup_and_writes_it_anew() {
    save("vim, backupcopy=no", |path, text| {
        let folder = path.parent().unwrap();
        let swap = folder.join(".a.md.swp");
        fs::write(&swap, "swap").unwrap();
        let probe = folder.join("4913");
        File::create(&probe).unwrap();
        fs::remove_file(&probe).unwrap();
        let backup = folder.join("a.md~");
        fs::rename(path, &backup).unwrap();
        pause();
        let mut file = File::create(path).unwrap();
        write_slowly(&mut file, text);
        file.sync_all().unwrap();
        drop(file);
        fs::remove_file(backup).unwrap();
        fs::remove_file(swap).unwrap();
    });
}

#[test]
fn vim_itself() {
    if Command::new("vim").arg("--version").output().is_err() {
        skipped("there is no vim here");
        return;
    }
    for settings in ["backupcopy=no", "backupcopy=yes"] {
        save(settings, |path, text| {
            let beside = tempfile::NamedTempFile::new().unwrap();
            fs::write(beside.path(), text).unwrap();
            let read = format!("%d|0r {}|set {settings}|w|q!", beside.path().display());
            let status = Command::new("vim")
                .args(["-u", "NONE", "-N", "-es", "-c", &read])
                .arg(path)
                .status()
                .unwrap();
            assert!(status.success(), "{settings}");
        });
    }
}

#[test]
fn emacs_moves_the_file_to_a_backup_under_a_lock() {
    save("emacs", |path, text| {
        let folder = path.parent().unwrap();
        let lock = folder.join(".#a.md");
        std::os::unix::fs::symlink("editor@host.1:2", &lock).unwrap();
        pause();
        let backup = folder.join("a.md~");
        let _ = fs::remove_file(&backup);
        fs::rename(path, &backup).unwrap();
        fs::copy(&backup, folder.join("#a.md#")).unwrap();
        pause();
        fs::write(path, text).unwrap();
        fs::remove_file(folder.join("#a.md#")).unwrap();
        fs::remove_file(&lock).unwrap();
    });
}

#[test]
fn visual_studio_code_empties_the_file_and_writes_it_in_place() {
    save("code", |path, text| {
        let mut file = OpenOptions::new().write(true).truncate(true).open(path).unwrap();
        pause();
        write_slowly(&mut file, text);
    });
}

#[test]
fn rsync_writes_a_hidden_file_and_moves_it_into_place_with_an_older_time() {
    save("rsync", |path, text| {
        let beside = path.with_file_name(".a.md.Xy12Zz");
        let mut file = File::create(&beside).unwrap();
        write_slowly(&mut file, text);
        let old = std::time::SystemTime::UNIX_EPOCH + Duration::from_hours(24 * 365 * 40);
        file.set_modified(old).unwrap();
        drop(file);
        fs::rename(beside, path).unwrap();
    });
}

#[test]
fn rsync_in_place_overwrites_block_by_block() {
    save("rsync --inplace", |path, text| {
        let mut file = OpenOptions::new().write(true).open(path).unwrap();
        write_slowly(&mut file, text);
        file.seek(SeekFrom::Start(0)).unwrap();
        file.set_len(text.len() as u64).unwrap();
    });
}

#[test]
fn sed_in_place_writes_a_new_file_beside_it() {
    save("sed -i", |path, text| {
        let title = text.lines().nth(1).unwrap();
        let status = Command::new("sed")
            .args(["-i", &format!("2s/.*/{title}/")])
            .arg(path)
            .status()
            .unwrap();
        assert!(status.success());
    });
}

#[test]
fn git_removes_the_file_and_creates_it_anew() {
    save("git checkout", |path, text| {
        // The repository is made for each save: what is tested is how a checkout writes.
        let folder = path.parent().unwrap();
        let git = |arguments: &[&str]| {
            let output = Command::new("git")
                .args(["-c", "user.name=Ada", "-c", "user.email=ada@felix.example"])
                .args(arguments)
                .current_dir(folder)
                .env("GIT_CONFIG_NOSYSTEM", "1")
                .output()
                .unwrap();
            assert!(
                output.status.success(),
                "{}",
                String::from_utf8_lossy(&output.stderr)
            );
        };
        let next = fs::read_to_string(path).unwrap();
        git(&["init", "-q", "."]);
        git(&["add", "a.md"]);
        git(&["commit", "-q", "-m", "before"]);
        // The next version, without touching the file.
        let beside = tempfile::NamedTempFile::new().unwrap();
        fs::write(beside.path(), text).unwrap();
        let object = Command::new("git")
            .args(["hash-object", "-w"])
            .arg(beside.path())
            .current_dir(folder)
            .output()
            .unwrap();
        let object = String::from_utf8(object.stdout).unwrap();
        git(&[
            "update-index",
            "--cacheinfo",
            &format!("100644,{},a.md", object.trim()),
        ]);
        assert_eq!(fs::read_to_string(path).unwrap(), next);
        git(&["checkout", "-q", "--", "a.md"]);
        fs::remove_dir_all(folder.join(".git")).unwrap();
    });
}

#[test]
fn a_writer_that_never_closes_is_read_after_a_while() {
    let site = Site::new();
    let toml = fs::read_to_string(site.config()).unwrap() + "close_timeout = \"2s\"\n";
    fs::write(site.config(), toml).unwrap();
    site.write("a.md", text("Version 0"));
    let service = Service::start(&site);
    let lines = |answer: &Answer| answer.text().matches(BODY.trim()).count();
    let before = lines(&service.get("/rss.xml"));
    let mut file = OpenOptions::new()
        .write(true)
        .truncate(true)
        .open(site.content().join("a.md"))
        .unwrap();
    write_slowly(&mut file, &text("Version 1"));
    service.eventually("the new text is served while the file is still open", || {
        let answer = service.get("/rss.xml");
        let titles = xml::titles(answer.text());
        assert_eq!(lines(&answer), before);
        titles == ["Version 1"]
    });
    drop(file);
}

#[test]
fn a_rewrite_of_the_same_size_and_time_is_seen() {
    let site = Site::new();
    site.write("a.md", text("Version 0"));
    let service = Service::start(&site);
    let path = site.content().join("a.md");
    let time = fs::metadata(&path).unwrap().modified().unwrap();
    for version in 1..=3 {
        let title = format!("Version {version}");
        let mut file = OpenOptions::new().write(true).open(&path).unwrap();
        file.write_all(text(&title).as_bytes()).unwrap();
        file.set_modified(time - Duration::from_secs(version)).unwrap();
        drop(file);
        service.eventually(&title, || {
            xml::titles(service.get("/rss.xml").text()) == [title.clone()]
        });
    }
}
