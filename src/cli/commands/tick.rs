//! `saydo tick`: what is due now, for a person or for cron. It changes only what it was asked to publish.

use serde_json::json;

use crate::cli::commands::publish;
use crate::cli::next_step::{write_due, write_step};
use crate::cli::output::Output;
use crate::cli::session::{Session, to_json};
use crate::cli::trouble::{REFUSED, Trouble};
use crate::desk::Journal;
use crate::desk::core::head_seen::verify_daily;
use crate::desk::core::seal::compose_seal;
use crate::desk::due::due_items::record_reminders;
use crate::desk::publishing::plan::make_plans;
use crate::desk::publishing::witness::{list_due_witnesses, send_witnesses};
use crate::domain::base::time::Period;

/// What is due now, for cron: exit code 1 while anything is
///
/// The worst first, each with the command that does it. A thing is printed once, then again after
/// --remind-every, also when two run at once.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Warn this long before something is due
    #[arg(long, value_name = "TIME", default_value = "30m")]
    pub within: Period,
    /// Say the same thing again after this time
    #[arg(long, value_name = "TIME", default_value = "1h")]
    pub remind_every: Period,
    /// Publish what is due first; to many people only where the outlet says `unattended`
    #[arg(long)]
    pub publish: bool,
}

/// Prints what is due and was not said lately.
///
/// # Errors
/// When the record cannot be read or written.
pub fn run(
    args: &Args,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    if let Some(place) = session.head_place() {
        verify_daily(desk, &place, session.machine)?;
    }
    let (mut published, mut bad) = (serde_json::Value::Null, false);
    if args.publish && desk.all_outlets().next().is_some() && !desk.state.is_drill {
        match publish_due(session, desk, out) {
            Ok((done, is_bad)) => {
                published = done;
                bad = is_bad;
            }
            // What cannot be published now (the record is away, a right is missing) must not hide what is due.
            Err(e) => {
                bad = true;
                out.remarks
                    .push(format!("nothing was published: {}", e.what));
                out.remarks.extend(e.hints);
            }
        }
    }
    if args.publish {
        bad |= send_due_heads(session, desk, out)?;
    }
    let head =
        json!({ "events": desk.head().seq, "hash": desk.head().hash, "seal": compose_seal(desk) });
    let ticked = record_reminders(
        desk,
        args.within.to_duration(),
        args.remind_every.to_duration(),
    )?;
    for item in &ticked.said {
        out.line(format!("{}: {}", item.kind.token(), item.what));
        out.line(format!("  {}", write_step(&item.step)));
    }
    out.json = json!({ "now": to_json(&desk.clock.now), "due": write_due(&ticked.due), "said": write_due(&ticked.said), "published": published, "head": head });
    Ok(if ticked.due.is_empty() && !bad {
        0
    } else {
        REFUSED
    })
}

/// Sends the head of the record where that is due; whether it did not arrive somewhere.
fn send_due_heads(
    session: &Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<bool, Trouble> {
    if list_due_witnesses(desk).is_empty() {
        return Ok(false);
    }
    let sent = publish::with_means(session, desk, &[], &|_| {}, |desk, means| {
        send_witnesses(desk, true, means)
    });
    let failed = match sent {
        Ok(done) => {
            let failed = done
                .into_iter()
                .filter_map(|(outlet, why)| Some((outlet, why?)));
            failed
                .map(|(outlet, why)| format!("{outlet} has not got the head: {why}"))
                .collect()
        }
        // What is due must be said all the same.
        Err(e) => vec![format!("the head of the record was not sent: {}", e.what)],
    };
    let is_bad = !failed.is_empty();
    out.remarks.extend(failed);
    Ok(is_bad)
}

/// Publishes what is due, as far as nobody has to be asked: what was done, and whether a person has to know of it.
fn publish_due(
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<(serde_json::Value, bool), Trouble> {
    let mut faults = Vec::new();
    let people = publish::read_recipient_lists(session, desk, &[], &mut faults)?;
    let mut bad = !faults.is_empty();
    out.remarks.extend(faults);
    let mut plans = make_plans(desk, &[], &people)?;
    // Also what would only be marked waits for somebody, where many people are concerned.
    plans.retain(|p| {
        let found = desk.find_outlet(&p.outlet);
        found.is_ok_and(|o| !o.is_mass() || o.unattended)
    });
    let done = publish::carry_out_plans(&plans, &people, session, desk)?;
    // What went well needs no word in cron's mail.
    let mut told = Output::new();
    publish::finish_publishing(&done, &mut told);
    let is_news = |d: &crate::desk::publishing::claim::PublishSummary| {
        d.failed + d.needs_attention > 0 || !d.errors.is_empty()
    };
    if done.iter().any(|(_, d)| is_news(d)) {
        out.text.push_str(&told.text);
        bad = true;
    }
    Ok((told.json["published"].take(), bad))
}
