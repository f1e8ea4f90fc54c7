//! What a sentence comes down to, so that two can be compared: case, marks, spacing and small words are left out,
//! nothing that changes a claim. It does not compare meanings: other words are another sentence.

use crate::check::reading::language_files::SPELLING;
use crate::check::reading::text::{Folded, unmarked};

/// What a sentence comes down to: its words in order, without marks and small words.
pub fn essence(sentence: &str) -> Vec<String> {
    let plain = unmarked(&Folded::new(sentence).text);
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut chars = plain.chars().peekable();
    while let Some(c) = chars.next() {
        // "18:00", "1,5", "10/3" and "-2" are one word each: another mark there is another claim.
        let joins = matches!(c, ':' | '.' | ',' | '/' | '-' | '–')
            && chars.peek().is_some_and(char::is_ascii_digit)
            && (word.ends_with(|d: char| d.is_ascii_digit()) || (c == '-' && word.is_empty()));
        if c.is_alphanumeric() || c == '%' || joins {
            word.push(c);
        } else if !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words.retain(|w| !SPELLING.all().any(|s| s.small_words.contains(w)));
    words
}

#[cfg(test)]
mod tests {
    use super::essence;

    #[test]
    fn tolerates_what_changes_no_claim_and_nothing_else() {
        let said = "Cáp AAG bị gián đoạn từ 10:00 ngày 10/3.";
        for same in [
            "cap aag bi gian doan tu 10:00 ngay 10/3",
            "  Cáp  AAG bị gián đoạn, từ 10:00 ngày 10/3!",
            "Cáp AAG thì bị gián đoạn từ 10:00 ngày 10/3",
        ] {
            assert_eq!(essence(said), essence(same), "{same}");
        }
        for other in [
            "Cáp AAG bị gián đoạn từ 10:10 ngày 10/3.",
            "Cáp AAG không bị gián đoạn từ 10:00 ngày 10/3.",
            "Cáp APG bị gián đoạn từ 10:00 ngày 10/3.",
            "Cáp AAG đã bị gián đoạn từ 10:00 ngày 10/3.",
            "Cáp AAG bị gián đoạn từ 10:00 ngày 1/03.",
        ] {
            assert_ne!(essence(said), essence(other), "{other}");
        }
    }
}
