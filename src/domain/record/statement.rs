//! A statement in the record: the bytes that were said and what each sentence rested on. It is never changed.

use crate::domain::base::digest::{CanonicalError, sha256, to_canonical_json};
use crate::domain::base::incident::IncidentId;
use crate::domain::base::lang::Lang;
use crate::domain::base::link::LinkId;
use crate::domain::base::time::At;
use crate::domain::base::value::Value;
use crate::domain::config::line::Element;
use crate::domain::record::body::{BodyError, StatementBody};
use crate::domain::record::rendition::{Rendition, SaidLine};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeSet;

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
    /// The name of the text beside the notice that it is; none for a notice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What was said, and in which bytes: `lines` and `renditions`.
    #[serde(flatten)]
    pub body: StatementBody,
    /// By which program its facts were derived and its texts composed; none before format 5.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub derivation: Option<String>,
    /// SHA-256 over all of the above in canonical JSON, with this field empty.
    pub digest: String,
}

/// The payload of an event that issues a statement, with the renditions not parsed yet.
#[derive(Deserialize)]
struct UnparsedStatement<'a> {
    kind: String,
    number: u32,
    audience: String,
    incidents: Vec<IncidentId>,
    as_of: At,
    #[serde(default)]
    previous: Option<u32>,
    #[serde(default)]
    text: Option<String>,
    lines: Vec<SaidLine>,
    #[serde(borrow)]
    renditions: Vec<&'a RawValue>,
    #[serde(default)]
    derivation: Option<String>,
    digest: String,
}

impl StatementIssued {
    /// Reads the payload of an event without parsing the renditions.
    ///
    /// # Errors
    /// When it is no statement.
    pub(crate) fn from_payload_json(json: &str) -> Result<StatementIssued, serde_json::Error> {
        let own: UnparsedStatement<'_> = serde_json::from_str(json)?;
        if own.kind != "StatementIssued" {
            return Err(serde::de::Error::custom("not a statement"));
        }
        Ok(StatementIssued {
            number: own.number,
            audience: own.audience,
            incidents: own.incidents,
            as_of: own.as_of,
            previous: own.previous,
            text: own.text,
            body: StatementBody::from_raw(own.lines, &own.renditions)?,
            derivation: own.derivation,
            digest: own.digest,
        })
    }

    /// Computes the digest anew, to be compared with `digest`.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn compute_digest(&self) -> Result<String, CanonicalError> {
        let mut bare = self.clone();
        bare.digest = String::new();
        to_canonical_json(&bare).map(|text| sha256(text.as_bytes()))
    }

    /// Computes the digest from the canonical JSON of the payload, without reading what it says. None when it has not the form
    /// of a statement.
    pub(crate) fn digest_of_payload(json: &str) -> Option<String> {
        // Inside of a string a quote has a backslash before it, so these are the keys of the payload itself.
        const DIGEST: &str = "\"digest\":\"";
        const KIND: &str = "\"kind\":\"StatementIssued\",";
        let (before, rest) = json.split_once(DIGEST)?;
        let (_, rest) = rest.split_once('"')?;
        let (middle, after) = rest.split_once(KIND)?;
        let bare = format!("{before}{DIGEST}\"{middle}{after}");
        Some(sha256(bare.as_bytes()))
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

    /// The lines, in order.
    pub fn lines(&self) -> &[SaidLine] {
        self.body.lines()
    }

    /// All renditions.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn all_renditions(&self) -> Result<Vec<&Rendition>, BodyError> {
        self.body.all_renditions()
    }

    /// The rendition for a channel in a language; none when there is none.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn find_rendition(
        &self,
        channel: &str,
        lang: Lang,
    ) -> Result<Option<&Rendition>, BodyError> {
        let mut found = self.body.select_lazily(Some(channel), Some(lang))?;
        found.next().transpose()
    }

    /// The title above the text in a language, if the playbook gives one.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn title_in(&self, lang: Lang) -> Result<Option<String>, BodyError> {
        let is_title = |line: usize| {
            let line = self.lines().get(line);
            line.is_some_and(|l| l.element == Element::Title)
        };
        for rendition in self.body.select_lazily(None, Some(lang))? {
            let r = rendition?;
            let placed = r.placed.iter().find(|p| is_title(p.line));
            let title = placed.and_then(|p| r.text.get(p.start..p.end));
            if let Some(title) = title {
                return Ok(Some(title.to_owned()));
            }
        }
        Ok(None)
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
