//! `saydo scope`, `saydo change-playbook`, `saydo switch`: which links an incident is about, which playbook runs it, which one is
//! meant. It reports nothing.

use serde_json::json;

use crate::cli::commands::show;
use crate::cli::output::Output;
use crate::cli::session::Session;
use crate::cli::trouble::Trouble;
use crate::desk::Journal;
use crate::desk::incident::declare::change_playbook;
use crate::desk::incident::report::change_scope;
use crate::desk::statement::draft::draft_statement;

/// Add links to an incident, or remove them
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Links join the incident
    Add(Change),
    /// Links leave the incident
    Remove(Change),
}

/// Which links, and which incident.
#[derive(Debug, clap::Args)]
pub struct Change {
    /// Links: identifiers, lists with commas, globs
    #[arg(required = true)]
    pub links: Vec<String>,
    /// The incident, as INC-2 or 2 [default: the one switched to, or the only open one]
    #[arg(long, value_name = "ID")]
    pub incident: Option<String>,
}

/// Put an incident under another playbook, or under the new text of the same
#[derive(Debug, clap::Args)]
pub struct ChangePlaybook {
    /// The playbook by name
    pub playbook: String,
    /// The incident, as INC-2 or 2 [default: the one switched to, or the only open one]
    #[arg(long, value_name = "ID")]
    pub incident: Option<String>,
}

/// Choose the incident that commands mean while several are open
#[derive(Debug, clap::Args)]
pub struct Switch {
    /// The incident, as INC-2 or 2
    pub incident: String,
}

/// Changes the scope.
///
/// # Errors
/// When a link does not exist or is not in it.
pub fn run(
    args: &Command,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let (change, adds) = match args {
        Command::Add(c) => (c, true),
        Command::Remove(c) => (c, false),
    };
    let id = session.find_incident(desk, change.incident.as_deref())?;
    let links = show::find_links(desk.world()?.books, &change.links)?;
    let (added, removed) = if adds {
        (links, Vec::new())
    } else {
        (Vec::new(), links)
    };
    change_scope(desk, &id, &added, &removed)?;
    let scope = desk
        .state
        .incidents
        .get(&id)
        .map(|i| i.links_in_scope())
        .unwrap_or_default();
    out.line(format!("{id} is now about: {}", scope.join(", ")));
    out.json = json!({ "incident": id, "scope": scope });
    Ok(0)
}

/// Changes the playbook.
///
/// # Errors
/// When there is no such playbook.
pub fn run_by_another(
    args: &ChangePlaybook,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let id = session.find_incident(desk, args.incident.as_deref())?;
    change_playbook(desk, &id, &args.playbook)?;
    out.line(format!("{id} is now run by {}.", args.playbook));
    let looked = draft_statement(desk, &id, desk.default_audience(), Default::default())?;
    show::may_be_said(out, desk, &looked, session.lang)?;
    out.json =
        json!({ "incident": id, "playbook": args.playbook, "draft": show::draft_json(&looked)? });
    Ok(0)
}

/// Chooses an incident.
///
/// # Errors
/// When there is no such incident, or it is closed.
pub fn choose_incident(
    args: &Switch,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let id = session.find_incident(desk, Some(&args.incident))?;
    if !desk.state.incidents.get(&id).is_some_and(|i| i.is_open()) {
        return Err(Trouble::usage(
            format!("{id} is closed"),
            "see: saydo status",
        ));
    }
    session.choose_incident(&id)?;
    out.line(format!("Commands now mean {id}, while it is open."));
    out.json = json!({ "incident": id });
    Ok(0)
}
