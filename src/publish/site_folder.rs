//! Keeps an output folder equal to a tree of files: writes only what changed, each file atomically, link targets before the
//! pages that link to them, and removes files last. Renders no page and touches no files that it did not make.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::domain::base::digest::sha256;
use crate::domain::base::parallel;
use crate::publish::open_folder::{OpenFolder, PARTIAL};

/// The manifest. A folder with files and without a manifest is not touched.
const MANIFEST: &str = ".saydo-site.json";

/// The lock file: one process builds at a time.
const LOCK: &str = ".saydo-site.lock";

/// The list of files that a build is about to change. An interrupted build leaves it behind.
const BEGUN: &str = ".saydo-site.begun";

/// Why a folder cannot be written.
#[derive(Debug, Error)]
pub enum SiteFolderError {
    /// The folder has files that no build made.
    #[error(
        "{0}: this folder holds files that no site of ours made; nothing was written. Choose an empty folder, or a new one"
    )]
    NotOurs(String),
    /// A file cannot be read or written.
    #[error("{path}: {what}")]
    Io { path: String, what: String },
}

/// An entry of the manifest, about one file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct ManifestEntry {
    /// SHA-256 of the bytes.
    sha: String,
    /// The size in bytes.
    size: u64,
    /// A digest of the data that the file was made from, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    input: Option<String>,
    /// A note that the maker of the file gets back at the next build.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    word: Option<String>,
}

/// The digest of the data that a file is made from, and the note that is kept with it.
pub type Made<'a> = (&'a str, Option<&'a str>);

/// What a build has to do.
struct Changes<'a> {
    /// The manifest entries of files that stay.
    next: BTreeMap<String, ManifestEntry>,
    /// Files to write, in the order of writing.
    new: Vec<(&'a String, ManifestEntry)>,
    /// Manifest entries of files to remove.
    gone: BTreeMap<String, ManifestEntry>,
    /// An entry of a file that stays is not as the manifest has it.
    is_other: bool,
}

/// A locked folder: no other process builds it until this is dropped.
#[derive(Debug)]
pub struct LockedFolder {
    root: PathBuf,
    folder: Arc<OpenFolder>,
    lock: Arc<File>,
}

/// An output folder and its manifest.
#[derive(Debug)]
pub struct SiteFolder {
    root: PathBuf,
    folder: Arc<OpenFolder>,
    kept: BTreeMap<String, ManifestEntry>,
    /// When the last build ended, by the clock of the file system. Files that are newer were changed by others.
    ended: Option<SystemTime>,
    _lock: Arc<File>,
}

/// What a build did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Written {
    /// How many files were written.
    pub written: usize,
    /// How many files stayed as they were.
    pub same: usize,
    /// How many files were removed.
    pub removed: usize,
}

fn describe_io_error(path: &Path, error: &std::io::Error) -> SiteFolderError {
    SiteFolderError::Io {
        path: path.display().to_string(),
        what: error.to_string(),
    }
}

impl SiteFolder {
    /// Opens or creates a folder, whose files get this mode; waits for another process that builds it.
    ///
    /// # Errors
    /// When the folder has files that no build made, or cannot be read.
    pub fn open(root: &Path, mode: u32) -> Result<SiteFolder, SiteFolderError> {
        LockedFolder::new(root, mode)?.open()
    }
}

impl LockedFolder {
    /// Locks a folder, which is created if needed and whose files get this mode; waits for another process that builds it.
    ///
    /// # Errors
    /// When the folder has files that no build made, or cannot be read.
    pub fn new(root: &Path, mode: u32) -> Result<LockedFolder, SiteFolderError> {
        let folder =
            OpenFolder::create_root(root, mode).map_err(|e| describe_io_error(root, &e))?;
        not_foreign(root, &folder)?;
        let lock_path = root.join(LOCK);
        let lock = folder
            .open_lock(LOCK)
            .map_err(|e| describe_io_error(&lock_path, &e))?;
        lock.lock().map_err(|e| describe_io_error(&lock_path, &e))?;
        not_foreign(root, &folder)?;
        Ok(LockedFolder {
            root: root.to_owned(),
            folder: Arc::new(folder),
            lock: Arc::new(lock),
        })
    }

    /// Reads the manifest.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub fn open(&self) -> Result<SiteFolder, SiteFolderError> {
        // A damaged manifest counts as an empty one: everything is written again.
        let read = self.folder.read_file(MANIFEST);
        let is_new = read.is_none();
        let mut kept: BTreeMap<String, ManifestEntry> = read
            .and_then(|b| serde_json::from_slice(&b).ok())
            .unwrap_or_default();
        // Paths in the manifest are removed later, so none may lead out of this folder.
        kept.retain(|path, _| is_inside(path));
        let mut folder = SiteFolder {
            root: self.root.clone(),
            folder: Arc::clone(&self.folder),
            kept,
            ended: self.folder.look_up(MANIFEST).map(|f| f.1),
            _lock: Arc::clone(&self.lock),
        };
        if is_new {
            // The manifest marks the folder as ours even if this build is interrupted.
            folder.write_file(MANIFEST, b"{}")?;
        }
        folder.forget_begun();
        Ok(folder)
    }
}

impl SiteFolder {
    /// Forgets the files that an interrupted build may have changed, so that they are written again.
    fn forget_begun(&mut self) {
        let Some(begun) = self.folder.read_file(BEGUN) else {
            return;
        };
        match serde_json::from_slice::<Vec<String>>(&begun) {
            Ok(paths) => {
                for path in &paths {
                    if let Some(kept) = self.kept.get_mut(path) {
                        *kept = ManifestEntry::default();
                    }
                }
            }
            Err(_) => self
                .kept
                .values_mut()
                .for_each(|k| *k = ManifestEntry::default()),
        }
        self.folder.remove_partial_files(Path::new(""));
    }

    /// True when a file exists unchanged and was made from data with this digest.
    pub fn is_made_from(&self, path: &str, input: &str) -> bool {
        self.kept
            .get(path)
            .is_some_and(|k| k.input.as_deref() == Some(input) && self.is_there(path, k))
    }

    /// The note that was kept with a file.
    pub fn note_of(&self, path: &str) -> Option<&str> {
        self.kept.get(path)?.word.as_deref()
    }

    fn is_there(&self, path: &str, kept: &ManifestEntry) -> bool {
        let Some((size, at)) = self.folder.look_up(path) else {
            return false;
        };
        size == kept.size && Some(at) <= self.ended
    }

    /// Makes the folder equal to the tree: writes what changed and removes what is gone. Files that are in `inputs` and not in
    /// the tree stay as they are.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn write_tree(
        &mut self,
        tree: &BTreeMap<String, Vec<u8>>,
        inputs: &BTreeMap<&str, Made<'_>>,
    ) -> Result<Written, SiteFolderError> {
        // Before anything is changed: a path of this tree, or of an older one, may not lead through a link.
        for path in tree.keys().chain(self.kept.keys()) {
            let checked = self.folder.check_way(path);
            checked.map_err(|e| describe_io_error(&self.root.join(path), &e))?;
        }
        let old = std::mem::take(&mut self.kept);
        let mut plan = self.compare_tree(old, tree, inputs);
        let paths: Vec<&String> = plan.new.iter().map(|(path, _)| *path).collect();
        if !paths.is_empty() {
            self.write_file(BEGUN, &serde_json::to_vec(&paths).unwrap_or_default())?;
        }
        let mut done = Written {
            written: paths.len(),
            same: plan.next.len(),
            removed: 0,
        };
        let is_other = plan.is_other || !paths.is_empty() || !plan.gone.is_empty();
        let new = plan.new.into_iter();
        plan.next
            .extend(new.map(|(path, kept)| (path.clone(), kept)));
        let next = &plan.next;
        let manifest = || match is_other {
            true => serde_json::to_vec(next).unwrap_or_default(),
            false => Vec::new(),
        };
        let write = || {
            paths
                .iter()
                .try_for_each(|path| self.write_file(path, &tree[*path]))
        };
        let (written, manifest) = parallel::run_both(write, manifest);
        written?;
        for path in plan.gone.keys() {
            done.removed += self.remove_file(path)?;
        }
        if is_other {
            self.write_file(MANIFEST, &manifest)?;
            self.ended = self.folder.look_up(MANIFEST).map(|f| f.1);
        }
        self.kept = plan.next;
        let ended = self.folder.remove_file(BEGUN);
        ended.map_err(|e| describe_io_error(&self.root, &e))?;
        Ok(done)
    }

    /// Compares the tree with what the last build left (`old`).
    fn compare_tree<'a>(
        &self,
        mut old: BTreeMap<String, ManifestEntry>,
        tree: &'a BTreeMap<String, Vec<u8>>,
        inputs: &BTreeMap<&str, Made<'_>>,
    ) -> Changes<'a> {
        let mut next: BTreeMap<String, ManifestEntry> = BTreeMap::new();
        let mut is_other = false;
        for (path, (_, word)) in inputs.iter().filter(|(p, _)| !tree.contains_key(**p)) {
            if let Some((path, mut kept)) = old.remove_entry(*path) {
                if kept.word.as_deref() != *word {
                    kept.word = word.map(str::to_owned);
                    is_other = true;
                }
                next.insert(path, kept);
            }
        }
        // Link targets are written before the pages that link to them: the front page, lists and feeds come last.
        let mut order: Vec<&String> = tree.keys().collect();
        order.sort_by_key(|p| (writing_order(p), p.as_str()));
        let mut new: Vec<(&String, ManifestEntry)> = Vec::new();
        let sums = parallel::map_slice(&order, 2, |path| sha256(&tree[*path]));
        for (path, sha) in order.into_iter().zip(sums) {
            let made = inputs.get(path.as_str());
            let kept = ManifestEntry {
                sha,
                size: tree[path].len() as u64,
                input: made.map(|(of, _)| (*of).to_owned()),
                word: made.and_then(|(_, word)| word.map(str::to_owned)),
            };
            match old.remove_entry(path) {
                Some((path, was)) if was.sha == kept.sha && self.is_there(&path, &was) => {
                    is_other |= was != kept;
                    next.insert(path, kept);
                }
                _ => new.push((path, kept)),
            }
        }
        Changes {
            next,
            new,
            gone: old,
            is_other,
        }
    }

    /// Removes a file and the folders above it that are then empty; gives how many files were removed.
    fn remove_file(&self, path: &str) -> Result<usize, SiteFolderError> {
        let removed = self.folder.remove_file(path);
        removed.map_err(|e| describe_io_error(&self.root.join(path), &e))?;
        Ok(1)
    }

    /// Writes a file atomically.
    fn write_file(&self, path: &str, bytes: &[u8]) -> Result<(), SiteFolderError> {
        let written = self.folder.write_file(path, bytes, false);
        written.map_err(|e| describe_io_error(&self.root.join(path), &e))
    }
}

/// Refuses a folder that has files and no manifest.
fn not_foreign(root: &Path, folder: &OpenFolder) -> Result<(), SiteFolderError> {
    let is_ours = |name: &String| name == LOCK || name.starts_with(PARTIAL);
    let is_built = folder.look_up(MANIFEST).is_some();
    match is_built || folder.names_in(Path::new("")).iter().all(is_ours) {
        true => Ok(()),
        false => Err(SiteFolderError::NotOurs(root.display().to_string())),
    }
}

/// True for a relative path that stays below its start.
fn is_inside(path: &str) -> bool {
    let mut parts = Path::new(path).components();
    !path.is_empty() && parts.all(|c| matches!(c, Component::Normal(_)))
}

fn writing_order(path: &str) -> u8 {
    match path {
        p if p.ends_with(".css") || p.ends_with(".js") => 0,
        p if p.contains("incidents/") && p.ends_with(".html") => 1,
        p if p.contains("history/") => 2,
        p if p.ends_with("index.html") => 4,
        _ => 3,
    }
}
