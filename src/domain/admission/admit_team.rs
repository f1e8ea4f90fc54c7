//! Whether a change in the team may enter the record. It does not say whether the actor may make it: that is the team.

use crate::domain::admission::names::check_person;
use crate::domain::admission::person_name::{check_name, check_not_alike};
use crate::domain::admission::refusal::Refusal;
use crate::domain::admission::wording::{check_given, check_one_line};
use crate::domain::base::next_step::{Advice, NextStep};
use crate::domain::base::suggest::suggest_nearest;
use crate::domain::facts::world::World;
use crate::domain::record::team_event::TeamEvent;
use crate::domain::state::fold::State;
use crate::domain::team::right::{Right, is_right};
use crate::domain::team::team_state::Team;

pub(super) fn admit_team(world: World<'_>, event: &TeamEvent) -> Result<(), Refusal> {
    let team = &world.state.team;
    match event {
        TeamEvent::TeamRulesSet { .. } => Ok(()),
        TeamEvent::PersonAdded { person, name } => {
            check_one_line("name", person)?;
            check_name(person)?;
            check_not_alike(team, person)?;
            name.as_deref()
                .map_or(Ok(()), |n| check_one_line("full name", n))
        }
        TeamEvent::RoleDefined { role, may } => {
            check_one_line("role", role)?;
            check_rights(may)
        }
        TeamEvent::RoleGranted { person, role } => {
            check_person(team, person)?;
            check_role(team, role)
        }
        TeamEvent::RoleRevoked { because, .. } => because
            .as_deref()
            .map_or(Ok(()), |b| check_given("reason", b)),
        TeamEvent::KeyTrusted { person, key } => {
            if team.has_roles() {
                check_person(team, person)?;
            }
            check_key(key)
        }
        TeamEvent::KeyRevoked { because, .. } => check_given("reason", because),
        TeamEvent::ShiftHandedOver { to, .. } => check_one_line("name", to),
        TeamEvent::ShiftAccepted { handover } => check_handover(world.state, *handover),
    }
}

fn check_rights(may: &[String]) -> Result<(), Refusal> {
    let Some(wrong) = may.iter().find(|r| !is_right(r)) else {
        return Ok(());
    };
    Err(Refusal::new(
        format!("there is no right \"{wrong}\""),
        format!(
            "known: {}; some may be narrowed: record:links, record:facts, promise:KIND, disclose:PATH",
            Right::ALL.map(Right::token).join(", ")
        ),
    ))
}

fn check_role(team: &Team, role: &str) -> Result<(), Refusal> {
    if team.roles.contains_key(role) {
        return Ok(());
    }
    let roles: Vec<&str> = team.roles.keys().map(String::as_str).collect();
    Err(Refusal::new(
        format!(
            "there is no role \"{role}\"{}",
            suggest_nearest(role, roles.iter().copied())
        ),
        NextStep::DefineRole.after(format!("known: {}; define one: ", roles.join(", "))),
    ))
}

fn check_key(key: &str) -> Result<(), Refusal> {
    let is_key = key.len() == 64 && key.bytes().all(|b| b.is_ascii_hexdigit());
    if is_key {
        return Ok(());
    }
    Err(Refusal::new(
        "a public key is 64 hexadecimal digits",
        Advice::from(NextStep::MakeKey).then(" prints it on the machine of its owner"),
    ))
}

fn check_handover(state: &State, handover: u64) -> Result<(), Refusal> {
    match state.handovers.iter().find(|h| h.seq == handover) {
        Some(h) if h.accepted.is_none() => Ok(()),
        Some(_) => Err(Refusal::new("that shift was taken on already", "")),
        None => Err(Refusal::new(
            "no shift waits to be taken on",
            NextStep::HandOver.after("hand one over: "),
        )),
    }
}
