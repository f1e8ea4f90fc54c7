//! The status page as an outlet: an update counts when it can be read. What the page shows is in `site`.

use crate::support::play::{Play, declared};

#[test]
fn an_update_counts_when_it_can_be_read() {
    let p = Play::new("  page: { kind: site, folder: site, counts_as_update: true }\n");
    declared(&p);
    p.ok(&["publish"]);
    p.now.set("2026-11-25 09:50");
    p.ok(&["still"]);
    p.ok(&["statement", "issue"]);
    let verdict = || {
        let list = p.json(&["promise", "list", "--all"]);
        let all = list["promises"].as_array().unwrap();
        let of = all.iter().find(|x| x["number"] == 1).unwrap();
        (
            of["state"].as_str().unwrap().to_owned(),
            of["kept_at"].clone(),
        )
    };
    assert_eq!(verdict().0, "open", "issued, and nobody can read it");
    p.now.set("2026-11-25 09:56");
    p.ok(&["publish"]);
    let (state, at) = verdict();
    assert_eq!(
        (state.as_str(), at.as_str().unwrap_or_default()),
        ("kept", "2026-11-25T02:56:00Z")
    );
}

/// "Restored" is said, the incident is closed, and only then somebody publishes: the last word still goes out.
#[test]
fn the_last_word_goes_out_after_closing() {
    let p = Play::new(
        "  files: { kind: folder, folder: out, channels: [web] }\n  page: { kind: site, folder: site }\n",
    );
    declared(&p);
    p.ok(&["publish"]);
    p.now.set("2026-11-24 20:05");
    p.ok(&["link", "set", "AAG", "up", "--source", "own-check"]);
    p.now.set("2026-11-24 21:06");
    p.ok(&["still"]);
    p.ok(&["statement", "issue"]);
    p.ok(&["close"]);
    p.ok(&["publish"]);
    let last = std::fs::read_to_string(p.path("out/latest-web-en.txt")).unwrap();
    assert!(last.contains("restored"), "{last}");
    let page = std::fs::read_to_string(p.path("site/en/index.html")).unwrap();
    assert!(
        page.contains("There is no current notice"),
        "the page follows the closing: {page}"
    );
}
