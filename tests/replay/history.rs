//! A repository of posts, checked out commit by commit.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::support::site::post;

/// A work tree of a repository, with nothing but its `content`.
pub(crate) struct History {
    work_tree: PathBuf,
}

impl History {
    /// Of a repository that exists, which is only read.
    pub(crate) fn of(repository: &Path, work_tree: &Path) -> Self {
        let history = History {
            work_tree: work_tree.to_owned(),
        };
        let cloned = Command::new("git")
            .args(["clone", "--quiet", "--shared", "--no-checkout"])
            .args([repository, work_tree])
            .status();
        assert!(cloned.unwrap().success());
        history.git(&["sparse-checkout", "set", "--no-cone", "/content/"]);
        history
    }

    /// Of a repository made here: posts added, edited, moved, broken, mended and deleted, a few and
    /// all of them.
    pub(crate) fn made(work_tree: &Path) -> Self {
        let history = History {
            work_tree: work_tree.to_owned(),
        };
        let content = work_tree.join("content");
        fs::create_dir_all(&content).unwrap();
        history.git(&["init", "--quiet", "--initial-branch=main"]);
        let path = |number: usize| content.join(format!("articles/{}/{number}.md", number % 7));
        let text = |title: String, number: usize| {
            let more = format!(
                "categories: [{}]\nauthors: [felix, a{}]\ntags: [film]",
                ["news", "comment"][number % 2],
                number % 5
            );
            post(&title, "2017-08-15", &more)
        };
        for commit in 0..20_usize {
            for number in 0..60 {
                let path = path(number);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                match (commit, number) {
                    (0, 0..40) | (5, _) => {
                        fs::write(path, text(format!("{number}.{commit}"), number)).unwrap();
                    }
                    (6, 20..24) => fs::write(path, format!("---\ntitle: a: broken {number}\n---\n")).unwrap(),
                    (9, 22) => fs::write(path, "---\ntitle: a: broken\ndraft: true\n---\n").unwrap(),
                    (13, 20..24) => fs::write(path, text(format!("{number} mended"), number)).unwrap(),
                    (15, 30..45) if path.exists() => fs::remove_file(path).unwrap(),
                    (14..18, _) if number == commit => {
                        fs::write(path, text(format!("{number} edited"), number)).unwrap();
                    }
                    _ => {}
                }
            }
            match commit {
                8 => fs::rename(content.join("articles/3"), content.join("articles/8")).unwrap(),
                11 => fs::rename(content.join("articles"), content.join("posts")).unwrap(),
                12 => {
                    fs::remove_dir_all(content.join("articles")).unwrap();
                    fs::rename(content.join("posts"), content.join("articles")).unwrap();
                }
                _ => {
                    let record = content.join("authors/felix/_index.md");
                    fs::create_dir_all(record.parent().unwrap()).unwrap();
                    fs::write(record, format!("---\nname: Felix {commit}\n---\n")).unwrap();
                }
            }
            history.git(&["add", "--all"]);
            history.git(&["commit", "--quiet", "--message", &commit.to_string()]);
        }
        history
    }

    /// The first commits that touch the content, oldest first.
    pub(crate) fn commits(&self, most: usize) -> Vec<String> {
        let listed = self.git(&["rev-list", "--reverse", "--first-parent", "HEAD", "--", "content"]);
        let commits = listed.lines().take(most).map(str::to_owned).collect();
        println!("{most} of {} commits", listed.lines().count());
        commits
    }

    pub(crate) fn check_out(&self, commit: &str) {
        self.git(&["checkout", "--quiet", "--force", "--detach", commit]);
    }

    /// A file as it was in a commit, if it was in it.
    pub(crate) fn file(&self, commit: &str, path: &str) -> Option<Vec<u8>> {
        let output = self
            .command()
            .args(["show", &format!("{commit}:content/{path}")])
            .stderr(Stdio::null())
            .output()
            .unwrap();
        output.status.success().then_some(output.stdout)
    }

    fn command(&self) -> Command {
        let mut command = Command::new("git");
        command
            .current_dir(&self.work_tree)
            // Whoever runs the tests may sign commits, or convert line ends.
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null")
            .args(["-c", "user.name=Felix", "-c", "user.email=felix@felix.example"])
            .args(["-c", "advice.detachedHead=false", "-c", "gc.auto=0"]);
        command
    }

    fn git(&self, arguments: &[&str]) -> String {
        let output = self.command().args(arguments).output().unwrap();
        assert!(
            output.status.success(),
            "git {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }
}
