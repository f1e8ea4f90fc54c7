//! What somebody can do next, as data: in errors a step stands where a person reads a command. It has no words of any
//! command; those are the command line's.

use serde::{Deserialize, Serialize};

use crate::domain::base::link::LinkState;
use crate::domain::base::malformed::Malformed;

/// One step, with what it is about. What the reader has to fill in is no part of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NextStep {
    /// Put the files of the workspace into the record.
    AdoptFiles,
    /// Put one file of the workspace into the record.
    AdoptFile {
        file: String,
    },
    /// Make a workspace in which nothing is ever published.
    StartDrill,
    /// Make a workspace in another folder.
    StartAnew,
    /// Make the tables of a record on a server.
    MakeTables,
    UpgradeTables,
    ImportRecord,
    VerifyRecord,
    /// Go on from the last event that fits.
    RepairRecord,
    /// Declare the clock wrong from an event on.
    DeclareClockWrong {
        from: u64,
    },
    ListEntries,
    RejoinRecord,
    ShowStatus,
    DeclareIncident,
    /// Declare an incident by this playbook, with a link that is down.
    DeclareWithLink {
        playbook: String,
    },
    /// Declare announced work, with its start and end.
    DeclareWork,
    CloseIncident {
        incident: String,
    },
    ReportLink,
    /// Report on one link, or on several with spaces between them.
    Report {
        links: String,
        what: ReportWanted,
    },
    /// Say when a link will be repaired, as its operator says.
    MoveWindow {
        link: String,
    },
    /// Say exactly this window, as this source says it.
    MoveWindowTo {
        link: String,
        window: String,
        source: String,
    },
    /// Say again that all that was reported still is so.
    ConfirmAgain,
    /// Say again that what was reported on one link still is so.
    ConfirmLink {
        link: String,
    },
    /// The same, when only this source may say so.
    ConfirmLinkAs {
        link: String,
        source: String,
    },
    /// Note a fact that the playbook declares.
    NoteFact {
        name: String,
    },
    /// Note that our own work will take longer than announced.
    NoteOverrun {
        incident: String,
    },
    NoteWorkDone,
    /// Keep a note that is never said.
    TakeNote,
    ListFacts,
    /// Also those that nothing backs.
    ListAllFacts,
    ListPlaybooks,
    ShowPlaybook,
    /// Draft for these incidents; for the one that is open when none is named.
    DraftStatement {
        incidents: Vec<String>,
    },
    IssueStatement {
        incidents: Vec<String>,
    },
    /// Issue a statement to others than customers.
    IssueTo {
        incident: String,
        audience: String,
    },
    SubmitDraft {
        incidents: Vec<String>,
    },
    ApproveDraft {
        draft: String,
    },
    ListPendingDrafts,
    ListStatements,
    ListPromises,
    ListOverduePromises,
    /// Make a promise to one case, by hand.
    PromiseToCase {
        kind: String,
    },
    /// Make a promise to another audience, by hand.
    PromiseTo {
        kind: String,
        audience: String,
    },
    ShowPromise {
        number: u32,
    },
    /// Attest that a promise was kept.
    KeepPromise {
        number: u32,
    },
    /// Give a promise another due time.
    RevisePromise {
        number: u32,
    },
    /// Give a promise an earlier due time, with the evidence that allows it.
    RevisePromiseEarlier,
    /// Let a promise outlive its incident, with another due time.
    CarryPromiseOver {
        number: u32,
        to: String,
    },
    ListResources,
    /// Raise what there is of a resource.
    AddResource {
        resource: String,
    },
    /// Raise what there is of a resource by so much.
    AddAmount {
        resource: String,
        amount: u64,
    },
    /// Say how much there is of a resource.
    SetResource {
        resource: String,
    },
    ListOutbox,
    ListOutboxOf {
        outlet: String,
    },
    /// Let texts leave again after the stop key.
    LiftHalt,
    PublishAll,
    /// Send what a planned notice has left to send.
    SendNotice {
        plan: u32,
    },
    PublishTo {
        outlet: String,
    },
    /// Record that somebody was told by hand.
    RecordTold,
    RecordToldTo {
        whom: String,
    },
    HandOver,
    AcceptShift,
    /// Send the head of the record outside.
    SendWitness,
    /// Take on a shift as the one to whom it was handed.
    AcceptShiftAs {
        person: String,
    },
    AddPerson {
        person: String,
    },
    ListRoles,
    DefineRole,
    GrantRole,
    GrantApproval,
    MakeKey,
    TrustKey {
        person: String,
        key: String,
    },
    ListWordingRules,
    /// The command that a file of facts gives, as it stands there.
    AsWritten {
        command: String,
    },
}

/// What a report is asked to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReportWanted {
    /// The state, which nobody has said.
    State,
    /// That it is up, by our own check.
    Up,
    /// That it is up, whoever says so.
    UpByAnybody,
    /// How much it still carries, in the state that it is in.
    CapacityLeft(LinkState),
    /// That the search for the fault has begun.
    Diagnosing,
    /// By what it failed, as confirmed.
    Cause,
    /// Between which moments it will be repaired, as its operator says.
    Window,
    /// That window again, with the name of the operator who gave it.
    WindowParty,
}

/// A piece of an advice.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Piece {
    Words(String),
    Step(NextStep),
}

/// What to do instead: words for staff in which steps may stand; empty when nothing helps.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Advice {
    pieces: Vec<Piece>,
}

impl Advice {
    /// The pieces in their order, to be written one after the other.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The same with words, a step or another advice after it.
    pub fn then(mut self, more: impl Into<Advice>) -> Self {
        self.pieces.extend(more.into().pieces);
        self
    }

    /// What it says where there is no command line: each step is a `…`, and one at the end is left out.
    pub fn without_commands(&self) -> String {
        let pieces = self.pieces.iter().map(|piece| match piece {
            Piece::Words(words) => words.as_str(),
            Piece::Step(_) => "…",
        });
        let text: String = pieces.collect();
        text.trim_end_matches(": …").to_owned()
    }

    pub fn first_step(&self) -> Option<&NextStep> {
        self.pieces.iter().find_map(|piece| match piece {
            Piece::Words(_) => None,
            Piece::Step(step) => Some(step),
        })
    }
}

impl NextStep {
    /// The step with words before it.
    pub fn after(self, words: impl Into<String>) -> Advice {
        Advice::from(words.into()).then(self)
    }
}

impl From<&str> for Advice {
    fn from(words: &str) -> Self {
        Advice::from(words.to_owned())
    }
}

impl From<String> for Advice {
    fn from(words: String) -> Self {
        let pieces = if words.is_empty() {
            Vec::new()
        } else {
            vec![Piece::Words(words)]
        };
        Advice { pieces }
    }
}

impl From<Malformed> for Advice {
    fn from(why: Malformed) -> Self {
        why.0.into()
    }
}

impl From<NextStep> for Advice {
    fn from(step: NextStep) -> Self {
        Advice {
            pieces: vec![Piece::Step(step)],
        }
    }
}
