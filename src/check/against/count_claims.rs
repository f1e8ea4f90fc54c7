//! Verifies how many links a sentence says are in a state. It finds neither the numbers nor the words of state.

use crate::check::against::counts::Count;
use crate::check::against::reason::Reason;
use crate::check::against::reference_facts::{KnownLink, State};
use crate::check::against::sentence_under_check::SentenceUnderCheck;
use crate::check::against::state_words::StateWord;
use crate::check::against::states::LinkClaims;
use crate::check::against::verified_claim::{ClaimKind, Verdict};
use crate::check::against::verify_words;

/// How far behind a number the words may stand that make it the total, in bytes.
const TOTAL_REACH: usize = 28;

impl SentenceUnderCheck<'_> {
    /// Verifies every count of links.
    pub(super) fn verify_counts(&mut self, claims: &LinkClaims) {
        for count in &claims.counts {
            self.verify_count(count, claims);
        }
        // "The fourth time this year": no record of an incident counts the others.
        let before = self.words.find("happened_before", self.text);
        let is_other = || self.is_question() || self.words.has("update", self.text);
        if let Some(place) = before.filter(|_| !self.known.is_closed && !is_other()) {
            self.add_unsupported(ClaimKind::Count, place, "no-count");
        }
    }

    fn verify_count(&mut self, count: &Count, claims: &LinkClaims) {
        let Some(said) = self.state_counted(count, claims) else {
            return;
        };
        if self.counts_named(count, &said, claims) || self.counts_all_named(count, claims) {
            return;
        }
        let is_of_faults = self.words.has("faults_on_end", &self.text[..count.start]);
        let said = match is_of_faults && !self.known.is_closed {
            true => StateWord {
                state: State::Down,
                is_any_trouble: true,
                ..said
            },
            false => self.widened(count, said, claims),
        };
        let (verdict, what, events) = if self.is_count_of_past(count, &said) {
            return;
        } else if self.known.is_closed {
            self.judge_count(count, said.state)
        } else if count.n.is_none() && self.is_of_named(count, claims) {
            return;
        } else if self.is_total(count) {
            self.judge_total(count)
        } else {
            let (verdict, what) = self.judge_count_by_facts(count, &said);
            (verdict, what, Vec::new())
        };
        self.add(
            ClaimKind::Count,
            verdict,
            (count.start, count.end),
            &what,
            events,
        );
    }

    /// "One core router failed at 20:10": so many were hit, whatever works by now.
    fn is_count_of_past(&self, count: &Count, said: &StateWord) -> bool {
        let was_hit = |l: &&KnownLink| !l.is_rider && l.is_back;
        let back = self.known.links.iter().filter(was_hit).count();
        let is_event = self.is_told_as_past(said) || self.has_past_form(said);
        let is_of_past = !self.known.is_closed && back > 0 && !said.works() && is_event;
        let broken = self.known.group.map_or(0, |g| g.down + g.degraded);
        is_of_past && count.n.is_some_and(|n| (1..=back + broken).contains(&n))
    }

    /// "Of our four cables, two ..." gives the total.
    fn is_total(&self, count: &Count) -> bool {
        let before = self.text[..count.start].trim_end();
        let after = self.text[count.end..].get(..TOTAL_REACH);
        let after = after.unwrap_or(&self.text[count.end..]);
        count.of.is_none()
            && count.n.is_some()
            && (verify_words::ends_with(before, |v| &v.total_after)
                || verify_words::contains(after, |v| &v.total_before))
    }

    fn judge_total(&self, count: &Count) -> (Verdict, Reason, Vec<u64>) {
        let total = self.known.group.map(|g| g.total);
        let verdict = match (count.n, total) {
            (Some(n), Some(total)) if n == total => Verdict::Consistent,
            (_, Some(_)) => Verdict::Contradicts,
            _ => Verdict::Unsupported,
        };
        let shown = total.map(|t| t.to_string()).unwrap_or_default();
        (verdict, Reason("total-is", shown), Vec::new())
    }

    /// "One cable (AAG) is down": what is counted is named, and each is verified by its name.
    fn counts_named(&self, count: &Count, said: &StateWord, claims: &LinkClaims) -> bool {
        let between = claims
            .names
            .iter()
            .filter(|n| n.start >= count.end && n.end <= said.start);
        let named = between.count();
        !self.known.is_closed && named > 0 && count.n == Some(named) && count.of.is_none()
    }

    /// "AAG and APG are the two cables concerned": as many as are named in front of it.
    fn counts_all_named(&self, count: &Count, claims: &LinkClaims) -> bool {
        let before = claims.names.iter().filter(|n| n.end <= count.start);
        let named: std::collections::BTreeSet<usize> = before.map(|n| n.link).collect();
        let is_so_many = count.n == Some(named.len()) && count.of.is_none();
        !self.known.is_closed && named.len() > 1 && is_so_many
    }

    /// "Two cables: AAG is down and APG is degraded": the count is of all that is not well.
    fn widened(&self, count: &Count, said: StateWord, claims: &LinkClaims) -> StateWord {
        let between = claims
            .names
            .iter()
            .filter(|n| n.start >= count.end && n.end <= said.start);
        // "One of our four cables (AAG) is down": as many as are named take the state as it is said.
        let named = between.count();
        if named > 0 && count.n != Some(named) && !said.works() {
            StateWord {
                state: State::Down,
                is_any_trouble: true,
                ..said
            }
        } else {
            said
        }
    }

    /// "Both" and "all" speak of links that the sentence names.
    fn is_of_named(&self, count: &Count, claims: &LinkClaims) -> bool {
        let (from, to) = self.segment(count.start);
        claims.names.iter().any(|n| n.start >= from && n.start < to)
    }

    /// The word for the state that the counted links are said to be in.
    fn state_counted(&self, count: &Count, claims: &LinkClaims) -> Option<StateWord> {
        let states = &claims.states;
        // "Up but running below normal" is degraded.
        if let [a, b] = states.as_slice()
            && count.n.is_none()
        {
            let both = [a.state, b.state];
            if both.contains(&State::Degraded) && both.contains(&State::Up) {
                return Some(if a.state == State::Degraded { *a } else { *b });
            }
        }
        let (from, to) = self.segment(count.start);
        let after = states.iter().find(|s| s.start >= count.end && s.start < to);
        let before = || {
            states
                .iter()
                .rev()
                .find(|s| s.end <= count.start && s.end > from)
        };
        after.or_else(before).copied()
    }

    fn claimed_number(&self, count: &Count) -> usize {
        match (count.is_none, count.n) {
            (true, _) => 0,
            (_, Some(n)) => n,
            (_, None) => count.of.unwrap_or(self.known.links.len()),
        }
    }

    /// Against the facts of a record: the links of the group that the incident is about.
    fn judge_count_by_facts(&self, count: &Count, said: &StateWord) -> (Verdict, Reason) {
        let Some(group) = self.known.group else {
            return (Verdict::Unsupported, Reason::plain("no-count"));
        };
        if count.of.is_some_and(|of| of != group.total) {
            return (
                Verdict::Contradicts,
                Reason("total-is", group.total.to_string()),
            );
        }
        let claimed = match (count.is_none, count.n) {
            (true, _) => 0,
            (_, Some(n)) => n,
            (_, None) => count.of.unwrap_or(group.total),
        };
        let broken = group.down + group.degraded;
        let words = &self.text[said.start..said.end];
        // "Affected" and "in trouble" count those that work in part as well.
        let is_any_trouble = said.is_any_trouble || self.words.has("troubled", words);
        let real = match said.state {
            State::Down if is_any_trouble => broken,
            State::Down => group.down,
            State::Degraded if is_any_trouble => broken,
            State::Degraded => group.degraded,
            State::Up | State::Restored => group.up,
        };
        let shown = format!("{}|{}", group.down, group.total);
        let what = Reason("down-of-total", shown);
        let unknown = group.total.saturating_sub(broken + group.up);
        let is_working = matches!(said.state, State::Up | State::Restored);
        // "Damaged", "failed": those that are down, or all that are not well.
        let is_vague = said.state == State::Down && self.words.has("vague_trouble", words);
        let verdict = if claimed == real
            || is_vague && claimed == broken
            || said.state == State::Down && claimed == broken && is_any_trouble
        {
            Verdict::Consistent
        } else if is_working && claimed > real && claimed <= real + unknown {
            Verdict::Unsupported
        } else {
            Verdict::Contradicts
        };
        (verdict, what)
    }

    /// Against a closed record, which names every link.
    fn judge_count(&self, count: &Count, state: State) -> (Verdict, Reason, Vec<u64>) {
        let links = &self.known.links;
        let total = links.len();
        let having = |s: State| links.iter().filter(|l| l.state == Some(s)).count();
        let works = having(State::Up) + having(State::Restored);
        let real = match state {
            State::Down | State::Degraded => having(state),
            State::Restored if having(State::Restored) > 0 && count.n.is_some() => {
                having(State::Restored)
            }
            State::Up | State::Restored => works,
        };
        let unknown = links.iter().filter(|l| l.state.is_none()).count();
        let events: Vec<u64> = links.iter().flat_map(|l| l.events.clone()).collect();
        if count.of.is_some_and(|of| of != total) {
            return (
                Verdict::Contradicts,
                Reason("total-is", total.to_string()),
                events,
            );
        }
        let claimed = self.claimed_number(count);
        let fits = claimed == real || (state == State::Restored && claimed == works);
        let verdict = match (fits, unknown) {
            (true, _) if count.n.is_none() && unknown > 0 && state.works() => Verdict::Unsupported,
            (true, _) => Verdict::Consistent,
            (false, 0) => Verdict::Contradicts,
            (false, _) => Verdict::Unsupported,
        };
        let name = match state {
            State::Up => "up-of-total",
            State::Restored => "restored-of-total",
            State::Degraded => "degraded-of-total",
            State::Down => "down-of-total",
        };
        let what = Reason(name, format!("{real}|{total}"));
        (verdict, what, events)
    }
}
