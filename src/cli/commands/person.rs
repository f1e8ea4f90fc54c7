//! `saydo person`: adds and lists the people of the team. What they may do is set by `saydo role`, not here.

use serde_json::json;

use crate::cli::output::Output;
use crate::cli::trouble::Trouble;
use crate::desk::core::team::add_person;
use crate::desk::{Journal, Snapshot};

/// Who is of the team
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Add somebody, under the name by which they act (--as)
    Add(Add),
    /// Everybody, with roles and keys
    List,
}

/// Whom.
#[derive(Debug, clap::Args)]
pub struct Add {
    /// The name under which they act
    pub person: String,
    /// What they are called in full
    #[arg(long, value_name = "TEXT")]
    pub name: Option<String>,
    /// A role at once (may be given again)
    #[arg(long, value_name = "ROLE")]
    pub role: Vec<String>,
}

/// Adds or lists.
///
/// # Errors
/// When the name is no name, or the actor may not.
pub fn run(args: &Command, desk: &mut Journal, out: &mut Output) -> Result<u8, Trouble> {
    match args {
        Command::Add(a) => {
            add_person(desk, &a.person, a.name.as_deref(), &a.role)?;
            out.line(format!("{} is of the team.", a.person));
            if a.role.is_empty() {
                out.line(format!(
                    "Rights come with a role: saydo role grant ROLE {}",
                    a.person
                ));
            }
            out.json = json!({ "person": a.person, "roles": a.role });
        }
        Command::List => list_people(desk, out),
    }
    Ok(0)
}

fn list_people(desk: &Snapshot, out: &mut Output) {
    let team = &desk.state.team;
    let mut rows = Vec::new();
    let mut all = Vec::new();
    for (person, name) in &team.people {
        let roles: Vec<&str> = team
            .granted
            .get(person)
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect();
        let keys: Vec<&str> = team
            .keys
            .iter()
            .filter(|(_, k)| k.person == *person && k.revoked.is_none())
            .map(|(id, _)| id.as_str())
            .collect();
        rows.push(vec![
            person.clone(),
            name.clone(),
            roles.join(", "),
            keys.join(", "),
        ]);
        all.push(json!({ "person": person, "name": name, "roles": roles, "keys": keys }));
    }
    if rows.is_empty() {
        out.line("No team is set up: whoever uses this workspace may do everything. Set one up: saydo role grant administrator NAME");
    } else {
        out.table(&["person", "name", "roles", "keys"], rows);
    }
    out.json = json!({ "people": all });
}
