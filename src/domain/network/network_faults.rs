//! What is wrong with a network file. Knows no report: only what the file itself says.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::base::fault::{Fault, is_id};
use crate::domain::base::suggest::suggest_nearest;
use crate::domain::network::entries::{Group, Rider};
use crate::domain::network::topology::Network;

impl Network {
    /// Everything that is wrong with it, all at once.
    pub fn find_faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        self.check_ids(&mut faults);
        self.check_parts(&mut faults);
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

    fn check_parts(&self, faults: &mut Vec<Fault>) {
        let in_loops = self.find_loops();
        let mut holders: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
        for (i, link) in self.links.iter().enumerate() {
            for part in &link.parts {
                holders.entry(part).or_default().insert(i);
            }
        }
        for (i, link) in self.links.iter().enumerate() {
            for (j, part) in link.parts.iter().enumerate() {
                let path = format!("links[{i}].parts[{j}]");
                self.check_known(part, path.clone(), faults);
                if in_loops.contains(link.id.as_str()) && in_loops.contains(part.as_str()) {
                    faults.push(Fault::at_path(
                        path.clone(),
                        format!("\"{}\" is a part of itself", link.id),
                    ));
                }
                if holders.get(part.as_str()).is_some_and(|h| h.len() > 1) {
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
    }

    /// The links that are parts of themselves: what is left when links without parts are taken away, again and
    /// again, and then those that are part of nothing.
    fn find_loops(&self) -> BTreeSet<&str> {
        let ids = self.links.iter().map(|l| l.id.as_str());
        let pairs = self.links.iter().flat_map(|l| {
            let whole = l.id.as_str();
            l.parts.iter().map(move |p| (whole, p.as_str()))
        });
        let known: BTreeSet<&str> = ids.collect();
        let downward: Vec<(&str, &str)> = pairs.filter(|(_, p)| known.contains(p)).collect();
        let rest = keep_what_leads_on(known, &downward);
        let upward: Vec<(&str, &str)> = downward.iter().map(|(w, p)| (*p, *w)).collect();
        keep_what_leads_on(rest, &upward)
    }

    fn check_group(&self, i: usize, group: &Group, faults: &mut Vec<Fault>) {
        if !is_id(&group.id) {
            faults.push(Fault::at_path(
                format!("groups[{i}].id"),
                format!("\"{}\" is not an identifier", group.id),
            ));
        }
        let counted: BTreeSet<&str> = group.links.iter().map(String::as_str).collect();
        let mut seen = BTreeSet::new();
        let mut above = BTreeMap::new();
        for (j, id) in group.links.iter().enumerate() {
            let path = format!("groups[{i}].links[{j}]");
            self.check_known(id, path.clone(), faults);
            if !seen.insert(id) {
                faults.push(Fault::at_path(
                    path.clone(),
                    format!("\"{id}\" is counted twice"),
                ));
            }
            let has_parts = self.find_link(id).is_some_and(|l| !l.parts.is_empty());
            if let Some(whole) = self.counted_above(id, &counted, &mut above)
                && !has_parts
            {
                faults.push(Fault::at_path(
                    path,
                    format!("\"{id}\" is a part of \"{whole}\", which is counted already"),
                ));
            }
        }
    }

    /// The nearest whole of a link that is counted itself; `above` remembers the answers for each link on the way.
    fn counted_above<'a>(
        &'a self,
        id: &'a str,
        counted: &BTreeSet<&str>,
        above: &mut BTreeMap<&'a str, Option<&'a str>>,
    ) -> Option<&'a str> {
        let mut way = Vec::new();
        let mut at = id;
        let found = loop {
            if let Some(known) = above.get(at) {
                break *known;
            }
            above.insert(at, None);
            way.push(at);
            let Some(whole) = self.parent_of(at).map(|l| l.id.as_str()) else {
                break None;
            };
            if whole != id && counted.contains(whole) {
                break Some(whole);
            }
            at = whole;
        };
        for link in way {
            above.insert(link, found);
        }
        found
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
}

/// What is left of some links when those that lead to none of the others are taken away, again and again.
fn keep_what_leads_on<'a>(
    mut rest: BTreeSet<&'a str>,
    pairs: &[(&'a str, &'a str)],
) -> BTreeSet<&'a str> {
    let mut ways_on: BTreeMap<&str, usize> = BTreeMap::new();
    let mut from: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (a, b) in pairs
        .iter()
        .filter(|(a, b)| rest.contains(a) && rest.contains(b))
    {
        *ways_on.entry(a).or_default() += 1;
        from.entry(b).or_default().push(a);
    }
    let ends = rest.iter().copied().filter(|id| !ways_on.contains_key(id));
    let mut todo: Vec<&str> = ends.collect();
    while let Some(id) = todo.pop() {
        rest.remove(id);
        for before in from.remove(id).unwrap_or_default() {
            if let Some(left) = ways_on.get_mut(before) {
                *left -= 1;
                if *left == 0 {
                    todo.push(before);
                }
            }
        }
    }
    rest
}
