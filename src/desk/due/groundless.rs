//! Promises that stand and have nothing behind them any more: what was decided was taken back, or more is reserved than there
//! is. It withdraws none: what people were told holds until somebody says otherwise.

use crate::desk::core::incident_facts::{derive_facts, playbook_of_incident};
use crate::desk::due::item::{DueItem, DueKind};
use crate::desk::promise::ledger::{list_ledger, promise_words};
use crate::desk::{DeskError, Snapshot};
use crate::domain::base::lang::Lang;
use crate::domain::base::next_step::NextStep;
use crate::domain::config::promise_kind::Per;
use crate::domain::facts::evaluator::Evaluator;
use crate::domain::ledger::offer::{needed_evidence, subject_of};
use crate::domain::ledger::stock::count_stock;
use crate::domain::ledger::verdict::PromiseStatus;
use crate::domain::state::promise::Promise;

pub(in crate::desk) fn add_groundless(
    snapshot: &Snapshot,
    items: &mut Vec<DueItem>,
) -> Result<(), DeskError> {
    for entry in list_ledger(snapshot)? {
        let p = entry.promise;
        let is_in_force = entry.standing == PromiseStatus::Open && entry.is_owed(&snapshot.state);
        if !is_in_force || p.made.per == Some(Per::Statement) {
            continue;
        }
        let Some(why) = find_undecided(snapshot, p)?.or(find_overdrawn(snapshot, p)?) else {
            continue;
        };
        let (number, name) = (p.made.number, promise_words(p, Lang::USUAL));
        items.push(DueItem {
            kind: DueKind::Groundless,
            key: format!("{}:{number}", DueKind::Groundless.token()),
            incident: p.incident.clone(),
            what: format!(
                "promise {number} ({name}) to {} stands, but {why}: see that it can be kept, or revise or withdraw it",
                p.made.audience
            ),
            step: NextStep::RevisePromise { number },
        });
    }
    Ok(())
}

/// What its kind needs and was decided by a noted fact, where that does not hold any more. The course of the repair is none
/// of it: a promise given when the place was known stands while the ship works.
fn find_undecided(snapshot: &Snapshot, p: &Promise) -> Result<Option<String>, DeskError> {
    let Some(incident) = &p.incident else {
        return Ok(None);
    };
    let playbook = playbook_of_incident(snapshot, incident)?;
    let Some(kind) = playbook.file.promises.get(&p.made.promise) else {
        return Ok(None);
    };
    let world = snapshot.world()?;
    let facts = derive_facts(snapshot, incident, &p.made.audience)?;
    let it = subject_of(kind, p.made.subject.as_deref());
    for need in needed_evidence(kind, &world.books.workspace.resources) {
        let Ok(tested) = snapshot.evaluator.test_condition(need, &facts, it) else {
            continue;
        };
        let mut reads = tested.reads.iter();
        let is_decision = reads.all(|path| playbook.file.facts.contains_key(path));
        if is_decision && tested.truth != Some(true) {
            return Ok(Some(format!("`{need}` does not hold any more")));
        }
    }
    Ok(None)
}

/// More of what it takes is reserved than there is.
fn find_overdrawn(snapshot: &Snapshot, p: &Promise) -> Result<Option<String>, DeskError> {
    let (world, now) = (snapshot.world()?, snapshot.clock.now);
    let workspace = &world.books.workspace;
    let day = p.current_due().due.local_day(workspace.zone);
    for used in &p.made.uses {
        let Some(resource) = workspace.resources.get(&used.resource) else {
            continue;
        };
        let name = &used.resource;
        let found = count_stock(world, &snapshot.evaluator, now, name, resource, day, None);
        let taken = found.reserved.saturating_add(found.used);
        if found.is_known && taken > found.stock {
            return Ok(Some(format!(
                "{taken} {name} are reserved or used and there are {}",
                found.stock
            )));
        }
    }
    Ok(None)
}
