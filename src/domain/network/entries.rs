//! The entries of `network.yaml`: links, groups, what rides on them. Knows no report.

use crate::domain::base::decimal::Decimal;
use crate::domain::base::lang::Texts;
use crate::domain::base::link::{LinkId, LinkKind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
    /// What a text calls it once it has given the name, per language; the name again when absent.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub short_names: Texts,
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

impl Link {
    /// All by which people know it beside its identifier.
    pub fn all_names(&self) -> impl Iterator<Item = &String> {
        let short = self.short_names.values();
        self.names.values().chain(short).chain(&self.aliases)
    }
}

/// Links that together carry a demand, counted as one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// The identifier by which facts name it.
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
    /// There is no service at all.
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
