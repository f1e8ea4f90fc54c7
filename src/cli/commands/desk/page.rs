//! An answer of the desk to a browser, written with its headers. It makes no page.

use std::io;
use std::net::TcpStream;

use crate::cli::commands::loopback::{Refusal, write_answer};
use crate::cli::trouble::Trouble;
use crate::desk::DeskError;
use crate::desk::screen::desk_word;
use crate::domain::base::lang::Lang;

/// What a page may load, and where its forms go.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// An answer that is no refusal.
pub enum Page {
    Html(String),
    /// What is wrong with the workspace, in words.
    Trouble(String),
    /// Another page, and a cookie to set.
    Elsewhere(String, Option<String>),
    Plain(&'static str, String),
}

/// The page, or in its place what is wrong.
pub fn page_or_trouble(made: Result<String, DeskError>) -> Page {
    made.map_or_else(|e| Page::Trouble(Trouble::from(e).to_text()), Page::Html)
}

/// Writes an answer; the connection ends with it.
pub fn send_page(line: &mut TcpStream, page: Page, is_head: bool) -> io::Result<()> {
    let mut headers = vec![
        ("Content-Security-Policy", POLICY),
        ("X-Content-Type-Options", "nosniff"),
        // With none at all browsers say "null" for where a form comes from.
        ("Referrer-Policy", "same-origin"),
        ("Cache-Control", "no-store"),
    ];
    match &page {
        Page::Html(text) => {
            headers.push(("Content-Type", "text/html; charset=utf-8"));
            write_answer(line, "200 OK", &headers, text.as_bytes(), is_head)
        }
        Page::Trouble(text) => {
            headers.push(("Content-Type", "text/plain; charset=utf-8"));
            let status = Refusal::Busy.status();
            write_answer(line, status, &headers, text.as_bytes(), is_head)
        }
        Page::Plain(kind, text) => {
            headers.push(("Content-Type", kind));
            write_answer(line, "200 OK", &headers, text.as_bytes(), is_head)
        }
        Page::Elsewhere(to, cookie) => {
            headers.push(("Location", to));
            headers.extend(cookie.iter().map(|c| ("Set-Cookie", c.as_str())));
            write_answer(line, "303 See Other", &headers, b"", is_head)
        }
    }
}

/// Writes why nothing else is answered.
pub fn send_refusal(line: &mut TcpStream, refusal: Refusal) -> io::Result<()> {
    let headers = [("Content-Type", "text/plain; charset=utf-8")];
    let word = match refusal {
        Refusal::Forbidden => desk_word("closed_page", Lang::USUAL),
        Refusal::BadRequest => desk_word("bad_request", Lang::USUAL),
        _ => "",
    };
    let said = format!("{}\n{word}\n", refusal.status());
    write_answer(line, refusal.status(), &headers, said.as_bytes(), false)
}
