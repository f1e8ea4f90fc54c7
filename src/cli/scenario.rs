//! Scenario files: timed steps of commands and what is expected after them, run on a temporary record.

use std::path::{Path, PathBuf};

use clap::Parser;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cli::commands::playbook::shipped_files;
use crate::cli::output::Output;
use crate::cli::session::{Place, Session, Which};
use crate::cli::times::{self, Toward};
use crate::cli::trouble::Trouble;
use crate::cli::{Cli, Command, dispatch};
use crate::desk::core::adopt::adopt_files;
use crate::desk::core::incident_facts::derive_facts;
use crate::desk::core::record_copies::Memory;
use crate::desk::core::workspace_files::{
    Adoptable, Source, read_bytes, read_workspace, read_yaml,
};
use crate::desk::due::due_items::find_due_items;
use crate::desk::promise::ledger::{list_ledger, stock_today};
use crate::desk::statement::draft::draft_several;
use crate::desk::statement::review_issued::{last_statement, prepare_points};
use crate::desk::statement::verdicts::judge_statement;
use crate::desk::{Clock, Journal, Snapshot};
use crate::domain::base::lang::{Lang, Texts};
use crate::domain::base::time::At;
use crate::domain::facts::fact::Entry;
use crate::domain::record::record_event::TextKind;
use crate::domain::speech::still_true::Verdict;

/// A scenario file.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Its name.
    pub scenario: String,
    /// What it is about.
    #[serde(default)]
    pub title: Texts,
    /// A few sentences for readers.
    #[serde(default)]
    pub about: Texts,
    /// The workspace file, relative to this one; the shipped one when absent.
    #[serde(default)]
    pub workspace: Option<String>,
    /// The network file; the shipped one when absent.
    #[serde(default)]
    pub network: Option<String>,
    /// Playbook files, over the shipped ones.
    #[serde(default)]
    pub playbooks: Vec<String>,
    /// The moment at which it begins: RFC 3339, or `YYYY-MM-DD HH:MM` in the workspace's zone.
    pub start: String,
    /// What happens.
    pub steps: Vec<Step>,
}

/// One step.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// When: `HH:MM` (the next such time after the step before), `+20m`, or a full time.
    pub at: String,
    /// What happens, for readers.
    #[serde(default)]
    pub title: Texts,
    /// Who acts.
    #[serde(default, rename = "as")]
    pub by: Option<String>,
    /// Before it: routine notices, each after everything was checked again.
    #[serde(default)]
    pub routine: Option<Routine>,
    /// Commands that succeed, without the word `saydo`.
    #[serde(default, rename = "do")]
    pub run: Vec<String>,
    /// Commands that are refused (exit code 1).
    #[serde(default)]
    pub refused: Vec<String>,
    /// Commands that are in trouble (exit code 2).
    #[serde(default)]
    pub trouble: Vec<String>,
    /// What then holds.
    #[serde(default)]
    pub expect: Vec<Expectation>,
}

/// Notices at their promised times, with `still` before each.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Routine {
    /// The incident; the only open one when absent.
    #[serde(default)]
    pub incident: Option<String>,
    /// When, each after the one before: `HH:MM` or a full time.
    pub at: Vec<String>,
}

/// What is expected; each field given has to hold.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// The incident meant, or several for one text about all of them (`INC-1 INC-2`); the only open one when
    /// absent.
    #[serde(default)]
    pub incident: Option<String>,
    /// A promise by number; with `state` where it stands, with `due` when it falls due.
    #[serde(default)]
    pub promise: Option<u32>,
    /// Where that promise stands: open, overdue, kept, kept-late, broken, withdrawn.
    #[serde(default)]
    pub state: Option<String>,
    /// When that promise falls due: `2026-09-20`, or RFC 3339 in UTC.
    #[serde(default)]
    pub due: Option<String>,
    /// How many promises the ledger holds.
    #[serde(default)]
    pub promises: Option<usize>,
    /// A resource; with `left` how much of it is left.
    #[serde(default)]
    pub resource: Option<String>,
    /// How much of that resource is left.
    #[serde(default)]
    pub left: Option<u64>,
    /// These kinds of things are due, as `tick` would say: overdue, untrue, due-soon ...
    #[serde(default)]
    pub due_now: Vec<String>,
    /// These are not.
    #[serde(default)]
    pub not_due_now: Vec<String>,
    /// The commands of this step printed these texts.
    #[serde(default)]
    pub printed: Vec<String>,
    /// The audience; customers when absent.
    #[serde(default)]
    pub audience: Option<String>,
    /// These lines are in the draft.
    #[serde(default)]
    pub said: Vec<String>,
    /// These are not.
    #[serde(default)]
    pub not_said: Vec<String>,
    /// These are withheld, with a reason.
    #[serde(default)]
    pub withheld: Vec<String>,
    /// The rendition looked at by `contains` and `lacks`: `web.vi`; all when absent.
    #[serde(default, rename = "in")]
    pub place: Option<String>,
    /// The draft has this text.
    #[serde(default)]
    pub contains: Vec<String>,
    /// The draft does not.
    #[serde(default)]
    pub lacks: Vec<String>,
    /// A fact by path; with `is` its value, else only that it is known.
    #[serde(default)]
    pub fact: Option<String>,
    /// Its value in plain form; `unknown` or `stale` when it may not be said.
    #[serde(default)]
    pub is: Option<String>,
    /// How many statements have been issued.
    #[serde(default)]
    pub statements: Option<usize>,
    /// The gate would pass the draft (or not).
    #[serde(default)]
    pub may_issue: Option<bool>,
    /// Lines of the last statement that are no longer true; an empty list says that all holds.
    #[serde(default)]
    pub no_longer_true: Option<Vec<String>>,
    /// The talking points have this text.
    #[serde(default)]
    pub points: Vec<String>,
    /// They do not.
    #[serde(default)]
    pub points_lack: Vec<String>,
    /// The role whose talking points are meant; call-centre when absent.
    #[serde(default)]
    pub role: Option<String>,
}

/// A command that was run.
#[derive(Debug, Clone, Serialize)]
pub struct Ran {
    /// The command.
    pub command: String,
    /// Its exit code.
    pub code: u8,
    /// What it printed, or its error.
    pub output: String,
}

/// What became of one step.
#[derive(Debug, Clone, Serialize)]
pub struct Stepped {
    /// Its number, from 1.
    pub number: usize,
    /// The moment.
    pub at: At,
    /// What was run.
    pub ran: Vec<Ran>,
    /// What did not hold.
    pub failures: Vec<String>,
    /// Expectations looked at.
    pub checked: usize,
}

/// A scenario on its temporary record.
pub struct Stage {
    /// The scenario.
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

impl Stage {
    /// Reads a scenario and adopts its files on a temporary record.
    ///
    /// # Errors
    /// Everything wrong with its files.
    pub fn set(origin: &Origin, machine: At, lang: Lang) -> Result<(Stage, Source), Trouble> {
        let (name, bytes) = match origin {
            Origin::Disk(file) => (file.display().to_string(), read_bytes(file)?),
            Origin::Shipped(path) => {
                let file = path.rsplit('/').next().unwrap_or(path);
                ((*path).to_owned(), read_text(origin, file)?)
            }
        };
        let files_wrong = |t| Trouble::files(t, crate::cli::trouble::TROUBLE);
        let (scenario, source): (Scenario, Source) =
            read_yaml(&name, &bytes).map_err(files_wrong)?;
        let mut all = shipped_files();
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
            let stem = Path::new(path)
                .file_stem()
                .and_then(|s| s.to_str())
                .unwrap_or_default()
                .to_owned();
            replace(TextKind::Playbook, &stem, path)?;
        }
        // Another network need not fit the shipped playbooks that the scenario does not name.
        if scenario.network.is_some() || scenario.workspace.is_some() {
            let own = |f: &Adoptable| scenario.playbooks.contains(&f.path);
            let used = |f: &Adoptable| {
                scenario
                    .steps
                    .iter()
                    .flat_map(|s| s.run.iter().chain(&s.refused))
                    .any(|c| c.contains(&f.name))
            };
            all.retain(|f| f.kind != TextKind::Playbook || f.name == "base" || own(f) || used(f));
        }
        let workspace = all.iter().find(|f| f.kind == TextKind::Workspace);
        let zone = workspace
            .and_then(|w| read_workspace(&w.path, &w.bytes).ok())
            .map_or(chrono_tz::Tz::UTC, |(w, _)| w.zone);
        let start = times::at(&scenario.start, Toward::Future, machine, zone)
            .map_err(|e| files_wrong(vec![source.at("start", e)]))?;
        let clock = Clock {
            now: start,
            given: true,
            by: "replay".into(),
        };
        let mut desk = Journal::open(Box::new(Memory::default()), clock)?;
        adopt_files(&mut desk, &all)?;
        let (record, kept) = desk.close();
        let session = Session {
            place: Place::Handed {
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
            interactive: false,
            json: false,
            config: None,
            key: None,
            elsewhere: None,
            around: Default::default(),
        };
        Ok((
            Stage {
                scenario,
                session,
                now: start,
                zone,
            },
            source,
        ))
    }

    /// The zone of its times.
    pub fn zone(&self) -> chrono_tz::Tz {
        self.zone
    }

    /// Opens the record for looking, and gives it back.
    ///
    /// # Errors
    /// When looking does.
    pub fn look<T>(
        &mut self,
        f: impl FnOnce(&mut Journal, &Session) -> Result<T, Trouble>,
    ) -> Result<T, Trouble> {
        let mut out = Output::new();
        let mut desk = self.session.desk(&mut out)?;
        let result = f(&mut desk, &self.session);
        self.session.done(desk, &mut out);
        result
    }

    /// Plays one step, counted from 0.
    ///
    /// # Errors
    /// When its time or a command cannot be understood.
    pub fn play(&mut self, i: usize, source: &Source) -> Result<Stepped, Trouble> {
        let step = self.scenario.steps[i].clone();
        let wrong = |path: String, what: String| {
            Trouble::files(vec![source.at(&path, what)], crate::cli::trouble::TROUBLE)
        };
        // `00:42` after 00:42 is the same minute, not tomorrow.
        let before = self.now - chrono::Duration::seconds(1);
        let base = if step.at.starts_with('+') {
            self.now
        } else {
            before
        };
        let at = times::at(&step.at, Toward::Future, base, self.zone)
            .map_err(|e| wrong(format!("steps[{i}].at"), e))?;
        if at < self.now {
            return Err(wrong(
                format!("steps[{i}].at"),
                "this step lies before the one above it".into(),
            ));
        }
        let routine = self.routine(i, &step, at, source)?;
        self.now = at;
        self.session.machine = at;
        self.session.by = step.by.clone().unwrap_or_else(|| "noc".into());
        let mut stepped = Stepped {
            number: i + 1,
            at,
            checked: routine.len(),
            failures: routine
                .iter()
                .filter(|r| r.code != 0)
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
                let ran = self
                    .run(command)
                    .map_err(|e| wrong(format!("steps[{i}].{name}[{j}]"), e))?;
                stepped.checked += 1;
                if ran.code != wanted {
                    stepped.failures.push(format!(
                        "`{command}` ended with {} instead of {wanted}: {}",
                        ran.code,
                        ran.output.trim()
                    ));
                }
                stepped.ran.push(ran);
            }
        }
        for (j, e) in step.expect.iter().enumerate() {
            stepped.checked += 1;
            // Output is folded to the width: white space is no difference.
            let flat = |t: &str| t.split_whitespace().collect::<Vec<_>>().join(" ");
            let outputs: Vec<String> = stepped.ran.iter().map(|r| flat(&r.output)).collect();
            let missing = e
                .printed
                .iter()
                .filter(|w| !outputs.iter().any(|o| o.contains(&flat(w))));
            let missing: Vec<String> = missing
                .map(|w| format!("no command printed \"{w}\""))
                .collect();
            stepped.failures.extend(missing);
            let failures = self
                .expect(e)
                .map_err(|t| wrong(format!("steps[{i}].expect[{j}]"), t.what))?;
            stepped.failures.extend(failures);
        }
        Ok(stepped)
    }

    /// Plays the routine notices before a step.
    fn routine(
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
            let wrong = |what: String| {
                let place = source.at(&format!("steps[{i}].routine.at[{j}]"), what);
                Trouble::files(vec![place], crate::cli::trouble::TROUBLE)
            };
            let at = times::at(text, Toward::Future, last, self.zone).map_err(wrong)?;
            if at < last || at > end {
                return Err(wrong(
                    "this notice lies before the one above it, or after the step".into(),
                ));
            }
            last = at;
            self.session.machine = at;
            let issue = format!(
                "statement issue {}",
                routine.incident.as_deref().unwrap_or("")
            );
            for command in ["still", issue.trim_end()] {
                ran.push(self.run(command).map_err(wrong)?);
            }
        }
        Ok(ran)
    }

    fn run(&mut self, command: &str) -> Result<Ran, String> {
        let words = shell_words::split(command).map_err(|e| e.to_string())?;
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
            return Err("this command is not for a scenario".into());
        }
        if let Some(by) = &cli.by {
            self.session.by.clone_from(by);
        }
        self.session.now.clone_from(&cli.now);
        let mut out = Output::new();
        let result = dispatch(&mut self.session, &cli.command, &mut out);
        self.session.now = None;
        let (code, output) = match result {
            Ok(code) => (code, out.raw.unwrap_or(out.text)),
            Err(trouble) => (trouble.code, trouble.text()),
        };
        Ok(Ran {
            command: command.into(),
            code,
            output,
        })
    }

    fn expect(&mut self, e: &Expectation) -> Result<Vec<String>, Trouble> {
        let audience = e.audience.clone().unwrap_or_else(|| "customers".into());
        self.look(|desk, session| {
            let mut failures = Vec::new();
            if let Some(n) = e.statements
                && desk.state.statements.len() != n
            {
                failures.push(format!(
                    "{} statements were issued, not {n}",
                    desk.state.statements.len()
                ));
            }
            expect_ledger(e, desk, &mut failures)?;
            let about_incident = e.fact.is_some()
                || e.may_issue.is_some()
                || e.no_longer_true.is_some()
                || [
                    &e.said,
                    &e.not_said,
                    &e.withheld,
                    &e.contains,
                    &e.lacks,
                    &e.points,
                    &e.points_lack,
                ]
                .iter()
                .any(|l| !l.is_empty());
            if !about_incident {
                return Ok(failures);
            }
            let which = Which {
                incidents: e
                    .incident
                    .iter()
                    .flat_map(|i| i.split_whitespace())
                    .map(str::to_owned)
                    .collect(),
                ..Which::default()
            };
            let ids = session.incidents(desk, &which)?;
            for id in &ids {
                desk.read_closed(id)?;
            }
            expect_facts(e, desk, &ids[0], &audience, &mut failures)?;
            expect_draft(e, desk, &ids, &audience, &mut failures)?;
            expect_said(e, desk, &ids[0], &audience, &mut failures)?;
            expect_points(e, desk, &ids, &mut failures)?;
            Ok(failures)
        })
    }
}

fn expect_ledger(
    e: &Expectation,
    desk: &Snapshot,
    failures: &mut Vec<String>,
) -> Result<(), Trouble> {
    if let Some(n) = e.promises
        && desk.state.promises.len() != n
    {
        failures.push(format!(
            "the ledger holds {} promises, not {n}",
            desk.state.promises.len()
        ));
    }
    if let Some(number) = e.promise {
        let ledger = list_ledger(desk)?;
        match ledger.iter().find(|p| p.promise.made.number == number) {
            None => failures.push(format!("there is no promise {number}")),
            Some(found) => {
                let state = found.standing.token();
                if e.state.as_ref().is_some_and(|wanted| wanted != state) {
                    failures.push(format!("promise {number} is {state}: {}", found.why));
                }
                let due = found.promise.due().due.to_string();
                if e.due.as_ref().is_some_and(|wanted| *wanted != due) {
                    failures.push(format!("promise {number} is due {due}"));
                }
            }
        }
    }
    if let Some(resource) = &e.resource {
        let left = stock_today(desk, resource)?.left();
        if e.left.is_some_and(|wanted| wanted != left) {
            failures.push(format!("{left} {resource} are left"));
        }
    }
    if !e.due_now.is_empty() || !e.not_due_now.is_empty() {
        let due = find_due_items(desk, chrono::Duration::minutes(30))?;
        let has = |kind: &String| due.iter().any(|d| d.kind == kind);
        let shown: Vec<&str> = due.iter().map(|d| d.what.as_str()).collect();
        let shown = shown.join("; ");
        failures.extend(
            e.due_now
                .iter()
                .filter(|k| !has(k))
                .map(|k| format!("nothing {k} is due: {shown}")),
        );
        failures.extend(
            e.not_due_now
                .iter()
                .filter(|k| has(k))
                .map(|k| format!("{k} is due: {shown}")),
        );
    }
    Ok(())
}

fn expect_facts(
    e: &Expectation,
    desk: &Snapshot,
    id: &str,
    audience: &str,
    failures: &mut Vec<String>,
) -> Result<(), Trouble> {
    let Some(path) = &e.fact else { return Ok(()) };
    let facts = derive_facts(desk, id, audience)?;
    let counted = path
        .strip_suffix(".count")
        .and_then(|list| match facts.value(list) {
            Some(crate::domain::base::value::Value::List(l)) => Some(l.len().to_string()),
            _ => None,
        });
    let found = match facts.entry(path) {
        None if counted.is_some() => counted.unwrap_or_default(),
        Some(Entry::Known(f)) => f.value.plain(),
        Some(Entry::Stale { .. }) => "stale".into(),
        _ => "unknown".into(),
    };
    match &e.is {
        Some(wanted) if found != *wanted => {
            failures.push(format!("{path} is {found}, not {wanted}"))
        }
        None if matches!(found.as_str(), "stale" | "unknown") => {
            failures.push(format!("{path} is {found}"))
        }
        _ => {}
    }
    Ok(())
}

fn expect_draft(
    e: &Expectation,
    desk: &Snapshot,
    ids: &[String],
    audience: &str,
    failures: &mut Vec<String>,
) -> Result<(), Trouble> {
    let looked = draft_several(desk, ids, audience, desk.clock.now, Default::default())?;
    let draft = &looked.draft;
    let has = |line: &String| draft.lines.iter().any(|l| l.said.id == *line);
    failures.extend(
        e.said
            .iter()
            .filter(|l| !has(l))
            .map(|l| format!("line \"{l}\" is not said")),
    );
    failures.extend(
        e.not_said
            .iter()
            .filter(|l| has(l))
            .map(|l| format!("line \"{l}\" is said")),
    );
    let held = |line: &String| draft.withheld.iter().any(|w| w.line == *line);
    failures.extend(
        e.withheld
            .iter()
            .filter(|l| !held(l))
            .map(|l| format!("line \"{l}\" is not withheld")),
    );
    let texts: Vec<(String, &String)> = draft
        .renditions
        .iter()
        .map(|r| (format!("{}.{}", r.channel, r.lang), &r.text))
        .filter(|(name, _)| e.place.as_ref().is_none_or(|p| p == name))
        .collect();
    if let Some(place) = &e.place
        && texts.is_empty()
    {
        failures.push(format!("there is no rendition {place}"));
    }
    for wanted in &e.contains {
        if !texts.iter().any(|(_, t)| t.contains(wanted.as_str())) {
            let shown: Vec<String> = texts
                .iter()
                .take(1)
                .map(|(n, t)| format!("{n}: {t}"))
                .collect();
            failures.push(format!(
                "\"{wanted}\" is not in the draft. {}",
                shown.join(" ")
            ));
        }
    }
    for unwanted in &e.lacks {
        for (name, _) in texts.iter().filter(|(_, t)| t.contains(unwanted.as_str())) {
            failures.push(format!("\"{unwanted}\" is in {name}"));
        }
    }
    if let Some(wanted) = e.may_issue
        && looked.findings.is_empty() != wanted
    {
        let why = looked
            .findings
            .first()
            .map(|f| f.what.clone())
            .unwrap_or_default();
        failures.push(format!(
            "the gate {} the draft {why}",
            if wanted { "refuses" } else { "passes" }
        ));
    }
    Ok(())
}

fn expect_said(
    e: &Expectation,
    desk: &Snapshot,
    id: &str,
    audience: &str,
    failures: &mut Vec<String>,
) -> Result<(), Trouble> {
    let Some(wanted) = &e.no_longer_true else {
        return Ok(());
    };
    let Some(last) = last_statement(desk, id, audience) else {
        failures.push("nothing has been issued".into());
        return Ok(());
    };
    let verdicts = judge_statement(desk, last)?;
    let gone: Vec<&str> = last
        .statement
        .lines()
        .iter()
        .zip(&verdicts)
        .filter(|(_, v)| **v != Verdict::Holds)
        .map(|(l, _)| l.id.as_str())
        .collect();
    for line in wanted.iter().filter(|w| !gone.contains(&w.as_str())) {
        failures.push(format!("line \"{line}\" of the last statement still holds"));
    }
    if wanted.is_empty() && !gone.is_empty() {
        failures.push(format!("no longer true: {}", gone.join(", ")));
    }
    Ok(())
}

fn expect_points(
    e: &Expectation,
    desk: &Snapshot,
    ids: &[String],
    failures: &mut Vec<String>,
) -> Result<(), Trouble> {
    if e.points.is_empty() && e.points_lack.is_empty() {
        return Ok(());
    }
    let role = e.role.clone().unwrap_or_else(|| "call-centre".into());
    let mut out = Output::new();
    out.width = 100_000;
    for lang in Lang::ALL {
        crate::cli::commands::points::show(&mut out, &prepare_points(desk, ids, &role)?, lang);
    }
    failures.extend(
        e.points
            .iter()
            .filter(|w| !out.text.contains(w.as_str()))
            .map(|w| format!("\"{w}\" is not in the talking points")),
    );
    failures.extend(
        e.points_lack
            .iter()
            .filter(|w| out.text.contains(w.as_str()))
            .map(|w| format!("\"{w}\" is in the talking points")),
    );

    Ok(())
}
