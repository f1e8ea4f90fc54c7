//! The dates that people were told and that hold no more, links and promises in one list. It words nothing.

use crate::domain::base::value::{Named, Value};
use crate::domain::facts::fact::{Fact, Facts};
use crate::domain::facts::history::CHANGED_WINDOWS;

/// The links, the promises, and both together, for a text that has no room for each.
pub(super) fn insert_changed_dates(facts: &mut Facts, promises: &[&str]) {
    let (windows, of_windows) = collect_lists(facts, &CHANGED_WINDOWS);
    let (promises, of_promises) = collect_lists(facts, promises);
    let all = windows.iter().chain(&promises).cloned().collect();
    let of_all = [of_windows.clone(), of_promises.clone()].concat();
    let lists = [
        ("changed_windows", windows, of_windows),
        ("changed_promises", promises, of_promises),
        ("changed_dates", all, of_all),
    ];
    for (path, list, events) in lists {
        let fact = Fact::from_events(Value::List(list), &events);
        facts.insert_fact(path, fact, None);
    }
}

/// The entries of these lists, none twice, and the events behind them.
fn collect_lists(facts: &Facts, paths: &[&str]) -> (Vec<Named>, Vec<u64>) {
    let (mut all, mut events): (Vec<Named>, Vec<u64>) = Default::default();
    for fact in paths.iter().filter_map(|p| facts.known_fact(p)) {
        events.extend(fact.events.iter().copied());
        if let Value::List(list) = &fact.value {
            let new = list.iter().filter(|n| !all.contains(n));
            let new: Vec<Named> = new.cloned().collect();
            all.extend(new);
        }
    }
    (all, events)
}
