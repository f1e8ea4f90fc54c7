//! What every command needs: workspace, moment, actor, language. It holds no state between commands.

use std::path::PathBuf;

use chrono_tz::Tz;
use serde_json::Value as Json;

use crate::cli::next_step::write_advice;
use crate::cli::output::Output;
use crate::cli::times::{self, Toward};
use crate::cli::trouble::Trouble;
use crate::desk::core::head_seen::HeadPlace;
use crate::desk::core::keys::{Signer, key_file};
use crate::desk::core::location::{
    Copied, Location, PgEnv, close_journal, open_journal, open_record,
};
use crate::desk::core::record_copies::Record;
use crate::desk::core::workspace_files::{
    WORKSPACE_FILE, WorkspaceFolder, read_bytes, read_workspace,
};
use crate::desk::statement::review_issued::touches_region;
use crate::desk::{Clock, Journal, ReadConfig, Snapshot};
use crate::domain::base::lang::Lang;
use crate::domain::base::suggest::suggest_nearest;
use crate::domain::base::time::At;

pub enum RecordSource {
    /// A workspace on disk, found when it is needed.
    Folder {
        /// The folder that `--workspace` names.
        given: Option<PathBuf>,
        /// The folder that the environment names; `--workspace` goes before it.
        fallback: Option<PathBuf>,
        /// Where to start walking up.
        start: PathBuf,
    },
    /// A record that is handed from command to command: replays.
    Handed {
        /// The record, while no command has it.
        record: Option<Box<dyn Record>>,
        /// What the command before has read.
        kept: Box<ReadConfig>,
        /// The incident chosen with `use`.
        chosen: Option<String>,
    },
}

/// One run of the program, or one step of a replay.
pub struct Session {
    /// Where the record is.
    pub place: RecordSource,
    /// The clock, read once at the edge.
    pub machine: At,
    /// The clock, for what takes long; none in a replay.
    pub clock: Option<fn() -> At>,
    /// Looks a variable of the environment up.
    pub variable: fn(&str) -> Option<String>,
    /// The moment given with `--now`.
    pub now: Option<String>,
    pub by: String,
    /// Quoted content in this language.
    pub lang: Lang,
    /// The same, when it was named on the command line.
    pub asked_lang: Option<Lang>,
    /// Ask and show as on a terminal.
    pub interactive: bool,
    /// Prints JSON for scripts in place of text.
    pub json: bool,
    /// Where private keys are kept: the user's configuration folder.
    pub config: Option<PathBuf>,
    /// The identifier of a record that is begun: made at random at the edge.
    pub new_record_id: Option<String>,
    /// The reason why an entry may lie ahead of this machine's clock.
    pub ahead_because: Option<String>,
    /// A private key from the environment, for cron.
    pub key: Option<String>,
    /// SAYDO_RECORD: where the record is, instead of what the workspace says.
    pub elsewhere: Option<String>,
    /// What a connection to a server may need.
    pub around: PgEnv,
    /// The last event that was seen: an entry that would follow another is refused.
    pub seen_head: Option<u64>,
    /// The program goes on after the command.
    pub lives_on: bool,
}

/// Which incidents a command speaks of.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Which {
    /// The incident, or several for one text about all of them
    #[arg(value_name = "INCIDENT")]
    pub incidents: Vec<String>,
    /// All open incidents
    #[arg(long, conflicts_with_all = ["incidents", "region"])]
    pub all: bool,
    /// All open incidents that touch this region
    #[arg(long, value_name = "REGION", conflicts_with = "incidents")]
    pub region: Option<String>,
}

impl Session {
    /// The workspace folder.
    ///
    /// # Errors
    /// When there is none, with what to do.
    pub fn workspace_folder(&self) -> Result<WorkspaceFolder, Trouble> {
        let RecordSource::Folder {
            given,
            fallback,
            start,
        } = &self.place
        else {
            return Err(Trouble::usage(
                "this command needs a workspace folder and is not for a replay",
                "",
            ));
        };
        if let Some(dir) = given {
            let found = WorkspaceFolder::find_above(dir).filter(|f| f.root == *dir);
            return found.ok_or_else(|| {
                Trouble::usage(
                    format!("{} is not a workspace: it has no saydo.yaml with a .saydo folder beside it", dir.display()),
                    format!("make one: saydo init {}", dir.display()),
                )
            });
        }
        if let Some(found) = WorkspaceFolder::find_above(start) {
            return Ok(found);
        }
        fallback.as_ref().and_then(|dir| WorkspaceFolder::find_above(dir)).ok_or_else(|| {
            Trouble::usage(
                format!("no workspace here: neither {} nor a folder above it has a saydo.yaml with a .saydo folder", start.display()),
                "make one: saydo init DIR, or name one: --workspace DIR. To look around first: saydo demo",
            )
        })
    }

    /// Opens the record.
    ///
    /// # Errors
    /// When there is no workspace or the record cannot be read.
    pub fn open_journal(&mut self, out: &mut Output) -> Result<Journal, Trouble> {
        let clock = Clock {
            now: self.machine,
            given: self.now.is_some(),
            machine: self.clock_of_machine(),
            by: self.by.clone(),
        };
        let mut desk = match &mut self.place {
            RecordSource::Handed { record, kept, .. } => {
                let kept = *std::mem::take(kept);
                let found = record.take();
                let found = found
                    .ok_or_else(|| Trouble::usage("the record of the replay is in use", ""))?;
                Journal::open_with(found, clock, kept, None)?
            }
            RecordSource::Folder { .. } => {
                let (location, own) = (
                    self.record_location()?,
                    self.workspace_folder()?.own_folder(),
                );
                let config = self.config.as_deref();
                let (desk, copy) = open_journal(&location, &own, config, clock)?;
                self.say_copy(copy, out);
                desk
            }
        };
        self.speak_as_workspace(&desk);
        desk.new_id = self.new_record_id.clone();
        desk.ahead_because = self.ahead_because.clone();
        desk.expects = self.seen_head;
        if desk.state.team.has_keys() {
            desk.signer = self.find_signer()?;
        }
        self.use_given_time(&mut desk)?;
        if let Some(why) = &desk.passed_over {
            out.remarks.push(format!(
                "the snapshot is passed over, and the whole record was read: {why}"
            ));
        }
        if let Some(doubt) = &desk.doubt {
            out.doubt = Some((doubt.to_string(), write_advice(&doubt.next_step())));
        }
        if desk.behind > 60 {
            out.remarks.push(format!(
                "the clock is {} behind the record; the record's last time is used",
                times::format_length(desk.behind)
            ));
        }
        Ok(desk)
    }

    /// Opens the record of the workspace as if its clock had been declared wrong from an event on.
    ///
    /// # Errors
    /// As for opening it.
    pub fn open_with_wrong_clock(&self, from: u64, out: &mut Output) -> Result<Journal, Trouble> {
        let clock = Clock {
            now: self.machine,
            given: self.now.is_some(),
            machine: self.clock_of_machine(),
            by: self.by.clone(),
        };
        let record = self.open_record(out)?;
        let mut desk = Journal::open_with_wrong_clock(record, clock, from)?;
        if desk.state.team.has_keys() {
            desk.signer = self.find_signer()?;
        }
        self.use_given_time(&mut desk)?;
        Ok(desk)
    }

    /// Acts at the moment that was given with `--now`, read in the workspace's zone.
    fn use_given_time(&self, desk: &mut Journal) -> Result<(), Trouble> {
        if let Some(text) = &self.now {
            let now = times::parse_time(text, Toward::Past, self.machine, workspace_zone(desk));
            desk.set_now(now.map_err(|e| Trouble::usage(format!("--now: {e}"), ""))?);
        }
        Ok(())
    }

    /// Where it is kept how far the record was seen; nowhere for a replay.
    pub fn head_place(&self) -> Option<HeadPlace> {
        let location = self.record_location().ok()?;
        location.head_place(self.config.as_deref())
    }

    /// This machine's clock, where others write the record too; a replay has its own time.
    fn clock_of_machine(&self) -> Option<At> {
        matches!(self.place, RecordSource::Folder { .. }).then_some(self.machine)
    }

    /// Opens a record that is at hand, as the actor of this session; `--now` is read in `zone`.
    ///
    /// # Errors
    /// When the record cannot be read, or `--now` is no time.
    pub fn open_journal_of(&self, record: Box<dyn Record>, zone: Tz) -> Result<Journal, Trouble> {
        let now = match &self.now {
            Some(text) => times::parse_time(text, Toward::Past, self.machine, zone)
                .map_err(|e| Trouble::usage(format!("--now: {e}"), ""))?,
            None => self.machine,
        };
        let clock = Clock {
            now,
            given: self.now.is_some(),
            machine: self.clock_of_machine(),
            by: self.by.clone(),
        };
        let mut desk = Journal::open(record, clock)?;
        desk.new_id = self.new_record_id.clone();
        if desk.state.team.has_keys() {
            desk.signer = self.find_signer()?;
        }
        Ok(desk)
    }

    /// Content that nobody asked for in a language is quoted in one that the workspace speaks.
    fn speak_as_workspace(&mut self, desk: &Journal) {
        let spoken = desk
            .books
            .as_ref()
            .map(|b| b.workspace.languages.as_slice());
        let spoken = spoken.unwrap_or_default();
        if let (None, Some(first)) = (self.asked_lang, spoken.first())
            && !spoken.contains(&self.lang)
        {
            self.lang = *first;
        }
    }

    /// Where the record of the workspace is.
    ///
    /// # Errors
    /// When there is no workspace, or the address is none.
    pub fn record_location(&self) -> Result<Location, Trouble> {
        let folder = self.workspace_folder()?;
        match &self.elsewhere {
            Some(place) => self.at_place(place),
            None => match folder.record_elsewhere()? {
                Some(place) => self.at_place(&place),
                None => Ok(Location::File(folder.record_path())),
            },
        }
    }

    /// A place that was typed: the address of a server, or a file.
    ///
    /// # Errors
    /// When the address is none.
    pub fn at_place(&self, place: &str) -> Result<Location, Trouble> {
        Location::parse(place, &self.around)?.ok_or_else(|| {
            Trouble::usage(
                "this is neither the address of a server nor a file",
                "an address: postgres://USER@HOST/NAME, in small letters; the password comes from PGPASSFILE",
            )
        })
    }

    /// Opens the record where it is.
    ///
    /// # Errors
    /// When it is missing or cannot be reached.
    pub fn open_record(&self, out: &mut Output) -> Result<Box<dyn Record>, Trouble> {
        let (location, own) = (
            self.record_location()?,
            self.workspace_folder()?.own_folder(),
        );
        let opened = open_record(&location, &own, self.machine)?;
        self.say_copy(opened.copy, out);
        Ok(opened.record)
    }

    /// Says that what is open is a copy in which entries are noted apart.
    fn say_copy(&self, copy: Option<Copied>, out: &mut Output) {
        let Some(copy) = copy else { return };
        let seen = copy
            .seen
            .map_or("unknown".to_owned(), |t| self.local_time(t));
        out.remarks.push(match copy.away {
            None => "when the record can be reached again: saydo record rejoin".into(),
            Some(away) => {
                format!("{away}. This is the copy of {seen}; what you record is noted apart")
            }
        });
        out.apart = Some(seen);
    }

    /// The zone of the workspace's own file, for times that are said or read before the record is open; else UTC.
    pub fn zone_of_file(&self) -> Tz {
        let read = |folder: WorkspaceFolder| {
            let bytes = read_bytes(&folder.root.join(WORKSPACE_FILE)).ok()?;
            read_workspace(WORKSPACE_FILE, &bytes).ok()
        };
        self.workspace_folder()
            .ok()
            .and_then(read)
            .map_or(Tz::UTC, |(workspace, _)| workspace.zone)
    }

    /// A time for a remark.
    fn local_time(&self, at: At) -> String {
        at.with_timezone(&self.zone_of_file())
            .format("%H:%M, %d/%m")
            .to_string()
    }

    /// The private key of the actor: from the environment, else from the configuration folder; none when there is none.
    ///
    /// # Errors
    /// When it is no key, or others may read its file.
    pub fn find_signer(&self) -> Result<Option<Signer>, Trouble> {
        if let Some(text) = &self.key {
            return Signer::read_private_key(text)
                .map(Some)
                .map_err(|e| Trouble::usage(format!("SAYDO_KEY: {e}"), ""));
        }
        match &self.config {
            Some(config) => Ok(Signer::load_key_file(&key_file(config, &self.by))?),
            None => Ok(None),
        }
    }

    /// Gives the record back after a command.
    pub fn close_journal(&mut self, desk: Journal, out: &mut Output) {
        if matches!(self.place, RecordSource::Folder { .. }) {
            let location = self.record_location().ok();
            let own = self.workspace_folder().ok().map(|f| f.own_folder());
            let config = self.config.as_deref();
            let (place, own) = (location.as_ref(), own.as_deref());
            let closed = close_journal(desk, place, own, config, self.machine, self.lives_on);
            out.remarks.extend(closed.err().map(|e| {
                let why = write_advice(&e.with_step());
                format!("no copy of the record is kept here: {why}")
            }));
        } else if let RecordSource::Handed { record, kept, .. } = &mut self.place {
            let (given_back, read) = desk.close();
            *record = Some(given_back);
            **kept = read;
        }
    }

    /// The incident meant: named, chosen with `use`, or the only open one.
    ///
    /// # Errors
    /// When it is not clear, with the open ones.
    pub fn find_incident(&self, desk: &Snapshot, named: Option<&str>) -> Result<String, Trouble> {
        let state = &desk.state;
        if let Some(name) = named {
            let found = state
                .order
                .iter()
                .find(|id| id.eq_ignore_ascii_case(name) || id.strip_prefix("INC-") == Some(name));
            return found.cloned().ok_or_else(|| {
                let near = suggest_nearest(name, state.order.iter().map(String::as_str));
                Trouble::usage(
                    format!("there is no incident \"{name}\"{near}"),
                    "see: saydo status",
                )
            });
        }
        let open: Vec<&str> = state.open_incidents().map(|i| i.id.as_str()).collect();
        let chosen = match &self.place {
            RecordSource::Handed { chosen, .. } => chosen.clone(),
            RecordSource::Folder { .. } => self
                .workspace_folder()
                .ok()
                .and_then(|f| f.chosen_incident()),
        };
        if let Some(id) = chosen
            && open.contains(&id.as_str())
        {
            return Ok(id);
        }
        match open.as_slice() {
            [only] => Ok((*only).to_owned()),
            [] => Err(Trouble::usage(
                "no incident is open",
                "declare one: saydo declare PLAYBOOK --link ID=down",
            )),
            several => Err(Trouble::usage(
                format!("several incidents are open: {}", several.join(", ")),
                format!("name one, or choose it: saydo switch {}", several[0]),
            )),
        }
    }

    /// The incidents meant: those named, all that are open, or all open ones that touch a region; else one, as
    /// for a single incident.
    ///
    /// # Errors
    /// When it is not clear, or one does not exist.
    pub fn find_incidents(&self, desk: &Snapshot, which: &Which) -> Result<Vec<String>, Trouble> {
        if which.all || which.region.is_some() {
            let mut open: Vec<String> = desk.state.open_incidents().map(|i| i.id.clone()).collect();
            if let Some(region) = &which.region {
                let regions = &desk.world()?.books.network.regions;
                if !regions.iter().any(|r| r.id == *region) {
                    let known: Vec<&str> = regions.iter().map(|r| r.id.as_str()).collect();
                    return Err(Trouble::usage(
                        format!(
                            "the network has no region \"{region}\"{}",
                            suggest_nearest(region, known.iter().copied())
                        ),
                        format!("known: {}", known.join(", ")),
                    ));
                }
                let mut touching = Vec::new();
                for id in open {
                    if touches_region(desk, &id, region)? {
                        touching.push(id);
                    }
                }
                open = touching;
            }
            if open.is_empty() {
                return Err(Trouble::usage(
                    match &which.region {
                        Some(region) => format!("no open incident touches {region}"),
                        None => "no incident is open".to_owned(),
                    },
                    "see: saydo status",
                ));
            }
            return Ok(open);
        }
        if which.incidents.is_empty() {
            return Ok(vec![self.find_incident(desk, None)?]);
        }
        let mut named: Vec<String> = Vec::new();
        for name in &which.incidents {
            let id = self.find_incident(desk, Some(name))?;
            if !named.contains(&id) {
                named.push(id);
            }
        }
        Ok(named)
    }

    /// Keeps the incident chosen with `use`.
    ///
    /// # Errors
    /// When the choice cannot be written.
    pub fn choose_incident(&mut self, id: &str) -> Result<(), Trouble> {
        match &mut self.place {
            RecordSource::Handed { chosen, .. } => *chosen = Some(id.to_owned()),
            RecordSource::Folder { .. } => self.workspace_folder()?.choose_incident(id)?,
        }
        Ok(())
    }
}

/// The workspace's zone; UTC before anything is adopted.
pub fn workspace_zone(desk: &Snapshot) -> Tz {
    desk.books.as_ref().map_or(Tz::UTC, |b| b.workspace.zone)
}

/// A JSON value of anything that can be written.
pub fn to_json(value: &impl serde::Serialize) -> Json {
    serde_json::to_value(value).unwrap_or(Json::Null)
}
