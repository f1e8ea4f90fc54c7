//! `saydo handover`: the sheet for a change of shift. It decides nothing about the promises on it.

use serde_json::{Value as Json, json};

use crate::cli::commands::promise;
use crate::cli::next_step::{write_due, write_step};
use crate::cli::output::Output;
use crate::cli::session::{Session, to_json, workspace_zone};
use crate::cli::times;
use crate::cli::trouble::Trouble;
use crate::desk::core::incident_facts::{derive_facts, playbook_of_incident};
use crate::desk::due::due_items::find_due_items;
use crate::desk::incident::handover::{hand_shift_over, take_shift_on};
use crate::desk::promise::ledger::{list_ledger, promise_words};
use crate::desk::statement::verdicts::judge_statement;
use crate::desk::{Journal, Snapshot};
use crate::domain::base::phase::Phase;
use crate::domain::facts::fact::FactEntry;
use crate::domain::facts::missing::MissingFact;
use crate::domain::speech::still_true::Verdict;
use crate::domain::state::incident::Incident;

/// The change of shift: what is promised, who was told what, what is due next, what is unknown
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Hand the shift over to this person, who takes it on with --accept
    #[arg(long, value_name = "NAME", conflicts_with = "accept")]
    pub to: Option<String>,
    /// Take on the shift that was handed to you, with its promises
    #[arg(long)]
    pub accept: bool,
}

/// Shows the sheet; hands the shift over or takes it on.
///
/// # Errors
/// When no shift waits, or the record cannot be written.
pub fn run(
    args: &Args,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    if args.accept {
        let count = take_shift_on(desk)?;
        let by = desk.clock.by.clone();
        out.line(format!(
            "{by} has taken on the shift with {count} promises."
        ));
    }
    let sheet = show_sheet(session, desk, out)?;
    let mut handed = Json::Null;
    if let Some(to) = &args.to {
        let event = hand_shift_over(desk, to)?;
        out.line("");
        out.line(format!(
            "Handed over to {to} (event {event}). {to} takes it on with: saydo handover --accept --as {to}"
        ));
        handed = json!({ "to": to, "event": event });
    }
    out.json = sheet;
    out.json["handed_over"] = handed;
    Ok(0)
}

/// Something that nobody has said yet: the incident, what it is, the command that would say it.
type Unknown = (String, String, String);

fn show_sheet(session: &Session, desk: &Snapshot, out: &mut Output) -> Result<Json, Trouble> {
    let now = desk.clock.now;
    out.line(format!(
        "Shift at {}",
        times::format_time(now, now, workspace_zone(desk))
    ));
    let promises = show_promised(session, desk, out)?;
    out.line("");
    out.line("TOLD");
    let mut told = Vec::new();
    let mut unknown: Vec<Unknown> = Vec::new();
    for incident in desk.state.open_incidents() {
        told.extend(show_told(incident, desk, out)?);
        unknown.extend(find_unknown(&incident.id, session, desk)?);
    }
    if desk.state.open_incidents().next().is_none() {
        out.line("  no incident is open");
    }
    let due = show_due(desk, out)?;
    show_unknown(&unknown, out);
    let unknown: Vec<Json> = unknown
        .iter()
        .map(|(i, w, c)| json!({ "incident": i, "what": w, "command": c }))
        .collect();
    Ok(
        json!({ "now": to_json(&now), "promises": promises, "told": told, "due": due, "unknown": unknown }),
    )
}

fn show_promised(
    session: &Session,
    desk: &Snapshot,
    out: &mut Output,
) -> Result<Vec<Json>, Trouble> {
    let ledger = list_ledger(desk)?.into_iter();
    let mut owed: Vec<_> = ledger.filter(|e| e.is_owed(&desk.state)).collect();
    owed.sort_by_key(|e| e.ends);
    out.line("");
    out.line(format!("PROMISED, open: {}", owed.len()));
    for e in &owed {
        let p = e.promise;
        let who = p.last_acceptor().unwrap_or("nobody yet");
        out.item(
            &format!("  {:>3}  ", p.made.number),
            &format!(
                "{} to {}, due {} ({}); {} / {who}",
                promise_words(p, session.lang),
                p.made.audience,
                promise::show_due(p.current_due().due, desk.clock.now, desk),
                e.standing.token(),
                p.keeper_name()
            ),
        );
    }
    Ok(owed.iter().map(promise::promise_json).collect())
}

/// The last statement to each audience, and whether it still holds.
fn show_told(incident: &Incident, desk: &Snapshot, out: &mut Output) -> Result<Vec<Json>, Trouble> {
    let mut audiences: Vec<&str> = Vec::new();
    let mut told = Vec::new();
    for issued in desk.state.statements.iter().rev() {
        let s = &issued.statement;
        if !s.incidents.contains(&incident.id) || audiences.contains(&s.audience.as_str()) {
            continue;
        }
        audiences.push(&s.audience);
        let verdicts = judge_statement(desk, issued)?;
        let wrong = verdicts.iter().filter(|v| **v != Verdict::Holds).count();
        let state = match wrong {
            0 => "holds".to_owned(),
            n => format!("{n} sentences no longer hold"),
        };
        let at = times::format_time(s.as_of, desk.clock.now, workspace_zone(desk));
        let (id, number, by) = (&incident.id, s.number, &issued.by);
        out.item(
            "  ",
            &format!(
                "{id}: {} heard statement {number} at {at} by {by}; {state}",
                s.audience
            ),
        );
        told.push(json!({
            "incident": incident.id, "audience": s.audience, "statement": s.number,
            "as_of": to_json(&s.as_of), "no_longer_true": wrong,
        }));
    }
    if audiences.is_empty() {
        out.line(format!("  {}: nobody has been told anything", incident.id));
    }
    Ok(told)
}

/// What the playbook asks for and nobody has said: noted facts, and what stands in the way of the end.
fn find_unknown(id: &str, session: &Session, desk: &Snapshot) -> Result<Vec<Unknown>, Trouble> {
    let facts = derive_facts(desk, id, desk.default_audience())?;
    let playbook = playbook_of_incident(desk, id)?;
    let asked = playbook
        .file
        .facts
        .keys()
        .filter_map(|name| match facts.entry(name) {
            Some(FactEntry::Unknown { lack } | FactEntry::Stale { lack, .. }) => Some(lack),
            _ => None,
        });
    let phase = facts.known_fact(Phase::PATH).map(|f| f.lacks.as_slice());
    let lacks = asked.chain(phase.unwrap_or_default());
    let command = |lack: &MissingFact| lack.step.as_ref().map(write_step).unwrap_or_default();
    let words = |lack: &MissingFact| lack.what.get_or_any(session.lang).to_owned();
    Ok(lacks
        .map(|lack| (id.to_owned(), words(lack), command(lack)))
        .collect())
}

fn show_due(desk: &Snapshot, out: &mut Output) -> Result<Json, Trouble> {
    out.line("");
    out.line("DUE NEXT (8 h)");
    let due = find_due_items(desk, chrono::Duration::hours(8))?;
    if due.is_empty() {
        out.line("  nothing");
    }
    for item in due.iter().take(12) {
        out.item("  ", &format!("{}: {}", item.what, write_step(&item.step)));
    }
    Ok(write_due(&due))
}

fn show_unknown(unknown: &[Unknown], out: &mut Output) {
    out.line("");
    out.line("UNKNOWN");
    if unknown.is_empty() {
        out.line("  nothing that the playbooks ask for");
    }
    for (incident, what, command) in unknown.iter().take(15) {
        out.item("  ", &format!("{incident}: {what}: {command}"));
    }
}
