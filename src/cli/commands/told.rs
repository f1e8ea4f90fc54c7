//! `saydo told`: records that people were told by hand. It sends nothing.

use serde_json::json;

use crate::cli::output::Output;
use crate::cli::session::Session;
use crate::cli::trouble::Trouble;
use crate::desk::Journal;
use crate::desk::publishing::outbox::{find_hold, list_outbox};
use crate::desk::publishing::recipients::People;
use crate::domain::config::outlet::OutletKind;
use crate::domain::record::delivery_event::DeliveryEvent;
use crate::domain::record::parcel::Parcel;
use crate::domain::record::payload::EventPayload;

/// Record that somebody was told by hand: a call, a post in a group, a letter
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Whom: somebody whom an outlet lists, the outlet, or anybody; nobody lists those who wait
    pub whom: Option<String>,
    /// By which method: phone, post, letter, in person
    #[arg(long = "by", value_name = "METHOD", default_value = "phone")]
    pub method: String,
    /// How many people that is, when it is a group
    #[arg(long, alias = "of", value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    pub people: Option<u32>,
    /// What they said, who took it
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// Which statement; the latest when absent
    #[arg(long, value_name = "NUMBER")]
    pub statement: Option<u32>,
}

/// Records it, or lists who waits.
///
/// # Errors
/// When nothing has been issued.
pub fn run(
    args: &Args,
    _session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let waiting = waiting_by_hand(args, desk);
    let Some(whom) = &args.whom else {
        show_waiting(&waiting, out);
        return Ok(0);
    };
    let is_meant = |outlet: &str, p: &Parcel| {
        let name = p.to.as_deref().unwrap_or(outlet);
        name.to_lowercase() == whom.to_lowercase()
    };
    let meant: Vec<&(String, Parcel)> = waiting.iter().filter(|(o, p)| is_meant(o, p)).collect();
    let latest = desk.state.statements.last().map(|s| s.statement.number);
    let waits_for = meant.first().map(|(_, p)| p.statement);
    let Some(number) = args.statement.or(waits_for).or(latest) else {
        return Err(Trouble::usage(
            "nothing has been issued, so there is nothing that anybody can be told",
            "saydo statement issue",
        ));
    };
    if let Some(why) = find_hold(desk, number)? {
        let remark = format!("{why}; tell them what is so now: saydo statement issue");
        out.remarks.push(remark);
    }
    let outlet = meant.first().map(|(o, _)| o.clone());
    let seq = record_told(args, desk, whom, number, outlet.as_ref(), &meant)?;
    let people = args.people.map(|n| format!(" ({n} people)"));
    out.line(format!(
        "{whom}{} was told statement {number} by {} (event {seq}).",
        people.unwrap_or_default(),
        args.method
    ));
    let left = waiting.len() - meant.len();
    if left > 0 {
        out.line(format!("{left} still wait: saydo told"));
    }
    out.json = json!({ "event": seq, "statement": number, "recipient": whom, "method": args.method, "outlet": outlet });
    Ok(0)
}

/// Outlets and texts that wait for somebody to be told by hand.
fn waiting_by_hand(args: &Args, desk: &Journal) -> Vec<(String, Parcel)> {
    let is_by_hand = |name: &str| {
        desk.find_outlet(name)
            .is_ok_and(|o| o.kind == OutletKind::ByHand)
    };
    list_outbox(desk, &People::new())
        .into_iter()
        .filter(|i| !i.standing.is_settled() && !i.overtaken)
        .filter(|i| is_by_hand(&i.outlet))
        .filter(|i| args.statement.is_none_or(|n| n == i.parcel.statement))
        .map(|i| (i.outlet, i.parcel))
        .collect()
}

fn show_waiting(waiting: &[(String, Parcel)], out: &mut Output) {
    for (outlet, p) in waiting {
        out.line(format!(
            "{}: statement {} ({outlet}, text for {})",
            p.to.as_deref().unwrap_or(outlet),
            p.statement,
            p.channel
        ));
    }
    if waiting.is_empty() {
        out.line("Nobody waits for a word by hand.");
    }
    out.json = json!({ "waiting": waiting.iter().map(|(o, p)| json!({ "outlet": o, "recipient": p.to, "statement": p.statement })).collect::<Vec<_>>() });
}

/// Records that they were told; the number of the event.
fn record_told(
    args: &Args,
    desk: &mut Journal,
    whom: &str,
    number: u32,
    outlet: Option<&String>,
    meant: &[&(String, Parcel)],
) -> Result<u64, Trouble> {
    let theirs = meant
        .iter()
        .filter(|(o, p)| Some(o) == outlet && p.statement == number);
    let parcels: Vec<Parcel> = theirs.map(|(_, p)| p.clone()).collect();
    let statement = desk.state.find_statement(number);
    let incident = statement.and_then(|s| s.statement.incidents.first().cloned());
    let seqs = desk.record(|desk| {
        // Somebody else may have told them since it was looked at: that is not told twice.
        let (name, now) = (outlet.map_or("", String::as_str), desk.clock.now);
        let mut parcels = parcels.clone();
        parcels.retain(|p| !desk.state.deliveries.status_of(name, p, now).is_settled());
        let payload = EventPayload::Delivery(DeliveryEvent::Told {
            statement: number,
            outlet: outlet.cloned(),
            parcels,
            whom: whom.to_owned(),
            means: args.method.clone(),
            of: args.people,
            note: args.note.clone(),
        });
        Ok(vec![(incident.clone(), payload)])
    })?;
    Ok(seqs.first().copied().unwrap_or_default())
}
