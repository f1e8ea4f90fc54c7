//! `saydo told`

use serde_json::json;

use crate::cli::output::Output;
use crate::cli::session::Session;
use crate::cli::trouble::Trouble;
use crate::desk::Journal;
use crate::desk::publishing::outbox::{People, find_hold, list_outbox};
use crate::domain::config::outlet::OutletKind;
use crate::domain::record::delivery_event::DeliveryEvent;
use crate::domain::record::parcel::Parcel;
use crate::domain::record::payload::EventPayload;

/// Record that somebody was told by hand: a call, a post in a group, a letter
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Whom: somebody whom an outlet lists, the outlet, or anybody; nobody lists those who wait
    pub whom: Option<String>,
    /// By what means: phone, post, letter, in person
    #[arg(long = "by", value_name = "MEANS", default_value = "phone")]
    pub means: String,
    /// How many people that is, when it is a group
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    pub of: Option<u32>,
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
    let waiting: Vec<(String, Parcel)> = list_outbox(desk, &People::new())
        .into_iter()
        .filter(|i| !i.standing.is_settled() && !i.overtaken)
        .filter(|i| {
            desk.outlet(&i.outlet)
                .is_ok_and(|o| o.kind == OutletKind::ByHand)
        })
        .filter(|i| args.statement.is_none_or(|n| n == i.parcel.statement))
        .map(|i| (i.outlet, i.parcel))
        .collect();
    let Some(whom) = &args.whom else {
        for (outlet, p) in &waiting {
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
        out.json = json!({ "waiting": waiting.iter().map(|(o, p)| json!({ "outlet": o, "whom": p.to, "statement": p.statement })).collect::<Vec<_>>() });
        return Ok(0);
    };
    let is_meant = |outlet: &str, p: &Parcel| {
        let name = p.to.as_deref().unwrap_or(outlet);
        name.to_lowercase() == whom.to_lowercase()
    };
    let meant: Vec<&(String, Parcel)> = waiting.iter().filter(|(o, p)| is_meant(o, p)).collect();
    let latest = desk
        .state
        .statements
        .iter()
        .rev()
        .map(|s| s.statement.number)
        .next();
    let number = args
        .statement
        .or_else(|| meant.first().map(|(_, p)| p.statement))
        .or(latest);
    let Some(number) = number else {
        return Err(Trouble::usage(
            "nothing has been issued, so there is nothing that anybody can be told",
            "saydo statement issue",
        ));
    };
    if let Some(why) = find_hold(desk, number)? {
        out.remarks.push(format!(
            "{why}; tell them what is so now: saydo statement issue"
        ));
    }
    let outlet = meant.first().map(|(o, _)| o.clone());
    let parcels: Vec<Parcel> = meant
        .iter()
        .filter(|(o, p)| Some(o) == outlet.as_ref() && p.statement == number)
        .map(|(_, p)| p.clone())
        .collect();
    let incident = desk
        .state
        .statement(number)
        .and_then(|s| s.statement.incidents.first().cloned());
    let seqs = desk.record(|desk| {
        // Somebody else may have told them since it was looked at: that is not told twice.
        let (name, now) = (outlet.as_deref().unwrap_or_default(), desk.clock.now);
        let mut parcels = parcels.clone();
        parcels.retain(|p| !desk.state.deliveries.standing(name, p, now).is_settled());
        let payload = EventPayload::Delivery(DeliveryEvent::Told {
            statement: number,
            outlet: outlet.clone(),
            parcels,
            whom: whom.clone(),
            means: args.means.clone(),
            of: args.of,
            note: args.note.clone(),
        });
        Ok(vec![(incident.clone(), payload)])
    })?;
    let seq = seqs.first().copied().unwrap_or_default();
    let of = args
        .of
        .map(|n| format!(" ({n} people)"))
        .unwrap_or_default();
    out.line(format!(
        "{whom}{of} was told statement {number} by {} (event {seq}).",
        args.means
    ));
    let left = waiting.len() - meant.len();
    if left > 0 {
        out.line(format!("{left} still wait: saydo told"));
    }
    out.json = json!({ "event": seq, "statement": number, "whom": whom, "by": args.means, "outlet": outlet });
    Ok(0)
}
