//! Who is on the team, with which roles, keys and shifts. Checks no signature and grants no right itself.

use crate::domain::base::time::Period;
use crate::domain::record::payload_group::payload_group;

payload_group! {
    /// Payloads about people, roles, keys, the rules of approval, and shifts.
    pub enum TeamEvent {
        /// Somebody joined the team.
        PersonAdded {
            /// The name under which they act.
            person: String,
            /// Their name in full.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            name: Option<String>,
        },
        /// What a role may do from now on.
        RoleDefined {
            /// The name of the role.
            role: String,
            /// Its rights: `record`, `record:links`, `draft`, ...
            may: Vec<String>,
        },
        /// A person has a role from now on.
        RoleGranted {
            /// The name under which they act.
            person: String,
            /// The name of the role.
            role: String,
        },
        /// A person has a role no longer.
        RoleRevoked {
            /// The name under which they act.
            person: String,
            /// The name of the role.
            role: String,
            /// The reason that was given.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            because: Option<String>,
        },
        /// Entries signed by this key come from this person.
        KeyTrusted {
            /// The name under which its owner acts.
            person: String,
            /// The public key (ed25519), 32 bytes in hexadecimal.
            key: String,
        },
        /// A key signs no further entries; what it signed before stays valid.
        KeyRevoked {
            /// The identifier of the key.
            key: String,
            /// The reason that was given.
            because: String,
        },
        /// Whether statements need approval, and whose.
        TeamRulesSet {
            /// True when issuing needs a valid approval.
            approval: bool,
            /// True when the one who drafted may not approve.
            four_eyes: bool,
            /// How long an approval is valid.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            lasts: Option<Period>,
        },
        ShiftHandedOver {
            /// The person or role that takes over.
            to: String,
            /// The numbers of the promises that go along.
            promises: Vec<u32>,
        },
        /// Whoever recorded this took over the shift.
        ShiftAccepted {
            /// The number of the event that handed it over.
            handover: u64,
        },
    }
}
