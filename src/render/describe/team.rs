//! Changes in the team in one line each. Does not say who made them: the envelope does.

use crate::domain::record::team_event::TeamEvent;
use crate::domain::team::team_state::key_id;

pub(super) fn describe_team(event: &TeamEvent) -> String {
    match event {
        TeamEvent::PersonAdded { person, .. } => format!("person {person} added"),
        TeamEvent::RoleDefined { role, may } => format!("role {role} may {}", may.join(", ")),
        TeamEvent::RoleGranted { person, role } => format!("{person} has the role {role}"),
        TeamEvent::RoleRevoked { person, role, .. } => {
            format!("{person} has the role {role} no more")
        }
        TeamEvent::KeyTrusted { person, key } => {
            format!("key {} of {person} trusted", key_id(key))
        }
        TeamEvent::KeyRevoked { key, because } => format!("key {key} revoked: {because}"),
        TeamEvent::TeamRulesSet {
            approval,
            four_eyes,
            ..
        } => match (approval, four_eyes) {
            (false, _) => "statements need no approval".into(),
            (true, false) => "statements need approval".into(),
            (true, true) => "statements need the approval of another person".into(),
        },
        TeamEvent::ShiftHandedOver { to, promises } => {
            format!("shift handed to {to} with {} promises", promises.len())
        }
        TeamEvent::ShiftAccepted { handover } => format!("took on the shift of event {handover}"),
    }
}
