//! Changes of stock in one line each. Does not say how much is left.

use crate::domain::record::stock_event::StockEvent;

pub(super) fn describe_stock(event: &StockEvent) -> String {
    match event {
        StockEvent::StockSet {
            resource,
            amount,
            because,
            ..
        } => format!("stock of {resource} is {amount}: {because}"),
        StockEvent::StockAdded {
            resource,
            amount,
            because,
            ..
        } => format!("{amount} more {resource}: {because}"),
    }
}
