//! `saydo statement submit|pending|approve|reject|preapprove`. Who may approve is decided by the team's rules, not here.

use serde_json::json;

use crate::cli::commands::show;
use crate::cli::output::Output;
use crate::cli::prompt::ask_yes;
use crate::cli::session::{Session, Which, to_json, workspace_zone};
use crate::cli::times::{self, Toward};
use crate::cli::trouble::Trouble;
use crate::desk::statement::approve::{
    approve_draft, check_may_approve, compose_submitted, find_waiting, list_pending, reject_draft,
    submit_draft,
};
use crate::desk::statement::matter::{Matter, usual_audience};
use crate::desk::statement::pre_approval::{InAdvance, approve_in_advance};
use crate::desk::statement::release::approval_lasts;
use crate::desk::statement::review_issued::last_statement;
use crate::desk::{Journal, Snapshot};
use crate::domain::record::body::BodyError;
use crate::domain::speech::draft::Draft;
use crate::domain::team::team_state::Submitted;

/// What to put before them.
#[derive(Debug, clap::Args)]
pub struct Submit {
    #[command(flatten)]
    pub which: Which,
    /// For this audience [default: the workspace's customers]
    #[arg(long)]
    pub audience: Option<String>,
    /// A text beside the notice, by its name in the playbook (see: saydo playbook show) [default: the notice]
    #[arg(long, value_name = "NAME")]
    pub text: Option<String>,
}

#[derive(Debug, clap::Args)]
pub struct Approve {
    /// The draft; the only one that waits when absent
    pub draft: Option<String>,
    /// Do not ask on a terminal
    #[arg(long)]
    pub yes: bool,
}

/// Which draft, and why.
#[derive(Debug, clap::Args)]
pub struct Reject {
    /// The draft; the only one that waits when absent
    pub draft: Option<String>,
    /// The reason; it stays in the record
    #[arg(long)]
    pub because: String,
}

/// What is approved in advance.
#[derive(Debug, clap::Args)]
pub struct Preapprove {
    /// By which it is called
    pub name: String,
    /// For incidents under this playbook
    pub playbook: String,
    /// Only the first statement on an incident
    #[arg(long)]
    pub first: bool,
    /// Only these lines of the playbook
    #[arg(long, value_delimiter = ',')]
    pub line: Vec<String>,
    /// Only on these channels
    #[arg(long, value_delimiter = ',')]
    pub channel: Vec<String>,
    /// Only while a fact that is printed has one of these values: capacity_lost=10%..50%, link=AAG,APG
    #[arg(long, alias = "slot", value_name = "FACT=VALUES")]
    pub allow_value: Vec<String>,
    /// To this audience [default: the workspace's customers]
    #[arg(long)]
    pub audience: Option<String>,
    /// Until this day or time
    #[arg(long, value_name = "TIME")]
    pub until: String,
    /// The reason; it stays in the record
    #[arg(long)]
    pub because: String,
}

pub(crate) fn run_submit(
    args: &Submit,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let ids = session.find_incidents(desk, &args.which)?;
    desk.read_closed_of(&ids)?;
    let (text, named) = (args.text.as_deref(), args.audience.as_deref());
    let audience = usual_audience(desk, &ids, text, named)?;
    let matter = Matter {
        incidents: &ids,
        audience: &audience,
        text,
    };
    let draft = submit_draft(desk, matter)?;
    out.line(format!("Draft {draft} waits for approval."));
    let who: Vec<&str> = desk
        .state
        .team
        .people_with_right(crate::domain::team::right::Right::Approve, None)
        .into_iter()
        .filter(|p| !desk.state.team.rules.four_eyes || *p != session.by)
        .collect();
    let next = match who.as_slice() {
        [] if desk.state.team.has_roles() => "Nobody else may approve it: an administrator grants the right (saydo role grant approver NAME).".to_owned(),
        [] => format!("Approve it: saydo statement approve {draft}"),
        people => format!("{} may approve it: saydo statement approve {draft}", people.join(" or ")),
    };
    out.item("", &next);
    out.json = json!({ "draft": draft, "incidents": ids, "audience": audience, "text": text, "may_approve": who });
    Ok(0)
}

pub(crate) fn list_pending_drafts(desk: &Snapshot, out: &mut Output) -> Result<u8, Trouble> {
    let (now, zone) = (desk.clock.now, workspace_zone(desk));
    let mut rows = Vec::new();
    let mut all = Vec::new();
    for s in list_pending(desk) {
        rows.push(vec![
            s.draft.clone(),
            s.incidents.join(", "),
            s.text.clone().unwrap_or_else(|| "notice".to_owned()),
            s.audience.clone(),
            s.by.clone(),
            times::format_time(s.at, now, zone),
        ]);
        all.push(json!({ "draft": s.draft, "incidents": s.incidents, "audience": s.audience, "text": s.text, "by": s.by, "at": to_json(&s.at) }));
    }
    if rows.is_empty() {
        out.line("No draft waits for approval.");
    } else {
        out.table(
            &["draft", "incident", "text", "audience", "by", "since"],
            rows,
        );
    }
    let mut standing = Vec::new();
    for p in desk.state.team.in_advance.iter().filter(|p| p.until > now) {
        let first = if p.first { "first statement, " } else { "" };
        let any = |list: &[String], what: &str| {
            if list.is_empty() {
                format!("any {what}")
            } else {
                list.join(", ")
            }
        };
        let line = format!(
            "Approved in advance, {}: {first}{}, {}, {}{}, until {} (by {}; used {} times)",
            p.name,
            p.playbook,
            any(&p.lines, "line"),
            any(&p.channels, "channel"),
            p.slots
                .iter()
                .map(|(path, range)| format!(", {path} within {range}"))
                .collect::<String>(),
            times::format_time(p.until, now, zone),
            p.by,
            p.used.len()
        );
        out.item("", &line);
        let mut value = to_json(p);
        // The record calls them slots.
        if let Some(map) = value.as_object_mut() {
            let values = map.remove("slots").unwrap_or_default();
            map.insert("allowed_values".into(), values);
        }
        standing.push(value);
    }
    out.json = json!({ "pending": all, "approved_in_advance": standing });
    Ok(0)
}

pub(crate) fn run_approve(
    args: &Approve,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let s = find_waiting(desk, args.draft.as_deref())?;
    check_may_approve(desk, &s)?;
    let statement = compose_submitted(desk, &s)?;
    let draft = statement.draft();
    let shown = show_submitted(&s, draft, session, desk)?;
    if session.interactive && !args.yes {
        if !ask_yes(&format!("{}\nApprove exactly this?", shown.text)) {
            out.line("Nothing was approved. To reject it: saydo statement reject --because WHY");
            return Ok(1);
        }
    } else {
        out.text.push_str(&shown.text);
    }
    approve_draft(desk, &s)?;
    let lasts = approval_lasts(desk, &s.incidents);
    let text = s.text.as_ref().map(|t| format!("--text {t} "));
    out.line(format!(
        "Approved, for {lasts}: saydo statement issue {}{}--draft {}",
        match s.incidents.as_slice() {
            [_] => String::new(),
            several => format!("{} ", several.join(" ")),
        },
        text.unwrap_or_default(),
        s.draft
    ));
    out.json = json!({ "draft": s.draft, "incidents": s.incidents, "audience": s.audience, "renditions": draft.renditions });
    Ok(0)
}

/// The draft in every rendition, and what is new since the last statement.
fn show_submitted(
    s: &Submitted,
    draft: &Draft,
    session: &Session,
    desk: &Snapshot,
) -> Result<Output, BodyError> {
    let mut shown = Output::new();
    let incidents = s.incidents.join(", ");
    shown.line(format!(
        "Draft {} of {incidents}, to {}, submitted by {}:",
        s.draft, s.audience, s.by
    ));
    for r in &draft.renditions {
        let measured = show::describe_length(desk, r);
        shown.line(format!("── {} {} ({measured})", r.channel, r.lang));
        shown.paragraph("", &r.text);
    }
    let incident = s.incidents.first();
    let Some(last) = incident.and_then(|i| last_statement(desk, i, &s.audience)) else {
        shown.line("It is the first statement on this.");
        return Ok(shown);
    };
    let number = last.statement.number;
    let widest = show::widest_rendition(&draft.renditions, session.lang).map(|r| &r.channel);
    for r in draft
        .renditions
        .iter()
        .filter(|r| Some(&r.channel) == widest)
    {
        if let Some(before) = last.statement.find_rendition(&r.channel, r.lang)? {
            shown.line(format!(
                "Since statement {number} ({}, {}): [-gone-] {{+new+}}",
                r.channel, r.lang
            ));
            shown.paragraph("", &show::mark_changes(&before.text, &r.text).0);
        }
    }
    Ok(shown)
}

pub(crate) fn run_reject(
    args: &Reject,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let s = find_waiting(desk, args.draft.as_deref())?;
    reject_draft(desk, &s, &args.because)?;
    out.line(format!(
        "Draft {} is rejected; {} is to know why.",
        s.draft, s.by
    ));
    out.json = json!({ "draft": s.draft, "reason": args.because });
    Ok(0)
}

pub(crate) fn run_preapprove(
    args: &Preapprove,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let (now, zone) = (desk.clock.now, workspace_zone(desk));
    let until = times::parse_time(&args.until, Toward::Future, now, zone).map_err(|e| {
        Trouble::usage(
            format!("--until: {e}"),
            "a day or a time: 31/12 or \"2026-12-31 18:00\"",
        )
    })?;
    let mut slots = std::collections::BTreeMap::new();
    for given in &args.allow_value {
        let Some((path, range)) = given.split_once('=') else {
            return Err(Trouble::usage(
                format!("--allow-value {given}: FACT=VALUES is wanted"),
                "for example: --allow-value links.*.capacity_left=50%..100%",
            ));
        };
        slots.insert(path.trim().to_owned(), range.trim().to_owned());
    }
    let audience = desk.audience_or_default(args.audience.as_deref());
    approve_in_advance(
        desk,
        &InAdvance {
            name: args.name.clone(),
            playbook: args.playbook.clone(),
            audience,
            first: args.first,
            lines: args.line.clone(),
            channels: args.channel.clone(),
            slots,
            until,
            because: args.because.clone(),
        },
    )?;
    out.line(format!(
        "Approved in advance until {}: {}.",
        times::format_time(until, now, zone),
        args.name
    ));
    out.json = json!({ "name": args.name, "until": to_json(&until) });
    Ok(0)
}
