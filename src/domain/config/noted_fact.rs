//! A fact that staff may note in a playbook: its type, its words, its limits. Holds no value.

use crate::domain::base::lang::Texts;
use crate::domain::base::link::SourceKind;
use crate::domain::base::time::Period;
use crate::domain::config::audience::Disclosure;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The type of a noted fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FactType {
    /// A whole number.
    Count,
    /// A decimal number.
    Decimal,
    /// A share, `40%`.
    Share,
    /// A day without a time.
    Date,
    /// A day with a time.
    Instant,
    /// From ... to.
    Window,
    /// A length of time.
    Duration,
    /// One word of `choices`.
    State,
    /// A link, region or service of the network.
    Link,
    /// Several of them.
    List,
    /// A text in every language, from a catalogue or given in each.
    Phrase,
}

/// A fact that staff note by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NotedFact {
    /// The type of its values.
    #[serde(rename = "type")]
    pub kind: FactType,
    /// The list of phrases to choose from.
    #[serde(default)]
    pub catalogue: Option<String>,
    /// The words to choose from, for a state.
    #[serde(default)]
    pub choices: Vec<String>,
    /// What to ask for, shown to staff.
    #[serde(default)]
    pub ask: Texts,
    /// How long it stays sayable; `never` is written by leaving it out and setting `lasts`.
    #[serde(default)]
    pub fresh: Option<Period>,
    /// It does not age.
    #[serde(default)]
    pub lasts: bool,
    /// Who may know it.
    #[serde(default)]
    pub disclosure: Option<Disclosure>,
    /// The kinds of source that may say it; any when empty.
    #[serde(default)]
    pub sources: Vec<SourceKind>,
    /// A time without a day, as `23:00`, is the nearest one, not the next to come: for what was measured.
    #[serde(default)]
    pub measured: bool,
}

impl NotedFact {
    /// True when a source of this kind may note it, or confirm it by `still`.
    pub fn may_come_from(&self, kind: SourceKind) -> bool {
        kind != SourceKind::Estimate && self.sources.is_empty() || self.sources.contains(&kind)
    }
}
