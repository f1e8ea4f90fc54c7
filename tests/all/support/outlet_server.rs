//! A server on loopback that takes what outlets send, and can fail in every way that servers do.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A request as it arrived, whole.
#[derive(Debug, Clone)]
pub struct Got {
    pub method: String,
    pub path: String,
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

/// How the server behaves towards one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Manner {
    /// Takes it and answers with this status, headers and body.
    Answer(u16, Vec<(&'static str, String)>, String),
    /// Takes it, and answers after a while.
    Slow(Duration),
    /// Takes it and never answers.
    Silent,
    /// Reads half of it and closes.
    Halfway,
    /// Takes it, does what it is to do, and closes without an answer.
    Lost,
    /// Closes in the middle of the answer.
    BrokenAnswer,
}

impl Manner {
    pub fn ok() -> Manner {
        Manner::Answer(200, Vec::new(), "ok".into())
    }

    pub fn status(status: u16) -> Manner {
        Manner::Answer(status, Vec::new(), "no".into())
    }
}

type Choose = dyn Fn(&Got) -> Manner + Send + Sync;

/// The server: what it took is in `got`.
pub struct OutletServer {
    pub port: u16,
    pub got: Arc<Mutex<Vec<Got>>>,
}

impl OutletServer {
    /// Starts one that behaves as `choose` says.
    pub fn start(choose: impl Fn(&Got) -> Manner + Send + Sync + 'static) -> OutletServer {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let got = Arc::new(Mutex::new(Vec::new()));
        let (kept, choose): (_, Arc<Choose>) = (Arc::clone(&got), Arc::new(choose));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (kept, choose) = (Arc::clone(&kept), Arc::clone(&choose));
                std::thread::spawn(move || serve(stream, &kept, choose.as_ref()));
            }
        });
        OutletServer { port, got }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub fn taken(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Got> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|n| *n > 0)?;
    let mut words = line.split_whitespace();
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|n| *n > 0)?;
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':')?;
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers
        .get("content-length")
        .and_then(|l| l.parse().ok())
        .unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Got {
        method,
        path,
        headers,
        body: String::from_utf8(body).ok()?,
    })
}

fn serve(stream: TcpStream, kept: &Mutex<Vec<Got>>, choose: &Choose) {
    let mut out = stream.try_clone().unwrap();
    let mut reader = BufReader::new(stream);
    while let Some(got) = read(&mut reader) {
        let manner = choose(&got);
        if manner != Manner::Halfway && !matches!(manner, Manner::Answer(s, ..) if s >= 300) {
            kept.lock().unwrap().push(got);
        }
        match manner {
            Manner::Answer(status, headers, body) => {
                let mut head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n", body.len());
                for (name, value) in headers {
                    head.push_str(&format!("{name}: {value}\r\n"));
                }
                if out
                    .write_all(format!("{head}\r\n{body}").as_bytes())
                    .is_err()
                {
                    return;
                }
            }
            Manner::Slow(wait) => {
                std::thread::sleep(wait);
                let _ = out.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
            }
            Manner::Silent => {
                // Until the other side gives up.
                let _ = reader.read(&mut [0; 1]);
                return;
            }
            Manner::Halfway | Manner::Lost => return,
            Manner::BrokenAnswer => {
                let _ = out.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 200\r\n\r\nok");
                return;
            }
        }
    }
}
