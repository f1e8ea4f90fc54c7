//! The seven states that customers and their programs see of a link, region or service, with one meaning on every surface.
//! It does not look states up and lays nothing out.

use std::fmt;

use serde::Serialize;

use crate::domain::base::link::LinkState;
use crate::domain::base::phase::Phase;

/// A state as surfaces show it. The order is from good to bad: what several incidents mean for one thing is the worst.
///
/// Of what no notice speaks there is no state: a quiet day is "no known problem", never a report that it works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ShownState {
    /// Somebody reported that it works.
    Working,
    /// It works, and its spare is lost.
    AtRisk,
    /// An open incident is about it or about what it rides on, and nobody has said how it is.
    NotReported,
    /// Announced work takes it out.
    Maintenance,
    /// What it rides on is out; nobody has said whether it suffers.
    PossiblyAffected,
    /// It is slow, has too little capacity, or comes and goes.
    Degraded,
    Down,
}

impl ShownState {
    /// Every state, from good to bad.
    #[cfg(test)]
    pub const ALL: [ShownState; 7] = [
        ShownState::Working,
        ShownState::AtRisk,
        ShownState::NotReported,
        ShownState::Maintenance,
        ShownState::PossiblyAffected,
        ShownState::Degraded,
        ShownState::Down,
    ];

    /// The word in our own data, and the end of the key of its words.
    pub fn token(self) -> &'static str {
        match self {
            ShownState::Working => "working",
            ShownState::AtRisk => "at-risk",
            ShownState::NotReported => "not-reported",
            ShownState::Maintenance => "maintenance",
            ShownState::PossiblyAffected => "possibly-affected",
            ShownState::Degraded => "degraded",
            ShownState::Down => "down",
        }
    }
}

impl fmt::Display for ShownState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.token())
    }
}

/// The word for data that is not ours (the Statuspage API), which has five states and no other.
///
/// "Possibly affected" and "not reported" are none of the five. "Operational" would claim that it works, and an outage
/// that it does not: `degraded_performance` is the mildest of the three that alarm, says that something is not as it
/// should be known to be, and the description beside it says in words what is meant. Something that has lost its spare
/// works. Where no notice speaks of it, it is a quiet day.
pub fn foreign_token(state: Option<ShownState>) -> &'static str {
    match state {
        None | Some(ShownState::Working | ShownState::AtRisk) => "operational",
        Some(ShownState::Maintenance) => "under_maintenance",
        Some(ShownState::NotReported | ShownState::PossiblyAffected | ShownState::Degraded) => {
            "degraded_performance"
        }
        Some(ShownState::Down) => "major_outage",
    }
}

/// How far the announced work of an incident is, as far as states depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// A fault, or work that is done.
    Fault,
    /// Announced work before its window.
    Ahead,
    /// Announced work in its window.
    InWork,
    /// Past its window, and not told as done.
    Overrun,
    /// Moved or cancelled: it takes nothing out.
    CalledOff,
}

impl Stage {
    pub fn from_phase(phase: Phase) -> Stage {
        match phase {
            Phase::Planned => Stage::Ahead,
            Phase::InWork => Stage::InWork,
            Phase::Overrun => Stage::Overrun,
            Phase::Moved | Phase::Cancelled => Stage::CalledOff,
            Phase::Open
            | Phase::UnderWatch
            | Phase::Restored
            | Phase::RestoredHere
            | Phase::NoFault => Stage::Fault,
        }
    }
}

/// What is known of a link, region or service beside its reported state.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances {
    pub stage: Stage,
    /// The report is of the time before the announced work began.
    pub is_older_than_work: bool,
    /// It was out before it was taken down as announced, and did not come back between.
    pub was_out_before: Option<LinkState>,
    /// A region or service of which it was told that the work does not interrupt it, or that rests on something else that is out.
    pub is_not_by_work: bool,
}

impl Circumstances {
    /// The state to show of what this was reported of; none when no notice has anything to say of it.
    pub fn shown_state(self, reported: LinkState) -> Option<ShownState> {
        let shown = match reported {
            LinkState::Up => return Some(self.state_of_working()),
            LinkState::Unreported => return self.state_of_unreported(),
            LinkState::AtRisk => ShownState::AtRisk,
            LinkState::PlannedDown => return Some(self.state_of_taken_down()),
            LinkState::Degraded | LinkState::Unstable => ShownState::Degraded,
            LinkState::Down => ShownState::Down,
        };
        let is_by_work = self.stage == Stage::InWork
            && !self.is_older_than_work
            && !self.is_not_by_work
            && shown > ShownState::AtRisk;
        Some(if is_by_work {
            ShownState::Maintenance
        } else {
            shown
        })
    }

    /// A word from before the work says nothing of the hours of the work, nor of what comes after.
    fn state_of_working(self) -> ShownState {
        match (self.stage, self.is_older_than_work) {
            (Stage::InWork, true) => ShownState::Maintenance,
            (Stage::Overrun, true) => ShownState::NotReported,
            _ => ShownState::Working,
        }
    }

    fn state_of_unreported(self) -> Option<ShownState> {
        match self.stage {
            Stage::Fault | Stage::Overrun => Some(ShownState::NotReported),
            Stage::InWork => Some(ShownState::Maintenance),
            Stage::Ahead | Stage::CalledOff => None,
        }
    }

    /// Planned work hides no outage that was there before it, and excuses none after its hours.
    fn state_of_taken_down(self) -> ShownState {
        match (self.was_out_before, self.stage) {
            (Some(LinkState::Down), _) => ShownState::Down,
            (_, Stage::Overrun | Stage::CalledOff) => ShownState::Down,
            (Some(_), _) => ShownState::Degraded,
            (None, _) => ShownState::Maintenance,
        }
    }
}

#[cfg(test)]
#[path = "shown_state_tests.rs"]
mod shown_state_tests;
