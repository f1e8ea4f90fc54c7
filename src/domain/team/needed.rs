//! A right together with the narrower form of it that would do as well. Does not know which payload needs it.

use crate::domain::team::right::Right;

/// A right with the narrower form of it that would do as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RightNeeded<'a> {
    pub right: Right,
    /// The narrower form that would do as well.
    pub scope: RightScope<'a>,
}

/// To what a right may be narrowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RightScope<'a> {
    /// Only the whole right will do.
    Whole,
    /// The right narrowed to this word will do: `record:links`.
    Word(&'a str),
    /// The right narrowed to the kind of the promise of this number will do.
    KindOfPromise(u32),
}

pub(super) fn needs_whole_right(right: Right) -> Option<RightNeeded<'static>> {
    Some(RightNeeded {
        right,
        scope: RightScope::Whole,
    })
}

/// Needs the right, whole or narrowed.
pub(super) fn needs_narrowed(right: Right, scope: RightScope<'_>) -> Option<RightNeeded<'_>> {
    Some(RightNeeded { right, scope })
}
