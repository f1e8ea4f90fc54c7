//! The times inside a payload. Does not say what any of them means.

use chrono::{Datelike, NaiveDate};

use crate::domain::base::time::{At, When, Window, YEARS, is_plausible};
use crate::domain::base::value::Value;
use crate::domain::record::delivery_event::DeliveryEvent;
use crate::domain::record::incident_event::IncidentEvent;
use crate::domain::record::link_event::LinkEvent;
use crate::domain::record::payload::EventPayload;
use crate::domain::record::promise_event::PromiseEvent;
use crate::domain::record::statement_event::StatementEvent;

impl EventPayload {
    /// The first time inside that lies in no year of the record, as it is written there.
    pub fn find_implausible_time(&self) -> Option<String> {
        let all = self.all_times().into_iter();
        all.filter(|t| !is_plausible_when(*t))
            .map(|t| t.to_string())
            .next()
    }

    fn all_times(&self) -> Vec<When> {
        match self {
            EventPayload::Link(event) => times_of_link(event),
            EventPayload::Incident(event) => times_of_incident(event),
            EventPayload::Promise(event) => times_of_promise(event),
            EventPayload::Statement(StatementEvent::StatementIssued(s)) => vec![s.as_of.into()],
            EventPayload::Statement(StatementEvent::PreApproved { until, .. }) => {
                vec![(*until).into()]
            }
            EventPayload::Delivery(DeliveryEvent::DeliveryClaimed { until, .. }) => {
                vec![(*until).into()]
            }
            EventPayload::Statement(_)
            | EventPayload::Stock(_)
            | EventPayload::Team(_)
            | EventPayload::Delivery(_)
            | EventPayload::Record(_) => Vec::new(),
        }
    }

    /// Moves the time at which it was said to `floor` when it lies after it: of a clock that was wrong.
    pub fn say_not_after(&mut self, floor: At) {
        let said_at = match self {
            EventPayload::Link(LinkEvent::LinkReported(report)) => {
                if let Some(since) = &mut report.since {
                    since.at = since.at.min(floor);
                }
                &mut report.said_at
            }
            EventPayload::Link(LinkEvent::Reconfirmed { said_at, .. }) => said_at,
            EventPayload::Incident(IncidentEvent::FactNoted { said_at, .. }) => said_at,
            EventPayload::Incident(IncidentEvent::IncidentDeclared {
                since: Some(since), ..
            }) => &mut since.at,
            EventPayload::Promise(PromiseEvent::PromiseKept {
                kept_at: Some(kept_at),
                ..
            }) => kept_at,
            _ => return,
        };
        *said_at = floor.min(*said_at);
    }
}

fn is_plausible_when(time: When) -> bool {
    let is_plausible_day = |day: NaiveDate| YEARS.contains(&day.year());
    match time {
        When::Day(day) => is_plausible_day(day),
        When::At(at) => is_plausible(at),
    }
}

fn ends_of(window: Option<&Window>) -> impl Iterator<Item = When> {
    window
        .into_iter()
        .flat_map(|w| w.earliest.into_iter().chain([w.latest]))
}

fn times_of_link(event: &LinkEvent) -> Vec<When> {
    match event {
        LinkEvent::LinkReported(report) => {
            let mut all = vec![report.said_at.into()];
            all.extend(report.since.map(|s| When::At(s.at)));
            all.extend(ends_of(report.window.as_ref()));
            all
        }
        LinkEvent::Reconfirmed { said_at, .. } => vec![(*said_at).into()],
    }
}

fn times_of_incident(event: &IncidentEvent) -> Vec<When> {
    match event {
        IncidentEvent::IncidentDeclared { since, planned, .. } => {
            let since = since.map(|s| When::At(s.at)).into_iter();
            since.chain(ends_of(planned.as_ref())).collect()
        }
        IncidentEvent::FactNoted { said_at, value, .. } => {
            let mut all = vec![When::At(*said_at)];
            all.extend(value.iter().flat_map(times_of_value));
            all
        }
        _ => Vec::new(),
    }
}

fn times_of_value(value: &Value) -> Vec<When> {
    match value {
        Value::Date(day) => vec![When::Day(*day)],
        Value::Instant(moment) => vec![When::At(moment.at)],
        Value::Window(window) => ends_of(Some(window)).collect(),
        _ => Vec::new(),
    }
}

fn times_of_promise(event: &PromiseEvent) -> Vec<When> {
    let with_end = |due: &When, ends: &Option<At>| {
        let ends = ends.map(When::At);
        std::iter::once(*due).chain(ends).collect()
    };
    match event {
        PromiseEvent::PromiseMade(made) => with_end(&made.due, &made.ends),
        PromiseEvent::PromiseRevised { due, ends, .. }
        | PromiseEvent::PromiseCarriedOver { due, ends, .. } => with_end(due, ends),
        PromiseEvent::PromiseKept { kept_at, .. } => kept_at.map(When::At).into_iter().collect(),
        PromiseEvent::PromiseWithdrawn { .. } | PromiseEvent::PromiseAccepted { .. } => Vec::new(),
    }
}
