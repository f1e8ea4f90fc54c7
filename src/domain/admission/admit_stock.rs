//! Whether a change of stock may enter the record. Does not reckon what promises leave of it.

use crate::domain::admission::names::check_party;
use crate::domain::admission::refusal::Refusal;
use crate::domain::admission::wording::check_given;
use crate::domain::base::link::Source;
use crate::domain::base::next_step::NextStep;
use crate::domain::base::suggest::suggest_nearest;
use crate::domain::facts::world::{AdoptedConfig, World};
use crate::domain::record::stock_event::StockEvent;

/// The most of a resource that a stock can hold.
pub const MAX_AMOUNT: u64 = 1_000_000_000_000;

pub(super) fn admit_stock(world: World<'_>, event: &StockEvent) -> Result<(), Refusal> {
    match event {
        StockEvent::StockSet {
            resource,
            amount,
            source,
            because,
        }
        | StockEvent::StockAdded {
            resource,
            amount,
            source,
            because,
        } => check_stock(world.books, resource, *amount, source, because),
    }
}

fn check_stock(
    books: &AdoptedConfig,
    resource: &str,
    amount: u64,
    source: &Source,
    because: &str,
) -> Result<(), Refusal> {
    let all = &books.workspace.resources;
    if !all.contains_key(resource) {
        let known: Vec<&str> = all.keys().map(String::as_str).collect();
        return Err(Refusal::new(
            format!(
                "saydo.yaml has no resource \"{resource}\"{}",
                suggest_nearest(resource, known.iter().copied())
            ),
            if known.is_empty() {
                NextStep::AdoptFiles.after("add it under `resources:` in saydo.yaml, then: ")
            } else {
                format!("known: {}", known.join(", ")).into()
            },
        ));
    }
    if amount > MAX_AMOUNT {
        return Err(Refusal::new(
            format!("{amount} is more than the {MAX_AMOUNT} that a stock can hold"),
            "give the amount in the resource's own unit",
        ));
    }
    check_party(books, source)?;
    check_given("reason", because)
}
