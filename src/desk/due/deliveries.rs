//! What has not reached an outlet and is due for that. It sends nothing.

use crate::domain::base::next_step::NextStep;
use std::collections::BTreeMap;

use chrono::Duration;

use crate::desk::due::item::{DueItem, DueKind, ago};
use crate::desk::publishing::outbox::{list_outbox, list_unbegun};
use crate::desk::publishing::plan::is_safety_statement;
use crate::desk::publishing::recipients::People;
use crate::desk::{DeskError, Snapshot};
use crate::domain::config::outlet::OutletKind;
use crate::domain::delivery::deliveries::DeliveryStatus;
use crate::domain::record::parcel::Outcome;

/// What is not where it should be: kind, outlet, statement.
type Left = (DueKind, String, u32);

/// What left for an outlet and is not there, what waits for somebody who publishes, who is to be told by hand.
pub(in crate::desk) fn add_undelivered(
    snapshot: &Snapshot,
    items: &mut Vec<DueItem>,
) -> Result<(), DeskError> {
    if snapshot.state.is_drill {
        return Ok(());
    }
    if let Some(halt) = &snapshot.state.deliveries.halted {
        items.push(DueItem {
            kind: DueKind::Halted,
            key: DueKind::Halted.token().to_owned(),
            incident: None,
            what: format!(
                "nothing is sent, for {}: {} stopped everything ({})",
                ago(halt.at, snapshot.clock.now),
                halt.by,
                halt.because
            ),
            step: NextStep::LiftHalt,
        });
    }
    let mut found = Found::new();
    add_parcels(snapshot, &mut found)?;
    add_unsent_lists(snapshot, &mut found)?;
    for ((kind, outlet, n), (count, what, step)) in found {
        let many = if count > 1 {
            format!(" ({count} texts)")
        } else {
            String::new()
        };
        items.push(DueItem {
            kind,
            key: format!("{}:{outlet}:{n}", kind.token()),
            incident: snapshot
                .state
                .find_statement(n)
                .and_then(|s| s.statement.incidents.first().cloned()),
            what: format!("{outlet}: statement {n}{many} {what}"),
            step,
        });
    }
    Ok(())
}

/// What is due for each: how many texts, what is the matter, the next step.
type Found = BTreeMap<Left, (usize, String, NextStep)>;

fn add_parcels(snapshot: &Snapshot, found: &mut Found) -> Result<(), DeskError> {
    let now = snapshot.clock.now;
    for item in list_outbox(snapshot, &People::new()) {
        let by_hand = snapshot.find_outlet(&item.outlet)?.kind == OutletKind::ByHand;
        let n = item.parcel.statement;
        let whom = item.parcel.to.clone().filter(|_| by_hand);
        let (kind, what, step) = match &item.standing {
            DeliveryStatus::Stuck { outcome, because } => {
                let word = match outcome {
                    Outcome::Unclear => "may or may not have arrived",
                    _ => "did not arrive",
                };
                let outlet = item.outlet.clone();
                let step = NextStep::ListOutboxOf { outlet };
                (DueKind::Stuck, format!("{word}: {because}"), step)
            }
            _ if item.overtaken || item.standing.is_settled() => continue,
            DeliveryStatus::Waiting if by_hand => {
                let whom = whom.unwrap_or_else(|| item.outlet.clone());
                let step = NextStep::RecordToldTo { whom };
                (DueKind::ByHand, "to be told by hand".to_owned(), step)
            }
            DeliveryStatus::Failed { because, tries, .. } if *tries > 2 => {
                let what = format!("failed {tries} times: {because}");
                (DueKind::Failing, what, NextStep::PublishAll)
            }
            DeliveryStatus::Waiting | DeliveryStatus::Expired
                if now - item.issued_at >= Duration::minutes(5) =>
            {
                let what = format!("waits for {}", ago(item.issued_at, now));
                (DueKind::Unpublished, what, NextStep::PublishAll)
            }
            _ => continue,
        };
        let entry = found
            .entry((kind, item.outlet.clone(), n))
            .or_insert((0, what, step));
        entry.0 += 1;
    }
    Ok(())
}

fn add_unsent_lists(snapshot: &Snapshot, found: &mut Found) -> Result<(), DeskError> {
    let now = snapshot.clock.now;
    // Many people one by one: somebody has to say that they are sent to.
    let zone = snapshot.world()?.books.workspace.zone;
    for (name, outlet) in snapshot.all_outlets().filter(|(_, o)| o.is_mass()) {
        for s in list_unbegun(snapshot, name, outlet) {
            let n = s.statement.number;
            let is_fresh = now - s.at < Duration::minutes(5);
            let is_quiet = outlet.is_quiet(now, zone) && !is_safety_statement(snapshot, n)?;
            if is_fresh || is_quiet {
                continue;
            }
            let what = format!("waits for {} for somebody to send it", ago(s.at, now));
            let step = NextStep::PublishTo {
                outlet: name.clone(),
            };
            found.insert((DueKind::Unpublished, name.clone(), n), (1, what, step));
        }
    }
    Ok(())
}
