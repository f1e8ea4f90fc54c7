//! The file of a snapshot: a table of pieces and the pieces, each by its digest; the table is marked with a secret of this
//! user, so that nobody else can make one. Every piece is read and checked when the snapshot is read, so nothing is found
//! damaged later. Does not check that the snapshot is of this record: its reader compares the head.

use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::domain::base::digest::sha256;
use crate::domain::base::parallel;
use crate::domain::record::event::{Head, VERSION};
use crate::domain::state::fold::State;
use crate::store::own_file::{OwnSecret, why_not_own};
use crate::store::snapshot::pieces::{Part, assemble_state, cut_into_pieces, read_piece};
use crate::store::snapshot::statement_reader::StatementReader;

/// What a state means in this program (see `build.rs`): any change to the domain makes it another.
const LAYOUT: &str = env!("SAYDO_FOLD");

const MAGIC: &[u8] = b"saydo snapshot 2\n";

/// What the mark on a table is for.
const PURPOSE: &str = "snapshot";

/// The bytes of a mark, and of a digest.
const MARK: usize = 32;

/// The prefix of files that are not complete yet.
const PARTIAL: &str = ".fold-";

/// A state, and the event after which the record had it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateSnapshot {
    pub head: Head,
    pub state: State,
}

/// A range of the file after the table, with its SHA-256.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Range {
    start: u64,
    size: u64,
    sum: [u8; MARK],
}

/// What the file is, and its pieces in order.
#[derive(Serialize, Deserialize)]
struct Table {
    layout: String,
    program: String,
    format: String,
    head: Head,
    pieces: Vec<Range>,
}

/// The path of the snapshot of a record, in the user's configuration folder.
pub fn path_of(config: &Path, record: &str) -> PathBuf {
    let name = &sha256(record.as_bytes())[..24];
    config.join("folds").join(format!("{name}.fold"))
}

/// The path of the secret that marks snapshots, in the user's configuration folder.
fn secret_path(path: &Path) -> PathBuf {
    let config = path.parent().and_then(Path::parent);
    config.unwrap_or(Path::new(".")).join("secret")
}

/// Reads a snapshot; none when there is none, it is damaged, or another program wrote it. Renditions are read by `reader`.
///
/// # Errors
/// Why a file that is there is not believed to be of this user.
pub fn read_snapshot(
    path: &Path,
    reader: StatementReader,
) -> Result<Option<StateSnapshot>, String> {
    if !path.exists() {
        return Ok(None);
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    let whole = folder.parent().into_iter().chain([folder, path]);
    for place in whole {
        if let Some(why) = why_not_own(place) {
            return Err(format!("{}: {why}", place.display()));
        }
    }
    match OwnSecret::load_from(&secret_path(path)) {
        Ok(Some(secret)) => read_marked(path, &secret, reader),
        Ok(None) => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

/// Reads a snapshot that this secret has marked.
fn read_marked(
    path: &Path,
    secret: &OwnSecret,
    reader: StatementReader,
) -> Result<Option<StateSnapshot>, String> {
    let Some((file, size, begin, mark, table)) = read_table(path) else {
        return Ok(None);
    };
    if !secret.has_marked(PURPOSE, &table, &mark) {
        return Err(format!(
            "{}: this user has not made it, or it was changed",
            path.display()
        ));
    }
    Ok(read_pieces(&file, size, begin, &table, reader))
}

/// The file, its size, where its pieces begin, the mark and the table.
type RawTable = (File, u64, u64, [u8; MARK], Vec<u8>);

fn read_table(path: &Path) -> Option<RawTable> {
    // A pipe or a device would be waited for without end.
    if !std::fs::metadata(path).ok()?.is_file() {
        return None;
    }
    let mut file = File::open(path).ok()?;
    let size = file.metadata().ok()?.len();
    let mut start = [0; MAGIC.len() + MARK + 8];
    file.read_exact(&mut start).ok()?;
    let (mark, length) = start.strip_prefix(MAGIC)?.split_first_chunk::<MARK>()?;
    let length = u64::from_le_bytes(length.try_into().ok()?);
    let begin = (start.len() as u64)
        .checked_add(length)
        .filter(|b| *b <= size)?;
    let mut table = vec![0; usize::try_from(length).ok()?];
    file.read_exact(&mut table).ok()?;
    Some((file, size, begin, *mark, table))
}

fn read_pieces(
    file: &File,
    size: u64,
    begin: u64,
    table: &[u8],
    reader: StatementReader,
) -> Option<StateSnapshot> {
    let table: Table = rmp_serde::from_slice(table).ok()?;
    if table.layout != LAYOUT
        || table.program != env!("CARGO_PKG_VERSION")
        || table.format != VERSION
    {
        return None;
    }
    let reader = Arc::new(reader);
    let part = |range: &Range| -> Option<Part> {
        let bytes = read_range(file, *range, begin, size)?;
        read_piece(&bytes, &reader)
    };
    let parts = parallel::map_slice(&table.pieces, 2, part);
    let state = assemble_state(parts.into_iter().collect::<Option<_>>()?);
    let head = table.head;
    Some(StateSnapshot { head, state })
}

/// Reads a range and checks its sum; none when it is not whole.
fn read_range(file: &File, range: Range, begin: u64, file_size: u64) -> Option<Vec<u8>> {
    let start = begin.checked_add(range.start)?;
    let end = start.checked_add(range.size)?;
    if end > file_size {
        return None;
    }
    let mut bytes = vec![0; usize::try_from(range.size).ok()?];
    read_at(file, &mut bytes, start).ok()?;
    (digest_of(&bytes) == range.sum).then_some(bytes)
}

/// Reads from a position. Several threads may read from one file at the same time.
#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], start: u64) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, start)
}

#[cfg(not(unix))]
fn read_at(file: &File, bytes: &mut [u8], start: u64) -> std::io::Result<()> {
    static TURN: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let turn = TURN.lock();
    let mut file = file;
    std::io::Seek::seek(&mut file, std::io::SeekFrom::Start(start))?;
    file.read_exact(bytes)?;
    drop(turn);
    Ok(())
}

/// Writes a snapshot atomically.
///
/// # Errors
/// When it cannot be written.
pub fn write_snapshot(path: &Path, state: &State, head: &Head) -> std::io::Result<()> {
    let pieces = cut_into_pieces(state).map_err(std::io::Error::other)?;
    let (mut all, mut ranges) = (Vec::new(), Vec::new());
    for piece in parallel::map_slice(&pieces, 2, rmp_serde::to_vec_named) {
        let bytes = piece.map_err(std::io::Error::other)?;
        ranges.push(Range {
            start: all.len() as u64,
            size: bytes.len() as u64,
            sum: digest_of(&bytes),
        });
        all.extend(bytes);
    }
    let table = Table {
        layout: LAYOUT.to_owned(),
        program: env!("CARGO_PKG_VERSION").to_owned(),
        format: VERSION.to_owned(),
        head: head.clone(),
        pieces: ranges,
    };
    let table = rmp_serde::to_vec_named(&table).map_err(std::io::Error::other)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    if let Some(why) = why_not_own(folder) {
        return Err(std::io::Error::other(why));
    }
    let secret = OwnSecret::load_or_make(&secret_path(path)).map_err(std::io::Error::other)?;
    remove_old_partial_files(folder);
    // The temporary file has mode 0600: a snapshot is as confidential as the record.
    let mut file = tempfile::Builder::new()
        .prefix(PARTIAL)
        .tempfile_in(folder)?;
    let mut out = BufWriter::new(&mut file);
    out.write_all(MAGIC)?;
    out.write_all(&secret.mark(PURPOSE, &table))?;
    out.write_all(&(table.len() as u64).to_le_bytes())?;
    out.write_all(&table)?;
    out.write_all(&all)?;
    out.flush()?;
    drop(out);
    file.persist(path).map_err(|e| e.error)?;
    Ok(())
}

fn digest_of(bytes: &[u8]) -> [u8; MARK] {
    Sha256::digest(bytes).into()
}

/// Removes incomplete files that are older than an hour.
fn remove_old_partial_files(folder: &Path) {
    let is_old = |e: &std::fs::DirEntry| {
        let at = e.metadata().ok().and_then(|m| m.modified().ok());
        let age = at.and_then(|t| t.elapsed().ok());
        age.is_some_and(|a| a.as_secs() > 3600)
    };
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries {
        if entry.file_name().to_string_lossy().starts_with(PARTIAL) && is_old(&entry) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}
