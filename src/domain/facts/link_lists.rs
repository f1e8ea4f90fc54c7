//! Lists of the links in scope: by state, by what is known of their cause, work and window. It derives nothing about a
//! single link.

use crate::domain::base::link::{LinkId, LinkState, SourceKind, Work};
use crate::domain::base::next_step::NextStep;
use crate::domain::base::time::Moment;
use crate::domain::base::value::Value;
use crate::domain::facts::fact::{Fact, FactEntry, Facts};
use crate::domain::facts::failures::{failures_of, has_failed};
use crate::domain::facts::groups::touched_riders;
use crate::domain::facts::links::confirm_again;
use crate::domain::facts::missing::MissingFact;
use crate::domain::facts::subject::IncidentSubject;
use crate::languages::phrases::Missing;

/// The links in scope by state. What is bad rests on reports alone; what works needs one for each.
pub(crate) fn derive_link_lists(ground: &IncidentSubject<'_>, facts: &mut Facts) {
    let base = ground.incident_events();
    insert_scope(ground, facts, &base);
    insert_by_state(ground, facts, &base);
    insert_up(ground, facts, &base);
    insert_failed(ground, facts, &base);
    insert_back(ground, facts, &base);
    insert_unchecked(ground, facts, &base);
    insert_windows(ground, facts, &base);
    insert_partial(ground, facts, &base);
    insert_causes(ground, facts, &base);
    insert_explained(ground, facts, &base);
    insert_stages(ground, facts, &base);
}

/// The list of the links that nobody has reported on.
const UNREPORTED: &str = "unreported";

fn list_of(ground: &IncidentSubject<'_>, ids: &[LinkId]) -> Value {
    Value::List(ids.iter().map(|i| ground.named_link(i)).collect())
}

/// The reports on these links, and why each is in scope.
fn events_of(ground: &IncidentSubject<'_>, base: &[u64], ids: &[LinkId]) -> Vec<u64> {
    let mut all = base.to_vec();
    for id in ids {
        all.extend(ground.condition.link_health(id).events);
        all.extend(ground.why_in_scope(id));
    }
    all
}

fn in_scope_where(
    ground: &IncidentSubject<'_>,
    is_wanted: impl Fn(&LinkId) -> bool,
) -> Vec<LinkId> {
    let scope = ground.scope.iter();
    scope.filter(|l| is_wanted(l)).cloned().collect()
}

fn insert_scope(ground: &IncidentSubject<'_>, facts: &mut Facts, base: &[u64]) {
    let why = ground.scope.iter().flat_map(|l| ground.why_in_scope(l));
    let events: Vec<u64> = base.iter().copied().chain(why).collect();
    let scope = Fact::from_events(list_of(ground, &ground.scope), &events);
    facts.insert_fact("scope", scope, None);
}

fn insert_by_state(ground: &IncidentSubject<'_>, facts: &mut Facts, base: &[u64]) {
    let by_state: [(&str, &dyn Fn(LinkState) -> bool); 8] = [
        ("down", &|s| s == LinkState::Down),
        ("degraded", &|s| s == LinkState::Degraded),
        ("unstable", &|s| s == LinkState::Unstable),
        ("at_risk", &|s| s == LinkState::AtRisk),
        ("planned_down", &|s| s == LinkState::PlannedDown),
        ("troubled", &|s| s.is_bad()),
        ("disrupted", &|s| s.is_bad() && s != LinkState::AtRisk),
        (UNREPORTED, &|s| s == LinkState::Unreported),
    ];
    for (path, is_wanted) in by_state {
        let ids = in_scope_where(ground, |l| is_wanted(ground.condition.link_state(l)));
        // Which links nobody has reported on rests on the reports on the others.
        let because = if path == UNREPORTED {
            &ground.scope
        } else {
            &ids
        };
        let events = events_of(ground, base, because);
        facts.insert_fact(
            path,
            Fact::from_events(list_of(ground, &ids), &events),
            None,
        );
    }
}

fn insert_up(ground: &IncidentSubject<'_>, facts: &mut Facts, base: &[u64]) {
    let up = in_scope_where(ground, |l| ground.condition.link_state(l) == LinkState::Up);
    insert_working(ground, facts, "up", &up, &events_of(ground, base, &up));
}

/// A list of what works, fresh as long as the oldest word that it does.
fn insert_working(
    ground: &IncidentSubject<'_>,
    facts: &mut Facts,
    path: &str,
    links: &[LinkId],
    events: &[u64],
) {
    let confirmed = links
        .iter()
        .filter_map(|l| ground.condition.link_health(l).confirmed_at);
    let fact = Fact {
        fresh_until: confirmed.min().map(|t| t + ground.limit_up().to_duration()),
        ..Fact::from_events(list_of(ground, links), events)
    };
    let check_again = MissingFact::from_phrase(Missing::CheckUp, &[], NextStep::ConfirmAgain);
    facts.insert_fact(path, fact, Some(check_again));
}

/// The links in scope that failed in this incident, whether they work again or not, or where none did, what rides on them;
/// once all work, since when the last one does, and whether they came back at different times.
fn insert_failed(ground: &IncidentSubject<'_>, facts: &mut Facts, base: &[u64]) {
    let mut failed = in_scope_where(ground, |l| has_failed(ground, l));
    if failed.is_empty() {
        let riders = touched_riders(ground).cloned();
        failed = riders.filter(|r| has_failed(ground, r)).collect();
    }
    let why = failed.iter().flat_map(|l| ground.why_in_scope(l));
    let reports = failed.iter().flat_map(|l| failures_of(ground, l));
    let events: Vec<u64> = base.iter().copied().chain(why).chain(reports).collect();
    let fact = Fact::from_events(list_of(ground, &failed), &events);
    facts.insert_fact("failed", fact, None);
    let health = failed.iter().map(|l| ground.condition.link_health(l));
    let health: Vec<_> = health.collect();
    let is_up = health.iter().all(|h| h.state == LinkState::Up);
    let returns: Vec<Moment> = health.iter().filter_map(|h| h.since).collect();
    let (first, last) = (
        returns.iter().min_by_key(|m| m.at),
        returns.iter().max_by_key(|m| m.at),
    );
    let (Some(first), Some(last), true) = (first, last, is_up) else {
        return;
    };
    let reports = health.iter().flat_map(|h| h.events.clone());
    let events: Vec<u64> = events.into_iter().chain(reports).collect();
    let is_apart = (last.at - first.at).num_minutes() > 0;
    let word = if is_apart { "yes" } else { "no" };
    let values = [
        ("links_back_since", Value::Instant(*last)),
        ("back_apart", Value::from_state(word)),
    ];
    for (path, value) in values {
        facts.insert_fact(path, Fact::from_events(value, &events), None);
    }
}

/// What was in trouble in this incident and works again, links first, then what rides on them.
fn insert_back(ground: &IncidentSubject<'_>, facts: &mut Facts, base: &[u64]) {
    let mut back: Vec<LinkId> = Vec::new();
    for id in ground.scope.iter().chain(touched_riders(ground)) {
        if has_failed(ground, id)
            && ground.condition.link_state(id) == LinkState::Up
            && !back.contains(id)
        {
            back.push(id.clone());
        }
    }
    let events = [base, &part_events(ground, &back)].concat();
    insert_working(ground, facts, "back", &back, &events);
}

/// Links that another party says are up, and that we have not checked ourselves.
fn insert_unchecked(ground: &IncidentSubject<'_>, facts: &mut Facts, base: &[u64]) {
    let claim = |l: &LinkId| {
        ground
            .condition
            .reported_link(l)?
            .unchecked
            .as_ref()
            .map(|u| u.0)
    };
    let unchecked = in_scope_where(ground, |l| claim(l).is_some());
    let claims = unchecked.iter().filter_map(claim);
    let events: Vec<u64> = claims.chain(base.iter().copied()).collect();
    let fact = Fact::from_events(list_of(ground, &unchecked), &events);
    facts.insert_fact("unchecked", fact, None);
}

/// Troubled links with a confirmed cause, and those without.
fn insert_causes(ground: &IncidentSubject<'_>, facts: &mut Facts, base: &[u64]) {
    let network = &ground.world.books.network;
    let (mut with, mut without) = (Vec::new(), Vec::new());
    let (mut with_events, mut without_events, mut lacks) =
        (base.to_vec(), base.to_vec(), Vec::new());
    for id in &ground.scope {
        // Why something is taken out on purpose is no open question.
        let state = ground.condition.link_state(id);
        if !state.is_bad() || state == LinkState::PlannedDown {
            continue;
        }
        let family = std::iter::once(id.clone())
            .chain(network.leaf_parts(id).into_iter().filter(|l| l != id));
        let known: Vec<LinkId> = family
            .filter(|l| facts.known_fact(&format!("links.{l}.cause")).is_some())
            .collect();
        if known.is_empty() {
            without_events.extend(ground.condition.link_health(id).events);
            without_events.extend(ground.why_in_scope(id));
            // A part with a suspected cause says more than "nobody has said".
            let suspected = network.leaf_parts(id).into_iter().find(|l| {
                ground
                    .condition
                    .reported_link(l)
                    .is_some_and(|o| o.cause.is_some())
            });
            lacks.push(
                facts.missing_at(&format!("links.{}.cause", suspected.as_ref().unwrap_or(id))),
            );
            without.push(ground.named_link(id));
        }
        for link in known {
            with_events.extend(
                facts
                    .known_fact(&format!("links.{link}.cause"))
                    .map(|f| f.events.clone())
                    .unwrap_or_default(),
            );
            // That there is trouble at all rests on the reports of it.
            with_events.extend(ground.condition.link_health(id).events);
            with_events.extend(ground.why_in_scope(id));
            let named = ground.named_link(&link);
            if !with.contains(&named) {
                with.push(named);
            }
        }
    }
    let fact = Fact {
        lacks,
        ..Fact::from_events(Value::List(with), &with_events)
    };
    facts.insert_fact("with_cause", fact, None);
    facts.insert_fact(
        "without_cause",
        Fact::from_events(Value::List(without), &without_events),
        None,
    );
}

/// The links of the scope that work again, or their parts, whose cause is confirmed.
fn insert_explained(ground: &IncidentSubject<'_>, facts: &mut Facts, base: &[u64]) {
    let (mut explained, mut events) = (Vec::new(), base.to_vec());
    for id in &ground.scope {
        let parts = ground.world.books.network.leaf_parts(id);
        let parts = parts.into_iter().filter(|l| l != id);
        let links: Vec<LinkId> = std::iter::once(id.clone()).chain(parts).collect();
        if ground.condition.link_state(id) != LinkState::Up || !has_failed(ground, id) {
            continue;
        }
        events.extend(part_events(ground, std::slice::from_ref(id)));
        for link in links {
            let Some(cause) = facts.known_fact(&format!("links.{link}.cause")) else {
                continue;
            };
            events.extend(cause.events.iter().copied());
            let named = ground.named_link(&link);
            if !explained.contains(&named) {
                explained.push(named);
            }
        }
    }
    let fact = Fact::from_events(Value::List(explained), &events);
    facts.insert_fact("explained", fact, None);
}

/// Troubled links and parts by stage of work, as far as it was said and is fresh.
fn insert_stages(ground: &IncidentSubject<'_>, facts: &mut Facts, base: &[u64]) {
    let family = ground.links_with_parts();
    for stage in Work::ALL.iter().filter(|w| **w != Work::None) {
        let mut events = base.to_vec();
        let mut list = Vec::new();
        for id in family
            .iter()
            .filter(|l| ground.condition.link_state(l).is_bad())
        {
            let path = format!("links.{id}.work");
            if facts.state_word(&path) == Some(stage.token()) {
                events.extend(
                    facts
                        .known_fact(&path)
                        .map(|f| f.events.clone())
                        .unwrap_or_default(),
                );
                events.extend(ground.condition.link_health(id).events);
                events.extend(ground.why_in_scope(id));
                list.push(ground.named_link(id));
            }
        }
        let path = format!("work.{}", stage.token().replace('-', "_"));
        facts.insert_fact(path, Fact::from_events(Value::List(list), &events), None);
    }
}

/// Troubled links and parts with a window that may be said, and those without.
fn insert_windows(ground: &IncidentSubject<'_>, facts: &mut Facts, base: &[u64]) {
    let network = &ground.world.books.network;
    let ids = ground.links_with_parts();
    // A guess of ours, or of whoever is not to repair it, is nobody's plan.
    let has = |id: &LinkId, facts: &Facts| {
        let source = facts.state_word(&format!("links.{id}.window_source"));
        let is_plan = source == Some(SourceKind::CableOperator.token());
        let window = facts.known_fact(&format!("links.{id}.window"));
        window.filter(|_| is_plan).cloned()
    };
    let with: Vec<LinkId> = ids
        .iter()
        .filter(|l| has(l, facts).is_some())
        .cloned()
        .collect();
    let mut events = base.to_vec();
    for id in &with {
        events.extend(ground.why_in_scope(id));
        events.extend(has(id, facts).map(|f| f.events).unwrap_or_default());
    }
    let without: Vec<LinkId> = ground
        .scope
        .iter()
        .filter(|l| {
            ground.condition.link_state(l).is_bad()
                && !with.contains(l)
                && !network.leaf_parts(l).iter().any(|p| with.contains(p))
        })
        .cloned()
        .collect();
    let lacks = ground
        .scope
        .iter()
        .filter(|l| ground.condition.link_state(l).is_bad() && !with.contains(l))
        .map(|l| facts.missing_at(&format!("links.{l}.window")))
        .collect();
    let fact = Fact {
        lacks,
        ..Fact::from_events(list_of(ground, &with), &events)
    };
    facts.insert_fact("windows", fact, None);
    // That no other is without one rests on the windows of the others, those that have grown old too.
    let mut bad = events;
    for id in &ids {
        if let Some(FactEntry::Stale { fact, .. }) = facts.entry(&format!("links.{id}.window")) {
            bad.extend(fact.events.iter().copied());
        }
    }
    for id in &without {
        bad.extend(ground.why_in_scope(id));
        bad.extend(ground.condition.link_health(id).events);
    }
    facts.insert_fact(
        "no_window",
        Fact::from_events(list_of(ground, &without), &bad),
        None,
    );
}

/// Links of which some parts work again by our own check and others do not.
fn insert_partial(ground: &IncidentSubject<'_>, facts: &mut Facts, base: &[u64]) {
    let mut partial: Vec<LinkId> = Vec::new();
    let mut all_events = base.to_vec();
    for id in &ground.scope {
        let (back, out) = parts_back_and_out(ground, id);
        if back.is_empty() || out.is_empty() {
            continue;
        }
        let (back_events, out_events) = (part_events(ground, &back), part_events(ground, &out));
        insert_parts_back(ground, facts, id, &back, &back_events);
        let out = Fact::from_events(list_of(ground, &out), &out_events);
        facts.insert_fact(format!("links.{id}.parts_out"), out, None);
        all_events.extend(back_events);
        all_events.extend(out_events);
        partial.push(id.clone());
    }
    let list = list_of(ground, &partial);
    facts.insert_fact("partial", Fact::from_events(list, &all_events), None);
}

/// The parts of a link that broke and are up by our own check, and those that are still bad.
fn parts_back_and_out(ground: &IncidentSubject<'_>, id: &LinkId) -> (Vec<LinkId>, Vec<LinkId>) {
    let is_checked = |l: &LinkId| {
        let own = ground.condition.reported_link(l);
        ground.condition.link_state(l) == LinkState::Up
            && own.is_some_and(|o| !o.own_checks.is_empty())
    };
    let parts = ground.world.books.network.leaf_parts(id).into_iter();
    let parts: Vec<LinkId> = parts.filter(|l| l != id).collect();
    let back = parts
        .iter()
        .filter(|l| has_failed(ground, l) && is_checked(l));
    let out = parts
        .iter()
        .filter(|l| ground.condition.link_state(l).is_bad());
    (back.cloned().collect(), out.cloned().collect())
}

fn part_events(ground: &IncidentSubject<'_>, ids: &[LinkId]) -> Vec<u64> {
    let mut events = Vec::new();
    for link in ids {
        events.extend(ground.condition.link_health(link).events);
        // That it works *again* rests on the report that it did not.
        events.extend(ground.world.state.reports_on(link).iter().map(|r| r.seq));
    }
    events
}

fn insert_parts_back(
    ground: &IncidentSubject<'_>,
    facts: &mut Facts,
    id: &str,
    back: &[LinkId],
    events: &[u64],
) {
    let confirmed = back
        .iter()
        .filter_map(|l| ground.condition.link_health(l).confirmed_at);
    let fact = Fact {
        fresh_until: confirmed.min().map(|t| t + ground.limit_up().to_duration()),
        ..Fact::from_events(list_of(ground, back), events)
    };
    let confirm = confirm_again(id, "parts that are back");
    facts.insert_fact(format!("links.{id}.parts_back"), fact, Some(confirm));
    let last_check = |l: &LinkId| {
        ground
            .condition
            .reported_link(l)?
            .own_checks
            .last()
            .map(|(_, at)| *at)
    };
    if let Some(at) = back.iter().filter_map(last_check).min() {
        let moment = Fact::from_events(Value::Instant(Moment::exact(at)), events);
        facts.insert_fact(format!("links.{id}.parts_checked_at"), moment, None);
    }
}
