//! The status page: what it shows and what it does not, that the same record gives the same bytes, that nothing from the
//! record gets out of its place, and what readers that are not ours make of it. Builds that break off are in `mishaps`.

mod afterwards;
mod build;
mod foreign;
mod links;
mod served;
mod sheets;
mod shown;
mod states;
mod told;
mod work;

use std::collections::BTreeMap;

use crate::support::play::Play;

/// Two cables in a storm, announced work, and an incident that ended: enough for every part of the page.
fn night() -> Play {
    let p = Play::at("2026-11-19 08:00", "");
    p.now.set("2026-11-20 08:00");
    p.ok(&["declare", "core-failure", "--link", "DNS=down"]);
    p.ok(&["statement", "issue"]);
    p.now.set("2026-11-20 08:20");
    p.ok(&["link", "set", "DNS", "up", "--source", "own-check"]);
    p.now.set("2026-11-20 09:30");
    p.ok(&["still"]);
    p.ok(&["statement", "issue"]);
    p.ok(&["close", "INC-1"]);
    p.now.set("2026-11-24 10:00");
    p.ok(&[
        "declare",
        "planned-work",
        "--link",
        "IA",
        "--window",
        "27/11 00:00..27/11 04:00",
    ]);
    p.ok(&["statement", "issue", "INC-2"]);
    p.now.set("2026-11-24 20:00");
    p.ok(&[
        "declare",
        "several-cables",
        "--link",
        "AAG=down",
        "--link",
        "APG=down",
    ]);
    p.ok(&["statement", "issue", "INC-3"]);
    p.now.set("2026-11-24 20:30");
    p.ok(&[
        "link",
        "set",
        "AAG",
        "--window",
        "28/11..30/11",
        "--source",
        "cable-operator",
    ]);
    p.ok(&["statement", "issue", "INC-3"]);
    // Declared and not yet said: nobody outside hears of it here first.
    p.ok(&["declare", "core-failure", "--link", "CORE-HN=down"]);
    p
}

fn text(tree: &BTreeMap<String, Vec<u8>>, name: &str) -> String {
    String::from_utf8(
        tree.get(name)
            .unwrap_or_else(|| panic!("{name} is not there"))
            .clone(),
    )
    .unwrap()
}
