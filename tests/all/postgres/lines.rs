//! Lines that are cut in mid-commit, and a server that restarts: what was reported is so. It starts no program of ours.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use super::{address, chain, prepared};
use crate::support::postgres_server::Server;
use saydo::{Appended, Head, Postgres, Record, StoreError};

/// Passes bytes on to the server; can cut the line before or after an append.
fn proxy(to: u16, cut: Arc<AtomicU8>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let server = TcpStream::connect(("127.0.0.1", to)).unwrap();
            let (mut from, mut onward) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            let mode = Arc::clone(&cut);
            std::thread::spawn(move || {
                let mut buffer = [0_u8; 65536];
                while let Ok(n @ 1..) = from.read(&mut buffer) {
                    let is_commit = buffer[..n].windows(8).any(|w| w == b"\"round\":");
                    // 1: the append never arrives; 2: it arrives, and its answer does not.
                    if is_commit && mode.load(Ordering::SeqCst) == 1 {
                        mode.store(0, Ordering::SeqCst);
                        let _ = from.shutdown(std::net::Shutdown::Both);
                        let _ = onward.shutdown(std::net::Shutdown::Both);
                        return;
                    }
                    if is_commit && mode.load(Ordering::SeqCst) == 2 {
                        mode.store(3, Ordering::SeqCst);
                    }
                    if onward.write_all(&buffer[..n]).is_err() {
                        return;
                    }
                }
                let _ = onward.shutdown(std::net::Shutdown::Both);
            });
            let (mut back, mut out) = (server, client);
            let mode = Arc::clone(&cut);
            std::thread::spawn(move || {
                let mut buffer = [0_u8; 65536];
                while let Ok(n @ 1..) = back.read(&mut buffer) {
                    if mode.load(Ordering::SeqCst) == 3 {
                        mode.store(0, Ordering::SeqCst);
                        let _ = out.shutdown(std::net::Shutdown::Both);
                        return;
                    }
                    if out.write_all(&buffer[..n]).is_err() {
                        return;
                    }
                }
                let _ = out.shutdown(std::net::Shutdown::Both);
            });
        }
    });
    port
}

#[test]
fn a_line_cut_in_mid_commit_is_asked_about_and_never_written_twice() {
    let Some(server) = Server::shared() else {
        return;
    };
    prepared(&server);
    let cut = Arc::new(AtomicU8::new(0));
    let port = proxy(server.port, Arc::clone(&cut));
    let url = server
        .url("writer", "disable")
        .replace(&server.port.to_string(), &port.to_string());
    let mut record = Postgres::open(&address(&url)).unwrap();
    let mut head = record.head().unwrap();
    let (mut done, mut not) = (0, 0);
    for round in 0..20 {
        cut.store(1 + round % 2, Ordering::SeqCst);
        let next = chain(&head, &[&format!("\"round\":{round}")]);
        match record.append(&head, &next) {
            Ok(Appended::Done(h)) => {
                done += 1;
                assert_eq!(h.hash, next[0].hash);
                head = h;
            }
            Ok(Appended::Moved(_)) => panic!("nobody else writes"),
            Err(e) => {
                not += 1;
                assert!(matches!(e, StoreError::Away { .. }), "{e}");
                assert_eq!(record.head().unwrap(), head, "reported as not written");
            }
        }
    }
    assert_eq!((done, not), (10, 10));
    assert_eq!(record.read_events_after(0).unwrap().len(), 10);
}

#[test]
fn a_restart_is_reported_and_nothing_is_lost() {
    let Some(server) = Server::start() else {
        return;
    };
    let at = prepared(&server);
    let mut record = Postgres::open(&at).unwrap();
    let first = chain(&Head::empty(), &["\"a\":1"]);
    let Appended::Done(head) = record.append(&Head::empty(), &first).unwrap() else {
        panic!("it is empty")
    };
    let second = chain(&head, &["\"x\":1"]);
    server.down();
    let started = std::time::Instant::now();
    assert!(matches!(
        record.append(&head, &second),
        Err(StoreError::Away { .. })
    ));
    assert!(
        started.elapsed().as_secs() < 10,
        "it says so within seconds"
    );
    server.up();
    let mut record = Postgres::open(&at).unwrap();
    assert_eq!(record.read_events_after(0).unwrap(), first);
    assert!(matches!(
        record.append(&head, &second),
        Ok(Appended::Done(_))
    ));
}
