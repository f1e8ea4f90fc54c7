//! What a statement says in one channel and one language: lines, spans, final text. Decides nothing about them.

use crate::domain::base::incident::IncidentId;
use crate::domain::base::lang::Lang;
use crate::domain::base::link::LinkId;
use crate::domain::base::value::Value;
use crate::domain::config::line::Element;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One line of a statement, with what it rested on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaidLine {
    /// The identifier of the line in the playbook.
    pub id: String,
    /// The incident that it is about, when the statement speaks of several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<IncidentId>,
    /// The entry of the list that it was said for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub it: Option<LinkId>,
    /// What the line does in a statement.
    pub element: Element,
    /// The facts that it rested on, by path, with their values.
    pub reads: BTreeMap<String, Value>,
    /// Those of them that are printed or asserted: what it claims.
    pub claims: Vec<String>,
    /// What its fixed words assert: expressions that held.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asserts: Vec<String>,
    /// The facts that had to be unknown for it to be said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<String>,
    /// The numbers of the events behind those facts.
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
    /// The identifier of the other incident.
    pub incident: IncidentId,
    /// The entry of its list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub it: Option<LinkId>,
    /// The number of its own promise in the ledger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promise_number: Option<u32>,
}

/// The bytes of a text that print a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The path of the fact.
    pub path: String,
    /// The first byte in the text.
    pub start: usize,
    /// The byte after the last one.
    pub end: usize,
}

/// The bytes of a rendition that a line takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placed {
    /// The line, counted in `lines` from 0.
    pub line: usize,
    /// The first byte in the text.
    pub start: usize,
    /// The byte after the last one.
    pub end: usize,
    /// The claims that are printed in it.
    pub spans: Vec<Span>,
}

/// The final text for one channel in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rendition {
    /// The name of the channel.
    pub channel: String,
    /// The language of the text.
    pub lang: Lang,
    /// The text as it is sent, byte for byte.
    pub text: String,
    /// The bytes that each line takes.
    pub placed: Vec<Placed>,
    /// The program does not read this language: of the text the gate held structure, printed values and claims, not what its
    /// other words say.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub not_read: bool,
}

impl Rendition {
    /// The places of its text: several lines have one place in common where one sentence says them.
    pub fn distinct_places(&self) -> impl Iterator<Item = &Placed> {
        let mut last = None;
        self.placed.iter().filter(move |p| {
            let is_new = last != Some((p.start, p.end));
            last = Some((p.start, p.end));
            is_new
        })
    }

    /// True when a fact is printed within these bytes of a place, for whichever line has that place.
    pub fn is_printed(&self, placed: &Placed, start: usize, end: usize) -> bool {
        let mut here = self
            .placed
            .iter()
            .filter(|p| (p.start, p.end) == (placed.start, placed.end));
        here.any(|p| p.spans.iter().any(|s| s.start < end && start < s.end))
    }
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
    pub fn promise_numbers(&self) -> impl Iterator<Item = u32> {
        self.promise_number
            .into_iter()
            .chain(self.also.iter().filter_map(|a| a.promise_number))
    }
}
