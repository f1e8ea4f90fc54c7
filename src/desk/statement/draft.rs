//! Drafting, passing the gate, issuing.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::desk::statement::approve::Release;
use crate::desk::{Desk, DeskError, Entry};
use crate::domain::base::incident::IncidentId;
use crate::domain::base::time::At;
use crate::domain::config::playbook::Playbook;
use crate::domain::config::promise_kind::NEXT_STATEMENT;
use crate::domain::facts::fact::{Facts, Lack};
use crate::domain::facts::subject::DeriveError;
use crate::domain::ledger::all_facts::derive;
use crate::domain::record::payload::Happening;
use crate::domain::speech::compose::compose_several;
use crate::domain::speech::composer::Wanted;
use crate::domain::speech::draft::{Draft, LineKey, Part, key_of};
use crate::domain::speech::gate::{self, Failed, Finding, Statement};
use crate::domain::state::promise::Promise;

/// A draft with what the gate says of it.
#[derive(Debug, Clone)]
pub struct Looked {
    /// What may be said.
    pub draft: Draft,
    /// What stands in the way of issuing, after lines that the gate refused were withheld.
    pub findings: Vec<Finding>,
}

impl Desk {
    /// The facts of an incident now.
    ///
    /// # Errors
    /// When the incident or audience does not exist.
    pub fn facts(&self, incident: &str, audience: &str) -> Result<Facts, DeskError> {
        self.facts_at(incident, audience, self.clock.now)
    }

    /// The facts of an incident as the record now has them, for another moment.
    ///
    /// # Errors
    /// When the incident or audience does not exist.
    pub fn facts_at(&self, incident: &str, audience: &str, as_of: At) -> Result<Facts, DeskError> {
        Ok(derive(
            self.world()?,
            incident,
            audience,
            as_of,
            &self.voice,
        )?)
    }

    /// The playbook that an incident is run by.
    ///
    /// # Errors
    /// When the incident does not exist.
    pub fn playbook_of(&self, incident: &str) -> Result<Arc<Playbook>, DeskError> {
        let world = self.world()?;
        let found = world
            .state
            .incidents
            .get(incident)
            .ok_or_else(|| DeriveError::NoIncident(incident.to_owned()))?;
        let playbook = world.books.playbook(&found.playbook);
        Ok(playbook.ok_or_else(|| DeriveError::NoPlaybook(found.playbook.name.clone()))?)
    }

    /// What may be said now: composed, and passed by the gate as far as single lines go.
    ///
    /// # Errors
    /// When the incident does not exist or the playbook is at fault.
    pub fn draft(
        &self,
        incident: &str,
        audience: &str,
        wanted: Wanted,
    ) -> Result<Looked, DeskError> {
        self.draft_at(incident, audience, self.clock.now, wanted)
    }

    /// The same for another moment.
    ///
    /// # Errors
    /// When the incident does not exist or the playbook is at fault.
    pub fn draft_at(
        &self,
        incident: &str,
        audience: &str,
        as_of: At,
        wanted: Wanted,
    ) -> Result<Looked, DeskError> {
        self.draft_of(&[incident.to_owned()], audience, as_of, wanted)
    }

    /// One text about several incidents, in this order.
    ///
    /// # Errors
    /// When an incident does not exist or its playbook is at fault.
    pub fn draft_of(
        &self,
        incidents: &[IncidentId],
        audience: &str,
        as_of: At,
        wanted: Wanted,
    ) -> Result<Looked, DeskError> {
        let playbooks = self.playbooks_of(incidents)?;
        let parts = self.parts(incidents, &playbooks, audience, as_of)?;
        Ok(looked(self.pass(&parts, wanted)?))
    }

    /// The playbooks of incidents, in their order.
    ///
    /// # Errors
    /// When an incident does not exist.
    pub fn playbooks_of(&self, incidents: &[IncidentId]) -> Result<Vec<Playbook>, DeskError> {
        let all = incidents.iter().map(|i| self.playbook_of(i));
        all.map(|p| p.map(|p| (*p).clone())).collect()
    }

    fn parts<'a>(
        &self,
        incidents: &[IncidentId],
        playbooks: &'a [Playbook],
        audience: &str,
        as_of: At,
    ) -> Result<Vec<Part<'a>>, DeskError> {
        incidents
            .iter()
            .zip(playbooks)
            .map(|(id, playbook)| {
                Ok(Part {
                    playbook,
                    facts: self.facts_at(id, audience, as_of)?,
                })
            })
            .collect()
    }

    /// A draft over facts that were read from a file; it cannot be issued.
    ///
    /// # Errors
    /// When the playbook is at fault.
    pub fn draft_from(
        &self,
        playbook: &Playbook,
        facts: &Facts,
        wanted: Wanted,
    ) -> Result<Looked, DeskError> {
        let mut facts = facts.clone();
        for name in playbook
            .file
            .facts
            .keys()
            .filter(|n| facts.entry(n).is_none())
            .cloned()
            .collect::<Vec<_>>()
        {
            let lack = Lack::new(
                format!("tệp không có {name}"),
                format!("the file does not have {name}"),
                "",
            );
            facts.miss(name, lack);
        }
        Ok(looked(self.pass(&[Part { playbook, facts }], wanted)?))
    }

    /// Composes and passes; a finding on a line withholds that line, and the rest is composed again.
    fn pass(
        &self,
        parts: &[Part<'_>],
        wanted: Wanted,
    ) -> Result<Result<Statement, Box<Failed>>, DeskError> {
        let workspace = &self.world()?.books.workspace;
        let mut wanted = wanted;
        let mut refused: BTreeMap<LineKey, Lack> = BTreeMap::new();
        loop {
            wanted.refused = refused.clone();
            let draft = compose_several(parts.to_vec(), workspace, &self.voice, &wanted).map_err(
                |error| {
                    let has = |p: &&Part<'_>| p.playbook.line(&error.line).is_some();
                    let at_fault = parts.iter().find(has).or(parts.first());
                    DeskError::Compose {
                        playbook: at_fault.map_or("", |p| p.playbook.name()).to_owned(),
                        error,
                    }
                },
            )?;
            let reader = |d: &Draft| self.reader().read_whole(d);
            let (draft, findings) = match gate::pass(draft, workspace, &self.voice, &reader) {
                Ok(statement) => return Ok(Ok(statement)),
                Err(failed) => (failed.draft, failed.findings),
            };
            let before = refused.len();
            for f in &findings {
                if let Some(line) = f.line.and_then(|i| draft.lines.get(i)) {
                    let lack = Lack::new(&f.what, &f.what, "");
                    refused.entry(key_of(&line.said)).or_insert(lack);
                }
            }
            if refused.len() == before {
                return Ok(Err(Box::new(Failed { draft, findings })));
            }
        }
    }

    /// Issues what may be said now, or exactly the draft named. Gives the statement's number.
    ///
    /// # Errors
    /// When the gate refuses, the draft is no longer what would be said, or the record has moved.
    pub fn issue(
        &mut self,
        incidents: &[IncidentId],
        audience: &str,
        digest: Option<&str>,
    ) -> Result<u32, DeskError> {
        self.issue_with(incidents, audience, digest, None)
    }

    /// The same; with a reason also without the approval that this record asks for.
    ///
    /// # Errors
    /// As for issuing; or when approval is missing, or the actor may not do without.
    pub fn issue_with(
        &mut self,
        incidents: &[IncidentId],
        audience: &str,
        digest: Option<&str>,
        because: Option<&str>,
    ) -> Result<u32, DeskError> {
        let seen = self.head().clone();
        let release = self.released(incidents, audience, digest, because)?;
        let digest = match &release {
            Release::Approved(name) => Some(name.as_str()),
            _ => digest,
        };
        let statement = match digest {
            Some(name) => self.composed(incidents, audience, name)?,
            None => {
                let playbooks = self.playbooks_of(incidents)?;
                let parts = self.parts(incidents, &playbooks, audience, self.clock.now)?;
                self.pass(&parts, release.wanted())?
                    .map_err(|failed| DeskError::Gate(Box::new(failed.draft), failed.findings))?
            }
        };
        self.keeps_to(&release, &statement)?;
        let as_of = statement.draft().facts.as_of;
        let world = self.world()?;
        let is_open = |p: &Promise| {
            crate::domain::ledger::verdict::entry(world, &self.voice, as_of, p)
                .kept
                .is_none()
        };
        let happenings = statement
            .into_happenings(&self.state, &is_open)
            .map_err(DeskError::Moved)?;
        let promised: Vec<String> = self
            .outlets()
            .filter(|(_, o)| o.promised && o.audience == audience)
            .map(|(name, _)| name.clone())
            .collect();
        let mut batch: Vec<Entry> = happenings
            .into_iter()
            .map(|(incident, mut h)| {
                if let Happening::PromiseMade(made) = &mut h
                    && made.kept_when.as_deref() == Some(NEXT_STATEMENT)
                {
                    made.visible_at.clone_from(&promised);
                }
                (Some(incident), h)
            })
            .collect();
        let number = self.state.statements.len() as u32 + 1;
        batch.extend(incidents.first().and_then(|i| release.entry(i, number)));
        self.record_standing("issuing", &seen, &batch)?;
        Ok(self
            .state
            .statements
            .last()
            .map_or(0, |s| s.statement.number))
    }

    /// The statement that a draft's name stands for: composed again for its moment, the same bytes, and still true.
    ///
    /// # Errors
    /// When it is no name of a draft, the gate refuses it, or something in it has changed.
    pub(crate) fn composed(
        &self,
        incidents: &[IncidentId],
        audience: &str,
        name: &str,
    ) -> Result<Statement, DeskError> {
        let as_of = moment_of(name).ok_or_else(|| {
            crate::domain::admission::admit::Refusal::new(
                format!("\"{name}\" is not the name of a draft"),
                "saydo statement draft prints it; it looks like 20260912T144000Z.0123456789abcdef",
            )
        })?;
        if as_of > self.clock.now {
            return Err(DeskError::Moved(format!(
                "the draft is of {}, which is still to come",
                crate::desk::shown(as_of)
            )));
        }
        let playbooks = self.playbooks_of(incidents)?;
        let parts = self.parts(incidents, &playbooks, audience, as_of)?;
        let statement = self
            .pass(&parts, Wanted::default())?
            .map_err(|failed| DeskError::Gate(Box::new(failed.draft), failed.findings))?;
        self.still_the_same(incidents, audience, name, &statement)?;
        Ok(statement)
    }

    /// The draft named is what the record still gives, and it still holds now.
    fn still_the_same(
        &self,
        incidents: &[IncidentId],
        audience: &str,
        name: &str,
        statement: &Statement,
    ) -> Result<(), DeskError> {
        let found = statement.draft().digest().map_err(DeskError::Moved)?;
        if found != name {
            return Err(DeskError::Moved(format!(
                "draft {name} is no longer what would be said: since then the record has changed. Draft again: saydo statement draft {}",
                incidents.join(" ")
            )));
        }
        let now = self.draft_of(incidents, audience, self.clock.now, Wanted::default())?;
        let lines =
            |d: &Draft| -> Vec<(LineKey, BTreeMap<String, crate::domain::base::value::Value>)> {
                d.lines
                    .iter()
                    .map(|l| {
                        let reads = l
                            .said
                            .reads
                            .iter()
                            .filter(|(p, _)| {
                                l.said.claims.contains(p)
                                    && !matches!(p.as_str(), "as_of" | "next_update")
                            })
                            .map(|(p, v)| (p.clone(), v.clone()))
                            .collect();
                        (key_of(&l.said), reads)
                    })
                    .collect()
            };
        if lines(&now.draft) != lines(statement.draft()) {
            return Err(DeskError::Moved(format!(
                "draft {name} no longer holds: time has passed over something in it. Draft again: saydo statement draft {}",
                incidents.join(" ")
            )));
        }
        Ok(())
    }
}

fn looked(passed: Result<Statement, Box<Failed>>) -> Looked {
    match passed {
        Ok(statement) => Looked {
            draft: statement.draft().clone(),
            findings: Vec::new(),
        },
        Err(failed) => Looked {
            draft: failed.draft,
            findings: failed.findings,
        },
    }
}

/// The moment in a draft's name.
fn moment_of(name: &str) -> Option<At> {
    let (moment, digest) = name.split_once('.')?;
    if digest.len() != 16 || !digest.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    chrono::NaiveDateTime::parse_from_str(moment, "%Y%m%dT%H%M%SZ")
        .ok()
        .map(|t| t.and_utc())
}
