//! Times in a sentence: of the next update, of the restoration, of the beginning. Finds what each is about and compares
//! it with the times on record; a commitment without a time is verified in `commitments`.

use chrono::FixedOffset;

use crate::check::against::claim_verifier::{ClaimVerifier, Verdict};
use crate::check::against::reference_facts::KnownTime;
use crate::check::against::states::LinkClaims;
use crate::check::against::time_comparison::{Compared, compare};
use crate::check::against::verify_words::{self, VERIFY};
use crate::check::reading::promise_classifier::Reading;
use crate::check::reading::time_mentions::{Kind, TimeMention};
use crate::check::reading::time_parts::{Parts, parts};

/// What a time is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Topic {
    Update,
    Eta,
    Start,
}

impl Topic {
    fn claim(self) -> &'static str {
        match self {
            Topic::Update => "next-update",
            Topic::Eta => "restoration-time",
            Topic::Start => "start",
        }
    }
}

/// A time of the sentence with its parts and what it is about.
struct TimeClaim {
    place: (usize, usize),
    parts: Parts,
    topic: Topic,
    zone: Option<FixedOffset>,
}

/// How far behind "since" a time may stand, in bytes, to be that of the beginning.
const START_REACH: usize = 24;

fn has_digit(words: &str) -> bool {
    words.bytes().any(|b| b.is_ascii_digit())
}

impl ClaimVerifier<'_> {
    pub(super) fn verify_times(&mut self, links: &LinkClaims, reading: &Reading) {
        self.verify_no_date(reading);
        let zone = self.zone();
        let mut last_topic: Option<Topic> = None;
        for mention in &self.p.moments {
            let is_counted = links
                .counts
                .iter()
                .any(|c| mention.start < c.end && c.start < mention.end);
            let words = &self.text[mention.start..mention.end];
            if is_counted || self.is_other_number(mention, words, reading) {
                continue;
            }
            let parts = parts(words, self.lang());
            if !self.known.is_closed && !says_when(&parts) && !has_digit(words) {
                continue;
            }
            let topic = match (self.topic_of(mention, reading), last_topic) {
                // "On the same day" is about what the time before it was about.
                (Topic::Start, Some(last)) if verify_words::contains(words, |v| &v.same_day) => {
                    last
                }
                (topic, _) => topic,
            };
            last_topic = Some(topic);
            let claim = TimeClaim {
                place: (mention.start, mention.end),
                parts,
                topic,
                zone,
            };
            let is_state = !links.states.is_empty() && !self.words.has("future", self.text);
            self.verify_time(&claim, reading, is_state);
        }
    }

    /// "There is no date yet": true as long as there is none on record.
    fn verify_no_date(&mut self, reading: &Reading) {
        let place = self
            .words
            .find("no_eta", self.text)
            .filter(|_| !reading.promise || reading.kind.as_deref() == Some("next_update"));
        let Some(place) = place else { return };
        let own = &self.text[place.0..place.1];
        let is_about_cause = verify_words::contains(self.text, |v| &v.cause_names)
            && !verify_words::contains(own, |v| &v.when_words);
        if self.words.has("no_update", self.text)
            || self.words.has("cause_open", own)
            || is_about_cause
        {
            return;
        }
        // A plan of others does not make it known when we are done.
        let known: &[KnownTime] = if self.known.is_closed {
            &self.known.eta
        } else {
            &[]
        };
        let (verdict, what) = match known.first() {
            None => (Verdict::Consistent, "there is no date on record".to_owned()),
            Some(k) => (Verdict::Contradicts, format!("on record: {}", k.shown())),
        };
        let events = known.iter().flat_map(|k| k.events.clone()).collect();
        self.add(Topic::Eta.claim(), verdict, place, what, events);
    }

    /// The zone that the sentence names.
    fn zone(&self) -> Option<FixedOffset> {
        let named = VERIFY
            .all()
            .flat_map(|v| &v.zones)
            .find(|(name, _)| self.text.contains(name.as_str()));
        if let Some((_, minutes)) = named {
            return FixedOffset::east_opt(minutes * 60);
        }
        // "0400Z" and "120400z".
        let has_zulu = self.p.moments.iter().any(|m| {
            let words = &self.text[m.start..m.end];
            words.contains('z') && words.bytes().filter(u8::is_ascii_digit).count() >= 4
        });
        (has_zulu || verify_words::has_word_of(self.text, |v| &v.utc))
            .then(|| FixedOffset::east_opt(0))
            .flatten()
    }

    /// True of a number that is no time of the record: a bare one, a length on record, a word without marks.
    fn is_other_number(&self, mention: &TimeMention, words: &str, reading: &Reading) -> bool {
        if mention.kinds.as_slice() == [Kind::Bare] && words.len() < 3 && !reading.promise {
            return true;
        }
        // Without marks a single word ("sang", "toi") is more often something else.
        if self.p.spelling.is_plain && !has_digit(words) {
            return true;
        }
        if self.known.is_closed
            || words.contains(['/', ':'])
            || reading.kind.as_deref() == Some("restore_by")
        {
            return false;
        }
        let number = words
            .split(|c: char| !c.is_ascii_digit())
            .find_map(|n| n.parse::<u64>().ok());
        number.is_some_and(|n| self.known.durations.contains(&n))
    }

    fn topic_of(&self, m: &TimeMention, reading: &Reading) -> Topic {
        let before = &self.text[..m.start];
        let last = |name: &str| self.words.find_all(name, before).last().map(|(_, b)| *b);
        let near = before.trim_end().len();
        let started = last("started").filter(|b| near.saturating_sub(*b) <= START_REACH);
        let (update, eta) = (last("update"), last("eta"));
        // A promise for a day "from" which it holds is none of a beginning.
        if started.is_some() && !reading.promise && !(update > started || eta > started) {
            return Topic::Start;
        }
        match (update, eta) {
            (Some(u), Some(e)) if u > e => Topic::Update,
            (_, Some(_)) => Topic::Eta,
            (Some(_), None) => Topic::Update,
            (None, None) => self.topic_behind(m, reading),
        }
    }

    /// The topic by the words behind a time, where those in front of it leave it open.
    fn topic_behind(&self, m: &TimeMention, reading: &Reading) -> Topic {
        let after = &self.text[m.end..];
        let first = |name: &str| self.words.find(name, after).map(|(a, _)| a);
        match (first("update"), first("eta")) {
            (Some(u), Some(e)) if u < e => Topic::Update,
            (Some(_), None) => Topic::Update,
            (_, Some(_)) if reading.promise || self.words.has("future", self.text) => Topic::Eta,
            _ => match reading.kind.as_deref() {
                Some("restore_by") => Topic::Eta,
                Some("next_update") => Topic::Update,
                _ => Topic::Start,
            },
        }
    }

    fn verify_time(&mut self, claim: &TimeClaim, reading: &Reading, is_state: bool) {
        let (place, topic) = (claim.place, claim.topic);
        if let Some(k) = self.backing_time(claim, reading, is_state) {
            let (what, events) = (format!("on record: {}", k.shown()), k.events.clone());
            let name = if topic == Topic::Update {
                Topic::Update.claim()
            } else {
                Topic::Start.claim()
            };
            self.add(name, Verdict::Consistent, place, what, events);
            return;
        }
        let known: &[KnownTime] = match topic {
            Topic::Update => &self.known.next_update,
            Topic::Eta => &self.known.eta,
            Topic::Start => &self.known.since,
        };
        let compared = known
            .iter()
            .map(|k| (compare(&claim.parts, k, claim.zone), k))
            .min_by_key(|(c, _)| distance_of(c));
        let Some((best, known)) = compared else {
            let is_vague = claim.parts.relative
                && topic == Topic::Start
                && !reading.promise
                && claim.parts.clock.is_none();
            if !is_vague || place.1 - place.0 > 12 {
                self.add_unsupported(topic.claim(), place, "no such time is on record");
            }
            return;
        };
        let (verdict, what) = judge_compared(&best, topic, &known.shown());
        self.add(topic.claim(), verdict, place, what, known.events.clone());
    }

    /// A time on record that the text gives. A restoration that we commit to in our own name is backed only by a
    /// promise that may be made.
    fn backing_time(
        &self,
        claim: &TimeClaim,
        reading: &Reading,
        is_state: bool,
    ) -> Option<&KnownTime> {
        let is_ours = !is_state
            && reading.kind.as_deref() == Some("restore_by")
            && !reading.attributed
            && claim.topic == Topic::Eta;
        let times = if is_ours {
            &self.known.may
        } else {
            &self.known.moments
        };
        times
            .iter()
            .find(|k| compare(&claim.parts, k, claim.zone) == Compared::Fits)
    }
}

/// False of "in the mornings", "at peak": no moment that a record could hold.
fn says_when(p: &Parts) -> bool {
    p.day.is_some() || p.month.is_some() || p.weekday.is_some() || p.clock.is_some() || p.relative
}

/// Smaller is nearer to a time on record.
fn distance_of(compared: &Compared) -> u8 {
    match compared {
        Compared::Fits => 0,
        Compared::More(_) => 1,
        Compared::Relative => 2,
        Compared::Differs(_) => 3,
    }
}

fn judge_compared(compared: &Compared, topic: Topic, shown: &str) -> (Verdict, String) {
    match compared {
        Compared::Fits => (Verdict::Consistent, format!("on record: {shown}")),
        Compared::More(part) => (
            Verdict::Unsupported,
            format!("the record has {shown} and no {part}"),
        ),
        Compared::Relative => (
            Verdict::Unsupported,
            format!("the record has {shown}; say the date"),
        ),
        // Another time of the past may be that of another event.
        Compared::Differs(_) if topic == Topic::Start => {
            (Verdict::Unsupported, format!("on record: {shown}"))
        }
        Compared::Differs(part) => (
            Verdict::Contradicts,
            format!("another {part}: on record is {shown}"),
        ),
    }
}
