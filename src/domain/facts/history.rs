//! Facts about what we said ourselves: dates that slipped or passed, mistakes, late updates.

use crate::domain::base::link::{LinkId, LinkState};
use crate::domain::base::time::Moment;
use crate::domain::base::value::Value;
use crate::domain::facts::fact::{Fact, Facts};
use crate::domain::facts::subject::Ground;
use crate::domain::state::announced::{Mistake, mistakes, promised_update, told_window};

pub(crate) fn derive(ground: &Ground<'_>, facts: &mut Facts) {
    windows(ground, facts);
    corrections(ground, facts);
    let state = ground.world.state;
    if let Some((due, seq)) = promised_update(state, &ground.incident.id, &ground.audience) {
        let fact = Fact::from_events(Value::Instant(Moment::exact(due)), &[seq]);
        let path = if due < ground.as_of {
            "late_update"
        } else {
            "promised_update"
        };
        facts.put(path, fact, None);
    }
    if let Some(last) = state.said(&ground.incident.id, &ground.audience).next() {
        let number = Value::Count(u64::from(last.statement.number));
        facts.put(
            "last_statement",
            Fact::from_events(number, &[last.seq]),
            None,
        );
        let at = Value::Instant(Moment::exact(last.statement.as_of));
        facts.put(
            "last_statement_at",
            Fact::from_events(at, &[last.seq]),
            None,
        );
    }
}

/// Windows that this audience heard and that moved, were withdrawn or passed.
fn windows(ground: &Ground<'_>, facts: &mut Facts) {
    // A link that has left the scope takes no told date with it.
    let mut ids = ground.families();
    for id in ground.incident.steps.iter().flat_map(|s| &s.added) {
        for member in std::iter::once(id.clone()).chain(ground.world.books.network.leaves(id)) {
            if !ids.contains(&member) {
                ids.push(member);
            }
        }
    }
    let base = ground.incident_events();
    let mut lists: [(&str, Vec<LinkId>, Vec<u64>); 3] = [
        ("slipped", Vec::new(), base.clone()),
        ("passed", Vec::new(), base.clone()),
        ("withdrawn", Vec::new(), base.clone()),
    ];
    for id in ids {
        let Some(told) = told_window(ground.world.state, &ground.audience, &id) else {
            continue;
        };
        if ground.condition.state(&id) == LinkState::Up {
            continue;
        }
        let now = facts
            .known(&format!("links.{id}.window"))
            .map(|f| (f.value.clone(), f.events.clone()));
        let has_passed = told.window.latest.ends(ground.zone()) <= ground.as_of;
        let withdrawn = ground
            .condition
            .own(&id)
            .and_then(|o| o.window.as_ref())
            .filter(|s| s.value.is_none())
            .map(|s| s.events.clone());
        let (slot, mut events) = match (now, withdrawn) {
            (Some((Value::Window(w), events)), _) if w != told.window => (0, events),
            (None, Some(events)) => (2, events),
            (None, None) if has_passed => (1, ground.condition.whole(&id).events),
            _ => continue,
        };
        events.push(told.seq);
        events.extend(ground.why_in_scope(&id));
        let put = |name: &str, value: Value, facts: &mut Facts| {
            facts.put(
                format!("links.{id}.{name}"),
                Fact::from_events(value, &[told.seq]),
                None,
            );
        };
        put("told_window", Value::Window(told.window), facts);
        put("told_at", Value::Instant(Moment::exact(told.as_of)), facts);
        if let Some(party) = told.party {
            put("told_party", party, facts);
        }
        lists[slot].2.extend(events);
        lists[slot].1.push(id);
    }
    for (path, ids, events) in lists {
        let list = Value::List(ids.iter().map(|i| ground.named(i)).collect());
        facts.put(path, Fact::from_events(list, &events), None);
    }
}

/// What was said and rested on an entry that has been taken back since, where the value is now another.
fn corrections(ground: &Ground<'_>, facts: &mut Facts) {
    let all = mistakes(ground.world.state, &ground.incident.id, &ground.audience);
    let wrong: Vec<&Mistake> = all
        .iter()
        .filter(|m| {
            m.said
                .iter()
                .any(|(path, value)| !is_volatile(path) && facts.value(path) != Some(value))
        })
        .collect();
    let mut events = ground.incident_events();
    events.extend(wrong.iter().flat_map(|m| [m.seq, m.retraction]));
    facts.put(
        "corrections",
        Fact::from_events(Value::Count(wrong.len() as u64), &events),
        None,
    );
    if let Some(latest) = wrong.iter().max_by_key(|m| m.seq) {
        let at = Value::Instant(Moment::exact(latest.as_of));
        facts.put(
            "corrected_statement_at",
            Fact::from_events(at, &events),
            None,
        );
    }
    let mut links: Vec<LinkId> = wrong.iter().filter_map(|m| m.link.clone()).collect();
    links.sort();
    links.dedup();
    let list = Value::List(links.iter().map(|i| ground.named(i)).collect());
    facts.put("corrected", Fact::from_events(list, &events), None);
}

/// Facts that are another at every moment, or that are history: no mistake by being different now.
fn is_volatile(path: &str) -> bool {
    path.contains(".told_")
        || path.starts_with("promise.")
        || path.starts_with("promises.")
        || matches!(
            path,
            "as_of"
                | "next_update"
                | "late_update"
                | "last_statement"
                | "last_statement_at"
                | "severity"
        )
}
