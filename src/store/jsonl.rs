//! A record as JSON Lines: one `{"event":...,"hash":"..."}` a line, with a `"signature"` if it is signed. Reading gives back the
//! same bytes. Checks hashes, not the chain.

use std::io::{BufRead, Read};

use crate::domain::base::digest::sha256;
use crate::store::{StoreError, Stored};

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

/// Why exported events cannot be taken.
#[derive(Debug, thiserror::Error)]
pub enum LinesError {
    /// The number of the first line that is not an exported event, and why.
    #[error("line {0}: {1}")]
    Line(u64, &'static str),
    /// The file cannot be read.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// They cannot be written where they should go.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Exported events, read a few at a time.
pub struct JsonLines<R> {
    lines: R,
    number: u64,
}

impl<R: BufRead> JsonLines<R> {
    /// Begins in front of the first line, which has the number 1 as its event has.
    pub fn of(lines: R) -> JsonLines<R> {
        JsonLines { lines, number: 0 }
    }

    /// The next events, at most so many; none at the end.
    ///
    /// # Errors
    /// When a line is not an exported event, or cannot be read.
    pub fn next_events(&mut self, most: usize) -> Result<Vec<Stored>, LinesError> {
        let mut events = Vec::new();
        while events.len() < most {
            match self.next_event()? {
                Some(event) => events.push(event),
                None => break,
            }
        }
        Ok(events)
    }

    fn next_event(&mut self) -> Result<Option<Stored>, LinesError> {
        let mut line = Vec::new();
        let limit = MAX_LINE as u64 + 1;
        if (&mut self.lines).take(limit).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        self.number += 1;
        let wrong = |why| LinesError::Line(self.number, why);
        let line = match line.strip_suffix(b"\n") {
            Some(line) => line.strip_suffix(b"\r").unwrap_or(line),
            None if line.len() > MAX_LINE => {
                return Err(wrong("the line is too long to be an event"));
            }
            None => return Err(wrong("the last line has no end: the file was cut")),
        };
        let line = std::str::from_utf8(line).map_err(|_| wrong("this is not UTF-8 text"))?;
        event_in(line, self.number).map(Some).map_err(wrong)
    }
}

fn event_in(line: &str, seq: u64) -> Result<Stored, &'static str> {
    let body = line
        .strip_prefix("{\"event\":")
        .and_then(|rest| rest.strip_suffix("\"}"))
        .and_then(|rest| rest.rsplit_once(",\"hash\":\""))
        .ok_or("this is not an exported event: {\"event\":{...},\"hash\":\"...\"}")?;
    let (bytes, rest) = body;
    let (hash, signature) = match rest.split_once("\",\"signature\":\"") {
        Some((hash, signature)) => (hash, Some(signature.to_owned())),
        None => (rest, None),
    };
    if sha256(bytes.as_bytes()) != hash {
        return Err("the event is not what its hash says: the file was changed or cut");
    }
    Ok(Stored {
        seq,
        bytes: bytes.to_owned(),
        hash: hash.to_owned(),
        signature,
    })
}

/// Reads events back.
///
/// # Errors
/// When a line is not an exported event.
#[cfg(test)]
pub fn read_json_lines(text: &str) -> Result<Vec<Stored>, (u64, String)> {
    let read = JsonLines::of(text.as_bytes()).next_events(usize::MAX);
    read.map_err(|error| match error {
        LinesError::Line(line, why) => (line, why.to_owned()),
        other => (0, other.to_string()),
    })
}
