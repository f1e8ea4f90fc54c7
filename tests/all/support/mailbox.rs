//! A mail server that is not ours (`tests/readers/mail.py`) and what arrived there. Without Python's readers there is none.

use std::io::BufRead;
use std::process::{Child, ChildStdout, Stdio};

use crate::support::readers;

/// A running mail server on loopback, without TLS.
pub struct Mailbox {
    child: Child,
    out: std::io::BufReader<ChildStdout>,
    pub port: String,
}

impl Mailbox {
    /// Starts one; `words` say how it behaves.
    pub fn start(words: &[&str]) -> Option<Mailbox> {
        let mut child = readers::python("mail.py")?
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = std::io::BufReader::new(child.stdout.take().unwrap());
        let mut port = String::new();
        out.read_line(&mut port).unwrap();
        let port = port.trim().to_owned();
        Some(Mailbox { child, out, port })
    }

    /// Ends it and gives the mails that arrived, as JSON: headers, parts, defects.
    pub fn read_mails(mut self) -> Vec<serde_json::Value> {
        drop(self.child.stdin.take());
        let mails = self
            .out
            .lines()
            .map(|l| serde_json::from_str(&l.unwrap()).unwrap())
            .collect();
        self.child.wait().unwrap();
        mails
    }
}
