//! What is due now, for cron: the worst first, each with the command that does it. It does nothing about them but note what
//! was said.

use crate::domain::base::next_step::NextStep;
use std::cell::RefCell;
use std::collections::BTreeSet;

use chrono::Duration;

use crate::desk::core::incident_facts::derive_facts;
use crate::desk::due::deliveries::add_undelivered;
use crate::desk::due::groundless::add_groundless;
use crate::desk::due::incidents::add_incident;
use crate::desk::due::item::{DueItem, DueKind, ago};
use crate::desk::due::notices::add_notices;
use crate::desk::due::promises::add_promises;
use crate::desk::due::undeclared::add_undeclared;
use crate::desk::incident::close::{find_untold, told_audiences};
use crate::desk::publishing::witness::list_due_witnesses;
use crate::desk::statement::approve::list_pending;
use crate::desk::{DeskError, Journal, Snapshot};
use crate::domain::record::payload::EventPayload;
use crate::domain::record::record_event::RecordEvent;

/// What a `tick` found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ticked {
    /// Everything that is due, the worst first.
    pub due: Vec<DueItem>,
    /// Those that are said now: not said before, or long ago.
    pub said: Vec<DueItem>,
}

/// Finds what is due and appends what is said now.
///
/// # Errors
/// When the record cannot be read or written.
pub fn record_reminders(
    journal: &mut Journal,
    within: Duration,
    remind_every: Duration,
) -> Result<Ticked, DeskError> {
    let found = RefCell::new(Ticked::default());
    journal.record(|snapshot| {
        let due = find_due_items(snapshot, within)?;
        let is_new = |item: &DueItem| {
            let last = snapshot.state.reminded.get(&item.key);
            last.is_none_or(|at| snapshot.clock.now - *at >= remind_every)
        };
        let said: Vec<DueItem> = due.iter().filter(|i| is_new(i)).cloned().collect();
        let keys: Vec<String> = said.iter().map(|i| i.key.clone()).collect();
        found.replace(Ticked { due, said });
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        Ok(vec![(
            None,
            EventPayload::Record(RecordEvent::Reminded { keys }),
        )])
    })?;
    Ok(found.into_inner())
}

/// Closed incidents of which people were told something that an entry taken back since has shown to be wrong.
fn add_owed_after_closing(snapshot: &Snapshot, items: &mut Vec<DueItem>) -> Result<(), DeskError> {
    for incident in snapshot.state.corrected_since_closing() {
        for audience in told_audiences(snapshot, &incident.id) {
            let facts = derive_facts(snapshot, &incident.id, &audience)?;
            let Some(what) = find_untold(&facts) else {
                continue;
            };
            items.push(DueItem {
                kind: DueKind::Owed,
                key: format!("owed:{}:{audience}", incident.id),
                incident: Some(incident.id.clone()),
                what: format!(
                    "{} is closed, and {audience} were told of it what is not so: {what}: correct it",
                    incident.id
                ),
                step: NextStep::IssueTo {
                    incident: incident.id.clone(),
                    audience,
                },
            });
        }
    }
    Ok(())
}

/// Places outside that have not had the head of the record for too long.
fn add_witnesses(snapshot: &Snapshot, items: &mut Vec<DueItem>) {
    for (outlet, since) in list_due_witnesses(snapshot) {
        let for_how_long = since.map_or("ever".to_owned(), |s| ago(s, snapshot.clock.now));
        items.push(DueItem {
            kind: DueKind::Witness,
            key: format!("witness:{outlet}"),
            incident: None,
            what: format!("the head of the record has not gone to {outlet} for {for_how_long}"),
            step: NextStep::SendWitness,
        });
    }
}

/// Everything that is due, the worst first.
///
/// # Errors
/// When facts cannot be derived.
pub fn find_due_items(snapshot: &Snapshot, within: Duration) -> Result<Vec<DueItem>, DeskError> {
    if snapshot.books.is_none() {
        return Ok(Vec::new());
    }
    let mut items = Vec::new();
    add_promises(snapshot, within, &mut items)?;
    add_groundless(snapshot, &mut items)?;
    for incident in snapshot.state.open_incidents() {
        add_incident(snapshot, incident, within, &mut items)?;
    }
    add_undeclared(snapshot, &mut items)?;
    add_owed_after_closing(snapshot, &mut items)?;
    add_shift(snapshot, &mut items);
    for s in list_pending(snapshot) {
        items.push(DueItem {
            kind: DueKind::Approval,
            key: format!("approval:{}", s.draft),
            incident: s.incidents.first().cloned(),
            what: format!(
                "a draft of {} has waited for approval for {}",
                s.by,
                ago(s.at, snapshot.clock.now)
            ),
            step: NextStep::ApproveDraft {
                draft: s.draft.clone(),
            },
        });
    }
    add_undelivered(snapshot, &mut items)?;
    add_notices(snapshot, &mut items);
    add_witnesses(snapshot, &mut items);
    items.sort_by(|a, b| {
        let worse = b.kind.rank().cmp(&a.kind.rank());
        worse.then_with(|| a.key.cmp(&b.key))
    });
    let mut seen = BTreeSet::new();
    items.retain(|i| seen.insert(i.key.clone()));
    Ok(items)
}

/// A shift that was handed over and is not taken on.
fn add_shift(snapshot: &Snapshot, items: &mut Vec<DueItem>) {
    // A later shift takes the place of one that nobody took on.
    let waiting = snapshot
        .state
        .handovers
        .last()
        .filter(|h| h.accepted.is_none());
    if let Some(h) = waiting
        && snapshot.clock.now - h.at >= Duration::minutes(15)
    {
        items.push(DueItem {
            kind: DueKind::Handover,
            key: format!("handover:{}", h.seq),
            incident: None,
            what: format!(
                "the shift that {} handed to {} {} ago is not taken on",
                h.from,
                h.to,
                ago(h.at, snapshot.clock.now)
            ),
            step: NextStep::AcceptShift,
        });
    }
}
