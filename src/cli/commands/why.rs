//! `saydo why`: the facts and events behind each sentence. It decides nothing about them.

use std::collections::BTreeMap;

use serde_json::json;

use crate::cli::commands::show;
use crate::cli::entry_line::describe_entry;
use crate::cli::output::Output;
use crate::cli::session::{Session, to_json, workspace_zone};
use crate::cli::times;
use crate::cli::trouble::{Trouble, describe_missing};
use crate::desk::core::incident_facts::playbook_of_incident;
use crate::desk::statement::draft::draft_statement;
use crate::desk::{Journal, Snapshot};
use crate::domain::base::lang::Lang;
use crate::domain::base::suggest::suggest_nearest;
use crate::domain::config::line::Line;
use crate::domain::facts::fact::FactEntry;
use crate::domain::record::event::Event;
use crate::domain::speech::draft::{Draft, DraftLine, Withheld};

/// For each sentence: the facts, the events behind them, who said so and when; for each withheld line: what
/// is missing, and the command that would record it
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The incident, or a line
    pub incident: Option<String>,
    /// Only this line
    pub line: Option<String>,
    /// The audience [default: the workspace's customers]
    #[arg(long)]
    pub audience: Option<String>,
}

/// Explains.
///
/// # Errors
/// When the incident or line does not exist.
pub fn run(
    args: &Args,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let (incident, line) = what_is_asked(args, session, desk)?;
    desk.read_closed(&incident)?;
    let playbook = playbook_of_incident(desk, &incident)?;
    if let Some(id) = line.as_ref().filter(|id| playbook.find_line(id).is_none()) {
        let known = playbook.file.lines.iter().map(|l| l.id.as_str());
        let near = suggest_nearest(id, known);
        return Err(Trouble::usage(
            format!("the playbook has no line \"{id}\"{near}"),
            "saydo why shows all",
        ));
    }
    let audience = desk.audience_or_default(args.audience.as_deref());
    let looked = draft_statement(desk, &incident, &audience, Default::default())?;
    let is_wanted = |id: &str| line.as_ref().is_none_or(|l| l == id);
    let events = read_events(desk)?;
    let mut said = Vec::new();
    let lines = looked.draft.lines.iter().enumerate();
    for (i, l) in lines.filter(|(_, l)| is_wanted(&l.said.id)) {
        explain_line(out, desk, &looked.draft, i, l, &events, session.lang);
        said.push(json!({ "line": to_json(&l.said), "text": texts_of_line(&looked.draft, i) }));
    }
    let mut held = Vec::new();
    for w in looked.draft.withheld.iter().filter(|w| is_wanted(&w.line)) {
        show_withheld(out, w, session.lang);
        held.push(json!({ "line": w.line, "it": w.it.as_ref().map(|n| &n.id), "reasons": w.reasons, "fallback": w.fallback }));
    }
    let silent = line.as_ref().filter(|_| said.is_empty() && held.is_empty());
    if let Some(line) = silent.and_then(|id| playbook.find_line(id)) {
        show_not_now(out, line);
    }
    let left_out = looked.draft.left_out.iter();
    for (channel, line, why) in left_out.filter(|(_, l, _)| is_wanted(l)) {
        out.item("· ", &format!("{line}: left out on {channel}: {why}"));
    }
    show::show_findings(out, &looked);
    out.json = json!({ "incident": incident, "said": said, "withheld": held });
    Ok(0)
}

/// The incident and the line; `saydo why LINE` works while one incident is open.
fn what_is_asked(
    args: &Args,
    session: &mut Session,
    desk: &Journal,
) -> Result<(String, Option<String>), Trouble> {
    let (Some(first), None) = (&args.incident, &args.line) else {
        let id = session.find_incident(desk, args.incident.as_deref())?;
        return Ok((id, args.line.clone()));
    };
    let trouble = match session.find_incident(desk, Some(first)) {
        Ok(id) => return Ok((id, None)),
        Err(trouble) => trouble,
    };
    match session.find_incident(desk, None) {
        Ok(id) if playbook_of_incident(desk, &id)?.find_line(first).is_some() => {
            Ok((id, Some(first.clone())))
        }
        _ => Err(trouble),
    }
}

fn show_withheld(out: &mut Output, w: &Withheld, lang: Lang) {
    let it =
        w.it.as_ref()
            .map(|n| format!(" ({})", n.names.get_or_any(lang)));
    out.item(
        "✗ ",
        &format!("{}{}: withheld", w.line, it.unwrap_or_default()),
    );
    for reason in &w.reasons {
        out.item("    missing: ", &describe_missing(reason, lang));
    }
    if let Some(f) = &w.fallback {
        out.item("    instead: ", f);
    }
}

fn show_not_now(out: &mut Output, line: &Line) {
    out.line(format!("· {}: not now", line.id));
    if let Some(when) = line.when.as_ref().filter(|w| !w.is_empty()) {
        out.item("    its condition does not hold: ", when);
    }
    if let Some(each) = &line.each {
        out.item("    said once for each of: ", each);
    }
}

fn read_events(desk: &Journal) -> Result<BTreeMap<u64, Event>, Trouble> {
    let mut all = BTreeMap::new();
    for e in desk.believed_events()? {
        all.insert(e.seq, e);
    }
    Ok(all)
}

fn texts_of_line(draft: &Draft, line: usize) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for r in &draft.renditions {
        for p in r.placed.iter().filter(|p| p.line == line) {
            if let Some(t) = r.text.get(p.start..p.end) {
                found.insert(format!("{}.{}", r.channel, r.lang), t.to_owned());
            }
        }
    }
    found
}

fn explain_line(
    out: &mut Output,
    desk: &Snapshot,
    draft: &Draft,
    i: usize,
    l: &DraftLine,
    events: &BTreeMap<u64, Event>,
    lang: Lang,
) {
    let widest = show::widest_rendition(&draft.renditions, lang);
    let placed = widest.and_then(|r| Some((r, r.placed.iter().find(|p| p.line == i)?)));
    let text = placed.and_then(|(r, p)| r.text.get(p.start..p.end));
    let text = text.map(str::to_owned);
    let text = text.or_else(|| texts_of_line(draft, i).into_values().next());
    let it = l.said.it.as_ref().map(|n| format!(" ({n})"));
    let (it, text) = (it.unwrap_or_default(), text.unwrap_or_default());
    out.item("✓ ", &format!("{}{it}: {text}", l.said.id));
    explain_facts(out, desk, draft, l);
    for e in l.said.events.iter().filter_map(|seq| events.get(seq)) {
        let at = times::format_time(e.at, desk.clock.now, workspace_zone(desk));
        let what = describe_entry(desk, &e.payload);
        out.item(
            &format!("    #{} ", e.seq),
            &format!("{at} {}: {what}", e.by),
        );
    }
    if let Some(p) = &l.said.promise {
        let (now, zone) = (desk.clock.now, workspace_zone(desk));
        let due = l.promise.as_ref();
        let due = due.map(|p| times::with_local_times(&p.due.to_string(), now, zone));
        let due = due.unwrap_or_default();
        out.item("    promise ", &format!("{p}, due {due}"));
    }
}

/// Each fact that the line read: value, source, when it was said, until when it is fresh.
fn explain_facts(out: &mut Output, desk: &Snapshot, draft: &Draft, l: &DraftLine) {
    let shown = |t| times::format_time(t, desk.clock.now, workspace_zone(desk));
    for (path, value) in &l.said.reads {
        let Some(FactEntry::Known(f)) = draft.facts_of(&l.said).entry(path) else {
            continue;
        };
        if f.events.is_empty() && !l.said.claims.contains(path) {
            continue;
        }
        let source = f.source.as_ref().map(ToString::to_string);
        let said_at = f.said_at.map(shown);
        let fresh = f.fresh_until.map(|t| format!("fresh until {}", shown(t)));
        let about: Vec<String> = [source, said_at, fresh].into_iter().flatten().collect();
        let about = if about.is_empty() {
            String::new()
        } else {
            format!(" [{}]", about.join(", "))
        };
        out.item(
            "    ",
            &format!("{path} = {}{about}", value.to_plain_text()),
        );
    }
}
