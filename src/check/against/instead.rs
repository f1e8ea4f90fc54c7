//! The nearest thing that may be said in place of a claim that the record does not back, in the words of
//! `instead.yaml`. Claims for which the record has nothing get no sentence.

use chrono::{NaiveDateTime, NaiveTime};
use serde::Deserialize;

use crate::check::against::reference_facts::{Cause, Known, KnownTime, State};
use crate::check::against::verified_claim::ClaimKind;
use crate::check::reading::language_files::PerLanguage;
use crate::domain::base::lang::Lang;

/// What each sentence is for is said in `languages/en/instead.yaml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sentences {
    restoration: String,
    no_restoration: String,
    next_update: String,
    cause_open: String,
    share: String,
    count: String,
    vouchers: String,
    day_and_time: String,
    day_alone: String,
}

static SENTENCES: PerLanguage<Sentences> = PerLanguage::new(|f| f.instead);

/// What may be said in place of a claim.
pub(super) fn sentence_instead(claim: ClaimKind, known: &Known, lang: Lang) -> Option<String> {
    let own = SENTENCES.of(lang);
    let first = |times: &[KnownTime]| times.first().map(|t| own.written(t));
    Some(match claim {
        ClaimKind::RestorationTime => match first(&known.eta) {
            Some(time) => own.restoration.replace("{time}", &time),
            None => own.no_restoration.clone(),
        },
        ClaimKind::NextUpdate => own
            .next_update
            .replace("{time}", &first(&known.next_update)?),
        ClaimKind::Cause if known.cause == Cause::Open => own.cause_open.clone(),
        ClaimKind::Share => own.share.replace("{n}", &format!("{:.0}", known.lost?)),
        ClaimKind::Count => {
            let links = &known.links;
            let is_down = |s: Option<State>| s == Some(State::Down);
            let down = || links.iter().filter(|l| is_down(l.state)).count();
            let (down, total) = match known.group {
                Some(group) => (group.down, group.total),
                None => (down(), links.len()),
            };
            own.count
                .replace("{down}", &down.to_string())
                .replace("{total}", &total.to_string())
        }
        ClaimKind::Vouchers => own.vouchers.replace("{n}", &known.vouchers?.to_string()),
        _ => return None,
    })
}

impl Sentences {
    /// A time as readers of the language write it, in the zone in which it is known.
    fn written(&self, time: &KnownTime) -> String {
        let form = match time.time {
            Some(_) => &self.day_and_time,
            None => &self.day_alone,
        };
        // A day without a time of day is written by a form that shows none.
        NaiveDateTime::new(time.date, time.time.unwrap_or(NaiveTime::MIN))
            .format(form)
            .to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::reading::language_files::read_languages;
    use chrono::format::{Item, StrftimeItems};

    #[test]
    fn sentences_are_read_and_forms_of_times_are_valid() {
        SENTENCES.assert_read();
        for lang in read_languages() {
            let own = SENTENCES.of(lang);
            for form in [&own.day_and_time, &own.day_alone] {
                let is_wrong = |i: Item<'_>| matches!(i, Item::Error);
                assert!(!StrftimeItems::new(form).any(is_wrong), "{lang}: {form}");
            }
        }
    }
}
