//! `saydo adopt`: brings the files of the workspace into force. What is wrong with them is found by the desk, not here.

use std::path::PathBuf;

use serde_json::json;

use crate::cli::output::Output;
use crate::cli::session::Session;
use crate::cli::trouble::Trouble;
use crate::desk::Journal;
use crate::desk::core::adopt::adopt_among;
use crate::desk::core::workspace_files::Adoptable;

/// Put changed workspace files into the record, after checking them
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only these files; all that differ when none is named
    pub files: Vec<PathBuf>,
}

/// Checks and adopts.
///
/// # Errors
/// Everything wrong with the files.
pub fn run(
    args: &Args,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let folder = session.workspace_folder()?;
    let all = folder.adoptable_files()?;
    let root = folder.root.canonicalize().unwrap_or(folder.root.clone());
    let mut chosen: Vec<Adoptable> = Vec::new();
    for wanted in &args.files {
        let full = wanted.canonicalize().unwrap_or(root.join(wanted));
        let name = full
            .strip_prefix(&root)
            .map(|p| p.display().to_string())
            .unwrap_or_default();
        let named = wanted.display().to_string();
        let found = all.iter().find(|f| {
            f.path == name || f.path == named || f.path == format!("playbooks/{named}.yaml")
        });
        match found {
            Some(f) => chosen.push(f.clone()),
            None => {
                let known: Vec<&str> = all.iter().map(|f| f.path.as_str()).collect();
                let near =
                    crate::domain::base::suggest::suggest_nearest(&named, known.iter().copied());
                return Err(Trouble::usage(
                    format!("{named} is not a file of this workspace that can be adopted{near}"),
                    format!("there are: {}", known.join(", ")),
                ));
            }
        }
    }
    let files = if args.files.is_empty() {
        all.clone()
    } else {
        chosen
    };
    let done = adopt_among(desk, &files, &all)?;
    let remarks = done.remarks.iter().map(ToString::to_string);
    out.remarks.extend(remarks);
    let adopted = done.files;
    if adopted.is_empty() {
        out.line("Nothing differs from what is in force.");
    } else {
        out.line(format!("Adopted: {}", adopted.join(", ")));
        if desk.state.open_incidents().next().is_some()
            && adopted.iter().any(|a| a.starts_with("playbooks/"))
        {
            out.line("Open incidents keep the playbook they were declared with; saydo change-playbook PLAYBOOK takes the new text.");
        }
    }
    out.json = json!({ "adopted": adopted });
    Ok(0)
}
