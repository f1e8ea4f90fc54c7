//! What the desk's page says is known of an incident: things with their state, noted facts, the last entries. Drafts nothing.

use std::collections::BTreeSet;

use crate::desk::screen::forms::{FormMaker, state_word};
use crate::desk::screen::frame::StaffWords;
use crate::desk::screen::shown::Shown;
use crate::desk::{DeskError, Journal};
use crate::domain::base::link::{LinkId, LinkState, SourceKind};
use crate::domain::base::value::Value;
use crate::domain::config::noted_fact::NotedFact;
use crate::domain::config::playbook::Playbook;
use crate::domain::facts::fact::Facts;
use crate::domain::record::incident_event::IncidentEvent;
use crate::domain::record::payload::EventPayload;
use crate::domain::record::record_event::RecordEvent;
use crate::domain::state::incident::Incident;
use crate::render::desk_page::view::{EntryRow, NotedRow, Thing};

/// How many entries are shown.
const ENTRIES: u64 = 8;

/// So many are looked at for them.
const LOOKED_AT: u64 = 60;

/// The links, areas and services that the incident is about, and those that are hit by it.
pub(super) fn list_things(
    shown: Shown<'_>,
    forms: FormMaker<'_>,
    incident: &Incident,
    facts: &Facts,
) -> Vec<Thing> {
    let mut ids: Vec<LinkId> = incident.links_in_scope();
    for path in ["regions.affected", "services.affected"] {
        if let Some(Value::List(hit)) = facts.value(path) {
            ids.extend(hit.iter().map(|n| n.id.clone()));
        }
    }
    let mut seen = BTreeSet::new();
    ids.retain(|id| seen.insert(id.clone()));
    let thing = |id: &LinkId| {
        let name = forms.name_of(id);
        let entry = facts.entry(&format!("links.{id}.state"));
        let (state, about, is_old) = match shown.known_entry(entry) {
            Some((fact, is_old)) => (Some(&fact.value), shown.who_and_when(fact), is_old),
            None => (None, String::new(), false),
        };
        let token = match state {
            Some(Value::State(token)) => token.clone(),
            _ => LinkState::Unreported.token().to_owned(),
        };
        let still =
            state.map(|_| forms.still_form(Some((id, &name)), SourceKind::OwnCheck.token()));
        Thing {
            id: id.clone(),
            state: match state {
                Some(_) => state_word(&token, shown.lang),
                None => shown.find_word("no_state"),
            },
            token,
            about,
            is_old,
            still,
            set: forms.set_form(Some((id, &name))),
            name,
        }
    };
    ids.iter().map(thing).collect()
}

/// The facts that the playbook lets staff note, those that are unknown first.
pub(super) fn list_noted(
    shown: Shown<'_>,
    forms: FormMaker<'_>,
    incident: &Incident,
    playbook: &Playbook,
    facts: &Facts,
) -> Vec<NotedRow> {
    let row = |(name, declared): (&String, &NotedFact)| {
        let (value, is_old) = match shown.known_entry(facts.entry(name)) {
            Some((fact, is_old)) => (shown.show_value(&fact.value), is_old),
            None => (String::new(), false),
        };
        let form = forms.note_form(&incident.id, name, declared);
        NotedRow {
            ask: form.about.clone(),
            value,
            is_old,
            form,
        }
    };
    let mut rows: Vec<NotedRow> = playbook.file.facts.iter().map(row).collect();
    rows.sort_by_key(|row| !row.value.is_empty() && !row.is_old);
    rows
}

/// The last entries that tell something, the newest first; a report or a note can be taken back.
///
/// # Errors
/// When the record cannot be read.
pub(super) fn list_entries(
    journal: &Journal,
    shown: Shown<'_>,
    forms: FormMaker<'_>,
    words: StaffWords<'_>,
) -> Result<Vec<EntryRow>, DeskError> {
    let last = journal.head().seq;
    let (mut rows, mut taken_back) = (Vec::new(), BTreeSet::new());
    for seq in (last.saturating_sub(LOOKED_AT) + 1..=last).rev() {
        let Some(event) = journal.event(seq)? else {
            continue;
        };
        if let EventPayload::Record(RecordEvent::Retracted { seq, .. }) = &event.payload {
            taken_back.insert(*seq);
        }
        if is_of_the_house(&event.payload) {
            continue;
        }
        let is_report = matches!(
            event.payload,
            EventPayload::Link(_) | EventPayload::Incident(IncidentEvent::FactNoted { .. })
        );
        let may_be_taken_back = is_report && !taken_back.contains(&seq);
        rows.push(EntryRow {
            number: seq,
            what: (words.entry)(journal, &event.payload),
            by: shown.fill_word(
                "entry_by",
                &[("name", &event.by), ("t", &shown.show_time(event.at))],
            ),
            retract: may_be_taken_back.then(|| forms.retract_form(seq)),
        });
        if rows.len() as u64 == ENTRIES {
            break;
        }
    }
    Ok(rows)
}

/// What only the program needs.
fn is_of_the_house(payload: &EventPayload) -> bool {
    matches!(
        payload,
        EventPayload::Delivery(_)
            | EventPayload::Promise(_)
            | EventPayload::Record(
                RecordEvent::Reminded { .. } | RecordEvent::HeadWitnessed { .. }
            )
    )
}
