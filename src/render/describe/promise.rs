//! The steps of promises in one line each. Does not say whether a promise was kept in time.

use crate::domain::ledger::promise_facts::evidence_words;
use crate::domain::record::promise_event::{PromiseEvent, PromiseMade};

pub(super) fn describe_promise(event: &PromiseEvent) -> String {
    match event {
        PromiseEvent::PromiseMade(made) => describe_made(made),
        PromiseEvent::PromiseRevised {
            number,
            due,
            because,
            ..
        } => {
            let because = because
                .as_ref()
                .map(|b| format!(": {b}"))
                .unwrap_or_default();
            format!("promise {number} revised, due {due}{because}")
        }
        PromiseEvent::PromiseWithdrawn {
            number, because, ..
        } => format!("promise {number} withdrawn: {because}"),
        PromiseEvent::PromiseKept {
            number, evidence, ..
        } => format!("promise {number} kept: {}", evidence_words(evidence)),
        PromiseEvent::PromiseAccepted { number } => format!("took on promise {number}"),
        PromiseEvent::PromiseCarriedOver {
            number, to, due, ..
        } => format!("promise {number} carried over to {to}, due {due}"),
    }
}

fn describe_made(made: &PromiseMade) -> String {
    let subject = made
        .subject
        .as_ref()
        .map(|s| format!(" for {s}"))
        .unwrap_or_default();
    let uses: Vec<String> = made
        .uses
        .iter()
        .map(|u| format!(", {} {}", u.amount, u.resource))
        .collect();
    format!(
        "promise {}: {}{subject}, due {}{}",
        made.number,
        made.promise,
        made.due,
        uses.concat()
    )
}
