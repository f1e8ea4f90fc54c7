//! `saydo promise accept`, `keep`, `revise`, `withdraw` and `carry-over`: what becomes of a promise by hand. Whether the
//! record backs it is not decided here.

use std::path::Path;

use super::forms::{give_promise, parse_due, show_due};
use crate::cli::output::Output;
use crate::cli::session::{RecordSource, Session, workspace_zone};
use crate::cli::times::{self, Toward};
use crate::cli::trouble::Trouble;
use crate::desk::core::workspace_files::{MAX_EVIDENCE, read_bytes_up_to};
use crate::desk::promise::settle::{
    accept_promise, carry_promise_over, keep_promise, revise_promise, withdraw_promise,
};
use crate::desk::{Journal, Snapshot};
use crate::domain::base::digest::sha256;
use crate::domain::record::promise_event::Evidence;

#[derive(Debug, clap::Args)]
pub struct One {
    /// The number, as it is listed
    pub number: u32,
}

/// What shows it.
#[derive(Debug, clap::Args)]
pub struct Keep {
    /// The number, as it is listed
    pub number: u32,
    /// What shows it: words, or a file, which is kept by its digest
    #[arg(long, value_name = "TEXT|FILE")]
    pub evidence: String,
    /// When it was kept, when that was not now
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub at: Option<String>,
}

/// The new time.
#[derive(Debug, clap::Args)]
pub struct Revise {
    /// The number, as it is listed
    pub number: u32,
    /// The new due time
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub due: String,
    /// The reason; it stays in the record
    #[arg(long)]
    pub because: String,
    /// What an earlier time rests on: words, or a file
    #[arg(long, value_name = "TEXT|FILE")]
    pub evidence: Option<String>,
}

#[derive(Debug, clap::Args)]
pub struct Withdraw {
    /// The number, as it is listed
    pub number: u32,
    /// The reason; it stays in the record
    #[arg(long)]
    pub because: String,
}

#[derive(Debug, clap::Args)]
pub struct CarryOver {
    /// The number, as it is listed
    pub number: u32,
    /// Who keeps it from now on: a role or a person
    #[arg(long, value_name = "NAME")]
    pub to: String,
    /// When it falls due; as it stands when left out
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub due: Option<String>,
}

pub(super) fn accept_one(args: &One, desk: &mut Journal, out: &mut Output) -> Result<u8, Trouble> {
    accept_promise(desk, args.number)?;
    let by = desk.clock.by.clone();
    out.line(format!("Promise {} is taken on by {by}.", args.number));
    give_promise(args.number, desk, out)
}

pub(super) fn keep_one(
    args: &Keep,
    session: &Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let shows = read_evidence(&args.evidence, session)?;
    let at = args.at.as_deref().map(|text| {
        times::parse_time(text, Toward::Past, desk.clock.now, workspace_zone(desk))
            .map_err(|e| Trouble::usage(format!("--at: {e}"), ""))
    });
    keep_promise(desk, args.number, &shows, at.transpose()?)?;
    out.line(format!("Promise {} is kept.", args.number));
    give_promise(args.number, desk, out)
}

pub(super) fn revise_due(
    args: &Revise,
    session: &Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let due = parse_due(&args.due, desk)?;
    let shows = args.evidence.as_deref().map(|e| read_evidence(e, session));
    let shows = shows.transpose()?;
    revise_promise(desk, args.number, due, &args.because, shows.as_ref())?;
    let due = show_due(due, desk.clock.now, desk);
    out.line(format!("Promise {} is due {due}.", args.number));
    out.line(who_is_told(args.number, desk));
    give_promise(args.number, desk, out)
}

pub(super) fn withdraw_one(
    args: &Withdraw,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    withdraw_promise(desk, args.number, &args.because)?;
    out.line(format!("Promise {} is taken back.", args.number));
    out.line(who_is_told(args.number, desk));
    give_promise(args.number, desk, out)
}

pub(super) fn carry_over(
    args: &CarryOver,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let due = args.due.as_deref().map(|t| parse_due(t, desk));
    carry_promise_over(desk, args.number, &args.to, due.transpose()?)?;
    let (number, to) = (args.number, &args.to);
    out.line(format!("Promise {number} is carried over to {to}."));
    if args.due.is_some() {
        out.line(who_is_told(number, desk));
    }
    give_promise(number, desk, out)
}

/// Who has to be told that a promise is another now, and how.
fn who_is_told(number: u32, desk: &Snapshot) -> String {
    let promise = desk.state.promise_no(number);
    let heard = promise.is_some_and(|p| p.last_told_due().is_some());
    // By a merge it belongs to another incident now.
    let keeper = promise
        .and_then(|p| p.carried_over.as_ref())
        .map(|(_, to)| to);
    let merged = keeper.filter(|to| desk.state.incidents.contains_key(*to));
    let incident = merged.or_else(|| promise.and_then(|p| p.incident.as_ref()));
    match (heard, incident) {
        (true, Some(id)) => {
            format!("Those who heard it have to be told: saydo statement issue {id}")
        }
        (true, None) => {
            "No statement speaks of it any more: tell those who heard it yourself.".into()
        }
        (false, _) => "No statement said it: tell the one to whom it was promised.".into(),
    }
}

/// Words, or a file that is kept by its digest.
fn read_evidence(text: &str, session: &Session) -> Result<Evidence, Trouble> {
    let path = Path::new(text);
    if !path.is_file() {
        return Ok(Evidence {
            text: text.to_owned(),
            file: None,
        });
    }
    let digest = match &session.place {
        RecordSource::Folder { .. } => session.workspace_folder()?.keep_evidence(path)?,
        RecordSource::Handed { .. } => sha256(&read_bytes_up_to(path, MAX_EVIDENCE)?),
    };
    let name = path.file_name().and_then(|n| n.to_str()).unwrap_or("file");
    Ok(Evidence {
        text: name.to_owned(),
        file: Some(digest),
    })
}
