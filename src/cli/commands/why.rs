//! `saydo why`

use std::collections::BTreeMap;

use serde_json::json;

use crate::cli::commands::show;
use crate::cli::output::Output;
use crate::cli::session::{Session, json, zone};
use crate::cli::times;
use crate::cli::trouble::{Trouble, lack};
use crate::desk::core::describe::describe_payload;
use crate::desk::core::incident_facts::playbook_of_incident;
use crate::desk::statement::draft::draft_statement;
use crate::desk::{Journal, Snapshot};
use crate::domain::base::lang::Lang;
use crate::domain::facts::fact::Entry;
use crate::domain::record::event::Event;
use crate::domain::speech::draft::{Draft, DraftLine};

/// For each sentence: the facts, the events behind them, who said so and when; for each withheld line: what
/// is missing, and the command that would record it
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The incident, or a line
    pub incident: Option<String>,
    /// Only this line
    pub line: Option<String>,
    /// The audience
    #[arg(long, default_value = "customers")]
    pub audience: String,
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
    // `saydo why LINE` while one incident is open.
    let (incident, line) = match (&args.incident, &args.line) {
        (Some(first), None) => match session.incident(desk, Some(first)) {
            Ok(id) => (id, None),
            Err(trouble) => match session.incident(desk, None) {
                Ok(id) if playbook_of_incident(desk, &id)?.line(first).is_some() => {
                    (id, Some(first.clone()))
                }
                _ => return Err(trouble),
            },
        },
        (named, line) => (session.incident(desk, named.as_deref())?, line.clone()),
    };
    if let Some(id) = &line {
        let playbook = playbook_of_incident(desk, &incident)?;
        if playbook.line(id).is_none() {
            let near = crate::domain::base::suggest::nearest(
                id,
                playbook.file.lines.iter().map(|l| l.id.as_str()),
            );
            return Err(Trouble::usage(
                format!("the playbook has no line \"{id}\"{near}"),
                "saydo why shows all",
            ));
        }
    }
    let looked = draft_statement(desk, &incident, &args.audience, Default::default())?;
    let wanted = |id: &str| line.as_ref().is_none_or(|l| l == id);
    let events = events(desk)?;
    let mut said = Vec::new();
    for (i, l) in looked
        .draft
        .lines
        .iter()
        .enumerate()
        .filter(|(_, l)| wanted(&l.said.id))
    {
        explain(out, desk, &looked.draft, i, l, &events, session.lang);
        said.push(json!({ "line": json(&l.said), "text": texts(&looked.draft, i) }));
    }
    let mut held = Vec::new();
    for w in looked.draft.withheld.iter().filter(|w| wanted(&w.line)) {
        let it =
            w.it.as_ref()
                .map(|n| format!(" ({})", n.names.any(session.lang)))
                .unwrap_or_default();
        out.item("✗ ", &format!("{}{it}: withheld", w.line));
        for reason in &w.reasons {
            out.item("    missing: ", &lack(reason, session.lang));
        }
        if let Some(f) = &w.fallback {
            out.item("    instead: ", f);
        }
        held.push(json!({ "line": w.line, "it": w.it.as_ref().map(|n| &n.id), "reasons": w.reasons, "fallback": w.fallback }));
    }
    if let Some(id) = line.as_ref().filter(|_| said.is_empty() && held.is_empty()) {
        let playbook = playbook_of_incident(desk, &incident)?;
        let when = playbook
            .line(id)
            .and_then(|l| l.when.clone())
            .unwrap_or_default();
        let each = playbook.line(id).and_then(|l| l.each.clone());
        out.line(format!("· {id}: not now"));
        if !when.is_empty() {
            out.item("    its condition does not hold: ", &when);
        }
        if let Some(each) = each {
            out.item("    said once for each of: ", &each);
        }
    }
    for (channel, line, why) in looked.draft.left_out.iter().filter(|(_, l, _)| wanted(l)) {
        out.item("· ", &format!("{line}: left out on {channel}: {why}"));
    }
    show::findings(out, &looked);
    out.json = json!({ "incident": incident, "said": said, "withheld": held });
    Ok(0)
}

fn events(desk: &Journal) -> Result<BTreeMap<u64, Event>, Trouble> {
    let mut all = BTreeMap::new();
    for s in desk.stored()? {
        let e = Event::read(s.seq, &s.bytes).map_err(crate::desk::DeskError::from)?;
        all.insert(e.seq, e);
    }
    Ok(all)
}

fn texts(draft: &Draft, line: usize) -> BTreeMap<String, String> {
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

fn explain(
    out: &mut Output,
    desk: &Snapshot,
    draft: &Draft,
    i: usize,
    l: &DraftLine,
    events: &BTreeMap<u64, Event>,
    lang: Lang,
) {
    let text = show::widest(&draft.renditions, lang)
        .and_then(|r| {
            r.placed
                .iter()
                .find(|p| p.line == i)
                .and_then(|p| r.text.get(p.start..p.end))
        })
        .map(str::to_owned)
        .or_else(|| texts(draft, i).into_values().next())
        .unwrap_or_default();
    let it = l
        .said
        .it
        .as_ref()
        .map(|n| format!(" ({n})"))
        .unwrap_or_default();
    out.item("✓ ", &format!("{}{it}: {text}", l.said.id));
    let (now, zone) = (desk.clock.now, zone(desk));
    for (path, value) in &l.said.reads {
        let Some(Entry::Known(f)) = draft.facts_of(&l.said).entry(path) else {
            continue;
        };
        if f.events.is_empty() && !l.said.claims.contains(path) {
            continue;
        }
        let mut about = Vec::new();
        if let Some(s) = &f.source {
            about.push(s.to_string());
        }
        if let Some(t) = f.said_at {
            about.push(times::shown(t, now, zone));
        }
        if let Some(t) = f.fresh_until {
            about.push(format!("fresh until {}", times::shown(t, now, zone)));
        }
        let about = if about.is_empty() {
            String::new()
        } else {
            format!(" [{}]", about.join(", "))
        };
        out.item("    ", &format!("{path} = {}{about}", value.plain()));
    }
    for seq in &l.said.events {
        if let Some(e) = events.get(seq) {
            out.item(
                &format!("    #{seq} "),
                &format!(
                    "{} {}: {}",
                    times::shown(e.at, now, zone),
                    e.by,
                    describe_payload(&e.payload)
                ),
            );
        }
    }
    if let Some(p) = &l.said.promise {
        let due = l
            .promise
            .as_ref()
            .map(|p| p.due.to_string())
            .unwrap_or_default();
        out.item("    promise ", &format!("{p}, due {due}"));
    }
}
