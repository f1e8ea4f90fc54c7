//! Keeps an output folder equal to a tree of files: writes only what changed, each file atomically, link targets before the
//! pages that link to them, and removes files last. Renders no page and touches no files that it did not make.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Write;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::domain::base::digest::sha256;
use crate::domain::base::parallel;

/// The manifest. A folder with files and without a manifest is not touched.
const MANIFEST: &str = ".saydo-site.json";

/// The lock file: one process builds at a time.
const LOCK: &str = ".saydo-site.lock";

/// The list of files that a build is about to change. An interrupted build leaves it behind.
const BEGUN: &str = ".saydo-site.begun";

/// The prefix of files that are not complete yet.
const PARTIAL: &str = ".saydo-part-";

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
    Io {
        /// The file.
        path: String,
        /// What happened.
        what: String,
    },
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
    lock: Arc<File>,
}

/// An output folder and its manifest.
#[derive(Debug)]
pub struct SiteFolder {
    root: PathBuf,
    #[cfg(unix)]
    dir: File,
    kept: BTreeMap<String, ManifestEntry>,
    /// When the last build ended, by the clock of the file system. Files that are newer were changed by others.
    ended: Option<SystemTime>,
    /// Folders below the root that are known to exist, so that none is made twice.
    made: BTreeSet<PathBuf>,
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
    /// Opens or creates a folder; waits for another process that builds it.
    ///
    /// # Errors
    /// When the folder has files that no build made, or cannot be read.
    pub fn open(root: &Path) -> Result<SiteFolder, SiteFolderError> {
        LockedFolder::new(root)?.open()
    }
}

impl LockedFolder {
    /// Locks a folder, which is created if needed; waits for another process that builds it.
    ///
    /// # Errors
    /// When the folder has files that no build made, or cannot be read.
    pub fn new(root: &Path) -> Result<LockedFolder, SiteFolderError> {
        std::fs::create_dir_all(root).map_err(|e| describe_io_error(root, &e))?;
        not_foreign(root)?;
        let lock_path = root.join(LOCK);
        let lock = File::options()
            .create(true)
            .append(true)
            .open(&lock_path)
            .map_err(|e| describe_io_error(&lock_path, &e))?;
        lock.lock().map_err(|e| describe_io_error(&lock_path, &e))?;
        not_foreign(root)?;
        Ok(LockedFolder {
            root: root.to_owned(),
            lock: Arc::new(lock),
        })
    }

    /// Reads the manifest.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub fn open(&self) -> Result<SiteFolder, SiteFolderError> {
        let (root, lock) = (self.root.clone(), Arc::clone(&self.lock));
        // A damaged manifest counts as an empty one: everything is written again.
        let manifest = root.join(MANIFEST);
        let read = std::fs::read(&manifest).ok();
        let mut kept: BTreeMap<String, ManifestEntry> = read
            .and_then(|b| serde_json::from_slice(&b).ok())
            .unwrap_or_default();
        // Paths in the manifest are removed later, so none may lead out of this folder.
        kept.retain(|path, _| is_inside(path));
        #[cfg(unix)]
        let dir = File::open(&root).map_err(|e| describe_io_error(&root, &e))?;
        let mut folder = SiteFolder {
            root,
            #[cfg(unix)]
            dir,
            kept,
            ended: written_at(&manifest),
            made: BTreeSet::new(),
            _lock: lock,
        };
        if !manifest.is_file() {
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
        let Ok(begun) = std::fs::read(self.root.join(BEGUN)) else {
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
        remove_partial_files(&self.root);
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
        let Some((size, at)) = self.file_at(path) else {
            return false;
        };
        size == kept.size && Some(at) <= self.ended
    }

    /// The size and the time of change of a regular file; none for anything else. Looked up relative to the open folder: there
    /// may be thousands of files.
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
            self.ended = written_at(&self.root.join(MANIFEST));
        }
        self.kept = plan.next;
        match std::fs::remove_file(self.root.join(BEGUN)) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                Err(describe_io_error(&self.root, &e))
            }
            _ => Ok(done),
        }
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
        let whole = self.root.join(path);
        let removed = match std::fs::remove_file(&whole) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                return Err(describe_io_error(&whole, &e));
            }
            _ => 1,
        };
        let mut above = whole.parent();
        while let Some(folder) = above.filter(|f| *f != self.root) {
            if std::fs::remove_dir(folder).is_err() {
                break;
            }
            above = folder.parent();
        }
        Ok(removed)
    }

    /// Writes a file atomically.
    fn write_file(&mut self, path: &str, bytes: &[u8]) -> Result<(), SiteFolderError> {
        let whole = self.root.join(path);
        let folder = whole.parent().unwrap_or(&self.root);
        if !self.made.contains(folder) {
            std::fs::create_dir_all(folder).map_err(|e| describe_io_error(folder, &e))?;
            self.made.insert(folder.to_owned());
        }
        let mut builder = tempfile::Builder::new();
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
        let mut file = builder
            .prefix(PARTIAL)
            .tempfile_in(folder)
            .map_err(|e| describe_io_error(folder, &e))?;
        file.write_all(bytes)
            .map_err(|e| describe_io_error(&whole, &e))?;
        file.persist(&whole)
            .map_err(|e| describe_io_error(&whole, &e.error))?;
        Ok(())
    }
}

/// Refuses a folder that has files and no manifest.
fn not_foreign(root: &Path) -> Result<(), SiteFolderError> {
    if root.join(MANIFEST).is_file() {
        return Ok(());
    }
    let entries = std::fs::read_dir(root).map_err(|e| describe_io_error(root, &e))?;
    let is_ours = |e: std::fs::DirEntry| {
        let name = e.file_name();
        name == LOCK || name.to_string_lossy().starts_with(PARTIAL)
    };
    match entries.flatten().all(is_ours) {
        true => Ok(()),
        false => Err(SiteFolderError::NotOurs(root.display().to_string())),
    }
}

/// True for a relative path that stays below its start.
fn is_inside(path: &str) -> bool {
    let mut parts = Path::new(path).components();
    !path.is_empty() && parts.all(|c| matches!(c, Component::Normal(_)))
}

fn written_at(path: &Path) -> Option<SystemTime> {
    std::fs::metadata(path).and_then(|m| m.modified()).ok()
}

/// Removes incomplete files of interrupted builds. The caller holds the lock.
fn remove_partial_files(folder: &Path) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        if kind.is_dir() {
            remove_partial_files(&entry.path());
        } else if entry.file_name().to_string_lossy().starts_with(PARTIAL) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
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
