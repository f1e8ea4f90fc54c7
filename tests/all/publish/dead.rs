//! Servers that are half dead: they take a connection and never come to an end. Others get their texts all the same.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::hook;
use crate::support::outlet_server::{Manner, OutletServer};
use crate::support::play::{SECRET, declared, with_secret};

/// A server that says a little every now and then, and never enough; gives its port.
fn tarpit(said: &'static [u8]) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut line in listener.incoming().flatten() {
            std::thread::spawn(move || {
                if said.starts_with(b"HTTP") {
                    let _ = line.read(&mut [0; 4096]);
                }
                let mut rest = said;
                while line.write_all(rest).is_ok() {
                    std::thread::sleep(Duration::from_millis(300));
                    rest = said
                        .get(said.len() - 1..)
                        .filter(|_| said.starts_with(b"HTTP"))
                        .unwrap_or(said);
                }
            });
        }
    });
    port
}

#[test]
fn a_dead_outlet_delays_no_other() {
    let mail = tarpit(b"220-wait\r\n");
    let chat = tarpit(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nx");
    // Our own folder comes before all others: what lies there when others are asked.
    let own: Arc<Mutex<(PathBuf, Vec<bool>)>> = Arc::default();
    let looked = Arc::clone(&own);
    let well = OutletServer::start(move |_| {
        let mut looked = looked.lock().unwrap();
        let is_there = looked.0.join("latest-web-en.txt").is_file();
        looked.1.push(is_there);
        Manner::ok()
    });
    // By name the dead ones come first.
    let outlets = format!(
        "  a: {{ kind: smtp, server: \"127.0.0.1:{mail}\", tls: none, from: a@b.vn, to: [c@d.vn], channels: [email], timeout: 3s }}\n  \
           b: {{ kind: slack, url: \"http://127.0.0.1:{chat}/x\", channels: [social], timeout: 3s }}\n  \
           z: {{ kind: folder, folder: out, channels: [web] }}\n{}",
        hook(&well.url("/hook"))
    );
    let p = with_secret(&outlets, SECRET);
    declared(&p);
    own.lock().unwrap().0 = p.path("out");
    let began = Instant::now();
    let (code, said) = p.run(&["publish"]);
    let took = began.elapsed();
    assert_eq!(code, 1, "{said}");
    for (outlet, wanted) in [
        ("a", "failed"),
        ("b", "unclear"),
        ("z", "delivered"),
        ("hook", "delivered"),
    ] {
        let of: Vec<String> = p
            .standings()
            .into_iter()
            .filter(|s| s.0 == outlet)
            .map(|s| s.3)
            .collect();
        assert!(
            !of.is_empty() && of.iter().any(|s| s == wanted),
            "{outlet}: {of:?}\n{said}"
        );
        // Nothing is sent to one that is dead after the first: each would wait as long.
        assert!(
            outlet == "b" || of.iter().all(|s| s == wanted),
            "{outlet}: {of:?}\n{said}"
        );
    }
    assert_eq!(own.lock().unwrap().1, [true; 4]);
    // One deadline, and not one for each outlet and text.
    assert!(took < Duration::from_secs(9), "{took:?}");
}

#[test]
fn headers_that_would_fill_the_memory_are_refused() {
    let server = OutletServer::start(|_| Manner::ok());
    let header = "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}";
    let outlets = hook(&server.url("/hook")).replace(
        "channels:",
        &format!("headers: {{ X-A: \"{header}\" }}, channels:"),
    );
    let p = with_secret(&outlets, SECRET);
    declared(&p);
    let (code, said) = p.run(&["publish"]);
    assert_eq!((code, said.contains("headers.X-A")), (1, true), "{said}");
    assert!(server.taken().is_empty());
}

/// The gateway took them, and then somebody holds the record's file: what had left is said, and not that nothing was.
#[test]
fn what_had_left_is_said_when_the_record_cannot_be_written() {
    let held: Arc<Mutex<(PathBuf, Option<rusqlite::Connection>)>> = Arc::default();
    let holder = Arc::clone(&held);
    let server = OutletServer::start(move |_| {
        let mut held = holder.lock().unwrap();
        if held.1.is_none() {
            let file = rusqlite::Connection::open(&held.0).unwrap();
            file.execute_batch("BEGIN EXCLUSIVE").unwrap();
            held.1 = Some(file);
        }
        Manner::ok()
    });
    let outlets = format!(
        "{}  z: {{ kind: folder, folder: out, channels: [web] }}\n",
        hook(&server.url("/hook"))
    );
    let p = with_secret(&outlets, SECRET);
    declared(&p);
    held.lock().unwrap().0 = p.path(".saydo/record.db");
    let (code, said) = p.run(&["publish"]);
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(code, 2, "{said}");
    for wanted in [
        "nothing more was written",
        "z 2 texts",
        "hook 4 texts, of which the record does not know 4",
        "saydo outbox",
    ] {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
}
