//! Accepting, keeping, moving, withdrawing and carrying over promises by hand. It makes none.

use crate::desk::promise::ledger::{list_ledger, refused, settling_step};
use crate::desk::{DeskError, Entry, Journal, Snapshot};
use crate::domain::admission::refusal::Refusal;
use crate::domain::base::next_step::{Advice, NextStep};
use crate::domain::base::time::{At, When};
use crate::domain::config::promise_kind::{ATTESTED, LASTING, Per, UP};
use crate::domain::ledger::stock::count_stock;
use crate::domain::ledger::verdict::JudgedPromise as LedgerEntry;
use crate::domain::ledger::verdict::{self, PromiseStatus};
use crate::domain::record::payload::EventPayload;
use crate::domain::record::promise_event::{Evidence, PromiseEvent};
use crate::domain::state::promise::Promise;

/// A promise that is still owed.
fn find_owed(snapshot: &Snapshot, number: u32) -> Result<LedgerEntry<'_>, DeskError> {
    let world = snapshot.world()?;
    let last = world.state.next_promise() - 1;
    let promise = world.state.promise_no(number).ok_or_else(|| {
        let known = match last {
            0 => Advice::from("no promise has been made yet"),
            n => NextStep::ListPromises.after(format!("there are 1 to {n}; see: ")),
        };
        Refusal::new(format!("there is no promise {number}"), known)
    })?;
    let entry = verdict::judge_promise(world, &snapshot.evaluator, snapshot.clock.now, promise);
    if !entry.is_owed(world.state) {
        return Err(refused(
            format!("promise {number} is settled: {}", entry.standing.token()),
            vec![NextStep::ShowPromise { number }.after("its life: ")],
        ));
    }
    Ok(entry)
}

/// Takes a promise upon oneself.
///
/// # Errors
/// When there is no such promise, or it is settled.
pub fn accept_promise(journal: &mut Journal, number: u32) -> Result<(), DeskError> {
    journal
        .record(|snapshot| {
            let entry = find_owed(snapshot, number)?;
            let incident = entry.promise.incident.clone();
            Ok(vec![(
                incident,
                EventPayload::Promise(PromiseEvent::PromiseAccepted { number }),
            )])
        })
        .map(|_| ())
}

/// Attests that a promise was kept.
///
/// # Errors
/// When it is settled, or is kept by what the record says and not by a word.
pub fn keep_promise(
    journal: &mut Journal,
    number: u32,
    evidence: &Evidence,
    kept_at: Option<At>,
) -> Result<(), DeskError> {
    journal
        .record(|snapshot| {
            let entry = find_owed(snapshot, number)?;
            let made = &entry.promise.made;
            let how = made.kept_when.as_deref().unwrap_or(ATTESTED);
            let is_old = made.per.is_none();
            // Of a closed incident nothing more is said or noted; whether its links work is still on record.
            let incident = entry.promise.incident.as_ref();
            let is_over = incident
                .and_then(|i| snapshot.state.incidents.get(i))
                .is_some_and(|i| !i.is_open());
            let is_past_checking =
                entry.promise.carried_over.is_some() && is_over && how != UP && how != LASTING;
            if (how != ATTESTED || is_old) && !is_past_checking {
                return Err(refused(
                    format!(
                        "promise {number} is kept by what the record says, not by a word for it"
                    ),
                    vec![settling_step(&entry, &snapshot.state).after("what keeps it: ")],
                ));
            }
            if kept_at.is_some() && entry.standing == PromiseStatus::Broken {
                return Err(refused(
                    format!(
                        "promise {number} is broken: a word about the past does not change that"
                    ),
                    vec!["leave --at out: it is then kept now, and stays late".into()],
                ));
            }
            let incident = entry.promise.incident.clone();
            let kept = EventPayload::Promise(PromiseEvent::PromiseKept {
                number,
                evidence: evidence.clone(),
                kept_at,
            });
            Ok(vec![(incident, kept)])
        })
        .map(|_| ())
}

/// Gives a promise another due time; an earlier one needs evidence.
///
/// # Errors
/// When it is settled, the time has passed, or an earlier time comes without evidence.
pub fn revise_promise(
    journal: &mut Journal,
    number: u32,
    due: When,
    because: &str,
    evidence: Option<&Evidence>,
) -> Result<(), DeskError> {
    journal.record(|snapshot| {
        let entry = find_owed(snapshot, number)?;
        check_moved_by_hand(&entry, "moved")?;
        let zone = snapshot.world()?.books.workspace.zone;
        let old = entry.promise.current_due().due;
        if due == old {
            return Err(refused(
                format!("promise {number} is due {old} already"),
                Vec::new(),
            ));
        }
        if due.ends_at(zone) <= snapshot.clock.now {
            return Err(refused(format!("{due} has passed"), Vec::new()));
        }
        if due.ends_at(zone) < entry.ends && evidence.is_none() {
            return Err(refused(
                format!("promise {number} would move earlier, from {old} to {due}: that needs as much proof as a first date"),
                vec!["say what it rests on: --evidence TEXT|FILE".into()],
            ));
        }
        check_day_stock(snapshot, entry.promise, due)?;
        let incident = entry.promise.incident.clone();
        let revised = EventPayload::Promise(PromiseEvent::PromiseRevised {
            number,
            due,
            ends: Some(due.ends_at(zone)),
            statement: None,
            because: Some(because.to_owned()),
            evidence: evidence.cloned(),
            uses: Vec::new(),
            scope: Vec::new(),
        });
        Ok(vec![(incident, revised)])
    })
    .map(|_| ())
}

/// Takes a promise back.
///
/// # Errors
/// When it is settled or cannot be taken back by hand.
pub fn withdraw_promise(
    journal: &mut Journal,
    number: u32,
    because: &str,
) -> Result<(), DeskError> {
    journal
        .record(|snapshot| {
            let entry = find_owed(snapshot, number)?;
            check_moved_by_hand(&entry, "taken back")?;
            let incident = entry.promise.incident.clone();
            let gone = EventPayload::Promise(PromiseEvent::PromiseWithdrawn {
                number,
                because: because.to_owned(),
                statement: None,
            });
            Ok(vec![(incident, gone)])
        })
        .map(|_| ())
}

/// Lets a promise outlive its incident.
///
/// # Errors
/// When it is settled or the time has passed.
pub fn carry_promise_over(
    journal: &mut Journal,
    number: u32,
    to: &str,
    due: Option<When>,
) -> Result<(), DeskError> {
    journal
        .record(|snapshot| {
            let entry = find_owed(snapshot, number)?;
            Ok(vec![carried_entry(snapshot, &entry, to, due)?])
        })
        .map(|_| ())
}

fn carried_entry(
    snapshot: &Snapshot,
    entry: &LedgerEntry<'_>,
    to: &str,
    due: Option<When>,
) -> Result<Entry, DeskError> {
    let zone = snapshot.world()?.books.workspace.zone;
    let number = entry.promise.made.number;
    let due = due.unwrap_or(entry.promise.current_due().due);
    if due.ends_at(zone) <= snapshot.clock.now {
        return Err(refused(
            format!("promise {number} was due {due}; carried over, it needs a time to come"),
            vec![
                NextStep::CarryPromiseOver {
                    number,
                    to: to.to_owned(),
                }
                .after("give one: "),
            ],
        ));
    }
    check_day_stock(snapshot, entry.promise, due)?;
    let carried = EventPayload::Promise(PromiseEvent::PromiseCarriedOver {
        number,
        to: to.to_owned(),
        due,
        ends: Some(due.ends_at(zone)),
    });
    Ok((entry.promise.incident.clone(), carried))
}

/// On another day, a rate has to have as much left.
fn check_day_stock(snapshot: &Snapshot, promise: &Promise, due: When) -> Result<(), DeskError> {
    let world = snapshot.world()?;
    let zone = world.books.workspace.zone;
    let day = due.local_day(zone);
    if day == promise.current_due().due.local_day(zone) {
        return Ok(());
    }
    for used in &promise.uses {
        let resource = world.books.workspace.resources.get(&used.resource);
        let Some(resource) = resource.filter(|r| r.per_day) else {
            continue;
        };
        let own = Some(promise.made.number);
        let now = snapshot.clock.now;
        let found = count_stock(
            world,
            &snapshot.evaluator,
            now,
            &used.resource,
            resource,
            day,
            own,
        );
        if found.amount_left() < used.amount {
            return Err(refused(
                format!(
                    "on {day}, {} of {} are left, and {} are needed",
                    found.amount_left(),
                    used.resource,
                    used.amount
                ),
                vec![
                    NextStep::AddResource {
                        resource: used.resource.clone(),
                    }
                    .after(format!(
                        "choose another day; {} may raise it: ",
                        resource.owner
                    )),
                ],
            ));
        }
    }
    Ok(())
}

/// What moves by itself is not moved by hand.
fn check_moved_by_hand(entry: &LedgerEntry<'_>, verb: &str) -> Result<(), DeskError> {
    let made = &entry.promise.made;
    let is_old = made.per.is_none();
    if entry.promise.carried_over.is_some() {
        return Ok(());
    }
    let how = if made.of_window || (is_old && made.subject.is_some()) {
        let link = made.subject.as_deref().unwrap_or("ID");
        NextStep::MoveWindow {
            link: link.to_owned(),
        }
    } else if made.per == Some(Per::Statement) || is_old {
        NextStep::IssueStatement {
            incidents: Vec::new(),
        }
    } else {
        return Ok(());
    };
    Err(refused(
        format!(
            "promise {} ({}) is not {verb} by hand",
            made.number, made.promise
        ),
        vec![how.after("it moves with: ")],
    ))
}

/// The open promises of an incident, carried over to somebody with the incident.
pub(crate) fn carry_over_all(
    snapshot: &Snapshot,
    incident: &str,
    to: &str,
) -> Result<Vec<Entry>, DeskError> {
    let state = &snapshot.state;
    list_ledger(snapshot)?
        .iter()
        .filter(|e| e.is_owed(state))
        .filter(|e| match &e.promise.carried_over {
            // By a merge before this one.
            Some((_, keeper)) => keeper == incident,
            None => e.promise.incident.as_deref() == Some(incident),
        })
        .map(|e| carried_entry(snapshot, e, to, None))
        .collect()
}
