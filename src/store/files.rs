//! The files of a workspace: where they are, and how they are read and written. Does not check what playbooks say.

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::domain::config::playbook::PlaybookFile;
use crate::domain::config::workspace::Workspace;
use crate::domain::delivery::key::as_counted;
use crate::domain::network::topology::Network;
use crate::domain::record::record_event::TextKind;
use crate::store::StoreError;
use crate::store::yaml::{self, MAX_BYTES, Source, Trouble};

/// The name of the workspace file. A folder with it is a workspace.
pub const WORKSPACE_FILE: &str = "saydo.yaml";

/// The folder for the files of the program itself.
pub const OWN_FOLDER: &str = ".saydo";

#[derive(Debug, Clone)]
pub struct WorkspaceFolder {
    /// The path of the folder.
    pub root: PathBuf,
}

/// A file that can be adopted, with its text.
#[derive(Debug, Clone)]
pub struct Adoptable {
    /// The kind of file.
    pub kind: TextKind,
    /// The name in the record.
    pub name: String,
    /// The relative path, for messages.
    pub path: String,
    /// The content, not checked yet.
    pub bytes: Vec<u8>,
}

/// The largest file that is kept as evidence, in bytes.
pub const MAX_EVIDENCE: usize = 16 * 1024 * 1024;

impl WorkspaceFolder {
    /// Looks for a workspace in a folder and above it.
    pub fn find_above(start: &Path) -> Option<WorkspaceFolder> {
        start
            .ancestors()
            .find(|dir| dir.join(WORKSPACE_FILE).is_file() && dir.join(OWN_FOLDER).is_dir())
            .map(|dir| WorkspaceFolder {
                root: dir.to_owned(),
            })
    }

    /// The path of the folder for the files of the program itself.
    pub fn own_folder(&self) -> PathBuf {
        self.root.join(OWN_FOLDER)
    }

    pub fn record_path(&self) -> PathBuf {
        self.root.join(OWN_FOLDER).join("record.db")
    }

    /// The location of the record in the workspace file; none when the record is in this folder.
    ///
    /// # Errors
    /// When the file cannot be read, or the address has a password in it.
    pub fn record_elsewhere(&self) -> Result<Option<String>, StoreError> {
        let path = self.root.join(WORKSPACE_FILE);
        let text = String::from_utf8_lossy(&read_bytes(&path)?).into_owned();
        // Read as a line, so that a workspace file with mistakes elsewhere still leads to its record.
        let Some(place) = text.lines().find_map(|l| l.strip_prefix("record:")) else {
            return Ok(None);
        };
        let place = place.split(" #").next().unwrap_or(place);
        let place = place.trim().trim_matches(['"', '\'']);
        let user = place
            .split_once("://")
            .and_then(|(_, rest)| rest.rsplit_once('@'))
            .map_or("", |(user, _)| user);
        if user.contains(':') {
            return Err(StoreError::Io {
                path: path.display().to_string(),
                what: "record: has a password in it; put it into PGPASSFILE (~/.pgpass) and take it out here".into(),
            });
        }
        Ok(Some(place.to_owned()).filter(|p| !p.is_empty()))
    }

    /// Copies a file as evidence, named by its digest, and gives the digest. The same file is kept once.
    ///
    /// # Errors
    /// When it cannot be read, is larger than [`MAX_EVIDENCE`], or the copy cannot be written.
    pub fn keep_evidence(&self, path: &Path) -> Result<String, StoreError> {
        let bytes = read_bytes_up_to(path, MAX_EVIDENCE)?;
        if bytes.len() > MAX_EVIDENCE {
            return Err(StoreError::Io {
                path: path.display().to_string(),
                what: format!("it is larger than {MAX_EVIDENCE} bytes"),
            });
        }
        let digest = crate::domain::base::digest::sha256(&bytes);
        let folder = self.root.join(".saydo").join("evidence");
        std::fs::create_dir_all(&folder).map_err(|e| io_error(&folder, &e))?;
        let kept = folder.join(&digest);
        if kept.exists() {
            return Ok(digest);
        }
        let mut copy =
            tempfile::NamedTempFile::new_in(&folder).map_err(|e| io_error(&folder, &e))?;
        std::io::Write::write_all(&mut copy, &bytes).map_err(|e| io_error(&kept, &e))?;
        copy.persist(&kept).map_err(|e| io_error(&kept, &e.error))?;
        Ok(digest)
    }

    /// The incident chosen with `switch`. It belongs to this folder and is never part of the record.
    pub fn chosen_incident(&self) -> Option<String> {
        let text = std::fs::read_to_string(self.root.join(OWN_FOLDER).join("use")).ok()?;
        let id = text.trim();
        crate::domain::base::fault::is_id(id).then(|| id.to_owned())
    }

    /// Remembers the chosen incident.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn choose_incident(&self, incident: &str) -> Result<(), StoreError> {
        write_file(&self.root.join(OWN_FOLDER).join("use"), incident)
    }

    /// All files that can be adopted: the workspace, the network, then playbooks by name.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn adoptable_files(&self) -> Result<Vec<Adoptable>, StoreError> {
        let mut found = Vec::new();
        for (kind, name, file) in [
            (TextKind::Workspace, "workspace", WORKSPACE_FILE),
            (TextKind::Network, "network", "network.yaml"),
        ] {
            let path = self.root.join(file);
            if is_there(&path)? {
                found.push(Adoptable {
                    kind,
                    name: name.into(),
                    path: file.into(),
                    bytes: read_bytes(&path)?,
                });
            }
        }
        for (name, path) in self.playbook_files()? {
            let shown = format!("playbooks/{name}.yaml");
            found.push(Adoptable {
                kind: TextKind::Playbook,
                name,
                path: shown,
                bytes: read_bytes(&path)?,
            });
        }
        Ok(found)
    }

    /// The wording rules of the workspace: name and text of each file in `wording/`.
    ///
    /// # Errors
    /// When a file cannot be read or is not UTF-8.
    pub fn wording_rules(&self) -> Result<Vec<(String, String)>, StoreError> {
        let files = self.yaml_in("wording")?.into_iter();
        files
            .map(|(name, path)| {
                let text = String::from_utf8(read_bytes(&path)?).map_err(|e| {
                    io_error(
                        &path,
                        &std::io::Error::new(std::io::ErrorKind::InvalidData, e.utf8_error()),
                    )
                })?;
                Ok((name, text))
            })
            .collect()
    }

    /// The names and paths of playbooks, sorted.
    fn playbook_files(&self) -> Result<Vec<(String, PathBuf)>, StoreError> {
        self.yaml_in("playbooks")
    }

    fn yaml_in(&self, name: &str) -> Result<Vec<(String, PathBuf)>, StoreError> {
        let folder = self.root.join(name);
        if !folder.is_dir() {
            return Ok(Vec::new());
        }
        let entries = std::fs::read_dir(&folder).map_err(|e| io_error(&folder, &e))?;
        let mut files = Vec::new();
        for entry in entries {
            let path = entry.map_err(|e| io_error(&folder, &e))?.path();
            let is_yaml = path.extension().is_some_and(|e| e == "yaml" || e == "yml");
            if let Some(stem) = path.file_stem().and_then(|s| s.to_str())
                && is_yaml
                && is_there(&path)?
            {
                files.push((stem.to_owned(), path));
            }
        }
        files.sort();
        Ok(files)
    }
}

/// True when the file exists. A folder, a device or a broken link in its place is an error, not a missing file.
fn is_there(path: &Path) -> Result<bool, StoreError> {
    match std::fs::metadata(path) {
        Ok(found) if found.is_file() => Ok(true),
        Err(e)
            if e.kind() == std::io::ErrorKind::NotFound
                && std::fs::symlink_metadata(path).is_err() =>
        {
            Ok(false)
        }
        Ok(_) => Err(StoreError::Io {
            path: path.display().to_string(),
            what: "this is no regular file; nothing was read".into(),
        }),
        Err(e) => Err(io_error(path, &e)),
    }
}

/// Reads at most [`MAX_BYTES`] and one byte more, so that a caller notices a file that is too long.
///
/// # Errors
/// When it cannot be read.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>, StoreError> {
    read_bytes_up_to(path, MAX_BYTES)
}

/// The largest list of recipients, in bytes.
pub const MAX_PEOPLE: usize = 64 * 1024 * 1024;

/// Reads a list of recipients: one number or address a line. Empty lines and comments (`#`) are skipped, and duplicates count
/// once.
///
/// # Errors
/// When it cannot be read, is too large, or a line is no number or address.
pub fn read_people(path: &Path) -> Result<Vec<String>, StoreError> {
    let bytes = read_bytes_up_to(path, MAX_PEOPLE)?;
    let wrong = |what: String| StoreError::Io {
        path: path.display().to_string(),
        what,
    };
    if bytes.len() > MAX_PEOPLE {
        return Err(wrong(format!("it is larger than {MAX_PEOPLE} bytes")));
    }
    let text = String::from_utf8(bytes).map_err(|e| wrong(e.utf8_error().to_string()))?;
    let mut seen = std::collections::HashSet::new();
    let mut all = Vec::new();
    for (i, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let line = line.split(" #").next().unwrap_or(line).trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let is_mail = line.contains('@');
        let fine = |c: char| {
            c.is_ascii_digit()
                || matches!(c, '+' | ' ' | '-' | '.' | '(' | ')')
                || (is_mail && !c.is_control())
        };
        if line.len() > 320 || !line.chars().all(fine) {
            // The line is personal data, so the message does not repeat it.
            return Err(wrong(format!(
                "line {} is neither a number nor an address",
                i + 1
            )));
        }
        if seen.insert(as_counted(line)) {
            all.push(line.to_owned());
        }
    }
    Ok(all)
}

/// Reads at most `max` bytes and one more, so that a caller notices a file that is too long.
///
/// # Errors
/// When it cannot be read.
pub fn read_bytes_up_to(path: &Path, max: usize) -> Result<Vec<u8>, StoreError> {
    use std::io::Read;
    let file = std::fs::File::open(path).map_err(|e| io_error(path, &e))?;
    let mut bytes = Vec::new();
    file.take(max as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|e| io_error(path, &e))?;
    Ok(bytes)
}

/// Writes a file atomically: a reader sees the old content or the new one. What takes its place is a file, so a device or a pipe of
/// that name is left as it is.
///
/// # Errors
/// When it cannot be written, or something that is no file has its name.
pub fn write_file(path: &Path, text: &str) -> Result<(), StoreError> {
    if std::fs::metadata(path).is_ok_and(|there| !there.is_file()) {
        let what = "something that is no file has this name; nothing was written";
        return Err(StoreError::Io {
            path: path.display().to_string(),
            what: what.to_owned(),
        });
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(|e| io_error(folder, &e))?;
    file.write_all(text.as_bytes())
        .and_then(|()| file.as_file().sync_all())
        .map_err(|e| io_error(path, &e))?;
    file.persist(path).map_err(|e| io_error(path, &e.error))?;
    Ok(())
}

/// Writes a file of mode 0600, unless there is one by now: of two that make it at once, the first one's stays.
///
/// # Errors
/// When it cannot be written.
pub fn write_new_file(path: &Path, text: &str) -> Result<(), StoreError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(|e| io_error(folder, &e))?;
    file.write_all(text.as_bytes())
        .and_then(|()| file.as_file().sync_all())
        .map_err(|e| io_error(path, &e))?;
    match file.persist_noclobber(path) {
        Ok(_) => Ok(()),
        Err(e) if e.error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(e) => Err(io_error(path, &e.error)),
    }
}

/// Puts an input or output error into words.
pub fn io_error(path: &Path, error: &std::io::Error) -> StoreError {
    let what = match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        std::io::ErrorKind::StorageFull => "the disk is full; nothing was written".to_owned(),
        std::io::ErrorKind::ReadOnlyFilesystem => {
            "the file system is read-only; nothing was written".to_owned()
        }
        _ => error.to_string(),
    };
    StoreError::Io {
        path: path.display().to_string(),
        what,
    }
}

/// Reads and checks a workspace file.
///
/// # Errors
/// Everything that is wrong, with places.
pub fn read_workspace(name: &str, bytes: &[u8]) -> Result<(Workspace, Source), Vec<Trouble>> {
    let (mut workspace, source): (Workspace, Source) = yaml::read_yaml(name, bytes)?;
    workspace.fill_in_audiences();
    let troubles = source.troubles_of_faults(workspace.find_faults());
    if troubles.is_empty() {
        Ok((workspace, source))
    } else {
        Err(troubles)
    }
}

/// Reads and checks a network file.
///
/// # Errors
/// Everything that is wrong, with places.
pub fn read_network(name: &str, bytes: &[u8]) -> Result<(Network, Source), Vec<Trouble>> {
    let (network, source): (Network, Source) = yaml::read_yaml(name, bytes)?;
    let troubles = source.troubles_of_faults(network.find_faults());
    if troubles.is_empty() {
        Ok((network, source))
    } else {
        Err(troubles)
    }
}

/// Reads the form of a playbook file; the linter checks what it says.
///
/// # Errors
/// Everything that is wrong, with places.
pub fn read_playbook(name: &str, bytes: &[u8]) -> Result<(PlaybookFile, Source), Vec<Trouble>> {
    yaml::read_yaml(name, bytes)
}

/// Reads a workspace file that was checked when it was adopted. Places are only worked out if it is wrong after all.
///
/// # Errors
/// What is wrong, when a program of another version adopted the file.
pub fn adopted_workspace(text: &str) -> Result<Workspace, Vec<Trouble>> {
    match serde_yaml::from_str::<Workspace>(text) {
        Ok(mut found) if found.find_faults().is_empty() => {
            found.fill_in_audiences();
            Ok(found)
        }
        _ => read_workspace("saydo.yaml (as adopted)", text.as_bytes()).map(|(found, _)| found),
    }
}

/// Reads a network file that was checked when it was adopted.
///
/// # Errors
/// What is wrong, when a program of another version adopted the file.
pub fn adopted_network(text: &str) -> Result<Network, Vec<Trouble>> {
    match serde_yaml::from_str::<Network>(text) {
        Ok(found) if found.find_faults().is_empty() => Ok(found),
        _ => read_network("network.yaml (as adopted)", text.as_bytes()).map(|(found, _)| found),
    }
}

/// Reads a playbook that was checked when it was adopted, without working out places.
///
/// # Errors
/// What is wrong, when a program of another version adopted the file.
pub fn adopted_playbook(text: &str) -> Result<PlaybookFile, Vec<Trouble>> {
    match serde_yaml::from_str(text) {
        Ok(file) => Ok(file),
        Err(_) => read_playbook("playbook (as adopted)", text.as_bytes()).map(|(file, _)| file),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// Whoever is root would put a file in the place of a device.
    #[test]
    fn what_is_no_file_is_left_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let socket = dir.path().join("socket");
        let _open = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        for name in [socket, dir.path().to_owned()] {
            let said = write_file(&name, "text").unwrap_err().to_string();
            assert!(said.contains("no file has this name"), "{said}");
            assert!(!std::fs::metadata(&name).unwrap().is_file());
        }
        let file = dir.path().join("file");
        write_file(&file, "old").unwrap();
        write_file(&file, "new").unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "new");
    }
}
