//! A trouble that the same sentence tells as over: "down from 20:10, up again since 20:50". It verifies nothing itself.

use crate::check::against::sentence_under_check::SentenceUnderCheck;
use crate::check::against::state_words::StateWord;

impl SentenceUnderCheck<'_> {
    /// The sentence is about one link, and says beside its trouble that it works.
    pub(super) fn is_over_in_sentence(&self, said: &StateWord, states: &[StateWord]) -> bool {
        let names = self.link_names();
        let mut links = names.iter().filter(|n| !n.is_pronoun).map(|n| n.link);
        let first = links.next();
        let is_one = links.all(|link| Some(link) == first);
        let returns = |s: &StateWord| s.works() && !s.is_denied && s.start != said.start;
        let is_still = self.words.has("still", &self.text[..said.start]);
        !self.known.is_closed && is_one && !is_still && states.iter().any(returns)
    }
}
