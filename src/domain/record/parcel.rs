//! One text for one outlet, and what came back for it. Sends nothing.

use crate::domain::base::lang::Lang;
use crate::domain::base::time::At;
use serde::{Deserialize, Serialize};

/// One text for one outlet: a rendition (or all languages of a channel at once), to one person where there are many.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Parcel {
    /// The key by which records and outlets know it: the same text to the same outlet has the same key.
    pub key: String,
    /// The number of the statement.
    pub statement: u32,
    /// The name of the channel.
    pub channel: String,
    /// The language; none when one message holds all languages of the outlet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<Lang>,
    /// To whom: a person of a list (as a digest), somebody called by hand, or `LINK=STATE` of a component.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The outlet has it.
    Delivered,
    /// The outlet does not have it; it is tried again.
    Failed,
    /// The outlet does not have it after all tries.
    GivenUp,
    /// The outlet may have it and cannot be asked: a person has to decide.
    Unclear,
    /// The outlet refused it.
    Refused,
    /// A newer statement took its place before it left.
    Superseded,
    /// A person decided that it is not sent.
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

/// The result of one attempt to deliver a parcel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The text that was attempted.
    #[serde(flatten)]
    pub parcel: Parcel,
    /// How the attempt ended.
    pub outcome: Outcome,
    /// The outlet's own number for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The reason, when it was not delivered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    /// The earliest time of the next attempt, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again: Option<At>,
}
