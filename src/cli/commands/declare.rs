//! `saydo declare`: opens an incident and shows what may be said. It issues nothing.

use serde_json::json;

use crate::cli::commands::show;
use crate::cli::output::Output;
use crate::cli::session::{Session, workspace_zone};
use crate::cli::times::{self, Toward};
use crate::cli::trouble::Trouble;
use crate::desk::incident::declare::{
    Declaration, declare_incident, find_same_outage, join_incident,
};
use crate::desk::statement::draft::draft_statement;
use crate::desk::{Journal, Snapshot};
use crate::domain::base::link::{LinkId, LinkState, Source};
use crate::domain::base::malformed::Malformed;

/// Open an incident from a playbook; prints its id and what may be said now
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The playbook by name: see `saydo playbook list`
    pub playbook: String,
    /// A title for staff
    #[arg(long)]
    pub title: Option<String>,
    /// When it began; `~` before it when only approximately known
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub since: Option<String>,
    /// Announced work: START..END
    #[arg(long, value_name = "START..END", allow_hyphen_values = true)]
    pub window: Option<String>,
    /// A link in its scope, with its state if known; repeat it, use commas (A,B=down: both) or globs
    #[arg(long = "link", value_name = "ID[=STATE]")]
    pub links: Vec<String>,
    /// Who says so
    #[arg(long, value_name = "KIND[:PARTY]", default_value = "own-check")]
    pub source: String,
    /// An incident of its own, even if an open one is about the same links
    #[arg(long)]
    pub separate: bool,
}

/// Declares.
///
/// # Errors
/// When something named does not exist, or a time is impossible.
pub fn run(
    args: &Args,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let declaration = read_declaration(args, desk)?;
    let same = find_same_outage(desk, &declaration).filter(|_| !args.separate);
    let id = match &same {
        Some(id) => {
            join_incident(desk, id, &declaration)?;
            say_joined(args, id, desk, out);
            id.clone()
        }
        None => {
            let id = declare_incident(desk, &declaration)?;
            out.line(format!("{id} is open, run by {}.", args.playbook));
            id
        }
    };
    out.line("");
    let looked = draft_statement(desk, &id, desk.default_audience(), Default::default())?;
    show::may_be_said(out, desk, &looked, session.lang)?;
    out.line("");
    out.line(format!(
        "Issue it: saydo statement issue {id}    All channels: saydo statement draft {id}"
    ));
    out.json =
        json!({ "incident": id, "joined": same.is_some(), "draft": show::draft_json(&looked)? });
    Ok(0)
}

/// Says that the outage was declared before, and what was done instead.
fn say_joined(args: &Args, id: &str, desk: &Snapshot, out: &mut Output) {
    let Some(open) = desk.state.incidents.get(id) else {
        return;
    };
    let scope = open.links_in_scope().join(", ");
    out.line(format!(
        "{id} is open already and now about: {scope}. What you said was added to it; no other incident was opened."
    ));
    if open.playbook.name != args.playbook {
        let (by, other) = (&open.playbook.name, &args.playbook);
        out.line(format!(
            "It is run by {by}. To run it by {other}: saydo change-playbook {other} --incident {id}"
        ));
    }
    out.line("An incident of its own, if it is another outage: the same command with --separate");
}

fn read_declaration(args: &Args, desk: &Snapshot) -> Result<Declaration, Trouble> {
    let (now, zone) = (desk.clock.now, workspace_zone(desk));
    let toward = if args.window.is_some() {
        Toward::Future
    } else {
        Toward::Past
    };
    let since = args.since.as_deref();
    let since = since
        .map(|t| times::parse_moment(t, toward, now, zone))
        .transpose();
    let planned = args.window.as_deref();
    let planned = planned
        .map(|t| times::parse_window(t, now, zone))
        .transpose();
    let source: Result<Source, Malformed> = args.source.parse();
    let links = read_links(args, desk)?;
    Ok(Declaration {
        playbook: args.playbook.clone(),
        title: args.title.clone(),
        since: since.map_err(|e| Trouble::usage(format!("--since: {e}"), ""))?,
        planned: planned.map_err(|e| Trouble::usage(format!("--window: {e}"), ""))?,
        links,
        source: source.map_err(|e| Trouble::usage(e, ""))?,
    })
}

/// The links that are named, each with its state if one is given.
fn read_links(args: &Args, desk: &Snapshot) -> Result<Vec<(LinkId, Option<LinkState>)>, Trouble> {
    let books = &desk.world()?.books;
    let mut links = Vec::new();
    for list in &args.links {
        // `A,B=down` says it of both: a name takes the state that comes next in its list.
        let mut state: Option<LinkState> = None;
        let mut named = Vec::new();
        for given in list.split(',').rev() {
            let name = match given.split_once('=') {
                Some((name, token)) => {
                    let parsed: Result<LinkState, Malformed> = token.parse();
                    state = Some(parsed.map_err(|e| Trouble::usage(e, ""))?);
                    name
                }
                None => given,
            };
            named.push((name, state));
        }
        for (name, state) in named.into_iter().rev() {
            let ids = show::find_links(books, &[name.to_owned()])?;
            links.extend(ids.into_iter().map(|id| (id, state)));
        }
    }
    Ok(links)
}
