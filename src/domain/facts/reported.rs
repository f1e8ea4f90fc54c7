//! From the folded record to the facts of one incident, for one audience, at one instant. Promises are not among them.

use crate::domain::base::link::LinkId;
use crate::domain::base::time::{At, Moment};
use crate::domain::base::value::Value;
use crate::domain::config::audience::Audience;
use crate::domain::facts::evaluator::Evaluator;
use crate::domain::facts::fact::{Fact, FactEntry, Facts};
use crate::domain::facts::groups::derive_groups;
use crate::domain::facts::history::derive_history;
use crate::domain::facts::link_lists::derive_link_lists;
use crate::domain::facts::links::derive_links;
use crate::domain::facts::noted::insert_noted;
use crate::domain::facts::phase::derive_phase;
use crate::domain::facts::severity::{insert_next_update, insert_severity};
use crate::domain::facts::subject::{DeriveError, IncidentSubject};
use crate::domain::facts::told_words::keep_told_words;
use crate::domain::facts::workspace_facts::derive_workspace_facts;
use crate::domain::facts::world::World;
use crate::domain::network::health::Condition;
use crate::domain::state::heard::told_links_out_of_scope;
use crate::domain::state::incident::Incident;
use std::borrow::Cow;

/// The facts about one incident that rest on reports alone: verdicts on promises are reached with these.
///
/// # Errors
/// When the incident, its playbook or the audience does not exist, or a rule of the playbook is wrong.
pub fn derive_reported_facts(
    world: World<'_>,
    incident: &str,
    audience: &str,
    as_of: At,
    evaluator: &dyn Evaluator,
) -> Result<Facts, DeriveError> {
    let (ground, mut facts) = undisclosed_facts(world, incident, audience, as_of, evaluator)?;
    set_disclosure(&ground, &mut facts);
    Ok(facts)
}

/// What can be said without an incident: who we are, and when it is.
///
/// # Errors
/// When the audience does not exist.
pub fn without_incident(world: World<'_>, audience: &str, as_of: At) -> Result<Facts, DeriveError> {
    let workspace = &world.books.workspace;
    let who = workspace
        .find_audience(audience)
        .ok_or_else(|| DeriveError::NoAudience(audience.to_owned()))?;
    let mut facts = Facts::empty(as_of, workspace.zone, Vec::new(), audience, who.may_know);
    let now = Value::Instant(Moment::exact(as_of));
    facts.insert_fact("as_of", Fact::without_source(now), None);
    Ok(facts)
}

/// The facts about one incident without those about promises, before what may be known is set.
pub(crate) fn undisclosed_facts<'a>(
    world: World<'a>,
    incident: &str,
    audience: &str,
    as_of: At,
    evaluator: &dyn Evaluator,
) -> Result<(IncidentSubject<'a>, Facts), DeriveError> {
    let incident = world
        .state
        .incidents
        .get(incident)
        .ok_or_else(|| DeriveError::NoIncident(incident.to_owned()))?;
    let playbook = world
        .books
        .playbook_of(incident)
        .ok_or_else(|| DeriveError::NoPlaybook(incident.playbook.name.clone()))?;
    let who: Audience = world
        .books
        .workspace
        .find_audience(audience)
        .ok_or_else(|| DeriveError::NoAudience(audience.to_owned()))?;
    let ground = IncidentSubject {
        world,
        incident,
        playbook,
        condition: match world.condition {
            Some(condition) => Cow::Borrowed(condition),
            None => Cow::Owned(Condition::of_network(&world.books.network, world.state)),
        },
        scope: scope_as_told(world, incident, audience),
        first_declared: world.state.first_declared(incident),
        as_of,
        audience: audience.to_owned(),
    };
    let mut facts = Facts::empty(
        as_of,
        ground.zone(),
        vec![incident.id.clone()],
        audience,
        who.may_know,
    );
    facts.drill = world.state.is_drill;
    derive_workspace_facts(&ground, &mut facts);
    derive_links(&ground, &mut facts);
    keep_told_words(&ground, &mut facts);
    derive_link_lists(&ground, &mut facts);
    derive_groups(&ground, &mut facts);
    derive_phase(&ground, &mut facts);
    insert_noted(&ground, &mut facts);
    let then = |seq, at| facts_then(&ground, seq, at, evaluator);
    derive_history(&ground, &mut facts, &then);
    insert_severity(&ground, &mut facts, evaluator)?;
    insert_next_update(&ground, &mut facts);
    Ok((ground, facts))
}

/// The facts after an earlier event, of a moment. Its state has no statements: looking back ends there.
fn facts_then(
    ground: &IncidentSubject<'_>,
    seq: u64,
    at: At,
    evaluator: &dyn Evaluator,
) -> Option<Facts> {
    let (world, id) = (ground.world, &ground.incident.id);
    let past = world.state.state_as_said(seq, at, id);
    let then = World {
        state: &past,
        books: world.books,
        condition: None,
    };
    derive_reported_facts(then, id, &ground.audience, at, evaluator).ok()
}

/// The links that an incident is about, and those that have left it while this audience holds them for broken.
fn scope_as_told(world: World<'_>, incident: &Incident, audience: &str) -> Vec<LinkId> {
    let mut scope = incident.links_in_scope();
    let told = told_links_out_of_scope(world.state, incident, audience);
    scope.extend(
        told.into_iter()
            .filter(|l| world.books.network.has_entry(l)),
    );
    scope
}

/// Sets who may know what, where the team or the playbook says so.
pub(crate) fn set_disclosure(ground: &IncidentSubject<'_>, facts: &mut Facts) {
    let (playbook, state) = (&ground.playbook, ground.world.state);
    if playbook.file.disclosure.is_empty() && state.disclosed.is_empty() {
        return;
    }
    for (path, entry) in std::sync::Arc::make_mut(&mut facts.facts) {
        let set = || state.disclosure_of(&ground.incident.id, path);
        if let FactEntry::Known(fact) = entry
            && let Some(level) = set().or_else(|| playbook.disclosure_of(path))
        {
            fact.disclosure = level;
        }
    }
}
