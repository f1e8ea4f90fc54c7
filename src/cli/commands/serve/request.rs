//! Requests of one's own browser, bounded: how long one may be, how long it may take, and for whom it may ask. Knows no file.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// The longest request line with its headers, in bytes.
const LONGEST_HEAD: usize = 16 * 1024;

/// How long a request may take to arrive.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long an answer may take to leave.
const LONGEST_ANSWER: Duration = Duration::from_secs(30);

/// How much of a body is thrown away, so that who sent it reads the answer.
const MOST_THROWN_AWAY: usize = 64 * 1024;

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
pub struct Request {
    pub is_head: bool,
    /// The path with its query, as it was sent.
    pub target: String,
}

/// What is answered instead of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    BadRequest,
    /// The name by which we are asked is not ours.
    WrongHost,
    NotFound,
    Method,
    TooLong,
    Busy,
}

impl Refusal {
    /// The status with its words.
    pub fn status(self) -> &'static str {
        match self {
            Refusal::BadRequest => "400 Bad Request",
            Refusal::WrongHost => "421 Misdirected Request",
            Refusal::NotFound => "404 Not Found",
            Refusal::Method => "405 Method Not Allowed",
            Refusal::TooLong => "431 Request Header Fields Too Large",
            Refusal::Busy => "503 Service Unavailable",
        }
    }
}

/// Reads the head of a request; none when it does not come in time. A body is never read: nothing here takes one.
pub fn read_head(line: &mut TcpStream) -> io::Result<Result<String, Refusal>> {
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
            head.truncate(from + end);
            let text = String::from_utf8(head);
            return Ok(text.map_err(|_| Refusal::BadRequest));
        }
        if head.len() > LONGEST_HEAD {
            return Ok(Err(Refusal::TooLong));
        }
    }
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
    let mut host = None;
    for line in lines {
        let (name, value) = line.split_once(':').ok_or(Refusal::BadRequest)?;
        if name.eq_ignore_ascii_case("host") && host.replace(value.trim()).is_some() {
            return Err(Refusal::BadRequest);
        }
    }
    if only_loopback && !is_loopback_host(host.ok_or(Refusal::BadRequest)?) {
        return Err(Refusal::WrongHost);
    }
    match method {
        "GET" | "HEAD" => Ok(Request {
            is_head: method == "HEAD",
            target: target.to_owned(),
        }),
        _ => Err(Refusal::Method),
    }
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
            ("POST / HTTP/1.1", Refusal::Method),
            ("CONNECT /x HTTP/1.1", Refusal::Method),
        ] {
            assert_eq!(parse_head(head, false), Err(refusal), "{head}");
        }
        let wanted = Request {
            is_head: true,
            target: "/a?b".into(),
        };
        assert_eq!(parse_head("HEAD /a?b HTTP/1.0", false), Ok(wanted));
    }
}
