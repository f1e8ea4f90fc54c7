//! What the desk's page says is owed: drafts that wait, what is due, what is promised. Settles nothing.

use chrono::Duration;

use crate::desk::DeskError;
use crate::desk::due::due_items::find_due_items;
use crate::desk::due::item::DueItem;
use crate::desk::promise::ledger::{list_ledger, promise_words, settling_step};
use crate::desk::publishing::outbox::{Item, list_outbox};
use crate::desk::publishing::recipients::People;
use crate::desk::screen::act::Act;
use crate::desk::screen::forms::FormMaker;
use crate::desk::screen::shown::Shown;
use crate::desk::screen::texts::{has_outlets, sort_texts};
use crate::desk::statement::approve::{compose_submitted, list_approved, list_pending};
use crate::domain::base::next_step::NextStep;
use crate::domain::delivery::deliveries::DeliveryStatus;
use crate::domain::ledger::verdict::PromiseStatus;
use crate::domain::team::team_state::Submitted;
use crate::render::desk_page::view::{DueRow, PromiseRow, Released, StuckRow, Waiting};

/// So many texts that need a decision are shown at once.
const MOST_STUCK: usize = 10;

/// What is due within so many minutes is shown.
const SOON: i64 = 30;

/// The drafts that wait for approval, with their texts.
pub(super) fn list_waiting(shown: Shown<'_>, forms: FormMaker<'_>) -> Vec<Waiting> {
    let row = |s: &Submitted| {
        let by = shown.fill_word(
            "waiting_by",
            &[("name", &s.by), ("t", &shown.show_time(s.at))],
        );
        // One that can no longer be composed is shown without texts; approving it says why.
        let texts = compose_submitted(shown.snapshot, s).map(|statement| {
            let renditions = statement.draft().renditions.iter();
            sort_texts(shown, renditions.collect())
        });
        Waiting {
            about: format!("{}: {by}", s.incidents.join(", ")),
            texts: texts.unwrap_or_default(),
            approve: forms.form_of_draft(Act::Approve, &s.draft),
            reject: forms.form_of_draft(Act::Reject, &s.draft),
        }
    };
    list_pending(shown.snapshot).map(row).collect()
}

/// The drafts that were approved and still hold, to be issued exactly so.
pub(super) fn list_released(shown: Shown<'_>, forms: FormMaker<'_>) -> Vec<Released> {
    let row = |s: &Submitted| {
        let statement = compose_submitted(shown.snapshot, s).ok()?;
        let (_, by, at) = s.approved.as_ref()?;
        let by = shown.fill_word("approved_by", &[("name", by), ("t", &shown.show_time(*at))]);
        let renditions = statement.draft().renditions.iter();
        let incidents = s.incidents.join(" ");
        let acts = [Act::IssueAndPublish, Act::Issue];
        let acts = acts
            .iter()
            .filter(|act| **act == Act::Issue || has_outlets(shown.snapshot));
        Some(Released {
            about: format!("{incidents}: {by}"),
            texts: sort_texts(shown, renditions.collect()),
            steps: acts
                .map(|act| forms.issue_form(*act, &incidents, &s.draft))
                .collect(),
        })
    };
    list_approved(shown.snapshot).filter_map(row).collect()
}

/// The texts about which somebody has to decide: did they arrive?
pub(super) fn list_stuck(shown: Shown<'_>, forms: FormMaker<'_>) -> Vec<StuckRow> {
    let items = list_outbox(shown.snapshot, &People::new());
    let row = |item: Item| {
        let because = match &item.standing {
            DeliveryStatus::Stuck { because, .. } => because.clone(),
            DeliveryStatus::Expired => String::new(),
            _ => return None,
        };
        let lang = item.parcel.lang.map(|l| format!(" {l}"));
        let key = &item.parcel.key;
        let what = format!(
            "{}: {}{} ({})",
            item.outlet,
            item.parcel.channel,
            lang.unwrap_or_default(),
            item.parcel.statement
        );
        // What was begun and never said how it ended is stuck first, and then decided about.
        let acts: &[Act] = match item.standing {
            DeliveryStatus::Expired => &[],
            _ => &[Act::Arrived, Act::Retry, Act::Drop],
        };
        Some(StuckRow {
            because,
            decide: acts
                .iter()
                .map(|act| forms.decide_form(*act, key, &what))
                .collect(),
            what,
        })
    };
    items.into_iter().filter_map(row).take(MOST_STUCK).collect()
}

/// What is due now or soon, the worst first.
///
/// # Errors
/// When facts cannot be derived.
pub(super) fn list_due(shown: Shown<'_>) -> Result<Vec<DueRow>, DeskError> {
    let items = find_due_items(shown.snapshot, Duration::minutes(SOON))?;
    let row = |item: DueItem| DueRow {
        what: shown.find_word(&format!("due_{}", item.kind.token())),
        incident: item.incident,
        about: item.what,
    };
    Ok(items.into_iter().map(row).collect())
}

/// What is promised and not settled, the soonest first.
///
/// # Errors
/// When nothing has been adopted.
pub(super) fn list_promises(
    shown: Shown<'_>,
    forms: FormMaker<'_>,
) -> Result<Vec<PromiseRow>, DeskError> {
    let state = &shown.snapshot.state;
    let mut owed: Vec<_> = list_ledger(shown.snapshot)?;
    owed.retain(|e| e.is_owed(state));
    owed.sort_by_key(|e| e.ends);
    let row = |e: &crate::domain::ledger::verdict::JudgedPromise<'_>| {
        let what = promise_words(e.promise, shown.lang);
        let keep = match settling_step(e, state) {
            NextStep::KeepPromise { number } => Some(forms.keep_form(number, &what)),
            _ => None,
        };
        PromiseRow {
            due: shown.fill_word(
                "by_time",
                &[("t", &shown.show_due(e.promise.current_due().due))],
            ),
            is_late: e.standing != PromiseStatus::Open,
            keep,
            what: format!("{}. {what}", e.promise.made.number),
        }
    };
    Ok(owed.iter().map(row).collect())
}
