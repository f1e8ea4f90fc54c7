//! URLs of records on a server, as texts: which place is one, and how it is shown. It parses none and connects to nothing.

use std::path::PathBuf;

/// The environment variables that a connection may need. The command line reads them once; nothing here does.
#[derive(Debug, Clone, Default)]
pub struct PgEnv {
    /// The value of PGPASSWORD.
    pub password: Option<String>,
    /// The path in PGPASSFILE, else `~/.pgpass`.
    pub pass_file: Option<PathBuf>,
}

/// True when the location of a record is the URL of a server.
pub fn is_url(place: &str) -> bool {
    place.starts_with("postgres://") || place.starts_with("postgresql://")
}

/// True for a text that looks like the address of a server and cannot be read as one. Messages never repeat it: it may hold
/// a password.
pub fn is_nearly_url(place: &str) -> bool {
    !is_url(place)
        && ["://", "@", ":/", "password=", "host="]
            .iter()
            .any(|mark| place.contains(mark))
}

/// A URL without its password.
pub(super) fn without_password(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", url));
    // A password may contain any character, so of the part before the last @ only the user name is shown.
    match rest.rsplit_once('@') {
        Some((user, place)) => {
            let place = place.split_once('?').map_or(place, |(p, _)| p);
            let user = user.split_once(':').map_or(user, |(u, _)| u);
            format!("{scheme}://{user}@{place}")
        }
        None => format!(
            "{scheme}://{}",
            rest.split_once('?').map_or(rest, |(r, _)| r)
        ),
    }
}
