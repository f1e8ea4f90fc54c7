//! What is wrong with a network file. Knows no report: only what the file itself says.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::base::fault::{Fault, is_id};
use crate::domain::base::suggest::suggest_nearest;
use crate::domain::network::entries::{Group, Link, Rider};
use crate::domain::network::topology::Network;

impl Network {
    /// Everything that is wrong with it, all at once.
    pub fn find_faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        self.check_ids(&mut faults);
        for (i, link) in self.links.iter().enumerate() {
            self.check_link(i, link, &mut faults);
        }
        for (i, group) in self.groups.iter().enumerate() {
            self.check_group(i, group, &mut faults);
        }
        for (i, region) in self.regions.iter().enumerate() {
            self.check_rider(&format!("regions[{i}]"), region, &mut faults);
        }
        for (i, service) in self.services.iter().enumerate() {
            self.check_rider(&format!("services[{i}]"), service, &mut faults);
        }
        faults
    }

    /// Links, regions and services share one space of identifiers.
    fn check_ids(&self, faults: &mut Vec<Fault>) {
        let links = self.links.iter().map(|l| l.id.as_str());
        let regions = self.regions.iter().map(|r| r.id.as_str());
        let services = self.services.iter().map(|s| s.id.as_str());
        let all = (links.enumerate().map(|(i, id)| (id, format!("links[{i}]"))))
            .chain(
                regions
                    .enumerate()
                    .map(|(i, id)| (id, format!("regions[{i}]"))),
            )
            .chain(
                services
                    .enumerate()
                    .map(|(i, id)| (id, format!("services[{i}]"))),
            );
        let mut seen: BTreeMap<&str, String> = BTreeMap::new();
        for (id, path) in all {
            if !is_id(id) {
                faults.push(Fault::at_path(
                    format!("{path}.id"),
                    format!("\"{id}\" is not an identifier: use letters, digits, '.', '_' and '-', at most 64"),
                ));
            }
            if let Some(first) = seen.insert(id, path.clone()) {
                faults.push(Fault::at_path(
                    format!("{path}.id"),
                    format!("\"{id}\" is declared twice, first at {first}"),
                ));
            }
        }
    }

    fn check_known(&self, id: &str, path: String, faults: &mut Vec<Fault>) {
        if self.find_link(id).is_none() {
            faults.push(Fault::at_path(
                path,
                format!(
                    "the network has no link \"{id}\"{}",
                    suggest_nearest(id, self.all_ids())
                ),
            ));
        }
    }

    fn check_link(&self, i: usize, link: &Link, faults: &mut Vec<Fault>) {
        for (j, part) in link.parts.iter().enumerate() {
            let path = format!("links[{i}].parts[{j}]");
            self.check_known(part, path.clone(), faults);
            if self.contains_link(part, &link.id) {
                faults.push(Fault::at_path(
                    path.clone(),
                    format!("\"{}\" is a part of itself", link.id),
                ));
            }
            if self.links.iter().filter(|l| l.parts.contains(part)).count() > 1 {
                faults.push(Fault::at_path(
                    path,
                    format!("\"{part}\" is a part of more than one link"),
                ));
            }
        }
        if link.capacity.is_some_and(|c| c.thousandths() < 0) {
            faults.push(Fault::at_path(
                format!("links[{i}].capacity"),
                "a capacity is not negative",
            ));
        }
    }

    fn check_group(&self, i: usize, group: &Group, faults: &mut Vec<Fault>) {
        if !is_id(&group.id) {
            faults.push(Fault::at_path(
                format!("groups[{i}].id"),
                format!("\"{}\" is not an identifier", group.id),
            ));
        }
        for (j, id) in group.links.iter().enumerate() {
            let path = format!("groups[{i}].links[{j}]");
            self.check_known(id, path.clone(), faults);
            if group.links[..j].contains(id) {
                faults.push(Fault::at_path(
                    path.clone(),
                    format!("\"{id}\" is counted twice"),
                ));
            }
            let holds_it = |w: &&String| *w != id && self.leaf_parts(w).contains(id);
            if let Some(whole) = group.links.iter().find(holds_it) {
                faults.push(Fault::at_path(
                    path,
                    format!("\"{id}\" is a part of \"{whole}\", which is counted already"),
                ));
            }
        }
    }

    /// A region or service, under its path in the file.
    fn check_rider(&self, path: &str, rider: &Rider, faults: &mut Vec<Fault>) {
        for (j, dependence) in rider.rides_on.iter().enumerate() {
            let path = format!("{path}.rides_on[{j}]");
            for (k, id) in dependence.any_of.iter().enumerate() {
                self.check_known(id, format!("{path}.any_of[{k}]"), faults);
            }
            for (k, id) in dependence.all_of.iter().enumerate() {
                self.check_known(id, format!("{path}.all_of[{k}]"), faults);
            }
            if dependence.any_of.is_empty() && dependence.all_of.is_empty() {
                faults.push(Fault::at_path(path, "say any_of or all_of"));
            }
        }
    }

    /// True when one link is the other, or has it as a part at any depth.
    fn contains_link(&self, from: &str, to: &str) -> bool {
        let mut todo = vec![from.to_owned()];
        let mut seen = BTreeSet::new();
        while let Some(id) = todo.pop() {
            if id == to {
                return true;
            }
            if seen.insert(id.clone())
                && let Some(l) = self.find_link(&id)
            {
                todo.extend(l.parts.iter().cloned());
            }
        }
        false
    }
}
