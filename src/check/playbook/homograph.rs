//! Vietnamese words that read as something else without their marks. It finds them in texts for channels that cannot
//! print marks, and only there.

use crate::check::reading::language_files::PerLanguage;
use crate::check::reading::text::is_whole;

/// Words without marks, each with the danger and what to write instead.
type Homographs = Vec<(String, String)>;

static HOMOGRAPHS: PerLanguage<Homographs> = PerLanguage::new(|f| f.homographs);

/// The dangerous words in a text without marks: first byte, first byte behind, and why.
pub fn find(text: &str) -> Vec<(usize, usize, &'static str)> {
    let lower = text.to_lowercase();
    let mut found = Vec::new();
    for (words, why) in HOMOGRAPHS.all().flatten() {
        for (at, _) in lower.match_indices(words.as_str()) {
            if is_whole(&lower, at, at + words.len()) {
                found.push((at, at + words.len(), why.as_str()));
            }
        }
    }
    found.sort_unstable();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn homographs_are_read_and_found_as_whole_words() {
        HOMOGRAPHS.assert_read();
        assert_eq!(find("Mang chua xong").len(), 1);
        assert!(find("mat mangan").is_empty());
    }
}
