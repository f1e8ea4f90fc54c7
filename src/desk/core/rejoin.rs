//! What was noted apart from the record comes in, in the open; what conflicts is left for a person to settle.

use std::collections::{BTreeMap, BTreeSet};

use crate::desk::{Desk, DeskError, Entry};
use crate::domain::admission::admit::Refusal;
use crate::domain::record::body::BodyError;
use crate::domain::record::event::{Event, Head, Noted};
use crate::domain::record::payload::Happening;
use crate::store::Stored;
use crate::store::verify::verify;

/// What became of what was noted apart.
#[derive(Debug, Default)]
pub struct Rejoined {
    /// Entries that came in, with their new numbers.
    pub joined: Vec<(Event, u64)>,
    /// Entries that did not: each with what is in the way.
    pub conflicts: Vec<(Event, String)>,
}

/// What reports something and rests on nothing: it means the same wherever it stands.
fn is_report(h: &Happening) -> bool {
    matches!(
        h,
        Happening::LinkReported(_)
            | Happening::FactNoted { .. }
            | Happening::NoteTaken { .. }
            | Happening::Reconfirmed { .. }
            | Happening::Reminded { .. }
    )
}

/// What an entry did, for a note.
fn told(event: &Event) -> Result<String, BodyError> {
    Ok(match &event.happening {
        Happening::StatementIssued(s) => {
            let renditions = s.renditions()?;
            let text = renditions.first().map_or("", |r| r.text.as_str());
            let begin: String = text.chars().take(300).collect();
            format!(
                "statement to {} on {}: {begin}",
                s.audience,
                s.incidents.join(", ")
            )
        }
        Happening::PromiseMade(p) => {
            format!(
                "promise {} of {}",
                p.promise,
                p.subject.as_deref().unwrap_or("all")
            )
        }
        other => other.kind().to_owned(),
    })
}

impl Desk {
    /// Stock is promised apart from the record only within the share that the workspace sets for that.
    pub(crate) fn within_the_share(&self, batch: &[Entry]) -> Result<(), DeskError> {
        let Some(fork) = self.apart else {
            return Ok(());
        };
        let mut wanted: BTreeMap<&str, u64> = BTreeMap::new();
        for (_, happening) in batch {
            let uses = match happening {
                Happening::PromiseMade(made) => &made.uses,
                Happening::PromiseRevised { uses, .. } => uses,
                _ => continue,
            };
            for u in uses {
                *wanted.entry(u.resource.as_str()).or_default() += u.amount;
            }
        }
        for (resource, more) in wanted {
            let promised: u64 = self
                .state
                .promises
                .iter()
                .filter(|p| p.seq > fork)
                .flat_map(|p| &p.made.uses)
                .filter(|u| u.resource == resource)
                .map(|u| u.amount)
                .sum();
            let books = self.books.as_ref();
            let share = books
                .and_then(|b| b.workspace.resources.get(resource))
                .and_then(|r| r.apart)
                .unwrap_or(0);
            if promised + more > share {
                return Err(DeskError::NotAllowed(Refusal::new(
                    format!(
                        "apart from the record only {share} of {resource} may be promised on this machine; {promised} are, and this needs {more}"
                    ),
                    "wait until the record can be reached, or promise less; the share: resources.NAME.apart in saydo.yaml",
                )));
            }
        }
        Ok(())
    }

    /// Brings in what was noted apart, on a desk at the shared record. When nothing came in between, the very bytes go
    /// on from where they left; else each report comes in as a new entry that says when it was noted, and what could
    /// conflict is listed, never merged.
    ///
    /// # Errors
    /// When the record cannot be written.
    pub fn rejoin(&mut self, noted: &[Stored], fork: &Head) -> Result<Rejoined, DeskError> {
        let mut done = Rejoined::default();
        let is_untouched = self.head == *fork;
        // Who brings it in is of the team and can sign, before anything is written.
        let word = [(
            None,
            Happening::NoteTaken {
                text: String::new(),
            },
        )];
        if let Err((what, hint)) = self.state.entitled(&self.clock.by, &word[0].1) {
            return Err(DeskError::NotAllowed(Refusal::new(what, hint)));
        }
        self.signer_for(&word)?;
        self.is_sound(noted, fork)?;
        let events: Vec<Event> = noted
            .iter()
            .map(|s| Event::read(s.seq, &s.bytes))
            .collect::<Result<_, _>>()?;
        if is_untouched {
            let head = self.head.clone();
            match self.record.append(&head, noted)? {
                crate::store::Appended::Done(_) => {
                    self.take(noted)?;
                    self.read_books()?;
                    done.joined = events.into_iter().map(|e| (e.clone(), e.seq)).collect();
                    if let (Some((first, _)), Some((last, _))) =
                        (done.joined.first(), done.joined.last())
                    {
                        let text = format!(
                            "events {} to {} were noted apart, {} to {}, and joined the record now",
                            first.seq,
                            last.seq,
                            crate::desk::shown(first.at),
                            crate::desk::shown(last.at)
                        );
                        self.record(|_| {
                            Ok(vec![(None, Happening::NoteTaken { text: text.clone() })])
                        })?;
                    }
                    return Ok(done);
                }
                crate::store::Appended::Moved(others) => {
                    self.take(&others)?;
                    self.read_books()?;
                }
            }
        }
        let known = self.hashes()?;
        for (stored, event) in noted.iter().zip(events) {
            if known.contains(&stored.hash) {
                continue;
            }
            let newer = self.said_meanwhile(&event, fork.seq);
            if !is_report(&event.happening) || newer.is_some() {
                let why = newer.unwrap_or_else(|| self.in_the_way(&event, fork.seq));
                done.conflicts.push((event, why));
                continue;
            }
            let (incident, happening) = (event.incident.clone(), event.happening.clone());
            match self.join(&event, &stored.hash, incident, happening) {
                Ok(seq) => done.joined.push((event, seq)),
                Err(DeskError::Refused(r)) => done.conflicts.push((event, r.what)),
                Err(other) => return Err(other),
            }
        }
        Ok(done)
    }

    /// A person says that an entry does not join; that it was there, and why, is kept as a note.
    ///
    /// # Errors
    /// When the record cannot be written.
    pub fn leave_out(&mut self, stored: &Stored, because: &str) -> Result<u64, DeskError> {
        let event = Event::read(stored.seq, &stored.bytes)?;
        if self.hashes()?.contains(&stored.hash) {
            return Err(Refusal::new(
                format!(
                    "entry {} of the side journal is settled already",
                    stored.seq
                ),
                "saydo record rejoin lists what is not",
            )
            .into());
        }
        let mut text = format!("noted apart and not joined ({because}): {}", told(&event)?);
        while text.len() > crate::domain::admission::admit::MAX_NOTE {
            text.pop();
        }
        let incident = event
            .incident
            .clone()
            .filter(|i| self.state.incidents.contains_key(i));
        self.join(
            &event,
            &stored.hash,
            incident,
            Happening::NoteTaken { text },
        )
    }

    fn join(
        &mut self,
        event: &Event,
        hash: &str,
        incident: Option<String>,
        happening: Happening,
    ) -> Result<u64, DeskError> {
        self.noting = Some(Noted {
            at: event.at,
            by: event.by.clone(),
            hash: hash.to_owned(),
        });
        let done = self.record(|_| Ok(vec![(incident.clone(), happening.clone())]));
        self.noting = None;
        Ok(done?.first().copied().unwrap_or_default())
    }

    /// The hashes of what is in the record, as it is or as it joined: a rejoin that was cut off goes on.
    fn hashes(&self) -> Result<BTreeSet<String>, DeskError> {
        let mut all = BTreeSet::new();
        for s in self.record.events(0)? {
            if s.bytes.contains("\"noted\":") {
                let joined = Event::read(s.seq, &s.bytes)?.noted;
                all.extend(joined.map(|n| n.hash));
            }
            all.insert(s.hash);
        }
        Ok(all)
    }

    /// What was noted apart goes on from the record in one chain, signed and by people who might: nothing else joins.
    fn is_sound(&self, noted: &[Stored], fork: &Head) -> Result<(), DeskError> {
        let mut chain = self.record.events(0)?;
        let known = usize::try_from(fork.seq).unwrap_or(usize::MAX);
        chain.truncate(known);
        let goes_on = chain.last().map_or(fork.seq == 0, |e| e.hash == fork.hash);
        if !goes_on || chain.len() != known {
            return Err(DeskError::Moved(
                "the side journal does not go on from this record; nothing was joined".into(),
            ));
        }
        chain.extend(noted.iter().cloned());
        verify(&chain).map_err(|b| {
            DeskError::Moved(format!(
                "entry {} of the side journal does not verify: {}. Nothing was joined",
                b.seq, b.what
            ))
        })?;
        Ok(())
    }

    /// Somebody said something on the same meanwhile, at the record, that is newer than what was noted apart.
    fn said_meanwhile(&self, event: &Event, fork: u64) -> Option<String> {
        match &event.happening {
            Happening::LinkReported(r) => {
                let later = self.state.links.get(&r.link)?;
                let other = later
                    .iter()
                    .find(|o| o.seq > fork && o.said.said_at >= r.said_at)?;
                Some(format!(
                    "a newer report on {} came meanwhile (event {})",
                    r.link, other.seq
                ))
            }
            Happening::FactNoted { name, said_at, .. } => {
                let incident = self.state.incidents.get(event.incident.as_deref()?)?;
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

    fn in_the_way(&self, event: &Event, fork: u64) -> String {
        let since = |seq: u64| seq > fork;
        match &event.happening {
            Happening::StatementIssued(s) => {
                let other = self.state.statements.iter().find(|o| {
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
            Happening::PromiseMade(p) if !p.uses.is_empty() => {
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
}
