//! What the desk's page says of texts: what may be said, why, what may not and what would release it, what is out. The gate has
//! decided all of it.

use crate::desk::publishing::outbox::outlets_without;
use crate::desk::screen::act::Act;
use crate::desk::screen::forms::FormMaker;
use crate::desk::screen::shown::Shown;
use crate::desk::statement::draft::DraftReview;
use crate::desk::statement::review_issued::last_statement;
use crate::desk::statement::verdicts::judge_statement;
use crate::desk::{DeskError, Snapshot};
use crate::domain::base::time::Moment;
use crate::domain::base::value::Value;
use crate::domain::config::outlet::OutletKind;
use crate::domain::config::playbook::Playbook;
use crate::domain::facts::evaluator::Evaluator;
use crate::domain::facts::fact::Facts;
use crate::domain::facts::missing::MissingFact;
use crate::domain::record::rendition::Rendition;
use crate::domain::speech::draft::{Draft, Withheld};
use crate::domain::speech::still_true::Verdict;
use crate::domain::state::heard::promised_update;
use crate::domain::team::right::Right;
use crate::render::desk_page::desk_word;
use crate::render::desk_page::view::{FactRow, Form, Held, Lack, Remark, Sentence, TextRow};

/// How many things that are missing are shown for one sentence.
const MOST_LACKS: usize = 4;

/// The texts as they would be sent, those of the page's language first; each sentence with what it rests on.
pub(super) fn list_texts(
    shown: Shown<'_>,
    forms: FormMaker<'_>,
    incident: &str,
    draft: &Draft,
) -> Vec<TextRow> {
    let mut renditions: Vec<&Rendition> = draft.renditions.iter().collect();
    sort_renditions(shown, &mut renditions);
    let row = |r: &Rendition| TextRow {
        sentences: list_sentences(shown, draft, r),
        edit: Some(forms.edit_form(incident, &r.channel, r.lang, &r.text)),
        ..text_row(shown, r)
    };
    renditions.into_iter().map(row).collect()
}

/// Those of the page's language first, and of those what most people read.
fn sort_renditions(shown: Shown<'_>, renditions: &mut [&Rendition]) {
    const READ_FIRST: [&str; 2] = ["web", "sms"];
    renditions.sort_by_key(|r| {
        let place = READ_FIRST.iter().position(|c| *c == r.channel);
        (
            r.lang != shown.lang,
            r.lang,
            place.unwrap_or(READ_FIRST.len()),
        )
    });
}

/// Texts without what may be done with them.
pub(super) fn sort_texts(shown: Shown<'_>, mut renditions: Vec<&Rendition>) -> Vec<TextRow> {
    sort_renditions(shown, &mut renditions);
    renditions.into_iter().map(|r| text_row(shown, r)).collect()
}

/// True when a text can be sent anywhere by the program.
pub(super) fn has_outlets(snapshot: &Snapshot) -> bool {
    let mut outlets = snapshot.all_outlets();
    outlets.any(|(_, outlet)| outlet.kind != OutletKind::ByHand)
}

/// A text without what may be done with it.
pub(super) fn text_row(shown: Shown<'_>, r: &Rendition) -> TextRow {
    let books = shown.snapshot.books.as_ref();
    let channel = books.and_then(|b| b.workspace.channels.get(&r.channel));
    let measured = channel.map(|c| shown.snapshot.evaluator.measure_text(c, r.lang, &r.text));
    TextRow {
        channel: r.channel.clone(),
        lang: r.lang.tag(),
        lang_name: desk_word("name", r.lang).to_owned(),
        length: measured.map(|m| m.what).unwrap_or_default(),
        text: r.text.clone(),
        sentences: Vec::new(),
        edit: None,
    }
}

fn list_sentences(shown: Shown<'_>, draft: &Draft, r: &Rendition) -> Vec<Sentence> {
    let mut placed: Vec<_> = r.placed.iter().collect();
    placed.sort_by_key(|p| p.start);
    let sentence = |p: &&crate::domain::record::rendition::Placed| {
        let text = r.text.get(p.start..p.end)?.trim().to_owned();
        let line = draft.lines.get(p.line)?;
        let facts = draft.facts_of(&line.said);
        let row = |(path, value): (&String, &Value)| {
            let fact = shown.known_entry(facts.entry(path)).map(|(fact, _)| fact);
            // What only the program counts with is no reason that a person could check.
            if !line.said.claims.contains(path) && fact.is_none_or(|f| f.source.is_none()) {
                return None;
            }
            Some(FactRow {
                path: path.clone(),
                value: shown.show_value(value),
                about: fact.map(|f| shown.who_and_when(f)).unwrap_or_default(),
            })
        };
        Some(Sentence {
            text,
            facts: line.said.reads.iter().filter_map(row).collect(),
            unknown: line.said.unknown.clone(),
        })
    };
    placed.iter().filter_map(sentence).collect()
}

/// What may not be said yet, each with the forms that would release it.
pub(super) fn list_held(
    shown: Shown<'_>,
    forms: FormMaker<'_>,
    incident: &str,
    playbook: &Playbook,
    draft: &Draft,
) -> Vec<Held> {
    let wanted = draft
        .withheld
        .iter()
        .filter(|w| !w.not_yet.is_empty() || w.mandatory);
    let row = |w: &Withheld| {
        let it = w.it.as_ref();
        let it = it.map(|n| format!(" ({})", n.names.get_or_any(shown.lang)));
        let what = match w.not_yet.is_empty() {
            true => w.line.as_str(),
            false => w.not_yet.get_or_any(shown.lang),
        };
        let lack = |lack: &MissingFact| Lack {
            what: lack.what.get_or_any(shown.lang).to_owned(),
            form: lack
                .step
                .as_ref()
                .and_then(|step| forms.form_of_step(step, incident, playbook)),
        };
        Held {
            what: format!("{what}{}", it.unwrap_or_default()),
            lacks: w.reasons.iter().take(MOST_LACKS).map(lack).collect(),
        }
    };
    wanted.map(row).collect()
}

/// What can be done with the draft now.
pub(super) fn list_steps(
    snapshot: &Snapshot,
    forms: FormMaker<'_>,
    incident: &str,
    review: &DraftReview,
    facts: &Facts,
) -> Result<Vec<Form>, DeskError> {
    let mut steps = Vec::new();
    let team = &snapshot.state.team;
    let by = &snapshot.clock.by;
    if review.findings.is_empty() && !review.draft.renditions.is_empty() {
        let draft = review.draft.digest()?;
        // What has to be approved first is issued from what was approved.
        let is_free = !team.rules.approval || !team.in_advance.is_empty();
        if is_free && (!team.has_roles() || team.has_right(by, Right::Issue, None)) {
            if has_outlets(snapshot) {
                steps.push(forms.issue_form(Act::IssueAndPublish, incident, &draft));
            }
            steps.push(forms.issue_form(Act::Issue, incident, &draft));
        }
        if team.has_roles() {
            steps.push(forms.form_of_incident(Act::Submit, incident));
        }
    }
    let waits = last_statement(snapshot, incident, snapshot.default_audience())
        .is_some_and(|last| !outlets_without(snapshot, last).is_empty());
    if waits && !snapshot.state.is_drill {
        steps.push(forms.make_form(Act::Publish, "", Vec::new()));
    }
    if facts.phase().is_some_and(|p| p.is_over()) {
        steps.push(forms.form_of_incident(Act::Close, incident));
    }
    Ok(steps)
}

/// What is out, what in it no longer holds, where it has not arrived, when we speak next.
///
/// # Errors
/// When what was issued cannot be read.
pub(super) fn list_issued(
    shown: Shown<'_>,
    incident: &str,
    facts: &Facts,
) -> Result<Vec<Remark>, DeskError> {
    let snapshot = shown.snapshot;
    let remark = |text: String, is_bad: bool| Remark { text, is_bad };
    let audience = snapshot.default_audience();
    let Some(last) = last_statement(snapshot, incident, audience) else {
        let mut lines = vec![remark(shown.find_word("out_none"), true)];
        if let Some(Value::Instant(due)) = facts.value("first_notice_due") {
            let text = shown.fill_word("first_due", &[("t", &shown.show_time(due.at))]);
            lines.push(remark(text, due.at < shown.now));
        }
        return Ok(lines);
    };
    let number = last.statement.number;
    let at = shown.show_moment(Moment::exact(last.statement.as_of));
    let mut lines = vec![remark(
        shown.fill_word("out", &[("n", &number), ("t", &at)]),
        false,
    )];
    let wrong = judge_statement(snapshot, last)?
        .into_iter()
        .filter(is_untrue)
        .count();
    if wrong > 0 {
        lines.push(remark(shown.fill_word("untrue", &[("n", &wrong)]), true));
    }
    let without = outlets_without(snapshot, last);
    if !without.is_empty() && !snapshot.state.is_drill {
        let list = without.join(", ");
        lines.push(remark(
            shown.fill_word("not_sent", &[("list", &list)]),
            true,
        ));
    }
    if let Some((due, _)) = promised_update(&snapshot.state, incident, audience) {
        let text = shown.fill_word("next_due", &[("t", &shown.show_time(due))]);
        lines.push(remark(text, due < shown.now));
    }
    Ok(lines)
}

/// A next update that has passed has a line of its own.
fn is_untrue(verdict: &Verdict) -> bool {
    match verdict {
        Verdict::Holds => false,
        Verdict::Lapsed { path, .. } => path != "next_update",
        Verdict::Changed { .. } => true,
    }
}
