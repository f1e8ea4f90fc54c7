//! `saydo statement issue`: records a statement as issued, on a terminal after asking. The gate decides, not this file.

use serde_json::json;

use crate::cli::commands::{publish, show};
use crate::cli::output::Output;
use crate::cli::prompt::ask_yes;
use crate::cli::session::{Session, Which, workspace_zone};
use crate::cli::times;
use crate::cli::trouble::Trouble;
use crate::desk::statement::draft::draft_several;
use crate::desk::statement::issue::issue_with_reason;
use crate::desk::statement::matter::{Matter, usual_audience};
use crate::desk::{Journal, Snapshot};
use crate::domain::base::incident::IncidentId;
use crate::domain::base::time::When;
use crate::domain::speech::composer::Wanted;
use crate::domain::state::incident::Issued;

/// What to issue.
#[derive(Debug, clap::Args)]
pub struct Issue {
    #[command(flatten)]
    pub which: Which,
    /// Only if exactly this draft is still what would be said
    #[arg(long, value_name = "DIGEST")]
    pub draft: Option<String>,
    /// For this audience, or these, one after the other [default: the workspace's customers]
    #[arg(long, value_delimiter = ',')]
    pub audience: Vec<String>,
    /// A text beside the notice, by its name in the playbook (see: saydo playbook show) [default: the notice]
    #[arg(long, value_name = "NAME")]
    pub text: Option<String>,
    /// Do not ask on a terminal
    #[arg(long)]
    pub yes: bool,
    /// Publish it at once, to every outlet
    #[arg(long)]
    pub publish: bool,
    /// Without the approval that the record asks for; needs the right, and --because
    #[arg(long = "override", requires = "because")]
    pub over: bool,
    /// Why without approval
    #[arg(long, value_name = "TEXT", requires = "over")]
    pub because: Option<String>,
}

pub(super) fn issue_statement(
    args: &Issue,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let ids = session.find_incidents(desk, &args.which)?;
    desk.read_closed_of(&ids)?;
    let mut named: Vec<Option<&str>> = args.audience.iter().map(|a| Some(a.as_str())).collect();
    if named.is_empty() {
        named.push(None);
    }
    if named.len() > 1 && args.draft.is_some() {
        return Err(Trouble::usage(
            "a digest is that of one draft",
            "name one audience with --draft",
        ));
    }
    let (mut all, mut code, mut refused) = (Vec::new(), 0, Ok(()));
    for audience in named {
        // Each audience has a statement of its own: what one may not be told yet is kept from no other.
        match issue_to(audience, args, &ids, session, desk, out) {
            Ok(own) => code = code.max(own),
            Err(trouble) if args.audience.len() > 1 => {
                let who = audience.unwrap_or_default();
                out.line(format!(
                    "Nothing was issued to {who}: {}",
                    trouble.to_text()
                ));
                refused = refused.and(Err(trouble));
            }
            Err(trouble) => return Err(trouble),
        }
        all.push(std::mem::take(&mut out.json));
    }
    out.json = match (args.audience.len() > 1, all.pop()) {
        (true, last) => {
            json!({ "issued": all.into_iter().chain(last).filter(|i| !i.is_null()).collect::<Vec<_>>() })
        }
        (false, last) => last.unwrap_or_default(),
    };
    if args.publish && code == 0 && is_any_issued(&out.json) {
        code = publish_now(args, session, desk, out)?;
    }
    refused.map(|()| code)
}

/// True when something was issued.
fn is_any_issued(json: &serde_json::Value) -> bool {
    json.get("number").is_some() || json["issued"].as_array().is_some_and(|all| !all.is_empty())
}

/// Issues one statement, to one audience.
fn issue_to(
    audience: Option<&str>,
    args: &Issue,
    ids: &[IncidentId],
    session: &Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let text = args.text.as_deref();
    let audience = usual_audience(desk, ids, text, audience)?;
    let matter = Matter {
        incidents: ids,
        audience: &audience,
        text,
    };
    let mut digest = args.draft.clone();
    let is_approved = desk.state.team.rules.approval && !args.over;
    if session.interactive && !args.yes && digest.is_none() && !is_approved {
        match ask_to_issue(matter, session, desk)? {
            Some(agreed) => digest = agreed,
            None => {
                out.line("Nothing was issued.");
                return Ok(1);
            }
        }
    }
    let because = args.because.as_deref().filter(|_| args.over);
    let issuance = issue_with_reason(desk, matter, digest.as_deref(), because)?;
    if let Some(issued) = desk.state.find_statement(issuance.number) {
        show_issued(issued, desk, out);
    }
    show::show_silent_channels(out, &issuance.silent_channels);
    if !issuance.silent_channels.is_empty() {
        out.json["silent_channels"] = show::silent_channels_json(&issuance.silent_channels);
    }
    Ok(0)
}

/// Publishes what was issued. Its JSON stands under `published`.
fn publish_now(
    args: &Issue,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    desk.check_trusted()?;
    let issued = std::mem::take(&mut out.json);
    let all = publish::Args {
        outlet: Vec::new(),
        dry_run: false,
        yes: args.yes,
    };
    let result = publish::run(&all, session, desk, out);
    let published = std::mem::replace(&mut out.json, issued);
    out.json["publishing"] = published;
    result
}

/// Shows the draft and asks. None when the answer is no; what was shown is what is issued, also when the minute
/// has turned. A draft that the gate refuses is not asked about: issuing says why.
fn ask_to_issue(
    matter: Matter<'_>,
    session: &Session,
    desk: &Journal,
) -> Result<Option<Option<String>>, Trouble> {
    let now = desk.clock.now;
    let (ids, audience) = (matter.incidents, matter.audience);
    let looked = draft_several(desk, ids, audience, now, Wanted::of_text(matter.text))?;
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
    let digest = looked.draft.digest()?;
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
    let addresses = s.body.addresses();
    let web = addresses.iter().find(|(channel, _)| channel == "web");
    if let Some((channel, lang)) = web.or(addresses.first()) {
        out.line(format!(
            "One text for pasting: saydo statement show {number} --channel {channel} --lang {lang}"
        ));
    }
    out.json = json!({ "number": number, "event": issued.seq, "statement": s });
}
