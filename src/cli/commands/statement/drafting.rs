//! `saydo statement draft`: what may be said now, or from facts in a file. It records nothing.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::cli::commands::show;
use crate::cli::output::Output;
use crate::cli::session::{Session, Which};
use crate::cli::trouble::Trouble;
use crate::desk::core::incident_facts::find_text;
use crate::desk::core::playbooks_in_force::find_playbook_in_force;
use crate::desk::core::workspace_files::{read_bytes_up_to, read_playbook};
use crate::desk::statement::draft::{DraftReview, draft_from_facts, draft_several};
use crate::desk::statement::matter::usual_audience;
use crate::desk::{DeskError, Journal, Snapshot};
use crate::domain::base::lang::Lang;
use crate::domain::base::suggest::suggest_nearest;
use crate::domain::config::playbook::Playbook;
use crate::domain::facts::fact::{FORMAT, Facts};
use crate::domain::speech::composer::Wanted;
use crate::domain::speech::draft::Draft as DraftOfText;

/// What to draft.
#[derive(Debug, clap::Args)]
pub struct Draft {
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
    /// A text beside the notice, by its name in the playbook (see: saydo playbook show) [default: the notice]
    #[arg(long, value_name = "NAME")]
    pub text: Option<String>,
    /// Facts from a file (`saydo fact list --json`) instead of the record; such a draft cannot be issued
    #[arg(long, value_name = "FILE", requires = "playbook")]
    pub facts: Option<PathBuf>,
    /// The playbook to use with --facts
    #[arg(long, value_name = "NAME")]
    pub playbook: Option<String>,
}

pub(super) fn draft_statement(
    args: &Draft,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    check_channels(desk, &args.channel)?;
    let wanted = Wanted {
        channels: args.channel.clone(),
        langs: args.langs.clone(),
        ..Wanted::of_text(args.text.as_deref())
    };
    let (looked, is_free) = match (&args.facts, &args.playbook) {
        (Some(file), Some(playbook)) => (draft_from_file(desk, file, playbook, wanted)?, true),
        _ => {
            let ids = session.find_incidents(desk, &args.which)?;
            desk.read_closed_of(&ids)?;
            let (text, named) = (args.text.as_deref(), args.audience.as_deref());
            let audience = usual_audience(desk, &ids, text, named)?;
            let now = desk.clock.now;
            (draft_several(desk, &ids, &audience, now, wanted)?, false)
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
    let digest = looked.draft.digest()?;
    let whole = args.channel.is_empty() && args.langs.is_empty() && !is_free;
    if whole && looked.findings.is_empty() {
        out.line("");
        out.line(format!(
            "Issue exactly this: saydo statement issue {}{}--draft {digest}",
            name_several(&looked.draft),
            name_text_and_audience(args)
        ));
    }
    out.json = show::draft_json(&looked)?;
    if !whole {
        out.json["may_be_issued"] = json!(false);
    }
    Ok(0)
}

/// Channels that were typed are those of the workspace.
///
/// # Errors
/// When one is not, with the nearest.
pub fn check_channels(desk: &Snapshot, channels: &[String]) -> Result<(), Trouble> {
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
            let near = suggest_nearest(c, known.iter().copied());
            return Err(Trouble::usage(
                format!("saydo.yaml has no channel \"{c}\"{near}"),
                format!("known: {}", known.join(", ")),
            ));
        }
    }
    Ok(())
}

/// The incidents of a text about several, to be named again when it is issued.
fn name_several(draft: &DraftOfText) -> String {
    match draft.incident_ids().as_slice() {
        [] | [_] => String::new(),
        several => format!("{} ", several.join(" ")),
    }
}

/// The text and the audience, to be named again when it is issued.
fn name_text_and_audience(args: &Draft) -> String {
    let named = |flag: &str, value: &Option<String>| {
        let value = value.as_ref();
        value.map_or_else(String::new, |v| format!("--{flag} {v} "))
    };
    named("text", &args.text) + &named("audience", &args.audience)
}

fn draft_from_file(
    desk: &Snapshot,
    file: &Path,
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
        .map(|text| read_playbook("base", text.as_bytes()).map_err(DeskError::Files))
        .transpose()?;
    let whole = Playbook::build_on_base(base.as_ref().map(|(f, _)| f), &own);
    let whole = match &wanted.text {
        Some(name) => whole.for_text(find_text(&whole, name)?),
        None => whole,
    };
    Ok(draft_from_facts(desk, &whole, &facts, wanted)?)
}
