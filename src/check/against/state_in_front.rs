//! "The failure of AAG and the weakness of APG": states that stand in front of the links that they are said of. It verifies
//! none of them.

use crate::check::against::sentence_under_check::SentenceUnderCheck;
use crate::check::against::state_words::StateWord;
use crate::check::against::states::{LinkClaims, LinkName};

/// How far in front of its link a state may stand, in bytes.
const REACH: usize = 30;

/// How many letters "and" and the like have.
const JOINT_LETTERS: usize = 3;

impl SentenceUnderCheck<'_> {
    /// The state in front of a link, when the sentence names its first two links so.
    pub(super) fn state_in_front(&self, name: &LinkName, claims: &LinkClaims) -> Option<StateWord> {
        let [first, second, ..] = claims.names.as_slice() else {
            return None;
        };
        let states = &claims.states;
        let of_first = states.iter().rfind(|s| s.end <= first.start)?;
        let of_second = states.iter().find(|s| s.start >= first.end)?;
        let joint = self.text.get(first.end..of_second.start)?.trim();
        let is_joint = (1..=JOINT_LETTERS).contains(&joint.chars().count());
        let are_close = self.is_object(of_first, first) && self.is_object(of_second, second);
        if self.known.is_closed || !is_joint || !are_close {
            return None;
        }
        match name.start {
            at if at == first.start => Some(*of_first),
            at if at == second.start => Some(*of_second),
            _ => None,
        }
    }

    /// True when a link stands right behind a state, within the same part of the sentence.
    fn is_object(&self, state: &StateWord, name: &LinkName) -> bool {
        let between = self.text.get(state.end..name.start);
        between.is_some_and(|b| b.len() <= REACH && !b.contains([',', ';', ':', '(']))
    }
}
