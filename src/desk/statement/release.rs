//! What lets a statement go out: an approval of exactly these bytes, an approval in advance, or an override. It issues nothing.

use chrono::Duration;

use crate::desk::core::incident_facts::playbook_of_incident;
use crate::desk::statement::draft::{compose_named, draft_several};
use crate::desk::statement::matter::{Matter, matter_of};
use crate::desk::{DeskError, Entry, Snapshot, format_moment};
use crate::domain::admission::refusal::Refusal;
use crate::domain::base::incident::IncidentId;
use crate::domain::base::next_step::{Advice, NextStep};
use crate::domain::base::time::{Period, When};
use crate::domain::record::payload::EventPayload;
use crate::domain::record::statement_event::StatementEvent;
use crate::domain::speech::composer::Wanted;
use crate::domain::speech::gate::Statement;
use crate::domain::speech::slot;
use crate::domain::team::right::Right;
use crate::domain::team::team_state::{LASTS, PreApproval, Submitted};

/// A time in a draft that is nearer than this has as good as passed.
const NEAR: Duration = Duration::minutes(10);

/// What lets a statement go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Release {
    /// This record asks for no approval.
    Free,
    /// The draft of this name is approved.
    Approved(String),
    /// What is approved in advance under this name, on these channels.
    InAdvance(String, Vec<String>),
    /// Nobody approved it; the reason.
    Overridden(String),
}

impl Release {
    /// What is composed because of it.
    pub fn wanted_draft(&self, text: Option<&str>) -> Wanted {
        match self {
            Release::InAdvance(_, channels) => Wanted {
                channels: channels.clone(),
                ..Wanted::of_text(text)
            },
            _ => Wanted::of_text(text),
        }
    }

    /// What is recorded beside a statement that went out by it.
    pub fn release_entry(&self, incident: &IncidentId, statement: u32) -> Option<Entry> {
        let payload = match self {
            Release::Free | Release::Approved(_) => return None,
            Release::InAdvance(name, _) => {
                EventPayload::Statement(StatementEvent::PreApprovalUsed {
                    name: name.clone(),
                    statement,
                })
            }
            Release::Overridden(because) => {
                EventPayload::Statement(StatementEvent::ApprovalOverridden {
                    statement,
                    because: because.clone(),
                })
            }
        };
        Some((Some(incident.clone()), payload))
    }
}

/// What lets a statement go out now.
///
/// # Errors
/// When nothing does: why, and whom to ask.
pub(crate) fn find_release(
    snapshot: &Snapshot,
    matter: Matter<'_>,
    draft: Option<&str>,
    because: Option<&str>,
) -> Result<Release, DeskError> {
    let team = &snapshot.state.team;
    if let Some(because) = because {
        return Ok(if team.rules.approval {
            Release::Overridden(because.to_owned())
        } else {
            Release::Free
        });
    }
    if !team.rules.approval {
        return Ok(Release::Free);
    }
    let submission = match draft {
        Some(name) => team.find_submission(name),
        None => team.newest_approved(matter.incidents, matter.audience, matter.text),
    };
    let why_not = match submission {
        Some(s) => match check_approved(snapshot, s) {
            Ok(()) if draft.is_some() => return Ok(Release::Approved(s.draft.clone())),
            Ok(()) => return release_submitted(snapshot, s),
            Err(why) => why,
        },
        None if draft.is_some() => "this draft was not submitted for approval".to_owned(),
        None => "nothing is approved for it".to_owned(),
    };
    if draft.is_none()
        && let Some(release) = release_in_advance(snapshot, matter)?
    {
        return Ok(release);
    }
    let drafter = submission.map_or(snapshot.clock.by.as_str(), |s| s.by.as_str());
    let submit = NextStep::SubmitDraft {
        incidents: matter.incidents.to_vec(),
    };
    let hint = submit.after("put it before them: ").then("; then ");
    let hint = hint.then(whom_to_ask(snapshot, drafter));
    Err(DeskError::NotAllowed(Refusal::new(
        format!("nothing was issued: {why_not}"),
        hint,
    )))
}

/// The approved draft, if it is still what would be said; else what was approved in advance, which must not be barred by it.
fn release_submitted(snapshot: &Snapshot, s: &Submitted) -> Result<Release, DeskError> {
    let holds = compose_named(snapshot, matter_of(s), &s.draft)
        .and_then(|statement| check_no_time_near(snapshot, &statement));
    let Err(lapsed) = holds else {
        return Ok(Release::Approved(s.draft.clone()));
    };
    match release_in_advance(snapshot, matter_of(s))? {
        Some(release) => Ok(release),
        None => Err(lapsed),
    }
}

/// What is approved in advance and covers all that would be said; not when the last draft on it was rejected, nor
/// for the one who approved it, where four eyes are asked for.
fn release_in_advance(
    snapshot: &Snapshot,
    matter: Matter<'_>,
) -> Result<Option<Release>, DeskError> {
    // What is approved in advance is a notice.
    if matter.text.is_some() {
        return Ok(None);
    }
    let (incidents, audience) = (matter.incidents, matter.audience);
    let team = &snapshot.state.team;
    let on_this = |s: &&Submitted| matter_of(s) == matter;
    let last = team.submitted.iter().rev().find(on_this);
    if last.is_some_and(|s| s.rejected.is_some() && said_since(snapshot, s).is_none()) {
        return Ok(None);
    }
    let mut narrower = None;
    for p in &team.in_advance {
        let is_latest = team
            .find_pre_approval(&p.name)
            .is_some_and(|l| l.seq == p.seq);
        let is_own = team.rules.four_eyes && p.by == snapshot.clock.by;
        if !is_latest || is_own || !applies_in_advance(snapshot, p, incidents, audience) {
            continue;
        }
        let release = Release::InAdvance(p.name.clone(), p.channels.clone());
        let looked = draft_several(
            snapshot,
            incidents,
            audience,
            snapshot.clock.now,
            release.wanted_draft(None),
        )?;
        let covers = |l: &crate::domain::speech::draft::DraftLine| {
            (p.lines.is_empty() || p.lines.contains(&l.said.id))
                && slot::find_value_outside(&p.slots, &l.said).is_none()
        };
        if looked.draft.lines.iter().all(covers) {
            return Ok(Some(release));
        }
        narrower = narrower.or(Some(release));
    }
    Ok(narrower)
}

fn check_approved(snapshot: &Snapshot, s: &Submitted) -> Result<(), String> {
    let team = &snapshot.state.team;
    if let Some((_, by, because)) = &s.rejected {
        return Err(format!("{by} rejected the draft: {because}"));
    }
    let Some((_, by, at)) = &s.approved else {
        return Err("the draft waits for approval".into());
    };
    if team.rules.four_eyes && *by == s.by {
        return Err("the draft was approved by the one who submitted it".into());
    }
    if let Some(said) = said_since(snapshot, s) {
        return Err(format!(
            "statement {said} went out since the draft was submitted"
        ));
    }
    let ends = *at + approval_lasts(snapshot, &s.incidents).to_duration();
    if snapshot.clock.now > ends {
        return Err(format!(
            "the approval by {by} lapsed at {}",
            format_moment(ends)
        ));
    }
    Ok(())
}

/// How long an approval on these incidents lasts: the shortest of their playbooks, else what the team set.
pub fn approval_lasts(snapshot: &Snapshot, incidents: &[IncidentId]) -> Period {
    let playbooks = incidents
        .iter()
        .filter_map(|i| playbook_of_incident(snapshot, i).ok());
    playbooks
        .filter_map(|p| p.file.approval_lasts)
        .min()
        .or(snapshot.state.team.rules.lasts)
        .unwrap_or(LASTS)
}

/// The statement on the same that went out after a draft was submitted.
pub(in crate::desk) fn said_since(snapshot: &Snapshot, s: &Submitted) -> Option<u32> {
    let said =
        snapshot.state.statements.iter().find(|said| {
            said.seq > s.seq && Matter::of_statement(&said.statement) == matter_of(s)
        })?;
    Some(said.statement.number)
}

fn applies_in_advance(
    snapshot: &Snapshot,
    p: &PreApproval,
    incidents: &[IncidentId],
    audience: &str,
) -> bool {
    let [incident] = incidents else {
        return false;
    };
    let is_under = snapshot
        .state
        .incidents
        .get(incident)
        .is_some_and(|i| i.playbook.name == p.playbook);
    let is_first = snapshot
        .state
        .notices_about(incident, audience)
        .next()
        .is_none();
    is_under && p.audience == audience && snapshot.clock.now < p.until && (is_first || !p.first)
}

/// A statement says only what was approved in advance, and no time in an approved one is past or near.
pub(crate) fn check_keeps_to(
    snapshot: &Snapshot,
    release: &Release,
    statement: &Statement,
) -> Result<(), DeskError> {
    match release {
        Release::Approved(_) => check_no_time_near(snapshot, statement),
        Release::InAdvance(name, _) => {
            let allowed = snapshot.state.team.find_pre_approval(name);
            let lines = allowed.map(|p| p.lines.as_slice()).unwrap_or_default();
            let more: Vec<&str> = statement
                .draft()
                .lines
                .iter()
                .map(|l| l.said.id.as_str())
                .filter(|id| !lines.is_empty() && !lines.iter().any(|l| l == id))
                .collect();
            let slots = allowed.map(|p| p.slots.clone()).unwrap_or_default();
            let mut said = statement.draft().lines.iter();
            let beyond = said.find_map(|l| slot::find_value_outside(&slots, &l.said));
            let more = match (more.is_empty(), beyond) {
                (true, None) => return Ok(()),
                (true, Some((path, value))) => {
                    let foreseen = slots
                        .iter()
                        .find(|(p, _)| slot::pattern_matches(p, &path))
                        .map_or("", |(_, range)| range);
                    vec![format!("{path} is {value}, and {foreseen} was foreseen")]
                }
                (false, _) => more.iter().map(ToString::to_string).collect(),
            };
            Err(DeskError::NotAllowed(Refusal::new(
                format!(
                    "nothing was issued: it says more than \"{name}\" allows in advance: {}",
                    more.join(", ")
                ),
                NextStep::SubmitDraft {
                    incidents: Vec::new(),
                }
                .after("put it before them: ")
                .then("; then ")
                .then(whom_to_ask(snapshot, &snapshot.clock.by)),
            )))
        }
        Release::Free | Release::Overridden(_) => Ok(()),
    }
}

pub(in crate::desk) fn check_no_time_near(
    snapshot: &Snapshot,
    statement: &Statement,
) -> Result<(), DeskError> {
    let now = snapshot.clock.now;
    let mut promises = statement
        .draft()
        .lines
        .iter()
        .flat_map(|l| l.promise.iter().chain(&l.also));
    let near = promises.find_map(|p| match p.due {
        When::At(t) if t - now < NEAR => Some(t),
        _ => None,
    });
    match near {
        Some(t) => Err(DeskError::NotAllowed(Refusal::new(
            format!(
                "the draft lapsed: a time in it, {}, is past or near",
                format_moment(t)
            ),
            NextStep::SubmitDraft {
                incidents: Vec::new(),
            }
            .after("draft and submit it again: "),
        ))),
        None => Ok(()),
    }
}

/// Who may approve what this person drafted.
pub(in crate::desk) fn whom_to_ask(snapshot: &Snapshot, drafter: &str) -> Advice {
    let team = &snapshot.state.team;
    let people: Vec<&str> = team
        .people_with_right(Right::Approve, None)
        .into_iter()
        .filter(|p| !team.rules.four_eyes || *p != drafter)
        .collect();
    if people.is_empty() {
        return NextStep::GrantApproval
            .after("nobody else may approve: an administrator grants the right (")
            .then(")");
    }
    format!("ask {} to approve", people.join(" or ")).into()
}
