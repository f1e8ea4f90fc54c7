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
        if let Some(place) = unlocated {
            let (verdict, what) = match self.is_place_open() {
                true => (Verdict::Consistent, "not-located"),
                false => (Verdict::Contradicts, "located"),
            };
            let what = Reason::plain(what);
            self.add(ClaimKind::Work, verdict, place, &what, Vec::new());
        } else if let Some(place) = located {
            self.add_work(place, self.is_place_known(), "located", "not-located");
        }
    }

    /// The links of whose fault the sentence may speak: those it names, else the one named before.
    fn links_meant(&self) -> Vec<&KnownLink> {
        let named = self.link_names();
        let meant = named
            .iter()
            .map(|n| n.link)
            .chain(self.antecedent.filter(|_| named.is_empty()));
        let meant = meant.map(|i| &self.known.links[i]);
        meant.filter(|l| !l.is_rider && !l.is_contact).collect()
    }

    /// Nobody has found the fault of a link that is meant.
    fn is_place_open(&self) -> bool {
        let meant = self.links_meant();
        match meant.is_empty() {
            true => !self.known.links.iter().any(|l| l.is_located),
            false => meant.iter().any(|l| !l.is_located),
        }
    }

    /// The fault of a link that is meant was found; of a whole, that of a part counts.
    fn is_place_known(&self) -> bool {
        let is_named = self.link_names().iter().any(|n| !n.is_pronoun);
        let meant = if is_named {
            self.links_meant()
        } else {
            Vec::new()
        };
        let is_part = |l: &KnownLink| {
            let parent = l.parent.as_ref();
            parent.is_some_and(|p| meant.iter().any(|m| m.names.contains(p)))
        };
        let mut links = self.known.links.iter();
        match meant.is_empty() {
            true => links.any(|l| l.is_located),
            false => links
                .any(|l| l.is_located && (is_part(l) || meant.iter().any(|m| m.names == l.names))),
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
