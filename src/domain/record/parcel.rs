//! One text for one outlet, and what came back for it. Sends nothing.

use crate::domain::base::lang::Lang;
use crate::domain::base::time::At;
use serde::{Deserialize, Serialize};

/// One text for one outlet: a rendition (or all languages of a channel at once), to one person where there are many.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Parcel {
    /// By which it is known everywhere: the same text to the same outlet has the same.
    pub key: String,
    /// The statement.
    pub statement: u32,
    /// The channel.
    pub channel: String,
    /// The language; all of the outlet's in one when none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<Lang>,
    /// To whom: a person of a list (as a digest), somebody called by hand, or `LINK=STATE` of a component.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It is there.
    Delivered,
    /// It is not there, and is tried again.
    Failed,
    /// It is not there after all tries.
    GivenUp,
    /// It may be there or not, and nobody can be asked: for a person to decide.
    Unclear,
    /// The outlet does not take it.
    Refused,
    /// A newer statement took its place before it left.
    Superseded,
    /// A person decided that it does not go.
    Dropped,
    /// A person decided that it is tried again.
    Again,
}

impl Outcome {
    /// The word for it in the record.
    pub fn token(self) -> &'static str {
        match self {
            Outcome::Delivered => "delivered",
            Outcome::Failed => "failed",
            Outcome::GivenUp => "given-up",
            Outcome::Unclear => "unclear",
            Outcome::Refused => "refused",
            Outcome::Superseded => "superseded",
            Outcome::Dropped => "dropped",
            Outcome::Again => "again",
        }
    }
}

/// What became of a parcel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Which.
    #[serde(flatten)]
    pub parcel: Parcel,
    /// How it ended.
    pub outcome: Outcome,
    /// The outlet's own number for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Why, when it is not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    /// Not before then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again: Option<At>,
}
