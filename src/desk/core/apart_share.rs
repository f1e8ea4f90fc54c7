//! How much of a resource may be promised while the shared record cannot be reached. It counts only what this machine promised.

use std::collections::BTreeMap;

use crate::desk::{DeskError, Entry, Snapshot};
use crate::domain::admission::refusal::Refusal;
use crate::domain::record::payload::EventPayload;
use crate::domain::record::promise_event::PromiseEvent;

/// Stock is promised apart from the record only within the share that the workspace sets for that.
pub(crate) fn check_share(
    snapshot: &Snapshot,
    apart: Option<u64>,
    batch: &[Entry],
) -> Result<(), DeskError> {
    let Some(fork) = apart else {
        return Ok(());
    };
    let mut wanted: BTreeMap<&str, u64> = BTreeMap::new();
    for (_, payload) in batch {
        let uses = match payload {
            EventPayload::Promise(PromiseEvent::PromiseMade(made)) => &made.uses,
            EventPayload::Promise(PromiseEvent::PromiseRevised { uses, .. }) => uses,
            _ => continue,
        };
        for u in uses {
            *wanted.entry(u.resource.as_str()).or_default() += u.amount;
        }
    }
    for (resource, more) in wanted {
        let promised: u64 = snapshot
            .state
            .promises
            .iter()
            .filter(|p| p.seq > fork)
            .flat_map(|p| &p.made.uses)
            .filter(|u| u.resource == resource)
            .map(|u| u.amount)
            .sum();
        let books = snapshot.books.as_ref();
        let share = books
            .and_then(|b| b.workspace.resources.get(resource))
            .and_then(|r| r.offline_limit)
            .unwrap_or(0);
        if promised + more > share {
            return Err(DeskError::NotAllowed(Refusal::new(
                format!(
                    "apart from the record only {share} of {resource} may be promised on this machine; {promised} are, and this needs {more}"
                ),
                "wait until the record can be reached, or promise less; the share: resources.NAME.offline_limit in saydo.yaml",
            )));
        }
    }
    Ok(())
}
