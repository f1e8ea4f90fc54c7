//! The dates that people were told and that hold no more, links and promises in one list. It words nothing.

use crate::domain::base::value::{Named, Value};
use crate::domain::facts::fact::{Fact, Facts};
use crate::domain::facts::history::CHANGED_WINDOWS;

/// All links and promises whose date, as told, holds no more, for a text that has no room for each.
pub(super) fn insert_changed_dates(facts: &mut Facts, promises: &[&str]) {
    let mut changed: Vec<Named> = Vec::new();
    let mut events = Vec::new();
    for path in CHANGED_WINDOWS.iter().chain(promises) {
        let Some(fact) = facts.known_fact(path) else {
            continue;
        };
        events.extend(fact.events.iter().copied());
        if let Value::List(all) = &fact.value {
            let new = all.iter().filter(|n| !changed.contains(n));
            let new: Vec<Named> = new.cloned().collect();
            changed.extend(new);
        }
    }
    let list = Fact::from_events(Value::List(changed), &events);
    facts.insert_fact("changed_dates", list, None);
}
