//! What a promise covers: the links, regions and services that it was made for, as they were told. It judges nothing.

use crate::domain::base::link::LinkId;
use crate::domain::base::value::Value;
use crate::domain::config::promise_kind::{Per, PromiseKind};
use crate::domain::facts::evaluator::Evaluator;
use crate::domain::facts::fact::{Fact, Facts};
use crate::domain::facts::subject::IncidentSubject;
use crate::domain::state::promise::Promise;

/// Adds what a promise of this kind covers: while one is open what that was made for, and otherwise the scope of now.
pub(super) fn insert_promise_scope(
    ground: &IncidentSubject<'_>,
    facts: &mut Facts,
    evaluator: &dyn Evaluator,
    (name, kind): (&str, &PromiseKind),
    open: Option<&Promise>,
) {
    if kind.per != Per::Incident {
        return;
    }
    let fact = match open {
        Some(promise) => widened_scope(ground, evaluator, kind, promise),
        None => facts.known_fact("scope").cloned(),
    };
    if let Some(fact) = fact {
        facts.insert_fact(format!("promise.{name}.scope"), fact, None);
    }
}

/// What an open promise covers, with what the incident was about when its due time was noted anew: such a word is about
/// all of it. A link that merely joined the incident is not promised anything, and one that left is promised still.
fn widened_scope(
    ground: &IncidentSubject<'_>,
    evaluator: &dyn Evaluator,
    kind: &PromiseKind,
    promise: &Promise,
) -> Option<Fact> {
    let told = told_scope(ground, promise)?;
    let (mut links, mut events) = (promise.scope.clone(), told.events);
    let names = evaluator.list_names(&kind.due, false).unwrap_or_default();
    let noted = names.iter().filter_map(|n| ground.incident.noted.get(n));
    let anew = noted.flatten();
    let anew = anew.filter(|n| n.seq > promise.seq && !n.again && n.value.is_some());
    for noting in anew {
        let more = noting.scope.iter().filter(|l| !links.contains(l));
        let more: Vec<LinkId> = more.cloned().collect();
        if !more.is_empty() {
            events.push(noting.seq);
            events.extend(more.iter().flat_map(|l| ground.incident.scope_events(l)));
            links.extend(more);
        }
    }
    let list = links.iter().map(|l| ground.named_link(l)).collect();
    Some(Fact::from_events(Value::List(list), &events))
}

/// What a promise covers as it was made or last told; none when it is about no incident.
pub(super) fn told_scope(ground: &IncidentSubject<'_>, promise: &Promise) -> Option<Fact> {
    if promise.scope.is_empty() {
        return None;
    }
    let mut events = vec![promise.seq];
    if promise.made.scope.is_empty() {
        // An older record does not say: what the incident was about then follows from how its scope came about.
        let links = promise.scope.iter();
        let joined = links.flat_map(|l| ground.incident.scope_events(l));
        events.extend(joined.filter(|seq| *seq < promise.seq));
    }
    let list = promise.scope.iter().map(|l| ground.named_link(l));
    Some(Fact::from_events(Value::List(list.collect()), &events))
}
