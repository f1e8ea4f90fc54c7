//! `saydo record`: verifies, lists, copies and exports the record. It never rewrites an event.

mod copies;
mod entries;
mod rejoin;
mod repair;
mod seal;
mod tables;
mod verify;
mod witness;

use crate::cli::output::Output;
use crate::cli::session::{RecordSource, Session};
use crate::cli::trouble::Trouble;
use crate::desk::Journal;
use crate::desk::core::location::Location;
use crate::desk::core::record_copies::Record;

pub use copies::{CopyRecord, Export, Import};
pub use entries::{List, Retract, retract};
pub use rejoin::Rejoin;
pub use repair::{Repair, WrongClock};
pub use tables::InitRecord;
pub use verify::{Verify, warn_of_locks};

/// Verify, correct, list and copy the record
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Check chain, signatures and rights at the time of each event; names the first event that does not fit
    Verify(Verify),
    /// One short line to keep elsewhere: it proves later that the record still holds exactly this past
    Seal,
    /// Send such a line, signed, to the outlets with `witness:` in saydo.yaml, so that others can show what the record was
    Witness,
    /// The events, one a line
    List(List),
    /// Take a wrong entry back; if it was issued, a correction is then due
    Retract(Retract),
    /// Make the tables of a record on a PostgreSQL server, as the owner of its database
    Init(InitRecord),
    /// Bring the tables of a record on a server to what this program needs
    Upgrade,
    /// Bring in what was noted apart while the shared record could not be reached
    Rejoin(Rejoin),
    /// Go on without events that do not fit or are lost: shows them, keeps them aside, and stands in the record
    Repair(Repair),
    /// Declare a clock wrong from an event on, so that the record goes on at the right time
    Clock(WrongClock),
    /// Copy the record to a file or a server; order, hashes and signatures stay
    Copy(CopyRecord),
    /// The record as JSON Lines, to standard output or a file
    Export(Export),
    /// Make a record from JSON Lines in a new, empty place; byte for byte the same
    Import(Import),
}

/// Verifies, lists, corrects or copies.
///
/// # Errors
/// When the record or a file cannot be read.
pub fn run(
    args: &Command,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    match args {
        Command::List(a) => entries::list_entries(a, session, desk, out),
        Command::Retract(a) => retract(a, session, desk, out),
        Command::Repair(a) => repair::repair(a, session, desk, out),
        Command::Seal => seal::print_seal(session, desk, out),
        Command::Witness => witness::send_head(session, desk, out),
        Command::Verify(_)
        | Command::Init(_)
        | Command::Upgrade
        | Command::Clock(_)
        | Command::Copy(_)
        | Command::Rejoin(_)
        | Command::Export(_)
        | Command::Import(_) => raw(args, session, out),
    }
}

/// Commands that need no fold: the record may be broken, or not there yet.
///
/// # Errors
/// When the record or a file cannot be read.
pub fn raw(args: &Command, session: &mut Session, out: &mut Output) -> Result<u8, Trouble> {
    match (args, &session.place) {
        (Command::Import(a), _) => copies::import_lines(a, session, out),
        (Command::Init(a), _) => tables::make_tables(a.url.as_deref(), session, out),
        (Command::Upgrade, _) => tables::make_tables(None, session, out),
        (Command::Clock(a), _) => repair::declare_clock(a, session, out),
        (Command::Rejoin(a), _) => rejoin::rejoin_record(a, session, out),
        (
            _,
            RecordSource::Handed {
                record: Some(record),
                ..
            },
        ) => raw_record(args, record.as_ref(), out),
        (Command::Verify(_), _) => {
            if let Location::File(path) = session.record_location()? {
                out.remarks.extend(warn_of_locks(&path));
            }
            raw_record(args, session.open_record(out)?.as_ref(), out)
        }
        (Command::Copy(a), _) => {
            copies::copy_elsewhere(a, session, session.open_record(out)?.as_ref(), out)
        }
        _ => raw_record(args, session.open_record(out)?.as_ref(), out),
    }
}

fn raw_record(args: &Command, record: &dyn Record, out: &mut Output) -> Result<u8, Trouble> {
    match args {
        Command::Export(a) => copies::export_lines(a, record, out),
        Command::Verify(Verify {
            against: Some(line),
            ..
        }) => seal::prove_seal(line, record, out),
        Command::Verify(Verify { derive: true, .. }) => verify::verify_and_derive(record, out),
        _ => verify::verify_record(record, out),
    }
}
