//! Whether a payload may enter the record as it stands: names exist, times are possible, words are ours.

use thiserror::Error;

use crate::domain::base::link::Source;
use crate::domain::base::suggest::nearest;
use crate::domain::base::time::{At, Moment, Window, YEARS, is_plausible};
use crate::domain::base::value::Value;
use crate::domain::config::noted_fact::{FactType, NotedFact};
use crate::domain::delivery::deliveries::MOST;
use crate::domain::facts::world::{Books, World};
use crate::domain::record::delivery_event::DeliveryEvent;
use crate::domain::record::event::Event;
use crate::domain::record::incident_event::IncidentEvent;
use crate::domain::record::link_event::{LinkEvent, LinkReported};
use crate::domain::record::payload::EventPayload;
use crate::domain::record::promise_event::PromiseEvent;
use crate::domain::record::record_event::RecordEvent;
use crate::domain::record::statement_event::StatementEvent;
use crate::domain::record::stock_event::StockEvent;
use crate::domain::record::team_event::TeamEvent;
use crate::domain::state::incident::Incident;
use crate::domain::state::promise::Promise;
use crate::domain::team::team_state as team;
use crate::domain::team::team_state::Team;

/// Refuses somebody who is not of the team.
fn known_person(team: &Team, person: &str) -> Result<(), Refusal> {
    if team.people.contains_key(person) {
        return Ok(());
    }
    let near = nearest(person, team.people.keys().map(String::as_str));
    Err(Refusal::new(
        format!("there is no person \"{person}\"{near}"),
        format!("add them: saydo person add {person}"),
    ))
}

fn statement_is_there(world: World<'_>, number: u32) -> Result<(), Refusal> {
    if world.state.statement(number).is_some() {
        return Ok(());
    }
    Err(Refusal::new(
        format!("there is no statement {number}"),
        "see: saydo statement list",
    ))
}

/// Why something may not be recorded, and what to do instead.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
#[error("{what}")]
pub struct Refusal {
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub hint: String,
}

impl Refusal {
    /// A refusal with a hint.
    pub fn new(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Refusal {
            what: what.into(),
            hint: hint.into(),
        }
    }
}

/// The longest note, title or reason, in bytes.
pub const MAX_NOTE: usize = 4000;

/// The most names listed in a hint.
const MAX_LISTED: usize = 30;

/// Refuses text that would hurt a terminal or is too long; tabs and line ends are fine in notes.
///
/// # Errors
/// When it is too long or has control characters.
pub fn text(what: &str, text: &str) -> Result<(), Refusal> {
    if text.len() > MAX_NOTE {
        return Err(Refusal::new(
            format!(
                "the {what} is {} bytes long; at most {MAX_NOTE} are kept",
                text.len()
            ),
            "shorten it, or keep the long text elsewhere and name the place",
        ));
    }
    match text.chars().find(|c| is_harmful(*c)) {
        Some(c) => Err(Refusal::new(
            format!(
                "the {what} has a control character (U+{:04X})",
                u32::from(c)
            ),
            "remove it: notes are plain text",
        )),
        None => Ok(()),
    }
}

/// Control characters, marks that reverse the direction of text, and the private-use range that the
/// renderer uses inside.
pub fn is_harmful(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t'))
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{E000}'..='\u{F8FF}')
}

/// Five minutes: clocks differ a little.
const AHEAD: i64 = 300;

/// Refuses a time that cannot have been yet.
fn past(what: &str, at: At, now: At) -> Result<(), Refusal> {
    plausible(what, at)?;
    if (at - now).num_seconds() > AHEAD {
        return Err(Refusal::new(
            format!(
                "{what} {} lies in the future (now is {})",
                crate::domain::base::time::rfc3339(at),
                crate::domain::base::time::rfc3339(now)
            ),
            "give the time at which it was said or seen; HH:MM means the last such time",
        ));
    }
    Ok(())
}

fn plausible(what: &str, at: At) -> Result<(), Refusal> {
    if is_plausible(at) {
        return Ok(());
    }
    Err(Refusal::new(
        format!("{what} lies in the year {}", at.format("%Y")),
        format!(
            "years from {} to {} are accepted",
            YEARS.start(),
            YEARS.end()
        ),
    ))
}

/// Refuses a window that ends before it begins or lies outside of the accepted years.
///
/// # Errors
/// When it does.
pub fn window(w: &Window, zone: chrono_tz::Tz) -> Result<(), Refusal> {
    for end in w.earliest.iter().chain([&w.latest]) {
        plausible("the window", end.begins(zone))?;
    }
    if w.is_reversed(zone) {
        let begin = w.earliest.map(|e| e.to_string()).unwrap_or_default();
        return Err(Refusal::new(
            format!("the window ends before it begins: {begin}..{}", w.latest),
            "give EARLIEST..LATEST, for example 20/9..25/9",
        ));
    }
    Ok(())
}

/// Refuses a link, region or service that the network does not have.
///
/// # Errors
/// When it does not.
pub fn link(books: &Books, id: &str) -> Result<(), Refusal> {
    if books.network.knows(id) {
        return Ok(());
    }
    let all: Vec<&str> = books.network.ids().take(MAX_LISTED).collect();
    Err(Refusal::new(
        format!(
            "the network has no link \"{id}\"{}",
            nearest(id, books.network.ids())
        ),
        format!("known: {}", all.join(", ")),
    ))
}

fn party(books: &Books, source: &Source) -> Result<(), Refusal> {
    match &source.party {
        Some(p) if !books.workspace.parties.contains_key(p) => {
            let known = books.workspace.parties.keys().map(String::as_str);
            Err(Refusal::new(
                format!("saydo.yaml has no party \"{p}\"{}", nearest(p, known)),
                "add it under `parties:` with a text per language, then: saydo adopt",
            ))
        }
        _ => Ok(()),
    }
}

fn report(books: &Books, r: &LinkReported, now: At) -> Result<(), Refusal> {
    link(books, &r.link)?;
    party(books, &r.source)?;
    past("the time of saying", r.said_at, now)?;
    if let Some(since) = r.since {
        past("the start", since.at, now)?;
    }
    if let Some(w) = &r.window {
        window(w, books.workspace.zone)?;
    }
    if let Some(note) = &r.note {
        text("note", note)?;
    }
    if let Some(fault) = &r.fault {
        text("kind of fault", fault)?;
    }
    let listed = |what: &str, key: &Option<String>| -> Result<(), Refusal> {
        let Some(key) = key else { return Ok(()) };
        let list = books.workspace.catalogue(what);
        if list.is_some_and(|l| l.contains_key(key)) {
            return Ok(());
        }
        let known: Vec<&str> = list
            .into_iter()
            .flat_map(|l| l.keys().map(String::as_str))
            .collect();
        let place = if what == "causes" {
            "causes:"
        } else {
            "catalogues: reasons:"
        };
        Err(Refusal::new(
            format!(
                "\"{key}\" is not listed under `{place}` in saydo.yaml{}",
                nearest(key, known.iter().copied())
            ),
            format!(
                "known: {}. What customers see comes from the catalogue: add it there with a text per language, then: saydo adopt",
                known.join(", ")
            ),
        ))
    };
    listed("causes", &r.cause)?;
    listed("reasons", &r.reason)
}

/// Refuses a value that is not of the declared type.
///
/// # Errors
/// When it is not, or a word is not in the list.
pub fn fact_value(
    books: &Books,
    name: &str,
    declared: &NotedFact,
    value: &Value,
) -> Result<(), Refusal> {
    let fits = matches!(
        (declared.kind, value),
        (FactType::Count, Value::Count(_))
            | (FactType::Decimal, Value::Decimal(_))
            | (FactType::Share, Value::Share(_))
            | (FactType::Date, Value::Date(_))
            | (FactType::Instant, Value::Instant(_))
            | (FactType::Window, Value::Window(_))
            | (FactType::Duration, Value::Duration(_))
            | (FactType::State, Value::State(_))
            | (FactType::Link, Value::Link(_))
            | (FactType::List, Value::List(_))
            | (FactType::Phrase, Value::Phrase(_))
    );
    if !fits {
        return Err(Refusal::new(
            format!(
                "{name} is declared as {:?} and {} was given",
                declared.kind,
                value.type_name()
            ),
            "see: saydo fact list",
        ));
    }
    match value {
        Value::State(word) if !declared.choices.is_empty() && !declared.choices.contains(word) => {
            Err(Refusal::new(
                format!(
                    "{name} cannot be \"{word}\"{}",
                    nearest(word, declared.choices.iter().map(String::as_str))
                ),
                format!("one of: {}", declared.choices.join(", ")),
            ))
        }
        Value::Window(w) => window(w, books.workspace.zone),
        Value::Phrase(texts) => {
            for lang in &books.workspace.languages {
                match texts.get(*lang) {
                    Some(t) if !t.trim().is_empty() => text(name, t)?,
                    _ => {
                        return Err(Refusal::new(
                            format!("{name} has no text in \"{lang}\""),
                            "what customers see is given in every language: --vi TEXT --en TEXT",
                        ));
                    }
                }
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// The most of a resource that a stock can hold.
pub const MAX_AMOUNT: u64 = 1_000_000_000_000;

/// A name or reference: one line.
fn one_line(what: &str, words: &str) -> Result<(), Refusal> {
    given(what, words)?;
    if words.contains(['\n', '\t']) {
        return Err(Refusal::new(
            format!("the {what} has a line break"),
            "give it on one line",
        ));
    }
    Ok(())
}

/// A text that has to be there.
fn given(what: &str, words: &str) -> Result<(), Refusal> {
    if words.trim().is_empty() {
        return Err(Refusal::new(
            format!("the {what} is empty"),
            "say it in a few words",
        ));
    }
    text(what, words)
}

fn due(
    what: &str,
    due: crate::domain::base::time::When,
    zone: chrono_tz::Tz,
) -> Result<(), Refusal> {
    plausible(what, due.begins(zone))
}

/// A promise that has been neither attested nor taken back.
fn unsettled<'a>(world: World<'a>, number: u32) -> Result<&'a Promise, Refusal> {
    let Some(promise) = world.state.promise_no(number) else {
        let last = world.state.next_promise() - 1;
        let known = match last {
            0 => "no promise has been made yet".to_owned(),
            n => format!("there are 1 to {n}; see: saydo promise list --all"),
        };
        return Err(Refusal::new(format!("there is no promise {number}"), known));
    };
    let settled = match (&promise.attested, &promise.withdrawn) {
        (Some(a), _) => format!("was attested as kept by event {}", a.seq),
        (_, Some(w)) => format!("was taken back by event {}", w.seq),
        _ => return Ok(promise),
    };
    Err(Refusal::new(
        format!("promise {number} {settled}"),
        format!("see: saydo promise show {number}"),
    ))
}

fn open_incident<'a>(world: World<'a>, id: Option<&str>) -> Result<&'a Incident, Refusal> {
    let id = id.ok_or_else(|| {
        Refusal::new(
            "no incident is named",
            "declare one: saydo declare PLAYBOOK",
        )
    })?;
    let Some(incident) = world.state.incidents.get(id) else {
        let known = world.state.order.iter().map(String::as_str);
        return Err(Refusal::new(
            format!("there is no incident \"{id}\"{}", nearest(id, known)),
            "see: saydo status",
        ));
    };
    if !incident.is_open() {
        return Err(Refusal::new(
            format!("incident {id} is closed"),
            "declare a new one: saydo declare PLAYBOOK",
        ));
    }
    Ok(incident)
}

/// Decides whether a payload may be recorded now. `find` looks an earlier event up by number.
///
/// # Errors
/// The refusal, which says what to do.
pub fn admit(
    world: World<'_>,
    incident: Option<&str>,
    payload: &EventPayload,
    now: At,
    find: &dyn Fn(u64) -> Option<Event>,
) -> Result<(), Refusal> {
    match payload {
        EventPayload::Record(RecordEvent::TextAdopted { .. })
        | EventPayload::Statement(StatementEvent::StatementIssued(_))
        | EventPayload::Record(RecordEvent::Reminded { .. })
        | EventPayload::Statement(StatementEvent::DraftSubmitted { .. })
        | EventPayload::Statement(StatementEvent::StatementApproved { .. })
        | EventPayload::Team(TeamEvent::TeamRulesSet { .. })
        | EventPayload::Statement(StatementEvent::PreApprovalUsed { .. }) => Ok(()),
        EventPayload::Team(TeamEvent::PersonAdded { person, name }) => {
            one_line("name", person)?;
            name.as_deref().map_or(Ok(()), |n| one_line("full name", n))
        }
        EventPayload::Team(TeamEvent::RoleDefined { role, may }) => {
            one_line("role", role)?;
            match may.iter().find(|r| !team::is_right(r)) {
                Some(wrong) => Err(Refusal::new(
                    format!("there is no right \"{wrong}\""),
                    format!(
                        "known: {}; some may be narrowed: record:links, record:facts, promise:KIND, disclose:PATH",
                        team::RIGHTS.join(", ")
                    ),
                )),
                None => Ok(()),
            }
        }
        EventPayload::Team(TeamEvent::RoleGranted { person, role }) => {
            let team = &world.state.team;
            known_person(team, person)?;
            if team.roles.contains_key(role) {
                return Ok(());
            }
            let roles: Vec<&str> = team.roles.keys().map(String::as_str).collect();
            Err(Refusal::new(
                format!(
                    "there is no role \"{role}\"{}",
                    nearest(role, roles.iter().copied())
                ),
                format!(
                    "known: {}; define one: saydo role define NAME --may RIGHT",
                    roles.join(", ")
                ),
            ))
        }
        EventPayload::Team(TeamEvent::RoleRevoked { because, .. }) => {
            because.as_deref().map_or(Ok(()), |b| given("reason", b))
        }
        EventPayload::Team(TeamEvent::KeyTrusted { person, key }) => {
            if world.state.team.has_roles() {
                known_person(&world.state.team, person)?;
            }
            let is_key = key.len() == 64 && key.bytes().all(|b| b.is_ascii_hexdigit());
            if is_key {
                return Ok(());
            }
            Err(Refusal::new(
                "a public key is 64 hexadecimal digits",
                "saydo key new prints it on the machine of its owner",
            ))
        }
        EventPayload::Team(TeamEvent::KeyRevoked { because, .. })
        | EventPayload::Statement(StatementEvent::StatementRejected { because, .. })
        | EventPayload::Statement(StatementEvent::ApprovalOverridden { because, .. }) => {
            given("reason", because)
        }
        EventPayload::Delivery(DeliveryEvent::DeliveryClaimed {
            outlet,
            until,
            parcels,
        }) => {
            let limit = now + chrono::Duration::days(1);
            if world.state.is_drill {
                return Err(Refusal::new(
                    "this record is a drill: nothing of it is ever published",
                    "",
                ));
            }
            if !world.books.workspace.outlets.contains_key(outlet) {
                return Err(Refusal::new(
                    format!("saydo.yaml has no outlet \"{outlet}\""),
                    "",
                ));
            }
            let taken = parcels.iter().find(|p| {
                let standing = world.state.deliveries.standing(outlet, p, now);
                !standing.is_due(now)
            });
            match taken {
                _ if parcels.len() > MOST || *until > limit => Err(Refusal::new(
                    "too many at once, or for too long",
                    "at most a hundred texts, for at most a day",
                )),
                Some(p) => Err(Refusal::new(
                    format!("the text {} is not to be sent now", p.key),
                    "see: saydo outbox list",
                )),
                None => Ok(()),
            }
        }
        EventPayload::Delivery(DeliveryEvent::DeliverySettled { receipts, .. }) => {
            if receipts.len() > MOST {
                return Err(Refusal::new("too many at once", "at most a hundred"));
            }
            receipts
                .iter()
                .flat_map(|r| r.reference.iter().chain(&r.because))
                .try_for_each(|t| text("word of the outlet", t))
        }
        EventPayload::Delivery(DeliveryEvent::DeliveryStopped {
            statement, because, ..
        }) => {
            given("reason", because)?;
            statement_is_there(world, *statement)
        }
        EventPayload::Delivery(DeliveryEvent::Told {
            statement,
            whom,
            means,
            note,
            ..
        }) => {
            one_line("name", whom)?;
            one_line("means", means)?;
            note.as_deref().map_or(Ok(()), |n| text("note", n))?;
            statement_is_there(world, *statement)
        }
        EventPayload::Record(RecordEvent::DrillBegun {}) if world.state.statements.is_empty() => {
            Ok(())
        }
        EventPayload::Record(RecordEvent::DrillBegun {}) => Err(Refusal::new(
            "something was issued here already: this record cannot become a drill",
            "a drill has a workspace of its own: saydo init DIR --drill",
        )),
        EventPayload::Incident(IncidentEvent::DisclosureSet { path, because, .. }) => {
            one_line("path", path)?;
            given("reason", because)
        }
        EventPayload::Statement(StatementEvent::PreApproved { name, because, .. }) => {
            one_line("name", name)?;
            given("reason", because)
        }
        EventPayload::Promise(PromiseEvent::PromiseMade(made)) => {
            let about = made.subject.as_deref();
            about.map_or(Ok(()), |s| one_line("reference", s))?;
            made.note.as_deref().map_or(Ok(()), |n| text("note", n))?;
            one_line("owner", &made.owner)?;
            due("the due time", made.due, world.books.workspace.zone)
        }
        EventPayload::Promise(PromiseEvent::PromiseRevised {
            number,
            due: at,
            because,
            evidence,
            ..
        }) => {
            unsettled(world, *number)?;
            because.as_deref().map_or(Ok(()), |b| given("reason", b))?;
            evidence
                .as_ref()
                .map_or(Ok(()), |e| text("evidence", &e.text))?;
            due("the due time", *at, world.books.workspace.zone)
        }
        EventPayload::Promise(PromiseEvent::PromiseWithdrawn {
            number, because, ..
        }) => {
            unsettled(world, *number)?;
            given("reason", because)
        }
        EventPayload::Promise(PromiseEvent::PromiseKept {
            number,
            evidence,
            kept_at,
        }) => {
            let promise = unsettled(world, *number)?;
            given("evidence", &evidence.text)?;
            match kept_at {
                Some(at) if *at < promise.at => Err(Refusal::new(
                    format!("promise {number} was made only after that"),
                    "give the time at which it was kept",
                )),
                Some(at) => past("the time at which it was kept", *at, now),
                None => Ok(()),
            }
        }
        EventPayload::Promise(PromiseEvent::PromiseAccepted { number }) => {
            unsettled(world, *number).map(|_| ())
        }
        EventPayload::Promise(PromiseEvent::PromiseCarriedOver {
            number,
            to,
            due: at,
            ..
        }) => {
            unsettled(world, *number)?;
            one_line("name", to)?;
            due("the due time", *at, world.books.workspace.zone)
        }
        EventPayload::Stock(StockEvent::StockSet {
            resource,
            amount,
            source,
            because,
        })
        | EventPayload::Stock(StockEvent::StockAdded {
            resource,
            amount,
            source,
            because,
        }) => {
            let all = &world.books.workspace.resources;
            if !all.contains_key(resource) {
                let known: Vec<&str> = all.keys().map(String::as_str).collect();
                return Err(Refusal::new(
                    format!(
                        "saydo.yaml has no resource \"{resource}\"{}",
                        nearest(resource, known.iter().copied())
                    ),
                    if known.is_empty() {
                        "add it under `resources:` in saydo.yaml, then: saydo adopt".to_owned()
                    } else {
                        format!("known: {}", known.join(", "))
                    },
                ));
            }
            if *amount > MAX_AMOUNT {
                return Err(Refusal::new(
                    format!("{amount} is more than the {MAX_AMOUNT} that a stock can hold"),
                    "give the amount in the resource's own unit",
                ));
            }
            party(world.books, source)?;
            given("reason", because)
        }
        EventPayload::Team(TeamEvent::ShiftHandedOver { to, .. }) => one_line("name", to),
        EventPayload::Team(TeamEvent::ShiftAccepted { handover }) => {
            match world.state.handovers.iter().find(|h| h.seq == *handover) {
                Some(h) if h.accepted.is_none() => Ok(()),
                Some(_) => Err(Refusal::new("that shift was taken on already", "")),
                None => Err(Refusal::new(
                    "no shift waits to be taken on",
                    "hand one over: saydo handover --to NAME",
                )),
            }
        }
        EventPayload::Incident(IncidentEvent::IncidentDeclared {
            title,
            since,
            scope,
            planned,
            ..
        }) => {
            if let Some(t) = title {
                text("title", t)?;
            }
            for id in scope {
                link(world.books, id)?;
            }
            match (planned, since) {
                (Some(w), _) => window(w, world.books.workspace.zone),
                (None, Some(Moment { at, .. })) => past("the start", *at, now),
                (None, None) => Ok(()),
            }
        }
        EventPayload::Incident(IncidentEvent::ScopeChanged { added, removed }) => {
            let open = open_incident(world, incident)?;
            for id in added.iter().chain(removed) {
                link(world.books, id)?;
            }
            let scope = open.scope();
            if let Some(id) = removed.iter().find(|r| !scope.contains(r)) {
                return Err(Refusal::new(
                    format!("{id} is not in the scope of {}", open.id),
                    format!("in scope: {}", scope.join(", ")),
                ));
            }
            if scope.iter().all(|l| removed.contains(l)) && added.is_empty() {
                return Err(Refusal::new(
                    "an incident keeps at least one link in its scope",
                    format!("close it instead: saydo close {}", open.id),
                ));
            }
            Ok(())
        }
        EventPayload::Incident(IncidentEvent::PlaybookChanged { .. })
        | EventPayload::Incident(IncidentEvent::IncidentClosed { .. }) => {
            open_incident(world, incident).map(|_| ())
        }
        EventPayload::Link(LinkEvent::LinkReported(r)) => report(world.books, r, now),
        EventPayload::Incident(IncidentEvent::FactNoted {
            name,
            value,
            source,
            said_at,
        }) => {
            let open = open_incident(world, incident)?;
            party(world.books, source)?;
            past("the time of saying", *said_at, now)?;
            let playbook = world.books.playbook(&open.playbook).ok_or_else(|| {
                Refusal::new(
                    "the incident's playbook is not in the record",
                    "saydo record verify",
                )
            })?;
            let facts = &playbook.file.facts;
            let Some(declared) = facts.get(name) else {
                let known: Vec<&str> = facts.keys().map(String::as_str).collect();
                return Err(Refusal::new(
                    format!(
                        "the playbook {} declares no fact \"{name}\"{}",
                        open.playbook.name,
                        nearest(name, known.iter().copied())
                    ),
                    format!(
                        "declared: {}. Something else can be kept with: saydo log TEXT",
                        known.join(", ")
                    ),
                ));
            };
            if !declared.sources.is_empty() && !declared.sources.contains(&source.kind) {
                let allowed: Vec<&str> = declared.sources.iter().map(|s| s.token()).collect();
                return Err(Refusal::new(
                    format!("{name} may not come from {}", source.kind),
                    format!("allowed: --source {}", allowed.join(" or ")),
                ));
            }
            value
                .as_ref()
                .map_or(Ok(()), |v| fact_value(world.books, name, declared, v))
        }
        EventPayload::Incident(IncidentEvent::NoteTaken { text: note }) => text("note", note),
        EventPayload::Link(LinkEvent::Reconfirmed {
            links,
            source,
            said_at,
            ..
        }) => {
            for id in links {
                link(world.books, id)?;
            }
            party(world.books, source)?;
            past("the time of saying", *said_at, now)
        }
        EventPayload::Record(RecordEvent::Retracted { seq, because }) => {
            text("reason", because)?;
            let event = find(*seq).ok_or_else(|| {
                Refusal::new(format!("there is no event {seq}"), "see: saydo record list")
            })?;
            if let Some(r) = world.state.retracted.get(seq) {
                return Err(Refusal::new(
                    format!("event {seq} was already taken back by event {}", r.by),
                    "",
                ));
            }
            if event.payload.is_retractable() {
                return Ok(());
            }
            Err(Refusal::new(
                format!(
                    "event {seq} ({}) cannot be taken back",
                    event.payload.kind()
                ),
                "reports, notes, noted facts and scope changes can; what was issued is corrected by the next statement",
            ))
        }
    }
}
