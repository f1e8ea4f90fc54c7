//! The record, folded, with the adopted texts read; deciding and appending. It decides nothing by itself.

use std::collections::BTreeSet;

use thiserror::Error;

use crate::check::against::literals::Reader;
use crate::desk::core::verdict_cache::Lately;
use crate::domain::admission::admit::{Refusal, admit};
use crate::domain::base::digest::sha256;
use crate::domain::base::incident::IncidentId;
use crate::domain::base::parallel as many;
use crate::domain::base::time::{At, rfc3339};
use crate::domain::facts::subject::DeriveError;
use crate::domain::facts::world::{Books, World};
use crate::domain::network::health::Condition;
use crate::domain::record::body::BodyError;
use crate::domain::record::event::{Event, EventError, Head, Noted, VERSION};
use crate::domain::record::payload::{Happening, TextKind};
use crate::domain::speech::compose::ComposeError;
use crate::domain::speech::draft::Draft;
use crate::domain::speech::gate::Finding;
use crate::domain::state::fold::{Misfit, State};
use crate::render::jinja::Jinja;
use crate::store::files;
use crate::store::sign::Signer;
use crate::store::snapshot::StateSnapshot;
use crate::store::yaml::Trouble;
use crate::store::{Appended, Record, StoreError, Stored};

/// What goes wrong at the desk.
#[derive(Debug, Error)]
pub enum DeskError {
    /// The store cannot do it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An event cannot be read.
    #[error(transparent)]
    Event(#[from] EventError),
    /// An event does not fit.
    #[error(transparent)]
    Misfit(#[from] Misfit),
    /// It may not be recorded.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The actor may not, or approval is missing: refused, with whom to ask.
    #[error(transparent)]
    NotAllowed(Refusal),
    /// The text of a statement cannot be read.
    #[error(transparent)]
    Body(#[from] BodyError),
    /// Facts cannot be derived.
    #[error(transparent)]
    Derive(#[from] DeriveError),
    /// The playbook is at fault.
    #[error("playbook {playbook}: {error}")]
    Compose {
        /// The playbook.
        playbook: String,
        /// What is wrong.
        error: ComposeError,
    },
    /// Files are wrong.
    #[error("{}", .0.first().map_or_else(String::new, ToString::to_string))]
    Files(Vec<Trouble>),
    /// Nothing has been adopted.
    #[error("the record holds no {0}; adopt it first")]
    NothingAdopted(&'static str),
    /// The gate refuses the statement.
    #[error("the gate refuses the statement")]
    Gate(Box<Draft>, Vec<Finding>),
    /// A standing decision rested on something that has changed.
    #[error("{0}")]
    Moved(String),
    /// The record does not back it: refused, with what is missing.
    #[error("{what}")]
    NotBacked {
        /// What was refused.
        what: String,
        /// What is missing, each with the command.
        lacks: Vec<crate::domain::facts::fact::Lack>,
    },
    /// It stands in the way of closing.
    #[error("{what}")]
    NotYet {
        /// What stands in the way.
        what: String,
        /// What is missing, each with the command.
        lacks: Vec<crate::domain::facts::fact::Lack>,
    },
}

/// The moment and the actor: read once, at the edge.
#[derive(Debug, Clone)]
pub struct Clock {
    /// Now.
    pub now: At,
    /// It was given by hand.
    pub given: bool,
    /// Who acts.
    pub by: String,
}

/// The record, folded, with the adopted texts read.
pub struct Desk {
    pub(in crate::desk) record: Box<dyn Record>,
    pub(in crate::desk) head: Head,
    /// The fold.
    pub state: State,
    /// How many events were read for it when the record was opened.
    pub folded: usize,
    /// The adopted texts.
    pub books: Option<Books>,
    /// The moment and the actor.
    pub clock: Clock,
    /// The clock was behind the record by this many seconds, and the record's time is used.
    pub behind: i64,
    /// The voice.
    pub voice: Jinja,
    /// Signs what is recorded, when the record has keys.
    pub signer: Option<Signer>,
    /// The number of the last event that is in the shared record; set while that cannot be reached.
    pub apart: Option<u64>,
    /// What is recorded now was noted apart.
    pub(in crate::desk) noting: Option<Noted>,
    /// Reads the words of a draft: lent to the gate. Made when first needed.
    pub(in crate::desk) reader: std::sync::OnceLock<Reader>,
    /// The network as reported, worked out when first needed.
    pub(in crate::desk) condition: std::sync::OnceLock<Condition>,
    /// The digests of the workspace and network that `books` holds.
    pub(in crate::desk) read: (String, String),
    /// What was worked out a moment ago from the record as it is.
    pub(in crate::desk) lately: Lately,
}

/// Texts that were read, handed from one desk to the next.
#[derive(Debug, Default)]
pub struct Kept {
    books: Option<Books>,
    read: (String, String),
}

/// A happening with the incident that it belongs to.
pub type Entry = (Option<IncidentId>, Happening);

/// How often a decision is made anew because somebody else wrote first.
const TRIES: usize = 1000;

impl Desk {
    /// Opens a record: reads and folds all of it.
    ///
    /// # Errors
    /// When an event cannot be read, does not fit, or an adopted text is wrong.
    pub fn open(record: Box<dyn Record>, clock: Clock) -> Result<Desk, DeskError> {
        Desk::open_with(record, clock, Kept::default(), None)
    }

    /// The same, with texts that an earlier desk on this record has read, and a snapshot of its state from which to go on.
    ///
    /// # Errors
    /// As for opening.
    pub fn open_with(
        record: Box<dyn Record>,
        clock: Clock,
        kept: Kept,
        snapshot: Option<StateSnapshot>,
    ) -> Result<Desk, DeskError> {
        let clock = Clock {
            now: whole_second(clock.now),
            ..clock
        };
        let (begun, stored) = since(record.as_ref(), snapshot)?;
        let mut desk = Desk {
            record,
            head: begun.head,
            state: begun.state,
            folded: stored.len(),
            books: kept.books,
            clock,
            behind: 0,
            voice: Jinja,
            signer: None,
            apart: None,
            noting: None,
            reader: std::sync::OnceLock::new(),
            condition: std::sync::OnceLock::new(),
            read: kept.read,
            lately: Lately::default(),
        };
        desk.take(&stored)?;
        desk.read_books()?;
        // Order is the record's: a clock behind it does not make events older than what they follow.
        if let Some(last) = desk.state.at
            && desk.clock.now < last
        {
            desk.behind = (last - desk.clock.now).num_seconds();
            desk.clock.now = last;
        }
        Ok(desk)
    }

    /// Gives the record back, with the texts that were read, for the next command of a replay.
    pub fn close(self) -> (Box<dyn Record>, Kept) {
        (
            self.record,
            Kept {
                books: self.books,
                read: self.read,
            },
        )
    }

    /// Closes the record when the process ends anyway: the memory of a long fold goes with it, which is quicker than giving
    /// back each part.
    pub fn leave(self) {
        std::mem::forget((self.state, self.books, self.lately));
    }

    /// Takes in what others have written meanwhile.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn catch_up(&mut self) -> Result<(), DeskError> {
        let others = self.record.events(self.head.seq)?;
        if !others.is_empty() {
            self.take_from_others(&others)?;
        }
        Ok(())
    }

    fn take_from_others(&mut self, others: &[Stored]) -> Result<(), DeskError> {
        self.take(others)?;
        self.read_books()?;
        if let Some(last) = self.state.at {
            self.clock.now = self.clock.now.max(last);
        }
        Ok(())
    }

    pub(in crate::desk) fn take(&mut self, stored: &[Stored]) -> Result<(), DeskError> {
        for (s, event) in stored.iter().zip(read_all(stored)) {
            self.state.absorb(event?)?;
            self.head = Head {
                seq: s.seq,
                hash: s.hash.clone(),
            };
        }
        Ok(())
    }

    /// Deliveries change nothing that texts rest on, but for promises to speak at an outlet.
    fn take_deliveries(&mut self, events: &[Event]) -> Result<(), DeskError> {
        for event in events {
            self.state.apply(event)?;
        }
        let mut all = self.state.promises.iter();
        if all.any(|p| !p.made.visible_at.is_empty()) {
            self.lately.forget();
        }
        Ok(())
    }

    /// Reads the texts in force and those pinned by incidents; what was read before is kept.
    pub(in crate::desk) fn read_books(&mut self) -> Result<(), DeskError> {
        self.condition = std::sync::OnceLock::new();
        self.lately.forget();
        let workspace = self.state.text(TextKind::Workspace, "workspace");
        let network = self.state.text(TextKind::Network, "network");
        let (Some((w, w_text)), Some((n, n_text))) = (workspace, network) else {
            self.books = None;
            return Ok(());
        };
        let read = (w.digest.clone(), n.digest.clone());
        let pinned = self.pinned();
        let mut books = match self.books.take().filter(|_| self.read == read) {
            Some(books) => books,
            None => {
                let texts = pinned
                    .iter()
                    .filter_map(|d| self.state.texts.get_key_value(d));
                let texts: Vec<(&String, &String)> = texts.collect();
                let place = || {
                    let network = || files::adopted_network(n_text);
                    many::both(|| files::adopted_workspace(w_text), network)
                };
                let playbooks = || many::each(&texts, 2, |(_, text)| files::adopted_playbook(text));
                let ((workspace, network), playbooks) = many::both(place, playbooks);
                let mut books = Books {
                    workspace: workspace.map_err(DeskError::Files)?,
                    network: network.map_err(DeskError::Files)?,
                    files: Default::default(),
                    built: Default::default(),
                };
                for ((digest, _), file) in texts.into_iter().zip(playbooks) {
                    let file = file.map_err(DeskError::Files)?;
                    books.files.insert(digest.clone(), file);
                }
                books
            }
        };
        if self.read != read {
            self.reader = std::sync::OnceLock::new();
            self.read = read;
        }
        self.read_playbooks(&mut books, pinned)?;
        self.books = Some(books);
        Ok(())
    }

    /// The texts of the playbooks by which open incidents are run, by digest. What was closed a short time ago may still
    /// have a last word to send.
    fn pinned(&self) -> BTreeSet<String> {
        let since = self.state.at.map(|t| t - chrono::Duration::hours(48));
        let is_recent = |i: &&crate::domain::state::incident::Incident| {
            let closed = i.closed.as_ref();
            closed.is_none_or(|c| since.is_none_or(|s| c.at >= s))
        };
        let incidents = self.state.incidents.values().filter(is_recent);
        let of = |i: &crate::domain::state::incident::Incident| {
            std::iter::once(i.playbook.digest.clone()).chain(i.playbook.base.clone())
        };
        incidents.flat_map(of).collect()
    }

    /// The reader of words for the network in force.
    pub(crate) fn reader(&self) -> &Reader {
        self.reader.get_or_init(|| {
            let empty = crate::domain::network::topology::Network::default();
            Reader::new(self.books.as_ref().map_or(&empty, |b| &b.network))
        })
    }

    fn read_playbooks(
        &self,
        books: &mut Books,
        digests: impl IntoIterator<Item = String>,
    ) -> Result<(), DeskError> {
        let digests = digests.into_iter();
        let new: Vec<(String, &String)> = digests
            .filter(|d| !books.files.contains_key(d))
            .filter_map(|d| Some((self.state.texts.get(&d)?, d)))
            .map(|(text, d)| (d, text))
            .collect();
        let read = many::each(&new, 2, |(_, text)| files::adopted_playbook(text));
        for ((digest, _), file) in new.into_iter().zip(read) {
            books.files.insert(digest, file.map_err(DeskError::Files)?);
        }
        Ok(())
    }

    /// Reads the playbooks of an incident that is closed already.
    ///
    /// # Errors
    /// When its text is wrong.
    pub fn read_closed(&mut self, incident: &str) -> Result<(), DeskError> {
        let pinned = self
            .state
            .incidents
            .get(incident)
            .map(|i| i.playbook.clone());
        let Some(mut books) = self.books.take() else {
            return Ok(());
        };
        let digests = pinned
            .into_iter()
            .flat_map(|p| std::iter::once(p.digest).chain(p.base));
        self.read_playbooks(&mut books, digests)?;
        self.books = Some(books);
        Ok(())
    }

    /// The fold with the texts.
    ///
    /// # Errors
    /// When nothing has been adopted.
    pub fn world(&self) -> Result<World<'_>, DeskError> {
        let books = self
            .books
            .as_ref()
            .ok_or(DeskError::NothingAdopted("workspace and network"))?;
        let condition = self
            .condition
            .get_or_init(|| Condition::of(&books.network, &self.state));
        Ok(World {
            state: &self.state,
            books,
            condition: Some(condition),
        })
    }

    /// Where the record ends.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// All events as kept.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn stored(&self) -> Result<Vec<Stored>, DeskError> {
        Ok(self.record.events(0)?)
    }

    /// One event by number.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn event(&self, seq: u64) -> Result<Option<Event>, DeskError> {
        let stored = self.record.events(seq.saturating_sub(1))?;
        match stored.first().filter(|s| s.seq == seq) {
            Some(s) => Ok(Some(Event::read(seq, &s.bytes)?)),
            None => Ok(None),
        }
    }

    /// Decides and appends; decides again when somebody else wrote first. Gives the numbers of the events.
    ///
    /// # Errors
    /// When the decision refuses, or the store cannot be written.
    pub fn record(
        &mut self,
        decide: impl Fn(&Desk) -> Result<Vec<Entry>, DeskError>,
    ) -> Result<Vec<u64>, DeskError> {
        for _ in 0..TRIES {
            let batch = decide(self)?;
            self.admit_all(&batch)?;
            match self.try_append(&batch)? {
                Ok(seqs) => return Ok(seqs),
                Err(_) => continue,
            }
        }
        Err(DeskError::Moved(
            "the record is written by others all the time; nothing was written. Try again".into(),
        ))
    }

    /// Appends a standing decision once. When what came between touches its incidents, it is refused and says
    /// what happened; anything else does not disturb it.
    pub(crate) fn record_standing(
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
            for (incident, happening) in batch {
                // Asked again after each entry of somebody else: a right may be gone.
                if let Err((what, hint)) = self.state.entitled(&self.clock.by, happening) {
                    return Err(DeskError::NotAllowed(Refusal::new(what, hint)));
                }
                if matches!(
                    happening,
                    Happening::StatementRejected { .. } | Happening::ApprovalOverridden { .. }
                ) {
                    let find = |seq: u64| self.event(seq).ok().flatten();
                    let (world, now) = (self.world()?, self.clock.now);
                    admit(world, incident.as_deref(), happening, now, &find)?;
                }
            }
            match self.try_append(batch)? {
                Ok(seqs) => return Ok(seqs),
                // A note changes nothing that anything rests on.
                Err(moved) if moved.iter().all(|e| e.happening.is_aside()) => {}
                Err(moved) => return Err(DeskError::Moved(Self::tell(what, &moved))),
            }
        }
        Err(DeskError::Moved(format!(
            "{what} was refused: the record is written by others all the time. Try again"
        )))
    }

    fn tell(what: &str, moved: &[Event]) -> String {
        let list: Vec<String> = moved
            .iter()
            .take(5)
            .map(|e| format!("event {} ({} by {})", e.seq, e.happening.kind(), e.by))
            .collect();
        format!(
            "{what} was refused, nothing was written: meanwhile came {}. Look again and repeat",
            list.join(", ")
        )
    }

    pub(in crate::desk) fn admit_all(&self, batch: &[Entry]) -> Result<(), DeskError> {
        let find = |seq: u64| self.event(seq).ok().flatten();
        for (incident, happening) in batch {
            if let Err((what, hint)) = self.state.entitled(&self.clock.by, happening) {
                return Err(DeskError::NotAllowed(Refusal::new(what, hint)));
            }
            if matches!(happening, Happening::TextAdopted { .. }) {
                continue;
            }
            admit(
                self.world()?,
                incident.as_deref(),
                happening,
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
        let is_first = !team.has_keys()
            && batch
                .iter()
                .any(|(_, h)| matches!(h, Happening::KeyTrusted { .. }));
        if !team.has_keys() && !is_first {
            return Ok(None);
        }
        let by = &self.clock.by;
        let Some(signer) = &self.signer else {
            return Err(DeskError::NotAllowed(Refusal::new(
                format!(
                    "entries of this record are signed, and there is no private key of {by} here; nothing was written"
                ),
                "make one: saydo key new, and have it trusted; for cron: SAYDO_KEY",
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
            format!(
                "an administrator trusts it: saydo key trust {by} {}",
                signer.public
            ),
        )))
    }

    /// Appends at the head that was seen, or takes in what others wrote.
    fn try_append(&mut self, batch: &[Entry]) -> Result<Result<Vec<u64>, Vec<Event>>, DeskError> {
        if batch.is_empty() {
            return Ok(Ok(Vec::new()));
        }
        let signer = self.signer_for(batch)?;
        let mut prev = self.head.hash.clone();
        let mut stored = Vec::new();
        let mut events = Vec::new();
        for (i, (incident, happening)) in batch.iter().enumerate() {
            let event = Event {
                v: VERSION.to_owned(),
                seq: self.head.seq + 1 + i as u64,
                at: whole_second(self.clock.now),
                by: self.clock.by.clone(),
                key: signer.map(|s| s.id.clone()),
                clock_given: self.clock.given,
                noted: self.noting.clone(),
                incident: incident.clone(),
                prev,
                happening: happening.clone(),
            };
            let bytes = event.bytes()?;
            let hash = sha256(bytes.as_bytes());
            prev = hash.clone();
            stored.push(Stored {
                seq: event.seq,
                bytes,
                signature: signer.map(|s| s.sign(&hash)),
                hash,
            });
            events.push(event);
        }
        self.within_the_share(batch)?;
        // What does not fold is never written. What is said of deliveries always folds, and there is much of it.
        let is_light = events.iter().all(|e| e.happening.is_delivery());
        let mut after = None;
        if !is_light {
            let state = after.insert(self.state.clone());
            for event in &events {
                state
                    .apply(event)
                    .map_err(|m| Refusal::new(m.why, "nothing was written"))?;
            }
        }
        match self.record.append(&self.head, &stored)? {
            Appended::Done(head) => {
                self.head = head;
                match after {
                    Some(after) => {
                        self.state = after;
                        self.read_books()?;
                    }
                    None => self.take_deliveries(&events)?,
                }
                Ok(Ok(events.iter().map(|e| e.seq).collect()))
            }
            Appended::Moved(others) => {
                self.take_from_others(&others)?;
                let events = others
                    .iter()
                    .map(|s| Event::read(s.seq, &s.bytes))
                    .collect::<Result<_, _>>()?;
                Ok(Err(events))
            }
        }
    }
}

/// The state to begin with and the events after it. A snapshot of another record is not used.
fn since(
    record: &dyn Record,
    snapshot: Option<StateSnapshot>,
) -> Result<(StateSnapshot, Vec<Stored>), DeskError> {
    if let Some(snapshot) = snapshot.filter(|s| s.head.seq > 0) {
        let mut stored = record.events(snapshot.head.seq - 1)?.into_iter();
        let is_its_head = |s: &Stored| s.seq == snapshot.head.seq && s.hash == snapshot.head.hash;
        if stored.next().as_ref().is_some_and(is_its_head) {
            return Ok((snapshot, stored.collect()));
        }
    }
    let nothing = StateSnapshot {
        head: Head::empty(),
        state: State::default(),
    };
    Ok((nothing, record.events(0)?))
}

/// So many events are worth threads.
const WORTH_THREADS: usize = 2000;

/// Reads events, on all cores where there are many.
fn read_all(stored: &[Stored]) -> Vec<Result<Event, EventError>> {
    many::each(stored, WORTH_THREADS, |s| Event::read(s.seq, &s.bytes))
}

pub(crate) fn whole_second(at: At) -> At {
    chrono::DateTime::from_timestamp(at.timestamp(), 0).unwrap_or(at)
}

/// A moment for messages of the desk.
pub(crate) fn shown(at: At) -> String {
    rfc3339(at)
}
