//! The state of one link by its own reports. Does not look at its parts.

use crate::domain::base::decimal::Share;
use crate::domain::base::link::{LinkState, Source, SourceKind, Work};
use crate::domain::base::time::{At, Moment, Window};
use crate::domain::network::authority::{self, Word};
use crate::domain::state::incident::Report;

/// The current value of a field, and the run of reports that gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Current<T> {
    /// The value that was reported last.
    pub value: T,
    /// The numbers of the reports of the run and of the reconfirmations since.
    pub events: Vec<u64>,
    /// The source of the last report, reconfirmations aside.
    pub source: Source,
    /// When they reported it, UTC.
    pub said_at: At,
    /// When it was last reported or confirmed, UTC.
    pub confirmed_at: At,
    /// When the run began.
    pub since: Moment,
}

/// A repair window as one report gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenWindow {
    /// The number of the event that reported it.
    pub seq: u64,
    /// The window; none when it was withdrawn.
    pub window: Option<Window>,
    /// What is expected during the work.
    pub during: Option<LinkState>,
    /// The key of the reason why it moved, in the catalogue `reasons`.
    pub reason: Option<String>,
}

/// The current value of every field of one link, by its own reports.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReportedLink {
    /// The state that was reported last.
    pub state: Option<Current<LinkState>>,
    /// Since when it has not been up, with the reports of that time.
    pub trouble: Option<(Moment, Vec<u64>)>,
    /// The share of its capacity that it still carries.
    pub share: Option<Current<Share>>,
    /// The stage of work.
    pub work: Option<Current<Work>>,
    /// The kind of fault.
    pub fault: Option<Current<String>>,
    /// The cause and whether it is confirmed.
    pub cause: Option<Current<(String, bool)>>,
    /// The last that was said of its cause before it came up.
    pub past_cause: Option<Current<(String, bool)>>,
    /// The current repair window.
    pub window: Option<Current<Option<Window>>>,
    /// Every window of this trouble, in order.
    pub windows: Vec<GivenWindow>,
    /// Our own checks since it came up, first to last.
    pub own_checks: Vec<(u64, At)>,
    /// A report that it is up, from a source whose word is not enough.
    pub unchecked: Option<(u64, Source, At)>,
}

/// The state that a report sets, if it sets one: "up" by an operator or an estimate awaits our check.
fn state_of(r: &Report) -> Option<LinkState> {
    match r.said.state {
        Some(LinkState::Up) if !authority::may_set(r.said.source.kind, Word::Up) => None,
        other => other,
    }
}

/// The start that a report gives, unless it lies before the last word to the contrary and is refuted by it.
fn given_start(r: &Report, contrary: Option<At>) -> Option<Moment> {
    r.said.since.filter(|s| contrary.is_none_or(|c| s.at >= c))
}

/// When the state of a report began: a start that nobody gave is only known to be about then.
fn state_began_at(r: &Report, contrary: Option<At>) -> Moment {
    given_start(r, contrary).unwrap_or(Moment {
        at: r.said.said_at,
        about: true,
    })
}

/// The reports in the order in which they were said; those said at one time in the order of the record.
fn in_order_of_saying(reports: &[Report]) -> Vec<&Report> {
    let mut all: Vec<&Report> = reports.iter().collect();
    all.sort_by_key(|r| (r.said.said_at, r.seq));
    all
}

/// The last run of equal values, and what confirmed it since.
fn find_last_run<T: PartialEq>(
    reports: &[&Report],
    pick: impl Fn(&Report) -> Option<T>,
    confirms: impl Fn(&Report, &Current<T>) -> bool,
) -> Option<Current<T>> {
    let mut found: Option<Current<T>> = None;
    for r in reports {
        if r.again {
            if let Some(s) = &mut found
                && confirms(r, s)
            {
                s.events.push(r.seq);
                s.confirmed_at = s.confirmed_at.max(r.said.said_at);
            }
            continue;
        }
        let Some(value) = pick(r) else { continue };
        match &mut found {
            Some(s) if s.value == value => {
                s.events.push(r.seq);
                s.source = r.said.source.clone();
                s.said_at = s.said_at.max(r.said.said_at);
                s.confirmed_at = s.confirmed_at.max(r.said.said_at);
            }
            _ => {
                found = Some(Current {
                    value,
                    events: vec![r.seq],
                    source: r.said.source.clone(),
                    said_at: r.said.said_at,
                    confirmed_at: r.said.said_at,
                    since: r.said.since.unwrap_or(Moment::exact(r.said.said_at)),
                });
            }
        }
    }
    found
}

/// The stretch of reports since the link was last up, that report included.
fn since_last_up<'r, 'a>(reports: &'r [&'a Report]) -> &'r [&'a Report] {
    let last_up = reports
        .iter()
        .rposition(|r| state_of(r) == Some(LinkState::Up));
    let first_of_run = last_up.map(|i| {
        reports[..i]
            .iter()
            .rposition(|r| state_of(r).is_some_and(|s| s != LinkState::Up))
            .map_or(0, |bad| bad + 1)
    });
    match first_of_run {
        // What was said of the repair before it came up belongs to the past trouble.
        Some(start) => {
            let skip = reports[start..]
                .iter()
                .position(|r| state_of(r) == Some(LinkState::Up))
                .unwrap_or(0);
            &reports[start + skip..]
        }
        None => reports,
    }
}

impl ReportedLink {
    /// Reads the reports about one link. They may come in any order: what was said later counts.
    pub fn from_reports(reports: &[Report]) -> ReportedLink {
        let reports = &in_order_of_saying(reports)[..];
        let mut state = find_last_run(reports, state_of, |r, s| renews(r, Word::of_state(s.value)));
        if let (Some(state), Some(since)) = (&mut state, run_began_at(reports)) {
            state.since = since;
        }
        let is_up = state.as_ref().is_some_and(|s| s.value == LinkState::Up);
        let recent = since_last_up(reports);
        let windows = recent
            .iter()
            .filter(|r| r.said.window.is_some() || r.said.window_withdrawn)
            .map(|r| GivenWindow {
                seq: r.seq,
                window: r.said.window,
                during: r.said.during,
                reason: r.said.reason.clone(),
            })
            .collect();
        let pick_window = |r: &Report| {
            if r.said.window_withdrawn {
                Some(None)
            } else {
                r.said.window.map(Some)
            }
        };
        ReportedLink {
            trouble: if is_up {
                None
            } else {
                trouble_began_at(reports)
            },
            share: find_last_run(
                recent,
                |r| r.said.capacity_left,
                |r, _| renews(r, Word::Share),
            ),
            work: find_last_run(recent, work_of, |r, s| {
                renews(r, Word::of_work(s.source.kind))
            }),
            fault: find_last_run(
                recent,
                |r| r.said.fault.clone(),
                |r, _| renews(r, Word::Cause),
            ),
            cause: last_cause(recent),
            past_cause: is_up.then(|| last_cause(reports)).flatten(),
            // Our own "still" does not renew what another party planned: only they can.
            window: find_last_run(recent, pick_window, |r, s| {
                renews(r, Word::of_window(s.source.kind))
            }),
            windows,
            own_checks: own_checks(reports, is_up),
            unchecked: unchecked_since(reports),
            state,
        }
    }
}

fn work_of(r: &Report) -> Option<Work> {
    r.said.work.or(match (r.said.state, state_of(r)) {
        (Some(LinkState::Up), None) => Some(Work::AwaitingCheck),
        _ => None,
    })
}

/// A cause and whether it is confirmed: not by a source whose word confirms none.
fn cause_of(r: &Report) -> Option<(String, bool)> {
    let is_confirmed = r.said.confirmed && authority::may_set(r.said.source.kind, Word::Cause);
    r.said.cause.clone().map(|c| (c, is_confirmed))
}

fn last_cause(reports: &[&Report]) -> Option<Current<(String, bool)>> {
    find_last_run(&reports_on_cause(reports), cause_of, |r, _| {
        renews(r, Word::Cause)
    })
}

/// The reports without those that suspect a cause after one was confirmed, from a source that confirms and withdraws none.
fn reports_on_cause<'a>(reports: &[&'a Report]) -> Vec<&'a Report> {
    let is_confirmed = |r: &Report| cause_of(r).is_some_and(|(_, confirmed)| confirmed);
    let first = reports.iter().position(|r| is_confirmed(r));
    let (before, after) = reports.split_at(first.unwrap_or(reports.len()));
    let may_speak = |r: &&&Report| {
        r.said.cause.is_none() || authority::may_set(r.said.source.kind, Word::Cause)
    };
    before
        .iter()
        .chain(after.iter().filter(may_speak))
        .copied()
        .collect()
}

/// True when "still" from this source renews what was said before.
fn renews(r: &Report, word: Word) -> bool {
    authority::may_renew(r.said.source.kind, word)
}

/// When the last run of one state began. A start given later for the same run counts.
fn run_began_at(reports: &[&Report]) -> Option<Moment> {
    let mut run: Option<(LinkState, Moment)> = None;
    // When it was last said to work, and last said not to.
    let (mut worked, mut failed): (Option<At>, Option<At>) = (None, None);
    for r in reports {
        let Some(state) = state_of(r) else { continue };
        let contrary = if state.is_bad() { worked } else { failed };
        match &mut run {
            Some((value, since)) if *value == state => {
                if let Some(given) = given_start(r, contrary) {
                    *since = given;
                }
            }
            _ => run = Some((state, state_began_at(r, contrary))),
        }
        let last = if state.is_bad() {
            &mut failed
        } else {
            &mut worked
        };
        *last = Some(r.said.said_at);
    }
    run.map(|(_, since)| since)
}

/// When the trouble began: with the run of one bad state that began first, each by the last start given for it.
fn trouble_began_at(reports: &[&Report]) -> Option<(Moment, Vec<u64>)> {
    let mut runs: Vec<(LinkState, Moment)> = Vec::new();
    let mut events = Vec::new();
    let mut last_up: Option<At> = None;
    for r in reports {
        match state_of(r) {
            Some(state) if state.is_bad() => {
                events.push(r.seq);
                match runs.last_mut() {
                    Some((value, since)) if *value == state => {
                        *since = given_start(r, last_up).unwrap_or(*since);
                    }
                    _ => runs.push((state, state_began_at(r, last_up))),
                }
            }
            Some(_) => {
                runs.clear();
                events.clear();
                last_up = Some(r.said.said_at);
            }
            None => {}
        }
    }
    let starts = runs.into_iter().map(|(_, since)| since);
    // Of two starts at one time the exact one is the better known.
    let first = starts.min_by_key(|s| (s.at, s.about))?;
    Some((first, events))
}

fn own_checks(reports: &[&Report], is_up: bool) -> Vec<(u64, At)> {
    if !is_up {
        return Vec::new();
    }
    let mut checks = Vec::new();
    let mut up = false;
    for r in reports {
        match state_of(r) {
            Some(LinkState::Up) => up = true,
            Some(_) => {
                up = false;
                checks.clear();
            }
            None => {}
        }
        let says_up = state_of(r) == Some(LinkState::Up) || (up && r.again);
        if up && says_up && r.said.source.kind == SourceKind::OwnCheck {
            checks.push((r.seq, r.said.said_at));
        }
    }
    checks
}

fn unchecked_since(reports: &[&Report]) -> Option<(u64, Source, At)> {
    let mut found = None;
    for r in reports {
        match (r.said.state, state_of(r)) {
            (Some(LinkState::Up), None) => {
                found = Some((r.seq, r.said.source.clone(), r.said.said_at));
            }
            (Some(_), _) => found = None,
            _ => {}
        }
    }
    found
}

#[cfg(test)]
#[path = "reported_tests.rs"]
mod reported_tests;
