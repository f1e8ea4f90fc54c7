//! The right that a step of a promise needs: more when a statement says it. Does not know who has it.

use crate::domain::record::promise_event::PromiseEvent;
use crate::domain::team::needed::{RightNeeded, RightScope, needs_narrowed, needs_whole_right};
use crate::domain::team::right::Right;

pub(super) fn right_for_promise(event: &PromiseEvent) -> Option<RightNeeded<'_>> {
    match event {
        PromiseEvent::PromiseAccepted { .. } => None,
        PromiseEvent::PromiseMade(made) if made.statement.is_none() => {
            needs_narrowed(Right::Promise, RightScope::Word(&made.promise))
        }
        PromiseEvent::PromiseMade(_)
        | PromiseEvent::PromiseRevised {
            statement: Some(_), ..
        }
        | PromiseEvent::PromiseWithdrawn {
            statement: Some(_), ..
        } => needs_whole_right(Right::Issue),
        PromiseEvent::PromiseRevised { number, .. }
        | PromiseEvent::PromiseWithdrawn { number, .. }
        | PromiseEvent::PromiseKept { number, .. }
        | PromiseEvent::PromiseCarriedOver { number, .. } => {
            needs_narrowed(Right::Promise, RightScope::KindOfPromise(*number))
        }
    }
}
