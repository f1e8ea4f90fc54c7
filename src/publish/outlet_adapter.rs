//! The trait that every kind of outlet implements, and what an attempt to send can end with. Knows no kind of outlet.

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
    /// It may have arrived or not: what is known.
    Unclear(String),
    /// The outlet does not accept it, and sending it again would not help: why.
    Refused(String),
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
    fn send_messages(&self, messages: &[OutletMessage]) -> Vec<SendOutcome> {
        messages.iter().map(|l| self.send_message(l)).collect()
    }

    /// True when messages are independent and idempotent, so that the next batch may be claimed while one is in flight.
    fn can_pipeline(&self) -> bool {
        false
    }
}
