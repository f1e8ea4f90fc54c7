//! `saydo outbox`: what waits to be sent, and what a person decides about it. It sends nothing.

use std::collections::BTreeMap;

use serde_json::json;

use crate::cli::commands::publish::read_recipient_lists;
use crate::cli::output::Output;
use crate::cli::session::{Session, to_json, workspace_zone};
use crate::cli::times;
use crate::cli::trouble::Trouble;
use crate::desk::publishing::outbox::{Item, decide_stuck, list_outbox, stop_delivery};
use crate::desk::publishing::recipients::People;
use crate::desk::{Journal, Snapshot};
use crate::domain::delivery::deliveries::{DeliveryStatus, Step};
use crate::domain::record::parcel::Outcome;

/// What is still to leave, what left, what needs a decision
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to do; lists when absent
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What to do.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// What is still to leave, and what needs a person
    List(List),
    /// One text, with all that happened to it
    Show(Which),
    /// Try again what is stuck
    Retry(Decide),
    /// It is not sent any more
    Drop(Decide),
    /// It did arrive: somebody looked
    Arrived(Decide),
    /// What of a statement has not left for an outlet does not go any more
    Stop(Stop),
}

#[derive(Debug, Default, clap::Args)]
pub struct List {
    /// Also those that are settled
    #[arg(long)]
    pub all: bool,
    /// Only of this outlet
    #[arg(long)]
    pub outlet: Option<String>,
    /// Only of this statement
    #[arg(long, value_name = "NUMBER")]
    pub statement: Option<u32>,
}

#[derive(Debug, clap::Args)]
pub struct Which {
    /// Its key, or the beginning of it
    pub key: String,
}

/// Which texts, and why.
#[derive(Debug, clap::Args)]
pub struct Decide {
    /// Their keys, or the beginnings of them
    pub keys: Vec<String>,
    /// All of this outlet that need a person
    #[arg(long, conflicts_with = "keys")]
    pub outlet: Option<String>,
    /// The reason; it stays in the record
    #[arg(long)]
    pub because: String,
}

/// Where, and what.
#[derive(Debug, clap::Args)]
pub struct Stop {
    /// The name of the outlet, a key of `outlets:` in saydo.yaml
    pub outlet: String,
    /// The statement; the latest when absent
    pub statement: Option<u32>,
    /// The reason; it stays in the record
    #[arg(long)]
    pub because: String,
}

/// Lists, shows or decides.
///
/// # Errors
/// When nothing is called so, or there is nothing to decide.
pub fn run(
    args: &Args,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    match &args.command {
        None => list_items(&List::default(), session, desk, out),
        Some(Command::List(a)) => list_items(a, session, desk, out),
        Some(Command::Show(a)) => show_item(a, session, desk, out),
        Some(Command::Retry(a)) => {
            decide_item(a, Outcome::Again, "is tried again", session, desk, out)
        }
        Some(Command::Drop(a)) => decide_item(
            a,
            Outcome::Dropped,
            "is not sent any more",
            session,
            desk,
            out,
        ),
        Some(Command::Arrived(a)) => {
            decide_item(a, Outcome::Delivered, "is there", session, desk, out)
        }
        Some(Command::Stop(a)) => stop_statement(a, desk, out),
    }
}

fn explain_hold(item: &Item, desk: &Snapshot) -> String {
    let at = |t| times::format_time(t, desk.clock.now, workspace_zone(desk));
    match &item.standing {
        DeliveryStatus::Waiting if item.overtaken => "a newer statement takes its place".into(),
        DeliveryStatus::Waiting | DeliveryStatus::Superseded => String::new(),
        DeliveryStatus::InFlight { by, until } => format!("{by} sends it, until {}", at(*until)),
        DeliveryStatus::Expired => "begun, and never said how it ended".into(),
        DeliveryStatus::Delivered { at: when, .. } => at(*when),
        DeliveryStatus::Failed {
            tries,
            again,
            because,
        } => {
            let often = if *tries == 1 {
                "once".to_owned()
            } else {
                format!("{tries} times")
            };
            format!("{because} (tried {often}, again from {})", at(*again))
        }
        DeliveryStatus::Stuck { because, .. } | DeliveryStatus::Dropped { because } => {
            because.clone()
        }
    }
}

fn list_items(
    args: &List,
    session: &Session,
    desk: &Snapshot,
    out: &mut Output,
) -> Result<u8, Trouble> {
    if let Some(name) = &args.outlet {
        desk.find_outlet(name)?;
    }
    let people = read_people(session, desk, out);
    let items: Vec<Item> = list_outbox(desk, &people)
        .into_iter()
        .filter(|i| args.outlet.as_ref().is_none_or(|o| *o == i.outlet))
        .filter(|i| args.statement.is_none_or(|s| s == i.parcel.statement))
        .filter(|i| args.all || !i.standing.is_settled())
        .collect();
    let is_mass = |name: &str| desk.find_outlet(name).is_ok_and(|o| o.is_mass());
    // Of many people one line for each standing.
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut sums: BTreeMap<(String, u32, String, String), (usize, Item)> = BTreeMap::new();
    for item in &items {
        if is_mass(&item.outlet) {
            let key = (
                item.outlet.clone(),
                item.parcel.statement,
                item.parcel.channel.clone(),
                item.standing.token().to_owned(),
            );
            sums.entry(key).or_insert_with(|| (0, item.clone())).0 += 1;
            continue;
        }
        rows.push(item_row(
            item,
            item.parcel.to.clone().unwrap_or_default(),
            desk,
        ));
    }
    for (n, item) in sums.into_values() {
        rows.push(item_row(&item, format!("{n} people"), desk));
    }
    if rows.is_empty() {
        out.line(if args.all {
            "Nothing has left, and nothing is to leave."
        } else {
            "Nothing is to leave, and nothing needs a decision."
        });
    } else {
        out.table(&["key", "outlet", "no", "text", "to", "standing", ""], rows);
    }
    out.json = json!({ "items": to_json(&items) });
    Ok(0)
}

fn item_row(item: &Item, to: String, desk: &Snapshot) -> Vec<String> {
    let lang = item
        .parcel
        .lang
        .map(|l| format!(" {l}"))
        .unwrap_or_default();
    vec![
        item.parcel.key[..8].to_owned(),
        item.outlet.clone(),
        item.parcel.statement.to_string(),
        format!("{}{lang}", item.parcel.channel),
        to,
        item.standing.token().to_owned(),
        explain_hold(item, desk),
    ]
}

/// The people of every outlet; a list that cannot be read must not hide what is known without it.
fn read_people(session: &Session, desk: &Snapshot, out: &mut Output) -> People {
    match read_recipient_lists(session, desk, &[], &mut out.remarks) {
        Ok(people) => people,
        Err(e) => {
            out.remarks.push(e.what);
            People::new()
        }
    }
}

fn find_item(desk: &Snapshot, key: &str, people: &People) -> Result<Item, Trouble> {
    let items = list_outbox(desk, people);
    let mut fits = items.into_iter().filter(|i| i.parcel.key.starts_with(key));
    match (fits.next(), fits.next()) {
        (Some(item), None) if !key.is_empty() => Ok(item),
        _ => Err(Trouble::usage(
            format!("no text, or more than one, is called \"{key}\""),
            "see: saydo outbox list --all",
        )),
    }
}

fn show_item(
    args: &Which,
    session: &Session,
    desk: &Snapshot,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let people = read_people(session, desk, out);
    let item = find_item(desk, &args.key, &people)?;
    let (now, zone) = (desk.clock.now, workspace_zone(desk));
    out.line(format!(
        "{}: statement {}, {}{} at {}: {}",
        item.parcel.key,
        item.parcel.statement,
        item.parcel.channel,
        item.parcel
            .lang
            .map(|l| format!(" {l}"))
            .unwrap_or_default(),
        item.outlet,
        item.standing.token()
    ));
    let delivery = desk.state.deliveries.all.get(&item.parcel.key);
    for (seq, at, step) in delivery.iter().flat_map(|d| &d.steps) {
        let what = match step {
            Step::Claimed { by, until } => {
                format!(
                    "{by} begins to send it, until {}",
                    times::format_time(*until, now, zone)
                )
            }
            Step::Settled {
                outcome,
                reference,
                because,
                ..
            } => {
                let mut parts = vec![to_json(outcome).as_str().unwrap_or_default().to_owned()];
                parts.extend(reference.clone());
                parts.extend(because.clone());
                parts.join(": ")
            }
        };
        out.item(
            &format!("  {} #{seq} ", times::format_time(*at, now, zone)),
            &what,
        );
    }
    if let Some(issued) = desk.state.find_statement(item.parcel.statement) {
        let all = issued.statement.all_renditions()?.into_iter();
        for r in all.filter(|r| {
            r.channel == item.parcel.channel && item.parcel.lang.is_none_or(|l| l == r.lang)
        }) {
            out.line("");
            out.paragraph("  | ", &r.text);
        }
    }
    out.json = json!({ "item": to_json(&item), "steps": delivery.map(|d| to_json(&d.steps)) });
    Ok(0)
}

fn decide_item(
    args: &Decide,
    outcome: Outcome,
    word: &str,
    session: &Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let people = read_people(session, desk, out);
    let keys: Vec<String> = match &args.outlet {
        Some(name) => {
            desk.find_outlet(name)?;
            let items = list_outbox(desk, &people);
            let stuck = |i: &&Item| {
                i.outlet == *name
                    && matches!(
                        i.standing,
                        DeliveryStatus::Stuck { .. } | DeliveryStatus::Failed { .. }
                    )
            };
            items
                .iter()
                .filter(stuck)
                .map(|i| i.parcel.key.clone())
                .collect()
        }
        None => args.keys.clone(),
    };
    if keys.is_empty() {
        return Err(Trouble::usage(
            "no text is named",
            "its key: saydo outbox list; or --outlet NAME for all of one that need a person",
        ));
    }
    let done = decide_stuck(desk, &keys, outcome, &args.because, &people)?;
    for parcel in done.iter().take(20) {
        out.line(format!(
            "{}: statement {}, {} {word}.",
            &parcel.key[..8],
            parcel.statement,
            parcel.channel
        ));
    }
    if done.len() > 20 {
        out.line(format!("and {} more.", done.len() - 20));
    }
    out.json = json!({ "decided": done.len(), "outcome": to_json(&outcome) });
    Ok(0)
}

fn stop_statement(args: &Stop, desk: &mut Journal, out: &mut Output) -> Result<u8, Trouble> {
    let audience = desk.find_outlet(&args.outlet)?.audience.clone();
    let latest = desk
        .state
        .statements
        .iter()
        .rev()
        .find(|s| s.statement.audience == audience)
        .map(|s| s.statement.number);
    let Some(number) = args.statement.or(latest) else {
        return Err(Trouble::usage("nothing has been issued", ""));
    };
    stop_delivery(desk, &args.outlet, number, &args.because)?;
    out.line(format!(
        "What of statement {number} has not left for {} does not go any more.",
        args.outlet
    ));
    out.json = json!({ "outlet": args.outlet, "statement": number });
    Ok(0)
}
