//! The right that a report about a link needs. Does not know who has it.

use crate::domain::record::link_event::LinkEvent;
use crate::domain::team::needed::{RightNeeded, RightScope, needs_narrowed};
use crate::domain::team::right::Right;

pub(super) fn right_for_link(event: &LinkEvent) -> Option<RightNeeded<'static>> {
    match event {
        LinkEvent::LinkReported(_) | LinkEvent::Reconfirmed { .. } => {
            needs_narrowed(Right::Record, RightScope::Word("links"))
        }
    }
}
