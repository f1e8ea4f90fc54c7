//! Whether a step of an incident may enter the record. Does not judge its phase or severity.

use crate::domain::admission::fact_value::fact_value;
use crate::domain::admission::names::{check_link, check_party, find_open_incident};
use crate::domain::admission::refusal::Refusal;
use crate::domain::admission::times::{check_past, check_window};
use crate::domain::admission::wording::{check_given, check_one_line, check_optional, check_text};
use crate::domain::base::lang::Texts;
use crate::domain::base::link::{LinkId, Source};
use crate::domain::base::next_step::NextStep;
use crate::domain::base::suggest::suggest_nearest;
use crate::domain::base::time::{At, Moment};
use crate::domain::base::value::Value;
use crate::domain::facts::world::World;
use crate::domain::record::incident_event::IncidentEvent;
use crate::domain::state::incident::Incident;

pub(super) fn admit_incident(
    world: World<'_>,
    incident: Option<&str>,
    event: &IncidentEvent,
    now: At,
) -> Result<(), Refusal> {
    match event {
        IncidentEvent::IncidentDeclared {
            title,
            since,
            scope,
            planned,
            ..
        } => {
            check_optional("title", title.as_deref())?;
            scope
                .iter()
                .try_for_each(|id| check_link(world.books, id))?;
            match (planned, since) {
                (Some(w), _) => check_window(w, world.books.workspace.zone),
                (None, Some(Moment { at, .. })) => check_past("the start", *at, now),
                (None, None) => Ok(()),
            }
        }
        IncidentEvent::ScopeChanged { added, removed } => {
            check_scope(world, incident, added, removed)
        }
        IncidentEvent::PlaybookChanged { .. } | IncidentEvent::IncidentClosed { .. } => {
            find_open_incident(world, incident).map(|_| ())
        }
        IncidentEvent::FactNoted {
            name,
            value,
            source,
            said_at,
            ..
        } => {
            find_open_incident(world, incident)?;
            check_party(world.books, source)?;
            check_past("the time of saying", *said_at, now)?;
            check_fact(world, incident, name, value.as_ref(), source)
        }
        IncidentEvent::NoteTaken { text: note } => check_text("note", note),
        IncidentEvent::SentenceWritten {
            texts,
            channels,
            audience,
            ..
        } => find_open_incident(world, incident)
            .and_then(|_| check_sentence(world, texts, channels, audience.as_deref())),
        IncidentEvent::SentenceEnded { sentence } => {
            check_still_said(find_open_incident(world, incident)?, *sentence)
        }
        IncidentEvent::DisclosureSet { path, because, .. } => {
            check_one_line("path", path)?;
            check_given("reason", because)
        }
    }
}

/// The longest sentence of somebody's own, in characters.
const MAX_SENTENCE: usize = 500;

/// Refuses a sentence in no language, of several lines, too long, or for a channel or audience that there is not.
fn check_sentence(
    world: World<'_>,
    texts: &Texts,
    channels: &[String],
    audience: Option<&str>,
) -> Result<(), Refusal> {
    let workspace = &world.books.workspace;
    for lang in &workspace.languages {
        let Some(text) = texts.get(*lang).filter(|t| !t.trim().is_empty()) else {
            return Err(Refusal::new(
                format!("the sentence is missing in {lang}"),
                "every statement is in all languages of the workspace",
            ));
        };
        check_one_line("sentence", text)?;
        let length = text.chars().count();
        if length > MAX_SENTENCE {
            return Err(Refusal::new(
                format!("the sentence in {lang} has {length} characters, at most {MAX_SENTENCE}"),
                "say it in fewer words, or in two sentences",
            ));
        }
    }
    if let Some(unknown) = channels
        .iter()
        .find(|c| !workspace.channels.contains_key(*c))
    {
        let near = suggest_nearest(unknown, workspace.channels.keys().map(String::as_str));
        return Err(Refusal::new(
            format!("saydo.yaml has no channel \"{unknown}\"{near}"),
            format!(
                "choose one of: {}",
                workspace
                    .channels
                    .keys()
                    .cloned()
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
        ));
    }
    match audience.filter(|a| workspace.find_audience(a).is_none()) {
        Some(unknown) => Err(Refusal::new(
            format!("saydo.yaml has no audience \"{unknown}\""),
            "add it under `audiences` there",
        )),
        None => Ok(()),
    }
}

/// Refuses to end a sentence that nobody wrote, or that has ended.
fn check_still_said(incident: &Incident, sentence: u64) -> Result<(), Refusal> {
    let standing = incident.own_sentences.iter().filter(|s| s.ended.is_none());
    let standing: Vec<u64> = standing.map(|s| s.seq).collect();
    if standing.contains(&sentence) {
        return Ok(());
    }
    let listed: Vec<String> = standing.iter().map(u64::to_string).collect();
    let hint = match listed.is_empty() {
        true => "none stands there".to_owned(),
        false => format!("those that stand: {}", listed.join(", ")),
    };
    Err(Refusal::new(
        format!(
            "{} has no sentence {sentence} that is still said",
            incident.id
        ),
        hint,
    ))
}

/// Refuses a change of scope that removes what is not there, or everything.
fn check_scope(
    world: World<'_>,
    incident: Option<&str>,
    added: &[LinkId],
    removed: &[LinkId],
) -> Result<(), Refusal> {
    let open = find_open_incident(world, incident)?;
    for id in added.iter().chain(removed) {
        check_link(world.books, id)?;
    }
    let scope = open.links_in_scope();
    if let Some(id) = removed.iter().find(|r| !scope.contains(r)) {
        return Err(Refusal::new(
            format!("{id} is not in the scope of {}", open.id),
            format!("in scope: {}", scope.join(", ")),
        ));
    }
    if scope.iter().all(|l| removed.contains(l)) && added.is_empty() {
        return Err(Refusal::new(
            "an incident keeps at least one link in its scope",
            NextStep::CloseIncident {
                incident: open.id.clone(),
            }
            .after("close it instead: "),
        ));
    }
    Ok(())
}

/// Refuses a fact that the incident's playbook does not declare, or that this source may not give.
fn check_fact(
    world: World<'_>,
    incident: Option<&str>,
    name: &str,
    value: Option<&Value>,
    source: &Source,
) -> Result<(), Refusal> {
    let open = find_open_incident(world, incident)?;
    let playbook = world.books.playbook_of(open).ok_or_else(|| {
        Refusal::new(
            "the incident's playbook is not in the record",
            NextStep::VerifyRecord,
        )
    })?;
    let facts = &playbook.file.facts;
    let Some(declared) = facts.get(name) else {
        let known: Vec<&str> = facts.keys().map(String::as_str).collect();
        return Err(Refusal::new(
            format!(
                "the playbook {} declares no fact \"{name}\"{}",
                open.playbook.name,
                suggest_nearest(name, known.iter().copied())
            ),
            NextStep::TakeNote.after(format!(
                "declared: {}. Something else can be kept with: ",
                known.join(", ")
            )),
        ));
    };
    if !declared.sources.is_empty() && !declared.may_come_from(source.kind) {
        let allowed: Vec<&str> = declared.sources.iter().map(|s| s.token()).collect();
        return Err(Refusal::new(
            format!("{name} may not come from {}", source.kind),
            format!("allowed: --source {}", allowed.join(" or ")),
        ));
    }
    value.map_or(Ok(()), |v| fact_value(world.books, name, declared, v))
}
