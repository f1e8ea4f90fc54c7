//! Whether a value fits the fact that a playbook declares. Does not know who may note it.

use crate::domain::admission::refusal::Refusal;
use crate::domain::admission::times::check_window;
use crate::domain::admission::wording::check_text;
use crate::domain::base::lang::Texts;
use crate::domain::base::next_step::NextStep;
use crate::domain::base::suggest::suggest_nearest;
use crate::domain::base::value::Value;
use crate::domain::config::noted_fact::{FactType, NotedFact};
use crate::domain::facts::world::AdoptedConfig;

/// Refuses a value that is not of the declared type.
///
/// # Errors
/// When it is not, or a word is not in the list.
pub fn fact_value(
    books: &AdoptedConfig,
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
            NextStep::ListFacts.after("see: "),
        ));
    }
    match value {
        Value::State(word) if !declared.choices.is_empty() && !declared.choices.contains(word) => {
            Err(Refusal::new(
                format!(
                    "{name} cannot be \"{word}\"{}",
                    suggest_nearest(word, declared.choices.iter().map(String::as_str))
                ),
                format!("one of: {}", declared.choices.join(", ")),
            ))
        }
        Value::Window(w) => check_window(w, books.workspace.zone),
        Value::Phrase(texts) => check_phrase(books, name, texts),
        _ => Ok(()),
    }
}

/// Refuses a phrase that lacks one of the workspace's languages.
fn check_phrase(books: &AdoptedConfig, name: &str, texts: &Texts) -> Result<(), Refusal> {
    for lang in &books.workspace.languages {
        match texts.get(*lang) {
            Some(t) if !t.trim().is_empty() => check_text(name, t)?,
            _ => {
                return Err(Refusal::new(
                    format!("{name} has no text in \"{lang}\""),
                    "what customers see is given in every language: LANG=TEXT for each",
                ));
            }
        }
    }
    Ok(())
}
