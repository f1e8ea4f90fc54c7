//! What a statement is about, for whom, and which text it is. It composes nothing.

use crate::desk::core::incident_facts::{find_text, playbooks_for};
use crate::desk::{DeskError, Snapshot};
use crate::domain::admission::refusal::Refusal;
use crate::domain::base::incident::IncidentId;
use crate::domain::base::next_step::Advice;
use crate::domain::config::further_text::FurtherText;
use crate::domain::facts::evaluator::Evaluator;
use crate::domain::record::statement::StatementIssued;
use crate::domain::speech::composer::{ComposeError, Wanted};
use crate::domain::speech::draft::Part;
use crate::domain::team::team_state::Submitted;

/// The incidents of a statement, its audience, and the text beside the notice that it is; none for a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Matter<'a> {
    pub incidents: &'a [IncidentId],
    pub audience: &'a str,
    pub text: Option<&'a str>,
}

impl Matter<'_> {
    /// What a statement was about.
    pub(in crate::desk) fn of_statement(s: &StatementIssued) -> Matter<'_> {
        Matter {
            incidents: &s.incidents,
            audience: &s.audience,
            text: s.text.as_deref(),
        }
    }
}

/// What a submitted draft is about.
pub(in crate::desk) fn matter_of(s: &Submitted) -> Matter<'_> {
    Matter {
        incidents: &s.incidents,
        audience: &s.audience,
        text: s.text.as_deref(),
    }
}

/// The audience of a text: the one that was named, else the first of its own that the workspace has, else the customers.
///
/// # Errors
/// When an incident does not exist, or its playbook has no such text.
pub fn usual_audience(
    snapshot: &Snapshot,
    incidents: &[IncidentId],
    text: Option<&str>,
    named: Option<&str>,
) -> Result<String, DeskError> {
    let playbooks = playbooks_for(snapshot, incidents, text)?;
    let (Some(playbook), Some(name), None) = (playbooks.first(), text, named) else {
        return Ok(snapshot.audience_or_default(named));
    };
    let workspace = &snapshot.world()?.books.workspace;
    let text = find_text(playbook, name)?;
    let usual = text.usual_audience(workspace).map(str::to_owned);
    let nobody = || {
        let list = |all: &[String], any: &str| match all {
            [] => any.to_owned(),
            some => some.join(", "),
        };
        let audiences = list(&text.audiences, "customers");
        let channels = list(&text.channels, "any channel");
        Refusal::new(
            format!("text \"{name}\" is for {audiences} on {channels}, which saydo.yaml has not"),
            "add them under `audiences` and `channels` there",
        )
    };
    usual.ok_or_else(|| nobody().into())
}

/// What is wanted of a text beside the notice: only in its own channels. Where a notice is wanted, that alone.
///
/// # Errors
/// When the text is not for this audience, not for these channels, or not for now.
pub(in crate::desk) fn hold_to_text(
    snapshot: &Snapshot,
    parts: &[Part<'_>],
    mut wanted: Wanted,
) -> Result<Wanted, DeskError> {
    let Some(name) = wanted.text.clone() else {
        return Ok(wanted);
    };
    for part in parts {
        let text = find_text(part.playbook, &name)?;
        check_audience(snapshot, &name, text, &part.facts.audience)?;
        check_time(snapshot, &name, text, part)?;
        let workspace = &snapshot.world()?.books.workspace;
        let is_wanted = |c: &&String| wanted.channels.is_empty() || wanted.channels.contains(c);
        let own = text.own_channels(workspace).filter(is_wanted);
        wanted.channels = own.cloned().collect();
        if wanted.channels.is_empty() {
            return Err(Refusal::new(
                format!("text \"{name}\" does not go to that channel"),
                format!("it goes to: {}", text.channels.join(", ")),
            )
            .into());
        }
    }
    Ok(wanted)
}

fn check_audience(
    snapshot: &Snapshot,
    name: &str,
    text: &FurtherText,
    audience: &str,
) -> Result<(), DeskError> {
    let workspace = &snapshot.world()?.books.workspace;
    if workspace.is_for(&text.audiences, audience) {
        return Ok(());
    }
    Err(Refusal::new(
        format!("text \"{name}\" is not for {audience}"),
        format!("it is for: {}", text.audiences.join(", ")),
    )
    .into())
}

fn check_time(
    snapshot: &Snapshot,
    name: &str,
    text: &FurtherText,
    part: &Part<'_>,
) -> Result<(), DeskError> {
    let Some(when) = &text.when else {
        return Ok(());
    };
    let evaluator = &snapshot.evaluator;
    let tested = evaluator.test_condition(when, &part.facts, None);
    let tested = tested.map_err(|error| DeskError::Compose {
        playbook: part.playbook.name().to_owned(),
        error: ComposeError {
            line: name.to_owned(),
            error,
        },
    })?;
    if tested.truth == Some(true) {
        return Ok(());
    }
    let lacks = tested
        .missing
        .iter()
        .map(|path| part.facts.missing_at(path));
    let hints = lacks.map(|lack| Advice::from(&lack)).collect();
    let incident = part.facts.incidents.join(", ");
    Err(DeskError::NotBacked {
        what: format!("text \"{name}\" may not be said of {incident} now: {when} does not hold"),
        hints,
    })
}
