//! Records with one extreme value in one event, chained anew as somebody with a changed program would: every command ends,
//! with an exit code. `SAYDO_EXTREMES=N` plays N records, `SAYDO_SEED=S` others.

use std::panic::{AssertUnwindSafe, catch_unwind};

use clap::Parser;
use serde_json::{Value, json};

use super::stage::session_over;
use crate::cli::output::Output;
use crate::cli::{Cli, run_command};
use crate::domain::base::digest::{sha256, to_canonical_json};
use crate::domain::base::lang::Lang;
use crate::domain::record::event::GENESIS;
use crate::store::memory::Memory;
use crate::store::{Stored, jsonl};
use crate::testing::{at, file};

/// How many records are played in `cargo test`.
const RECORDS: u64 = 60;

/// Commands that read, say, count and look back.
const COMMANDS: [&str; 12] = [
    "status",
    "statement draft --all",
    "talking-points",
    "why INC-1",
    "fact list",
    "link list",
    "promise list --all",
    "handover",
    "report",
    "report INC-1",
    "record list",
    "tick --within 30d",
];

/// Numbers made of a text: the same in every run.
struct Dice(String);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = sha256(self.0.as_bytes());
        let number = u64::from_str_radix(&self.0[..12], 16).unwrap();
        usize::try_from(number).unwrap() % n.max(1)
    }
}

fn number_of(variable: &str, usual: u64) -> u64 {
    let given = std::env::var(variable).ok();
    given.and_then(|v| v.parse().ok()).unwrap_or(usual)
}

/// The golden records without their keys, whose signatures nobody could make again.
fn records() -> Vec<Vec<Value>> {
    let names = ["format-1", "format-2", "format-3", "format-4", "format-5"];
    let read = |name: &str| {
        let text = std::fs::read_to_string(file(&format!("tests/golden/{name}.jsonl"))).unwrap();
        let stored = jsonl::read_json_lines(&text).unwrap();
        stored.iter().map(|s| unsigned(&s.bytes)).collect()
    };
    names.map(read).to_vec()
}

fn unsigned(bytes: &str) -> Value {
    let mut event: Value = serde_json::from_str(bytes).unwrap();
    event.as_object_mut().unwrap().remove("key");
    let kind = event["happening"]["kind"].as_str().unwrap();
    if matches!(kind, "KeyTrusted" | "KeyRevoked") {
        event["happening"] = json!({ "kind": "NoteTaken", "text": "a key" });
    }
    event
}

/// All places of values in an event.
fn places(value: &Value, path: &str, all: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (key, inner) in fields {
                places(inner, &format!("{path}/{key}"), all);
            }
        }
        Value::Array(items) => {
            for (i, inner) in items.iter().enumerate() {
                places(inner, &format!("{path}/{i}"), all);
            }
        }
        _ => {}
    }
    all.push(path.to_owned());
}

/// A value that nobody means, of the kind that stands there or of another.
fn extreme(value: &Value, dice: &mut Dice) -> Value {
    let times = [
        "+262142-12-31T23:59:59Z",
        "-262143-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "2199-12-31T23:59:59Z",
        "2000-01-01T00:00:00Z",
        "2199-12-31",
        "+262142-12-31",
    ];
    let texts = [
        "",
        "INC-1",
        "AAG",
        "{{ links }}",
        "100%",
        "0%",
        "3650d",
        "0s",
        "99999999999999999999d",
        "up",
        "-1",
    ];
    match value {
        Value::String(text) if text.contains("T") && text.ends_with('Z') => {
            times[dice.below(times.len())].into()
        }
        Value::String(_) if dice.below(6) == 0 => "ẽ\u{301}".repeat(20_000).into(),
        Value::String(_) if dice.below(4) == 0 => times[dice.below(times.len())].into(),
        Value::String(_) => texts[dice.below(texts.len())].into(),
        Value::Number(_) => {
            let all = [
                json!(u64::MAX),
                json!(i64::MIN),
                json!(0),
                json!(-1),
                json!(u32::MAX),
                json!(1_000_000),
            ];
            all[dice.below(all.len())].clone()
        }
        Value::Array(items) if dice.below(2) == 0 => {
            let mut many = items.clone();
            while !items.is_empty() && many.len() < 2000 {
                many.extend_from_slice(items);
            }
            many.into()
        }
        Value::Array(_) => json!([]),
        Value::Object(_) => json!({}),
        Value::Bool(yes) => json!(!yes),
        Value::Null => json!(0),
    }
}

fn chained(events: &[Value]) -> Vec<Stored> {
    let mut prev = GENESIS.to_owned();
    let mut all = Vec::new();
    for (seq, event) in (1..).zip(events) {
        let mut event = event.clone();
        event["seq"] = seq.into();
        event["prev"] = prev.into();
        let next = Stored::new(seq, to_canonical_json(&event).unwrap());
        prev = next.hash.clone();
        all.push(next);
    }
    all
}

/// Runs a command on a record; true when all of the record was believed.
fn run_on(stored: &[Stored], command: &str) -> bool {
    let record = Box::new(Memory::from_events(stored.to_vec()));
    let mut session = session_over(
        record,
        Default::default(),
        at("2026-11-28T00:00:00Z"),
        Lang::En,
    );
    let words = ["saydo"].into_iter().chain(command.split(' '));
    let cli = Cli::try_parse_from(words).unwrap();
    let mut out = Output::new();
    let _ = run_command(&mut session, &cli.command, &mut out);
    out.doubt.is_none()
}

#[test]
fn no_value_in_a_record_ends_a_command_early() {
    let (records, seed) = (records(), number_of("SAYDO_SEED", 17));
    let mut believed = 0;
    for n in 0..number_of("SAYDO_EXTREMES", RECORDS) {
        let mut dice = Dice(format!("{seed} {n}"));
        let mut events = records[dice.below(records.len())].clone();
        let i = dice.below(events.len());
        let mut all = Vec::new();
        places(&events[i]["happening"], "/happening", &mut all);
        all.extend(["/at", "/by", "/incident", "/v", "/clock_given", "/noted"].map(str::to_owned));
        let place = all[dice.below(all.len())].clone();
        let Some(value) = events[i].pointer_mut(&place) else {
            continue;
        };
        *value = extreme(value, &mut dice);
        let shown: String = value.to_string().chars().take(80).collect();
        let stored = chained(&events);
        for command in COMMANDS {
            let ran = catch_unwind(AssertUnwindSafe(|| run_on(&stored, command)));
            let is_believed = ran.unwrap_or_else(|_| {
                panic!(
                    "record {n} of seed {seed}: event {}, {place} = {shown}: `{command}`",
                    i + 1
                )
            });
            believed += u64::from(is_believed && command == "status");
        }
    }
    // Where nothing is believed, the commands have nothing to work on.
    assert!(believed > 0, "no record of all was believed");
    eprintln!("{believed} records were believed as a whole");
}
