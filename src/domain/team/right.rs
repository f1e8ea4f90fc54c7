//! The rights that a role can have, and the roles of a four-eyes set-up. Says nothing about who has which role.

use std::fmt;

/// Something that a role may do. Some rights may be narrowed: `record:links`, `record:facts`, `promise:bill-credit`,
/// `disclose:capacity`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Right {
    /// Record reports, facts and the steps of incidents.
    Record,
    /// Put drafts before those who approve.
    Draft,
    /// Approve and reject drafts, and approve in advance.
    Approve,
    Issue,
    /// Make promises by hand, move them and settle them.
    Promise,
    /// Set the stock of resources.
    Resources,
    /// Change people, roles, keys, rules and adopted files.
    Administer,
    /// Issue a statement without the approval that the rules ask for.
    Override,
    /// Set who may know which facts.
    Disclose,
    /// Carry texts to outlets.
    Publish,
}

impl Right {
    /// Every right, in the order in which messages list them.
    pub const ALL: [Right; 10] = [
        Right::Record,
        Right::Draft,
        Right::Approve,
        Right::Issue,
        Right::Promise,
        Right::Resources,
        Right::Administer,
        Right::Override,
        Right::Disclose,
        Right::Publish,
    ];

    /// The word for it in the record.
    pub fn token(self) -> &'static str {
        match self {
            Right::Record => "record",
            Right::Draft => "draft",
            Right::Approve => "approve",
            Right::Issue => "issue",
            Right::Promise => "promise",
            Right::Resources => "resources",
            Right::Administer => "administer",
            Right::Override => "override",
            Right::Disclose => "disclose",
            Right::Publish => "publish",
        }
    }

    fn may_be_narrowed(self) -> bool {
        matches!(self, Right::Record | Right::Promise | Right::Disclose)
    }
}

impl fmt::Display for Right {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.token())
    }
}

/// True for the text of a right that exists, narrowed or not.
pub fn is_right(text: &str) -> bool {
    let (word, scope) = match text.split_once(':') {
        Some((word, scope)) => (word, Some(scope)),
        None => (text, None),
    };
    let right = Right::ALL.into_iter().find(|r| r.token() == word);
    right.is_some_and(|r| scope.is_none_or(|s| !s.is_empty() && r.may_be_narrowed()))
}

/// The role that may change people, roles, keys and files.
pub const ADMINISTRATOR: &str = "administrator";

/// The roles of a four-eyes set-up, as `init --team` writes them.
pub const ROLES: [(&str, &[Right]); 6] = [
    (ADMINISTRATOR, &[Right::Administer]),
    ("operations", &[Right::Record]),
    (
        "comms",
        &[Right::Draft, Right::Issue, Right::Promise, Right::Publish],
    ),
    ("approver", &[Right::Approve]),
    (
        "duty-manager",
        &[
            Right::Record,
            Right::Draft,
            Right::Approve,
            Right::Issue,
            Right::Promise,
            Right::Resources,
            Right::Override,
            Right::Disclose,
            Right::Publish,
        ],
    ),
    ("publisher", &[Right::Publish]),
];
