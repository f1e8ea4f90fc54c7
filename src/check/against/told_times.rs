//! Since when things are as they are, and what was told when: the times of a record that texts speak of most. It judges
//! no text.

use crate::check::against::fact_values::{at, end, instant, known_facts, state_of};
use crate::check::against::reference_facts::{Known, KnownTime, State};
use crate::check::reading::language_files::Spelling;
use crate::check::reading::patterns::Patterns;
use crate::domain::base::lang::Lang;
use crate::domain::base::time::{At, When, Window};
use crate::domain::base::value::Value;
use crate::domain::facts::fact::Facts;

pub(super) fn beginnings(facts: &Facts) -> Vec<KnownTime> {
    let mut since: Vec<KnownTime> = instant(facts, "since").into_iter().collect();
    for (path, f) in known_facts(facts) {
        if let Value::Instant(m) = &f.value
            && path.starts_with("links.")
            && path.ends_with("since")
        {
            since.push(at(facts, m.at, &f.events));
        }
    }
    since.extend(instant(facts, "as_of"));
    since.extend(instant(facts, "back_since"));
    since.extend(instant(facts, "stable_since"));
    since
}

/// The moments of a link's facts whose path ends with one of some words, for the links that pass.
fn of_links(facts: &Facts, ends: &[&str], is_wanted: impl Fn(&str) -> bool) -> Vec<KnownTime> {
    let mut times = Vec::new();
    for (path, f) in known_facts(facts) {
        let parts = path
            .strip_prefix("links.")
            .and_then(|rest| rest.rsplit_once('.'));
        if let (Some((id, field)), Value::Instant(m)) = (parts, &f.value)
            && ends.contains(&field)
            && is_wanted(id)
        {
            times.push(at(facts, m.at, &f.events));
        }
    }
    times
}

/// Since when what is or was in trouble is so.
pub(super) fn broken_since(facts: &Facts) -> Vec<KnownTime> {
    let is_broken = |id: &str| state_of(facts, id).is_some_and(|s| !s.works());
    let mut times: Vec<KnownTime> = instant(facts, "since").into_iter().collect();
    times.extend(of_links(facts, &["trouble_since"], |_| true));
    times.extend(of_links(facts, &["since"], is_broken));
    times
}

/// Since when what works does.
pub(super) fn works_since(facts: &Facts) -> Vec<KnownTime> {
    let does_work = |id: &str| state_of(facts, id).is_some_and(State::works);
    let paths = ["back_since", "stable_since"];
    let mut times: Vec<KnownTime> = paths.iter().filter_map(|p| instant(facts, p)).collect();
    times.extend(of_links(facts, &["since", "checked_at"], does_work));
    times
}

/// What customers notice is that they have no service at all, not that it is slow.
pub(super) fn has_no_service(facts: &Facts) -> bool {
    let says_so = |lang: Lang, words: &str| {
        let spelling = Spelling {
            lang,
            is_plain: false,
        };
        Patterns::of(spelling).has("no_service", &words.to_lowercase())
    };
    match facts.known_fact("effect").map(|f| &f.value) {
        Some(Value::Phrase(t)) => t.iter().any(|(lang, words)| says_so(lang, words)),
        _ => false,
    }
}

/// Adds when a statement was issued.
pub fn add_issued(known: &mut Known, facts: &Facts, moment: At) {
    known.issued.push(at(facts, moment, &[]));
    known.past.push(at(facts, moment, &[]));
}

/// Adds when somebody reported on a link, and the repair window that was given then.
pub fn add_report(known: &mut Known, facts: &Facts, moment: At, window: Option<&Window>) {
    known.past.push(at(facts, moment, &[]));
    known
        .windows
        .extend(window.map(|w| end(facts, &w.latest, w.earliest.as_ref(), &[])));
}

/// Adds when news was announced for that came late or not at all.
pub fn add_missed_news(known: &mut Known, facts: &Facts, due: &When) {
    known.missed_news.push(end(facts, due, None, &[]));
}

/// Adds why a repair window was moved, by its key.
pub fn add_reason_of_move(known: &mut Known, reason: &str) {
    known.reasons_of_moves.insert(reason.to_owned());
}
