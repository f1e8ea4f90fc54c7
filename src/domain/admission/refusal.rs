//! Why something may not be recorded, with what to do instead. Decides nothing.

use thiserror::Error;

use crate::domain::base::next_step::{Advice, NextStep};
use crate::domain::team::entitled::NotEntitled;

/// Why something may not be recorded, and what to do instead.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
#[error("{what}")]
pub struct Refusal {
    /// What is wrong, without the hint.
    pub what: String,
    /// What to do instead; empty when nothing helps.
    pub hint: Advice,
}

impl Refusal {
    /// A refusal with a hint.
    pub fn new(what: impl Into<String>, hint: impl Into<Advice>) -> Self {
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
            } => NextStep::AddPerson {
                person: person.clone(),
            }
            .after(format!(
                "act as yourself (--as NAME), or ask {}: ",
                administrators.join(" or ")
            )),
            NotEntitled::LacksRight { right, holders, .. } if holders.is_empty() => {
                NextStep::GrantRole.after(format!(
                    "nobody has the right `{right}`; an administrator grants it: "
                ))
            }
            NotEntitled::LacksRight { holders, .. } => {
                format!("ask {}, who may", holders.join(" or ")).into()
            }
        };
        Refusal::new(why.to_string(), hint)
    }
}
