//! Why an entry about the team does not fit the entries before it. Repairs nothing.

use thiserror::Error;

/// What an entry about the team names that no earlier entry made, or what it would leave undone.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
pub enum TeamFault {
    /// Nobody on the team acts under this name.
    #[error("there is no person {0}")]
    UnknownPerson(String),
    /// No entry defined this role.
    #[error("there is no role {0}")]
    UnknownRole(String),
    /// The role cannot be revoked.
    #[error("{person} does not have the role {role}")]
    LacksRole {
        /// The name under which the person acts.
        person: String,
        /// The name of the role.
        role: String,
    },
    /// The key of this identifier was trusted by an earlier entry.
    #[error("the key {0} was trusted before")]
    TrustedBefore(String),
    /// No key of this identifier is trusted and not revoked.
    #[error("there is no key {0} in force")]
    UnknownKey(String),
    /// No entry approved anything in advance under this name.
    #[error("nothing is approved in advance under the name {0}")]
    UnknownPreApproval(String),
    /// No entry submitted the draft of this name.
    #[error("the draft {0} was not submitted")]
    NotSubmitted(String),
    /// Nobody could change the team any more.
    #[error("nobody would be left who may administer; grant that first")]
    NobodyInCharge,
    /// Nobody who may change the team could sign that any more.
    #[error("nobody who may administer would be left with a key; trust one first")]
    NobodyCanSign,
}
