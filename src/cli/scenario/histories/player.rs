//! Plays a history and holds every statement against what was told before. It decides nothing itself: see `memory`.

use crate::cli::scenario::histories::fault::Fault;
use crate::cli::scenario::histories::generator::{Step, beginning};
use crate::cli::scenario::histories::memory::Memory;
use crate::cli::scenario::stage::{Ran, Stage};
use crate::desk::core::shipped::WORKSPACE;
use crate::desk::core::workspace_files::Adoptable;
use crate::desk::statement::derive_again::derive_again;
use crate::domain::base::time::At;
use crate::domain::record::record_event::TextKind;
use chrono::Duration;

/// Plays the steps; gives what people remember at the end, or the first fault.
pub(super) fn play_history(steps: &[Step]) -> Result<Memory, Fault> {
    let mut stage = Stage::with_shipped_files(beginning());
    let mut memory = Memory::default();
    let mut now = beginning();
    for step in steps {
        now += Duration::minutes(step.minutes);
        if let Some(which) = step.command.strip_prefix("adopt ") {
            adopt_workspace(&mut stage, now, which == "narrow")?;
            memory.done.insert(step.command.clone());
            continue;
        }
        let mut ran = stage.run_at(now, &step.command);
        // Old checks are made again, as the refusal says, and the statement is tried once more.
        if is_gate_refusal(&step.command, &ran) && ran.output.contains("(saydo still)") {
            stage.run_at(now, "still");
            ran = stage.run_at(now, &step.command);
        }
        if std::env::var_os("SAYDO_SHOW").is_some() {
            eprintln!("{} [{}] {}\n{}", now, ran.code, step.command, ran.output);
        }
        if ran.code == 2 && ran.output.contains("Usage:") {
            return Err(Fault {
                kind: "usage".into(),
                what: ran.output,
            });
        }
        if ran.code == 0 {
            memory.done.insert(verb_of(&step.command));
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
    derive_statements(&mut stage)?;
    Ok(memory)
}

/// The whole record gives each of its statements again.
fn derive_statements(stage: &mut Stage) -> Result<(), Fault> {
    let trouble = |what: String| Fault {
        kind: "trouble".into(),
        what,
    };
    let derived = stage
        .with_journal(|journal, _| Ok(derive_again(&journal.stored()?)?))
        .map_err(|t| trouble(t.to_text()))?;
    match derived.faults.first() {
        None => Ok(()),
        Some(fault) => Err(Fault {
            kind: "not derived again".into(),
            what: format!("statement {}: {}", fault.statement, fault.what),
        }),
    }
}

/// The command without what it is about: `scope add`, `close`.
fn verb_of(command: &str) -> String {
    let words = command.split(' ').take(2);
    let verbs = words.filter(|w| w.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'));
    verbs.collect::<Vec<_>>().join(" ")
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

/// Adopts the shipped workspace with fewer channels and one language, or as it is.
fn adopt_workspace(stage: &mut Stage, now: At, is_narrow: bool) -> Result<(), Fault> {
    let [workspace, _] = WORKSPACE else {
        panic!("a workspace and a network are shipped")
    };
    let narrowed = |text: &str| {
        let one = text.replacen("languages: [vi, en]", "languages: [vi]", 1);
        let known = "    may_know: public\n";
        one.replacen(
            known,
            &format!("{known}    channels: [web, call-centre]\n"),
            1,
        )
    };
    let text = if is_narrow {
        narrowed(workspace.text)
    } else {
        workspace.text.to_owned()
    };
    let file = Adoptable {
        kind: TextKind::Workspace,
        name: "workspace".into(),
        path: workspace.path.into(),
        bytes: text.into_bytes(),
    };
    stage.adopt_at(now, file).map_err(|t| Fault {
        kind: "adopting".into(),
        what: t.to_text(),
    })
}
