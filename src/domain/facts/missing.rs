//! What the record does not say, with the step that would record it. It looks for nothing, and writes no command: where
//! facts are printed, the command line puts one in the place of the step.

use std::collections::BTreeMap;
use std::fmt::Display;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::domain::base::lang::{Lang, Texts};
use crate::domain::base::next_step::{Advice, NextStep};
use crate::languages::phrases::Missing;

/// The key of the object that stands for a step until the command line writes its command there.
pub const STEP_KEY: &str = "next_step";

/// Something that the record does not say, and the step that would record it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingFact {
    /// What is missing, for staff.
    pub what: Texts,
    /// What would record it; none when no command helps. In files it is the command itself.
    #[serde(
        rename = "command",
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "write_step_as_data",
        deserialize_with = "read_command"
    )]
    pub step: Option<NextStep>,
    /// The events that make it unknown, where some do ("degraded", and nobody said by how much).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<u64>,
}

impl MissingFact {
    /// With the events that make it unknown.
    pub fn because_of(mut self, events: &[u64]) -> Self {
        self.events = events.to_vec();
        self
    }

    /// What is missing, by a phrase that has the same identifiers and numbers in each language.
    pub fn from_phrase(
        phrase: Missing,
        gaps: &[(&str, &dyn Display)],
        step: impl Into<Option<NextStep>>,
    ) -> Self {
        MissingFact::from_texts(Texts::from_phrase(phrase, gaps), step)
    }

    /// What is missing, in words that differ per language beyond the phrase.
    pub fn from_texts(what: Texts, step: impl Into<Option<NextStep>>) -> Self {
        MissingFact {
            what,
            step: step.into(),
            events: Vec::new(),
        }
    }

    /// What would help who typed the command, in the language of refusals alone; the others have an empty text.
    pub fn from_hint(what: impl AsRef<str>, step: impl Into<Option<NextStep>>) -> Self {
        let told = |lang| match lang {
            Lang::USUAL => what.as_ref().to_owned(),
            _ => String::new(),
        };
        MissingFact::from_texts(Texts::build_per_lang(told), step)
    }

    /// What is missing, in words for the log that no language translates.
    pub fn from_untranslated(what: &str, step: impl Into<Option<NextStep>>) -> Self {
        MissingFact::from_texts(Texts::same_in_all(what), step)
    }
}

impl From<&MissingFact> for Advice {
    /// In the language of refusals.
    fn from(lack: &MissingFact) -> Self {
        let what = lack.what.get_or_any(Lang::USUAL);
        match &lack.step {
            None => what.into(),
            Some(step) => step.clone().after(format!("{what}: ")),
        }
    }
}

fn write_step_as_data<S: Serializer>(
    step: &Option<NextStep>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    BTreeMap::from([(STEP_KEY, step)]).serialize(serializer)
}

fn read_command<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NextStep>, D::Error> {
    let command = String::deserialize(deserializer)?;
    Ok((!command.is_empty()).then_some(NextStep::AsWritten { command }))
}
