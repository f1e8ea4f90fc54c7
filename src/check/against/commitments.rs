//! Vouchers, places, and commitments without a time: what the record backs only when it names it. Times of a commitment
//! are verified in `times`.

use crate::check::against::number_words::number_before;
use crate::check::against::reason::Reason;
use crate::check::against::reference_facts::KnownLink;
use crate::check::against::sentence_under_check::SentenceUnderCheck;
use crate::check::against::verified_claim::{ClaimKind, Verdict};
use crate::check::against::verify_words::{self, VERIFY};
use crate::check::reading::promise_classifier::Reading;
use crate::check::reading::time_mentions::{Kind, TimeMention};
use crate::check::reading::time_parts::parts;

/// A word for a place that is shorter, without its marks, is more often something else; in bytes.
const PLAIN_PLACE: usize = 6;

/// A sentence below this many bytes says too little to be a commitment.
const SHORTEST: usize = 8;

/// Advice sounds like an action: from this weight on a record has to know of it.
const SURE_OF_ACTION: f64 = 0.75;

/// The weight from which an action without any time is a commitment.
const LIKELY_ACTION: f64 = 0.6;

/// Classes of words without one of which a sentence guarantees nothing.
const SUBSTANCE: [&str; 7] = ["service", "back", "harm", "pay", "will", "safe", "news"];

impl SentenceUnderCheck<'_> {
    pub(super) fn verify_vouchers(&mut self) {
        let Some(place) = self
            .words
            .find("voucher", self.text)
            .filter(|_| self.known.is_closed)
        else {
            return;
        };
        let n = number_before(self.text, place.0, self.lang());
        let on_record = |real: u64| Reason("vouchers-on-record", real.to_string());
        let (verdict, what) = match (n, self.known.vouchers) {
            (_, None) => (Verdict::Unsupported, Reason::plain("no-vouchers")),
            (Some(n), Some(real)) if n != real => (Verdict::Contradicts, on_record(real)),
            (_, Some(real)) => (Verdict::Consistent, on_record(real)),
        };
        self.add(ClaimKind::Vouchers, verdict, place, &what, Vec::new());
        if self.words.has("value", self.text) {
            self.add_unsupported(ClaimKind::Vouchers, place, "no-voucher-value");
        } else if n.is_none() && self.words.has("everybody", self.text) {
            self.add_unsupported(ClaimKind::Vouchers, place, "not-everybody");
        }
    }

    /// Ships are never on record; places are when they are affected or named by the network.
    pub(super) fn verify_place(&mut self) {
        if self.is_question() {
            return;
        }
        // "Cables are mended by special ships" is said of no repair of ours.
        let is_generic = !self.known.is_closed && self.words.has("generic", self.text);
        let ship = self.words.find("ship", self.text).filter(|_| !is_generic);
        let is_quoted = !self.known.is_closed
            && (self.gives_words() || self.words.has("of_reader_words", self.text));
        if let Some(place) = ship.filter(|_| !is_quoted)
            && !verify_words::contains(self.text, |v| &v.not_ships)
        {
            self.add_unsupported(ClaimKind::Place, place, "no-ship");
            return;
        }
        let at_sea = self.words.find("sea_place", self.text);
        if let Some(place) = at_sea.filter(|_| !self.known.is_closed) {
            self.add_unsupported(ClaimKind::Place, place, "no-place");
            return;
        }
        if !self.known.is_closed {
            self.verify_regions_named();
        }
        let place = self
            .words
            .find("place", self.text)
            .filter(|(a, b)| !self.p.spelling.is_plain || b - a > PLAIN_PLACE)
            .filter(|_| self.known.is_closed || !self.words.has("generic_place", self.text));
        if let Some(place) = place
            && !self.is_known_place(place)
        {
            self.add_unsupported(ClaimKind::Place, place, "no-place");
        }
    }

    /// A province or city that is told as hit has to be one of which the record knows.
    fn verify_regions_named(&mut self) {
        let words = self.words;
        let places = words.find_all("region_names", self.text);
        let is_hit = || words.has("trouble", self.text) || !self.state_words().is_empty();
        let is_open = || words.has("denied_reason", self.text) || words.has("prohibits", self.text);
        if places.is_empty() || !is_hit() || is_open() || self.is_about_payment() {
            return;
        }
        for place in places {
            let name = &self.text[place.0..place.1];
            let initials: String = name.split(' ').filter_map(|w| w.chars().next()).collect();
            // The identifier CORE-HN speaks of Hà Nội.
            let is_ours = |n: &String| {
                let is_short = initials.len() > 1 && n.split('-').any(|part| part == initials);
                is_short || self.p.spelling.spell(n).contains(name)
            };
            let mut whole = self.link_names().into_iter();
            let is_of_link = whole.any(|n| n.start < place.0 && place.1 <= n.end);
            let is_unreported = |l: &KnownLink| {
                let has_nothing = l.state.is_none() && !l.is_possibly_affected;
                l.is_region && has_nothing && l.names.iter().any(is_ours)
            };
            let suffers = !is_of_link && words.has("suffers", self.text);
            if suffers && self.known.links.iter().any(is_unreported) {
                return self.add_unsupported(ClaimKind::Place, place, "unreported");
            }
            let mut names = self.known.affected.iter().chain(&self.known.names);
            let mut links = self.known.links.iter().flat_map(|l| &l.names);
            if !names.any(is_ours) && !links.any(is_ours) {
                return self.add_unsupported(ClaimKind::Place, place, "no-place");
            }
        }
    }

    fn is_known_place(&self, place: (usize, usize)) -> bool {
        let mut names = self.known.affected.iter().chain(&self.known.names);
        let is_in_link_name = |n: &String| {
            self.text[place.0..].starts_with(n.as_str()) || n.contains(&self.text[place.0..place.1])
        };
        names.any(|n| self.text.contains(n.as_str()))
            || self
                .known
                .links
                .iter()
                .any(|l| l.names.iter().any(is_in_link_name))
    }

    /// A commitment that nothing found in the sentence backs.
    pub(super) fn verify_commitment(&mut self, sentence: &str, reading: &Reading) {
        if let Some(place) = self
            .words
            .find("never_again", self.text)
            .filter(|_| !self.known.is_closed)
        {
            self.add_unsupported(ClaimKind::Commitment, place, "commitment-unbacked");
            return;
        }
        let is_open = !self.known.is_closed
            && (self.is_question()
                || self.words.has("denies_before", self.text)
                || self.gives_words()
                || self.is_told_untrue()
                || self.words.has("if_theirs", self.text)
                || self.words.has("of_reader", self.text)
                || self.known.is_hotline_out && self.words.has("not_to_call", self.text)
                || self.is_without_content(reading)
                || self.is_without_substance(reading)
                || self.p.moments.iter().any(|m| self.is_no_return_by(m)));
        if !reading.promise || is_open || self.is_all_past() {
            return;
        }
        let is_guarantee = self.gives_guarantee();
        if self.says_no_date()
            || !is_guarantee && self.is_state_of_now()
            || !is_guarantee && self.is_backed_by_time(reading)
            || !is_guarantee && self.is_advice(reading)
        {
            return;
        }
        if self.is_unbacked(reading, is_guarantee) && sentence.len() >= SHORTEST {
            let whole = (0, self.text.len());
            self.add_unsupported(ClaimKind::Commitment, whole, "commitment-unbacked");
        }
    }

    /// It says of what others say that it is not so, and commits to nothing in another clause.
    fn is_told_untrue(&self) -> bool {
        let is_untrue = |clause: &str| self.words.has("untrue", clause);
        let commits = |clause: &str| {
            let mut names = ["to_come", "pledged"].iter();
            names.any(|name| self.words.has(name, clause))
        };
        let mut clauses = self.text.split([';', ':']);
        is_untrue(self.text) && !clauses.any(|c| commits(c) && !is_untrue(c))
    }

    /// Every time in the sentence has passed, and nothing in it is to come: "Checked at 08:12".
    fn is_all_past(&self) -> bool {
        // "From 20:10 to 20:50, 40 minutes in all": how long it took says nothing of when.
        let is_length = |m: &&TimeMention| m.kinds.iter().all(|k| *k == Kind::Span);
        let mut times = self.p.moments.iter().filter(|m| !is_length(m)).peekable();
        times.peek().is_some()
            && times.all(|m| self.is_past(&parts(&self.text[m.start..m.end], self.lang())))
            && !self.words.has("to_come", self.text)
    }

    /// It has a word for what is paid or given, and does not only repeat what was asked.
    fn speaks_of_pay(&self) -> bool {
        let has_word = || self.p.classes.iter().any(|(class, ..)| class == "pay");
        self.known.is_closed || has_word() && !self.words.has("goods_open", self.text)
    }

    /// A word that guarantees, and no "not" or "without" in front of it.
    pub(super) fn gives_guarantee(&self) -> bool {
        let words = VERIFY.all().flat_map(|v| &v.guarantees);
        let mut places = words.filter_map(|w| self.text.find(w.as_str()));
        places.any(|at| self.known.is_closed || !self.words.has("denied", &self.text[..at]))
    }

    /// "No, it's not you": not a word of service, money, harm or what is to come, and no time.
    fn is_without_substance(&self, reading: &Reading) -> bool {
        let is_vague_kind = |k: &str| ["guarantee", "other"].contains(&k);
        // "It will not be."
        if !self.known.is_closed
            && self.p.moments.is_empty()
            && self.text.split_whitespace().count() <= 3
        {
            return true;
        }
        let has_class = |of: &str| self.p.classes.iter().any(|(class, ..)| class == of);
        reading.kind.as_deref().is_some_and(is_vague_kind)
            && self.p.moments.is_empty()
            && !self.gives_guarantee()
            && !SUBSTANCE.iter().any(|class| has_class(class))
    }

    /// "We keep an eye on it", "we have to wait for the repair": nothing that could be broken.
    fn is_without_content(&self, reading: &Reading) -> bool {
        let is_open_kind = reading.kind.as_deref() != Some("compensation");
        is_open_kind && reading.due.is_none() && self.words.has("watching", self.text)
    }

    fn has_claim(&self, claims: &[ClaimKind]) -> bool {
        self.claims.iter().any(|c| claims.contains(&c.claim))
    }

    fn says_no_date(&self) -> bool {
        !self.known.is_closed && self.words.has("no_eta", self.text)
    }

    /// "Two are up and none is down" is a state, whatever else it sounds like.
    fn is_state_of_now(&self) -> bool {
        self.has_claim(&[ClaimKind::Count, ClaimKind::State, ClaimKind::Share])
            && !self.words.has("future", self.text)
    }

    /// Facts of a record back a commitment by its time: one on record backs it, in our own name or that of others.
    fn is_backed_by_time(&self, reading: &Reading) -> bool {
        // "Maintenance is planned for 10:00", "we told you 20 September": backed by the plan or date on record. is backed by the plan on record.
        let is_planned = ["planned", "slipped", "attributed"]
            .iter()
            .any(|w| self.words.has(w, self.text));
        let is_timed = self.claims.iter().any(|c| {
            c.verdict == Verdict::Consistent
                && ([
                    ClaimKind::RestorationTime,
                    ClaimKind::NextUpdate,
                    ClaimKind::Due,
                ]
                .contains(&c.claim)
                    || is_planned && c.claim == ClaimKind::Start)
        });
        if self.known.is_closed || !is_timed {
            return false;
        }
        reading.kind.as_deref() != Some("compensation") || self.has_claim(&[ClaimKind::Goods])
    }

    /// Advice sounds like an action; a record knows nothing of it.
    fn is_advice(&self, reading: &Reading) -> bool {
        let kind = reading.kind.as_deref().unwrap_or_default();
        let is_on_use =
            self.words.has("advice", self.text) && !self.words.has("pledged", self.text);
        !self.known.is_closed
            && (is_on_use
                || ["action", "other", "guarantee"].contains(&kind)
                    && reading.weight < SURE_OF_ACTION)
    }

    fn is_unbacked(&self, reading: &Reading, is_guarantee: bool) -> bool {
        match reading.kind.as_deref() {
            Some("restore_by") => {
                // Without a time or a word for a return nothing is promised to return: "Paused for the work".
                let is_of_return = self.known.is_closed
                    || reading.weight >= SURE_OF_ACTION
                    || self.words.has("eta", self.text);
                is_guarantee
                    || is_of_return
                        && !self.has_claim(&[
                            ClaimKind::RestorationTime,
                            ClaimKind::State,
                            ClaimKind::Count,
                        ])
            }
            Some("next_update") => {
                !self.has_claim(&[ClaimKind::NextUpdate])
                    && !self.known.is_closed
                    && self.known.next_update.is_empty()
            }
            Some("compensation") => {
                !self.has_claim(&[ClaimKind::Vouchers, ClaimKind::Goods]) && self.speaks_of_pay()
            }
            Some("guarantee") => {
                is_guarantee
                    || !self.has_claim(&[
                        ClaimKind::RestorationTime,
                        ClaimKind::State,
                        ClaimKind::Vouchers,
                        ClaimKind::NextUpdate,
                    ])
            }
            Some("action") => {
                !self.has_claim(&[
                    ClaimKind::RestorationTime,
                    ClaimKind::Vouchers,
                    ClaimKind::NextUpdate,
                    ClaimKind::State,
                    ClaimKind::Goods,
                    ClaimKind::Due,
                    ClaimKind::Work,
                ]) && reading.weight > LIKELY_ACTION
            }
            _ => !self.has_claim(&[
                ClaimKind::RestorationTime,
                ClaimKind::Vouchers,
                ClaimKind::NextUpdate,
                ClaimKind::Goods,
                ClaimKind::Due,
            ]),
        }
    }
}
