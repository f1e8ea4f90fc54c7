//! Reads the text of a statement from the record when a command asks for it. Keeps nothing: the statement caches what it reads.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::record::body::{Addresses, BodyError, BodySource, StatementBody};
use crate::domain::record::event::Event;
use crate::domain::record::payload::EventPayload;
use crate::domain::record::rendition::SaidLine;
use crate::domain::record::statement::StatementIssued;
use crate::domain::record::statement_event::StatementEvent;
use crate::domain::state::incident::Issued;
use crate::store::postgres::{Address, Postgres};
use crate::store::snapshot::packed::Packed;
use crate::store::sqlite::Sqlite;
use crate::store::{Record, StoreError, Stored};

/// Where events can be read.
pub enum RecordLocation {
    File(PathBuf),
    Server(Box<Address>),
}

impl RecordLocation {
    fn open_record(&self) -> Result<Box<dyn Record + Send>, StoreError> {
        Ok(match self {
            RecordLocation::File(path) => Box::new(Sqlite::open(path, false)?),
            RecordLocation::Server(address) => Box::new(Postgres::open(address)?),
        })
    }
}

/// A place and its record, once it was opened.
struct OpenedRecord {
    place: RecordLocation,
    record: Mutex<Option<Box<dyn Record + Send>>>,
}

impl OpenedRecord {
    fn read_event(&self, seq: u64) -> Result<Option<Stored>, StoreError> {
        let mut record = self.record.lock().unwrap_or_else(PoisonError::into_inner);
        let open = match record.take() {
            Some(open) => open,
            None => self.place.open_record()?,
        };
        record.insert(open).read_event(seq)
    }
}

/// Drops the texts of statements that the record has: they are read there again when they are asked for.
///
/// # Errors
/// When the lines of a statement cannot be written as JSON.
pub fn leave_texts_in_record(
    statements: &mut [Arc<Issued>],
    reader: &Arc<StatementReader>,
) -> Result<(), serde_json::Error> {
    for issued in statements {
        let s = &issued.statement;
        let lines = Packed::new(&serde_json::to_vec(s.body.without_cache().lines())?);
        let addresses = Arc::clone(s.body.addresses());
        let body = body_of(addresses, lines, (issued.seq, &s.digest), reader);
        let statement = StatementIssued { body, ..s.clone() };
        *issued = Arc::new(Issued {
            statement,
            ..issued.as_ref().clone()
        });
    }
    Ok(())
}

/// Reads statements from the first place that has them.
pub struct StatementReader {
    places: Vec<OpenedRecord>,
}

impl StatementReader {
    /// Makes a reader; nothing is opened until a statement is asked for. Put a local copy before a server.
    pub fn new(places: Vec<RecordLocation>) -> StatementReader {
        let place = |place| OpenedRecord {
            place,
            record: Mutex::default(),
        };
        StatementReader {
            places: places.into_iter().map(place).collect(),
        }
    }

    /// Reads the statement of an event, if it has this digest.
    fn read_statement(&self, seq: u64, digest: &str) -> Result<StatementBody, BodyError> {
        let mut why = format!("event {seq} is not in the record");
        for place in &self.places {
            match place.read_event(seq) {
                Ok(Some(stored)) => match statement_in(&stored, digest) {
                    Ok(body) => return Ok(body),
                    Err(error) => why = error.0,
                },
                Ok(None) => {}
                Err(error) => why = error.to_string(),
            }
        }
        Err(BodyError(why))
    }
}

fn statement_in(stored: &Stored, digest: &str) -> Result<StatementBody, BodyError> {
    let event = Event::parse_at(stored.seq, &stored.bytes).map_err(|e| BodyError(e.to_string()))?;
    match event.payload {
        EventPayload::Statement(StatementEvent::StatementIssued(s)) if s.digest == digest => {
            Ok(s.body)
        }
        _ => Err(BodyError(format!("event {} is another one", stored.seq))),
    }
}

struct SnapshotText {
    lines: Packed,
    seq: u64,
    digest: String,
    reader: Arc<StatementReader>,
}

impl BodySource for SnapshotText {
    fn read_lines(&self) -> Vec<SaidLine> {
        // The checksum was right when the snapshot was read, so what the program wrote can be read back.
        let json = self.lines.unpack_bytes();
        json.and_then(|json| serde_json::from_slice(&json).ok())
            .unwrap_or_default()
    }

    fn read_body(&self) -> Result<StatementBody, BodyError> {
        self.reader.read_statement(self.seq, &self.digest)
    }
}

/// Makes the body of a statement whose lines are in a snapshot and whose renditions are in the record.
pub(super) fn body_of(
    addresses: Addresses,
    lines: Packed,
    (seq, digest): (u64, &str),
    reader: &Arc<StatementReader>,
) -> StatementBody {
    let text = SnapshotText {
        lines,
        seq,
        digest: digest.to_owned(),
        reader: Arc::clone(reader),
    };
    StatementBody::from_source(addresses, Arc::new(text))
}
