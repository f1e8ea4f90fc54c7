//! Drafting statements and passing the gate. It issues nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::desk::core::incident_facts::{
    derive_facts, derive_facts_at, playbook_of_incident, playbooks_for,
};
use crate::desk::statement::matter::{Matter, hold_to_text};
use crate::desk::{DeskError, Snapshot};
use crate::domain::base::incident::IncidentId;
use crate::domain::base::next_step::{Advice, NextStep};
use crate::domain::base::time::At;
use crate::domain::config::playbook::Playbook;
use crate::domain::config::workspace::Workspace;
use crate::domain::facts::fact::Facts;
use crate::domain::facts::missing::MissingFact;
use crate::domain::speech::compose::compose_several;
use crate::domain::speech::composer::Wanted;
use crate::domain::speech::draft::{Draft, LineKey, Part, SilentChannel, key_of};
use crate::domain::speech::finding::Finding;
use crate::domain::speech::gate::{self, Failed, Statement};
use crate::languages::phrases::Missing;

/// A draft with what the gate says of it.
#[derive(Debug, Clone)]
pub struct DraftReview {
    /// What may be said.
    pub draft: Draft,
    /// What stands in the way of issuing, after lines that the gate refused were withheld.
    pub findings: Vec<Finding>,
}

/// What may be said now: composed, and passed by the gate as far as single lines go.
///
/// # Errors
/// When the incident does not exist or the playbook is at fault.
pub fn draft_statement(
    snapshot: &Snapshot,
    incident: &str,
    audience: &str,
    wanted: Wanted,
) -> Result<DraftReview, DeskError> {
    draft_statement_at(snapshot, incident, audience, snapshot.clock.now, wanted)
}

/// The same for another moment.
///
/// # Errors
/// When the incident does not exist or the playbook is at fault.
pub fn draft_statement_at(
    snapshot: &Snapshot,
    incident: &str,
    audience: &str,
    as_of: At,
    wanted: Wanted,
) -> Result<DraftReview, DeskError> {
    draft_several(snapshot, &[incident.to_owned()], audience, as_of, wanted)
}

/// One text about several incidents, in this order.
///
/// # Errors
/// When an incident does not exist or its playbook is at fault.
pub fn draft_several(
    snapshot: &Snapshot,
    incidents: &[IncidentId],
    audience: &str,
    as_of: At,
    wanted: Wanted,
) -> Result<DraftReview, DeskError> {
    let playbooks = playbooks_for(snapshot, incidents, wanted.text.as_deref())?;
    let parts = draft_parts(snapshot, incidents, &playbooks, audience, as_of)?;
    Ok(looked(pass_gate(snapshot, &parts, wanted)?))
}

/// Drafts as it was before where the facts of the incident are still the same, and anew where they are not. Only reports came
/// in between: the playbook and the workspace are those of before.
///
/// # Errors
/// When the incident does not exist or the playbook is at fault.
pub fn draft_again(
    snapshot: &Snapshot,
    incident: &IncidentId,
    audience: &str,
    before: Option<&DraftReview>,
) -> Result<DraftReview, DeskError> {
    let facts = derive_facts(snapshot, incident, audience)?;
    if let Some(same) = before.filter(|b| b.draft.facts == facts) {
        return Ok(same.clone());
    }
    let playbook = playbook_of_incident(snapshot, incident)?;
    let part = Part {
        playbook: &playbook,
        facts,
    };
    Ok(looked(pass_gate(snapshot, &[part], Wanted::default())?))
}

pub(in crate::desk) fn draft_parts<'a>(
    snapshot: &Snapshot,
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
                facts: derive_facts_at(snapshot, id, audience, as_of)?,
            })
        })
        .collect()
}

/// A draft over facts that were read from a file; it cannot be issued.
///
/// # Errors
/// When the playbook is at fault.
pub fn draft_from_facts(
    snapshot: &Snapshot,
    playbook: &Playbook,
    facts: &Facts,
    wanted: Wanted,
) -> Result<DraftReview, DeskError> {
    let mut facts = facts.clone();
    for name in playbook
        .file
        .facts
        .keys()
        .filter(|n| facts.entry(n).is_none())
        .cloned()
        .collect::<Vec<_>>()
    {
        let lack = MissingFact::from_phrase(Missing::NotInFile, &[("name", &name)], None);
        facts.insert_missing(name, lack);
    }
    Ok(looked(pass_gate(
        snapshot,
        &[Part { playbook, facts }],
        wanted,
    )?))
}

/// Composes and passes; a finding on a line withholds that line, and the rest is composed again.
pub(in crate::desk) fn pass_gate(
    snapshot: &Snapshot,
    parts: &[Part<'_>],
    wanted: Wanted,
) -> Result<Result<Statement, Box<Failed>>, DeskError> {
    let workspace = &snapshot.world()?.books.workspace;
    let mut wanted = hold_to_text(snapshot, parts, wanted)?;
    let mut refused: BTreeMap<LineKey, MissingFact> = BTreeMap::new();
    loop {
        wanted.refused = refused.clone();
        let draft = compose_several(parts.to_vec(), workspace, &snapshot.evaluator, &wanted)
            .map_err(|error| {
                let has = |p: &&Part<'_>| p.playbook.find_line(&error.line).is_some();
                let at_fault = parts.iter().find(has).or(parts.first());
                DeskError::Compose {
                    playbook: at_fault.map_or("", |p| p.playbook.name()).to_owned(),
                    error,
                }
            })?;
        let reader = |d: &Draft| snapshot.reader().read_whole(d);
        let (draft, findings) =
            match gate::pass_gate(draft, workspace, &snapshot.evaluator, &reader) {
                Ok(statement) => return Ok(Ok(statement)),
                Err(failed) => (failed.draft, failed.findings),
            };
        let before = refused.len();
        for f in &findings {
            if let Some(line) = f.line.and_then(|i| draft.lines.get(i)) {
                let lack = MissingFact::from_untranslated(
                    &f.what.without_commands(),
                    f.what.first_step().cloned(),
                );
                refused.entry(key_of(&line.said)).or_insert(lack);
            }
        }
        if refused.len() == before {
            let Some(silent) = full_channels(workspace, &draft, &findings) else {
                return Ok(Err(Box::new(Failed { draft, findings })));
            };
            let others = draft.renditions.iter().map(|r| r.channel.clone());
            let others = others.filter(|c| !silent.iter().any(|s| s.channel == *c));
            wanted.channels = others.collect::<BTreeSet<String>>().into_iter().collect();
            wanted.silent_channels.extend(silent);
        }
    }
}

/// The short channels that cannot hold what has to be said in them, where nothing else is wrong and a whole text goes out:
/// they say nothing, and owe it still.
fn full_channels(
    workspace: &Workspace,
    draft: &Draft,
    findings: &[Finding],
) -> Option<Vec<SilentChannel>> {
    let is_short = |channel: &String| {
        let known = workspace.channels.get(channel);
        known.is_some_and(|c| !c.takes_whole())
    };
    let mut full: Vec<SilentChannel> = Vec::new();
    for finding in findings {
        let is_of_room = matches!(finding.rule.as_str(), "length" | "owning-up");
        let channel = finding.channel.as_ref().filter(|c| is_short(c))?;
        if is_of_room && !full.iter().any(|s| s.channel == *channel) {
            full.push(SilentChannel {
                channel: channel.clone(),
                why: finding.what.clone(),
            });
        }
    }
    let is_full = |channel: &String| full.iter().any(|s| s.channel == *channel);
    let mut found = findings.iter().filter_map(|f| f.channel.as_ref());
    let is_explained = found.all(is_full);
    let mut whole = draft.renditions.iter().filter(|r| !is_short(&r.channel));
    (is_explained && !full.is_empty() && whole.next().is_some()).then_some(full)
}

/// The statement that a draft's name stands for: composed again for its moment, the same bytes, and still true.
///
/// # Errors
/// When it is no name of a draft, the gate refuses it, or something in it has changed.
pub(crate) fn compose_named(
    snapshot: &Snapshot,
    matter: Matter<'_>,
    name: &str,
) -> Result<Statement, DeskError> {
    let Matter {
        incidents,
        audience,
        text,
    } = matter;
    let as_of = moment_of(name).ok_or_else(|| {
        crate::domain::admission::refusal::Refusal::new(
            format!("\"{name}\" is not the name of a draft"),
            Advice::from(NextStep::DraftStatement {
                incidents: Vec::new(),
            })
            .then(" prints it; it looks like 20260912T144000Z.0123456789abcdef"),
        )
    })?;
    if as_of > snapshot.clock.now {
        return Err(DeskError::DraftAhead(as_of));
    }
    let playbooks = playbooks_for(snapshot, incidents, text)?;
    let parts = draft_parts(snapshot, incidents, &playbooks, audience, as_of)?;
    let statement = pass_gate(snapshot, &parts, Wanted::of_text(text))?
        .map_err(|failed| DeskError::Gate(Box::new(failed.draft), failed.findings))?;
    check_still_same(snapshot, matter, name, &statement)?;
    Ok(statement)
}

/// The draft named is what the record still gives, and it still holds now.
fn check_still_same(
    snapshot: &Snapshot,
    matter: Matter<'_>,
    name: &str,
    statement: &Statement,
) -> Result<(), DeskError> {
    let found = statement.draft().digest()?;
    if found != name {
        return Err(DeskError::OldDraft {
            what: format!(
                "draft {name} is no longer what would be said: since then the record has changed"
            ),
            incidents: matter.incidents.to_vec(),
        });
    }
    let now = draft_several(
        snapshot,
        matter.incidents,
        matter.audience,
        snapshot.clock.now,
        Wanted::of_text(matter.text),
    )?;
    let lines = |d: &Draft| -> Vec<(LineKey, BTreeMap<String, crate::domain::base::value::Value>)> {
        d.lines
            .iter()
            .map(|l| {
                let reads = l
                    .said
                    .reads
                    .iter()
                    .filter(|(p, _)| {
                        l.said.claims.contains(p) && !matches!(p.as_str(), "as_of" | "next_update")
                    })
                    .map(|(p, v)| (p.clone(), v.clone()))
                    .collect();
                (key_of(&l.said), reads)
            })
            .collect()
    };
    if lines(&now.draft) != lines(statement.draft()) {
        return Err(DeskError::OldDraft {
            what: format!("draft {name} no longer holds: time has passed over something in it"),
            incidents: matter.incidents.to_vec(),
        });
    }
    Ok(())
}

pub(in crate::desk) fn looked(passed: Result<Statement, Box<Failed>>) -> DraftReview {
    match passed {
        Ok(statement) => DraftReview {
            draft: statement.draft().clone(),
            findings: Vec::new(),
        },
        Err(failed) => DraftReview {
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
