//! What issuing a statement records: the statement itself, the promises that it makes, moves or withdraws. It checks
//! nothing: only what passed the gate gets here.

use crate::domain::base::digest::CanonicalError;
use crate::domain::base::incident::IncidentId;
use crate::domain::base::time::When;
use crate::domain::base::value::{Named, Value};
use crate::domain::config::line::Element;
use crate::domain::config::promise_kind::Per;
use crate::domain::facts::catalogue::entry_path;
use crate::domain::facts::fact::{DERIVATION, Facts};
use crate::domain::record::body::StatementBody;
use crate::domain::record::payload::EventPayload;
use crate::domain::record::promise_event::{PromiseEvent, PromiseMade};
use crate::domain::record::rendition::SaidLine;
use crate::domain::record::statement::StatementIssued;
use crate::domain::record::statement_event::StatementEvent;
use crate::domain::speech::draft::{Draft, DraftLine, PromiseDraft};
use crate::domain::speech::gate::Statement;
use crate::domain::state::fold::State;
use crate::domain::state::promise::Promise;

/// A payload and the incident that it is about.
type AboutIncident = (IncidentId, EventPayload);

impl Statement {
    /// The statement and its promises as payloads of one batch, each with its incident, numbered for this
    /// state; `is_open` says of a promise in the ledger whether it is still to be kept.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn into_payloads(
        self,
        state: &State,
        is_open: &dyn Fn(&Promise) -> bool,
    ) -> Result<Vec<(IncidentId, EventPayload)>, CanonicalError> {
        let draft = self.into_draft();
        let number = state.statements.len() as u32 + 1;
        let mut after: Vec<AboutIncident> = Vec::new();
        for facts in draft.all_facts() {
            let id = first_incident(facts);
            for payload in changes_told(&draft, facts, state, number) {
                after.push((id.clone(), payload));
            }
        }
        let incidents = draft.incident_ids();
        let incident = incidents.first().cloned().unwrap_or_default();
        let audience = draft.facts.audience.clone();
        let mut issue = Issue {
            state,
            is_open,
            draft: &draft,
            number,
            incident: incident.clone(),
            next_promise: state.next_promise(),
            after,
        };
        let lines = draft
            .lines
            .iter()
            .map(|l| issue.number_promises(l))
            .collect();
        let after = issue.after;
        let text = draft.text.clone();
        let previous = state
            .statements_about(&incident, &audience)
            .find(|s| s.statement.text == text)
            .map(|s| s.statement.number);
        let mut statement = StatementIssued {
            number,
            incidents,
            as_of: draft.facts.as_of,
            previous,
            audience,
            text,
            body: StatementBody::new(lines, draft.renditions),
            derivation: Some(DERIVATION.to_owned()),
            digest: String::new(),
        };
        statement.digest = statement.compute_digest()?;
        let mut batch = vec![(
            incident,
            EventPayload::Statement(StatementEvent::StatementIssued(statement)),
        )];
        batch.extend(after);
        Ok(batch)
    }
}

fn first_incident(facts: &Facts) -> IncidentId {
    facts.incidents.first().cloned().unwrap_or_default()
}

/// One statement on its way into the record: numbers its promises as they come.
struct Issue<'a> {
    state: &'a State,
    is_open: &'a dyn Fn(&Promise) -> bool,
    draft: &'a Draft,
    number: u32,
    incident: IncidentId,
    next_promise: u32,
    after: Vec<AboutIncident>,
}

impl Issue<'_> {
    /// The line with the numbers of its promises; what they add to the ledger goes to `after`.
    fn number_promises(&mut self, line: &DraftLine) -> SaidLine {
        let mut said = line.said.clone();
        if let Some(promise) = &line.promise {
            let about = said.incident.clone().unwrap_or(self.incident.clone());
            said.promise_number = Some(self.promise_number(&about, promise, line));
        }
        for (i, promise) in line.also.iter().enumerate() {
            let about = said.also.get(i).map(|a| a.incident.clone());
            let about = about.unwrap_or(self.incident.clone());
            let number = self.promise_number(&about, promise, line);
            if let Some(also) = said.also.get_mut(i) {
                also.promise_number = Some(number);
            }
        }
        said
    }

    /// The number of a promise: that of the open one that it repeats or moves, or the next.
    fn promise_number(&mut self, about: &str, p: &PromiseDraft, line: &DraftLine) -> u32 {
        let audience = &self.draft.facts.audience;
        let open = self.state.promises.iter().find(|o| {
            p.per != Per::Statement
                && is_same(o, about, audience, &p.kind, p.subject.as_deref())
                && (self.is_open)(o)
        });
        let Some(open) = open else {
            let made = self.promise_made(p, line);
            let number = made.number;
            self.after.push((
                about.to_owned(),
                EventPayload::Promise(PromiseEvent::PromiseMade(made)),
            ));
            self.next_promise += 1;
            return number;
        };
        let was_told =
            open.last_told_due().map(|d| d.due) == Some(p.due) && open.current_due().due == p.due;
        let is_wider = p.scope.iter().any(|l| !open.scope.contains(l));
        if !(was_told && p.uses.is_empty() && !is_wider) {
            let revised = EventPayload::Promise(PromiseEvent::PromiseRevised {
                number: open.made.number,
                due: p.due,
                ends: Some(p.due.ends_at(self.draft.facts.zone)),
                statement: Some(self.number),
                because: None,
                evidence: None,
                uses: p.uses.clone(),
                scope: if is_wider {
                    p.scope.clone()
                } else {
                    Vec::new()
                },
            });
            self.after.push((about.to_owned(), revised));
        }
        open.made.number
    }

    fn promise_made(&self, p: &PromiseDraft, line: &DraftLine) -> PromiseMade {
        PromiseMade {
            number: self.next_promise,
            promise: p.kind.clone(),
            subject: p.subject.clone(),
            per: Some(p.per),
            scope: p.scope.clone(),
            audience: self.draft.facts.audience.clone(),
            owner: p.owner.clone(),
            by: p.by,
            due: p.due,
            ends: Some(p.due.ends_at(self.draft.facts.zone)),
            statement: Some(self.number),
            names: p.names.clone(),
            uses: p.uses.clone(),
            visible_at: Vec::new(),
            kept_when: Some(p.kept_when.clone()),
            grace: p.grace,
            of_window: p.of_window,
            evidence: line.said.events.clone(),
            note: None,
        }
    }
}

/// What a statement tells of promises made before, besides those that its lines make: a window that was
/// withdrawn, and a new time that a correction names.
fn changes_told(draft: &Draft, facts: &Facts, state: &State, number: u32) -> Vec<EventPayload> {
    let mut told = withdrawals_told(facts, state, number);
    if let Some(Value::List(gone)) = facts.value("promises.withdrawn") {
        let overtaken = gone.iter();
        told.extend(overtaken.filter_map(|named| taken_back_here(draft, state, number, named)));
    }
    if let Some(Value::List(slipped)) = facts.value("promises.slipped") {
        let moved = slipped.iter();
        told.extend(moved.filter_map(|named| new_time_told(draft, facts, state, number, named)));
    }
    told
}

/// Windows that are told to hold no more, and why: those told wrongly only where no right one takes their place.
fn windows_given_up(facts: &Facts) -> Vec<(&Named, &'static str)> {
    let lists = [
        ("withdrawn", "was withdrawn"),
        ("dropped", "no longer stands"),
        ("mistold", "was told by mistake"),
    ];
    let mut all = Vec::new();
    for (path, why) in lists {
        let Some(Value::List(gone)) = facts.value(path) else {
            continue;
        };
        let has_none = |n: &&Named| {
            let window = format!("links.{}.window", n.id);
            path != "mistold" || facts.known_fact(&window).is_none()
        };
        all.extend(gone.iter().filter(has_none).map(|n| (n, why)));
    }
    all
}

fn withdrawals_told(facts: &Facts, state: &State, number: u32) -> Vec<EventPayload> {
    let id = first_incident(facts);
    let mut told = Vec::new();
    for (named, why) in windows_given_up(facts) {
        let promises = state.promises.iter();
        let open = promises
            .filter(|o| o.withdrawn.is_none() && o.made.subject.as_deref() == Some(&named.id))
            .filter(|o| o.made.of_window || o.made.per.is_none())
            .filter(|o| o.incident.as_deref() == Some(&id) && o.made.audience == facts.audience);
        told.extend(open.map(|o| {
            EventPayload::Promise(PromiseEvent::PromiseWithdrawn {
                number: o.made.number,
                because: format!("the repair window of {} {why}", named.id),
                statement: Some(number),
            })
        }));
    }
    told
}

/// The taking back of a promise that nobody has taken back by hand, if a correction of this statement says it.
fn taken_back_here(
    draft: &Draft,
    state: &State,
    number: u32,
    named: &Named,
) -> Option<EventPayload> {
    let promise = state.promise_no(named.id.strip_prefix('#')?.parse().ok()?)?;
    let is_said = draft
        .lines
        .iter()
        .any(|l| l.said.element == Element::Correction && l.said.is_for(&named.id));
    (promise.withdrawn.is_none() && is_said).then(|| {
        EventPayload::Promise(PromiseEvent::PromiseWithdrawn {
            number: promise.made.number,
            because: "a repair window given since ends later".to_owned(),
            statement: Some(number),
        })
    })
}

/// The new time of a promise, if a correction says it and no line of the statement makes the promise anew.
fn new_time_told(
    draft: &Draft,
    facts: &Facts,
    state: &State,
    number: u32,
    named: &Named,
) -> Option<EventPayload> {
    let due_path = format!("{}.due", entry_path(&named.id));
    let due = match facts.value(&due_path) {
        Some(Value::Instant(m)) => When::At(m.at),
        Some(Value::Date(d)) => When::Day(*d),
        _ => return None,
    };
    let promise_number = named.id.strip_prefix('#')?.parse().ok()?;
    let promise = state.promise_no(promise_number)?;
    let is_said = draft.lines.iter().any(|l| {
        l.said.element == Element::Correction
            && l.said.is_for(&named.id)
            && l.said.reads.contains_key(&due_path)
    });
    let id = first_incident(facts);
    let makes_it = |d: &PromiseDraft| {
        d.kind == promise.made.promise && d.subject == promise.made.subject && d.due == due
    };
    let is_made_anew = draft.lines.iter().any(|l| {
        let mut promises = l.promise.iter().chain(&l.also);
        l.said.is_about(&id) && promises.any(makes_it)
    });
    (is_said && !is_made_anew).then(|| {
        EventPayload::Promise(PromiseEvent::PromiseRevised {
            number: promise.made.number,
            due,
            ends: Some(due.ends_at(facts.zone)),
            statement: Some(number),
            because: promise.current_due().because.clone(),
            evidence: None,
            uses: Vec::new(),
            scope: Vec::new(),
        })
    })
}

fn is_same(
    open: &Promise,
    incident: &str,
    audience: &str,
    kind: &str,
    subject: Option<&str>,
) -> bool {
    open.withdrawn.is_none()
        && open.made.promise == kind
        && open.incident.as_deref() == Some(incident)
        && open.made.subject.as_deref() == subject
        && open.made.audience == audience
}
