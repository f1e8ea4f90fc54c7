//! `saydo incident merge`: two incidents that turned out to be one. It does not decide what may be merged.

use serde_json::json;

use crate::cli::commands::show;
use crate::cli::output::Output;
use crate::cli::session::Session;
use crate::cli::trouble::Trouble;
use crate::desk::Journal;
use crate::desk::incident::merge::merge_incident;
use crate::desk::statement::draft::draft_statement;

/// Two incidents that turned out to be one
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Go on with the second alone: links and open promises of the first join it, and the first is closed
    Merge(Merge),
}

/// The incident that ends, and the one that goes on with its links.
#[derive(Debug, clap::Args)]
pub struct Merge {
    /// The incident that is closed
    pub incident: String,
    /// The incident that goes on
    pub into: String,
}

/// Merges the first incident into the second, and shows what may be said now.
///
/// # Errors
/// When they cannot be one, or people are owed a word first.
pub fn run(
    args: &Command,
    session: &Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let Command::Merge(merge) = args;
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
