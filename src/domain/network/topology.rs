//! The network: what can fail, what it is made of, and what rides on it. Knows no report.

use crate::domain::base::lang::Texts;
use crate::domain::base::link::{LinkId, LinkKind};
use crate::domain::network::entries::{Group, Link, Rider};
use crate::domain::network::index::Index;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

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
    pub fn find_link(&self, id: &str) -> Option<&Link> {
        let at = self
            .index
            .link_position(&self.links, &self.all_riders(), id)?;
        self.links.get(at)
    }

    fn all_riders(&self) -> [&[Rider]; 2] {
        [&self.regions, &self.services]
    }

    /// The region or service with this identifier.
    pub fn find_rider(&self, id: &str) -> Option<&Rider> {
        let at = self
            .index
            .rider_position(&self.links, &self.all_riders(), id)?;
        let services = || self.services.get(at - self.regions.len());
        self.regions.get(at).or_else(services)
    }

    /// True when a report may be made about it.
    pub fn has_entry(&self, id: &str) -> bool {
        self.find_link(id).is_some() || self.find_rider(id).is_some()
    }

    /// Every identifier that a report may name, in file order.
    pub fn all_ids(&self) -> impl Iterator<Item = &str> {
        self.links.iter().map(|l| l.id.as_str()).chain(
            self.regions
                .iter()
                .chain(&self.services)
                .map(|r| r.id.as_str()),
        )
    }

    /// The kind of a link, region or service.
    pub fn kind_of(&self, id: &str) -> Option<LinkKind> {
        if let Some(l) = self.find_link(id) {
            return Some(l.kind);
        }
        let at = self
            .index
            .rider_position(&self.links, &self.all_riders(), id)?;
        let is_region = at < self.regions.len();
        Some(if is_region {
            LinkKind::Region
        } else {
            LinkKind::Service
        })
    }

    /// What customers call it; the identifier when the file gives no name.
    pub fn names_of(&self, id: &str) -> Texts {
        let given = self
            .find_link(id)
            .map(|l| &l.names)
            .or_else(|| self.find_rider(id).map(|r| &r.names));
        match given {
            Some(names) if !names.is_empty() => names.clone(),
            _ => Texts::untranslated(id),
        }
    }

    /// The link of which this one is a part.
    pub fn parent_of(&self, id: &str) -> Option<&Link> {
        let at = self
            .index
            .parent_position(&self.links, &self.all_riders(), id)?;
        self.links.get(at)
    }

    /// The parts without parts of their own; the link itself when it has none.
    pub fn leaf_parts(&self, id: &str) -> Vec<LinkId> {
        let riders = self.all_riders();
        let at = self.index.link_position(&self.links, &riders, id);
        let kept = at.and_then(|at| self.index.leaves_at(&self.links, &riders, at));
        kept.map_or_else(|| self.walk_to_leaves(id), <[LinkId]>::to_vec)
    }

    /// The same, found step by step.
    fn walk_to_leaves(&self, id: &str) -> Vec<LinkId> {
        let mut leaves = Vec::new();
        let mut seen = BTreeSet::new();
        let mut todo = vec![id];
        while let Some(id) = todo.pop() {
            if !seen.insert(id) {
                continue;
            }
            match self.find_link(id) {
                Some(l) if !l.parts.is_empty() => {
                    todo.extend(l.parts.iter().rev().map(String::as_str));
                }
                _ => leaves.push(id.to_owned()),
            }
        }
        leaves
    }

    /// Every link, each after its parts.
    pub fn links_bottom_up(&self) -> impl Iterator<Item = &Link> {
        let order = self.index.bottom_up(&self.links, &self.all_riders());
        order.iter().filter_map(|at| self.links.get(*at))
    }

    /// True when a link without parts is a part of this one at any depth, or is it.
    pub fn has_leaf(&self, id: &str, leaf: &str) -> bool {
        match self.find_link(id) {
            Some(l) if !l.parts.is_empty() => self.leaf_parts(id).iter().any(|p| p == leaf),
            _ => id == leaf,
        }
    }

    /// The links that something rides on, each with its parts.
    pub fn carriers_of(&self, rider: &Rider) -> BTreeSet<LinkId> {
        let links = rider
            .rides_on
            .iter()
            .flat_map(|d| d.any_of.iter().chain(&d.all_of));
        links
            .flat_map(|l| std::iter::once(l.clone()).chain(self.leaf_parts(l)))
            .collect()
    }

    /// The identifier for something that a person typed: exact, then without regard to case, then a
    /// name or an alias.
    pub fn find_typed_id(&self, typed: &str) -> Option<&str> {
        if let Some(id) = self.all_ids().find(|i| *i == typed) {
            return Some(id);
        }
        let lower = typed.to_lowercase();
        if let Some(id) = self.all_ids().find(|i| i.to_lowercase() == lower) {
            return Some(id);
        }
        let is_it = |n: &String| n.to_lowercase() == lower;
        let named = |names: &Texts, aliases: &[String]| names.values().chain(aliases).any(is_it);
        self.links
            .iter()
            .find(|l| l.all_names().any(is_it))
            .map(|l| l.id.as_str())
            .or_else(|| {
                self.regions
                    .iter()
                    .chain(&self.services)
                    .find(|r| named(&r.names, &r.aliases))
                    .map(|r| r.id.as_str())
            })
    }
}

#[cfg(test)]
#[path = "topology_tests.rs"]
mod topology_tests;
