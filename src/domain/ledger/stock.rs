//! How much of a resource is there, reserved, used and left. Stock exists only as events.

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::base::time::At;
use crate::domain::config::resource::Resource;
use crate::domain::facts::evaluator::Evaluator;
use crate::domain::facts::world::World;
use crate::domain::ledger::verdict;
use crate::domain::ledger::verdict::PromiseStatus;
use crate::domain::state::promise::Promise;

/// What is there of one resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stock {
    /// False when nobody has recorded how much there is.
    pub is_known: bool,
    /// In all: as last set, and what was added since.
    pub stock: u64,
    /// Reserved by promises that are not kept yet.
    pub reserved: u64,
    /// Used by promises that were kept since the stock was last set.
    pub used: u64,
    #[serde(skip)]
    pub events: Vec<u64>,
}

impl Stock {
    /// What can still be promised.
    pub fn amount_left(&self) -> u64 {
        self.stock
            .saturating_sub(self.reserved)
            .saturating_sub(self.used)
    }
}

/// What is there of a resource; of a rate, on one local day. A promise that is being made again (`own`) is not
/// counted against itself.
///
/// Withdrawn releases, kept consumes; broken releases nothing, since it is still owed. What was kept before the
/// stock was last set is not in that stock any more.
pub fn count_stock(
    world: World<'_>,
    evaluator: &dyn Evaluator,
    now: At,
    name: &str,
    resource: &Resource,
    day: NaiveDate,
    own: Option<u32>,
) -> Stock {
    let steps = world.state.stock.get(name).map(Vec::as_slice);
    let steps = steps.unwrap_or_default();
    let last_set = steps.iter().rposition(|s| s.anew);
    let counted = &steps[last_set.unwrap_or(0)..];
    let set_at = last_set.map_or(0, |i| steps[i].seq);
    let amounts = counted.iter().map(|s| s.amount);
    let mut found = Stock {
        is_known: !steps.is_empty(),
        stock: amounts.fold(0u64, u64::saturating_add),
        reserved: 0,
        used: 0,
        events: counted.iter().map(|s| s.seq).collect(),
    };
    let zone = world.books.workspace.zone;
    let first = counted.first();
    let first_day = first.map(|s| s.at.with_timezone(&zone).date_naive());
    if resource.per_day && resource.rollover {
        // The rest of each day since it was set is there too.
        let days = first_day.map_or(1, |f| (day - f).num_days().clamp(0, 366) + 1);
        found.stock = found.stock.saturating_mul(days.unsigned_abs());
    }
    for promise in &world.state.promises {
        let amount = amount_used(promise, name);
        let is_own = Some(promise.made.number) == own;
        let due_day = promise.current_due().due.local_day(zone);
        if amount == 0 || is_own || !counts_on_day(resource, due_day, day, first_day) {
            continue;
        }
        let entry = verdict::judge_promise(world, evaluator, now, promise);
        match use_of_stock(&entry, resource, set_at) {
            None => continue,
            Some(StockUse::Used) => found.used = found.used.saturating_add(amount),
            Some(StockUse::Reserved) => found.reserved = found.reserved.saturating_add(amount),
        }
        found.events.push(promise.seq);
    }
    found
}

fn amount_used(promise: &Promise, resource: &str) -> u64 {
    let uses = promise.uses.iter().filter(|u| u.resource == resource);
    uses.map(|u| u.amount).sum()
}

/// True when a promise that is due on one day takes from what is there on another.
fn counts_on_day(
    resource: &Resource,
    due_day: NaiveDate,
    day: NaiveDate,
    first_day: Option<NaiveDate>,
) -> bool {
    match resource.rollover {
        _ if !resource.per_day => true,
        false => due_day == day,
        true => due_day <= day && first_day.is_none_or(|f| due_day >= f),
    }
}

enum StockUse {
    Reserved,
    Used,
}

fn use_of_stock(
    entry: &verdict::JudgedPromise<'_>,
    resource: &Resource,
    set_at: u64,
) -> Option<StockUse> {
    let is_withdrawn = entry.promise.withdrawn.is_some();
    match (entry.standing, &entry.kept) {
        (PromiseStatus::Withdrawn, _) => None,
        (PromiseStatus::Broken, _) if is_withdrawn => None,
        (_, Some(kept)) => {
            let kept_by = kept.events.iter().max();
            let is_before_stock = kept_by.is_some_and(|seq| *seq < set_at);
            (resource.per_day || !is_before_stock).then_some(StockUse::Used)
        }
        (_, None) => Some(StockUse::Reserved),
    }
}

#[cfg(test)]
#[path = "stock_tests.rs"]
mod stock_tests;
