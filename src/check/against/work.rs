//! Work that a sentence tells as done or going on: rerouting, added capacity, crews, the search for the fault. It does not
//! verify work to come, which is a commitment.

use crate::check::against::reason::Reason;
use crate::check::against::reference_facts::KnownLink;
use crate::check::against::sentence_under_check::SentenceUnderCheck;
use crate::check::against::verified_claim::{ClaimKind, Verdict};

impl SentenceUnderCheck<'_> {
    /// Verifies each kind of work that the sentence names.
    pub(super) fn verify_work(&mut self) {
        // "Where it is damaged is anybody's guess" says something, although it begins as a question.
        let unlocated = self.words.find("not_located", self.text);
        let unlocated = unlocated.filter(|place| !self.is_open_denied(*place));
        let is_asked = self.is_question() && (unlocated.is_none() || self.text.contains('?'));
        if self.known.is_closed || is_asked || self.words.has("goods_open", self.text) {
            return;
        }
        let is_denied = |place: (usize, usize)| {
            self.words.has("denied", &self.text[..place.0]) || self.words.has("untrue", self.text)
        };
        let rerouted = self
            .words
            .find("rerouted", self.text)
            .filter(|p| !is_denied(*p));
        let other = self
            .words
            .find("work_done", self.text)
            .filter(|p| !is_denied(*p));
        let located = self.words.find("located", self.text);
        if let Some(place) = rerouted {
            let is_promised = self
                .known
                .promised
                .iter()
                .any(|p| p.kind.contains("traffic"));
            let is_recorded = self.known.is_rerouted || is_promised;
            self.add_work(place, is_recorded, "work-recorded", "work-not-recorded");
        }
        if let Some(place) = other {
            let is_repairing = self.known.links.iter().any(|l| l.is_repairing);
            self.add_work(place, is_repairing, "work-recorded", "work-not-recorded");
        }
        let has_located = |l: &KnownLink| l.is_located;
        let is_located = self.known.links.iter().any(has_located);
        if let Some(place) = unlocated {
            let (verdict, what) = if is_located {
                (Verdict::Contradicts, "located")
            } else {
                (Verdict::Consistent, "not-located")
            };
            self.add(
                ClaimKind::Work,
                verdict,
                place,
                &Reason::plain(what),
                Vec::new(),
            );
        } else if let Some(place) = located {
            self.add_work(place, is_located, "located", "not-located");
        }
    }

    fn add_work(
        &mut self,
        place: (usize, usize),
        is_recorded: bool,
        recorded: &'static str,
        missing: &'static str,
    ) {
        if is_recorded {
            self.add(
                ClaimKind::Work,
                Verdict::Consistent,
                place,
                &Reason::plain(recorded),
                Vec::new(),
            );
        } else {
            self.add_unsupported(ClaimKind::Work, place, missing);
        }
    }
}
