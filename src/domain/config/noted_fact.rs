//! A fact that staff may note in a playbook: its type, its words, its limits. Holds no value.

use crate::domain::base::lang::Texts;
use crate::domain::base::link::{LinkState, SourceKind};
use crate::domain::base::time::Period;
use crate::domain::base::value::Value;
use crate::domain::config::audience::Disclosure;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    /// Emptied, it is over, and what was told of it stays true: a rumour that nobody repeats any more.
    #[serde(default)]
    pub over_when_emptied: bool,
    /// Values by which people feel something, `any` for all: noted after everything was up again, nothing is restored.
    #[serde(default)]
    pub trouble: Vec<String>,
    /// What was told of it stands: another value takes it back, and the statement that says so tells what was said before.
    #[serde(default)]
    pub stands: bool,
    /// For a state that stands: the values that take back what was told; any other value when empty.
    #[serde(default)]
    pub overturned_by: Vec<String>,
    /// For a state: what a value means for the link that the incident is about, which is reported with it.
    #[serde(default)]
    pub implies: BTreeMap<String, LinkState>,
    /// A time without a day, as `23:00`, is the nearest one, not the next to come: for what was measured.
    #[serde(default)]
    pub measured: bool,
}

impl NotedFact {
    /// True when a value takes back what was told of another.
    pub fn is_overturned_by(&self, value: &Value) -> bool {
        let named = &self.overturned_by;
        self.stands
            && match value {
                Value::State(word) => named.is_empty() || named.contains(word),
                _ => true,
            }
    }

    /// True when a source of this kind may note it, or confirm it by `still`.
    pub fn may_come_from(&self, kind: SourceKind) -> bool {
        kind != SourceKind::Estimate && self.sources.is_empty() || self.sources.contains(&kind)
    }
}
