//! `saydo init`: makes a workspace with its record. It never writes into a folder that is one already.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::cli::commands::record::warn_of_locks;
use crate::cli::output::Output;
use crate::cli::session::Session;
use crate::cli::trouble::Trouble;
use crate::desk::Journal;
use crate::desk::core::adopt::adopt_files;
use crate::desk::core::location::{Location, keep_begun};
use crate::desk::core::record_copies::Record;
use crate::desk::core::shipped::{FIRST_LANGUAGES, Kit, files_in};
use crate::desk::core::team::set_up_team;
use crate::desk::core::workspace_files::{
    OWN_FOLDER, WORKSPACE_FILE, WorkspaceFolder, io_error, read_bytes, write_file,
};
use crate::domain::base::lang::Lang;
use crate::domain::record::payload::EventPayload;
use crate::domain::record::record_event::RecordEvent;

/// Make a workspace that works at once: saydo.yaml, network.yaml and playbooks, all commented, adopted
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder; made when it does not exist
    pub dir: PathBuf,
    /// Set up a team: operations record, comms draft, another person approves, the duty manager may override
    #[arg(long)]
    pub team: bool,
    /// What kind of house it is for: network, channels, causes and playbooks to begin with
    #[arg(long, value_enum, default_value_t = House::Isp)]
    pub kind: House,
    /// The least to begin with: one channel, one playbook
    #[arg(long, conflicts_with = "kind")]
    pub minimal: bool,
    /// The languages of every statement; texts in others are left out of the files
    #[arg(long, value_name = "LANG", value_delimiter = ',', default_values_t = FIRST_LANGUAGES)]
    pub languages: Vec<Lang>,
    /// For a drill: every text is marked, and nothing of this record is ever published
    #[arg(long)]
    pub drill: bool,
    /// Keep the record on a PostgreSQL server: postgres://USER@HOST/NAME, without a password
    #[arg(long, value_name = "URL")]
    pub record: Option<String>,
}

/// What kind of house a workspace is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum House {
    /// A provider of Internet access
    Isp,
    /// A data centre
    Datacentre,
    /// A service over the Internet
    Saas,
}

impl Args {
    fn kit(&self) -> Kit {
        match self.kind {
            _ if self.minimal => Kit::Minimal,
            House::Isp => Kit::Isp,
            House::Datacentre => Kit::Datacentre,
            House::Saas => Kit::Saas,
        }
    }
}

/// A record on a server: its address as it was typed, and where that leads.
struct OnServer<'a> {
    url: &'a str,
    place: Location,
}

/// Writes the files, makes the record, adopts.
///
/// # Errors
/// When the folder is a workspace already, or cannot be written.
pub fn run(args: &Args, session: &mut Session, out: &mut Output) -> Result<u8, Trouble> {
    let dir = &args.dir;
    refuse_workspace(dir)?;
    refuse_twice(&args.languages)?;
    let server = match &args.record {
        None => None,
        Some(url) => Some(prepare_server(url, session)?),
    };
    let left_out = write_files(dir, args.kit(), &args.languages)?;
    let folder = WorkspaceFolder { root: dir.clone() };
    let file = Location::File(folder.record_path());
    let record = match &server {
        None => {
            out.remarks.extend(warn_of_locks(&folder.record_path()));
            file.create_record()?
        }
        Some(server) => join_server(dir, server, out)?,
    };
    let mut desk = session.open_journal_of(record, chrono_tz::Asia::Ho_Chi_Minh)?;
    // A record that is shared has its files; what differs here, `adopt` brings in later.
    let is_shared = desk.head().seq > 0;
    let adopted = if is_shared {
        Vec::new()
    } else {
        adopt_files(&mut desk, &folder.adoptable_files()?)?
    };
    if args.drill {
        begin_drill(&mut desk, is_shared)?;
    }
    if args.team && !is_shared {
        set_up_team(&mut desk)?;
    }
    let place = server.as_ref().map_or(&file, |server| &server.place);
    keep_begun(&desk, place, session.config.as_deref());
    show_workspace(args, adopted.len(), &session.by, out);
    show_languages(&args.languages, &left_out, out);
    out.json = json!({ "workspace": dir, "adopted": adopted, "playbooks_left_out": left_out });
    Ok(0)
}

/// Before anything is written: a language is named once.
fn refuse_twice(langs: &[Lang]) -> Result<(), Trouble> {
    let twice = langs
        .iter()
        .enumerate()
        .find(|(at, lang)| langs[..*at].contains(lang));
    match twice {
        None => Ok(()),
        Some((_, lang)) => Err(Trouble::usage(
            format!("the language {lang} is named twice; nothing was written"),
            "name each once: --languages vi,en",
        )),
    }
}

fn refuse_workspace(dir: &Path) -> Result<(), Trouble> {
    for file in [WORKSPACE_FILE, "network.yaml", OWN_FOLDER, "playbooks"] {
        if dir.join(file).exists() {
            return Err(Trouble::usage(
                format!(
                    "{} has a {file} already; nothing was written",
                    dir.display()
                ),
                "choose another folder, or use the workspace that is there: saydo status --workspace DIR",
            ));
        }
    }
    Ok(())
}

/// The record on the server, with its tables. Nothing is written here yet, so that a wrong address leaves nothing behind.
fn prepare_server<'a>(url: &'a str, session: &Session) -> Result<OnServer<'a>, Trouble> {
    let user = url.split_once("://").and_then(|(_, r)| r.rsplit_once('@'));
    if user.is_some_and(|(u, _)| u.contains(':')) {
        return Err(Trouble::usage(
            "the address has a password in it; nothing was written",
            "put it into PGPASSFILE (~/.pgpass), and give postgres://USER@HOST/NAME",
        ));
    }
    let place = session.at_place(url)?;
    let Location::Server(_) = &place else {
        return Err(Trouble::usage(
            format!("\"{url}\" is no address of a server"),
            "postgres://USER@HOST/NAME",
        ));
    };
    // Who may only record cannot make tables, and need not where they are.
    if place.open_record().is_err() {
        place.upgrade_record()?;
    }
    Ok(OnServer { url, place })
}

/// Writes the shipped files in these languages; gives the playbooks that have no text in one of them.
fn write_files(dir: &Path, kit: Kit, langs: &[Lang]) -> Result<Vec<String>, Trouble> {
    for folder in [dir.to_owned(), dir.join("playbooks"), dir.join(OWN_FOLDER)] {
        std::fs::create_dir_all(&folder).map_err(|e| io_error(&folder, &e))?;
    }
    let (files, left_out) = files_in(kit, langs);
    for file in files {
        write_file(&dir.join(&file.path), &String::from_utf8_lossy(&file.bytes))?;
    }
    Ok(left_out)
}

/// What is not read, and what is not there, in the languages that were asked for.
fn show_languages(langs: &[Lang], left_out: &[String], out: &mut Output) {
    for lang in langs.iter().filter(|l| !l.is_read()) {
        out.item("", &format!("Not read in {lang}: of these texts the gate holds structure, printed values and claims, not what other words say (unread_languages in saydo.yaml)."));
    }
    if !left_out.is_empty() {
        out.item("", &format!("Left out, with no texts in one of these languages: {}. Write them with: saydo playbook translate", left_out.join(", ")));
    }
}

/// Names the server in saydo.yaml and opens its record.
fn join_server(
    dir: &Path,
    server: &OnServer<'_>,
    out: &mut Output,
) -> Result<Box<dyn Record>, Trouble> {
    let path = dir.join(WORKSPACE_FILE);
    let text = String::from_utf8_lossy(&read_bytes(&path)?).into_owned();
    let url = server.url;
    write_file(
        &path,
        &format!(
            "# Where the record is. The password comes from PGPASSFILE (~/.pgpass) or PGPASSWORD.\nrecord: {url}\n\n{text}"
        ),
    )?;
    let found = server.place.open_record()?;
    if found.head()?.seq > 0 {
        out.line("The record on the server has entries already: this workspace joins it.");
    }
    Ok(found)
}

fn begin_drill(desk: &mut Journal, is_shared: bool) -> Result<(), Trouble> {
    if is_shared {
        return Err(Trouble::refused(
            "the record on the server has entries already: it cannot become a drill",
            vec!["a drill has a record of its own: another database, or a file".into()],
        ));
    }
    desk.record(|_| {
        Ok(vec![(
            None,
            EventPayload::Record(RecordEvent::DrillBegun {}),
        )])
    })?;
    Ok(())
}

fn show_workspace(args: &Args, adopted: usize, by: &str, out: &mut Output) {
    out.line(format!(
        "Workspace {} is ready: {adopted} files adopted.",
        args.dir.display()
    ));
    out.line("");
    out.line("  saydo.yaml     who we are, languages, channels, contacts, words: put your own in");
    out.line("  network.yaml   what can fail, and what rides on it: put your own in");
    out.line("  playbooks/     what may be said in each kind of outage");
    out.line("");
    out.line("After changes: saydo adopt.   An incident: saydo declare PLAYBOOK --link ID=down");
    if args.team {
        out.line("");
        out.item("", &format!("A team is set up; {by} is its administrator and duty manager. Statements need the approval of another person."));
        out.item("", "Add people: saydo person add NAME --role operations   (or comms, approver, duty-manager). Sign entries: saydo key new");
    }
}
