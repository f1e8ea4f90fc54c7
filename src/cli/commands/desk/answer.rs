//! What the desk answers to a browser: pages for what it looks at, and what came of what it sent. Decides nothing about incidents.

use std::collections::VecDeque;
use std::io;
use std::net::TcpStream;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::cli::check_actor;
use crate::cli::commands::desk::click::{Answered, run_words, words_of};
use crate::cli::commands::desk::page::{Page, page_or_trouble, send_page, send_refusal};
use crate::cli::commands::desk::seat::Seat;
use crate::cli::commands::desk::sent::{Sent, is_same};
use crate::cli::commands::loopback::{
    Method, Refusal, Request, is_loopback_host, parse_head, read_body, read_head,
};
use crate::cli::commands::publish::read_recipient_lists;
use crate::cli::commands::show::describe_finding;
use crate::cli::entry_line::describe_entry;
use crate::cli::output::Output;
use crate::cli::random_id;
use crate::cli::session::Session;
use crate::desk::Journal;
use crate::desk::screen::confirm::{form_again, question_before, show_confirming};
use crate::desk::screen::frame::{StaffWords, Viewer, page_languages};
use crate::desk::screen::{ICON, SCRIPT, STYLE, Told, show_declaring, show_situation};
use crate::domain::base::digest::sha256;
use crate::domain::base::lang::Lang;

/// So many answers are kept until their page is loaded.
const KEPT_ANSWERS: usize = 50;

/// The desk, as it answers.
pub struct DeskServer {
    seat: Seat,
    key: String,
    /// The name of the cookie that shows the key: browsers give a cookie to every port of a machine.
    cookie: String,
    users_from: Option<String>,
    host: Option<String>,
    /// One click after the other, so that what was seen is what is acted on.
    clicking: Mutex<()>,
    told: Mutex<VecDeque<(String, Told)>>,
}

/// Who asks, and in which language.
struct Visit<'a> {
    person: Option<&'a str>,
    lang: Lang,
}

fn lock_of<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl DeskServer {
    pub fn new(
        seat: Seat,
        key: String,
        port: u16,
        users_from: Option<String>,
        host: Option<String>,
    ) -> DeskServer {
        DeskServer {
            seat,
            key,
            cookie: format!("saydo-desk-{port}"),
            users_from: users_from.map(|name| name.to_ascii_lowercase()),
            host,
            clicking: Mutex::new(()),
            told: Mutex::default(),
        }
    }

    /// Answers one request; the connection ends with it.
    ///
    /// # Errors
    /// When who asked is gone.
    pub fn answer_line(&self, line: &mut TcpStream) -> io::Result<()> {
        let begun = match read_head(line)? {
            Ok(begun) => begun,
            Err(refusal) => return send_refusal(line, refusal),
        };
        let request = match parse_head(&begun.head, false) {
            Ok(request) => request,
            Err(refusal) => return send_refusal(line, refusal),
        };
        let body = match request.method {
            Method::Post => match read_body(line, begun, &request)? {
                Ok(body) => body,
                Err(refusal) => return send_refusal(line, refusal),
            },
            Method::Get | Method::Head => Vec::new(),
        };
        match self.page_for(&request, &body) {
            Ok(page) => send_page(line, page, request.method == Method::Head),
            Err(refusal) => send_refusal(line, refusal),
        }
    }

    fn page_for(&self, request: &Request, body: &[u8]) -> Result<Page, Refusal> {
        self.check_host(request)?;
        check_origin(request)?;
        match (request.method, request.path_alone()) {
            (Method::Get | Method::Head, "/open") => return self.let_in(request),
            (Method::Get | Method::Head, "/desk.css") => {
                return Ok(Page::Plain("text/css; charset=utf-8", STYLE.to_owned()));
            }
            (Method::Get | Method::Head, "/desk.js") => {
                return Ok(Page::Plain(
                    "text/javascript; charset=utf-8",
                    SCRIPT.to_owned(),
                ));
            }
            (Method::Get | Method::Head, "/icon.svg") => {
                return Ok(Page::Plain("image/svg+xml", ICON.to_owned()));
            }
            _ => {}
        }
        let person = self.who_asks(request)?;
        let mut session = self.seat.sit_down(person, Lang::USUAL);
        let mut out = Output::new();
        let mut journal = match session.open_journal(&mut out) {
            Ok(journal) => journal,
            Err(trouble) => return Ok(Page::Trouble(trouble.to_text())),
        };
        // Whoever the proxy lets in and nobody has added is none of the team.
        let is_known = |name: &str| {
            let people = &journal.state.team.people;
            people.is_empty() || people.contains_key(name)
        };
        if person.is_some_and(|name| !is_known(name)) {
            session.close_journal(journal, &mut out);
            return Err(Refusal::Forbidden);
        }
        let page = self.page_of_record(request, body, person, &mut session, &mut journal);
        session.close_journal(journal, &mut out);
        page
    }

    /// A page that is made from the record.
    fn page_of_record(
        &self,
        request: &Request,
        body: &[u8],
        person: Option<&str>,
        session: &mut Session,
        journal: &mut Journal,
    ) -> Result<Page, Refusal> {
        let langs = page_languages(journal);
        if request.path_alone() == "/head" {
            let head = journal.head().seq.to_string();
            return Ok(Page::Plain("text/plain; charset=utf-8", head));
        }
        if request.path_alone() == "/" {
            return Ok(Page::Elsewhere(format!("/{}/", langs[0].tag()), None));
        }
        let (tag, rest) = request.path_alone()[1..]
            .split_once('/')
            .ok_or(Refusal::NotFound)?;
        let lang = langs.iter().copied().find(|l| l.tag() == tag);
        let visit = Visit {
            person,
            lang: lang.ok_or(Refusal::NotFound)?,
        };
        let viewer = self.make_viewer(&visit);
        let made = match (request.method, rest) {
            (Method::Post, "do") => return self.take_click(body, &visit, session, journal),
            (Method::Get | Method::Head, "") => {
                let told = self.find_told(&request.query_value("told"));
                let asked = request.query_value("incident");
                let asked = Some(asked.as_str()).filter(|a| !a.is_empty());
                let words = StaffWords {
                    entry: &describe_entry,
                    finding: &describe_finding,
                };
                show_situation(journal, &viewer, asked, told, words)
            }
            (Method::Get | Method::Head, "declare") => {
                show_declaring(journal, &viewer, request.query_value("q").trim())
            }
            (Method::Post, _) => return Err(Refusal::Method),
            _ => return Err(Refusal::NotFound),
        };
        Ok(page_or_trouble(made))
    }

    fn make_viewer(&self, visit: &Visit<'_>) -> Viewer {
        let person = visit.person.unwrap_or_default();
        Viewer {
            lang: visit.lang,
            // Not the key itself: what stands in a page may be copied with it. Nobody can send a form in the name of another.
            token: sha256(format!("form {} {person}", self.key).as_bytes()),
        }
    }

    /// A page of somebody else whose name was made to lead here could act in our name otherwise.
    fn check_host(&self, request: &Request) -> Result<(), Refusal> {
        let asked = request.header_of("host").ok_or(Refusal::BadRequest)?;
        let name = asked.rsplit_once(':').map_or(asked, |(name, _)| name);
        let is_ours = match &self.host {
            Some(host) => name.eq_ignore_ascii_case(host),
            None => is_loopback_host(asked),
        };
        is_ours.then_some(()).ok_or(Refusal::WrongHost)
    }

    /// Whoever has the printed address gets the cookie that opens all pages.
    fn let_in(&self, request: &Request) -> Result<Page, Refusal> {
        if self.users_from.is_some() || !is_same(&request.query_value("key"), &self.key) {
            return Err(Refusal::Forbidden);
        }
        let cookie = format!(
            "{}={}; Path=/; HttpOnly; SameSite=Lax",
            self.cookie, self.key
        );
        Ok(Page::Elsewhere("/".to_owned(), Some(cookie)))
    }

    /// The person that the proxy names; none for whoever has the key, who acts as the one who started the desk.
    fn who_asks<'r>(&self, request: &'r Request) -> Result<Option<&'r str>, Refusal> {
        if let Some(header) = &self.users_from {
            let person = request.header_of(header).filter(|p| check_actor(p).is_ok());
            return person.map(Some).ok_or(Refusal::Forbidden);
        }
        let cookies = request.header_of("cookie").unwrap_or_default();
        let mut shown = cookies.split(';').filter_map(|c| c.trim().split_once('='));
        let has_key = shown.any(|(name, value)| name == self.cookie && is_same(value, &self.key));
        has_key.then_some(None).ok_or(Refusal::Forbidden)
    }

    /// Does what a form asks for, or asks once more.
    fn take_click(
        &self,
        body: &[u8],
        visit: &Visit<'_>,
        session: &Session,
        journal: &mut Journal,
    ) -> Result<Page, Refusal> {
        let viewer = self.make_viewer(visit);
        let sent = Sent::read_form(body).ok_or(Refusal::BadRequest)?;
        if !is_same(&sent.token, &viewer.token) {
            return Err(Refusal::Forbidden);
        }
        // Held until it is done, but for what waits for others: the stop key must reach a record that is being sent from.
        let clicking = (!sent.typed.act.is_urgent()).then(|| lock_of(&self.clicking));
        let _ = journal.catch_up();
        if journal.head().seq != sent.head && !sent.typed.act.is_urgent() {
            let told = Told {
                done: false,
                is_partly: false,
                text: String::new(),
                changed: true,
                entries: entries_since(journal, sent.head),
                again: form_again(journal, visit.lang, &sent.typed).ok(),
            };
            return Ok(self.back_to_situation(visit.lang, sent.typed.field("incident"), told));
        }
        if let Some(page) = ask_once_more(&sent, &viewer, session, journal) {
            return Ok(page);
        }
        let answered = self.run_click(&sent, visit, clicking);
        let is_refused = !answered.done && !answered.is_partly;
        let again = (is_refused && !sent.typed.act.is_urgent())
            .then(|| {
                let _ = journal.catch_up();
                form_again(journal, visit.lang, &sent.typed).ok()
            })
            .flatten();
        let told = Told {
            done: answered.done,
            is_partly: answered.is_partly,
            text: answered.text,
            changed: false,
            entries: Vec::new(),
            again,
        };
        let opened = answered.incident.unwrap_or_default();
        let incident = match opened.is_empty() {
            true => sent.typed.field("incident"),
            false => &opened,
        };
        Ok(self.back_to_situation(visit.lang, incident, told))
    }

    /// Runs the commands of a click, until one is refused. Sending holds up no other click.
    fn run_click(
        &self,
        sent: &Sent,
        visit: &Visit<'_>,
        clicking: Option<MutexGuard<'_, ()>>,
    ) -> Answered {
        let (typed, mut clicking) = (&sent.typed, clicking);
        // Another desk on the same record may have written since it was asked here.
        let mut seen_head = (!typed.act.is_urgent()).then_some(sent.head);
        let mut all = Answered {
            done: true,
            is_partly: false,
            text: String::new(),
            incident: None,
        };
        let mut folder = None;
        let commands = match words_of(typed, &mut folder) {
            Ok(commands) => commands,
            Err(trouble) => {
                return Answered {
                    done: false,
                    is_partly: false,
                    text: trouble.to_text(),
                    incident: None,
                };
            }
        };
        for words in commands {
            if words.first().is_some_and(|w| w == "publish") {
                clicking = None;
            }
            let mut session = self.seat.sit_down(visit.person, visit.lang);
            session.seen_head = seen_head.take();
            let answered = run_words(&words, &mut session);
            all.is_partly = all.done && !answered.done && !all.text.is_empty();
            all.done = answered.done;
            all.text.push_str(&answered.text);
            all.incident = all.incident.or(answered.incident);
            if !all.done {
                break;
            }
        }
        drop(clicking);
        all
    }

    /// The first page, with what became of it; a page that is loaded again does nothing again.
    fn back_to_situation(&self, lang: Lang, incident: &str, told: Told) -> Page {
        let name = random_id().unwrap_or_default();
        let mut all = lock_of(&self.told);
        all.push_back((name.clone(), told));
        if all.len() > KEPT_ANSWERS {
            all.pop_front();
        }
        let mut query = form_urlencoded::Serializer::new(String::new());
        if !incident.is_empty() {
            query.append_pair("incident", incident);
        }
        query.append_pair("told", &name);
        Page::Elsewhere(format!("/{}/?{}", lang.tag(), query.finish()), None)
    }

    /// Kept, so that what was typed is there when the page is loaded again.
    fn find_told(&self, name: &str) -> Option<Told> {
        let all = lock_of(&self.told);
        let found = all.iter().find(|(n, _)| n == name);
        found.map(|(_, told)| told.clone())
    }
}

/// The question before what cannot be called back; none for what is done at once, or was said yes to.
fn ask_once_more(
    sent: &Sent,
    viewer: &Viewer,
    session: &Session,
    journal: &Journal,
) -> Option<Page> {
    if sent.is_sure {
        return None;
    }
    let people = read_recipient_lists(session, journal, &[], &mut Vec::new());
    let people = people.unwrap_or_default();
    let page = question_before(journal, viewer.lang, &sent.typed, &people)
        .transpose()?
        .and_then(|question| show_confirming(journal, viewer, &sent.typed, question));
    Some(page_or_trouble(page))
}

/// A page of somebody else may not act here, whatever it knows: browsers say where a form comes from.
fn check_origin(request: &Request) -> Result<(), Refusal> {
    if request.method != Method::Post {
        return Ok(());
    }
    let site = request.header_of("sec-fetch-site");
    let is_own_site = site.is_none_or(|s| matches!(s, "same-origin" | "none"));
    let host = request.header_of("host").unwrap_or_default();
    let origin = request.header_of("origin");
    let is_own_origin = origin.is_none_or(|o| o.split_once("://").is_some_and(|(_, h)| h == host));
    (is_own_site && is_own_origin)
        .then_some(())
        .ok_or(Refusal::Forbidden)
}

fn entries_since(journal: &Journal, head: u64) -> Vec<String> {
    let described = |seq: u64| {
        let event = journal.event(seq).ok()??;
        Some(format!(
            "{seq} {}: {}",
            event.by,
            describe_entry(journal, &event.payload)
        ))
    };
    let first = head.max(journal.head().seq.saturating_sub(20));
    (first + 1..=journal.head().seq)
        .filter_map(described)
        .collect()
}
