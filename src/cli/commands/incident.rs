//! `saydo incident`: those that are open and those that are over; two that turned out to be one. It does not decide what may be
//! merged.

use serde_json::json;

use crate::cli::commands::show;
use crate::cli::output::Output;
use crate::cli::session::{Session, to_json, workspace_zone};
use crate::cli::times;
use crate::cli::trouble::Trouble;
use crate::desk::Journal;
use crate::desk::incident::merge::merge_incident;
use crate::desk::statement::draft::draft_statement;

/// List incidents, or merge two that turned out to be one
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Open incidents; with --past those that are over too, the newest first
    List(List),
    /// Go on with the second alone: links and open promises of the first join it, and the first is closed
    Merge(Merge),
}

#[derive(Debug, clap::Args)]
pub struct List {
    /// Also those that are over
    #[arg(long)]
    pub past: bool,
}

/// The incident that ends, and the one that goes on with its links.
#[derive(Debug, clap::Args)]
pub struct Merge {
    /// The incident that is closed
    pub incident: String,
    /// The incident that goes on
    pub into: String,
}

/// Lists or merges.
///
/// # Errors
/// When two cannot be one, or people are owed a word first.
pub fn run(
    args: &Command,
    session: &Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    match args {
        Command::List(list) => list_incidents(list, desk, out),
        Command::Merge(merge) => merge_into(merge, session, desk, out),
    }
}

fn list_incidents(list: &List, desk: &Journal, out: &mut Output) -> Result<u8, Trouble> {
    let (now, zone) = (desk.clock.now, workspace_zone(desk));
    let mut rows = Vec::new();
    let mut all = Vec::new();
    let incidents = desk.state.incidents.values().rev();
    for incident in incidents.filter(|i| list.past || i.closed.is_none()) {
        let closed = incident.closed.as_ref().map(|c| c.at);
        let links = incident.links_in_scope();
        let notices = incident.statements.len();
        let at = |t| times::format_time(t, now, zone);
        rows.push(vec![
            incident.id.clone(),
            incident.playbook.name.clone(),
            links.join(", "),
            at(incident.declared_at),
            closed.map_or_else(|| "open".to_owned(), at),
            notices.to_string(),
        ]);
        all.push(json!({
            "incident": incident.id,
            "playbook": incident.playbook.name,
            "links": links,
            "declared": to_json(&incident.declared_at),
            "closed": closed.map(|t| to_json(&t)),
            "notices": notices,
        }));
    }
    match (all.is_empty(), list.past) {
        (true, true) => out.line("No incident so far."),
        (true, false) => {
            out.line("No incident is open. Those that are over: saydo incident list --past")
        }
        _ => out.table(
            &["incident", "playbook", "about", "from", "to", "notices"],
            rows,
        ),
    }
    out.json = json!({ "incidents": all });
    Ok(0)
}

/// Merges the first incident into the second, and shows what may be said now.
fn merge_into(
    merge: &Merge,
    session: &Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let id = session.find_incident(desk, Some(&merge.incident))?;
    let into = session.find_incident(desk, Some(&merge.into))?;
    let added = merge_incident(desk, &id, &into)?;
    out.line(match added.is_empty() {
        true => format!("{id} is closed; {into} is about its links already and goes on."),
        false => format!(
            "{id} is closed; {into} goes on, and is now also about: {}",
            added.join(", ")
        ),
    });
    let looked = draft_statement(desk, &into, desk.default_audience(), Default::default())?;
    show::may_be_said(out, desk, &looked, session.lang)?;
    out.json = json!({ "incident": id, "into": into, "added": added, "draft": show::draft_json(&looked)? });
    Ok(0)
}
