//! The words of public status pages for an incident and for a component, worked out from facts or from what was said.
//! It does not lay pages out and does not know any page's interface.

use std::fmt;

use serde::Serialize;

use crate::domain::base::link::LinkState;
use crate::domain::base::time::At;
use crate::domain::base::value::Value;
use crate::domain::facts::fact::Facts;
use crate::domain::record::statement::StatementIssued;
use crate::domain::state::incident::Incident;

/// How far the work on an incident is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PageStatus {
    /// Announced work that has not begun.
    Scheduled,
    /// Announced work between its start and its end, or past its end and not finished.
    InProgress,
    /// Announced work that is done and is still watched.
    Verifying,
    /// Announced work that is done.
    Completed,
    /// A fault of which neither cause nor place is known.
    Investigating,
    /// A fault of which the cause, the place or the repair window is known.
    Identified,
    /// A fault that is repaired and is still watched.
    Monitoring,
    /// A fault that is over.
    Resolved,
}

impl PageStatus {
    /// The word that pages and their programs use.
    pub fn token(self) -> &'static str {
        match self {
            PageStatus::Scheduled => "scheduled",
            PageStatus::InProgress => "in_progress",
            PageStatus::Verifying => "verifying",
            PageStatus::Completed => "completed",
            PageStatus::Investigating => "investigating",
            PageStatus::Identified => "identified",
            PageStatus::Monitoring => "monitoring",
            PageStatus::Resolved => "resolved",
        }
    }

    /// The status of an incident as the record has it now.
    pub fn from_facts(facts: &Facts) -> PageStatus {
        let lists = |path: &str| matches!(facts.value(path), Some(Value::List(l)) if !l.is_empty());
        let is_work = facts.known_fact("planned_end").is_some();
        match facts.state_word("phase").unwrap_or("open") {
            "planned" => PageStatus::Scheduled,
            "in-work" | "overrun" => PageStatus::InProgress,
            "restored" | "restored-here" | "no-fault" if is_work => PageStatus::Completed,
            "restored" | "restored-here" | "no-fault" => PageStatus::Resolved,
            "under-watch" if is_work => PageStatus::Verifying,
            "under-watch" => PageStatus::Monitoring,
            _ if IDENTIFYING.iter().any(|p| lists(p)) => PageStatus::Identified,
            _ => PageStatus::Investigating,
        }
    }

    /// The status of an incident as a statement has it. `phase` is the phase of the statement, or that phase moved on by
    /// the clock.
    pub fn from_statement(s: &StatementIssued, incident: &Incident, phase: &str) -> PageStatus {
        let claims = |end: &str| {
            s.lines()
                .iter()
                .filter(|l| l.is_about(&incident.id))
                .any(|l| {
                    l.claims
                        .iter()
                        .any(|c| c.ends_with(end) || c.starts_with(&format!("work.{end}")))
                })
        };
        let is_work = incident.planned.is_some();
        match phase {
            "restored" | "restored-here" | "no-fault" if is_work => PageStatus::Completed,
            "restored" | "restored-here" | "no-fault" => PageStatus::Resolved,
            "under-watch" if is_work => PageStatus::Verifying,
            "under-watch" => PageStatus::Monitoring,
            "planned" => PageStatus::Scheduled,
            "in-work" | "overrun" => PageStatus::InProgress,
            _ if claims(".cause")
                || claims(".window")
                || claims("located")
                || claims("repairing") =>
            {
                PageStatus::Identified
            }
            _ => PageStatus::Investigating,
        }
    }
}

impl fmt::Display for PageStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.token())
    }
}

/// The lists of facts by which a fault counts as identified.
const IDENTIFYING: [&str; 5] = [
    "with_cause",
    "windows",
    "work.located",
    "work.repairing",
    "work.waiting",
];

/// How much of what customers use an incident takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Impact {
    /// Announced work, up to its end.
    Maintenance,
    Critical,
    Major,
    /// Any other severity.
    Minor,
}

impl Impact {
    /// The word that pages and their programs use.
    pub fn token(self) -> &'static str {
        match self {
            Impact::Maintenance => "maintenance",
            Impact::Critical => "critical",
            Impact::Major => "major",
            Impact::Minor => "minor",
        }
    }

    /// The impact of an incident as the record has it now.
    pub fn from_facts(facts: &Facts) -> Impact {
        if matches!(facts.state_word("phase"), Some("planned" | "in-work")) {
            return Impact::Maintenance;
        }
        match facts.state_word("severity").unwrap_or("") {
            "S1" => Impact::Critical,
            "S2" => Impact::Major,
            _ => Impact::Minor,
        }
    }
}

impl fmt::Display for Impact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.token())
    }
}

/// The state of a component of a page. The order is from good to bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ComponentState {
    /// It works, or nothing was reported of it.
    Operational,
    /// Announced work takes it out.
    UnderMaintenance,
    /// It is slow or has too little capacity.
    DegradedPerformance,
    /// It comes and goes.
    PartialOutage,
    /// It is down.
    MajorOutage,
}

impl ComponentState {
    /// The word that pages and their programs use.
    pub fn token(self) -> &'static str {
        match self {
            ComponentState::Operational => "operational",
            ComponentState::UnderMaintenance => "under_maintenance",
            ComponentState::DegradedPerformance => "degraded_performance",
            ComponentState::PartialOutage => "partial_outage",
            ComponentState::MajorOutage => "major_outage",
        }
    }

    /// The state for a link, region or service, in this phase of its incident. What announced work takes out is under
    /// maintenance; from the end of its window on it is an outage.
    pub fn from_link(state: LinkState, phase: &str) -> ComponentState {
        let is_work = matches!(phase, "in-work" | "planned");
        match state {
            // Announced work takes out what it is about, also when nobody typed that it did.
            LinkState::Unreported if phase == "in-work" => ComponentState::UnderMaintenance,
            LinkState::Unreported if phase == "overrun" => ComponentState::MajorOutage,
            LinkState::Up | LinkState::Unreported | LinkState::AtRisk => {
                ComponentState::Operational
            }
            LinkState::PlannedDown if phase == "overrun" => ComponentState::MajorOutage,
            LinkState::PlannedDown => ComponentState::UnderMaintenance,
            LinkState::Down | LinkState::Degraded | LinkState::Unstable if is_work => {
                ComponentState::UnderMaintenance
            }
            LinkState::Down => ComponentState::MajorOutage,
            LinkState::Degraded => ComponentState::DegradedPerformance,
            LinkState::Unstable => ComponentState::PartialOutage,
        }
    }
}

impl fmt::Display for ComponentState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.token())
    }
}

/// The phase in which a statement was made, as far as its lines read it.
pub fn stated_phase(s: &StatementIssued, incident: &Incident) -> String {
    // In a text about several, a line says itself which one it is about.
    let is_single = s.incidents.len() < 2;
    let own = s
        .lines()
        .iter()
        .filter(|l| is_single || l.incident.as_deref() == Some(&incident.id));
    let mut found = own.filter_map(|l| match l.reads.get("phase") {
        Some(Value::State(word)) => Some(word.clone()),
        _ => None,
    });
    let usual = if incident.planned.is_some() {
        "planned"
    } else {
        "open"
    };
    let word = found.next_back().unwrap_or_else(|| usual.to_owned());
    if is_of_work(&word) && incident.planned.is_none() {
        return "open".into();
    }
    word
}

/// The phase in which a statement was made; the hours of announced work go by the clock.
pub fn phase_by_clock(
    s: &StatementIssued,
    incident: &Incident,
    now: At,
    zone: chrono_tz::Tz,
) -> String {
    let word = stated_phase(s, incident);
    let Some(planned) = incident.planned.filter(|_| is_of_work(&word)) else {
        return word;
    };
    let begun = planned.earliest.is_none_or(|e| e.begins_at(zone) <= now);
    match (begun, planned.latest.ends_at(zone) <= now) {
        (_, true) => "overrun".into(),
        (true, false) => "in-work".into(),
        (false, false) => "planned".into(),
    }
}

fn is_of_work(phase: &str) -> bool {
    matches!(phase, "planned" | "in-work" | "overrun")
}
