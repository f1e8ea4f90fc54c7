//! `saydo statement list`, `show` and `diff`: what was issued, and whether it still holds. It composes nothing.

use serde_json::json;

use crate::cli::commands::show as shown;
use crate::cli::output::Output;
use crate::cli::session::{Session, to_json, workspace_zone};
use crate::cli::times;
use crate::cli::trouble::Trouble;
use crate::desk::statement::verdicts::judge_statement;
use crate::desk::{Journal, Snapshot};
use crate::domain::record::statement::StatementIssued;
use crate::domain::speech::still_true::Verdict;
use crate::domain::state::incident::Issued;

#[derive(Debug, clap::Args)]
pub struct List {
    /// Only of this incident
    pub incident: Option<String>,
}

#[derive(Debug, clap::Args)]
pub struct Show {
    /// The number, as it is listed
    pub number: u32,
    /// Only this channel, as bare bytes with --lang
    #[arg(long)]
    pub channel: Option<String>,
}

#[derive(Debug, clap::Args)]
pub struct Diff {
    /// The number of the earlier statement
    pub a: u32,
    /// The number of the later statement
    pub b: u32,
    /// The channel to compare
    #[arg(long)]
    pub channel: Option<String>,
}

pub(super) fn list_statements(
    args: &List,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let only = args
        .incident
        .as_deref()
        .map(|i| session.find_incident(desk, Some(i)))
        .transpose()?;
    let mut rows = Vec::new();
    let mut all = Vec::new();
    let statements = desk.state.statements.clone();
    for issued in statements.iter().filter(|s| {
        only.as_ref()
            .is_none_or(|id| s.statement.incidents.contains(id))
    }) {
        let s = &issued.statement;
        let newest = newest_like(s, desk);
        for id in &s.incidents {
            desk.read_closed(id)?;
        }
        let state = if newest != Some(s.number) {
            format!("superseded by {}", newest.unwrap_or_default())
        } else {
            match verdict_words(desk, issued)? {
                (true, _) => "holds".to_owned(),
                (false, words) => format!("no longer: {}", words.join("; ")),
            }
        };
        rows.push(vec![
            s.number.to_string(),
            times::format_time(s.as_of, desk.clock.now, workspace_zone(desk)),
            s.incidents.join(", "),
            match &s.text {
                Some(text) => format!("{} ({text})", s.audience),
                None => s.audience.clone(),
            },
            issued.by.clone(),
            state.clone(),
        ]);
        all.push(json!({
            "number": s.number, "as_of": to_json(&s.as_of), "issued_at": to_json(&issued.at), "by": issued.by,
            "incidents": s.incidents, "audience": s.audience, "text": s.text, "digest": s.digest, "state": state,
        }));
    }
    if rows.is_empty() {
        out.line("Nothing has been issued yet. What may be said: saydo statement draft");
    } else {
        out.table(
            &["no", "as of", "incident", "audience", "by", "state"],
            rows,
        );
    }
    out.json = json!({ "statements": all });
    Ok(0)
}

/// The newest statement of the same kind on the same incident.
fn newest_like(s: &StatementIssued, desk: &Snapshot) -> Option<u32> {
    let incident = s.incidents.first()?;
    let mut said = desk.state.statements_about(incident, &s.audience);
    let newest = said.find(|l| l.statement.text == s.text)?;
    Some(newest.statement.number)
}

fn verdict_words(desk: &Snapshot, issued: &Issued) -> Result<(bool, Vec<String>), Trouble> {
    let verdicts = judge_statement(desk, issued)?;
    let mut words = Vec::new();
    for (line, verdict) in issued.statement.lines().iter().zip(&verdicts) {
        match verdict {
            Verdict::Holds => {}
            Verdict::Changed { path, by, now } => {
                let by = by.map(|b| format!(" since event {b}")).unwrap_or_default();
                let now = if now.is_empty() { "none" } else { now };
                words.push(format!("{}: {path} is now {now}{by}", line.id));
            }
            Verdict::Lapsed { path, at } => {
                let at = at
                    .map(|t| {
                        format!(
                            " at {}",
                            times::format_time(t, desk.clock.now, workspace_zone(desk))
                        )
                    })
                    .unwrap_or_default();
                words.push(format!("{}: {path} lapsed{at}", line.id));
            }
        }
    }
    Ok((words.is_empty(), words))
}

fn find_statement(desk: &Snapshot, number: u32) -> Result<Issued, Trouble> {
    desk.state.find_statement(number).cloned().ok_or_else(|| {
        let last = desk.state.statements.len();
        let known = if last == 0 {
            "nothing has been issued yet".to_owned()
        } else {
            format!("there are 1 to {last}")
        };
        Trouble::usage(format!("there is no statement {number}"), known)
    })
}

pub(super) fn show_statement(
    args: &Show,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let issued = find_statement(desk, args.number)?;
    let s = &issued.statement;
    if let Some(channel) = &args.channel {
        let Some(r) = s.find_rendition(channel, session.lang)? else {
            let has = s.body.addresses().iter();
            let has: Vec<String> = has.map(|(c, lang)| format!("{c} {lang}")).collect();
            return Err(Trouble::usage(
                format!(
                    "statement {} has no {channel} in {}",
                    s.number, session.lang
                ),
                format!("it has: {}", has.join(", ")),
            ));
        };
        out.json = to_json(r);
        if !session.json {
            out.raw = Some(r.text.clone());
        }
        return Ok(0);
    }
    for id in &s.incidents {
        desk.read_closed(id)?;
    }
    out.line(format!(
        "Statement {} to {}, {} by {} (event {})",
        s.number,
        s.audience,
        times::format_time(s.as_of, desk.clock.now, workspace_zone(desk)),
        issued.by,
        issued.seq
    ));
    let (_, words) = verdict_words(desk, &issued)?;
    for w in &words {
        out.item("! ", &format!("no longer true: {w}"));
    }
    for r in s.all_renditions()? {
        out.line(format!("── {} {}", r.channel, r.lang));
        out.paragraph("", &r.text);
    }
    out.json = json!({ "statement": s, "issued_at": to_json(&issued.at), "by": issued.by, "event": issued.seq, "no_longer_true": words });
    Ok(0)
}

/// Words that went and words that came, by the longest common run.
pub(super) fn compare_statements(
    args: &Diff,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let (a, b) = (
        find_statement(desk, args.a)?.statement,
        find_statement(desk, args.b)?.statement,
    );
    let channel = match &args.channel {
        Some(c) => c.clone(),
        None => shown::widest_rendition(b.all_renditions()?, session.lang)
            .map(|r| r.channel.clone())
            .unwrap_or_default(),
    };
    let text = |s: &StatementIssued| {
        let found = s.find_rendition(&channel, session.lang);
        found.map(|r| r.map(|r| r.text.clone()))
    };
    let (Some(old), Some(new)) = (text(&a)?, text(&b)?) else {
        return Err(Trouble::usage(
            format!("one of the two has no {channel} in {}", session.lang),
            "",
        ));
    };
    let (shown, pieces) = shown::mark_changes(&old, &new);
    out.line(format!(
        "Statement {} → {} ({channel}, {}): [-gone-] {{+new+}}",
        args.a, args.b, session.lang
    ));
    out.paragraph("", &shown);
    out.json = json!({ "from": args.a, "to": args.b, "channel": channel, "lang": session.lang, "pieces": pieces });
    Ok(0)
}
