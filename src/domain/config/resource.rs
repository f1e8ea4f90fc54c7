//! What can run out: stock that promises use. Counts nothing.

use crate::domain::base::lang::Texts;
use crate::domain::base::link::LinkId;
use schemars::JsonSchema;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

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
    /// For a rate: what a day leaves unused is added to the next day's.
    #[serde(default, alias = "rest", deserialize_with = "read_rollover")]
    #[schemars(extend("x-old-name" = "rest"))]
    pub rollover: bool,
    /// It is there for this region only.
    #[serde(default)]
    pub region: Option<LinkId>,
    /// Expressions over facts that have to hold before any of it is promised.
    #[serde(default)]
    pub conditions: Vec<String>,
    /// The role that decides how much there is, and is asked for more.
    #[serde(alias = "raised_by")]
    #[schemars(extend("x-old-name" = "raised_by"))]
    pub owner: String,
    /// How much of it one machine may promise while the shared record cannot be reached; none when absent.
    #[serde(default, alias = "apart")]
    #[schemars(extend("x-old-name" = "apart"))]
    pub offline_limit: Option<u64>,
}

/// Reads yes or no, or the words by which `rest`, as this was called, said it.
fn read_rollover<'de, D: Deserializer<'de>>(d: D) -> Result<bool, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Now(bool),
        Before(String),
    }
    match Written::deserialize(d).map_err(|_| D::Error::custom("say `true` or `false`"))? {
        Written::Now(rollover) => Ok(rollover),
        Written::Before(word) => match word.as_str() {
            "carries" => Ok(true),
            "lapses" => Ok(false),
            other => Err(D::Error::custom(format!(
                "\"{other}\" is neither `true` nor `false`"
            ))),
        },
    }
}
