//! Holds what a scenario expects against the record. It runs no command.

use crate::cli::next_step::write_advice;
use crate::cli::output::Output;
use crate::cli::scenario::file::Expectation;
use crate::cli::session::{Session, Which};
use crate::cli::trouble::Trouble;
use crate::desk::Journal;
use crate::desk::Snapshot;
use crate::desk::core::incident_facts::derive_facts;
use crate::desk::due::due_items::find_due_items;
use crate::desk::promise::ledger::{list_ledger, stock_today};
use crate::desk::statement::draft::draft_several;
use crate::desk::statement::review_issued::{last_statement, prepare_points};
use crate::desk::statement::verdicts::judge_statement;
use crate::domain::base::lang::Lang;
use crate::domain::facts::fact::FactEntry;
use crate::domain::speech::composer::Wanted;
use crate::domain::speech::draft::Draft;
use crate::domain::speech::still_true::Verdict;

/// What of an expectation does not hold, in words.
///
/// # Errors
/// When the incident that it names is not there.
pub(crate) fn expect_all(
    e: &Expectation,
    journal: &mut Journal,
    session: &Session,
) -> Result<Vec<String>, Trouble> {
    let audience = journal.audience_or_default(e.audience.as_deref());
    let mut failures = Vec::new();
    let issued = journal.state.statements.len();
    if e.statements.is_some_and(|n| n != issued) {
        let n = e.statements.unwrap_or_default();
        failures.push(format!("{issued} statements were issued, not {n}"));
    }
    expect_ledger(e, journal, &mut failures)?;
    if !is_about_incident(e) {
        return Ok(failures);
    }
    let named = e.incident.iter().flat_map(|i| i.split_whitespace());
    let which = Which {
        incidents: named.map(str::to_owned).collect(),
        ..Which::default()
    };
    let ids = session.find_incidents(journal, &which)?;
    for id in &ids {
        journal.read_closed(id)?;
    }
    expect_facts(e, journal, &ids[0], &audience, &mut failures)?;
    expect_draft(e, journal, &ids, &audience, &mut failures)?;
    expect_said(e, journal, &ids[0], &audience, &mut failures)?;
    expect_points(e, journal, &ids, &mut failures)?;
    Ok(failures)
}

fn is_about_incident(e: &Expectation) -> bool {
    let lists = [
        &e.said,
        &e.not_said,
        &e.withheld,
        &e.contains,
        &e.lacks,
        &e.points,
        &e.points_lack,
    ];
    e.fact.is_some()
        || e.may_issue.is_some()
        || e.no_longer_true.is_some()
        || lists.iter().any(|l| !l.is_empty())
}

fn expect_ledger(
    e: &Expectation,
    desk: &Snapshot,
    failures: &mut Vec<String>,
) -> Result<(), Trouble> {
    if let Some(n) = e.promises
        && desk.state.promises.len() != n
    {
        failures.push(format!(
            "the ledger holds {} promises, not {n}",
            desk.state.promises.len()
        ));
    }
    if let Some(number) = e.promise {
        let ledger = list_ledger(desk)?;
        match ledger.iter().find(|p| p.promise.made.number == number) {
            None => failures.push(format!("there is no promise {number}")),
            Some(found) => {
                let state = found.standing.token();
                if e.state.as_ref().is_some_and(|wanted| wanted != state) {
                    failures.push(format!("promise {number} is {state}: {}", found.why));
                }
                let due = found.promise.current_due().due.to_string();
                if e.due.as_ref().is_some_and(|wanted| *wanted != due) {
                    failures.push(format!("promise {number} is due {due}"));
                }
            }
        }
    }
    if let Some(resource) = &e.resource {
        let left = stock_today(desk, resource)?.amount_left();
        if e.left.is_some_and(|wanted| wanted != left) {
            failures.push(format!("{left} {resource} are left"));
        }
    }
    if !e.due_now.is_empty() || !e.not_due_now.is_empty() {
        let due = find_due_items(desk, chrono::Duration::minutes(30))?;
        let has = |kind: &String| due.iter().any(|d| d.kind.token() == kind);
        let shown: Vec<&str> = due.iter().map(|d| d.what.as_str()).collect();
        let shown = shown.join("; ");
        failures.extend(
            e.due_now
                .iter()
                .filter(|k| !has(k))
                .map(|k| format!("nothing {k} is due: {shown}")),
        );
        failures.extend(
            e.not_due_now
                .iter()
                .filter(|k| has(k))
                .map(|k| format!("{k} is due: {shown}")),
        );
    }
    Ok(())
}

fn expect_facts(
    e: &Expectation,
    desk: &Snapshot,
    id: &str,
    audience: &str,
    failures: &mut Vec<String>,
) -> Result<(), Trouble> {
    let Some(path) = &e.fact else { return Ok(()) };
    let facts = derive_facts(desk, id, audience)?;
    let counted = path
        .strip_suffix(".count")
        .and_then(|list| match facts.value(list) {
            Some(crate::domain::base::value::Value::List(l)) => Some(l.len().to_string()),
            _ => None,
        });
    let found = match facts.entry(path) {
        None if counted.is_some() => counted.unwrap_or_default(),
        Some(FactEntry::Known(f)) => f.value.to_plain_text(),
        Some(FactEntry::Stale { .. }) => "stale".into(),
        _ => "unknown".into(),
    };
    match &e.is {
        Some(wanted) if found != *wanted => {
            failures.push(format!("{path} is {found}, not {wanted}"))
        }
        None if matches!(found.as_str(), "stale" | "unknown") => {
            failures.push(format!("{path} is {found}"))
        }
        _ => {}
    }
    Ok(())
}

fn expect_draft(
    e: &Expectation,
    desk: &Snapshot,
    ids: &[String],
    audience: &str,
    failures: &mut Vec<String>,
) -> Result<(), Trouble> {
    let wanted = Wanted::of_text(e.text.as_deref());
    let looked = draft_several(desk, ids, audience, desk.clock.now, wanted)?;
    let draft = &looked.draft;
    let has = |line: &String| draft.lines.iter().any(|l| l.said.id == *line);
    failures.extend(
        e.said
            .iter()
            .filter(|l| !has(l))
            .map(|l| format!("line \"{l}\" is not said")),
    );
    failures.extend(
        e.not_said
            .iter()
            .filter(|l| has(l))
            .map(|l| format!("line \"{l}\" is said")),
    );
    let held = |line: &String| draft.withheld.iter().any(|w| w.line == *line);
    failures.extend(
        e.withheld
            .iter()
            .filter(|l| !held(l))
            .map(|l| format!("line \"{l}\" is not withheld")),
    );
    expect_texts(e, draft, failures);
    if let Some(wanted) = e.may_issue
        && looked.findings.is_empty() != wanted
    {
        let why = looked
            .findings
            .first()
            .map(|f| write_advice(&f.what))
            .unwrap_or_default();
        failures.push(format!(
            "the gate {} the draft {why}",
            if wanted { "refuses" } else { "passes" }
        ));
    }
    Ok(())
}

fn expect_said(
    e: &Expectation,
    desk: &Snapshot,
    id: &str,
    audience: &str,
    failures: &mut Vec<String>,
) -> Result<(), Trouble> {
    let Some(wanted) = &e.no_longer_true else {
        return Ok(());
    };
    let Some(last) = last_statement(desk, id, audience) else {
        failures.push("nothing has been issued".into());
        return Ok(());
    };
    let verdicts = judge_statement(desk, last)?;
    let gone: Vec<&str> = last
        .statement
        .lines()
        .iter()
        .zip(&verdicts)
        .filter(|(_, v)| **v != Verdict::Holds)
        .map(|(l, _)| l.id.as_str())
        .collect();
    for line in wanted.iter().filter(|w| !gone.contains(&w.as_str())) {
        failures.push(format!("line \"{line}\" of the last statement still holds"));
    }
    if wanted.is_empty() && !gone.is_empty() {
        failures.push(format!("no longer true: {}", gone.join(", ")));
    }
    Ok(())
}

fn expect_points(
    e: &Expectation,
    desk: &Snapshot,
    ids: &[String],
    failures: &mut Vec<String>,
) -> Result<(), Trouble> {
    if e.points.is_empty() && e.points_lack.is_empty() {
        return Ok(());
    }
    let role = e.role.clone().unwrap_or_else(|| "call-centre".into());
    let mut out = Output::new();
    out.width = 100_000;
    for lang in Lang::ALL {
        let points = prepare_points(desk, ids, &role)?;
        crate::cli::commands::points::show_points(&mut out, &points, desk, lang);
    }
    failures.extend(
        e.points
            .iter()
            .filter(|w| !out.text.contains(w.as_str()))
            .map(|w| format!("\"{w}\" is not in the talking points")),
    );
    failures.extend(
        e.points_lack
            .iter()
            .filter(|w| out.text.contains(w.as_str()))
            .map(|w| format!("\"{w}\" is in the talking points")),
    );

    Ok(())
}

/// What the renditions of a draft have to contain, and what not.
fn expect_texts(e: &Expectation, draft: &Draft, failures: &mut Vec<String>) {
    let texts: Vec<(String, &String)> = draft
        .renditions
        .iter()
        .map(|r| (format!("{}.{}", r.channel, r.lang), &r.text))
        .filter(|(name, _)| e.place.as_ref().is_none_or(|p| p == name))
        .collect();
    if let Some(place) = &e.place
        && texts.is_empty()
    {
        failures.push(format!("there is no rendition {place}"));
    }
    for wanted in &e.contains {
        if !texts.iter().any(|(_, t)| t.contains(wanted.as_str())) {
            let shown: Vec<String> = texts
                .iter()
                .take(1)
                .map(|(n, t)| format!("{n}: {t}"))
                .collect();
            failures.push(format!(
                "\"{wanted}\" is not in the draft. {}",
                shown.join(" ")
            ));
        }
    }
    for unwanted in &e.lacks {
        for (name, _) in texts.iter().filter(|(_, t)| t.contains(unwanted.as_str())) {
            failures.push(format!("\"{unwanted}\" is in {name}"));
        }
    }
}
