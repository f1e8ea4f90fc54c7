//! Builds of the status page that break off, meet each other, or are led into folders of others. What the page shows is in
//! `page`.

use super::told;
use crate::support::play::{Play, declared, files};

/// The staff's pages never lie where the public can read them, however the folders are named.
#[cfg(unix)]
#[test]
fn the_staffs_pages_are_never_inside_the_public_ones() {
    let p = Play::new("");
    declared(&p);
    std::fs::create_dir(p.path("real")).unwrap();
    std::os::unix::fs::symlink(p.path("real"), p.path("link")).unwrap();
    let whole = p.path("pub/staff").display().to_string();
    for (dir, staff) in [
        ("pub", "./pub/staff"),
        ("pub", "pub"),
        ("./pub/", "pub/../pub/x"),
        ("pub", whole.as_str()),
        ("real", "link/staff"),
        ("link/pub", "real"),
    ] {
        let (code, said) = told(&p, &["site", "build", dir, "--staff", staff]);
        assert_eq!(
            (code, said.contains("folder of their own")),
            (2, true),
            "{dir} {staff}: {said}"
        );
    }
    assert!(!p.path("pub").exists() && files(&p.path("real")).is_empty());
    p.ok(&["site", "build", "pub", "--staff", "pub-staff"]);
}

/// What a manifest says of files elsewhere is nothing to us.
#[test]
fn a_manifest_speaks_of_its_own_folder_only() {
    let p = Play::new("");
    declared(&p);
    p.ok(&["site", "build", "site"]);
    let manifest = p.path("site/.saydo-site.json");
    let mut says: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&manifest).unwrap()).unwrap();
    std::fs::write(p.path("victim.txt"), "victim\n").unwrap();
    let whole = p.path("victim.txt").display().to_string();
    for path in [
        "../victim.txt",
        "incidents/../../victim.txt",
        whole.as_str(),
    ] {
        says[path] = serde_json::json!({ "sha": "x", "size": 7 });
    }
    std::fs::write(&manifest, says.to_string()).unwrap();
    let said = p.ok(&["site", "build", "site"]);
    assert!(said.contains("0 removed"), "{said}");
    assert!(p.path("victim.txt").exists());
}

/// However a build ended, the next one makes the folder what a new one would be.
#[test]
fn a_build_after_one_that_broke_off_is_whole() {
    let p = Play::new("");
    declared(&p);
    let build = |dir: &str, base: &str| p.run(&["site", "build", dir, "--base-url", base]);
    let (a, b) = ("https://a.example", "https://b.example");
    build("fresh", a);
    let fresh = files(&p.path("fresh"));
    build("site", a);
    assert_eq!(files(&p.path("site")), fresh);
    // It breaks off at a file that cannot be replaced.
    std::fs::remove_file(p.path("site/index.html")).unwrap();
    std::fs::create_dir(p.path("site/index.html")).unwrap();
    std::fs::write(p.path("site/index.html/x"), "").unwrap();
    assert_eq!(build("site", b).0, 2);
    std::fs::remove_dir_all(p.path("site/index.html")).unwrap();
    std::fs::write(p.path("site/incidents/.saydo-part-abc"), "half").unwrap();
    assert_eq!(build("site", a).0, 0);
    assert_eq!(files(&p.path("site")), fresh);
    // Somebody edits a page, and its length stays.
    let page = p.path("site/incidents/INC-1.html");
    let text = std::fs::read_to_string(&page).unwrap();
    std::fs::write(&page, text.replace("AAG", "XXX")).unwrap();
    let later = std::time::SystemTime::now() + std::time::Duration::from_secs(5);
    std::fs::File::options()
        .write(true)
        .open(&page)
        .unwrap()
        .set_modified(later)
        .unwrap();
    assert!(build("site", a).1.contains("1 written"));
    assert_eq!(files(&p.path("site")), fresh);
    // The first build of all broke off: the folder is still ours.
    std::fs::create_dir_all(p.path("new/incidents")).unwrap();
    for (name, text) in [
        (".saydo-site.lock", ""),
        (".saydo-site.json", "{}"),
        (".saydo-site.begun", "[\"index.html\"]"),
        ("incidents/.saydo-part-x", "h"),
    ] {
        std::fs::write(p.path("new").join(name), text).unwrap();
    }
    assert_eq!(build("new", a).0, 0);
    assert_eq!(files(&p.path("new")), fresh);
}

/// Two build at once, and the one that waits read the record before something new was said: what it writes is the new.
#[cfg(target_os = "linux")]
#[test]
fn an_older_page_never_follows_a_newer_one() {
    let p = Play::new("");
    declared(&p);
    std::fs::create_dir(p.path("site")).unwrap();
    let held = std::fs::File::create(p.path("site/.saydo-site.lock")).unwrap();
    held.lock().unwrap();
    let mut waiting = p.command(&["site", "build", "site"]).spawn().unwrap();
    // It waits when it has the lock's file open: the record was read before that.
    let fds = format!("/proc/{}/fd", waiting.id());
    let waits = || {
        let all = std::fs::read_dir(&fds).into_iter().flatten().flatten();
        let mut open = all.filter_map(|e| std::fs::read_link(e.path()).ok());
        open.any(|to| to.ends_with(".saydo-site.lock"))
    };
    while !waits() {
        std::thread::yield_now();
    }
    p.ok(&["link", "set", "AAG", "--work", "located"]);
    p.ok(&["statement", "issue"]);
    drop(held);
    assert!(waiting.wait().unwrap().success());
    let page = String::from_utf8(files(&p.path("site"))["en/index.html"].clone()).unwrap();
    assert!(page.contains("Notice 2"), "{page}");
}
