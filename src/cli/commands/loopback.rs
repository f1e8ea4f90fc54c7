//! Requests of one's own browser, bounded: how many at once, how long one may be, how long it may take, and for whom it may ask.
//! Knows no file and no page.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// So many connections at once: a browser opens six, and each has a thread for a few seconds at most.
const MOST_CONNECTIONS: usize = 128;

/// The longest request line with its headers, in bytes.
const LONGEST_HEAD: usize = 16 * 1024;

/// How long a request may take to arrive.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long an answer may take to leave.
const LONGEST_ANSWER: Duration = Duration::from_secs(30);

/// The longest form that is taken, in bytes.
const LONGEST_FORM: usize = 512 * 1024;

/// How much of a body is thrown away, so that who sent it reads the answer.
const MOST_THROWN_AWAY: usize = 64 * 1024;

/// What a request wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Get,
    Head,
    Post,
}

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
pub struct Request {
    pub method: Method,
    /// The path with its query, as it was sent.
    pub target: String,
    /// By name in small letters, in their order.
    headers: Vec<(String, String)>,
}

impl Request {
    /// What a header says; none when there is no such header, or several.
    pub fn header_of(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(n, _)| n == name);
        match (found.next(), found.next()) {
            (Some((_, value)), None) => Some(value),
            _ => None,
        }
    }

    /// The path without its query.
    pub fn path_alone(&self) -> &str {
        self.target.split(['?', '#']).next().unwrap_or_default()
    }

    /// What the query says under a name; empty when it says nothing.
    pub fn query_value(&self, name: &str) -> String {
        let query = self.target.split_once('?').map_or("", |(_, query)| query);
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        let found = pairs.find(|(key, _)| key == name);
        found.map_or_else(String::new, |(_, value)| value.into_owned())
    }
}

/// The head of a request, and what has come of its body.
#[derive(Debug)]
pub struct Begun {
    pub head: String,
    body: Vec<u8>,
}

/// Answers connections, each in a thread of its own, until the program is stopped. `before` runs before each.
pub fn serve_connections(
    listener: &TcpListener,
    mut before: impl FnMut(),
    answer: impl Fn(&mut TcpStream) -> io::Result<()> + Send + Sync + 'static,
) {
    let (open, answer) = (Arc::new(AtomicUsize::new(0)), Arc::new(answer));
    for mut line in listener.incoming().flatten() {
        if open.load(Ordering::SeqCst) >= MOST_CONNECTIONS {
            // Not waited for: it may be one of many that say nothing.
            let _ = line.set_nonblocking(true);
            let status = Refusal::Busy.status();
            let _ = write!(
                line,
                "HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            );
            continue;
        }
        before();
        open.fetch_add(1, Ordering::SeqCst);
        let (answer, open) = (Arc::clone(&answer), Arc::clone(&open));
        std::thread::spawn(move || {
            // Who asked may have gone.
            let _ = answer(&mut line);
            open.fetch_sub(1, Ordering::SeqCst);
        });
    }
}

/// What is answered instead of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    BadRequest,
    /// The name by which we are asked is not ours.
    WrongHost,
    NotFound,
    /// Who asks has not shown that they may.
    Forbidden,
    Method,
    TooLong,
    FormTooLong,
    Busy,
}

impl Refusal {
    /// The status with its words.
    pub fn status(self) -> &'static str {
        match self {
            Refusal::BadRequest => "400 Bad Request",
            Refusal::WrongHost => "421 Misdirected Request",
            Refusal::NotFound => "404 Not Found",
            Refusal::Forbidden => "403 Forbidden",
            Refusal::Method => "405 Method Not Allowed",
            Refusal::TooLong => "431 Request Header Fields Too Large",
            Refusal::FormTooLong => "413 Content Too Large",
            Refusal::Busy => "503 Service Unavailable",
        }
    }
}

/// Reads the head of a request.
///
/// # Errors
/// When it does not come in time.
pub fn read_head(line: &mut TcpStream) -> io::Result<Result<Begun, Refusal>> {
    let until = Instant::now() + PATIENCE;
    let (mut head, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        line.set_read_timeout(Some(left))?;
        let n = line.read(&mut buffer)?;
        if n == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let from = head.len().saturating_sub(3);
        head.extend_from_slice(&buffer[..n]);
        if let Some(end) = head[from..].windows(4).position(|w| w == b"\r\n\r\n") {
            let body = head.split_off(from + end + 4);
            head.truncate(from + end);
            let text = String::from_utf8(head);
            let begun = text.map(|head| Begun { head, body });
            return Ok(begun.map_err(|_| Refusal::BadRequest));
        }
        if head.len() > LONGEST_HEAD {
            return Ok(Err(Refusal::TooLong));
        }
    }
}

/// Reads the body of a request that says how long it is.
///
/// # Errors
/// When it does not come in time.
pub fn read_body(
    line: &mut TcpStream,
    begun: Begun,
    request: &Request,
) -> io::Result<Result<Vec<u8>, Refusal>> {
    let length = request.header_of("content-length");
    let Some(length) = length.and_then(|l| l.parse::<usize>().ok()) else {
        return Ok(Err(Refusal::BadRequest));
    };
    if length > LONGEST_FORM {
        return Ok(Err(Refusal::FormTooLong));
    }
    let until = Instant::now() + PATIENCE;
    let (mut body, mut buffer) = (begun.body, [0; 4096]);
    while body.len() < length {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        line.set_read_timeout(Some(left))?;
        match line.read(&mut buffer)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            n => body.extend_from_slice(&buffer[..n]),
        }
    }
    body.truncate(length);
    Ok(Ok(body))
}

/// Reads what is asked for. With `only_loopback` the host has to be a name of this machine: a page of somebody else whose name
/// was made to lead here could read ours otherwise.
///
/// # Errors
/// Why it is not answered.
pub fn parse_head(head: &str, only_loopback: bool) -> Result<Request, Refusal> {
    let mut lines = head.split("\r\n");
    let mut first = lines.next().unwrap_or_default().split(' ');
    let (Some(method), Some(target), Some(version), None) =
        (first.next(), first.next(), first.next(), first.next())
    else {
        return Err(Refusal::BadRequest);
    };
    if !version.starts_with("HTTP/1.") || !target.starts_with('/') {
        return Err(Refusal::BadRequest);
    }
    let mut headers = Vec::new();
    for line in lines {
        let (name, value) = line.split_once(':').ok_or(Refusal::BadRequest)?;
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let hosts = headers.iter().filter(|(name, _)| name == "host");
    if hosts.count() > 1 {
        return Err(Refusal::BadRequest);
    }
    let method = match method {
        "GET" => Method::Get,
        "HEAD" => Method::Head,
        "POST" => Method::Post,
        _ => return Err(Refusal::Method),
    };
    let request = Request {
        method,
        target: target.to_owned(),
        headers,
    };
    if only_loopback && !is_loopback_host(request.header_of("host").ok_or(Refusal::BadRequest)?) {
        return Err(Refusal::WrongHost);
    }
    Ok(request)
}

/// True for a name of this machine, with any port.
pub fn is_loopback_host(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    name.eq_ignore_ascii_case("localhost") || matches!(name, "127.0.0.1" | "[::1]")
}

/// Writes an answer and ends the connection.
pub fn write_answer(
    line: &mut TcpStream,
    status: &str,
    headers: &[(&str, &str)],
    body: &[u8],
    is_head: bool,
) -> io::Result<()> {
    let mut head = format!("HTTP/1.1 {status}\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!(
        "Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    ));
    let until = Instant::now() + LONGEST_ANSWER;
    write_until(line, head.as_bytes(), until)?;
    if !is_head {
        write_until(line, body, until)?;
    }
    line.shutdown(std::net::Shutdown::Write)?;
    throw_away(line)
}

/// Writes all of it before the deadline: one who does not read is not waited for.
fn write_until(line: &mut TcpStream, mut rest: &[u8], until: Instant) -> io::Result<()> {
    while !rest.is_empty() {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        line.set_write_timeout(Some(left))?;
        let n = line.write(rest)?;
        if n == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        rest = &rest[n..];
    }
    Ok(())
}

/// Reads a little of what is still sent: closing before would take the answer away from who asked.
fn throw_away(line: &mut TcpStream) -> io::Result<()> {
    line.set_read_timeout(Some(Duration::from_millis(200)))?;
    let (mut thrown, mut buffer) = (0, [0; 4096]);
    while thrown < MOST_THROWN_AWAY {
        match line.read(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(n) => thrown += n,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host_of(host: &str, only_loopback: bool) -> Option<Refusal> {
        let head = format!("GET / HTTP/1.1\r\n{host}");
        parse_head(head.trim_end(), only_loopback).err()
    }

    #[test]
    fn only_names_of_this_machine_are_answered() {
        for host in [
            "localhost",
            "LocalHost:80",
            "127.0.0.1",
            "127.0.0.1:8080",
            "[::1]",
            "[::1]:9",
        ] {
            assert_eq!(host_of(&format!("Host: {host}"), true), None, "{host}");
        }
        for host in [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "evil.example:80",
            "::1",
            "",
            "localhost:80:80",
            "127.0.0.2@evil.example",
        ] {
            let refused = host_of(&format!("Host: {host}"), true);
            assert_eq!(refused, Some(Refusal::WrongHost), "{host}");
            // Whoever named another address lets others in under names that we do not know.
            assert_eq!(host_of(&format!("Host: {host}"), false), None, "{host}");
        }
        assert_eq!(host_of("", true), Some(Refusal::BadRequest));
        let twice = "Host: localhost\r\nhost: evil.example";
        assert_eq!(host_of(twice, true), Some(Refusal::BadRequest));
    }

    #[test]
    fn what_is_no_request_is_refused() {
        for (head, refusal) in [
            ("GET /", Refusal::BadRequest),
            ("GET http://localhost/ HTTP/1.1", Refusal::BadRequest),
            ("GET / x HTTP/1.1", Refusal::BadRequest),
            ("GET / FTP/1", Refusal::BadRequest),
            ("", Refusal::BadRequest),
            ("GET / HTTP/1.1\r\nnonsense", Refusal::BadRequest),
            ("PUT / HTTP/1.1", Refusal::Method),
            ("CONNECT /x HTTP/1.1", Refusal::Method),
        ] {
            assert_eq!(parse_head(head, false), Err(refusal), "{head}");
        }
        let asked = parse_head("HEAD /a?b=c%20d&e HTTP/1.0\r\nCookie: x", false).unwrap();
        assert_eq!(asked.method, Method::Head);
        assert_eq!(
            (asked.path_alone(), &*asked.query_value("b")),
            ("/a", "c d")
        );
        assert_eq!(
            (asked.query_value("f"), asked.header_of("cookie")),
            (String::new(), Some("x"))
        );
    }

    /// What is said twice is not chosen from.
    #[test]
    fn a_header_that_is_given_twice_says_nothing() {
        let asked = parse_head("GET / HTTP/1.1\r\nX-User: a\r\nx-user: b", false).unwrap();
        assert_eq!(asked.header_of("x-user"), None);
    }
}
