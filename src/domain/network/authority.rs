//! Whose word counts for what: one table, shown by `saydo playbook show` and asked wherever a word is recorded or read.
//! Judges no report.

use crate::domain::base::link::{LinkState, SourceKind};

/// What somebody may say of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// Says that a link works.
    Up,
    /// That it does not, or not as it should.
    Trouble,
    /// The share of capacity left.
    Share,
    /// How far our own work on it is.
    OurWork,
    /// How far the work of its operator is.
    OperatorWork,
    /// Its cause, as confirmed.
    Cause,
    /// When we repair it ourselves: to give, move or take back.
    OurWindow,
    /// When its operator repairs it: to give or move later.
    OperatorWindow,
    /// That a window no longer holds.
    WindowWithdrawn,
    /// That people are in danger no more.
    AllClear,
}

impl Word {
    /// Every word, in the order of the table.
    pub const ALL: [Word; 10] = [
        Word::Up,
        Word::Trouble,
        Word::Share,
        Word::OurWork,
        Word::OperatorWork,
        Word::Cause,
        Word::OurWindow,
        Word::OperatorWindow,
        Word::WindowWithdrawn,
        Word::AllClear,
    ];

    /// The word by which a state is set.
    pub fn of_state(state: LinkState) -> Word {
        if state == LinkState::Up {
            Word::Up
        } else {
            Word::Trouble
        }
    }

    /// Whose work a stage is that this source reported.
    pub fn of_work(by: SourceKind) -> Word {
        match by {
            SourceKind::CableOperator => Word::OperatorWork,
            _ => Word::OurWork,
        }
    }

    /// Whose window it is that this source gave.
    pub fn of_window(by: SourceKind) -> Word {
        match by {
            SourceKind::CableOperator => Word::OperatorWindow,
            _ => Word::OurWindow,
        }
    }

    /// What it is called in the table, for staff.
    pub fn label(self) -> &'static str {
        match self {
            Word::Up => "that it works",
            Word::Trouble => "that it does not work as it should",
            Word::Share => "the share of capacity left",
            Word::OurWork => "the stage of our own work",
            Word::OperatorWork => "the stage of the operator's work",
            Word::Cause => "a confirmed cause",
            Word::OurWindow => "a repair window of our own",
            Word::OperatorWindow => "the operator's repair window",
            Word::WindowWithdrawn => "that a repair window no longer holds",
            Word::AllClear => "that people are in danger no more",
        }
    }
}

use SourceKind::{CableOperator, Estimate, FieldTeam, Monitoring, OwnCheck};

/// The sources whose word sets it.
pub fn sources_that_set(word: Word) -> &'static [SourceKind] {
    match word {
        Word::Up => &[OwnCheck, Monitoring, FieldTeam],
        Word::Trouble | Word::Share => &[OwnCheck, Monitoring, FieldTeam, CableOperator, Estimate],
        Word::OurWork => &[OwnCheck, FieldTeam],
        Word::OperatorWork => &[CableOperator],
        Word::Cause => &[OwnCheck, FieldTeam, CableOperator],
        Word::OurWindow => &[OwnCheck, FieldTeam, Estimate],
        Word::OperatorWindow => &[CableOperator],
        Word::WindowWithdrawn => &[OwnCheck, FieldTeam, CableOperator],
        Word::AllClear => &[OwnCheck, FieldTeam],
    }
}

/// True when the word of this source sets it.
pub fn may_set(kind: SourceKind, word: Word) -> bool {
    sources_that_set(word).contains(&kind)
}

/// True when `still` from this source renews it: what it may say itself, and nothing by an estimate.
pub fn may_renew(kind: SourceKind, word: Word) -> bool {
    kind != Estimate && may_set(kind, word)
}

#[cfg(test)]
#[path = "authority_tests.rs"]
mod authority_tests;
