//! Folds the whole record, event by event, into one state. Knows no clock and judges nothing: each group of payloads
//! has a file `apply_*` that takes it in, `queries` looks things up, `past` goes back in time.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::domain::base::incident::IncidentId;
use crate::domain::base::link::LinkId;
use crate::domain::base::time::At;
use crate::domain::config::audience::Disclosure;
use crate::domain::delivery::deliveries::Deliveries;
use crate::domain::record::event::Event;
use crate::domain::record::payload::EventPayload;
use crate::domain::record::record_event::TextKind;
use crate::domain::record::statement_event::StatementEvent;
use crate::domain::state::incident::{Incident, Issued, Note, Report};
use crate::domain::state::promise::{Promise, StockStep};
use crate::domain::state::replay::{ReplayError, ReplayFault};
use crate::domain::team::team_state::Team;

/// A file that is in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adopted {
    /// The event that adopted it.
    pub seq: u64,
    /// The digest of its text.
    pub digest: String,
}

/// A shift that was handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    /// The number of the event that handed it over.
    pub seq: u64,
    /// When it was handed over, UTC.
    pub at: At,
    /// The person who handed it over.
    pub from: String,
    /// The person or role that takes over.
    pub to: String,
    /// The numbers of the promises that go along.
    pub promises: Vec<u32>,
    /// The number of the event that accepted it, when that was, and who did.
    pub accepted: Option<(u64, At, String)>,
}

/// How an entry was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retraction {
    /// The number of the event that took it back.
    pub by: u64,
    /// The reason that was given.
    pub because: String,
    /// The link that the entry was about.
    pub link: Option<LinkId>,
}

/// Who may know certain facts, as somebody of the team set it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disclosed {
    /// The number of the event that set it.
    pub seq: u64,
    /// The incident for which it holds; all when none.
    pub incident: Option<IncidentId>,
    /// The beginning of the facts' path.
    pub path: String,
    /// Who may know them.
    pub level: Disclosure,
}

/// Everything that the record says, folded.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// The number of the last event.
    pub seq: u64,
    /// The latest time in the record.
    pub at: Option<At>,
    /// The texts of adopted files, by digest.
    pub texts: BTreeMap<String, String>,
    /// The files in force, by kind and name.
    pub adopted: BTreeMap<TextKind, BTreeMap<String, Adopted>>,
    /// The reports about each link, in the order of the record.
    pub links: BTreeMap<LinkId, Arc<Vec<Report>>>,
    /// The incidents by their identifier.
    pub incidents: BTreeMap<IncidentId, Incident>,
    /// The order in which incidents were declared.
    pub order: Vec<IncidentId>,
    /// The statements in the order in which they were issued.
    pub statements: Vec<Arc<Issued>>,
    /// The places in `statements` where a repair window of a link is named, by link.
    pub windows_told: BTreeMap<LinkId, Vec<usize>>,
    /// The promises in the order in which they were made.
    pub promises: Vec<Arc<Promise>>,
    /// The places in `promises` of those that an incident made, by incident.
    pub promised: BTreeMap<IncidentId, Vec<usize>>,
    /// The stock of each resource, step by step.
    pub stock: BTreeMap<String, Vec<StockStep>>,
    /// When `tick` last said what, by key.
    pub reminded: BTreeMap<String, At>,
    /// When the head of the record last went to which outlet.
    #[serde(default)]
    pub witnessed: BTreeMap<String, At>,
    /// Shifts that were handed over.
    pub handovers: Vec<Handover>,
    /// What was taken back, by the number of the entry.
    pub retracted: BTreeMap<u64, Retraction>,
    /// Notes that belong to no incident.
    pub notes: Vec<Note>,
    /// Who may do what, and what was approved.
    pub team: Team,
    /// The hash of the first event, by which the record is known; once there is a second.
    pub origin: Option<String>,
    /// The identifier that the first event gave the record; none before format 5.
    pub record: Option<String>,
    /// Which texts left for which outlet.
    pub deliveries: Deliveries,
    /// True when the record is a drill, of which nothing is ever published.
    pub is_drill: bool,
    /// Who may know which facts, beyond what the playbooks say.
    pub disclosed: Vec<Disclosed>,
}

impl State {
    /// Folds events in order. Numbers may have gaps, so that parts of a record can be folded too.
    ///
    /// # Errors
    /// When an event names something that no earlier event made.
    #[cfg(test)]
    pub fn fold_events<'a>(
        events: impl IntoIterator<Item = &'a Event>,
    ) -> Result<State, ReplayError> {
        let mut state = State::default();
        for event in events {
            state.apply_event(event)?;
        }
        Ok(state)
    }

    /// Adds one event.
    ///
    /// # Errors
    /// When it names something that no earlier event made.
    pub fn apply_event(&mut self, event: &Event) -> Result<(), ReplayError> {
        self.apply_payload(event).map_err(|why| ReplayError {
            seq: event.seq,
            kind: event.payload.kind(),
            why,
        })?;
        self.move_on(event.seq, event.at, &event.prev, event.record.as_deref());
        Ok(())
    }

    /// Adds one event that nobody needs afterwards: a statement, which is large, is moved and not copied.
    ///
    /// # Errors
    /// As for [`State::apply_event`].
    pub fn apply_owned(&mut self, event: Event) -> Result<(), ReplayError> {
        let EventPayload::Statement(StatementEvent::StatementIssued(statement)) = event.payload
        else {
            return self.apply_event(&event);
        };
        self.add_statement(event.seq, event.at, &event.by, statement)
            .map_err(|why| ReplayError {
                seq: event.seq,
                kind: "StatementIssued",
                why,
            })?;
        self.move_on(event.seq, event.at, &event.prev, event.record.as_deref());
        Ok(())
    }

    fn move_on(&mut self, seq: u64, at: At, prev: &str, record: Option<&str>) {
        if let Some(record) = record {
            self.record = Some(record.to_owned());
        }
        if seq == 2 {
            self.origin = Some(prev.to_owned());
        }
        self.seq = seq;
        self.at = Some(self.at.map_or(at, |t| t.max(at)));
    }

    fn apply_payload(&mut self, event: &Event) -> Result<(), ReplayFault> {
        match &event.payload {
            EventPayload::Link(payload) => self.apply_link(event, payload)?,
            EventPayload::Incident(payload) => self.apply_incident(event, payload)?,
            EventPayload::Statement(payload) => self.apply_statement(event, payload)?,
            EventPayload::Promise(payload) => self.apply_promise(event, payload)?,
            EventPayload::Stock(payload) => self.apply_stock(event, payload),
            EventPayload::Team(payload) => self.apply_team(event, payload)?,
            EventPayload::Delivery(payload) => self.deliveries.apply_event(event, payload),
            EventPayload::Record(payload) => self.apply_record(event, payload),
        }
        Ok(())
    }

    /// What tells this record from every other one: its identifier, else the hash of its first event.
    pub fn identity(&self) -> Option<&str> {
        self.record.as_deref().or(self.origin.as_deref())
    }

    pub(super) fn incident_of(&mut self, event: &Event) -> Result<&mut Incident, ReplayFault> {
        let id = event.incident.as_ref();
        let id = id.ok_or(ReplayFault::NoIncidentNamed)?;
        let found = self.incidents.get_mut(id);
        found.ok_or_else(|| ReplayFault::UnknownIncident(id.clone()))
    }
}
