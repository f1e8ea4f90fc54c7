//! Times: of the update, of the restoration, of the beginning.

use chrono::FixedOffset;

use crate::check::against::claim_verifier::{Holder, Verdict};
use crate::check::against::reference_facts::KnownTime;
use crate::check::against::time_comparison::{Compared, compare};
use crate::check::reading::promise_classifier::Reading;
use crate::check::reading::text::has_word;
use crate::check::reading::time_mentions::{Kind, Moment};
use crate::check::reading::time_parts::parts;
use crate::domain::base::lang::Lang;

impl Holder<'_> {
    fn zone(&self) -> Option<FixedOffset> {
        let utc = has_word(self.text, &["utc", "gmt"])
            || self.p.moments.iter().any(|m| {
                self.text[m.start..m.end].contains('z')
                    && self.text[m.start..m.end]
                        .bytes()
                        .filter(u8::is_ascii_digit)
                        .count()
                        >= 4
            });
        if self.text.contains("utc+7")
            || self.text.contains("giờ việt nam")
            || self.text.contains("vietnam time")
            || self.text.contains("ict")
        {
            return FixedOffset::east_opt(7 * 3600);
        }
        if utc {
            return FixedOffset::east_opt(0);
        }
        None
    }

    /// What a time is about: the update, the restoration, or the beginning.
    fn topic(&self, m: &Moment, reading: &Reading) -> Topic {
        let before = &self.text[..m.start];
        let near_start = before.trim_end();
        let last = |name: &str| self.words.all(name, before).last().map(|(_, b)| *b);
        let starts = last("started").filter(|b| near_start.len().saturating_sub(*b) <= 24);
        let (update, eta) = (last("update"), last("eta"));
        // A promise for a day "from" which it holds is none of a beginning.
        if starts.is_some() && !reading.promise && !(update > starts || eta > starts) {
            return Topic::Start;
        }
        match (update, eta) {
            (Some(u), Some(e)) if u > e => Topic::Update,
            (Some(_), Some(_)) => Topic::Eta,
            (Some(_), None) => Topic::Update,
            (None, Some(_)) => Topic::Eta,
            (None, None) => {
                let after = &self.text[m.end..];
                let first = |name: &str| self.words.find(name, after).map(|(a, _)| a);
                match (first("update"), first("eta")) {
                    (Some(u), Some(e)) if u < e => Topic::Update,
                    (Some(_), None) => Topic::Update,
                    (_, Some(_)) if reading.promise || self.words.has("future", self.text) => {
                        Topic::Eta
                    }
                    _ if reading.kind.as_deref() == Some("restore_by") => Topic::Eta,
                    _ if reading.kind.as_deref() == Some("next_update") => Topic::Update,
                    _ => Topic::Start,
                }
            }
        }
    }

    pub(super) fn times(&mut self, reading: &Reading) {
        let no_eta = self
            .words
            .find("no_eta", self.text)
            .filter(|_| !reading.promise || reading.kind.as_deref() == Some("next_update"));
        let speaks_of_update = self.words.has("no_update", self.text);
        if let Some(place) = no_eta
            && !speaks_of_update
            && !self.words.has("cause_open", &self.text[place.0..place.1])
        {
            // A plan of others does not make it known when we are done.
            let known = if self.known.is_closed {
                self.known.eta.clone()
            } else {
                Vec::new()
            };
            let said = known.first().map(KnownTime::shown).unwrap_or_default();
            let verdict = if known.is_empty() {
                Verdict::Consistent
            } else {
                Verdict::Contradicts
            };
            let what = if known.is_empty() {
                "there is no date on record".to_owned()
            } else {
                format!("on record: {said}")
            };
            let is_about_time = !self.text.contains("nguyên nhân")
                || self.text[place.0..place.1].contains("thời gian")
                || self.text[place.0..place.1].contains("khi nào");
            if is_about_time {
                self.add(
                    "restoration-time",
                    verdict,
                    place,
                    what,
                    known.iter().flat_map(|k| k.events.clone()).collect(),
                );
            }
        }
        let zone = self.zone();
        let counts = self.counts();
        let mut moments = self.p.moments.clone();
        moments.retain(|m| !counts.iter().any(|c| m.start < c.end && c.start < m.end));
        let mut last_topic: Option<Topic> = None;
        for m in &moments {
            if m.kinds.as_slice() == [Kind::Bare]
                && self.text[m.start..m.end].len() < 3
                && !reading.promise
            {
                continue;
            }
            let words = &self.text[m.start..m.end];
            // Without marks a single word ("sang", "toi") is more often something else.
            if self.p.is_plain
                && self.lang() == Lang::Vi
                && !words.bytes().any(|b| b.is_ascii_digit())
            {
                continue;
            }
            if !self.known.is_closed
                && !words.contains(['/', ':'])
                && reading.kind.as_deref() != Some("restore_by")
            {
                let number = words
                    .split(|c: char| !c.is_ascii_digit())
                    .find_map(|n| n.parse::<u64>().ok());
                if number.is_some_and(|n| self.known.durations.contains(&n)) {
                    continue;
                }
            }
            let p = parts(words, self.lang());
            // "In the mornings", "at peak": no moment that a record could hold.
            let says_when = p.day.is_some()
                || p.month.is_some()
                || p.weekday.is_some()
                || p.clock.is_some()
                || p.relative;
            if !self.known.is_closed && !says_when && !words.bytes().any(|b| b.is_ascii_digit()) {
                continue;
            }
            let mut topic = self.topic(m, reading);
            if topic == Topic::Start
                && last_topic.is_some_and(|t| t != Topic::Start)
                && words.contains("cùng ngày")
            {
                topic = last_topic.unwrap_or(topic);
            }
            last_topic = Some(topic);
            let place = (m.start, m.end);
            let is_state = !self.words.has("future", self.text) && !self.state_words().is_empty();
            let is_ours = !is_state
                && reading.kind.as_deref() == Some("restore_by")
                && !reading.attributed
                && topic == Topic::Eta;
            let others = if is_ours {
                &self.known.may
            } else {
                &self.known.moments
            };
            if let Some(k) = others
                .iter()
                .find(|k| compare(&p, k, zone) == Compared::Fits)
            {
                let (what, events) = (format!("on record: {}", k.shown()), k.events.clone());
                let claim = if topic == Topic::Update {
                    "next-update"
                } else {
                    "start"
                };
                self.add(claim, Verdict::Consistent, place, what, events);
                continue;
            }
            let (claim, known) = match topic {
                Topic::Update => ("next-update", self.known.next_update.clone()),
                Topic::Eta => ("restoration-time", self.known.eta.clone()),
                Topic::Start => ("start", self.known.since.clone()),
            };
            if known.is_empty() {
                let vague =
                    p.relative && topic == Topic::Start && !reading.promise && p.clock.is_none();
                if !vague || words.len() > 12 {
                    self.add(
                        claim,
                        Verdict::Unsupported,
                        place,
                        "no such time is on record".into(),
                        Vec::new(),
                    );
                }
                continue;
            }
            let compared: Vec<(Compared, &KnownTime)> =
                known.iter().map(|k| (compare(&p, k, zone), k)).collect();
            let (best, k) = compared
                .iter()
                .min_by_key(|(c, _)| match c {
                    Compared::Fits => 0,
                    Compared::More(_) => 1,
                    Compared::Relative => 2,
                    Compared::Differs(_) => 3,
                })
                .map(|(c, k)| (c.clone(), (*k).clone()))
                .unwrap_or((Compared::Relative, known[0].clone()));
            let shown = k.shown();
            let (verdict, what) = match best {
                Compared::Fits => (Verdict::Consistent, format!("on record: {shown}")),
                Compared::More(part) => (
                    Verdict::Unsupported,
                    format!("the record has {shown} and no {part}"),
                ),
                Compared::Relative => (
                    Verdict::Unsupported,
                    format!("the record has {shown}; say the date"),
                ),
                Compared::Differs(part) if topic == Topic::Start => {
                    let _ = part;
                    (Verdict::Unsupported, format!("on record: {shown}"))
                }
                Compared::Differs(part) => (
                    Verdict::Contradicts,
                    format!("another {part}: on record is {shown}"),
                ),
            };
            self.add(claim, verdict, place, what, k.events.clone());
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Topic {
    Update,
    Eta,
    Start,
}
