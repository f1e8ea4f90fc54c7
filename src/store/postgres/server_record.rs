//! A record on a PostgreSQL server, for teams. Needs no locks and only the rights INSERT and SELECT: the number of an event
//! is the primary key, so of two writers of the same number one is refused and gets the events that came first. Does not
//! read addresses or passwords.

use crate::domain::base::next_step::NextStep;
use std::cell::RefCell;

use postgres::error::SqlState;
use postgres::{Client, Row, Statement};

use crate::domain::record::event::Head;
use crate::store::postgres::address::Address;
use crate::store::postgres::server_error::{describe_error, may_be_tried_again, without_tables};
use crate::store::{Appended, Record, StoreError, Stored};

/// The version of the tables.
const LAYOUT: i64 = 1;

/// How often an append is tried when the server aborts it.
const TRIES: usize = 8;

/// The advisory lock that migrations take.
const MIGRATING: i64 = 0x0073_6179_646f;

/// Appends a batch if the record ends with this number and hash. Of two that run at once, the primary key lets one through.
const INSERT: &str = "
INSERT INTO saydo_events (seq, bytes, hash, signature)
SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[])
WHERE coalesce((SELECT (seq, hash) = ($5::bigint, $6::text) FROM saydo_events ORDER BY seq DESC LIMIT 1), $5::bigint = 0)
";

/// The migrations from an empty database to `LAYOUT`.
const STEPS: [&str; 1] = ["
CREATE TABLE saydo_events (
  seq bigint PRIMARY KEY CHECK (seq > 0),
  bytes text NOT NULL,
  hash text NOT NULL,
  signature text
);
"];

/// A record on a PostgreSQL server.
pub struct Postgres {
    address: Address,
    client: RefCell<Client>,
    /// [`INSERT`] as prepared on this connection.
    insert: RefCell<Option<Statement>>,
}

impl Postgres {
    /// Opens an existing record.
    ///
    /// # Errors
    /// When the server cannot be reached, there is no record, or its tables are newer than this program.
    pub fn open(address: &Address) -> Result<Postgres, StoreError> {
        let mut client = address.connect()?;
        let found = read_layout(&mut client, &address.shown)?;
        if found > LAYOUT {
            return Err(StoreError::Newer {
                path: address.shown.clone(),
                found,
                known: LAYOUT,
            });
        }
        if found < LAYOUT {
            let path = address.shown.clone();
            return Err(match found {
                0 => without_tables(path),
                _ => StoreError::Unusable {
                    path,
                    what: "the record's tables are older than this program needs".into(),
                    step: NextStep::UpgradeTables.after(": "),
                },
            });
        }
        Ok(Postgres {
            address: address.clone(),
            client: RefCell::new(client),
            insert: RefCell::new(None),
        })
    }

    /// Creates or upgrades the tables, as the owner of the database; safe when two run at once. Gives the number of steps.
    ///
    /// # Errors
    /// When the server cannot be reached, or its user may not make tables.
    pub fn migrate_tables(address: &Address) -> Result<usize, StoreError> {
        let wrong = |e: &postgres::Error| describe_error(&address.shown, e);
        let mut client = address.connect()?;
        let mut transaction = client.transaction().map_err(|e| wrong(&e))?;
        let work = (|| -> Result<Result<usize, i64>, postgres::Error> {
            transaction.execute("SELECT pg_advisory_xact_lock($1)", &[&MIGRATING])?;
            transaction.batch_execute(
                "CREATE TABLE IF NOT EXISTS saydo_layout (version bigint PRIMARY KEY, made timestamptz NOT NULL DEFAULT now())",
            )?;
            let found: i64 = transaction
                .query_one("SELECT coalesce(max(version), 0) FROM saydo_layout", &[])?
                .get(0);
            if found > LAYOUT {
                return Ok(Err(found));
            }
            let steps = &STEPS[usize::try_from(found).unwrap_or_default()..];
            for (i, step) in steps.iter().enumerate() {
                transaction.batch_execute(step)?;
                let version = found + 1 + i64::try_from(i).unwrap_or_default();
                transaction.execute("INSERT INTO saydo_layout (version) VALUES ($1)", &[&version])?;
            }
            Ok(Ok(steps.len()))
        })()
        .map_err(|e| wrong(&e))?;
        match work {
            Ok(steps) => {
                transaction.commit().map_err(|e| wrong(&e))?;
                Ok(steps)
            }
            Err(found) => Err(StoreError::Newer {
                path: address.shown.clone(),
                found,
                known: LAYOUT,
            }),
        }
    }

    fn select_since(
        client: &mut impl postgres::GenericClient,
        after: u64,
    ) -> Result<Vec<Stored>, postgres::Error> {
        let after = i64::try_from(after).unwrap_or(i64::MAX);
        let rows = client.query(
            "SELECT seq, bytes, hash, signature FROM saydo_events WHERE seq > $1 ORDER BY seq",
            &[&after],
        )?;
        Ok(rows.iter().map(event_from_row).collect())
    }

    fn select_head(client: &mut impl postgres::GenericClient) -> Result<Head, postgres::Error> {
        let last = client.query_opt(
            "SELECT seq, hash FROM saydo_events ORDER BY seq DESC LIMIT 1",
            &[],
        )?;
        Ok(last.map_or_else(Head::empty, |r| Head {
            seq: r.get::<_, i64>(0).unsigned_abs(),
            hash: r.get(1),
        }))
    }

    /// Writes all events or none, and only when the record still ends at `expected`. One statement needs one round trip,
    /// and leaves no open transaction when the connection breaks.
    fn try_append(
        &self,
        expected: &Head,
        batch: &[Stored],
    ) -> Result<Option<Head>, postgres::Error> {
        let mut client = self.client.borrow_mut();
        let mut prepared = self.insert.borrow_mut();
        let insert = match prepared.take() {
            Some(statement) => statement,
            None => client.prepare(INSERT)?,
        };
        let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        let seqs: Vec<i64> = batch.iter().map(|e| number(e.seq)).collect();
        let bytes: Vec<&str> = batch.iter().map(|e| e.bytes.as_str()).collect();
        let hashes: Vec<&str> = batch.iter().map(|e| e.hash.as_str()).collect();
        let signatures: Vec<Option<&str>> = batch.iter().map(|e| e.signature.as_deref()).collect();
        let at = number(expected.seq);
        let done = client.execute(
            &insert,
            &[&seqs, &bytes, &hashes, &signatures, &at, &expected.hash],
        );
        *prepared = Some(insert);
        match done {
            Ok(0) => Ok(None),
            Ok(_) => Ok(batch.last().map(|e| Head {
                seq: e.seq,
                hash: e.hash.clone(),
            })),
            // Somebody else wrote this number first.
            Err(e) if e.code() == Some(&SqlState::UNIQUE_VIOLATION) => Ok(None),
            Err(e) => Err(e),
        }
    }

    /// Asks over a new connection whether a batch was committed before the connection broke.
    fn look_again(&self, batch: &[Stored]) -> Result<Option<Head>, StoreError> {
        let Some(last) = batch.last() else {
            return Ok(None);
        };
        let mut client = self.address.connect()?;
        let wrong = |e: postgres::Error| describe_error(&self.address.shown, &e);
        let seq = i64::try_from(last.seq).unwrap_or(i64::MAX);
        let found = client
            .query_opt("SELECT hash FROM saydo_events WHERE seq = $1", &[&seq])
            .map_err(wrong)?;
        let is_there = found.is_some_and(|r| r.get::<_, String>(0) == last.hash);
        *self.client.borrow_mut() = client;
        *self.insert.borrow_mut() = None;
        Ok(is_there.then(|| Head {
            seq: last.seq,
            hash: last.hash.clone(),
        }))
    }
}

/// Reads an event from a row.
fn event_from_row(row: &Row) -> Stored {
    Stored {
        seq: row.get::<_, i64>(0).unsigned_abs(),
        bytes: row.get(1),
        hash: row.get(2),
        signature: row.get(3),
    }
}

fn read_layout(client: &mut Client, shown: &str) -> Result<i64, StoreError> {
    let wrong = |e: postgres::Error| describe_error(shown, &e);
    let exists: bool = client
        .query_one("SELECT to_regclass('saydo_layout') IS NOT NULL", &[])
        .map_err(wrong)?
        .get(0);
    if !exists {
        return Ok(0);
    }
    let row = client
        .query_one("SELECT coalesce(max(version), 0) FROM saydo_layout", &[])
        .map_err(wrong)?;
    Ok(row.get(0))
}

impl Record for Postgres {
    fn head(&self) -> Result<Head, StoreError> {
        Self::select_head(&mut *self.client.borrow_mut())
            .map_err(|e| describe_error(&self.address.shown, &e))
    }

    fn read_events_after(&self, after: u64) -> Result<Vec<Stored>, StoreError> {
        Self::select_since(&mut *self.client.borrow_mut(), after)
            .map_err(|e| describe_error(&self.address.shown, &e))
    }

    fn read_event(&self, seq: u64) -> Result<Option<Stored>, StoreError> {
        let number = i64::try_from(seq).unwrap_or(i64::MAX);
        let found = self.client.borrow_mut().query_opt(
            "SELECT seq, bytes, hash, signature FROM saydo_events WHERE seq = $1",
            &[&number],
        );
        let found = found.map_err(|e| describe_error(&self.address.shown, &e))?;
        Ok(found.as_ref().map(event_from_row))
    }

    fn cut_after(&mut self, seq: u64) -> Result<(), StoreError> {
        let number = i64::try_from(seq).unwrap_or(i64::MAX);
        let done = self
            .client
            .borrow_mut()
            .execute("DELETE FROM saydo_events WHERE seq > $1", &[&number]);
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
        for _ in 0..TRIES {
            let done = self.try_append(expected, batch);
            match done {
                Ok(Some(head)) => return Ok(Appended::Done(head)),
                Ok(None) => return Ok(Appended::Moved(self.read_events_after(expected.seq)?)),
                Err(e) if may_be_tried_again(&e) => {}
                // The connection broke: the batch may have been committed.
                Err(e) if e.as_db_error().is_none() || self.client.borrow().is_closed() => {
                    return match self.look_again(batch)? {
                        Some(head) => Ok(Appended::Done(head)),
                        None => Err(describe_error(&self.address.shown, &e)),
                    };
                }
                Err(e) => return Err(describe_error(&self.address.shown, &e)),
            }
        }
        Err(StoreError::Busy {
            path: self.address.shown.clone(),
        })
    }
}
