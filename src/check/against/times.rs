//! Times in a sentence: of the next update, of the restoration, of what falls due, of the beginning. Finds what each is
//! about and compares it with the times of that kind on record; a commitment without a time is verified in
//! `commitments`.

use crate::check::against::reason::Reason;
use crate::check::against::reference_facts::KnownTime;
use crate::check::against::sentence_under_check::SentenceUnderCheck;
use crate::check::against::states::{LinkClaims, LinkName};
use crate::check::against::time_comparison::{Compared, compare};
use crate::check::against::time_topics::{TimeClaim, Topic};
use crate::check::against::verified_claim::Verdict;
use crate::check::against::verify_words;
use crate::check::reading::patterns::{Patterns, goods_in};
use crate::check::reading::promise_classifier::Reading;
use crate::check::reading::time_mentions::{Kind, TimeMention};
use crate::check::reading::time_parts::{Parts, parts};

/// A day in so many letters is a short form.
const SHORT_DAY: usize = 3;

fn has_digit(words: &str) -> bool {
    words.bytes().any(|b| b.is_ascii_digit())
}

impl SentenceUnderCheck<'_> {
    pub(super) fn verify_times(&mut self, links: &LinkClaims, reading: &Reading) {
        self.verify_no_date(reading);
        self.verify_last_news();
        self.verify_moved_plans();
        let mut last: Option<(Topic, usize)> = None;
        for mention in &self.p.moments {
            let is_counted = links
                .counts
                .iter()
                .any(|c| mention.start < c.end && c.start < mention.end);
            let words = &self.text[mention.start..mention.end];
            let is_open = !self.known.is_closed && self.is_asked_or_year(mention);
            if is_counted || is_open || self.is_other_number(mention, words, reading) {
                continue;
            }
            let parts = parts(words, self.lang());
            if !words.contains(':') && !mention.has(Kind::Date) && self.is_advice_on_use() {
                continue;
            }
            if self.verify_length(mention, &parts, links) || self.is_between_events(mention, &parts)
            {
                continue;
            }
            if !self.known.is_closed && !says_when(&parts) && !has_digit(words) {
                continue;
            }
            let own = self.topic_of(mention, &parts, links, reading);
            let topic = match last {
                Some(last) => self.topic_beside(own, mention, &parts, last),
                None => own,
            };
            last = Some((topic, mention.end));
            if self.is_moment_of_writing(mention, &parts, topic, links) {
                continue;
            }
            let is_untrue = !self.known.is_closed && self.words.has("untrue", self.text);
            if topic == Topic::Eta && (is_untrue || self.is_no_return_by(mention)) {
                continue;
            }
            let is_promised =
                topic == Topic::Update && reading.promise && mention.has(Kind::Rhythm);
            if !self.known.is_closed && (is_promised || self.is_rhythm_of_news(mention, reading)) {
                let place = (mention.start, mention.end);
                self.add_unsupported(topic.claim(), place, "no-such-time");
                continue;
            }
            let claim = TimeClaim {
                place: (mention.start, mention.end),
                parts,
                topic,
                zone: self.zone_of(mention),
            };
            self.verify_time(&claim, links, reading);
        }
    }

    /// "Switch the modem off for a minute", "leave big downloads until after midnight": when customers do something.
    fn is_advice_on_use(&self) -> bool {
        let advice = ["device_advice", "advice"];
        !self.known.is_closed && advice.iter().any(|name| self.words.has(name, self.text))
    }

    /// "A bulletin every hour" promises more than the next one.
    fn is_rhythm_of_news(&self, mention: &TimeMention, reading: &Reading) -> bool {
        let is_promised = reading.promise || self.words.has("to_come", self.text);
        let is_of_news = is_promised && self.words.has("update", self.text);
        !self.known.is_closed && mention.has(Kind::Rhythm) && is_of_news
    }

    /// "Nine minutes later we wrote again", "a week later than planned".
    fn is_between_events(&self, m: &TimeMention, parts: &Parts) -> bool {
        let own = &self.text[m.start..m.end];
        let after = self.text[m.end..].trim_start();
        !self.known.is_closed
            && parts.minutes.is_some()
            && parts.clock.is_none()
            && (verify_words::ends_with(own, |v| &v.lengths_between)
                || verify_words::begins_with(after, |v| &v.lengths_between))
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
            None => (Verdict::Consistent, Reason::plain("no-date-on-record")),
            Some(k) => (Verdict::Contradicts, Reason("time-on-record", k.shown())),
        };
        let events = known.iter().flat_map(|k| k.events.clone()).collect();
        self.add(Topic::Eta.claim(), verdict, place, &what, events);
    }

    /// "This was our last message" is wrong as long as the next one is promised.
    fn verify_last_news(&mut self) {
        let place = self.words.find("last_news", self.text);
        let next = self.known.next_update.first();
        if let (Some(place), Some(next), false) = (place, next, self.known.is_closed) {
            let (what, events) = (Reason("time-on-record", next.shown()), next.events.clone());
            self.add(
                Topic::Update.claim(),
                Verdict::Contradicts,
                place,
                &what,
                events,
            );
        }
    }

    /// True of a number that is no time of the record: a bare one, a length on record, a word without marks.
    fn is_other_number(&self, mention: &TimeMention, words: &str, reading: &Reading) -> bool {
        if mention.kinds.as_slice() == [Kind::Bare] && words.len() < 3 && !reading.promise {
            return true;
        }
        // "Thu" alone is a name as often as a day.
        let is_short_day = mention.kinds.as_slice() == [Kind::Day] && words.len() <= SHORT_DAY;
        if !self.known.is_closed && is_short_day && words.is_ascii() {
            return true;
        }
        // "About 4,200", and "the next statement", which is no bill where nobody pays.
        let rest = self.text[mention.end..].trim_start_matches([',', '.']);
        let is_cut_number = mention.has(Kind::Bare)
            && rest.len() + 1 == self.text.len() - mention.end
            && rest.starts_with(|c: char| c.is_ascii_digit());
        let is_no_bill = mention.has(Kind::Bill) && !self.is_about_money();
        if !self.known.is_closed && (is_cut_number || is_no_bill) {
            return true;
        }
        if is_thread_mark(self.text, mention, self.words) {
            return true;
        }
        // Without marks a single word ("sang", "toi") is more often something else.
        let is_told_from_now =
            || words.contains(' ') && parts(words, self.lang()).days_from_now.is_some();
        if self.p.spelling.is_plain && !has_digit(words) && !is_told_from_now() {
            return true;
        }
        // "Repairs at sea usually take two weeks" says nothing of this one.
        if mention.has(Kind::Span) && !self.known.is_closed && self.words.has("generic", self.text)
        {
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

    fn verify_time(&mut self, claim: &TimeClaim, links: &LinkClaims, reading: &Reading) {
        let (place, topic) = (claim.place, claim.topic);
        let known = self.times_about(claim, links, reading);
        let now = self.known.now;
        let compared = known
            .iter()
            .map(|k| (compare(&claim.parts, k, claim.zone, now), k))
            .min_by_key(|(c, _)| distance_of(c));
        let is_vague = !claim.parts.is_exact();
        let Some((best, known)) = compared else {
            let is_plan = topic == Topic::Eta && self.is_planned_by_others(claim, links);
            if is_plan {
                let shown = self
                    .known
                    .eta
                    .first()
                    .map(KnownTime::shown)
                    .unwrap_or_default();
                let what = Reason("not-our-plan", shown);
                self.add(
                    topic.claim(),
                    Verdict::Unsupported,
                    place,
                    &what,
                    Vec::new(),
                );
            } else if !(is_vague
                && matches!(topic, Topic::Start | Topic::Other)
                && !reading.promise)
            {
                self.add_unsupported(topic.claim(), place, "no-such-time");
            }
            return;
        };
        // "Thank you for your patience this morning", "better news today": no record holds that.
        let is_loose = self.is_loose(claim, reading);
        if best != Compared::Fits && is_loose && is_vague {
            return;
        }
        if best != Compared::Fits && self.fits_other_kind(claim, links) {
            let what = Reason("time-on-record", known.shown());
            self.add(topic.claim(), Verdict::Consistent, place, &what, Vec::new());
            return;
        }
        let (verdict, what) = judge_compared(&best, topic, known.shown());
        // A time to come that is on record falls due then, whatever the sentence calls it.
        let is_to_come =
            topic == Topic::Other && best == Compared::Fits && !self.is_past(&claim.parts);
        let name = if is_to_come {
            Topic::Due.claim()
        } else {
            topic.claim()
        };
        self.add(name, verdict, place, &what, known.events.clone());
    }

    /// No record holds such a time, unless it is exact.
    fn is_loose(&self, claim: &TimeClaim, reading: &Reading) -> bool {
        let is_next = self.is_future(&claim.parts) && self.words.has("next_news", self.text);
        claim.topic == Topic::Other
            || claim.topic == Topic::Update
                && !is_next
                && (!reading.promise || self.is_said_today(&claim.parts))
                && claim.parts.minutes.is_none()
            || claim.topic == Topic::Eta
                && reading.kind.as_deref() != Some("restore_by")
                && !self.is_deadline(claim)
    }

    /// "Full speed again by Sunday evening" says when, however loosely.
    fn is_deadline(&self, claim: &TimeClaim) -> bool {
        let before = self.text[..claim.place.0].trim_end();
        let parts = &claim.parts;
        let names_day = parts.weekday.is_some() || parts.days_from_now.is_some_and(|d| d >= 0);
        !self.known.is_closed && names_day && self.words.has("deadline_before", before)
    }

    /// Every time of the record, each a thing that a text may speak of.
    fn all_times(&self) -> Vec<KnownTime> {
        let known = self.known;
        let mut all = [
            &known.since[..],
            &known.past,
            &known.eta,
            &known.next_update,
        ]
        .concat();
        all.extend(known.promised.iter().map(|p| p.due.clone()));
        all.extend(known.moments.iter().cloned());
        // Said of no repair to come, an old window is one that was told.
        if !self.words.has("still_so", self.text) {
            all.extend(known.windows.iter().cloned());
        }
        all
    }

    /// The times on record that a claim may give: those of its own kind.
    fn times_about(
        &self,
        claim: &TimeClaim,
        links: &LinkClaims,
        reading: &Reading,
    ) -> Vec<KnownTime> {
        let known = self.known;
        if known.is_closed {
            return match claim.topic {
                Topic::Update => known.next_update.clone(),
                Topic::Eta => known.eta.clone(),
                _ => known.since.clone(),
            };
        }
        // "We promised news for 09:20 and missed it."
        if self.words.has("news_missed", self.text) && claim.topic != Topic::Start {
            return [&known.missed_news[..], &known.next_update, &known.issued].concat();
        }
        match claim.topic {
            Topic::Update if self.is_told_as_kept(&claim.parts) => known.issued.clone(),
            Topic::Update => known.next_update.clone(),
            Topic::Eta if self.is_ours(reading) => {
                let promised = known.promised.iter().filter(|p| !p.is_theirs);
                let ours = promised.filter(|p| p.goods.is_empty()).map(|p| &p.due);
                let is_update =
                    |t: &&KnownTime| known.next_update.iter().any(|n| n.shown() == t.shown());
                ours.filter(|t| !is_update(t)).cloned().collect()
            }
            // What was told before is true as what was told before.
            Topic::Eta
                if self.words.has("slipped", self.text)
                    && !self.words.has("still_so", self.text) =>
            {
                [&self.windows(links)[..], &known.moments, &known.windows].concat()
            }
            Topic::Eta if self.is_of_several_plans(claim, links) => Vec::new(),
            Topic::Eta => self.windows(links),
            Topic::Due => {
                let goods = goods_in(self.text);
                let given = known
                    .promised
                    .iter()
                    .filter(|p| !p.goods.is_disjoint(&goods));
                given.map(|p| p.due.clone()).collect()
            }
            Topic::Start => self.beginnings_of_state(claim.place, links),
            Topic::Other => self.all_times(),
        }
    }

    /// "Both AAG and APG are repaired from 20 September": a plan of each, where one has none.
    fn is_of_several_plans(&self, claim: &TimeClaim, links: &LinkClaims) -> bool {
        let (from, _) = self.segment(claim.place.0);
        let before = |n: &&LinkName| n.start >= from && n.end <= claim.place.0;
        let own: Vec<&LinkName> = links.names.iter().filter(before).collect();
        let [.., first, last] = own.as_slice() else {
            return false;
        };
        let is_list = self.is_list(&self.text[first.end..last.start]);
        let has_no_plan = |n: &&LinkName| {
            let link = &self.known.links[n.link];
            link.window.is_none() && link.state.is_some_and(|s| !s.works())
        };
        is_list && [first, last].iter().any(|n| has_no_plan(n))
    }

    /// The windows of the links that the sentence names, or of all.
    pub(super) fn windows(&self, links: &LinkClaims) -> Vec<KnownTime> {
        let named: Vec<KnownTime> = links
            .names
            .iter()
            .filter_map(|n| self.known.links[n.link].window.clone())
            .collect();
        if links
            .names
            .iter()
            .all(|n| self.known.links[n.link].state.is_none())
        {
            self.known.eta.clone()
        } else {
            named
        }
    }

    /// The speaker commits himself, and passes on nobody's plan.
    fn is_ours(&self, reading: &Reading) -> bool {
        if self.words.has("not_ours", self.text) {
            return false;
        }
        let has_we = || self.p.classes.iter().any(|(class, ..)| class == "we");
        let is_plan = self.words.has("planned", self.text) && !has_we();
        reading.promise
            && !reading.attributed
            && !is_plan
            && !self.words.has("attributed", self.text)
            || self.gives_guarantee()
            || self.words.has("pledged", self.text)
    }

    /// The time stands within a question, or is the year alone.
    fn is_asked_or_year(&self, m: &TimeMention) -> bool {
        let is_range = m.last.is_some() && m.has(Kind::Clock) && !m.has(Kind::Date);
        // "It may be slow between 20:00 and 23:00" is advice.
        if is_range && self.words.has("possibly", self.text) {
            return true;
        }
        let rest = &self.text[m.end..];
        let stop = rest.find(['?', '.', '!', '"', ';']).map(|i| &rest[i..]);
        let year = self
            .known
            .now
            .map(|n| chrono::Datelike::year(&n).to_string());
        stop.is_some_and(|s| s.starts_with('?')) || year.as_deref() == self.text.get(m.start..m.end)
    }

    /// The time of a claim in our own name is one that another party plans.
    fn is_planned_by_others(&self, claim: &TimeClaim, links: &LinkClaims) -> bool {
        let mut windows = self.windows(links).into_iter();
        windows.any(|w| compare(&claim.parts, &w, claim.zone, self.known.now) == Compared::Fits)
    }
}

/// "1/4" at the beginning or the end of a message counts the messages of a thread.
fn is_thread_mark(text: &str, mention: &TimeMention, patterns: &Patterns) -> bool {
    let words = &text[mention.start..mention.end];
    let Some((n, of)) = words.split(' ').next().and_then(|w| w.split_once('/')) else {
        return false;
    };
    let (Ok(n), Ok(of)) = (n.parse::<u32>(), of.trim_end_matches(')').parse::<u32>()) else {
        return false;
    };
    let is_share = patterns.has(
        "capacity",
        text[mention.end..]
            .get(..24)
            .unwrap_or(&text[mention.end..]),
    );
    if is_share {
        return true;
    }
    let is_alone = |t: &str| {
        let rest = t.trim_start_matches(|c: char| !c.is_alphanumeric());
        rest.is_empty() || patterns.has("thread_word", rest)
    };
    n >= 1
        && n <= of
        && of < 10
        && (is_alone(&text[..mention.start]) || is_alone(&text[mention.end..]))
}

/// False of "in the mornings", "at peak": no moment that a record could hold.
fn says_when(p: &Parts) -> bool {
    p.is_exact() || p.relative || p.days_from_now.is_some()
}

/// Smaller is nearer to a time on record.
fn distance_of(compared: &Compared) -> u8 {
    match compared {
        Compared::Fits => 0,
        Compared::NoTimeOfDay => 1,
        Compared::Relative => 2,
        Compared::OtherDay | Compared::OtherTime => 3,
    }
}

fn judge_compared(compared: &Compared, topic: Topic, shown: String) -> (Verdict, Reason) {
    let is_past = matches!(topic, Topic::Start | Topic::Other);
    match compared {
        Compared::Fits => (Verdict::Consistent, Reason("time-on-record", shown)),
        Compared::NoTimeOfDay => (Verdict::Unsupported, Reason("no-time-of-day", shown)),
        Compared::Relative => (Verdict::Unsupported, Reason("say-the-date", shown)),
        // Another time of the past may be that of another event.
        _ if is_past => (Verdict::Unsupported, Reason("time-on-record", shown)),
        Compared::OtherDay => (Verdict::Contradicts, Reason("other-day", shown)),
        Compared::OtherTime => (Verdict::Contradicts, Reason("other-time", shown)),
    }
}
