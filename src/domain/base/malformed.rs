//! A text that is not what it was read as. It reads nothing itself.

use thiserror::Error;

/// A text that is not what it was read as: what it is not, and what it may look like.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct Malformed(pub String);

impl From<Malformed> for String {
    fn from(why: Malformed) -> Self {
        why.0
    }
}
