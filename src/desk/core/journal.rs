//! The only thing that writes: it owns the record and moves the snapshot on with what it appends. It decides nothing.

use std::ops::Deref;

use crate::desk::core::apart_share::check_share;
use crate::desk::core::clock_ahead::with_clock_ahead;
use crate::desk::core::entry::Entry;
use crate::desk::core::error::DeskError;
use crate::desk::core::snapshot::{Clock, ReadConfig, Snapshot, whole_second};
use crate::domain::admission::admit::admit_payload;
use crate::domain::admission::refusal::Refusal;
use crate::domain::base::next_step::NextStep;
use crate::domain::base::time::At;
use crate::domain::record::event::{Event, Head, OfflineOrigin, VERSION};
use crate::domain::record::payload::EventPayload;
use crate::domain::record::record_event::RecordEvent;
use crate::domain::record::statement_event::StatementEvent;
use crate::domain::record::team_event::TeamEvent;
use crate::domain::state::fold::State;
use crate::store::sign::Signer;
use crate::store::snapshot::StateSnapshot;
use crate::store::verify;
use crate::store::{Appended, Record, Stored};

/// How often a decision is made anew because somebody else wrote first.
const TRIES: usize = 1000;

/// The record with the snapshot of it. Read through it what a snapshot has; write with it alone.
pub struct Journal {
    pub(super) record: Box<dyn Record>,
    /// Signs what is recorded, when the record has keys.
    pub(crate) signer: Option<Signer>,
    /// The number of the last event that is in the shared record; set while that cannot be reached.
    pub(crate) apart: Option<u64>,
    /// Why a snapshot that was there was not used.
    pub(crate) passed_over: Option<String>,
    /// What is recorded now was noted apart.
    noting: Option<OfflineOrigin>,
    /// The events are read as if the clock had been declared wrong from this one on.
    pub(super) wrong_from: Option<u64>,
    /// The reason why an entry may lie ahead of this machine's clock, when somebody gave one.
    pub(crate) ahead_because: Option<String>,
    /// The number of the last event that the first entry from now on has to follow: what was seen is what is acted on.
    pub(crate) expects: Option<u64>,
    /// The identifier of the record, when this journal begins it.
    pub(crate) new_id: Option<String>,
    /// This user began the record on this machine.
    pub(super) begun_here: bool,
    pub(super) snapshot: Snapshot,
}

impl Deref for Journal {
    type Target = Snapshot;

    fn deref(&self) -> &Snapshot {
        &self.snapshot
    }
}

impl Journal {
    /// Opens a record: reads and folds all of it.
    ///
    /// # Errors
    /// When an event cannot be read, does not fit, or an adopted text is wrong.
    pub fn open(record: Box<dyn Record>, clock: Clock) -> Result<Journal, DeskError> {
        Journal::open_with(record, clock, ReadConfig::default(), None)
    }

    /// Opens a record with texts that an earlier journal on it has read, and a snapshot of its state from
    /// which to go on.
    ///
    /// # Errors
    /// As for opening.
    pub(crate) fn open_with(
        record: Box<dyn Record>,
        clock: Clock,
        kept: ReadConfig,
        snapshot: Option<StateSnapshot>,
    ) -> Result<Journal, DeskError> {
        let clock = Clock {
            now: whole_second(clock.now),
            ..clock
        };
        let (begun, stored) = read_since(record.as_ref(), snapshot)?;
        let snapshot = Snapshot::new(begun, stored.len(), clock, kept);
        let mut journal = Journal::of(record, snapshot);
        journal.take_in(&stored)?;
        journal.begin()
    }

    /// Opens a record as if its clock had been declared wrong from an event on, to declare it.
    ///
    /// # Errors
    /// As for opening.
    pub(crate) fn open_with_wrong_clock(
        record: Box<dyn Record>,
        clock: Clock,
        from: u64,
    ) -> Result<Journal, DeskError> {
        let stored = record.read_events_after(0)?;
        let snapshot = Snapshot::new(nothing(), stored.len(), clock, ReadConfig::default());
        let mut journal = Journal::of(record, snapshot);
        journal.wrong_from = Some(from);
        journal.take_in(&stored)?;
        journal.begin()
    }

    fn of(record: Box<dyn Record>, snapshot: Snapshot) -> Journal {
        Journal {
            record,
            signer: None,
            apart: None,
            passed_over: None,
            noting: None,
            wrong_from: None,
            ahead_because: None,
            expects: None,
            new_id: None,
            begun_here: false,
            snapshot,
        }
    }

    fn begin(mut self) -> Result<Journal, DeskError> {
        self.read_adopted()?;
        let now = self.snapshot.clock.now;
        self.snapshot.set_now(now);
        self.find_wrong_clock()?;
        Ok(self)
    }

    /// The record as it is now.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Sets the moment of what is recorded from now on; a moment before the end of the record becomes the record's.
    pub fn set_now(&mut self, now: At) {
        self.snapshot.set_now(now);
    }

    /// Moves the clock on, never back.
    pub(crate) fn advance_clock(&mut self, now: At) {
        let clock = &mut self.snapshot.clock;
        clock.now = clock.now.max(whole_second(now));
    }

    /// Reads the playbooks of an incident that is closed already.
    ///
    /// # Errors
    /// When its text is wrong.
    pub(crate) fn read_closed(&mut self, incident: &str) -> Result<(), DeskError> {
        self.snapshot.read_closed(incident)
    }

    /// The same for several.
    ///
    /// # Errors
    /// As for one.
    pub(crate) fn read_closed_of(&mut self, incidents: &[String]) -> Result<(), DeskError> {
        incidents.iter().try_for_each(|id| self.read_closed(id))
    }

    /// Gives the record back, with the texts that were read, for the next command of a replay.
    pub(crate) fn close(self) -> (Box<dyn Record>, ReadConfig) {
        (self.record, self.snapshot.into_kept())
    }

    /// Closes the record when the process ends anyway: the memory of a long fold goes with it, which is quicker than giving
    /// back each part.
    pub(crate) fn leave(self) {
        std::mem::forget(self.snapshot);
    }

    /// Takes in what others have written meanwhile.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub(crate) fn catch_up(&mut self) -> Result<(), DeskError> {
        let others = self.record.read_events_after(self.snapshot.head.seq)?;
        if !others.is_empty() {
            self.take_from_others(&others)?;
        }
        Ok(())
    }

    fn take_from_others(&mut self, others: &[Stored]) -> Result<(), DeskError> {
        self.take_in(others)?;
        self.read_adopted()?;
        if let Some(last) = self.state.at {
            self.advance_clock(last);
        }
        Ok(())
    }

    /// All events as kept, also those that do not fit.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn stored(&self) -> Result<Vec<Stored>, DeskError> {
        Ok(self.record.read_events_after(0)?)
    }

    /// One event by number.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(crate) fn event(&self, seq: u64) -> Result<Option<Event>, DeskError> {
        if seq > self.head.seq {
            return Ok(None);
        }
        match self.record.read_event(seq)? {
            Some(s) => Ok(Some(Event::parse_at(seq, &s.bytes)?)),
            None => Ok(None),
        }
    }

    /// Appends entries of a side journal exactly as they are. False when others wrote first: theirs are then taken in.
    pub(super) fn append_noted(&mut self, noted: &[Stored]) -> Result<bool, DeskError> {
        self.check_trusted()?;
        let head = self.head.clone();
        match self.record.append(&head, noted)? {
            Appended::Done(_) => {
                self.take_in(noted)?;
                self.snapshot.read_books()?;
                Ok(true)
            }
            Appended::Moved(others) => {
                self.take_in(&others)?;
                self.snapshot.read_books()?;
                Ok(false)
            }
        }
    }

    /// Decides and appends what was noted apart, and by whom and when.
    pub(super) fn record_noted(
        &mut self,
        noted: OfflineOrigin,
        decide: impl Fn(&Snapshot) -> Result<Vec<Entry>, DeskError>,
    ) -> Result<Vec<u64>, DeskError> {
        self.noting = Some(noted);
        let done = self.record(decide);
        self.noting = None;
        done
    }

    /// Decides and appends; decides again when somebody else wrote first. Gives the numbers of the events.
    ///
    /// # Errors
    /// When the decision refuses, or the store cannot be written.
    pub(crate) fn record(
        &mut self,
        decide: impl Fn(&Snapshot) -> Result<Vec<Entry>, DeskError>,
    ) -> Result<Vec<u64>, DeskError> {
        for _ in 0..TRIES {
            self.check_expected()?;
            let batch = decide(&self.snapshot)?;
            self.admit_all(&batch)?;
            match self.try_append(&batch)? {
                Ok(seqs) => {
                    self.expects = None;
                    return Ok(seqs);
                }
                Err(_) => continue,
            }
        }
        Err(DeskError::Moved(
            "the record is written by others all the time; nothing was written. Try again".into(),
        ))
    }

    /// Appends a standing decision once. When what came between touches its incidents, it is refused and says
    /// what happened; anything else does not disturb it.
    pub(in crate::desk) fn record_standing(
        &mut self,
        what: &str,
        seen: &Head,
        batch: &[Entry],
    ) -> Result<Vec<u64>, DeskError> {
        if *seen != self.head {
            return Err(DeskError::Moved(format!(
                "{what} was refused: the record has moved on"
            )));
        }
        for _ in 0..TRIES {
            self.check_expected()?;
            for (incident, payload) in batch {
                // Asked again after each entry of somebody else: a right may be gone.
                self.state.check_entitled(&self.clock.by, payload)?;
                if matches!(
                    payload,
                    EventPayload::Statement(StatementEvent::StatementRejected { .. })
                        | EventPayload::Statement(StatementEvent::ApprovalOverridden { .. })
                ) {
                    let find = |seq: u64| self.event(seq).ok().flatten();
                    let (world, now) = (self.world()?, self.clock.now);
                    admit_payload(world, incident.as_deref(), payload, now, &find)?;
                }
            }
            match self.try_append(batch)? {
                Ok(seqs) => {
                    self.expects = None;
                    return Ok(seqs);
                }
                // A note changes nothing that anything rests on.
                Err(moved) if moved.iter().all(|e| e.payload.is_aside()) => {}
                Err(moved) => return Err(DeskError::Moved(Self::tell(what, &moved))),
            }
        }
        Err(DeskError::Moved(format!(
            "{what} was refused: the record is written by others all the time. Try again"
        )))
    }

    /// Refuses when somebody else wrote after what was seen.
    fn check_expected(&self) -> Result<(), DeskError> {
        match self.expects.is_some_and(|seen| seen != self.head.seq) {
            true => Err(DeskError::Moved(
                "something was recorded meanwhile; nothing was written".into(),
            )),
            false => Ok(()),
        }
    }

    fn tell(what: &str, moved: &[Event]) -> String {
        let list: Vec<String> = moved
            .iter()
            .take(5)
            .map(|e| format!("event {} ({} by {})", e.seq, e.payload.kind(), e.by))
            .collect();
        format!(
            "{what} was refused, nothing was written: meanwhile came {}. Look again and repeat",
            list.join(", ")
        )
    }

    pub(in crate::desk) fn admit_all(&self, batch: &[Entry]) -> Result<(), DeskError> {
        let find = |seq: u64| self.event(seq).ok().flatten();
        for (incident, payload) in batch {
            self.state.check_entitled(&self.clock.by, payload)?;
            if matches!(
                payload,
                EventPayload::Record(RecordEvent::TextAdopted { .. })
            ) {
                continue;
            }
            admit_payload(
                self.world()?,
                incident.as_deref(),
                payload,
                self.clock.now,
                &find,
            )?;
        }
        Ok(())
    }

    /// Who signs: nobody before the first key is trusted; then only a key that is of the actor.
    pub(in crate::desk) fn signer_for(
        &self,
        batch: &[Entry],
    ) -> Result<Option<&Signer>, DeskError> {
        let team = &self.state.team;
        let by = &self.clock.by;
        // The first key signs its own entry; somebody else vouches for it without one.
        let trusts_own = |(_, payload): &Entry| matches!(payload, EventPayload::Team(TeamEvent::KeyTrusted { person, .. }) if person == by);
        let is_first = !team.has_keys() && batch.iter().any(trusts_own);
        if !team.has_keys() && !is_first {
            return Ok(None);
        }
        let Some(signer) = &self.signer else {
            return Err(DeskError::NotAllowed(Refusal::new(
                format!(
                    "entries of this record are signed, and there is no private key of {by} here; nothing was written"
                ),
                NextStep::MakeKey
                    .after("make one: ")
                    .then(", and have it trusted; for cron: SAYDO_KEY"),
            )));
        };
        if is_first || team.key_of(by, &signer.id).is_some() {
            return Ok(Some(signer));
        }
        Err(DeskError::NotAllowed(Refusal::new(
            format!(
                "the key {} is not trusted for {by}; nothing was written",
                signer.id
            ),
            NextStep::TrustKey {
                person: by.clone(),
                key: signer.public.clone(),
            }
            .after("an administrator trusts it: "),
        )))
    }

    /// The events that a batch makes after the head that was seen, and what is kept of each.
    fn chain_entries(&self, batch: &[Entry]) -> Result<(Vec<Event>, Vec<Stored>), DeskError> {
        let signer = self.signer_for(batch)?;
        let mut prev = self.head.hash.clone();
        let mut stored = Vec::new();
        let mut events = Vec::new();
        for (i, (incident, payload)) in batch.iter().enumerate() {
            let event = Event {
                v: VERSION.to_owned(),
                record: self
                    .new_id
                    .clone()
                    .filter(|_| self.head.seq + i as u64 == 0),
                seq: self.head.seq + 1 + i as u64,
                at: whole_second(self.clock.now),
                by: self.clock.by.clone(),
                key: signer.map(|s| s.id.clone()),
                clock_given: self.clock.given,
                noted: self.noting.clone(),
                incident: incident.clone(),
                prev: std::mem::take(&mut prev),
                payload: payload.clone(),
            };
            let mut entry = Stored::new(event.seq, event.to_canonical_json()?);
            entry.signature = signer.map(|s| s.sign_hash(&entry.hash));
            prev.clone_from(&entry.hash);
            stored.push(entry);
            events.push(event);
        }
        Ok((events, stored))
    }

    /// Appends at the head that was seen, or takes in what others wrote.
    fn try_append(&mut self, batch: &[Entry]) -> Result<Result<Vec<u64>, Vec<Event>>, DeskError> {
        if batch.is_empty() {
            return Ok(Ok(Vec::new()));
        }
        self.check_trusted()?;
        let batch = &with_clock_ahead(&self.snapshot, self.ahead_because.as_deref(), batch)?;
        let (events, stored) = self.chain_entries(batch)?;
        check_share(&self.snapshot, self.apart, batch)?;
        // What does not fold is never written. What is said of deliveries always folds, and there is much of it.
        let is_light = events.iter().all(|e| e.payload.is_delivery());
        let mut after = None;
        if !is_light {
            let state = after.insert(self.state.clone());
            for event in &events {
                state
                    .apply_event(event)
                    .map_err(|m| Refusal::new(m.why.to_string(), "nothing was written"))?;
            }
        }
        match self.record.append(&self.snapshot.head, &stored)? {
            Appended::Done(head) => {
                self.snapshot.head = head;
                match after {
                    Some(after) => {
                        self.snapshot.state = after;
                        if verify::reaches_back(&self.snapshot.state, &stored) {
                            self.wrong_from = None;
                            self.read_anew()?;
                        }
                        self.snapshot.read_books()?;
                    }
                    None => self.snapshot.take_deliveries(&events)?,
                }
                Ok(Ok(events.iter().map(|e| e.seq).collect()))
            }
            Appended::Moved(others) => {
                self.take_from_others(&others)?;
                let events = others
                    .iter()
                    .map(|s| Event::parse_at(s.seq, &s.bytes))
                    .collect::<Result<_, _>>()?;
                Ok(Err(events))
            }
        }
    }
}

fn nothing() -> StateSnapshot {
    StateSnapshot {
        head: Head::empty(),
        state: State::default(),
    }
}

/// The state to begin with and the events after it. A snapshot of another record is not used.
fn read_since(
    record: &dyn Record,
    snapshot: Option<StateSnapshot>,
) -> Result<(StateSnapshot, Vec<Stored>), DeskError> {
    if let Some(snapshot) = snapshot.filter(|s| s.head.seq > 0) {
        let mut stored = record.read_events_after(snapshot.head.seq - 1)?.into_iter();
        let is_its_head = |s: &Stored| s.seq == snapshot.head.seq && s.hash == snapshot.head.hash;
        if stored.next().as_ref().is_some_and(is_its_head) {
            return Ok((snapshot, stored.collect()));
        }
    }
    Ok((nothing(), record.read_events_after(0)?))
}
