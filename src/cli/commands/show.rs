//! Pieces of output that several commands share. It decides nothing about what it shows.

use serde_json::{Value as Json, json};

use crate::cli::next_step::write_advice;
use crate::cli::output::Output;
use crate::cli::session::to_json;
use crate::cli::trouble::{Trouble, describe_missing};
use crate::desk::Snapshot;
use crate::desk::statement::compare::{Kind, compare_words};
use crate::desk::statement::draft::DraftReview;
use crate::domain::admission::names;
use crate::domain::base::lang::Lang;
use crate::domain::base::link::LinkId;
use crate::domain::facts::evaluator::Evaluator;
use crate::domain::facts::world::AdoptedConfig;
use crate::domain::record::rendition::Rendition;
use crate::domain::speech::draft::{Draft, SilentChannel, Withheld};
use crate::domain::speech::finding::Finding;

/// The links that a person typed: identifiers, names, aliases, lists with commas, globs with `*` and `?`.
///
/// # Errors
/// When one is not in the network, with the nearest.
pub fn find_links(books: &AdoptedConfig, typed: &[String]) -> Result<Vec<LinkId>, Trouble> {
    let mut found: Vec<LinkId> = Vec::new();
    for name in typed
        .iter()
        .flat_map(|t| t.split(','))
        .map(str::trim)
        .filter(|t| !t.is_empty())
    {
        let before = found.len();
        if name.contains(['*', '?']) {
            let matching: Vec<&str> = books
                .network
                .all_ids()
                .filter(|id| matches_glob(name, id))
                .collect();
            if matching.is_empty() {
                return Err(Trouble::usage(
                    format!("no link matches \"{name}\""),
                    "see: saydo link list --all",
                ));
            }
            found.extend(matching.into_iter().map(str::to_owned));
        } else if let Some(id) = books.network.find_typed_id(name) {
            found.push(id.to_owned());
        } else {
            names::check_link(books, name).map_err(crate::desk::DeskError::from)?;
        }
        let mut seen: Vec<LinkId> = found.drain(before..).collect();
        seen.retain(|id| !found.contains(id));
        found.extend(seen);
    }
    Ok(found)
}

/// `*` stands for any run of characters, `?` for one; without regard to case.
fn matches_glob(pattern: &str, text: &str) -> bool {
    let (p, t): (Vec<char>, Vec<char>) = (
        pattern.to_lowercase().chars().collect(),
        text.to_lowercase().chars().collect(),
    );
    let (mut i, mut j, mut star, mut mark) = (0, 0, None, 0);
    while j < t.len() {
        if i < p.len() && (p[i] == '?' || p[i] == t[j]) {
            i += 1;
            j += 1;
        } else if i < p.len() && p[i] == '*' {
            star = Some(i);
            mark = j;
            i += 1;
        } else if let Some(s) = star {
            i = s + 1;
            mark += 1;
            j = mark;
        } else {
            return false;
        }
    }
    p[i..].iter().all(|c| *c == '*')
}

/// The rendition that shows most, in a language.
pub fn widest_rendition<'a>(
    renditions: impl IntoIterator<Item = &'a Rendition, IntoIter: Clone>,
    lang: Lang,
) -> Option<&'a Rendition> {
    let mut all = renditions.into_iter();
    let own = all.clone().filter(|r| r.lang == lang);
    own.max_by_key(|r| {
        (
            !r.text.contains("\n\n"),
            r.placed.len(),
            std::cmp::Reverse(r.channel.len()),
        )
    })
    .or_else(|| all.next())
}

/// What may be said now, on the widest channel, and what may not.
///
/// # Errors
/// None at present; kept so that callers treat it like the rest.
pub fn may_be_said(
    out: &mut Output,
    desk: &Snapshot,
    looked: &DraftReview,
    lang: Lang,
) -> Result<(), Trouble> {
    match widest_rendition(&looked.draft.renditions, lang) {
        Some(r) => {
            out.line(format!(
                "Customers may be told ({}, {}):",
                r.channel, r.lang
            ));
            out.paragraph("  | ", &r.text);
            if let Some(sms) = looked
                .draft
                .renditions
                .iter()
                .find(|s| s.channel == "sms" && s.lang == lang)
            {
                out.line(format!("SMS ({}):", describe_length(desk, sms)));
                out.paragraph("  | ", &sms.text);
            }
        }
        None => out.line("Nothing may be said yet."),
    }
    show_withheld(out, &looked.draft.withheld, lang);
    show_findings(out, looked);
    Ok(())
}

/// What stands in the way of issuing.
pub fn show_findings(out: &mut Output, looked: &DraftReview) {
    show_silent_channels(out, &looked.draft.silent_channels);
    if looked.findings.is_empty() {
        return;
    }
    out.line("The gate would refuse to issue this:");
    for f in &looked.findings {
        out.item("  ! ", &describe_finding(f));
    }
}

/// What stands in the way, with the text in which it does.
pub fn describe_finding(finding: &Finding) -> String {
    let place = match (&finding.channel, finding.lang) {
        (Some(channel), Some(lang)) => format!("{channel} {lang}: "),
        _ => String::new(),
    };
    format!("{place}{}", write_advice(&finding.what))
}

/// The channels that say nothing, because they cannot hold what has to be said.
pub fn show_silent_channels(out: &mut Output, silent: &[SilentChannel]) {
    for s in silent {
        let what = format!(
            "nothing goes to {}, which cannot hold it: {}",
            s.channel,
            write_advice(&s.why)
        );
        out.item("! ", &what);
    }
}

/// What may not be said yet, and why.
pub fn show_withheld(out: &mut Output, all: &[Withheld], lang: Lang) {
    let wanted: Vec<&Withheld> = all
        .iter()
        .filter(|w| !w.not_yet.is_empty() || w.mandatory || w.fallback.is_some())
        .collect();
    if wanted.is_empty() {
        return;
    }
    out.line("May not be said yet:");
    for w in wanted {
        let what = if w.not_yet.is_empty() {
            format!("line \"{}\"", w.line)
        } else {
            w.not_yet.get_or_any(lang).to_owned()
        };
        let it =
            w.it.as_ref()
                .map(|n| format!(" ({})", n.names.get_or_any(lang)))
                .unwrap_or_default();
        out.item("  - ", &format!("{what}{it}"));
        for reason in w.reasons.iter().take(4) {
            out.item("      ", &describe_missing(reason, lang));
        }
        if w.reasons.len() > 4 {
            out.item(
                "      ",
                &format!("and {} more: saydo why", w.reasons.len() - 4),
            );
        }
    }
}

/// How long a rendition is on its channel.
pub fn describe_length(desk: &Snapshot, r: &Rendition) -> String {
    let channel = desk
        .books
        .as_ref()
        .and_then(|b| b.workspace.channels.get(&r.channel));
    let mut length = channel.map_or_else(String::new, |c| {
        desk.evaluator.measure_text(c, r.lang, &r.text).what
    });
    if r.not_read {
        length += &format!("; not read in {}", r.lang);
    }
    length
}

/// A draft for scripts.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn draft_json(looked: &DraftReview) -> Result<Json, Trouble> {
    let d = &looked.draft;
    let withheld: Vec<Json> = d
        .withheld
        .iter()
        .map(|w| {
            json!({
                "line": w.line, "it": w.it.as_ref().map(|n| &n.id), "not_yet": w.not_yet, "mandatory": w.mandatory,
                "fallback": w.fallback, "reasons": w.reasons,
            })
        })
        .collect();
    let omitted: Vec<Json> = d
        .left_out
        .iter()
        .map(|(c, l, why)| json!({ "channel": c, "line": l, "why": why }))
        .collect();
    Ok(json!({
        "digest": d.digest()?,
        "as_of": to_json(&d.facts.as_of),
        "incidents": d.facts.incidents,
        "audience": d.facts.audience,
        "lines": d.lines.iter().map(|l| to_json(&l.said)).collect::<Vec<_>>(),
        "renditions": d.renditions,
        "withheld": withheld,
        "omitted_lines": omitted,
        "silent_channels": silent_channels_json(&d.silent_channels),
        "findings": looked.findings.iter().map(finding_json).collect::<Vec<_>>(),
        "may_be_issued": looked.findings.is_empty(),
    }))
}

/// The channels that say nothing, for scripts.
pub fn silent_channels_json(silent: &[SilentChannel]) -> Json {
    let all = silent.iter();
    all.map(|s| json!({ "channel": s.channel, "why": write_advice(&s.why) }))
        .collect()
}

fn finding_json(f: &Finding) -> Json {
    json!({
        "rule": f.rule, "line": f.line, "channel": f.channel, "lang": f.lang, "span": f.span,
        "what": write_advice(&f.what),
    })
}

/// What changed from one text to another, marked, and piece by piece.
pub fn mark_changes(old: &str, new: &str) -> (String, Vec<serde_json::Value>) {
    let mut shown = String::new();
    let mut pieces = Vec::new();
    for (kind, joined) in compare_words(old, new) {
        match kind {
            Kind::Same => shown.push_str(&joined),
            Kind::Gone => shown.push_str(&format!("[-{joined}-]")),
            Kind::New => shown.push_str(&format!("{{+{joined}+}}")),
        }
        shown.push(' ');
        pieces.push(json!({ "kind": kind, "text": joined }));
    }
    (shown.replace(" \n ", "\n"), pieces)
}

/// What a line says in each channel and language, the same words once.
pub fn texts_of_line<'a>(draft: &'a Draft, id: &str) -> Vec<(&'a str, Lang, &'a str)> {
    let mut found: Vec<(&str, Lang, &str)> = Vec::new();
    for r in &draft.renditions {
        let of_it = |line: usize| draft.lines.get(line).is_some_and(|l| l.said.id == *id);
        for placed in r.placed.iter().filter(|p| of_it(p.line)) {
            let text = r.text.get(placed.start..placed.end).unwrap_or_default();
            if !found.iter().any(|(_, _, known)| *known == text) {
                found.push((&r.channel, r.lang, text));
            }
        }
    }
    found
}
