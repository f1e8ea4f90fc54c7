//! How a promise is made, moved, taken back and kept. Does not judge whether it was kept in time.

use serde::{Deserialize, Serialize};

use crate::domain::base::lang::Texts;
use crate::domain::base::link::LinkId;
use crate::domain::base::time::{At, Period, When};
use crate::domain::config::promise_kind::{Per, PromisedBy};
use crate::domain::record::payload_group::payload_group;

payload_group! {
    /// Payloads about promises, which are known by their number in the ledger.
    pub enum PromiseEvent {
        PromiseMade(PromiseMade),
        /// A promise got another due time.
        PromiseRevised {
            /// The number of the promise.
            number: u32,
            /// The new due time.
            due: When,
            /// The instant at which the due time has passed, by the zone of the day on which it was said.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            ends: Option<At>,
            /// The statement that said so; none when it was revised by hand and nobody has been told yet.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            statement: Option<u32>,
            /// The reason that was given.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            because: Option<String>,
            /// What an earlier due time rests on.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            evidence: Option<Evidence>,
            /// What the promise uses from now on, when that is more than before.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            uses: Vec<Reserved>,
            /// What it covers from now on, when that is more than before.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            scope: Vec<LinkId>,
        },
        /// A promise was taken back.
        PromiseWithdrawn {
            /// The number of the promise.
            number: u32,
            /// The reason that was given.
            because: String,
            /// The statement that said so; none when it was withdrawn by hand.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            statement: Option<u32>,
        },
        /// The owner attests that a promise was kept.
        PromiseKept {
            /// The number of the promise.
            number: u32,
            /// What shows that it was kept.
            evidence: Evidence,
            /// When it was kept, when that is not the time of saying so.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            kept_at: Option<At>,
        },
        /// Whoever recorded this answers for the promise from now on.
        PromiseAccepted {
            /// The number of the promise.
            number: u32,
        },
        /// A promise outlives its incident, with an owner and a due time.
        PromiseCarriedOver {
            /// The number of the promise.
            number: u32,
            /// The role or person that keeps it from now on.
            to: String,
            /// When it falls due.
            due: When,
            /// The instant at which the due time has passed, by the zone of the day on which it was said.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            ends: Option<At>,
        },
    }
}

/// What shows that something was done: words, or a file kept by its digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The evidence in words; for a file its name.
    pub text: String,
    /// SHA-256 of the file, under which the workspace keeps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

/// An amount of a resource that a promise reserves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reserved {
    /// A key of `resources:` in the workspace.
    pub resource: String,
    /// The amount in the resource's own unit, frozen when the promise was made.
    pub amount: u64,
}

/// A promise as it was made, with its terms frozen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromiseMade {
    /// Its number in the ledger.
    pub number: u32,
    /// Its kind, a key of `promises:` in the playbook or workspace.
    pub promise: String,
    /// What it is about: a link, a region, or the reference of a case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// What kind of thing the subject is; read as a link when a subject of version 1 does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per: Option<Per>,
    /// The links, regions and services that it covers, when it is about an incident; not said by older records.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scope: Vec<LinkId>,
    pub audience: String,
    /// The role that keeps it.
    pub owner: String,
    /// Whether the operator or another party promises.
    pub by: PromisedBy,
    /// When it falls due.
    #[serde(with = "crate::domain::base::time::in_numbers")]
    pub due: When,
    /// The instant at which the due time has passed, by the zone of the day on which it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(with = "crate::domain::base::time::in_numbers::or_none")]
    pub ends: Option<At>,
    /// The statement that made it; none when it was made by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<u32>,
    /// What customers read it is called, in each language.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub names: Texts,
    /// The resources that it reserves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uses: Vec<Reserved>,
    /// When it counts as kept: `next-statement`, `up`, `attested`, or an expression over facts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_when: Option<String>,
    /// The outlets at which a next statement has to be before it counts; when empty, it counts once it is issued.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub visible_at: Vec<String>,
    /// How long after the due time it is broken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grace: Option<Period>,
    /// True when it passes on a repair window: when the window slips, the link's next line corrects it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub of_window: bool,
    /// The numbers of the events on which it rested.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<u64>,
    /// A note for staff, never told to customers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}
