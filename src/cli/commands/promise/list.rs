//! `saydo promise list`: the ledger, the soonest first. It judges no promise.

use serde_json::{Value as Json, json};

use super::forms::{promise_json, show_due};
use crate::cli::output::Output;
use crate::cli::session::{Session, to_json};
use crate::cli::times;
use crate::cli::trouble::Trouble;
use crate::desk::promise::ledger::{list_ledger, promise_words};
use crate::desk::{Journal, Snapshot};
use crate::domain::base::lang::Lang;
use crate::domain::base::time::{At, Period};
use crate::domain::ledger::verdict::{JudgedPromise, PromiseStatus};

#[derive(Debug, clap::Args)]
pub struct List {
    /// Only what is still to be kept (this is what is shown when nothing else is asked for)
    #[arg(long)]
    pub open: bool,
    /// Only what falls due within this time, or is overdue: 2h
    #[arg(long, value_name = "TIME")]
    pub due: Option<Period>,
    /// Only what is overdue
    #[arg(long)]
    pub overdue: bool,
    /// Also what is settled
    #[arg(long)]
    pub all: bool,
    /// Only what this role or person keeps
    #[arg(long, value_name = "NAME")]
    pub owner: Option<String>,
    /// Only of this incident
    #[arg(long, value_name = "INCIDENT")]
    pub incident: Option<String>,
}

pub(super) fn list_promises(
    args: &List,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let incident = args
        .incident
        .as_deref()
        .map(|i| session.find_incident(desk, Some(i)))
        .transpose()?;
    let now = desk.clock.now;
    let ledger = list_ledger(desk)?.into_iter();
    let mut ledger: Vec<JudgedPromise<'_>> = ledger
        .filter(|e| is_asked_for(e, args, incident.as_ref(), desk))
        .collect();
    ledger.sort_by_key(|e| (!e.is_owed(&desk.state), e.ends, e.promise.made.number));
    let first = ledger.first().map(|e| &e.promise.incident);
    let is_several = ledger.iter().any(|e| Some(&e.promise.incident) != first);
    let rows: Vec<Vec<String>> = ledger
        .iter()
        .map(|e| list_row(e, is_several, session.lang, desk))
        .collect();
    if rows.is_empty() {
        let total = desk.state.promises.len();
        out.line(match total {
            0 => "Nothing has been promised yet. Kinds: saydo promise make".to_owned(),
            n => format!("No such promise ({n} in the ledger: saydo promise list --all)."),
        });
    } else {
        out.table(
            &["no", "promised", "to", "owner", "due", "state", "uses"],
            rows,
        );
    }
    let all: Vec<Json> = ledger.iter().map(promise_json).collect();
    out.json = json!({ "now": to_json(&now), "promises": all });
    Ok(0)
}

fn is_asked_for(
    e: &JudgedPromise<'_>,
    args: &List,
    incident: Option<&String>,
    desk: &Snapshot,
) -> bool {
    let (p, now) = (e.promise, desk.clock.now);
    let is_owed = e.is_owed(&desk.state);
    let is_of = |name: &String| {
        let holds = p
            .last_acceptor()
            .is_some_and(|h| h.eq_ignore_ascii_case(name));
        holds || p.keeper_name().eq_ignore_ascii_case(name)
    };
    let is_due_within = |d: Period| is_owed && e.ends - now <= d.to_duration();
    (args.all || is_owed)
        && args.due.is_none_or(is_due_within)
        && (!args.overdue || (is_owed && e.standing != PromiseStatus::Open))
        && (!args.open || is_owed)
        && args.owner.as_ref().is_none_or(is_of)
        && (incident.is_none() || p.incident.as_ref() == incident)
}

/// The cells of one promise; its incident is named where the list has several.
fn list_row(e: &JudgedPromise<'_>, is_several: bool, lang: Lang, desk: &Snapshot) -> Vec<String> {
    let (p, now) = (e.promise, desk.clock.now);
    let uses = p
        .uses
        .iter()
        .map(|u| format!("{} {}", u.amount, u.resource));
    let owner = match p.last_acceptor() {
        Some(holder) => format!("{} ({holder})", p.keeper_name()),
        None => p.keeper_name().to_owned(),
    };
    let words = promise_words(p, lang);
    let due = format!(
        "{} {}",
        show_due(p.current_due().due, now, desk),
        time_left(e, now)
    );
    vec![
        p.made.number.to_string(),
        match &p.incident {
            Some(id) if is_several => format!("{id}: {words}"),
            _ => words,
        },
        p.made.audience.clone(),
        owner,
        due.trim().to_owned(),
        e.standing.token().to_owned(),
        uses.collect::<Vec<_>>().join(", "),
    ]
}

/// In how long, or how long ago.
fn time_left(entry: &JudgedPromise<'_>, now: At) -> String {
    let seconds = (entry.ends - now).num_seconds();
    match entry.standing {
        PromiseStatus::Open => format!("in {}", times::format_length(seconds)),
        PromiseStatus::Overdue | PromiseStatus::Broken if seconds < 0 => {
            format!("{} ago", times::format_length(seconds))
        }
        _ => String::new(),
    }
}
