//! Facts about what we said ourselves: dates that slipped or passed, mistakes, late updates. It says nothing about what
//! is so now.

use crate::domain::base::link::{LinkId, LinkState};
use crate::domain::base::time::Moment;
use crate::domain::base::value::Value;
use crate::domain::facts::fact::{Fact, Facts};
use crate::domain::facts::subject::IncidentSubject;
use crate::domain::state::announced::{
    AnnouncedWindow, CorrectionDue, corrections_due, promised_update, told_window,
};

pub(crate) fn derive_history(ground: &IncidentSubject<'_>, facts: &mut Facts) {
    insert_told_windows(ground, facts);
    insert_corrections(ground, facts);
    let state = ground.world.state;
    if let Some((due, seq)) = promised_update(state, &ground.incident.id, &ground.audience) {
        let fact = Fact::from_events(Value::Instant(Moment::exact(due)), &[seq]);
        let path = if due < ground.as_of {
            "late_update"
        } else {
            "promised_update"
        };
        facts.insert_fact(path, fact, None);
    }
    if let Some(last) = state
        .statements_about(&ground.incident.id, &ground.audience)
        .next()
    {
        let number = Value::Count(u64::from(last.statement.number));
        facts.insert_fact(
            "last_statement",
            Fact::from_events(number, &[last.seq]),
            None,
        );
        let at = Value::Instant(Moment::exact(last.statement.as_of));
        facts.insert_fact(
            "last_statement_at",
            Fact::from_events(at, &[last.seq]),
            None,
        );
    }
}

/// The links in scope, their parts, and links that have left the scope: leaving takes no told date with it.
fn links_ever_in_scope(ground: &IncidentSubject<'_>) -> Vec<LinkId> {
    let mut ids = ground.links_with_parts();
    for id in ground.incident.steps.iter().flat_map(|s| &s.added) {
        for member in std::iter::once(id.clone()).chain(ground.world.books.network.leaf_parts(id)) {
            if !ids.contains(&member) {
                ids.push(member);
            }
        }
    }
    ids
}

/// Windows that this audience heard and that moved, were withdrawn or passed.
fn insert_told_windows(ground: &IncidentSubject<'_>, facts: &mut Facts) {
    let base = ground.incident_events();
    let mut lists: [(&str, Vec<LinkId>, Vec<u64>); 3] = [
        ("slipped", Vec::new(), base.clone()),
        ("passed", Vec::new(), base.clone()),
        ("withdrawn", Vec::new(), base.clone()),
    ];
    for id in links_ever_in_scope(ground) {
        let told = told_window(ground.world.state, &ground.audience, &id);
        let Some(told) = told.filter(|_| ground.condition.link_state(&id) != LinkState::Up) else {
            continue;
        };
        let Some((name, events)) = change_of(ground, facts, &id, &told) else {
            continue;
        };
        insert_told(facts, &id, &told);
        if let Some((_, ids, all)) = lists.iter_mut().find(|(list, ..)| *list == name) {
            all.extend(events);
            all.push(told.seq);
            all.extend(ground.why_in_scope(&id));
            ids.push(id);
        }
    }
    for (path, ids, events) in lists {
        let list = Value::List(ids.iter().map(|i| ground.named_link(i)).collect());
        facts.insert_fact(path, Fact::from_events(list, &events), None);
    }
}

/// What became of a told window, by the name of its list, and the events that say so; none while it stands.
fn change_of(
    ground: &IncidentSubject<'_>,
    facts: &Facts,
    id: &str,
    told: &AnnouncedWindow,
) -> Option<(&'static str, Vec<u64>)> {
    let now = facts.known_fact(&format!("links.{id}.window"));
    let own = ground
        .condition
        .reported_link(id)
        .and_then(|o| o.window.as_ref());
    let withdrawn = own.filter(|s| s.value.is_none());
    let has_passed = told.window.latest.ends_at(ground.zone()) <= ground.as_of;
    match (now.map(|f| (&f.value, &f.events)), withdrawn) {
        (Some((Value::Window(w), events)), _) if *w != told.window => {
            Some(("slipped", events.clone()))
        }
        (None, Some(given)) => Some(("withdrawn", given.events.clone())),
        (None, None) if has_passed => Some(("passed", ground.condition.link_health(id).events)),
        _ => None,
    }
}

fn insert_told(facts: &mut Facts, id: &str, told: &AnnouncedWindow) {
    let values = [
        ("told_window", Some(Value::Window(told.window))),
        ("told_at", Some(Value::Instant(Moment::exact(told.as_of)))),
        ("told_party", told.party.clone()),
    ];
    for (name, value) in values {
        if let Some(value) = value {
            let fact = Fact::from_events(value, &[told.seq]);
            facts.insert_fact(format!("links.{id}.{name}"), fact, None);
        }
    }
}

/// What was said and rested on an entry that has been taken back since, where the value is now another.
fn insert_corrections(ground: &IncidentSubject<'_>, facts: &mut Facts) {
    let all = corrections_due(ground.world.state, &ground.incident.id, &ground.audience);
    let wrong: Vec<&CorrectionDue> = all
        .iter()
        .filter(|m| {
            m.said
                .iter()
                .any(|(path, value)| !is_volatile(path) && facts.value(path) != Some(value))
        })
        .collect();
    let mut events = ground.incident_events();
    events.extend(wrong.iter().flat_map(|m| [m.seq, m.retraction]));
    facts.insert_fact(
        "corrections",
        Fact::from_events(Value::Count(wrong.len() as u64), &events),
        None,
    );
    if let Some(latest) = wrong.iter().max_by_key(|m| m.seq) {
        let at = Value::Instant(Moment::exact(latest.as_of));
        facts.insert_fact(
            "corrected_statement_at",
            Fact::from_events(at, &events),
            None,
        );
    }
    let mut links: Vec<LinkId> = wrong.iter().filter_map(|m| m.link.clone()).collect();
    links.sort();
    links.dedup();
    let list = Value::List(links.iter().map(|i| ground.named_link(i)).collect());
    facts.insert_fact("corrected", Fact::from_events(list, &events), None);
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
