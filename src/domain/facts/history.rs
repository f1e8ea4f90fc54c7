//! Facts about what we said ourselves: dates that slipped or passed, mistakes, late updates. It says nothing about what
//! is so now.

use crate::domain::base::link::{LinkId, LinkState};
use crate::domain::base::time::{At, Moment};
use crate::domain::base::value::{Named, Value};
use crate::domain::facts::fact::{Fact, FactEntry, Facts};
use crate::domain::facts::left_work::insert_told_work;
use crate::domain::facts::subject::IncidentSubject;
use crate::domain::facts::unrestored::insert_unrestored;
use crate::domain::facts::voided::insert_voided;
use crate::domain::network::authority::{Word, may_set};
use crate::domain::state::heard::{
    CorrectionDue, HeardWindow, corrections_due, promised_update, said_unconfirmed, told_causes,
    told_windows,
};

/// The lists of links whose repair window holds no more as it was told, by what became of it.
pub const CHANGED_WINDOWS: [&str; 7] = [
    "slipped",
    "passed",
    "withdrawn",
    "dropped",
    "missed",
    "mistold",
    "unconfirmed",
];

/// The facts of an earlier moment, as the record has them now: after the event of a number, without what was taken
/// back since, and with what had been said by then and was typed later.
pub(crate) type FactsThen<'a> = &'a dyn Fn(u64, At) -> Option<Facts>;

pub(crate) fn derive_history(
    ground: &IncidentSubject<'_>,
    facts: &mut Facts,
    facts_then: FactsThen<'_>,
) {
    insert_told_windows(ground, facts);
    insert_changed_causes(ground, facts);
    insert_corrections(ground, facts, facts_then);
    insert_unrestored(ground, facts);
    insert_voided(ground, facts);
    insert_told_work(ground, facts);
    let state = ground.world.state;
    if let Some((due, seq)) = promised_update(state, &ground.incident.id, &ground.audience) {
        let fact = Fact::from_events(Value::Instant(Moment::exact(due)), &[seq]);
        if due >= ground.as_of {
            facts.insert_fact("promised_update", fact, None);
        } else if due + tolerance(ground, due) < ground.as_of {
            facts.insert_fact("late_update", fact, None);
        }
    }
    if let Some(last) = state
        .notices_about(&ground.incident.id, &ground.audience)
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

/// How late an update may be before it is owned up to: a quarter of an hour, half an hour in quiet hours.
fn tolerance(ground: &IncidentSubject<'_>, due: At) -> chrono::Duration {
    let quiet = ground.playbook.file.quiet_hours.as_ref();
    let is_quiet = quiet.is_some_and(|q| q.holds_at(due, ground.zone()));
    chrono::Duration::minutes(if is_quiet { 30 } else { 15 })
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
    let reach = ground.reach();
    let mut lists = CHANGED_WINDOWS.map(|name| (name, Vec::<LinkId>::new(), base.clone()));
    for id in links_ever_in_scope(ground) {
        let told = told_windows(ground.world.state, &ground.audience, &id, &reach);
        let mut of_this_run = told.into_iter().filter(|t| is_of_this_run(ground, t));
        let changed = of_this_run.find_map(|t| Some((change_of(ground, facts, &id, &t)?, t)));
        let Some(((name, events), told)) = changed else {
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

/// A window that was told for an earlier incident, over since, is no promise in this one. What was handed over is not over.
fn is_of_this_run(ground: &IncidentSubject<'_>, told: &HeardWindow) -> bool {
    let state = ground.world.state;
    let Some(issued) = state.find_statement(told.statement) else {
        return false;
    };
    let is_live = |id: &String| {
        *id == ground.incident.id || state.incidents.get(id).is_some_and(|i| i.is_unfinished())
    };
    issued.statement.incidents.iter().any(is_live)
}

/// What became of a told window, by the name of its list, and the events that say so; none while it stands.
fn change_of(
    ground: &IncidentSubject<'_>,
    facts: &Facts,
    id: &str,
    told: &HeardWindow,
) -> Option<(&'static str, Vec<u64>)> {
    let path = format!("links.{id}.window");
    let whole = ground.condition.link_health(id);
    let end = told.window.latest.ends_at(ground.zone());
    // What came back in time was kept, whatever failed afterwards.
    let is_kept = was_back_by(ground, id, told.as_of, end);
    if whole.state == LinkState::Up {
        // Back in time is the promise kept: there is nothing to own up to.
        let is_late = whole.since.is_some_and(|s| s.at > end);
        return (is_late && !is_kept).then_some(("missed", whole.events));
    }
    // Another entry that gives the told window backs it still: the one taken back was not behind it, or was typed again.
    let mut reports = ground.world.state.reports_on(id).iter();
    let is_given = reports.any(|r| r.said.window == Some(told.window));
    if !is_given && let Some(retraction) = retraction_of(ground, id, told) {
        return Some(("mistold", [&whole.events[..], &[retraction]].concat()));
    }
    // Nobody has confirmed it for so long that it may not be said any more.
    if let Some(FactEntry::Stale { fact, .. }) = facts.entry(&path) {
        let events = [&whole.events[..], &fact.events].concat();
        if fact.value != Value::Window(told.window) {
            return Some(("dropped", events));
        }
        let state = ground.world.state;
        let said = said_unconfirmed(state, &ground.audience, id, told.seq);
        let told_by = state.find_statement(told.statement)?;
        return (!ground.reach().is_covered(told_by, said)).then_some(("unconfirmed", events));
    }
    let now = facts.known_fact(&path);
    let own = ground
        .condition
        .reported_link(id)
        .and_then(|o| o.window.as_ref());
    let withdrawn = own.filter(|s| s.value.is_none());
    let has_passed = end <= ground.as_of;
    match (now.map(|f| (&f.value, &f.events)), withdrawn) {
        (Some((Value::Window(w), events)), _) if *w != told.window => {
            Some(("slipped", events.clone()))
        }
        (None, Some(given)) => Some(("withdrawn", given.events.clone())),
        (None, None) if has_passed && !is_kept => Some(("passed", whole.events)),
        // A new fault, or a word that names no date, has put the told one out of force.
        (None, None) => Some(("dropped", whole.events)),
        _ => None,
    }
}

/// True when somebody who may say so found it working between two moments: the told window was kept, whatever came after.
fn was_back_by(ground: &IncidentSubject<'_>, id: &str, told: At, end: At) -> bool {
    let mut reports = ground.world.state.reports_on(id).iter();
    reports.any(|r| {
        let at = r.said.since.map_or(r.said.said_at, |since| since.at);
        r.said.state == Some(LinkState::Up)
            && may_set(r.said.source.kind, Word::of_state(LinkState::Up))
            && told < r.said.said_at
            && at <= end
    })
}

/// The event that took back the entry on which a told window rested.
fn retraction_of(ground: &IncidentSubject<'_>, id: &str, told: &HeardWindow) -> Option<u64> {
    let state = ground.world.state;
    let issued = state.find_statement(told.statement)?;
    let path = format!("links.{id}.window");
    let mut lines = issued.statement.lines().iter();
    let line = lines.find(|l| l.claims.contains(&path))?;
    let mut taken = state.retracted.iter();
    let entry = taken.find(|(entry, r)| {
        r.by > told.seq && r.link.as_deref() == Some(id) && line.events.contains(entry)
    });
    entry.map(|(_, r)| r.by)
}

fn insert_told(facts: &mut Facts, id: &str, told: &HeardWindow) {
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

/// Links for which this audience was told a confirmed cause that has given way to another.
fn insert_changed_causes(ground: &IncidentSubject<'_>, facts: &mut Facts) {
    let state = ground.world.state;
    let reach = ground.reach();
    let mut events = ground.incident_events();
    let mut links: Vec<LinkId> = Vec::new();
    for id in links_ever_in_scope(ground) {
        let path = format!("links.{id}.cause");
        let reported = ground.condition.reported_link(&id);
        let reported = reported.and_then(|own| own.cause.as_ref().map(|c| c.events.clone()));
        // What works again has no cause any more, and what it was stays on record.
        let found = reported.or_else(|| facts.known_fact(&path).map(|f| f.events.clone()));
        let Some(cause_events) = found else {
            continue;
        };
        let mut told = told_causes(state, &ground.incident.id, &ground.audience, &id, &reach);
        told.retain(|(value, seq, _)| {
            let is_older = cause_events.first().is_some_and(|e| *e > *seq);
            is_older && facts.value(&path) != Some(value)
        });
        let Some((told, seq, as_of)) = told.into_iter().next() else {
            continue;
        };
        let at = Value::Instant(Moment::exact(as_of));
        for (name, value) in [("told_cause", told), ("told_cause_at", at)] {
            let fact = Fact::from_events(value, &[seq]);
            facts.insert_fact(format!("links.{id}.{name}"), fact, None);
        }
        events.extend(cause_events.iter().copied());
        events.push(seq);
        events.extend(ground.why_in_scope(&id));
        links.push(id);
    }
    let list = Value::List(links.iter().map(|i| ground.named_link(i)).collect());
    facts.insert_fact("recaused", Fact::from_events(list, &events), None);
}

/// What was said and rested on an entry that has been taken back since, and was not so by what is left.
fn insert_corrections(ground: &IncidentSubject<'_>, facts: &mut Facts, facts_then: FactsThen<'_>) {
    let (state, reach) = (ground.world.state, ground.reach());
    let named = OwnedUpTo::by_name(facts);
    let all = corrections_due(state, &ground.incident.id, &ground.audience, &reach);
    let is_wrong = |m: &&CorrectionDue| {
        let then = facts_then(m.seq, m.as_of);
        let then = then.as_ref().unwrap_or(facts);
        let mut said = m.said.iter();
        let is_so = |(path, value): &(String, Value)| {
            is_volatile(path)
                || named.owns_up_to(path)
                || is_same_value(then.value(path), value)
                || named.is_same_beside(path, then.value(path), value)
                || path == "open_ended" && had_no_window(then, value)
        };
        m.is_by_hand || !said.all(is_so)
    };
    let wrong: Vec<&CorrectionDue> = all.iter().filter(is_wrong).collect();
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

/// What lines of their own own up to, with what was told and what is right: a sentence in general beside them would say that more was
/// wrong.
struct OwnedUpTo {
    /// Links whose told window rested on a wrong entry.
    mistold: Vec<LinkId>,
    /// Links whose told cause has given way to another.
    recaused: Vec<LinkId>,
}

impl OwnedUpTo {
    fn by_name(facts: &Facts) -> Self {
        let ids = |path: &str| match facts.value(path) {
            Some(Value::List(links)) => links.iter().map(|n| n.id.clone()).collect(),
            _ => Vec::new(),
        };
        OwnedUpTo {
            mistold: ids("mistold"),
            recaused: ids("recaused"),
        }
    }

    /// True for the window or the cause of such a link, and for who gave it.
    fn owns_up_to(&self, path: &str) -> bool {
        let is_of = |links: &[LinkId], what: &str| {
            let mut links = links.iter();
            links.any(|id| path.starts_with(&format!("links.{id}.{what}")))
        };
        is_of(&self.mistold, "window") || is_of(&self.recaused, "cause")
    }

    /// True when a list of those with or without a window or a cause differs by such links alone.
    fn is_same_beside(&self, path: &str, now: Option<&Value>, said: &Value) -> bool {
        let named = match path {
            "windows" | "no_window" => &self.mistold,
            "with_cause" | "without_cause" => &self.recaused,
            _ => return false,
        };
        let (Some(Value::List(now)), Value::List(said)) = (now, said) else {
            return false;
        };
        let rest = |list: &[Named]| -> Vec<LinkId> {
            let ids = list.iter().map(|n| n.id.clone());
            ids.filter(|id| !named.contains(id)).collect()
        };
        rest(now) == rest(said)
    }
}

/// True when nothing of a list had a date then: what is promised by ourselves is taken out of it only later.
fn had_no_window(then: &Facts, said: &Value) -> bool {
    match (then.value("no_window"), said) {
        (Some(Value::List(then)), Value::List(said)) => {
            said.iter().all(|n| then.iter().any(|t| t.id == n.id))
        }
        _ => false,
    }
}

/// True when the record says the same; other names of the same things are no mistake.
fn is_same_value(now: Option<&Value>, said: &Value) -> bool {
    match (now, said) {
        (Some(Value::List(a)), Value::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.id == b.id)
        }
        (Some(Value::Link(a)), Value::Link(b)) => a.id == b.id,
        (now, said) => now == Some(said),
    }
}

/// Facts that are another at every moment, or that are history: no mistake by being different now.
fn is_volatile(path: &str) -> bool {
    is_history(path)
        || path.starts_with("promise.")
        || matches!(path, "next_update" | "promised_update" | "severity")
}

/// True for a fact about the moment of speaking, or about what was told before: said once, it stays true.
pub fn is_history(path: &str) -> bool {
    path.contains(".told_")
        || path.starts_with("promises.")
        || path.starts_with("said.")
        || is_frozen_scope(path)
        || CHANGED_WINDOWS.contains(&path)
        || matches!(
            path,
            "as_of"
                | "late_update"
                | "last_statement"
                | "last_statement_at"
                | "recaused"
                | "unrestored"
                | "voided"
                | "left_work"
                | "back_in_work"
                | "changed_dates"
                | "changed_windows"
                | "changed_promises"
                | "corrections"
                | "corrected"
                | "corrected_statement_at"
        )
}

/// True for what a promise or a noted fact was about when it was made or noted: it was so then.
fn is_frozen_scope(path: &str) -> bool {
    path.ends_with(".scope") && (path.starts_with("promise.") || path.starts_with("noted."))
}

#[cfg(test)]
#[path = "history_tests.rs"]
mod history_tests;
