//! What became of every promise: follows from the record and the clock alone. A verdict that was reached does not
//! change.

use serde::Serialize;

use crate::domain::base::parallel;
use crate::domain::base::time::At;
use crate::domain::facts::evaluator::Evaluator;
use crate::domain::facts::world::World;
use crate::domain::ledger::kept::{KeptProof, end_of_due, find_kept};
use crate::domain::state::fold::State;
use crate::domain::state::incident::Issued;
use crate::domain::state::promise::Promise;
use crate::domain::state::told_work::{Arrangement, told_work};

/// So many promises are worth threads.
const WORTH_THREADS: usize = 500;

/// Where a promise stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PromiseStatus {
    /// Its due time is still to come.
    Open,
    /// Its time has passed and it is not kept.
    Overdue,
    /// Kept by its time.
    Kept,
    /// Kept after its time.
    KeptLate,
    /// Not kept: its time passed and was moved only afterwards, the grace has passed, it was taken back late,
    /// or its incident was closed over it. What is owed is owed all the same.
    Broken,
    /// Taken back before its time.
    Withdrawn,
}

impl PromiseStatus {
    /// As written in tables and JSON.
    pub fn token(self) -> &'static str {
        match self {
            PromiseStatus::Open => "open",
            PromiseStatus::Overdue => "overdue",
            PromiseStatus::Kept => "kept",
            PromiseStatus::KeptLate => "kept-late",
            PromiseStatus::Broken => "broken",
            PromiseStatus::Withdrawn => "withdrawn",
        }
    }
}

/// One promise with its verdict.
#[derive(Debug, Clone, PartialEq)]
pub struct JudgedPromise<'a> {
    pub promise: &'a Promise,
    pub standing: PromiseStatus,
    /// The instant at which the due time that stands has passed.
    pub ends: At,
    /// How it was kept, if it was.
    pub kept: Option<KeptProof>,
    /// Why it stands so, for staff.
    pub why: String,
}

impl JudgedPromise<'_> {
    /// Something is still to be done: not kept, not taken back, not buried with its incident.
    pub fn is_owed(&self, state: &State) -> bool {
        let is_buried = self.promise.carried_over.is_none()
            && self
                .promise
                .incident
                .as_ref()
                .and_then(|i| state.incidents.get(i))
                .is_some_and(|i| !i.is_open());
        match self.standing {
            PromiseStatus::Open | PromiseStatus::Overdue => true,
            PromiseStatus::Broken => {
                self.kept.is_none() && self.promise.withdrawn.is_none() && !is_buried
            }
            _ => false,
        }
    }
}

/// The verdict on every promise that is asked for, in the order of the ledger.
pub fn judge_promises<'a>(
    world: World<'a>,
    evaluator: &dyn Evaluator,
    now: At,
    wanted: &dyn Fn(&Promise) -> bool,
) -> Vec<JudgedPromise<'a>> {
    let all = world.state.promises.iter().map(AsRef::as_ref);
    let all = all.filter(|p| wanted(p));
    let all: Vec<&Promise> = all.collect();
    parallel::map_slice(&all, WORTH_THREADS, |p| {
        judge_promise(world, evaluator, now, p)
    })
}

/// The verdict on one promise.
pub fn judge_promise<'a>(
    world: World<'a>,
    evaluator: &dyn Evaluator,
    now: At,
    promise: &'a Promise,
) -> JudgedPromise<'a> {
    let kept = find_kept(world, evaluator, now, promise);
    judge_with_kept(world, promise, kept, now)
}

fn judge_with_kept<'a>(
    world: World<'a>,
    promise: &'a Promise,
    kept: Option<KeptProof>,
    now: At,
) -> JudgedPromise<'a> {
    let end = end_of_due(world, promise.current_due());
    let moved = moved_too_late(world, promise, kept.as_ref());
    let (standing, why) = match (moved, &kept) {
        (Some(why), _) => (PromiseStatus::Broken, why),
        (None, Some(kept)) => judge_kept(world, promise, kept),
        (None, None) => {
            judge_ended(world, promise, end).unwrap_or_else(|| judge_open(promise, end, now))
        }
    };
    JudgedPromise {
        promise,
        standing,
        ends: end,
        kept,
        why,
    }
}

/// Moved only after it had passed: broken then, whatever was said later.
fn moved_too_late(world: World<'_>, promise: &Promise, kept: Option<&KeptProof>) -> Option<String> {
    promise.dues.windows(2).find_map(|pair| {
        let passed = end_of_due(world, &pair[0]);
        let is_moved = pair[0].due != pair[1].due && pair[1].at > passed;
        let is_broken = is_moved && kept.is_none_or(|k| k.at > passed);
        is_broken.then(|| {
            let (due, seq) = (pair[0].due, pair[1].seq);
            format!("due {due}, and moved only by event {seq} after that had passed")
        })
    })
}

fn judge_kept(world: World<'_>, promise: &Promise, kept: &KeptProof) -> (PromiseStatus, String) {
    let mut earlier = promise.dues.iter().rev();
    let then = earlier
        .find(|d| d.at <= kept.at)
        .unwrap_or(&promise.dues[0]);
    let then = end_of_due(world, then);
    let grace = promise.made.grace.map(|g| g.to_duration());
    if kept.at <= then {
        (PromiseStatus::Kept, "kept by its time".into())
    } else if grace.is_some_and(|g| kept.at > then + g) {
        (
            PromiseStatus::Broken,
            "kept only after the grace had passed".into(),
        )
    } else {
        (PromiseStatus::KeptLate, "kept after its time".into())
    }
}

/// Taken back, or over with its incident: withdrawn before its time, broken after it.
fn judge_ended(world: World<'_>, promise: &Promise, end: At) -> Option<(PromiseStatus, String)> {
    if let Some(taken) = &promise.withdrawn {
        return Some(if taken.at > end {
            let why = format!("taken back after its time: {}", taken.because);
            (PromiseStatus::Broken, why)
        } else {
            (PromiseStatus::Withdrawn, taken.because.clone())
        });
    }
    let incident = world.state.incidents.get(promise.incident.as_ref()?)?;
    if let Some(told) = work_called_off(world, promise) {
        let number = told.statement.number;
        return Some(if told.at > end {
            let why = format!("statement {number} called the work off after its time");
            (PromiseStatus::Broken, why)
        } else {
            let why = format!("statement {number} called the work off");
            (PromiseStatus::Withdrawn, why)
        });
    }
    let closing = incident.closed.as_ref().filter(|c| c.seq > promise.seq)?;
    if promise.carried_over.is_some() {
        return None;
    }
    Some(if closing.at > end {
        (
            PromiseStatus::Broken,
            "its incident was closed over it".into(),
        )
    } else {
        let why = "its incident was closed before it was due".into();
        (PromiseStatus::Withdrawn, why)
    })
}

/// True for the promise of the end of announced work.
pub fn is_end_of_work(world: World<'_>, promise: &Promise) -> bool {
    let incident = promise.incident.as_ref();
    let planned = incident
        .and_then(|i| world.state.incidents.get(i))
        .and_then(|i| i.planned);
    let first = promise.dues.first().map(|d| end_of_due(world, d));
    let zone = world.books.workspace.zone;
    planned.is_some_and(|w| first == Some(w.latest.ends_at(zone)))
}

/// The end of announced work that an audience was told last, as a moment; none while that of the announcement stands.
pub fn told_end_of_work(world: World<'_>, incident: &str, audience: &str) -> Option<At> {
    let own = world.state.promises_of(incident);
    let mut ends = own.filter(|p| {
        p.made.audience == audience && p.withdrawn.is_none() && is_end_of_work(world, p)
    });
    let promise = ends.next_back()?;
    let told = promise.last_told_due()?;
    let has_moved = promise
        .dues
        .first()
        .is_some_and(|first| first.due != told.due);
    has_moved.then(|| end_of_due(world, told))
}

/// The statement that told the audience of a promise that announced work is moved or cancelled, if this is the promise of
/// its end: nobody still waits for the end of work that does not take place.
pub fn work_called_off<'a>(world: World<'a>, promise: &Promise) -> Option<&'a Issued> {
    let incident = world.state.incidents.get(promise.incident.as_ref()?)?;
    if !is_end_of_work(world, promise) {
        return None;
    }
    let said = world
        .state
        .statements_about(&incident.id, &promise.made.audience);
    let said: Vec<&Issued> = said.collect();
    let arrangement_by = |from: usize| {
        let until = said.iter().skip(from).map(|s| &s.statement);
        told_work(until, incident).arrangement
    };
    let is_off = |from: usize| arrangement_by(from) != Arrangement::Stands;
    // The first of the statements without a break that say so.
    let first_off = (0..said.len()).take_while(|from| is_off(*from)).last()?;
    said.get(first_off).copied()
}

fn judge_open(promise: &Promise, end: At, now: At) -> (PromiseStatus, String) {
    let grace = promise.made.grace.map(|g| g.to_duration());
    match grace {
        _ if now <= end => (PromiseStatus::Open, "not due yet".into()),
        Some(g) if now > end + g => {
            let why = format!("its time and the grace of {} have passed", format_period(g));
            (PromiseStatus::Broken, why)
        }
        _ => (PromiseStatus::Overdue, "its time has passed".into()),
    }
}

fn format_period(length: chrono::Duration) -> String {
    crate::domain::base::time::Period::from_seconds(length.num_seconds()).to_string()
}

#[cfg(test)]
#[path = "verdict_tests.rs"]
mod verdict_tests;
