//! `saydo record repair` and `record clock`: the ways back to a record on which something may rest. They decide nothing.

use serde_json::json;

use crate::cli::next_step::write_advice;
use crate::cli::output::Output;
use crate::cli::session::{RecordSource, Session};
use crate::cli::trouble::{REFUSED, Trouble};
use crate::desk::Journal;
use crate::desk::core::describe::describe_payload;
use crate::desk::core::repair::{Cut, declare_wrong_clock, find_cut, repair_record};
use crate::domain::record::event::Event;

/// How many of the events that are cut off are shown.
const SHOWN: usize = 20;

/// Why the record is repaired.
#[derive(Debug, clap::Args)]
pub struct Repair {
    /// Why it is right to go on without these events; without it, only what would be cut off is shown
    #[arg(long, value_name = "WHY")]
    pub because: Option<String>,
}

/// From which event on the clock was wrong.
#[derive(Debug, clap::Args)]
pub struct WrongClock {
    /// The number of the first event that the wrong clock wrote
    #[arg(long, value_name = "NUMBER")]
    pub wrong_from: u64,
    /// What was wrong with it
    #[arg(long, value_name = "WHY")]
    pub because: String,
}

/// Shows what a repair cuts off, and does it when a reason is given.
///
/// # Errors
/// When the record is in no doubt, the actor is no administrator, or it cannot be written.
pub fn repair(
    args: &Repair,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let Some(cut) = find_cut(desk)? else {
        out.line("All events fit; there is nothing to repair.");
        out.json = json!({ "cut": 0 });
        return Ok(0);
    };
    show_cut(&cut, out);
    let Some(because) = &args.because else {
        out.line("Nothing was changed. To go on without them, as an administrator: saydo record repair --because WHY");
        return Ok(REFUSED);
    };
    let own = session.workspace_folder()?.own_folder();
    let place = session.head_place();
    let kept = repair_record(desk, &cut, because, &own, place.as_ref())?;
    out.doubt = None;
    if let Some(kept) = &kept {
        out.line(format!("They are kept in {}.", kept.display()));
    }
    out.line(format!(
        "The record goes on with event {}, which says so.",
        desk.head().seq
    ));
    out.json = json!({
        "cut": cut.events.len(), "lost": cut.lost, "from": cut.from, "kept": kept, "event": desk.head().seq,
    });
    Ok(0)
}

fn count(events: u64, is: &str, are: &str) -> String {
    match events {
        1 => format!("one event {is}"),
        n => format!("{n} events {are}"),
    }
}

fn show_cut(cut: &Cut, out: &mut Output) {
    if !cut.events.is_empty() {
        out.line(format!(
            "{} cut off, from event {} on:",
            count(cut.events.len() as u64, "is", "are"),
            cut.from
        ));
    }
    for stored in cut.events.iter().take(SHOWN) {
        out.line(match Event::parse_at(stored.seq, &stored.bytes) {
            Ok(e) => format!("  #{} by {}: {}", e.seq, e.by, describe_payload(&e.payload)),
            Err(_) => format!("  #{}: it cannot be read", stored.seq),
        });
    }
    if cut.events.len() > SHOWN {
        out.line(format!("  and {} more", cut.events.len() - SHOWN));
    }
    if cut.lost > 0 {
        out.line(format!(
            "{} not in the record any more, and {} seen here.",
            count(cut.lost, "is", "are"),
            if cut.lost == 1 { "was" } else { "were" }
        ));
    }
}

/// Declares the clock wrong from an event on.
///
/// # Errors
/// When the number is none of the record, or the actor is no administrator.
pub fn declare_clock(
    args: &WrongClock,
    session: &mut Session,
    out: &mut Output,
) -> Result<u8, Trouble> {
    if !matches!(session.place, RecordSource::Folder { .. }) {
        return Err(Trouble::usage("a replay has no clock of its own", ""));
    }
    let mut desk = session.open_with_wrong_clock(args.wrong_from, out)?;
    let done = declare_wrong_clock(&mut desk, args.wrong_from, &args.because);
    let done = done.map_err(Trouble::from);
    let remark = desk.doubt.as_ref().map(|d| write_advice(&d.next_step()));
    session.close_journal(desk, out);
    out.remarks.extend(remark);
    let event = done?;
    out.line(format!(
        "Event {event} declares the clock wrong from event {} on. What it wrote counts as written when it went wrong: look at it (saydo record list), and take back what is not so (saydo record retract).",
        args.wrong_from
    ));
    out.json = json!({ "event": event, "from": args.wrong_from });
    Ok(0)
}
