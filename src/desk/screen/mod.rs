//! The desk in a browser: its pages, made from the record as it is now. It records nothing, and reads no request.

pub mod act;
pub mod confirm;
mod forms;
pub mod frame;
mod known;
mod owed;
mod shown;
mod step_forms;
mod texts;

use crate::desk::core::incident_facts::{derive_facts, playbook_of_incident};
use crate::desk::core::playbooks_in_force::{find_playbook_in_force, is_base};
use crate::desk::publishing::site_incident::title_of;
use crate::desk::screen::forms::FormMaker;
use crate::desk::screen::frame::{StaffWords, Viewer, cannot_make, make_frame};
use crate::desk::screen::shown::Shown;
use crate::desk::statement::draft::draft_statement;
use crate::desk::{DeskError, Journal, Snapshot};
use crate::domain::base::lang::Lang;
use crate::domain::base::phase::Phase;
use crate::domain::base::time::Moment;
use crate::domain::base::unaccented::without_marks;
use crate::domain::record::record_event::TextKind;
use crate::domain::state::incident::{Incident, PlaybookRef};
use crate::render::desk_page::view::Choice;
pub use crate::render::desk_page::view::Told;
use crate::render::desk_page::view::{Declaring, IncidentDesk, Situation, Tab};
pub use crate::render::desk_page::{ICON, SCRIPT, STYLE, desk_word};
use crate::render::desk_page::{render_declaring, render_situation};

/// How many names of the network a browser is given as suggestions; more are found by searching.
const MOST_NAMES: usize = 300;

/// The first page: what is known, what may be said, what is owed; of the incident that was asked for, else of the first one.
///
/// # Errors
/// When nothing is adopted, or facts cannot be derived.
pub fn show_situation(
    journal: &mut Journal,
    viewer: &Viewer,
    asked: Option<&str>,
    told: Option<Told>,
    words: StaffWords<'_>,
) -> Result<String, DeskError> {
    let frame = make_frame(journal, viewer)?;
    let shown = Shown::of_page(journal, viewer.lang);
    let forms = FormMaker::of_snapshot(journal, viewer.lang)
        .ok_or(DeskError::NothingAdopted("workspace and network"))?;
    let open: Vec<&Incident> = journal.state.open_incidents().collect();
    let chosen = open
        .iter()
        .find(|i| Some(i.id.as_str()) == asked)
        .or(open.first());
    let page = Situation {
        told,
        incidents: open
            .iter()
            .map(|i| show_tab(journal, i, viewer.lang))
            .collect::<Result<_, _>>()?,
        shown: chosen
            .map(|i| show_incident(journal, shown, forms, i, words))
            .transpose()?,
        waiting: owed::list_waiting(shown, forms),
        approved: owed::list_released(shown, forms),
        stuck: owed::list_stuck(shown, forms),
        due: owed::list_due(shown)?,
        promises: owed::list_promises(shown, forms)?,
        network: find_names(journal, viewer.lang, "")?.1,
    };
    render_situation(&frame, viewer.lang, &page).map_err(cannot_make)
}

/// What staff call it, else what notices of its playbook are about.
fn name_of_incident(
    snapshot: &Snapshot,
    incident: &Incident,
    lang: Lang,
) -> Result<String, DeskError> {
    if let Some(title) = &incident.title {
        return Ok(title.clone());
    }
    let usual = title_of(snapshot.world()?, &incident.playbook);
    Ok(usual.map_or_else(
        || incident.playbook.name.clone(),
        |t| t.get_or_any(lang).to_owned(),
    ))
}

fn show_tab(snapshot: &Snapshot, incident: &Incident, lang: Lang) -> Result<Tab, DeskError> {
    let facts = derive_facts(snapshot, &incident.id, snapshot.default_audience())?;
    Ok(Tab {
        id: incident.id.clone(),
        severity: facts.state_word("severity").unwrap_or_default().to_owned(),
        title: name_of_incident(snapshot, incident, lang)?,
    })
}

fn show_incident(
    journal: &Journal,
    shown: Shown<'_>,
    forms: FormMaker<'_>,
    incident: &Incident,
    words: StaffWords<'_>,
) -> Result<IncidentDesk, DeskError> {
    let id = incident.id.as_str();
    let audience = journal.default_audience();
    let facts = derive_facts(journal, id, audience)?;
    let playbook = playbook_of_incident(journal, id)?;
    let review = draft_statement(journal, id, audience, Default::default())?;
    let phase = shown.known_entry(facts.entry(Phase::PATH));
    let phase = phase.map(|(fact, _)| shown.show_value(&fact.value));
    let began = incident
        .since
        .unwrap_or_else(|| Moment::exact(incident.declared_at));
    let severity = facts.state_word("severity").unwrap_or_default();
    let parts = [
        severity.to_owned(),
        incident.playbook.name.clone(),
        phase.unwrap_or_default(),
        shown.show_moment(began),
    ];
    let parts: Vec<String> = parts.into_iter().filter(|p| !p.is_empty()).collect();
    let things = known::list_things(shown, forms, incident, &facts);
    let confirmed: Vec<String> = things
        .iter()
        .filter(|t| t.still.is_some())
        .map(|t| t.id.clone())
        .collect();
    Ok(IncidentDesk {
        id: id.to_owned(),
        line: parts.join(" · "),
        still: (confirmed.len() > 1).then(|| forms.still_these(&confirmed)),
        things,
        other: forms.set_form(None),
        noted: known::list_noted(shown, forms, incident, &playbook, &facts),
        log: forms.log_form(id),
        entries: known::list_entries(journal, shown, forms, words)?,
        issued: texts::list_issued(shown, id, &facts)?,
        steps: texts::list_steps(journal, forms, id, &review, &facts)?,
        stops: review.findings.iter().map(words.finding).collect(),
        texts: texts::list_texts(shown, forms, id, &review.draft),
        own: forms.say_form(id),
        held: texts::list_held(shown, forms, id, &playbook, &review.draft),
    })
}

/// The page on which an incident is declared; with what was looked for in the network.
///
/// # Errors
/// When nothing is adopted.
pub fn show_declaring(
    snapshot: &Snapshot,
    viewer: &Viewer,
    asked: &str,
) -> Result<String, DeskError> {
    let frame = make_frame(snapshot, viewer)?;
    let shown = Shown::of_page(snapshot, viewer.lang);
    let forms = FormMaker::of_snapshot(snapshot, viewer.lang)
        .ok_or(DeskError::NothingAdopted("workspace and network"))?;
    let adopted = snapshot.state.adopted.get(&TextKind::Playbook);
    let names = adopted.into_iter().flat_map(|all| all.keys());
    let playbooks = names.filter(|n| !is_base(n)).map(|name| Choice {
        value: name.clone(),
        label: name_of_playbook(snapshot, name, viewer.lang),
    });
    let playbooks = playbooks.collect();
    let (found, network) = find_names(snapshot, viewer.lang, asked)?;
    let page = Declaring {
        asked: asked.to_owned(),
        found: shown.fill_word("found", &[("n", &found)]),
        network,
        declare: forms.declare_form(playbooks),
    };
    render_declaring(&frame, viewer.lang, &page).map_err(cannot_make)
}

/// A playbook by what its notices are about, with its name.
fn name_of_playbook(snapshot: &Snapshot, name: &str, lang: Lang) -> String {
    let title = find_playbook_in_force(snapshot, name).ok();
    let title = title.and_then(|(digest, base, _)| {
        let seq = 0;
        let name = name.to_owned();
        let in_force = PlaybookRef {
            seq,
            name,
            digest,
            base,
        };
        title_of(snapshot.world().ok()?, &in_force)
    });
    match title {
        Some(title) => format!("{} ({name})", title.get_or_any(lang)),
        None => name.to_owned(),
    }
}

/// The links, areas and services whose name or identifier has all these words: how many, and the first of them.
fn find_names(
    snapshot: &Snapshot,
    lang: Lang,
    asked: &str,
) -> Result<(usize, Vec<Choice>), DeskError> {
    let network = &snapshot.world()?.books.network;
    let plain = |text: &str| without_marks(&text.to_lowercase(), Lang::Vi).into_owned();
    let asked = plain(asked);
    let words: Vec<&str> = asked.split_whitespace().collect();
    let (mut found, mut first) = (0, Vec::new());
    for id in network.all_ids() {
        let label = network.names_of(id).get_or_any(lang).to_owned();
        let text = plain(&format!("{id} {label}"));
        if words.iter().all(|w| text.contains(w)) {
            found += 1;
            if first.len() < MOST_NAMES {
                first.push(Choice {
                    value: id.to_owned(),
                    label,
                });
            }
        }
    }
    Ok((found, first))
}
