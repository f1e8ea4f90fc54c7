//! The network: what can fail, what it is made of, and what rides on it.

use crate::domain::base::fault::{Fault, is_id};
use crate::domain::base::lang::Texts;
use crate::domain::base::link::{LinkId, LinkKind};
use crate::domain::base::suggest::nearest;
use crate::domain::network::entries::{Group, Link, Rider};
use crate::domain::network::index::Index;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The file `network.yaml`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Network {
    /// Everything that can fail.
    pub links: Vec<Link>,
    /// Links counted together.
    #[serde(default)]
    pub groups: Vec<Group>,
    /// Places where customers are.
    #[serde(default)]
    pub regions: Vec<Rider>,
    /// What customers use.
    #[serde(default)]
    pub services: Vec<Rider>,
    /// Where each stands. A network is not changed once it was asked.
    #[serde(skip)]
    #[schemars(skip)]
    pub index: Index,
}

impl Network {
    /// The link with this identifier.
    pub fn link(&self, id: &str) -> Option<&Link> {
        let at = self.index.link(&self.links, &self.riders(), id)?;
        self.links.get(at)
    }

    fn riders(&self) -> [&[Rider]; 2] {
        [&self.regions, &self.services]
    }

    /// The region or service with this identifier.
    pub fn rider(&self, id: &str) -> Option<&Rider> {
        let at = self.index.rider(&self.links, &self.riders(), id)?;
        let services = || self.services.get(at - self.regions.len());
        self.regions.get(at).or_else(services)
    }

    /// True when a report may be made about it.
    pub fn knows(&self, id: &str) -> bool {
        self.link(id).is_some() || self.rider(id).is_some()
    }

    /// Every identifier that a report may name, in file order.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.links.iter().map(|l| l.id.as_str()).chain(
            self.regions
                .iter()
                .chain(&self.services)
                .map(|r| r.id.as_str()),
        )
    }

    /// The kind of a link, region or service.
    pub fn kind(&self, id: &str) -> Option<LinkKind> {
        if let Some(l) = self.link(id) {
            return Some(l.kind);
        }
        if self.regions.iter().any(|r| r.id == id) {
            return Some(LinkKind::Region);
        }
        self.services
            .iter()
            .any(|s| s.id == id)
            .then_some(LinkKind::Service)
    }

    /// What customers call it; the identifier when the file gives no name.
    pub fn names(&self, id: &str) -> Texts {
        let given = self
            .link(id)
            .map(|l| &l.names)
            .or_else(|| self.rider(id).map(|r| &r.names));
        match given {
            Some(t) if !t.is_empty() => {
                let mut names = Texts::same(id);
                names.extend(t);
                names
            }
            _ => Texts::same(id),
        }
    }

    /// The link of which this one is a part.
    pub fn parent(&self, id: &str) -> Option<&Link> {
        let at = self.index.whole(&self.links, &self.riders(), id)?;
        self.links.get(at)
    }

    /// The parts without parts of their own; the link itself when it has none.
    pub fn leaves(&self, id: &str) -> Vec<LinkId> {
        let mut out = Vec::new();
        let mut seen = BTreeSet::new();
        self.collect_leaves(id, &mut seen, &mut out);
        out
    }

    /// True when a link without parts is a part of this one at any depth, or is it.
    pub fn has_leaf(&self, id: &str, leaf: &str) -> bool {
        match self.link(id) {
            Some(l) if !l.parts.is_empty() => self.leaves(id).iter().any(|p| p == leaf),
            _ => id == leaf,
        }
    }

    /// The links that something rides on, each with its parts.
    pub fn carriers(&self, rider: &Rider) -> BTreeSet<LinkId> {
        let links = rider
            .rides_on
            .iter()
            .flat_map(|d| d.any_of.iter().chain(&d.all_of));
        links
            .flat_map(|l| std::iter::once(l.clone()).chain(self.leaves(l)))
            .collect()
    }

    fn collect_leaves(&self, id: &str, seen: &mut BTreeSet<String>, out: &mut Vec<LinkId>) {
        if !seen.insert(id.to_owned()) {
            return;
        }
        match self.link(id) {
            Some(l) if !l.parts.is_empty() => {
                for part in &l.parts {
                    self.collect_leaves(part, seen, out);
                }
            }
            _ => out.push(id.to_owned()),
        }
    }

    /// The identifier for something that a person typed: exact, then without regard to case, then a
    /// name or an alias.
    pub fn find(&self, typed: &str) -> Option<&str> {
        if let Some(id) = self.ids().find(|i| *i == typed) {
            return Some(id);
        }
        let lower = typed.to_lowercase();
        if let Some(id) = self.ids().find(|i| i.to_lowercase() == lower) {
            return Some(id);
        }
        let named = |names: &Texts, aliases: &[String]| {
            names
                .values()
                .chain(aliases)
                .any(|n| n.to_lowercase() == lower)
        };
        self.links
            .iter()
            .find(|l| named(&l.names, &l.aliases))
            .map(|l| l.id.as_str())
            .or_else(|| {
                self.regions
                    .iter()
                    .chain(&self.services)
                    .find(|r| named(&r.names, &r.aliases))
                    .map(|r| r.id.as_str())
            })
    }

    /// Everything that is wrong with it, all at once.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut seen: BTreeMap<&str, String> = BTreeMap::new();
        let claim = |id: &'_ str, path: String, faults: &mut Vec<Fault>| {
            if !is_id(id) {
                faults.push(Fault::at(
                    format!("{path}.id"),
                    format!("\"{id}\" is not an identifier: use letters, digits, '.', '_' and '-', at most 64"),
                ));
            }
            path
        };
        let all = self
            .links
            .iter()
            .enumerate()
            .map(|(i, l)| (l.id.as_str(), format!("links[{i}]")))
            .chain(
                self.regions
                    .iter()
                    .enumerate()
                    .map(|(i, r)| (r.id.as_str(), format!("regions[{i}]"))),
            )
            .chain(
                self.services
                    .iter()
                    .enumerate()
                    .map(|(i, r)| (r.id.as_str(), format!("services[{i}]"))),
            );
        for (id, path) in all {
            let path = claim(id, path, &mut faults);
            if let Some(first) = seen.insert(id, path.clone()) {
                faults.push(Fault::at(
                    format!("{path}.id"),
                    format!("\"{id}\" is declared twice, first at {first}"),
                ));
            }
        }
        let missing = |id: &str, path: String, faults: &mut Vec<Fault>| {
            if self.link(id).is_none() {
                faults.push(Fault::at(
                    path,
                    format!(
                        "the network has no link \"{id}\"{}",
                        nearest(id, self.ids())
                    ),
                ));
            }
        };
        for (i, link) in self.links.iter().enumerate() {
            for (j, part) in link.parts.iter().enumerate() {
                missing(part, format!("links[{i}].parts[{j}]"), &mut faults);
                if self.reaches(part, &link.id) {
                    faults.push(Fault::at(
                        format!("links[{i}].parts[{j}]"),
                        format!("\"{}\" is a part of itself", link.id),
                    ));
                }
                if self.links.iter().filter(|l| l.parts.contains(part)).count() > 1 {
                    faults.push(Fault::at(
                        format!("links[{i}].parts[{j}]"),
                        format!("\"{part}\" is a part of more than one link"),
                    ));
                }
            }
            if link.capacity.is_some_and(|c| c.thousandths() < 0) {
                faults.push(Fault::at(
                    format!("links[{i}].capacity"),
                    "a capacity is not negative",
                ));
            }
        }
        for (i, group) in self.groups.iter().enumerate() {
            if !is_id(&group.id) {
                faults.push(Fault::at(
                    format!("groups[{i}].id"),
                    format!("\"{}\" is not an identifier", group.id),
                ));
            }
            for (j, id) in group.links.iter().enumerate() {
                missing(id, format!("groups[{i}].links[{j}]"), &mut faults);
                if group.links[..j].contains(id) {
                    faults.push(Fault::at(
                        format!("groups[{i}].links[{j}]"),
                        format!("\"{id}\" is counted twice"),
                    ));
                }
                if let Some(whole) = group
                    .links
                    .iter()
                    .find(|w| *w != id && self.leaves(w).contains(id))
                {
                    faults.push(Fault::at(
                        format!("groups[{i}].links[{j}]"),
                        format!("\"{id}\" is a part of \"{whole}\", which is counted already"),
                    ));
                }
            }
        }
        for (what, riders) in [("regions", &self.regions), ("services", &self.services)] {
            for (i, rider) in riders.iter().enumerate() {
                for (j, dep) in rider.rides_on.iter().enumerate() {
                    for (k, id) in dep.any_of.iter().enumerate() {
                        missing(
                            id,
                            format!("{what}[{i}].rides_on[{j}].any_of[{k}]"),
                            &mut faults,
                        );
                    }
                    for (k, id) in dep.all_of.iter().enumerate() {
                        missing(
                            id,
                            format!("{what}[{i}].rides_on[{j}].all_of[{k}]"),
                            &mut faults,
                        );
                    }
                    if dep.any_of.is_empty() && dep.all_of.is_empty() {
                        faults.push(Fault::at(
                            format!("{what}[{i}].rides_on[{j}]"),
                            "say any_of or all_of",
                        ));
                    }
                }
            }
        }
        faults
    }

    fn reaches(&self, from: &str, to: &str) -> bool {
        let mut todo = vec![from.to_owned()];
        let mut seen = BTreeSet::new();
        while let Some(id) = todo.pop() {
            if id == to {
                return true;
            }
            if seen.insert(id.clone())
                && let Some(l) = self.link(&id)
            {
                todo.extend(l.parts.iter().cloned());
            }
        }
        false
    }
}

#[cfg(test)]
#[path = "topology_tests.rs"]
mod topology_tests;
