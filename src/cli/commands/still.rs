//! `saydo still`: confirms that what was last reported is so. It reports nothing new.

use serde_json::json;

use crate::cli::commands::show;
use crate::cli::output::Output;
use crate::cli::session::{Session, workspace_zone};
use crate::cli::times::{self, Toward};
use crate::cli::trouble::Trouble;
use crate::desk::Journal;
use crate::desk::incident::report::reconfirm_links;
use crate::domain::base::link::Source;
use crate::domain::base::malformed::Malformed;

/// Confirm again what stands, as our own check or by --source; a window planned by others stays as old as
/// their word, until they confirm it
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only these links; all that was reported, and noted facts, when none is named
    pub links: Vec<String>,
    /// Who confirms it: own-check, field-team, cable-operator:aag ...
    #[arg(long, value_name = "KIND[:PARTY]", default_value = "own-check")]
    pub source: String,
    /// When they said it
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub said_at: Option<String>,
}

/// Confirms.
///
/// # Errors
/// When there is nothing to confirm.
pub fn run(
    args: &Args,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let (now, zone) = (desk.clock.now, workspace_zone(desk));
    let links = show::find_links(desk.world()?.books, &args.links)?;
    let source: Source = args
        .source
        .parse()
        .map_err(|e: Malformed| Trouble::usage(e, ""))?;
    let said_at = match &args.said_at {
        Some(t) => times::parse_time(t, Toward::Past, now, zone)
            .map_err(|e| Trouble::usage(format!("--said-at: {e}"), ""))?,
        None => now,
    };
    let (links, facts) = reconfirm_links(desk, &links, &source, said_at)?;
    out.item(
        "Confirmed: ",
        &links
            .iter()
            .chain(&facts)
            .cloned()
            .collect::<Vec<_>>()
            .join(", "),
    );
    out.json = json!({ "links": links, "facts": facts });
    let _ = session;
    Ok(0)
}
