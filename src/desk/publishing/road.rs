//! The road of a plan to one outlet: parts of it are claimed, carried at the outlet's pace and settled. It does not choose what goes.

use std::collections::BTreeMap;
use std::path::Path;

use thiserror::Error;

use crate::desk::publishing::claim::{PublishSummary, claim_parcels, settle_receipts};
use crate::desk::publishing::outbox::Item;
use crate::desk::publishing::outlet_message::write_message;
use crate::desk::{DeskError, Journal};
use crate::domain::base::time::At;
use crate::domain::config::outlet::{Outlet, OutletKind};
use crate::domain::delivery::deliveries::MOST;
use crate::domain::record::parcel::{Parcel, Receipt};
use crate::publish::outlet_adapter::send_in_turn;
use crate::publish::secret::Secrets;
use crate::publish::{OutletAdapter, OutletMessage, STATUSPAGE_REQUESTS, SendOutcome, StopSign};

/// Where to publish from, and with what.
pub struct Means<'a> {
    /// The workspace's folder, from which paths of outlets are read.
    pub root: &'a Path,
    pub secrets: &'a Secrets,
    /// The present, for leases and receipts of a long batch.
    pub now: &'a dyn Fn() -> At,
    /// Told after each part: at which outlet, how many of how many.
    pub progress: &'a mut dyn FnMut(&str, usize, usize),
    pub site: &'a SiteBuilder<'a>,
    /// Done when our own pages and folders are, before anything is sent to others.
    pub own_done: &'a dyn Fn(&mut Journal),
}

/// Builds the site of an outlet.
pub type SiteBuilder<'a> = dyn Fn(&mut Journal, &Outlet) -> Result<(), NotBuilt> + 'a;

/// Why the site of an outlet was not built, in the words that the receipt keeps.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct NotBuilt(pub String);

/// Where a plan goes, and what became of it.
pub(super) struct Road<'a> {
    pub name: &'a str,
    pub outlet: &'a Outlet,
    pub due: &'a [Item],
    pub adapter: Option<&'a dyn OutletAdapter>,
    pub done: PublishSummary,
    /// The people of the outlet, by what they are in the record.
    pub to: BTreeMap<String, &'a String>,
}

/// Messages that were claimed.
pub(super) type Claimed = (Vec<Parcel>, Vec<OutletMessage>);

/// Writes what became of a part; counts what left when that cannot be written.
pub(super) fn settle_part(
    journal: &mut Journal,
    road: &mut Road<'_>,
    receipts: &[Receipt],
) -> Result<(), DeskError> {
    let settled = settle_receipts(journal, road.name, receipts);
    if settled.is_err() {
        road.done.note_unsettled(receipts);
    }
    settled
}

/// Claims a part and writes its messages. The receipts of what came `back` meanwhile are written with the claim.
pub(super) fn claim_part(
    journal: &mut Journal,
    road: &mut Road<'_>,
    part: &[Item],
    back: &[Receipt],
    means: &Means<'_>,
) -> Result<Claimed, DeskError> {
    journal.advance_clock((means.now)());
    let claimed = claim_parcels(journal, road.name, road.outlet, part, back, &mut road.done)?;
    let letters = claimed
        .iter()
        .map(|parcel| write_message(journal, road.name, road.outlet, parcel, &road.to))
        .collect::<Result<_, _>>()?;
    Ok((claimed, letters))
}

/// How many are claimed at a time: no more than can be sent in half of the time for which they are claimed.
pub(super) fn part_of(outlet: &Outlet) -> usize {
    let half = (outlet.lease_period().to_duration().num_seconds().max(2) / 2).unsigned_abs();
    // Even when every request takes as long as is waited for at most.
    let usual = match outlet.kind {
        OutletKind::Smtp => 30,
        _ => 10,
    };
    let slowest = outlet.timeout.map_or(usual, |t| {
        t.to_duration().num_seconds().max(1).unsigned_abs()
    });
    // The page is asked where our incident is before it is posted there.
    let slowest = match outlet.kind {
        OutletKind::Statuspage => slowest * u64::from(STATUSPAGE_REQUESTS),
        _ => slowest,
    };
    let each = match outlet.kind {
        OutletKind::Webhook => outlet.concurrency.unwrap_or(4).max(1),
        OutletKind::HttpSms => outlet.batch.unwrap_or(1).max(1),
        OutletKind::Folder | OutletKind::Site => MOST,
        _ => 1,
    };
    let by_time = usize::try_from(half / slowest).unwrap_or(1).max(1) * each;
    let by_rate = outlet.rate.map_or(MOST, |r| {
        usize::try_from(u64::from(r) * half).unwrap_or(MOST)
    });
    by_time.min(by_rate).clamp(1, MOST)
}

/// At a gateway's rate: so many a second, no faster.
pub(in crate::desk) fn carry_at_rate(
    adapter: &dyn OutletAdapter,
    letters: &[OutletMessage],
    outlet: &Outlet,
    stop: &StopSign,
) -> Vec<SendOutcome> {
    let Some(rate) = outlet.rate else {
        return adapter.send_messages(letters, stop);
    };
    let step = outlet.batch.unwrap_or(1).max(1);
    send_in_turn(
        letters.chunks(step),
        |part| part.len(),
        stop,
        |part| {
            let began = std::time::Instant::now();
            let done = adapter.send_messages(part, stop);
            let due =
                std::time::Duration::from_secs_f64(part.len() as f64 / f64::from(rate.max(1)));
            std::thread::sleep(due.saturating_sub(began.elapsed()));
            done
        },
    )
}
