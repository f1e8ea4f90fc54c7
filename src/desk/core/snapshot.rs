//! The record as it is at one moment: folded, with the adopted files read and the clock. It never writes.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use crate::check::against::literals::Reader;
use crate::desk::core::doubt::Doubt;
use crate::desk::core::error::DeskError;
use crate::desk::core::verdict_cache::VerdictCache;
use crate::domain::admission::refusal::Refusal;
use crate::domain::base::incident::IncidentId;
use crate::domain::base::parallel;
use crate::domain::base::suggest::suggest_nearest;
use crate::domain::base::time::{At, to_rfc3339};
use crate::domain::config::audience::CUSTOMERS;
use crate::domain::config::outlet::Outlet;
use crate::domain::facts::world::{AdoptedConfig, World};
use crate::domain::network::health::Condition;
use crate::domain::network::topology::Network;
use crate::domain::record::event::{Event, Head};
use crate::domain::record::record_event::TextKind;
use crate::domain::state::fold::State;
use crate::domain::state::incident::Incident;
use crate::render::jinja::JinjaEvaluator;
use crate::store::snapshot::StateSnapshot;
use crate::store::verify::{self, Asked, ChainBreak};
use crate::store::{Stored, files};

/// The moment and the actor: read once, at the edge.
#[derive(Debug, Clone)]
pub struct Clock {
    pub now: At,
    /// It was given by hand.
    pub given: bool,
    /// What this machine's clock says, for a record that others write too; none in a replay.
    pub machine: Option<At>,
    pub by: String,
}

/// A record may be so far ahead of this machine's clock before one of the two counts as wrong.
const AHEAD: chrono::Duration = chrono::Duration::hours(1);

/// The record as it is, folded, with the adopted texts read. Only a journal moves it on.
pub struct Snapshot {
    pub(super) head: Head,
    pub(crate) state: State,
    /// How many events were read for it when the record was opened.
    pub(crate) folded: usize,
    pub(crate) books: Option<AdoptedConfig>,
    /// The moment and the actor.
    pub(crate) clock: Clock,
    /// Why nothing may rest on the record; none when all of it fits.
    pub(crate) doubt: Option<Doubt>,
    /// The clock was behind the record by this many seconds, and the record's time is used.
    pub(crate) behind: i64,
    /// Evaluates expressions and templates.
    pub(crate) evaluator: JinjaEvaluator,
    /// Reads the words of a draft: lent to the gate. Made when first needed.
    reader: OnceLock<Reader>,
    /// The network as reported, worked out when first needed.
    condition: OnceLock<Condition>,
    /// The digests of the workspace and network that `books` holds.
    pub(in crate::desk) read: (String, String),
    /// What was worked out a moment ago from the record as it is.
    pub(in crate::desk) lately: VerdictCache,
}

/// Texts that were read, handed from one desk to the next.
#[derive(Debug, Default)]
pub(crate) struct ReadConfig {
    books: Option<AdoptedConfig>,
    read: (String, String),
}

impl Snapshot {
    pub(in crate::desk) fn new(
        begun: StateSnapshot,
        folded: usize,
        clock: Clock,
        kept: ReadConfig,
    ) -> Snapshot {
        Snapshot {
            head: begun.head,
            state: begun.state,
            folded,
            books: kept.books,
            clock,
            doubt: None,
            behind: 0,
            evaluator: JinjaEvaluator,
            reader: OnceLock::new(),
            condition: OnceLock::new(),
            read: kept.read,
            lately: VerdictCache::default(),
        }
    }

    /// Order is the record's: a clock behind it does not make events older than what they follow.
    pub(super) fn set_now(&mut self, now: At) {
        self.behind = 0;
        self.clock.now = whole_second(now);
        if let Some(last) = self.state.at
            && self.clock.now < last
        {
            if let Some(machine) = self.clock.machine
                && last > machine + AHEAD
            {
                self.doubt.get_or_insert(Doubt::Ahead {
                    last,
                    machine,
                    from: 0,
                });
                return;
            }
            self.behind = (last - self.clock.now).num_seconds();
            self.clock.now = last;
        }
    }

    /// The texts that were read, for the next journal on this record.
    pub(super) fn into_kept(self) -> ReadConfig {
        ReadConfig {
            books: self.books,
            read: self.read,
        }
    }

    /// The fold with the texts.
    ///
    /// # Errors
    /// When nothing has been adopted.
    pub(crate) fn world(&self) -> Result<World<'_>, DeskError> {
        let books = self
            .books
            .as_ref()
            .ok_or(DeskError::NothingAdopted("workspace and network"))?;
        let condition = self
            .condition
            .get_or_init(|| Condition::of_network(&books.network, &self.state));
        Ok(World {
            state: &self.state,
            books,
            condition: Some(condition),
        })
    }

    /// The audience to which a command speaks that names none.
    pub fn default_audience(&self) -> &str {
        let books = self.books.as_ref();
        books.map_or(CUSTOMERS, |b| b.workspace.default_audience())
    }

    /// The audience that was named, or the default one.
    pub(crate) fn audience_or_default(&self, named: Option<&str>) -> String {
        named.unwrap_or(self.default_audience()).to_owned()
    }

    /// Where the record ends.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// The reader of words for the network in force.
    pub(crate) fn reader(&self) -> &Reader {
        self.reader.get_or_init(|| {
            let empty = Network::default();
            let books = self.books.as_ref();
            let phrases = books.map(|b| b.workspace.phrases_by_hand());
            Reader::new(books.map_or(&empty, |b| &b.network))
                .with_phrases(phrases.unwrap_or_default())
        })
    }

    /// A moment for the eye, in the workspace's zone.
    pub(crate) fn local_time(&self, at: At) -> String {
        let zone = self
            .books
            .as_ref()
            .map_or(chrono_tz::Tz::UTC, |b| b.workspace.zone);
        at.with_timezone(&zone).format("%d/%m %H:%M").to_string()
    }

    /// The outlets of the workspace.
    pub(crate) fn all_outlets(&self) -> impl Iterator<Item = (&String, &Outlet)> {
        let books = self.books.as_ref();
        books.into_iter().flat_map(|b| &b.workspace.outlets)
    }

    /// An outlet by name.
    ///
    /// # Errors
    /// When there is none.
    pub(crate) fn find_outlet(&self, name: &str) -> Result<&Outlet, DeskError> {
        let found = self.all_outlets().find(|(n, _)| *n == name).map(|(_, o)| o);
        found.ok_or_else(|| {
            let known: Vec<&str> = self.all_outlets().map(|(n, _)| n.as_str()).collect();
            let near = suggest_nearest(name, known.iter().copied());
            let hint = if known.is_empty() {
                "none is set up: `outlets:` in saydo.yaml (docs/publishing.md)".to_owned()
            } else {
                format!("known: {}", known.join(", "))
            };
            Refusal::new(format!("there is no outlet \"{name}\"{near}"), hint).into()
        })
    }

    /// Begins anew, with an empty record.
    pub(super) fn forget_events(&mut self) {
        self.state = State::default();
        self.head = Head::empty();
    }

    /// Takes in events that fit what is there.
    ///
    /// # Errors
    /// The first that does not; a part of it may be in the state then.
    pub(super) fn take_events(
        &mut self,
        stored: &[Stored],
        wrong_from: Option<u64>,
    ) -> Result<(), ChainBreak> {
        let asked = Asked::AtTheDoor;
        verify::take_in_assuming(&mut self.state, &mut self.head, stored, asked, wrong_from)
    }

    /// Takes in an event that went through the door before, at the time that counts.
    pub(in crate::desk) fn apply_believed(&mut self, event: &Event) -> Result<(), DeskError> {
        Ok(self.state.apply_event(event)?)
    }

    /// Reads the texts in force and those of some incidents, closed ones too, for a moment of the past.
    pub(in crate::desk) fn read_for(
        &mut self,
        incidents: &[IncidentId],
        now: At,
    ) -> Result<(), DeskError> {
        self.clock.now = now;
        self.read_books()?;
        incidents.iter().try_for_each(|id| self.read_closed(id))
    }

    /// Deliveries change nothing that texts rest on, but for promises to speak at an outlet.
    pub(super) fn take_deliveries(&mut self, events: &[Event]) -> Result<(), DeskError> {
        for event in events {
            self.state.apply_event(event)?;
        }
        let mut all = self.state.promises.iter();
        if all.any(|p| !p.made.visible_at.is_empty()) {
            self.lately.forget_verdicts();
        }
        Ok(())
    }

    /// Reads the texts in force and those pinned by incidents; what was read before is kept.
    pub(super) fn read_books(&mut self) -> Result<(), DeskError> {
        self.condition = OnceLock::new();
        self.lately.forget_verdicts();
        let workspace = self.state.adopted_text(TextKind::Workspace, "workspace");
        let network = self.state.adopted_text(TextKind::Network, "network");
        let (Some((w, w_text)), Some((n, n_text))) = (workspace, network) else {
            self.books = None;
            return Ok(());
        };
        let read = (w.digest.clone(), n.digest.clone());
        let pinned = self.pinned_texts();
        let mut books = match self.books.take().filter(|_| self.read == read) {
            Some(books) => books,
            None => {
                let texts = pinned
                    .iter()
                    .filter_map(|d| self.state.texts.get_key_value(d));
                let texts: Vec<(&String, &String)> = texts.collect();
                let place = || {
                    let network = || files::adopted_network(n_text);
                    parallel::run_both(|| files::adopted_workspace(w_text), network)
                };
                let playbooks =
                    || parallel::map_slice(&texts, 2, |(_, text)| files::adopted_playbook(text));
                let ((workspace, network), playbooks) = parallel::run_both(place, playbooks);
                let mut books = AdoptedConfig {
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
            self.reader = OnceLock::new();
            self.read = read;
        }
        self.read_playbooks(&mut books, pinned)?;
        self.books = Some(books);
        Ok(())
    }

    /// The texts of the playbooks by which open incidents are run, by digest. What was closed a short time ago may still
    /// have a last word to send, and a promise that outlived its incident is owed all the same.
    fn pinned_texts(&self) -> BTreeSet<String> {
        let since = self.state.at.map(|t| t - chrono::Duration::hours(48));
        let is_needed = |i: &&Incident| {
            let closed = i.closed.as_ref();
            closed.is_none_or(|c| since.is_none_or(|s| c.at >= s))
                || self.state.has_unsettled_promise(&i.id)
        };
        let incidents = self.state.incidents.values().filter(is_needed);
        incidents
            .chain(self.state.corrected_since_closing())
            .flat_map(Incident::playbook_digests)
            .cloned()
            .collect()
    }

    fn read_playbooks(
        &self,
        books: &mut AdoptedConfig,
        digests: impl IntoIterator<Item = String>,
    ) -> Result<(), DeskError> {
        let digests = digests.into_iter();
        let new: Vec<(String, &String)> = digests
            .filter(|d| !books.files.contains_key(d))
            .filter_map(|d| Some((self.state.texts.get(&d)?, d)))
            .map(|(text, d)| (d, text))
            .collect();
        let read = parallel::map_slice(&new, 2, |(_, text)| files::adopted_playbook(text));
        for ((digest, _), file) in new.into_iter().zip(read) {
            books.files.insert(digest, file.map_err(DeskError::Files)?);
        }
        Ok(())
    }

    /// Reads the playbooks of an incident that is closed already.
    ///
    /// # Errors
    /// When its text is wrong.
    pub(in crate::desk) fn read_closed(&mut self, incident: &str) -> Result<(), DeskError> {
        let found = self.state.incidents.get(incident);
        let digests: Vec<String> = found
            .into_iter()
            .flat_map(Incident::playbook_digests)
            .cloned()
            .collect();
        let Some(mut books) = self.books.take() else {
            return Ok(());
        };
        self.read_playbooks(&mut books, digests)?;
        self.books = Some(books);
        Ok(())
    }
}

pub(crate) fn whole_second(at: At) -> At {
    chrono::DateTime::from_timestamp(at.timestamp(), 0).unwrap_or(at)
}

/// A moment for messages of the desk.
pub(crate) fn format_moment(at: At) -> String {
    to_rfc3339(at)
}
