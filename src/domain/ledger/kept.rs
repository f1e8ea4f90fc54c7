//! How a promise came to be kept: attested, by the next statement, by links that are up, by lasting, or by a condition. It
//! gives no verdict.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::Duration;
use serde::Serialize;

use crate::domain::base::link::{LinkId, LinkState, SourceKind};
use crate::domain::base::time::At;
use crate::domain::config::line::Element;
use crate::domain::config::promise_kind::{ATTESTED, LASTING, NEXT_STATEMENT, Per, UP};
use crate::domain::delivery::parcels;
use crate::domain::facts::evaluator::Evaluator;
use crate::domain::facts::reported;
use crate::domain::facts::world::World;
use crate::domain::network::authority::{self, Word};
use crate::domain::state::fold::State;
use crate::domain::state::incident::{Incident, Issued, Report};
use crate::domain::state::promise::{AnnouncedDue, Promise};

/// How a promise came to be kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeptProof {
    pub at: At,
    /// The events that show it.
    pub events: Vec<u64>,
}

/// The instant at which a due time has passed, by the zone of the day on which it was said.
pub fn end_of_due(world: World<'_>, due: &AnnouncedDue) -> At {
    due.ends
        .unwrap_or_else(|| due.due.ends_at(world.books.workspace.zone))
}

/// How a promise was kept by now, if it was.
pub(super) fn find_kept(
    world: World<'_>,
    evaluator: &dyn Evaluator,
    now: At,
    promise: &Promise,
) -> Option<KeptProof> {
    if let Some(a) = &promise.attested {
        return Some(KeptProof {
            at: a.at,
            events: vec![a.seq],
        });
    }
    let mut kept = find_by_record(world, evaluator, now, promise)?;
    // What was owned up to as missed was missed, whatever is recorded of that time afterwards.
    let last = kept.events.iter().max().copied().unwrap_or(0);
    if let Some(said) = owned_up_at(world.state, promise, last) {
        kept.at = kept.at.max(said);
    }
    // A verdict stays: what happened after the promise had ended keeps it no more.
    let is_later = end_of_promise(world, promise)
        .is_some_and(|(seq, at)| kept.at > at || kept.events.iter().any(|e| *e > seq));
    (!is_later).then_some(kept)
}

/// When a statement from before the event told people that the promise was missed.
fn owned_up_at(state: &State, promise: &Promise, before: u64) -> Option<At> {
    let mark = format!("#{}", promise.made.number);
    let says_so = |s: &&Arc<Issued>| {
        let mut lines = s.statement.lines().iter();
        lines.any(|l| {
            l.element == Element::Correction
                && l.is_for(&mark)
                && l.reads.contains_key("promises.missed")
        })
    };
    let issued = state.statements.iter();
    let theirs = issued
        .filter(|s| s.seq < before && s.seq > promise.seq)
        .filter(|s| s.statement.audience == promise.made.audience);
    theirs.filter(says_so).map(|s| s.at).min()
}

/// The event that ended a promise, and its time: it was taken back, or its incident was closed and it was not carried over.
fn end_of_promise(world: World<'_>, promise: &Promise) -> Option<(u64, At)> {
    if let Some(taken) = &promise.withdrawn {
        return Some((taken.seq, taken.at));
    }
    let incident = world.state.incidents.get(promise.incident.as_ref()?)?;
    // What was said after the closing is held to all the same.
    let closing = incident.closed.as_ref().filter(|c| c.seq > promise.seq)?;
    promise
        .carried_over
        .is_none()
        .then_some((closing.seq, closing.at))
}

fn find_by_record(
    world: World<'_>,
    evaluator: &dyn Evaluator,
    now: At,
    promise: &Promise,
) -> Option<KeptProof> {
    let usual = match promise.made.per {
        Some(Per::Statement) => NEXT_STATEMENT,
        Some(Per::Link) => UP,
        // Version 1 knew these two alone.
        None if promise.made.subject.is_some() => UP,
        None if promise.made.statement.is_some() => NEXT_STATEMENT,
        _ => ATTESTED,
    };
    match promise.made.kept_when.as_deref().unwrap_or(usual) {
        NEXT_STATEMENT => next_statement(world, promise),
        UP => kept_by_links_up(world, promise),
        LASTING => kept_by_lasting(world, now, promise),
        ATTESTED => None,
        expression => kept_by_condition(world, evaluator, now, promise, expression),
    }
}

/// Kept when each incident that the statement spoke of was spoken of again, to the same audience.
fn next_statement(world: World<'_>, promise: &Promise) -> Option<KeptProof> {
    let state = world.state;
    let number = promise.made.statement?;
    let own = state.find_statement(number)?;
    let mut found: Option<KeptProof> = None;
    let mut closed = 0;
    for id in &own.statement.incidents {
        let incident = state.incidents.get(id)?;
        let mut later = statements_on(state, incident)
            .into_iter()
            .filter(|s| s.statement.number > number)
            .filter(|s| s.statement.audience == promise.made.audience)
            .filter(|s| s.statement.text.is_none())
            .peekable();
        let is_said = later.peek().is_some();
        let again = later.find_map(|s| Some((s, visible_since(world, promise, s)?)));
        match again {
            Some((s, (at, seqs))) => {
                let so_far = found.get_or_insert(KeptProof {
                    at,
                    events: Vec::new(),
                });
                so_far.at = so_far.at.max(at);
                so_far.events.push(s.seq);
                so_far.events.extend(seqs);
            }
            // Issued, and nobody can read it yet.
            None if is_said => return None,
            // Closed, it is not spoken of again: what was promised of it ended then.
            None => {
                let closing = incident.closed.as_ref().filter(|c| c.seq > own.seq)?;
                let so_far = found.get_or_insert(KeptProof {
                    at: closing.at,
                    events: Vec::new(),
                });
                so_far.at = so_far.at.max(closing.at);
                so_far.events.push(closing.seq);
                closed += 1;
            }
        }
    }
    // Closing alone says nothing to anybody.
    found.filter(|_| closed < own.statement.incidents.len())
}

/// The statements on an incident, and those on the one that goes on with it since it was closed.
fn statements_on<'a>(state: &'a State, incident: &'a Incident) -> Vec<&'a Issued> {
    let mut all: Vec<&Issued> = Vec::new();
    let (mut at, mut since) = (incident, 0);
    // One may be handed over to one that was handed over itself; each handing over is later than the one before.
    loop {
        let found = at
            .statements
            .iter()
            .filter_map(|n| state.find_statement(*n));
        all.extend(found.filter(|s| s.seq > since));
        let Some(closing) = at.closed.as_ref().filter(|c| c.seq > since) else {
            return all;
        };
        let next = closing.handed_over_to.as_ref();
        let Some(next) = next.and_then(|id| state.incidents.get(id.as_str())) else {
            return all;
        };
        (at, since) = (next, closing.seq);
    }
}

/// When a statement could be read at every outlet that the promise names, and the events that show it; when it was
/// issued, if it names none. An outlet that is there no more is not waited for.
fn visible_since(world: World<'_>, promise: &Promise, issued: &Issued) -> Option<(At, Vec<u64>)> {
    let (mut at, mut events) = (issued.at, Vec::new());
    for name in &promise.made.visible_at {
        let Some(outlet) = world.books.workspace.outlets.get(name) else {
            continue;
        };
        let parcels = parcels::parcels_of_statement(name, outlet, &issued.statement, &[]);
        if parcels.is_empty() {
            continue;
        }
        let (there, seq) = world.state.deliveries.all_arrived_at(&parcels)?;
        at = at.max(there);
        events.push(seq);
    }
    Some((at, events))
}

/// The links whose being up keeps a promise: its subject with its parts, or what it covers as it was made.
fn subject_links(world: World<'_>, promise: &Promise) -> Vec<LinkId> {
    let network = &world.books.network;
    let whole: Vec<LinkId> = match &promise.made.subject {
        Some(subject) => vec![subject.clone()],
        None => promise.scope.clone(),
    };
    let mut all: Vec<LinkId> = Vec::new();
    for id in whole {
        let family: Vec<LinkId> = network
            .leaf_parts(&id)
            .into_iter()
            .chain([id.clone()])
            .filter(|l| !world.state.reports_on(l).is_empty())
            .collect();
        let family = if family.is_empty() { vec![id] } else { family };
        for member in family {
            if !all.contains(&member) {
                all.push(member);
            }
        }
    }
    all
}

/// What lasts until a time is kept when that has come and it was not taken back before.
fn kept_by_lasting(world: World<'_>, now: At, promise: &Promise) -> Option<KeptProof> {
    let end = end_of_due(world, promise.current_due());
    let is_taken = promise.withdrawn.as_ref().is_some_and(|t| t.at < end);
    (end <= now && !is_taken).then(|| KeptProof {
        at: end,
        events: vec![promise.current_due().seq],
    })
}

/// What the reports on one link, in the order of the record, have shown so far of its being up.
#[derive(Default)]
struct SeenLink {
    /// A part that nobody had reported on by then took no part in the verdict, and takes none afterwards.
    is_reported: bool,
    /// When it was first and last said to work since it failed.
    up: Option<(At, At)>,
    /// When it was last said not to work.
    failed_at: Option<At>,
    /// Our first check since then that it works.
    checked: Option<(u64, At)>,
}

impl SeenLink {
    /// Takes in the next report. An older word, typed after a newer one to the contrary, proves nothing.
    fn note_report(&mut self, r: &Report) {
        let (kind, said_at) = (r.said.source.kind, r.said.said_at);
        self.is_reported = true;
        let is_seen_up = match r.said.state {
            Some(LinkState::Up) => {
                let is_overtaken = self.failed_at.is_some_and(|bad| bad > said_at);
                if is_overtaken || !authority::may_set(kind, Word::Up) {
                    return;
                }
                let (first, last) = self.up.unwrap_or((said_at, said_at));
                self.up = Some((first.min(said_at), last.max(said_at)));
                true
            }
            Some(_) => {
                self.failed_at = self.failed_at.max(Some(said_at));
                // What was said to work after that works again since then at the latest.
                let later = self.up.filter(|(_, last)| *last > said_at);
                self.up =
                    later.map(|(first, last)| (if first > said_at { first } else { last }, last));
                self.checked = self.checked.filter(|(_, at)| *at > said_at);
                false
            }
            None => r.again && self.up.is_some_and(|(first, _)| first <= said_at),
        };
        if is_seen_up && kind == SourceKind::OwnCheck {
            self.checked.get_or_insert((r.seq, said_at));
        }
    }
}

/// How long what works again is watched before it counts, by the playbook of the promise's incident.
fn soak_of(world: World<'_>, promise: &Promise) -> Duration {
    let incident = promise.incident.as_ref();
    let incident = incident.and_then(|id| world.state.incidents.get(id));
    let playbook = incident.and_then(|i| world.books.find_playbook(&i.playbook));
    playbook.map_or_else(Duration::zero, |p| p.soak_time().to_duration())
}

/// The first moment since the promise was made at which all of it was up by our own check.
fn kept_by_links_up(world: World<'_>, promise: &Promise) -> Option<KeptProof> {
    let links = subject_links(world, promise);
    // What a link said before it last failed, of all that was known when the promise was made, changes nothing.
    let mut rest: Vec<&[Report]> = Vec::new();
    for link in &links {
        let all = world.state.reports_on(link);
        let known = all.partition_point(|r| r.seq <= promise.seq);
        let is_bad = |r: &Report| r.said.state.is_some_and(|s| s != LinkState::Up);
        let begin = all[..known].iter().rposition(is_bad).unwrap_or(0);
        rest.push(&all[begin..]);
    }
    let soak = soak_of(world, promise);
    let mut seen: Vec<SeenLink> = links.iter().map(|_| SeenLink::default()).collect();
    loop {
        // The next report on any of them.
        let heads = rest.iter().enumerate();
        let heads = heads.filter_map(|(i, left)| Some((i, left.first()?)));
        let (i, r) = heads.min_by_key(|(_, r)| r.seq)?;
        rest[i] = &rest[i][1..];
        seen[i].note_report(r);
        if r.seq <= promise.seq {
            continue;
        }
        let counted = seen.iter().filter(|s| s.is_reported);
        let all: Option<Vec<(u64, At)>> = counted.map(|s| s.checked).collect();
        if let Some(all) = all.filter(|a| !a.is_empty()) {
            let at = all.iter().map(|(_, at)| *at).max()?.max(promise.at);
            // What failed again before it had soaked had not come back.
            let fails = |r: &Report| {
                let is_soaking = (at..at + soak).contains(&r.said.said_at);
                r.said.state.is_some_and(LinkState::is_bad) && is_soaking
            };
            if rest.iter().any(|left| left.iter().any(fails)) {
                continue;
            }
            return Some(KeptProof {
                at,
                events: all.into_iter().map(|(seq, _)| seq).collect(),
            });
        }
    }
}

/// The first moment since the promise was made at which an expression over facts held: after one of the events
/// that it can read, or when it fell due.
fn kept_by_condition(
    world: World<'_>,
    evaluator: &dyn Evaluator,
    now: At,
    promise: &Promise,
    expression: &str,
) -> Option<KeptProof> {
    let id = promise.incident.as_ref()?;
    let incident = world.state.incidents.get(id)?;
    let names = evaluator.list_names(expression, false).ok()?;
    let mut moments = moments_to_test(world, promise, incident, &names);
    let end = end_of_due(world, promise.current_due());
    if end <= now {
        moments.push((u64::MAX, end));
    }
    let it = promise.made.subject.as_deref();
    for (seq, at) in moments {
        let seq = match seq {
            u64::MAX => world.state.seq_at(at),
            seq => seq,
        };
        let past = world.state.state_until(seq, id);
        let then = World {
            state: &past,
            books: world.books,
            condition: None,
        };
        let as_of = at.max(promise.at);
        let facts =
            reported::derive_reported_facts(then, id, &promise.made.audience, as_of, evaluator)
                .ok()?;
        let tested = evaluator.test_condition(expression, &facts, it).ok()?;
        if tested.truth == Some(true) && !is_taken_back(incident, &names, seq, end) {
            let mut events: Vec<u64> = tested
                .reads
                .iter()
                .filter_map(|p| facts.known_fact(p))
                .flat_map(|f| f.events.clone())
                .collect();
            events.sort_unstable();
            events.dedup();
            return Some(KeptProof { at: as_of, events });
        }
    }
    None
}

/// True when one of the facts that showed it was noted as no longer known before the promise fell due.
fn is_taken_back(incident: &Incident, names: &BTreeSet<String>, after: u64, before: At) -> bool {
    let noted = names.iter().filter_map(|n| incident.noted.get(n));
    let mut later = noted.flatten().filter(|n| n.seq > after);
    later.any(|n| n.value.is_none() && n.said_at < before)
}

/// The events after the promise was made that an expression with these names can read, in their order.
fn moments_to_test(
    world: World<'_>,
    promise: &Promise,
    incident: &Incident,
    names: &BTreeSet<String>,
) -> Vec<(u64, At)> {
    let mut moments: Vec<(u64, At)> = Vec::new();
    for (name, notings) in &incident.noted {
        if names.contains(name) {
            moments.extend(notings.iter().map(|n| (n.seq, n.said_at)));
        }
    }
    if names.iter().any(|n| !incident.noted.contains_key(n)) {
        let network = &world.books.network;
        let riders = network.regions.iter().chain(&network.services);
        let mut links = subject_links(world, promise);
        links.extend(riders.map(|r| r.id.clone()));
        for link in links {
            let reports = world.state.reports_on(&link).iter();
            moments.extend(reports.map(|r| (r.seq, r.said.said_at)));
        }
    }
    moments.retain(|(seq, _)| *seq > promise.seq);
    moments.sort_unstable();
    moments.dedup();
    moments
}
