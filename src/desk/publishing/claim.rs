//! Claims and receipts of parcels in the record. It sends nothing.

use std::collections::BTreeSet;

use chrono::Duration;
use serde::Serialize;

use crate::desk::publishing::components::COMPONENTS;
use crate::desk::publishing::outbox::{Item, is_overtaken, is_overtaken_there};
use crate::desk::statement::verdicts::recent_judgement;
use crate::desk::{DeskError, Journal, Snapshot};
use crate::domain::config::outlet::{Outlet, OutletKind};
use crate::domain::delivery::deliveries::DeliveryStatus;
use crate::domain::delivery::masked::mask_answer;
use crate::domain::delivery::retry::{LONGEST_PAUSE, pause_before_retry};
use crate::domain::record::delivery_event::DeliveryEvent;
use crate::domain::record::parcel::{Outcome, Parcel, Receipt};
use crate::domain::record::payload::EventPayload;
use crate::publish::SendOutcome;

/// What was done at one outlet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PublishSummary {
    /// How many are there.
    pub delivered: usize,
    /// How many failed and are tried again.
    pub failed: usize,
    /// How many need a person.
    pub needs_attention: usize,
    /// How many gave way to a newer statement.
    pub superseded: usize,
    /// What was not sent, and why; each once.
    pub withheld: Vec<String>,
    /// What went wrong, each once.
    pub errors: Vec<String>,
    /// How many left, or may have, without the record being able to take it down.
    #[serde(skip_serializing_if = "is_zero")]
    pub unsettled: usize,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

impl PublishSummary {
    /// Counts receipts that could not be written.
    pub(in crate::desk) fn note_unsettled(&mut self, receipts: &[Receipt]) {
        let left = |r: &&Receipt| matches!(r.outcome, Outcome::Delivered | Outcome::Unclear);
        self.unsettled += receipts.iter().filter(left).count();
    }
}

/// What a claim finds when the items are looked at once more.
#[derive(Default)]
struct Chosen {
    free: Vec<Parcel>,
    /// Left in the middle by somebody, where asking is not possible.
    unclear: Vec<Receipt>,
    /// Why statements are not sent now.
    held: BTreeSet<String>,
}

pub(in crate::desk) fn mark_superseded(
    journal: &mut Journal,
    name: &str,
    items: &[Item],
) -> Result<usize, DeskError> {
    let marked = std::cell::Cell::new(0);
    journal.record(|snapshot| {
        let now = snapshot.clock.now;
        let receipts: Vec<Receipt> = items
            .iter()
            .filter(|i| {
                let standing = snapshot.state.deliveries.status_of(name, &i.parcel, now);
                !standing.is_settled() && !matches!(standing, DeliveryStatus::InFlight { .. })
            })
            .map(|i| Receipt {
                parcel: i.parcel.clone(),
                outcome: Outcome::Superseded,
                reference: None,
                because: None,
                again: None,
            })
            .collect();
        marked.set(receipts.len());
        if receipts.is_empty() {
            return Ok(Vec::new());
        }
        let outlet = name.to_owned();
        Ok(vec![(
            None,
            EventPayload::Delivery(DeliveryEvent::DeliverySettled { outlet, receipts }),
        )])
    })?;
    Ok(marked.get())
}

/// Claims what is still free; what somebody left in the middle and nobody can be asked about becomes unclear instead.
/// The receipts of what came back meanwhile are written with it, whatever becomes of the claim.
pub(in crate::desk) fn claim_parcels(
    journal: &mut Journal,
    name: &str,
    outlet: &Outlet,
    items: &[Item],
    back: &[Receipt],
    done: &mut PublishSummary,
) -> Result<Vec<Parcel>, DeskError> {
    let claimed = try_claim(journal, name, outlet, items, back, done);
    if claimed.is_err() && settle_receipts(journal, name, back).is_err() {
        done.note_unsettled(back);
    }
    claimed
}

fn try_claim(
    journal: &mut Journal,
    name: &str,
    outlet: &Outlet,
    items: &[Item],
    back: &[Receipt],
    done: &mut PublishSummary,
) -> Result<Vec<Parcel>, DeskError> {
    let chosen: std::cell::RefCell<Chosen> = std::cell::RefCell::default();
    journal.record(|snapshot| {
        let found = choose_parcels(snapshot, name, outlet, items)?;
        let mut batch = Vec::new();
        for receipts in [back.to_vec(), found.unclear.clone()] {
            if !receipts.is_empty() {
                let outlet = name.to_owned();
                batch.push((
                    None,
                    EventPayload::Delivery(DeliveryEvent::DeliverySettled { outlet, receipts }),
                ));
            }
        }
        if !found.free.is_empty() {
            let until = snapshot.clock.now + outlet.lease_period().to_duration();
            let (outlet, parcels) = (name.to_owned(), found.free.clone());
            batch.push((
                None,
                EventPayload::Delivery(DeliveryEvent::DeliveryClaimed {
                    outlet,
                    until,
                    parcels,
                }),
            ));
        }
        chosen.replace(found);
        Ok(batch)
    })?;
    let chosen = chosen.into_inner();
    done.needs_attention += chosen.unclear.len();
    for because in chosen.held {
        note(&mut done.withheld, because);
    }
    Ok(chosen.free)
}

/// Looks at each item once more: what came in between may have made it old or untrue.
fn choose_parcels(
    snapshot: &Snapshot,
    name: &str,
    outlet: &Outlet,
    items: &[Item],
) -> Result<Chosen, DeskError> {
    let now = snapshot.clock.now;
    let mut chosen = Chosen::default();
    for item in items {
        let number = item.parcel.statement;
        let is_component = item.parcel.channel == COMPONENTS;
        if !item.overtaken && !is_component {
            let issued = snapshot.state.find_statement(number);
            let there = issued.is_some_and(|s| is_overtaken_there(snapshot, s, &item.parcel));
            if there || is_overtaken(snapshot, number) {
                continue;
            }
            if let Some(because) = recent_judgement(snapshot, number)?.held {
                chosen.held.insert(because);
                continue;
            }
        }
        let standing = snapshot.state.deliveries.status_of(name, &item.parcel, now);
        if !standing.is_due(now) {
            continue;
        }
        let once = outlet.is_once() || is_component;
        if standing == DeliveryStatus::Expired && !once {
            chosen.unclear.push(Receipt {
                parcel: item.parcel.clone(),
                outcome: Outcome::Unclear,
                reference: None,
                because: Some("somebody began to send it and never said how it ended; look there whether it arrived".into()),
                again: None,
            });
        } else if !item.overtaken {
            chosen.free.push(item.parcel.clone());
        }
    }
    Ok(chosen)
}

/// What became of parcels, as receipts.
pub(in crate::desk) fn make_receipts(
    snapshot: &Snapshot,
    outlet: &Outlet,
    parcels: &[Parcel],
    carried: Vec<SendOutcome>,
    done: &mut PublishSummary,
) -> Vec<Receipt> {
    let now = snapshot.clock.now;
    let mut receipts = Vec::new();
    for (parcel, carried) in parcels.iter().zip(carried) {
        let tries = snapshot
            .state
            .deliveries
            .all
            .get(&parcel.key)
            .map_or(1, |d| d.count_tries());
        let (outcome, reference, because, again) = match carried {
            SendOutcome::There(reference) => (Outcome::Delivered, reference, None, None),
            SendOutcome::Refused(why) => (Outcome::Refused, None, Some(why), None),
            SendOutcome::Unclear(why) | SendOutcome::Unanswered(why) => {
                (Outcome::Unclear, None, Some(why), None)
            }
            SendOutcome::NotThere(why, _) | SendOutcome::Unreached(why)
                if tries >= outlet.most_tries() =>
            {
                let why = format!("tried {tries} times: {why}");
                (Outcome::GivenUp, None, Some(why), None)
            }
            SendOutcome::Unreached(why) => {
                let again = now + Duration::seconds(pause_before_retry(tries, &parcel.key));
                (Outcome::Failed, None, Some(why), Some(again))
            }
            SendOutcome::NotThere(why, wait) => {
                let own = pause_before_retry(tries, &parcel.key);
                let asked = wait.map_or(0, |w| i64::try_from(w.as_secs()).unwrap_or(LONGEST_PAUSE));
                let again = now + Duration::seconds(own.max(asked));
                (Outcome::Failed, None, Some(why), Some(again))
            }
        };
        match outcome {
            Outcome::Delivered => done.delivered += 1,
            Outcome::Failed => done.failed += 1,
            _ => done.needs_attention += 1,
        }
        // What we say ourselves of our own folders names nobody.
        let is_ours = matches!(outlet.kind, OutletKind::Folder | OutletKind::Site);
        let because = because.map(|b| {
            let said = if is_ours { b } else { mask_answer(&b) };
            said.chars()
                .filter(|c| !crate::domain::admission::wording::is_harmful(*c))
                .take(500)
                .collect::<String>()
        });
        if let Some(b) = &because
            && !done.errors.contains(b)
            && done.errors.len() < 20
        {
            done.errors.push(b.clone());
        }
        // A gateway's own number may name somebody; what others gave is needed again as it is.
        let is_gateway = matches!(outlet.kind, OutletKind::HttpSms | OutletKind::HttpTemplate);
        let reference = reference.map(|r| {
            let said = if is_gateway { mask_answer(&r) } else { r };
            said.chars()
                .filter(|c| !crate::domain::admission::wording::is_harmful(*c))
                .take(300)
                .collect()
        });
        receipts.push(Receipt {
            parcel: parcel.clone(),
            outcome,
            reference,
            because,
            again,
        });
    }
    receipts
}

pub(in crate::desk) fn settle_receipts(
    journal: &mut Journal,
    name: &str,
    receipts: &[Receipt],
) -> Result<(), DeskError> {
    if receipts.is_empty() {
        return Ok(());
    }
    let payload = EventPayload::Delivery(DeliveryEvent::DeliverySettled {
        outlet: name.to_owned(),
        receipts: receipts.to_vec(),
    });
    journal.record(|_| Ok(vec![(None, payload.clone())]))?;
    Ok(())
}

pub(in crate::desk) fn note(list: &mut Vec<String>, what: String) {
    if !list.contains(&what) {
        list.push(what);
    }
}
