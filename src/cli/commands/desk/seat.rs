//! Where the desk's clicks are run: the same workspace, time and person for each of them, a session of its own for each. Runs
//! none of them.

use std::path::PathBuf;

use crate::cli::session::{RecordSource, Session};
use crate::desk::core::location::PgEnv;
use crate::domain::base::lang::Lang;
use crate::domain::base::time::At;

/// What every session of the desk begins with.
#[derive(Clone)]
pub struct Seat {
    given: Option<PathBuf>,
    fallback: Option<PathBuf>,
    start: PathBuf,
    machine: At,
    clock: Option<fn() -> At>,
    variable: fn(&str) -> Option<String>,
    now: Option<String>,
    by: String,
    config: Option<PathBuf>,
    ahead_because: Option<String>,
    key: Option<String>,
    elsewhere: Option<String>,
    around: PgEnv,
}

impl Seat {
    /// As this session began; none for a replay, which has no workspace.
    pub fn of_session(session: &Session) -> Option<Seat> {
        let RecordSource::Folder {
            given,
            fallback,
            start,
        } = &session.place
        else {
            return None;
        };
        Some(Seat {
            given: given.clone(),
            fallback: fallback.clone(),
            start: start.clone(),
            machine: session.machine,
            clock: session.clock,
            variable: session.variable,
            now: session.now.clone(),
            by: session.by.clone(),
            config: session.config.clone(),
            ahead_because: session.ahead_because.clone(),
            key: session.key.clone(),
            elsewhere: session.elsewhere.clone(),
            around: session.around.clone(),
        })
    }

    /// A session for one click, at this moment: of the person named, else of who started the desk.
    pub fn sit_down(&self, person: Option<&str>, lang: Lang) -> Session {
        // The key in the environment is that of who started the desk.
        let key = self.key.clone().filter(|_| person.is_none());
        Session {
            place: RecordSource::Folder {
                given: self.given.clone(),
                fallback: self.fallback.clone(),
                start: self.start.clone(),
            },
            machine: self.clock.map_or(self.machine, |clock| clock()),
            clock: self.clock,
            variable: self.variable,
            now: self.now.clone(),
            by: person.unwrap_or(&self.by).to_owned(),
            lang,
            asked_lang: Some(lang),
            interactive: false,
            json: false,
            config: self.config.clone(),
            new_record_id: None,
            ahead_because: self.ahead_because.clone(),
            key,
            elsewhere: self.elsewhere.clone(),
            around: self.around.clone(),
            seen_head: None,
            lives_on: true,
        }
    }
}
