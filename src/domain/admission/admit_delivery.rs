//! Whether a step of a delivery may enter the record. Sends nothing and asks no outlet.

use chrono::Duration;

use crate::domain::admission::names::check_statement;
use crate::domain::admission::refusal::Refusal;
use crate::domain::admission::wording::{check_given, check_one_line, check_optional, check_text};
use crate::domain::base::next_step::NextStep;
use crate::domain::base::time::At;
use crate::domain::delivery::deliveries::{Halt, MOST};
use crate::domain::facts::world::World;
use crate::domain::record::delivery_event::DeliveryEvent;
use crate::domain::record::parcel::Parcel;

pub(super) fn admit_delivery(
    world: World<'_>,
    event: &DeliveryEvent,
    now: At,
) -> Result<(), Refusal> {
    match event {
        DeliveryEvent::DeliveryClaimed {
            outlet,
            until,
            parcels,
        } => check_claim(world, outlet, *until, parcels, now),
        DeliveryEvent::DeliverySettled { receipts, .. } => {
            if receipts.len() > MOST {
                return Err(Refusal::new("too many at once", "at most a hundred"));
            }
            receipts
                .iter()
                .flat_map(|r| r.reference.iter().chain(&r.because))
                .try_for_each(|t| check_text("word of the outlet", t))
        }
        DeliveryEvent::DeliveryStopped {
            statement, because, ..
        } => {
            check_given("reason", because)?;
            check_statement(world, *statement)
        }
        DeliveryEvent::SendingHalted { because } | DeliveryEvent::SendingResumed { because } => {
            check_given("reason", because)
        }
        DeliveryEvent::Told {
            statement,
            whom,
            means,
            note,
            ..
        } => {
            check_one_line("name", whom)?;
            check_one_line("means", means)?;
            check_optional("note", note.as_deref())?;
            check_statement(world, *statement)
        }
    }
}

/// Why nothing is sent while everything is stopped.
pub fn refuse_halted(halt: &Halt) -> Refusal {
    Refusal::new(
        format!("everything is stopped, by {}: {}", halt.by, halt.because),
        NextStep::LiftHalt.after("to send again: "),
    )
}

/// Refuses to claim what may not be sent now, or too much, or for too long.
fn check_claim(
    world: World<'_>,
    outlet: &str,
    until: At,
    parcels: &[Parcel],
    now: At,
) -> Result<(), Refusal> {
    if world.state.is_drill {
        return Err(Refusal::new(
            "this record is a drill: nothing of it is ever published",
            "",
        ));
    }
    if let Some(halt) = &world.state.deliveries.halted {
        return Err(refuse_halted(halt));
    }
    if !world.books.workspace.outlets.contains_key(outlet) {
        return Err(Refusal::new(
            format!("saydo.yaml has no outlet \"{outlet}\""),
            "",
        ));
    }
    if parcels.len() > MOST || until > now + Duration::days(1) {
        return Err(Refusal::new(
            "too many at once, or for too long",
            "at most a hundred texts, for at most a day",
        ));
    }
    let deliveries = &world.state.deliveries;
    let taken = |p: &&Parcel| !deliveries.status_of(outlet, p, now).is_due(now);
    match parcels.iter().find(taken) {
        Some(p) => Err(Refusal::new(
            format!("the text {} is not to be sent now", p.key),
            NextStep::ListOutbox.after("see: "),
        )),
        None => Ok(()),
    }
}
