//! What is asked once more before it is done, with counts, and what was typed, to be sent again. It does not do it.

use crate::desk::core::incident_facts::{derive_facts, playbook_of_incident};
use crate::desk::publishing::outbox::outlets_without;
use crate::desk::publishing::recipients::People;
use crate::desk::screen::act::Act;
use crate::desk::screen::forms::{FormMaker, hidden};
use crate::desk::screen::frame::{Typed, Viewer, cannot_make, make_frame};
use crate::desk::screen::shown::Shown;
use crate::desk::screen::texts;
use crate::desk::statement::draft::draft_statement;
use crate::desk::statement::review_issued::last_statement;
use crate::desk::{DeskError, Snapshot};
use crate::domain::base::lang::Lang;
use crate::domain::base::value::Value;
use crate::render::desk_page::view::{Confirming, Field, FieldKind, Form};
use crate::render::desk_page::{desk_word, render_confirming};

/// The question that is asked before something that cannot be called back; none for what is done at once.
///
/// # Errors
/// When facts cannot be derived.
pub fn question_before(
    snapshot: &Snapshot,
    lang: Lang,
    typed: &Typed,
    people: &People,
) -> Result<Option<Vec<String>>, DeskError> {
    let shown = Shown::of_page(snapshot, lang);
    let plain = || {
        Some(vec![
            shown.find_word(&format!("sure_{}", typed.act.token())),
        ])
    };
    Ok(match typed.act {
        Act::Set if says_up(typed) => plain(),
        Act::Lift => None,
        Act::Note if is_promised_by(snapshot, typed) => {
            let facts = derive_facts(
                snapshot,
                typed.field("incident"),
                snapshot.default_audience(),
            )?;
            let counted = match facts.value("customers_affected") {
                Some(Value::Count(n)) => n.to_string(),
                _ => "?".to_owned(),
            };
            Some(vec![shown.fill_word("sure_note", &[("n", &counted)])])
        }
        Act::Close | Act::Retract => plain(),
        Act::Issue => {
            let channels = snapshot.world()?.books.workspace.channels.len();
            Some(vec![shown.fill_word("sure_issue", &[("n", &channels)])])
        }
        Act::IssueAndPublish | Act::Publish => {
            let list = list_outlets(shown, people, typed.act == Act::Publish);
            let key = match (list.is_empty(), typed.act) {
                (true, Act::Publish) => "sure_nowhere",
                (true, _) => "sure_none",
                (false, Act::Publish) => "sure_publish",
                (false, _) => "sure_issue-and-publish",
            };
            Some(vec![shown.fill_word(key, &[("list", &list.join("; "))])])
        }
        _ => None,
    })
}

/// True for a report that something works, in whichever of its fields that is said.
fn says_up(typed: &Typed) -> bool {
    let said = [typed.field("state"), typed.field("links")].map(str::to_lowercase);
    said[0] == "up" || said[1].contains("=up")
}

/// True for a fact that a promise needs: noting it makes the next notice promise something.
fn is_promised_by(snapshot: &Snapshot, typed: &Typed) -> bool {
    let name = typed.field("fact");
    let Ok(playbook) = playbook_of_incident(snapshot, typed.field("incident")) else {
        return false;
    };
    let mut kinds = playbook.file.promises.values();
    kinds.any(|kind| kind.needs.iter().any(|needed| needed.contains(name)))
}

/// The outlets that a text would go to, with how many people stand on the list of each.
fn list_outlets(shown: Shown<'_>, people: &People, only_waiting: bool) -> Vec<String> {
    let snapshot = shown.snapshot;
    let waiting: std::collections::BTreeSet<String> = snapshot
        .state
        .open_incidents()
        .filter_map(|i| last_statement(snapshot, &i.id, snapshot.default_audience()))
        .flat_map(|last| outlets_without(snapshot, last))
        .collect();
    let outlets = snapshot.all_outlets();
    let wanted = outlets.filter(|(name, _)| !only_waiting || waiting.contains(*name));
    let line = |name: &String| match people.get(name) {
        Some(list) => shown.fill_word("sure_people", &[("name", name), ("n", &list.numbers.len())]),
        None => name.clone(),
    };
    wanted.map(|(name, _)| line(name)).collect()
}

/// The page that asks once more, with what would be issued.
///
/// # Errors
/// When nothing is adopted, or facts cannot be derived.
pub fn show_confirming(
    snapshot: &Snapshot,
    viewer: &Viewer,
    typed: &Typed,
    question: Vec<String>,
) -> Result<String, DeskError> {
    let frame = make_frame(snapshot, viewer)?;
    let shown = Shown::of_page(snapshot, viewer.lang);
    let incident = typed.field("incident").to_owned();
    let texts = match typed.act {
        Act::Issue | Act::IssueAndPublish => {
            let audience = snapshot.default_audience();
            let review = draft_statement(snapshot, &incident, audience, Default::default())?;
            let renditions = review.draft.renditions.iter();
            renditions.map(|r| texts::text_row(shown, r)).collect()
        }
        _ => Vec::new(),
    };
    let mut yes = form_again(snapshot, viewer.lang, typed)?;
    let mut typed = name_what_it_is_about(snapshot, shown, typed);
    for field in &mut yes.fields {
        if field.kind != FieldKind::Hidden && !field.value.is_empty() {
            let chosen = field.choices.iter().find(|c| c.value == field.value);
            let value = chosen.map_or(&field.value, |c| &c.label).clone();
            typed.push(Field {
                value,
                ..field.clone()
            });
        }
        field.kind = FieldKind::Hidden;
    }
    yes.fields.push(hidden("sure", "yes"));
    yes.button = shown.find_word("sure_yes");
    yes.tone = "main";
    let page = Confirming {
        question,
        typed,
        texts,
        yes,
        incident,
    };
    render_confirming(&frame, viewer.lang, &page).map_err(cannot_make)
}

/// What the question is about, where forms carry it hidden: the incident, the things, the entry.
fn name_what_it_is_about(snapshot: &Snapshot, shown: Shown<'_>, typed: &Typed) -> Vec<Field> {
    let mut all = Vec::new();
    let mut add = |label: &str, value: String| {
        if !value.is_empty() {
            all.push(Field {
                label: shown.find_word(label),
                ..hidden(label, value)
            });
        }
    };
    let forms = FormMaker::of_snapshot(snapshot, shown.lang);
    let ids = typed.field("links").split(',').map(str::trim);
    let names = ids.map(|id| forms.map_or_else(|| id.to_owned(), |f| f.name_of(id)));
    add("field_links", names.collect::<Vec<_>>().join(", "));
    add("field_incident", typed.field("incident").to_owned());
    add("field_entry", typed.field("entry").to_owned());
    all
}

/// What was typed, as a form that can be sent once more.
///
/// # Errors
/// When nothing is adopted.
pub fn form_again(snapshot: &Snapshot, lang: Lang, typed: &Typed) -> Result<Form, DeskError> {
    /// What names things for the program alone.
    const SENT_ALONG: [&str; 10] = [
        "key",
        "incident",
        "draft",
        "entry",
        "promise",
        "channel",
        "text_lang",
        "fact",
        "links",
        "work",
    ];
    let forms = FormMaker::of_snapshot(snapshot, lang)
        .ok_or(DeskError::NothingAdopted("workspace and network"))?;
    let field = |(name, value): &(String, String)| {
        // `text_vi` and `state_2` are labelled as `text` and `state`.
        let stem = name.split('_').next().unwrap_or(name);
        let label = [name.as_str(), stem].map(|key| desk_word(&format!("field_{key}"), lang));
        let label = label.into_iter().find(|word| !word.is_empty());
        let is_sent_along = SENT_ALONG.contains(&name.as_str()) || typed.act == Act::Still;
        let Some(label) = label.filter(|_| !is_sent_along) else {
            return hidden(name, value);
        };
        let mut field = match stem {
            "text" | "note" => forms.long_field(name),
            "state" => forms.choice_field(name, forms.state_choices()),
            "source" => forms.choice_field(name, forms.source_choices()),
            "cause" => forms.cause_field(),
            "confirmed" => forms.new_field(name, FieldKind::Check),
            _ => forms.text_field(name),
        };
        label.clone_into(&mut field.label);
        value.clone_into(&mut field.value);
        field
    };
    let fields = typed.fields.iter().map(field).collect();
    Ok(forms.make_form(typed.act, typed.field("links"), fields))
}
