//! Generated histories, played as command lines on a record in memory: whatever people type, every channel can say what is
//! broken, and what was told earlier is true, told again, owned up to, or listed as owed. It knows no rule of the gate.
//!
//! `SAYDO_HISTORIES` says how many, `SAYDO_SEED` from which number on: one history is played again with
//! `SAYDO_HISTORIES=1 SAYDO_SEED=17`.

mod generator;
mod memory;
mod player;

use crate::domain::base::parallel::map_slice;
use generator::{Step, generate_history};
use player::play_history;

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
    let mut faults = Vec::new();
    let mut kinds = std::collections::BTreeMap::<String, usize>::new();
    let (mut told, mut owned_up) = (0, 0);
    let seeds: Vec<u64> = (first..first + count).collect();
    let played = map_slice(&seeds, 2, |seed| play_history(&generate_history(*seed)));
    for (seed, outcome) in seeds.into_iter().zip(played) {
        match outcome {
            Ok(memory) => {
                told += memory.statements;
                owned_up += memory.owned_up;
            }
            Err(fault) => {
                let seen = kinds.entry(fault.kind.clone()).or_default();
                *seen += 1;
                if *seen == 1 && faults.len() < 12 {
                    let steps = shorten(generate_history(seed), &fault.kind);
                    let fault = play_history(&steps).err().unwrap_or(fault);
                    faults.push(format!("history {seed}: {fault}\n{}", list_steps(&steps)));
                }
            }
        }
    }
    eprintln!("{count} histories from {first}, {told} statements in those without a fault, {owned_up} times owned up, {kinds:?}");
    assert!(faults.is_empty(), "{kinds:?}\n{}", faults.join("\n\n"));
    let is_enough = told as u64 > count && owned_up as u64 * 4 > count;
    assert!(is_enough || count < 20, "the histories tell too little: {told}, {owned_up}");
}

/// The steps as somebody would type them, each with its distance in minutes from the one before.
fn list_steps(steps: &[Step]) -> String {
    let lines = steps.iter().map(|s| format!("  +{}m {}", s.minutes, s.command));
    lines.collect::<Vec<_>>().join("\n")
}
