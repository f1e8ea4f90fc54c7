//! Where a record is, and opening it there: with its snapshot, or with the copy of a server that cannot be reached. It asks
//! nobody and prints nothing.

use std::path::{Path, PathBuf};

use crate::desk::core::error::DeskError;
use crate::desk::core::head_seen::{HeadPlace, check_head_seen, keep_head_seen};
use crate::desk::core::journal::Journal;
use crate::desk::core::silent_server::open_or_copy;
use crate::desk::core::snapshot::Clock;
use crate::domain::base::time::At;
use crate::store::offline_record::{self, OfflineRecord};
pub use crate::store::postgres::Address;
use crate::store::postgres::Postgres;
pub use crate::store::server_url::PgEnv;
use crate::store::server_url::{is_nearly_url, is_url};
use crate::store::snapshot::{self as snapshot_file, RecordLocation, StatementReader};
use crate::store::sqlite::Sqlite;
use crate::store::{Record, StoreError};

/// From this many events read on, a snapshot is written.
const WORTH_KEEPING: usize = 2000;

/// Where a record is kept.
#[derive(Debug, Clone)]
pub enum Location {
    /// The path of a SQLite file.
    File(PathBuf),
    Server(Box<Address>),
}

impl Location {
    /// A place that was typed: the address of a server, or a file. None when it is neither.
    ///
    /// # Errors
    /// When the address is wrong.
    pub fn parse(place: &str, around: &PgEnv) -> Result<Option<Location>, StoreError> {
        if is_url(place) {
            let address = Address::read_url(place, around)?;
            return Ok(Some(Location::Server(Box::new(address))));
        }
        Ok((!is_nearly_url(place)).then(|| Location::File(PathBuf::from(place))))
    }

    /// For messages; never a password.
    pub fn display_text(&self) -> String {
        match self {
            Location::File(path) => path.display().to_string(),
            Location::Server(address) => address.shown.clone(),
        }
    }

    /// Opens the record that is there.
    ///
    /// # Errors
    /// When it is missing or cannot be reached.
    pub fn open_record(&self) -> Result<Box<dyn Record>, StoreError> {
        Ok(match self {
            Location::File(path) => Box::new(Sqlite::open(path, false)?),
            Location::Server(address) => Box::new(Postgres::open(address)?),
        })
    }

    /// Opens the record, and makes its file when there is none. The tables of a server have to be there.
    ///
    /// # Errors
    /// When it cannot be made or reached.
    pub fn create_record(&self) -> Result<Box<dyn Record>, StoreError> {
        match self {
            Location::File(path) => Ok(Box::new(Sqlite::open(path, true)?)),
            Location::Server(_) => self.open_record(),
        }
    }

    /// Brings the tables to what this program needs. Gives how many steps that took on a server.
    ///
    /// # Errors
    /// When they cannot be changed.
    pub fn upgrade_record(&self) -> Result<usize, StoreError> {
        match self {
            // Opening brings a file up to date.
            Location::File(path) => Sqlite::open(path, false).map(|_| 0),
            Location::Server(address) => Postgres::migrate_tables(address),
        }
    }

    /// What this place is called in the user's folder; none while there is no file.
    fn place_name(&self) -> Option<String> {
        Some(match self {
            Location::File(path) => std::fs::canonicalize(path).ok()?.display().to_string(),
            Location::Server(address) => address.shown.clone(),
        })
    }

    /// The path of the snapshot of this record.
    fn snapshot_path(&self, config: &Path) -> Option<PathBuf> {
        Some(snapshot_file::path_of(config, &self.place_name()?))
    }

    /// Where it is kept how far this record was seen.
    pub fn head_place(&self, config: Option<&Path>) -> Option<HeadPlace> {
        let (config, place) = (config?.to_owned(), self.place_name()?);
        Some(HeadPlace { config, place })
    }

    /// Where the texts of statements are read that the snapshot leaves out: the copy in the workspace before a server.
    pub(in crate::desk) fn statement_reader(&self, own: &Path) -> StatementReader {
        StatementReader::new(match self {
            Location::File(path) => vec![RecordLocation::File(path.clone())],
            Location::Server(address) => vec![
                RecordLocation::File(offline_record::copy_file(own)),
                RecordLocation::Server(address.clone()),
            ],
        })
    }
}

/// The record, or the copy of a server that cannot be reached.
pub struct OpenedRecord {
    /// What is read and written.
    pub record: Box<dyn Record>,
    /// Why this is a copy of the record; none for the record itself.
    pub copy: Option<Copied>,
}

/// Why what is open is a copy in which entries are noted apart.
#[derive(Debug)]
pub struct Copied {
    /// The number of the last event that is in the shared record.
    pub fork: u64,
    /// When this machine last saw the shared record, if that is known.
    pub seen: Option<At>,
    /// Why the server cannot be reached; none when entries were noted apart before and have to be brought in first.
    pub away: Option<StoreError>,
}

/// Opens a record where it is. `own` is the workspace's own folder, where copies of a server's record are.
///
/// # Errors
/// When it is missing, or cannot be reached and there is no copy.
pub fn open_record(location: &Location, own: &Path, now: At) -> Result<OpenedRecord, DeskError> {
    if matches!(location, Location::File(_)) {
        let record = location.open_record()?;
        return Ok(OpenedRecord { record, copy: None });
    }
    if let Some(left) = offline_record::read_journal_start(own)? {
        let found = OfflineRecord::open(own, now)?.ok_or(DeskError::NoSideJournal)?;
        return Ok(OpenedRecord {
            record: Box::new(found),
            copy: Some(Copied {
                fork: left.head.seq,
                seen: Some(left.since),
                away: None,
            }),
        });
    }
    match location.open_record() {
        Ok(record) => Ok(OpenedRecord { record, copy: None }),
        Err(away @ StoreError::Away { .. }) => {
            let Some(copy) = OfflineRecord::open(own, now)? else {
                return Err(away.into());
            };
            let fork = copy.head()?.seq;
            Ok(OpenedRecord {
                record: Box::new(copy),
                copy: Some(Copied {
                    fork,
                    seen: offline_record::last_copied_at(own),
                    away: Some(away),
                }),
            })
        }
        Err(other) => Err(other.into()),
    }
}

/// Opens a journal on the record of a workspace, from the snapshot that is there of it; of a long one it is written anew.
/// `config` is the user's folder, where snapshots are.
///
/// # Errors
/// As for opening a record and a journal.
pub fn open_journal(
    location: &Location,
    own: &Path,
    config: Option<&Path>,
    clock: Clock,
) -> Result<(Journal, Option<Copied>), DeskError> {
    let OpenedRecord { record, copy } = open_record(location, own, clock.now)?;
    // A side journal is another record in the same place.
    let config = config.filter(|_| copy.is_none());
    let path = config.and_then(|c| location.snapshot_path(c));
    let read = |path: &Path| snapshot_file::read_snapshot(path, location.statement_reader(own));
    let (begun, passed_over) = match path.as_deref().map(read).transpose() {
        Ok(begun) => (begun.flatten(), None),
        Err(why) => (None, Some(why)),
    };
    let copied = |fork, seen, away| Copied {
        fork,
        seen,
        away: Some(away),
    };
    let (mut journal, copy) = open_or_copy(record, copy, own, clock, begun, copied)?;
    // The server may have fallen silent since.
    let config = config.filter(|_| copy.is_none());
    journal.passed_over = passed_over;
    let is_whole = journal.folded >= WORTH_KEEPING && journal.doubt.is_none() && copy.is_none();
    if let Some(path) = path.filter(|_| is_whole) {
        // Without a snapshot, the next command reads the whole record again, and no worse.
        let _ = snapshot_file::write_snapshot(&path, &journal.state, journal.head());
    }
    journal.apart = copy.as_ref().map(|c| c.fork);
    if let Some(place) = location.head_place(config) {
        check_head_seen(&mut journal, &place)?;
    }
    Ok((journal, copy))
}

/// Keeps how far a record goes that was made just now, and that this user began it.
pub fn keep_begun(journal: &Journal, location: &Location, config: Option<&Path>) {
    if let Some(place) = location.head_place(config) {
        keep_head_seen(journal, &place);
    }
}

/// Closes a journal. Of a server's record, a copy with what this command wrote is kept, so that a lost server leaves nothing
/// out.
///
/// # Errors
/// When the copy cannot be written; it must not stand in the way of the record.
pub fn close_journal(
    journal: Journal,
    location: Option<&Location>,
    own: Option<&Path>,
    config: Option<&Path>,
    now: At,
    lives_on: bool,
) -> Result<(), StoreError> {
    let place = location.and_then(|l| l.head_place(config));
    if let (None, Some(place)) = (journal.apart, place) {
        keep_head_seen(&journal, &place);
    }
    if let (None, Some(Location::Server(_)), Some(own)) = (journal.apart, location, own) {
        let (record, _) = journal.close();
        return offline_record::keep_copy(own, record.as_ref(), now);
    }
    if !lives_on {
        journal.leave();
    }
    Ok(())
}
