//! `saydo playbook`: lists, shows, checks and starts playbooks. It adopts none.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::cli::commands::translate::{self, Translate};
use crate::cli::next_step::write_advice;
use crate::cli::output::Output;
use crate::cli::session::Session;
use crate::cli::trouble::{REFUSED, Trouble, source_snippet};
use crate::desk::core::adopt::{Checked, check_files};
use crate::desk::core::record_copies::Memory;
use crate::desk::core::shipped::{shipped_files, shipped_playbook};
use crate::desk::core::translation::find_untranslated;
use crate::desk::core::workspace_files::{
    Adoptable, FileTrouble, io_error, read_bytes, read_playbook, write_file,
};
use crate::desk::{Clock, DeskError, Journal};
use crate::domain::base::lang::Lang;
use crate::domain::config::further_text::FurtherText;
use crate::domain::config::line::{Line, Purpose};
use crate::domain::config::playbook::{Playbook, PlaybookFile};
use crate::domain::config::schedule::UpdateSchedule;
use crate::domain::network::authority::{self, Word};
use crate::domain::record::record_event::TextKind;

/// List, show, write and check playbooks
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// The playbooks that there are
    List,
    /// One in readable form
    Show(Show),
    /// A commented skeleton
    New(New),
    /// Everything that is wrong, with file, line and column; with --lang, each text that is missing in a language
    Check(Check),
    /// Texts to translators and back
    Translate(Translate),
    /// The JSON Schema of a playbook (or of network.yaml, saydo.yaml), for editors
    Schema(Schema),
}

#[derive(Debug, clap::Args)]
pub struct Show {
    /// The playbook by name
    pub name: String,
}

#[derive(Debug, clap::Args)]
pub struct New {
    /// Small letters, digits and '-'
    pub name: String,
    /// Print it instead of writing playbooks/NAME.yaml
    #[arg(long)]
    pub stdout: bool,
}

#[derive(Debug, clap::Args)]
pub struct Check {
    /// Playbook files; all of the workspace (or all shipped ones) when none is named
    pub paths: Vec<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub struct Schema {
    /// playbook, network or workspace
    #[arg(default_value = "playbook", value_parser = ["playbook", "network", "workspace"])]
    pub of: String,
}

/// Lists, shows, writes or checks.
///
/// # Errors
/// When a playbook does not exist or a file cannot be read.
pub fn run(args: &Command, session: &mut Session, out: &mut Output) -> Result<u8, Trouble> {
    match args {
        Command::List => list(session, out),
        Command::Show(a) => show(a, session, out),
        Command::New(a) => new(a, session, out),
        Command::Check(a) => check(a, session, out),
        Command::Translate(a) => translate::run(a, &files_here(session)?.0, session, out),
        Command::Schema(a) => schema(a, out),
    }
}

/// The files to work with: those of the workspace, or the shipped ones where there is none.
fn files_here(session: &Session) -> Result<(Vec<Adoptable>, bool), Trouble> {
    match session.workspace_folder() {
        Ok(folder) => Ok((folder.adoptable_files()?, true)),
        Err(trouble)
            if matches!(
                &session.place,
                crate::cli::session::RecordSource::Folder { given: Some(_), .. }
            ) =>
        {
            Err(trouble)
        }
        Err(_) => Ok((shipped_files(), false)),
    }
}

fn list(session: &Session, out: &mut Output) -> Result<u8, Trouble> {
    let (all, is_workspace) = files_here(session)?;
    let mut rows = Vec::new();
    let mut found = Vec::new();
    for file in all
        .iter()
        .filter(|f| f.kind == TextKind::Playbook && f.name != "base")
    {
        match read_playbook(&file.path, &file.bytes) {
            Ok((p, _)) => {
                rows.push(vec![
                    file.name.clone(),
                    p.title.get_or_any(session.lang).to_owned(),
                    p.about.get_or_any(session.lang).to_owned(),
                ]);
                found.push(json!({ "name": file.name, "title": p.title, "about": p.about, "planned": p.planned.unwrap_or(false) }));
            }
            Err(_) => rows.push(vec![
                file.name.clone(),
                "cannot be read: saydo playbook check".into(),
                String::new(),
            ]),
        }
    }
    if rows.is_empty() {
        out.line("There are no playbooks. A skeleton: saydo playbook new NAME");
    } else {
        out.table(&["playbook", "title", "when to use it"], rows);
    }
    if !is_workspace {
        out.line("(the shipped ones; no workspace here)");
    }
    out.json = json!({ "playbooks": found });
    Ok(0)
}

fn show(args: &Show, session: &Session, out: &mut Output) -> Result<u8, Trouble> {
    let (all, _) = files_here(session)?;
    let read = |name: &str| -> Result<PlaybookFile, Trouble> {
        let Some(file) = all
            .iter()
            .find(|f| f.kind == TextKind::Playbook && f.name == name)
        else {
            let known: Vec<&str> = all
                .iter()
                .filter(|f| f.kind == TextKind::Playbook)
                .map(|f| f.name.as_str())
                .collect();
            let near = crate::domain::base::suggest::suggest_nearest(name, known.iter().copied());
            return Err(Trouble::usage(
                format!("there is no playbook \"{name}\"{near}"),
                format!("known: {}", known.join(", ")),
            ));
        };
        read_playbook(&file.path, &file.bytes)
            .map(|(p, _)| p)
            .map_err(|t| Trouble::from(DeskError::Files(t)))
    };
    let own = read(&args.name)?;
    let base = own.extends.as_deref().map(read).transpose()?;
    let whole = Playbook::build_on_base(base.as_ref(), &own);
    readable(out, &whole, session.lang);
    out.json = serde_json::to_value(&whole.file).unwrap_or_default();
    Ok(0)
}

fn readable(out: &mut Output, p: &Playbook, lang: Lang) {
    let f = &p.file;
    out.line(format!("{}: {}", f.name, f.title.get_or_any(lang)));
    out.paragraph("  ", f.about.get_or_any(lang));
    let rules = f.severity.iter().map(|s| match &s.when {
        Some(w) => format!("{} when {w}", s.level),
        None => format!("else {}", s.level),
    });
    out.item("  severity  ", &rules.collect::<Vec<_>>().join("; "));
    for (level, schedule) in &f.update_schedule {
        let words = schedule_words(schedule);
        out.item("  updates   ", &format!("{level}: {words}"));
    }
    let fresh = format!(
        "up {}, shares {}, work {}, windows {}, noted {}; soak {}",
        period(f.freshness.up),
        period(f.freshness.share),
        period(f.freshness.work),
        period(f.freshness.window),
        period(f.freshness.noted),
        p.soak_time()
    );
    out.item("  fresh     ", &fresh);
    for (name, fact) in &f.facts {
        let asked = format!("{name} ({:?}): {}", fact.kind, fact.ask.get_or_any(lang));
        out.item("  to note   ", &asked.to_lowercase());
    }
    for word in Word::ALL {
        let kinds = authority::sources_that_set(word).iter().map(|k| k.token());
        let kinds: Vec<&str> = kinds.collect();
        let who = format!("{}: {}", word.label(), kinds.join(", "));
        out.item("  whose word", &format!(" {who}"));
    }
    for (name, promise) in &f.promises {
        let needs = if promise.needs.is_empty() {
            String::new()
        } else {
            format!(", only if {}", promise.needs.join(" and "))
        };
        let (owner, due) = (&promise.owner, &promise.due);
        let promised = format!("{name}: kept by {owner}, due {due}{needs}");
        out.item("  promise   ", &promised);
    }
    out.line("");
    let mut lines: Vec<&Line> = f.lines.iter().collect();
    lines.sort_by_key(|l| l.element);
    for line in lines {
        show_line(out, p, line, lang);
    }
    for (name, text) in &f.texts {
        show_text(out, p, (name, text), lang);
    }
}

/// A text beside the notice, with the lines that it alone has.
fn show_text(out: &mut Output, p: &Playbook, (name, text): (&str, &FurtherText), lang: Lang) {
    let or_all = |list: &[String], all: &str| match list {
        [] => all.to_owned(),
        some => some.join(", "),
    };
    let to = or_all(&text.audiences, "customers");
    let on = or_all(&text.channels, "every channel");
    let when = text.when.as_ref().map(|w| format!(", when {w}"));
    out.line("");
    out.line(format!("Text {name}: {}", text.names.get_or_any(lang)));
    out.paragraph("  ", text.about.get_or_any(lang));
    let whom = format!("{to}, on {on}{}", when.unwrap_or_default());
    out.item("  for       ", &whom);
    if !text.with.is_empty() {
        out.item("  with      ", &text.with.join(", "));
    }
    for line in &text.lines {
        show_line(out, p, line, lang);
    }
}

fn schedule_words(s: &UpdateSchedule) -> String {
    let then = s.then.iter().map(|i| {
        let how = match (&i.every, &i.at) {
            (Some(every), _) => format!("every {every}"),
            (None, Some(at)) => format!("at {at} {}", i.days.join(" ")),
            _ => String::new(),
        };
        let how = how.trim_end();
        match i.lasts {
            Some(l) => format!("{how} for {l}"),
            None => how.to_owned(),
        }
    });
    let then: Vec<String> = then.collect();
    let quiet = s
        .in_quiet_hours
        .map_or("none".into(), |n| format!("every {n}"));
    let (first, then) = (s.first, then.join(", then "));
    format!("first within {first}, then {then}; in quiet hours {quiet}")
}

fn show_line(out: &mut Output, p: &Playbook, l: &Line, lang: Lang) {
    let from = if p.from_base.contains(&l.id) {
        " (base)"
    } else {
        ""
    };
    let when = match (&l.each, &l.when) {
        (Some(e), Some(w)) => format!("for each of {e}, when {w}"),
        (Some(e), None) => format!("for each of {e}"),
        (None, Some(w)) => format!("when {w}"),
        (None, None) => "always".into(),
    };
    let must = if l.mandatory { ", must be said" } else { "" };
    let promise = if l.purpose == Purpose::Promise {
        ", a promise"
    } else {
        ""
    };
    out.line(format!("{}{from}: {when}{must}{promise}", l.id));
    let text = if l.say.is_empty() { &l.short } else { &l.say };
    out.paragraph("    ", text.get_or_any(lang));
}

fn period(p: Option<crate::domain::base::time::Period>) -> String {
    p.map_or("default".into(), |p| p.to_string())
}

fn new(args: &New, session: &Session, out: &mut Output) -> Result<u8, Trouble> {
    let name = &args.name;
    let fine = crate::domain::base::fault::is_id(name)
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !fine {
        return Err(Trouble::usage(
            format!("\"{name}\" cannot be a playbook's name"),
            "use small letters, digits and '-'",
        ));
    }
    let text = SKELETON.replace("NAME", name);
    if args.stdout {
        out.raw = Some(text);
        return Ok(0);
    }
    let path = session
        .workspace_folder()?
        .root
        .join("playbooks")
        .join(format!("{name}.yaml"));
    if path.exists() {
        return Err(Trouble::usage(
            format!("{} exists already; nothing was written", path.display()),
            "choose another name",
        ));
    }
    write_file(&path, &text)?;
    out.line(format!(
        "Written: {}. Edit it, then: saydo playbook check {}; saydo adopt",
        path.display(),
        path.display()
    ));
    out.json = json!({ "file": path });
    Ok(0)
}

const SKELETON: &str = include_str!("skeleton.yaml");

fn check(args: &Check, session: &Session, out: &mut Output) -> Result<u8, Trouble> {
    let (mut all, is_workspace) = files_here(session)?;
    let wanted = read_targets(args, &mut all)?;
    if wanted.is_empty() && !args.paths.is_empty() {
        return Err(Trouble::usage(
            "there is no playbook in what was named",
            "name files that end in .yaml, or a folder with some",
        ));
    }
    // A base that neither the folder nor the workspace has may be the shipped one.
    for file in shipped_files() {
        if file.name == "base" && !all.iter().any(|f| f.name == "base") {
            all.push(file);
        }
    }
    let clock = Clock {
        now: session.machine,
        given: false,
        machine: None,
        by: session.by.clone(),
    };
    let desk = Journal::open(Box::new(Memory::default()), clock)?;
    let chosen: Vec<&Adoptable> = all
        .iter()
        .filter(|f| f.kind == TextKind::Playbook && (wanted.is_empty() || wanted.contains(&f.name)))
        .collect();
    let mut checked = check_files(&desk, &all, &chosen)?;
    if let Some(lang) = session.asked_lang {
        let texts = all.iter().filter(|f| {
            f.kind != TextKind::Playbook || wanted.is_empty() || wanted.contains(&f.name)
        });
        let texts: Vec<&Adoptable> = texts.collect();
        let missing = find_untranslated(&texts, lang);
        checked.troubles.extend(missing.unwrap_or_default());
    }
    show_checked(&checked, is_workspace, out);
    Ok(if checked.troubles.is_empty() {
        0
    } else {
        REFUSED
    })
}

/// Reads the playbooks that were named into `all`, in place of those of the same name. Gives their names.
fn read_targets(args: &Check, all: &mut Vec<Adoptable>) -> Result<Vec<String>, Trouble> {
    let mut wanted: Vec<String> = Vec::new();
    for path in &args.paths {
        let targets = if path.is_dir() {
            in_folder(path)?
        } else {
            vec![path.clone()]
        };
        for target in targets {
            let file = read_target(&target)?;
            let name = file.name.clone();
            all.retain(|f| !(f.kind == TextKind::Playbook && f.name == name));
            all.push(file);
            wanted.push(name);
        }
    }
    Ok(wanted)
}

/// A playbook in a file, or a shipped one by its name.
fn read_target(target: &Path) -> Result<Adoptable, Trouble> {
    let shown = target.display().to_string();
    let (name, path, bytes) = match read_bytes(target) {
        Ok(bytes) => {
            let stem = target.file_stem().and_then(|s| s.to_str());
            (stem.unwrap_or_default().to_owned(), shown, bytes)
        }
        Err(error) => {
            let Some(text) = shipped_playbook(&shown) else {
                return Err(error.into());
            };
            let path = format!("{shown} (shipped)");
            (shown, path, text.as_bytes().to_vec())
        }
    };
    Ok(Adoptable {
        kind: TextKind::Playbook,
        name,
        path,
        bytes,
    })
}

fn show_checked(checked: &Checked, is_workspace: bool, out: &mut Output) {
    for t in &checked.troubles {
        out.text.push_str(&source_snippet(t));
        out.text.push('\n');
    }
    for (playbook, situation, why) in &checked.skipped {
        out.item(
            "note: ",
            &format!("{playbook}: situation \"{situation}\" was not played: {why}"),
        );
    }
    for remark in &checked.remarks {
        out.item("note: ", &remark.to_string());
    }
    let where_from = if is_workspace {
        ""
    } else {
        " (shipped network and workspace)"
    };
    let count = checked.playbooks;
    match checked.troubles.len() {
        0 => out.line(format!("{count} playbooks checked{where_from}: clean.")),
        n => out.line(format!(
            "{count} playbooks checked{where_from}: {n} to mend."
        )),
    }
    let placed = |t: &FileTrouble| json!({ "file": t.file, "line": t.line, "column": t.column, "what": write_advice(&t.what) });
    let errors: Vec<_> = checked.troubles.iter().map(placed).collect();
    let remarks: Vec<_> = checked.remarks.iter().map(placed).collect();
    let skipped: Vec<_> = checked
        .skipped
        .iter()
        .map(|(p, s, w)| json!({ "playbook": p, "situation": s, "why": w }))
        .collect();
    out.json =
        json!({ "checked": count, "errors": errors, "skipped": skipped, "remarks": remarks });
}

fn in_folder(folder: &Path) -> Result<Vec<PathBuf>, Trouble> {
    let entries = std::fs::read_dir(folder).map_err(|e| io_error(folder, &e))?;
    let mut found: Vec<PathBuf> = entries
        .filter_map(|e| e.ok().map(|e| e.path()))
        .filter(|p| p.extension().is_some_and(|e| e == "yaml"))
        .collect();
    found.sort();
    Ok(found)
}

fn schema(args: &Schema, out: &mut Output) -> Result<u8, Trouble> {
    let schema = match args.of.as_str() {
        "network" => schemars::schema_for!(crate::domain::network::topology::Network),
        "workspace" => schemars::schema_for!(crate::domain::config::workspace::Workspace),
        _ => schemars::schema_for!(PlaybookFile),
    };
    let text =
        serde_json::to_string_pretty(&schema).map_err(|e| Trouble::usage(e.to_string(), ""))?;
    out.raw = Some(format!("{text}\n"));
    Ok(0)
}
