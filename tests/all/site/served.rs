//! `serve`: for one's own browser and nobody else's page, bounded in every way, and nothing of it stays behind.

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use super::night;
use crate::support::play::files;
use crate::support::served::Served;

#[test]
fn it_answers_to_names_of_this_machine_and_below_its_folder() {
    let p = night();
    p.ok(&["site", "build", "site"]);
    std::fs::create_dir(p.path("secret")).unwrap();
    std::fs::write(p.path("secret/leak.json"), "TOPSECRET").unwrap();
    for (to, at) in [
        ("secret", "site/linked"),
        ("secret/leak.json", "site/leak.json"),
    ] {
        std::os::unix::fs::symlink(p.path(to), p.path(at)).unwrap();
    }
    let served = Served::start(&p, &["serve", "--dir", "site"]);
    for host in ["localhost", &served.at.clone(), "[::1]:80"] {
        let (status, body) = served.get("/", host);
        assert!(
            status.contains("200") && body.contains("<html"),
            "{host}: {status}"
        );
    }
    for host in ["evil.example", "evil.example:80", "localhost.evil.example"] {
        let (status, body) = served.get("/", host);
        assert!(
            status.contains("421") && !body.contains("html"),
            "{host}: {status}"
        );
    }
    for path in [
        "/linked/leak.json",
        "/leak.json",
        "/../secret/leak.json",
        "/linked/../index.html",
        "/.saydo-site.json",
        "//etc/passwd",
    ] {
        let (status, body) = served.get(path, "localhost");
        assert!(
            status.contains("404") && !body.contains("TOPSECRET"),
            "{path}: {status} {body}"
        );
    }
    let (status, _) =
        served.ask("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc");
    assert!(status.contains("405"), "{status}");
}

#[test]
fn nobody_stops_it_by_what_they_send_or_do_not_read() {
    let p = night();
    p.ok(&["site", "build", "site"]);
    let served = Served::start(&p, &["serve", "--dir", "site"]);
    let honest = |what: &str| {
        let began = Instant::now();
        let (status, _) = served.get("/", "localhost");
        let took = began.elapsed();
        assert!(
            status.contains("200") && took < Duration::from_secs(5),
            "{what}: {status} {took:?}"
        );
    };
    let mut held = Vec::new();
    for begun in [
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: loc",
        "",
    ] {
        let mut line = served.connect();
        line.write_all(begun.as_bytes()).unwrap();
        held.push(line);
        honest(begun);
    }
    // Pipelined without reading.
    let mut line = served.connect();
    let _ = line.write_all(
        "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
            .repeat(1000)
            .as_bytes(),
    );
    held.push(line);
    honest("pipelined");
    // A header without an end costs no memory.
    let mut line = served.connect();
    let _ = line.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ");
    let mut sent = 0_usize;
    while line.write_all(&[b'x'; 65536]).is_ok() && sent < 64 * 1024 * 1024 {
        sent += 65536;
    }
    assert!(
        sent < 64 * 1024 * 1024,
        "{sent} bytes of a header were taken"
    );
    honest("a long header");
    // Half heads: threads are bounded, and each ends after its time.
    for _ in 0..400 {
        let mut line = served.connect();
        let _ = line.write_all(b"GET / HTTP/1.1\r\n");
        held.push(line);
    }
    let threads =
        std::fs::read_dir(format!("/proc/{}/task", served.child.id())).map(Iterator::count);
    assert!(threads.as_ref().is_ok_and(|n| *n < 150), "{threads:?}");
    std::thread::sleep(Duration::from_secs(6));
    honest("half heads");
}

#[test]
fn pages_of_the_staff_are_for_their_owner_and_go_with_it() {
    let p = night();
    for signal in ["INT", "TERM"] {
        let mut served = Served::start(&p, &["serve", "--staff"]);
        let (status, body) = served.get("/index.html", "localhost");
        assert!(status.contains("200") && body.contains("<html"), "{status}");
        let own = served.own_folders();
        assert_eq!(own.len(), 1, "{own:?}");
        let mode =
            |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&own[0]), 0o700);
        for name in files(&own[0]).keys() {
            assert_eq!(mode(&own[0].join(name)), 0o600, "{name}");
        }
        let pid = served.child.id().to_string();
        let sent = std::process::Command::new("kill")
            .args(["-s", signal, &pid])
            .status();
        assert!(sent.is_ok_and(|s| s.success()));
        let ended = served.child.wait().unwrap();
        assert!(!ended.success());
        assert!(
            served.own_folders().is_empty(),
            "{signal}: {:?}",
            served.own_folders()
        );
    }
}

#[test]
fn it_shows_what_came_into_the_record_after_it_began() {
    let p = night();
    let served = Served::start(&p, &["serve"]);
    let (_, before) = served.get("/", "localhost");
    let (_, again) = served.get("/", "localhost");
    assert_eq!(before, again, "nothing has moved");
    p.ok(&["scope", "add", "AAE-1", "--incident", "INC-3"]);
    p.ok(&["link", "set", "AAE-1", "down"]);
    p.ok(&["statement", "issue", "INC-3", "--yes"]);
    let (status, after) = served.get("/", "localhost");
    assert!(status.contains("200") && after != before, "{after}");
}
