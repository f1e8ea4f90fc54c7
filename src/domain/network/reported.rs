//! The state of one link by its own reports. Does not look at its parts.

use crate::domain::base::decimal::Share;
use crate::domain::base::link::{LinkState, Source, SourceKind, Work};
use crate::domain::base::time::{At, Moment, Window};
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
    /// Why it moved.
    pub reason: Option<String>,
}

/// The current value of every field of one link, by its own reports.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReportedLink {
    /// The state that was reported last.
    pub state: Option<Current<LinkState>>,
    /// Since when it has not been up, with the reports of that time.
    pub trouble: Option<(Moment, Vec<u64>)>,
    /// The share left.
    pub share: Option<Current<Share>>,
    /// The stage of work.
    pub work: Option<Current<Work>>,
    /// The kind of fault.
    pub fault: Option<Current<String>>,
    /// The cause and whether it is confirmed.
    pub cause: Option<Current<(String, bool)>>,
    /// The current repair window.
    pub window: Option<Current<Option<Window>>>,
    /// Every window of this trouble, in order.
    pub windows: Vec<GivenWindow>,
    /// Our own checks since it came up, first to last.
    pub own_checks: Vec<(u64, At)>,
    /// A report that it is up, from a source whose word is not enough.
    pub unchecked: Option<(u64, Source, At)>,
}

/// True when the word of this source makes a link `up`; an operator's or an estimate awaits our check.
fn makes_up(kind: SourceKind) -> bool {
    matches!(
        kind,
        SourceKind::OwnCheck | SourceKind::Monitoring | SourceKind::FieldTeam
    )
}

/// The state that a report sets, if it sets one.
fn state_of(r: &Report) -> Option<LinkState> {
    match r.said.state {
        Some(LinkState::Up) if !makes_up(r.said.source.kind) => None,
        other => other,
    }
}

fn state_began_at(r: &Report) -> Moment {
    r.said.since.unwrap_or(Moment::exact(r.said.said_at))
}

/// The last run of equal values, and what confirmed it since.
fn find_last_run<T: PartialEq>(
    reports: &[Report],
    pick: impl Fn(&Report) -> Option<T>,
    confirms: impl Fn(&Report, &Source) -> bool,
) -> Option<Current<T>> {
    let mut found: Option<Current<T>> = None;
    for r in reports {
        if r.again {
            if let Some(s) = &mut found
                && confirms(r, &s.source)
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
                    since: state_began_at(r),
                });
            }
        }
    }
    found
}

/// The stretch of reports since the link was last up, that report included.
fn since_last_up(reports: &[Report]) -> &[Report] {
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
    /// Reads the reports about one link, in the order of the record.
    pub fn from_reports(reports: &[Report]) -> ReportedLink {
        let any = |_: &Report, _: &Source| true;
        // Our own "still" does not renew what another party planned: only they can.
        let same_kind =
            |r: &Report, s: &Source| r.said.source.kind == s.kind || s.kind == SourceKind::OwnCheck;
        let state = find_last_run(reports, state_of, any);
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
            share: find_last_run(recent, |r| r.said.capacity_left, any),
            work: find_last_run(recent, work_of, any),
            fault: find_last_run(recent, |r| r.said.fault.clone(), any),
            cause: find_last_run(
                recent,
                |r| r.said.cause.clone().map(|c| (c, r.said.confirmed)),
                any,
            ),
            window: find_last_run(recent, pick_window, same_kind),
            windows,
            own_checks: own_checks(reports, is_up),
            unchecked: unchecked_since(reports),
            state,
        }
    }
}

fn work_of(r: &Report) -> Option<Work> {
    r.said.work.or(match r.said.state {
        Some(LinkState::Up) if !makes_up(r.said.source.kind) => Some(Work::AwaitingCheck),
        _ => None,
    })
}

fn trouble_began_at(reports: &[Report]) -> Option<(Moment, Vec<u64>)> {
    let mut found: Option<(Moment, Vec<u64>)> = None;
    for r in reports {
        match state_of(r) {
            Some(s) if s.is_bad() => match &mut found {
                Some((since, events)) => {
                    events.push(r.seq);
                    *since = (*since).min(r.said.since.unwrap_or(*since));
                }
                None => found = Some((state_began_at(r), vec![r.seq])),
            },
            Some(_) => found = None,
            None => {}
        }
    }
    found
}

fn own_checks(reports: &[Report], is_up: bool) -> Vec<(u64, At)> {
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

fn unchecked_since(reports: &[Report]) -> Option<(u64, Source, At)> {
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
