//! A fault that a history shows. It says what, not why.

use std::fmt;

/// What was wrong, by a kind that many histories share.
#[derive(Debug)]
pub(super) struct Fault {
    pub kind: String,
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind, self.what)
    }
}
