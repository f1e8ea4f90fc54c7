//! What a time in a sentence is about: the next update, a restoration, what falls due, a beginning, or something else. It
//! does not compare times (`times`).

use chrono::{FixedOffset, NaiveDateTime};

use crate::check::against::sentence_under_check::SentenceUnderCheck;
use crate::check::against::states::LinkClaims;
use crate::check::against::verified_claim::ClaimKind;
use crate::check::against::verify_words::{self, VERIFY};
use crate::check::reading::promise_classifier::Reading;
use crate::check::reading::text::last_word_of;
use crate::check::reading::time_mentions::{Kind, TimeMention};
use crate::check::reading::time_parts::Parts;

/// What a time is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Topic {
    Update,
    Eta,
    Due,
    Start,
    /// It says when something was that the record may hold, or nothing that a record could hold.
    Other,
}

impl Topic {
    pub(super) fn claim(self) -> ClaimKind {
        match self {
            Topic::Update => ClaimKind::NextUpdate,
            Topic::Eta => ClaimKind::RestorationTime,
            Topic::Due => ClaimKind::Due,
            Topic::Start | Topic::Other => ClaimKind::Start,
        }
    }
}

/// A time of the sentence with its parts and what it is about.
pub(super) struct TimeClaim {
    pub place: (usize, usize),
    pub parts: Parts,
    pub topic: Topic,
    pub zone: Option<FixedOffset>,
}

/// How far behind "since" a time may stand, in bytes, to be that of the beginning.
const START_REACH: usize = 24;

/// How far behind a time the same time may stand as a length, in bytes.
const AGAIN_REACH: usize = 24;

impl SentenceUnderCheck<'_> {
    pub(super) fn topic_of(
        &self,
        m: &TimeMention,
        parts: &Parts,
        links: &LinkClaims,
        reading: &Reading,
    ) -> Topic {
        // "...; an update at 09:20; a credit by 30 September": each has its own words.
        let clause = self.text[..m.start]
            .rfind(';')
            .filter(|_| !self.known.is_closed);
        let own = clause.map_or(0, |i| i + 1);
        let before = &self.text[..m.start];
        let last = |name: &str| {
            let found = self.words.find_all(name, before);
            found.last().map(|(_, b)| *b).filter(|b| *b > own)
        };
        let near = before.trim_end().len();
        let started = last("started").filter(|b| near.saturating_sub(*b) <= START_REACH);
        let (update, eta) = (last("update"), last("eta"));
        let is_past = self.is_past(parts) || self.is_date_of_news(m, parts);
        // A promise for a day "from" which it holds is none of a beginning.
        let is_start = started.is_some() && (is_past || !reading.promise && !self.is_future(parts));
        if is_start && !(update > started || eta > started && !is_past) {
            return Topic::Start;
        }
        if self.is_length_of_state(m, parts, links) {
            return Topic::Start;
        }
        if is_past && self.words.has("as_promised", self.text) {
            return Topic::Update;
        }
        if is_past || self.is_beside_the_record(m, parts) {
            return Topic::Other;
        }
        let due = self.goods_before(m);
        match (update, eta, due) {
            (Some(u), e, d) if Some(u) >= e && Some(u) > d => Topic::Update,
            (u, e, Some(d)) if Some(d) > u && (Some(d) > e || !self.is_about_repair(reading)) => {
                Topic::Due
            }
            (_, Some(_), _) if self.is_about_repair(reading) => Topic::Eta,
            (Some(_), ..) => Topic::Update,
            (.., Some(_)) => Topic::Due,
            _ if parts.days_of_month.is_some() && self.is_of_moved_plan() => Topic::Eta,
            _ => self.topic_behind(m, reading),
        }
    }

    /// "Moved to mid-October": the dates of a plan.
    fn is_of_moved_plan(&self) -> bool {
        let moved = ["slip_told", "moved_plan", "put_off", "put_back"];
        let is_moved = moved.iter().any(|name| self.words.has(name, self.text));
        !self.known.is_closed && !self.known.windows.is_empty() && is_moved
    }

    /// What a time is about behind another one, of which the topic and the last byte are given.
    pub(super) fn topic_beside(
        &self,
        own: Topic,
        m: &TimeMention,
        parts: &Parts,
        (last, last_end): (Topic, usize),
    ) -> Topic {
        let words = &self.text[m.start..m.end];
        match (own, last) {
            // "On the same day" is about what the time before it was about.
            (Topic::Start | Topic::Other, _) if verify_words::contains(words, |v| &v.same_day) => {
                last
            }
            // "At 09:20, a little over half an hour from now" gives one time twice.
            (_, Topic::Update | Topic::Eta | Topic::Due)
                if self.is_said_again(last_end, m, parts) =>
            {
                last
            }
            _ => own,
        }
    }

    /// A length right behind a time, between commas or brackets.
    fn is_said_again(&self, last_end: usize, m: &TimeMention, parts: &Parts) -> bool {
        let between = self.text.get(last_end..m.start).unwrap_or_default();
        let is_joined = between.trim_start().starts_with([',', '(', '–', '-']);
        let is_short = between.len() <= AGAIN_REACH && !between.contains(['.', ';']);
        let is_length = m.has(Kind::Span) && parts.clock.is_none() && parts.day.is_none();
        !self.known.is_closed && is_joined && is_short && is_length
    }

    /// "(News of 12 March)" of today: when it was said.
    fn is_date_of_news(&self, m: &TimeMention, parts: &Parts) -> bool {
        let before = self.text[..m.start].trim_end();
        let is_today = self
            .known
            .now
            .is_some_and(|now| past_date(parts, now) == Some(now.date()));
        let is_of_now = || parts.clock.is_none() && !self.words.has("to_come", self.text);
        is_today && (verify_words::ends_with(before, |v| &v.news_of) || is_of_now())
    }

    /// A repair or a return is spoken of as something to come.
    fn is_about_repair(&self, reading: &Reading) -> bool {
        self.known.is_closed
            || reading.kind.as_deref() == Some("restore_by")
            || ["future", "planned", "pledged"]
                .iter()
                .any(|w| self.words.has(w, self.text))
    }

    /// "Down for forty minutes": how long it has been so.
    fn is_length_of_state(&self, m: &TimeMention, parts: &Parts, links: &LinkClaims) -> bool {
        let before = self.text[..m.start].trim_end();
        let is_behind_for = || {
            VERIFY
                .all()
                .any(|v| last_word_of(before, &v.lasting).is_some())
        };
        parts.minutes.is_some()
            && parts.clock.is_none()
            && links.states.iter().any(|s| s.end <= m.start && !s.works())
            && is_behind_for()
    }

    /// The last byte of words for what customers get, in front of a time.
    fn goods_before(&self, m: &TimeMention) -> Option<usize> {
        let before = &self.text[..m.start];
        let clause = before.rfind(['.', ';']).map_or(0, |i| i + 1);
        let places = crate::check::reading::patterns::goods_with_places(&before[clause..]);
        places.map(|(_, (_, end))| clause + end).max()
    }

    /// "As promised, we wrote at 10:00": the news of that time is told as given.
    pub(super) fn is_told_as_kept(&self, parts: &Parts) -> bool {
        self.is_past(parts) && self.words.has("as_promised", self.text)
    }

    /// A length that is waited, that something is late, or that lies behind: no time to come.
    fn is_beside_the_record(&self, m: &TimeMention, parts: &Parts) -> bool {
        let (before, after) = (
            self.text[..m.start].trim_end(),
            self.text[m.end..].trim_start(),
        );
        parts.minutes.is_some()
            && parts.clock.is_none()
            && (verify_words::ends_with(before, |v| &v.lengths_after)
                || verify_words::begins_with(after, |v| &v.lengths_before))
    }

    /// The time lies behind the moment of reading, on the same day or an earlier one.
    pub(super) fn is_past(&self, parts: &Parts) -> bool {
        let Some(now) = self.known.now else {
            return false;
        };
        match (parts.days_from_now, parts.day, parts.clock) {
            (Some(days), ..) if days < 0 => true,
            // "This morning", in the morning.
            (Some(0), None, None) if parts.hours.is_some() => {
                let has_begun = parts
                    .hours
                    .is_some_and(|(from, _)| from <= chrono::Timelike::hour(&now));
                has_begun && !self.words.has("to_come", self.text)
            }
            (Some(0) | None, None, Some((h, m))) => {
                parts
                    .weekday
                    .is_none_or(|w| w == chrono::Datelike::weekday(&now))
                    && now
                        .date()
                        .and_hms_opt(h % 24, m, 0)
                        .is_some_and(|t| t <= now)
            }
            (_, Some(_), clock) => {
                let known = past_date(parts, now);
                let (h, m) = clock.unwrap_or((0, 0));
                known.is_some_and(|d| d.and_hms_opt(h % 24, m, 0).is_some_and(|t| t <= now))
                    && (clock.is_some() || known != Some(now.date()))
            }
            _ => false,
        }
    }

    /// A day or moment that is certainly still to come.
    pub(super) fn is_future(&self, parts: &Parts) -> bool {
        self.known.now.is_some()
            && (parts.day.is_some() || parts.days_from_now.is_some_and(|d| d > 0))
            && !self.is_past(parts)
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
                Some("restore_by") if self.known.is_closed || self.words.has("eta", self.text) => {
                    Topic::Eta
                }
                Some("next_update") => Topic::Update,
                _ if self.known.is_closed => Topic::Start,
                _ => Topic::Other,
            },
        }
    }
}

/// The date that a day of the month, with or without its month, is in the year of reading.
pub(super) fn past_date(parts: &Parts, now: NaiveDateTime) -> Option<chrono::NaiveDate> {
    use chrono::Datelike;
    let year = parts.year.unwrap_or(now.year());
    chrono::NaiveDate::from_ymd_opt(year, parts.month.unwrap_or(now.month()), parts.day?)
}
