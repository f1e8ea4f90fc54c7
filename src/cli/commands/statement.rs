//! `saydo statement`: drafts, issues, lists, shows and compares statements. The gate decides, not this file.

use std::path::PathBuf;

use serde_json::json;

use crate::cli::commands::approval::{Approve, Preapprove, Reject, Submit};
use crate::cli::commands::{approval, show};
use crate::cli::output::Output;
use crate::cli::prompt::ask_yes;
use crate::cli::session::{Session, Which, to_json, workspace_zone};
use crate::cli::times;
use crate::cli::trouble::Trouble;
use crate::desk::core::playbooks_in_force::find_playbook_in_force;
use crate::desk::core::workspace_files::{read_bytes_up_to, read_playbook};
use crate::desk::statement::draft::{DraftReview, draft_from_facts, draft_several};
use crate::desk::statement::issue::issue_with_reason;
use crate::desk::statement::review_issued::last_statement;
use crate::desk::statement::verdicts::judge_statement;
use crate::desk::{Journal, Snapshot};
use crate::domain::base::lang::Lang;
use crate::domain::base::time::When;
use crate::domain::config::playbook::Playbook;
use crate::domain::facts::fact::{FORMAT, Facts};
use crate::domain::speech::composer::Wanted;
use crate::domain::speech::still_true::Verdict;
use crate::domain::state::incident::Issued;

/// Draft, issue and look up statements
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// What may be said now
    Draft(Draft),
    /// Record it as issued; refuses what the gate refuses
    Issue(Issue),
    /// Put what may be said now before those who approve
    Submit(Submit),
    /// The drafts that wait for approval, and what is approved in advance
    Pending,
    /// Approve exactly the bytes of a submitted draft; shows them, and what changed since the last statement
    Approve(Approve),
    /// Reject a submitted draft
    Reject(Reject),
    /// Approve lines in advance, so that a first notice goes out when nobody can be reached
    Preapprove(Preapprove),
    /// What was issued, and whether it still holds
    List(List),
    /// One statement; with --channel and --lang one rendition as bare bytes
    Show(Show),
    /// What changed from one statement to another, word by word
    Diff(Diff),
}

/// What to draft.
#[derive(Debug, clap::Args)]
pub struct Draft {
    /// Which incidents
    #[command(flatten)]
    pub which: Which,
    /// Only these channels
    #[arg(long, value_delimiter = ',')]
    pub channel: Vec<String>,
    /// Only these languages
    #[arg(long, value_delimiter = ',')]
    pub langs: Vec<Lang>,
    /// For this audience [default: the workspace's customers]
    #[arg(long)]
    pub audience: Option<String>,
    /// Facts from a file (`saydo fact list --json`) instead of the record; such a draft cannot be issued
    #[arg(long, value_name = "FILE", requires = "playbook")]
    pub facts: Option<PathBuf>,
    /// The playbook to use with --facts
    #[arg(long, value_name = "NAME")]
    pub playbook: Option<String>,
}

/// What to issue.
#[derive(Debug, clap::Args)]
pub struct Issue {
    /// Which incidents
    #[command(flatten)]
    pub which: Which,
    /// Only if exactly this draft is still what would be said
    #[arg(long, value_name = "DIGEST")]
    pub draft: Option<String>,
    /// For this audience [default: the workspace's customers]
    #[arg(long)]
    pub audience: Option<String>,
    /// Do not ask on a terminal
    #[arg(long)]
    pub yes: bool,
    /// Without the approval that the record asks for; needs the right, and --because
    #[arg(long = "override", requires = "because")]
    pub over: bool,
    /// Why without approval
    #[arg(long, value_name = "TEXT", requires = "over")]
    pub because: Option<String>,
}

/// Which statements.
#[derive(Debug, clap::Args)]
pub struct List {
    /// Only of this incident
    pub incident: Option<String>,
}

/// Which statement.
#[derive(Debug, clap::Args)]
pub struct Show {
    /// Its number
    pub number: u32,
    /// One channel
    #[arg(long)]
    pub channel: Option<String>,
}

/// Which two.
#[derive(Debug, clap::Args)]
pub struct Diff {
    /// The earlier
    pub a: u32,
    /// The later
    pub b: u32,
    /// The channel to compare
    #[arg(long)]
    pub channel: Option<String>,
}

/// Drafts, issues, lists, shows or compares.
///
/// # Errors
/// When the gate refuses, or something named does not exist.
pub fn run(
    args: &Command,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    match args {
        Command::Draft(a) => draft(a, session, desk, out),
        Command::Issue(a) => issue(a, session, desk, out),
        Command::Submit(a) => approval::run_submit(a, session, desk, out),
        Command::Pending => approval::list_pending_drafts(desk, out),
        Command::Approve(a) => approval::run_approve(a, session, desk, out),
        Command::Reject(a) => approval::run_reject(a, desk, out),
        Command::Preapprove(a) => approval::run_preapprove(a, desk, out),
        Command::List(a) => list(a, session, desk, out),
        Command::Show(a) => show_one(a, session, desk, out),
        Command::Diff(a) => diff(a, session, desk, out),
    }
}

fn check_channels(desk: &Snapshot, channels: &[String]) -> Result<(), Trouble> {
    let known: Vec<&str> = desk
        .world()?
        .books
        .workspace
        .channels
        .keys()
        .map(String::as_str)
        .collect();
    for c in channels {
        if !known.contains(&c.as_str()) {
            let near = crate::domain::base::suggest::suggest_nearest(c, known.iter().copied());
            return Err(Trouble::usage(
                format!("saydo.yaml has no channel \"{c}\"{near}"),
                format!("known: {}", known.join(", ")),
            ));
        }
    }
    Ok(())
}

fn draft(
    args: &Draft,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    check_channels(desk, &args.channel)?;
    let wanted = Wanted {
        channels: args.channel.clone(),
        langs: args.langs.clone(),
        ..Wanted::default()
    };
    let (looked, is_free) = match (&args.facts, &args.playbook) {
        (Some(file), Some(playbook)) => (from_facts(desk, file, playbook, wanted)?, true),
        _ => {
            let ids = session.find_incidents(desk, &args.which)?;
            let now = desk.clock.now;
            (
                draft_several(
                    desk,
                    &ids,
                    &desk.audience_or_default(args.audience.as_deref()),
                    now,
                    wanted,
                )?,
                false,
            )
        }
    };
    for r in &looked.draft.renditions {
        out.line(format!(
            "── {} {} ({})",
            r.channel,
            r.lang,
            show::describe_length(desk, r)
        ));
        out.paragraph("", &r.text);
        out.line("");
    }
    if looked.draft.renditions.is_empty() {
        out.line("Nothing may be said yet.");
    }
    show::show_withheld(out, &looked.draft.withheld, session.lang);
    show::show_findings(out, &looked);
    let digest = looked.draft.digest().map_err(|e| Trouble::usage(e, ""))?;
    let whole = args.channel.is_empty() && args.langs.is_empty() && !is_free;
    if whole && looked.findings.is_empty() {
        out.line("");
        out.line(format!(
            "Issue exactly this: saydo statement issue {}--draft {digest}",
            named(&looked.draft)
        ));
    }
    out.json = show::draft_json(&looked)?;
    if !whole {
        out.json["may_be_issued"] = json!(false);
    }
    Ok(0)
}

/// The incidents of a text about several, to be named again when it is issued.
fn named(draft: &crate::domain::speech::draft::Draft) -> String {
    match draft.incident_ids().as_slice() {
        [] | [_] => String::new(),
        several => format!("{} ", several.join(" ")),
    }
}

fn from_facts(
    desk: &Snapshot,
    file: &std::path::Path,
    playbook: &str,
    wanted: Wanted,
) -> Result<DraftReview, Trouble> {
    const MAX: usize = 8 * 1024 * 1024;
    let bytes = read_bytes_up_to(file, MAX)?;
    let name = file.display();
    if bytes.len() > MAX {
        return Err(Trouble::usage(
            format!("{name} is larger than {MAX} bytes"),
            "",
        ));
    }
    let facts: Facts = serde_json::from_slice(&bytes).map_err(|e| {
        Trouble::usage(
            format!("{name}:{}:{}: not facts: {e}", e.line(), e.column()),
            "write them with: saydo fact list --json",
        )
    })?;
    if facts.format != FORMAT {
        return Err(Trouble::usage(
            format!(
                "{name}: the format is \"{}\", not \"{FORMAT}\"",
                facts.format
            ),
            "",
        ));
    }
    let (_, base, own) = find_playbook_in_force(desk, playbook)?;
    let base = base.and_then(|d| desk.state.texts.get(&d));
    let base = base
        .map(|text| read_playbook("base", text.as_bytes()).map_err(crate::desk::DeskError::Files))
        .transpose()?;
    let whole = Playbook::build_on_base(base.as_ref().map(|(f, _)| f), &own);
    Ok(draft_from_facts(desk, &whole, &facts, wanted)?)
}

fn issue(
    args: &Issue,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let ids = session.find_incidents(desk, &args.which)?;
    let mut digest = args.draft.clone();
    let is_approved = desk.state.team.rules.approval && !args.over;
    if session.interactive && !args.yes && digest.is_none() && !is_approved {
        match ask_to_issue(args, &ids, session, desk)? {
            Some(agreed) => digest = agreed,
            None => {
                out.line("Nothing was issued.");
                return Ok(1);
            }
        }
    }
    let because = args.because.as_deref().filter(|_| args.over);
    let audience = desk.audience_or_default(args.audience.as_deref());
    let number = issue_with_reason(desk, &ids, &audience, digest.as_deref(), because)?;
    if let Some(issued) = desk.state.find_statement(number) {
        show_issued(issued, desk, out);
    }
    Ok(0)
}

/// Shows the draft and asks. None when the answer is no; what was shown is what is issued, also when the minute
/// has turned. A draft that the gate refuses is not asked about: issuing says why.
fn ask_to_issue(
    args: &Issue,
    ids: &[String],
    session: &Session,
    desk: &Journal,
) -> Result<Option<Option<String>>, Trouble> {
    let now = desk.clock.now;
    let audience = desk.audience_or_default(args.audience.as_deref());
    let looked = draft_several(desk, ids, &audience, now, Wanted::default())?;
    let mut shown = Output::new();
    show::may_be_said(&mut shown, desk, &looked, session.lang)?;
    print!("{}", shown.text);
    if !looked.findings.is_empty() {
        return Ok(Some(None));
    }
    let count = looked.draft.renditions.len();
    if !ask_yes(&format!(
        "\nIssue this as it stands, in {count} renditions?"
    )) {
        return Ok(None);
    }
    let digest = looked.draft.digest().map_err(|e| Trouble::usage(e, ""))?;
    Ok(Some(Some(digest)))
}

fn show_issued(issued: &Issued, desk: &Snapshot, out: &mut Output) {
    let (s, seq) = (&issued.statement, issued.seq);
    let (number, count) = (s.number, s.body.addresses().len());
    out.line(format!(
        "Statement {number} to {} is issued: {count} renditions (event {seq}).",
        s.audience
    ));
    for line in s.lines() {
        let Some(kind) = &line.promise else { continue };
        let subject = line.it.as_ref().map(|l| format!(" for {l}"));
        let subject = subject.unwrap_or_default();
        for n in line.promise_numbers() {
            let promise = desk.state.promises.iter().find(|p| p.made.number == n);
            let due = promise.map(|p| match p.current_due().due {
                When::At(t) => times::format_time(t, desk.clock.now, workspace_zone(desk)),
                day => day.to_string(),
            });
            let due = due.unwrap_or_default();
            out.line(format!("Promise {n}: {kind}{subject}, due {due}"));
        }
    }
    out.line(format!(
        "One text for pasting: saydo statement show {number} --channel web --lang vi"
    ));
    out.json = json!({ "number": number, "event": issued.seq, "statement": s });
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

fn list(
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
        let newest = s
            .incidents
            .first()
            .and_then(|i| last_statement(desk, i, &s.audience))
            .map(|l| l.statement.number);
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
            s.audience.clone(),
            issued.by.clone(),
            state.clone(),
        ]);
        all.push(json!({
            "number": s.number, "as_of": to_json(&s.as_of), "issued_at": to_json(&issued.at), "by": issued.by,
            "incidents": s.incidents, "audience": s.audience, "digest": s.digest, "state": state,
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

fn find(desk: &Snapshot, number: u32) -> Result<Issued, Trouble> {
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

fn show_one(
    args: &Show,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let issued = find(desk, args.number)?;
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
fn diff(
    args: &Diff,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let (a, b) = (find(desk, args.a)?.statement, find(desk, args.b)?.statement);
    let channel = match &args.channel {
        Some(c) => c.clone(),
        None => show::widest_rendition(b.all_renditions()?, session.lang)
            .map(|r| r.channel.clone())
            .unwrap_or_default(),
    };
    let text = |s: &crate::domain::record::statement::StatementIssued| {
        let found = s.find_rendition(&channel, session.lang);
        found.map(|r| r.map(|r| r.text.clone()))
    };
    let (Some(old), Some(new)) = (text(&a)?, text(&b)?) else {
        return Err(Trouble::usage(
            format!("one of the two has no {channel} in {}", session.lang),
            "",
        ));
    };
    let (shown, pieces) = show::mark_changes(&old, &new);
    out.line(format!(
        "Statement {} → {} ({channel}, {}): [-gone-] {{+new+}}",
        args.a, args.b, session.lang
    ));
    out.paragraph("", &shown);
    out.json = json!({ "from": args.a, "to": args.b, "channel": channel, "lang": session.lang, "pieces": pieces });
    Ok(0)
}
