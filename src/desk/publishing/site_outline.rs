//! Which incidents a site shows, without reading what was said of them. It lays no page out.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::desk::publishing::current_incidents::CurrentIncidents;
use crate::desk::publishing::told_states::scope_at;
use crate::desk::{DeskError, Snapshot};
use crate::domain::base::digest::sha256;
use crate::domain::base::link::LinkState;
use crate::domain::base::parallel;
use crate::domain::base::time::{At, Moment};
use crate::domain::base::value::Value;
use crate::domain::config::promise_kind::Per;
use crate::domain::facts::world::World;
use crate::domain::ledger::verdict;
use crate::domain::ledger::verdict::JudgedPromise;
use crate::domain::record::rendition::SaidLine;
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
    /// When it began, as customers were told; else about when it was declared.
    pub(super) began: Moment,
    pub(super) updated: At,
    /// When it ended; none while it is not over.
    pub(super) ended: Option<At>,
    /// The entries that were taken back after a notice had rested on them, by the number of the notice.
    pub(super) taken_back: BTreeMap<u32, BTreeSet<u64>>,
    /// What the page of a past one is made of, by its digest.
    pub(super) input: String,
}

impl Outline<'_> {
    /// True when a line of a notice rests on an entry that was taken back since.
    pub(super) fn rests_on_nothing(&self, issued: &Issued, line: &SaidLine) -> bool {
        let gone = self.taken_back.get(&issued.statement.number);
        gone.is_some_and(|gone| line.events.iter().any(|e| gone.contains(e)))
    }
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
    let writer = OutlineWriter {
        snapshot,
        world,
        audience,
        shared: shared(state),
        current: CurrentIncidents::of_world(world),
        walks,
    };
    let incidents = state.order.iter().filter_map(|id| state.incidents.get(id));
    let incidents: Vec<&Incident> = incidents.collect();
    let outlines = parallel::map_slice(&incidents, WORTH_THREADS, |incident| {
        writer.outline_incident(incident, &house)
    });
    Ok(Outlines {
        audience,
        channel,
        all: outlines.into_iter().flatten().collect(),
    })
}

/// What the outlines of all incidents need.
struct OutlineWriter<'a> {
    snapshot: &'a Snapshot,
    world: World<'a>,
    audience: &'a str,
    shared: BTreeMap<&'a str, Vec<&'a Promise>>,
    current: CurrentIncidents<'a>,
    walks: BTreeMap<&'a str, Walk>,
}

impl<'a> OutlineWriter<'a> {
    /// None when the audience has heard nothing of it.
    fn outline_incident(
        &self,
        incident: &'a Incident,
        house: &impl Serialize,
    ) -> Option<Outline<'a>> {
        let (state, audience) = (&self.snapshot.state, self.audience);
        let (evaluator, now) = (&self.snapshot.evaluator, self.snapshot.clock.now);
        let mut said: Vec<&Issued> = state.notices_about(&incident.id, audience).collect();
        said.reverse();
        let last = said.last()?;
        let (updated, seq) = (last.at, last.seq);
        let others = self.shared.get(incident.id.as_str());
        let promises = promises_heard(state, incident, others, audience).into_iter();
        let promises: Vec<JudgedPromise<'a>> = promises
            .map(|p| verdict::judge_promise(self.world, evaluator, now, p))
            .collect();
        let declared = Moment {
            at: incident.declared_at,
            about: true,
        };
        let began = told_beginning(last, incident.since.unwrap_or(declared));
        let ended = match self.current.is_current(incident, audience) {
            true => None,
            false => self.current.ended_at(incident, audience),
        };
        let until = ended.map_or(updated, |at| at.max(updated));
        let from = began.at.min(incident.declared_at);
        let scope: Vec<Course> = scope_at(incident, seq)
            .into_iter()
            .map(|id| make_course(&self.walks, id, from, until))
            .collect();
        let taken_back = grounds_taken_back(state, &said);
        let input = match ended {
            None => String::new(),
            Some(ended) => {
                let own = (incident, ended, &taken_back);
                input(house, own, &said, &promises, &scope)
            }
        };
        Some(Outline {
            incident,
            said,
            promises,
            scope,
            began,
            updated,
            ended,
            taken_back,
            input,
        })
    }
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
    let past = outlines.iter().rev().filter(|o| o.ended.is_some());
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
        o.ended
            .is_some_and(|at| updated.is_some_and(|u| site::is_recent(at, u)))
    };
    shown.extend(
        outlines
            .iter()
            .filter(is_recent)
            .map(|o| o.incident.id.as_str()),
    );
    shown
}

/// The entries that notices rest on and that were taken back after they were issued, by the number of the notice.
fn grounds_taken_back(state: &State, said: &[&Issued]) -> BTreeMap<u32, BTreeSet<u64>> {
    let mut found: BTreeMap<u32, BTreeSet<u64>> = BTreeMap::new();
    let Some(first) = said.first() else {
        return found;
    };
    // Notices are read only when something was taken back since: there may be thousands.
    let retracted = state.retracted.iter().filter(|(_, r)| r.by > first.seq);
    let retracted: Vec<(u64, u64)> = retracted.map(|(entry, r)| (*entry, r.by)).collect();
    for issued in said.iter().filter(|_| !retracted.is_empty()) {
        let entries = retracted.iter().filter(|(entry, by)| {
            let mut lines = issued.statement.lines().iter();
            *by > issued.seq && *entry < issued.seq && lines.any(|l| l.events.contains(entry))
        });
        let entries: BTreeSet<u64> = entries.map(|(entry, _)| *entry).collect();
        if !entries.is_empty() {
            found.insert(issued.statement.number, entries);
        }
    }
    found
}

/// When it began: as the last statement says it of the link that it names first in time, where that is earlier.
fn told_beginning(last: &Issued, usual: Moment) -> Moment {
    let mut began = usual;
    for line in last.statement.lines() {
        let told = line.claims.iter().filter(|c| c.ends_with(".since"));
        for value in told.filter_map(|c| line.reads.get(c)) {
            if let Value::Instant(moment) = value
                && moment.at < began.at
            {
                began = *moment;
            }
        }
    }
    began
}

/// What the page of a past incident is made of, as a digest. There may be thousands: times are numbers here.
pub(in crate::desk) fn input(
    house: &impl Serialize,
    (incident, ended, taken_back): (&Incident, At, &BTreeMap<u32, BTreeSet<u64>>),
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
        (
            incident.closed.as_ref().map(|c| c.seq),
            number(ended),
            taken_back,
        ),
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
