//! `saydo metrics`: counts for a monitoring system, in the text form that Prometheus reads. It records and judges nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::Duration;
use serde_json::json;

use crate::cli::output::Output;
use crate::cli::session::Session;
use crate::cli::trouble::Trouble;
use crate::desk::Journal;
use crate::desk::core::workspace_files::{io_error, write_file};
use crate::desk::due::due_items::find_due_items;
use crate::desk::promise::ledger::list_ledger;
use crate::desk::publishing::halt::list_progress;
use crate::desk::publishing::recipients::People;
use crate::domain::base::time::Period;
use crate::domain::state::heard::promised_update;

/// Counts for a monitoring system, as Prometheus reads them
///
/// Times are seconds since 1970, UTC. A file is written whole or not at all: for the text collector of a node exporter.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Into this file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub to: Option<PathBuf>,
    /// What is due within this time counts as due
    #[arg(long, value_name = "TIME", default_value = "30m")]
    pub within: Period,
}

/// One measure with its values, each with labels.
struct Measure {
    name: &'static str,
    about: &'static str,
    values: Vec<(String, i64)>,
}

/// Prints the counts, or writes the file.
///
/// # Errors
/// When facts cannot be derived, or the file cannot be written.
pub fn run(
    args: &Args,
    _session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let measures = count_all(desk, args.within.to_duration())?;
    let text = format_measures(&measures);
    match &args.to {
        None => out.raw = Some(text),
        Some(file) => {
            write_file(file, &text)?;
            let_others_read(file).map_err(|e| io_error(file, &e))?;
            out.line(format!("{}: {} measures.", file.display(), measures.len()));
            out.json = json!({ "file": file, "measures": measures.len() });
        }
    }
    Ok(0)
}

/// Values with a label each.
type Labelled = Vec<(String, i64)>;

fn count_all(desk: &Journal, within: Duration) -> Result<Vec<Measure>, Trouble> {
    let mut measures = count_record(desk);
    measures.extend([
        Measure {
            name: "saydo_next_update_due_timestamp_seconds",
            about: "When the next update of an open incident is promised.",
            values: next_updates(desk),
        },
        Measure {
            name: "saydo_promises",
            about: "Promises by what became of them.",
            values: count_promises(desk)?,
        },
        Measure {
            name: "saydo_due_items",
            about: "What is due, by kind, as tick says it.",
            values: count_due(desk, within)?,
        },
        Measure {
            name: "saydo_outbox_waiting",
            about: "Texts that have not left, by outlet; lists of people are not counted.",
            values: count_waiting(desk),
        },
    ]);
    Ok(measures)
}

/// Measures of the record as a whole, one value each.
fn count_record(desk: &Journal) -> Vec<Measure> {
    let state = &desk.state;
    let counts = [
        (
            "saydo_events_total",
            "Entries of the record.",
            i64::try_from(desk.head().seq).unwrap_or(i64::MAX),
        ),
        (
            "saydo_record_in_doubt",
            "1 while something in the record does not fit, or an alarm stands.",
            i64::from(desk.doubt.is_some()),
        ),
        (
            "saydo_sending_halted",
            "1 while everything is stopped.",
            i64::from(state.deliveries.halted.is_some()),
        ),
        (
            "saydo_incidents_open",
            "Incidents that are open.",
            count(state.open_incidents().count()),
        ),
        (
            "saydo_statements_total",
            "Statements issued.",
            count(state.statements.len()),
        ),
        (
            "saydo_as_of_timestamp_seconds",
            "When this was counted.",
            desk.clock.now.timestamp(),
        ),
    ];
    let measure = |(name, about, value)| Measure {
        name,
        about,
        values: vec![(String::new(), value)],
    };
    counts.into_iter().map(measure).collect()
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn next_updates(desk: &Journal) -> Labelled {
    let audience = desk.default_audience();
    let updates = desk.state.open_incidents().filter_map(|i| {
        let (at, _) = promised_update(&desk.state, &i.id, audience)?;
        Some((label("incident", &i.id), at.timestamp()))
    });
    updates.collect()
}

fn count_promises(desk: &Journal) -> Result<Labelled, Trouble> {
    if desk.books.is_none() {
        return Ok(Labelled::new());
    }
    let all = list_ledger(desk)?;
    Ok(count_words(
        "standing",
        all.iter().map(|e| e.standing.token()),
    ))
}

fn count_due(desk: &Journal, within: Duration) -> Result<Labelled, Trouble> {
    let all = find_due_items(desk, within)?;
    Ok(count_words(
        "kind",
        all.iter().map(|item| item.kind.token()),
    ))
}

fn count_words<'a>(key: &str, words: impl Iterator<Item = &'a str>) -> Labelled {
    let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
    for word in words {
        *counts.entry(word).or_default() += 1;
    }
    let counts = counts.into_iter();
    counts.map(|(word, n)| (label(key, word), n)).collect()
}

fn count_waiting(desk: &Journal) -> Labelled {
    let mut outlets: BTreeMap<String, i64> = BTreeMap::new();
    for progress in list_progress(desk, &People::new()) {
        let outlet = label("outlet", &progress.outlet);
        *outlets.entry(outlet).or_default() += count(progress.waiting);
    }
    outlets.into_iter().collect()
}

/// A label, with what the form needs escaped.
fn label(key: &str, value: &str) -> String {
    let value = value
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n");
    format!("{{{key}=\"{value}\"}}")
}

fn format_measures(measures: &[Measure]) -> String {
    let mut text = String::new();
    for m in measures {
        let kind = if m.name.ends_with("_total") {
            "counter"
        } else {
            "gauge"
        };
        text += &format!("# HELP {} {}\n# TYPE {} {kind}\n", m.name, m.about, m.name);
        for (labels, value) in &m.values {
            text += &format!("{}{labels} {value}\n", m.name);
        }
    }
    text
}

/// Lets the collector read it, which is another user.
fn let_others_read(file: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o644))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_escaped_and_each_measure_has_its_type() {
        let measures = [
            Measure {
                name: "saydo_events_total",
                about: "Entries.",
                values: vec![(String::new(), 3)],
            },
            Measure {
                name: "saydo_outbox_waiting",
                about: "Texts.",
                values: vec![(label("outlet", "a\"b\\\n"), 2)],
            },
        ];
        assert_eq!(
            format_measures(&measures),
            "# HELP saydo_events_total Entries.\n# TYPE saydo_events_total counter\nsaydo_events_total 3\n\
             # HELP saydo_outbox_waiting Texts.\n# TYPE saydo_outbox_waiting gauge\nsaydo_outbox_waiting{outlet=\"a\\\"b\\\\\\n\"} 2\n"
        );
    }
}
