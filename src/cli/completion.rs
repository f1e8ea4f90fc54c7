//! What a shell completes: commands and options by clap, and the names of this workspace. It never fails: where nothing can be read,
//! nothing is offered.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::OnceLock;

use clap::Command;
use clap_complete::env::{CompleteEnv, Shells};
use clap_complete::{ArgValueCandidates, CompletionCandidate};

use crate::desk::core::location::Location;
use crate::desk::core::workspace_files::{Adoptable, WorkspaceFolder, read_network, read_playbook};
use crate::desk::{Clock, Journal};
use crate::domain::base::lang::Lang;
use crate::domain::base::time::At;
use crate::domain::record::record_event::TextKind;
use crate::domain::team::right::ROLES;

/// What the clock says; candidates are asked for without a word from the edge.
static NOW: OnceLock<At> = OnceLock::new();

/// The variable by which a shell asks for candidates.
const VARIABLE: &str = "SAYDO_COMPLETE";

/// Answers a shell that asks for candidates; false when none does.
pub fn answer_shell(args: &[OsString], now: At, line: fn() -> Command) -> bool {
    if std::env::var_os(VARIABLE).is_none() {
        return false;
    }
    let _ = NOW.set(now);
    let here = std::env::current_dir().ok();
    let asked = CompleteEnv::with_factory(move || with_candidates(line())).var(VARIABLE);
    asked
        .try_complete(args.to_vec(), here.as_deref())
        .unwrap_or(true)
}

/// The script that makes a shell ask; none for a shell that is not known.
pub fn registration_script(shell: &str) -> Option<Vec<u8>> {
    let mut script = Vec::new();
    let shells = Shells::builtins();
    let completer = shells.completer(shell)?;
    completer
        .write_registration(VARIABLE, "saydo", "saydo", "saydo", &mut script)
        .ok()?;
    Some(script)
}

/// The shells that [`registration_script`] knows.
pub const SHELLS: [&str; 5] = ["bash", "elvish", "fish", "powershell", "zsh"];

/// The command line, with candidates for each argument that names something of the workspace.
fn with_candidates(mut command: Command) -> Command {
    let ids: Vec<String> = command
        .get_arguments()
        .map(|a| a.get_id().to_string())
        .collect();
    // Each argument that is touched goes behind the others: all are touched, so that they stay in order.
    for id in ids {
        let candidates = candidates_of(&command, &id);
        command = command.mut_arg(id, |arg| match candidates {
            Some(candidates) => arg.add(ArgValueCandidates::new(candidates)),
            None => arg,
        });
    }
    let names: Vec<String> = command
        .get_subcommands()
        .map(|c| c.get_name().to_owned())
        .collect();
    for name in names {
        command = command.mut_subcommand(name, with_candidates);
    }
    command
}

/// What an argument may name, by its own name.
fn candidates_of(command: &Command, id: &str) -> Option<fn() -> Vec<CompletionCandidate>> {
    Some(match id {
        "playbook" | "playbooks" => playbooks,
        "links" | "link" | "what" => links,
        "words" => links,
        "fact" | "noted" => facts,
        "incident" | "incidents" => incidents,
        "role" => roles,
        _ if is_language(command, id) => langs,
        _ => return None,
    })
}

fn is_language(command: &Command, id: &str) -> bool {
    let mut all = command.get_arguments();
    let names = all
        .find(|a| a.get_id() == id)
        .and_then(|a| a.get_value_names());
    names.is_some_and(|n| n.iter().any(|n| n.as_str() == "LANG"))
}

/// The workspace in which the shell stands.
fn workspace_here() -> Option<WorkspaceFolder> {
    let start = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
    let fallback = std::env::var_os("SAYDO_WORKSPACE").map(PathBuf::from);
    WorkspaceFolder::find_above(&start)
        .or_else(|| fallback.and_then(|dir| WorkspaceFolder::find_above(&dir)))
}

fn files_here() -> Vec<Adoptable> {
    let files = workspace_here().and_then(|folder| folder.adoptable_files().ok());
    files.unwrap_or_default()
}

/// The open incidents of a record in a file; a server is not asked for the sake of a key press.
fn incidents() -> Vec<CompletionCandidate> {
    let path = workspace_here().map(|folder| folder.record_path());
    let path = path.filter(|p| p.is_file());
    let record = path.and_then(|p| Location::File(p).open_record().ok());
    let clock = NOW.get().map(|now| Clock {
        now: *now,
        given: false,
        machine: None,
        by: String::new(),
    });
    let opened = record.zip(clock);
    let journal = opened.and_then(|(record, clock)| Journal::open(record, clock).ok());
    let all = journal.iter().flat_map(|j| &j.state.incidents);
    let open = all.filter(|(_, incident)| incident.is_open());
    open.map(|(id, incident)| named(id.as_str(), &incident.playbook.name))
        .collect()
}

fn named(name: impl Into<OsString>, help: &str) -> CompletionCandidate {
    CompletionCandidate::new(name).help((!help.is_empty()).then(|| help.to_owned().into()))
}

fn playbooks() -> Vec<CompletionCandidate> {
    let files = files_here();
    let books = files
        .iter()
        .filter(|f| f.kind == TextKind::Playbook && f.name != "base");
    let read = books.map(|f| {
        let title = read_playbook(&f.path, &f.bytes).ok();
        let title = title.map(|(p, _)| p.title.get_or_any(Lang::USUAL).to_owned());
        named(&f.name, &title.unwrap_or_default())
    });
    read.collect()
}

fn links() -> Vec<CompletionCandidate> {
    let files = files_here();
    let network = files.iter().find(|f| f.kind == TextKind::Network);
    let network = network.and_then(|f| read_network(&f.path, &f.bytes).ok());
    let network = network.map(|(network, _)| network).unwrap_or_default();
    let ids = network.links.iter().map(|l| (&l.id, &l.names));
    let riders = network.regions.iter().chain(&network.services);
    let all = ids.chain(riders.map(|r| (&r.id, &r.names)));
    all.map(|(id, names)| named(id.as_str(), names.get_or_any(Lang::USUAL)))
        .collect()
}

fn facts() -> Vec<CompletionCandidate> {
    let files = files_here();
    let books = files.iter().filter(|f| f.kind == TextKind::Playbook);
    let read = books.filter_map(|f| Some(read_playbook(&f.path, &f.bytes).ok()?.0));
    let mut all: Vec<(String, String)> = Vec::new();
    for (name, fact) in read.flat_map(|p| p.facts) {
        let ask = fact.ask.get_or_any(Lang::USUAL).to_owned();
        if !all.iter().any(|(n, _)| *n == name) {
            all.push((name, ask));
        }
    }
    all.iter()
        .map(|(name, ask)| named(format!("{name}="), ask))
        .collect()
}

fn langs() -> Vec<CompletionCandidate> {
    let all = Lang::ALL.iter();
    all.map(|l| named(l.tag(), l.shipped_words().name))
        .collect()
}

fn roles() -> Vec<CompletionCandidate> {
    ROLES.iter().map(|(role, _)| named(*role, "")).collect()
}
