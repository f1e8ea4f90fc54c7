//! Folds the steps of incidents into the state. Judges no phase and no severity.

use std::collections::BTreeMap;

use crate::domain::config::audience::Disclosure;
use crate::domain::record::event::Event;
use crate::domain::record::incident_event::IncidentEvent;
use crate::domain::state::fold::{Disclosed, State};
use crate::domain::state::incident::{
    Closing, FactReport, Incident, Note, OwnSentence, PlaybookRef, ScopeStep,
};
use crate::domain::state::replay::ReplayFault;

impl State {
    pub(super) fn apply_incident(
        &mut self,
        event: &Event,
        payload: &IncidentEvent,
    ) -> Result<(), ReplayFault> {
        match payload {
            IncidentEvent::IncidentDeclared { .. } => self.declare_incident(event, payload)?,
            IncidentEvent::ScopeChanged { added, removed } => {
                self.incident_of(event)?.steps.push(ScopeStep {
                    seq: event.seq,
                    added: added.clone(),
                    removed: removed.clone(),
                });
            }
            IncidentEvent::PlaybookChanged { .. } => self.change_playbook(event, payload)?,
            IncidentEvent::FactNoted { .. } => self.note_fact(event, payload)?,
            IncidentEvent::NoteTaken { text } => self.add_note(event, text)?,
            IncidentEvent::SentenceWritten { .. } => self.add_sentence(event, payload)?,
            IncidentEvent::SentenceEnded { sentence } => {
                let own = &mut self.incident_of(event)?.own_sentences;
                let ended = own.iter_mut().find(|s| s.seq == *sentence);
                if let Some(ended) = ended {
                    ended.ended.get_or_insert(event.seq);
                }
            }
            IncidentEvent::DisclosureSet { path, level, .. } => {
                self.set_disclosure(event, path, *level)?;
            }
            IncidentEvent::IncidentClosed { handed_over_to } => {
                self.incident_of(event)?.closed = Some(Closing {
                    seq: event.seq,
                    at: event.at,
                    handed_over_to: handed_over_to.clone(),
                });
            }
        }
        Ok(())
    }

    /// Opens the incident that the envelope names; any other payload is passed over.
    fn declare_incident(
        &mut self,
        event: &Event,
        payload: &IncidentEvent,
    ) -> Result<(), ReplayFault> {
        let IncidentEvent::IncidentDeclared {
            playbook,
            digest,
            base,
            title,
            since,
            scope,
            planned,
        } = payload
        else {
            return Ok(());
        };
        let seq = event.seq;
        let id = event.incident.clone();
        let id = id.ok_or(ReplayFault::NoIncidentNamed)?;
        if self.incidents.contains_key(&id) {
            return Err(ReplayFault::DeclaredBefore(id));
        }
        self.order.push(id.clone());
        let incident = Incident {
            id: id.clone(),
            seq,
            declared_at: event.at,
            since: *since,
            title: title.clone(),
            planned: *planned,
            playbook: PlaybookRef {
                seq,
                name: playbook.clone(),
                digest: digest.clone(),
                base: base.clone(),
            },
            earlier_playbooks: Vec::new(),
            steps: vec![ScopeStep {
                seq,
                added: scope.clone(),
                removed: Vec::new(),
            }],
            noted: BTreeMap::new(),
            notes: Vec::new(),
            own_sentences: Vec::new(),
            statements: Vec::new(),
            closed: None,
        };
        self.incidents.insert(id, incident);
        Ok(())
    }

    /// Takes in another playbook; any other payload is passed over.
    fn change_playbook(
        &mut self,
        event: &Event,
        payload: &IncidentEvent,
    ) -> Result<(), ReplayFault> {
        let IncidentEvent::PlaybookChanged {
            playbook,
            digest,
            base,
            ends_work,
        } = payload
        else {
            return Ok(());
        };
        let incident = self.incident_of(event)?;
        if *ends_work {
            incident.planned = None;
        }
        let new = PlaybookRef {
            seq: event.seq,
            name: playbook.clone(),
            digest: digest.clone(),
            base: base.clone(),
        };
        let before = std::mem::replace(&mut incident.playbook, new);
        incident.earlier_playbooks.push(before);
        Ok(())
    }

    /// Takes in a sentence of somebody's own; any other payload is passed over.
    fn add_sentence(&mut self, event: &Event, payload: &IncidentEvent) -> Result<(), ReplayFault> {
        let IncidentEvent::SentenceWritten {
            line,
            element,
            texts,
            phase,
            asserts,
            channels,
            audience,
        } = payload
        else {
            return Ok(());
        };
        self.incident_of(event)?.own_sentences.push(OwnSentence {
            seq: event.seq,
            by: event.by.clone(),
            line: line.clone(),
            element: *element,
            texts: texts.clone(),
            phase: phase.clone(),
            asserts: asserts.clone(),
            channels: channels.clone(),
            audience: audience.clone(),
            ended: None,
        });
        Ok(())
    }

    /// Takes in a noted fact, with what the incident was about then; any other payload is passed over.
    fn note_fact(&mut self, event: &Event, payload: &IncidentEvent) -> Result<(), ReplayFault> {
        let IncidentEvent::FactNoted {
            name,
            value,
            source,
            said_at,
            scope,
        } = payload
        else {
            return Ok(());
        };
        let incident = self.incident_of(event)?;
        let scope = match scope.is_empty() {
            true => incident.links_in_scope(),
            false => scope.clone(),
        };
        let notings = incident.noted.entry(name.clone()).or_default();
        notings.push(FactReport {
            seq: event.seq,
            again: false,
            value: value.clone(),
            source: source.clone(),
            said_at: *said_at,
            scope,
        });
        Ok(())
    }

    fn set_disclosure(
        &mut self,
        event: &Event,
        path: &str,
        level: Disclosure,
    ) -> Result<(), ReplayFault> {
        if event.incident.is_some() {
            self.incident_of(event)?;
        }
        self.disclosed.push(Disclosed {
            seq: event.seq,
            incident: event.incident.clone(),
            path: path.to_owned(),
            level,
        });
        Ok(())
    }

    fn add_note(&mut self, event: &Event, text: &str) -> Result<(), ReplayFault> {
        let note = Note {
            seq: event.seq,
            at: event.at,
            by: event.by.clone(),
            text: text.to_owned(),
        };
        match event.incident {
            Some(_) => self.incident_of(event)?.notes.push(note),
            None => self.notes.push(note),
        }
        Ok(())
    }
}
