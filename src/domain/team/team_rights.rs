//! The right that a change in the team needs. Does not know who has it.

use crate::domain::record::team_event::TeamEvent;
use crate::domain::team::needed::{RightNeeded, needs_whole_right};
use crate::domain::team::right::Right;

pub(super) fn right_for_team(event: &TeamEvent) -> Option<RightNeeded<'static>> {
    match event {
        TeamEvent::ShiftHandedOver { .. } | TeamEvent::ShiftAccepted { .. } => None,
        TeamEvent::PersonAdded { .. }
        | TeamEvent::RoleDefined { .. }
        | TeamEvent::RoleGranted { .. }
        | TeamEvent::RoleRevoked { .. }
        | TeamEvent::KeyTrusted { .. }
        | TeamEvent::KeyRevoked { .. }
        | TeamEvent::TeamRulesSet { .. } => needs_whole_right(Right::Administer),
    }
}
