//! `saydo record list` and `retract`: the entries, and taking one back. What is taken back is not removed from the record.

use std::collections::BTreeSet;

use chrono::Duration;
use serde_json::json;

use crate::cli::entry_line::describe_entry;
use crate::cli::output::Output;
use crate::cli::session::{Session, to_json, workspace_zone};
use crate::cli::times;
use crate::cli::trouble::Trouble;
use crate::desk::due::due_items::find_due_items;
use crate::desk::due::item::{DueItem, DueKind};
use crate::desk::incident::report::retract_entry;
use crate::desk::{Journal, Snapshot};

#[derive(Debug, clap::Args)]
pub struct List {
    /// Only of this incident
    #[arg(long, value_name = "ID")]
    pub incident: Option<String>,
}

/// Take a wrong entry back; if it was issued, a correction is then due
#[derive(Debug, clap::Args)]
pub struct Retract {
    /// The event's number
    pub seq: u64,
    /// The reason; it stays in the record
    #[arg(long)]
    pub because: String,
}

pub(super) fn list_entries(
    args: &List,
    session: &Session,
    desk: &Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let only = args
        .incident
        .as_deref()
        .map(|i| session.find_incident(desk, Some(i)))
        .transpose()?;
    let (now, zone) = (desk.clock.now, workspace_zone(desk));
    let mut all = Vec::new();
    for e in desk.believed_events()? {
        if only.is_some() && e.incident != only {
            continue;
        }
        let taken = desk
            .state
            .retracted
            .get(&e.seq)
            .map(|r| format!(" [taken back by #{}]", r.by))
            .unwrap_or_default();
        let incident = e
            .incident
            .clone()
            .map(|i| format!(" {i}"))
            .unwrap_or_default();
        let mark = format!(
            "#{:<4} {} {}{incident}: ",
            e.seq,
            times::format_time(e.at, now, zone),
            e.by
        );
        out.item(
            &mark,
            &format!("{}{taken}", describe_entry(desk, &e.payload)),
        );
        all.push(to_json(&e));
    }
    out.json = json!({ "events": all });
    Ok(0)
}

/// Takes an entry back.
///
/// # Errors
/// When there is no such entry or it cannot be taken back.
pub fn retract(
    args: &Retract,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    if args.because.trim().is_empty() {
        return Err(Trouble::usage(
            "the reason is empty",
            "--because \"why it was wrong\"",
        ));
    }
    let before: BTreeSet<String> = list_owed(desk)?.into_iter().map(|i| i.key).collect();
    retract_entry(desk, args.seq, &args.because)?;
    out.line(format!(
        "Event {} is taken back; it stays in the record, with the reason.",
        args.seq
    ));
    let owed = list_owed(desk)?.into_iter();
    let new = owed.filter(|i| !before.contains(&i.key));
    let due: BTreeSet<String> = new.filter_map(|i| i.incident).collect();
    for id in &due {
        out.line(format!("Customers were told something that rested on it. Correct it: saydo statement issue {id}"));
    }
    out.json = json!({ "retracted": args.seq, "correction_due": due });
    let _ = session;
    Ok(0)
}

/// What people were told that is not so any more, of incidents that were closed or merged since, too.
fn list_owed(desk: &Snapshot) -> Result<Vec<DueItem>, Trouble> {
    let mut items = find_due_items(desk, Duration::zero())?;
    items.retain(|i| matches!(i.kind, DueKind::Owed | DueKind::Untold));
    Ok(items)
}
