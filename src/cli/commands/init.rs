//! `saydo init`

use std::path::PathBuf;

use serde_json::json;

use crate::cli::output::Output;
use crate::cli::session::Session;
use crate::cli::trouble::Trouble;
use crate::desk::shipped::{PLAYBOOKS, WORKSPACE};
use crate::desk::{Clock, Desk};
use crate::store::files::{Folder, OWN_FOLDER, WORKSPACE_FILE, io, write};
use crate::store::sqlite::Sqlite;

/// Make a workspace that works at once: saydo.yaml, network.yaml and playbooks, all commented, adopted
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder; made when it does not exist
    pub dir: PathBuf,
    /// Set up a team: operations record, comms draft, another person approves, the duty manager may override
    #[arg(long)]
    pub team: bool,
}

/// Writes the files, makes the record, adopts.
///
/// # Errors
/// When the folder is a workspace already, or cannot be written.
pub fn run(args: &Args, session: &mut Session, out: &mut Output) -> Result<u8, Trouble> {
    let dir = &args.dir;
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
    for folder in [dir.clone(), dir.join("playbooks"), dir.join(OWN_FOLDER)] {
        std::fs::create_dir_all(&folder).map_err(|e| io(&folder, &e))?;
    }
    for file in WORKSPACE {
        write(&dir.join(file.path), file.text)?;
    }
    for file in PLAYBOOKS {
        write(&dir.join("playbooks").join(file.path), file.text)?;
    }
    let folder = Folder { root: dir.clone() };
    let record = Sqlite::open(&folder.record(), true)?;
    let now = match &session.now {
        Some(text) => crate::cli::times::at(
            text,
            crate::cli::times::Toward::Past,
            session.machine,
            chrono_tz::Asia::Ho_Chi_Minh,
        )
        .map_err(|e| Trouble::usage(format!("--now: {e}"), ""))?,
        None => session.machine,
    };
    let clock = Clock {
        now,
        given: session.now.is_some(),
        by: session.by.clone(),
    };
    let mut desk = Desk::open(Box::new(record), clock)?;
    let adopted = desk.adopt(&folder.adoptable()?)?;
    if args.team {
        desk.set_up_team()?;
    }
    out.line(format!(
        "Workspace {} is ready: {} files adopted.",
        dir.display(),
        adopted.len()
    ));
    out.line("");
    out.line("  saydo.yaml     who we are, languages, channels, contacts, words: put your own in");
    out.line("  network.yaml   cables, routes, nodes, regions, services: put your own in");
    out.line("  playbooks/     what may be said in each kind of outage");
    out.line("");
    out.line("After changes: saydo adopt.   An incident: saydo declare PLAYBOOK --link ID=down");
    if args.team {
        out.line("");
        out.line(format!("A team is set up; {} is its administrator and duty manager. Statements need the approval of another person.", session.by));
        out.line("Add people: saydo person add NAME --role operations   (or comms, approver, duty-manager). Sign entries: saydo key new");
    }
    out.json = json!({ "workspace": dir, "adopted": adopted });
    Ok(0)
}
