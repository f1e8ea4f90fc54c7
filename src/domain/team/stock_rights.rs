//! The right that a change of stock needs. Does not know who has it.

use crate::domain::record::stock_event::StockEvent;
use crate::domain::team::needed::{RightNeeded, needs_whole_right};
use crate::domain::team::right::Right;

pub(super) fn right_for_stock(event: &StockEvent) -> Option<RightNeeded<'static>> {
    match event {
        StockEvent::StockSet { .. } | StockEvent::StockAdded { .. } => {
            needs_whole_right(Right::Resources)
        }
    }
}
