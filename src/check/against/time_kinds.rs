//! Times that a sentence gives for more than one kind of thing: held against each kind that it has words for. Compares
//! nothing itself (`time_comparison`), and finds no times (`times`).

use chrono::{Datelike, Timelike};

use crate::check::against::reference_facts::KnownTime;
use crate::check::against::sentence_under_check::SentenceUnderCheck;
use crate::check::against::states::LinkClaims;
use crate::check::against::time_comparison::{Compared, compare};
use crate::check::against::time_topics::{TimeClaim, Topic};
use crate::check::against::verify_words::{self, VERIFY};
use crate::check::reading::patterns::goods_in;
use crate::check::reading::text::last_word_of;
use crate::check::reading::time_mentions::TimeMention;
use crate::check::reading::time_parts::{Parts, parts as read_parts};

/// So many minutes may lie between the time that a text gives as its own and the moment at which it is read.
const WRITING_TAKES: i64 = 6;

impl SentenceUnderCheck<'_> {
    /// The time is on record for another kind of thing of which the sentence speaks as well: "it will be posted to your
    /// account by 30 September", "we told you 20 to 25 September".
    pub(super) fn fits_other_kind(&self, claim: &TimeClaim, links: &LinkClaims) -> bool {
        if self.known.is_closed {
            return false;
        }
        let fits =
            |k: &KnownTime| compare(&claim.parts, k, claim.zone, self.known.now) == Compared::Fits;
        let may_be_due = matches!(claim.topic, Topic::Update | Topic::Eta);
        let goods = goods_in(self.text);
        let given = self.known.promised.iter();
        let mut given = given.filter(|p| may_be_due && !p.goods.is_disjoint(&goods));
        let may_be_news = claim.topic == Topic::Due && self.words.has("update", self.text);
        given.any(|p| fits(&p.due))
            || may_be_news && self.known.next_update.iter().any(fits)
            || matches!(claim.topic, Topic::Start | Topic::Other) && self.is_of_news(fits)
            || claim.topic == Topic::Update && self.is_told_plan(claim, links)
            || claim.topic == Topic::Eta && self.is_replaced(claim)
    }

    /// "You were to hear from us at 10:00": a moment on record, in a sentence about news.
    fn is_of_news(&self, fits: impl Fn(&KnownTime) -> bool) -> bool {
        let known = self.known;
        let due = known.promised.iter().map(|p| &p.due);
        let mut all = known.moments.iter().chain(&known.next_update).chain(due);
        self.words.has("update", self.text) && all.any(fits)
    }

    /// "The operator told us 28 September to 2 October": a plan that is passed on in a sentence about news.
    fn is_told_plan(&self, claim: &TimeClaim, links: &LinkClaims) -> bool {
        let is_of_plan = ["planned", "attributed", "slipped"]
            .iter()
            .any(|w| self.words.has(w, self.text));
        let fits =
            |k: &KnownTime| compare(&claim.parts, k, claim.zone, self.known.now) == Compared::Fits;
        let is_old =
            || !self.words.has("still_so", self.text) && self.known.windows.iter().any(fits);
        is_of_plan && (self.windows(links).iter().any(fits) || is_old())
    }

    /// A window that was told before, in a sentence that says so.
    fn is_replaced(&self, claim: &TimeClaim) -> bool {
        let fits =
            |k: &KnownTime| compare(&claim.parts, k, claim.zone, self.known.now) == Compared::Fits;
        self.words.has("slipped", self.text)
            && !self.words.has("still_so", self.text)
            && self.known.windows.iter().any(fits)
    }

    /// "We are writing today", "better news today": no news to come.
    pub(super) fn is_said_today(&self, parts: &Parts) -> bool {
        !self.known.is_closed
            && parts.days_from_now == Some(0)
            && !self.words.has("to_come", self.text)
    }

    /// The words for money beside which a "statement" is a bill.
    pub(super) fn is_about_money(&self) -> bool {
        self.is_about_payment() || self.p.classes.iter().any(|(class, ..)| class == "pay")
    }

    /// "Position at 20:55", a few minutes before or after it is read: when the text was written, not what happened then.
    pub(super) fn is_moment_of_writing(
        &self,
        m: &TimeMention,
        parts: &Parts,
        topic: Topic,
        links: &LinkClaims,
    ) -> bool {
        let (Some(now), Some((hour, minute))) = (self.known.now, parts.clock) else {
            return false;
        };
        let is_today = parts.day.is_none_or(|d| d == now.day())
            && parts.month.is_none_or(|month| month == now.month())
            && parts.weekday.is_none_or(|w| w == now.weekday());
        let said = i64::from(hour % 24 * 60 + minute);
        let off = said - i64::from(now.hour() * 60 + now.minute());
        let half_a_day = if parts.is_twelve_hour { 720 } else { 0 };
        let is_now = [off, off + half_a_day]
            .iter()
            .any(|o| o.abs() <= WRITING_TAKES);
        let before = self.text[..m.start].trim_end();
        let is_as_of = verify_words::ends_with(before, |v| &v.news_of);
        let (from, _) = self.segment(m.start);
        let is_event = links
            .states
            .iter()
            .any(|s| s.start >= from && s.end <= m.start);
        let is_loose = matches!(topic, Topic::Other | Topic::Start) && (is_as_of || !is_event);
        let clocks = self.text[m.start..m.end].split(['-', '–']);
        let clocks = clocks.filter(|w| read_parts(w, self.lang()).clock.is_some());
        let is_range = m.last.is_some() && clocks.count() > 1;
        let is_to_come = self.words.has("update", before) && self.words.has("next_news", self.text);
        !is_to_come && !self.known.is_closed && is_today && is_now && is_loose && !is_range
    }

    /// The times at which what is told may have begun. "Down since" and "back since" have their own.
    pub(super) fn beginnings_of_state(
        &self,
        (start, _): (usize, usize),
        links: &LinkClaims,
    ) -> Vec<KnownTime> {
        let known = self.known;
        let (from, to) = self.segment(start);
        let before = self.text[..start].trim_end();
        let is_since = VERIFY
            .all()
            .any(|v| last_word_of(before, &v.since).is_some());
        let own = || {
            links
                .states
                .iter()
                .filter(|s| s.start >= from && s.end <= to)
        };
        // "Failed at 20:10, runs again since 20:50": either may be meant.
        let is_mixed = own().any(|s| s.works()) && own().any(|s| !s.works());
        let nearest = own().min_by_key(|s| s.start.abs_diff(start));
        // "Runs again since 20:50, after it stopped at 20:10": the words right in front say of what.
        let stopped = self.words.find_all("down", before);
        let is_of_stop = stopped.last().is_some_and(|(_, end)| *end == before.len());
        if is_since && is_of_stop && !known.is_closed && !known.broken_since.is_empty() {
            return known.broken_since.clone();
        }
        match nearest.filter(|_| is_since) {
            // "Works again after a stop of forty minutes (since 20:10)".
            Some(_) if is_mixed || self.is_in_brackets(start) => {
                [&known.broken_since[..], &known.works_since[..]].concat()
            }
            Some(state) if state.works() && !known.works_since.is_empty() => {
                known.works_since.clone()
            }
            Some(state) if !state.works() && !known.broken_since.is_empty() => {
                known.broken_since.clone()
            }
            _ => [&known.since[..], &known.past[..]].concat(),
        }
    }

    fn is_in_brackets(&self, start: usize) -> bool {
        let before = &self.text[..start];
        before.rfind('(') > before.rfind(')') && !self.known.is_closed
    }

    /// "It will not be back today" gives no time of a return.
    pub(super) fn is_no_return_by(&self, mention: &TimeMention) -> bool {
        !self.known.is_closed && self.words.has("not_back_by", &self.text[..mention.start])
    }
}
