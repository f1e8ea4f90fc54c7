//! `saydo note`: a fact of the playbook, or a note for the record, told apart by how it is typed. It does not decide what may be
//! noted.

use crate::cli::commands::{fact, log};
use crate::cli::output::Output;
use crate::cli::session::Session;
use crate::cli::trouble::Trouble;
use crate::desk::Journal;

/// Note a fact that the playbook declares (NAME=VALUE), or keep a note for the record ("words with spaces"), never said to customers
#[derive(Debug, clap::Args)]
pub struct Args {
    /// NAME=VALUE notes a fact, NAME= takes it back; text in quotes is a note for the record
    #[arg(required = true, value_name = "NAME=VALUE|TEXT")]
    pub noted: Vec<String>,
    /// Who says so
    #[arg(long, value_name = "KIND[:PARTY]", default_value = "own-check")]
    pub source: String,
    /// When they said it
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub said_at: Option<String>,
    /// The incident, as INC-2 or 2 [default: the one switched to, or the only open one]
    #[arg(long, value_name = "ID")]
    pub incident: Option<String>,
}

/// Notes the fact, or keeps the note.
///
/// # Errors
/// When it is neither, or what is noted does not fit.
pub fn run(
    args: &Args,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    match args.noted.as_slice() {
        [text] if !names_fact(text) && text.trim().contains(char::is_whitespace) => {
            let note = log::Args {
                text: text.clone(),
                incident: args.incident.clone(),
            };
            log::run(&note, session, desk, out)
        }
        [first, ..] if !names_fact(first) && args.noted.len() == 1 => Err(Trouble::usage(
            format!("\"{first}\" is no fact with a value, and a note has more than one word"),
            "a fact: saydo note NAME=VALUE. A note for the record: saydo note \"what was heard or seen\"",
        )),
        [first, rest @ ..] => {
            let noted = fact::Note {
                fact: first.clone(),
                texts: rest.to_vec(),
                vi: None,
                en: None,
                source: args.source.clone(),
                said_at: args.said_at.clone(),
                incident: args.incident.clone(),
            };
            fact::run(&fact::Command::Note(noted), session, desk, out)
        }
        [] => Ok(0),
    }
}

/// True for `NAME=...`: what stands before the sign is one word. A space that slipped in makes no note of it.
fn names_fact(text: &str) -> bool {
    let name = text.split_once('=').map(|(name, _)| name.trim());
    name.is_some_and(|n| !n.is_empty() && !n.contains(char::is_whitespace))
}
