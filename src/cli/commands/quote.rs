//! `saydo check --quote`: whether a sentence is what we say now. It looks only at what was issued.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use crate::cli::output::Output;
use crate::cli::session::{Session, workspace_zone};
use crate::cli::times;
use crate::cli::trouble::{REFUSED, Trouble};
use crate::desk::statement::check_text::{essence, split_sentences};
use crate::desk::statement::review_issued::last_statement;
use crate::desk::statement::verdicts::judge_statement;
use crate::desk::{Journal, Snapshot};
use crate::domain::record::body::BodyError;
use crate::domain::speech::still_true::Verdict;
use crate::domain::state::incident::Issued;

/// Where a sentence was said: the statement, and the line when one line holds it.
struct Said<'a> {
    issued: &'a Issued,
    line: Option<usize>,
    words: String,
}

/// What is to be said of one sentence now.
struct Standing {
    token: &'static str,
    why: String,
    /// The latest statement to those who heard it.
    latest: u32,
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
        let Some(found) = find_latest(desk, only.as_ref(), &wanted)? else {
            is_current = false;
            out.line("  never issued");
            all.push(json!({ "sentence": sentence, "standing": "never-issued" }));
            continue;
        };
        let standing = judge_sentence(desk, &found)?;
        is_current &= standing.token == "current";
        show_sentence(sentence, &found, &standing, desk, out);
        all.push(sentence_json(sentence, &found, &standing));
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

/// Where a sentence of these words was issued last, of one incident or of any.
fn find_latest<'a>(
    desk: &'a Snapshot,
    only: Option<&String>,
    wanted: &[String],
) -> Result<Option<Said<'a>>, BodyError> {
    let is_asked = |s: &&Arc<Issued>| only.is_none_or(|id| s.statement.incidents.contains(id));
    for issued in desk.state.statements.iter().rev().filter(is_asked) {
        let found = find_sentence(issued, wanted)?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// Whether it still holds, and whether a later statement took the place of the one that said it.
fn judge_sentence(desk: &Snapshot, found: &Said<'_>) -> Result<Standing, Trouble> {
    let s = &found.issued.statement;
    let latest = s
        .incidents
        .iter()
        .filter_map(|id| last_statement(desk, id, &s.audience))
        .map(|last| last.statement.number)
        .max()
        .unwrap_or(s.number);
    let verdicts = judge_statement(desk, found.issued)?;
    let verdict = found.line.and_then(|l| verdicts.get(l));
    let (token, why) = match verdict {
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
    Ok(Standing { token, why, latest })
}

fn show_sentence(
    sentence: &str,
    found: &Said<'_>,
    standing: &Standing,
    desk: &Snapshot,
    out: &mut Output,
) {
    let standing_words = standing.token.replace('-', " ");
    let more = if standing.why.is_empty() {
        String::new()
    } else {
        format!(": {}", standing.why)
    };
    let number = found.issued.statement.number;
    let at = times::format_time(found.issued.at, desk.clock.now, workspace_zone(desk));
    let which = found.line_name().map(|l| format!(", line {l}"));
    let which = which.unwrap_or_default();
    out.item(
        "  ",
        &format!("{standing_words}{more} (statement {number}, {at}{which})"),
    );
    if found.words != sentence {
        out.item("  as issued: ", &found.words);
    }
}

fn sentence_json(sentence: &str, found: &Said<'_>, standing: &Standing) -> Json {
    let is_superseded = standing.token == "superseded";
    json!({
        "sentence": sentence,
        "standing": standing.token,
        "statement": found.issued.statement.number,
        "event": found.issued.seq,
        "line": found.line_name(),
        "as_issued": found.words,
        "superseded_by": is_superseded.then_some(standing.latest),
        "why": standing.why,
    })
}

impl Said<'_> {
    /// The line of the playbook that said it, when one line holds it.
    fn line_name(&self) -> Option<&str> {
        let lines = self.issued.statement.lines();
        self.line.and_then(|l| lines.get(l)).map(|l| l.id.as_str())
    }
}

fn find_sentence<'a>(issued: &'a Issued, wanted: &[String]) -> Result<Option<Said<'a>>, BodyError> {
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
