//! The nearest thing that may be said in place of a claim that the record does not back, in the words of
//! `instead.yaml`. Claims for which the record has nothing get no sentence.

use chrono::{NaiveDateTime, NaiveTime};
use serde::Deserialize;

use crate::check::against::reference_facts::{Cause, Known, KnownLink, KnownTime, State};
use crate::check::against::verified_claim::{ClaimKind, VerifiedClaim};
use crate::check::reading::language_files::PerLanguage;
use crate::domain::base::lang::Lang;

/// What each sentence is for is said in `languages/en/instead.yaml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sentences {
    restoration: String,
    plan: String,
    plan_until: String,
    no_restoration: String,
    next_update: String,
    cause_open: String,
    share: String,
    count: String,
    vouchers: String,
    down: String,
    degraded: String,
    back: String,
    up: String,
    goods: String,
    no_goods: String,
    unaffected: String,
    contacts: String,
    day_and_time: String,
    day_alone: String,
}

static SENTENCES: PerLanguage<Sentences> = PerLanguage::new(|f| f.instead);

/// What may be said in place of a claim of this sentence.
pub(super) fn sentence_instead(
    claim: &VerifiedClaim,
    sentence: &str,
    known: &Known,
    lang: Lang,
) -> Option<String> {
    let own = SENTENCES.of(lang);
    let first = |times: &[KnownTime]| times.first().map(|t| own.written(t));
    Some(match claim.claim {
        ClaimKind::RestorationTime => own.written_plan(sentence, known),
        ClaimKind::NextUpdate => own
            .next_update
            .replace("{time}", &first(&known.next_update)?),
        ClaimKind::Cause if known.cause == Cause::Open => own.cause_open.clone(),
        ClaimKind::Share => own.share.replace("{n}", &format!("{:.0}", known.lost?)),
        ClaimKind::Count => own.written_count(known),
        ClaimKind::Vouchers => own.vouchers.replace("{n}", &known.vouchers?.to_string()),
        ClaimKind::State => {
            let claimed = sentence.get(claim.start..claim.end)?;
            let link = links_named(claimed, known).next()?;
            // As the sentence has it, where it names the link alone.
            let is_name = |n: &String| n.to_lowercase() == claimed.to_lowercase();
            let name = match link.names.iter().any(is_name) {
                true => claimed,
                false => shortest_name(link),
            };
            own.written_state(link, known.is_restored)?
                .replace("{link}", name)
        }
        ClaimKind::Goods => own.written_goods(known),
        ClaimKind::Unaffected => own.unaffected.clone(),
        ClaimKind::Contact => {
            let contacts = known.contacts.as_ref()?.iter();
            let open: Vec<&str> = contacts
                .filter(|c| !known.contacts_out.contains(c))
                .map(String::as_str)
                .collect();
            own.contacts.replace("{contacts}", &open.join(", "))
        }
        _ => return None,
    })
}

/// What people call it.
fn shortest_name(link: &KnownLink) -> &str {
    link.names.last().map(String::as_str).unwrap_or_default()
}

/// The links and what rides on them that the words name.
fn links_named<'a>(words: &str, known: &'a Known) -> impl Iterator<Item = &'a KnownLink> {
    let words = words.to_lowercase();
    known.links.iter().filter(move |link| {
        let mut names = link.names.iter();
        names.any(|name| words.contains(&name.to_lowercase()))
    })
}

impl Sentences {
    /// The dates of those who repair are told as theirs; ours as ours.
    fn written_plan(&self, sentence: &str, known: &Known) -> String {
        let mut named = links_named(sentence, known).filter(|l| l.window.is_some());
        let mut all = known.links.iter().filter(|l| l.window.is_some());
        let link = named.next().or_else(|| all.next());
        if let Some((link, window)) = link.and_then(|l| Some((l, l.window.as_ref()?))) {
            let (form, from) = match &window.earliest {
                Some(first) => (&self.plan, first.format(&self.day_alone).to_string()),
                None => (&self.plan_until, String::new()),
            };
            return form
                .replace("{link}", shortest_name(link))
                .replace("{from}", &from)
                .replace("{time}", &self.written(window));
        }
        match known.eta.first() {
            Some(time) => self.restoration.replace("{time}", &self.written(time)),
            None => self.no_restoration.clone(),
        }
    }

    fn written_count(&self, known: &Known) -> String {
        let is_down = |l: &&KnownLink| l.state == Some(State::Down);
        let down = || known.links.iter().filter(is_down).count();
        let (down, total) = match known.group {
            Some(group) => (group.down, group.total),
            None => (down(), known.links.len()),
        };
        self.count
            .replace("{down}", &down.to_string())
            .replace("{total}", &total.to_string())
    }

    fn written_state(&self, link: &KnownLink, is_restored: bool) -> Option<&str> {
        let form = match link.state? {
            State::Down => &self.down,
            State::Degraded => &self.degraded,
            State::Up if link.is_back && !is_restored => &self.back,
            State::Up | State::Restored => &self.up,
        };
        Some(form)
    }

    /// What is promised, and to whom; or that nothing is.
    fn written_goods(&self, known: &Known) -> String {
        let mut promised = known.promised.iter().filter(|p| !p.goods.is_empty());
        match promised.next() {
            Some(promise) => self.goods.replace("{time}", &self.written(&promise.due)),
            None => self.no_goods.clone(),
        }
    }

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
