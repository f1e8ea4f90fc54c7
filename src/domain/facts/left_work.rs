//! Links that people were told are part of announced work, and that have left it since; and those that came back after people
//! were told so. It words nothing.

use crate::domain::base::time::Moment;
use crate::domain::base::value::{Named, Value};
use crate::domain::config::line::Element;
use crate::domain::facts::fact::{Fact, Facts};
use crate::domain::facts::subject::IncidentSubject;
use crate::domain::record::rendition::SaidLine;
use crate::domain::state::incident::Issued;

/// The links that a line tells to be worked on.
fn told_work_on(line: &SaidLine) -> Option<&Vec<Named>> {
    let is_told =
        line.element == Element::WhatHappened && line.claims.iter().any(|c| c == "planned");
    match line.reads.get("scope") {
        Some(Value::List(all)) if is_told => Some(all),
        _ => None,
    }
}

pub(crate) fn insert_left_work(ground: &IncidentSubject<'_>, facts: &mut Facts) {
    if ground.incident.planned.is_none() {
        return;
    }
    let (state, reach) = (ground.world.state, ground.reach());
    let about = || state.statements_about(&ground.incident.id, &ground.audience);
    let mut left: Vec<Named> = Vec::new();
    let mut all = ground.incident_events();
    for issued in about() {
        let lines = issued.statement.lines().iter();
        let own = lines.filter(|l| l.is_about(&ground.incident.id));
        for link in own.filter_map(told_work_on).flatten() {
            let path = format!("links.{}.told_work_at", link.id);
            let owns_up = |s: &&Issued| {
                let mut lines = s.statement.lines().iter();
                s.seq > issued.seq && lines.any(|l| l.claims.contains(&path))
            };
            let is_known = left.iter().any(|n| n.id == link.id) || ground.scope.contains(&link.id);
            if is_known || reach.is_covered(issued, about().filter(owns_up)) {
                continue;
            }
            let steps = ground.incident.steps.iter();
            let gone = steps
                .filter(|s| s.removed.contains(&link.id))
                .map(|s| s.seq);
            let events: Vec<u64> = gone.chain([issued.seq]).collect();
            let at = Value::Instant(Moment::exact(issued.statement.as_of));
            facts.insert_fact(path, Fact::from_events(at, &events), None);
            all.extend(events);
            left.push(ground.named_link(&link.id));
        }
    }
    facts.insert_fact(
        "left_work",
        Fact::from_events(Value::List(left), &all),
        None,
    );
}

/// The link of which a claim says that it left the work.
fn told_left(claim: &str) -> Option<&str> {
    claim.strip_prefix("links.")?.strip_suffix(".told_work_at")
}

/// Links that people were told have left the work, and that are part of it again.
pub(crate) fn insert_back_in_work(ground: &IncidentSubject<'_>, facts: &mut Facts) {
    if ground.incident.planned.is_none() {
        return;
    }
    let (state, reach) = (ground.world.state, ground.reach());
    let about = || state.statements_about(&ground.incident.id, &ground.audience);
    let mut back: Vec<Named> = Vec::new();
    let mut all = ground.incident_events();
    for issued in about() {
        let lines = issued.statement.lines().iter();
        let own = lines.filter(|l| l.is_about(&ground.incident.id));
        for link in own.flat_map(|l| &l.claims).filter_map(|c| told_left(c)) {
            let path = format!("links.{link}.told_left_at");
            let owns_up = |s: &&Issued| {
                let mut lines = s.statement.lines().iter();
                s.seq > issued.seq && lines.any(|l| l.claims.contains(&path))
            };
            let is_in = ground.scope.iter().any(|l| l == link);
            let is_known = back.iter().any(|n| n.id == link);
            if !is_in || is_known || reach.is_covered(issued, about().filter(owns_up)) {
                continue;
            }
            let steps = ground.incident.steps.iter();
            let added = steps.filter(|s| s.added.iter().any(|a| a == link));
            let events: Vec<u64> = added.map(|s| s.seq).chain([issued.seq]).collect();
            let at = Value::Instant(Moment::exact(issued.statement.as_of));
            facts.insert_fact(path, Fact::from_events(at, &events), None);
            all.extend(events);
            back.push(ground.named_link(link));
        }
    }
    facts.insert_fact(
        "back_in_work",
        Fact::from_events(Value::List(back), &all),
        None,
    );
}
