//! `saydo record verify`: checks a record that may not even fold. It mends nothing.

use std::path::Path;

use serde_json::json;

use crate::cli::output::Output;
use crate::cli::trouble::{REFUSED, Trouble};
use crate::desk::core::record_copies::{
    Record, doubtful_file_system, verify_record as verify_stored,
};
use crate::domain::record::event::Head;

/// Against what.
#[derive(Debug, clap::Args)]
pub struct Verify {
    /// Prove that the record still holds what a seal says: the line, or a file with it
    #[arg(long, value_name = "LINE|FILE")]
    pub against: Option<String>,
}

/// Checks a record whose events may not even be readable.
///
/// # Errors
/// When the store cannot be read.
pub fn verify_record(record: &dyn Record, out: &mut Output) -> Result<u8, Trouble> {
    let (stored, verified) = verify_stored(record)?;
    match verified {
        Ok(state) => {
            let head = stored.last().map_or_else(Head::empty, |e| Head {
                seq: e.seq,
                hash: e.hash.clone(),
            });
            out.line(format!(
                "{} events, one unbroken chain. Head {}",
                head.seq, head.hash
            ));
            let first = state.team.keys.values().map(|k| k.trusted).min();
            out.line(match first {
                None => "No keys are set up: the chain shows changes, not who wrote.".to_owned(),
                Some(1) => "Every event is signed by a key that was in force.".to_owned(),
                Some(n) => format!(
                    "From event {n} on every event is signed by a key that was in force; before that authorship is unproven."
                ),
            });
            out.json =
                json!({ "ok": true, "events": head.seq, "head": head.hash, "signed_from": first });
            Ok(0)
        }
        Err(b) => {
            out.line(format!("BROKEN at event {}: {}", b.seq, b.what));
            out.line(format!(
                "{} events before it are as they were written.",
                b.seq - 1
            ));
            out.json = json!({ "ok": false, "event": b.seq, "what": b.what });
            Ok(REFUSED)
        }
    }
}

/// A word of warning when the record's file lies where locks may not work.
pub fn warn_of_locks(path: &Path) -> Option<String> {
    let kind = doubtful_file_system(path)?;
    Some(format!(
        "{} is on a file system of the kind {kind}, where locks may not work: two that write at once could damage the record. For several machines use a server (docs/team.md)",
        path.display()
    ))
}
