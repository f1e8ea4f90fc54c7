//! A record as JSON Lines: one `{"event":...,"hash":"..."}` a line, with a `"signature"` if it is signed. Reading gives back the
//! same bytes. Checks hashes, not the chain.

use crate::domain::base::digest::sha256;
use crate::store::Stored;

/// The longest line that is read, in bytes. An adopted file of 1 MiB fits, escaped.
const MAX_LINE: usize = 16 * 1024 * 1024;

/// Writes one event a line.
pub fn write_json_lines(events: &[Stored]) -> String {
    let mut out = String::new();
    for e in events {
        out.push_str("{\"event\":");
        out.push_str(&e.bytes);
        out.push_str(",\"hash\":\"");
        out.push_str(&e.hash);
        if let Some(signature) = &e.signature {
            out.push_str("\",\"signature\":\"");
            out.push_str(signature);
        }
        out.push_str("\"}\n");
    }
    out
}

/// Reads events back.
///
/// # Errors
/// The number of the first line that is not an exported event, and why.
pub fn read_json_lines(text: &str) -> Result<Vec<Stored>, (usize, String)> {
    let mut events = Vec::new();
    let complete = text.is_empty() || text.ends_with('\n');
    for (i, line) in text.lines().enumerate() {
        let number = i + 1;
        if line.len() > MAX_LINE {
            return Err((number, "the line is too long to be an event".into()));
        }
        let body = line
            .strip_prefix("{\"event\":")
            .and_then(|rest| rest.strip_suffix("\"}"))
            .and_then(|rest| rest.rsplit_once(",\"hash\":\""))
            .map(
                |(bytes, rest)| match rest.split_once("\",\"signature\":\"") {
                    Some((hash, signature)) => (bytes, hash, Some(signature.to_owned())),
                    None => (bytes, rest, None),
                },
            );
        let Some((bytes, hash, signature)) = body else {
            return Err((
                number,
                "this is not an exported event: {\"event\":{...},\"hash\":\"...\"}".into(),
            ));
        };
        if sha256(bytes.as_bytes()) != hash {
            return Err((
                number,
                "the event is not what its hash says: the file was changed or cut".into(),
            ));
        }
        events.push(Stored {
            seq: number as u64,
            bytes: bytes.to_owned(),
            hash: hash.to_owned(),
            signature,
        });
    }
    if !complete {
        return Err((
            text.lines().count(),
            "the last line has no end: the file was cut".into(),
        ));
    }
    Ok(events)
}
