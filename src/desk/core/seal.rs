//! One line that names the head of the record, to be kept elsewhere. Whether a record still has that past is not asked here.

use crate::desk::{Journal, Snapshot};
use crate::domain::base::time::{At, to_rfc3339};
use crate::domain::record::event::Head;

/// The beginning of a seal.
pub const SEAL: &str = "saydo-seal/1";

/// The line of a head: its number, hash and time, then the key and the signature of whoever makes it, `-` without a key.
pub fn compose_seal(journal: &Journal) -> String {
    let body = write_body(journal.head(), journal.clock.now);
    let is_trusted = |id: &str| journal.state.team.key_of(&journal.clock.by, id).is_some();
    match &journal.signer {
        Some(s) if is_trusted(&s.id) => format!("{body} {} {}", s.id, s.sign_hash(&body)),
        _ => format!("{body} - -"),
    }
}

/// The line of the head as of its last event, which is the same whoever makes it.
pub fn compose_unsigned_seal(snapshot: &Snapshot) -> String {
    let at = snapshot.state.at.unwrap_or(snapshot.clock.now);
    format!("{} - -", write_body(snapshot.head(), at))
}

fn write_body(head: &Head, at: At) -> String {
    format!("{SEAL} {} {} {}", head.seq, head.hash, to_rfc3339(at))
}
