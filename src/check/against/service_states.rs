//! States said of service, or of a link by its kind alone ("the router", "our cables"). It does not
//! verify links that are named (`states`).

use crate::check::against::reason::Reason;
use crate::check::against::reference_facts::{KnownLink, State};
use crate::check::against::sentence_under_check::SentenceUnderCheck;
use crate::check::against::state_words::StateWord;
use crate::check::against::states::{LinkClaims, LinkName};
use crate::check::against::verified_claim::{ClaimKind, Verdict};
use crate::check::against::verify_words::{self, is_one_of};
use crate::check::reading::text::{char_start, has_word};

/// How far in front of a word of state its subject may stand, in bytes.
const SUBJECT_REACH: usize = 60;

/// How far behind "back" the words may end that say "to normal", in bytes.
const NORMAL_REACH: usize = 24;

impl SentenceUnderCheck<'_> {
    /// Verifies "service is fully restored", said of no link in particular.
    pub(super) fn verify_service_as_a_whole(&mut self, claims: &LinkClaims) {
        if self.has_numbered_link() {
            return;
        }
        for word in &claims.states {
            let (from, to) = self.segment(word.start);
            let is_own = |n: &LinkName| n.start >= word.start && n.end <= word.end;
            let mut names = claims.names.iter().filter(|n| !is_own(n));
            let is_of_links = names.any(|n| n.start >= from && n.start < to)
                || claims
                    .counts
                    .iter()
                    .any(|c| c.start >= from && c.start < to);
            if is_of_links || self.is_back_to_other(word) {
                continue;
            }
            if word.works() && self.is_of_unnamed(self.near_before(word.start, from)) {
                self.verify_some_link(word);
                continue;
            }
            if !self.is_of_service(word, (from, to)) {
                self.verify_trouble_of_kind(word, from);
                continue;
            }
            // "Nothing is wrong with your router" is said of what stands at home.
            let until = char_start(self.text, to.min(word.end + SUBJECT_REACH)).max(word.end);
            let clause = self.text.get(from..until).unwrap_or_default();
            if !self.known.is_closed && self.words.has("own_equipment", clause) {
                continue;
            }
            let place = (word.start, word.end);
            match (word.works(), word.is_unaffected) {
                (true, true) => {
                    self.add_unsupported(ClaimKind::Unaffected, place, "unaffected-unknown")
                }
                (true, false)
                    if self.is_of_some_link(word, from)
                        || self.is_bare_return(word, from)
                        || self.is_return_of_all(word)
                        || !word.is_final
                            && self.is_told_as_past(word)
                            && !self.known.is_closed =>
                {
                    self.verify_some_link(word);
                }
                (true, false) => self.verify_restoration(place),
                // "Not restored" is true as long as something is broken.
                (false, _) if word.state.works() => self.verify_not_restored(place),
                (false, _) => self.verify_trouble_of_kind(word, from),
            }
        }
    }

    /// A word for "restored" needs no subject; one for "works" is said of service only where the sentence names it.
    fn is_of_service(&self, word: &StateWord, (from, _): (usize, usize)) -> bool {
        word.state == State::Restored
            || word.is_unaffected
            || word.is_denied && !word.state.works()
            || self.words.has("whole", self.near_before(word.start, from))
    }

    /// The text in which the subject of a word stands: the last bytes in front of it, from `from` on at the earliest.
    fn near_before(&self, at: usize, from: usize) -> &str {
        let start = char_start(self.text, at.saturating_sub(SUBJECT_REACH)).max(from);
        self.text.get(start..at).unwrap_or_default()
    }

    /// The subject is a link by its kind, not by its name: "the router", "our cables".
    fn is_of_some_link(&self, word: &StateWord, from: usize) -> bool {
        let before = self.near_before(word.start, from);
        let nouns = ["link_nouns", "pronoun"];
        !self.known.is_closed && nouns.iter().any(|name| self.words.has(name, before))
    }

    /// "Back, under watch" names neither service nor a link: it is said of what was hit and works again.
    fn is_bare_return(&self, word: &StateWord, from: usize) -> bool {
        let mut links = self.known.links.iter();
        let is_any_back =
            links.any(|l| l.is_back && !l.is_rider && l.state.is_some_and(State::works));
        let words = self.text.get(from..word.end).unwrap_or_default();
        !self.known.is_closed
            && is_any_back
            && self.words.has("bare_return", words)
            && !word.is_final
            && !word.is_denied
            && !self.words.has("whole", words)
    }

    /// "The internet is back" claims no more than that what was hit works, where nothing of it is broken any more.
    fn is_return_of_all(&self, word: &StateWord) -> bool {
        let hit = || {
            self.known
                .links
                .iter()
                .filter(|l| !l.is_rider && !l.is_contact)
        };
        let is_broken = |l: &KnownLink| l.state.is_some_and(|s| !s.works());
        let is_any_back = hit().any(|l| l.is_back && l.state.is_some_and(State::works));
        let words = self.text.get(word.start..word.end).unwrap_or_default();
        let until = char_start(self.text, self.text.len().min(word.end + NORMAL_REACH));
        let is_more = ["to_normal", "everybody"]
            .iter()
            .any(|name| self.words.has(name, &self.text[..until]));
        let is_plain = self.words.has("bare_return", words) && !word.is_final && !word.is_denied;
        let is_plain = is_plain && !is_more;
        !self.known.is_closed && is_plain && is_any_back && !hit().any(is_broken)
    }

    /// One link that works backs "the router is back"; "all our cables work" needs every link of the group.
    fn verify_some_link(&mut self, word: &StateWord) {
        let (from, _) = self.segment(word.start);
        let place = (word.start, word.end);
        let clause = &self.text[from..word.end];
        let is_of_all = verify_words::contains(clause, |v| &v.of_all);
        // "Back" and "no longer down" are said of what was hit; "works" of any.
        let is_return = word.state == State::Restored || word.is_denied;
        let fits = |l: &&KnownLink| {
            !l.is_rider && l.state.is_some_and(State::works) && (l.is_back || !is_return)
        };
        let working = self.known.links.iter().filter(fits).count();
        let total = self.known.group.map_or(usize::MAX, |g| g.total);
        let up = self.known.group.map_or(working, |g| g.up);
        let broken = self.known.group.map_or(0, |g| g.down + g.degraded);
        let (verdict, what) = match () {
            () if self.is_of_unnamed(clause) && up + broken < total => {
                (Verdict::Unsupported, "unreported")
            }
            () if is_of_all && broken > 0 => (Verdict::Contradicts, "no-count"),
            () if is_of_all && up < total => (Verdict::Unsupported, "unreported"),
            () if word.is_final && !self.is_restored() => (Verdict::Unsupported, "not-restored"),
            () if working == 0 => return self.verify_restoration(place),
            () => (Verdict::Consistent, "it-is-up"),
        };
        let mut meant = self.known.links.iter().filter(fits).filter(|l| l.is_back);
        let events = match (meant.next(), meant.next()) {
            (Some(only), None) => only.events.clone(),
            _ => Vec::new(),
        };
        self.add(
            ClaimKind::State,
            verdict,
            place,
            &Reason::plain(what),
            events,
        );
    }

    /// "Our fourth cable": one of those that the sentence does not name.
    fn is_of_unnamed(&self, clause: &str) -> bool {
        !self.known.is_closed && self.words.has("unnamed_link", clause)
    }

    /// "The router is still down" is wrong when every link of that kind that was hit works again.
    fn verify_trouble_of_kind(&mut self, word: &StateWord, from: usize) {
        let before = self.near_before(word.start, from);
        let clause = self.text.get(from..word.end).unwrap_or_default();
        let is_of_now = word.state == State::Down
            && !word.is_denied
            && !self.known.is_closed
            && self.words.has("now", clause)
            && !self.words.has("cause_open", self.text)
            && !self.is_told_as_past(word)
            && !self.has_past_form(word);
        let Some((a, b)) = self.words.find("link_nouns", before).filter(|_| is_of_now) else {
            return;
        };
        let noun = &before[a..b];
        let links = || self.known.links.iter().filter(|l| l.is_back);
        // A network may call its links by other nouns than the text: then any that was hit is meant.
        let is_named_so = |l: &KnownLink| l.names.iter().any(|n| n.contains(noun));
        let has_named = links().any(is_named_so);
        let is_of_kind = |l: &&KnownLink| l.is_back && (is_named_so(l) || !has_named);
        let mut of_kind = self.known.links.iter().filter(is_of_kind).peekable();
        if of_kind.peek().is_some() && of_kind.all(|l| l.state.is_some_and(State::works)) {
            let place = (word.start, word.end);
            let what = Reason::plain("it-is-up");
            self.add(
                ClaimKind::State,
                Verdict::Contradicts,
                place,
                &what,
                Vec::new(),
            );
        }
    }

    fn verify_not_restored(&mut self, place: (usize, usize)) {
        let broken = |l: &KnownLink| l.state.is_some_and(|s| !s.works());
        let verdict = if self.known.links.iter().any(broken) {
            Verdict::Consistent
        } else {
            Verdict::Unsupported
        };
        self.add(
            ClaimKind::State,
            verdict,
            place,
            &Reason::plain("not-restored"),
            Vec::new(),
        );
    }

    /// "Towers 114 and 115" are named by their numbers.
    fn has_numbered_link(&self) -> bool {
        let names = self.known.links.iter().flat_map(|l| &l.names);
        names
            .filter_map(|n| n.rsplit(' ').next())
            .any(|last| last.bytes().all(|b| b.is_ascii_digit()) && has_word(self.text, &[last]))
    }

    /// "We have taken it back to the last configuration" says nothing of the service.
    fn is_back_to_other(&self, word: &StateWord) -> bool {
        let rest = &self.text[word.end..];
        is_one_of(&self.text[word.start..word.end], |v| &v.back)
            && verify_words::begins_with(rest, |v| &v.back_of_others_before)
            && !verify_words::begins_with(rest, |v| &v.back_of_service_before)
    }

    pub(super) fn verify_restoration(&mut self, place: (usize, usize)) {
        let links = &self.known.links;
        let broken: Vec<&str> = links
            .iter()
            .filter(|l| l.state.is_some_and(|s| !s.works()) && !l.is_contact)
            .filter_map(|l| l.names.first().map(String::as_str))
            .collect();
        let events: Vec<u64> = links.iter().flat_map(|l| l.events.clone()).collect();
        let is_restored = links.iter().any(|l| l.state == Some(State::Restored));
        if !broken.is_empty() {
            let what = Reason("not-working", broken.join(", "));
            self.add(ClaimKind::State, Verdict::Contradicts, place, &what, events);
        } else if !self.known.is_closed && !is_restored {
            let what = Reason::plain("not-restored");
            self.add(ClaimKind::State, Verdict::Unsupported, place, &what, events);
        }
    }
}
