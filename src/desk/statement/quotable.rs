//! What may be quoted now: the sentences of the last statement whose lines still hold. It words nothing and issues nothing.

use serde::Serialize;

use crate::desk::core::incident_facts::derive_facts;
use crate::desk::statement::review_issued::last_statement;
use crate::desk::statement::verdicts::judge_statement;
use crate::desk::{DeskError, Snapshot};
use crate::domain::base::incident::IncidentId;
use crate::domain::base::lang::Lang;
use crate::domain::base::time::At;
use crate::domain::speech::still_true::Verdict;

/// What one line of a statement says in one channel and one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QuotableText {
    pub channel: String,
    pub lang: Lang,
    /// The line of the playbook that says it.
    pub line: String,
    /// As it was issued, byte for byte.
    pub text: String,
}

/// The last statement about an incident, as far as it may be quoted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Quotable {
    /// The number of the statement.
    pub statement: u32,
    pub incidents: Vec<IncidentId>,
    pub audience: String,
    pub issued_at: At,
    /// Its sentences that still hold, in their order.
    pub sentences: Vec<QuotableText>,
    /// Lines that were issued and may not be quoted any more.
    pub no_longer_true: Vec<String>,
}

/// What may be quoted of the last statement about an incident; none before anything was issued.
///
/// # Errors
/// When its facts cannot be derived, or its text cannot be read.
pub fn list_quotable(
    snapshot: &Snapshot,
    incident: &str,
    audience: &str,
) -> Result<Option<Quotable>, DeskError> {
    // An audience that is not there is an error, and nothing issued to it is none.
    derive_facts(snapshot, incident, audience)?;
    let Some(issued) = last_statement(snapshot, incident, audience) else {
        return Ok(None);
    };
    let statement = &issued.statement;
    let verdicts = judge_statement(snapshot, issued)?;
    let holds = |line: usize| verdicts.get(line) == Some(&Verdict::Holds);
    let name = |line: usize| statement.lines().get(line).map(|l| l.id.clone());
    let mut sentences = Vec::new();
    for rendition in statement.all_renditions()? {
        for placed in rendition.placed.iter().filter(|p| holds(p.line)) {
            let text = rendition.text.get(placed.start..placed.end);
            sentences.extend(
                text.zip(name(placed.line))
                    .map(|(text, line)| QuotableText {
                        channel: rendition.channel.clone(),
                        lang: rendition.lang,
                        line,
                        text: text.trim().to_owned(),
                    }),
            );
        }
    }
    let gone = (0..verdicts.len()).filter(|line| !holds(*line));
    Ok(Some(Quotable {
        statement: statement.number,
        incidents: statement.incidents.clone(),
        audience: statement.audience.clone(),
        issued_at: issued.at,
        sentences,
        no_longer_true: gone.filter_map(name).collect(),
    }))
}
