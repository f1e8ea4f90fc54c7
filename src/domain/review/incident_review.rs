//! An incident looked back upon: link states over time, what was said, what was promised. It judges nothing anew.

use serde::Serialize;

use crate::domain::base::link::{LinkId, LinkState, SourceKind};
use crate::domain::base::time::At;
use crate::domain::facts::world::World;
use crate::domain::ledger::tally;
use crate::domain::ledger::verdict::{JudgedPromise, PromiseStatus};
use crate::domain::state::incident::{Incident, Report};

/// A stretch of time in one state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Bar {
    pub from: At,
    pub to: At,
    /// The state, as a word.
    pub state: String,
}

/// The states of one link over the time of an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Track {
    pub id: LinkId,
    /// Its states, one after the other.
    pub bars: Vec<Bar>,
}

/// A promise over time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Span {
    pub number: u32,
    pub kind: String,
    /// What it is about.
    pub subject: Option<String>,
    /// `us`, or `operator` for what an operator promised through us.
    pub by: &'static str,
    pub made_at: At,
    /// When it fell due, each time that was said.
    pub dues: Vec<At>,
    pub kept_at: Option<At>,
    pub standing: PromiseStatus,
    pub why: String,
}

/// A statement on the time line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Said {
    pub number: u32,
    /// When it was issued.
    pub at: At,
    pub audience: String,
    /// How it went out, when not by an approval: approved in advance, or without any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub released: Option<String>,
}

/// A sentence that stood after it had stopped being true.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stood {
    pub statement: u32,
    pub line: String,
    /// What it was about, for a line said once for each entry.
    pub it: Option<String>,
    /// When it stopped being true.
    pub stopped_at: At,
    /// When another statement took its place; none while it still stands.
    pub until: Option<At>,
    /// For how many minutes.
    pub minutes: i64,
}

/// One incident, looked back upon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Review {
    pub incident: String,
    pub playbook: String,
    /// When the incident began, UTC.
    pub from: At,
    /// When it was closed, or now.
    pub to: At,
    /// It is still open.
    pub is_open: bool,
    /// The links in scope, with their parts.
    pub tracks: Vec<Track>,
    pub statements: Vec<Said>,
    pub promises: Vec<Span>,
    /// Sentences that stood for too long.
    pub stood: Vec<Stood>,
}

/// Looks back upon an incident.
pub fn build_review(
    world: World<'_>,
    incident: &Incident,
    entries: &[JudgedPromise<'_>],
    stood: Vec<Stood>,
    now: At,
) -> Review {
    let from = incident
        .since
        .map_or(incident.declared_at, |m| m.at.min(incident.declared_at));
    let to = incident.closed.as_ref().map_or(now, |c| c.at).max(from);
    let statements = incident
        .statements
        .iter()
        .filter_map(|n| world.state.find_statement(*n))
        .map(|s| Said {
            number: s.statement.number,
            at: s.at,
            audience: s.statement.audience.clone(),
            released: world.state.team.describe_release(s.statement.number),
        })
        .collect();
    let promises = entries.iter();
    let promises = promises.filter(|e| e.promise.incident.as_deref() == Some(&incident.id));
    Review {
        incident: incident.id.clone(),
        playbook: incident.playbook.name.clone(),
        from,
        to,
        is_open: incident.is_open(),
        tracks: reported_links(world, incident)
            .into_iter()
            .map(|id| Track {
                bars: link_bars(world, &id, from, to),
                id,
            })
            .collect(),
        statements,
        promises: promises.map(|e| promise_span(world, e)).collect(),
        stood,
    }
}

/// The links that were ever in scope, and their parts, as far as somebody reported on them.
fn reported_links(world: World<'_>, incident: &Incident) -> Vec<LinkId> {
    let network = &world.books.network;
    let mut ids: Vec<LinkId> = Vec::new();
    for id in incident.steps.iter().flat_map(|s| &s.added) {
        let parts = network.leaf_parts(id).into_iter().filter(|l| l != id);
        for member in std::iter::once(id.clone()).chain(parts) {
            let is_reported = world.state.links.contains_key(&member);
            if !ids.contains(&member) && is_reported {
                ids.push(member);
            }
        }
    }
    ids
}

fn promise_span(world: World<'_>, entry: &JudgedPromise<'_>) -> Span {
    let promise = entry.promise;
    Span {
        number: promise.made.number,
        kind: promise.made.promise.clone(),
        subject: promise.made.subject.clone(),
        by: tally::promiser_word(promise.made.by),
        made_at: promise.at,
        dues: distinct_due_times(world, entry),
        kept_at: entry.kept.as_ref().map(|k| k.at),
        standing: entry.standing,
        why: entry.why.clone(),
    }
}

/// The due times, without those that only say the same again.
fn distinct_due_times(world: World<'_>, entry: &JudgedPromise<'_>) -> Vec<At> {
    let mut all: Vec<At> = entry
        .promise
        .dues
        .iter()
        .map(|d| crate::domain::ledger::kept::end_of_due(world, d))
        .collect();
    all.dedup();
    all
}

/// The states of one link over all time: each with when it began.
#[derive(Debug, Default)]
pub struct Walk(Vec<(At, LinkState)>);

impl Walk {
    /// As its reports say.
    pub fn from_reports(reports: &[Report]) -> Walk {
        let mut steps: Vec<(At, LinkState)> = Vec::new();
        for r in reports {
            let Some(state) = r.said.state else { continue };
            let trusted = !matches!(
                r.said.source.kind,
                SourceKind::CableOperator | SourceKind::Estimate
            );
            if state == LinkState::Up && !trusted {
                continue;
            }
            let since = r.said.since.map_or(r.said.said_at, |m| m.at);
            let at = steps.last().map_or(since, |(before, _)| since.max(*before));
            steps.push((at, state));
        }
        Walk(steps)
    }

    /// The state at a moment.
    pub fn state_at(&self, moment: At) -> LinkState {
        let next = self.0.partition_point(|(at, _)| *at <= moment);
        let last = next.checked_sub(1).and_then(|i| self.0.get(i));
        last.map_or(LinkState::Unreported, |(_, state)| *state)
    }

    /// The states between two moments.
    pub fn bars_between(&self, from: At, to: At) -> Vec<Bar> {
        let mut bars: Vec<Bar> = Vec::new();
        let mut push = |begin: At, end: At, state: LinkState| {
            let (begin, end) = (begin.clamp(from, to), end.clamp(from, to));
            if begin >= end {
                return;
            }
            match bars.last_mut() {
                Some(last) if last.state == state.token() => last.to = end,
                _ => bars.push(Bar {
                    from: begin,
                    to: end,
                    state: state.token().to_owned(),
                }),
            }
        };
        let first = self.0.partition_point(|(at, _)| *at <= from);
        let mut current = match first.checked_sub(1).and_then(|i| self.0.get(i)) {
            Some((_, state)) => (from, *state),
            None => (from, LinkState::Unreported),
        };
        for (at, state) in self.0.iter().skip(first).take_while(|(at, _)| *at < to) {
            push(current.0, *at, current.1);
            current = (*at, *state);
        }
        push(current.0, to, current.1);
        bars
    }
}

/// The states of a link by its own reports; an operator's "up" awaits our check and changes nothing.
pub fn link_bars(world: World<'_>, id: &str, from: At, to: At) -> Vec<Bar> {
    Walk::from_reports(world.state.reports_on(id)).bars_between(from, to)
}
