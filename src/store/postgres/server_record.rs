//! A record on a PostgreSQL server, for teams. Needs no locks and only the rights INSERT and SELECT: the number of an event
//! is the primary key, so of two writers of the same number one is refused and gets the events that came first. Does not
//! read addresses or passwords.

use std::cell::RefCell;

use postgres::error::SqlState;
use postgres::{Client, Row};

use crate::domain::record::event::Head;
use crate::store::postgres::address::Address;
use crate::store::postgres::layout::{LAYOUT, LONGEST_EVENT, migrate_tables, read_layout};
use crate::store::postgres::line::{Line, PATIENCE, Session, patience_for};
use crate::store::postgres::server_error::{describe_error, may_be_tried_again, without_tables};
use crate::store::{Appended, Record, StoreError, Stored};

/// How often an append is tried when the server aborts it.
const TRIES: usize = 8;

/// How many bytes of events are asked for at a time, so that each answer comes within the deadline also on a slow line.
const PAGE: i64 = 512 * 1024;

/// Appends a batch if the record ends with this number and hash. Of two that run at once, the primary key lets one through.
const INSERT: &str = "
INSERT INTO saydo_events (seq, bytes, hash, signature)
SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[])
WHERE coalesce((SELECT (seq, hash) = ($5::bigint, $6::text) FROM saydo_events ORDER BY seq DESC LIMIT 1), $5::bigint = 0)
";

/// The columns of an event, none longer than any event may be: a row that nobody could have written stops nobody from reading
/// what is before it. Such a row comes without its bytes, so its hash does not fit.
const COLUMNS: &str = "
seq,
CASE WHEN octet_length(bytes) <= $2 THEN bytes ELSE '' END AS bytes,
left(hash, 64) AS hash,
left(signature, 1024) AS signature,
least(octet_length(bytes), $2) AS size
";

/// A record on a PostgreSQL server.
pub struct Postgres {
    address: Address,
    line: RefCell<Line>,
}

impl Postgres {
    /// Opens an existing record.
    ///
    /// # Errors
    /// When the server cannot be reached, there is no record, or its tables are newer than this program.
    pub fn open(address: &Address) -> Result<Postgres, StoreError> {
        let line = Line::open(address)?;
        let found = line
            .ask(|s| read_layout(&mut s.client))?
            .map_err(|e| describe_error(&address.shown, &e))?;
        let path = address.shown.clone();
        if found > LAYOUT {
            return Err(StoreError::Newer {
                path,
                found,
                known: LAYOUT,
            });
        }
        // Older tables are read and written as they are: their owner brings them up to date when it suits.
        if found == 0 {
            return Err(without_tables(path));
        }
        Ok(Postgres {
            address: address.clone(),
            line: RefCell::new(line),
        })
    }

    /// Creates or upgrades the tables, as the owner of the database; safe when two run at once. Gives the number of steps.
    ///
    /// # Errors
    /// When the server cannot be reached, or its user may not make tables.
    pub fn migrate_tables(address: &Address) -> Result<usize, StoreError> {
        migrate_tables(address)
    }

    /// Asks the server and waits until the deadline.
    fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&mut Session) -> Result<T, postgres::Error> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.line
            .borrow()
            .ask(question)?
            .map_err(|e| describe_error(&self.address.shown, &e))
    }

    /// Asks over a new connection whether a batch was committed before the connection broke.
    fn look_again(&self, batch: &[Stored]) -> Result<Option<Head>, StoreError> {
        let Some(last) = batch.last() else {
            return Ok(None);
        };
        *self.line.borrow_mut() = Line::open(&self.address)?;
        let seq = i64::try_from(last.seq).unwrap_or(i64::MAX);
        let found = self.ask(move |s| {
            let found = s.client.query_opt(
                "SELECT left(hash, 64) FROM saydo_events WHERE seq = $1",
                &[&seq],
            )?;
            found.map(|row| row.try_get::<_, String>(0)).transpose()
        })?;
        Ok((found.as_ref() == Some(&last.hash)).then(|| Head {
            seq: last.seq,
            hash: last.hash.clone(),
        }))
    }
}

/// A page of the events after a number.
fn select_page(client: &mut Client, after: i64) -> Result<Vec<Stored>, postgres::Error> {
    let page = format!(
        "SELECT seq, bytes, hash, signature FROM (
           SELECT *, sum(size) OVER (ORDER BY seq) AS total FROM (
             SELECT {COLUMNS} FROM saydo_events WHERE seq > $1 ORDER BY seq LIMIT 2000
           ) AS page
         ) AS counted WHERE total <= $3 OR total = size ORDER BY seq"
    );
    let rows = client.query(&page, &[&after, &LONGEST_EVENT, &PAGE])?;
    Ok(rows.iter().map(event_from_row).collect())
}

/// Writes all events or none, and only when the record still ends at `expected`; true when it did. One statement needs one
/// round trip, and leaves no open transaction when the connection breaks.
fn try_append(
    session: &mut Session,
    expected: &Head,
    batch: &[Stored],
) -> Result<bool, postgres::Error> {
    let insert = match session.insert.take() {
        Some(statement) => statement,
        None => session.client.prepare(INSERT)?,
    };
    let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let seqs: Vec<i64> = batch.iter().map(|e| number(e.seq)).collect();
    let bytes: Vec<&str> = batch.iter().map(|e| e.bytes.as_str()).collect();
    let hashes: Vec<&str> = batch.iter().map(|e| e.hash.as_str()).collect();
    let signatures: Vec<Option<&str>> = batch.iter().map(|e| e.signature.as_deref()).collect();
    let at = number(expected.seq);
    let done = session.client.execute(
        &insert,
        &[&seqs, &bytes, &hashes, &signatures, &at, &expected.hash],
    );
    session.insert = Some(insert);
    match done {
        Ok(count) => Ok(count > 0),
        // Somebody else wrote this number first.
        Err(e) if e.code() == Some(&SqlState::UNIQUE_VIOLATION) => Ok(false),
        Err(e) => Err(e),
    }
}

/// Reads an event from a row. What cannot be read as text becomes empty: the hash does not fit then.
fn event_from_row(row: &Row) -> Stored {
    Stored {
        seq: row.try_get::<_, i64>(0).unwrap_or_default().unsigned_abs(),
        bytes: row.try_get(1).unwrap_or_default(),
        hash: row.try_get(2).unwrap_or_default(),
        signature: row.try_get(3).unwrap_or_default(),
    }
}

impl Record for Postgres {
    fn head(&self) -> Result<Head, StoreError> {
        self.ask(|s| {
            let last = s.client.query_opt(
                "SELECT seq, left(hash, 64) FROM saydo_events ORDER BY seq DESC LIMIT 1",
                &[],
            )?;
            Ok(last.map_or_else(Head::empty, |row| Head {
                seq: row.try_get::<_, i64>(0).unwrap_or_default().unsigned_abs(),
                hash: row.try_get(1).unwrap_or_default(),
            }))
        })
    }

    fn read_events_after(&self, after: u64) -> Result<Vec<Stored>, StoreError> {
        let mut all: Vec<Stored> = Vec::new();
        loop {
            let last = all.last().map_or(after, |e| e.seq);
            let Ok(last) = i64::try_from(last) else {
                return Ok(all);
            };
            let page = self.ask(move |s| select_page(&mut s.client, last))?;
            if page.is_empty() {
                return Ok(all);
            }
            all.extend(page);
        }
    }

    fn read_page_after(&self, after: u64) -> Result<Vec<Stored>, StoreError> {
        let Ok(after) = i64::try_from(after) else {
            return Ok(Vec::new());
        };
        self.ask(move |s| select_page(&mut s.client, after))
    }

    fn read_event(&self, seq: u64) -> Result<Option<Stored>, StoreError> {
        let number = i64::try_from(seq).unwrap_or(i64::MAX);
        self.ask(move |s| {
            let one = format!("SELECT {COLUMNS} FROM saydo_events WHERE seq = $1");
            let found = s.client.query_opt(&one, &[&number, &LONGEST_EVENT])?;
            Ok(found.as_ref().map(event_from_row))
        })
    }

    fn cut_after(&mut self, seq: u64) -> Result<(), StoreError> {
        let number = i64::try_from(seq).unwrap_or(i64::MAX);
        let done = self.line.borrow().ask(move |s| {
            let cut = "DELETE FROM saydo_events WHERE seq > $1";
            s.client.execute(cut, &[&number])
        })?;
        match done {
            Err(e) if e.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) => Err(StoreError::Io {
                path: self.address.shown.clone(),
                what: "this user of the server may not remove events; repair it as the owner of the tables (SAYDO_RECORD)".into(),
            }),
            other => other
                .map(|_| ())
                .map_err(|e| describe_error(&self.address.shown, &e)),
        }
    }

    fn append(&mut self, expected: &Head, batch: &[Stored]) -> Result<Appended, StoreError> {
        let Some(last) = batch.last() else {
            return Ok(Appended::Done(expected.clone()));
        };
        let patience = patience_for(batch.iter().map(|e| e.bytes.len() as u64).sum());
        for _ in 0..TRIES {
            let (at, events) = (expected.clone(), batch.to_vec());
            let done = self.line.borrow().ask_within(patience, move |s| {
                if patience == PATIENCE {
                    return try_append(s, &at, &events);
                }
                s.set_patience(patience)?;
                let done = try_append(s, &at, &events);
                done.and_then(|done| s.set_patience(PATIENCE).map(|()| done))
            });
            let failed = match done {
                Ok(Ok(true)) => {
                    return Ok(Appended::Done(Head {
                        seq: last.seq,
                        hash: last.hash.clone(),
                    }));
                }
                Ok(Ok(false)) => {
                    return Ok(Appended::Moved(self.read_events_after(expected.seq)?));
                }
                Ok(Err(e)) if may_be_tried_again(&e) => continue,
                Ok(Err(e)) => {
                    let is_broken = e.as_db_error().is_none() || e.is_closed();
                    let failed = describe_error(&self.address.shown, &e);
                    if !is_broken {
                        return Err(failed);
                    }
                    failed
                }
                // The server never said what became of it.
                Err(silent) => silent,
            };
            // The connection broke: the batch may have been committed.
            return match self.look_again(batch)? {
                Some(head) => Ok(Appended::Done(head)),
                None => Err(failed),
            };
        }
        Err(StoreError::Busy {
            path: self.address.shown.clone(),
        })
    }
}
