//! Drafting, passing the gate, issuing.

use std::collections::BTreeMap;

use crate::desk::{Desk, DeskError, Entry};
use crate::domain::derive::{DeriveError, derive};
use crate::domain::draft::{Draft, Wanted, compose};
use crate::domain::facts::{Facts, Lack};
use crate::domain::gate::{self, Failed, Finding, Statement};
use crate::domain::playbook::Playbook;
use crate::domain::time::At;
use crate::domain::workspace::Workspace;

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
    pub fn playbook_of(&self, incident: &str) -> Result<Playbook, DeskError> {
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
        let facts = self.facts_at(incident, audience, as_of)?;
        let playbook = self.playbook_of(incident)?;
        let workspace = &self.world()?.books.workspace;
        match self.pass(&playbook, workspace, &facts, wanted)? {
            Ok(statement) => Ok(Looked {
                draft: statement.draft().clone(),
                findings: Vec::new(),
            }),
            Err(failed) => Ok(Looked {
                draft: failed.draft,
                findings: failed.findings,
            }),
        }
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
        let workspace = &self.world()?.books.workspace;
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
        match self.pass(playbook, workspace, &facts, wanted)? {
            Ok(statement) => Ok(Looked {
                draft: statement.draft().clone(),
                findings: Vec::new(),
            }),
            Err(failed) => Ok(Looked {
                draft: failed.draft,
                findings: failed.findings,
            }),
        }
    }

    /// Composes and passes; a finding on a line withholds that line, and the rest is composed again.
    fn pass(
        &self,
        playbook: &Playbook,
        workspace: &Workspace,
        facts: &Facts,
        wanted: Wanted,
    ) -> Result<Result<Statement, Box<Failed>>, DeskError> {
        let mut wanted = wanted;
        let mut refused: BTreeMap<(String, Option<String>), Lack> = BTreeMap::new();
        loop {
            wanted.refused = refused.clone();
            let draft = compose(playbook, workspace, facts.clone(), &self.voice, &wanted).map_err(
                |error| DeskError::Compose {
                    playbook: playbook.name().to_owned(),
                    error,
                },
            )?;
            let (draft, findings) =
                match gate::pass(draft, playbook, workspace, &self.voice, &|d: &Draft| {
                    self.reader().read(d)
                }) {
                    Ok(statement) => return Ok(Ok(statement)),
                    Err(failed) => (failed.draft, failed.findings),
                };
            let before = refused.len();
            for f in &findings {
                if let Some(line) = f.line.and_then(|i| draft.lines.get(i)) {
                    let lack = Lack::new(&f.what, &f.what, "");
                    refused
                        .entry((line.said.id.clone(), line.said.it.clone()))
                        .or_insert(lack);
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
        incident: &str,
        audience: &str,
        digest: Option<&str>,
    ) -> Result<u32, DeskError> {
        let seen = self.head().clone();
        let as_of = match digest {
            None => self.clock.now,
            Some(name) => moment_of(name).ok_or_else(|| {
                crate::domain::admit::Refusal::new(
                    format!("\"{name}\" is not the name of a draft"),
                    "saydo statement draft prints it; it looks like 20260912T144000Z.0123456789abcdef",
                )
            })?,
        };
        if as_of > self.clock.now {
            return Err(DeskError::Moved(format!(
                "the draft is of {}, which is still to come",
                super::shown(as_of)
            )));
        }
        let facts = self.facts_at(incident, audience, as_of)?;
        let playbook = self.playbook_of(incident)?;
        let workspace = self.world()?.books.workspace.clone();
        let statement = self
            .pass(&playbook, &workspace, &facts, Wanted::default())?
            .map_err(|failed| DeskError::Gate(Box::new(failed.draft), failed.findings))?;
        if let Some(name) = digest {
            self.still_the_same(incident, audience, name, &statement)?;
        }
        let happenings = statement
            .into_happenings(&self.state)
            .map_err(DeskError::Moved)?;
        let batch: Vec<Entry> = happenings
            .into_iter()
            .map(|h| (Some(incident.to_owned()), h))
            .collect();
        self.record_standing("issuing", &seen, &batch)?;
        Ok(self
            .state
            .statements
            .last()
            .map_or(0, |s| s.statement.number))
    }

    /// The draft named is what the record still gives, and it still holds now.
    fn still_the_same(
        &self,
        incident: &str,
        audience: &str,
        name: &str,
        statement: &Statement,
    ) -> Result<(), DeskError> {
        let found = statement.draft().digest().map_err(DeskError::Moved)?;
        if found != name {
            return Err(DeskError::Moved(format!(
                "draft {name} is no longer what would be said: since then the record has changed. Draft again: saydo statement draft {incident}"
            )));
        }
        let now = self.draft(incident, audience, Wanted::default())?;
        let lines = |d: &Draft| -> Vec<(
            String,
            Option<String>,
            BTreeMap<String, crate::domain::value::Value>,
        )> {
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
                    (l.said.id.clone(), l.said.it.clone(), reads)
                })
                .collect()
        };
        if lines(&now.draft) != lines(statement.draft()) {
            return Err(DeskError::Moved(format!(
                "draft {name} no longer holds: time has passed over something in it. Draft again: saydo statement draft {incident}"
            )));
        }
        Ok(())
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
