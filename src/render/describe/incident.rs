//! The steps of incidents in one line each. Does not say which incident: the envelope does.

use crate::domain::base::lang::Lang;
use crate::domain::base::value::Value;
use crate::domain::record::incident_event::IncidentEvent;

pub(super) fn describe_incident(event: &IncidentEvent) -> String {
    match event {
        IncidentEvent::IncidentDeclared {
            playbook, scope, ..
        } => format!("declared {playbook} on {}", scope.join(", ")),
        IncidentEvent::ScopeChanged { added, removed } => {
            let plus = added.iter().map(|l| format!("+{l}"));
            let minus = removed.iter().map(|l| format!("-{l}"));
            format!("scope {}", plus.chain(minus).collect::<Vec<_>>().join(" "))
        }
        IncidentEvent::PlaybookChanged { playbook, .. } => format!("playbook {playbook}"),
        IncidentEvent::FactNoted {
            name,
            value,
            source,
            ..
        } => {
            let value = value
                .as_ref()
                .map_or("no longer known".to_owned(), Value::to_plain_text);
            format!("{name} = {value} ({source})")
        }
        IncidentEvent::NoteTaken { text } => format!("note: {text}"),
        IncidentEvent::SentenceWritten { line, texts, .. } => {
            let place = line.as_ref().map(|l| format!(" for line {l}"));
            let text = texts.get_or_any(Lang::USUAL);
            format!("sentence{}: {text}", place.unwrap_or_default())
        }
        IncidentEvent::SentenceEnded { sentence } => {
            format!("sentence {sentence} is said no more")
        }
        IncidentEvent::DisclosureSet {
            path,
            level,
            because,
        } => format!("{path} may be told to {}: {because}", level.token()),
        IncidentEvent::IncidentClosed { handed_over_to } => match handed_over_to {
            Some(to) => format!("closed, handed over to {to}"),
            None => "closed".into(),
        },
    }
}
