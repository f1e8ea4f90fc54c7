//! A folder by its handle: files below it are found, written and removed step by step from there, and never through a link.
//! Whoever may write into a part of it could else have files written or removed anywhere. Knows no page.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use rustix::fs::{
    AtFlags, Dir, FileType, FlockOperation, Mode, OFlags, flock, fstat, mkdirat, openat, renameat,
    statat, unlinkat,
};
use rustix::io::Errno;

/// Files for everybody: a program of another user serves them. The umask takes away from it.
pub const FOR_ALL: u32 = 0o644;

/// Files for their owner alone.
pub const FOR_OWNER: u32 = 0o600;

/// The beginning of the names of files that are not complete yet.
pub const PARTIAL: &str = ".saydo-part-";

/// The most attempts to find a free name for a file that is not complete yet.
const NAMES: u32 = 1000;

/// An open folder. What is below it may be looked up from several threads.
#[derive(Debug)]
pub struct OpenFolder {
    root: PathBuf,
    dir: Arc<File>,
    /// The permissions of what is made.
    mode: u32,
    /// Folders below that were opened before, by their path.
    below: Mutex<BTreeMap<PathBuf, Arc<File>>>,
}

impl OpenFolder {
    /// Opens the folder that somebody named; it is made when it is missing. The name itself may lead through links.
    ///
    /// # Errors
    /// When it is no folder, or cannot be made.
    pub fn create_root(root: &Path, mode: u32) -> io::Result<OpenFolder> {
        std::fs::create_dir_all(root)?;
        OpenFolder::open_root(root, mode)
    }

    /// Opens the folder that somebody named.
    ///
    /// # Errors
    /// When there is no such folder.
    pub fn open_root(root: &Path, mode: u32) -> io::Result<OpenFolder> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let dir = rustix::fs::open(root, flags, Mode::empty())?;
        Ok(OpenFolder {
            root: root.to_owned(),
            dir: Arc::new(dir.into()),
            mode,
            below: Mutex::default(),
        })
    }

    /// The folder and the name of a path below.
    fn place_of<'a>(&self, path: &'a str, may_make: bool) -> io::Result<(Arc<File>, &'a OsStr)> {
        let path = Path::new(path);
        let is_plain = path.components().all(|c| matches!(c, Component::Normal(_)));
        match path.file_name().filter(|_| is_plain) {
            Some(name) => {
                let folder = path.parent().unwrap_or(Path::new(""));
                Ok((self.folder_below(folder, may_make)?, name))
            }
            None => Err(refused_name("this leads out of the folder".into())),
        }
    }

    /// A folder below, opened step by step.
    fn folder_below(&self, path: &Path, may_make: bool) -> io::Result<Arc<File>> {
        let mut known = self.below.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.get(path) {
            return Ok(Arc::clone(found));
        }
        let (mut at, mut way) = (Arc::clone(&self.dir), PathBuf::new());
        for part in path.components() {
            way.push(part);
            at = match known.get(&way) {
                Some(found) => Arc::clone(found),
                None => {
                    let found = Arc::new(self.step_into(&at, part.as_os_str(), &way, may_make)?);
                    known.insert(way.clone(), Arc::clone(&found));
                    found
                }
            };
        }
        Ok(at)
    }

    /// One step down, not through a link.
    fn step_into(&self, at: &File, name: &OsStr, way: &Path, may_make: bool) -> io::Result<File> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let open = || openat(at, name, flags, Mode::empty());
        let found = match open() {
            Err(Errno::NOENT) if may_make => {
                // A folder may be entered by whoever may read its files.
                let mode = Mode::from_raw_mode(self.mode | (self.mode & 0o444) >> 2);
                match mkdirat(at, name, mode) {
                    Ok(()) | Err(Errno::EXIST) => open(),
                    Err(e) => Err(e),
                }
            }
            other => other,
        };
        found.map(File::from).map_err(|e| {
            let is_link = statat(at, name, AtFlags::SYMLINK_NOFOLLOW)
                .is_ok_and(|s| FileType::from_raw_mode(s.st_mode) == FileType::Symlink);
            match is_link {
                true => refused_name(format!(
                    "{} is a link, and nothing is read, written or removed through one below {}: put a folder in its place",
                    way.display(),
                    self.root.display()
                )),
                false => e.into(),
            }
        })
    }

    /// Finds out whether a path leads through a link, without changing anything.
    ///
    /// # Errors
    /// When it does.
    pub fn check_way(&self, path: &str) -> io::Result<()> {
        match self.place_of(path, false) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other.map(|_| ()),
        }
    }

    /// The size and the time of change of a regular file; none for anything else.
    pub fn look_up(&self, path: &str) -> Option<(u64, SystemTime)> {
        let (folder, name) = self.place_of(path, false).ok()?;
        let found = statat(&*folder, name, AtFlags::SYMLINK_NOFOLLOW).ok()?;
        let is_file = FileType::from_raw_mode(found.st_mode) == FileType::RegularFile;
        let since = Duration::new(
            u64::try_from(found.st_mtime).ok()?,
            u32::try_from(found.st_mtime_nsec).ok()?,
        );
        let size = u64::try_from(found.st_size).ok()?;
        is_file.then(|| (size, SystemTime::UNIX_EPOCH + since))
    }

    /// The bytes of a regular file; none when there is none.
    pub fn read_file(&self, path: &str) -> Option<Vec<u8>> {
        let (folder, name) = self.place_of(path, false).ok()?;
        // A pipe in its place would be waited for without end.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let mut file = File::from(openat(&*folder, name, flags, Mode::empty()).ok()?);
        if !file.metadata().ok()?.is_file() {
            return None;
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }

    /// Opens a file to lock it; it is made when it is missing.
    ///
    /// # Errors
    /// When it is a link, or cannot be made.
    pub fn open_lock(&self, name: &str) -> io::Result<File> {
        let (folder, name) = self.place_of(name, false)?;
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        Ok(openat(&*folder, name, flags, Mode::from_raw_mode(self.mode))?.into())
    }

    /// Writes a file, whole or not at all. A link in its place is replaced; its folders are made.
    ///
    /// # Errors
    /// When it cannot be written, or its way leads through a link.
    pub fn write_file(&self, path: &str, bytes: &[u8], must_last: bool) -> io::Result<()> {
        let (folder, name) = self.place_of(path, true)?;
        let (mut file, partial) = self.begin_file(&folder)?;
        let written = file.write_all(bytes).and_then(|()| match must_last {
            true => file.sync_all(),
            false => Ok(()),
        });
        let done = written.and_then(|()| Ok(renameat(&*folder, &partial, &*folder, name)?));
        if done.is_err() {
            // What went wrong is more telling than that this did not work either.
            let _ = unlinkat(&*folder, &partial, AtFlags::empty());
        }
        done
    }

    /// A new file with a name of its own beside those that are complete, locked while it is open.
    fn begin_file(&self, folder: &File) -> io::Result<(File, String)> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let flags =
            OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        for _ in 0..NAMES {
            let count = COUNT.fetch_add(1, Ordering::Relaxed);
            let name = format!("{PARTIAL}{}-{count}", std::process::id());
            match openat(folder, &name, flags, Mode::from_raw_mode(self.mode)) {
                Ok(file) => {
                    let _ = flock(&file, FlockOperation::NonBlockingLockExclusive);
                    // Before it was locked, somebody may have taken it for one that was left behind.
                    let is_there = statat(folder, &name, AtFlags::SYMLINK_NOFOLLOW)
                        .and_then(|there| Ok(there.st_ino == fstat(&file)?.st_ino));
                    if is_there.unwrap_or(false) {
                        return Ok((file.into(), name));
                    }
                }
                Err(Errno::EXIST) => {}
                Err(e) => return Err(e.into()),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    /// Removes a file, and the folders above it that are then empty. One that is not there is removed already.
    ///
    /// # Errors
    /// When it cannot be removed, or its way leads through a link.
    pub fn remove_file(&self, path: &str) -> io::Result<()> {
        let (folder, name) = match self.place_of(path, false) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
            other => other?,
        };
        match unlinkat(&*folder, name, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => {}
            Err(e) => return Err(e.into()),
        }
        let mut above = Path::new(path).parent();
        while let Some(gone) = above.filter(|a| !a.as_os_str().is_empty()) {
            let up = gone.parent().unwrap_or(Path::new(""));
            let folder = self.folder_below(up, false)?;
            let name = gone.file_name().unwrap_or_default();
            if unlinkat(&*folder, name, AtFlags::REMOVEDIR).is_err() {
                break;
            }
            let mut known = self.below.lock().unwrap_or_else(PoisonError::into_inner);
            known.remove(gone);
            above = gone.parent();
        }
        Ok(())
    }

    /// The names in a folder below; none when there is no such folder.
    pub fn names_in(&self, folder: &Path) -> Vec<String> {
        let entries = self.folder_below(folder, false).ok();
        let entries = entries.and_then(|f| Dir::read_from(&*f).ok());
        let names = entries.into_iter().flatten().flatten();
        names
            .map(|e| e.file_name().to_string_lossy().into_owned())
            .filter(|n| n != "." && n != "..")
            .collect()
    }

    /// Removes the incomplete files of a folder and of those below it that a killed program left.
    pub fn remove_partial_files(&self, folder: &Path) {
        self.remove_partial_files_in(folder);
        let Ok(at) = self.folder_below(folder, false) else {
            return;
        };
        for name in self.names_in(folder) {
            if statat(&*at, name.as_str(), AtFlags::SYMLINK_NOFOLLOW)
                .is_ok_and(|s| FileType::from_raw_mode(s.st_mode) == FileType::Directory)
            {
                self.remove_partial_files(&folder.join(name));
            }
        }
    }

    /// Removes the incomplete files of one folder that nobody writes any more: whoever writes one holds its lock.
    pub fn remove_partial_files_in(&self, folder: &Path) {
        let Ok(at) = self.folder_below(folder, false) else {
            return;
        };
        let names = self.names_in(folder).into_iter();
        for name in names.filter(|n| n.starts_with(PARTIAL)) {
            let flags = OFlags::WRONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
            let found = openat(&*at, name.as_str(), flags, Mode::empty());
            if found.is_ok_and(|f| flock(&f, FlockOperation::NonBlockingLockExclusive).is_ok()) {
                // What cannot be removed now is tried again with the next file.
                let _ = unlinkat(&*at, name.as_str(), AtFlags::empty());
            }
        }
    }
}

fn refused_name(what: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, what)
}

#[cfg(test)]
#[path = "open_folder_tests.rs"]
mod open_folder_tests;
