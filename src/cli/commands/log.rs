//! `saydo log`: takes a note for the record. Customers never see it.

use serde_json::json;

use crate::cli::output::Output;
use crate::cli::session::Session;
use crate::cli::trouble::Trouble;
use crate::desk::Journal;
use crate::desk::incident::report::take_note;

/// Keep a dated note, never sayable, with the incident if one is meant
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What was heard or seen; no statement quotes it
    pub text: String,
    /// The incident, as INC-2 or 2 [default: the one switched to, or the only open one]
    #[arg(long, value_name = "ID")]
    pub incident: Option<String>,
}

/// Keeps the note.
///
/// # Errors
/// When it is too long or has control characters.
pub fn run(
    args: &Args,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    if args.text.trim().is_empty() {
        return Err(Trouble::usage(
            "the note is empty",
            "saydo log \"what was heard or seen\"",
        ));
    }
    // At 3 a.m. a note comes before everything else, also before an incident is declared.
    let incident = match &args.incident {
        Some(named) => Some(session.find_incident(desk, Some(named))?),
        None => session.find_incident(desk, None).ok(),
    };
    let seq = take_note(desk, incident.as_deref(), &args.text)?;
    match &incident {
        Some(id) => out.line(format!(
            "Noted with {id} (event {seq}). Notes are never said to customers."
        )),
        None => out.line(format!(
            "Noted (event {seq}), with no incident. Notes are never said to customers."
        )),
    }
    out.json = json!({ "event": seq, "incident": incident });
    Ok(0)
}
