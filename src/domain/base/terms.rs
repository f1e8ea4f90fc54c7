//! The words for states in each language, as they stand inside a sentence. It makes no sentence.

use crate::domain::base::lang::Lang;
use crate::languages::Subject;

/// The words for a state; a state that no list knows is printed as it is.
pub fn words_for_state(word: &str, lang: Lang) -> &str {
    lang.shipped_words()
        .find_word(Subject::States, word)
        .unwrap_or(word)
}
