//! How long something is said to have lasted: "down for three hours", "it took a quarter of an hour". It verifies no
//! length that is still to come.

use crate::check::against::reason::Reason;
use crate::check::against::reference_facts::KnownTime;
use crate::check::against::sentence_under_check::SentenceUnderCheck;
use crate::check::against::states::LinkClaims;
use crate::check::against::verified_claim::{ClaimKind, Verdict};
use crate::check::reading::time_mentions::{Kind, TimeMention};
use crate::check::reading::time_parts::{Parts, parts};

/// How far a length may be off: so many minutes, or this share of it.
const LENGTH_OFF: i64 = 6;
const LENGTH_OFF_SHARE: f64 = 0.2;

impl SentenceUnderCheck<'_> {
    /// Verifies a length that something has lasted; false where the time is no such length.
    pub(super) fn verify_length(
        &mut self,
        m: &TimeMention,
        parts: &Parts,
        links: &LinkClaims,
    ) -> bool {
        let Some(minutes) = parts
            .minutes
            .filter(|_| self.is_length_told(m, parts, links))
        else {
            return false;
        };
        let is_running = self
            .words
            .has("length_running", self.text[..m.start].trim_end());
        // "Had stopped working for forty minutes" is none of a return.
        let mut before = links.states.iter().filter(|s| s.end <= m.start);
        let is_running = is_running && before.next_back().is_none_or(|s| s.works());
        let known = self.lengths_on_record(is_running);
        if known.is_empty() {
            return false;
        }
        let allowed = LENGTH_OFF.max((minutes as f64 * LENGTH_OFF_SHARE) as i64);
        let fits = known.iter().any(|k| (k - minutes).abs() <= allowed);
        let shown = self.known.broken_since.first().map(KnownTime::shown);
        let what = Reason("time-on-record", shown.unwrap_or_default());
        let verdict = if fits {
            Verdict::Consistent
        } else {
            Verdict::Unsupported
        };
        self.add(
            ClaimKind::Start,
            verdict,
            (m.start, m.end),
            &what,
            Vec::new(),
        );
        true
    }

    /// The words around a length say that it lies behind, and the sentence that something was or is wrong.
    fn is_length_told(&self, m: &TimeMention, parts: &Parts, links: &LinkClaims) -> bool {
        let before = self.text[..m.start].trim_end();
        let after = self.text[m.end..].trim_start();
        let is_lasting = self.words.has("length_before", before)
            || self.words.has("length_after", after)
            || self.words.has("length_own", &self.text[m.start..m.end]);
        let is_of_state = !links.states.is_empty()
            || self.words.has("trouble", self.text)
            || self.words.has("length_verb", before);
        let is_other = ["to_come", "generic", "update", "prohibits", "moved_plan"]
            .iter()
            .any(|name| self.words.has(name, self.text));
        let is_open = is_other || self.is_question() || self.is_about_payment();
        !self.known.is_closed
            && m.has(Kind::Span)
            && parts.clock.is_none()
            && parts.day.is_none()
            && is_lasting
            && is_of_state
            && !is_open
    }

    /// In minutes: from each beginning of trouble to now and to each return, or from each return to now.
    fn lengths_on_record(&self, is_running: bool) -> Vec<i64> {
        let known = self.known;
        let moment = |t: &KnownTime| t.time.map(|time| t.date.and_time(time));
        let broken: Vec<_> = known.broken_since.iter().filter_map(moment).collect();
        let works: Vec<_> = known.works_since.iter().filter_map(moment).collect();
        let begins = if is_running { &works } else { &broken };
        // "At 08:20 it had been down for twenty minutes."
        let told = self.p.moments.iter().filter_map(|m| {
            let clock = parts(&self.text[m.start..m.end], self.lang()).clock?;
            known.now?.date().and_hms_opt(clock.0 % 24, clock.1, 0)
        });
        // What is over has lasted until it came back, not until now.
        let hit = known.links.iter().filter(|l| !l.is_contact);
        let mut broken = hit.filter(|l| l.state.is_some_and(|s| !s.works()));
        let is_over = !is_running && !works.is_empty() && broken.next().is_none();
        let now = known.now.filter(|_| !is_over);
        let ends: Vec<_> = works.iter().chain(&now).copied().chain(told).collect();
        let ends = ends.iter();
        let all = ends.flat_map(|end| begins.iter().map(|begin| (*end - *begin).num_minutes()));
        all.filter(|minutes| *minutes > 0).collect()
    }
}
