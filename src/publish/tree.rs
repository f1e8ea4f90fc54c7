//! A folder of files kept as a tree of bytes says: only what changed is written, each file at once or not at all; pages that
//! others point to come before those that point; what is gone is removed last.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

/// The file by which a folder is known as ours.
const MANIFEST: &str = ".saydo-site.json";

/// The file that keeps two that build at once apart.
const LOCK: &str = ".saydo-site.lock";

/// Why a folder cannot be kept.
#[derive(Debug, Error)]
pub enum TreeError {
    /// It holds files of somebody else.
    #[error(
        "{0}: this folder holds files that no site of ours made; nothing was written. Choose an empty folder, or a new one"
    )]
    NotOurs(String),
    /// It cannot be read or written.
    #[error("{path}: {what}")]
    Io {
        /// The file.
        path: String,
        /// What happened.
        what: String,
    },
}

/// What is there, by path.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    /// SHA-256 of the bytes.
    sha: String,
    /// How many bytes.
    size: u64,
    /// What it was made of, when that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    input: Option<String>,
    /// A word of whoever made it, to be had again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    word: Option<String>,
}

/// What a file is made of, and a word on it.
pub type Made<'a> = (&'a str, Option<&'a str>);

/// A folder that is kept.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    kept: BTreeMap<String, Kept>,
    /// Folders that are there.
    made: BTreeSet<PathBuf>,
    _lock: File,
}

/// What was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Written {
    /// Files written.
    pub written: usize,
    /// Files that stayed as they were.
    pub same: usize,
    /// Files removed.
    pub removed: usize,
}

fn io(path: &Path, error: &std::io::Error) -> TreeError {
    TreeError::Io {
        path: path.display().to_string(),
        what: error.to_string(),
    }
}

fn sha(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|b| format!("{b:02x}")).collect()
}

impl Folder {
    /// Opens or makes a folder; waits for another that builds it.
    ///
    /// # Errors
    /// When it holds files of somebody else, or cannot be read.
    pub fn open(root: &Path) -> Result<Folder, TreeError> {
        std::fs::create_dir_all(root).map_err(|e| io(root, &e))?;
        let manifest = root.join(MANIFEST);
        let is_ours = manifest.is_file();
        if !is_ours {
            let entries = std::fs::read_dir(root).map_err(|e| io(root, &e))?;
            let foreign = entries.flatten().any(|e| e.file_name() != LOCK);
            if foreign {
                return Err(TreeError::NotOurs(root.display().to_string()));
            }
        }
        let lock_path = root.join(LOCK);
        let lock = File::options()
            .create(true)
            .append(true)
            .open(&lock_path)
            .map_err(|e| io(&lock_path, &e))?;
        lock.lock().map_err(|e| io(&lock_path, &e))?;
        // A manifest that is damaged is one that says nothing: everything is written anew.
        let kept = std::fs::read(&manifest)
            .ok()
            .and_then(|b| serde_json::from_slice(&b).ok())
            .unwrap_or_default();
        Ok(Folder {
            root: root.to_owned(),
            kept,
            made: BTreeSet::new(),
            _lock: lock,
        })
    }

    /// True when a file is there and was made of this.
    pub fn has(&self, path: &str, input: &str) -> bool {
        self.kept
            .get(path)
            .is_some_and(|k| k.input.as_deref() == Some(input) && self.is_there(path, k))
    }

    /// The word that was left with a file.
    pub fn word(&self, path: &str) -> Option<&str> {
        self.kept.get(path)?.word.as_deref()
    }

    fn is_there(&self, path: &str, kept: &Kept) -> bool {
        std::fs::symlink_metadata(self.root.join(path))
            .is_ok_and(|m| m.is_file() && m.len() == kept.size)
    }

    /// Makes the folder as the tree says. Files of `inputs` that are not in the tree stay as they are.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn keep(
        &mut self,
        tree: &BTreeMap<String, Vec<u8>>,
        inputs: &BTreeMap<&str, Made<'_>>,
    ) -> Result<Written, TreeError> {
        let mut done = Written::default();
        let mut next: BTreeMap<String, Kept> = BTreeMap::new();
        for (path, (_, word)) in inputs.iter().filter(|(p, _)| !tree.contains_key(**p)) {
            if let Some(kept) = self.kept.get(*path) {
                let word = word.map(str::to_owned);
                next.insert(
                    (*path).to_owned(),
                    Kept {
                        word,
                        ..kept.clone()
                    },
                );
                done.same += 1;
            }
        }
        // What others point to is there before they do: pages of the front, lists and feeds come last.
        let mut order: Vec<&String> = tree.keys().collect();
        order.sort_by_key(|p| (rank(p), p.as_str()));
        for path in order {
            let bytes = &tree[path];
            let kept = Kept {
                sha: sha(bytes),
                size: bytes.len() as u64,
                input: inputs.get(path.as_str()).map(|(of, _)| (*of).to_owned()),
                word: inputs
                    .get(path.as_str())
                    .and_then(|(_, word)| word.map(str::to_owned)),
            };
            let old = self.kept.get(path);
            if old.is_some_and(|o| o.sha == kept.sha && self.is_there(path, o)) {
                done.same += 1;
            } else {
                self.put(path, bytes)?;
                done.written += 1;
            }
            next.insert(path.clone(), kept);
        }
        for path in self.kept.keys().filter(|p| !next.contains_key(*p)) {
            let whole = self.root.join(path);
            match std::fs::remove_file(&whole) {
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(io(&whole, &e)),
                _ => done.removed += 1,
            }
            let mut above = whole.parent();
            // A folder that is empty goes too; one that is not, stays.
            while let Some(folder) = above.filter(|f| *f != self.root) {
                if std::fs::remove_dir(folder).is_err() {
                    break;
                }
                above = folder.parent();
            }
        }
        if next != self.kept {
            let text = serde_json::to_vec(&next).unwrap_or_default();
            self.put(MANIFEST, &text)?;
            self.kept = next;
        }
        Ok(done)
    }

    fn put(&mut self, path: &str, bytes: &[u8]) -> Result<(), TreeError> {
        let whole = self.root.join(path);
        let folder = whole.parent().unwrap_or(&self.root);
        if !self.made.contains(folder) {
            std::fs::create_dir_all(folder).map_err(|e| io(folder, &e))?;
            self.made.insert(folder.to_owned());
        }
        let mut builder = tempfile::Builder::new();
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
        let mut file = builder
            .prefix(".saydo-")
            .tempfile_in(folder)
            .map_err(|e| io(folder, &e))?;
        file.write_all(bytes).map_err(|e| io(&whole, &e))?;
        file.persist(&whole).map_err(|e| io(&whole, &e.error))?;
        Ok(())
    }
}

fn rank(path: &str) -> u8 {
    match path {
        p if p.ends_with(".css") || p.ends_with(".js") => 0,
        p if p.contains("incidents/") && p.ends_with(".html") => 1,
        p if p.contains("history/") => 2,
        p if p.ends_with("index.html") => 4,
        _ => 3,
    }
}
