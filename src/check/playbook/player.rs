//! A situation while it is played: the events appended so far, folded, and the draft that they allow. It does not know
//! the steps of a situation (`situation`).

use crate::check::against::literals::Reader;
use crate::domain::base::next_step::Advice;
use crate::domain::base::time::At;
use crate::domain::config::further_text::FurtherText;
use crate::domain::config::playbook::Playbook;
use crate::domain::facts::evaluator::Evaluator;
use crate::domain::facts::fact::Facts;
use crate::domain::facts::world::{AdoptedConfig, World};
use crate::domain::ledger::all_facts::derive_all_facts;
use crate::domain::record::event::{Event, GENESIS, VERSION};
use crate::domain::record::payload::EventPayload;
use crate::domain::speech::compose::compose_draft;
use crate::domain::speech::composer::Wanted;
use crate::domain::speech::draft::Draft;
use crate::domain::state::fold::State;

/// Why a situation cannot be played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unplayable {
    /// The network has nothing that it could be about; not a fault of the playbook.
    NotHere(String),
    /// The situation or the playbook is wrong.
    Wrong {
        /// The step, counted from 0, when it is about one.
        step: Option<usize>,
        what: Advice,
    },
}

impl Unplayable {
    /// The same fault as one of step `i`, unless it is about a step already.
    pub(super) fn in_step(self, i: usize) -> Self {
        match self {
            Unplayable::Wrong { step: None, what } => Unplayable::Wrong {
                step: Some(i),
                what,
            },
            other => other,
        }
    }
}

pub(super) fn wrong(what: impl Into<Advice>) -> Unplayable {
    Unplayable::Wrong {
        step: None,
        what: what.into(),
    }
}

/// The incident of every situation.
pub(super) const INCIDENT: &str = "INC-1";

pub(super) struct Player<'a> {
    pub books: &'a AdoptedConfig,
    pub playbook: &'a Playbook,
    pub voice: &'a dyn Evaluator,
    pub reader: &'a Reader,
    pub state: State,
    /// The sequence number of the last event.
    pub seq: u64,
    pub start: At,
    /// The events of each step that was played.
    pub by_step: Vec<Vec<u64>>,
}

impl Player<'_> {
    /// Appends an event and gives its sequence number.
    pub fn append(&mut self, at: At, payload: EventPayload) -> Result<u64, Unplayable> {
        self.seq += 1;
        let event = Event {
            v: VERSION.into(),
            record: None,
            seq: self.seq,
            at,
            by: "situation".into(),
            key: None,
            clock_given: true,
            noted: None,
            incident: Some(INCIDENT.into()),
            prev: GENESIS.into(),
            payload,
        };
        self.state
            .apply_event(&event)
            .map_err(|e| wrong(e.to_string()))?;
        Ok(self.seq)
    }

    pub fn world(&self) -> World<'_> {
        World {
            state: &self.state,
            books: self.books,
            condition: None,
        }
    }

    /// What may be said at a moment; with every value at its longest where that is asked for.
    pub fn draft(&self, now: At, longest: bool) -> Result<Draft, Unplayable> {
        let facts = self.facts(self.books.workspace.default_audience(), now)?;
        let wanted = Wanted {
            longest,
            ..Wanted::default()
        };
        self.compose(self.playbook, facts, &wanted)
    }

    /// The same of a text beside the notice; none where the workspace has no audience or channel for it, or it is not
    /// for that moment.
    pub fn draft_text(
        &self,
        (name, text): (&str, &FurtherText),
        now: At,
        longest: bool,
    ) -> Result<Option<Draft>, Unplayable> {
        let workspace = &self.books.workspace;
        let Some(audience) = text.usual_audience(workspace) else {
            return Ok(None);
        };
        let facts = self.facts(audience, now)?;
        if let Some(when) = &text.when {
            let tested = self.voice.test_condition(when, &facts, None);
            let tested = tested.map_err(|e| wrong(format!("texts.{name}.when: {}", e.what)))?;
            if tested.truth != Some(true) {
                return Ok(None);
            }
        }
        let wanted = Wanted {
            longest,
            channels: text.own_channels(workspace).cloned().collect(),
            ..Wanted::of_text(Some(name))
        };
        let own = self.playbook.for_text(text);
        self.compose(&own, facts, &wanted).map(Some)
    }

    fn facts(&self, audience: &str, now: At) -> Result<Facts, Unplayable> {
        derive_all_facts(self.world(), INCIDENT, audience, now, self.voice)
            .map_err(|e| wrong(e.to_string()))
    }

    fn compose(
        &self,
        playbook: &Playbook,
        facts: Facts,
        wanted: &Wanted,
    ) -> Result<Draft, Unplayable> {
        compose_draft(playbook, &self.books.workspace, facts, self.voice, wanted)
            .map_err(|e| wrong(e.to_string()))
    }
}
