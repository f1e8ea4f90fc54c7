//! Which incidents a site shows, without reading what was said of them. It lays no page out.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::desk::{DeskError, Snapshot};
use crate::domain::base::digest::sha256;
use crate::domain::base::link::LinkState;
use crate::domain::base::parallel;
use crate::domain::base::time::At;
use crate::domain::config::promise_kind::Per;
use crate::domain::ledger::verdict;
use crate::domain::ledger::verdict::JudgedPromise;
use crate::domain::record::statement::StatementIssued;
use crate::domain::review::incident_review::{Track, Walk};
use crate::domain::state::fold::State;
use crate::domain::state::incident::{Incident, Issued};
use crate::domain::state::promise::Promise;
use crate::render::site;

/// So many incidents are worth threads.
pub(in crate::desk) const WORTH_THREADS: usize = 16;

/// Of an incident what is known without reading what was said of it.
pub(in crate::desk) struct Outline<'a> {
    pub(super) incident: &'a Incident,
    pub(super) said: Vec<&'a Issued>,
    pub(super) promises: Vec<JudgedPromise<'a>>,
    pub(super) scope: Vec<Course>,
    pub(super) began: At,
    pub(super) updated: At,
    /// What the page of a past one is made of, by its digest.
    pub(super) input: String,
}

/// The outlines of all incidents that an audience heard of.
pub struct Outlines<'a> {
    pub(super) audience: &'a str,
    pub(super) channel: Option<&'a str>,
    pub(super) all: Vec<Outline<'a>>,
}

/// What is known of every incident that an audience heard of, without reading what was said of it. `channel` is whose
/// texts are shown.
///
/// # Errors
/// When nothing is adopted.
pub fn outline_incidents<'a>(
    snapshot: &'a Snapshot,
    audience: &'a str,
    channel: Option<&'a str>,
) -> Result<Outlines<'a>, DeskError> {
    let (world, state) = (snapshot.world()?, &snapshot.state);
    let (evaluator, now) = (&snapshot.evaluator, snapshot.clock.now);
    let shared = shared(state);
    let mut walks: BTreeMap<&str, Walk> = BTreeMap::new();
    for (link, reports) in &snapshot.state.links {
        walks.insert(link, Walk::from_reports(reports));
    }
    let house = (
        env!("CARGO_PKG_VERSION"),
        &snapshot.read,
        snapshot.state.is_drill,
        audience,
        channel,
    );
    let incidents = state.order.iter().filter_map(|id| state.incidents.get(id));
    let incidents: Vec<&Incident> = incidents.collect();
    let outlines = parallel::map_slice(&incidents, WORTH_THREADS, |incident| {
        let mut said: Vec<&Issued> = state.statements_about(&incident.id, audience).collect();
        said.reverse();
        let last = said.last()?;
        let (updated, seq) = (last.at, last.seq);
        let others = shared.get(incident.id.as_str());
        let promises = promises_heard(state, incident, others, audience).into_iter();
        let promises: Vec<JudgedPromise<'a>> = promises
            .map(|p| verdict::judge_promise(world, evaluator, now, p))
            .collect();
        let began = incident.since.map_or(incident.declared_at, |m| m.at);
        let closed = incident.closed.as_ref();
        let until = closed.map_or(updated, |c| c.at.max(updated));
        let from = began.min(incident.declared_at);
        let scope: Vec<Course> = scope_at(incident, seq)
            .into_iter()
            .map(|id| make_course(&walks, id, from, until))
            .collect();
        let input = match incident.is_open() {
            true => String::new(),
            false => input(&house, incident, &said, &promises, &scope),
        };
        Some(Outline {
            incident,
            said,
            promises,
            scope,
            began,
            updated,
            input,
        })
    });
    Ok(Outlines {
        audience,
        channel,
        all: outlines.into_iter().flatten().collect(),
    })
}

/// The promises of an incident that the audience heard, in the order of their numbers.
fn promises_heard<'a>(
    state: &'a State,
    incident: &Incident,
    others: Option<&Vec<&'a Promise>>,
    audience: &str,
) -> Vec<&'a Promise> {
    let mut promises: Vec<&Promise> = state.promises_of(&incident.id).collect();
    promises.extend(others.into_iter().flatten());
    promises.retain(|p| p.made.audience == audience && p.last_told_due().is_some());
    promises.sort_by_key(|p| p.made.number);
    promises
}

/// That we speak again is promised of all that a statement spoke of: such promises by the incidents that did not make them.
pub(in crate::desk) fn shared(state: &State) -> BTreeMap<&str, Vec<&Promise>> {
    let several = state.statements.iter().map(|s| &s.statement);
    let several = several.filter(|s| s.incidents.len() > 1);
    let several: BTreeMap<u32, &StatementIssued> = several.map(|s| (s.number, s)).collect();
    let mut shared: BTreeMap<&str, Vec<&Promise>> = BTreeMap::new();
    if several.is_empty() {
        return shared;
    }
    for promise in &state.promises {
        let made = &promise.made;
        let by = made.statement.filter(|_| made.per == Some(Per::Statement));
        let ids = by.and_then(|n| several.get(&n)).map(|s| s.incidents.iter());
        for id in ids.into_iter().flatten() {
            if promise.incident.as_ref() != Some(id) {
                shared.entry(id).or_default().push(promise);
            }
        }
    }
    shared
}

/// The past incidents that lists for programs, feeds and the calendar show in full.
pub(in crate::desk) fn in_full<'a>(
    outlines: &[Outline<'a>],
    updated: Option<At>,
) -> BTreeSet<&'a str> {
    let mut shown: BTreeSet<&str> = BTreeSet::new();
    let newest = |of_work: bool| {
        let own = outlines.iter().rev();
        own.filter(move |o| o.incident.planned.is_some() == of_work)
            .take(site::MOST)
    };
    shown.extend(
        newest(true)
            .chain(newest(false))
            .map(|o| o.incident.id.as_str()),
    );
    let past = outlines.iter().rev().filter(|o| !o.incident.is_open());
    shown.extend(past.take(site::MOST).map(|o| o.incident.id.as_str()));
    let mut notices: Vec<(u32, &str)> = outlines
        .iter()
        .flat_map(|o| {
            let id = o.incident.id.as_str();
            o.said.iter().map(move |s| (s.statement.number, id))
        })
        .collect();
    notices.sort_unstable();
    // A notice on several incidents is one entry of a feed, under any of them.
    let since = notices
        .iter()
        .rev()
        .map(|(n, _)| *n)
        .collect::<BTreeSet<u32>>();
    let since = since.iter().rev().nth(site::MOST - 1).or(since.first());
    let since = since.copied();
    shown.extend(
        notices
            .iter()
            .filter(|(n, _)| Some(*n) >= since)
            .map(|(_, id)| *id),
    );
    let is_recent = |o: &&Outline<'_>| {
        let closed = o.incident.closed.as_ref().map(|c| c.at);
        closed.is_some_and(|c| updated.is_some_and(|u| site::is_recent(c, u)))
    };
    shown.extend(
        outlines
            .iter()
            .filter(is_recent)
            .map(|o| o.incident.id.as_str()),
    );
    shown
}

/// What the page of a past incident is made of, as a digest. There may be thousands: times are numbers here.
pub(in crate::desk) fn input(
    house: &impl Serialize,
    incident: &Incident,
    said: &[&Issued],
    promises: &[JudgedPromise<'_>],
    scope: &[Course],
) -> String {
    let number = |at: At| at.timestamp_micros();
    let said: Vec<_> = said
        .iter()
        .map(|s| (s.statement.number, &s.statement.digest, number(s.at), s.seq))
        .collect();
    // What was promised stands in the record by its number; what became of it does not.
    let promised: Vec<_> = promises
        .iter()
        .map(|e| {
            let p = e.promise;
            let kept = e.kept.as_ref().map(|k| number(k.at));
            let dues: Vec<_> = p.dues.iter().map(|d| d.statement).collect();
            (p.made.number, e.standing, number(e.ends), kept, dues)
        })
        .collect();
    let scope: Vec<_> = scope
        .iter()
        .map(|(track, state)| {
            let bars = track.bars.iter();
            let bars = bars.map(|b| (number(b.from), number(b.to), &b.state));
            (&track.id, bars.collect::<Vec<_>>(), state)
        })
        .collect();
    let own = (
        &incident.id,
        incident.since.map(|m| (number(m.at), m.about)),
        number(incident.declared_at),
        incident.closed.as_ref().map(|c| (c.seq, number(c.at))),
        incident.planned,
        &incident.playbook,
        &incident.steps,
    );
    let all = (house, own, said, promised, scope);
    sha256(&rmp_serde::to_vec(&all).unwrap_or_default())
}

/// A link over the time of an incident, and how it stood at its end.
pub(in crate::desk) type Course = (Track, LinkState);

fn make_course(walks: &BTreeMap<&str, Walk>, id: String, from: At, to: At) -> Course {
    let nothing = Walk::default();
    let walk = walks.get(id.as_str()).unwrap_or(&nothing);
    let (bars, state) = (walk.bars_between(from, to), walk.state_at(to));
    (Track { bars, id }, state)
}

/// The links that an incident was about after an event.
pub(in crate::desk) fn scope_at(incident: &Incident, seq: u64) -> Vec<String> {
    let mut scope: Vec<String> = Vec::new();
    for step in incident.steps.iter().filter(|s| s.seq <= seq) {
        scope.retain(|l| !step.removed.contains(l));
        for link in &step.added {
            if !scope.contains(link) {
                scope.push(link.clone());
            }
        }
    }
    scope
}
