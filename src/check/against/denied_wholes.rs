//! Sentences that deny a whole: that anything happened, that other links are hit, that whoever repairs has named a date.
//! It does not verify states of links that are named (`states`).

use crate::check::against::reason::Reason;
use crate::check::against::reference_facts::{GroupCount, KnownLink, KnownTime};
use crate::check::against::sentence_under_check::SentenceUnderCheck;
use crate::check::against::states::LinkClaims;
use crate::check::against::time_topics::Topic;
use crate::check::against::verified_claim::{ClaimKind, Verdict};

impl SentenceUnderCheck<'_> {
    pub(super) fn verify_denied_wholes(&mut self, links: &LinkClaims) {
        let open = ["possibly", "not_to_say", "prohibits", "generic"];
        let is_open = open.iter().any(|name| self.words.has(name, self.text));
        if self.known.is_closed || self.is_question() || is_open {
            return;
        }
        self.verify_no_outage();
        self.verify_others(links);
        self.verify_no_plan(links);
    }

    /// "There was no outage" is wrong where one is on record.
    fn verify_no_outage(&mut self) {
        let since = self.known.broken_since.first().map(KnownTime::shown);
        let place = self.words.find("no_outage", self.text);
        // "It is untrue that there was no outage."
        let place = place.filter(|p| !self.words.has("untrue", &self.text[..p.0]));
        if let (Some(place), Some(since)) = (place, since) {
            let what = Reason("outage-on-record", since);
            self.add(
                ClaimKind::Unaffected,
                Verdict::Contradicts,
                place,
                &what,
                Vec::new(),
            );
        }
    }

    /// "The other cables work" needs a report on each of the others.
    fn verify_others(&mut self, links: &LinkClaims) {
        let Some(place) = self.words.find("others_work", self.text) else {
            return;
        };
        let is_judged = self
            .claims
            .iter()
            .any(|c| c.start < place.1 && place.0 < c.end);
        let are_named = links.names.iter().any(|n| n.start > place.0);
        let all_work = |g: GroupCount| g.up + g.down + g.degraded >= g.total;
        let is_denied = self.words.has("denied", &self.text[..place.1]);
        if !is_judged && !are_named && !is_denied && !self.known.group.is_some_and(all_work) {
            self.add_unsupported(ClaimKind::Unaffected, place, "others-unreported");
        }
    }

    /// What a sentence denies in words by which others are told what not to say: "has given no date", "was never late".
    pub(super) fn verify_unsaid(&mut self, links: &LinkClaims) {
        if !self.is_question() && !self.words.has("prohibits", self.text) {
            self.verify_no_plan(links);
            self.verify_kept_news();
        }
    }

    /// "The operator has named no date", "there is no date for X" is wrong for a link that has one; the former, where it
    /// names no link, when all that are in trouble have.
    fn verify_no_plan(&mut self, links: &LinkClaims) {
        let of_operator = self.words.find("no_plan", self.text);
        let Some(place) = of_operator.or_else(|| self.words.find("no_date_named", self.text))
        else {
            return;
        };
        let named = links.names.iter().map(|n| &self.known.links[n.link]);
        let named: Vec<&KnownLink> = named.filter(|l| !l.is_rider).collect();
        let troubled = self.known.links.iter();
        let troubled = troubled.filter(|l| !l.is_rider && l.state.is_some_and(|s| !s.works()));
        let shown = |l: &KnownLink| l.window.as_ref().map(KnownTime::shown);
        let planned: Option<String> = if !named.is_empty() {
            named.into_iter().find_map(shown)
        } else if of_operator.is_some() {
            let all: Option<Vec<String>> = troubled.map(shown).collect();
            all.and_then(|all| all.into_iter().next())
        } else {
            None
        };
        if let Some(planned) = planned {
            let what = Reason("plan-on-record", planned);
            let claim = Topic::Eta.claim();
            self.add(claim, Verdict::Contradicts, place, &what, Vec::new());
        }
    }
}
