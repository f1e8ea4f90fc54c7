//! A record with many incidents, made by repeating a real one. It does not read what the program makes of it.

use std::path::Path;

use chrono::{DateTime, Duration, SecondsFormat, Utc};
use serde_json::Value;

use super::chain::{chain_events, read_events, set_digest, write_record};

/// By how much the numbers and times of one incident are moved on to those of another.
struct Shift {
    incident: u32,
    statements: u64,
    promises: u64,
    days: i64,
}

fn add(number: &mut Value, more: u64) {
    if let Some(n) = number.as_u64() {
        *number = (n + more).into();
    }
}

impl Shift {
    /// A day, which has no time, stays.
    fn move_time(&self, time: &mut Value) {
        let Some(Ok(at)) = time.as_str().map(str::parse::<DateTime<Utc>>) else {
            return;
        };
        let at = at + Duration::days(self.days);
        *time = at.to_rfc3339_opts(SecondsFormat::AutoSi, true).into();
    }

    fn move_event(&self, event: &Value) -> Value {
        let mut e = event.clone();
        self.move_time(&mut e["at"]);
        e["incident"] = format!("INC-{}", self.incident).into();
        let says = &mut e["happening"];
        match says["kind"].as_str() {
            Some("StatementIssued") => self.move_statement(says),
            Some("PromiseMade") => {
                self.move_promise(says);
                for time in ["ends", "due"] {
                    says.get_mut(time)
                        .into_iter()
                        .for_each(|t| self.move_time(t));
                }
            }
            Some("PromiseRevised" | "PromiseWithdrawn") => self.move_promise(says),
            Some("LinkReported") => self.move_time(&mut says["said_at"]),
            _ => {}
        }
        e
    }

    fn move_statement(&self, says: &mut Value) {
        add(&mut says["number"], self.statements);
        if let Some(previous) = says.get_mut("previous") {
            add(previous, self.statements);
        }
        says["incidents"] = vec![format!("INC-{}", self.incident)].into();
        self.move_time(&mut says["as_of"]);
        for line in says["lines"].as_array_mut().unwrap() {
            if let Some(number) = line.get_mut("promise_number") {
                add(number, self.promises);
            }
        }
        set_digest(says);
    }

    fn move_promise(&self, says: &mut Value) {
        add(&mut says["number"], self.promises);
        if let Some(statement) = says.get_mut("statement") {
            add(statement, self.statements);
        }
    }
}

fn is_of_kind(event: &Value, kind: &str) -> bool {
    event["happening"]["kind"] == kind
}

/// Makes a record of many incidents of one of a single incident; gives the numbers of its events and statements. Past ones
/// follow each other by a day; those that are open are so at the same time.
pub fn repeat(db: &Path, incidents: u32, is_open: bool) -> (u64, u32) {
    let (mut all, one): (Vec<Value>, Vec<Value>) = read_events(db)
        .into_iter()
        .partition(|e| e.get("incident").is_none());
    let count = |kind: &str| one.iter().filter(|e| is_of_kind(e, kind)).count() as u64;
    let (statements, promises) = (count("StatementIssued"), count("PromiseMade"));
    for n in 1..=incidents {
        let shift = Shift {
            incident: n,
            statements: u64::from(n - 1) * statements,
            promises: u64::from(n - 1) * promises,
            days: if is_open { 0 } else { i64::from(n) },
        };
        for e in &one {
            // What is open at the same time rests on one report about the link, as it does in life.
            if is_open && n > 1 && is_of_kind(e, "LinkReported") {
                continue;
            }
            all.push(shift.move_event(e));
        }
    }
    let head = write_record(db, &chain_events(all));
    (head.seq, statements as u32 * incidents)
}
