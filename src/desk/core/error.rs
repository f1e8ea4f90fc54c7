//! What goes wrong at the desk. It does not say how a command shows it.

use crate::domain::base::next_step::{Advice, NextStep};
use thiserror::Error;

use crate::desk::core::doubt::Doubt;
use crate::domain::admission::refusal::Refusal;
use crate::domain::base::incident::IncidentId;
use crate::domain::base::time::{At, to_rfc3339};
use crate::domain::facts::subject::DeriveError;
use crate::domain::record::body::BodyError;
use crate::domain::record::event::EventError;
use crate::domain::speech::compose::ComposeError;
use crate::domain::speech::draft::{DigestError, Draft};
use crate::domain::speech::finding::Finding;
use crate::domain::state::replay::ReplayError;
use crate::domain::team::entitled::NotEntitled;
use crate::store::StoreError;
use crate::store::yaml::Trouble;

/// What goes wrong at the desk.
#[derive(Debug, Error)]
pub enum DeskError {
    /// The store cannot do it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An event cannot be read.
    #[error(transparent)]
    Event(#[from] EventError),
    /// An event does not fit.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// It may not be recorded.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The actor may not, or approval is missing: refused, with whom to ask.
    #[error(transparent)]
    NotAllowed(Refusal),
    /// The text of a statement cannot be read.
    #[error(transparent)]
    Body(#[from] BodyError),
    /// Facts cannot be derived.
    #[error(transparent)]
    Derive(#[from] DeriveError),
    /// The playbook is at fault.
    #[error("playbook {playbook}: {error}")]
    Compose {
        playbook: String,
        /// What is wrong.
        error: ComposeError,
    },
    /// Files are wrong.
    #[error("{}", .0.first().map_or_else(String::new, ToString::to_string))]
    Files(Vec<Trouble>),
    /// Nothing has been adopted.
    #[error("the record holds no {0}; adopt it first")]
    NothingAdopted(&'static str),
    /// The gate refuses the statement.
    #[error("the gate refuses the statement")]
    Gate(Box<Draft>, Vec<Finding>),
    /// A standing decision rested on something that has changed.
    #[error("{0}")]
    Moved(String),
    /// A draft is named that the record or the clock has passed over: these incidents have to be drafted again.
    #[error("{what}")]
    OldDraft {
        what: String,
        incidents: Vec<IncidentId>,
    },
    /// What is to be written has no canonical form.
    #[error(transparent)]
    Unwritable(#[from] DigestError),
    /// A draft is named that speaks of a moment to come.
    #[error("the draft is of {}, which is still to come", to_rfc3339(*.0))]
    DraftAhead(At),
    /// What was noted apart does not go on from the record in one chain.
    #[error("{0}")]
    SideJournal(String),
    /// Nothing may rest on the record as it stands.
    #[error("{0}. Nothing was written")]
    Doubtful(Doubt),
    /// Entries were noted apart, and the file with them is gone.
    #[error("the side journal is missing")]
    NoSideJournal,
    /// No incident was declared.
    #[error("no incident was declared")]
    NoIncident,
    /// The record does not back it: refused, with what is missing.
    #[error("{what}")]
    NotBacked {
        /// What was refused.
        what: String,
        /// What is missing, each with the next step.
        hints: Vec<Advice>,
    },
    /// The record could not be written any more while texts were leaving.
    #[error("{}. By then these had left: {left}", .error.to_string().replace("nothing was written", "nothing more was written"))]
    BrokenOff {
        /// What went wrong with the record.
        error: Box<DeskError>,
        /// How many texts left, outlet by outlet.
        left: String,
    },
    /// A page cannot be made, which tests rule out.
    #[error("the page cannot be made: {0}")]
    Page(String),
    /// It stands in the way of closing.
    #[error("{what}")]
    NotYet {
        /// What stands in the way.
        what: String,
        /// What is missing, each with the next step.
        hints: Vec<Advice>,
    },
}

impl DeskError {
    /// The whole message, with the step that may mend a record.
    pub fn with_step(&self) -> Advice {
        match self {
            DeskError::Store(error) => error.with_step(),
            DeskError::BrokenOff { .. } => Advice::from(self.to_string())
                .then(NextStep::ListOutbox.after(". What is under way: ")),
            DeskError::Doubtful(doubt) => Advice::from(format!("{self}; ")).then(doubt.next_step()),
            other => other.to_string().into(),
        }
    }
}

impl From<NotEntitled> for DeskError {
    fn from(why: NotEntitled) -> Self {
        DeskError::NotAllowed(why.into())
    }
}
