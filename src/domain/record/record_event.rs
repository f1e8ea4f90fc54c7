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
