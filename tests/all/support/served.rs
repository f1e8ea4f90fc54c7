//! The program while it answers a browser on this machine. Reads no page.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::Duration;

use super::play::Play;

/// The program, serving; ended when it is dropped.
pub struct Served {
    pub child: Child,
    /// The address, without what stands before and after it.
    pub at: String,
    /// The whole line that it printed.
    pub line: String,
    tmp: tempfile::TempDir,
}

impl Served {
    pub fn start(p: &Play, args: &[&str]) -> Served {
        let tmp = tempfile::tempdir().unwrap();
        let mut child = p
            .command(args)
            .env("TMPDIR", tmp.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap())
            .read_line(&mut line)
            .unwrap();
        let at = line
            .split("http://")
            .nth(1)
            .unwrap()
            .split('/')
            .next()
            .unwrap();
        Served {
            at: at.to_owned(),
            line: line.clone(),
            child,
            tmp,
        }
    }

    pub fn connect(&self) -> TcpStream {
        let line = TcpStream::connect(&self.at).unwrap();
        line.set_read_timeout(Some(Duration::from_secs(30)))
            .unwrap();
        line
    }

    /// The status line and the body of the answer to these bytes.
    pub fn ask(&self, bytes: &str) -> (String, String) {
        let mut line = self.connect();
        line.write_all(bytes.as_bytes()).unwrap();
        let mut said = String::new();
        let _ = line.read_to_string(&mut said);
        let body = said.split("\r\n\r\n").nth(1).unwrap_or_default().to_owned();
        (said.lines().next().unwrap_or_default().to_owned(), body)
    }

    pub fn get(&self, path: &str, host: &str) -> (String, String) {
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n"))
    }

    /// The folders that it made for itself.
    pub fn own_folders(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.tmp.path()).unwrap().flatten();
        entries.map(|e| e.path()).collect()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
