//! A situation that a playbook is tried in. Plays nothing.

use std::str::FromStr;

use crate::domain::base::link::{LinkState, Source, Work};
use crate::domain::base::time::Period;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What happens in a test situation: one step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// When, after the declaration.
    pub at: Period,
    /// The links meant: `first`, `second`, `third`, `rest`, `all`, `part`, `other-part`, `region`,
    /// `regions`, `service`, `services`, `hotline`, or an identifier.
    #[serde(default)]
    pub links: Vec<String>,
    /// The state that is reported of them.
    #[serde(default)]
    pub state: Option<LinkState>,
    /// The share left.
    #[serde(default)]
    pub capacity_left: Option<String>,
    /// The stage of work.
    #[serde(default)]
    pub work: Option<Work>,
    /// The cause, a key of `causes:`; `any` takes the first.
    #[serde(default)]
    pub cause: Option<String>,
    /// The cause is confirmed.
    #[serde(default)]
    pub confirmed: bool,
    /// A repair window as two offsets in days, `5..9`.
    #[serde(default)]
    pub window_days: Option<String>,
    /// Who says so; our own check when absent.
    #[serde(default)]
    pub source: Option<String>,
    /// Notes a fact.
    #[serde(default)]
    pub fact: Option<String>,
    /// Its value; `any` takes the first of a catalogue or of the choices.
    #[serde(default)]
    pub value: Option<String>,
    /// There is so much (`value`) of this resource now.
    #[serde(default)]
    pub stock: Option<String>,
    /// What may be said is issued now.
    #[serde(default)]
    pub issue: bool,
    /// Takes back what an earlier step (from 1) said.
    #[serde(default)]
    pub retract: Option<usize>,
    /// Confirms again all that stands.
    #[serde(default)]
    pub still: bool,
    /// The links meant leave the incident.
    #[serde(default)]
    pub leaves: bool,
    /// The links meant are part of the incident from now on.
    #[serde(default)]
    pub joins: bool,
}

impl Step {
    /// The source, our own check when none is given.
    ///
    /// # Errors
    /// When the word is not a kind of source.
    pub fn source(&self) -> Result<Source, <Source as FromStr>::Err> {
        self.source
            .as_deref()
            .map_or(Ok(Source::own_check()), str::parse)
    }
}

/// A situation of the playbook's own test matrix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Situation {
    /// The name by which renderings are filed.
    pub name: String,
    /// Planned work: its start and end after the declaration, `2d..2d4h`.
    #[serde(default)]
    pub planned: Option<(Period, Period)>,
    /// What happens in it, step by step.
    #[serde(default)]
    pub steps: Vec<Step>,
    /// How long after the declaration the draft is made.
    #[serde(alias = "look")]
    #[schemars(extend("x-old-name" = "look"))]
    pub draft_at: Period,
}
