//! An audience and what it may know. Does not know which facts those are.

use crate::domain::base::lang::Texts;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The audience that exists when a workspace lists none that may know only what is public.
pub const CUSTOMERS: &str = "customers";

/// How much somebody may know.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Disclosure {
    /// Anybody may know it.
    Public,
    /// Anybody, but figures only in bands ("about a third").
    Banded,
    /// Business customers and staff may know it.
    Business,
    /// Only staff may know it.
    Staff,
}

impl Disclosure {
    /// The word for it in files and in the record.
    pub fn token(self) -> &'static str {
        match self {
            Disclosure::Public => "public",
            Disclosure::Banded => "banded",
            Disclosure::Business => "business",
            Disclosure::Staff => "staff",
        }
    }
}

/// Who is spoken to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Audience {
    /// What they are called.
    #[serde(default)]
    pub names: Texts,
    /// What they may know: `public`, `business` or `staff`.
    pub may_know: Disclosure,
    /// The channels through which they are spoken to; all when empty.
    #[serde(default)]
    pub channels: Vec<String>,
}
