//! Building: the same record gives the same bytes, and who reads meanwhile sees no half of it. What breaks off is in
//! `mishaps::build`.

use super::{night, text};
use crate::support::play::files;

#[test]
fn the_same_record_gives_the_same_bytes_and_only_what_changed_is_written() {
    let p = night();
    p.ok(&["site", "build", "a"]);
    p.ok(&["site", "build", "b"]);
    let (a, b) = (files(&p.path("a")), files(&p.path("b")));
    assert_eq!(a, b);
    // Time passes: as long as nothing falls due, nothing changes.
    p.now.set("2026-11-24 20:40");
    let again = p.json(&["site", "build", "a"]);
    assert_eq!(again["files"]["written"], 0, "{again}");
    // A promised time passes: the page says so.
    p.now.set("2026-11-25 11:00");
    p.ok(&["site", "build", "a"]);
    let late = text(&files(&p.path("a")), "en/index.html");
    assert!(
        late.contains("Late: its time has passed")
            || late.contains("That time has passed: we are late."),
        "{late}"
    );
    // What was tampered with or lost comes back; what is gone is removed.
    std::fs::remove_file(p.path("b/feed.xml")).unwrap();
    p.now.set("2026-11-24 20:40");
    let mended = p.json(&["site", "build", "b"]);
    assert_eq!(mended["files"]["written"], 1, "{mended}");
    // A folder of somebody else is left alone.
    std::fs::create_dir(p.path("mine")).unwrap();
    std::fs::write(p.path("mine/index.html"), "mine").unwrap();
    let (code, said) = p.run(&["site", "build", "mine"]);
    assert_eq!(
        (code, said.contains("no site of ours made")),
        (2, true),
        "{said}"
    );
    assert_eq!(std::fs::read(p.path("mine/index.html")).unwrap(), b"mine");
}

/// While it is built again and again, somebody who reads finds every page that another points to.
#[test]
fn a_reader_never_sees_half_a_site() {
    let p = night();
    p.ok(&["site", "build", "site"]);
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let (root, done) = (p.path("site"), &done);
        let reading = scope.spawn(move || {
            let mut looked = 0;
            while !done.load(std::sync::atomic::Ordering::Relaxed) {
                let page = std::fs::read_to_string(root.join("index.html")).unwrap();
                assert!(page.trim_end().ends_with("</html>"), "{page}");
                for target in page
                    .split("href=\"")
                    .skip(1)
                    .filter_map(|t| t.split('"').next())
                {
                    let target = target.replace("&#x2f;", "/");
                    if target.ends_with(".html") {
                        assert!(root.join(&target).is_file(), "{target}");
                    }
                }
                looked += 1;
            }
            looked
        });
        for i in 0..8 {
            p.ok(&[
                "link",
                "set",
                "AAG",
                if i % 2 == 0 { "degraded" } else { "down" },
            ]);
            p.ok(&["statement", "issue", "INC-3"]);
            p.ok(&["site", "build", "site"]);
        }
        done.store(true, std::sync::atomic::Ordering::Relaxed);
        assert!(reading.join().unwrap() > 8);
    });
}
