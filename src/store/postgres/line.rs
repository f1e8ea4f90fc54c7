//! The connection to a server, on a thread of its own: each question has a deadline. After one that was not answered the line
//! counts as dead. It knows no table.

use std::cell::Cell;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use postgres::{Client, Statement};

use crate::store::StoreError;
use crate::store::postgres::address::Address;
use crate::store::postgres::server_error::describe_error;

/// How long an answer may take. A line that dies without a word is the usual failure of a cable cut, and cron starts the next
/// command in a minute.
pub const PATIENCE: Duration = Duration::from_secs(8);

/// How much sooner the server gives a question up than we do, so that its answer is known.
const SOONER: Duration = Duration::from_secs(1);

/// How many bytes of a question a slow line carries in a second.
const SLOW_LINE: u64 = 64 * 1024;

/// How long the server gets to hear that we leave.
const GOODBYE: Duration = Duration::from_millis(300);

/// A connection with what was prepared on it.
pub struct Session {
    /// The driver's end of the connection.
    pub client: Client,
    /// The statement that appends, once it is prepared.
    pub insert: Option<Statement>,
}

impl Session {
    /// How long the server may work on each question from now on.
    ///
    /// # Errors
    /// When the server cannot be told.
    pub fn set_patience(&mut self, patience: Duration) -> Result<(), postgres::Error> {
        let limit = patience.saturating_sub(SOONER).as_millis();
        self.client
            .batch_execute(&format!("SET statement_timeout = {limit}"))
    }
}

/// How long an answer to so many bytes may take.
pub fn patience_for(bytes: u64) -> Duration {
    PATIENCE + Duration::from_secs(bytes / SLOW_LINE)
}

type Question = Box<dyn FnOnce(&mut Session) + Send>;

/// A connection whose every question has a deadline.
pub struct Line {
    shown: String,
    questions: Option<Sender<Question>>,
    ended: Receiver<()>,
    is_dead: Cell<bool>,
}

impl Line {
    /// Connects.
    ///
    /// # Errors
    /// When the server cannot be reached, or does not accept this user.
    pub fn open(address: &Address) -> Result<Line, StoreError> {
        let mut session = Session {
            client: address.connect()?,
            insert: None,
        };
        let (give, take) = channel::<Question>();
        let (leave, ended) = channel();
        std::thread::spawn(move || {
            for question in take {
                question(&mut session);
            }
            drop(session);
            // After the goodbye there may be nobody any more who waits for it.
            let _ = leave.send(());
        });
        let line = Line {
            shown: address.shown.clone(),
            questions: Some(give),
            ended,
            is_dead: Cell::new(false),
        };
        line.ask(|s| s.set_patience(PATIENCE))?
            .map_err(|e| describe_error(&line.shown, &e))?;
        Ok(line)
    }

    /// Asks the server, and waits for the answer until the deadline.
    ///
    /// # Errors
    /// When no answer came in time, now or before.
    pub fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&mut Session) -> Result<T, postgres::Error> + Send + 'static,
    ) -> Result<Result<T, postgres::Error>, StoreError> {
        self.ask_within(PATIENCE, question)
    }

    /// The same with a deadline of its own, for a question that is long.
    ///
    /// # Errors
    /// When no answer came in time, now or before.
    pub fn ask_within<T: Send + 'static>(
        &self,
        patience: Duration,
        question: impl FnOnce(&mut Session) -> Result<T, postgres::Error> + Send + 'static,
    ) -> Result<Result<T, postgres::Error>, StoreError> {
        let (give, take) = channel();
        let question = move |session: &mut Session| {
            // After the deadline there is no receiver any more.
            let _ = give.send(question(session));
        };
        let is_asked = match &self.questions {
            Some(questions) if !self.is_dead.get() => questions.send(Box::new(question)).is_ok(),
            _ => false,
        };
        let answer = is_asked.then(|| take.recv_timeout(patience).ok()).flatten();
        answer.ok_or_else(|| {
            self.is_dead.set(true);
            self.silence_error()
        })
    }

    fn silence_error(&self) -> StoreError {
        StoreError::Away {
            path: self.shown.clone(),
            what: format!("no answer within {} s", PATIENCE.as_secs()),
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.questions = None;
        if !self.is_dead.get() {
            let _ = self.ended.recv_timeout(GOODBYE);
        }
    }
}
