//! `saydo promise make`: a promise by hand, and the kinds of it. Whether it may be made is not decided here.

use serde_json::json;

use super::forms::{give_promise, parse_due, show_due};
use crate::cli::output::Output;
use crate::cli::session::{Session, to_json};
use crate::cli::trouble::Trouble;
use crate::desk::promise::by_hand::{Making, make_promise, promise_kinds};
use crate::desk::promise::ledger::{promise_words, stock_today};
use crate::desk::{Journal, Snapshot};
use crate::domain::base::lang::Lang;
use crate::domain::config::promise_kind::Per;

/// What to promise.
#[derive(Debug, clap::Args)]
pub struct Make {
    /// The kind, from `promises:` of the playbook or of saydo.yaml; left out, the kinds are listed
    pub kind: Option<String>,
    /// The incident, as INC-2 or 2 [default: the one switched to, or the only open one]
    #[arg(long, value_name = "INCIDENT", conflicts_with = "no_incident")]
    pub incident: Option<String>,
    /// It belongs to no incident: a kind from saydo.yaml
    #[arg(long)]
    pub no_incident: bool,
    /// The link or region that it is about
    #[arg(long, value_name = "ID")]
    pub subject: Option<String>,
    /// The reference of the case that it is for (a ticket, not a name)
    #[arg(long, value_name = "REFERENCE", conflicts_with = "subject")]
    pub case: Option<String>,
    /// To whom [default: the workspace's customers]
    #[arg(long)]
    pub audience: Option<String>,
    /// When it falls due; else as the kind says
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub due: Option<String>,
    /// A word for staff
    #[arg(long)]
    pub note: Option<String>,
}

pub(super) fn make_by_hand(
    args: &Make,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let incident = incident_meant(args, session, desk)?;
    let Some(kind) = &args.kind else {
        return list_kinds(incident.as_deref(), desk, out);
    };
    let making = Making {
        kind: kind.clone(),
        incident,
        subject: args.subject.clone().or_else(|| args.case.clone()),
        audience: desk.audience_or_default(args.audience.as_deref()),
        due: args
            .due
            .as_deref()
            .map(|t| parse_due(t, desk))
            .transpose()?,
        note: args.note.clone(),
    };
    if desk
        .world()?
        .books
        .workspace
        .find_audience(&making.audience)
        .is_none()
    {
        return Err(Trouble::usage(
            format!("saydo.yaml has no audience \"{}\"", making.audience),
            "",
        ));
    }
    let number = make_promise(desk, &making)?;
    let now = desk.clock.now;
    if let Some(p) = desk.state.promise_no(number) {
        out.line(format!(
            "Promise {number}: {}, due {}, kept by {}.",
            promise_words(p, session.lang),
            show_due(p.current_due().due, now, desk),
            p.made.owner
        ));
        for u in &p.uses {
            let left = stock_today(desk, &u.resource)?.amount_left();
            out.line(format!(
                "  {} {} reserved, {left} left.",
                u.amount, u.resource
            ));
        }
    }
    give_promise(number, desk, out)
}

/// The incident of a promise by hand; none for a kind that belongs to no incident.
fn incident_meant(
    args: &Make,
    session: &Session,
    desk: &Snapshot,
) -> Result<Option<String>, Trouble> {
    let is_general = |kind: &String| {
        let world = desk.world();
        world.is_ok_and(|w| w.books.workspace.promises.contains_key(kind))
    };
    let names_none = args.incident.is_none() && args.kind.as_ref().is_some_and(is_general);
    let none_open = desk.state.open_incidents().next().is_none();
    if args.no_incident || names_none || (args.kind.is_none() && none_open) {
        return Ok(None);
    }
    let id = session.find_incident(desk, args.incident.as_deref())?;
    Ok(Some(id))
}

/// The kinds that can be made by hand.
fn list_kinds(incident: Option<&str>, desk: &Snapshot, out: &mut Output) -> Result<u8, Trouble> {
    let mut rows: Vec<String> = Vec::new();
    let mut names: Vec<String> = Vec::new();
    let mut all = Vec::new();
    let own = promise_kinds(desk, incident)?;
    let general = promise_kinds(desk, None)?;
    let both = own
        .iter()
        .map(|(n, k)| (n, k, incident.unwrap_or_default()))
        .chain(
            general
                .iter()
                .filter(|_| incident.is_some())
                .map(|(n, k)| (n, k, "")),
        );
    for (name, kind, of) in both {
        if kind.per == Per::Statement || kind.is_of_window() {
            continue;
        }
        let per = to_json(&kind.per).as_str().unwrap_or_default().to_owned();
        let whose = if of.is_empty() {
            String::new()
        } else {
            format!(" of {of}")
        };
        rows.push(format!(
            "{} per {per}{whose}; due {}; {}",
            kind.names.get_or_any(Lang::USUAL),
            kind.due,
            kind.owner
        ));
        names.push(name.clone());
        all.push(json!({ "kind": name, "incident": of, "definition": to_json(kind) }));
    }
    if rows.is_empty() {
        out.line("No kind of promise can be made by hand here: see `promises:` of the playbook and of saydo.yaml.");
    } else {
        let width = names.iter().map(String::len).max().unwrap_or(0);
        for (name, row) in names.iter().zip(rows) {
            out.item(&format!("{name:<width$}  "), &row);
        }
        out.line("Make one: saydo promise make KIND [--subject ID | --case REFERENCE]");
    }
    out.json = json!({ "kinds": all });
    Ok(0)
}
