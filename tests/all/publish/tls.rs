//! Whom we speak to is checked, for mail and for HTTP. It does not look at what is sent.

use std::collections::BTreeMap;
use std::process::Stdio;

use crate::support::play::{Play, SECRET, declared};
use crate::support::readers;

/// A certificate of a court of our own for localhost: file of the certificate, file of the key.
fn certificate(p: &Play) -> bool {
    let made = std::process::Command::new("openssl")
        .args([
            "req",
            "-new",
            "-x509",
            "-days",
            "3650",
            "-nodes",
            "-subj",
            "/CN=localhost",
        ])
        .args([
            "-addext",
            "subjectAltName=DNS:localhost",
            "-addext",
            "basicConstraints=critical,CA:FALSE",
        ])
        .arg("-keyout")
        .arg(p.path("server.key"))
        .arg("-out")
        .arg(p.path("server.pem"))
        .output();
    made.is_ok_and(|o| o.status.success())
}

/// A process that ends with its test.
struct Ended(std::process::Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn first_line(child: &mut std::process::Child) -> String {
    let mut out = std::io::BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    std::io::BufRead::read_line(&mut out, &mut line).unwrap();
    // The rest is not read: the pipe is kept open by leaking its end.
    std::mem::forget(out);
    line.trim().to_owned()
}

#[test]
fn tls_is_checked_for_mail_and_for_http() {
    let p = Play::new("");
    if !certificate(&p) {
        readers::missing("openssl");
        return;
    }
    let started = |script: &str, mode: &[&str]| {
        let mut python = readers::python(script)?;
        python
            .args(mode)
            .arg(p.path("server.pem"))
            .arg(p.path("server.key"));
        let mut child = python
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let port = first_line(&mut child);
        Some((Ended(child), port))
    };
    let (Some(start), Some(tls), Some(web)) = (
        started("mail.py", &["starttls"]),
        started("mail.py", &["tls"]),
        started("https.py", &[]),
    ) else {
        return;
    };
    let mut outlets = String::new();
    for (name, port, tls) in [("start", &start.1, "starttls"), ("whole", &tls.1, "tls")] {
        let of = |name: &str, more: &str| {
            format!(
                "  {name}: {{ kind: smtp, server: \"localhost:{port}\", tls: {tls}{more}, from: a@abc.vn, to: [b@khach.vn], channels: [email], one_message: true }}\n"
            )
        };
        outlets += &of(name, ", ca: server.pem");
        outlets += &of(&format!("{name}-unknown"), "");
    }
    for (name, host, more) in [
        ("web", "localhost", ", ca: server.pem"),
        ("web-unknown", "localhost", ""),
        ("web-name", "127.0.0.1", ", ca: server.pem"),
    ] {
        outlets += &format!(
            "  {name}: {{ kind: webhook, url: \"https://{host}:{}/\", secret: \"env:OUTLET_SECRET\"{more}, channels: [web], one_message: true }}\n",
            web.1
        );
    }
    let mut p2 = p;
    p2.secret = Some(SECRET.into());
    p2.write_outlets(&outlets);
    p2.ok(&["adopt"]);
    declared(&p2);
    p2.run(&["publish"]);
    let of: BTreeMap<String, String> = p2.standings().into_iter().map(|s| (s.0, s.3)).collect();
    for (name, wanted) in [
        ("start", "delivered"),
        ("whole", "delivered"),
        ("web", "delivered"),
        ("start-unknown", "failed"),
        ("whole-unknown", "failed"),
        ("web-unknown", "failed"),
        ("web-name", "failed"),
    ] {
        assert_eq!(
            of[name],
            wanted,
            "{name}: {}",
            p2.ok(&["outbox", "list", "--all"])
        );
    }
}
