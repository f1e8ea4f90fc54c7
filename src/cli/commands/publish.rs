//! `saydo publish`: sends what was issued and shows what became of it. It never changes a text.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use serde_json::json;

use crate::cli::next_step::write_advice;
use crate::cli::output::Output;
use crate::cli::prompt::ask_yes;
use crate::cli::session::{Session, to_json, workspace_zone};
use crate::cli::times;
use crate::cli::trouble::{REFUSED, Trouble};
use crate::desk::publishing::claim::PublishSummary;
use crate::desk::publishing::credentials::{Secrets, find_hindrances};
use crate::desk::publishing::outbox::list_outbox;
use crate::desk::publishing::plan::{Plan, make_plans};
use crate::desk::publishing::recipients::{People, read_recipients};
use crate::desk::publishing::road::{Means, NotBuilt};
use crate::desk::publishing::send::carry_plans;
use crate::desk::publishing::site_build::build_outlet_site;
use crate::desk::{DeskError, Journal, Snapshot};
use crate::domain::base::time::At;
use crate::domain::config::outlet::Outlet;
use crate::domain::delivery::deliveries::DeliveryStatus;

/// Carry what was issued to where people are
///
/// Everything that is due goes out, our own page first and then to all outlets at once: claimed first, so that two that publish at once never send the
/// same, and settled afterwards. What is no longer true is held back. Outlets that reach many people one by one show
/// people, parts, cost and time, and ask. Exit code 1 while something needs a person.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only to these outlets
    #[arg(long, value_delimiter = ',')]
    pub outlet: Vec<String>,
    /// Show what would be done
    #[arg(long)]
    pub dry_run: bool,
    /// Do not ask before many people are sent to
    #[arg(long)]
    pub yes: bool,
}

/// The lists of people of all outlets that have one.
///
/// # Errors
/// When a list cannot be read.
pub fn read_recipient_lists(
    session: &Session,
    desk: &Snapshot,
    only: &[String],
    faults: &mut Vec<String>,
) -> Result<People, Trouble> {
    let mut all = People::new();
    for (name, outlet) in desk.all_outlets() {
        if let Some(file) = &outlet.recipients
            && (only.is_empty() || only.contains(name))
        {
            // One list that cannot be read must not keep the others waiting.
            match read_recipients(desk, name, &session.workspace_folder()?.root.join(file)) {
                Ok(list) => {
                    all.insert(name.clone(), list);
                }
                Err(e) => faults.push(format!("{name}: {e}")),
            }
        }
    }
    Ok(all)
}

/// How long something takes, for the eye.
fn format_duration(seconds: u64) -> String {
    match seconds {
        s if s < 60 => format!("{s} s"),
        s if s < 7200 => format!("{} min", s.div_ceil(60)),
        s => format!("{} h {} min", s / 3600, s % 3600 / 60),
    }
}

/// A number with its thousands apart.
fn group_thousands(n: usize) -> String {
    let text = n.to_string();
    let mut out = String::new();
    for (i, c) in text.chars().enumerate() {
        if i > 0 && (text.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

fn estimate_bulk(plan: &Plan) -> Option<String> {
    let m = plan.mass.as_ref()?;
    let cost = m
        .cost
        .as_ref()
        .map(|c| format!(", {c}"))
        .unwrap_or_default();
    Some(format!(
        "{}: {} {}, {} {}{cost}, about {}",
        plan.outlet,
        group_thousands(m.people),
        if m.people == 1 { "person" } else { "people" },
        group_thousands(m.parts),
        if m.parts == 1 { "part" } else { "parts" },
        format_duration(m.seconds)
    ))
}

fn show_plan(plan: &Plan, out: &mut Output) {
    let statements: std::collections::BTreeSet<u32> =
        plan.due.iter().map(|i| i.parcel.statement).collect();
    let numbers: Vec<String> = statements.iter().map(ToString::to_string).collect();
    if let Some(line) = estimate_bulk(plan) {
        out.line(format!("{line} (statement {})", numbers.join(", ")));
    } else if !plan.due.is_empty() {
        let what: Vec<String> = plan
            .due
            .iter()
            .take(12)
            .map(|i| {
                let lang = i.parcel.lang.map(|l| format!(" {l}")).unwrap_or_default();
                let to = i
                    .parcel
                    .to
                    .as_ref()
                    .map(|t| format!(" {t}"))
                    .unwrap_or_default();
                format!("{}{lang}{to}", i.parcel.channel)
            })
            .collect();
        let more = match plan.due.len() {
            n if n > 12 => format!(" and {} more", n - 12),
            _ => String::new(),
        };
        out.item(
            "",
            &format!(
                "{}: statement {}: {}{more}",
                plan.outlet,
                numbers.join(", "),
                what.join(", ")
            ),
        );
    }
    if !plan.superseded.is_empty() {
        out.line(format!(
            "{}: {} older {} to something newer",
            plan.outlet,
            plan.superseded.len(),
            if plan.superseded.len() == 1 {
                "text gives way"
            } else {
                "texts give way"
            }
        ));
    }
    for why in &plan.undelivered_to {
        out.item("", &format!("{}: {why}", plan.outlet));
    }
    let mut why: Vec<&str> = plan.withheld.iter().map(|(_, w)| w.as_str()).collect();
    why.dedup();
    show_withheld(&plan.outlet, &why, out);
}

/// So many reasons are told one by one.
const MOST_REASONS: usize = 10;

fn show_withheld(name: &str, why: &[&str], out: &mut Output) {
    for w in why.iter().take(MOST_REASONS) {
        out.item("", &format!("{name}: held back: {w}"));
    }
    let more = why.len().saturating_sub(MOST_REASONS);
    if more > 0 {
        let what = format!(
            "{name}: held back: {} more like these",
            group_thousands(more)
        );
        out.item("", &format!("{what}; all of them: saydo outbox list"));
    }
}

fn show_outcome(name: &str, done: &PublishSummary, out: &mut Output) {
    let mut parts = Vec::new();
    for (n, what) in [
        (done.delivered, "delivered"),
        (done.failed, "failed, tried again later"),
        (
            done.needs_attention,
            if done.needs_attention == 1 {
                "needs a person: saydo outbox"
            } else {
                "need a person: saydo outbox"
            },
        ),
        (done.superseded, "gave way to something newer"),
    ] {
        if n > 0 {
            parts.push(format!("{} {what}", group_thousands(n)));
        }
    }
    if !parts.is_empty() {
        out.item("", &format!("{name}: {}", parts.join("; ")));
    }
    let why: Vec<&str> = done.withheld.iter().map(String::as_str).collect();
    show_withheld(name, &why, out);
    for trouble in &done.errors {
        out.item("", &format!("{name}: {trouble}"));
    }
}

/// Asks on a terminal; without one, many people are not sent to.
fn is_agreed(line: &str, session: &Session) -> bool {
    if !session.interactive {
        return false;
    }
    ask_yes(&format!("{line}\nSend?"))
}

/// Shows what would be done, or does it.
///
/// # Errors
/// When this is a drill, an outlet does not exist, or the record cannot be written.
pub fn run(
    args: &Args,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    if desk.all_outlets().next().is_none() {
        return Err(Trouble::refused(
            "no outlet is set up: there is nowhere to publish to",
            vec!["`outlets:` in saydo.yaml, then saydo adopt: docs/publishing.md".into()],
        ));
    }
    let mut faults = Vec::new();
    let people = read_recipient_lists(session, desk, &args.outlet, &mut faults)?;
    let is_faulty = !faults.is_empty();
    out.remarks.extend(faults);
    let plans = make_plans(desk, &args.outlet, &people)?;
    if args.dry_run {
        let faults = list_hindrances(&plans, session, desk)?;
        for plan in &plans {
            show_plan(plan, out);
        }
        if plans.is_empty() {
            show_nothing_due(desk, &people, out);
        }
        out.json = json!({ "dry_run": true, "plans": to_json(&plans), "errors": faults });
        let code = if is_faulty || !faults.is_empty() {
            REFUSED
        } else {
            0
        };
        out.remarks.extend(faults);
        return Ok(code);
    }
    let mut chosen = Vec::new();
    let mut left = Vec::new();
    for plan in plans {
        match estimate_bulk(&plan).filter(|_| !args.yes) {
            Some(line) if !is_agreed(&line, session) => {
                let (outlet, why) = (&plan.outlet, "nobody said so");
                left.push(json!({ "outlet": outlet, "mass": plan.mass, "reason": why }));
                let way_out = format!("saydo publish --outlet {outlet} --yes");
                out.item("", &format!("{line}: not sent, {why} ({way_out})"));
            }
            _ => chosen.push(plan),
        }
    }
    let done = carry_out_plans(&chosen, &people, session, desk)?;
    if done.is_empty() && left.is_empty() {
        show_nothing_due(desk, &people, out);
    }
    let code = finish_publishing(&done, out);
    let is_left = !left.is_empty();
    out.json["not_sent"] = left.into();
    Ok(if is_left || is_faulty { REFUSED } else { code })
}

/// What stands in the way of sending at all, outlet by outlet: a credential that is missing, an address that is none.
fn list_hindrances(
    plans: &[Plan],
    session: &Session,
    desk: &Snapshot,
) -> Result<Vec<String>, Trouble> {
    let root = session.workspace_folder()?.root;
    let now = session.machine.timestamp();
    let secrets = Secrets {
        variable: Box::new(session.variable),
        now: Arc::new(move || now),
    };
    Ok(find_hindrances(desk, plans, &root, &secrets)?)
}

/// Nothing is due: is anything on its way?
fn show_nothing_due(desk: &Snapshot, people: &People, out: &mut Output) {
    let mut under_way: BTreeMap<(String, String), (usize, At)> = BTreeMap::new();
    for item in list_outbox(desk, people) {
        if let DeliveryStatus::InFlight { by, until } = item.standing {
            let entry = under_way.entry((item.outlet, by)).or_insert((0, until));
            *entry = (entry.0 + 1, entry.1.max(until));
        }
    }
    if under_way.is_empty() {
        out.line("Nothing is to be published.");
    }
    for ((outlet, by), (n, until)) in under_way {
        let until = times::format_time(until, desk.clock.now, workspace_zone(desk));
        let texts = if n == 1 { "text is" } else { "texts are" };
        let n = group_thousands(n);
        out.line(format!(
            "{outlet}: {n} {texts} being sent by {by}; what is not settled by {until} is taken over."
        ));
    }
}

/// What is told at the end, and the exit code.
pub fn finish_publishing(done: &[(String, PublishSummary)], out: &mut Output) -> u8 {
    for (name, d) in done {
        show_outcome(name, d, out);
    }
    let of = |(name, d): &(String, PublishSummary)| {
        let mut value = to_json(d);
        value["outlet"] = name.as_str().into();
        value
    };
    out.json = json!({ "published": done.iter().map(of).collect::<Vec<_>>() });
    let is_bad = |d: &PublishSummary| {
        d.failed + d.needs_attention > 0 || !d.withheld.is_empty() || !d.errors.is_empty()
    };
    if done.iter().any(|(_, d)| is_bad(d)) {
        REFUSED
    } else {
        0
    }
}

/// Carries plans out, with a bar on a terminal.
///
/// # Errors
/// When the record cannot be written.
pub fn carry_out_plans(
    plans: &[Plan],
    people: &People,
    session: &Session,
    desk: &mut Journal,
) -> Result<Vec<(String, PublishSummary)>, Trouble> {
    let root = session.workspace_folder()?.root;
    let own = std::cell::RefCell::new((Vec::new(), None));
    // Our own page shows what is so before others are waited for.
    let own_done = |desk: &mut Journal| {
        let faults = republish_sites(desk, &root);
        own.replace((faults, Some(desk.head().clone())));
    };
    let mut all = with_means(session, desk, plans, &own_done, |desk, means| {
        carry_plans(desk, plans, people, means)
    })?;
    let (mut faults, head) = own.into_inner();
    // What others took may have changed what the page shows: an update that counts as given there.
    if head.as_ref() != Some(desk.head()) {
        faults = republish_sites(desk, &root);
    }
    all.extend(faults);
    Ok(all)
}

/// Does something with what publishing needs: credentials, a clock that goes on, bars for the plans. `own_done` is done when
/// our own pages are.
///
/// # Errors
/// When there is no workspace, or what is done fails.
pub fn with_means<T>(
    session: &Session,
    desk: &mut Journal,
    plans: &[Plan],
    own_done: &dyn Fn(&mut Journal),
    run: impl FnOnce(&mut Journal, &mut Means<'_>) -> Result<T, DeskError>,
) -> Result<T, Trouble> {
    let root = session.workspace_folder()?.root;
    let (began, clock) = (desk.clock.now, session.clock);
    let machine = session.machine;
    // A time that was given goes on with the clock from there.
    let now = move || match clock {
        Some(clock) => began + (clock() - machine),
        None => began,
    };
    let real = move || clock.map_or(began, |c| c()).timestamp();
    let secrets = Secrets {
        variable: Box::new(session.variable),
        now: Arc::new(real),
    };
    let bars = show_bars(plans, session);
    let mut progress = |name: &str, n: usize, of: usize| {
        if let Some(bar) = bars.get(name) {
            bar.set_length(of as u64);
            bar.set_position(n as u64);
        }
    };
    let site = |desk: &mut Journal, outlet: &Outlet| {
        build_outlet_site(desk, outlet, &root).map_err(|e| NotBuilt(write_advice(&e)))
    };
    let mut means = Means {
        root: &root,
        secrets: &secrets,
        now: &now as &dyn Fn() -> At,
        progress: &mut progress,
        site: &site,
        own_done,
    };
    let done = run(desk, &mut means);
    bars.values().for_each(ProgressBar::finish_and_clear);
    Ok(done?)
}

/// A bar on a terminal for each outlet that takes a while.
fn show_bars(plans: &[Plan], session: &Session) -> BTreeMap<String, ProgressBar> {
    let together = MultiProgress::new();
    let is_shown = |p: &&Plan| session.interactive && !session.json && p.due.len() > 20;
    plans
        .iter()
        .filter(is_shown)
        .map(|plan| (plan.outlet.clone(), together.add(make_progress_bar(plan))))
        .collect()
}

/// Sites that were published once follow the record: a promise that was kept by the page itself, an incident that was
/// closed, a time that passed.
fn republish_sites(desk: &mut Journal, root: &Path) -> Vec<(String, PublishSummary)> {
    let mut faults = Vec::new();
    let outlets = desk.all_outlets().map(|(n, o)| (n.clone(), o.clone()));
    let outlets: Vec<(String, Outlet)> = outlets.collect();
    for (name, outlet) in &outlets {
        let is_there = |d: &crate::domain::delivery::deliveries::Delivery| {
            d.outlet == *name
                && matches!(
                    d.status_at(desk.clock.now),
                    crate::domain::delivery::deliveries::DeliveryStatus::Delivered { .. }
                )
        };
        if outlet.kind != crate::domain::config::outlet::OutletKind::Site
            || !desk.state.deliveries.all.values().any(is_there)
        {
            continue;
        }
        if let Err(e) = build_outlet_site(desk, outlet, root) {
            let done = PublishSummary {
                errors: vec![write_advice(&e)],
                ..PublishSummary::default()
            };
            faults.push((name.clone(), done));
        }
    }
    faults
}

fn make_progress_bar(plan: &Plan) -> ProgressBar {
    let bar = ProgressBar::new(plan.due.len() as u64);
    let style = ProgressStyle::with_template("{msg} {bar:30} {pos}/{len} {per_sec} {eta}");
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar.set_message(plan.outlet.clone());
    bar.enable_steady_tick(Duration::from_millis(500));
    bar
}
