//! The facts of one moment: all that a template can see and all that the gate trusts. Nothing is derived here.

use crate::domain::base::next_step::NextStep;
use crate::domain::base::phase::Phase;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The name of the way in which this program derives facts and composes texts: another may give other words. The number
/// rises with every change after which an earlier record gives other bytes.
pub const DERIVATION: &str = concat!("saydo ", env!("CARGO_PKG_VERSION"), ", texts 7");

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::domain::base::link::Source;
use crate::domain::base::time::At;
use crate::domain::base::value::Value;
use crate::domain::config::audience::Disclosure;
use crate::domain::facts::missing::MissingFact;
use crate::languages::phrases::Missing;

/// The name of the format in which facts are written out and read back.
pub const FORMAT: &str = "saydo-facts/1";

/// Something the record backs at one instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    #[serde(flatten)]
    pub value: Value,
    /// The events behind it, ascending; none for what adopted files say.
    #[serde(default)]
    pub events: Vec<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// When they said it, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said_at: Option<At>,
    /// Until when it may be said without being confirmed again; none is "without end".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fresh_until: Option<At>,
    /// Who may know it.
    pub disclosure: Disclosure,
    /// What stands in the way of a better value, for staff.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lacks: Vec<MissingFact>,
}

/// What is known about one path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "kebab-case")]
pub enum FactEntry {
    /// Backed by events, and not older than its limit.
    Known(Fact),
    /// Backed once, and since then grown old.
    Stale {
        /// The value that it had while it was fresh.
        fact: Fact,
        /// How to confirm it.
        lack: MissingFact,
    },
    /// No entry of the record says it.
    Unknown { lack: MissingFact },
}

/// All facts of one incident (or several) for one audience at one instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    pub format: String,
    pub as_of: At,
    /// The zone of dates and times in words.
    pub zone: Tz,
    /// The incidents that they are about.
    pub incidents: Vec<String>,
    pub audience: String,
    /// How much they may know.
    pub may_know: Disclosure,
    /// They are of a drill: every text says so.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub drill: bool,
    /// By path. Shared, so that handing facts to a template costs nothing.
    pub facts: Arc<BTreeMap<String, FactEntry>>,
}

impl Facts {
    pub fn empty(
        as_of: At,
        zone: Tz,
        incidents: Vec<String>,
        audience: &str,
        may_know: Disclosure,
    ) -> Self {
        Facts {
            format: FORMAT.to_owned(),
            as_of,
            zone,
            incidents,
            audience: audience.to_owned(),
            may_know,
            drill: false,
            facts: Arc::new(BTreeMap::new()),
        }
    }

    /// The entry at a path.
    pub fn entry(&self, path: &str) -> Option<&FactEntry> {
        self.facts.get(path)
    }

    /// The fact at a path, if it is backed and fresh.
    pub fn known_fact(&self, path: &str) -> Option<&Fact> {
        match self.facts.get(path) {
            Some(FactEntry::Known(f)) => Some(f),
            _ => None,
        }
    }

    /// The value at a path, if it is backed and fresh.
    pub fn value(&self, path: &str) -> Option<&Value> {
        self.known_fact(path).map(|f| &f.value)
    }

    /// The word of a state, if it is backed and fresh.
    pub fn state_word(&self, path: &str) -> Option<&str> {
        match self.value(path) {
            Some(Value::State(s)) => Some(s),
            _ => None,
        }
    }

    /// How far the incident has come, if that is backed and fresh.
    pub fn phase(&self) -> Option<Phase> {
        self.state_word(Phase::PATH).and_then(Phase::from_token)
    }

    /// True when some path begins with this one and a point.
    pub fn has_below(&self, path: &str) -> bool {
        let prefix = format!("{path}.");
        self.facts
            .range(prefix.clone()..)
            .next()
            .is_some_and(|(k, _)| k.starts_with(&prefix))
    }

    /// What is missing at a path, for staff.
    pub fn missing_at(&self, path: &str) -> MissingFact {
        match self.facts.get(path) {
            Some(FactEntry::Unknown { lack } | FactEntry::Stale { lack, .. }) => lack.clone(),
            Some(FactEntry::Known(_)) => {
                MissingFact::from_phrase(Missing::Known, &[("path", &path)], None)
            }
            None => MissingFact::from_phrase(Missing::NotRecorded, &[("path", &path)], None),
        }
    }

    /// Adds a fact; one that has grown old by `as_of` is kept as stale.
    pub fn insert_fact(
        &mut self,
        path: impl Into<String>,
        mut fact: Fact,
        how_to_confirm: Option<MissingFact>,
    ) {
        let path = path.into();
        fact.events.sort_unstable();
        fact.events.dedup();
        let is_old = fact.fresh_until.is_some_and(|t| self.as_of > t);
        let entry = if is_old {
            let lack = how_to_confirm.unwrap_or_else(|| {
                MissingFact::from_phrase(
                    Missing::TooOld,
                    &[("path", &path)],
                    NextStep::ConfirmAgain,
                )
            });
            FactEntry::Stale { fact, lack }
        } else {
            FactEntry::Known(fact)
        };
        Arc::make_mut(&mut self.facts).insert(path, entry);
    }

    /// Adds what is missing at a path.
    pub fn insert_missing(&mut self, path: impl Into<String>, lack: MissingFact) {
        Arc::make_mut(&mut self.facts).insert(path.into(), FactEntry::Unknown { lack });
    }
}

impl Fact {
    /// A fact without a source or an age: what files and the clock say.
    pub fn without_source(value: Value) -> Self {
        Fact {
            value,
            events: Vec::new(),
            source: None,
            said_at: None,
            fresh_until: None,
            disclosure: Disclosure::Public,
            lacks: Vec::new(),
        }
    }

    /// With the events behind it.
    pub fn from_events(value: Value, events: &[u64]) -> Self {
        Fact {
            events: events.to_vec(),
            ..Fact::without_source(value)
        }
    }

    /// Known only to those at this level.
    pub fn known_only_to(mut self, disclosure: Disclosure) -> Self {
        self.disclosure = disclosure;
        self
    }
}
