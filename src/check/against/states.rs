//! States of links: finds the words of state in a sentence, gives each named link the state that is said of it, and
//! verifies that. It does not verify what is said of a number of links (`count_claims`).

use crate::check::against::counts::{Count, counts_in};
use crate::check::against::reason::Reason;
use crate::check::against::reference_facts::{KnownLink, State};
use crate::check::against::sentence_under_check::SentenceUnderCheck;
use crate::check::against::state_words::StateWord;
use crate::check::against::verified_claim::{ClaimKind, Verdict};
use crate::check::against::verify_words::{self, VERIFY, is_one_of};
use crate::check::reading::text::{is_whole, last_word_of};
use crate::check::reading::time_mentions::Kind;
use crate::check::reading::time_parts::parts;

/// The name of a link in a sentence.
#[derive(Debug, Clone, Copy)]
pub(super) struct LinkName {
    /// Bytes of the folded text.
    pub start: usize,
    pub end: usize,
    /// Which of the links of the facts.
    pub link: usize,
    /// "It", "the cable": the link is that of a name further in front.
    pub is_pronoun: bool,
}

/// What a sentence says of links.
pub(super) struct LinkClaims {
    pub states: Vec<StateWord>,
    pub names: Vec<LinkName>,
    pub counts: Vec<Count>,
}

/// How far behind a name its state may stand, in bytes.
const STATE_REACH: usize = 90;

/// How far behind a word of state one that limits it may stand, in bytes.
const ALSO_REACH: usize = 60;

/// How many letters may stand between names that are a list, for "and" and the like.
const LIST_LETTERS: usize = 9;

impl SentenceUnderCheck<'_> {
    /// The links, states and counts that the sentence names.
    pub(super) fn link_claims(&self) -> LinkClaims {
        LinkClaims {
            states: self.state_words(),
            names: self.link_names(),
            counts: self.counts(),
        }
    }

    /// Verifies the state of each link that the sentence names.
    pub(super) fn verify_states(&mut self, claims: &LinkClaims) {
        for name in &claims.names {
            // "One of our four cables is down: Pearl Gateway" says it before, everything else after.
            if let Some(said) = self.state_said_of(name, claims) {
                self.verify_state_of(name, said, &claims.states);
            }
        }
    }

    /// "Da Nang is without internet" needs a report on that region.
    pub(super) fn verify_regions(&mut self, claims: &LinkClaims) {
        let open = ["denied_reason", "not_to_say", "prohibits", "future"];
        let is_open = open.iter().any(|name| self.words.has(name, self.text));
        let place = self.words.find("cut_off", self.text);
        let Some(place) =
            place.filter(|_| !self.known.is_closed && !self.is_question() && !is_open)
        else {
            return;
        };
        let is_denied = self.words.has("denied", &self.text[..place.0]);
        for name in claims.names.iter().filter(|_| !is_denied) {
            let region = &self.known.links[name.link];
            let is_reported = region.state.is_some() || region.is_possibly_affected;
            let is_found = self.claims.iter().any(|c| c.start == name.start);
            if region.is_region && !is_reported && !is_found {
                let place = (name.start.min(place.0), name.end.max(place.1));
                self.add_unsupported(ClaimKind::State, place, "unreported");
            }
        }
    }

    pub(super) fn link_names(&self) -> Vec<LinkName> {
        let mut found: Vec<LinkName> = Vec::new();
        for (link, known) in self.known.links.iter().enumerate() {
            for name in &known.names {
                let name = self.p.spelling.spell(name);
                // "Bắc - Nam" is written for "Bắc-Nam".
                let spaced = name.contains('-').then(|| name.replace('-', " - "));
                let places = self.text.match_indices(name.as_ref());
                let others = spaced
                    .iter()
                    .flat_map(|s| self.text.match_indices(s.as_str()));
                for (start, n) in places.chain(others) {
                    let end = start + n.len();
                    if is_whole(self.text, start, end) {
                        found.push(LinkName {
                            start,
                            end,
                            link,
                            is_pronoun: false,
                        });
                    }
                }
            }
        }
        // The longest name at a place counts: "LX-71" is not "LX-7".
        found.sort_by_key(|n| (n.start, std::cmp::Reverse(n.end)));
        let mut kept: Vec<LinkName> = Vec::new();
        for f in found {
            if kept.last().is_none_or(|k| f.start >= k.end) {
                kept.push(f);
            }
        }
        kept.extend(self.pronoun(&kept));
        kept
    }

    /// "It" in a clause that names no link: the link named last, in this sentence or the one before.
    fn pronoun(&self, names: &[LinkName]) -> Option<LinkName> {
        if self.known.is_closed {
            return None;
        }
        let (start, end) = self.words.find("pronoun", self.text)?;
        let (from, to) = self.segment(start);
        let before = names.iter().rfind(|n| n.end <= from).map(|n| n.link);
        let is_named = names.iter().any(|n| n.start >= from && n.start < to);
        let link = before.or(self.antecedent.filter(|_| names.is_empty()))?;
        (!is_named).then_some(LinkName {
            start,
            end,
            link,
            is_pronoun: true,
        })
    }

    pub(super) fn counts(&self) -> Vec<Count> {
        let names = self.link_names();
        counts_in(self.text, self.lang())
            .into_iter()
            // The number in a name counts nothing, nor do the numbers of "towers 114 and 115".
            .filter(|c| !names.iter().any(|n| c.start < n.end && n.start < c.end))
            // "12/9 tuyến", "2/3 Cáp" at the beginning: a date, and the number of a message.
            .filter(|c| self.known.is_closed || !self.text[..c.start].ends_with(['/', ':', '.']))
            .filter(|c| {
                let before = self.text[..c.start].trim_start();
                let begins = !before.contains(char::is_alphanumeric)
                    || self.words.has("thread_word", before);
                let is_edge = begins || self.text[c.end..].trim().len() < 2;
                self.known.is_closed || !is_edge || !self.text[c.start..c.end].contains('/')
            })
            .filter(|c| c.n.is_none_or(|n| n <= self.known.links.len().max(20)))
            .filter(|c| self.known.is_closed || !self.is_within_clock(c))
            .collect()
    }

    /// "At ten past eight" counts nothing.
    fn is_within_clock(&self, count: &Count) -> bool {
        let mut times = self.p.moments.iter().filter(|m| m.has(Kind::Clock));
        times.any(|m| m.start < count.end && count.start < m.end)
    }

    fn verify_state_of(&mut self, name: &LinkName, said: StateWord, states: &[StateWord]) {
        let link = &self.known.links[name.link];
        let events = link.events.clone();
        let place = (name.start, name.end);
        // "We do not know why it stopped" tells of what happened.
        let is_of_cause = || self.words.has("cause_open", &self.text[..said.end]);
        let is_event = || {
            let is_past = self.is_told_as_past(&said) || self.has_past_form(&said);
            is_past || is_of_cause() || self.is_over_in_sentence(&said, states)
        };
        // What was never hit in this incident did not fail this morning either.
        let was_hit = self.known.is_closed || link.is_back || link.state == Some(State::Restored);
        if was_hit && link.state.is_some_and(State::works) && !said.works() && is_event() {
            return;
        }
        // "The power feed has a fault" is said of what runs on its reserve, too.
        let own = self.text.get(said.start..said.end).unwrap_or_default();
        if link.is_at_risk && !said.works() && self.words.has("troubled", own) {
            return;
        }
        if said.is_final && said.works() && link.state == Some(State::Up) && !self.is_restored() {
            self.add_unsupported(ClaimKind::State, (said.start, said.end), "not-restored");
            return;
        }
        let Some(real) = link.state else {
            return self.verify_unreported(link, said, place);
        };
        let fits = self.fits_state(said, real)
            || self.is_said_by_others(link, said)
            || self.has_alternative(said, real, states);
        // "Our hotline is silent, too. It has been working again": of what failed, not of whom to call.
        if !fits && name.is_pronoun && link.is_contact {
            return;
        }
        let verdict = match (fits, said.state, real) {
            (true, ..) => Verdict::Consistent,
            (false, State::Restored, State::Up) => Verdict::Unsupported,
            _ => Verdict::Contradicts,
        };
        let what = Reason::plain(match real {
            State::Up => "it-is-up",
            State::Restored => "it-is-restored",
            State::Degraded => "it-is-degraded",
            State::Down => "it-is-down",
        });
        self.add(ClaimKind::State, verdict, place, &what, events);
    }

    /// What is said of a link on which nobody reported.
    fn verify_unreported(&mut self, link: &KnownLink, said: StateWord, place: (usize, usize)) {
        // A region that is cut off has more than the slowness that was noted.
        let is_cut_off = link.is_region && said.state == State::Down;
        let is_felt = link.is_rider && self.known.has_effect && !is_cut_off;
        let is_backed = match said.works() {
            // What customers are sent to may be called open, as long as nobody reported otherwise.
            true => link.is_open_contact,
            false => link.is_possibly_affected && said.state != State::Down || is_felt,
        };
        if is_backed {
            return;
        }
        let (verdict, what) = if link.is_possibly_affected && said.works() {
            (Verdict::Contradicts, "it-may-be-affected")
        } else {
            (Verdict::Unsupported, "unreported")
        };
        let events = link.events.clone();
        self.add(
            ClaimKind::State,
            verdict,
            place,
            &Reason::plain(what),
            events,
        );
    }

    /// "It failed at 20:10": an event of the past, not how it is now. "Since 20:10" says how it is.
    pub(super) fn is_told_as_past(&self, said: &StateWord) -> bool {
        let (from, to) = self.segment(said.start);
        // "At 21:00 it is still down" says how it is.
        if !self.known.is_closed && self.words.has("still", &self.text[from..said.start]) {
            return false;
        }
        let mut times = self
            .p
            .moments
            .iter()
            .filter(|m| m.start >= from && m.end <= to);
        times.any(|m| {
            let before = self.text[from..m.start].trim_end();
            // "As of 21:00 it is down" says how it is then.
            if !self.known.is_closed && self.words.has("as_of_end", before) {
                return false;
            }
            let is_since = VERIFY
                .all()
                .any(|v| last_word_of(before, &v.since).is_some());
            // "From 20:10 to 20:50" is over.
            let is_over = !self.known.is_closed && m.last.is_some();
            (!is_since || is_over) && self.is_past(&parts(&self.text[m.start..m.end], self.lang()))
        })
    }

    /// "Failed", "was down": what was, by its form.
    pub(super) fn has_past_form(&self, said: &StateWord) -> bool {
        let own = self.text.get(said.start..said.end).unwrap_or_default();
        let before = self.text[..said.start].trim_end();
        let is_before = !self.known.is_closed && self.words.has("past_form_before", before);
        !said.is_denied && (is_before || self.words.has("past_form", own))
    }

    /// The record has it as restored, not only as back under watch.
    pub(super) fn is_restored(&self) -> bool {
        self.known.is_closed || self.known.is_restored
    }

    fn fits_state(&self, said: StateWord, real: State) -> bool {
        if said.is_denied {
            // "Not fully back" is true of what works in part, "no longer down" too.
            return match said.state {
                State::Up | State::Restored => {
                    !real.works() || said.is_final && !self.is_restored()
                }
                other => real != other,
            };
        }
        match said.state {
            State::Up => real.works(),
            State::Restored => {
                real == State::Restored || real == State::Up && !self.known.is_closed
            }
            // "Not restored" is true of what works in part.
            State::Down
                if verify_words::begins_with(&self.text[said.start..said.end], |v| {
                    &v.not_begins
                }) =>
            {
                !real.works()
            }
            // "In trouble" is said of what works in part, too.
            State::Down
                if !self.known.is_closed
                    && ["troubled", "vague_trouble"]
                        .iter()
                        .any(|w| self.words.has(w, &self.text[said.start..said.end])) =>
            {
                !real.works()
            }
            other => real == other,
        }
    }

    /// "The operator says that it works" is true when the operator has said so.
    fn is_said_by_others(&self, link: &KnownLink, said: StateWord) -> bool {
        link.is_claimed_up && said.works() && self.words.has("attributed", &self.text[..said.start])
    }

    /// "Down or degraded" is true when it is one of the two.
    fn has_alternative(&self, said: StateWord, real: State, states: &[StateWord]) -> bool {
        states.iter().any(|other| {
            let behind = self.text.get(said.end..other.start);
            let between = behind.or_else(|| self.text.get(other.end..said.start));
            other.state == real && between.is_some_and(|b| is_one_of(b.trim(), |v| &v.or))
        })
    }

    /// The state that a sentence says of a link that it names, when it says one.
    fn state_said_of(&self, name: &LinkName, claims: &LinkClaims) -> Option<StateWord> {
        let states = &claims.states;
        if self.is_denied(name) {
            let last = states.iter().rev().find(|s| s.end <= name.start)?;
            return Some(StateWord {
                is_denied: !last.is_denied,
                ..*last
            });
        }
        let (from, to) = self.segment(name.start);
        // "X is down, and so is Y".
        if verify_words::ends_with(self.text[..name.start].trim_end(), |v| &v.so_is) {
            return states.iter().rev().find(|s| s.end <= name.start).copied();
        }
        if self.is_owner_of_part(name, &claims.names)
            || self.is_in_front_of_part(name, to)
            || self.has_part_with_state(name, claims)
        {
            return None;
        }
        // "An anchor takes out AAG, APG down to half": the cause says what became of AAG.
        if !self.known.is_closed && self.is_object_of_cause(name) {
            return None;
        }
        if let Some(state) = self.state_in_front(name, claims) {
            return Some(state);
        }
        let in_apposition = claims.states.iter().find(|s| self.introduces(s, name));
        let behind = self.state_behind(name, to, claims);
        // "Sites are slow: AAG is down": the name behind the colon has a state of its own.
        let is_own = |s: &&StateWord| {
            let between = self.text.get(s.end..name.start).unwrap_or_default();
            self.known.is_closed || behind.is_none() || !between.contains(':')
        };
        in_apposition
            .filter(is_own)
            .copied()
            .or(behind)
            .or_else(|| {
                states
                    .iter()
                    .rev()
                    .find(|s| s.end <= name.start && s.end > from)
                    .filter(|s| {
                        let has_subject = |n: &LinkName| n.start >= from && n.end <= s.start;
                        let between = self.text.get(s.end..name.start).unwrap_or_default();
                        let is_next = verify_words::contains(between, |v| &v.next_clause);
                        let is_taken =
                            name.is_pronoun || is_next || claims.names.iter().any(has_subject);
                        self.known.is_closed || !is_taken
                    })
                    .copied()
            })
    }

    fn is_object_of_cause(&self, name: &LinkName) -> bool {
        let before = &self.text[..name.start];
        let last = self.words.find_all("cause_struck", before).last().copied();
        last.is_some_and(|(_, end)| before[end..].trim().is_empty())
    }

    /// "Down (AAG)", "is down: AAG", "mất kết nối là AAG": the name explains the words right before it.
    fn introduces(&self, state: &StateWord, name: &LinkName) -> bool {
        let between = self.text.get(state.end..name.start);
        between.is_some_and(|b| is_one_of(b.trim(), |v| &v.introducing))
    }

    /// "X is back, Y is not": as the one before, turned round.
    fn is_denied(&self, name: &LinkName) -> bool {
        let rest = self.text[name.end..].trim_start();
        VERIFY.all().flat_map(|v| &v.is_not).any(|w| {
            rest.strip_prefix(w.as_str())
                .is_some_and(|r| !r.trim_start().starts_with(char::is_alphanumeric))
        })
    }

    /// "Section S1H of the AAG cable works again": the state is that of the part.
    fn is_owner_of_part(&self, name: &LinkName, names: &[LinkName]) -> bool {
        let is_owner = verify_words::ends_with(self.text[..name.start].trim_end(), |v| &v.owners);
        let has_part = || {
            names
                .iter()
                .any(|n| n.end <= name.start && self.is_part_of(n, name))
        };
        is_owner && (!self.known.is_closed || has_part())
    }

    /// "AAG, section S1 works": the state is that of the section.
    fn is_in_front_of_part(&self, name: &LinkName, to: usize) -> bool {
        let next = self.text[name.end..to.max(name.end)].trim_start_matches([':', ',', ' ']);
        !self.known.is_closed && verify_words::begins_with(next, |v| &v.parts)
    }

    /// "On the AAG cable, section S1H works again": the part takes the state.
    fn has_part_with_state(&self, name: &LinkName, claims: &LinkClaims) -> bool {
        claims.names.iter().any(|n| {
            n.start > name.end
                && self.is_part_of(n, name)
                && claims.states.iter().any(|s| s.start >= n.end)
        })
    }

    fn is_part_of(&self, part: &LinkName, whole: &LinkName) -> bool {
        let parent = self.known.links[part.link].parent.as_ref();
        parent.is_some_and(|p| self.known.links[whole.link].names.contains(p))
    }

    /// A name before the state takes the state, unless another name with a verb lies between them.
    fn state_behind(&self, name: &LinkName, to: usize, claims: &LinkClaims) -> Option<StateWord> {
        let after: Vec<&StateWord> = claims
            .states
            .iter()
            .filter(|s| s.start >= name.end && s.start < to)
            .collect();
        let first = *after.first()?;
        let between = &self.text[name.end..first.start];
        let is_between = |at: usize| at > name.end && at < first.start;
        let is_broken = claims.names.iter().any(|n| is_between(n.start))
            && (!self.known.is_closed || between.contains([',', '(']))
            && !self.is_list(between);
        let is_counted = claims
            .counts
            .iter()
            .any(|c| c.start >= name.end && c.start < first.start);
        // "AAG is cut, so the internet is slow": what is slow is the service.
        let is_of_service = !self.known.is_closed
            && first.state == State::Degraded
            && self.words.has("whole", between);
        if is_broken || is_counted || is_of_service || between.len() >= STATE_REACH {
            return None;
        }
        // "Carrying traffic at reduced capacity", "working, but at half its capacity" is degraded.
        let rest = claims
            .states
            .iter()
            .filter(|s| s.start >= first.end && s.start < first.end + ALSO_REACH);
        let clause = rest
            .take_while(|s| !self.text[first.end..s.start.max(first.end)].contains(';'))
            .find(|s| {
                let is_name_between = claims
                    .names
                    .iter()
                    .any(|n| n.start > first.end && n.start < s.end);
                // "The cable is out, sites are slow": what is slow is the service.
                let between = self.text.get(first.end..s.start).unwrap_or_default();
                let is_of_service = !self.known.is_closed
                    && between.contains(',')
                    && self.words.has("whole", between);
                // "Not down, but degraded": the later word says how it is.
                (s.state == State::Degraded || first.is_denied && !s.is_denied)
                    && !is_name_between
                    && !is_of_service
            });
        Some(*clause.unwrap_or(first))
    }

    /// Names between commas, joined by "and": "Hoàng Hôn, Biển Bạc, Gió Mùa".
    pub(super) fn is_list(&self, between: &str) -> bool {
        let mut rest = between.to_owned();
        for link in &self.known.links {
            for name in &link.names {
                rest = rest.replace(name.as_str(), "");
            }
        }
        rest.chars().filter(|c| c.is_alphanumeric()).count() <= LIST_LETTERS
    }
}
