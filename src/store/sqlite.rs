//! A record in one SQLite file. Knows nothing of what events mean.

use crate::domain::base::next_step::NextStep;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{
    CachedStatement, Connection, ErrorCode, OpenFlags, OptionalExtension, Row, TransactionBehavior,
    params,
};

use crate::domain::record::event::Head;
use crate::store::{Appended, Record, StoreError, Stored, files};

/// The version of the tables.
const LAYOUT: i64 = 2;

/// How many events a page has.
const PAGE: usize = 1000;

/// `sayd` in ASCII, the application id of the file.
const APPLICATION: i64 = 0x7361_7964;

/// How long to wait for the lock of another process.
const PATIENCE: Duration = Duration::from_secs(20);

const TABLES: &str = "
CREATE TABLE events (seq INTEGER PRIMARY KEY, bytes TEXT NOT NULL, hash TEXT NOT NULL, signature TEXT) STRICT;
CREATE TRIGGER events_stay BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
CREATE TRIGGER events_remain BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;
";

/// Removes the events after a number: the one thing that the trigger forbids, and only a repair does.
fn cut_batch(seq: i64) -> String {
    format!(
        "BEGIN IMMEDIATE;
        DROP TRIGGER IF EXISTS events_remain;
        DELETE FROM events WHERE seq > {seq} OR seq < 1;
        CREATE TRIGGER events_remain BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;
        COMMIT;"
    )
}

/// A record in one SQLite file.
#[derive(Debug)]
pub struct Sqlite {
    path: PathBuf,
    connection: Connection,
}

impl Sqlite {
    /// Opens the record; creates it when `create` is set and there is none.
    ///
    /// # Errors
    /// When the file cannot be opened, is not a record, or was written by a newer program.
    pub fn open(path: &Path, create: bool) -> Result<Sqlite, StoreError> {
        if !create && !path.exists() {
            return Err(StoreError::Unusable {
                path: path.display().to_string(),
                what:
                    "the record is missing; restore it from a copy, or start anew in another folder"
                        .into(),
                step: NextStep::StartAnew.after(": "),
            });
        }
        let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        if create {
            flags |= OpenFlags::SQLITE_OPEN_CREATE;
            create_private_file(path).map_err(|e| files::io_error(path, &e))?;
        }
        // SQLite opens a read-only file for reading.
        let connection =
            Connection::open_with_flags(path, flags).map_err(|e| describe_error(path, &e))?;
        let store = Sqlite {
            path: path.to_owned(),
            connection,
        };
        store
            .prepare_file(create)
            .map_err(|e| describe_error(path, &e))??;
        Ok(store)
    }

    fn prepare_file(&self, create: bool) -> rusqlite::Result<Result<(), StoreError>> {
        self.connection.busy_timeout(PATIENCE)?;
        // A reported commit must survive a power cut.
        self.connection.pragma_update(None, "synchronous", "FULL")?;
        let version: i64 = self
            .connection
            .query_row("PRAGMA user_version", [], |r| r.get(0))?;
        let application: i64 = self
            .connection
            .query_row("PRAGMA application_id", [], |r| r.get(0))?;
        let path = self.path.display().to_string();
        if version == 0 && create {
            self.connection.execute_batch("BEGIN IMMEDIATE")?;
            let again: i64 = self
                .connection
                .query_row("PRAGMA user_version", [], |r| r.get(0))?;
            if again == 0 {
                self.connection.execute_batch(TABLES)?;
                self.connection
                    .pragma_update(None, "application_id", APPLICATION)?;
                self.connection
                    .pragma_update(None, "user_version", LAYOUT)?;
            }
            self.connection.execute_batch("COMMIT")?;
            return Ok(Ok(()));
        }
        if version == 1 && application == APPLICATION {
            self.upgrade_layout()?;
        }
        if version > LAYOUT {
            return Ok(Err(StoreError::Newer {
                path,
                found: version,
                known: LAYOUT,
            }));
        }
        if version == 0 || application != APPLICATION {
            let what = "this file is not a saydo record".into();
            return Ok(Err(StoreError::Io { path, what }));
        }
        Ok(Ok(()))
    }

    /// Upgrades to layout 2, which has a signature beside each event. A read-only file is read as it is.
    fn upgrade_layout(&self) -> rusqlite::Result<()> {
        let done = self
            .connection
            .execute_batch("BEGIN IMMEDIATE")
            .and_then(|()| {
                let again: i64 = self
                    .connection
                    .query_row("PRAGMA user_version", [], |r| r.get(0))?;
                if again == 1 {
                    self.connection
                        .execute_batch("ALTER TABLE events ADD COLUMN signature TEXT")?;
                    self.connection
                        .pragma_update(None, "user_version", LAYOUT)?;
                }
                self.connection.execute_batch("COMMIT")
            });
        match done {
            Err(e) if e.sqlite_error_code() == Some(ErrorCode::ReadOnly) => Ok(()),
            other => other,
        }
    }

    fn select_since(connection: &Connection, after: u64) -> rusqlite::Result<Vec<Stored>> {
        let mut statement = Self::prepare_select(connection, "seq > ?1 ORDER BY seq")?;
        let after = i64::try_from(after).unwrap_or(i64::MAX);
        let rows = statement.query_map(params![after], event_from_row)?;
        rows.collect()
    }

    fn select_page(connection: &Connection, after: u64) -> rusqlite::Result<Vec<Stored>> {
        let which = format!("seq > ?1 ORDER BY seq LIMIT {PAGE}");
        let mut statement = Self::prepare_select(connection, &which)?;
        let after = i64::try_from(after).unwrap_or(i64::MAX);
        let rows = statement.query_map(params![after], event_from_row)?;
        rows.collect()
    }

    fn select_event(connection: &Connection, seq: u64) -> rusqlite::Result<Option<Stored>> {
        let mut statement = Self::prepare_select(connection, "seq = ?1")?;
        let seq = i64::try_from(seq).unwrap_or(i64::MAX);
        statement.query_row(params![seq], event_from_row).optional()
    }

    fn prepare_select<'a>(
        connection: &'a Connection,
        which: &str,
    ) -> rusqlite::Result<CachedStatement<'a>> {
        let select = |signature: &str| {
            format!("SELECT seq, bytes, hash, {signature} FROM events WHERE {which}")
        };
        connection
            .prepare_cached(&select("signature"))
            // A file of layout 1 that may not be written has no signatures.
            .or_else(|_| connection.prepare_cached(&select("NULL")))
    }

    fn select_head(connection: &Connection) -> rusqlite::Result<Head> {
        let mut last =
            connection.prepare_cached("SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1")?;
        let last = last
            .query_row([], |r| {
                let seq: i64 = r.get(0)?;
                Ok(Head {
                    seq: seq.unsigned_abs(),
                    hash: r.get(1)?,
                })
            })
            .optional()?;
        Ok(last.unwrap_or_else(Head::empty))
    }

    fn try_append(&mut self, expected: &Head, batch: &[Stored]) -> rusqlite::Result<Appended> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let head = Self::select_head(&transaction)?;
        if head != *expected {
            return Ok(Appended::Moved(Self::select_since(
                &transaction,
                expected.seq,
            )?));
        }
        {
            let mut insert = transaction.prepare_cached(
                "INSERT INTO events (seq, bytes, hash, signature) VALUES (?1, ?2, ?3, ?4)",
            )?;
            for event in batch {
                insert.execute(params![
                    i64::try_from(event.seq).unwrap_or(i64::MAX),
                    event.bytes,
                    event.hash,
                    event.signature
                ])?;
            }
        }
        let head = Self::select_head(&transaction)?;
        transaction.commit()?;
        Ok(Appended::Done(head))
    }
}

/// Reads an event from a row.
fn event_from_row(row: &Row<'_>) -> rusqlite::Result<Stored> {
    let seq: i64 = row.get(0)?;
    Ok(Stored {
        seq: seq.unsigned_abs(),
        bytes: row.get(1)?,
        hash: row.get(2)?,
        signature: row.get(3)?,
    })
}

/// Creates the file for its owner only; an existing file stays as it is.
fn create_private_file(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        other => other.map(|_| ()),
    }
}

fn describe_error(path: &Path, error: &rusqlite::Error) -> StoreError {
    let path = path.display().to_string();
    let what = match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            return StoreError::Busy { path };
        }
        Some(ErrorCode::DiskFull) => {
            "the disk is full; nothing was written. Free some space and try again".into()
        }
        Some(ErrorCode::ReadOnly) => {
            "the record may not be written (read-only file or folder); nothing was written".into()
        }
        Some(ErrorCode::CannotOpen) => {
            "the record cannot be opened; check that the folder exists and may be read".into()
        }
        Some(ErrorCode::PermissionDenied) => "permission denied".into(),
        Some(ErrorCode::NotADatabase) => "this file is not a saydo record".into(),
        Some(ErrorCode::DatabaseCorrupt) => {
            return StoreError::damaged(path, "the record's file is damaged".into());
        }
        _ => format!("the record cannot be used: {error}; nothing was written"),
    };
    StoreError::Io { path, what }
}

impl Record for Sqlite {
    fn head(&self) -> Result<Head, StoreError> {
        Self::select_head(&self.connection).map_err(|e| describe_error(&self.path, &e))
    }

    fn read_events_after(&self, after: u64) -> Result<Vec<Stored>, StoreError> {
        Self::select_since(&self.connection, after).map_err(|e| describe_error(&self.path, &e))
    }

    fn read_page_after(&self, after: u64) -> Result<Vec<Stored>, StoreError> {
        Self::select_page(&self.connection, after).map_err(|e| describe_error(&self.path, &e))
    }

    fn read_event(&self, seq: u64) -> Result<Option<Stored>, StoreError> {
        Self::select_event(&self.connection, seq).map_err(|e| describe_error(&self.path, &e))
    }

    fn check_storage(&self) -> Result<(), StoreError> {
        let said: String = self
            .connection
            .query_row("PRAGMA integrity_check(1)", [], |r| r.get(0))
            .map_err(|e| describe_error(&self.path, &e))?;
        if said == "ok" {
            return Ok(());
        }
        let said = said.lines().next_back().unwrap_or_default();
        Err(StoreError::damaged(
            self.path.display().to_string(),
            format!("the record's file is damaged ({said})"),
        ))
    }

    fn cut_after(&mut self, seq: u64) -> Result<(), StoreError> {
        let batch = cut_batch(i64::try_from(seq).unwrap_or(i64::MAX));
        let done = self.connection.execute_batch(&batch);
        done.map_err(|e| describe_error(&self.path, &e))
    }

    fn append(&mut self, expected: &Head, batch: &[Stored]) -> Result<Appended, StoreError> {
        let path = self.path.clone();
        self.try_append(expected, batch)
            .map_err(|e| describe_error(&path, &e))
    }
}
