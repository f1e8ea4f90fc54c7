//! A workspace of a test, and the program run in it at moments of our own. It asserts nothing but that commands succeed.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Mutex;

/// Folders and files below a folder, with modes and bytes: a path comes after that of its folder.
type Tree = BTreeMap<PathBuf, (u32, Option<Vec<u8>>)>;

/// Workspaces as `init` made them, by moment and arguments. They are the same each time, and `init` checks every playbook.
static MADE: Mutex<BTreeMap<String, Tree>> = Mutex::new(BTreeMap::new());

fn read_tree(root: &Path) -> Tree {
    let (mut tree, mut todo) = (Tree::new(), vec![root.to_owned()]);
    while let Some(dir) = todo.pop() {
        for entry in std::fs::read_dir(&dir).unwrap().flatten() {
            let path = entry.path();
            let name = path.strip_prefix(root).unwrap().to_owned();
            let mode = entry.metadata().unwrap().permissions().mode();
            if path.is_dir() {
                tree.insert(name, (mode, None));
                todo.push(path);
            } else {
                tree.insert(name, (mode, Some(std::fs::read(&path).unwrap())));
            }
        }
    }
    tree
}

fn write_tree(root: &Path, tree: &Tree) {
    for (name, (mode, bytes)) in tree {
        let path = root.join(name);
        match bytes {
            None => std::fs::create_dir(&path).unwrap(),
            Some(bytes) => std::fs::write(&path, bytes).unwrap(),
        }
        std::fs::set_permissions(&path, PermissionsExt::from_mode(*mode)).unwrap();
    }
}

/// A workspace in a folder that goes with it.
pub struct Play {
    pub dir: tempfile::TempDir,
    pub now: std::cell::Cell<&'static str>,
    pub secret: Option<String>,
}

impl Play {
    /// A new workspace; `outlets` is put at the end of `saydo.yaml`.
    pub fn new(outlets: &str) -> Play {
        Play::with(outlets, &[])
    }

    /// The same, made at a moment.
    pub fn at(now: &'static str, outlets: &str) -> Play {
        Play::made(now, outlets, &[])
    }

    /// The same, with more arguments for `init`.
    pub fn with(outlets: &str, init: &[&str]) -> Play {
        Play::made("2026-11-24 20:00", outlets, init)
    }

    pub fn made(now: &'static str, outlets: &str, init: &[&str]) -> Play {
        let play = Play {
            dir: tempfile::tempdir().unwrap(),
            now: std::cell::Cell::new(now),
            secret: None,
        };
        play.init_workspace(init);
        if !outlets.is_empty() {
            play.write_outlets(outlets);
            play.ok(&["adopt"]);
        }
        play
    }

    /// Runs `init` in the empty folder, or puts there what it made for an earlier test.
    fn init_workspace(&self, args: &[&str]) {
        let key = format!("{} {args:?}", self.now.get());
        let mut made = MADE.lock().unwrap_or_else(|e| e.into_inner());
        if let Some(tree) = made.get(&key) {
            return write_tree(self.dir.path(), tree);
        }
        self.ok(&[&["init", "."], args].concat());
        made.insert(key, read_tree(self.dir.path()));
    }

    /// Puts outlets at the end of `saydo.yaml`, which has none; they are not adopted yet.
    pub fn write_outlets(&self, outlets: &str) {
        let file = self.path("saydo.yaml");
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, format!("{text}\noutlets:\n{outlets}")).unwrap();
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut c = Command::new(env!("CARGO_BIN_EXE_saydo"));
        c.current_dir(self.dir.path())
            .env_remove("SAYDO_RECORD")
            .env_remove("SAYDO_WORKSPACE")
            .env("SAYDO_CONFIG", self.dir.path().join("config"))
            .env("SAYDO_NOW", self.now.get())
            .env("SAYDO_ACTOR", "chief")
            .env("NO_PROXY", "127.0.0.1,localhost")
            .args(args);
        if let Some(secret) = &self.secret {
            c.env("OUTLET_SECRET", secret);
        }
        c
    }

    pub fn run(&self, args: &[&str]) -> (i32, String) {
        let out: Output = self.command(args).output().unwrap();
        let text = String::from_utf8_lossy(&out.stdout).into_owned()
            + &String::from_utf8_lossy(&out.stderr);
        (out.status.code().unwrap_or(-1), text)
    }

    pub fn ok(&self, args: &[&str]) -> String {
        let (code, text) = self.run(args);
        assert_eq!(code, 0, "{args:?}: {text}");
        text
    }

    pub fn json(&self, args: &[&str]) -> serde_json::Value {
        let mut all = vec!["--json"];
        all.extend(args);
        let out = self.command(&all).output().unwrap();
        serde_json::from_slice(&out.stdout).unwrap_or_else(|e| panic!("{args:?}: {e}: {out:?}"))
    }

    /// The standing of every text: outlet, statement, channel, language, standing.
    pub fn standings(&self) -> Vec<(String, u64, String, String)> {
        let list = self.json(&["outbox", "list", "--all"]);
        let items = list["items"].as_array().unwrap().iter();
        items
            .map(|i| {
                let word = match i["outcome"].as_str() {
                    Some(outcome) if i["standing"] == "stuck" => outcome.to_owned(),
                    _ => i["standing"].as_str().unwrap().to_owned(),
                };
                let text = format!(
                    "{}{}",
                    i["channel"].as_str().unwrap(),
                    i["lang"]
                        .as_str()
                        .map(|l| format!(" {l}"))
                        .unwrap_or_default()
                );
                (
                    i["outlet"].as_str().unwrap().to_owned(),
                    i["statement"].as_u64().unwrap(),
                    text,
                    word,
                )
            })
            .collect()
    }
}

/// The credential of an outlet that signs.
pub const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A workspace whose outlets find their credential in `OUTLET_SECRET`.
pub fn with_secret(outlets: &str, secret: &str) -> Play {
    let mut p = Play::new(outlets);
    p.secret = Some(secret.into());
    p
}

/// A cable is declared down, and nobody is told yet.
pub fn cable_down(p: &Play) {
    let link = ["--link", "AAG=down"];
    p.ok(&[&["declare", "submarine-cable-disruption"], &link[..]].concat());
}

/// A cable is down, and the first notice is issued.
pub fn declared(p: &Play) {
    cable_down(p);
    p.ok(&["statement", "issue"]);
}

/// All files below a folder, with their bytes.
pub fn files(root: &Path) -> std::collections::BTreeMap<String, Vec<u8>> {
    let mut found = std::collections::BTreeMap::new();
    let mut todo = vec![root.to_owned()];
    while let Some(dir) = todo.pop() {
        for entry in std::fs::read_dir(&dir).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                todo.push(path);
            } else {
                let name = path
                    .strip_prefix(root)
                    .unwrap()
                    .to_string_lossy()
                    .into_owned();
                found.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    found
}
