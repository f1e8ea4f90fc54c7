//! A statement as the record holds it: the bytes that were said and what each sentence rested on. Decides nothing.

use crate::domain::base::digest::{CanonicalError, canonical, sha256};
use crate::domain::base::incident::IncidentId;
use crate::domain::base::lang::Lang;
use crate::domain::base::link::LinkId;
use crate::domain::base::time::At;
use crate::domain::base::value::Value;
use crate::domain::config::line::Element;
use crate::domain::record::body::Body;
use crate::domain::record::rendition::{Rendition, SaidLine};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// An issued statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementIssued {
    /// Its number in the record, from 1.
    pub number: u32,
    /// The audience to which it speaks.
    pub audience: String,
    /// The incidents that it speaks of.
    pub incidents: Vec<IncidentId>,
    /// The moment whose facts it states, UTC.
    pub as_of: At,
    /// The number of the statement before it, on the same incident and to the same audience.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<u32>,
    /// What was said, and in which bytes: `lines` and `renditions`.
    #[serde(flatten)]
    pub body: Body,
    /// SHA-256 over all of the above in canonical JSON, with this field empty.
    pub digest: String,
}

impl StatementIssued {
    /// Computes the digest anew, to be compared with `digest`.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn compute_digest(&self) -> Result<String, CanonicalError> {
        let mut bare = self.clone();
        bare.digest = String::new();
        canonical(&bare).map(|text| sha256(text.as_bytes()))
    }

    /// The links of which this statement names a repair window, or says that one has passed.
    pub(crate) fn links_with_window(&self) -> BTreeSet<LinkId> {
        let claims = self.lines().iter().flat_map(|l| &l.claims);
        claims
            .filter_map(|path| {
                let rest = path.strip_prefix("links.")?;
                rest.strip_suffix(".window")
                    .or_else(|| rest.strip_suffix(".told_window"))
                    .map(str::to_owned)
            })
            .collect()
    }

    /// What was said, line by line.
    pub fn lines(&self) -> &[SaidLine] {
        self.body.lines()
    }

    /// All renditions of the statement.
    pub fn renditions(&self) -> impl ExactSizeIterator<Item = &Rendition> + Clone {
        self.body.renditions()
    }

    /// The rendition for a channel in a language, if the statement has one.
    pub fn rendition(&self, channel: &str, lang: Lang) -> Option<&Rendition> {
        self.body.some(Some(channel), Some(lang)).next()
    }

    /// The title that stands above the text in a language, if its playbook gives one.
    pub fn title(&self, lang: Lang) -> Option<String> {
        self.body.some(None, Some(lang)).find_map(|r| {
            let placed = r.placed.iter().find(|p| {
                self.lines()
                    .get(p.line)
                    .is_some_and(|l| l.element == Element::Title)
            })?;
            r.text.get(placed.start..placed.end).map(str::to_owned)
        })
    }

    /// When it says that the next statement comes, UTC; none when it does not say so.
    pub fn next_update(&self) -> Option<At> {
        self.lines()
            .iter()
            .find_map(|l| match l.reads.get("next_update") {
                Some(Value::Instant(m)) if l.claims.iter().any(|c| c == "next_update") => {
                    Some(m.at)
                }
                _ => None,
            })
    }
}
