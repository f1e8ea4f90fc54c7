//! What a sentence says of a plan that moved, of why it did, of dates that are called firm, and of news that came as
//! announced. It compares no times (`times`).

use crate::check::against::reason::Reason;
use crate::check::against::reference_facts::KnownTime;
use crate::check::against::sentence_under_check::SentenceUnderCheck;
use crate::check::against::time_topics::Topic;
use crate::check::against::verified_claim::{ClaimKind, Verdict};

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

    /// "Put off because of the weather" needs that reason on record.
    fn verify_reason_of_move(&mut self) {
        let is_of_plan = ["slipped", "slip_told", "planned", "put_back", "put_off"]
            .iter()
            .any(|name| self.words.has(name, self.text));
        let gives_reason = self.words.has("reason_given", self.text);
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

    /// "This window is final": dates on record are plans that may change.
    fn verify_firm_dates(&mut self) {
        if let Some(place) = self.words.find("firm_dates", self.text)
            && !self.words.has("denied", &self.text[..place.0])
        {
            self.add_unsupported(ClaimKind::Commitment, place, "commitment-unbacked");
        }
    }

    /// "Every update came on time" is wrong where one did not.
    fn verify_kept_news(&mut self) {
        let place = self.words.find("news_kept", self.text);
        let is_denied = |(start, _): (usize, usize)| {
            self.words.has("denied", &self.text[..start]) || self.words.has("untrue", self.text)
        };
        if let Some(place) = place.filter(|p| self.known.has_missed_news && !is_denied(*p)) {
            let what = Reason::plain("news-missed");
            let claim = Topic::Update.claim();
            self.add(claim, Verdict::Contradicts, place, &what, Vec::new());
        }
    }
}
