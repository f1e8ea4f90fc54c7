//! The network: what can fail, what it is made of, and what rides on it.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::base::decimal::Decimal;
use crate::domain::base::lang::Texts;
use crate::domain::base::link::{LinkId, LinkKind};
use crate::domain::network::index::Index;

/// How the parts of a link make up the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Join {
    /// As bad as the worst part.
    #[default]
    Series,
    /// Some parts down is degraded; all parts down is down.
    Parallel,
}

/// A link as the file describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// Its identifier: letters, digits, `.`, `_`, `-`.
    pub id: LinkId,
    /// What kind of thing it is.
    pub kind: LinkKind,
    /// What customers call it, per language; the identifier when absent.
    #[serde(default)]
    pub names: Texts,
    /// Other names under which people know it.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Who runs it: a key of the workspace's `parties:`.
    #[serde(default)]
    pub operator: Option<String>,
    /// How much it carries, in Gbps.
    #[serde(default)]
    pub capacity: Option<Decimal>,
    /// The links it is made of.
    #[serde(default)]
    pub parts: Vec<LinkId>,
    /// How the parts make up the whole.
    #[serde(default)]
    pub join: Join,
}

/// Links that together carry a demand, counted as one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Its identifier.
    pub id: String,
    /// What customers call it.
    #[serde(default)]
    pub names: Texts,
    /// The links counted; parts of a link are not counted beside it.
    pub links: Vec<LinkId>,
    /// What customers use at the busiest hour, in Gbps.
    #[serde(default)]
    pub peak_demand: Option<Decimal>,
}

/// What losing links does to a region or service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dependence {
    /// Losing any one of these is enough.
    #[serde(default)]
    pub any_of: Vec<LinkId>,
    /// Only losing all of these is enough.
    #[serde(default)]
    pub all_of: Vec<LinkId>,
    /// What it then may do to the region or service.
    pub effect: Effect,
}

/// What losing links may do to those who ride on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// Slower or worse.
    Degraded,
    /// No service.
    Down,
    /// Works; the spare is gone.
    AtRisk,
}

/// A region or service that rides on links.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rider {
    /// Its identifier, unique among links, regions and services.
    pub id: LinkId,
    /// What customers call it.
    #[serde(default)]
    pub names: Texts,
    /// Other names, for example those before a reform.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// What losing which links does to it.
    #[serde(default)]
    pub rides_on: Vec<Dependence>,
}

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

/// Something wrong in a file, with the path of the field it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The path in the file, as in `links[3].parts[0]`.
    pub path: String,
    /// What is wrong and what to do.
    pub what: String,
}

impl Fault {
    /// A fault at a path.
    pub fn at(path: impl Into<String>, what: impl Into<String>) -> Self {
        Fault {
            path: path.into(),
            what: what.into(),
        }
    }
}

/// True for identifiers that are safe everywhere: in paths, expressions and file names.
pub fn is_id(id: &str) -> bool {
    !id.is_empty()
        && id.len() <= 64
        && id.starts_with(|c: char| c.is_ascii_alphanumeric())
        && id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
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

/// `; did you mean "x"?` when a known word is near, else nothing.
pub fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> String {
    let lower = word.to_lowercase();
    known
        .take(5000)
        .map(|k| (strsim::damerau_levenshtein(&lower, &k.to_lowercase()), k))
        .min()
        .filter(|(distance, k)| *distance <= 1 + k.len().min(word.len()) / 3)
        .map_or(String::new(), |(_, k)| format!("; did you mean \"{k}\"?"))
}
