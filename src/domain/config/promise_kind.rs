//! What a playbook may promise: scope, amounts, due time, what counts as kept. Judges nothing.

use crate::domain::base::lang::Texts;
use crate::domain::base::link::SourceKind;
use crate::domain::base::time::Period;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whose promise it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PromisedBy {
    /// We promise it ourselves.
    #[default]
    Us,
    /// The operator's, passed on.
    Operator,
}

/// What a promise is about; one of each kind, subject and audience is open at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Per {
    /// The statement; fulfilled by the next one.
    Statement,
    /// It is made once for the incident.
    Incident,
    /// It is made for one link.
    Link,
    /// It is made for one region.
    Region,
    /// One case of one customer, by its reference; made by hand.
    Case,
    /// Nothing in particular.
    None,
}

/// How much of a resource a promise uses: a number, or the fact that says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Amount {
    /// A fixed amount, in the resource's own unit.
    Number(u64),
    /// As many as this fact says.
    Fact(String),
}

impl std::fmt::Display for Amount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Amount::Number(n) => write!(f, "{n}"),
            Amount::Fact(path) => f.write_str(path),
        }
    }
}

impl Serialize for Amount {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text =
            crate::domain::base::scalar::read_scalar(d, "a whole number, or the name of a fact")?;
        let is_name = text
            .chars()
            .next()
            .is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
        match text.parse::<u64>() {
            Ok(n) if n > 0 => Ok(Amount::Number(n)),
            Err(_) if is_name => Ok(Amount::Fact(text)),
            _ => Err(serde::de::Error::custom(format!(
                "\"{text}\" is neither a whole number above 0 nor the name of a fact"
            ))),
        }
    }
}

impl JsonSchema for Amount {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Amount".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": ["string", "integer"], "description": "a whole number above 0, or the name of a count fact" })
    }
}

/// What a promise takes from a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Use {
    /// A key of `resources:` in saydo.yaml.
    pub resource: String,
    /// How much of it one promise uses.
    pub amount: Amount,
}

/// A kind of promise that may be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PromiseKind {
    /// What it is called, as it stands after "we promised": per language.
    #[serde(default)]
    pub names: Texts,
    /// What it is about.
    pub per: Per,
    /// The role that keeps it.
    pub owner: String,
    /// Whose promise it is.
    #[serde(default)]
    pub by: PromisedBy,
    /// The evidence: expressions that have to hold.
    #[serde(default)]
    pub needs: Vec<String>,
    /// What it uses, reserved when it is made.
    #[serde(default)]
    pub uses: Vec<Use>,
    /// When it falls due: a fact, or an expression such as `as_of + 10m`.
    pub due: String,
    /// How long after the due time it counts as broken; only at closing when absent.
    #[serde(default)]
    pub grace: Option<Period>,
    /// When it counts as kept: `next-statement`, `up` (every link of its subject, by own check), `attested`
    /// (by the owner, with evidence), or an expression over facts.
    #[serde(default)]
    pub kept_when: Option<String>,
    /// The id of the line that is said when it may not be made, for lines that name none.
    #[serde(default)]
    pub fallback: Option<String>,
    /// To whom it may be made; to all when empty.
    #[serde(default)]
    pub audiences: Vec<String>,
    /// The kinds of source that may move it to an earlier time; all but an estimate when empty.
    #[serde(default)]
    pub earlier_from: Vec<SourceKind>,
}

impl PromiseKind {
    /// When it counts as kept.
    pub fn kept_when(&self) -> &str {
        match &self.kept_when {
            Some(text) => text,
            None if self.per == Per::Statement => NEXT_STATEMENT,
            None if self.per == Per::Link => UP,
            None => ATTESTED,
        }
    }

    /// It passes on the repair window of a link.
    pub fn is_of_window(&self) -> bool {
        matches!(self.due.as_str(), "it.window" | "it.window.latest")
    }

    /// True when a source of this kind may move it to an earlier time.
    pub fn may_be_earlier_by(&self, source: Option<SourceKind>) -> bool {
        match source {
            Some(kind) if self.earlier_from.is_empty() => kind != SourceKind::Estimate,
            Some(kind) => self.earlier_from.contains(&kind),
            None => false,
        }
    }
}

/// Kept by the next statement on the same incidents to the same audience.
pub const NEXT_STATEMENT: &str = "next-statement";

/// Kept when every link of the subject is up by own check.
pub const UP: &str = "up";

/// Kept by lasting until its time without being taken back: a hold.
pub const LASTING: &str = "lasting";

/// Kept when the owner says so, with evidence.
pub const ATTESTED: &str = "attested";
