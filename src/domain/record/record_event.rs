//! Payloads about the record itself: files adopted, reminders given, entries taken back. Reads no file.

use serde::{Deserialize, Serialize};

use crate::domain::record::payload_group::payload_group;

payload_group! {
    /// Payloads about the record and the files on which its decisions rest.
    pub enum RecordEvent {
        /// A file came into force.
        TextAdopted {
            /// What kind of file it is.
            text_kind: TextKind,
            /// The name of the playbook; for other files the kind.
            name: String,
            /// SHA-256 of the text.
            digest: String,
            /// The whole text of the file.
            text: String,
        },
        /// This record is a drill: every text is marked, and nothing in it is ever published.
        DrillBegun {},
        /// `tick` reminded people of what is due.
        Reminded {
            /// The keys of the reminders that were given.
            keys: Vec<String>,
        },
        /// A wrong entry was taken back.
        Retracted {
            /// The number of the entry.
            seq: u64,
            /// The reason that was given.
            because: String,
        },
        /// The clock was wrong from an event on: what it wrote counts as written when it went wrong.
        ClockDeclaredWrong {
            /// The number of the first event that the wrong clock wrote.
            from: u64,
            /// The reason that was given.
            because: String,
        },
        /// An administrator lets the entry that follows lie ahead of the machine's clock.
        ClockAheadAllowed {
            /// By how much, in seconds.
            seconds: u64,
            /// The reason that was given.
            because: String,
        },
        /// The head of the record was sent to places outside, so that they can show later what it was.
        HeadWitnessed {
            /// The number of the last event then.
            events: u64,
            /// The hash of that event.
            hash: String,
            /// The outlets that took it.
            outlets: Vec<String>,
        },
        /// Events that did not fit, or were lost, are left out of the record from here on. What was cut off is kept aside.
        RecordRepaired {
            /// The number of the first event that is not in the record any more.
            from: u64,
            /// How many events were cut off, or are known to be lost.
            dropped: u64,
            /// SHA-256 of what was cut off, as JSON Lines; none when it was lost before.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            digest: Option<String>,
            /// The reason that was given.
            because: String,
        },
    }
}

/// The kind of a file that decisions rest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TextKind {
    /// The text of `saydo.yaml`.
    Workspace,
    /// The text of `network.yaml`.
    Network,
    /// A playbook or a base that playbooks build on.
    Playbook,
}

impl TextKind {
    /// The word for it in messages.
    pub fn token(self) -> &'static str {
        match self {
            TextKind::Workspace => "workspace",
            TextKind::Network => "network",
            TextKind::Playbook => "playbook",
        }
    }
}
