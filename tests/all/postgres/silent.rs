//! Lines that die without a word: every command ends after one deadline, on the copy, and what is recorded goes into the side
//! journal.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::{prepared, words};
use crate::support::postgres_server::{Server, saydo};

/// Passes on what the server says until so many bytes, and then nothing more, without closing anything.
fn black_hole(to: u16, after: Arc<AtomicUsize>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            let mut server = TcpStream::connect(("127.0.0.1", to)).unwrap();
            let (mut from, mut onward) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            std::thread::spawn(move || std::io::copy(&mut from, &mut onward));
            let after = after.load(Ordering::SeqCst);
            std::thread::spawn(move || {
                let (mut passed, mut buffer) = (0, [0_u8; 4096]);
                while let Ok(n @ 1..) = server.read(&mut buffer) {
                    passed += n;
                    if passed > after {
                        std::thread::sleep(Duration::from_secs(600));
                    }
                    if client.write_all(&buffer[..n]).is_err() {
                        return;
                    }
                }
            });
        }
    });
    port
}

#[test]
fn a_line_that_dies_silently_costs_one_deadline() {
    let Some(server) = Server::shared() else {
        return;
    };
    prepared(&server);
    let after = Arc::new(AtomicUsize::new(usize::MAX));
    let port = black_hole(server.port, Arc::clone(&after));
    let url = format!(
        "postgres://writer@localhost:{port}/{}?sslmode=disable",
        server.database
    );
    let dir = tempfile::tempdir().unwrap();
    let run = |dir: &std::path::Path, args: &[&str]| {
        let began = Instant::now();
        let out = saydo(dir)
            .env("PGPASSWORD", "w")
            .args(args)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&out.stdout).into_owned()
            + &String::from_utf8_lossy(&out.stderr);
        (out.status.code(), words(&said), began.elapsed())
    };
    let (code, said, _) = run(dir.path(), &["init", "ws", "--record", &url]);
    assert_eq!(code, Some(0), "{said}");
    let ws = dir.path().join("ws");
    let declare = [
        "declare",
        "submarine-cable-disruption",
        "--link",
        "AAG=down",
    ];
    let (code, said, usual) = run(&ws, &declare);
    assert_eq!(code, Some(0), "{said}");
    for bytes in [600, 2000, 50_000] {
        after.store(bytes, Ordering::SeqCst);
        let (code, said, took) = run(&ws, &["status"]);
        println!("{bytes} bytes, then silence: {took:?} (declare took {usual:?} on a good line)");
        assert!(code.is_some_and(|c| c < 2), "{bytes}: {said}");
        assert!(said.contains("cannot be reached"), "{bytes}: {said}");
        assert!(took < Duration::from_secs(20) + usual, "{bytes}: {took:?}");
    }
    let (code, said, _) = run(&ws, &["log", "noted apart"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(ws.join(".saydo/apart.db").exists(), "{said}");
    // When the line is back, it is brought in.
    after.store(usize::MAX, Ordering::SeqCst);
    let (code, said, _) = run(&ws, &["record", "rejoin"]);
    assert_eq!(code, Some(0), "{said}");
}
