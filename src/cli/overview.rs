//! The first screen of the program, and the list of all commands in groups. It does not say what a command does: that stands
//! beside the command.

use crate::cli::output::Output;
use clap::Command as Known;
use serde_json::json;
use std::sync::LazyLock;

use crate::domain::record::event::VERSION;

/// The version, the commit that it was built from where it was handed out, and the format of the record that it writes.
pub(super) fn version() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        let built_from = match env!("SAYDO_BUILT_FROM") {
            "" => String::new(),
            commit => format!(" ({commit})"),
        };
        let program = env!("CARGO_PKG_VERSION");
        format!("{program}{built_from}, format of the record {VERSION}")
    });
    &TEXT
}

/// The first screen: the ten commands of a night, and where the rest is.
pub const FIRST_SCREEN: &str = "\
What happened
  declare   Open an incident
  set       Record the state of a link
  note      Note a fact, or keep a note for the record
  still     Confirm again what stands

What is said
  status    The situation in one screen
  say       Show what may be said now and issue it; or add a sentence of your own
  publish   Carry what was issued to where people are
  promise   What was promised, until when, and what became of it

When it is over, or goes wrong
  close     Close an incident
  halt      Stop everything that is being sent, at once

A night
  saydo declare submarine-cable-disruption --link AAG=down
  saydo say --publish
  saydo set AAG=up --source own-check

All commands: saydo commands.  One of them: saydo COMMAND -h.  To look around: saydo demo
The same in a browser: saydo desk";

/// All commands by what they are for.
const GROUPS: &[(&str, &[&str])] = &[
    (
        "What happened",
        &[
            "declare",
            "set",
            "link",
            "note",
            "fact",
            "log",
            "still",
            "scope",
            "incident",
            "change-playbook",
            "switch",
            "retract",
        ],
    ),
    (
        "What is said",
        &[
            "status",
            "say",
            "statement",
            "talking-points",
            "why",
            "check",
        ],
    ),
    (
        "Where it goes",
        &[
            "publish", "notice", "outbox", "told", "halt", "site", "serve", "desk",
        ],
    ),
    ("What was promised", &["promise", "resource", "tick"]),
    ("The shift", &["since", "handover", "close", "report"]),
    (
        "The house",
        &[
            "init", "adopt", "playbook", "person", "role", "key", "record",
        ],
    ),
    (
        "To try, and for programs",
        &[
            "demo",
            "replay",
            "mcp",
            "metrics",
            "commands",
            "completions",
            "man",
            "help",
        ],
    ),
];

/// Every command in its group, with what it does.
pub fn list_commands(known: &Known, out: &mut Output) {
    let about = |name: &str| {
        let found = known.find_subcommand(name).and_then(|c| c.get_about());
        found.map(ToString::to_string)
    };
    let mut all = Vec::new();
    for (i, (title, names)) in GROUPS.iter().enumerate() {
        if i > 0 {
            out.line("");
        }
        out.line(*title);
        for name in *names {
            let Some(what) = about(name).or_else(|| is_help(name)) else {
                continue;
            };
            out.item(&format!("  {name:<16}  "), &what);
            all.push(json!({ "name": name, "group": title, "about": what }));
        }
    }
    out.json = json!({ "commands": all });
}

/// The command that the argument parser adds itself.
fn is_help(name: &str) -> Option<String> {
    (name == "help").then(|| "What a command does, and its options".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;
    use std::collections::BTreeSet;

    fn listed() -> Vec<&'static str> {
        GROUPS
            .iter()
            .flat_map(|(_, all)| all.iter().copied())
            .collect()
    }

    #[test]
    fn every_command_has_one_group() {
        let cli = crate::cli::Cli::command();
        let names: BTreeSet<&str> = cli.get_subcommands().map(|c| c.get_name()).collect();
        let listed = listed();
        let once: BTreeSet<&str> = listed.iter().copied().collect();
        assert_eq!(once.len(), listed.len(), "a command stands in two groups");
        let known: BTreeSet<&str> = once.into_iter().filter(|n| *n != "help").collect();
        assert_eq!(names, known);
    }

    #[test]
    fn the_first_screen_has_ten_commands_that_exist() {
        let listed = listed();
        let shown: Vec<&str> = FIRST_SCREEN
            .lines()
            .filter(|l| l.starts_with("  ") && !l.starts_with("  saydo "))
            .filter_map(|l| l.split_whitespace().next())
            .collect();
        assert_eq!(shown.len(), 10);
        assert!(shown.iter().all(|name| listed.contains(name)), "{shown:?}");
        assert!(FIRST_SCREEN.lines().count() <= 24);
        assert!(FIRST_SCREEN.lines().all(|l| l.chars().count() <= 90));
    }
}
