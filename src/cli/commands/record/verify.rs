//! `saydo record verify`: checks a record that may not even fold. It mends nothing.

use std::path::Path;

use serde_json::json;

use crate::cli::output::Output;
use crate::cli::trouble::{REFUSED, Trouble};
use crate::desk::core::record_copies::{
    ChainBreak, Record, Stored, doubtful_file_system, verify_record as verify_stored,
};
use crate::desk::statement::derive_again::{Derived, Underived, derive_again};
use crate::domain::record::event::Head;
use crate::domain::state::fold::State;

#[derive(Debug, clap::Args)]
pub struct Verify {
    /// Prove that the record still holds what a seal says: the line, or a file with it
    #[arg(long, value_name = "LINE|FILE")]
    pub against: Option<String>,
    /// Also derive every statement again: whether the entries before it give what it says
    #[arg(long, conflicts_with = "against")]
    pub derive: bool,
}

/// Checks a record whose events may not even be readable.
///
/// # Errors
/// When the store cannot be read.
pub fn verify_record(record: &dyn Record, out: &mut Output) -> Result<u8, Trouble> {
    let (stored, verified) = verify_stored(record)?;
    Ok(report_verified(&stored, &verified, out))
}

fn report_verified(
    stored: &[Stored],
    verified: &Result<State, ChainBreak>,
    out: &mut Output,
) -> u8 {
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
            0
        }
        Err(b) => {
            out.line(format!("BROKEN at event {}: {}", b.seq, b.what));
            out.line(format!(
                "{} events before it are as they were written.",
                b.seq - 1
            ));
            out.json = json!({ "ok": false, "event": b.seq, "what": b.what });
            REFUSED
        }
    }
}

/// The same, and whether the entries before each statement give what it says.
///
/// # Errors
/// When the store or an adopted file cannot be read.
pub fn verify_and_derive(record: &dyn Record, out: &mut Output) -> Result<u8, Trouble> {
    let (stored, verified) = verify_stored(record)?;
    let code = report_verified(&stored, &verified, out);
    if code != 0 {
        return Ok(code);
    }
    let derived = derive_again(&stored)?;
    for fault in &derived.faults {
        let Underived {
            seq,
            statement,
            what,
        } = fault;
        out.line(format!(
            "NOT DERIVED: statement {statement} (event {seq}): {what}"
        ));
    }
    out.line(describe_derived(&derived));
    let is_right = derived.faults.is_empty();
    out.json["ok"] = is_right.into();
    out.json["derived"] = json!({
        "same": derived.same, "of_other_programs": derived.of_others, "wrong": derived.faults.iter().map(to_row).collect::<Vec<_>>(),
    });
    Ok(if is_right { 0 } else { REFUSED })
}

fn to_row(fault: &Underived) -> serde_json::Value {
    json!({ "event": fault.seq, "statement": fault.statement, "what": fault.what })
}

fn describe_derived(derived: &Derived) -> String {
    let statements = |n: usize| match n {
        1 => "1 statement".to_owned(),
        n => format!("{n} statements"),
    };
    let same = statements(derived.same);
    match derived.of_others {
        0 => format!("{same} derived again from the entries before them, byte for byte."),
        n => format!(
            "{same} derived again from the entries before them, byte for byte; of {} by another version only the structure was looked at.",
            statements(n)
        ),
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
