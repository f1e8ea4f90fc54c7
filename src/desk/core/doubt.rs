//! Why nothing may rest on the record as it stands: it is read, and nothing is written, said or published on it. It finds
//! no fault itself.

use thiserror::Error;

use crate::domain::base::next_step::{Advice, NextStep};
use crate::domain::base::time::{At, to_rfc3339};
use crate::store::verify::ChainBreak;

/// What is the matter with a record.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Doubt {
    /// An event does not fit; what is read ends before it.
    #[error("BROKEN at event {}: {}", .0.seq, .0.what)]
    Misfit(ChainBreak),
    /// Events that this machine has seen are not there any more.
    #[error(
        "EVENTS ARE LOST: {}, which this user has seen on this machine, {} not in the record, which ends at {now}", range(*.now + 1, *.seen), is_or_are(*.now + 1, *.seen)
    )]
    Lost {
        /// The number of the last event that was seen.
        seen: u64,
        /// The number of the last event that is there.
        now: u64,
    },
    /// Another event stands where this machine has seen one.
    #[error(
        "THE RECORD IS ANOTHER ONE: event {seq} is not the one that this user has seen on this machine; it was put back and continued, or exchanged"
    )]
    Forked {
        /// The number of the event that was seen.
        seq: u64,
    },
    /// The record is far ahead of this machine's clock: one of the two clocks is wrong.
    #[error(
        "A CLOCK IS WRONG: the record's last time is {}, and this machine's clock says {}", to_rfc3339(*.last), to_rfc3339(*.machine)
    )]
    Ahead {
        /// The latest time in the record, UTC.
        last: At,
        /// The time by this machine's clock, UTC.
        machine: At,
        /// The number of the first event that is ahead of it.
        from: u64,
    },
}

impl Doubt {
    /// True when somebody exchanged the record or took events out of it.
    pub fn is_alarm(&self) -> bool {
        matches!(self, Doubt::Lost { .. } | Doubt::Forked { .. })
    }

    /// What somebody can do about it.
    pub fn next_step(&self) -> Advice {
        match self {
            Doubt::Misfit(broken) => NextStep::VerifyRecord
                .after("look at it: ")
                .then("; the way back, for an administrator: ")
                .then(NextStep::RepairRecord)
                .then(if broken.of_clock {
                    NextStep::DeclareClockWrong { from: broken.seq }.after("; if a clock was wrong: ")
                } else {
                    Advice::from("")
                }),
            Doubt::Lost { .. } | Doubt::Forked { .. } => Advice::from(
                "find out who put an older record in its place, and put the longer one back; to go on from this one, for an administrator: ",
            )
            .then(NextStep::RepairRecord),
            Doubt::Ahead { from, .. } => Advice::from(
                "if this machine's clock is wrong, set it; if the record's was, for an administrator: ",
            )
            .then(NextStep::DeclareClockWrong { from: *from }),
        }
    }
}

fn range(from: u64, to: u64) -> String {
    match from == to {
        true => format!("event {from}"),
        false => format!("events {from} to {to}"),
    }
}

fn is_or_are(from: u64, to: u64) -> &'static str {
    if from == to { "is" } else { "are" }
}
