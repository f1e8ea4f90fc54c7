//! `saydo role`: who holds which role, and the rules of approval. It signs nothing.

use serde_json::json;

use crate::cli::output::Output;
use crate::cli::trouble::Trouble;
use crate::desk::core::team::{define_role, grant_role, revoke_role, set_rules};
use crate::desk::{Journal, Snapshot};

/// Who may do what
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Give somebody a role
    Grant(Grant),
    /// Take a role from somebody; what they did before stands
    Revoke(Revoke),
    /// Say what a role may do
    Define(Define),
    /// The roles, what they may do and who has them
    List,
    /// Whether statements need approval, and whose
    Rules(Rules),
}

/// Which role, to whom.
#[derive(Debug, clap::Args)]
pub struct Grant {
    /// The role: operations, comms, approver, duty-manager, administrator, or one of your own
    pub role: String,
    /// The name of the person, as `person list` shows it
    pub person: String,
}

/// Which role, from whom.
#[derive(Debug, clap::Args)]
pub struct Revoke {
    /// The name of the role, as `role list` shows it
    pub role: String,
    /// The name of the person, as `person list` shows it
    pub person: String,
    /// The reason; it stays in the record
    #[arg(long)]
    pub because: Option<String>,
}

/// Which role, which rights.
#[derive(Debug, clap::Args)]
pub struct Define {
    /// The name of the role, as `role list` shows it
    pub role: String,
    /// record, record:links, record:facts, draft, approve, issue, promise, promise:KIND, resources, administer, override
    #[arg(long, value_delimiter = ',', required = true)]
    pub may: Vec<String>,
}

/// The rules of approval.
#[derive(Debug, clap::Args)]
pub struct Rules {
    /// Whether issuing needs an approval: yes or no
    #[arg(long, value_name = "YES|NO", value_parser = ["yes", "no"])]
    pub approval: Option<String>,
    /// Whether it has to be of another person than the one who submitted the draft: yes or no
    #[arg(long, value_name = "YES|NO", value_parser = ["yes", "no"])]
    pub four_eyes: Option<String>,
    /// How long an approval lasts: 30m, 4h
    #[arg(long, value_name = "PERIOD")]
    pub lasts: Option<String>,
}

/// Grants, revokes, defines or lists.
///
/// # Errors
/// When a name does not exist, or the actor may not.
pub fn run(args: &Command, desk: &mut Journal, out: &mut Output) -> Result<u8, Trouble> {
    match args {
        Command::Grant(a) => {
            grant_role(desk, &a.role, &a.person)?;
            out.line(format!("{} has the role {}.", a.person, a.role));
            out.json = json!({ "person": a.person, "role": a.role });
        }
        Command::Revoke(a) => {
            revoke_role(desk, &a.role, &a.person, a.because.as_deref())?;
            out.line(format!("{} has the role {} no more.", a.person, a.role));
            out.json = json!({ "person": a.person, "role": a.role });
        }
        Command::Define(a) => {
            define_role(desk, &a.role, &a.may)?;
            out.line(format!("The role {} may: {}.", a.role, a.may.join(", ")));
            out.json = json!({ "role": a.role, "rights": a.may });
        }
        Command::List => list_roles(desk, out),
        Command::Rules(a) => change_rules(a, desk, out)?,
    }
    Ok(0)
}

fn list_roles(desk: &Snapshot, out: &mut Output) {
    let team = &desk.state.team;
    let mut rows = Vec::new();
    let mut all = Vec::new();
    for (role, may) in &team.roles {
        let has: Vec<&str> = team
            .granted
            .iter()
            .filter(|(_, roles)| roles.contains(role))
            .map(|(p, _)| p.as_str())
            .collect();
        let may: Vec<&str> = may.iter().map(String::as_str).collect();
        rows.push(vec![role.clone(), may.join(", "), has.join(", ")]);
        all.push(json!({ "role": role, "rights": may, "people": has }));
    }
    if rows.is_empty() {
        out.line("No roles are set up: whoever uses this workspace may do everything.");
    } else {
        out.table(&["role", "may", "people"], rows);
    }
    out.json = json!({ "roles": all });
}

fn change_rules(args: &Rules, desk: &mut Journal, out: &mut Output) -> Result<(), Trouble> {
    let mut rules = desk.state.team.rules;
    let is_yes = |t: &str| t == "yes";
    rules.approval = args.approval.as_deref().map_or(rules.approval, is_yes);
    rules.four_eyes = args.four_eyes.as_deref().map_or(rules.four_eyes, is_yes);
    if let Some(text) = &args.lasts {
        let lasts = text
            .parse()
            .map_err(|e| Trouble::usage(format!("--lasts: {e}"), "for example 30m or 4h"))?;
        if lasts < crate::domain::base::time::Period::from_minutes(1) {
            return Err(Trouble::usage(
                "--lasts: an approval lasts a minute at least",
                "for example 30m or 4h",
            ));
        }
        rules.lasts = Some(lasts);
    }
    if rules != desk.state.team.rules {
        set_rules(desk, rules)?;
    }
    let words = match (rules.approval, rules.four_eyes) {
        (false, _) => "Statements need no approval.".to_owned(),
        (true, false) => "Statements need approval".to_owned(),
        (true, true) => {
            "Statements need the approval of another person than who submitted them".to_owned()
        }
    };
    let lasts = rules
        .lasts
        .unwrap_or(crate::domain::team::team_state::LASTS);
    out.line(if rules.approval {
        format!("{words}; it lasts {lasts}.")
    } else {
        words
    });
    out.json = json!({ "approval": rules.approval, "four_eyes": rules.four_eyes, "lasts": lasts.to_string() });
    Ok(())
}
