//! The head of the record on its way to places that others keep: they can show later that the record was shortened or rewritten.
//! It sends no text of a statement.

use chrono::Duration;

use crate::desk::core::seal::compose_seal;
use crate::desk::publishing::plan::check_may_publish;
use crate::desk::publishing::road::Means;
use crate::desk::publishing::send::find_adapter;
use crate::desk::{DeskError, Journal, Snapshot};
use crate::domain::base::digest::sha256;
use crate::domain::base::lang::Lang;
use crate::domain::base::time::At;
use crate::domain::record::payload::EventPayload;
use crate::domain::record::record_event::RecordEvent;
use crate::publish::{OutletMessage, SendOutcome};

/// What became of the head at an outlet: nothing when it arrived, else why it did not.
pub type Witnessed = (String, Option<String>);

/// The outlets that get the head, with how often, and when they last did.
fn list_witnesses(snapshot: &Snapshot) -> Vec<(String, Duration, Option<At>)> {
    let all = snapshot.all_outlets();
    let witnesses = all.filter_map(|(name, outlet)| {
        let every = outlet.witness?.to_duration();
        Some((
            name.clone(),
            every,
            snapshot.state.witnessed.get(name).copied(),
        ))
    });
    witnesses.collect()
}

/// The outlets to which the head is due, with when it last went there. Nothing is due of a drill.
pub fn list_due_witnesses(snapshot: &Snapshot) -> Vec<(String, Option<At>)> {
    let now = snapshot.clock.now;
    let is_due = |every: Duration, last: Option<At>| last.is_none_or(|at| now - at >= every);
    list_witnesses(snapshot)
        .into_iter()
        .filter(|(_, every, last)| !snapshot.state.is_drill && is_due(*every, *last))
        .map(|(name, _, last)| (name, last))
        .collect()
}

/// Sends the head to all outlets that get it, or to those to which it is due, and notes which took it.
///
/// # Errors
/// When nothing may leave (a drill, a record in doubt, one that cannot be reached), or the record cannot be written.
pub fn send_witnesses(
    journal: &mut Journal,
    only_due: bool,
    means: &Means<'_>,
) -> Result<Vec<Witnessed>, DeskError> {
    check_may_publish(journal)?;
    let names: Vec<String> = match only_due {
        true => list_due_witnesses(journal)
            .into_iter()
            .map(|w| w.0)
            .collect(),
        false => list_witnesses(journal).into_iter().map(|w| w.0).collect(),
    };
    let (head, seal) = (journal.head().clone(), compose_seal(journal));
    let mut done: Vec<Witnessed> = Vec::new();
    for name in names {
        let message = compose_message(journal, &name, &seal)?;
        let outlet = journal.find_outlet(&name)?.clone();
        let failed = match find_adapter(&name, &outlet, means) {
            Ok(Some(adapter)) => why_not_there(adapter.send_message(&message)),
            Ok(None) => Some("it takes no messages".to_owned()),
            Err(error) => Some(error.with_hint()),
        };
        done.push((name, failed));
    }
    let took = done.iter().filter(|w| w.1.is_none()).map(|w| w.0.clone());
    let outlets: Vec<String> = took.collect();
    if !outlets.is_empty() {
        journal.advance_clock((means.now)());
        let entry = EventPayload::Record(RecordEvent::HeadWitnessed {
            events: head.seq,
            hash: head.hash,
            outlets,
        });
        journal.record(|_| Ok(vec![(None, entry.clone())]))?;
    }
    Ok(done)
}

fn why_not_there(outcome: SendOutcome) -> Option<String> {
    match outcome {
        SendOutcome::There(_) => None,
        SendOutcome::NotThere(why, _)
        | SendOutcome::Unreached(why)
        | SendOutcome::Unclear(why)
        | SendOutcome::Unanswered(why)
        | SendOutcome::Refused(why) => Some(why),
    }
}

fn compose_message(
    journal: &Journal,
    outlet: &str,
    seal: &str,
) -> Result<OutletMessage, DeskError> {
    let workspace = &journal.world()?.books.workspace;
    let now = journal.clock.now;
    let lang = workspace.languages.first().copied().unwrap_or(Lang::USUAL);
    let title = "saydo: the head of the record".to_owned();
    Ok(OutletMessage {
        key: sha256(format!("{seal}\n{outlet}").as_bytes())[..32].to_owned(),
        statement: u32::try_from(journal.head().seq).unwrap_or(u32::MAX),
        previous: None,
        incidents: vec!["witness".to_owned()],
        is_shared: false,
        audience: "witness".to_owned(),
        channel: "witness".to_owned(),
        texts: vec![(lang, seal.to_owned())],
        titles: vec![(lang, title)],
        to: None,
        person: None,
        as_of: now,
        issued_at: now,
        status: String::new(),
        impact: "none".to_owned(),
        planned: None,
        next_update: None,
        thread: Vec::new(),
        reference: None,
        components: Vec::new(),
        touched: Vec::new(),
        record: journal.state.origin.clone().unwrap_or_default(),
    })
}
