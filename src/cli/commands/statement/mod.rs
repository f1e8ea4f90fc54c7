//! `saydo statement`: drafts, issues, lists, shows and compares statements. The gate decides, not this file.

mod drafting;
mod editing;
mod issued;
mod issuing;

use crate::cli::commands::approval::{self, Approve, Preapprove, Reject, Submit};
use crate::cli::output::Output;
use crate::cli::session::Session;
use crate::cli::trouble::Trouble;
use crate::desk::Journal;

pub use drafting::{Draft, check_channels};
pub use editing::Edit;
pub use issued::{Diff, List, Show};
pub use issuing::Issue;

/// Draft, issue and look up statements
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// What may be said now
    Draft(Draft),
    /// Word the text of one channel by hand; what the record does not back is refused
    Edit(Edit),
    /// Record it as issued; refuses what the gate refuses
    Issue(Issue),
    /// Put what may be said now before those who approve
    Submit(Submit),
    /// The drafts that wait for approval, and what is approved in advance
    Pending,
    /// Approve exactly the bytes of a submitted draft; shows them, and what changed since the last statement
    Approve(Approve),
    /// Reject a submitted draft
    Reject(Reject),
    /// Approve lines in advance, so that a first notice goes out when nobody can be reached
    Preapprove(Preapprove),
    /// What was issued, and whether it still holds
    List(List),
    /// One statement; with --channel and --lang one rendition as bare bytes
    Show(Show),
    /// What changed from one statement to another, word by word
    Diff(Diff),
}

/// Drafts, issues, lists, shows or compares.
///
/// # Errors
/// When the gate refuses, or something named does not exist.
pub fn run(
    args: &Command,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    match args {
        Command::Draft(a) => drafting::draft_statement(a, session, desk, out),
        Command::Edit(a) => editing::edit_statement(a, session, desk, out),
        Command::Issue(a) => issuing::issue_statement(a, session, desk, out),
        Command::Submit(a) => approval::run_submit(a, session, desk, out),
        Command::Pending => approval::list_pending_drafts(desk, out),
        Command::Approve(a) => approval::run_approve(a, session, desk, out),
        Command::Reject(a) => approval::run_reject(a, desk, out),
        Command::Preapprove(a) => approval::run_preapprove(a, desk, out),
        Command::List(a) => issued::list_statements(a, session, desk, out),
        Command::Show(a) => issued::show_statement(a, session, desk, out),
        Command::Diff(a) => issued::compare_statements(a, session, desk, out),
    }
}
