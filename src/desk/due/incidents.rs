//! What is due on an open incident: notices, lines that are no longer true, work, facts that are too old. It changes nothing.

use crate::domain::base::next_step::NextStep;
use crate::domain::base::phase::Phase;
use std::collections::BTreeSet;

use chrono::Duration;

use crate::desk::core::incident_facts::derive_facts;
use crate::desk::due::item::{DueItem, DueKind, ago};
use crate::desk::incident::close::{find_untold, told_audiences};
use crate::desk::promise::ledger::list_open_promises;
use crate::desk::statement::review_issued::last_statement;
use crate::desk::statement::verdicts::judge_statement_with;
use crate::desk::{DeskError, Snapshot};
use crate::domain::base::time::At;
use crate::domain::base::value::Value;
use crate::domain::facts::fact::{FactEntry, Facts};
use crate::domain::speech::still_true::Verdict;
use crate::domain::state::incident::Incident;

/// Something that is due on an incident: kind, key, in words, the next step.
type Add<'a> = dyn FnMut(DueKind, String, String, NextStep) + 'a;

/// An open incident with its facts to customers.
struct OpenIncident<'a> {
    snapshot: &'a Snapshot,
    incident: &'a Incident,
    facts: Facts,
    /// How long before its time something counts as due.
    within: Duration,
    /// To say what is due to be said.
    issue: NextStep,
}

pub(in crate::desk) fn add_incident(
    snapshot: &Snapshot,
    incident: &Incident,
    within: Duration,
    items: &mut Vec<DueItem>,
) -> Result<(), DeskError> {
    let id = &incident.id;
    let looked = OpenIncident {
        snapshot,
        incident,
        facts: derive_facts(snapshot, id, snapshot.default_audience())?,
        within,
        issue: NextStep::IssueStatement {
            incidents: vec![id.clone()],
        },
    };
    let mut add = |kind: DueKind, key: String, what: String, step: NextStep| {
        items.push(DueItem {
            kind,
            key,
            incident: Some(id.clone()),
            what,
            step,
        });
    };
    // A text beside the notice is none: a brief for management tells no customer.
    let said = incident.statements.iter();
    let said = said.filter_map(|n| snapshot.state.find_statement(*n));
    let notices = said.filter(|s| s.statement.text.is_none());
    let audiences: BTreeSet<&str> = notices.map(|s| s.statement.audience.as_str()).collect();
    if audiences.is_empty() {
        add_first_notice(&looked, &mut add);
    }
    for audience in &audiences {
        add_untrue_lines(&looked, audience, &mut add)?;
    }
    add_rollback(&looked, &mut add);
    add_end_of_work(&looked, &mut add);
    add_end_of_incident(&looked, &mut add)?;
    add_stale_facts(&looked, &mut add);
    Ok(())
}

fn add_first_notice(looked: &OpenIncident<'_>, add: &mut Add<'_>) {
    let (id, now) = (&looked.incident.id, looked.snapshot.clock.now);
    if let Some(Value::Instant(m)) = looked.facts.value("first_notice_due")
        && m.at - now <= looked.within
    {
        let (kind, when) = if m.at < now {
            (
                DueKind::FirstNoticeLate,
                format!("was due {} ago", ago(m.at, now)),
            )
        } else {
            (
                DueKind::FirstNotice,
                format!("is due in {}", ago(now, m.at)),
            )
        };
        let late = m.at < now;
        add(
            kind,
            format!("first-notice:{id}:{late}"),
            format!("{id}: nothing has been issued, and the first notice {when}"),
            looked.issue.clone(),
        );
    }
}

fn add_untrue_lines(
    looked: &OpenIncident<'_>,
    audience: &str,
    add: &mut Add<'_>,
) -> Result<(), DeskError> {
    let (snapshot, id) = (looked.snapshot, &looked.incident.id);
    let Some(last) = last_statement(snapshot, id, audience) else {
        return Ok(());
    };
    let number = last.statement.number;
    let verdicts = judge_statement_with(snapshot, last, id, &looked.facts)?;
    for (line, verdict) in last.statement.lines().iter().zip(verdicts) {
        let since = match verdict {
            Verdict::Holds => continue,
            // The ledger says when an update is late.
            Verdict::Lapsed { path, .. } if path == "next_update" => continue,
            Verdict::Changed {
                by: Some(seq),
                path,
                now,
            } => {
                format!("since event {seq} ({path} is now {})", or_none(&now))
            }
            Verdict::Changed {
                by: None,
                path,
                now,
            } => format!("{path} is now {}", or_none(&now)),
            Verdict::Lapsed { path, at: Some(at) } => {
                format!("since {} ({path} has lapsed)", snapshot.local_time(at))
            }
            Verdict::Lapsed { path, at: None } => format!("{path} has lapsed"),
        };
        let it = line
            .it
            .as_ref()
            .map(|i| format!(" ({i})"))
            .unwrap_or_default();
        add(
            DueKind::Untrue,
            format!("untrue:{number}:{}{it}", line.id),
            format!(
                "statement {number} to {audience} is no longer true: `{}`{it}, {since}",
                line.id
            ),
            looked.issue.clone(),
        );
    }
    Ok(())
}

fn add_stale_facts(looked: &OpenIncident<'_>, add: &mut Add<'_>) {
    let (id, facts) = (&looked.incident.id, &looked.facts);
    let stale: Vec<&str> = facts
        .facts
        .iter()
        .filter(|(p, e)| matches!(e, FactEntry::Stale { .. }) && !p.starts_with("groups."))
        .map(|(p, _)| p.as_str())
        .collect();
    if !stale.is_empty() {
        let shown = stale.iter().take(3).copied().collect::<Vec<_>>().join(", ");
        let more = match stale.len() {
            n if n > 3 => format!(" and {} more", n - 3),
            _ => String::new(),
        };
        add(
            DueKind::Stale,
            format!("stale:{id}"),
            format!("{id}: too old to be said: {shown}{more}"),
            NextStep::ConfirmAgain,
        );
    }
}

fn instant_of(looked: &OpenIncident<'_>, path: &str) -> Option<At> {
    match looked.facts.value(path) {
        Some(Value::Instant(m)) => Some(m.at),
        _ => None,
    }
}

/// Work of ours near the point from which it could not go back in time.
fn add_rollback(looked: &OpenIncident<'_>, add: &mut Add<'_>) {
    let (id, now) = (&looked.incident.id, looked.snapshot.clock.now);
    let phase = looked.facts.phase();
    if let Some(point) = instant_of(looked, "rollback_point")
        && matches!(phase, Some(Phase::InWork | Phase::Planned))
        && point - now <= looked.within
    {
        let when = if point < now {
            format!("was {} ago", ago(point, now))
        } else {
            format!("is in {}", ago(now, point))
        };
        add(
            DueKind::Rollback,
            format!("rollback:{id}"),
            format!("{id}: the rollback point {when}; go on or go back"),
            NextStep::NoteOverrun {
                incident: id.clone(),
            },
        );
    }
}

/// Work of ours near its end or past it, and a soak time that is over.
fn add_end_of_work(looked: &OpenIncident<'_>, add: &mut Add<'_>) {
    let (id, now) = (&looked.incident.id, looked.snapshot.clock.now);
    let phase = looked.facts.phase();
    if let Some(end) = instant_of(looked, "planned_end") {
        if phase == Some(Phase::Overrun) {
            add(
                DueKind::WorkOver,
                format!("work-over:{id}"),
                format!(
                    "{id}: planned work ended {} ago and is not finished",
                    ago(end, now)
                ),
                looked.issue.clone(),
            );
        } else if phase == Some(Phase::InWork) && end - now <= looked.within {
            add(
                DueKind::WorkEnding,
                format!("work-ending:{id}"),
                format!("{id}: planned work ends in {}", ago(now, end)),
                NextStep::NoteWorkDone,
            );
        }
    }
    if phase == Some(Phase::UnderWatch)
        && let Some(until) = instant_of(looked, "watch_until")
        && until <= now
    {
        add(
            DueKind::Soaked,
            format!("soaked:{id}"),
            format!(
                "{id}: the soak time is over since {} min; one more own check",
                (now - until).num_minutes()
            ),
            NextStep::ConfirmAgain,
        );
    }
}

/// What audiences beside the customers heard, by a notice or a text beside it, and have not been told is not so any more.
fn list_untold_others(looked: &OpenIncident<'_>) -> Result<Vec<(String, String)>, DeskError> {
    let (snapshot, id) = (looked.snapshot, &looked.incident.id);
    let mut all = Vec::new();
    for audience in told_audiences(snapshot, id) {
        if audience == snapshot.default_audience() {
            continue;
        }
        if let Some(what) = find_untold(&derive_facts(snapshot, id, &audience)?) {
            all.push((audience, what));
        }
    }
    Ok(all)
}

/// What those who heard something were not told, and an incident that is done.
fn add_end_of_incident(looked: &OpenIncident<'_>, add: &mut Add<'_>) -> Result<(), DeskError> {
    let id = &looked.incident.id;
    let untold = find_untold(&looked.facts);
    if let Some(what) = &untold {
        add(
            DueKind::Untold,
            format!("untold:{id}:{what}"),
            format!("{id}: those who heard it have not been told: {what}"),
            looked.issue.clone(),
        );
    }
    let others = list_untold_others(looked)?;
    for (audience, what) in &others {
        add(
            DueKind::Untold,
            format!("untold:{id}:{audience}:{what}"),
            format!("{id}: {audience} have not been told: {what}"),
            NextStep::IssueTo {
                incident: id.clone(),
                audience: audience.clone(),
            },
        );
    }
    let is_free = || {
        untold.is_none()
            && others.is_empty()
            && list_open_promises(looked.snapshot, id).is_ok_and(|p| p.is_empty())
    };
    if let Some(phase) = looked.facts.phase().filter(|p| p.is_over())
        && is_free()
    {
        add(
            DueKind::CanClose,
            format!("can-close:{id}"),
            format!("{id}: {phase}; it can be closed"),
            NextStep::CloseIncident {
                incident: id.clone(),
            },
        );
    }
    Ok(())
}

/// An empty list reads as a hole in the sentence otherwise.
fn or_none(value: &str) -> &str {
    match value.is_empty() {
        true => "none",
        false => value,
    }
}
