//! `saydo notice`: plans and sends notices to everybody affected, one by one. It chooses nobody and builds no text.

use serde_json::{Value as Json, json};

use crate::cli::commands::publish::with_means;
use crate::cli::output::Output;
use crate::cli::prompt::ask_yes;
use crate::cli::session::{Session, Which, to_json, workspace_zone};
use crate::cli::times;
use crate::cli::trouble::{REFUSED, Trouble};
use crate::desk::notice::estimate::{OutletLoad, estimate_loads};
use crate::desk::notice::planning::{NoticePlan, Places, plan_notice};
use crate::desk::notice::sending::send_notice;
use crate::desk::statement::review_issued::last_statement;
use crate::desk::{Journal, Snapshot};
use crate::domain::delivery::notices::PlannedNotice;
use crate::domain::record::balance_sheet::{BalanceSheet, Bucket};
use crate::domain::record::delivery_event::NoticeCell;

/// Tell everybody affected, one by one: one person, one notice
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Work out who of the customers gets which text, and show where everybody else is
    Plan(Plan),
    /// Send what a plan has left to send; what is no longer true stays
    Send(Send),
    /// All plans, with how far they are sent
    List,
    /// The balance of a plan: every person of the base in one place
    Show(Show),
}

/// About what.
#[derive(Debug, clap::Args)]
pub struct Plan {
    #[command(flatten)]
    pub which: Which,
    /// Show the balance and record nothing
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Debug, clap::Args)]
pub struct Send {
    /// The number of the plan [default: the last one]
    pub plan: Option<u32>,
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
}

#[derive(Debug, clap::Args)]
pub struct Show {
    /// The number of the plan [default: the last one]
    pub plan: Option<u32>,
}

/// Plans, sends or shows.
///
/// # Errors
/// When there is no base, no plan, or nothing may be published.
pub fn run(
    args: &Command,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    match args {
        Command::Plan(a) => plan(a, session, desk, out),
        Command::Send(a) => send(a, session, desk, out),
        Command::List => list_notices(desk, out),
        Command::Show(a) => {
            let notice = find_notice(desk, a.plan)?.clone();
            show_notice(&notice, desk, out)
        }
    }
}

fn plan(
    args: &Plan,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let is_named = !args.which.incidents.is_empty() || args.which.region.is_some();
    let incidents = match is_named {
        true => session.find_incidents(desk, &args.which)?,
        // All of which customers have heard: whoever is hit by two gets one text about both.
        false => {
            let open = desk.state.open_incidents().map(|i| i.id.clone());
            let audience = desk.default_audience();
            open.filter(|id| last_statement(desk, id, audience).is_some())
                .collect()
        }
    };
    if incidents.is_empty() {
        return Err(Trouble::usage(
            "no notice has been issued on an open incident",
            "issue one first: saydo say",
        ));
    }
    let folder = session.workspace_folder()?;
    let own = folder.own_folder();
    let places = Places {
        root: &folder.root,
        own: &own,
    };
    let planned = plan_notice(desk, &places, &incidents, args.dry_run)?;
    let loads = estimate_loads(desk, &planned.cells)?;
    out.line(match args.dry_run {
        true => format!("About {}; nothing is recorded:", incidents.join(", ")),
        false => format!("Notice {} about {}:", planned.plan, incidents.join(", ")),
    });
    show_sheet(&planned.sheet, out);
    show_bad_rows(&planned, out);
    show_loads(&loads, desk, out);
    if !args.dry_run && !planned.cells.is_empty() {
        out.line(format!("Send it: saydo notice send {}", planned.plan));
    }
    out.json = json!({
        "plan": (!args.dry_run).then_some(planned.plan), "incidents": incidents, "sheet": sheet_json(&planned.sheet),
        "cells": planned.cells, "loads": to_json(&loads), "root": planned.root, "unreadable": planned.bad,
    });
    Ok(0)
}

/// What each place of the balance is called.
fn describe_bucket(bucket: Bucket) -> &'static str {
    match bucket {
        Bucket::Send => "get a text",
        Bucket::Covered => "get it with somebody of the same number or address",
        Bucket::ToPhone => "have a care mark: call them first",
        Bucket::Told => "have it already",
        Bucket::NotAffected => "are not affected",
        Bucket::NoConsent => "have not agreed to be written to about this",
        Bucket::NoAddress => "have no number or address that can be used",
        Bucket::Quiet => "are in quiet hours",
        Bucket::DailyCap => "have had as many texts today as a day may bring",
    }
}

fn show_sheet(sheet: &BalanceSheet, out: &mut Output) {
    out.line(format!(
        "{:>12} people in {} rows, of which",
        sheet.persons,
        sheet.rows - sheet.unreadable
    ));
    for bucket in Bucket::ALL {
        let n = sheet.count(bucket);
        if n > 0 {
            out.line(format!("{n:>12} {}", describe_bucket(bucket)));
        }
    }
    if sheet.unreadable > 0 {
        out.line(format!(
            "{:>12} rows cannot be read: nobody knows who stands in them",
            sheet.unreadable
        ));
    }
}

fn show_bad_rows(planned: &NoticePlan, out: &mut Output) {
    for (why, n) in &planned.bad {
        let own = planned.first_bad.iter().filter(|(_, w)| w == why);
        let named: Vec<String> = own.take(5).map(|(row, _)| row.to_string()).collect();
        let more = if *n > named.len() as u64 { " ..." } else { "" };
        out.item(
            "  ! ",
            &format!(
                "{n} rows: {why} (row {}{more}, the header not counted)",
                named.join(", ")
            ),
        );
    }
}

fn show_loads(loads: &[OutletLoad], desk: &Snapshot, out: &mut Output) {
    let (now, zone) = (desk.clock.now, workspace_zone(desk));
    for load in loads {
        let cost = load.cost.as_ref().map(|c| format!(", {c}"));
        out.item(
            "",
            &format!(
                "{}: {} messages, {} parts{}; the last reader gets it at {}",
                load.outlet,
                load.messages,
                load.parts,
                cost.unwrap_or_default(),
                times::format_time(load.ends, now, zone)
            ),
        );
        if let Some(due) = load.outlived {
            out.item(
                "  ! ",
                &format!(
                    "before that, at {}, the text promises the next one: whoever reads later reads something old. Faster: rate and \
                     batch of the outlet; or plan the newer text when it is out",
                    times::format_time(due, now, zone)
                ),
            );
        }
    }
}

fn sheet_json(sheet: &BalanceSheet) -> Json {
    let mut value = to_json(sheet);
    for bucket in Bucket::ALL {
        let n = sheet.count(bucket);
        let name = to_json(&bucket);
        if let Some(name) = name.as_str() {
            value["buckets"][name] = n.into();
        }
    }
    value
}

fn find_notice(desk: &Snapshot, plan: Option<u32>) -> Result<&PlannedNotice, Trouble> {
    let notices = &desk.state.deliveries.notices;
    let found = match plan {
        Some(plan) => notices.iter().find(|n| n.plan == plan),
        None => notices.last(),
    };
    found.ok_or_else(|| {
        let what = plan.map_or_else(
            || "no notice is planned".to_owned(),
            |plan| format!("there is no notice {plan}"),
        );
        Trouble::usage(
            what,
            "plan one: saydo notice plan. All of them: saydo notice list",
        )
    })
}

fn send(
    args: &Send,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let notice = find_notice(desk, args.plan)?.clone();
    let left: u64 = match notice.outcomes.is_empty() {
        true => notice.cells.iter().map(|c| c.messages).sum(),
        false => notice.waiting,
    };
    if !args.yes && !is_sending_confirmed(notice.plan, &notice.cells, left, session, desk, out)? {
        out.line("Nothing was sent.");
        return Ok(0);
    }
    let own = session.workspace_folder()?.own_folder();
    let sent = with_means(session, desk, &[], &|_| {}, |desk, means| {
        send_notice(desk, &own, notice.plan, means)
    })?;
    let mut parts: Vec<String> = sent
        .outcomes
        .iter()
        .map(|(outcome, n)| format!("{n} {}", outcome.token()))
        .collect();
    parts.push(format!("{} not sent", sent.waiting));
    out.line(format!("Notice {}: {}.", notice.plan, parts.join(", ")));
    if sent.outcomes.keys().any(|o| o.token() == "failed") {
        out.line(format!(
            "What failed is tried again by: saydo notice send {} --yes",
            notice.plan
        ));
    }
    for why in &sent.held {
        out.item("  held back: ", why);
    }
    if sent.is_shared {
        out.line("Another sender is at work on a part of it.");
    }
    let outcomes: serde_json::Map<String, Json> = sent
        .outcomes
        .iter()
        .map(|(outcome, n)| (outcome.token().to_owned(), (*n).into()))
        .collect();
    out.json = json!({ "plan": notice.plan, "outcomes": outcomes, "waiting": sent.waiting, "held": sent.held, "shared": sent.is_shared });
    let delivered = sent.outcomes.keys().all(|o| o.token() == "delivered");
    let is_done = delivered && sent.waiting == 0;
    Ok(if is_done { 0 } else { REFUSED })
}

/// Whether the person at the terminal wants it, having seen how much leaves by which outlet.
fn is_sending_confirmed(
    plan: u32,
    cells: &[NoticeCell],
    left: u64,
    session: &Session,
    desk: &Snapshot,
    out: &mut Output,
) -> Result<bool, Trouble> {
    let loads = estimate_loads(desk, cells)?;
    show_loads(&loads, desk, out);
    if !session.interactive {
        return Err(Trouble::usage(
            format!("notice {plan} goes to many people, and nobody can be asked here"),
            format!("to send it: saydo notice send {plan} --yes"),
        ));
    }
    print!("{}", std::mem::take(&mut out.text));
    Ok(ask_yes(&format!("Send about {left} messages now?")))
}

fn list_notices(desk: &Snapshot, out: &mut Output) -> Result<u8, Trouble> {
    let notices = &desk.state.deliveries.notices;
    if notices.is_empty() {
        out.line("No notice is planned. To plan one: saydo notice plan");
    }
    let (now, zone) = (desk.clock.now, workspace_zone(desk));
    for n in notices {
        let messages: u64 = n.cells.iter().map(|c| c.messages).sum();
        out.line(format!(
            "{} {} by {}: {messages} messages, {} not sent",
            n.plan,
            times::format_time(n.at, now, zone),
            n.by,
            n.waiting
        ));
    }
    out.json = json!({ "notices": notices });
    Ok(0)
}

fn show_notice(notice: &PlannedNotice, desk: &Snapshot, out: &mut Output) -> Result<u8, Trouble> {
    let at = times::format_time(notice.at, desk.clock.now, workspace_zone(desk));
    out.line(format!(
        "Notice {}, planned {at} by {}:",
        notice.plan, notice.by
    ));
    show_sheet(&notice.sheet, out);
    for cell in &notice.cells {
        out.item("", &describe_cell(cell));
    }
    for (outcome, n) in &notice.outcomes {
        out.line(format!("{n:>12} {}", outcome.token()));
    }
    out.line(format!("{:>12} not sent", notice.waiting));
    out.json = json!({ "notice": notice, "sheet": sheet_json(&notice.sheet) });
    Ok(0)
}

fn describe_cell(cell: &NoticeCell) -> String {
    format!(
        "{}: {} messages of statement {} ({}, {})",
        cell.outlet, cell.messages, cell.statement, cell.channel, cell.lang
    )
}
