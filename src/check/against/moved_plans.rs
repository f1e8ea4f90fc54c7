//! What a sentence says of a plan that moved, of why it did, of dates that are called firm, and of news that came as
//! announced. It compares no times (`times`).

use crate::check::against::reason::Reason;
use crate::check::against::reference_facts::KnownTime;
use crate::check::against::sentence_under_check::SentenceUnderCheck;
use crate::check::against::time_topics::Topic;
use crate::check::against::verified_claim::{ClaimKind, Verdict};
use crate::check::reading::time_mentions::TimeMention;
use crate::check::reading::time_parts::parts;

/// How far behind "slipped by" the length may stand, in bytes.
const LENGTH_REACH: usize = 12;

const MINUTES_OF_DAY: i64 = 24 * 60;

/// By so many days a move that is told as a length may be off: "a week" for eight days.
const DAYS_OFF: i64 = 2;

/// Why a plan may have moved: a word that the key of a reason holds, and the pattern of the words for it.
const DELAYS: [(&str, &str); 4] = [
    ("weather", "delay_weather"),
    ("permit", "delay_permit"),
    ("ship", "delay_ship"),
    ("parts", "delay_parts"),
];

impl SentenceUnderCheck<'_> {
    pub(super) fn verify_moved_plans(&mut self) {
        if self.known.is_closed || self.is_question() {
            return;
        }
        self.verify_slip();
        self.verify_who_decided();
        self.verify_length_of_move();
        self.verify_reason_of_move();
        self.verify_firm_dates();
        self.verify_kept_news();
    }

    /// "As planned" is wrong when the window has moved; "delayed" is right then.
    fn verify_slip(&mut self) {
        let now: Vec<String> = self.known.eta.iter().map(KnownTime::shown).collect();
        let is_old = |w: &KnownTime| !now.contains(&w.shown());
        let has_moved = self.known.has_slipped || self.known.windows.iter().any(is_old);
        let what = Reason("time-on-record", now.first().cloned().unwrap_or_default());
        let claim = Topic::Eta.claim();
        let (kept, slipped) = (
            self.words.find("no_slip", self.text),
            self.words.find("slip_told", self.text),
        );
        match (kept, slipped) {
            (Some(place), _) if has_moved => {
                self.add(claim, Verdict::Contradicts, place, &what, Vec::new());
            }
            (None, Some(place)) if has_moved => {
                self.add(claim, Verdict::Consistent, place, &what, Vec::new());
            }
            _ => {}
        }
    }

    /// "We decided to put the repair off" makes the plan of another party ours.
    fn verify_who_decided(&mut self) {
        let is_theirs = self.known.promised.iter().any(|p| p.is_theirs);
        let place = self.words.find("decided_by_us", self.text);
        if let Some(place) = place.filter(|p| is_theirs && !self.is_denied_before(*p)) {
            let shown = self.known.eta.first().map(KnownTime::shown);
            let what = Reason("not-our-plan", shown.unwrap_or_default());
            let claim = Topic::Eta.claim();
            self.add(claim, Verdict::Unsupported, place, &what, Vec::new());
        }
    }

    /// "Slipped by three weeks" is held against how far the window moved.
    fn verify_length_of_move(&mut self) {
        let Some((start, end)) = self.words.find("moved_by", self.text) else {
            return;
        };
        let is_behind = |m: &&TimeMention| m.start >= end && m.start - end <= LENGTH_REACH;
        let mention = self.p.moments.iter().find(is_behind);
        let words = mention.map(|m| &self.text[m.start..m.end]);
        let minutes = words.and_then(|w| parts(w, self.lang()).minutes);
        let days = minutes.map(|m| m / MINUTES_OF_DAY).filter(|d| *d > 0);
        let now = self.known.eta.first();
        let (Some(days), Some(now)) = (days, now) else {
            return;
        };
        let moves = self.known.windows.iter().map(|w| now.date - w.date);
        let mut moves = moves.map(|d| d.num_days()).filter(|d| *d > 0).peekable();
        let fits = moves.peek().is_none() || moves.any(|d| (d - days).abs() <= DAYS_OFF);
        if !fits {
            let what = Reason("time-on-record", now.shown());
            let claim = Topic::Eta.claim();
            self.add(claim, Verdict::Contradicts, (start, end), &what, Vec::new());
        }
    }

    fn is_denied_before(&self, (start, _): (usize, usize)) -> bool {
        self.words.has("denied", &self.text[..start]) || self.words.has("untrue", self.text)
    }

    /// "Put off because of the weather" needs that reason on record.
    fn verify_reason_of_move(&mut self) {
        let is_of_plan = ["slipped", "slip_told", "planned", "put_back", "put_off"]
            .iter()
            .any(|name| self.words.has(name, self.text));
        let gives_reason = self.words.has("reason_given", self.text) || self.is_moved_by_reason();
        let is_open = ["possibly", "denied_reason", "prohibits"]
            .iter()
            .any(|name| self.words.has(name, self.text));
        if !gives_reason || is_open || !(is_of_plan || self.words.has("reason_of_it", self.text)) {
            return;
        }
        for (key, pattern) in DELAYS {
            let is_recorded = self.known.reasons_of_moves.iter().any(|r| r.contains(key));
            if let Some(place) = self.words.find(pattern, self.text)
                && !is_recorded
                && !self.known.reasons_of_moves.is_empty()
            {
                self.add_unsupported(Topic::Eta.claim(), place, "reason-not-recorded");
                return;
            }
        }
    }

    /// "Rough seas pushed the repair back": the reason acts.
    fn is_moved_by_reason(&self) -> bool {
        let moved = ["put_back", "moved_plan"]
            .iter()
            .filter_map(|name| self.words.find(name, self.text));
        let Some(moved) = moved.map(|(start, _)| start).min() else {
            return false;
        };
        let before = &self.text[..moved];
        DELAYS.iter().any(|(_, pattern)| {
            let found = self.words.find_all(pattern, before);
            found
                .last()
                .is_some_and(|(_, end)| before[*end..].trim().is_empty())
        })
    }

    /// "This window is final": dates on record are plans that may change.
    fn verify_firm_dates(&mut self) {
        if let Some(place) = self.words.find("firm_dates", self.text)
            && !self.words.has("denied", &self.text[..place.0])
            && !self.words.has("not_yet", &self.text[place.0..place.1])
        {
            self.add_unsupported(ClaimKind::Commitment, place, "commitment-unbacked");
        }
    }

    /// "Every update came on time" is wrong where one did not.
    pub(super) fn verify_kept_news(&mut self) {
        let place = self.words.find("news_kept", self.text);
        if let Some(place) =
            place.filter(|p| !self.known.missed_news.is_empty() && !self.is_denied_before(*p))
        {
            let what = Reason::plain("news-missed");
            let claim = Topic::Update.claim();
            self.add(claim, Verdict::Contradicts, place, &what, Vec::new());
        }
    }
}
