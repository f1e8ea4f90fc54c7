//! Findings for people: each with the words on their line, and a summary. It decides nothing about them.

use super::json::verdict_name;
use crate::cli::output::{Output, clean_text};
use crate::desk::statement::check_text::{Checked, Finding};

pub(super) fn show_findings(out: &mut Output, file: &str, text: &str, checked: &Checked) {
    for f in &checked.findings {
        out.line(format!("{}: {}", place_of(file, f), f.rule));
        let (before, words, after) = words_around(text, f);
        if !words.is_empty() {
            out.line(format!("    {before}{words}{after}"));
            let width = |t: &str| unicode_width::UnicodeWidthStr::width(clean_text(t).as_str());
            let marks = "^".repeat(width(&words).max(1));
            out.line(format!("    {}{marks}", " ".repeat(width(&before))));
        }
        out.item("    ", &f.message);
        if !f.events.is_empty() {
            let events: Vec<String> = f.events.iter().map(|e| format!("#{e}")).collect();
            out.item("    by ", &events.join(", "));
        }
        if let Some(instead) = &f.instead {
            out.item("    instead: ", instead);
        }
    }
    for f in &checked.not_held {
        out.line(format!("{}: {}", place_of(file, f), f.rule));
        let (_, words, _) = words_around(text, f);
        out.item("    ", &words);
    }
}

/// The place of a finding: file, line and column; of a mail or a Word file what people find there.
fn place_of(file: &str, f: &Finding) -> String {
    match &f.place {
        Some(place) => format!("{file}: {place}"),
        None => format!("{file}:{}:{}", f.line, f.column),
    }
}

/// The words found, with what stands about them on the line; at most a screen's width.
fn words_around(text: &str, f: &Finding) -> (String, String, String) {
    let words: String = f
        .excerpt
        .chars()
        .take(60)
        .map(|c| if c == '\n' { ' ' } else { c })
        .collect();
    let room = 68_usize.saturating_sub(words.chars().count());
    let line_start = text[..f.start].rfind('\n').map_or(0, |i| i + 1);
    let mut before: Vec<char> = text[line_start..f.start]
        .chars()
        .rev()
        .take(room - room / 3)
        .collect();
    before.reverse();
    let shown: usize = before.iter().map(|c| c.len_utf8()).sum();
    if shown < f.start - line_start
        && let Some(first) = before.first_mut()
    {
        *first = '…';
    }
    let room = room - before.len();
    let after: String = text[f.end.min(text.len())..]
        .chars()
        .take_while(|c| *c != '\n')
        .take(room)
        .collect();
    let after = if f.excerpt.chars().count() > 60 {
        String::new()
    } else {
        after
    };
    (before.into_iter().collect(), words, after)
}

pub(super) fn sum_up(
    out: &mut Output,
    all: &[(String, Checked)],
    has_facts: bool,
    incidents: &[String],
) {
    let found: usize = all.iter().map(|(_, c)| c.findings.len()).sum();
    let sentences: usize = all.iter().map(|(_, c)| c.count).sum();
    let not_held: usize = all.iter().map(|(_, c)| c.not_held.len()).sum();
    let against = match (has_facts, incidents) {
        (true, []) => "against the facts".into(),
        (false, []) => "wording only".into(),
        (_, ids) => format!("against {}", ids.join(", ")),
    };
    let worst = verdict_name(all.iter().filter_map(|(_, c)| c.verdict).max());
    let verdict = worst
        .map(|v| format!("; the text: {v}"))
        .unwrap_or_default();
    let is_unread = not_held == 0 && worst == Some("not-held");
    let not_held = match not_held {
        0 if is_unread => ", nothing in it was held against the record".to_owned(),
        0 => String::new(),
        n => format!(", {n} not held against the record"),
    };
    let noun = if sentences == 1 {
        "sentence"
    } else {
        "sentences"
    };
    out.line(format!(
        "{sentences} {noun}, {found} found{not_held}, {against}{verdict}"
    ));
}
