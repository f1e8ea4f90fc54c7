//! A draft: the lines chosen and the final bytes of each channel and language. Chooses and checks nothing.

use crate::domain::base::digest::{CanonicalError, sha256, to_canonical_json};
use crate::domain::base::incident::IncidentId;
use crate::domain::base::lang::{Lang, Texts};
use crate::domain::base::link::LinkId;
use crate::domain::base::next_step::Advice;
use crate::domain::base::time::{At, Period, When, to_rfc3339};
use crate::domain::base::value::Named;
use crate::domain::config::line::Element;
use crate::domain::config::playbook::Playbook;
use crate::domain::config::promise_kind::{Per, PromisedBy};
use crate::domain::facts::fact::Facts;
use crate::domain::facts::missing::MissingFact;
use crate::domain::record::body::BodyError;
use crate::domain::record::promise_event::Reserved;
use crate::domain::record::rendition::{Rendition, SaidLine, Span};
use crate::domain::record::statement::StatementIssued;
use crate::domain::speech::role::Role;
use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;

/// Why the bytes of a draft or statement have no name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DigestError {
    #[error(transparent)]
    Unwritable(#[from] CanonicalError),
    /// The record does not give the texts of the statement back.
    #[error(transparent)]
    Unreadable(#[from] BodyError),
}

/// A promise that a line makes when its statement is issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromiseDraft {
    pub kind: String,
    /// What it is called.
    pub names: Texts,
    /// What it is about.
    pub per: Per,
    /// The link or region, if it is about one.
    pub subject: Option<LinkId>,
    /// What it covers, frozen, if it is about the incident.
    pub scope: Vec<LinkId>,
    /// The role that keeps it.
    pub owner: String,
    pub by: PromisedBy,
    /// When it falls due, frozen.
    pub due: When,
    /// What it uses, frozen.
    pub uses: Vec<Reserved>,
    /// When it counts as kept.
    pub kept_when: String,
    /// How long after the due time it is broken.
    pub grace: Option<Period>,
    /// It passes on a repair window.
    pub of_window: bool,
}

/// A line that is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftLine {
    /// As it would stand in the record.
    pub said: SaidLine,
    pub promise: Option<PromiseDraft>,
    /// What the same words promise for other incidents.
    pub also: Vec<PromiseDraft>,
    /// It has to be in every channel.
    pub mandatory: bool,
    /// Claims that were printed in bands everywhere.
    pub banded: BTreeSet<String>,
    /// It says in sum what others say one by one, where a channel has no room for those.
    pub sums_up: bool,
    /// What it does for the reader.
    pub role: Role,
    /// This audience has heard nothing of its incident so far.
    pub is_untold: bool,
    /// It is said only in a channel that would hear nothing of what happened without it.
    pub is_least: bool,
    /// How it reads where one sentence says it of several things; none where it never does.
    pub joint: Option<Texted>,
    /// The kinds of promise in whose place it is said when they cannot be made.
    pub denies: Vec<String>,
}

impl DraftLine {
    /// True when it owns up to one thing of a list, so that a line in sum may take its place.
    pub fn is_one_of_many(&self) -> bool {
        self.said.element == Element::Correction && self.said.it.is_some()
    }

    /// True when it says in sum, with a count, what another line says of one entry of its list.
    pub fn counts(&self, line: &DraftLine) -> bool {
        let is_told = |l: &DraftLine| l.said.element == Element::WhatHappened;
        let mut lists = self.said.claims.iter();
        self.sums_up
            && is_told(self)
            && is_told(line)
            && line.said.it.is_some()
            && self.said.incident == line.said.incident
            && lists.any(|list| line.said.reads.contains_key(list))
    }
}

/// A line that may not be said, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withheld {
    /// The incident, in a text about several.
    pub incident: Option<IncidentId>,
    pub line: String,
    /// The entry of the list.
    pub it: Option<Named>,
    /// What people would like to hear.
    pub not_yet: Texts,
    pub reasons: Vec<MissingFact>,
    /// It has to be said, so that without it the statement is refused.
    pub mandatory: bool,
    /// The line that is said instead.
    pub fallback: Option<String>,
}

/// A channel that says nothing, because it cannot hold what has to be said in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SilentChannel {
    pub channel: String,
    /// What it cannot hold, for staff.
    pub why: Advice,
}

/// Composed bytes, not yet passed by the gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The facts of the moment that it speaks of: of the first incident, when it speaks of several.
    pub facts: Facts,
    /// The facts of the other incidents.
    pub more: Vec<Facts>,
    pub lines: Vec<DraftLine>,
    /// The final bytes, one for each channel and language.
    pub renditions: Vec<Rendition>,
    /// What may not be said.
    pub withheld: Vec<Withheld>,
    /// Lines left out of a channel so that it fits: channel, line, why.
    pub left_out: Vec<(String, String, String)>,
    /// The text beside the notice that it is, by name; none for a notice.
    pub text: Option<String>,
    /// Channels that cannot hold what has to be said, and say nothing.
    pub silent_channels: Vec<SilentChannel>,
}

impl Draft {
    /// The facts of each incident that it speaks of.
    pub fn all_facts(&self) -> impl Iterator<Item = &Facts> {
        std::iter::once(&self.facts).chain(&self.more)
    }

    /// The facts that a line rests on.
    pub fn facts_of(&self, line: &SaidLine) -> &Facts {
        line.incident
            .as_ref()
            .and_then(|id| self.all_facts().find(|f| f.incidents.contains(id)))
            .unwrap_or(&self.facts)
    }

    /// The incidents that it speaks of.
    pub fn incident_ids(&self) -> Vec<IncidentId> {
        self.all_facts().flat_map(|f| f.incidents.clone()).collect()
    }

    /// The name of exactly these bytes and of what they rest on: the moment, then a digest.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn digest(&self) -> Result<String, DigestError> {
        let lines: Vec<&SaidLine> = self.lines.iter().map(|l| &l.said).collect();
        name_of(
            &self.incident_ids(),
            (&self.facts.audience, self.text.as_deref()),
            &lines,
            &self.renditions.iter().collect::<Vec<_>>(),
            self.facts.as_of,
        )
    }
}

fn name_of(
    incidents: &[IncidentId],
    (audience, text): (&str, Option<&str>),
    lines: &[&SaidLine],
    renditions: &[&Rendition],
    as_of: At,
) -> Result<String, DigestError> {
    let bytes = match text {
        None => to_canonical_json(&(incidents, audience, lines, renditions))?,
        // The same bytes as a notice would be another statement: the update that was promised.
        Some(text) => to_canonical_json(&(incidents, audience, text, lines, renditions))?,
    };
    let moment = to_rfc3339(as_of).replace([':', '-'], "");
    Ok(format!("{moment}.{}", &sha256(bytes.as_bytes())[..16]))
}

/// The name of the draft that a statement was, before its promises had numbers.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn draft_of(s: &StatementIssued) -> Result<String, DigestError> {
    let mut lines = s.lines().to_vec();
    for line in &mut lines {
        line.promise_number = None;
        for also in &mut line.also {
            also.promise_number = None;
        }
    }
    let lines: Vec<&SaidLine> = lines.iter().collect();
    let renditions = s.all_renditions()?;
    name_of(
        &s.incidents,
        (&s.audience, s.text.as_deref()),
        &lines,
        &renditions,
        s.as_of,
    )
}

/// A line of one incident, said for one entry.
pub type LineKey = (Option<IncidentId>, String, Option<LinkId>);

/// The key of a line that is said.
pub fn key_of(line: &SaidLine) -> LineKey {
    (line.incident.clone(), line.id.clone(), line.it.clone())
}

/// One incident of a text: how it is run, and what is known of it.
#[derive(Debug, Clone)]
pub struct Part<'a> {
    pub playbook: &'a Playbook,
    pub facts: Facts,
}

/// The text of a line on one channel and language, with the claims in it.
pub(crate) type Texted = BTreeMap<(String, Lang), (String, Vec<Span>)>;
