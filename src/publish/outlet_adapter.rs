//! The trait that every kind of outlet implements, and what an attempt to send can end with. Knows no kind of outlet.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use thiserror::Error;

use crate::publish::message::OutletMessage;

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendOutcome {
    /// It arrived; with the outlet's identifier for it, if there is one.
    There(Option<String>),
    /// It certainly did not arrive: why, and how long to wait before it is sent again.
    NotThere(String, Option<Duration>),
    /// It certainly did not arrive, and the outlet takes no connection or says nothing: others would not arrive either.
    Unreached(String),
    /// It may have arrived or not: what is known.
    Unclear(String),
    /// The same, and the outlet said nothing until the deadline: others would end like this one.
    Unanswered(String),
    /// The outlet does not accept it, and sending it again would not help: why.
    Refused(String),
}

impl SendOutcome {
    /// True when the outlet is dead: nothing more is tried there for now, because each would wait for a deadline of its own.
    pub fn is_dead(&self) -> bool {
        matches!(self, SendOutcome::Unreached(_) | SendOutcome::Unanswered(_))
    }
}

/// Raised when nothing more may leave: whoever sends looks at it before each request.
#[derive(Debug, Clone, Default)]
pub struct StopSign(Arc<AtomicBool>);

impl StopSign {
    pub fn raise(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    pub fn is_raised(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    /// What became of a message that had not left by then: it may leave as soon as the stop is lifted.
    pub fn held_back() -> SendOutcome {
        SendOutcome::NotThere(
            "it had not left when everything was stopped".into(),
            Some(Duration::ZERO),
        )
    }
}

/// Sends one after another, and none after the outlet turned out dead or everything was stopped; the outcomes are in the order of
/// the parts. `count` says how many outcomes a part has.
pub fn send_in_turn<T>(
    parts: impl IntoIterator<Item = T>,
    count: impl Fn(&T) -> usize,
    stop: &StopSign,
    mut send: impl FnMut(T) -> Vec<SendOutcome>,
) -> Vec<SendOutcome> {
    let mut done: Vec<SendOutcome> = Vec::new();
    for part in parts {
        if stop.is_raised() {
            done.extend(vec![StopSign::held_back(); count(&part)]);
        } else if done.last().is_some_and(SendOutcome::is_dead) {
            let why = "not tried: nothing answered to the one before";
            let rest = vec![SendOutcome::Unreached(why.into()); count(&part)];
            done.extend(rest);
        } else {
            done.extend(send(part));
        }
    }
    done
}

/// Why an outlet cannot be used at all.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
#[error("{what}")]
pub struct SetupError {
    /// What is wrong, as a lowercase fragment.
    pub what: String,
    /// What to do about it; empty when there is nothing to add.
    pub hint: String,
}

impl SetupError {
    /// Builds the error from what is wrong and what to do.
    pub fn new(what: impl Into<String>, hint: impl Into<String>) -> Self {
        SetupError {
            what: what.into(),
            hint: hint.into(),
        }
    }

    /// What is wrong, with the hint in brackets.
    pub fn with_hint(&self) -> String {
        if self.hint.is_empty() {
            self.what.clone()
        } else {
            format!("{} ({})", self.what, self.hint)
        }
    }
}

/// Sends messages to one outlet.
pub trait OutletAdapter: Sync {
    /// Sends one message and waits for the answer.
    fn send_message(&self, message: &OutletMessage) -> SendOutcome;

    /// Sends several, one after another or at once, as the outlet allows; the outcomes are in the order of the messages.
    fn send_messages(&self, messages: &[OutletMessage], stop: &StopSign) -> Vec<SendOutcome> {
        send_in_turn(
            messages,
            |_| 1,
            stop,
            |message| vec![self.send_message(message)],
        )
    }

    /// True when messages are independent and idempotent, so that the next batch may be claimed while one is in flight.
    fn can_pipeline(&self) -> bool {
        false
    }
}
