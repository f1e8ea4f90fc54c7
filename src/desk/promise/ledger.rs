//! The ledger of promises and the stock that they use, as the record has them now. It makes and settles no promise.

use crate::desk::{DeskError, Journal, Snapshot};
use crate::domain::admission::refusal::Refusal;
use crate::domain::base::lang::Lang;
use crate::domain::base::link::Source;
use crate::domain::base::next_step::{Advice, NextStep, ReportWanted};
use crate::domain::base::suggest::suggest_nearest;
use crate::domain::base::time::When;
use crate::domain::config::promise_kind::{ATTESTED, NEXT_STATEMENT, Per};
use crate::domain::ledger::promise_facts;
use crate::domain::ledger::stock::{Stock, count_stock};
use crate::domain::ledger::verdict;
use crate::domain::ledger::verdict::JudgedPromise as LedgerEntry;
use crate::domain::record::payload::EventPayload;
use crate::domain::record::promise_event::Evidence;
use crate::domain::record::stock_event::StockEvent;
use crate::domain::state::fold::State;
use crate::domain::state::promise::Promise;

pub(in crate::desk) fn refused(what: impl Into<String>, hints: Vec<Advice>) -> DeskError {
    DeskError::NotBacked {
        what: what.into(),
        hints,
    }
}

/// The verdict on every promise.
///
/// # Errors
/// When nothing has been adopted.
pub fn list_ledger(snapshot: &Snapshot) -> Result<Vec<LedgerEntry<'_>>, DeskError> {
    let world = snapshot.world()?;
    Ok(verdict::judge_promises(
        world,
        &snapshot.evaluator,
        snapshot.clock.now,
        &|_| true,
    ))
}

/// What is there of a resource today, or on another day.
///
/// # Errors
/// When nothing has been adopted or there is no such resource.
pub fn stock_today(snapshot: &Snapshot, name: &str) -> Result<Stock, DeskError> {
    let zone = snapshot.world()?.books.workspace.zone;
    stock_on_day(
        snapshot,
        name,
        snapshot.clock.now.with_timezone(&zone).date_naive(),
    )
}

/// What is there of a resource; of a rate, on this local day.
///
/// # Errors
/// When nothing has been adopted or there is no such resource.
pub fn stock_on_day(
    snapshot: &Snapshot,
    name: &str,
    day: chrono::NaiveDate,
) -> Result<Stock, DeskError> {
    let world = snapshot.world()?;
    let all = &world.books.workspace.resources;
    let resource = all.get(name).ok_or_else(|| {
        let near = suggest_nearest(name, all.keys().map(String::as_str));
        Refusal::new(
            format!("saydo.yaml has no resource \"{name}\"{near}"),
            NextStep::ListResources.after("see: "),
        )
    })?;
    let now = snapshot.clock.now;
    Ok(count_stock(
        world,
        &snapshot.evaluator,
        now,
        name,
        resource,
        day,
        None,
    ))
}

/// Sets the stock of a resource, or adds to it.
///
/// # Errors
/// When there is no such resource, or the reason is missing.
pub fn record_stock(
    journal: &mut Journal,
    resource: &str,
    amount: u64,
    anew: bool,
    source: &Source,
    because: &str,
) -> Result<u64, DeskError> {
    let (resource, because) = (resource.to_owned(), because.to_owned());
    let source = source.clone();
    let payload = if anew {
        EventPayload::Stock(StockEvent::StockSet {
            resource,
            amount,
            source,
            because,
        })
    } else {
        EventPayload::Stock(StockEvent::StockAdded {
            resource,
            amount,
            source,
            because,
        })
    };
    let seqs = journal.record(|_| Ok(vec![(None, payload.clone())]))?;
    Ok(seqs.first().copied().unwrap_or_default())
}

/// The promises of an incident that are still owed, each with what settles it.
///
/// # Errors
/// When nothing has been adopted.
pub fn list_open_promises(snapshot: &Snapshot, incident: &str) -> Result<Vec<Advice>, DeskError> {
    let state = &snapshot.state;
    Ok(list_ledger(snapshot)?
        .iter()
        .filter(|e| e.promise.incident.as_deref() == Some(incident) && e.is_owed(state))
        .filter(|e| e.promise.carried_over.is_none())
        .map(|e| {
            let n = e.promise.made.number;
            let what = format!(
                "promise {n} ({}), due {}, is {}",
                promise_words(e.promise, Lang::USUAL),
                match e.promise.current_due().due {
                    When::At(at) => snapshot.local_time(at),
                    day => day.to_string(),
                },
                e.standing.token()
            );
            settling_step(e, state).after(format!("{what}: "))
        })
        .collect())
}

/// What a promise is called, with what it is about.
pub fn promise_words(promise: &Promise, lang: Lang) -> String {
    let made = &promise.made;
    let name = if made.names.is_empty() {
        made.promise.clone()
    } else {
        made.names.get_or_any(lang).to_owned()
    };
    match &made.subject {
        Some(subject) => format!("{name}, {subject}"),
        None => name,
    }
}

/// What settles a promise, or the next step towards it.
pub fn settling_step(entry: &LedgerEntry<'_>, state: &State) -> NextStep {
    let promise = entry.promise;
    let number = promise.made.number;
    if promise.carried_over.is_some() {
        return NextStep::KeepPromise { number };
    }
    let usual = match promise.made.per {
        Some(Per::Statement) => NEXT_STATEMENT,
        None if promise.made.subject.is_none() => NEXT_STATEMENT,
        None => "up",
        _ => ATTESTED,
    };
    match promise.made.kept_when.as_deref().unwrap_or(usual) {
        NEXT_STATEMENT => {
            let mut incidents = unmentioned_incidents(promise, state);
            if incidents.is_empty() {
                incidents.push(promise.incident.clone().unwrap_or_default());
            }
            NextStep::IssueStatement { incidents }
        }
        ATTESTED => NextStep::KeepPromise { number },
        "up" => {
            let scope = promise
                .incident
                .as_ref()
                .and_then(|i| state.incidents.get(i))
                .map(|i| i.links_in_scope().join(","));
            let links = promise.made.subject.clone().or(scope).unwrap_or_default();
            NextStep::Report {
                links,
                what: ReportWanted::Up,
            }
        }
        _ => NextStep::ShowPromise { number },
    }
}

/// The open incidents of a statement that have not been spoken of since.
fn unmentioned_incidents(promise: &Promise, state: &State) -> Vec<String> {
    let Some(number) = promise.made.statement else {
        return Vec::new();
    };
    let own = state.find_statement(number);
    let incidents = own
        .map(|s| s.statement.incidents.clone())
        .unwrap_or_default();
    incidents
        .into_iter()
        .filter(|id| state.incidents.get(id).is_some_and(|i| i.is_open()))
        .filter(|id| {
            !state.statements.iter().any(|s| {
                s.statement.number > number
                    && s.statement.audience == promise.made.audience
                    && s.statement.incidents.contains(id)
            })
        })
        .collect()
}

/// Evidence in words for a table.
pub fn evidence_words(evidence: &Evidence) -> String {
    promise_facts::evidence_words(evidence)
}
