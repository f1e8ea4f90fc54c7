//! What is still to leave, derived from the record: issued, wanted by an outlet, and no receipt.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::desk::publishing::components::{COMPONENTS, wanted_components};
use crate::desk::publishing::recent::is_recent_statement;
use crate::desk::publishing::recipients::{People, list_persons};
use crate::desk::statement::verdicts::{judge_statement, why_held};
use crate::desk::{DeskError, Journal, Snapshot};
use crate::domain::admission::refusal::Refusal;
use crate::domain::base::next_step::NextStep;
use crate::domain::base::time::At;
use crate::domain::config::outlet::{Outlet, OutletKind};
use crate::domain::delivery::deliveries::DeliveryStatus;
use crate::domain::delivery::{deliveries, parcels};
use crate::domain::record::delivery_event::DeliveryEvent;
use crate::domain::record::parcel::{Outcome, Parcel, Receipt};
use crate::domain::record::payload::EventPayload;
use crate::domain::state::incident::Issued;

/// Something that is to leave, or left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    pub outlet: String,
    #[serde(flatten)]
    pub parcel: Parcel,
    #[serde(flatten)]
    pub standing: DeliveryStatus,
    /// A newer statement speaks of all that this one does.
    pub overtaken: bool,
    /// When its statement was issued.
    pub issued_at: At,
}

/// Everything that is to leave or left, in the order of outlets and statements: what is wanted now, and what was begun.
pub fn list_outbox(snapshot: &Snapshot, people: &People) -> Vec<Item> {
    let now = snapshot.clock.now;
    let is_recent = |s: &Issued| is_recent_statement(snapshot, s);
    let mut begun: BTreeMap<(&str, u32), Vec<&Parcel>> = BTreeMap::new();
    for d in snapshot.state.deliveries.all.values() {
        let key = (d.outlet.as_str(), d.parcel.statement);
        begun.entry(key).or_default().push(&d.parcel);
    }
    let mut items = Vec::new();
    for (name, outlet) in snapshot.all_outlets() {
        let to = list_persons(snapshot, name, people);
        let to: Vec<String> = to.into_iter().map(|(person, _)| person).collect();
        let first = begun
            .keys()
            .filter(|(o, _)| o == name)
            .map(|(_, s)| *s)
            .min();
        let mut components = match outlet.kind {
            OutletKind::Statuspage => wanted_components(snapshot, name, outlet),
            _ => Vec::new(),
        };
        for s in &snapshot.state.statements {
            let number = s.statement.number;
            let overtaken = is_overtaken(snapshot, number);
            let old = begun.get(&(name.as_str(), number));
            let mut parcels: Vec<Parcel> =
                old.into_iter().flatten().map(|p| (*p).clone()).collect();
            // One that never left is passed over in silence only where the outlet is newer than it.
            let was_wanted = first.is_some_and(|f| number > f);
            if (!overtaken && is_recent(s)) || (overtaken && was_wanted && is_recent(s)) {
                for parcel in wanted_parcels(snapshot, name, outlet, s, &to) {
                    if !parcels.iter().any(|p| p.key == parcel.key) {
                        parcels.push(parcel);
                    }
                }
            }
            let (of_it, of_others) = components.into_iter().partition(|p| p.statement == number);
            components = of_others;
            parcels.extend::<Vec<Parcel>>(of_it);
            parcels.sort_by(|a, b| (&a.channel, a.lang, &a.to).cmp(&(&b.channel, b.lang, &b.to)));
            for parcel in parcels {
                let standing = snapshot.state.deliveries.status_of(name, &parcel, now);
                let overtaken = overtaken || is_overtaken_there(snapshot, s, &parcel);
                items.push(Item {
                    outlet: name.clone(),
                    standing,
                    // The state of a component is not of a statement: another state takes its place.
                    overtaken: overtaken && parcel.channel != COMPONENTS,
                    parcel,
                    issued_at: s.at,
                });
            }
        }
    }
    items
}

/// Lists of people of which somebody who waits for a text has gone: what is said of it, by outlet.
pub(crate) fn list_unreached(
    snapshot: &Snapshot,
    only: &[String],
    people: &People,
) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (name, outlet) in snapshot.all_outlets() {
        let is_asked = only.is_empty() || only.contains(name);
        let Some(list) = people.get(name).filter(|_| outlet.is_mass() && is_asked) else {
            continue;
        };
        let now: BTreeSet<String> = list_persons(snapshot, name, people)
            .into_iter()
            .map(|p| p.0)
            .collect();
        for s in list_unbegun(snapshot, name, outlet) {
            let number = s.statement.number;
            let heard = who_heard(snapshot, name, s).unwrap_or_default();
            let gone = heard.difference(&now).count();
            let why = match (list.numbers.is_empty(), gone) {
                (true, _) => format!("statement {number}: nobody is on the list of people"),
                (false, 0) => continue,
                (false, n) if n == heard.len() => format!(
                    "statement {number}: nobody who heard the text before it is on the list any more ({n}): it goes to nobody"
                ),
                (false, n) => format!(
                    "statement {number}: of {} who heard the text before it, {n} are not on the list any more",
                    heard.len()
                ),
            };
            found.push((name.clone(), why));
        }
    }
    found
}

/// Statements that are for the people of an outlet, of which nothing has left for it, and which nobody has stopped.
pub(crate) fn list_unbegun<'a>(
    snapshot: &'a Snapshot,
    name: &str,
    outlet: &Outlet,
) -> Vec<&'a Issued> {
    let own = snapshot.state.deliveries.all.values();
    let own = own.filter(|d| d.outlet == *name);
    let begun: BTreeSet<u32> = own.map(|d| d.parcel.statement).collect();
    let stopped = snapshot.state.deliveries.stopped.iter();
    let stopped: BTreeSet<u32> = stopped.filter(|s| s.0 == name).map(|s| s.1).collect();
    // Anybody stands for the list: is there a text for it at all?
    let anybody = [String::new()];
    let is_for_it = |s: &Issued| {
        !parcels::parcels_of_statement(name, outlet, &s.statement, &anybody).is_empty()
    };
    let all = snapshot
        .state
        .statements
        .iter()
        .map(std::convert::AsRef::as_ref);
    all.filter(|s: &&Issued| {
        let number = s.statement.number;
        !begun.contains(&number)
            && !stopped.contains(&number)
            && is_recent_statement(snapshot, s)
            && !is_overtaken(snapshot, number)
            && is_for_it(s)
    })
    .collect()
}

/// The outlets that have not got all of a statement, those apart that people serve by hand. Of a list of people it says only whether
/// anything has left for it.
pub fn outlets_without(snapshot: &Snapshot, issued: &Issued) -> Vec<String> {
    let number = issued.statement.number;
    let is_missing = |name: &str, outlet: &Outlet| {
        let anybody = [String::new()];
        let parcels = parcels::parcels_of_statement(name, outlet, &issued.statement, &anybody);
        let deliveries = &snapshot.state.deliveries;
        if outlet.is_mass() {
            let mut all = deliveries.all.values();
            let has_begun = all.any(|d| d.outlet == name && d.parcel.statement == number);
            return !parcels.is_empty() && !has_begun;
        }
        let now = snapshot.clock.now;
        let mut standings = parcels.iter().map(|p| deliveries.status_of(name, p, now));
        standings.any(|s| !s.is_settled())
    };
    let outlets = snapshot.all_outlets();
    let served = outlets.filter(|(_, outlet)| outlet.kind != OutletKind::ByHand);
    let missing = served.filter(|(name, outlet)| is_missing(name, outlet));
    missing.map(|(name, _)| name.clone()).collect()
}

/// True when a newer statement speaks of all that this one does.
pub(crate) fn is_overtaken(snapshot: &Snapshot, number: u32) -> bool {
    let Some(own) = snapshot.state.find_statement(number) else {
        return false;
    };
    own.statement.incidents.iter().all(|i| {
        let last = snapshot
            .state
            .statements_about(i, &own.statement.audience)
            .find(|s| s.statement.text == own.statement.text);
        last.is_some_and(|l| l.statement.number > number)
    })
}

/// The same of one that stands on the page of one incident there: a newer one on that incident stands there instead.
pub(crate) fn is_overtaken_there(snapshot: &Snapshot, s: &Issued, parcel: &Parcel) -> bool {
    let own = parcel.to.as_deref();
    let Some(incident) = own.filter(|t| s.statement.incidents.iter().any(|i| i == t)) else {
        return false;
    };
    let last = snapshot
        .state
        .notices_about(incident, &s.statement.audience)
        .next();
    last.is_some_and(|l| l.statement.number > s.statement.number)
}

/// What an outlet takes of a statement. Of a list of people who heard an earlier text on the same, only those who
/// did hear the next one.
fn wanted_parcels(
    snapshot: &Snapshot,
    name: &str,
    outlet: &Outlet,
    s: &Issued,
    people: &[String],
) -> Vec<Parcel> {
    let mut parcels = parcels::parcels_of_statement(name, outlet, &s.statement, people);
    if outlet.is_mass() {
        let heard = who_heard(snapshot, name, s);
        if let Some(heard) = heard {
            parcels.retain(|p| p.to.as_ref().is_some_and(|t| heard.contains(t)));
        }
    }
    parcels
}

/// Those whom an earlier text on the same reached, or may have; none when there was no earlier one.
fn who_heard(snapshot: &Snapshot, name: &str, s: &Issued) -> Option<BTreeSet<String>> {
    let is_earlier = |n: u32| {
        n < s.statement.number
            && snapshot.state.find_statement(n).is_some_and(|o| {
                o.statement.audience == s.statement.audience
                    && o.statement
                        .incidents
                        .iter()
                        .any(|i| s.statement.incidents.contains(i))
            })
    };
    let mut earlier = snapshot
        .state
        .deliveries
        .all
        .values()
        .filter(|d| d.outlet == name && is_earlier(d.parcel.statement))
        .peekable();
    earlier.peek()?;
    let heard: BTreeSet<String> = earlier
        .filter(|d| d.may_have_arrived())
        .filter_map(|d| d.parcel.to.clone())
        .collect();
    // When nobody heard anything, this is the first text for everybody.
    Some(heard).filter(|h| !h.is_empty())
}

/// Whether a statement may still be said: why not, when not.
///
/// # Errors
/// When facts cannot be derived.
pub fn find_hold(snapshot: &Snapshot, number: u32) -> Result<Option<String>, DeskError> {
    let Some(issued) = snapshot.state.find_statement(number) else {
        return Ok(Some(format!("there is no statement {number}")));
    };
    Ok(why_held(
        &issued.statement,
        judge_statement(snapshot, issued)?,
    ))
}

/// A person decides about something that is stuck: again, or never.
///
/// # Errors
/// When nothing is called so, or it is not stuck.
pub fn decide_stuck(
    journal: &mut Journal,
    keys: &[String],
    outcome: Outcome,
    because: &str,
    people: &People,
) -> Result<Vec<Parcel>, DeskError> {
    let items = list_outbox(journal, people);
    let mut chosen: BTreeMap<String, Vec<Parcel>> = BTreeMap::new();
    for key in keys {
        let mut fits = items
            .iter()
            .filter(|i| i.parcel.key.starts_with(key.as_str()));
        let (Some(item), None) = (fits.next(), fits.next()) else {
            return Err(Refusal::new(
                format!("no text, or more than one, is called {key}"),
                NextStep::ListOutbox.after("see: "),
            )
            .into());
        };
        check_undecided(key, &item.standing)?;
        let list = chosen.entry(item.outlet.clone()).or_default();
        if !list.contains(&item.parcel) {
            list.push(item.parcel.clone());
        }
    }
    let mut done = Vec::new();
    for (outlet, parcels) in chosen {
        for part in parcels.chunks(deliveries::MOST) {
            let receipts: Vec<Receipt> = part
                .iter()
                .map(|p| Receipt {
                    parcel: p.clone(),
                    outcome,
                    reference: None,
                    because: Some(because.to_owned()),
                    again: None,
                })
                .collect();
            journal.record(|snapshot| {
                // Somebody may have sent it, or begun to, since it was looked at.
                for parcel in part {
                    let now = snapshot.clock.now;
                    let standing = snapshot.state.deliveries.status_of(&outlet, parcel, now);
                    check_undecided(&parcel.key, &standing)?;
                }
                let payload = EventPayload::Delivery(DeliveryEvent::DeliverySettled {
                    outlet: outlet.clone(),
                    receipts: receipts.clone(),
                });
                Ok(vec![(None, payload)])
            })?;
        }
        done.extend(parcels);
    }
    Ok(done)
}

/// Stops what of a statement has not left for an outlet.
///
/// # Errors
/// When there is no such outlet or statement.
pub fn stop_delivery(
    journal: &mut Journal,
    outlet: &str,
    statement: u32,
    because: &str,
) -> Result<(), DeskError> {
    journal.find_outlet(outlet)?;
    let payload = EventPayload::Delivery(DeliveryEvent::DeliveryStopped {
        outlet: outlet.to_owned(),
        statement,
        because: because.to_owned(),
    });
    journal.record(|_| Ok(vec![(None, payload.clone())]))?;
    Ok(())
}

/// What arrived, or is on its way, is not for a person to decide.
fn check_undecided(key: &str, standing: &DeliveryStatus) -> Result<(), DeskError> {
    if !standing.is_settled() && !matches!(standing, DeliveryStatus::InFlight { .. }) {
        return Ok(());
    }
    Err(DeskError::NotAllowed(Refusal::new(
        format!("{key} is {}: there is nothing to decide", standing.token()),
        NextStep::ListOutbox.after("see: "),
    )))
}

#[cfg(test)]
#[path = "outbox_tests.rs"]
mod outbox_tests;
