//! What the reader sees of one sentence, for the training of its weights (`tools/train.py`). It weighs nothing.

use crate::check::reading::deadline;
use crate::check::reading::features::{features, parse};
use crate::domain::base::lang::Lang;

/// What is seen of a sentence before anything is weighed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentenceSigns {
    /// The names of what it is made of; each once, sorted.
    pub features: Vec<String>,
    /// The words that are read as times, folded.
    pub times: Vec<String>,
    /// The words that say when the promise falls due.
    pub due: Option<String>,
}

/// Lists what the reader sees of a sentence that makes a promise of this kind.
pub fn list_sentence_signs(sentence: &str, lang: Lang, kind: &str) -> SentenceSigns {
    let parsed = parse(sentence, lang);
    let times = parsed.moments.iter();
    let due = deadline::due(&parsed, kind).map(|(a, b)| {
        let (a, b) = parsed.folded.original(a, b);
        sentence[a..b].to_owned()
    });
    SentenceSigns {
        features: features(&parsed, sentence),
        times: times
            .map(|m| parsed.folded.text[m.start..m.end].to_owned())
            .collect(),
        due,
    }
}
