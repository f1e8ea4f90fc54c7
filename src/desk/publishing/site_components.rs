//! The states of links, regions and services as a site shows them. It lays no page out.

use std::collections::BTreeSet;

use crate::desk::Snapshot;
use crate::desk::publishing::told_states::{ToldIncident, told_incidents, told_state};
use crate::domain::base::link::LinkKind;
use crate::domain::facts::world::World;
use crate::render::site::Component;

/// Services, regions, cables and routes: those that a notice which is out speaks of as they stood in it.
pub(in crate::desk) fn site_components(
    snapshot: &Snapshot,
    world: World<'_>,
    audience: &str,
) -> Vec<Component> {
    let network = &world.books.network;
    let incidents = told_incidents(snapshot, world, audience);
    let touched: BTreeSet<&String> = incidents
        .iter()
        .flat_map(ToldIncident::links_touched)
        .collect();
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
            is_listed || touched.contains(&l.id)
        })
        .map(|l| ("link", &l.id, &l.names));
    let mut all: Vec<Component> = riders
        .chain(links)
        .map(|(kind, id, names)| Component {
            id: id.clone(),
            names: names.clone(),
            kind: kind.to_owned(),
            state: told_state(&incidents, id).and_then(|(_, state)| state),
        })
        .collect();
    all.sort_by_key(|c| std::cmp::Reverse(c.state));
    all
}
