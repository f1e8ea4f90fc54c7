//! Whether a step of a promise may enter the record. It does not say whether the promise can be kept: that is the
//! ledger.

use crate::domain::admission::names::find_unsettled_promise;
use crate::domain::admission::refusal::Refusal;
use crate::domain::admission::times::{check_due_time, check_past};
use crate::domain::admission::wording::{check_given, check_one_line, check_optional};
use crate::domain::base::time::At;
use crate::domain::facts::world::World;
use crate::domain::record::promise_event::{PromiseEvent, PromiseMade};

pub(super) fn admit_promise(
    world: World<'_>,
    event: &PromiseEvent,
    now: At,
) -> Result<(), Refusal> {
    let zone = world.books.workspace.zone;
    match event {
        PromiseEvent::PromiseMade(made) => check_made(made, zone),
        PromiseEvent::PromiseRevised {
            number,
            due,
            because,
            evidence,
            ..
        } => {
            find_unsettled_promise(world, *number)?;
            because
                .as_deref()
                .map_or(Ok(()), |b| check_given("reason", b))?;
            check_optional("evidence", evidence.as_ref().map(|e| e.text.as_str()))?;
            check_due_time(*due, zone)
        }
        PromiseEvent::PromiseWithdrawn {
            number, because, ..
        } => {
            find_unsettled_promise(world, *number)?;
            check_given("reason", because)
        }
        PromiseEvent::PromiseKept {
            number,
            evidence,
            kept_at,
        } => {
            let promise = find_unsettled_promise(world, *number)?;
            check_given("evidence", &evidence.text)?;
            match kept_at {
                Some(at) if *at < promise.at => Err(Refusal::new(
                    format!("promise {number} was made only after that"),
                    "give the time at which it was kept",
                )),
                Some(at) => check_past("the time at which it was kept", *at, now),
                None => Ok(()),
            }
        }
        PromiseEvent::PromiseAccepted { number } => {
            find_unsettled_promise(world, *number).map(|_| ())
        }
        PromiseEvent::PromiseCarriedOver {
            number, to, due, ..
        } => {
            find_unsettled_promise(world, *number)?;
            check_one_line("name", to)?;
            check_due_time(*due, zone)
        }
    }
}

fn check_made(made: &PromiseMade, zone: chrono_tz::Tz) -> Result<(), Refusal> {
    let about = made.subject.as_deref();
    about.map_or(Ok(()), |s| check_one_line("reference", s))?;
    check_optional("note", made.note.as_deref())?;
    check_one_line("owner", &made.owner)?;
    check_due_time(made.due, zone)
}
