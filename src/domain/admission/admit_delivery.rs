//! Whether a step of a delivery may enter the record. Sends nothing and asks no outlet.

use std::collections::BTreeMap;

use chrono::Duration;

use crate::domain::admission::names::check_statement;
use crate::domain::admission::refusal::Refusal;
use crate::domain::admission::wording::{check_given, check_one_line, check_optional, check_text};
use crate::domain::base::next_step::NextStep;
use crate::domain::base::time::At;
use crate::domain::delivery::deliveries::{Halt, MOST};
use crate::domain::facts::world::World;
use crate::domain::record::balance_sheet::{BalanceSheet, Bucket};
use crate::domain::record::delivery_event::{DeliveryEvent, NoticeCell};
use crate::domain::record::parcel::{Outcome, Parcel};

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
        DeliveryEvent::NoticePlanned {
            plan, sheet, cells, ..
        } => check_plan(world, *plan, sheet, cells),
        DeliveryEvent::NoticeSent {
            plan,
            outcomes,
            waiting,
            ..
        } => check_progress(world, *plan, outcomes, *waiting),
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

/// Refuses a plan that leaves somebody out or counts somebody twice, or says what was not issued.
fn check_plan(
    world: World<'_>,
    plan: u32,
    sheet: &BalanceSheet,
    cells: &[NoticeCell],
) -> Result<(), Refusal> {
    check_may_leave(world)?;
    let next = world.state.deliveries.notices.len() + 1;
    if usize::try_from(plan) != Ok(next) {
        return Err(Refusal::new(
            format!("this would be notice {next}, not {plan}"),
            "",
        ));
    }
    let messages = cells
        .iter()
        .try_fold(0_u64, |sum, c| sum.checked_add(c.messages));
    if !sheet.adds_up() || messages != Some(sheet.count(Bucket::Send)) {
        return Err(Refusal::new(
            "the balance does not add up: somebody is left out, or counted twice",
            "",
        ));
    }
    for cell in cells {
        check_statement(world, cell.statement)?;
        let outlet = world.books.workspace.outlets.get(&cell.outlet);
        if !outlet.is_some_and(|o| o.to_customers) {
            return Err(Refusal::new(
                format!(
                    "the outlet \"{}\" does not carry notices to customers",
                    cell.outlet
                ),
                "in saydo.yaml: to_customers: true",
            ));
        }
    }
    Ok(())
}

/// Refuses a progress that does not account for each message.
fn check_progress(
    world: World<'_>,
    plan: u32,
    outcomes: &BTreeMap<Outcome, u64>,
    waiting: u64,
) -> Result<(), Refusal> {
    let notices = &world.state.deliveries.notices;
    let Some(notice) = notices.iter().find(|n| n.plan == plan) else {
        return Err(Refusal::new(format!("there is no notice {plan}"), ""));
    };
    let planned: u64 = notice.cells.iter().map(|c| c.messages).sum();
    let sum = outcomes
        .values()
        .try_fold(waiting, |sum, n| sum.checked_add(*n));
    match sum == Some(planned) {
        true => Ok(()),
        false => Err(Refusal::new(
            format!("notice {plan} has {planned} messages, and not as many are accounted for"),
            "",
        )),
    }
}

/// Refuses while nothing may leave.
fn check_may_leave(world: World<'_>) -> Result<(), Refusal> {
    if world.state.is_drill {
        return Err(Refusal::new(
            "this record is a drill: nothing of it is ever published",
            "",
        ));
    }
    match &world.state.deliveries.halted {
        Some(halt) => Err(refuse_halted(halt)),
        None => Ok(()),
    }
}

/// Refuses to claim what may not be sent now, or too much, or for too long.
fn check_claim(
    world: World<'_>,
    outlet: &str,
    until: At,
    parcels: &[Parcel],
    now: At,
) -> Result<(), Refusal> {
    check_may_leave(world)?;
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
