//! The tables of a record on a server, and how older ones are brought up to date. It reads and writes no event.

use postgres::Client;

use crate::store::StoreError;
use crate::store::postgres::address::Address;
use crate::store::postgres::server_error::describe_error;

/// The version of the tables.
pub(super) const LAYOUT: i64 = 2;

/// The longest event, in bytes, as in an exported line.
pub(super) const LONGEST_EVENT: i32 = 16 * 1024 * 1024;

/// The advisory lock that migrations take.
const MIGRATING: i64 = 0x0073_6179_646f;

/// The migrations from an empty database to `LAYOUT`.
const STEPS: [&str; 2] = [
    "
CREATE TABLE saydo_events (
  seq bigint PRIMARY KEY CHECK (seq > 0),
  bytes text NOT NULL,
  hash text NOT NULL,
  signature text
);
",
    include_str!("door.sql"),
];

/// Creates or upgrades the tables, as the owner of the database; safe when two run at once. Gives the number of steps.
///
/// # Errors
/// When the server cannot be reached, or its user may not make tables.
pub(super) fn migrate_tables(address: &Address) -> Result<usize, StoreError> {
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

/// The version of the tables; 0 when there are none.
///
/// # Errors
/// When the server does not say.
pub(super) fn read_layout(client: &mut Client) -> Result<i64, postgres::Error> {
    let exists: bool = client
        .query_one("SELECT to_regclass('saydo_layout') IS NOT NULL", &[])?
        .get(0);
    if !exists {
        return Ok(0);
    }
    let version = "SELECT coalesce(max(version), 0) FROM saydo_layout";
    Ok(client.query_one(version, &[])?.get(0))
}
