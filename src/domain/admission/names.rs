//! Whether what a payload names is there: people, statements, links, parties, promises, incidents. Looks nothing up on disk.

use crate::domain::admission::refusal::Refusal;
use crate::domain::base::link::Source;
use crate::domain::base::next_step::{Advice, NextStep};
use crate::domain::base::suggest::suggest_nearest;
use crate::domain::facts::world::{AdoptedConfig, World};
use crate::domain::state::incident::Incident;
use crate::domain::state::promise::Promise;
use crate::domain::team::team_state::Team;

/// The most names listed in a hint.
const MAX_LISTED: usize = 30;

/// Refuses a person who is not on the team.
pub(super) fn check_person(team: &Team, person: &str) -> Result<(), Refusal> {
    if team.people.contains_key(person) {
        return Ok(());
    }
    let near = suggest_nearest(person, team.people.keys().map(String::as_str));
    Err(Refusal::new(
        format!("there is no person \"{person}\"{near}"),
        NextStep::AddPerson {
            person: person.to_owned(),
        }
        .after("add them: "),
    ))
}

pub(super) fn check_statement(world: World<'_>, number: u32) -> Result<(), Refusal> {
    if world.state.find_statement(number).is_some() {
        return Ok(());
    }
    Err(Refusal::new(
        format!("there is no statement {number}"),
        NextStep::ListStatements.after("see: "),
    ))
}

/// Refuses a link, region or service that the network does not have.
///
/// # Errors
/// When it does not.
pub fn check_link(books: &AdoptedConfig, id: &str) -> Result<(), Refusal> {
    if books.network.has_entry(id) {
        return Ok(());
    }
    let all: Vec<&str> = books.network.all_ids().take(MAX_LISTED).collect();
    Err(Refusal::new(
        format!(
            "the network has no link \"{id}\"{}",
            suggest_nearest(id, books.network.all_ids())
        ),
        format!("known: {}", all.join(", ")),
    ))
}

pub(super) fn check_party(books: &AdoptedConfig, source: &Source) -> Result<(), Refusal> {
    match &source.party {
        Some(p) if !books.workspace.parties.contains_key(p) => {
            let known = books.workspace.parties.keys().map(String::as_str);
            Err(Refusal::new(
                format!(
                    "saydo.yaml has no party \"{p}\"{}",
                    suggest_nearest(p, known)
                ),
                NextStep::AdoptFiles
                    .after("add it under `parties:` with a text per language, then: "),
            ))
        }
        _ => Ok(()),
    }
}

/// The promise of this number, unless it was attested as kept or taken back.
pub(super) fn find_unsettled_promise<'a>(
    world: World<'a>,
    number: u32,
) -> Result<&'a Promise, Refusal> {
    let Some(promise) = world.state.promise_no(number) else {
        let last = world.state.next_promise() - 1;
        let known = match last {
            0 => Advice::from("no promise has been made yet"),
            n => NextStep::ListPromises.after(format!("there are 1 to {n}; see: ")),
        };
        return Err(Refusal::new(format!("there is no promise {number}"), known));
    };
    let settled = match (&promise.attested, &promise.withdrawn) {
        (Some(a), _) => format!("was attested as kept by event {}", a.seq),
        (_, Some(w)) => format!("was taken back by event {}", w.seq),
        _ => return Ok(promise),
    };
    Err(Refusal::new(
        format!("promise {number} {settled}"),
        NextStep::ShowPromise { number }.after("see: "),
    ))
}

pub(super) fn find_open_incident<'a>(
    world: World<'a>,
    id: Option<&str>,
) -> Result<&'a Incident, Refusal> {
    let id = id.ok_or_else(|| {
        Refusal::new(
            "no incident is named",
            NextStep::DeclareIncident.after("declare one: "),
        )
    })?;
    let Some(incident) = world.state.incidents.get(id) else {
        let known = world.state.order.iter().map(String::as_str);
        return Err(Refusal::new(
            format!(
                "there is no incident \"{id}\"{}",
                suggest_nearest(id, known)
            ),
            NextStep::ShowStatus.after("see: "),
        ));
    };
    if !incident.is_open() {
        return Err(Refusal::new(
            format!("incident {id} is closed"),
            NextStep::DeclareIncident.after("declare a new one: "),
        ));
    }
    Ok(incident)
}
