//! In the place of a command that this build leaves out: it takes whatever is typed, and does nothing but say so.

use crate::cli::output::Output;
use crate::cli::session::Session;
use crate::cli::trouble::Trouble;

/// Not in this build
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What the command would take
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    rest: Vec<String>,
}

/// Refuses.
///
/// # Errors
/// Always.
pub fn run(_args: &Args, _session: &mut Session, _out: &mut Output) -> Result<u8, Trouble> {
    Err(Trouble::usage(
        "this saydo was built without this command",
        "use one that was built with its features: `serve`, `mcp`",
    ))
}
