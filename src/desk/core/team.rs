//! People, roles, keys and who may know a fact. What a role may do is not decided here.

use std::collections::BTreeSet;

use crate::desk::core::incident_facts::derive_facts;
use crate::desk::{DeskError, Entry, Journal, Snapshot};
use crate::domain::admission::refusal::Refusal;
use crate::domain::base::incident::IncidentId;
use crate::domain::base::next_step::{Advice, NextStep};
use crate::domain::base::suggest::suggest_nearest;
use crate::domain::config::audience::Disclosure;
use crate::domain::record::incident_event::IncidentEvent;
use crate::domain::record::payload::EventPayload;
use crate::domain::record::team_event::TeamEvent;
use crate::domain::team::right::{ADMINISTRATOR, ROLES};
use crate::domain::team::team_state::Rules;

pub(in crate::desk) fn entries(payloads: Vec<EventPayload>) -> Vec<Entry> {
    payloads.into_iter().map(|h| (None, h)).collect()
}

/// A shipped role that this record does not have yet.
fn define_if_new(snapshot: &Snapshot, role: &str) -> Option<EventPayload> {
    let (name, may) = ROLES.iter().find(|(name, _)| *name == role)?;
    (!snapshot.state.team.roles.contains_key(role)).then(|| {
        EventPayload::Team(TeamEvent::RoleDefined {
            role: (*name).to_owned(),
            may: may.iter().map(|r| r.token().to_owned()).collect(),
        })
    })
}

fn make_grant(role: &str, person: &str) -> EventPayload {
    EventPayload::Team(TeamEvent::RoleGranted {
        person: person.to_owned(),
        role: role.to_owned(),
    })
}

/// Sets who may know a fact, on one incident or on all.
///
/// # Errors
/// When no fact is called so, or the actor may not.
pub fn set_disclosure(
    journal: &mut Journal,
    incident: Option<IncidentId>,
    path: &str,
    level: Disclosure,
    because: &str,
) -> Result<u64, DeskError> {
    let seen: Vec<IncidentId> = match &incident {
        Some(id) => vec![id.clone()],
        None => journal
            .state
            .open_incidents()
            .map(|i| i.id.clone())
            .collect(),
    };
    let mut known: BTreeSet<String> = BTreeSet::new();
    for id in &seen {
        known.extend(derive_facts(journal, id, "staff")?.facts.keys().cloned());
    }
    let begins = |k: &String| {
        k.strip_prefix(path)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    // Capacity is one word for all facts that tell it; without an incident nothing says what facts there will be.
    if path != "capacity" && !seen.is_empty() && !known.iter().any(begins) {
        return Err(Refusal::new(
            format!(
                "there is no fact \"{path}\"{}",
                suggest_nearest(path, known.iter().map(String::as_str))
            ),
            NextStep::ListAllFacts
                .after("see: ")
                .then("; all figures of capacity: capacity"),
        )
        .into());
    }
    let payload = EventPayload::Incident(IncidentEvent::DisclosureSet {
        path: path.to_owned(),
        level,
        because: because.to_owned(),
    });
    let seqs = journal.record(|_| Ok(vec![(incident.clone(), payload.clone())]))?;
    Ok(seqs.first().copied().unwrap_or_default())
}

/// Adds somebody, with roles at once.
///
/// # Errors
/// When a role does not exist, or the actor may not.
pub fn add_person(
    journal: &mut Journal,
    person: &str,
    name: Option<&str>,
    roles: &[String],
) -> Result<Vec<u64>, DeskError> {
    let known = |r: &&String| {
        journal.state.team.roles.contains_key(*r) || ROLES.iter().any(|(name, _)| name == r)
    };
    if let Some(role) = roles.iter().find(|r| !known(r)) {
        return Err(Refusal::new(
            format!("there is no role \"{role}\"; nobody was added"),
            NextStep::ListRoles
                .after("see: ")
                .then(NextStep::DefineRole.after("; define one: ")),
        )
        .into());
    }
    let seqs = journal.record(|_| {
        Ok(entries(vec![EventPayload::Team(TeamEvent::PersonAdded {
            person: person.to_owned(),
            name: name.map(str::to_owned),
        })]))
    })?;
    for role in roles {
        grant_role(journal, role, person)?;
    }
    Ok(seqs)
}

/// Gives somebody a role. The first one makes a team of whoever uses the workspace: that has to be an administrator.
///
/// # Errors
/// When there is no such person or role, or the actor may not.
pub fn grant_role(journal: &mut Journal, role: &str, person: &str) -> Result<Vec<u64>, DeskError> {
    let first = !journal.state.team.has_roles() && role == ADMINISTRATOR;
    if first && !journal.state.team.people.contains_key(person) {
        add_person(journal, person, None, &[])?;
    }
    if let Some(defined) = define_if_new(journal, role) {
        journal.record(|_| Ok(entries(vec![defined.clone()])))?;
    }
    journal.record(|_| Ok(entries(vec![make_grant(role, person)])))
}

/// Takes a role from somebody.
///
/// # Errors
/// When they do not have it, nobody would be left to administer, or the actor may not.
pub fn revoke_role(
    journal: &mut Journal,
    role: &str,
    person: &str,
    because: Option<&str>,
) -> Result<Vec<u64>, DeskError> {
    journal.record(|_| {
        Ok(entries(vec![EventPayload::Team(TeamEvent::RoleRevoked {
            person: person.to_owned(),
            role: role.to_owned(),
            because: because.map(str::to_owned),
        })]))
    })
}

/// Says what a role may do.
///
/// # Errors
/// When a right does not exist, nobody would be left to administer, or the actor may not.
pub fn define_role(
    journal: &mut Journal,
    role: &str,
    may: &[String],
) -> Result<Vec<u64>, DeskError> {
    journal.record(|_| {
        Ok(entries(vec![EventPayload::Team(TeamEvent::RoleDefined {
            role: role.to_owned(),
            may: may.to_vec(),
        })]))
    })
}

/// Sets the rules of approval.
///
/// # Errors
/// When the actor may not.
pub fn set_rules(journal: &mut Journal, rules: Rules) -> Result<Vec<u64>, DeskError> {
    journal.record(|_| {
        Ok(entries(vec![EventPayload::Team(TeamEvent::TeamRulesSet {
            approval: rules.approval,
            four_eyes: rules.four_eyes,
            lasts: rules.lasts,
        })]))
    })
}

/// The four-eyes set-up: the shipped roles, the actor as administrator and duty manager, approval by another person.
///
/// # Errors
/// When the record cannot be written.
pub fn set_up_team(journal: &mut Journal) -> Result<Vec<u64>, DeskError> {
    let by = journal.clock.by.clone();
    journal.record(|snapshot| {
        let mut batch = vec![EventPayload::Team(TeamEvent::PersonAdded {
            person: by.clone(),
            name: None,
        })];
        batch.extend(
            ROLES
                .iter()
                .filter_map(|(role, _)| define_if_new(snapshot, role)),
        );
        batch.push(EventPayload::Team(TeamEvent::TeamRulesSet {
            approval: true,
            four_eyes: true,
            lasts: None,
        }));
        Ok(entries(batch))
    })?;
    journal.record(|_| {
        Ok(entries(vec![
            make_grant(ADMINISTRATOR, &by),
            make_grant("duty-manager", &by),
        ]))
    })
}

/// True when somebody of a team would trust the first key for themselves, of a record that they did not begin here: until the
/// first key a name proves nothing, and the key of somebody who only took the name would lock the real one out.
pub fn needs_second_person(journal: &Journal, person: &str) -> bool {
    let team = &journal.state.team;
    let for_oneself = journal.clock.by == person;
    for_oneself && !team.has_keys() && team.people.len() > 1 && !journal.begun_here
}

/// Trusts a key for somebody.
///
/// # Errors
/// When it is no key, a second person has to trust it, or the actor may not.
pub fn trust_key(journal: &mut Journal, person: &str, public: &str) -> Result<Vec<u64>, DeskError> {
    if !crate::store::sign::is_key(public) {
        return Err(Refusal::new(
            "this is no public key that anybody could sign with",
            Advice::from(NextStep::MakeKey)
                .then(" prints it on the machine of its owner: 64 hexadecimal digits"),
        )
        .into());
    }
    if needs_second_person(journal, person) {
        return Err(Refusal::new(
            "the first key of a team is trusted by somebody else than its owner",
            NextStep::TrustKey {
                person: person.to_owned(),
                key: public.to_owned(),
            }
            .after("an administrator who is somebody else compares it with its owner and does: "),
        )
        .into());
    }
    journal.record(|_| {
        Ok(entries(vec![EventPayload::Team(TeamEvent::KeyTrusted {
            person: person.to_owned(),
            key: public.to_owned(),
        })]))
    })
}

/// Revokes a key.
///
/// # Errors
/// When there is none in force, nobody in charge could sign any more, or the actor may not.
pub fn revoke_key(journal: &mut Journal, key: &str, because: &str) -> Result<Vec<u64>, DeskError> {
    journal.record(|_| {
        Ok(entries(vec![EventPayload::Team(TeamEvent::KeyRevoked {
            key: key.to_owned(),
            because: because.to_owned(),
        })]))
    })
}
