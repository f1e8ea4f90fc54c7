//! The known name that is nearest to a mistyped one. Decides nothing.

/// `; did you mean "x"?` when a known word is near, else nothing.
pub fn suggest_nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> String {
    let lower = word.to_lowercase();
    known
        .take(5000)
        .map(|k| (strsim::damerau_levenshtein(&lower, &k.to_lowercase()), k))
        .min()
        .filter(|(distance, k)| *distance <= 1 + k.len().min(word.len()) / 3)
        .map_or(String::new(), |(_, k)| format!("; did you mean \"{k}\"?"))
}
