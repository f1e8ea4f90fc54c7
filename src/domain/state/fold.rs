//! What folding the whole record gives. Derived from events alone; knows no clock.

use crate::domain::base::incident::IncidentId;
use crate::domain::base::link::LinkId;
use crate::domain::base::time::At;
use crate::domain::config::audience::Disclosure;
use crate::domain::delivery::deliveries::Deliveries;
use crate::domain::record::delivery_event::DeliveryEvent;
use crate::domain::record::event::Event;
use crate::domain::record::incident_event::IncidentEvent;
use crate::domain::record::link_event::{LinkEvent, LinkReported};
use crate::domain::record::payload::EventPayload;
use crate::domain::record::promise_event::PromiseEvent;
use crate::domain::record::record_event::{RecordEvent, TextKind};
use crate::domain::record::statement::StatementIssued;
use crate::domain::record::statement_event::StatementEvent;
use crate::domain::record::stock_event::StockEvent;
use crate::domain::record::team_event::TeamEvent;
use crate::domain::state::incident::{
    Closing, Incident, Issued, Note, Noting, Pinned, Report, ScopeStep,
};
use crate::domain::state::promise::{Attested, Due, Promise, StockStep, Taken};
use crate::domain::team::team_state::Team;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use thiserror::Error;

/// A file in force.
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
    /// The event.
    pub seq: u64,
    /// When.
    pub at: At,
    /// By whom.
    pub from: String,
    /// To whom.
    pub to: String,
    /// The promises that go along.
    pub promises: Vec<u32>,
    /// The event by which it was taken on, when, and by whom.
    pub accepted: Option<(u64, At, String)>,
}

/// How an entry was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retraction {
    /// The event that took it back.
    pub by: u64,
    /// Why.
    pub because: String,
    /// The link that the entry was about.
    pub link: Option<LinkId>,
}

/// Who may know certain facts, as somebody of the team set it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disclosed {
    /// The event.
    pub seq: u64,
    /// On this incident; on all when none.
    pub incident: Option<IncidentId>,
    /// The beginning of their path.
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
    /// What was said about each link.
    pub links: BTreeMap<LinkId, Arc<Vec<Report>>>,
    /// The incidents.
    pub incidents: BTreeMap<IncidentId, Incident>,
    /// The order in which incidents were declared.
    pub order: Vec<IncidentId>,
    /// What was issued.
    pub statements: Vec<Arc<Issued>>,
    /// The places in `statements` where a repair window of a link is named, by link.
    pub windows_told: BTreeMap<LinkId, Vec<usize>>,
    /// The ledger.
    pub promises: Vec<Arc<Promise>>,
    /// The places in `promises` of those that an incident made, by incident.
    pub promised: BTreeMap<IncidentId, Vec<usize>>,
    /// The stock of each resource, step by step.
    pub stock: BTreeMap<String, Vec<StockStep>>,
    /// When `tick` last said what, by key.
    pub reminded: BTreeMap<String, At>,
    /// Shifts that were handed over.
    pub handovers: Vec<Handover>,
    /// What was taken back, by entry.
    pub retracted: BTreeMap<u64, Retraction>,
    /// Notes that belong to no incident.
    pub notes: Vec<Note>,
    /// Who may do what, and what was approved.
    pub team: Team,
    /// The hash of the first event, by which the record is known; once there is a second.
    pub origin: Option<String>,
    /// What left for which outlet.
    pub deliveries: Deliveries,
    /// It is a drill.
    pub is_drill: bool,
    /// Who may know what, beyond the playbooks.
    pub disclosed: Vec<Disclosed>,
}

/// Why an event does not fit what came before.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("event {seq} ({kind}) does not fit the record: {why}")]
pub struct Misfit {
    /// The event's number.
    pub seq: u64,
    /// Its kind.
    pub kind: &'static str,
    /// Why.
    pub why: String,
}

impl State {
    /// Folds events in order. Numbers may have gaps, so that parts of a record can be folded too.
    ///
    /// # Errors
    /// When an event names something that no earlier event made.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a Event>) -> Result<State, Misfit> {
        let mut state = State::default();
        for event in events {
            state.apply(event)?;
        }
        Ok(state)
    }

    /// Whether somebody may record this now.
    ///
    /// # Errors
    /// Why not, and whom to ask.
    pub fn entitled(&self, by: &str, payload: &EventPayload) -> Result<(), (String, String)> {
        let kind_of = |n: u32| self.promise_no(n).map(|p| p.made.promise.clone());
        self.team.entitled(by, payload, &kind_of)
    }

    /// Adds one event.
    ///
    /// # Errors
    /// When it names something that no earlier event made.
    pub fn apply(&mut self, event: &Event) -> Result<(), Misfit> {
        let misfit = |why: String| Misfit {
            seq: event.seq,
            kind: event.payload.kind(),
            why,
        };
        self.apply_happening(event).map_err(misfit)?;
        if event.seq == 2 {
            self.origin = Some(event.prev.clone());
        }
        self.seq = event.seq;
        self.at = Some(self.at.map_or(event.at, |t| t.max(event.at)));
        Ok(())
    }

    /// Adds one event that nobody needs afterwards: what is large in it is moved, not copied.
    ///
    /// # Errors
    /// As for [`State::apply`].
    pub fn absorb(&mut self, event: Event) -> Result<(), Misfit> {
        let EventPayload::Statement(StatementEvent::StatementIssued(statement)) = event.payload
        else {
            return self.apply(&event);
        };
        self.issued(event.seq, event.at, &event.by, statement)
            .map_err(|why| Misfit {
                seq: event.seq,
                kind: "StatementIssued",
                why,
            })?;
        if event.seq == 2 {
            self.origin = Some(event.prev);
        }
        self.seq = event.seq;
        self.at = Some(self.at.map_or(event.at, |t| t.max(event.at)));
        Ok(())
    }

    fn issued(
        &mut self,
        seq: u64,
        at: At,
        by: &str,
        statement: StatementIssued,
    ) -> Result<(), String> {
        for id in &statement.incidents {
            let incident = self
                .incidents
                .get_mut(id)
                .ok_or_else(|| format!("there is no incident {id}"))?;
            incident.statements.push(statement.number);
        }
        let place = self.statements.len();
        for link in statement.links_with_window() {
            self.windows_told.entry(link).or_default().push(place);
        }
        self.statements.push(Arc::new(Issued {
            seq,
            at,
            by: by.to_owned(),
            statement,
        }));
        Ok(())
    }

    fn incident_of(&mut self, event: &Event) -> Result<&mut Incident, String> {
        let id = event.incident.as_deref().ok_or("it names no incident")?;
        self.incidents
            .get_mut(id)
            .ok_or_else(|| format!("there is no incident {id}"))
    }

    fn apply_happening(&mut self, event: &Event) -> Result<(), String> {
        let seq = event.seq;
        match &event.payload {
            EventPayload::Record(RecordEvent::TextAdopted {
                text_kind,
                name,
                digest,
                text,
            }) => {
                self.texts.insert(digest.clone(), text.clone());
                let adopted = Adopted {
                    seq,
                    digest: digest.clone(),
                };
                self.adopted
                    .entry(*text_kind)
                    .or_default()
                    .insert(name.clone(), adopted);
            }
            EventPayload::Incident(IncidentEvent::IncidentDeclared {
                playbook,
                digest,
                base,
                title,
                since,
                scope,
                planned,
            }) => {
                let id = event.incident.clone().ok_or("it names no incident")?;
                if self.incidents.contains_key(&id) {
                    return Err(format!("incident {id} was declared before"));
                }
                self.order.push(id.clone());
                self.incidents.insert(
                    id.clone(),
                    Incident {
                        id,
                        seq,
                        declared_at: event.at,
                        since: *since,
                        title: title.clone(),
                        planned: *planned,
                        playbook: Pinned {
                            seq,
                            name: playbook.clone(),
                            digest: digest.clone(),
                            base: base.clone(),
                        },
                        steps: vec![ScopeStep {
                            seq,
                            added: scope.clone(),
                            removed: Vec::new(),
                        }],
                        noted: BTreeMap::new(),
                        notes: Vec::new(),
                        statements: Vec::new(),
                        closed: None,
                    },
                );
            }
            EventPayload::Incident(IncidentEvent::ScopeChanged { added, removed }) => {
                let step = ScopeStep {
                    seq,
                    added: added.clone(),
                    removed: removed.clone(),
                };
                self.incident_of(event)?.steps.push(step);
            }
            EventPayload::Incident(IncidentEvent::PlaybookChanged {
                playbook,
                digest,
                base,
            }) => {
                self.incident_of(event)?.playbook = Pinned {
                    seq,
                    name: playbook.clone(),
                    digest: digest.clone(),
                    base: base.clone(),
                };
            }
            EventPayload::Link(LinkEvent::LinkReported(said)) => {
                let report = Report {
                    seq,
                    at: event.at,
                    again: false,
                    said: said.clone(),
                };
                let reports = self.links.entry(said.link.clone()).or_default();
                Arc::make_mut(reports).push(report);
            }
            EventPayload::Incident(IncidentEvent::FactNoted {
                name,
                value,
                source,
                said_at,
            }) => {
                let noting = Noting {
                    seq,
                    again: false,
                    value: value.clone(),
                    source: source.clone(),
                    said_at: *said_at,
                };
                self.incident_of(event)?
                    .noted
                    .entry(name.clone())
                    .or_default()
                    .push(noting);
            }
            EventPayload::Incident(IncidentEvent::NoteTaken { text }) => {
                let note = Note {
                    seq,
                    at: event.at,
                    by: event.by.clone(),
                    text: text.clone(),
                };
                match event.incident {
                    Some(_) => self.incident_of(event)?.notes.push(note),
                    None => self.notes.push(note),
                }
            }
            EventPayload::Link(LinkEvent::Reconfirmed {
                links,
                facts,
                source,
                said_at,
            }) => {
                for link in links {
                    let said = LinkReported::nothing_new(link, source, *said_at);
                    let report = Report {
                        seq,
                        at: event.at,
                        again: true,
                        said,
                    };
                    Arc::make_mut(self.links.entry(link.clone()).or_default()).push(report);
                }
                for name in facts {
                    let noting = Noting {
                        seq,
                        again: true,
                        value: None,
                        source: source.clone(),
                        said_at: *said_at,
                    };
                    self.incident_of(event)?
                        .noted
                        .entry(name.clone())
                        .or_default()
                        .push(noting);
                }
            }
            EventPayload::Statement(StatementEvent::StatementIssued(statement)) => {
                self.issued(seq, event.at, &event.by, statement.clone())?;
            }
            EventPayload::Promise(PromiseEvent::PromiseMade(made)) => {
                let first = Due {
                    seq,
                    at: event.at,
                    due: made.due,
                    ends: made.ends,
                    statement: made.statement,
                    because: None,
                };
                if let Some(id) = &event.incident {
                    let place = self.promises.len();
                    self.promised.entry(id.clone()).or_default().push(place);
                }
                self.promises.push(Arc::new(Promise {
                    seq,
                    at: event.at,
                    by: event.by.clone(),
                    incident: event.incident.clone(),
                    uses: made.uses.clone(),
                    made: made.clone(),
                    dues: vec![first],
                    accepted: Vec::new(),
                    attested: None,
                    carried_over: None,
                    withdrawn: None,
                }));
            }
            EventPayload::Promise(PromiseEvent::PromiseRevised {
                number,
                due,
                ends,
                statement,
                because,
                uses,
                ..
            }) => {
                let revised = Due {
                    seq,
                    at: event.at,
                    due: *due,
                    ends: *ends,
                    statement: *statement,
                    because: because.clone(),
                };
                let promise = self.promise(*number)?;
                promise.dues.push(revised);
                if !uses.is_empty() {
                    promise.uses.clone_from(uses);
                }
            }
            EventPayload::Promise(PromiseEvent::PromiseWithdrawn {
                number,
                because,
                statement,
            }) => {
                let taken = Taken {
                    seq,
                    at: event.at,
                    because: because.clone(),
                    statement: *statement,
                };
                self.promise(*number)?
                    .withdrawn
                    .get_or_insert(Box::new(taken));
            }
            EventPayload::Promise(PromiseEvent::PromiseKept {
                number,
                evidence,
                kept_at,
            }) => {
                let attested = Attested {
                    seq,
                    at: kept_at.unwrap_or(event.at),
                    by: event.by.clone(),
                    evidence: evidence.clone(),
                };
                self.promise(*number)?
                    .attested
                    .get_or_insert(Box::new(attested));
            }
            EventPayload::Promise(PromiseEvent::PromiseAccepted { number }) => {
                let who = event.by.clone();
                self.promise(*number)?.accepted.push((seq, who));
            }
            EventPayload::Promise(PromiseEvent::PromiseCarriedOver {
                number,
                to,
                due,
                ends,
            }) => {
                let carried = Due {
                    seq,
                    at: event.at,
                    due: *due,
                    ends: *ends,
                    statement: None,
                    because: Some(format!("carried over to {to}")),
                };
                let promise = self.promise(*number)?;
                promise.carried_over = Some((seq, to.clone()));
                if promise.due().due != carried.due {
                    promise.dues.push(carried);
                }
            }
            EventPayload::Stock(StockEvent::StockSet {
                resource,
                amount,
                source,
                because,
            })
            | EventPayload::Stock(StockEvent::StockAdded {
                resource,
                amount,
                source,
                because,
            }) => {
                let step = StockStep {
                    seq,
                    at: event.at,
                    by: event.by.clone(),
                    anew: matches!(
                        event.payload,
                        EventPayload::Stock(StockEvent::StockSet { .. })
                    ),
                    amount: *amount,
                    source: source.clone(),
                    because: because.clone(),
                };
                self.stock.entry(resource.clone()).or_default().push(step);
            }
            EventPayload::Record(RecordEvent::Reminded { keys }) => {
                for key in keys {
                    self.reminded.insert(key.clone(), event.at);
                }
            }
            EventPayload::Team(TeamEvent::ShiftHandedOver { to, promises }) => {
                self.handovers.push(Handover {
                    seq,
                    at: event.at,
                    from: event.by.clone(),
                    to: to.clone(),
                    promises: promises.clone(),
                    accepted: None,
                })
            }
            EventPayload::Team(TeamEvent::ShiftAccepted { handover }) => {
                let (at, by) = (event.at, event.by.clone());
                let handed = self
                    .handovers
                    .iter_mut()
                    .find(|h| h.seq == *handover)
                    .ok_or_else(|| format!("event {handover} handed no shift over"))?;
                handed.accepted = Some((seq, at, by.clone()));
                for number in handed.promises.clone() {
                    self.promise(number)?.accepted.push((seq, by.clone()));
                }
            }
            EventPayload::Record(RecordEvent::Retracted {
                seq: entry,
                because,
            }) => self.take_back(*entry, seq, because),
            EventPayload::Incident(IncidentEvent::IncidentClosed { handed_over_to }) => {
                let closing = Closing {
                    seq,
                    at: event.at,
                    handed_over_to: handed_over_to.clone(),
                };
                self.incident_of(event)?.closed = Some(closing);
            }
            EventPayload::Delivery(DeliveryEvent::DeliveryClaimed { .. })
            | EventPayload::Delivery(DeliveryEvent::DeliverySettled { .. })
            | EventPayload::Delivery(DeliveryEvent::DeliveryStopped { .. })
            | EventPayload::Delivery(DeliveryEvent::Told { .. }) => self.deliveries.apply(event),
            EventPayload::Record(RecordEvent::DrillBegun {}) => self.is_drill = true,
            EventPayload::Incident(IncidentEvent::DisclosureSet { path, level, .. }) => {
                if event.incident.is_some() {
                    self.incident_of(event)?;
                }
                self.disclosed.push(Disclosed {
                    seq,
                    incident: event.incident.clone(),
                    path: path.clone(),
                    level: *level,
                });
            }
            EventPayload::Team(TeamEvent::PersonAdded { .. })
            | EventPayload::Team(TeamEvent::RoleDefined { .. })
            | EventPayload::Team(TeamEvent::RoleGranted { .. })
            | EventPayload::Team(TeamEvent::RoleRevoked { .. })
            | EventPayload::Team(TeamEvent::KeyTrusted { .. })
            | EventPayload::Team(TeamEvent::KeyRevoked { .. })
            | EventPayload::Team(TeamEvent::TeamRulesSet { .. })
            | EventPayload::Statement(StatementEvent::DraftSubmitted { .. })
            | EventPayload::Statement(StatementEvent::StatementApproved { .. })
            | EventPayload::Statement(StatementEvent::StatementRejected { .. })
            | EventPayload::Statement(StatementEvent::PreApproved { .. })
            | EventPayload::Statement(StatementEvent::PreApprovalUsed { .. })
            | EventPayload::Statement(StatementEvent::ApprovalOverridden { .. }) => {
                self.team.apply(event)?
            }
        }
        Ok(())
    }

    fn promise(&mut self, number: u32) -> Result<&mut Promise, String> {
        let mut all = self.promises.iter_mut();
        all.find(|p| p.made.number == number)
            .map(Arc::make_mut)
            .ok_or_else(|| format!("there is no promise {number}"))
    }

    /// Every retractable entry is kept with its number, so that taking it back is leaving it out.
    fn take_back(&mut self, entry: u64, by: u64, because: &str) {
        let link = self
            .links
            .iter()
            .find(|(_, r)| r.iter().any(|r| r.seq == entry))
            .map(|(l, _)| l.clone());
        for reports in self.links.values_mut() {
            if reports.iter().any(|r| r.seq == entry) {
                Arc::make_mut(reports).retain(|r| r.seq != entry);
            }
        }
        for incident in self.incidents.values_mut() {
            incident.steps.retain(|s| s.seq != entry);
            incident.notes.retain(|n| n.seq != entry);
            for notings in incident.noted.values_mut() {
                notings.retain(|n| n.seq != entry);
            }
        }
        self.notes.retain(|n| n.seq != entry);
        self.retracted.insert(
            entry,
            Retraction {
                by,
                because: because.to_owned(),
                link,
            },
        );
    }

    /// The incidents that are open, in the order of their declaration.
    pub fn open(&self) -> impl Iterator<Item = &Incident> {
        self.order
            .iter()
            .filter_map(|id| self.incidents.get(id))
            .filter(|i| i.is_open())
    }

    /// What was said of a link, in the order of the record.
    pub fn reports(&self, link: &str) -> &[Report] {
        self.links
            .get(link)
            .map(|r| r.as_slice())
            .unwrap_or_default()
    }

    /// What was said of a link up to an event.
    pub fn reports_until(&self, link: &str, seq: u64) -> &[Report] {
        let all = self.reports(link);
        &all[..all.partition_point(|r| r.seq <= seq)]
    }

    /// What the record said after this event of links and of the incidents that were open then, and of this one: without
    /// texts, statements and promises, and without what has been taken back since.
    pub fn until(&self, seq: u64, of: &str) -> State {
        let was_open = |i: &Incident| i.closed.as_ref().is_none_or(|c| c.seq > seq);
        let known = self.incidents.values();
        let known = known.filter(|i| i.id == of || (i.seq <= seq && was_open(i)));
        let incidents: BTreeMap<_, _> = known.map(|i| (i.id.clone(), i.clone())).collect();
        let order = self.order.iter().filter(|id| incidents.contains_key(*id));
        let mut past = State {
            seq: self.seq.min(seq),
            at: self.at,
            order: order.cloned().collect(),
            incidents,
            retracted: self.retracted.clone(),
            disclosed: self.disclosed.clone(),
            is_drill: self.is_drill,
            ..State::default()
        };
        for (link, reports) in &self.links {
            let known = self.reports_until(link, seq);
            let known = match known.len() == reports.len() {
                true => Arc::clone(reports),
                false => Arc::new(known.to_vec()),
            };
            if !known.is_empty() {
                past.links.insert(link.clone(), known);
            }
        }
        for incident in past.incidents.values_mut() {
            incident.steps.retain(|s| s.seq <= seq);
            incident.notes.clear();
            for notings in incident.noted.values_mut() {
                notings.retain(|n| n.seq <= seq);
            }
            if incident.closed.as_ref().is_some_and(|c| c.seq > seq) {
                incident.closed = None;
            }
        }
        past
    }

    /// The last event about a link or noted fact that was recorded by this moment.
    pub fn seq_at(&self, at: At) -> u64 {
        let reports = self.links.values().flat_map(|r| r.iter());
        let reports = reports.map(|r| (r.seq, r.at));
        let notings = self
            .incidents
            .values()
            .flat_map(|i| i.noted.values().flatten())
            .map(|n| (n.seq, n.said_at));
        reports
            .chain(notings)
            .filter(|(_, t)| *t <= at)
            .map(|(seq, _)| seq)
            .max()
            .unwrap_or(self.seq)
    }

    /// The promises of an incident, in the order of the ledger.
    pub fn promises_of(&self, incident: &str) -> impl DoubleEndedIterator<Item = &Promise> {
        let places = self.promised.get(incident).map(Vec::as_slice);
        places
            .unwrap_or_default()
            .iter()
            .filter_map(|at| self.promises.get(*at).map(Arc::as_ref))
    }

    /// A promise by number.
    pub fn promise_no(&self, number: u32) -> Option<&Promise> {
        let found = self.promises.iter().find(|p| p.made.number == number);
        found.map(Arc::as_ref)
    }

    /// The number of the next promise.
    pub fn next_promise(&self) -> u32 {
        self.promises
            .iter()
            .map(|p| p.made.number)
            .max()
            .unwrap_or(0)
            + 1
    }

    /// Who may know a fact about an incident, when somebody of the team set that: the longest beginning of its path,
    /// then the latest word.
    pub fn disclosure(&self, incident: &str, path: &str) -> Option<Disclosure> {
        self.disclosed
            .iter()
            .filter(|d| d.incident.as_deref().is_none_or(|i| i == incident))
            .filter(|d| {
                path.strip_prefix(d.path.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
            .max_by_key(|d| (d.path.len(), d.seq))
            .map(|d| d.level)
    }

    /// An issued statement by number.
    pub fn statement(&self, number: u32) -> Option<&Issued> {
        let is_it = |s: &&Arc<Issued>| s.statement.number == number;
        // They are numbered in order, but for parts of a record.
        let at = usize::try_from(number)
            .unwrap_or(usize::MAX)
            .wrapping_sub(1);
        let usual = self.statements.get(at).filter(is_it);
        usual
            .or_else(|| self.statements.iter().find(is_it))
            .map(AsRef::as_ref)
    }

    /// The statements that speak of an incident to an audience, the latest first.
    pub fn said(&self, incident: &str, audience: &str) -> impl Iterator<Item = &Issued> {
        let of = self
            .incidents
            .get(incident)
            .map(|i| i.statements.as_slice());
        of.unwrap_or_default()
            .iter()
            .rev()
            .filter_map(|n| self.statement(*n))
            .filter(move |s| s.statement.audience == audience)
    }

    /// The text in force for a kind and name.
    pub fn text(&self, kind: TextKind, name: &str) -> Option<(&Adopted, &str)> {
        let adopted = self.adopted.get(&kind)?.get(name)?;
        Some((adopted, self.texts.get(&adopted.digest)?))
    }
}
