//! Cuts a text into sentences; the end of a line ends a sentence too. It reads no words but the short forms that end
//! with a full stop.

use crate::check::reading::language_files::SPELLING;

/// A sentence, by its bytes in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sentence {
    /// First byte in the text.
    pub start: usize,
    /// First byte behind it.
    pub end: usize,
}

/// The sentences of a text, in order; white space around them belongs to none.
pub fn sentences(text: &str) -> Vec<Sentence> {
    let mut found = Vec::new();
    let mut offset = 0;
    for line in text.split('\n') {
        cut(line, offset, &mut found);
        offset += line.len() + 1;
    }
    found
}

/// Every line that is not empty, as one sentence.
pub fn lines(text: &str) -> Vec<Sentence> {
    let mut found = Vec::new();
    let mut offset = 0;
    for line in text.split('\n') {
        push(line, 0, line.len(), offset, &mut found);
        offset += line.len() + 1;
    }
    found
}

fn push(line: &str, start: usize, end: usize, offset: usize, found: &mut Vec<Sentence>) {
    let piece = &line[start..end];
    let lead = piece.len() - piece.trim_start().len();
    let tail = piece.len() - piece.trim_end().len();
    if lead < piece.len() {
        found.push(Sentence {
            start: offset + start + lead,
            end: offset + end - tail,
        });
    }
}

fn cut(line: &str, offset: usize, found: &mut Vec<Sentence>) {
    let mut start = 0;
    let mut chars = line.char_indices().peekable();
    while let Some((i, c)) = chars.next() {
        if !matches!(c, '.' | '!' | '?' | '…') {
            continue;
        }
        let mut end = i + c.len_utf8();
        // Closing quotes and further marks belong to the sentence.
        while let Some((j, n)) = chars.peek().copied() {
            if matches!(
                n,
                '.' | '!' | '?' | '…' | '"' | '\'' | ')' | ']' | '”' | '’' | '»'
            ) {
                end = j + n.len_utf8();
                chars.next();
            } else {
                break;
            }
        }
        let ends = match chars.peek() {
            None => true,
            Some((_, n)) if n.is_whitespace() => c != '.' || is_end(&line[start..i], &line[end..]),
            Some(_) => false,
        };
        if ends {
            push(line, start, end, offset, found);
            start = end;
        }
    }
    push(line, start, line.len(), offset, found);
}

/// A full stop ends a sentence, but not behind a short form or in front of a small letter.
fn is_end(before: &str, after: &str) -> bool {
    let word: String = before
        .chars()
        .rev()
        .take_while(|c| !c.is_whitespace())
        .take(12)
        .collect::<Vec<char>>()
        .into_iter()
        .rev()
        .collect::<String>()
        .to_lowercase();
    let word = word.trim_start_matches(['(', '"', '\'']);
    let next = after.trim_start().chars().next();
    let is_short = SPELLING
        .all()
        .any(|s| s.short_forms.iter().any(|short| short == word))
        || next.is_some_and(|c| c.is_ascii_digit())
            && SPELLING
                .all()
                .any(|s| s.short_before_digits.iter().any(|short| short == word))
        || (word.chars().count() == 1 && !word.chars().all(|c| c.is_ascii_digit()));
    let goes_on = next.is_some_and(|c| c.is_lowercase());
    !(goes_on || (is_short && next.is_some_and(|c| c.is_alphanumeric())))
}

#[cfg(test)]
mod tests {
    use super::sentences;

    #[test]
    fn cuts_at_ends_and_not_at_short_forms() {
        let text = "Back at 5 p.m. today. We are sorry!\nNext: 14:00";
        let all: Vec<&str> = sentences(text)
            .iter()
            .map(|s| &text[s.start..s.end])
            .collect();
        assert_eq!(
            all,
            ["Back at 5 p.m. today.", "We are sorry!", "Next: 14:00"]
        );
    }
}
