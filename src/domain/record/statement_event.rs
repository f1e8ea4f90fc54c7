//! What is issued to an audience, and how it is approved before. Holds no rule about who may approve.

use std::collections::BTreeMap;

use crate::domain::base::incident::IncidentId;
use crate::domain::base::time::At;
use crate::domain::record::payload_group::payload_group;
use crate::domain::record::statement::StatementIssued;

payload_group! {
    /// Payloads about statements and their approval.
    pub enum StatementEvent {
        StatementIssued(StatementIssued),
        /// A draft was put before those who approve.
        DraftSubmitted {
            /// The name of the draft: moment and digest.
            draft: String,
            /// The audience to which it speaks.
            audience: String,
            /// The incidents of which it speaks.
            incidents: Vec<IncidentId>,
            /// The name of the text beside the notice that it is; none for a notice.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            text: Option<String>,
        },
        /// Exactly the bytes of this draft may be issued.
        StatementApproved {
            /// The name of the draft.
            draft: String,
            /// When the approval lapses, UTC; not written before format 5.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            until: Option<At>,
        },
        /// This draft may not be issued.
        StatementRejected {
            /// The name of the draft.
            draft: String,
            /// The reason that was given.
            because: String,
        },
        /// What may be issued from now on without anybody being asked.
        PreApproved {
            /// The name of this approval.
            name: String,
            /// The playbook whose incidents it covers.
            playbook: String,
            /// The audience that it covers.
            audience: String,
            /// True when it covers only the first statement on an incident.
            #[serde(default, skip_serializing_if = "std::ops::Not::not")]
            first: bool,
            /// The lines that it covers; any when empty.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            lines: Vec<String>,
            /// The channels that it covers; all when empty.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            channels: Vec<String>,
            /// The values that were foreseen, by path.
            #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
            slots: BTreeMap<String, String>,
            /// When it ends, UTC.
            until: At,
            /// The reason that was given.
            because: String,
        },
        /// A statement was issued under what was approved in advance.
        PreApprovalUsed {
            /// The name of the approval.
            name: String,
            /// The number of the statement.
            statement: u32,
        },
        /// A statement was issued without approval.
        ApprovalOverridden {
            /// The number of the statement.
            statement: u32,
            /// The reason that was given.
            because: String,
        },
    }
}
