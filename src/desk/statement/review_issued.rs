//! What was issued last, whom an incident touches, and the talking points. It drafts nothing new.

use std::collections::BTreeSet;

use crate::desk::core::incident_facts::{derive_facts, playbooks_for};
use crate::desk::statement::draft::draft_several;
use crate::desk::statement::verdicts::judge_statement;
use crate::desk::{DeskError, Snapshot};
use crate::domain::base::incident::IncidentId;
use crate::domain::base::value::Value;
use crate::domain::speech::composer::Wanted;
use crate::domain::speech::points::{LastSaid, ROLES, RolePoints, Sheet, compose_sheet};
use crate::domain::state::incident::Issued;

/// True when a region is affected by an incident, for certain or possibly.
///
/// # Errors
/// When facts cannot be derived.
pub fn touches_region(
    snapshot: &Snapshot,
    incident: &str,
    region: &str,
) -> Result<bool, DeskError> {
    let facts = derive_facts(snapshot, incident, snapshot.default_audience())?;
    let in_scope = snapshot
        .state
        .incidents
        .get(incident)
        .is_some_and(|i| i.links_in_scope().iter().any(|l| l == region));
    let listed = ["regions.affected", "regions.possible"].iter().any(
        |p| matches!(facts.value(p), Some(Value::List(l)) if l.iter().any(|n| n.id == region)),
    );
    Ok(in_scope || listed)
}

/// The last statement on an incident to an audience.
pub fn last_statement<'a>(
    snapshot: &'a Snapshot,
    incident: &str,
    audience: &str,
) -> Option<&'a Issued> {
    snapshot.state.notices_about(incident, audience).next()
}

/// The roles for which there are talking points: the usual ones, and those that the playbooks of these incidents write for.
///
/// # Errors
/// When an incident does not exist.
pub fn roles_with_points(
    snapshot: &Snapshot,
    incidents: &[IncidentId],
) -> Result<BTreeSet<String>, DeskError> {
    let mut names: BTreeSet<String> = ROLES.iter().map(|r| (*r).to_owned()).collect();
    for playbook in playbooks_for(snapshot, incidents, None)? {
        names.extend(playbook.file.points.iter().flat_map(|p| p.roles.clone()));
    }
    Ok(names)
}

/// The talking points for a role: a sheet for each of these incidents, the worst first.
///
/// # Errors
/// When an incident does not exist or a playbook is at fault.
pub fn prepare_points(
    snapshot: &Snapshot,
    incidents: &[IncidentId],
    role: &str,
) -> Result<RolePoints, DeskError> {
    let sheets = incidents.iter().map(|i| prepare_sheet(snapshot, i, role));
    let sheets = sheets.collect::<Result<Vec<Sheet>, DeskError>>()?;
    Ok(RolePoints::from_sheets(role, sheets))
}

/// The sheet of one incident, with its own statement and facts: nothing of another answers for it.
fn prepare_sheet(
    snapshot: &Snapshot,
    incident: &IncidentId,
    role: &str,
) -> Result<Sheet, DeskError> {
    let one = std::slice::from_ref(incident);
    let audience = snapshot.default_audience();
    let looked = draft_several(
        snapshot,
        one,
        audience,
        snapshot.clock.now,
        Wanted::default(),
    )?;
    let playbooks = playbooks_for(snapshot, one, None)?;
    let last = last_statement(snapshot, incident, audience);
    let verdicts = last.map(|l| judge_statement(snapshot, l)).transpose()?;
    let last = match last.zip(verdicts.as_deref()) {
        Some((issued, verdicts)) => Some(LastSaid {
            statement: &issued.statement,
            renditions: issued.statement.all_renditions()?,
            verdicts,
        }),
        None => None,
    };
    let langs = &snapshot.world()?.books.workspace.languages;
    compose_sheet(
        &playbooks,
        &looked.draft,
        last.as_ref(),
        &snapshot.evaluator,
        langs,
        role,
    )
    .map_err(|error| {
        let names: Vec<&str> = playbooks.iter().map(|p| p.name()).collect();
        DeskError::Compose {
            playbook: names.join(", "),
            error,
        }
    })
}
