//! Verifies how many links a sentence says are in a state. It finds neither the numbers nor the words of state.

use crate::check::against::claim_verifier::{ClaimVerifier, Verdict};
use crate::check::against::counts::Count;
use crate::check::against::reference_facts::State;
use crate::check::against::states::LinkClaims;

impl ClaimVerifier<'_> {
    /// Verifies every count of links.
    pub(super) fn verify_counts(&mut self, claims: &LinkClaims) {
        for count in &claims.counts {
            self.verify_count(count, claims);
        }
    }

    fn verify_count(&mut self, count: &Count, claims: &LinkClaims) {
        let Some(state) = self.state_counted(count, claims) else {
            return;
        };
        let (verdict, what, events) = if self.known.is_closed {
            self.judge_count(count, state)
        } else {
            let (verdict, what) = self.judge_count_by_facts(count, state);
            (verdict, what, Vec::new())
        };
        self.add("count", verdict, (count.start, count.end), what, events);
    }

    /// The state that the counted links are said to be in.
    fn state_counted(&self, count: &Count, claims: &LinkClaims) -> Option<State> {
        let states = &claims.states;
        // "Up but running below normal" is degraded.
        if let [a, b] = states.as_slice()
            && count.n.is_none()
        {
            let both = [a.state, b.state];
            if both.contains(&State::Degraded) && both.contains(&State::Up) {
                return Some(State::Degraded);
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
        after.or_else(before).map(|s| s.state)
    }

    fn claimed_number(&self, count: &Count) -> usize {
        match (count.is_none, count.n) {
            (true, _) => 0,
            (_, Some(n)) => n,
            (_, None) => count.of.unwrap_or(self.known.links.len()),
        }
    }

    /// Against the facts of a record, which need not name every link.
    fn judge_count_by_facts(&self, count: &Count, state: State) -> (Verdict, String) {
        let claimed = self.claimed_number(count);
        let (total, down) = self.known.group.unzip();
        let is_total = count.of.is_none_or(|of| total.is_none_or(|t| t == of));
        let fits =
            state == State::Down && down == Some(claimed) || self.known.lengths.contains(&claimed);
        let what = match self.known.group {
            Some((total, down)) => format!("{down} of {total} are down"),
            None => "no such count is on record".to_owned(),
        };
        let verdict = match (fits && is_total, down.is_some()) {
            (true, _) => Verdict::Consistent,
            (false, true) => Verdict::Contradicts,
            (false, false) => Verdict::Unsupported,
        };
        (verdict, what)
    }

    /// Against a closed record, which names every link.
    fn judge_count(&self, count: &Count, state: State) -> (Verdict, String, Vec<u64>) {
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
            return (Verdict::Contradicts, format!("there are {total}"), events);
        }
        let claimed = self.claimed_number(count);
        let fits = claimed == real || (state == State::Restored && claimed == works);
        let verdict = match (fits, unknown) {
            (true, _) if count.n.is_none() && unknown > 0 && state.works() => Verdict::Unsupported,
            (true, _) => Verdict::Consistent,
            (false, 0) => Verdict::Contradicts,
            (false, _) => Verdict::Unsupported,
        };
        let what = format!("{real} of {total} are {}", state.word());
        (verdict, what, events)
    }
}
