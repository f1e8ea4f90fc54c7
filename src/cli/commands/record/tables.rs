//! `saydo record init` and `upgrade`: the tables that a record needs. They append nothing to it.

use serde_json::json;

use crate::cli::output::Output;
use crate::cli::session::Session;
use crate::cli::trouble::Trouble;
use crate::desk::core::location::Location;

#[derive(Debug, clap::Args)]
pub struct InitRecord {
    /// The server: postgres://OWNER@HOST/NAME; the workspace's own when absent
    pub url: Option<String>,
}

pub(super) fn make_tables(
    url: Option<&str>,
    session: &Session,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let place = match url {
        Some(url) => session.at_place(url)?,
        None => session.record_location()?,
    };
    match &place {
        Location::File(path) if url.is_some() => {
            return Err(Trouble::usage(
                format!("\"{}\" is no address of a server", path.display()),
                "postgres://OWNER@HOST/NAME; a record in a file is made by saydo init DIR",
            ));
        }
        Location::Server(address) => {
            let steps = place.upgrade_record()?;
            out.line(match steps {
                0 => format!(
                    "The tables at {} are as this program needs them.",
                    address.shown
                ),
                n => format!("The tables at {} are made ({n} steps).", address.shown),
            });
            out.line("Which rights those who record need there: docs/team.md");
            out.json = json!({ "record": address.shown, "steps": steps });
        }
        Location::File(path) => {
            place.upgrade_record()?;
            out.line(format!("{} is as this program needs it.", path.display()));
            out.json = json!({ "record": path, "steps": 0 });
        }
    }
    Ok(0)
}
