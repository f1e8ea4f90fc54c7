//! `saydo key`: makes, lists and revokes keys for signing. A secret key never leaves the user's folder.

use serde_json::json;

use crate::cli::output::Output;
use crate::cli::session::Session;
use crate::cli::trouble::Trouble;
use crate::desk::core::keys::{Signer, key_file};
use crate::desk::core::team::{needs_second_person, revoke_key, trust_key};
use crate::desk::{Journal, Snapshot};

/// Key pairs, by which entries are signed
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Make a key pair for yourself on this machine; the first one of a record is trusted at once
    New,
    /// Trust somebody's key; from the first one on every entry is signed
    Trust(Trust),
    /// A key signs nothing more; what it signed before stands
    Revoke(Revoke),
    /// The keys, whose they are and since when
    List,
}

#[derive(Debug, clap::Args)]
pub struct Trust {
    /// The name of the person, as `person list` shows it
    pub person: String,
    /// The public key that `key new` printed
    pub public: String,
}

#[derive(Debug, clap::Args)]
pub struct Revoke {
    /// The identifier of the key, as `key list` shows it
    pub key: String,
    /// The reason; it stays in the record
    #[arg(long)]
    pub because: String,
}

/// Makes, trusts, revokes or lists.
///
/// # Errors
/// When a key exists already, is none, or the actor may not.
pub fn run(
    args: &Command,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    match args {
        Command::New => new(session, desk, out)?,
        Command::Trust(a) => {
            let public = a.public.to_lowercase();
            // The first key signs its own entry, or somebody else vouches for it without one.
            let is_own = a.person == session.by;
            if is_own && !desk.state.team.has_keys() && desk.signer.is_none() {
                desk.signer = session.find_signer()?;
            }
            trust_key(desk, &a.person, &public)?;
            let id = crate::domain::team::team_state::key_id(&public);
            out.line(format!("Key {id} is trusted for {}.", a.person));
            out.json = json!({ "person": a.person, "key": id });
        }
        Command::Revoke(a) => {
            revoke_key(desk, &a.key, &a.because)?;
            out.line(format!(
                "Key {} signs nothing more; what it signed before stands.",
                a.key
            ));
            out.json = json!({ "key": a.key });
        }
        Command::List => list_keys(desk, out),
    }
    Ok(0)
}

fn new(session: &Session, desk: &mut Journal, out: &mut Output) -> Result<(), Trouble> {
    let Some(config) = &session.config else {
        return Err(Trouble::usage(
            "there is no configuration folder for a private key",
            "name one: SAYDO_CONFIG",
        ));
    };
    let file = key_file(config, &session.by);
    let signer = Signer::create_key_file(&file)?;
    let second_person = needs_second_person(desk, &session.by);
    let is_first = !desk.state.team.has_keys() && !second_person;
    if is_first {
        desk.signer = Some(signer.clone());
        if let Err(error) = trust_key(desk, &session.by, &signer.public) {
            // A key that nobody trusts and nobody heard of is of no use to anybody.
            let _ = std::fs::remove_file(&file);
            return Err(error.into());
        }
    }
    out.line(format!(
        "A key pair for {} is made. The private half stays here, for nobody else: {}",
        session.by,
        file.display()
    ));
    if is_first {
        out.line(format!(
            "Key {} is trusted; from now on every entry is signed.",
            signer.id
        ));
    } else {
        let who = match second_person {
            true => "Somebody else who is an administrator compares it with you and trusts it",
            false => "An administrator has to trust it",
        };
        out.line(format!(
            "{who}: saydo key trust {} {}",
            session.by, signer.public
        ));
    }
    out.json = json!({ "person": session.by, "key": signer.id, "public": signer.public, "file": file, "trusted": is_first });
    Ok(())
}

fn list_keys(desk: &Snapshot, out: &mut Output) {
    let mut rows = Vec::new();
    let mut all = Vec::new();
    for (id, k) in &desk.state.team.keys {
        let state = match k.revoked {
            Some(by) => format!("revoked by #{by}"),
            None => "in force".to_owned(),
        };
        rows.push(vec![
            id.clone(),
            k.person.clone(),
            format!("#{}", k.trusted),
            state.clone(),
        ]);
        all.push(json!({ "key": id, "person": k.person, "public": k.public, "trusted": k.trusted, "revoked": k.revoked }));
    }
    if rows.is_empty() {
        out.line(
            "No keys are set up: the chain shows changes, not who wrote. Make one: saydo key new",
        );
    } else {
        out.table(&["key", "person", "trusted", "state"], rows);
    }
    out.json = json!({ "keys": all });
}
