//! Whether a person may record a payload, by the roles they have. Checks no signature.

use thiserror::Error;

use crate::domain::record::payload::EventPayload;
use crate::domain::team::needed::RightScope;
use crate::domain::team::right::Right;
use crate::domain::team::rights_needed::right_needed;
use crate::domain::team::team_state::Team;

/// Why a person may not record a payload.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
pub enum NotEntitled {
    /// They are not on the team.
    #[error("\"{person}\" is not of the team")]
    NotOnTeam {
        /// The name under which they act.
        person: String,
        /// The people who may add them.
        administrators: Vec<String>,
    },
    /// None of their roles has the right.
    #[error("{person} may not do this ({kind}): it needs the right `{right}`")]
    LacksRight {
        /// The name under which they act.
        person: String,
        /// The kind of the payload.
        kind: &'static str,
        /// The right that the payload needs.
        right: Right,
        /// The people who have that right.
        holders: Vec<String>,
    },
}

impl Team {
    /// Checks that a person may record this payload. `kind_of` gives the kind of a promise by its number.
    ///
    /// # Errors
    /// When they are not on the team, or lack the right that it needs.
    pub fn check_entitled(
        &self,
        by: &str,
        payload: &EventPayload,
        kind_of: &dyn Fn(u32) -> Option<String>,
    ) -> Result<(), NotEntitled> {
        if !self.has_roles() {
            return Ok(());
        }
        let names = |people: Vec<&str>| people.into_iter().map(str::to_owned).collect();
        if !self.people.contains_key(by) {
            return Err(NotEntitled::NotOnTeam {
                person: by.to_owned(),
                administrators: names(self.people_with_right(Right::Administer, None)),
            });
        }
        let Some(needed) = right_needed(payload) else {
            return Ok(());
        };
        let scope = match needed.scope {
            RightScope::Whole => None,
            RightScope::Word(word) => Some(word.to_owned()),
            RightScope::KindOfPromise(number) => kind_of(number),
        };
        if self.has_right(by, needed.right, scope.as_deref()) {
            return Ok(());
        }
        Err(NotEntitled::LacksRight {
            person: by.to_owned(),
            kind: payload.kind(),
            right: needed.right,
            holders: names(self.people_with_right(needed.right, scope.as_deref())),
        })
    }
}
