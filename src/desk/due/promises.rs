//! Promises that are due or missed. It settles none.

use chrono::Duration;

use crate::desk::due::item::{DueItem, DueKind, ago};
use crate::desk::promise::ledger::{list_ledger, promise_words, settling_step};
use crate::desk::{DeskError, Snapshot};
use crate::domain::base::lang::Lang;
use crate::domain::config::promise_kind::Per;
use crate::domain::ledger::verdict::PromiseStatus;

pub(in crate::desk) fn add_promises(
    snapshot: &Snapshot,
    within: Duration,
    items: &mut Vec<DueItem>,
) -> Result<(), DeskError> {
    let now = snapshot.clock.now;
    for entry in list_ledger(snapshot)? {
        if !entry.is_owed(&snapshot.state) {
            continue;
        }
        let p = entry.promise;
        let n = p.made.number;
        let name = promise_words(p, Lang::USUAL);
        let at = snapshot.local_time(entry.ends);
        let whose = match p.last_acceptor() {
            Some(holder) => format!("{holder} ({})", p.keeper_name()),
            None => p.keeper_name().to_owned(),
        };
        // One that was missed and has another time now is owed at that time.
        let is_ahead = entry.standing == PromiseStatus::Open || entry.ends > now;
        let (kind, what) = if is_ahead {
            if entry.ends - now > within {
                continue;
            }
            let kind = if p.made.per == Some(Per::Statement) {
                DueKind::UpdateSoon
            } else {
                DueKind::PromiseSoon
            };
            (
                kind,
                format!(
                    "promise {n} ({name}) to {} is due in {}, at {at}; {whose}",
                    p.made.audience,
                    ago(now, entry.ends)
                ),
            )
        } else {
            (
                DueKind::Overdue,
                format!(
                    "promise {n} ({name}) to {} was due {} ago, at {at}; {whose}",
                    p.made.audience,
                    ago(entry.ends, now)
                ),
            )
        };
        items.push(DueItem {
            kind,
            key: format!(
                "{}:{n}:{}",
                kind.token(),
                crate::desk::format_moment(entry.ends)
            ),
            incident: p.incident.clone(),
            what,
            step: settling_step(&entry, &snapshot.state),
        });
    }
    Ok(())
}
