//! Whether a statement went out as the team's rules of approval ask: approved once, in time, by somebody who may; or within
//! what was approved in advance; or by an override that stands in the record. Knows no text.

use crate::domain::base::time::At;
use crate::domain::record::event::Event;
use crate::domain::record::payload::EventPayload;
use crate::domain::record::statement::StatementIssued;
use crate::domain::record::statement_event::StatementEvent;
use crate::domain::speech::draft::draft_of;
use crate::domain::speech::slot::find_value_outside;
use crate::domain::state::fold::State;
use crate::domain::team::team_state::Submitted;
use crate::store::verify::fault::EventFault;

/// Checks a statement against the rules in force. What explains it stands among the events that follow in the same batch.
pub(super) fn check_approval(
    state: &State,
    event: &Event,
    following: &[Option<Event>],
) -> Result<(), EventFault> {
    let EventPayload::Statement(StatementEvent::StatementIssued(s)) = &event.payload else {
        return Ok(());
    };
    if !state.team.rules.approval {
        return Ok(());
    }
    let Err(why) = find_approval(state, event.at, s) else {
        return Ok(());
    };
    let same_batch = following
        .iter()
        .flatten()
        .take_while(|e| e.at == event.at && e.by == event.by && !is_statement(e));
    let is_explained = same_batch
        .filter_map(|e| match &e.payload {
            EventPayload::Statement(payload) => Some(payload),
            _ => None,
        })
        .any(|payload| match payload {
            StatementEvent::PreApprovalUsed { statement, name } => {
                *statement == s.number && is_within(state, event, name, s)
            }
            StatementEvent::ApprovalOverridden { statement, .. } => *statement == s.number,
            _ => false,
        });
    if is_explained {
        return Ok(());
    }
    Err(EventFault::NotApproved {
        number: s.number,
        why,
    })
}

fn is_statement(event: &Event) -> bool {
    matches!(
        event.payload,
        EventPayload::Statement(StatementEvent::StatementIssued(_))
    )
}

/// Exactly these bytes were approved, by another person where four eyes are asked for, in time, and not used yet.
fn find_approval(state: &State, at: At, s: &StatementIssued) -> Result<(), &'static str> {
    let team = &state.team;
    let submission = draft_of(s)
        .ok()
        .and_then(|d| team.find_submission(&d).cloned());
    let Some(d) = submission.filter(|d| d.audience == s.audience) else {
        return Err("nothing was approved for it");
    };
    if d.rejected.is_some() {
        return Err("the draft was rejected");
    }
    let Some((_, by, _)) = &d.approved else {
        return Err("the draft was not approved");
    };
    if team.rules.four_eyes && *by == d.by {
        return Err("the draft was approved by the one who submitted it");
    }
    if d.until.is_some_and(|until| at > until) {
        return Err("its approval had lapsed");
    }
    if was_used(state, &d) {
        return Err("its approval had been used");
    }
    Ok(())
}

/// True when a statement on the same went out since the draft was submitted.
fn was_used(state: &State, d: &Submitted) -> bool {
    let since = state
        .statements
        .iter()
        .rev()
        .take_while(|said| said.seq > d.seq);
    since
        .filter(|said| said.statement.audience == d.audience)
        .any(|said| said.statement.incidents == d.incidents)
}

/// True when a statement keeps to what was approved in advance under this name.
fn is_within(state: &State, event: &Event, name: &str, s: &StatementIssued) -> bool {
    let Some(p) = state.team.find_pre_approval(name) else {
        return false;
    };
    let is_under = s.incidents.iter().all(|i| {
        let incident = state.incidents.get(i);
        incident.is_some_and(|i| i.playbook.name == p.playbook)
    });
    let fits = |list: &[String], one: &str| list.is_empty() || list.iter().any(|x| x == one);
    is_under
        && s.incidents.len() == 1
        && event.at < p.until
        && s.audience == p.audience
        && (!p.first || s.previous.is_none())
        && (!state.team.rules.four_eyes || p.by != event.by)
        && s.lines()
            .iter()
            .all(|l| fits(&p.lines, &l.id) && find_value_outside(&p.slots, l).is_none())
        && s.body
            .addresses()
            .iter()
            .all(|(channel, _)| fits(&p.channels, channel))
}
