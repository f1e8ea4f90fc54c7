//! A statement as it stands in the record: the bytes that were said and what each sentence rested on.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::base::digest::{canonical, sha256};
use crate::domain::base::incident::IncidentId;
use crate::domain::base::lang::Lang;
use crate::domain::base::link::LinkId;
use crate::domain::base::time::At;
use crate::domain::base::value::Value;
use crate::domain::config::line::Element;
use crate::domain::record::body::Body;

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

/// An issued statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementIssued {
    /// Its number in the record, from 1.
    pub number: u32,
    /// To whom.
    pub audience: String,
    /// The incidents that it speaks of.
    pub incidents: Vec<IncidentId>,
    /// The moment of which it speaks.
    pub as_of: At,
    /// The statement before it, on the same incident and to the same audience.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<u32>,
    /// What was said, and in which bytes: `lines` and `renditions`.
    #[serde(flatten)]
    pub body: Body,
    /// SHA-256 over all of the above in canonical JSON, with this field empty.
    pub digest: String,
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

impl StatementIssued {
    /// The digest that it should have.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn compute_digest(&self) -> Result<String, String> {
        let mut bare = self.clone();
        bare.digest = String::new();
        canonical(&bare).map(|text| sha256(text.as_bytes()))
    }

    /// What was said, line by line.
    pub fn lines(&self) -> &[SaidLine] {
        self.body.lines()
    }

    /// In which bytes, all of them.
    pub fn renditions(&self) -> impl ExactSizeIterator<Item = &Rendition> + Clone {
        self.body.renditions()
    }

    /// One rendition.
    pub fn rendition(&self, channel: &str, lang: Lang) -> Option<&Rendition> {
        self.body.some(Some(channel), Some(lang)).next()
    }

    /// The title that stands above the text in a language, if its playbook gives one.
    pub fn title(&self, lang: Lang) -> Option<String> {
        self.body.some(None, Some(lang)).find_map(|r| {
            let placed = r.placed.iter().find(|p| {
                self.lines()
                    .get(p.line)
                    .is_some_and(|l| l.element == Element::Title)
            })?;
            r.text.get(placed.start..placed.end).map(str::to_owned)
        })
    }

    /// The moment at which it says that the next statement comes.
    pub fn next_update(&self) -> Option<At> {
        self.lines()
            .iter()
            .find_map(|l| match l.reads.get("next_update") {
                Some(Value::Instant(m)) if l.claims.iter().any(|c| c == "next_update") => {
                    Some(m.at)
                }
                _ => None,
            })
    }
}
