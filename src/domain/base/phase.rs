//! How far an incident has come. Decides no phase: that is derived from reports (`facts/phase.rs`) or read from what a
//! statement said (`speech/page_status.rs`).

use std::fmt;

/// How far an incident has come. The tokens stand in the record and are never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Something in scope does not work.
    Open,
    /// Everything works again, and not yet for the soak time.
    UnderWatch,
    /// Everything works again, by our own checks, for the soak time.
    Restored,
    /// The same, while another incident still hits some of what this one hit.
    RestoredHere,
    /// The reports of a fault were taken back.
    NoFault,
    /// Announced work before its window.
    Planned,
    /// Announced work in its window.
    InWork,
    /// Announced work past its window, and not told as done.
    Overrun,
    /// Announced work that was told to take place at another time; only statements have this phase.
    Moved,
    /// Announced work that was told not to take place; only statements have this phase.
    Cancelled,
}

impl Phase {
    /// The path of the fact that holds it.
    pub const PATH: &str = "phase";

    const ALL: [Phase; 10] = [
        Phase::Open,
        Phase::UnderWatch,
        Phase::Restored,
        Phase::RestoredHere,
        Phase::NoFault,
        Phase::Planned,
        Phase::InWork,
        Phase::Overrun,
        Phase::Moved,
        Phase::Cancelled,
    ];

    /// As it is written in facts, conditions and the record.
    pub fn token(self) -> &'static str {
        match self {
            Phase::Open => "open",
            Phase::UnderWatch => "under-watch",
            Phase::Restored => "restored",
            Phase::RestoredHere => "restored-here",
            Phase::NoFault => "no-fault",
            Phase::Planned => "planned",
            Phase::InWork => "in-work",
            Phase::Overrun => "overrun",
            Phase::Moved => "moved",
            Phase::Cancelled => "cancelled",
        }
    }

    /// The phase with this token; none for any other word.
    pub fn from_token(token: &str) -> Option<Phase> {
        Phase::ALL.into_iter().find(|p| p.token() == token)
    }

    /// True when all that was told as broken works again, or never was broken.
    pub fn is_over(self) -> bool {
        self.is_restored() || self == Phase::NoFault
    }

    /// True when everything of the incident itself works again.
    pub fn is_restored(self) -> bool {
        matches!(self, Phase::Restored | Phase::RestoredHere)
    }

    /// True when the clock moves it on: announced work that takes place and is not done.
    pub fn is_of_work(self) -> bool {
        matches!(self, Phase::Planned | Phase::InWork | Phase::Overrun)
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.token())
    }
}
