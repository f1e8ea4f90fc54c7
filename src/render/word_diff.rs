//! What changed from one text to another, word by word. Marks nothing up.

use serde::Serialize;
use similar::{Algorithm, ChangeTag, capture_diff_slices};

/// What became of a run of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// It is in both texts.
    Same,
    /// It is in the old text only.
    Gone,
    /// It is in the new text only.
    New,
}

/// Compares two texts; gives runs of words in order. A line end counts as a word.
pub fn compare_words(old: &str, new: &str) -> Vec<(Kind, String)> {
    let (old, new) = (old.replace('\n', " \n "), new.replace('\n', " \n "));
    let (old, new) = (split_words(&old), split_words(&new));
    let mut runs: Vec<(Kind, String)> = Vec::new();
    let ops = capture_diff_slices(Algorithm::Lcs, &old, &new);
    for change in ops.iter().flat_map(|op| op.iter_changes(&old, &new)) {
        let kind = match change.tag() {
            ChangeTag::Equal => Kind::Same,
            ChangeTag::Delete => Kind::Gone,
            ChangeTag::Insert => Kind::New,
        };
        match runs.last_mut() {
            Some((last, run)) if *last == kind => {
                run.push(' ');
                run.push_str(change.value());
            }
            _ => runs.push((kind, change.value().to_owned())),
        }
    }
    runs
}

fn split_words(text: &str) -> Vec<&str> {
    text.split(' ').filter(|w| !w.is_empty()).collect()
}
