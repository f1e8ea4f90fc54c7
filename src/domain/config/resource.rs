//! What can run out: stock that promises use. Counts nothing.

use crate::domain::base::lang::Texts;
use crate::domain::base::link::LinkId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What becomes of what a period of a rate leaves unused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Rest {
    /// It is lost.
    #[default]
    Lapses,
    /// It is added to the next day's.
    Carries,
}

/// Something finite that promises use. How much there is stands in the record alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    /// What it is called, per language.
    pub names: Texts,
    /// What is counted, per language (vouchers, visits, hours).
    #[serde(default)]
    pub unit: Texts,
    /// It is a rate: so much each local day, counted on the day on which a promise falls due.
    #[serde(default)]
    pub per_day: bool,
    /// For a rate: what becomes of a day's rest.
    #[serde(default)]
    pub rest: Rest,
    /// It is there for this region only.
    #[serde(default)]
    pub region: Option<LinkId>,
    /// Expressions over facts that have to hold before any of it is promised.
    #[serde(default)]
    pub conditions: Vec<String>,
    /// The role that may raise it.
    pub raised_by: String,
    /// How much of it one machine may promise while the shared record cannot be reached; none when absent.
    #[serde(default)]
    pub apart: Option<u64>,
}
