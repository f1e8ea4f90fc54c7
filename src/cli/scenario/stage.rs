//! A scenario on its temporary record: sets it up, plays its steps, runs its commands. What is expected is judged in
//! `expect`, not here.

use crate::cli::output::Output;
use crate::cli::scenario::expect::expect_all;
use crate::cli::scenario::file::{Expectation, Scenario, Step};
use crate::cli::session::{RecordSource, Session};
use crate::cli::times::{self, Toward};
use crate::cli::trouble::Trouble;
use crate::cli::{Cli, Command, run_command};
use crate::desk::core::adopt::adopt_files;
use crate::desk::core::record_copies::{Memory, Record};
use crate::desk::core::shipped::{FIRST_LANGUAGES, Kit, files_in, shipped_files};
use crate::desk::core::workspace_files::{
    Adoptable, FileTrouble, Source, read_bytes, read_workspace, read_yaml,
};
use crate::desk::{Clock, Journal, ReadConfig};
use crate::domain::base::lang::Lang;
use crate::domain::base::malformed::Malformed;
use crate::domain::base::time::At;
use crate::domain::record::record_event::TextKind;
use clap::Parser;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// A command that was run.
#[derive(Debug, Clone, Serialize)]
pub struct Ran {
    pub command: String,
    pub code: u8,
    /// What it printed, or its error.
    pub output: String,
}

/// What became of one step.
#[derive(Debug, Clone, Serialize)]
pub struct Stepped {
    /// Its number, from 1.
    pub number: usize,
    pub at: At,
    pub ran: Vec<Ran>,
    /// What did not hold.
    pub failures: Vec<String>,
    pub checked: usize,
}

impl Stepped {
    fn add_run(&mut self, ran: Ran, wanted: u8) {
        self.checked += 1;
        if ran.code != wanted {
            let (command, code, output) = (&ran.command, ran.code, ran.output.trim());
            let failure = format!("`{command}` ended with {code} instead of {wanted}: {output}");
            self.failures.push(failure);
        }
        self.ran.push(ran);
    }

    /// Output is folded to the width: white space is no difference.
    fn expect_printed(&mut self, e: &Expectation) {
        let flat = |t: &str| t.split_whitespace().collect::<Vec<_>>().join(" ");
        let outputs: Vec<String> = self.ran.iter().map(|r| flat(&r.output)).collect();
        for text in &e.printed {
            if !outputs.iter().any(|o| o.contains(&flat(text))) {
                self.failures.push(format!("no command printed \"{text}\""));
            }
        }
    }
}

/// A scenario on its temporary record.
pub struct Stage {
    pub scenario: Scenario,
    /// The session that commands run in.
    pub session: Session,
    now: At,
    zone: chrono_tz::Tz,
}

/// Where the texts of a scenario come from.
pub enum Origin {
    /// A file on disk.
    Disk(PathBuf),
    /// Built into the program: the path and the files beside it.
    Shipped(&'static str),
}

fn read_text(origin: &Origin, name: &str) -> Result<Vec<u8>, Trouble> {
    match origin {
        Origin::Disk(file) => {
            let beside = file.parent().unwrap_or(Path::new(".")).join(name);
            Ok(read_bytes(&beside)?)
        }
        Origin::Shipped(path) => {
            let folder = path.rsplit_once('/').map_or("", |(f, _)| f);
            let wanted = format!("{folder}/{name}");
            let found = crate::desk::core::shipped::EXAMPLES
                .iter()
                .find(|e| e.path == wanted);
            found
                .map(|e| e.text.as_bytes().to_vec())
                .ok_or_else(|| Trouble::usage(format!("{wanted} is not shipped"), ""))
        }
    }
}

fn in_files(faults: Vec<FileTrouble>) -> Trouble {
    Trouble::files(faults, crate::cli::trouble::TROUBLE)
}

/// Makes a scenario ready for a language that it was not written for: it expects no words of others.
///
/// # Errors
/// When it needs a playbook that has no texts in this language.
fn speak_another_language(scenario: &mut Scenario, lang: Lang) -> Result<(), Trouble> {
    for name in files_in(Kit::Isp, &[lang]).1 {
        let mut commands = scenario.steps.iter().flat_map(|s| &s.run);
        if commands.any(|c| c.contains(&name)) {
            return Err(Trouble::usage(
                format!("this needs the playbook {name}, which has no texts in \"{lang}\""),
                "choose another language, or another example",
            ));
        }
    }
    for step in &mut scenario.steps {
        for expected in &mut step.expect {
            expected.place = None;
            expected.contains.clear();
            expected.lacks.clear();
            expected.points.clear();
            expected.points_lack.clear();
        }
    }
    Ok(())
}

/// The shipped files, with those that the scenario names in their place; in a language that the first workspace does not speak
/// when one was asked for.
fn files_of(scenario: &Scenario, origin: &Origin, lang: Lang) -> Result<Vec<Adoptable>, Trouble> {
    let mut all = match FIRST_LANGUAGES.contains(&lang) {
        true => shipped_files(),
        false => files_in(Kit::Isp, &[lang]).0,
    };
    let mut replace = |kind: TextKind, name: &str, path: &str| -> Result<(), Trouble> {
        let bytes = read_text(origin, path)?;
        all.retain(|f| !(f.kind == kind && f.name == name));
        all.push(Adoptable {
            kind,
            name: name.to_owned(),
            path: path.to_owned(),
            bytes,
        });
        Ok(())
    };
    if let Some(path) = &scenario.workspace {
        replace(TextKind::Workspace, "workspace", path)?;
    }
    if let Some(path) = &scenario.network {
        replace(TextKind::Network, "network", path)?;
    }
    for path in &scenario.playbooks {
        let stem = Path::new(path).file_stem().and_then(|s| s.to_str());
        replace(TextKind::Playbook, stem.unwrap_or_default(), path)?;
    }
    // Another network need not fit the shipped playbooks that the scenario does not name.
    if scenario.network.is_some() || scenario.workspace.is_some() {
        all.retain(|f| f.kind != TextKind::Playbook || is_needed(scenario, f));
    }
    Ok(all)
}

/// True for the base, a playbook of the scenario's own, and one that its commands name.
fn is_needed(scenario: &Scenario, playbook: &Adoptable) -> bool {
    let steps = scenario.steps.iter();
    let mut commands = steps.flat_map(|s| s.run.iter().chain(&s.refused));
    playbook.name == "base"
        || scenario.playbooks.contains(&playbook.path)
        || commands.any(|c| c.contains(&playbook.name))
}

/// A session on a fresh record in memory that has adopted these files.
fn session_on(all: &[Adoptable], start: At, lang: Lang) -> Result<Session, Trouble> {
    let clock = Clock {
        now: start,
        given: true,
        machine: None,
        by: "replay".into(),
    };
    let mut journal = Journal::open(Box::new(Memory::default()), clock)?;
    adopt_files(&mut journal, all)?;
    let (record, kept) = journal.close();
    Ok(session_over(record, kept, start, lang))
}

/// A session on a record that is handed from command to command.
pub(super) fn session_over(
    record: Box<dyn Record>,
    kept: ReadConfig,
    start: At,
    lang: Lang,
) -> Session {
    Session {
        place: RecordSource::Handed {
            record: Some(record),
            kept: Box::new(kept),
            chosen: None,
        },
        machine: start,
        clock: None,
        variable: |_| None,
        now: None,
        by: "replay".into(),
        lang,
        asked_lang: None,
        interactive: false,
        json: false,
        config: None,
        new_record_id: None,
        ahead_because: None,
        seen_head: None,
        lives_on: false,
        key: None,
        elsewhere: None,
        around: Default::default(),
    }
}

impl Stage {
    /// Reads a scenario and adopts its files on a temporary record.
    ///
    /// # Errors
    /// Everything wrong with its files.
    pub fn set_up(origin: &Origin, machine: At, lang: Lang) -> Result<(Stage, Source), Trouble> {
        let (name, bytes) = match origin {
            Origin::Disk(file) => (file.display().to_string(), read_bytes(file)?),
            Origin::Shipped(path) => {
                let file = path.rsplit('/').next().unwrap_or(path);
                ((*path).to_owned(), read_text(origin, file)?)
            }
        };
        let (mut scenario, source): (Scenario, Source) =
            read_yaml(&name, &bytes).map_err(in_files)?;
        if !FIRST_LANGUAGES.contains(&lang) {
            speak_another_language(&mut scenario, lang)?;
        }
        let all = files_of(&scenario, origin, lang)?;
        let workspace = all.iter().find(|f| f.kind == TextKind::Workspace);
        let zone = workspace
            .and_then(|w| read_workspace(&w.path, &w.bytes).ok())
            .map_or(chrono_tz::Tz::UTC, |(w, _)| w.zone);
        let start = times::parse_time(&scenario.start, Toward::Future, machine, zone)
            .map_err(|e| in_files(vec![source.trouble_at_path("start", e)]))?;
        let stage = Stage {
            session: session_on(&all, start, lang)?,
            scenario,
            now: start,
            zone,
        };
        Ok((stage, source))
    }

    /// The zone of its times.
    pub fn zone(&self) -> chrono_tz::Tz {
        self.zone
    }

    /// Opens the record for looking, and gives it back.
    ///
    /// # Errors
    /// When looking does.
    pub fn with_journal<T>(
        &mut self,
        f: impl FnOnce(&mut Journal, &Session) -> Result<T, Trouble>,
    ) -> Result<T, Trouble> {
        let mut out = Output::new();
        let mut desk = self.session.open_journal(&mut out)?;
        let result = f(&mut desk, &self.session);
        self.session.close_journal(desk, &mut out);
        result
    }

    /// Plays one step, counted from 0.
    ///
    /// # Errors
    /// When its time or a command cannot be understood.
    pub fn play_step(&mut self, i: usize, source: &Source) -> Result<Stepped, Trouble> {
        let step = self.scenario.steps[i].clone();
        let wrong =
            |path: String, what: String| in_files(vec![source.trouble_at_path(&path, what)]);
        let at = self
            .time_of(&step)
            .map_err(|e| wrong(format!("steps[{i}].at"), e.into()))?;
        let routine = self.play_routine(i, &step, at, source)?;
        self.now = at;
        self.session.machine = at;
        self.session.by = step.by.clone().unwrap_or_else(|| "noc".into());
        let failed = routine.iter().filter(|r| r.code != 0);
        let mut stepped = Stepped {
            number: i + 1,
            at,
            checked: routine.len(),
            failures: failed
                .map(|r| format!("`{}` ended with {}: {}", r.command, r.code, r.output.trim()))
                .collect(),
            ran: routine,
        };
        for (list, wanted, name) in [
            (&step.run, 0u8, "do"),
            (&step.refused, 1, "refused"),
            (&step.trouble, 2, "trouble"),
        ] {
            for (j, command) in list.iter().enumerate() {
                let ran = self.run_command_line(command);
                let ran = ran.map_err(|e| wrong(format!("steps[{i}].{name}[{j}]"), e.into()))?;
                stepped.add_run(ran, wanted);
            }
        }
        for (j, e) in step.expect.iter().enumerate() {
            stepped.checked += 1;
            stepped.expect_printed(e);
            let failures = self.check_expectation(e);
            let failures =
                failures.map_err(|t| wrong(format!("steps[{i}].expect[{j}]"), t.what))?;
            stepped.failures.extend(failures);
        }
        Ok(stepped)
    }

    /// The moment of a step. `00:42` after 00:42 is the same minute, not tomorrow.
    fn time_of(&self, step: &Step) -> Result<At, Malformed> {
        let before = self.now - chrono::Duration::seconds(1);
        let base = if step.at.starts_with('+') {
            self.now
        } else {
            before
        };
        let at = times::parse_time(&step.at, Toward::Future, base, self.zone)?;
        if at < self.now {
            return Err(Malformed("this step lies before the one above it".into()));
        }
        Ok(at)
    }

    /// Plays the routine notices before a step.
    fn play_routine(
        &mut self,
        i: usize,
        step: &Step,
        end: At,
        source: &Source,
    ) -> Result<Vec<Ran>, Trouble> {
        let Some(routine) = &step.routine else {
            return Ok(Vec::new());
        };
        let mut ran = Vec::new();
        let mut last = self.now;
        self.session.by = step.by.clone().unwrap_or_else(|| "noc".into());
        for (j, text) in routine.at.iter().enumerate() {
            let wrong = |what: Malformed| {
                let place = source.trouble_at_path(&format!("steps[{i}].routine.at[{j}]"), what);
                Trouble::files(vec![place], crate::cli::trouble::TROUBLE)
            };
            let at = times::parse_time(text, Toward::Future, last, self.zone).map_err(wrong)?;
            if at < last || at > end {
                return Err(wrong(Malformed(
                    "this notice lies before the one above it, or after the step".into(),
                )));
            }
            last = at;
            self.session.machine = at;
            let issue = format!(
                "statement issue {}",
                routine.incident.as_deref().unwrap_or("")
            );
            for command in ["still", issue.trim_end()] {
                ran.push(self.run_command_line(command).map_err(wrong)?);
            }
        }
        Ok(ran)
    }

    fn run_command_line(&mut self, command: &str) -> Result<Ran, Malformed> {
        let words = shell_words::split(command).map_err(|e| Malformed(e.to_string()))?;
        let cli = Cli::try_parse_from(std::iter::once("saydo".to_owned()).chain(words));
        let cli = match cli {
            Ok(cli) => cli,
            Err(error) => {
                return Ok(Ran {
                    command: command.into(),
                    code: 2,
                    output: error.to_string(),
                });
            }
        };
        if matches!(
            cli.command,
            Command::Demo(_)
                | Command::Init(_)
                | Command::Replay(_)
                | Command::Adopt(_)
                | Command::Playbook(_)
        ) {
            return Err(Malformed("this command is not for a scenario".into()));
        }
        if let Some(by) = &cli.by {
            self.session.by.clone_from(by);
        }
        self.session.now.clone_from(&cli.now);
        let mut out = Output::new();
        let result = run_command(&mut self.session, &cli.command, &mut out);
        self.session.now = None;
        let (code, output) = match result {
            Ok(code) => (code, out.raw.unwrap_or(out.text)),
            Err(trouble) => (trouble.code, trouble.to_text()),
        };
        Ok(Ran {
            command: command.into(),
            code,
            output,
        })
    }

    fn check_expectation(&mut self, e: &Expectation) -> Result<Vec<String>, Trouble> {
        self.with_journal(|journal, session| expect_all(e, journal, session))
    }
}

#[cfg(test)]
impl Stage {
    /// A stage without a scenario: the shipped files, adopted at this moment.
    pub(super) fn with_shipped_files(start: At) -> Stage {
        // Adopting takes longer than a history: the record that has adopted them is made once.
        static ADOPTED: std::sync::OnceLock<Memory> = std::sync::OnceLock::new();
        let record = ADOPTED.get_or_init(|| {
            let session = session_on(&shipped_files(), start, Lang::USUAL);
            let session = session.unwrap_or_else(|t| panic!("{}", t.to_text()));
            let RecordSource::Handed { record, .. } = session.place else {
                panic!("a stage has its record in memory")
            };
            let record = record.unwrap_or_else(|| panic!("the record was not given back"));
            let events = record.read_events_after(0);
            Memory::from_events(events.unwrap_or_else(|e| panic!("{e}")))
        });
        Stage {
            session: session_over(
                Box::new(record.clone()),
                ReadConfig::default(),
                start,
                Lang::USUAL,
            ),
            scenario: Scenario {
                scenario: "history".into(),
                title: Default::default(),
                about: Default::default(),
                workspace: None,
                network: None,
                playbooks: Vec::new(),
                start: String::new(),
                steps: Vec::new(),
            },
            now: start,
            zone: chrono_tz::Asia::Ho_Chi_Minh,
        }
    }

    /// Runs a command line at a moment.
    pub(super) fn run_at(&mut self, at: At, command: &str) -> Ran {
        self.now = at;
        self.session.machine = at;
        self.session.by = "noc".into();
        let ran = self.run_command_line(command);
        ran.unwrap_or_else(|e| panic!("{command}: {e}"))
    }

    /// Adopts a file at a moment.
    pub(super) fn adopt_at(&mut self, at: At, file: Adoptable) -> Result<(), Trouble> {
        self.session.machine = at;
        self.with_journal(|journal, _| Ok(adopt_files(journal, &[file]).map(|_| ())?))
    }
}
