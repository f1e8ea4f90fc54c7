//! Reads what claims are held against from JSON, in either of its two forms. It opens no file.

use serde_json::Value;
use thiserror::Error;

use crate::check::against::facts_of_record::from_facts;
use crate::check::against::record_object::{RecordObjectError, from_record};
use crate::check::against::reference_facts::Known;
use crate::domain::facts::fact::{FORMAT, Facts};

/// Why JSON cannot be used as facts.
#[derive(Debug, Error)]
pub enum KnownError {
    /// It says that it is facts, and has another form.
    #[error("these are no facts: {0}")]
    Facts(#[from] serde_json::Error),
    /// It names a format that is none of ours.
    #[error("the format \"{0}\" is not known")]
    Format(String),
    /// It is no record object.
    #[error(transparent)]
    Record(#[from] RecordObjectError),
}

impl Known {
    /// Reads facts (`saydo fact list --json`, docs/facts.md), or a record object: `links` with the state of each, and
    /// what else is known. A record object is closed: what it does not say is not so.
    ///
    /// # Errors
    /// When it is neither.
    pub fn from_json(value: Value) -> Result<Known, KnownError> {
        match value.get("format").and_then(Value::as_str) {
            Some(FORMAT) => Ok(from_facts(&serde_json::from_value::<Facts>(value)?, None)),
            Some(other) => Err(KnownError::Format(other.to_owned())),
            None => Ok(from_record(&value)?),
        }
    }
}
