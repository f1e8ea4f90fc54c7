//! Carries a plan out: part after part, each claimed before it leaves and settled after. It does not choose what goes.

use std::collections::BTreeMap;
use std::path::Path;

use thiserror::Error;

use crate::desk::publishing::claim::{
    PublishSummary, claim_parcels, make_receipts, mark_superseded, note, settle_receipts,
};
use crate::desk::publishing::outbox::{Item, People, list_persons};
use crate::desk::publishing::outlet_message::write_message;
use crate::desk::publishing::plan::Plan;
use crate::desk::{DeskError, Journal};
use crate::domain::base::time::At;
use crate::domain::config::outlet::{Outlet, OutletKind};
use crate::domain::delivery::deliveries::MOST;
use crate::domain::record::parcel::{Parcel, Receipt};
use crate::publish::secret::Secrets;
use crate::publish::{OutletAdapter, OutletMessage, STATUSPAGE_REQUESTS, SendOutcome, SetupError};

/// Where to publish from, and with what.
pub struct Means<'a> {
    /// The workspace's folder, from which paths of outlets are read.
    pub root: &'a Path,
    pub secrets: &'a Secrets,
    /// The present, for leases and receipts of a long batch.
    pub now: &'a dyn Fn() -> At,
    /// Told after each part: how many of how many; false stops.
    pub progress: &'a mut dyn FnMut(usize, usize) -> bool,
    pub site: &'a SiteBuilder<'a>,
}

/// Builds the site of an outlet.
pub type SiteBuilder<'a> = dyn Fn(&mut Journal, &Outlet) -> Result<(), NotBuilt> + 'a;

/// Why the site of an outlet was not built, in the words that the receipt keeps.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct NotBuilt(pub String);

/// Where a plan goes.
struct Road<'a> {
    name: &'a str,
    outlet: &'a Outlet,
    /// The people of the outlet, by what they are in the record.
    to: BTreeMap<String, &'a String>,
}

/// Messages that were claimed.
type Claimed = (Vec<Parcel>, Vec<OutletMessage>);

/// Carries out a plan. Stops when a statement stops being true.
///
/// # Errors
/// When the record cannot be written.
pub fn carry_plan(
    journal: &mut Journal,
    plan: &Plan,
    people: &People,
    means: &mut Means<'_>,
) -> Result<PublishSummary, DeskError> {
    let mut done = PublishSummary::default();
    let name = &plan.outlet;
    let outlet = journal.find_outlet(name)?.clone();
    for part in plan.superseded.chunks(MOST) {
        done.superseded += mark_superseded(journal, name, part)?;
    }
    for (_, because) in &plan.withheld {
        note(&mut done.withheld, because.clone());
    }
    for why in &plan.undelivered_to {
        note(&mut done.errors, why.clone());
    }
    // A credential that is missing shows now, and not when quiet hours end.
    if plan.due.is_empty() && plan.withheld.is_empty() {
        return Ok(done);
    }
    let adapter = match find_adapter(name, &outlet, means) {
        Ok(adapter) => adapter,
        Err(error) => {
            note(&mut done.errors, error.with_hint());
            return Ok(done);
        }
    };
    if plan.due.is_empty() {
        return Ok(done);
    }
    let road = Road {
        name,
        outlet: &outlet,
        to: list_persons(journal, name, people).into_iter().collect(),
    };
    match &adapter {
        Some(adapter) if adapter.can_pipeline() && outlet.rate.is_none() => {
            carry_ahead(
                journal,
                &road,
                &plan.due,
                adapter.as_ref(),
                means,
                &mut done,
            )?;
        }
        _ => carry_parts(
            journal,
            &road,
            &plan.due,
            adapter.as_deref(),
            means,
            &mut done,
        )?,
    }
    Ok(done)
}

/// Who carries to an outlet; a site is built and not carried. Else what is wrong with its credentials.
fn find_adapter(
    name: &str,
    outlet: &Outlet,
    means: &Means<'_>,
) -> Result<Option<Box<dyn OutletAdapter>>, SetupError> {
    if outlet.kind == OutletKind::Site {
        return Ok(None);
    }
    crate::publish::make_adapter(name, outlet, means.root, means.secrets)
}

fn carry_parts(
    journal: &mut Journal,
    road: &Road<'_>,
    due: &[Item],
    adapter: Option<&dyn OutletAdapter>,
    means: &mut Means<'_>,
    done: &mut PublishSummary,
) -> Result<(), DeskError> {
    let mut began = 0;
    for part in due.chunks(part_of(road.outlet)) {
        let (claimed, letters) = claim_part(journal, road, part, &[], means, done)?;
        if !claimed.is_empty() {
            let carried = match adapter {
                Some(adapter) => carry_at(adapter, &letters, road.outlet),
                None => match (means.site)(journal, road.outlet) {
                    Ok(()) => vec![SendOutcome::There(None); letters.len()],
                    Err(e) => vec![SendOutcome::NotThere(e.0, None); letters.len()],
                },
            };
            journal.advance_clock((means.now)());
            let receipts = make_receipts(journal, road.outlet, &claimed, carried, done);
            settle_receipts(journal, road.name, &receipts)?;
        }
        began += part.len();
        if !(means.progress)(began, due.len()) {
            break;
        }
    }
    Ok(())
}

/// The same, with the next part claimed and written while one is under way: a claim lasts long enough for both. What
/// came back of one part and the claim of the next are one entry of the record.
fn carry_ahead(
    journal: &mut Journal,
    road: &Road<'_>,
    due: &[Item],
    adapter: &dyn OutletAdapter,
    means: &mut Means<'_>,
    done: &mut PublishSummary,
) -> Result<(), DeskError> {
    let mut parts = due.chunks(part_of(road.outlet));
    let mut began = 0;
    std::thread::scope(|scope| {
        let send = |(n, (claimed, letters)): (usize, Claimed)| {
            let sent = scope.spawn(move || adapter.send_messages(&letters));
            (n, claimed, sent)
        };
        let first = parts.next().map(|part| {
            let claimed = claim_part(journal, road, part, &[], means, done);
            claimed.map(|c| (part.len(), c))
        });
        let mut ready = first.transpose()?;
        let mut under_way = None;
        loop {
            let back = under_way
                .take()
                .map(|(n, claimed, sent): (usize, Vec<Parcel>, _)| {
                    let carried = wait_for_part(sent, claimed.len());
                    (n, claimed, carried)
                });
            under_way = ready.take().map(send);
            let mut receipts = Vec::new();
            if let Some((n, claimed, carried)) = back {
                journal.advance_clock((means.now)());
                receipts = make_receipts(journal, road.outlet, &claimed, carried, done);
                began += n;
                if !(means.progress)(began, due.len()) {
                    parts = [].chunks(1);
                }
            }
            match parts.next() {
                Some(part) => {
                    let claimed = claim_part(journal, road, part, &receipts, means, done);
                    match claimed {
                        Ok(claimed) => ready = Some((part.len(), claimed)),
                        Err(failed) => {
                            if let Some((_, claimed, sent)) = under_way.take() {
                                settle_last_part(journal, road, &claimed, sent, done)?;
                            }
                            return Err(failed);
                        }
                    }
                }
                None => settle_receipts(journal, road.name, &receipts)?,
            }
            if under_way.is_none() && ready.is_none() {
                return Ok(());
            }
        }
    })
}

/// After a claim failed: what is under way is still waited for, and recorded.
fn settle_last_part(
    journal: &mut Journal,
    road: &Road<'_>,
    claimed: &[Parcel],
    sent: std::thread::ScopedJoinHandle<'_, Vec<SendOutcome>>,
    done: &mut PublishSummary,
) -> Result<(), DeskError> {
    let carried = joined(sent).unwrap_or_default();
    let receipts = make_receipts(journal, road.outlet, claimed, carried, done);
    settle_receipts(journal, road.name, &receipts).map(|_| ())
}

/// What became of a part that a thread carries; unclear when the thread came to no end.
fn wait_for_part(
    sent: std::thread::ScopedJoinHandle<'_, Vec<SendOutcome>>,
    count: usize,
) -> Vec<SendOutcome> {
    let broken = || SendOutcome::Unclear("it was not carried to an end".into());
    joined(sent).unwrap_or_else(|| vec![broken(); count])
}

fn claim_part(
    journal: &mut Journal,
    road: &Road<'_>,
    part: &[Item],
    back: &[Receipt],
    means: &Means<'_>,
    done: &mut PublishSummary,
) -> Result<Claimed, DeskError> {
    journal.advance_clock((means.now)());
    let claimed = claim_parcels(journal, road.name, road.outlet, part, back, done)?;
    let letters = claimed
        .iter()
        .map(|parcel| write_message(journal, road.name, road.outlet, parcel, &road.to))
        .collect::<Result<_, _>>()?;
    Ok((claimed, letters))
}

pub(in crate::desk) fn joined<T>(handle: std::thread::ScopedJoinHandle<'_, T>) -> Option<T> {
    handle.join().ok()
}

/// How many are claimed at a time: no more than can be sent in half of the time for which they are claimed.
fn part_of(outlet: &Outlet) -> usize {
    let half = (outlet.lease_period().to_duration().num_seconds().max(2) / 2).unsigned_abs();
    // Even when every request takes as long as is waited for at most.
    let slowest = outlet
        .timeout
        .map_or(10, |t| t.to_duration().num_seconds().max(1).unsigned_abs());
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
fn carry_at(
    adapter: &dyn OutletAdapter,
    letters: &[OutletMessage],
    outlet: &Outlet,
) -> Vec<SendOutcome> {
    let Some(rate) = outlet.rate else {
        return adapter.send_messages(letters);
    };
    let step = outlet.batch.unwrap_or(1).max(1);
    let mut done = Vec::new();
    for part in letters.chunks(step) {
        let began = std::time::Instant::now();
        done.extend(adapter.send_messages(part));
        let due = std::time::Duration::from_secs_f64(part.len() as f64 / f64::from(rate.max(1)));
        std::thread::sleep(due.saturating_sub(began.elapsed()));
    }
    done
}
