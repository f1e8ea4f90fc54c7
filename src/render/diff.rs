//! What changed from one text to another, word by word.

use serde::Serialize;

/// What became of a run of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// It is in both.
    Same,
    /// It is in the old text only.
    Gone,
    /// It is in the new text only.
    New,
}

/// The runs of words of two texts, in order; a line end is a word.
pub fn words(old: &str, new: &str) -> Vec<(Kind, String)> {
    let cut = |t: &str| -> Vec<String> {
        t.replace('\n', " \n ")
            .split(' ')
            .filter(|w| !w.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let runs = word_diff(&cut(old), &cut(new)).into_iter();
    runs.map(|(kind, run)| (kind, run.join(" "))).collect()
}

fn word_diff(old: &[String], new: &[String]) -> Vec<(Kind, Vec<String>)> {
    let (n, m) = (old.len(), new.len());
    let mut common = vec![vec![0u32; m + 1]; n + 1];
    for i in (0..n).rev() {
        for j in (0..m).rev() {
            common[i][j] = if old[i] == new[j] {
                common[i + 1][j + 1] + 1
            } else {
                common[i + 1][j].max(common[i][j + 1])
            };
        }
    }
    let mut runs: Vec<(Kind, Vec<String>)> = Vec::new();
    let mut push = |kind: Kind, word: &str| match runs.last_mut() {
        Some((k, run)) if *k == kind => run.push(word.to_owned()),
        _ => runs.push((kind, vec![word.to_owned()])),
    };
    let (mut i, mut j) = (0, 0);
    while i < n || j < m {
        if i < n && j < m && old[i] == new[j] {
            push(Kind::Same, &old[i]);
            i += 1;
            j += 1;
        } else if i < n && (j == m || common[i + 1][j] >= common[i][j + 1]) {
            push(Kind::Gone, &old[i]);
            i += 1;
        } else {
            push(Kind::New, &new[j]);
            j += 1;
        }
    }
    runs
}
