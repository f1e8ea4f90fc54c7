//! `saydo check --quote`: whether a sentence is what we say now. It looks only at what was issued.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use crate::cli::output::Output;
use crate::cli::session::{Session, workspace_zone};
use crate::cli::times;
use crate::cli::trouble::{REFUSED, Trouble};
use crate::desk::Journal;
use crate::desk::statement::check_text::{essence, split_sentences};
use crate::desk::statement::review_issued::last_statement;
use crate::desk::statement::verdicts::judge_statement;
use crate::domain::record::body::BodyError;
use crate::domain::speech::still_true::Verdict;
use crate::domain::state::incident::Issued;

/// Where a sentence was said: the statement, and the line when one line holds it.
struct Said<'a> {
    issued: &'a Issued,
    line: Option<usize>,
    words: String,
}

/// Looks each sentence of a quote up among what was issued, the latest first.
///
/// # Errors
/// When an incident does not exist or a statement cannot be judged.
pub fn run(
    text: &str,
    incident: Option<&str>,
    session: &Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let only = incident
        .map(|name| session.find_incident(desk, Some(name)))
        .transpose()?;
    if let Some(id) = &only {
        desk.read_closed(id)?;
    }
    let mut all: Vec<Json> = Vec::new();
    let mut is_current = true;
    for place in split_sentences(text) {
        let sentence = &text[place.start..place.end];
        let wanted = essence(sentence);
        if wanted.is_empty() {
            continue;
        }
        out.line(sentence);
        let is_asked = |s: &&Arc<Issued>| {
            only.as_ref()
                .is_none_or(|id| s.statement.incidents.contains(id))
        };
        let mut found = None;
        for issued in desk.state.statements.iter().rev().filter(is_asked) {
            found = said(issued, &wanted)?;
            if found.is_some() {
                break;
            }
        }
        let Some(found) = found else {
            is_current = false;
            out.line("  never issued");
            all.push(json!({ "sentence": sentence, "standing": "never-issued" }));
            continue;
        };
        let s = &found.issued.statement;
        let at = times::format_time(found.issued.at, desk.clock.now, workspace_zone(desk));
        let latest = s
            .incidents
            .iter()
            .filter_map(|id| last_statement(desk, id, &s.audience))
            .map(|last| last.statement.number)
            .max()
            .unwrap_or(s.number);
        let verdicts = judge_statement(desk, found.issued)?;
        let verdict = found.line.and_then(|l| verdicts.get(l));
        let (standing, why) = match verdict {
            Some(Verdict::Changed { path, now, by }) => {
                let by = by.map(|b| format!(" since event {b}")).unwrap_or_default();
                let now = if now.is_empty() { "none" } else { now };
                ("no-longer-true", format!("{path} is now {now}{by}"))
            }
            Some(Verdict::Lapsed { path, .. }) => ("no-longer-true", format!("{path} has lapsed")),
            _ if latest > s.number => (
                "superseded",
                format!("statement {latest} no longer says it"),
            ),
            _ => ("current", String::new()),
        };
        is_current &= standing == "current";
        let standing_words = standing.replace('-', " ");
        let more = if why.is_empty() {
            String::new()
        } else {
            format!(": {why}")
        };
        let line = found
            .line
            .and_then(|l| s.lines().get(l))
            .map(|l| l.id.clone());
        let which = line
            .as_ref()
            .map(|l| format!(", line {l}"))
            .unwrap_or_default();
        out.item(
            "  ",
            &format!(
                "{standing_words}{more} (statement {}, {at}{which})",
                s.number
            ),
        );
        if found.words != sentence {
            out.item("  as issued: ", &found.words);
        }
        all.push(json!({
            "sentence": sentence,
            "standing": standing,
            "statement": s.number,
            "event": found.issued.seq,
            "line": line,
            "as_issued": found.words,
            "superseded_by": (standing == "superseded").then_some(latest),
            "why": why,
        }));
    }
    if all.is_empty() {
        return Err(Trouble::usage(
            "the quote has no words",
            "saydo check --quote \"TEXT\"",
        ));
    }
    out.json = json!({ "quotes": all });
    Ok(if is_current { 0 } else { REFUSED })
}

fn said<'a>(issued: &'a Issued, wanted: &[String]) -> Result<Option<Said<'a>>, BodyError> {
    for r in issued.statement.all_renditions()? {
        for place in split_sentences(&r.text) {
            let words = &r.text[place.start..place.end];
            if essence(words) == wanted {
                let line = r
                    .placed
                    .iter()
                    .find(|p| p.start < place.end && place.start < p.end)
                    .map(|p| p.line);
                return Ok(Some(Said {
                    issued,
                    line,
                    words: words.to_owned(),
                }));
            }
        }
    }
    Ok(None)
}
