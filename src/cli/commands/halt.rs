//! `saydo halt`: the stop key. It calls nothing back; it stops what has not left.

use serde_json::json;

use crate::cli::commands::publish::read_recipient_lists;
use crate::cli::output::Output;
use crate::cli::session::{Session, to_json};
use crate::cli::trouble::Trouble;
use crate::desk::Journal;
use crate::desk::publishing::halt::{halt_sending, lift_halt, list_progress};

/// Stop everything that is being sent, at once, and say how many have it already
///
/// Nothing leaves for any outlet until `halt --lift`, our own page included. A sender that is at work stops after the part that
/// it has handed over. What has left cannot be called back.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Let texts leave again
    #[arg(long)]
    pub lift: bool,
    /// The reason; it stays in the record
    #[arg(long, value_name = "TEXT")]
    pub because: Option<String>,
}

/// Stops, or goes on.
///
/// # Errors
/// When it is stopped already, or nothing is stopped.
pub fn run(
    args: &Args,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    if args.lift {
        let because = args
            .because
            .as_deref()
            .unwrap_or("looked at and found right");
        let seq = lift_halt(desk, because)?;
        out.line("Texts may leave again. What waits goes with: saydo publish");
        out.json = json!({ "event": seq, "halted": false });
        return Ok(0);
    }
    // Nobody looks for words first: the reason can be told in a note.
    let because = args.because.as_deref().unwrap_or("stop key");
    let seq = halt_sending(desk, because)?;
    match desk.apart.is_some() {
        // Nothing leaves from here while it is away; others see the stop key only when this entry has joined.
        true => out.line("STOPPED HERE ONLY: the shared record cannot be reached, and who reaches it may still send. Call them; join with: saydo record rejoin"),
        false => out.line("STOPPED: nothing leaves for any outlet until: saydo halt --lift"),
    }
    let mut faults = Vec::new();
    let people = read_recipient_lists(session, desk, &[], &mut faults)?;
    out.remarks.extend(faults);
    let progress = list_progress(desk, &people);
    for p in &progress {
        let mut parts = vec![format!("{} there", p.delivered)];
        if p.in_flight > 0 {
            parts.push(format!(
                "{} with a sender, which stops before its next one",
                p.in_flight
            ));
        }
        parts.push(format!("{} held back", p.waiting));
        let line = format!(
            "{}, statement {}: {}",
            p.outlet,
            p.statement,
            parts.join(", ")
        );
        out.item("  ", &line);
    }
    if progress.is_empty() {
        out.line("Nothing was on its way.");
    }
    out.json = json!({ "event": seq, "halted": true, "everywhere": desk.apart.is_none(), "progress": to_json(&progress) });
    Ok(0)
}
