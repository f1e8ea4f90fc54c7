//! Carries a planned notice out: message by message, each noted before it leaves and after, so that a crash leaves nobody out and writes
//! to nobody twice where the gateway knows our key. It does
//! not choose whom.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::Path;

use rustix::fs::FlockOperation;

use crate::desk::notice::base_blocks::wrong;
use crate::desk::notice::ledger::{
    Ledger, Planned, Standing, count_parts, folder_of_plan, read_part, root_of,
};

use crate::desk::notice::turns::{make_notices_folder, take_lock, take_turn_to_send};
use crate::desk::publishing::outlet_message::write_message;
use crate::desk::publishing::plan::check_may_publish;
use crate::desk::publishing::road::{Means, carry_at_rate};
use crate::desk::publishing::send::find_adapter;
use crate::desk::statement::verdicts::recent_judgement;
use crate::desk::{DeskError, Journal, Snapshot};
use crate::domain::admission::refusal::Refusal;
use crate::domain::base::digest::{sha256, to_hex};
use crate::domain::base::incident::IncidentId;
use crate::domain::base::next_step::NextStep;
use crate::domain::config::outlet::Outlet;
use crate::domain::delivery::notices::PlannedNotice;
use crate::domain::record::delivery_event::DeliveryEvent;
use crate::domain::record::parcel::{Outcome, Parcel};
use crate::domain::record::payload::EventPayload;
use crate::publish::{OutletAdapter, OutletMessage, SendOutcome, StopSign};
use crate::store::StoreError;

/// The most messages that are handed over between two looks at the record: the stop key works within one batch.
const BATCH: usize = 500;

/// How far a notice is, and why it is no farther.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SentNotice {
    /// How many messages of the plan ended how.
    pub outcomes: BTreeMap<Outcome, u64>,
    /// How many have not left.
    pub waiting: u64,
    /// Why some have not: each once.
    pub held: BTreeSet<String>,
    /// Another sender was at work on parts of it.
    pub is_shared: bool,
}

/// A text of the plan with all that a message needs but whom it is for.
struct Carried {
    outlet: Outlet,
    outlet_name: String,
    statement: u32,
    adapter: Box<dyn OutletAdapter>,
    message: OutletMessage,
}

/// Sends what a plan has left to send.
///
/// # Errors
/// When nothing may be published, the plan is not there or was changed, or the record or a ledger cannot be written.
pub fn send_notice(
    journal: &mut Journal,
    own: &Path,
    plan: u32,
    means: &mut Means<'_>,
) -> Result<SentNotice, DeskError> {
    let _turn = take_turn_to_send(&make_notices_folder(own)?)?;
    journal.catch_up()?;
    check_may_publish(journal)?;
    let notice = find_notice(journal, plan)?.clone();
    refuse_overtaken(journal, &notice)?;
    let folder = folder_of_plan(own, plan);
    check_root(&folder, &notice)?;
    let carried = prepare(journal, &notice, means)?;
    let mut sent = SentNotice::default();
    let parts = count_parts(&folder);
    for part in 0..parts {
        let Some(_lock) = lock_part(&folder, part)? else {
            sent.is_shared = true;
            continue;
        };
        send_part(journal, &folder, part, &notice, &carried, &mut sent, means)?;
        (means.progress)(&format!("notice {plan}"), part + 1, parts);
    }
    note_progress(journal, &folder, &notice, &mut sent)?;
    Ok(sent)
}

fn find_notice(journal: &Journal, plan: u32) -> Result<&PlannedNotice, DeskError> {
    let notices = &journal.state.deliveries.notices;
    notices.iter().find(|n| n.plan == plan).ok_or_else(|| {
        Refusal::new(
            format!("there is no notice {plan}"),
            format!("{} are planned", notices.len()),
        )
        .into()
    })
}

/// The plan that was made since, about some of the same incidents.
pub fn find_later_plan(snapshot: &Snapshot, notice: &PlannedNotice) -> Option<u32> {
    let incidents_of = |n: &PlannedNotice| -> BTreeSet<IncidentId> {
        let numbers = n.cells.iter().map(|c| c.statement);
        let issued = numbers.filter_map(|number| snapshot.state.find_statement(number));
        issued.flat_map(|s| s.statement.incidents.clone()).collect()
    };
    let own = incidents_of(notice);
    let mut notices = snapshot.state.deliveries.notices.iter();
    let later = notices.find(|n| n.plan > notice.plan && !incidents_of(n).is_disjoint(&own));
    later.map(|n| n.plan)
}

/// A later plan knows who had this one by then, and gives the others what it gives them: both would tell them twice.
fn refuse_overtaken(snapshot: &Snapshot, notice: &PlannedNotice) -> Result<(), DeskError> {
    match find_later_plan(snapshot, notice) {
        None => Ok(()),
        Some(later) => Err(DeskError::NotAllowed(Refusal::new(
            format!(
                "notice {later} was planned since, about the same: who has not had notice {} gets that one",
                notice.plan
            ),
            NextStep::SendNotice { plan: later }.after("send it: "),
        ))),
    }
}

/// What lies beside the record is what the record says was planned.
fn check_root(folder: &Path, notice: &PlannedNotice) -> Result<(), DeskError> {
    let parts: Result<Vec<String>, StoreError> = (0..count_parts(folder))
        .map(|part| Ok(read_part(folder, part)?.1))
        .collect();
    match root_of(&parts?) == notice.root {
        true => Ok(()),
        false => Err(wrong(
            folder,
            "this is not what was planned: somebody changed it. Plan the notice anew",
        )
        .into()),
    }
}

/// The message of each text, and who carries it.
fn prepare(
    journal: &Journal,
    notice: &PlannedNotice,
    means: &Means<'_>,
) -> Result<Vec<Carried>, DeskError> {
    let mut all = Vec::with_capacity(notice.cells.len());
    for cell in &notice.cells {
        let outlet = journal.find_outlet(&cell.outlet)?.clone();
        let adapter = find_adapter(&cell.outlet, &outlet, means);
        let adapter = adapter.map_err(|e| Refusal::new(e.with_hint(), ""))?;
        let adapter = adapter.ok_or_else(|| {
            let what = format!("the outlet \"{}\" sends to nobody one by one", cell.outlet);
            Refusal::new(what, "")
        })?;
        let parcel = Parcel {
            key: String::new(),
            statement: cell.statement,
            channel: cell.channel.clone(),
            lang: Some(cell.lang),
            to: None,
        };
        let message = write_message(journal, &cell.outlet, &outlet, &parcel, &BTreeMap::new())?;
        all.push(Carried {
            outlet,
            outlet_name: cell.outlet.clone(),
            statement: cell.statement,
            adapter,
            message,
        });
    }
    Ok(all)
}

/// One sender has a part at a time; the lock goes with the program.
fn lock_part(folder: &Path, part: usize) -> Result<Option<File>, StoreError> {
    let path = folder.join(format!("lock-{part:03}"));
    take_lock(&path, FlockOperation::NonBlockingLockExclusive)
}

fn send_part(
    journal: &mut Journal,
    folder: &Path,
    part: usize,
    notice: &PlannedNotice,
    carried: &[Carried],
    sent: &mut SentNotice,
    means: &mut Means<'_>,
) -> Result<(), DeskError> {
    let (planned, _) = read_part(folder, part)?;
    let mut ledger = Ledger::open(folder, part)?;
    settle_what_was_cut_off(&mut ledger, &planned, carried, (means.now)().timestamp())?;
    let mut due: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (n, message) in planned.iter().enumerate() {
        let Some(text) = carried.get(message.cell) else {
            return Err(wrong(folder, "this is not what was planned").into());
        };
        if is_due(&ledger, n, &text.outlet) {
            due.entry(message.cell).or_default().push(n);
        }
    }
    for (cell, messages) in due {
        let text = &carried[cell];
        for batch in messages.chunks(BATCH) {
            journal.advance_clock((means.now)());
            journal.catch_up()?;
            check_may_publish(journal)?;
            if let Some(why) = recent_judgement(journal, text.statement)?.held {
                sent.held
                    .insert(format!("statement {}: {why}", text.statement));
                break;
            }
            let letters: Vec<OutletMessage> = batch
                .iter()
                .map(|n| address_message(notice, text, &planned[*n]))
                .collect();
            ledger.claim(batch)?;
            let done = carry_at_rate(
                text.adapter.as_ref(),
                &letters,
                &text.outlet,
                &StopSign::default(),
            );
            let is_dead = done.iter().any(SendOutcome::is_dead);
            let ended: Vec<(usize, Outcome)> = batch
                .iter()
                .zip(&done)
                .map(|(n, outcome)| (*n, outcome_of(outcome, &text.outlet)))
                .collect();
            ledger.settle(&ended, (means.now)().timestamp())?;
            if is_dead {
                let why = format!("{} does not answer", text.outlet_name);
                sent.held.insert(why);
                break;
            }
        }
    }
    Ok(())
}

/// What was handed over by a sender that is gone: sent again under the same key where the gateway knows it, else nobody can tell.
fn settle_what_was_cut_off(
    ledger: &mut Ledger,
    planned: &[Planned],
    carried: &[Carried],
    at: i64,
) -> Result<(), StoreError> {
    let claimed = ledger.standing.iter();
    let ended: Vec<(usize, Outcome)> = claimed
        .filter(|(_, standing)| **standing == Standing::Claimed)
        .filter_map(|(n, _)| {
            let text = carried.get(planned.get(*n)?.cell)?;
            let outcome = match text.outlet.honours_key {
                true => Outcome::Failed,
                false => Outcome::Unclear,
            };
            Some((*n, outcome))
        })
        .collect();
    match ended.is_empty() {
        true => Ok(()),
        false => ledger.settle(&ended, at),
    }
}

/// True for what has not left, and for what failed and may be tried again.
fn is_due(ledger: &Ledger, n: usize, outlet: &Outlet) -> bool {
    match ledger.standing.get(&n) {
        None | Some(Standing::Claimed) => true,
        Some(Standing::Ended { outcome, .. }) => {
            let tries = ledger.tries.get(&n).copied().unwrap_or_default();
            *outcome == Outcome::Failed && tries < outlet.tries.unwrap_or(8)
        }
    }
}

fn address_message(notice: &PlannedNotice, text: &Carried, planned: &Planned) -> OutletMessage {
    let person = planned.persons.first().map(|p| to_hex(p));
    let person = person.unwrap_or_default();
    let whole = format!("{}\n{}\n{person}", notice.root, planned.cell);
    OutletMessage {
        key: sha256(whole.as_bytes())[..32].to_owned(),
        to: Some(planned.address.clone()),
        person: Some(person),
        ..text.message.clone()
    }
}

fn outcome_of(outcome: &SendOutcome, outlet: &Outlet) -> Outcome {
    match outcome {
        SendOutcome::There(_) => Outcome::Delivered,
        SendOutcome::NotThere(..) | SendOutcome::Unreached(_) => Outcome::Failed,
        SendOutcome::Refused(_) => Outcome::Refused,
        // The same key once more is taken once.
        SendOutcome::Unclear(_) | SendOutcome::Unanswered(_) if outlet.honours_key => {
            Outcome::Failed
        }
        SendOutcome::Unclear(_) | SendOutcome::Unanswered(_) => Outcome::Unclear,
    }
}

/// Counts all ledgers and records how far the notice is.
fn note_progress(
    journal: &mut Journal,
    folder: &Path,
    notice: &PlannedNotice,
    sent: &mut SentNotice,
) -> Result<(), DeskError> {
    let (mut outcomes, mut planned, mut digests) = (BTreeMap::new(), 0_u64, Vec::new());
    for part in 0..count_parts(folder) {
        planned += u64::try_from(read_part(folder, part)?.0.len()).unwrap_or_default();
        let ledger = Ledger::open(folder, part)?;
        for standing in ledger.standing.values() {
            if let Standing::Ended { outcome, .. } = standing {
                *outcomes.entry(*outcome).or_default() += 1;
            }
        }
        digests.push(ledger.digest()?);
    }
    let ended: u64 = outcomes.values().sum();
    sent.waiting = planned.saturating_sub(ended);
    sent.outcomes.clone_from(&outcomes);
    if (&notice.outcomes, notice.waiting) == (&outcomes, sent.waiting) {
        return Ok(());
    }
    let event = DeliveryEvent::NoticeSent {
        plan: notice.plan,
        outcomes,
        waiting: sent.waiting,
        ledger: root_of(&digests),
    };
    journal.record(|_| Ok(vec![(None, EventPayload::Delivery(event.clone()))]))?;
    Ok(())
}
