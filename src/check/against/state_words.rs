//! Words of state in a sentence: where they stand, whether they are said of now, and whether they are denied. It does not
//! know of which link they are said (`states`).

use crate::check::against::reference_facts::State;
use crate::check::against::sentence_under_check::SentenceUnderCheck;
use crate::check::against::verify_words::{self, VERIFY, is_one_of};
use crate::check::reading::language_files::Spelling;
use crate::check::reading::patterns::Patterns;
use crate::check::reading::text::{char_start, is_whole};
use crate::domain::base::lang::Lang;

/// A word of state in a sentence.
#[derive(Debug, Clone, Copy)]
pub(super) struct StateWord {
    /// Bytes of the folded text.
    pub start: usize,
    pub end: usize,
    pub state: State,
    /// The sentence denies it: "no longer down", "it is not true that it is back".
    pub is_denied: bool,
    /// The words say that nothing is felt: "not affected".
    pub is_unaffected: bool,
    /// It is said of all that is not well, whatever its state.
    pub is_any_trouble: bool,
    /// It says that the fault is over for good: "resolved", not "back".
    pub is_final: bool,
}

impl StateWord {
    /// What the sentence says works in full.
    pub(super) fn works(&self) -> bool {
        self.state.works() != self.is_denied
    }
}

/// How far in front of a word of state a word of the future is looked for, in bytes.
const FUTURE_REACH: usize = 160;

/// How far behind "back", as the first word, the time may stand at which somebody comes back, in bytes.
const BACK_REACH: usize = 16;

/// What is taken, called, written or paid back is no link.
fn comes_back_to_somebody(before: &str) -> bool {
    let words = before.rsplit(|c: char| !c.is_alphanumeric());
    words
        .filter(|w| !w.is_empty())
        .take(3)
        .any(|w| is_one_of(w, |v| &v.back_of_others_after))
}

/// "At the latest" is said in Vietnamese with the word for slow.
fn is_no_slowness(after: &str) -> bool {
    let next = after.split_whitespace().next().unwrap_or_default();
    let next = next.trim_matches(|c: char| !c.is_alphanumeric());
    !next.is_empty() && is_one_of(next, |v| &v.not_slow_before)
}

/// "Down to half" says how much is left.
fn is_less(own: &str, after: &str) -> bool {
    own.ends_with("down") && after.starts_with(" to ")
}

impl SentenceUnderCheck<'_> {
    /// The words of state, without those that speak of what is to come.
    pub(super) fn state_words(&self) -> Vec<StateWord> {
        let mut found: Vec<StateWord> = Vec::new();
        for (name, state) in [
            ("degraded", State::Degraded),
            ("down", State::Down),
            ("unaffected", State::Up),
            ("restored", State::Restored),
            ("up", State::Up),
            ("hit", State::Down),
        ] {
            for (start, end) in self.find_in_both(name) {
                // "IA: working": the mark in front belongs to no word.
                let own = self.text.get(start..end).unwrap_or_default();
                let start = end - own.trim_start_matches([':', ' ', '|']).len();
                let overlaps = found.iter().any(|w| start < w.end && w.start < end);
                let rest = &self.text[end..];
                let is_other = state == State::Degraded && is_no_slowness(rest)
                    || state == State::Down && is_less(own, rest);
                if !overlaps && !is_other && is_whole(self.text, start, end) {
                    found.push(StateWord {
                        start,
                        end,
                        state,
                        is_denied: false,
                        is_unaffected: name == "unaffected",
                        is_any_trouble: false,
                        is_final: self
                            .words
                            .has("final", self.text.get(start..end).unwrap_or_default()),
                    });
                }
            }
        }
        for word in &mut found {
            self.read_reduced(word);
        }
        found.retain(|w| {
            !self.is_other_word(w)
                && (self.known.is_closed || !self.is_given_as_words((w.start, w.end)))
                && !self.is_left_open(w)
                && !self.is_within("hit_group", (w.start, w.end))
                && !self.is_within("not_a_state", (w.start, w.end))
                && self.is_said_of_now(w)
                && !self.is_in_question(w)
                && !self.is_compared(w)
        });
        for word in &mut found {
            word.is_denied = self.is_word_denied(word);
        }
        found.sort_by_key(|w| w.start);
        found
    }

    /// What a pattern finds in the language of the sentence, and in English words within a sentence of another one.
    fn find_in_both(&self, name: &str) -> Vec<(usize, usize)> {
        let mut found = self.words.find_all(name, self.text);
        if self.lang() != Lang::USUAL && !self.known.is_closed {
            let usual = Patterns::of(Spelling {
                lang: Lang::USUAL,
                is_plain: false,
            });
            found.extend(usual.find_all(name, self.text));
        }
        found
    }

    fn is_said_of_now(&self, word: &StateWord) -> bool {
        // "Most faults of this kind are cleared in a day."
        if !self.known.is_closed && self.words.has("generic", self.text) {
            return false;
        }
        let before = &self.text[..word.start];
        // "We take that back", "we call you back": nothing works again by that.
        if is_one_of(&self.text[word.start..word.end], |v| &v.back)
            && (comes_back_to_somebody(before)
                || self.is_back_at_a_time(word)
                || self.is_within("put_back", (word.start, word.end)))
        {
            return false;
        }
        let clause = before.rfind([',', ';', ':', '.']).map_or(0, |i| i + 1);
        let from = clause.max(word.start.saturating_sub(FUTURE_REACH));
        let from = char_start(self.text, from);
        let before = &before[from..];
        let part = VERIFY
            .all()
            .flat_map(|w| &w.part_joints)
            .find_map(|joint| before.rfind(joint.as_str()));
        let now = self.words.find("now_first", before).map(|(_, end)| end);
        let now = now.filter(|_| !self.known.is_closed).unwrap_or(0);
        !self
            .words
            .has("future", &before[part.unwrap_or(0).max(now)..])
    }

    /// A pattern finds words of which this place is a part.
    fn is_within(&self, pattern: &str, (start, end): (usize, usize)) -> bool {
        let mut places = self.words.find_all(pattern, self.text).into_iter();
        !self.known.is_closed && places.any(|(a, b)| a <= start && end <= b)
    }

    /// "Back at 09:20 with the next update", as the first word: somebody comes back, not the service.
    fn is_back_at_a_time(&self, word: &StateWord) -> bool {
        let is_first = !self.text[..word.start].contains(|c: char| c.is_alphabetic());
        let rest = &self.text[word.end..];
        let is_dated = || {
            let next = self.p.moments.iter().find(|m| m.start >= word.end);
            next.is_some_and(|m| m.start - word.end <= BACK_REACH)
        };
        !self.known.is_closed && is_first && (self.words.has("update", rest) || is_dated())
    }

    /// "Is it up again?" is what many ask: the words between the beginning of a question and its mark say nothing.
    fn is_in_question(&self, word: &StateWord) -> bool {
        let rest = &self.text[word.end..];
        let is_left_open = verify_words::begins_with(rest.trim_start(), |v| &v.open_after);
        let is_left_open = is_left_open || self.words.has("open_behind", rest);
        if !self.known.is_closed && (is_left_open || self.words.has("indirect_question", self.text))
        {
            return true;
        }
        let stop = rest.find(['?', '.', '!', '"', ';']).map(|i| &rest[i..]);
        stop.is_some_and(|s| s.starts_with('?'))
    }

    /// "Đã thông cảm" is another word than "đã thông".
    fn is_other_word(&self, word: &StateWord) -> bool {
        let own = self.text.get(word.start..word.end).unwrap_or_default();
        let is_cut = verify_words::ends_with(own, |v| &v.cut_words)
            && verify_words::begins_with(&self.text[word.end..], |v| &v.cut_words_before);
        let before = self.text[..word.start].trim_end();
        is_cut || !self.known.is_closed && verify_words::ends_with(before, |v| &v.cut_words_after)
    }

    /// "We do not know whether it is back": what is not known, not said or not confirmed is not claimed.
    fn is_left_open(&self, word: &StateWord) -> bool {
        let before = &self.text[..word.start];
        let clause = before.rfind([',', ';', ':', '.', '(']).map_or(0, |i| i + 1);
        if !self.known.is_closed && self.is_denied_twice(&before[clause..]) {
            return false;
        }
        let denial = self.words.find("denied", &before[clause..]);
        // "Do not take it as resolved": what stands in the same breath.
        let is_same_breath = clause == 0 || !before[..clause].contains(char::is_alphanumeric);
        if !self.known.is_closed && is_same_breath && self.words.has("prohibits", before) {
            return true;
        }
        let own = self.text.get(word.start..word.end).unwrap_or_default();
        let until = if self.words.has("calls_it", own) {
            word.end
        } else {
            word.start
        };
        if !self.known.is_closed && self.words.has("open_clause", &self.text[clause..until]) {
            return true;
        }
        !self.known.is_closed
            && denial.is_some_and(|(a, b)| self.words.has("left_open", &before[clause..][a..b]))
    }

    /// "Slower than usual", "chậm hơn bình thường": the usual is only compared with.
    fn is_compared(&self, word: &StateWord) -> bool {
        verify_words::ends_with(self.text[..word.start].trim_end(), |v| &v.compared)
    }

    /// "Down to half", "down by a third": it works in part.
    fn read_reduced(&self, word: &mut StateWord) {
        let own = self.text.get(word.start..word.end).unwrap_or_default();
        if verify_words::ends_with(own, |v| &v.reduced)
            && verify_words::begins_with(&self.text[word.end..], |v| &v.reduced_before)
        {
            word.state = State::Degraded;
        }
    }

    /// Denied by the words in front of it, or because the sentence calls the whole untrue.
    fn is_word_denied(&self, word: &StateWord) -> bool {
        let before = &self.text[..word.start];
        let untrue = self.untrue_for(word);
        let clause = before.rfind([',', ';', ':', '.', '(']).map_or(0, |i| i + 1);
        // "It is not true that": the "not" denies the whole, not the word of state.
        let clause = clause.max(untrue.map_or(0, |(_, end)| end).min(word.start));
        let own = self.text.get(word.start..word.end).unwrap_or_default();
        let begins_so = verify_words::begins_with(own, |v| &v.not_begins);
        // "Not lost, but at half": the "not" ends there.
        let scope = self.scope_of_denial(clause, before);
        let is_denied = !begins_so && self.words.has("denied", &before[scope..]);
        let is_twice = is_denied && self.is_denied_twice(&before[clause..]);
        is_denied != (untrue.is_some() || is_twice)
    }

    /// "It is not that AAG isn't down", "nobody could say that it isn't": two denials say it.
    fn is_denied_twice(&self, before: &str) -> bool {
        let first = self.words.find("double_denied", before);
        first.is_some_and(|(_, end)| self.words.has("denied", &before[end..]))
    }

    /// The words that call untrue what a word of state says. "Wrong: AAG is down" denies what was said before it.
    fn untrue_for(&self, word: &StateWord) -> Option<(usize, usize)> {
        let untrue = self.words.find("untrue", self.text)?;
        if self.known.is_closed {
            return Some(untrue);
        }
        let between = self.text.get(untrue.1..word.start).unwrap_or_default();
        let is_cut = between.contains([':', ';', ',', '–', '—']);
        let is_governed = verify_words::contains(between, |v| &v.that);
        let is_other = is_cut && !is_governed;
        (self.denied.is_empty() && !is_other).then_some(untrue)
    }

    /// Where a denial in front of a word may begin: behind the last "but" of the clause that begins at `clause`.
    fn scope_of_denial(&self, clause: usize, before: &str) -> usize {
        if self.known.is_closed {
            return clause;
        }
        let ends = VERIFY.all().flat_map(|v| &v.scope_ends);
        let behind = ends.filter_map(|w| before[clause..].rfind(w.as_str()).map(|i| i + w.len()));
        behind.max().map_or(clause, |i| clause + i)
    }

    /// Where what was said before no longer counts: a semicolon, "while", "but". Bytes of the folded text.
    pub(super) fn segment(&self, at: usize) -> (usize, usize) {
        let joints = &VERIFY.of(self.lang()).joints;
        let start = joints
            .iter()
            .filter_map(|j| self.text[..at].rfind(j.as_str()).map(|i| i + j.len()))
            .max()
            .unwrap_or(0);
        let end = joints
            .iter()
            .filter_map(|j| self.text[at..].find(j.as_str()).map(|i| at + i))
            .min()
            .unwrap_or(self.text.len());
        (start, end)
    }
}
