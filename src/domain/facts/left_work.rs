//! Links that people were told are part of announced work, and that have left it since; and those that came back after people
//! were told so. It words nothing.

use crate::domain::base::time::Moment;
use crate::domain::base::value::{Named, Value};
use crate::domain::config::line::Element;
use crate::domain::facts::fact::{Fact, Facts};
use crate::domain::facts::subject::IncidentSubject;
use crate::domain::record::rendition::SaidLine;
use crate::domain::state::incident::Issued;

/// What lines tell of links and announced work.
struct ToldOfWork {
    /// The list of links of which it holds no more.
    list: &'static str,
    /// The fact of such a link that says when it was told.
    told: &'static str,
    /// They were told to be part of the work; else, to be no part of it any more.
    are_in: bool,
    links_in: fn(&SaidLine) -> Vec<&str>,
}

const TOLD: [ToldOfWork; 2] = [
    ToldOfWork {
        list: "left_work",
        told: "told_work_at",
        are_in: true,
        links_in: told_work_on,
    },
    ToldOfWork {
        list: "back_in_work",
        told: "told_left_at",
        are_in: false,
        links_in: told_left,
    },
];

fn told_work_on(line: &SaidLine) -> Vec<&str> {
    let is_told =
        line.element == Element::WhatHappened && line.claims.iter().any(|c| c == "planned");
    match line.reads.get("scope") {
        Some(Value::List(all)) if is_told => all.iter().map(|n| n.id.as_str()).collect(),
        _ => Vec::new(),
    }
}

fn told_left(line: &SaidLine) -> Vec<&str> {
    let claims = line.claims.iter();
    let paths = claims.filter_map(|c| c.strip_prefix("links."));
    paths
        .filter_map(|p| p.strip_suffix(".told_work_at"))
        .collect()
}

/// The links whose part in announced work is not what people were told, with when that was.
pub(crate) fn insert_told_work(ground: &IncidentSubject<'_>, facts: &mut Facts) {
    if ground.incident.planned.is_some() {
        for told in TOLD {
            insert_list(ground, facts, &told);
        }
    }
}

fn insert_list(ground: &IncidentSubject<'_>, facts: &mut Facts, told: &ToldOfWork) {
    let (state, reach) = (ground.world.state, ground.reach());
    let about = || state.statements_about(&ground.incident.id, &ground.audience);
    let mut wrong: Vec<Named> = Vec::new();
    let mut all = ground.incident_events();
    for issued in about() {
        let lines = issued.statement.lines().iter();
        let own = lines.filter(|l| l.is_about(&ground.incident.id));
        for link in own.flat_map(told.links_in) {
            let path = format!("links.{link}.{}", told.told);
            let owns_up = |s: &&Issued| {
                let mut lines = s.statement.lines().iter();
                s.seq > issued.seq && lines.any(|l| l.claims.contains(&path))
            };
            let holds = ground.scope.iter().any(|l| l == link) == told.are_in;
            let is_known = wrong.iter().any(|n| n.id == link);
            if holds || is_known || reach.is_covered(issued, about().filter(owns_up)) {
                continue;
            }
            let steps = ground.incident.steps.iter();
            let changes = steps.filter(|s| {
                let links = if told.are_in { &s.removed } else { &s.added };
                links.iter().any(|l| l == link)
            });
            let events: Vec<u64> = changes.map(|s| s.seq).chain([issued.seq]).collect();
            let at = Value::Instant(Moment::exact(issued.statement.as_of));
            facts.insert_fact(path, Fact::from_events(at, &events), None);
            all.extend(events);
            wrong.push(ground.named_link(link));
        }
    }
    let wrong = Fact::from_events(Value::List(wrong), &all);
    facts.insert_fact(told.list, wrong, None);
}
