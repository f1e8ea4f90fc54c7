//! The people of outlets that reach many, and the digests under which the record knows them. It reads no list of a journal's
//! own: a list is a file, and its secret lies beside it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::desk::Snapshot;
use crate::desk::publishing::recent::is_recent_statement;
use crate::domain::base::digest::to_hex;
use crate::domain::delivery::key;
use crate::store::StoreError;
use crate::store::files::read_people;
use crate::store::own_file::OwnSecret;

/// The people of each outlet that reaches many, by outlet.
pub type People = BTreeMap<String, RecipientList>;

/// Numbers or addresses, and the secret that makes digests of them: without it nobody can find out who stands in the record by
/// trying all numbers.
#[derive(Debug, Clone)]
pub struct RecipientList {
    /// The numbers or addresses, each once.
    pub numbers: Vec<String>,
    secret: OwnSecret,
}

impl RecipientList {
    /// A list with its secret.
    pub fn new(numbers: Vec<String>, secret: OwnSecret) -> RecipientList {
        RecipientList { numbers, secret }
    }

    /// The digest of a number or address at an outlet, however it is written.
    pub fn digest_of(&self, outlet: &str, number: &str) -> String {
        let number = key::as_counted(number);
        let mark = self
            .secret
            .mark("recipient", format!("{outlet}\n{number}").as_bytes());
        format!("{KEYED}{}", &to_hex(&mark)[..24])
    }
}

/// The start of a digest that was made with a secret.
const KEYED: &str = "k-";

/// The file with the secret of a list.
pub fn secret_of_list(list: &Path) -> PathBuf {
    let mut name = list.as_os_str().to_owned();
    name.push(".secret");
    PathBuf::from(name)
}

/// Reads the list of an outlet and its secret, which is made the first time.
///
/// # Errors
/// When the list cannot be read, or its secret is missing although texts went out with it: with another secret the same people
/// would count as others and be sent to twice.
pub fn read_recipients(
    snapshot: &Snapshot,
    outlet: &str,
    list: &Path,
) -> Result<RecipientList, StoreError> {
    let numbers = read_people(list)?;
    let path = secret_of_list(list);
    let own = snapshot.state.deliveries.all.values();
    let is_keyed = |to: &String| to.starts_with(KEYED);
    let was_used = own
        .filter(|d| d.outlet == outlet)
        .any(|d| d.parcel.to.as_ref().is_some_and(is_keyed));
    if was_used && !path.exists() {
        return Err(StoreError::Io {
            path: path.display().to_string(),
            what: "the secret of this list is missing, and texts went out with it: copy it from the machine that sent them \
                   (mode 600). Without it the same people would be sent to twice"
                .to_owned(),
        });
    }
    let secret = OwnSecret::load_or_make(&path).map_err(|error| with_way_out(error, list))?;
    Ok(RecipientList::new(numbers, secret))
}

/// What is wrong with the secret of a list, and what to do about it.
fn with_way_out(error: StoreError, list: &Path) -> StoreError {
    match error {
        StoreError::Io { path, what } => StoreError::Io {
            path,
            what: format!(
                "{what}. It is the secret of {}, and nobody on that list is sent to without it: if it is damaged, put the one \
                 in its place that was used before",
                list.display()
            ),
        },
        other => other,
    }
}

/// Throws the secret of a list away: who was sent to can then be told by nobody, and texts from now on have a new one.
///
/// # Errors
/// While an incident goes on, or ended a day ago or less, about which people of the list heard; or when the file cannot be
/// written.
pub fn forget_recipients(
    snapshot: &Snapshot,
    list: &Path,
    outlets: &[&str],
) -> Result<(), StoreError> {
    let path = secret_of_list(list);
    let wrong = |what: String| StoreError::Io {
        path: path.display().to_string(),
        what,
    };
    let own = snapshot.state.deliveries.all.values();
    let going_on = own
        .filter(|d| outlets.contains(&d.outlet.as_str()))
        .map(|d| d.parcel.statement)
        .filter(|n| is_recent_number(snapshot, *n))
        .max();
    if let Some(number) = going_on {
        return Err(wrong(format!(
            "people of this list heard statement {number}, which is not a day old or whose incident goes on: with a new secret \
             they would be sent to twice. Wait until a day after it is closed"
        )));
    }
    // One that is damaged is of no use to anybody either.
    if !path.exists() {
        return Err(wrong(
            "this list has no secret: nothing was sent with one".to_owned(),
        ));
    }
    OwnSecret::replace(&path)
}

fn is_recent_number(snapshot: &Snapshot, number: u32) -> bool {
    let issued = snapshot.state.find_statement(number);
    issued.is_some_and(|s| is_recent_statement(snapshot, s))
}

/// The people of an outlet, as the record knows them, each with the number or address.
///
/// Older records know them by digests without a secret; those stay in use while a statement that went out under them still
/// counts, so that nobody is sent to twice, and fade away with it.
pub(crate) fn list_persons<'a>(
    snapshot: &Snapshot,
    name: &str,
    people: &'a People,
) -> Vec<(String, &'a String)> {
    let Some(list) = people.get(name) else {
        return Vec::new();
    };
    let own = snapshot.state.deliveries.all.values();
    let older = own
        .filter(|d| d.outlet == name && is_recent_number(snapshot, d.parcel.statement))
        .filter_map(|d| d.parcel.to.as_ref())
        .filter(|to| !to.starts_with(KEYED));
    let older: BTreeSet<&String> = older.collect();
    let person = |number: &String| {
        let before = [
            key::as_counted_before(name, number),
            key::as_written(name, number),
        ];
        let known = before.into_iter().find(|p| older.contains(p));
        known.unwrap_or_else(|| list.digest_of(name, number))
    };
    let persons = list.numbers.iter();
    match older.is_empty() {
        true => persons.map(|n| (list.digest_of(name, n), n)).collect(),
        false => persons.map(|n| (person(n), n)).collect(),
    }
}

#[cfg(test)]
#[path = "recipients_tests.rs"]
mod recipients_tests;
