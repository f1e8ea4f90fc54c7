//! Drafts put before those who approve, and their decision. It issues nothing.

use crate::desk::statement::draft::{compose_named, draft_several};
use crate::desk::statement::matter::{Matter, matter_of};
use crate::desk::statement::release::{
    approval_lasts, check_no_time_near, said_since, whom_to_ask,
};
use crate::desk::{DeskError, Journal, Snapshot, format_moment};
use crate::domain::admission::refusal::Refusal;
use crate::domain::base::next_step::NextStep;
use crate::domain::record::payload::EventPayload;
use crate::domain::record::statement_event::StatementEvent;
use crate::domain::speech::composer::Wanted;
use crate::domain::speech::gate::Statement;
use crate::domain::team::team_state::Submitted;

/// Puts what may be said now before those who approve. Gives the draft's name.
///
/// # Errors
/// When the gate refuses it, or the actor may not draft.
pub fn submit_draft(journal: &mut Journal, matter: Matter<'_>) -> Result<String, DeskError> {
    let Matter {
        incidents,
        audience,
        text,
    } = matter;
    let seen = journal.head().clone();
    let looked = draft_several(
        journal,
        incidents,
        audience,
        journal.clock.now,
        Wanted::of_text(text),
    )?;
    if !looked.findings.is_empty() {
        return Err(DeskError::Gate(Box::new(looked.draft), looked.findings));
    }
    let draft = looked.draft.digest()?;
    let batch = [(
        incidents.first().cloned(),
        EventPayload::Statement(StatementEvent::DraftSubmitted {
            draft: draft.clone(),
            audience: audience.to_owned(),
            incidents: incidents.to_vec(),
            text: text.map(str::to_owned),
        }),
    )];
    journal.record_standing("submitting", &seen, &batch)?;
    Ok(draft)
}

/// A draft that waits: the one named, or the only one.
///
/// # Errors
/// When there is none, or it is not clear which.
pub fn find_waiting(snapshot: &Snapshot, name: Option<&str>) -> Result<Submitted, DeskError> {
    let team = &snapshot.state.team;
    if let Some(name) = name {
        return team.find_submission(name).cloned().ok_or_else(|| {
            Refusal::new(
                format!("no draft {name} was submitted"),
                NextStep::ListPendingDrafts.after("see: "),
            )
            .into()
        });
    }
    let waiting: Vec<&Submitted> = list_pending(snapshot).collect();
    match waiting.as_slice() {
        [one] => Ok((*one).clone()),
        [] => Err(Refusal::new(
            "no draft waits for approval",
            NextStep::SubmitDraft {
                incidents: Vec::new(),
            }
            .after("put one before those who approve: "),
        )
        .into()),
        several => {
            let names: Vec<&str> = several.iter().map(|s| s.draft.as_str()).collect();
            Err(Refusal::new(
                "several drafts wait for approval",
                format!("name one: {}", names.join(", ")),
            )
            .into())
        }
    }
}

/// The drafts that wait: neither approved nor rejected, and not overtaken by a newer one on the same.
pub fn list_pending(snapshot: &Snapshot) -> impl Iterator<Item = &Submitted> {
    let all = &snapshot.state.team.submitted;
    all.iter().enumerate().filter_map(move |(i, s)| {
        let is_newest = !all[i + 1..].iter().any(|o| matter_of(o) == matter_of(s));
        let is_said =
            snapshot.state.statements.iter().any(|said| {
                said.seq > s.seq && Matter::of_statement(&said.statement) == matter_of(s)
            });
        (s.approved.is_none() && s.rejected.is_none() && is_newest && !is_said).then_some(s)
    })
}

/// The drafts that were approved, and have neither gone out nor lapsed: those bytes may be issued.
pub fn list_approved(snapshot: &Snapshot) -> impl Iterator<Item = &Submitted> {
    let now = snapshot.clock.now;
    let all = snapshot.state.team.submitted.iter();
    all.filter(move |s| {
        let lasts = s.until.is_none_or(|until| until > now);
        s.approved.is_some() && s.rejected.is_none() && lasts && said_since(snapshot, s).is_none()
    })
}

/// A submitted draft as it would go out, if it still holds.
///
/// # Errors
/// When it lapsed: what changed.
pub fn compose_submitted(snapshot: &Snapshot, s: &Submitted) -> Result<Statement, DeskError> {
    compose_named(snapshot, matter_of(s), &s.draft)
}

/// Whether the actor may approve this draft, before it is looked at.
///
/// # Errors
/// When it was the actor who submitted it and four eyes are asked for, they lack the right, or it is settled.
pub fn check_may_approve(snapshot: &Snapshot, s: &Submitted) -> Result<(), DeskError> {
    settled(s)?;
    let by = &snapshot.clock.by;
    let approval = EventPayload::Statement(StatementEvent::StatementApproved {
        draft: s.draft.clone(),
        until: None,
    });
    snapshot.state.check_entitled(by, &approval)?;
    if snapshot.state.team.rules.four_eyes && *by == s.by {
        return Err(DeskError::NotAllowed(Refusal::new(
            format!("{by} submitted this draft; another person has to approve it"),
            whom_to_ask(snapshot, &s.by),
        )));
    }
    Ok(())
}

/// Approves exactly the bytes of a draft.
///
/// # Errors
/// When the actor may not, somebody settled it already, or it lapsed.
pub fn approve_draft(journal: &mut Journal, s: &Submitted) -> Result<(), DeskError> {
    let seen = journal.head().clone();
    check_may_approve(journal, s)?;
    let statement = compose_submitted(journal, s)?;
    check_no_time_near(journal, &statement)?;
    let lasts = approval_lasts(journal, &s.incidents).to_duration();
    let batch = [(
        s.incidents.first().cloned(),
        EventPayload::Statement(StatementEvent::StatementApproved {
            draft: s.draft.clone(),
            until: Some(journal.clock.now + lasts),
        }),
    )];
    journal.record_standing("approving", &seen, &batch)?;
    Ok(())
}

/// Rejects a draft; also one that was approved and has not gone out.
///
/// # Errors
/// When it was rejected before, or the actor may not.
pub fn reject_draft(journal: &mut Journal, s: &Submitted, because: &str) -> Result<(), DeskError> {
    let seen = journal.head().clone();
    if s.rejected.is_some() {
        settled(s)?;
    }
    if let Some(n) = said_since(journal, s) {
        return Err(DeskError::NotAllowed(Refusal::new(
            format!(
                "statement {n} went out since this draft was submitted; what was said cannot be unsaid"
            ),
            "if it is wrong, correct the record and issue again",
        )));
    }
    let rejection = EventPayload::Statement(StatementEvent::StatementRejected {
        draft: s.draft.clone(),
        because: because.to_owned(),
    });
    let batch = [(s.incidents.first().cloned(), rejection)];
    journal.record_standing("rejecting", &seen, &batch)?;
    Ok(())
}

pub(in crate::desk) fn settled(s: &Submitted) -> Result<(), DeskError> {
    let what = match (&s.rejected, &s.approved) {
        (Some((_, by, because)), _) => format!("{by} rejected this draft: {because}"),
        (None, Some((_, by, at))) => {
            format!("{by} approved this draft already at {}", format_moment(*at))
        }
        (None, None) => return Ok(()),
    };
    Err(DeskError::NotAllowed(Refusal::new(
        what,
        NextStep::ListPendingDrafts.after("see: "),
    )))
}
