//! Brings in what was noted apart from the record, in the open. It merges nothing: what conflicts is left for a person to settle.

use std::collections::BTreeSet;

use crate::desk::{DeskError, Journal, Snapshot, format_moment};
use crate::domain::admission::refusal::Refusal;
use crate::domain::base::next_step::{Advice, NextStep};
use crate::domain::record::body::BodyError;
use crate::domain::record::event::{Event, Head, OfflineOrigin};
use crate::domain::record::incident_event::IncidentEvent;
use crate::domain::record::link_event::LinkEvent;
use crate::domain::record::payload::EventPayload;
use crate::domain::record::promise_event::PromiseEvent;
use crate::domain::record::record_event::RecordEvent;
use crate::domain::record::statement_event::StatementEvent;
use crate::store::Stored;
use crate::store::verify::verify_events;

/// What became of what was noted apart.
#[derive(Debug, Default)]
pub struct Rejoined {
    /// Entries that came in, with their new numbers.
    pub joined: Vec<(Event, u64)>,
    /// Entries that did not: each with what is in the way.
    pub conflicts: Vec<(Event, String)>,
}

/// What reports something and rests on nothing: it means the same wherever it stands.
fn is_report(h: &EventPayload) -> bool {
    matches!(
        h,
        EventPayload::Link(LinkEvent::LinkReported(_))
            | EventPayload::Incident(IncidentEvent::FactNoted { .. })
            | EventPayload::Incident(IncidentEvent::NoteTaken { .. })
            | EventPayload::Link(LinkEvent::Reconfirmed { .. })
            | EventPayload::Record(RecordEvent::Reminded { .. })
    )
}

/// What an entry did, for a note.
pub(in crate::desk) fn told(event: &Event) -> Result<String, BodyError> {
    Ok(match &event.payload {
        EventPayload::Statement(StatementEvent::StatementIssued(s)) => {
            let renditions = s.all_renditions()?;
            let text = renditions.first().map_or("", |r| r.text.as_str());
            let begin: String = text.chars().take(300).collect();
            format!(
                "statement to {} on {}: {begin}",
                s.audience,
                s.incidents.join(", ")
            )
        }
        EventPayload::Promise(PromiseEvent::PromiseMade(p)) => {
            format!(
                "promise {} of {}",
                p.promise,
                p.subject.as_deref().unwrap_or("all")
            )
        }
        other => other.kind().to_owned(),
    })
}

/// Brings in what was noted apart, on a desk at the shared record. When nothing came in between, the very bytes go
/// on from where they left; else each report comes in as a new entry that says when it was noted, and what could
/// conflict is listed, never merged.
///
/// # Errors
/// When the record cannot be written.
pub fn rejoin_side_journal(
    journal: &mut Journal,
    noted: &[Stored],
    fork: &Head,
) -> Result<Rejoined, DeskError> {
    let mut done = Rejoined::default();
    let is_untouched = journal.head == *fork;
    // Who brings it in is of the team and can sign, before anything is written.
    let word = [(
        None,
        EventPayload::Incident(IncidentEvent::NoteTaken {
            text: String::new(),
        }),
    )];
    journal
        .state
        .check_entitled(&journal.clock.by, &word[0].1)?;
    journal.signer_for(&word)?;
    check_chain(journal, noted, fork)?;
    let events: Vec<Event> = noted
        .iter()
        .map(|s| Event::parse_at(s.seq, &s.bytes))
        .collect::<Result<_, _>>()?;
    if is_untouched && journal.append_noted(noted)? {
        done.joined = events.into_iter().map(|e| (e.clone(), e.seq)).collect();
        note_joined(journal, &done.joined)?;
        return Ok(done);
    }
    let known = collect_hashes(journal)?;
    for (stored, event) in noted.iter().zip(events) {
        if known.contains(&stored.hash) {
            continue;
        }
        let newer = find_newer_word(journal, &event, fork.seq);
        if !is_report(&event.payload) || newer.is_some() {
            let why = newer.unwrap_or_else(|| describe_conflict(journal, &event, fork.seq));
            done.conflicts.push((event, why));
            continue;
        }
        let (incident, payload) = (event.incident.clone(), event.payload.clone());
        match join_entry(journal, &event, &stored.hash, incident, payload) {
            Ok(seq) => done.joined.push((event, seq)),
            Err(DeskError::Refused(r)) => done.conflicts.push((event, r.what)),
            Err(other) => return Err(other),
        }
    }
    Ok(done)
}

/// Keeps a note of entries that went on in the record as they were.
fn note_joined(journal: &mut Journal, joined: &[(Event, u64)]) -> Result<(), DeskError> {
    if let (Some((first, _)), Some((last, _))) = (joined.first(), joined.last()) {
        let text = format!(
            "events {} to {} were noted apart, {} to {}, and joined the record now",
            first.seq,
            last.seq,
            format_moment(first.at),
            format_moment(last.at)
        );
        journal.record(|_| {
            Ok(vec![(
                None,
                EventPayload::Incident(IncidentEvent::NoteTaken { text: text.clone() }),
            )])
        })?;
    }
    Ok(())
}

/// A person says that an entry does not join; that it was there, and why, is kept as a note.
///
/// # Errors
/// When the record cannot be written.
pub fn leave_entry_out(
    journal: &mut Journal,
    stored: &Stored,
    because: &str,
) -> Result<u64, DeskError> {
    let event = Event::parse_at(stored.seq, &stored.bytes)?;
    if collect_hashes(journal)?.contains(&stored.hash) {
        return Err(Refusal::new(
            format!(
                "entry {} of the side journal is settled already",
                stored.seq
            ),
            Advice::from(NextStep::RejoinRecord).then(" lists what is not"),
        )
        .into());
    }
    let mut text = format!("noted apart and not joined ({because}): {}", told(&event)?);
    while text.len() > crate::domain::admission::wording::MAX_NOTE {
        text.pop();
    }
    let incident = event
        .incident
        .clone()
        .filter(|i| journal.state.incidents.contains_key(i));
    join_entry(
        journal,
        &event,
        &stored.hash,
        incident,
        EventPayload::Incident(IncidentEvent::NoteTaken { text }),
    )
}

fn join_entry(
    journal: &mut Journal,
    event: &Event,
    hash: &str,
    incident: Option<String>,
    payload: EventPayload,
) -> Result<u64, DeskError> {
    let noted = OfflineOrigin {
        at: event.at,
        by: event.by.clone(),
        hash: hash.to_owned(),
    };
    let done = journal.record_noted(noted, |_| Ok(vec![(incident.clone(), payload.clone())]));
    Ok(done?.first().copied().unwrap_or_default())
}

/// The hashes of what is in the record, as it is or as it joined: a rejoin that was cut off goes on.
fn collect_hashes(journal: &Journal) -> Result<BTreeSet<String>, DeskError> {
    let mut all = BTreeSet::new();
    for s in journal.stored()? {
        if s.bytes.contains("\"noted\":") {
            let joined = Event::parse_at(s.seq, &s.bytes)?.noted;
            all.extend(joined.map(|n| n.hash));
        }
        all.insert(s.hash);
    }
    Ok(all)
}

/// What was noted apart goes on from the record in one chain, signed and by people who might: nothing else joins.
fn check_chain(journal: &Journal, noted: &[Stored], fork: &Head) -> Result<(), DeskError> {
    let mut chain = journal.stored()?;
    let known = usize::try_from(fork.seq).unwrap_or(usize::MAX);
    chain.truncate(known);
    let goes_on = chain.last().map_or(fork.seq == 0, |e| e.hash == fork.hash);
    if !goes_on || chain.len() != known {
        return Err(DeskError::SideJournal(
            "the side journal does not go on from this record; nothing was joined".into(),
        ));
    }
    chain.extend(noted.iter().cloned());
    verify_events(&chain).map_err(|b| {
        DeskError::SideJournal(format!(
            "entry {} of the side journal does not verify: {}. Nothing was joined",
            b.seq, b.what
        ))
    })?;
    Ok(())
}

/// Somebody said something on the same meanwhile, at the record, that is newer than what was noted apart.
fn find_newer_word(snapshot: &Snapshot, event: &Event, fork: u64) -> Option<String> {
    match &event.payload {
        EventPayload::Link(LinkEvent::LinkReported(r)) => {
            let later = snapshot.state.links.get(&r.link)?;
            let other = later
                .iter()
                .find(|o| o.seq > fork && o.said.said_at >= r.said_at)?;
            Some(format!(
                "a newer report on {} came meanwhile (event {})",
                r.link, other.seq
            ))
        }
        EventPayload::Incident(IncidentEvent::FactNoted { name, said_at, .. }) => {
            let incident = snapshot.state.incidents.get(event.incident.as_deref()?)?;
            let other = incident
                .noted
                .get(name)?
                .iter()
                .find(|o| o.seq > fork && o.said_at >= *said_at)?;
            Some(format!(
                "{name} was noted anew meanwhile (event {})",
                other.seq
            ))
        }
        _ => None,
    }
}

fn describe_conflict(snapshot: &Snapshot, event: &Event, fork: u64) -> String {
    let since = |seq: u64| seq > fork;
    match &event.payload {
        EventPayload::Statement(StatementEvent::StatementIssued(s)) => {
            let other = snapshot.state.statements.iter().find(|o| {
                since(o.seq)
                    && o.statement.audience == s.audience
                    && o.statement
                        .incidents
                        .iter()
                        .any(|i| s.incidents.contains(i))
            });
            match other {
                Some(o) => format!(
                    "statement {} on the same was issued by {} meanwhile (event {})",
                    o.statement.number, o.by, o.seq
                ),
                None => "a statement was issued apart; the record has moved on since".into(),
            }
        }
        EventPayload::Promise(PromiseEvent::PromiseMade(p)) if !p.uses.is_empty() => {
            let what: Vec<String> = p
                .uses
                .iter()
                .map(|u| format!("{} {}", u.amount, u.resource))
                .collect();
            format!(
                "it uses stock ({}), which may have been promised meanwhile",
                what.join(", ")
            )
        }
        other => format!(
            "the record has moved on, and a {} rests on how it stood",
            other.kind()
        ),
    }
}
