//! Folds amounts of resources into the state. Does not reckon what promises leave of them.

use crate::domain::base::link::Source;
use crate::domain::record::event::Event;
use crate::domain::record::stock_event::StockEvent;
use crate::domain::state::fold::State;
use crate::domain::state::promise::StockStep;

impl State {
    pub(super) fn apply_stock(&mut self, event: &Event, payload: &StockEvent) {
        match payload {
            StockEvent::StockSet {
                resource,
                amount,
                source,
                because,
            } => {
                let step = new_step(event, true, *amount, source, because);
                self.stock.entry(resource.clone()).or_default().push(step);
            }
            StockEvent::StockAdded {
                resource,
                amount,
                source,
                because,
            } => {
                let step = new_step(event, false, *amount, source, because);
                self.stock.entry(resource.clone()).or_default().push(step);
            }
        }
    }
}

fn new_step(event: &Event, anew: bool, amount: u64, source: &Source, because: &str) -> StockStep {
    StockStep {
        seq: event.seq,
        at: event.at,
        by: event.by.clone(),
        anew,
        amount,
        source: source.clone(),
        because: because.to_owned(),
    }
}
