//! The states of components at a page of others: what its audience was told last of each link, region or service, and the
//! clock. Nothing shows there before it was said.

use std::collections::{BTreeMap, BTreeSet};

use crate::desk::Snapshot;
use crate::desk::publishing::told_states::{told_incidents, told_state};
use crate::domain::base::link::LinkState;
use crate::domain::config::outlet::Outlet;
use crate::domain::delivery::deliveries::DeliveryStatus;
use crate::domain::delivery::key;
use crate::domain::facts::world::AdoptedConfig;
use crate::domain::network::entries::Effect;
use crate::domain::network::health::Condition;
use crate::domain::record::parcel::Parcel;
use crate::domain::speech::shown_state::{ShownState, foreign_token};
use crate::domain::state::incident::Incident;

/// The channel of parcels that carry the state of a component.
pub const COMPONENTS: &str = "components";

/// The state there of a component that no trouble is known of.
const WELL: &str = "operational";

/// What an audience was told of each link, region or service that has a component: the last statement that speaks of it,
/// and its state; no state when no notice has anything to say of it.
#[derive(Debug, Default)]
pub(crate) struct ComponentStates(BTreeMap<String, (u32, Option<ShownState>)>);

impl ComponentStates {
    /// Whether the state of a component that waits is still its state.
    pub(crate) fn is_current(&self, parcel: &Parcel) -> bool {
        let pair = parcel.to.as_deref().and_then(|t| t.split_once('='));
        pair.is_some_and(|(id, state)| {
            let own = self.0.get(id);
            own.is_some_and(|(_, own)| foreign_token(*own) == state)
        })
    }
}

/// What the audience of an outlet was told of its components.
pub(crate) fn shown_components(snapshot: &Snapshot, outlet: &Outlet) -> ComponentStates {
    let Ok(world) = snapshot.world() else {
        return ComponentStates::default();
    };
    let incidents = told_incidents(snapshot, world, &outlet.audience);
    let told = outlet.components.keys().filter_map(|id| {
        let told = told_state(&incidents, id);
        let told = told.or_else(|| {
            let now = world.condition?;
            state_after_incident(snapshot, outlet, world.books, now, id)
        });
        Some((id.clone(), told?))
    });
    ComponentStates(told.collect())
}

/// Of what no current incident is about any more: what was said last stays until the record says that it is well.
fn state_after_incident(
    snapshot: &Snapshot,
    outlet: &Outlet,
    books: &AdoptedConfig,
    now: &Condition,
    id: &str,
) -> Option<(u32, Option<ShownState>)> {
    let closed = snapshot.state.order.iter().rev();
    let incident = closed
        .filter_map(|i| snapshot.state.incidents.get(i))
        .filter(|i| !i.is_open())
        .find(|i| is_touched(books, i, id, u64::MAX))?;
    let last = snapshot
        .state
        .notices_about(&incident.id, &outlet.audience)
        .next()?;
    is_well(books, now, id).then_some((last.statement.number, None))
}

/// Nobody reports trouble with it or with what it rides on.
fn is_well(books: &AdoptedConfig, now: &Condition, id: &str) -> bool {
    match now.link_state(id) {
        LinkState::Up | LinkState::AtRisk => true,
        LinkState::Unreported => {
            let rider = books.network.find_rider(id);
            let effect = rider.and_then(|r| now.possible_effect(r));
            effect.is_none_or(|(effect, ..)| effect == Effect::AtRisk)
        }
        _ => false,
    }
}

/// The states of components that differ from what was sent last.
pub(crate) fn wanted_components(snapshot: &Snapshot, name: &str, outlet: &Outlet) -> Vec<Parcel> {
    let mut parcels = Vec::new();
    for (id, (number, state)) in shown_components(snapshot, outlet).0 {
        let Some(issued) = snapshot.state.find_statement(number) else {
            continue;
        };
        let token = foreign_token(state);
        let (mut there, mut pending, mut turn) = (Vec::new(), false, 0);
        for d in snapshot.state.deliveries.all.values() {
            let of = d.parcel.to.as_deref().and_then(|t| t.split_once('='));
            let Some((of, was)) = of else { continue };
            if d.outlet != *name || d.parcel.channel != COMPONENTS || of != id {
                continue;
            }
            turn += 1;
            match d.status_at(snapshot.clock.now) {
                DeliveryStatus::Delivered { .. } => there.push((d.last_seq(), was)),
                s if !s.is_settled() && was == token => pending = true,
                _ => {}
            }
        }
        there.sort_unstable();
        let last = there.last().map(|(_, s)| *s);
        let was_well = last.is_none_or(|l| l == WELL);
        // Nothing was ever said of a component that is well: nothing is to be said now. And a page that mails its
        // subscribers is not told of a place that nobody has said anything of.
        let is_silent = state == Some(ShownState::NotReported) && is_rider(snapshot, &id);
        if pending || last == Some(token) || (was_well && (token == WELL || is_silent)) {
            continue;
        }
        let to = format!("{id}={token}");
        // A state that comes back is sent again: how often something was sent before makes it another parcel.
        let turned = format!("{to}#{turn}");
        let digest = &issued.statement.digest;
        parcels.push(Parcel {
            key: key::delivery_key(digest, name, COMPONENTS, None, Some(&turned)),
            statement: number,
            channel: COMPONENTS.to_owned(),
            lang: None,
            to: Some(to),
        });
    }
    parcels
}

fn is_rider(snapshot: &Snapshot, id: &str) -> bool {
    let network = snapshot.books.as_ref().map(|b| &b.network);
    network.is_some_and(|n| n.find_rider(id).is_some())
}

/// The components that an incident has to do with, by their names there.
pub(crate) fn touched_components(
    snapshot: &Snapshot,
    outlet: &Outlet,
    incident: &str,
) -> Vec<String> {
    let (Some(books), Some(incident)) = (&snapshot.books, snapshot.state.incidents.get(incident))
    else {
        return Vec::new();
    };
    let all = outlet.components.iter();
    all.filter(|(id, _)| is_touched(books, incident, id, u64::MAX))
        .map(|(_, component)| component.clone())
        .collect()
}

/// Whether an incident had to do with a link, region or service up to an event.
fn is_touched(books: &AdoptedConfig, incident: &Incident, id: &str, until: u64) -> bool {
    let network = &books.network;
    let steps = incident.steps.iter().filter(|s| s.seq <= until);
    let ever: BTreeSet<&String> = steps.flat_map(|s| &s.added).collect();
    let family = |of: &str| -> Vec<String> {
        let mut all = network.leaf_parts(of);
        all.push(of.to_owned());
        all
    };
    let own: BTreeSet<String> = ever.iter().flat_map(|l| family(l)).collect();
    if family(id).iter().any(|l| own.contains(l)) {
        return true;
    }
    let riders = network.regions.iter().chain(&network.services);
    riders.filter(|r| r.id == id).any(|r| {
        let under = r
            .rides_on
            .iter()
            .flat_map(|d| d.any_of.iter().chain(&d.all_of));
        under.flat_map(|l| family(l)).any(|f| own.contains(&f))
    })
}
