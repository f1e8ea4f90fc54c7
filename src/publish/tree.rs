//! A folder of files kept as a tree of bytes says: only what changed is written, each file at once or not at all; pages that
//! others point to come before those that point; what is gone is removed last.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Write;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::domain::base::parallel as many;

/// The file by which a folder is known as ours.
const MANIFEST: &str = ".saydo-site.json";

/// The file that keeps two that build at once apart.
const LOCK: &str = ".saydo-site.lock";

/// The file that names what a build is about to change: one that did not come to its end leaves it behind.
const BEGUN: &str = ".saydo-site.begun";

/// How files begin that are not whole yet.
const PARTIAL: &str = ".saydo-part-";

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

/// A folder that nobody else builds as long as this is there.
#[derive(Debug)]
pub struct Locked {
    root: PathBuf,
    lock: Arc<File>,
}

/// A folder that is kept.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    #[cfg(unix)]
    dir: File,
    kept: BTreeMap<String, Kept>,
    /// When the last build ended, as the file system says: what was altered since is not what we wrote.
    ended: Option<SystemTime>,
    /// Folders that are there.
    made: BTreeSet<PathBuf>,
    _lock: Arc<File>,
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
        Locked::new(root)?.open()
    }
}

impl Locked {
    /// Takes a folder for itself, or makes it; waits for another that builds it.
    ///
    /// # Errors
    /// When it holds files of somebody else, or cannot be read.
    pub fn new(root: &Path) -> Result<Locked, TreeError> {
        std::fs::create_dir_all(root).map_err(|e| io(root, &e))?;
        not_foreign(root)?;
        let lock_path = root.join(LOCK);
        let lock = File::options()
            .create(true)
            .append(true)
            .open(&lock_path)
            .map_err(|e| io(&lock_path, &e))?;
        lock.lock().map_err(|e| io(&lock_path, &e))?;
        not_foreign(root)?;
        Ok(Locked {
            root: root.to_owned(),
            lock: Arc::new(lock),
        })
    }

    /// Reads what is there.
    ///
    /// # Errors
    /// When it cannot be written to.
    pub fn open(&self) -> Result<Folder, TreeError> {
        let (root, lock) = (self.root.clone(), Arc::clone(&self.lock));
        // A manifest that is damaged is one that says nothing: everything is written anew.
        let manifest = root.join(MANIFEST);
        let read = std::fs::read(&manifest).ok();
        let mut kept: BTreeMap<String, Kept> = read
            .and_then(|b| serde_json::from_slice(&b).ok())
            .unwrap_or_default();
        // What it says is removed or passed over: it may only speak of this folder.
        kept.retain(|path, _| is_inside(path));
        #[cfg(unix)]
        let dir = File::open(&root).map_err(|e| io(&root, &e))?;
        let mut folder = Folder {
            root,
            #[cfg(unix)]
            dir,
            kept,
            ended: written_at(&manifest),
            made: BTreeSet::new(),
            _lock: lock,
        };
        if !manifest.is_file() {
            // From now on it is ours, however this build ends.
            folder.put(MANIFEST, b"{}")?;
        }
        folder.forget_begun();
        Ok(folder)
    }
}

impl Folder {
    /// A build that did not come to its end may have changed what it named: that is written anew.
    fn forget_begun(&mut self) {
        let Ok(begun) = std::fs::read(self.root.join(BEGUN)) else {
            return;
        };
        match serde_json::from_slice::<Vec<String>>(&begun) {
            Ok(paths) => {
                for path in &paths {
                    if let Some(kept) = self.kept.get_mut(path) {
                        *kept = Kept::default();
                    }
                }
            }
            Err(_) => self.kept.values_mut().for_each(|k| *k = Kept::default()),
        }
        sweep(&self.root);
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
        let Some((size, at)) = self.file_at(path) else {
            return false;
        };
        size == kept.size && Some(at) <= self.ended
    }

    /// The size of a file and when it was written; nothing of anything that is no file. There may be thousands: they are
    /// looked up from the folder on, not from the root of the file system.
    #[cfg(unix)]
    fn file_at(&self, path: &str) -> Option<(u64, SystemTime)> {
        use rustix::fs::{AtFlags, FileType, statat};
        let found = statat(&self.dir, path, AtFlags::SYMLINK_NOFOLLOW).ok()?;
        let is_file = FileType::from_raw_mode(found.st_mode) == FileType::RegularFile;
        let since = Duration::new(
            u64::try_from(found.st_mtime).ok()?,
            u32::try_from(found.st_mtime_nsec).ok()?,
        );
        let size = u64::try_from(found.st_size).ok()?;
        is_file.then(|| (size, SystemTime::UNIX_EPOCH + since))
    }

    #[cfg(not(unix))]
    fn file_at(&self, path: &str) -> Option<(u64, SystemTime)> {
        let found = std::fs::symlink_metadata(self.root.join(path)).ok()?;
        let at = found.modified().ok()?;
        found.is_file().then(|| (found.len(), at))
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
        let mut old = std::mem::take(&mut self.kept);
        let mut next: BTreeMap<String, Kept> = BTreeMap::new();
        let mut is_other = false;
        for (path, (_, word)) in inputs.iter().filter(|(p, _)| !tree.contains_key(**p)) {
            if let Some((path, mut kept)) = old.remove_entry(*path) {
                if kept.word.as_deref() != *word {
                    kept.word = word.map(str::to_owned);
                    is_other = true;
                }
                next.insert(path, kept);
                done.same += 1;
            }
        }
        // What others point to is there before they do: pages of the front, lists and feeds come last.
        let mut order: Vec<&String> = tree.keys().collect();
        order.sort_by_key(|p| (rank(p), p.as_str()));
        let mut new: Vec<(&String, Kept)> = Vec::new();
        let sums = many::each(&order, 2, |path| sha(&tree[*path]));
        for (path, sha) in order.into_iter().zip(sums) {
            let bytes = &tree[path];
            let made = inputs.get(path.as_str());
            let kept = Kept {
                sha,
                size: bytes.len() as u64,
                input: made.map(|(of, _)| (*of).to_owned()),
                word: made.and_then(|(_, word)| word.map(str::to_owned)),
            };
            match old.remove_entry(path) {
                Some((path, was)) if was.sha == kept.sha && self.is_there(&path, &was) => {
                    done.same += 1;
                    is_other |= was != kept;
                    next.insert(path, kept);
                }
                _ => new.push((path, kept)),
            }
        }
        if !new.is_empty() {
            let begun: Vec<&String> = new.iter().map(|(path, _)| *path).collect();
            self.put(BEGUN, &serde_json::to_vec(&begun).unwrap_or_default())?;
        }
        is_other |= !new.is_empty() || !old.is_empty();
        done.written = new.len();
        let paths: Vec<&String> = new.iter().map(|(path, _)| *path).collect();
        next.extend(new.into_iter().map(|(path, kept)| (path.clone(), kept)));
        let manifest = || match is_other {
            true => serde_json::to_vec(&next).unwrap_or_default(),
            false => Vec::new(),
        };
        let write = || {
            paths
                .iter()
                .try_for_each(|path| self.put(path, &tree[*path]))
        };
        let (written, manifest) = many::both(write, manifest);
        written?;
        for path in old.keys() {
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
        if is_other {
            self.put(MANIFEST, &manifest)?;
            self.ended = written_at(&self.root.join(MANIFEST));
        }
        self.kept = next;
        match std::fs::remove_file(self.root.join(BEGUN)) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(io(&self.root, &e)),
            _ => Ok(done),
        }
    }

    /// Writes a file, at once or not at all.
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
            .prefix(PARTIAL)
            .tempfile_in(folder)
            .map_err(|e| io(folder, &e))?;
        file.write_all(bytes).map_err(|e| io(&whole, &e))?;
        file.persist(&whole).map_err(|e| io(&whole, &e.error))?;
        Ok(())
    }
}

/// Says whose a folder is that we did not make: one with files of which no manifest tells.
fn not_foreign(root: &Path) -> Result<(), TreeError> {
    if root.join(MANIFEST).is_file() {
        return Ok(());
    }
    let entries = std::fs::read_dir(root).map_err(|e| io(root, &e))?;
    let is_ours = |e: std::fs::DirEntry| {
        let name = e.file_name();
        name == LOCK || name.to_string_lossy().starts_with(PARTIAL)
    };
    match entries.flatten().all(is_ours) {
        true => Ok(()),
        false => Err(TreeError::NotOurs(root.display().to_string())),
    }
}

/// True when a path leads below where it begins, and nowhere else.
fn is_inside(path: &str) -> bool {
    let mut parts = Path::new(path).components();
    !path.is_empty() && parts.all(|c| matches!(c, Component::Normal(_)))
}

fn written_at(path: &Path) -> Option<SystemTime> {
    std::fs::metadata(path).and_then(|m| m.modified()).ok()
}

/// Removes files that a build left half-written. Whoever calls this has the folder for itself.
fn sweep(folder: &Path) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        if kind.is_dir() {
            sweep(&entry.path());
        } else if entry.file_name().to_string_lossy().starts_with(PARTIAL) {
            let _ = std::fs::remove_file(entry.path());
        }
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
