//! Reports on links from a table in CSV: one row, one report. It reads no times and records nothing.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::desk::{DeskError, Snapshot};
use crate::domain::admission::admit::admit_payload;
use crate::domain::admission::refusal::Refusal;
use crate::domain::base::suggest::suggest_nearest;
use crate::domain::record::link_event::{LinkEvent, LinkReported};
use crate::domain::record::payload::EventPayload;
use crate::store::yaml::MAX_BYTES;

/// The most reports that one table gives.
pub const MAX_ROWS: usize = 10_000;

/// A row as it is written; what is empty is none.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[derive(Default)]
pub struct ReportRow {
    /// The link, or a pattern of links.
    pub link: Option<String>,
    pub state: Option<String>,
    /// The share of its capacity that is left.
    pub capacity_left: Option<String>,
    /// How far the work on it is.
    pub work: Option<String>,
    pub fault: Option<String>,
    /// Why it is broken.
    pub cause: Option<String>,
    /// Whether that cause is confirmed: `yes`, `true` or `1`.
    pub confirmed: Option<String>,
    /// From when until when it will be repaired, as a command line writes it.
    pub window: Option<String>,
    /// Its state during the work.
    pub during: Option<String>,
    /// Why the window moved.
    pub reason: Option<String>,
    pub since: Option<String>,
    pub source: Option<String>,
    pub said_at: Option<String>,
    /// A word for staff.
    pub note: Option<String>,
}

/// The columns that a table may have.
const COLUMNS: [&str; 14] = [
    "link",
    "state",
    "capacity_left",
    "work",
    "fault",
    "cause",
    "confirmed",
    "window",
    "during",
    "reason",
    "since",
    "source",
    "said_at",
    "note",
];

/// A row with its line in the file, or why it cannot be read.
pub type NumberedRow = Result<(u64, ReportRow), DeskError>;

/// The rows of a table, each with its line. `name` is what the file is called in messages. A row that cannot be read is an
/// error of its own, after the rows before it.
///
/// # Errors
/// When it is too large, not UTF-8, or its header is wrong.
pub fn read_rows(name: &str, bytes: &[u8]) -> Result<Vec<NumberedRow>, DeskError> {
    let refuse = |what: String, hint: &str| DeskError::Refused(Refusal::new(what, hint));
    if bytes.len() > MAX_BYTES {
        let what = format!("{name} is larger than {MAX_BYTES} bytes");
        return Err(refuse(what, "split it"));
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|_| refuse(format!("{name} is not UTF-8"), "save it as UTF-8"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let header = reader
        .headers()
        .map_err(|e| refuse(format!("{name}: {e}"), ""))?
        .clone();
    let columns = format!("columns: {}", COLUMNS.join(", "));
    for column in &header {
        if !COLUMNS.contains(&column) {
            let near = suggest_nearest(column, COLUMNS.iter().copied());
            let what = format!("{name}:1: there is no column \"{column}\"{near}");
            return Err(refuse(what, &columns));
        }
    }
    let mut seen = BTreeSet::new();
    if let Some(twice) = header.iter().find(|c| !seen.insert(*c)) {
        let what = format!("{name}:1: the column \"{twice}\" is there twice");
        return Err(refuse(what, "take one of them out"));
    }
    if !header.iter().any(|h| h == "link") {
        let what = format!("{name}:1: the header has no column \"link\"");
        return Err(refuse(what, &columns));
    }
    let rows = reader.records().map(|row| {
        let wrong = |e: csv::Error| refuse(format!("{name}: {e}"), "nothing was recorded");
        let row = row.map_err(wrong)?;
        let line = row.position().map_or(0, csv::Position::line);
        Ok((line, row.deserialize(Some(&header)).map_err(wrong)?))
    });
    Ok(rows.collect())
}

/// Whether a report may be recorded, before any of a table is.
///
/// # Errors
/// When nothing has been adopted; within, why it may not be recorded.
pub fn check_report(
    snapshot: &Snapshot,
    report: &LinkReported,
) -> Result<Result<(), Refusal>, DeskError> {
    let payload = EventPayload::Link(LinkEvent::LinkReported(report.clone()));
    let (world, now) = (snapshot.world()?, snapshot.clock.now);
    Ok(admit_payload(world, None, &payload, now, &|_| None))
}
