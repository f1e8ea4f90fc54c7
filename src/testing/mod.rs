//! Reads the tables under `tests/tables/` for the tests that stand beside the code. It knows no subject: what a row means
//! is said by the reader of its table. It is compiled for tests alone.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod books;
mod entries;
mod facts;
#[cfg(feature = "cli")]
mod mutated_inputs;
mod networks;
mod said;
pub mod shipped;
pub mod store_contract;

/// The integration tests have the same chance; some of it only they need.
#[allow(dead_code)]
#[path = "../../tests/all/support/chance.rs"]
pub mod chance;

use std::fmt::Debug;
use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde_yaml::Value;

use crate::domain::base::fault::Fault;
use crate::domain::base::time::At;
use crate::domain::facts::evaluator::Evaluator;
use crate::render::jinja::JinjaEvaluator;
use crate::{Appended, Head, Record, Stored};

pub use books::books;
pub use entries::folded;
pub use facts::{ZONE, facts, value};
pub use networks::NetworkRow;
pub use said::{notice, said_line, said_statement};

/// A path from the root of the package.
pub fn file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// What tests expressions and renders templates, as in the program.
pub fn evaluator() -> &'static dyn Evaluator {
    &JinjaEvaluator
}

/// An instant of a table: `14:30` is of 12 September 2026, `13 09:00` of the 13th, `2026-11-01 09:00` of that day; all in UTC.
pub fn at(text: &str) -> At {
    let full = expanded(text).unwrap_or_else(|| text.to_owned());
    let parsed = DateTime::parse_from_rfc3339(&full);
    parsed
        .unwrap_or_else(|e| panic!("\"{text}\" is not a time of a table: {e}"))
        .with_timezone(&Utc)
}

/// The short form of a time written out, if it is one. A `~` before it stays.
fn expanded(text: &str) -> Option<String> {
    if let Some(rest) = text.strip_prefix('~') {
        return Some(format!("~{}", expanded(rest)?));
    }
    let (day, clock) = text.rsplit_once(' ').unwrap_or(("12", text));
    let is_digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    let parts: Vec<&str> = clock.split(':').collect();
    let is_clock =
        (2..=3).contains(&parts.len()) && parts.iter().all(|p| p.len() == 2 && is_digits(p));
    let day = match day.len() {
        2 if is_digits(day) => format!("2026-09-{day}"),
        10 if day.matches('-').count() == 2 => day.to_owned(),
        _ => return None,
    };
    let seconds = if parts.len() == 2 { ":00" } else { "" };
    is_clock.then(|| format!("{day}T{clock}{seconds}Z"))
}

/// A time as tables write it: the shortest form that [`at`] reads back.
pub fn clock(at: At) -> String {
    let seconds = if at.timestamp() % 60 == 0 { "" } else { ":%S" };
    let day = match at.format("%Y-%m-%d").to_string().as_str() {
        "2026-09-12" => "",
        day if day.starts_with("2026-09-") => "%d ",
        _ => "%Y-%m-%d ",
    };
    at.format(&format!("{day}%H:%M{seconds}")).to_string()
}

/// Every text of a value that is a time in its short form, written out in full.
fn with_full_times(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(expanded(&text).unwrap_or(text)),
        Value::Sequence(all) => Value::Sequence(all.into_iter().map(with_full_times).collect()),
        Value::Mapping(map) => {
            let all = map.into_iter().map(|(k, v)| (k, with_full_times(v)));
            Value::Mapping(all.collect())
        }
        other => other,
    }
}

/// Reads a part of a row whose times may be written short.
///
/// # Panics
/// When it is not such a thing; [`check_table`] shows the message beside the name of the row.
pub fn read_timed<T: DeserializeOwned>(value: &Value) -> T {
    let full = with_full_times(value.clone());
    serde_yaml::from_value(full).unwrap_or_else(|e| panic!("{e}"))
}

/// Numbers of entries with spaces between them.
pub fn numbers(text: &str) -> Vec<u64> {
    let all = text.split_whitespace().map(str::parse);
    all.collect::<Result<_, _>>()
        .unwrap_or_else(|e| panic!("{text}: {e}"))
}

/// Numbers of entries as tables write them.
pub fn listed(events: &[u64]) -> String {
    let all: Vec<String> = events.iter().map(u64::to_string).collect();
    all.join(" ")
}

/// Faults as tables write them: PLACE: MESSAGE.
pub fn shown_faults(faults: &[Fault]) -> Vec<String> {
    let shown = faults
        .iter()
        .map(|f| format!("{}: {}", f.path, f.what.without_commands()));
    shown.collect()
}

/// A value with what a row writes over it: maps are merged, `null` takes a key out, and all else takes the place of what was there.
pub fn overlaid(below: Value, above: Value) -> Value {
    match (below, above) {
        (Value::Mapping(mut below), Value::Mapping(above)) => {
            for (key, value) in above {
                let old = below.remove(&key).unwrap_or(Value::Null);
                if !value.is_null() {
                    below.insert(key, overlaid(old, value));
                }
            }
            Value::Mapping(below)
        }
        (_, above) => above,
    }
}

/// Compares what the code gives with what the row wants.
///
/// # Errors
/// Both, when they differ.
pub fn expect<T: PartialEq + Debug>(what: &str, got: T, wanted: T) -> Result<(), String> {
    match got == wanted {
        true => Ok(()),
        false => Err(format!(
            "{what}\n      got    {got:?}\n      wanted {wanted:?}"
        )),
    }
}

/// Reads `tests/tables/NAME`, a map from the name of each row to the row, tries each row and fails with all that are wrong: those
/// that cannot be read, and those for which the code gives something else.
pub fn check_table<R: DeserializeOwned>(name: &str, test: impl Fn(R) -> Result<(), String>) {
    let text = fs::read_to_string(file("tests/tables").join(name)).unwrap();
    if let Err(what) = table_failures(&text, test) {
        panic!("tests/tables/{name}: {what}");
    }
}

fn table_failures<R: DeserializeOwned>(
    text: &str,
    test: impl Fn(R) -> Result<(), String>,
) -> Result<(), String> {
    let rows: serde_yaml::Mapping = serde_yaml::from_str(text).map_err(|e| e.to_string())?;
    if rows.is_empty() {
        return Err("the table has no rows".into());
    }
    let total = rows.len();
    let mut failures = Vec::new();
    for (name, row) in rows {
        let name = name.as_str().unwrap_or("a row without a name").to_owned();
        let result = match serde_yaml::from_value::<R>(row) {
            Err(e) => Err(format!("the row cannot be read: {e}")),
            Ok(row) => without_panic(|| test(row)),
        };
        if let Err(why) = result {
            failures.push(format!("  {name}:\n    {why}"));
        }
    }
    match failures.is_empty() {
        true => Ok(()),
        false => Err(format!(
            "{} of {total} rows are wrong\n{}",
            failures.len(),
            failures.join("\n")
        )),
    }
}

/// A row that ends in a panic is a failure like others, so that the rows after it are tried too.
fn without_panic(test: impl FnOnce() -> Result<(), String>) -> Result<(), String> {
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(test));
    caught.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|t| (*t).to_owned()));
        Err(format!("panic: {}", text.unwrap_or_default()))
    })
}

#[cfg(test)]
mod tests {
    use super::{at, clock, file, table_failures};
    use serde::Deserialize;
    use std::fs;
    use std::path::Path;

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Row {
        twice: u8,
        is: u8,
    }

    fn doubled(text: &str) -> Result<(), String> {
        table_failures(text, |row: Row| {
            super::expect("twice", row.twice.checked_mul(2).unwrap(), row.is)
        })
    }

    #[test]
    fn a_table_fails_with_all_wrong_rows_at_once() {
        assert_eq!(doubled("one: { twice: 1, is: 2 }"), Ok(()));
        let all = doubled(
            "right: { twice: 1, is: 2 }\nwrong: { twice: 2, is: 5 }\nmisspelt: { twice: 2, iss: 4 }\npanics: { twice: 200, is: 0 }",
        );
        let all = all.unwrap_err();
        assert!(all.starts_with("3 of 4 rows are wrong"), "{all}");
        for part in [
            "  wrong:",
            "got    4",
            "wanted 5",
            "  misspelt:",
            "`iss`",
            "  panics:",
        ] {
            assert!(all.contains(part), "{part}: {all}");
        }
        assert!(!all.contains("  right:"), "{all}");
    }

    #[test]
    fn a_table_without_rows_and_two_rows_of_one_name_are_refused() {
        assert_eq!(doubled("{}"), Err("the table has no rows".into()));
        assert!(doubled("").is_err());
        assert!(doubled("one: { twice: 1, is: 2 }\none: { twice: 2, is: 4 }").is_err());
    }

    #[test]
    fn times_of_tables_are_read_and_written_alike() {
        for text in ["14:30", "14:30:05", "13 00:00", "2026-11-01 09:00"] {
            assert_eq!(clock(at(text)), text);
        }
        assert_eq!(at("14:30").to_rfc3339(), "2026-09-12T14:30:00+00:00");
    }

    fn sources(folder: &Path, found: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, found);
            } else if path.to_string_lossy().ends_with("_tests.rs") {
                found.push_str(&fs::read_to_string(path).unwrap());
            }
        }
    }

    #[test]
    fn every_table_has_a_reader() {
        let mut readers = String::new();
        sources(&file("src"), &mut readers);
        let mut count = 0;
        for entry in fs::read_dir(file("tests/tables")).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            assert!(
                readers.contains(&format!("\"{name}\"")),
                "{name} is read by no test"
            );
            count += 1;
        }
        assert!(count > 0);
    }
}
