//! Errors of a PostgreSQL server in words for a person, and which of them may be tried again. Talks to no server.

use crate::domain::base::next_step::NextStep;
use postgres::error::{DbError, SqlState};

use crate::store::StoreError;

/// Turns an error of the server or the connection into words for a person.
pub(super) fn describe_error(shown: &str, error: &postgres::Error) -> StoreError {
    let path = shown.to_owned();
    if let Some(db) = error.as_db_error() {
        let code = db.code();
        // The server is starting, stopping, out of connections or too slow, and may be back in a moment.
        let is_away = code.code().starts_with("08")
            || ["57014", "57P01", "57P02", "57P03", "53300"].contains(&code.code());
        if is_away {
            let what = db.message().to_owned();
            return StoreError::Away { path, what };
        }
        if *code == SqlState::UNDEFINED_TABLE {
            return without_tables(path);
        }
        let what = words_of(db);
        return StoreError::Io { path, what };
    }
    let source = std::error::Error::source(error);
    let why = source.map_or_else(|| error.to_string(), ToString::to_string);
    let line = source.and_then(|s| s.downcast_ref::<std::io::Error>());
    // A bad certificate or a missing password: the server is reachable, so waiting does not help.
    let is_set_up_wrong = match line {
        Some(e) => e.kind() == std::io::ErrorKind::InvalidData,
        None => !error.is_closed() && !error.to_string().contains("connecting"),
    };
    if is_set_up_wrong {
        let what = if why.contains("password missing") {
            "the server wants a password, and there is none: PGPASSWORD, or PGPASSFILE (~/.pgpass), which must be of mode 0600 and have a line for this server".to_owned()
        } else {
            why
        };
        return StoreError::Io { path, what };
    }
    StoreError::Away { path, what: why }
}

/// True when the server aborted a transaction that may be tried again unchanged.
pub(super) fn may_be_tried_again(error: &postgres::Error) -> bool {
    [
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::T_R_DEADLOCK_DETECTED,
    ]
    .iter()
    .any(|s| error.code() == Some(s))
}

/// A database in which nobody has made the tables.
pub(super) fn without_tables(path: String) -> StoreError {
    StoreError::Unusable {
        path,
        what: "there is no record here yet".into(),
        step: NextStep::MakeTables.after(": "),
    }
}

/// What the server refused, with what to do about it.
fn words_of(db: &DbError) -> String {
    let code = db.code();
    if *code == SqlState::INSUFFICIENT_PRIVILEGE {
        "this user may not do that; which rights are needed: docs/team.md. Nothing was written"
            .to_owned()
    } else if *code == SqlState::INVALID_PASSWORD
        || *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION
    {
        "the server does not let this user in: check PGPASSFILE or PGPASSWORD".to_owned()
    } else if *code == SqlState::DISK_FULL {
        "the server's disk is full; nothing was written".to_owned()
    } else {
        format!("{} ({})", db.message(), code.code())
    }
}
