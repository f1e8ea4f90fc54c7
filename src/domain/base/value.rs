//! The closed list of types that a fact can have. It derives no fact.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::base::decimal::{Decimal, Share};
use crate::domain::base::lang::Texts;
use crate::domain::base::link::LinkId;
use crate::domain::base::time::{Moment, Period, Window};

/// A link by identifier, with the name that customers know.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Named {
    pub id: LinkId,
    pub names: Texts,
}

/// The value of a fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "value", rename_all = "kebab-case")]
pub enum Value {
    Count(u64),
    /// A number with up to three digits after the point.
    Decimal(Decimal),
    /// A part of a whole.
    Share(Share),
    /// A day in the zone of the facts.
    Date(NaiveDate),
    Instant(Moment),
    /// From the earliest to the latest.
    Window(Window),
    /// A length of time.
    Duration(Period),
    /// One word of a closed list.
    State(String),
    /// A link, region or service.
    Link(Named),
    /// Several of them, in the network's order.
    List(Vec<Named>),
    /// Words in every language.
    Phrase(Texts),
}

impl Value {
    pub fn from_state(word: impl ToString) -> Self {
        Value::State(word.to_string())
    }

    pub fn type_name(&self) -> &'static str {
        match self {
            Value::Count(_) => "count",
            Value::Decimal(_) => "decimal",
            Value::Share(_) => "share",
            Value::Date(_) => "date",
            Value::Instant(_) => "instant",
            Value::Window(_) => "window",
            Value::Duration(_) => "duration",
            Value::State(_) => "state",
            Value::Link(_) => "link",
            Value::List(_) => "list",
            Value::Phrase(_) => "phrase",
        }
    }

    /// For staff: one short form without regard to language.
    pub fn to_plain_text(&self) -> String {
        match self {
            Value::Count(n) => n.to_string(),
            Value::Decimal(d) => d.to_string(),
            Value::Share(s) => s.to_string(),
            Value::Date(d) => d.to_string(),
            Value::Instant(m) => m.to_string(),
            Value::Window(w) => match w.earliest {
                Some(e) => format!("{e}..{}", w.latest),
                None => format!("..{}", w.latest),
            },
            Value::Duration(p) => p.to_string(),
            Value::State(s) => s.clone(),
            Value::Link(l) => l.id.clone(),
            Value::List(l) => l
                .iter()
                .map(|n| n.id.as_str())
                .collect::<Vec<_>>()
                .join(", "),
            Value::Phrase(t) => t
                .get_or_any(crate::domain::base::lang::Lang::USUAL)
                .to_owned(),
        }
    }
}
