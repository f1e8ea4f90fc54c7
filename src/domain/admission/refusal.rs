//! Why something may not be recorded, with what to do instead. Decides nothing.

use thiserror::Error;

use crate::domain::team::entitled::NotEntitled;

/// Why something may not be recorded, and what to do instead.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
#[error("{what}")]
pub struct Refusal {
    /// What is wrong, without the hint.
    pub what: String,
    /// What to do instead; empty when nothing helps.
    pub hint: String,
}

impl Refusal {
    /// A refusal with a hint.
    pub fn new(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Refusal {
            what: what.into(),
            hint: hint.into(),
        }
    }
}

impl From<NotEntitled> for Refusal {
    fn from(why: NotEntitled) -> Self {
        let hint = match &why {
            NotEntitled::NotOnTeam {
                person,
                administrators,
            } => format!(
                "act as yourself (--as NAME), or ask {}: saydo person add {person}",
                administrators.join(" or ")
            ),
            NotEntitled::LacksRight { right, holders, .. } if holders.is_empty() => format!(
                "nobody has the right `{right}`; an administrator grants it: saydo role grant ROLE PERSON"
            ),
            NotEntitled::LacksRight { holders, .. } => {
                format!("ask {}, who may", holders.join(" or "))
            }
        };
        Refusal::new(why.to_string(), hint)
    }
}
