//! `saydo close`: closes an incident. What stands in the way is decided by the desk, not here.

use serde_json::json;

use crate::cli::next_step::write_advice;
use crate::cli::output::Output;
use crate::cli::session::Session;
use crate::cli::trouble::Trouble;
use crate::desk::Journal;
use crate::desk::incident::close::close_incident;
use crate::desk::statement::review_issued::last_statement;

/// Close an incident; refused while anything in its scope is not restored by our own checks
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The incident, as INC-2 or 2 [default: the one switched to, or the only open one]
    pub incident: Option<String>,
    /// Close it all the same: this person or team carries on what is left
    #[arg(long, value_name = "NAME")]
    pub handed_over_to: Option<String>,
}

/// Closes.
///
/// # Errors
/// When something stands in the way.
pub fn run(
    args: &Args,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let id = session.find_incident(desk, args.incident.as_deref())?;
    let unsaid = last_statement(desk, &id, desk.default_audience()).is_some_and(|s| {
        desk.state.find_statement(s.statement.number).is_some()
            && s.statement.lines().iter().any(|l| l.id == "next-update")
    });
    let left = close_incident(desk, &id, args.handed_over_to.clone())?;
    match &args.handed_over_to {
        Some(to) => {
            out.line(format!("{id} is closed; {to} carries on what is left."));
            for advice in &left {
                out.item("  left: ", &write_advice(advice));
            }
        }
        None => out.line(format!("{id} is closed.")),
    }
    if unsaid {
        out.line(
            "The last statement promised another one; no later statement says that it is over.",
        );
    }
    out.json = json!({ "incident": id, "handed_over_to": args.handed_over_to });
    Ok(0)
}
