//! The states of links, regions and services as a site shows them. It lays no page out.

use std::collections::{BTreeMap, BTreeSet};

use crate::desk::Snapshot;
use crate::desk::publishing::site_outline::scope_at;
use crate::domain::base::link::{LinkKind, LinkState};
use crate::domain::base::value::Value;
use crate::domain::facts::world::World;
use crate::domain::network::entries::Effect;
use crate::domain::network::health::Condition;
use crate::domain::record::statement::StatementIssued;
use crate::domain::speech::page_status::{ComponentState, phase_by_clock};
use crate::render::site::Component;

/// Services, regions, cables and routes: those that a notice which is out speaks of as they stood in it.
pub(in crate::desk) fn site_components(
    snapshot: &Snapshot,
    world: World<'_>,
    audience: &str,
) -> Vec<Component> {
    let network = &world.books.network;
    let mut states: BTreeMap<(&str, String), ComponentState> = BTreeMap::new();
    for incident in snapshot.state.open_incidents() {
        let Some(last) = snapshot
            .state
            .statements_about(&incident.id, audience)
            .next()
        else {
            continue;
        };
        let condition = Condition::at_event(network, &snapshot.state, last.seq);
        let zone = world.books.workspace.zone;
        let phase = phase_by_clock(&last.statement, incident, snapshot.clock.now, zone);
        for link in scope_at(incident, last.seq) {
            let own = ComponentState::from_link(condition.link_state(&link), &phase);
            let entry = states.entry(("link", link)).or_insert(own);
            *entry = own.max(*entry);
        }
        for rider in network
            .regions
            .iter()
            .map(|r| ("region", r))
            .chain(network.services.iter().map(|s| ("service", s)))
        {
            let (kind, rider) = rider;
            let own = if names(&last.statement, &incident.id, kind, &rider.id) {
                let reported = condition.link_state(&rider.id);
                let effect = condition.possible_effect(rider).map(|(e, ..)| e);
                let state = match (reported, effect) {
                    (LinkState::Unreported, Some(Effect::Down)) => LinkState::Down,
                    (LinkState::Unreported, _) => LinkState::Degraded,
                    (other, _) => other,
                };
                ComponentState::from_link(state, &phase)
            } else {
                continue;
            };
            let entry = states.entry((kind, rider.id.clone())).or_insert(own);
            *entry = own.max(*entry);
        }
    }
    let parts: BTreeSet<&String> = network.links.iter().flat_map(|l| &l.parts).collect();
    let riders = network
        .services
        .iter()
        .map(|s| ("service", &s.id, &s.names))
        .chain(network.regions.iter().map(|r| ("region", &r.id, &r.names)));
    let links = network
        .links
        .iter()
        .filter(|l| {
            let is_listed =
                matches!(l.kind, LinkKind::Cable | LinkKind::Route) && !parts.contains(&l.id);
            is_listed || states.contains_key(&("link", l.id.clone()))
        })
        .map(|l| ("link", &l.id, &l.names));
    let mut all: Vec<Component> = riders
        .chain(links)
        .map(|(kind, id, names)| {
            let state = states.get(&(kind, id.clone()));
            Component {
                id: id.clone(),
                names: names.clone(),
                kind: kind.to_owned(),
                state: state.unwrap_or(&ComponentState::Operational).to_string(),
                noticed: state.is_some(),
            }
        })
        .collect();
    all.sort_by_key(|c| (!c.noticed, c.state == "operational"));
    all
}

pub(in crate::desk) fn named<'a>(
    s: &'a StatementIssued,
    incident: &'a str,
    kind: &'a str,
) -> impl Iterator<Item = &'a crate::domain::base::value::Named> {
    s.lines()
        .iter()
        .filter(move |l| l.is_about(incident))
        .flat_map(move |l| {
            l.reads
                .iter()
                .filter(move |(p, _)| l.claims.contains(p) && p.starts_with(&format!("{kind}s.")))
        })
        .filter_map(|(_, v)| match v {
            Value::List(list) => Some(list.iter()),
            _ => None,
        })
        .flatten()
}

/// Whether a statement names a region or service.
pub(in crate::desk) fn names(s: &StatementIssued, incident: &str, kind: &str, id: &str) -> bool {
    named(s, incident, kind).any(|n| n.id == id)
}
