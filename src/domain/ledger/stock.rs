//! How much of a resource is there, reserved, used and left. Stock exists only as events.

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::base::time::At;
use crate::domain::config::resource::{Resource, Rest};
use crate::domain::facts::evaluator::Voice;
use crate::domain::facts::world::World;
use crate::domain::ledger::verdict as ledger;
use crate::domain::ledger::verdict::Standing;
use crate::domain::state::promise::Promise;

/// What is there of one resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stock {
    /// Recorded at all.
    pub is_known: bool,
    /// In all: as last set, and what was added since.
    pub stock: u64,
    /// Reserved by promises that are not kept yet.
    pub reserved: u64,
    /// Used by promises that were kept since the stock was last set.
    pub used: u64,
    /// The events by which it is so.
    #[serde(skip)]
    pub events: Vec<u64>,
}

impl Stock {
    /// What can still be promised.
    pub fn left(&self) -> u64 {
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
pub fn stock(
    world: World<'_>,
    voice: &dyn Voice,
    now: At,
    name: &str,
    resource: &Resource,
    day: NaiveDate,
    own: Option<u32>,
) -> Stock {
    let steps = world
        .state
        .stock
        .get(name)
        .map(Vec::as_slice)
        .unwrap_or_default();
    let last_set = steps.iter().rposition(|s| s.anew);
    let counted = &steps[last_set.unwrap_or(0)..];
    let set_at = last_set.map_or(0, |i| steps[i].seq);
    let mut found = Stock {
        is_known: !steps.is_empty(),
        stock: counted
            .iter()
            .fold(0u64, |sum, s| sum.saturating_add(s.amount)),
        reserved: 0,
        used: 0,
        events: counted.iter().map(|s| s.seq).collect(),
    };
    let zone = world.books.workspace.zone;
    let day_of = |p: &Promise| p.due().due.day(zone);
    let first_day = counted
        .first()
        .map(|s| s.at.with_timezone(&zone).date_naive());
    if resource.per_day && resource.rest == Rest::Carries {
        // The rest of each day since it was set is there too.
        let days = first_day.map_or(1, |f| (day - f).num_days().clamp(0, 366) + 1);
        found.stock = found.stock.saturating_mul(days.unsigned_abs());
    }
    for promise in &world.state.promises {
        let amount: u64 = promise
            .uses
            .iter()
            .filter(|u| u.resource == name)
            .map(|u| u.amount)
            .sum();
        if amount == 0 || Some(promise.made.number) == own {
            continue;
        }
        if resource.per_day {
            let counts = match resource.rest {
                Rest::Lapses => day_of(promise) == day,
                Rest::Carries => {
                    day_of(promise) <= day && first_day.is_none_or(|f| day_of(promise) >= f)
                }
            };
            if !counts {
                continue;
            }
        }
        let entry = ledger::entry(world, voice, now, promise);
        let is_kept = entry.kept.is_some();
        match entry.standing {
            Standing::Withdrawn => continue,
            Standing::Broken if promise.withdrawn.is_some() => continue,
            _ if is_kept && !resource.per_day => {
                let kept_by = entry.kept.iter().flat_map(|k| &k.events).max();
                if kept_by.is_some_and(|seq| *seq < set_at) {
                    continue;
                }
                found.used = found.used.saturating_add(amount);
            }
            _ if is_kept => found.used = found.used.saturating_add(amount),
            _ => found.reserved = found.reserved.saturating_add(amount),
        }
        found.events.push(promise.seq);
    }
    found
}
