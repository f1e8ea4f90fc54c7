//! One thing that is due. It does not say how it was found.

use crate::domain::base::next_step::NextStep;
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use crate::domain::base::time::At;

/// What kind of thing is due; the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DueKind {
    /// A promise whose time has passed.
    Overdue,
    /// Everything is stopped: nothing reaches anybody.
    Halted,
    /// Nothing has been issued, and the time of the first notice has passed.
    FirstNoticeLate,
    /// A sentence that was issued and no longer holds.
    Untrue,
    /// Something told of a closed incident that an entry taken back has shown to be wrong.
    Owed,
    /// A text that did not arrive, or may not have; somebody has to look.
    Stuck,
    /// A text whose sending has failed several times and is tried again.
    Failing,
    /// Somebody reported trouble, and no incident is about it.
    Undeclared,
    /// Announced work past its end.
    WorkOver,
    /// A promise stands that has nothing behind it any more.
    Groundless,
    /// Something heard that has moved, was missed or taken back, and has not been told.
    Untold,
    /// The point from which work could not go back in time is near or past.
    Rollback,
    /// A draft waits for approval.
    Approval,
    /// A text waits for somebody who publishes.
    Unpublished,
    /// Nothing has been issued, and the first notice is due soon.
    FirstNotice,
    /// The promised next update is due soon.
    UpdateSoon,
    /// Another promise is due soon.
    PromiseSoon,
    /// Somebody is to be told by hand.
    ByHand,
    /// Announced work close to its end.
    WorkEnding,
    /// The soak time is over.
    Soaked,
    /// Facts are too old to be said.
    Stale,
    /// The head of the record has not gone outside for too long.
    Witness,
    /// A shift that nobody took on.
    Handover,
    /// Nothing of an incident is open any more.
    CanClose,
}

impl DueKind {
    /// The word for it, by which several kinds may go.
    pub fn token(self) -> &'static str {
        self.word_and_rank().0
    }

    /// How bad it is, 100 the worst.
    pub fn rank(self) -> u8 {
        self.word_and_rank().1
    }

    fn word_and_rank(self) -> (&'static str, u8) {
        match self {
            DueKind::Overdue => ("overdue", 100),
            DueKind::Halted => ("halted", 99),
            DueKind::FirstNoticeLate => ("first-notice", 95),
            DueKind::Untrue => ("untrue", 90),
            DueKind::Owed => ("owed", 88),
            DueKind::Stuck => ("undelivered", 88),
            DueKind::Failing => ("undelivered", 86),
            DueKind::Undeclared => ("undeclared", 92),
            DueKind::WorkOver => ("work-over", 85),
            DueKind::Groundless => ("groundless", 82),
            DueKind::Untold => ("untold", 80),
            DueKind::Rollback => ("rollback", 75),
            DueKind::Approval => ("approval", 75),
            DueKind::Unpublished => ("unpublished", 72),
            DueKind::FirstNotice => ("first-notice", 70),
            DueKind::UpdateSoon => ("due-soon", 65),
            DueKind::PromiseSoon => ("due-soon", 60),
            DueKind::ByHand => ("by-hand", 58),
            DueKind::WorkEnding => ("work-over", 55),
            DueKind::Soaked => ("soaked", 50),
            DueKind::Stale => ("stale", 40),
            DueKind::Witness => ("witness", 35),
            DueKind::Handover => ("handover", 30),
            DueKind::CanClose => ("can-close", 20),
        }
    }
}

/// As its word and its rank, beside the rest of the item.
impl Serialize for DueKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut both = serializer.serialize_struct("DueKind", 2)?;
        both.serialize_field("rank", &self.rank())?;
        both.serialize_field("kind", self.token())?;
        both.end()
    }
}

/// One thing that is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DueItem {
    #[serde(flatten)]
    pub kind: DueKind,
    /// Its name: the same thing has the same.
    pub key: String,
    pub incident: Option<String>,
    pub what: String,
    /// What settles it; a command where it is shown.
    #[serde(skip)]
    pub step: NextStep,
}

pub(in crate::desk) fn ago(from: At, to: At) -> String {
    let minutes = (to - from).num_minutes();
    match minutes {
        m if m < 120 => format!("{m} min"),
        m if m < 48 * 60 => format!("{} h {} min", m / 60, m % 60),
        m => format!("{} days", m / (24 * 60)),
    }
}
