//! How far an incident is and how bad, in the words of status pages, worked out from what was said. It does not lay pages
//! out and does not know any page's interface.

use std::fmt;

use serde::Serialize;

use crate::domain::base::phase::Phase;
use crate::domain::base::time::At;
use crate::domain::base::value::Value;
use crate::domain::facts::fact::Facts;
use crate::domain::record::rendition::SaidLine;
use crate::domain::record::statement::StatementIssued;
use crate::domain::state::incident::Incident;
use crate::domain::state::told_work::{Arrangement, ToldWork, told_work};

/// How far an incident is, as its statements have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PageStatus {
    /// Announced work that has not begun.
    Scheduled,
    /// Announced work in its window.
    InProgress,
    /// Announced work past its window, which nobody has said is done.
    Overrunning,
    /// Announced work that is done and is still watched.
    Verifying,
    /// Announced work that is done.
    Completed,
    /// Announced work that takes place at another time, or at none yet.
    Moved,
    /// Announced work that does not take place.
    Cancelled,
    /// A fault on which nobody has recorded any work.
    Open,
    /// A fault that somebody works on, and of which neither cause nor place is known.
    Investigating,
    /// A fault of which the cause or the place is known.
    Identified,
    /// A fault that is repaired and is still watched.
    Monitoring,
    /// A fault that is over, while another still hits the same customers.
    ResolvedHere,
    /// A fault that is over.
    Resolved,
    /// A report that turned out to be mistaken: there was no fault.
    Withdrawn,
}

impl PageStatus {
    /// The word in our own data, and the end of the key of its words.
    pub fn token(self) -> &'static str {
        match self {
            PageStatus::Scheduled => "scheduled",
            PageStatus::InProgress => "in_progress",
            PageStatus::Overrunning => "overrunning",
            PageStatus::Verifying => "verifying",
            PageStatus::Completed => "completed",
            PageStatus::Moved => "moved",
            PageStatus::Cancelled => "cancelled",
            PageStatus::Open => "open",
            PageStatus::Investigating => "investigating",
            PageStatus::Identified => "identified",
            PageStatus::Monitoring => "monitoring",
            PageStatus::ResolvedHere => "resolved_here",
            PageStatus::Resolved => "resolved",
            PageStatus::Withdrawn => "withdrawn",
        }
    }

    /// The word for data that is not ours (the Statuspage API), which has eight and no other: the one that claims least
    /// among those that are not plainly untrue.
    pub fn foreign_token(self) -> &'static str {
        match self {
            PageStatus::Overrunning => "in_progress",
            // Nothing else ends announced work there.
            PageStatus::Moved | PageStatus::Cancelled => "completed",
            // The first of its words, which every incident there begins with.
            PageStatus::Open => "investigating",
            // "Resolved" would say that customers have service again.
            PageStatus::ResolvedHere => "monitoring",
            PageStatus::Withdrawn => "resolved",
            own => own.token(),
        }
    }

    /// True when nothing of the incident goes on any more.
    pub fn is_over(self) -> bool {
        matches!(
            self,
            PageStatus::Completed
                | PageStatus::Moved
                | PageStatus::Cancelled
                | PageStatus::Resolved
                | PageStatus::Withdrawn
        )
    }

    /// The status of an incident as a statement has it. `phase` is the phase of the statement, or that phase moved on by
    /// the clock.
    pub fn from_statement(s: &StatementIssued, incident: &Incident, phase: Phase) -> PageStatus {
        let is_work = incident.planned.is_some();
        match phase {
            Phase::Moved => PageStatus::Moved,
            Phase::Cancelled => PageStatus::Cancelled,
            phase if is_work && phase.is_over() => PageStatus::Completed,
            Phase::Restored => PageStatus::Resolved,
            Phase::RestoredHere => PageStatus::ResolvedHere,
            Phase::NoFault => PageStatus::Withdrawn,
            Phase::UnderWatch if is_work => PageStatus::Verifying,
            Phase::UnderWatch => PageStatus::Monitoring,
            Phase::Planned => PageStatus::Scheduled,
            Phase::InWork => PageStatus::InProgress,
            Phase::Overrun => PageStatus::Overrunning,
            Phase::Open => status_of_fault(s, incident),
        }
    }
}

/// How far a fault is by what the lines of a statement print. When somebody plans to repair it says nothing of that.
fn status_of_fault(s: &StatementIssued, incident: &Incident) -> PageStatus {
    let own = || s.lines().iter().filter(|l| l.is_about(&incident.id));
    let prints = |is_one: &dyn Fn(&str) -> bool| own().any(|l| l.claims.iter().any(|c| is_one(c)));
    let is_stage = |path: &str, stages: &[&str]| {
        let stage = path.strip_prefix("work.").unwrap_or_default();
        stages.contains(&stage.trim_end_matches(".count"))
    };
    if prints(&|c| c.ends_with(".cause") || is_stage(c, &["located", "waiting", "repairing"])) {
        PageStatus::Identified
    } else if prints(&|c| is_stage(c, &["diagnosing", "scheduled", "awaiting_check"])) {
        PageStatus::Investigating
    } else {
        PageStatus::Open
    }
}

impl fmt::Display for PageStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.token())
    }
}

/// How much of what customers use an incident takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Impact {
    /// Nothing: a mistaken report, or work that does not take place.
    None,
    /// Announced work, up to its end.
    Maintenance,
    Critical,
    Major,
    /// A severity that is neither critical nor major.
    Minor,
}

impl Impact {
    /// The word that pages and their programs use.
    pub fn token(self) -> &'static str {
        match self {
            Impact::None => "none",
            Impact::Maintenance => "maintenance",
            Impact::Critical => "critical",
            Impact::Major => "major",
            Impact::Minor => "minor",
        }
    }

    /// The impact of an incident by these facts.
    pub fn from_facts(facts: &Facts) -> Impact {
        let arrangement = facts.state_word("arrangement").map(Arrangement::from_word);
        if facts.known_fact("planned_end").is_some()
            && arrangement.is_some_and(|a| a != Arrangement::Stands)
        {
            return Impact::None;
        }
        match (facts.phase(), facts.state_word("severity")) {
            (Some(Phase::NoFault), _) => Impact::None,
            (Some(Phase::Planned | Phase::InWork), _) => Impact::Maintenance,
            (_, Some("S1")) => Impact::Critical,
            (_, Some("S2")) => Impact::Major,
            _ => Impact::Minor,
        }
    }
}

impl fmt::Display for Impact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.token())
    }
}

/// The phase in which a statement was made, as far as its lines read it. Work that it calls off is `moved` or
/// `cancelled`.
pub fn stated_phase(s: &StatementIssued, incident: &Incident) -> Phase {
    let told = told_work(std::iter::once(s), incident);
    phase_told(s, incident, &told)
}

fn phase_told(s: &StatementIssued, incident: &Incident, told: &ToldWork) -> Phase {
    if let Some(phase) = told.arrangement.phase() {
        return phase;
    }
    // In a text about several, a line says itself whose facts it went by.
    let is_single = s.incidents.len() < 2;
    let is_own = |l: &&SaidLine| is_single || l.incident.as_deref() == Some(&incident.id);
    let own = s.lines().iter().filter(is_own);
    let mut found = own.filter_map(|l| match l.reads.get(Phase::PATH) {
        Some(Value::State(word)) => Some(Phase::from_token(word).unwrap_or(Phase::Open)),
        _ => None,
    });
    let usual = if incident.planned.is_some() {
        Phase::Planned
    } else {
        Phase::Open
    };
    let phase = found.next_back().unwrap_or(usual);
    if phase.is_of_work() && incident.planned.is_none() {
        return Phase::Open;
    }
    // A link that answers does not say that the work on it is done.
    if !phase.is_of_work() && incident.planned.is_some() && told.is_done == Some(false) {
        return usual;
    }
    phase
}

/// The phase in which a statement was made, with what earlier ones said of the work; the hours of announced work go by
/// the clock.
pub fn phase_by_clock(
    s: &StatementIssued,
    incident: &Incident,
    told: &ToldWork,
    now: At,
    zone: chrono_tz::Tz,
) -> Phase {
    let phase = phase_told(s, incident, told);
    let Some(planned) = incident.planned.filter(|_| phase.is_of_work()) else {
        return phase;
    };
    let begun = planned.earliest.is_none_or(|e| e.begins_at(zone) <= now);
    let end = told.until.unwrap_or_else(|| planned.latest.ends_at(zone));
    match (begun, end <= now) {
        (_, true) => Phase::Overrun,
        (true, false) => Phase::InWork,
        (false, false) => Phase::Planned,
    }
}

#[cfg(test)]
#[path = "page_status_tests.rs"]
mod page_status_tests;
