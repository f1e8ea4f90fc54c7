//! `saydo record rejoin`: brings in what was noted apart, and shows what came of it. It settles no conflict: a person does.

use serde_json::{Value as Json, json};

use crate::cli::entry_line::describe_entry;
use crate::cli::output::Output;
use crate::cli::session::{Session, to_json, workspace_zone};
use crate::cli::times;
use crate::cli::trouble::{REFUSED, Trouble};
use crate::desk::Journal;
use crate::desk::core::location::Location;
use crate::desk::core::record_copies::{
    Stored, keep_copy, read_journal, read_journal_start, retire_journal,
};
use crate::desk::core::rejoin::{Rejoined, leave_entry_out, rejoin_side_journal};

/// What is settled.
#[derive(Debug, clap::Args)]
pub struct Rejoin {
    /// These entries of the side journal do not join; that they were there is kept as a note
    #[arg(long, value_name = "SEQ", value_delimiter = ',', requires = "because")]
    pub leave_out: Vec<u64>,
    /// The reason; it stays in the record
    #[arg(long, value_name = "TEXT", requires = "leave_out")]
    pub because: Option<String>,
}

/// Brings the side journal in, or says what is in the way.
pub(super) fn rejoin_record(
    args: &Rejoin,
    session: &Session,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let own = session.workspace_folder()?.own_folder();
    let Some(left) = read_journal_start(&own)? else {
        out.line("Nothing was noted apart from the record.");
        out.json = json!({ "joined": [], "conflicts": [] });
        return Ok(0);
    };
    let mut desk = open_shared_record(session)?;
    let noted = read_journal(&own, &left)?;
    leave_entries_out(args, &noted, &mut desk)?;
    let done = rejoin_side_journal(&mut desk, &noted, &left.head)?;
    show_entries(&done, &desk, out);
    out.json = entries_json(&done);
    let (record, _) = desk.close();
    keep_copy(&own, record.as_ref(), session.machine)?;
    if !done.conflicts.is_empty() {
        ask_to_settle(&done, out);
        return Ok(REFUSED);
    }
    let kept = retire_journal(&own, &left)?;
    let what = if args.leave_out.is_empty() {
        "joined"
    } else {
        "settled"
    };
    let kept = kept.display();
    out.item(
        "",
        &format!("All is {what}; the side journal is kept as {kept}."),
    );
    Ok(0)
}

/// Opens the record on its server, as the actor of this session. What was noted apart has no part in it yet.
fn open_shared_record(session: &Session) -> Result<Journal, Trouble> {
    let place = session.record_location()?;
    let Location::Server(_) = &place else {
        return Err(Trouble::usage(
            "the record of this workspace is no server any more",
            "set record: in saydo.yaml, or SAYDO_RECORD, as it was",
        ));
    };
    let record = place.open_record()?;
    session.open_journal_of(record, session.zone_of_file())
}

/// Notes for each entry named with `--leave-out` that it was there and does not join.
fn leave_entries_out(args: &Rejoin, noted: &[Stored], desk: &mut Journal) -> Result<(), Trouble> {
    let because = args.because.as_deref();
    if because.is_some_and(|b| b.trim().is_empty()) {
        return Err(Trouble::usage(
            "the reason is empty",
            "--because \"why it does not join\"",
        ));
    }
    for seq in &args.leave_out {
        let Some(stored) = noted.iter().find(|s| s.seq == *seq) else {
            return Err(Trouble::usage(
                format!("the side journal has no entry {seq}"),
                "saydo record rejoin lists what conflicts",
            ));
        };
        leave_entry_out(desk, stored, because.unwrap_or_default())?;
    }
    Ok(())
}

/// One line for each entry that joined (+) and each that did not (!).
fn show_entries(done: &Rejoined, desk: &Journal, out: &mut Output) {
    let (now, zone) = (desk.clock.now, workspace_zone(desk));
    for (event, seq) in &done.joined {
        let (noted, joined) = (
            times::format_time(event.at, now, zone),
            times::format_time(now, now, zone),
        );
        let (by, what) = (&event.by, describe_entry(desk, &event.payload));
        out.item(
            "+ ",
            &format!("event {seq}: noted {noted} by {by}, joined {joined}: {what}"),
        );
    }
    for (event, why) in &done.conflicts {
        out.item(
            "! ",
            &format!(
                "entry {} of the side journal ({}, by {}) did not join: {}. {why}",
                event.seq,
                times::format_time(event.at, now, zone),
                event.by,
                describe_entry(desk, &event.payload)
            ),
        );
    }
}

fn entries_json(done: &Rejoined) -> Json {
    let conflicts: Vec<_> = done
        .conflicts
        .iter()
        .map(|(e, why)| json!({ "entry": e.seq, "kind": e.payload.kind(), "by": e.by, "at": to_json(&e.at), "why": why }))
        .collect();
    let joined: Vec<_> = done
        .joined
        .iter()
        .map(|(e, seq)| json!({ "event": seq, "noted_at": to_json(&e.at), "by": e.by, "kind": e.payload.kind() }))
        .collect();
    json!({ "joined": joined, "conflicts": conflicts })
}

fn ask_to_settle(done: &Rejoined, out: &mut Output) {
    let seqs = done.conflicts.iter().map(|(e, _)| e.seq.to_string());
    let seqs: Vec<String> = seqs.collect();
    out.item("", &format!(
        "{} entries are for a person to settle. Do again at the record what still holds; then: saydo record rejoin --leave-out {} --because WHY",
        seqs.len(),
        seqs.join(",")
    ));
}
