//! How many customers a sentence says are affected, and where. It does not verify states of links
//! (`states`).

use crate::check::against::number_words::number_before;
use crate::check::against::reason::Reason;
use crate::check::against::sentence_under_check::SentenceUnderCheck;
use crate::check::against::states::LinkClaims;
use crate::check::against::verified_claim::{ClaimKind, Verdict};
use crate::check::against::verify_words;
use crate::check::reading::time_mentions::Kind;

/// How far behind a share the words for customers may begin, in bytes.
const CUSTOMERS_REACH: usize = 2;

impl SentenceUnderCheck<'_> {
    /// Verifies numbers and shares of customers, and "all of you"; "some customers" needs no number.
    pub(super) fn verify_customers(&mut self, links: &LinkClaims) {
        let is_trouble =
            links.states.iter().any(|s| !s.works()) || self.words.has("trouble", self.text);
        if self.known.is_closed || self.is_question() || self.is_about_payment() || !is_trouble {
            return;
        }
        let counted = self
            .words
            .find("customers_counted", self.text)
            .filter(|p| !self.is_some_customers(*p) && !self.is_within_time(*p));
        if let Some(place) = counted {
            let end = self.text[place.0..]
                .find(char::is_whitespace)
                .map_or(place.1, |i| place.0 + i);
            let number = number_before(self.text, place.1.max(end), self.lang());
            let (verdict, what) = match (number, self.known.customers) {
                (Some(n), Some(real)) if n == real => (
                    Verdict::Consistent,
                    Reason("customers-are", real.to_string()),
                ),
                (_, Some(real)) => (
                    Verdict::Contradicts,
                    Reason("customers-are", real.to_string()),
                ),
                (Some(n), None) if self.known.staff_customers == Some(n) => {
                    (Verdict::Unsupported, Reason::plain("staff-customers"))
                }
                (_, None) => (Verdict::Unsupported, Reason::plain("no-customers")),
            };
            self.add(ClaimKind::Customers, verdict, place, &what, Vec::new());
        }
        self.verify_mildness();
        if let Some(place) = self.words.find("only_there", self.text) {
            let is_there = self
                .known
                .affected
                .iter()
                .any(|n| self.text.contains(n.as_str()));
            if !is_there {
                self.add_unsupported(ClaimKind::Place, place, "no-place");
            }
        }
    }

    /// "At 20h14 customers had no internet": the number is of the time.
    fn is_within_time(&self, place: (usize, usize)) -> bool {
        let mut times = self.p.moments.iter();
        times.any(|m| m.has(Kind::Clock) && m.start <= place.0 && place.0 < m.end)
    }

    /// "It was only slow" is wrong where service was gone.
    fn verify_mildness(&mut self) {
        let place = self.words.find("only_slow", self.text);
        if let Some(place) = place.filter(|_| self.known.has_no_service) {
            let what = Reason::plain("no-service-on-record");
            self.add(
                ClaimKind::State,
                Verdict::Contradicts,
                place,
                &what,
                Vec::new(),
            );
        }
    }

    /// "Sites cannot be opened at all" is more than the slowness that was measured.
    pub(super) fn verify_total_loss(&mut self, links: &LinkClaims) {
        let known = self.known;
        let is_measured = known.has_effect && !known.has_no_service;
        let open = ["denied_reason", "prohibits", "future", "possibly"];
        let is_open = open.iter().any(|name| self.words.has(name, self.text));
        let names_link = links.names.iter().any(|n| !known.links[n.link].is_rider);
        let is_other = known.is_closed || self.is_question() || names_link;
        let place = self.words.find("total_loss", self.text);
        if let Some(place) = place.filter(|_| is_measured && !is_open && !is_other) {
            self.add_unsupported(ClaimKind::State, place, "effect-is-milder");
        }
    }

    /// "08:00 some customers": the number before is a time, and "some" gives none.
    fn is_some_customers(&self, (start, end): (usize, usize)) -> bool {
        let own = &self.text[start..end];
        // "A few hundred" is a number.
        let is_open = verify_words::contains(own, |v| &v.some_of)
            && !verify_words::contains(own, |v| &v.many_words);
        // "Hi everyone" counts nobody.
        let is_greeted = self.words.has("everybody", own)
            && verify_words::has_last_word(&self.text[..start], |v| &v.greetings);
        self.text[..start].ends_with([':', '.', '/']) || is_open || is_greeted
    }

    /// A share that counts customers, not capacity.
    pub(super) fn is_of_customers(&self, (_, end): (usize, usize)) -> bool {
        let rest = &self.text[end..];
        self.words
            .find("customers", rest)
            .is_some_and(|(start, _)| start <= CUSTOMERS_REACH)
    }
}
