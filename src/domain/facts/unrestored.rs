//! What people were told is restored, and was not by what is known now: a word that it failed was said before they were told,
//! and typed afterwards. It words nothing.

use crate::domain::base::link::{LinkId, LinkState, SourceKind};
use crate::domain::base::time::{At, Moment};
use crate::domain::base::value::Value;
use crate::domain::config::line::Element;
use crate::domain::facts::fact::{Fact, Facts};
use crate::domain::facts::groups::is_touched;
use crate::domain::facts::subject::IncidentSubject;
use crate::domain::record::rendition::SaidLine;
use crate::domain::state::incident::Issued;

/// The phases that tell people that all is well again.
const WELL: [&str; 2] = ["restored", "restored-here"];

/// The links that a line tells to be restored, and since when it says that they are stable.
fn told_restored(line: &SaidLine) -> Option<(Vec<LinkId>, Option<At>)> {
    let phase = match line.reads.get("phase") {
        Some(Value::State(word)) => word.as_str(),
        _ => return None,
    };
    let is_told = line.element == Element::WhatHappened && WELL.contains(&phase);
    // Statements of before named all that the incident was about.
    let named = line.reads.get("failed").or_else(|| line.reads.get("scope"));
    let Some(Value::List(links)) = named.filter(|_| is_told) else {
        return None;
    };
    let stable = match line.reads.get("stable_since") {
        Some(Value::Instant(moment)) => Some(moment.at),
        _ => None,
    };
    Some((links.iter().map(|n| n.id.clone()).collect(), stable))
}

/// The reports that a link, or a part of it, failed in the time for which it was told to be well, and that came after.
fn contrary_reports(
    ground: &IncidentSubject<'_>,
    link: &LinkId,
    issued: &Issued,
    stable: Option<At>,
) -> Vec<u64> {
    let network = &ground.world.books.network;
    let family = [vec![link.clone()], network.leaf_parts(link)].concat();
    let reports = family.iter().flat_map(|l| ground.world.state.reports_on(l));
    let is_contrary = |at: At| at <= issued.statement.as_of && stable.is_none_or(|s| at > s);
    let contrary = reports.filter(|r| {
        // What failed before, and was seen to only now, had failed all the same.
        let began = r
            .said
            .since
            .filter(|_| r.said.source.kind != SourceKind::Estimate);
        r.seq > issued.seq
            && r.said.state.is_some_and(LinkState::is_bad)
            && (is_contrary(r.said.said_at) || began.is_some_and(|b| is_contrary(b.at)))
    });
    contrary.map(|r| r.seq).collect()
}

/// Regions and services of the incident that were out before a statement: what it tells as restored rests on them, too.
fn riders_hit_before(ground: &IncidentSubject<'_>, issued: &Issued) -> Vec<LinkId> {
    let network = &ground.world.books.network;
    let riders = network.regions.iter().chain(&network.services);
    let was_hit = |id: &LinkId| {
        let mut reports = ground.world.state.reports_on(id).iter();
        reports.any(|r| {
            let is_own = r.seq >= ground.incident.seq && r.seq < issued.seq;
            is_own && r.said.state.is_some_and(LinkState::is_bad)
        })
    };
    let own = riders
        .filter(|r| is_touched(ground, r))
        .map(|r| r.id.clone());
    own.filter(was_hit).collect()
}

pub(crate) fn insert_unrestored(ground: &IncidentSubject<'_>, facts: &mut Facts) {
    let (state, reach) = (ground.world.state, ground.reach());
    let about = || state.statements_about(&ground.incident.id, &ground.audience);
    let mut list: Vec<LinkId> = Vec::new();
    let mut all = ground.incident_events();
    for issued in about() {
        let lines = issued.statement.lines().iter();
        let lines = lines.filter(|l| l.is_about(&ground.incident.id));
        for (links, stable) in lines.filter_map(told_restored) {
            let riders = riders_hit_before(ground, issued);
            for link in links.into_iter().chain(riders) {
                let path = format!("links.{link}.told_restored_at");
                let owns_up = |s: &&Issued| {
                    let mut lines = s.statement.lines().iter();
                    s.seq > issued.seq && lines.any(|l| l.claims.contains(&path))
                };
                let contrary = contrary_reports(ground, &link, issued, stable);
                let is_said = reach.is_covered(issued, about().filter(owns_up));
                if contrary.is_empty() || is_said || list.contains(&link) {
                    continue;
                }
                let events = [&contrary[..], &[issued.seq]].concat();
                let at = Value::Instant(Moment::exact(issued.statement.as_of));
                facts.insert_fact(path, Fact::from_events(at, &events), None);
                all.extend(events);
                list.push(link);
            }
        }
    }
    let list = Value::List(list.iter().map(|l| ground.named_link(l)).collect());
    facts.insert_fact("unrestored", Fact::from_events(list, &all), None);
}
