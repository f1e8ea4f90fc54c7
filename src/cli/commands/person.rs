//! `saydo person`: adds and lists the people of the team, and looks customers up. What people may do is set by `saydo role`, not here.

use serde_json::json;

use crate::cli::output::Output;
use crate::cli::session::{Session, to_json, workspace_zone};
use crate::cli::times;
use crate::cli::trouble::Trouble;
use crate::desk::core::team::add_person;
use crate::desk::notice::lookup::look_up_customer;
use crate::desk::notice::planning::Places;
use crate::desk::publishing::recipients::forget_recipients;
use crate::desk::{Journal, Snapshot};

/// Who is of the team
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Add somebody, under the name by which they act (--as)
    Add(Add),
    /// Everybody, with roles and keys
    List,
    /// Look a customer up: what hits them, what they were told, what they are owed
    Lookup(Lookup),
    /// Throw away the secret of a list of people: nobody can tell from the record any more who was sent to
    Forget(Forget),
}

/// The list whose people shall not be told from the record.
#[derive(Debug, clap::Args)]
pub struct Forget {
    /// The list, as `recipients` of an outlet names it
    pub list: String,
    /// Do it: the secret cannot be brought back
    #[arg(long)]
    pub yes: bool,
}

/// Which customer.
#[derive(Debug, clap::Args)]
pub struct Lookup {
    /// Their number in the base, or a phone number or address, however it is written
    pub customer: String,
}

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
pub fn run(
    args: &Command,
    session: &Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    match args {
        Command::Lookup(a) => return look_up(a, session, desk, out),
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
        Command::Forget(f) => return forget_list(f, session, desk, out),
    }
    Ok(0)
}

fn forget_list(
    args: &Forget,
    session: &Session,
    desk: &Snapshot,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let with_list = desk
        .all_outlets()
        .filter(|(_, o)| o.recipients.as_ref() == Some(&args.list));
    let outlets: Vec<&str> = with_list.map(|(name, _)| name.as_str()).collect();
    if outlets.is_empty() {
        return Err(Trouble::usage(
            format!("no outlet has the list \"{}\"", args.list),
            "give it as it stands behind recipients: in saydo.yaml",
        ));
    }
    if !args.yes {
        return Err(Trouble::usage(
            format!(
                "the secret of {} would be lost for good: nobody could tell any more who of it was sent to",
                args.list
            ),
            "to do it: --yes",
        ));
    }
    let list = session.workspace_folder()?.root.join(&args.list);
    forget_recipients(desk, &list, &outlets)?;
    out.line(format!(
        "The secret of {} is thrown away; a new one lies in its place.",
        args.list
    ));
    out.json = json!({ "list": args.list, "forgotten": true });
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

/// What the agent on the phone needs, the urgent first.
fn look_up(
    args: &Lookup,
    session: &Session,
    desk: &Snapshot,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let folder = session.workspace_folder()?;
    let own = folder.own_folder();
    let places = Places {
        root: &folder.root,
        own: &own,
    };
    let found = look_up_customer(desk, &places, &args.customer, session.lang)?;
    let (now, zone) = (desk.clock.now, workspace_zone(desk));
    if found.persons == 0 {
        out.line("Nobody in the base has this number or address.");
    }
    if found.persons > 1 {
        let n = found.persons;
        out.line(format!("{n} people have it; this is about all of them."));
    }
    for mark in &found.care {
        out.item(
            "CARE MARK: ",
            &format!("{mark}. Urgent: hand them over first"),
        );
    }
    match found.hit.as_slice() {
        [] if found.persons > 0 => out.line("No open incident hits their lines."),
        hit => {
            for id in hit {
                let title = desk.state.incidents.get(id);
                let title = title.map(|i| i.title.clone().unwrap_or(i.playbook.name.clone()));
                out.line(format!("Hit by {id}: {}", title.unwrap_or_default()));
            }
        }
    }
    for (plan, statement, at) in &found.told {
        let at = times::format_time(*at, now, zone);
        out.line(format!(
            "Told at {at}: statement {statement} (notice {plan})"
        ));
    }
    if found.told.is_empty() && !found.hit.is_empty() {
        out.line("No planned notice has reached them.");
    }
    for (number, words, ends) in &found.owed {
        let ends = times::format_time(*ends, now, zone);
        out.line(format!(
            "Promised: {words}, until {ends} (promise {number})"
        ));
    }
    out.json = json!({
        "persons": found.persons, "lines": found.lines, "care": found.care, "incidents": found.hit,
        "told": found.told.iter().map(|(plan, statement, at)| json!({ "plan": plan, "statement": statement, "at": to_json(at) })).collect::<Vec<_>>(),
        "owed": found.owed.iter().map(|(number, words, ends)| json!({ "promise": number, "words": words, "ends": to_json(ends) })).collect::<Vec<_>>(),
    });
    Ok(0)
}
