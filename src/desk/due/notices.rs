//! What of a planned notice has not reached the customers. It sends nothing, and reads no ledger: the record says how far it is.

use crate::desk::Snapshot;
use crate::desk::due::item::{DueItem, DueKind};
use crate::desk::notice::sending::find_later_plan;
use crate::desk::publishing::recent::is_recent_statement;
use crate::domain::base::next_step::NextStep;
use crate::domain::delivery::notices::PlannedNotice;
use crate::domain::record::parcel::Outcome;

/// The notices of which something has not left, failed, or may not have arrived. One that a later plan has overtaken is over.
pub(super) fn add_notices(snapshot: &Snapshot, items: &mut Vec<DueItem>) {
    if snapshot.state.is_drill {
        return;
    }
    for notice in &snapshot.state.deliveries.notices {
        let mut issued = notice
            .cells
            .iter()
            .filter_map(|c| snapshot.state.find_statement(c.statement));
        let Some(recent) = issued.find(|s| is_recent_statement(snapshot, s)) else {
            continue;
        };
        if find_later_plan(snapshot, notice).is_some() {
            continue;
        }
        let Some((kind, what)) = what_is_left(notice) else {
            continue;
        };
        let plan = notice.plan;
        items.push(DueItem {
            kind,
            key: format!("{}:notice:{plan}", kind.token()),
            incident: recent.statement.incidents.first().cloned(),
            what: format!("notice {plan} to customers: {what}"),
            step: NextStep::SendNotice { plan },
        });
    }
}

fn what_is_left(notice: &PlannedNotice) -> Option<(DueKind, String)> {
    let ended = |outcome: Outcome| notice.outcomes.get(&outcome).copied().unwrap_or_default();
    let messages = |n: u64| match n {
        1 => "1 message".to_owned(),
        n => format!("{n} messages"),
    };
    let (failed, unclear) = (ended(Outcome::Failed), ended(Outcome::Unclear));
    if notice.waiting > 0 {
        let what = format!("{} have not left", messages(notice.waiting));
        return Some((DueKind::Unpublished, what));
    }
    if failed > 0 {
        return Some((DueKind::Failing, format!("{} failed", messages(failed))));
    }
    let what = format!("{} may not have arrived", messages(unclear));
    (unclear > 0).then_some((DueKind::Stuck, what))
}
