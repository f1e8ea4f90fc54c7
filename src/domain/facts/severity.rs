//! Severity and the time of the next update, by the rules of the playbook. It promises nothing.

use crate::domain::base::phase::Phase;
use crate::domain::base::time::{Moment, Period};
use crate::domain::base::value::Value;
use crate::domain::config::audience::Disclosure;
use crate::domain::config::schedule;
use crate::domain::facts::evaluator::Evaluator;
use crate::domain::facts::fact::{Fact, FactEntry, Facts};
use crate::domain::facts::missing::MissingFact;
use crate::domain::facts::subject::{DeriveError, IncidentSubject};
use crate::languages::phrases::Missing;

/// The first rule that holds decides; one that cannot be told is passed over.
pub(crate) fn insert_severity(
    ground: &IncidentSubject<'_>,
    facts: &mut Facts,
    evaluator: &dyn Evaluator,
) -> Result<(), DeriveError> {
    let mut events = ground.incident_events();
    for rule in &ground.playbook.file.severity {
        let holds = match &rule.when {
            None => true,
            Some(expression) => {
                let tested =
                    evaluator
                        .test_condition(expression, facts, None)
                        .map_err(|error| DeriveError::Rule {
                            rule: expression.clone(),
                            error,
                        })?;
                if tested.truth == Some(true) {
                    events.extend(
                        tested
                            .reads
                            .iter()
                            .filter_map(|p| facts.known_fact(p))
                            .flat_map(|f| &f.events),
                    );
                }
                // A rule that cannot be told is passed over for what the record says, not for want of it.
                events.extend(
                    tested
                        .missing
                        .iter()
                        .flat_map(|p| facts.missing_at(p).events),
                );
                tested.truth == Some(true)
            }
        };
        if holds {
            facts.insert_fact(
                "severity",
                Fact::from_events(Value::from_state(&rule.level), &events),
                None,
            );
            return Ok(());
        }
    }
    let lack = MissingFact::from_phrase(Missing::NoSeverity, &[], None);
    facts.insert_missing("severity", lack);
    Ok(())
}

/// The next update by the update schedule of the playbook; announced work speaks again when it starts and ends.
pub(crate) fn insert_next_update(ground: &IncidentSubject<'_>, facts: &mut Facts) {
    let level = facts.state_word("severity").map(str::to_owned);
    let schedules = &ground.playbook.file.update_schedule;
    let schedule = level
        .as_ref()
        .and_then(|l| schedules.get(l))
        .or_else(|| schedules.values().last());
    let Some(schedule) = schedule else {
        let lack = MissingFact::from_phrase(Missing::NoUpdateSchedule, &[], None);
        facts.insert_missing("next_update", lack);
        return;
    };
    let zone = ground.zone();
    let quiet = ground.playbook.file.quiet_hours.as_ref();
    let declared = ground.incident.declared_at;
    let by_schedule = schedule::next_update(schedule, quiet, declared, ground.as_of, zone);
    let planned = ground.incident.planned;
    let at = match (facts.phase(), planned) {
        (Some(Phase::Planned), Some(w)) => w.earliest.map_or(by_schedule, |e| e.begins_at(zone)),
        // A quarter of an hour to write that it is over, or that it is not.
        (Some(Phase::InWork), Some(w)) => {
            w.latest.ends_at(zone) + Period::from_minutes(15).to_duration()
        }
        _ => by_schedule,
    };
    let mut events = ground.incident_events();
    if let Some(FactEntry::Known(f)) = facts.entry("severity") {
        events.extend(&f.events);
    }
    if let (Some(FactEntry::Known(f)), Some(_)) = (facts.entry(Phase::PATH), planned) {
        events.extend(&f.events);
    }
    facts.insert_fact(
        "next_update",
        Fact::from_events(Value::Instant(Moment::exact(at)), &events),
        None,
    );
    // Nothing was ever broken: there is nothing to tell.
    if facts.phase() == Some(Phase::NoFault) {
        return;
    }
    let first = declared + schedule.first.to_duration();
    facts.insert_fact(
        "first_notice_due",
        Fact::from_events(Value::Instant(Moment::exact(first)), &events)
            .known_only_to(Disclosure::Staff),
        None,
    );
}
