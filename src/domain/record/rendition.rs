//! What a statement says in one channel and one language: lines, spans, final text. Decides nothing about them.

use crate::domain::base::incident::IncidentId;
use crate::domain::base::lang::Lang;
use crate::domain::base::link::LinkId;
use crate::domain::base::value::Value;
use crate::domain::config::line::Element;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One line that was said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaidLine {
    /// The line of the playbook.
    pub id: String,
    /// The incident that it is about, when the statement speaks of several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<IncidentId>,
    /// The entry of the list that it was said for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub it: Option<LinkId>,
    /// What it does.
    pub element: Element,
    /// The facts that it rested on, by path, with their values.
    pub reads: BTreeMap<String, Value>,
    /// Those of them that are printed or asserted: what it claims.
    pub claims: Vec<String>,
    /// What its fixed words assert: expressions that held.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asserts: Vec<String>,
    /// The facts that it rested on being unknown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<String>,
    /// The events behind those facts.
    pub events: Vec<u64>,
    /// The kind of promise that it makes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promise: Option<String>,
    /// The number of that promise in the ledger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promise_number: Option<u32>,
    /// Other incidents of the statement that the same words are about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Also>,
}

/// Another incident that a line is about, in the same words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Also {
    /// The incident.
    pub incident: IncidentId,
    /// The entry of its list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub it: Option<LinkId>,
    /// The number of its own promise in the ledger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promise_number: Option<u32>,
}

/// Where a claim stands in a text, in bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The fact.
    pub path: String,
    /// From.
    pub start: usize,
    /// To, exclusive.
    pub end: usize,
}

/// Where a line stands in a rendition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placed {
    /// The line, counted in `lines` from 0.
    pub line: usize,
    /// From.
    pub start: usize,
    /// To, exclusive.
    pub end: usize,
    /// The claims in it.
    pub spans: Vec<Span>,
}

/// One channel and language: final bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rendition {
    /// The channel.
    pub channel: String,
    /// The language.
    pub lang: Lang,
    /// The text, exactly.
    pub text: String,
    /// What stands where.
    pub placed: Vec<Placed>,
}

impl SaidLine {
    /// True when it is about this incident: it names it, or its statement speaks of nothing else.
    pub fn is_about(&self, incident: &str) -> bool {
        self.incident.as_deref().is_none_or(|i| i == incident)
            || self.also.iter().any(|a| a.incident == incident)
    }

    /// True when it was said for this entry of a list, here or for another incident.
    pub fn is_for(&self, it: &str) -> bool {
        self.it.as_deref() == Some(it) || self.also.iter().any(|a| a.it.as_deref() == Some(it))
    }

    /// The numbers of the promises that it makes.
    pub fn promises(&self) -> impl Iterator<Item = u32> {
        self.promise_number
            .into_iter()
            .chain(self.also.iter().filter_map(|a| a.promise_number))
    }
}
