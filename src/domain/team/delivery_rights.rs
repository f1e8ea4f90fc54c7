//! The right that a step of a delivery needs. Does not know who has it.

use crate::domain::record::delivery_event::DeliveryEvent;
use crate::domain::team::needed::{RightNeeded, needs_whole_right};
use crate::domain::team::right::Right;

pub(super) fn right_for_delivery(event: &DeliveryEvent) -> Option<RightNeeded<'static>> {
    match event {
        // Whoever sees that something wrong goes out may stop it.
        DeliveryEvent::Told { .. } | DeliveryEvent::SendingHalted { .. } => None,
        DeliveryEvent::DeliveryClaimed { .. }
        | DeliveryEvent::DeliverySettled { .. }
        | DeliveryEvent::DeliveryStopped { .. }
        | DeliveryEvent::SendingResumed { .. }
        | DeliveryEvent::NoticePlanned { .. }
        | DeliveryEvent::NoticeSent { .. } => needs_whole_right(Right::Publish),
    }
}
