//! The states of components at a page of others: what its audience was told last of each link, region or service, and the
//! clock. Nothing shows there before it was said.

use std::collections::{BTreeMap, BTreeSet};

use crate::desk::Snapshot;
use crate::domain::base::link::LinkState;
use crate::domain::config::outlet::Outlet;
use crate::domain::delivery::deliveries::DeliveryStatus;
use crate::domain::delivery::key;
use crate::domain::facts::world::AdoptedConfig;
use crate::domain::network::entries::Effect;
use crate::domain::network::health::Condition;
use crate::domain::record::parcel::Parcel;
use crate::domain::speech::page_status::{ComponentState, phase_by_clock};
use crate::domain::state::incident::Incident;

/// The channel of parcels that carry the state of a component.
pub const COMPONENTS: &str = "components";

/// What an audience was told of each link, region or service that has a component: the last statement that speaks of it,
/// and its state in the words of status pages.
#[derive(Debug, Default)]
pub(crate) struct ComponentStates(BTreeMap<String, (u32, ComponentState)>);

impl ComponentStates {
    /// Whether the state of a component that waits is still its state.
    pub(crate) fn is_current(&self, parcel: &Parcel) -> bool {
        let pair = parcel.to.as_deref().and_then(|t| t.split_once('='));
        pair.is_some_and(|(id, state)| self.0.get(id).is_some_and(|(_, own)| own.token() == state))
    }
}

/// What the audience of an outlet was told of its components.
pub(crate) fn shown_components(snapshot: &Snapshot, outlet: &Outlet) -> ComponentStates {
    let mut shown: BTreeMap<String, (u32, ComponentState)> = BTreeMap::new();
    let Ok(world) = snapshot.world() else {
        return ComponentStates::default();
    };
    let (books, zone) = (world.books, world.books.workspace.zone);
    for incident in snapshot.state.open_incidents() {
        let Some(last) = snapshot
            .state
            .statements_about(&incident.id, &outlet.audience)
            .next()
        else {
            continue;
        };
        let number = last.statement.number;
        let ids = outlet.components.keys();
        let touched: Vec<&String> = ids
            .filter(|id| is_touched(books, incident, id, last.seq))
            .collect();
        if touched.is_empty() {
            continue;
        }
        let then = Condition::at_event(&books.network, &snapshot.state, last.seq);
        let phase = phase_by_clock(&last.statement, incident, snapshot.clock.now, zone);
        for id in touched {
            let own = ComponentState::from_link(state_of(books, &then, id), &phase);
            let entry = shown.entry(id.clone()).or_insert((number, own));
            entry.0 = entry.0.max(number);
            entry.1 = entry.1.max(own);
        }
    }
    for id in outlet.components.keys() {
        if !shown.contains_key(id)
            && let Some(over) = world
                .condition
                .and_then(|c| state_after_incident(snapshot, outlet, books, c, id))
        {
            shown.insert(id.clone(), over);
        }
    }
    ComponentStates(shown)
}

/// Of what no open incident is about any more: what was said last stays until the record says that it is well.
fn state_after_incident(
    snapshot: &Snapshot,
    outlet: &Outlet,
    books: &AdoptedConfig,
    now: &Condition,
    id: &str,
) -> Option<(u32, ComponentState)> {
    let closed = snapshot.state.order.iter().rev();
    let incident = closed
        .filter_map(|i| snapshot.state.incidents.get(i))
        .find(|i| is_touched(books, i, id, u64::MAX))?;
    let last = snapshot
        .state
        .statements_about(&incident.id, &outlet.audience)
        .next()?;
    let state = ComponentState::from_link(state_of(books, now, id), "");
    (state == ComponentState::Operational).then_some((last.statement.number, state))
}

/// The states of components that differ from what was sent last.
pub(crate) fn wanted_components(snapshot: &Snapshot, name: &str, outlet: &Outlet) -> Vec<Parcel> {
    let mut parcels = Vec::new();
    for (id, (number, state)) in shown_components(snapshot, outlet).0 {
        let Some(issued) = snapshot.state.find_statement(number) else {
            continue;
        };
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
                s if !s.is_settled() && was == state.token() => pending = true,
                _ => {}
            }
        }
        there.sort_unstable();
        let last = there.last().map(|(_, s)| *s);
        // Nothing was ever said of a component that is well: nothing is to be said now.
        if pending
            || last == Some(state.token())
            || (last.is_none() && state == ComponentState::Operational)
        {
            continue;
        }
        let to = format!("{id}={state}");
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

/// The state of a link, region or service; of what nobody reported, what its links make likely.
fn state_of(books: &AdoptedConfig, condition: &Condition, id: &str) -> LinkState {
    let (network, state) = (&books.network, condition.link_state(id));
    if state != LinkState::Unreported || network.find_link(id).is_some() {
        return state;
    }
    let mut riders = network.regions.iter().chain(&network.services);
    let rider = riders.find(|r| r.id == id);
    match rider
        .and_then(|r| condition.possible_effect(r))
        .map(|(e, ..)| e)
    {
        Some(Effect::Down) => LinkState::Down,
        Some(Effect::Degraded) => LinkState::Degraded,
        Some(Effect::AtRisk) | None => LinkState::Up,
    }
}
