//! Plays a history and holds every statement against what was told before. It decides nothing itself: see `memory`.

use crate::cli::scenario::histories::generator::{Step, beginning};
use crate::cli::scenario::histories::memory::Memory;
use crate::cli::scenario::stage::{Ran, Stage};
use chrono::Duration;
use std::fmt;

/// What was wrong, by a kind that many histories share.
#[derive(Debug)]
pub(super) struct Fault {
    pub kind: String,
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind, self.what)
    }
}

/// Plays the steps; gives what people remember at the end, or the first fault.
pub(super) fn play_history(steps: &[Step]) -> Result<Memory, Fault> {
    let mut stage = Stage::with_shipped_files(beginning());
    let mut memory = Memory::default();
    let mut now = beginning();
    for step in steps {
        now += Duration::minutes(step.minutes);
        let mut ran = stage.run_at(now, &step.command);
        // Old checks are made again, as the refusal says, and the statement is tried once more.
        if is_gate_refusal(&step.command, &ran) && ran.output.contains("(saydo still)") {
            stage.run_at(now, "still");
            ran = stage.run_at(now, &step.command);
        }
        if std::env::var_os("SAYDO_SHOW").is_some() {
            eprintln!("{} [{}] {}\n{}", now, ran.code, step.command, ran.output);
        }
        if is_gate_refusal(&step.command, &ran) {
            return Err(refusal_fault(&ran.output));
        }
        stage
            .with_journal(|journal, _| Ok(memory.look(journal)))
            .map_err(|t| Fault {
                kind: "trouble".into(),
                what: t.to_text(),
            })??;
    }
    Ok(memory)
}

fn is_gate_refusal(command: &str, ran: &Ran) -> bool {
    command.starts_with("statement issue") && ran.output.contains("the gate refuses")
}

/// The gate refuses nothing that the program composed itself from a checked playbook. Refusals are of one kind when they
/// say the same in whatever channel.
fn refusal_fault(output: &str) -> Fault {
    let flat = output.replace("\n  ", "\n");
    let lines = flat.lines().filter(|l| !l.contains("the gate refuses"));
    let said = lines.map(|l| l.split_once(": ").map_or(l, |(_, what)| what));
    let kinds: std::collections::BTreeSet<&str> = said.filter(|l| !l.is_empty()).collect();
    let kinds: Vec<&str> = kinds.into_iter().take(2).collect();
    Fault {
        kind: format!("refused: {}", kinds.join(" | ")),
        what: output.to_owned(),
    }
}
