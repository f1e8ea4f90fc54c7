//! Generated histories, played as command lines on a record in memory: whatever people type, every channel can say what is
//! broken, and what was told earlier is true, told again, owned up to, or listed as owed. It knows no rule of the gate.
//!
//! `SAYDO_HISTORIES` says how many, `SAYDO_SEED` from which number on: one history is played again with
//! `SAYDO_HISTORIES=1 SAYDO_SEED=17`.

mod fault;
mod generator;
mod memory;
mod player;

use std::collections::{BTreeMap, BTreeSet};

use crate::cli::scenario::stage::Stage;
use crate::domain::base::parallel::map_slice;
use crate::testing::file;
use generator::{Step, beginning, generate_history};
use player::play_history;

/// What fifty histories do at least once, with effect.
const VERBS: [&str; 15] = [
    "link set",
    "fact note",
    "statement issue",
    "scope add",
    "scope remove",
    "promise keep",
    "promise withdraw",
    "promise revise",
    "adopt narrow",
    "adopt whole",
    "change-playbook",
    "resource set",
    "still",
    "retract",
    "close",
];

fn number_from_env(name: &str, usual: u64) -> u64 {
    let given = std::env::var(name).ok();
    given.and_then(|t| t.parse().ok()).unwrap_or(usual)
}

/// A history without the steps that the fault does not need.
fn shorten(mut steps: Vec<Step>, kind: &str) -> Vec<Step> {
    let mut i = 0;
    while i < steps.len() {
        let mut fewer = steps.clone();
        let gone = fewer.remove(i);
        if let Some(next) = fewer.get_mut(i) {
            next.minutes += gone.minutes;
        }
        match play_history(&fewer) {
            Err(fault) if fault.kind == kind => steps = fewer,
            _ => i += 1,
        }
    }
    steps
}

#[test]
fn what_was_told_is_true_or_owned_up_to_in_generated_histories() {
    let count = number_from_env("SAYDO_HISTORIES", 50);
    let first = number_from_env("SAYDO_SEED", 1);
    let seeds: Vec<u64> = (first..first + count).collect();
    // Made here and not by one of the threads below: it needs some of them, and all would wait for it.
    drop(Stage::with_shipped_files(beginning()));
    let played = map_slice(&seeds, 2, |seed| play_history(&generate_history(*seed)));
    let (mut told, mut owned_up) = (0, 0);
    let mut done = BTreeSet::new();
    let mut faulty: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for (seed, outcome) in seeds.into_iter().zip(played) {
        match outcome {
            Ok(memory) => {
                told += memory.statements as u64;
                owned_up += memory.owned_up as u64;
                done.extend(memory.done);
            }
            Err(fault) => faulty.entry(fault.kind).or_default().push(seed),
        }
    }
    eprintln!(
        "{count} histories from {first}: {told} statements, {owned_up} times owned up; faults {faulty:?}"
    );
    let shown = faulty
        .iter()
        .take(4)
        .map(|(kind, seeds)| show_fault(kind, seeds[0]));
    let shown: Vec<String> = shown.collect();
    assert!(shown.is_empty(), "{faulty:?}\n{}", shown.join("\n\n"));
    for verb in VERBS {
        let is_it = |d: &String| {
            d.split(' ').take(2).eq(verb.split(' ')) || d.split(' ').next() == Some(verb)
        };
        assert!(
            done.iter().any(is_it) || count < 50,
            "no history does `{verb}`: {done:?}"
        );
    }
    let is_enough = told > count && owned_up * 2 > count;
    assert!(
        is_enough || count < 20,
        "the histories tell too little: {told}, {owned_up}"
    );
}

/// Histories that somebody wrote down, a file each: `+5m COMMAND` in every line.
#[test]
fn what_was_told_is_true_or_owned_up_to_in_written_histories() {
    let mut files: Vec<_> = std::fs::read_dir(file("tests/histories"))
        .unwrap_or_else(|e| panic!("tests/histories: {e}"))
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    files.sort();
    assert!(!files.is_empty());
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        if let Err(fault) = play_history(&read_steps(&text)) {
            panic!("{}: {fault}", path.display());
        }
    }
}

fn read_steps(text: &str) -> Vec<Step> {
    let lines = text.lines().filter(|l| l.starts_with('+'));
    lines
        .map(|line| {
            let step = line[1..].split_once("m ");
            let (minutes, command) = step.unwrap_or_else(|| panic!("not a step: {line}"));
            Step {
                minutes: minutes.parse().unwrap_or_else(|e| panic!("{line}: {e}")),
                command: command.to_owned(),
            }
        })
        .collect()
}

/// A fault with the fewest steps that show it.
fn show_fault(kind: &str, seed: u64) -> String {
    let steps = shorten(generate_history(seed), kind);
    let fault = play_history(&steps).err();
    let fault = fault.map(|f| f.to_string()).unwrap_or_default();
    format!("history {seed}: {fault}\n{}", list_steps(&steps))
}

/// The steps as somebody would type them, each with its distance in minutes from the one before.
fn list_steps(steps: &[Step]) -> String {
    let lines = steps
        .iter()
        .map(|s| format!("  +{}m {}", s.minutes, s.command));
    lines.collect::<Vec<_>>().join("\n")
}
