//! Mail servers that answer slowly, without end or not at all.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::*;

/// A server on loopback that treats each connection in this way, until the other side leaves; gives its port.
fn serve(treat: impl Fn(TcpStream) -> std::io::Result<()> + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let treat = Arc::new(treat);
    std::thread::spawn(move || {
        for line in listener.incoming().flatten() {
            let treat = Arc::clone(&treat);
            std::thread::spawn(move || treat(line));
        }
    });
    port
}

/// Answers commands as a server does, until one begins with `until`; gives the connection then.
fn answer_until(line: TcpStream, until: &str) -> std::io::Result<TcpStream> {
    let mut out = line.try_clone()?;
    out.write_all(b"220 here\r\n")?;
    let mut lines = BufReader::new(line).lines();
    let mut is_text = false;
    while let Some(Ok(said)) = lines.next() {
        if said.starts_with(until) && (until != "." || said == ".") {
            break;
        }
        let is_data = said == "DATA";
        let answer: &[u8] = match is_data {
            true => b"354 go on\r\n",
            false => b"250 yes\r\n",
        };
        // The lines of the mail itself are not answered.
        if !is_text {
            out.write_all(answer)?;
        }
        is_text |= is_data;
    }
    Ok(out)
}

/// Says nothing for longer than any deadline here.
fn keep_silent(_line: TcpStream) -> std::io::Result<()> {
    std::thread::sleep(Duration::from_secs(60));
    Ok(())
}

fn give_mail_to(port: u16, tls: &str) -> (SendOutcome, Duration) {
    let outlet = format!(
        "{{ kind: smtp, server: 'localhost:{port}', tls: {tls}, from: a@b.vn, to: [c@d.vn], channels: [email], timeout: 1s }}"
    );
    let outlet: Outlet = serde_yaml::from_str(&outlet).unwrap();
    let server = MailServer::new(&outlet, Path::new("."), None).unwrap();
    let mail = Message::builder()
        .from("a@b.vn".parse().unwrap())
        .to("c@d.vn".parse().unwrap())
        .body(String::from("nước"))
        .unwrap();
    let began = Instant::now();
    let outcome = server.give_mail(&mail, "id".into());
    drop(server);
    (outcome, began.elapsed())
}

#[test]
fn one_deadline_holds_for_the_whole_exchange() {
    let drip = serve(|mut line| {
        loop {
            line.write_all(b"220-wait\r\n")?;
            std::thread::sleep(Duration::from_millis(200));
        }
    });
    let drip_letters = serve(|mut line| {
        loop {
            line.write_all(b"2")?;
            std::thread::sleep(Duration::from_millis(200));
        }
    });
    let silent = serve(keep_silent);
    let silent_at_data = serve(|line| keep_silent(answer_until(line, "DATA")?));
    for (port, tls) in [
        (drip, "none"),
        (drip, "tls"),
        (drip_letters, "starttls"),
        (silent, "none"),
        (silent, "tls"),
        (silent_at_data, "none"),
    ] {
        let (outcome, took) = give_mail_to(port, tls);
        // Its text never left, so it is certainly not there.
        let is_right = matches!(outcome, SendOutcome::Unreached(_));
        assert!(
            is_right && took < Duration::from_secs(4),
            "{tls}: {outcome:?} {took:?}"
        );
    }
}

#[test]
fn a_mail_whose_text_left_is_unclear_without_an_answer() {
    let port = serve(|line| keep_silent(answer_until(line, ".")?));
    let (outcome, took) = give_mail_to(port, "none");
    assert!(matches!(outcome, SendOutcome::Unanswered(_)), "{outcome:?}");
    assert!(took < Duration::from_secs(4), "{took:?}");
    let port = serve(|line| answer_until(line, ".").map(|_| ()));
    let (outcome, _) = give_mail_to(port, "none");
    assert!(matches!(outcome, SendOutcome::Unclear(_)), "{outcome:?}");
}

#[test]
fn a_line_without_an_end_costs_no_memory() {
    let sent = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&sent);
    let port = serve(move |mut line| {
        loop {
            line.write_all(&[b'2'; 65536])?;
            counted.fetch_add(65536, Ordering::SeqCst);
        }
    });
    let (outcome, took) = give_mail_to(port, "none");
    assert!(matches!(outcome, SendOutcome::Unreached(_)), "{outcome:?}");
    assert!(
        format!("{outcome:?}").contains("longer than"),
        "{outcome:?}"
    );
    // What the system's own buffers hold, and what we read: never what a second brings.
    let sent = sent.load(Ordering::SeqCst);
    assert!(sent < 32 * 1024 * 1024, "{sent} bytes in {took:?}");
}

#[test]
fn a_server_that_takes_it_or_refuses_it_is_believed() {
    let port = serve(|line| {
        let mut line = answer_until(line, ".")?;
        line.write_all(b"250 taken\r\n")
    });
    assert_eq!(
        give_mail_to(port, "none").0,
        SendOutcome::There(Some("id".into()))
    );
    for (answer, is_final) in [("550 no such user", true), ("451 later", false)] {
        let port = serve(move |line| {
            let mut line = answer_until(line, "RCPT")?;
            line.write_all(format!("{answer}\r\n").as_bytes())?;
            keep_silent(line)
        });
        let (outcome, took) = give_mail_to(port, "none");
        let wanted = match is_final {
            true => matches!(outcome, SendOutcome::Refused(_)),
            false => matches!(outcome, SendOutcome::NotThere(..)),
        };
        assert!(
            wanted && took < Duration::from_secs(4),
            "{outcome:?} {took:?}"
        );
    }
}
