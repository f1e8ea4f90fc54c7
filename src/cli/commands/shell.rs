//! `saydo completions` and `saydo man`: what a shell and a reader of manuals need. They know no workspace and no command.

use std::path::PathBuf;

use clap::Command;
use serde_json::json;

use crate::cli::completion::{SHELLS, registration_script};
use crate::cli::output::Output;
use crate::cli::trouble::Trouble;
use crate::desk::core::workspace_files::io_error;

/// The script by which a shell completes commands, and the names of the workspace you are in
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  source <(saydo completions bash)                      # now, or in ~/.bashrc\n  saydo completions fish > ~/.config/fish/completions/saydo.fish\n  saydo completions zsh > ~/.zfunc/_saydo               # a folder of fpath"
)]
pub struct Completions {
    /// The shell for which the script is
    #[arg(value_parser = SHELLS)]
    pub shell: String,
}

/// Manual pages, one for each command
#[derive(Debug, clap::Args)]
pub struct Man {
    /// Write all pages into this folder; without it, the first page is printed
    #[arg(long, value_name = "DIR")]
    pub to: Option<PathBuf>,
}

/// Prints the script.
///
/// # Errors
/// When the shell is not known.
pub fn print_completions(args: &Completions, out: &mut Output) -> Result<u8, Trouble> {
    let script = registration_script(&args.shell).ok_or_else(|| {
        Trouble::usage(
            format!("there are no completions for {}", args.shell),
            format!("known: {}", SHELLS.join(", ")),
        )
    })?;
    out.raw = Some(String::from_utf8_lossy(&script).into_owned());
    Ok(0)
}

/// Prints the first page, or writes all.
///
/// # Errors
/// When the folder cannot be written.
pub fn write_manual(args: &Man, line: Command, out: &mut Output) -> Result<u8, Trouble> {
    let Some(dir) = &args.to else {
        let mut page = Vec::new();
        let made = clap_mangen::Man::new(line).render(&mut page);
        made.map_err(|e| io_error(&PathBuf::from("saydo.1"), &e))?;
        out.raw = Some(String::from_utf8_lossy(&page).into_owned());
        return Ok(0);
    };
    let written = std::fs::create_dir_all(dir)
        .and_then(|()| clap_mangen::generate_to(line, dir))
        .and_then(|()| Ok(std::fs::read_dir(dir)?.count()));
    let pages = written.map_err(|e| io_error(dir, &e))?;
    out.line(format!(
        "{pages} pages are in {}. Read one: man -l {}",
        dir.display(),
        dir.join("saydo.1").display()
    ));
    out.json = json!({ "folder": dir, "pages": pages });
    Ok(0)
}
