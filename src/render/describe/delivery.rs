//! The steps of deliveries in one line each. Does not repeat the texts that are delivered.

use std::collections::BTreeMap;

use crate::domain::record::balance_sheet::Bucket;
use crate::domain::record::delivery_event::DeliveryEvent;
use crate::domain::record::parcel::Receipt;

pub(super) fn describe_delivery(event: &DeliveryEvent) -> String {
    match event {
        DeliveryEvent::DeliveryClaimed {
            outlet, parcels, ..
        } => format!("{} texts on their way to {outlet}", parcels.len()),
        DeliveryEvent::DeliverySettled { outlet, receipts } => {
            format!("{outlet}: {}", count_outcomes(receipts))
        }
        DeliveryEvent::DeliveryStopped {
            outlet,
            statement,
            because,
        } => format!("statement {statement} goes no further at {outlet}: {because}"),
        DeliveryEvent::SendingHalted { because } => {
            format!("everything that is being sent was stopped: {because}")
        }
        DeliveryEvent::SendingResumed { because } => format!("texts may leave again: {because}"),
        DeliveryEvent::NoticePlanned {
            plan, sheet, cells, ..
        } => {
            let messages: u64 = cells.iter().map(|c| c.messages).sum();
            format!(
                "notice {plan} planned: {messages} messages for {} of {} people",
                sheet.count(Bucket::Send) + sheet.count(Bucket::Covered),
                sheet.persons
            )
        }
        DeliveryEvent::NoticeSent {
            plan,
            outcomes,
            waiting,
            ..
        } => {
            let mut parts: Vec<String> = outcomes
                .iter()
                .map(|(outcome, n)| format!("{n} {}", outcome.token()))
                .collect();
            parts.push(format!("{waiting} not sent"));
            format!("notice {plan}: {}", parts.join(", "))
        }
        DeliveryEvent::Told {
            statement,
            whom,
            means,
            ..
        } => format!("{whom} was told statement {statement} by {means}"),
    }
}

fn count_outcomes(receipts: &[Receipt]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for receipt in receipts {
        *counts.entry(receipt.outcome.token()).or_default() += 1;
    }
    let parts: Vec<String> = counts.iter().map(|(w, n)| format!("{n} {w}")).collect();
    parts.join(", ")
}
