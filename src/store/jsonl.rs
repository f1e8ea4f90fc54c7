//! A record as JSON Lines: `{"event":...,"hash":"..."}` a line, with `"signature"` where it is signed, byte for byte the same on the way back.

use crate::domain::base::digest::sha256;
use crate::store::Stored;

/// The largest line that is read: an adopted file of 1 MiB, escaped, has room.
const MAX_LINE: usize = 16 * 1024 * 1024;

/// Writes events, one a line.
pub fn write(events: &[Stored]) -> String {
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
pub fn read(text: &str) -> Result<Vec<Stored>, (usize, String)> {
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
