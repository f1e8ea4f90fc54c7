//! Carries to many outlets at once: each sends on a thread of its own, so that one that answers slowly delays no other. The record
//! stays on the thread that called.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::slice::Chunks;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::Scope;
use std::time::Duration;

use crate::desk::publishing::claim::make_receipts;
use crate::desk::publishing::outbox::Item;
use crate::desk::publishing::road::{
    Claimed, Means, Road, carry_at_rate, claim_part, part_of, settle_part,
};
use crate::desk::{DeskError, Journal};
use crate::domain::record::parcel::{Parcel, Receipt};
use crate::publish::{OutletAdapter, SendOutcome, StopSign};

/// By what a thread brings back what became of its part, and sees that nothing more may leave.
#[derive(Clone)]
struct Giver {
    give: Sender<Back>,
    stop: StopSign,
}

/// How often it is looked whether somebody has pressed the stop key.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// What a thread brings back: from which ride, and what became of its part.
type Back = (usize, Vec<SendOutcome>);

/// A part of a plan that was claimed: its messages, and how many of the plan it stands for.
type Part = (usize, Claimed);

/// How far the plan of one outlet is.
struct Ride<'r, 'p> {
    road: &'r mut Road<'p>,
    parts: Chunks<'p, Item>,
    /// Claimed, and sent when the part that is under way is back.
    ready: Option<Part>,
    /// What a thread carries, and how many of the plan it stands for.
    under_way: Option<(usize, Vec<Parcel>)>,
    began: usize,
}

impl<'r, 'p> Ride<'r, 'p> {
    fn new(road: &'r mut Road<'p>) -> Self {
        let parts = road.due.chunks(part_of(road.outlet));
        Ride {
            road,
            parts,
            ready: None,
            under_way: None,
            began: 0,
        }
    }

    /// True when the next part may be claimed and written while one is under way: a claim lasts long enough for both.
    fn is_ahead(&self) -> bool {
        let adapter = self.road.adapter;
        self.road.outlet.rate.is_none() && adapter.is_some_and(OutletAdapter::can_pipeline)
    }

    /// Claims the next part that has something to send. The receipts of what came `back` are written with that claim, or
    /// alone when nothing is left.
    fn claim_next(
        &mut self,
        journal: &mut Journal,
        mut back: Vec<Receipt>,
        means: &mut Means<'_>,
    ) -> Result<(), DeskError> {
        while let Some(part) = self.parts.next() {
            let claimed = claim_part(journal, self.road, part, &back, means)?;
            back.clear();
            if !claimed.0.is_empty() {
                self.ready = Some((part.len(), claimed));
                return Ok(());
            }
            self.count_part(part.len(), means);
        }
        settle_part(journal, self.road, &back)
    }

    fn count_part(&mut self, count: usize, means: &mut Means<'_>) {
        self.began += count;
        (means.progress)(self.road.name, self.began, self.road.due.len());
    }

    /// Sends the part that is ready on a thread of its own.
    fn send_ready<'s>(&mut self, number: usize, scope: &'s Scope<'s, '_>, give: &Giver)
    where
        'p: 's,
    {
        let Some((count, (parcels, letters))) = self.ready.take() else {
            return;
        };
        let (adapter, outlet) = (self.road.adapter, self.road.outlet);
        let Giver { give, stop } = give.clone();
        self.under_way = Some((count, parcels));
        scope.spawn(move || {
            let send = || adapter.map(|a| carry_at_rate(a, &letters, outlet, &stop));
            let carried = catch_unwind(AssertUnwindSafe(send)).ok().flatten();
            let broken = || SendOutcome::Unclear("it was not carried to an end".into());
            let carried = carried.unwrap_or_else(|| vec![broken(); letters.len()]);
            // The receiver waits for every part.
            let _ = give.send((number, carried));
        });
    }

    /// What came back of the part that was under way, as receipts. When nothing answered, the rest of the plan is left for the
    /// next time, and so is what was claimed ahead.
    fn take_back(
        &mut self,
        journal: &mut Journal,
        carried: Vec<SendOutcome>,
        means: &mut Means<'_>,
    ) -> Vec<Receipt> {
        let Some((count, parcels)) = self.under_way.take() else {
            return Vec::new();
        };
        journal.advance_clock((means.now)());
        let is_dead = carried.last().is_some_and(SendOutcome::is_dead);
        let (outlet, done) = (self.road.outlet, &mut self.road.done);
        let mut receipts = make_receipts(journal, outlet, &parcels, carried, done);
        if is_dead {
            receipts
                .extend(self.keep_ready(journal, "not tried: nothing answered to the one before"));
        }
        self.count_part(count, means);
        receipts
    }

    /// Leaves what is claimed and what is not for another time, with the receipts that say so.
    fn keep_ready(&mut self, journal: &Journal, why: &str) -> Vec<Receipt> {
        self.parts = [].chunks(1);
        let Some((_, (parcels, _))) = self.ready.take() else {
            return Vec::new();
        };
        let carried = vec![SendOutcome::Unreached(why.into()); parcels.len()];
        let (outlet, done) = (self.road.outlet, &mut self.road.done);
        make_receipts(journal, outlet, &parcels, carried, done)
    }
}

/// Carries the plans of outlets, all at once.
///
/// # Errors
/// When the record cannot be written: nothing more is claimed then. What is under way is waited for, and written if it can be.
pub(super) fn carry_side_by_side<'p>(
    journal: &mut Journal,
    roads: Vec<&mut Road<'p>>,
    means: &mut Means<'_>,
) -> Result<(), DeskError> {
    let mut rides: Vec<Ride<'_, 'p>> = roads.into_iter().map(Ride::new).collect();
    let mut failed = None;
    std::thread::scope(|scope| {
        let (give, take) = channel::<Back>();
        let stop = StopSign::default();
        let give = Giver { give, stop };
        for (number, ride) in rides.iter_mut().enumerate() {
            if let Err(e) = begin_carrying(ride, number, journal, means, scope, &give) {
                failed = Some(e);
                break;
            }
        }
        while rides.iter().any(|r| r.under_way.is_some()) {
            let (number, carried) = match take.recv_timeout(LOOK_EVERY) {
                Ok(back) => back,
                Err(RecvTimeoutError::Timeout) => {
                    look_for_stop(journal, &give.stop);
                    continue;
                }
                Err(RecvTimeoutError::Disconnected) => return,
            };
            let Some(ride) = rides.get_mut(number) else {
                continue;
            };
            let receipts = ride.take_back(journal, carried, means);
            let done = match failed {
                Some(_) => settle_part(journal, ride.road, &receipts),
                None => go_on(ride, receipts, number, journal, means, scope, &give),
            };
            if let Err(e) = done {
                failed.get_or_insert(e);
            }
        }
    });
    match failed {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

/// Raises the sign when somebody has pressed the stop key. A record that cannot be read now stops the next claim.
fn look_for_stop(journal: &mut Journal, stop: &StopSign) {
    let _ = journal.catch_up();
    if journal.state.deliveries.halted.is_some() {
        stop.raise();
    }
}

/// Sends the first part, and claims the second where that may be ahead.
fn begin_carrying<'s, 'p: 's>(
    ride: &mut Ride<'_, 'p>,
    number: usize,
    journal: &mut Journal,
    means: &mut Means<'_>,
    scope: &'s Scope<'s, '_>,
    give: &Giver,
) -> Result<(), DeskError> {
    ride.claim_next(journal, Vec::new(), means)?;
    ride.send_ready(number, scope, give);
    if ride.is_ahead() && ride.under_way.is_some() {
        ride.claim_next(journal, Vec::new(), means)?;
    }
    Ok(())
}

/// After a part came back: what is ready leaves, the next part is claimed.
fn go_on<'s, 'p: 's>(
    ride: &mut Ride<'_, 'p>,
    receipts: Vec<Receipt>,
    number: usize,
    journal: &mut Journal,
    means: &mut Means<'_>,
    scope: &'s Scope<'s, '_>,
    give: &Giver,
) -> Result<(), DeskError> {
    if ride.is_ahead() {
        // What is claimed and not handed over stays here when somebody has pressed the stop key meanwhile. A record that cannot be
        // read now stops the next claim.
        let _ = journal.catch_up();
        if journal.state.deliveries.halted.is_some() {
            let kept = ride.keep_ready(journal, "not tried: everything was stopped");
            return settle_part(journal, ride.road, &[receipts, kept].concat());
        }
        ride.send_ready(number, scope, give);
        // What came back of one part and the claim of the next are one entry of the record.
        return ride.claim_next(journal, receipts, means);
    }
    // What came back is written first: the next message may build on it.
    settle_part(journal, ride.road, &receipts)?;
    ride.claim_next(journal, Vec::new(), means)?;
    ride.send_ready(number, scope, give);
    Ok(())
}
