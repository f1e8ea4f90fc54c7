//! The part of a large network on which situations are rehearsed: enough of every kind, with what hangs together. It is used for
//! nothing that is said.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::base::link::LinkId;
use crate::domain::network::entries::{Dependence, Rider};
use crate::domain::network::topology::Network;

/// A network of so many links, regions and services is rehearsed as it is.
const SMALL: usize = 400;

/// So many links of each kind, and so many with parts, are kept of a larger one.
const OF_EACH_KIND: usize = 12;

/// So many regions and so many services are kept.
const RIDERS: usize = 24;

/// So many parts of one link are kept.
const PARTS: usize = 12;

impl Network {
    /// The network for rehearsals: itself when it is small, else the links on which most hangs, with their parts and wholes, what
    /// rides on them, and the entries that are asked for by name.
    pub fn to_rehearse(&self, named: &BTreeSet<LinkId>) -> Network {
        if self.all_ids().count() <= SMALL {
            return self.clone();
        }
        let kept = self.links_to_keep(named);
        let mut links: Vec<_> = self
            .links
            .iter()
            .filter(|l| kept.contains(&l.id))
            .cloned()
            .collect();
        for link in &mut links {
            link.parts.retain(|p| kept.contains(p));
        }
        let mut groups = self.groups.clone();
        for group in &mut groups {
            group.links.retain(|l| kept.contains(l));
        }
        groups.retain(|g| !g.links.is_empty());
        Network {
            links,
            groups,
            regions: riders_to_keep(&self.regions, &kept, named),
            services: riders_to_keep(&self.services, &kept, named),
            index: Default::default(),
        }
    }

    fn links_to_keep(&self, named: &BTreeSet<LinkId>) -> BTreeSet<LinkId> {
        let riders = self.regions.iter().chain(&self.services);
        let ridden = riders.flat_map(|r| &r.rides_on).flat_map(links_of);
        let counted = self.groups.iter().flat_map(|g| &g.links);
        let mut weight: BTreeMap<&LinkId, usize> = BTreeMap::new();
        for link in ridden.chain(counted) {
            *weight.entry(link).or_default() += 1;
        }
        let mut order: Vec<_> = self.links.iter().collect();
        order.sort_by_cached_key(|l| std::cmp::Reverse(weight.get(&l.id).copied().unwrap_or(0)));
        let mut of_kind: BTreeMap<_, usize> = BTreeMap::new();
        let mut kept: BTreeSet<LinkId> = BTreeSet::new();
        for link in order {
            let count = of_kind
                .entry((link.kind, !link.parts.is_empty()))
                .or_default();
            if *count >= OF_EACH_KIND && !named.contains(&link.id) {
                continue;
            }
            *count += 1;
            kept.insert(link.id.clone());
            kept.extend(link.parts.iter().take(PARTS).cloned());
            kept.extend(self.parent_of(&link.id).map(|p| p.id.clone()));
        }
        kept
    }
}

fn links_of(dependence: &Dependence) -> impl Iterator<Item = &LinkId> {
    dependence.any_of.iter().chain(&dependence.all_of)
}

/// Those that ride on links that are kept, without what they ride on besides.
fn riders_to_keep(all: &[Rider], kept: &BTreeSet<LinkId>, named: &BTreeSet<LinkId>) -> Vec<Rider> {
    let mut found = Vec::new();
    for rider in all {
        let is_asked = named.contains(&rider.id) || found.len() < RIDERS;
        if !is_asked {
            continue;
        }
        let mut rider = rider.clone();
        for dependence in &mut rider.rides_on {
            dependence.any_of.retain(|l| kept.contains(l));
            dependence.all_of.retain(|l| kept.contains(l));
        }
        rider.rides_on.retain(|d| links_of(d).next().is_some());
        found.push(rider);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::network::entries::Link;

    fn network(count: usize) -> Network {
        let text =
            "{ links: [], regions: [{ id: hue, rides_on: [{ any_of: [L7], effect: down }] }] }";
        let mut network: Network = serde_yaml::from_str(text).unwrap_or_default();
        let link = |i: usize| -> Option<Link> {
            let parts = if i.is_multiple_of(100) {
                format!("[P{i}]")
            } else {
                "[]".into()
            };
            serde_yaml::from_str(&format!("{{ id: L{i}, kind: cable, parts: {parts} }}")).ok()
        };
        network.links = (0..count).filter_map(link).collect();
        let part = |i: usize| serde_yaml::from_str(&format!("{{ id: P{i}, kind: segment }}")).ok();
        network
            .links
            .extend((0..count).step_by(100).filter_map(part));
        network
    }

    #[test]
    fn a_small_network_is_rehearsed_as_it_is() {
        let small = network(300);
        assert_eq!(small.to_rehearse(&BTreeSet::new()), small);
    }

    #[test]
    fn of_a_large_one_stays_what_hangs_together() {
        let named = BTreeSet::from(["L4321".to_owned()]);
        let cut = network(5000).to_rehearse(&named);
        assert!(cut.links.len() < 80, "{}", cut.links.len());
        for id in ["L7", "L4321", "L0", "P0", "hue"] {
            assert!(cut.has_entry(id), "{id}");
        }
        assert!(cut.find_faults().is_empty(), "{:?}", cut.find_faults());
    }
}
