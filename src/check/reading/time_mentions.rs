//! Times in a text, as people write them: clock times, days, dates, lengths, rhythms; and ranges of them. It finds
//! places and kinds, not which day or hour is meant (`time_parts`).

use crate::check::reading::language_files::Spelling;
use crate::check::reading::text::{ends_with_any, starts_with_any};
pub use crate::check::reading::time_patterns::Kind;
use crate::check::reading::time_patterns::{BareNumbers, TIMES, TimePatterns, TimeWords};

/// A time in a text: bytes of the folded text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeMention {
    /// First byte in the folded text.
    pub start: usize,
    /// First byte behind it.
    pub end: usize,
    /// The kinds of its pieces, in order.
    pub kinds: Vec<Kind>,
    /// For a range: where its last piece begins.
    pub last: Option<usize>,
    /// For a range: the kinds before that.
    pub first_kinds: usize,
}

impl TimeMention {
    /// It has a piece of this kind.
    pub fn has(&self, kind: Kind) -> bool {
        self.kinds.contains(&kind)
    }

    /// It is a range whose first end is whole by itself: a day with a time.
    pub fn has_whole_ends(&self) -> bool {
        let whole = |kinds: &[Kind]| {
            kinds.contains(&Kind::Clock)
                && kinds
                    .iter()
                    .any(|k| matches!(k, Kind::Day | Kind::Date | Kind::Part))
        };
        let at = self.first_kinds.min(self.kinds.len());
        self.last.is_some() && whole(&self.kinds[..at]) && whole(&self.kinds[at..])
    }
}

/// The longest piece that is searched at once, so that the time is linear whatever the text.
const PIECE: usize = 2_000;

/// A piece of a time: bytes of the text, and its kind.
type RawTime = (usize, usize, Kind);

/// The times in a folded text, in order.
pub fn time_mentions(text: &str, spelling: Spelling) -> Vec<TimeMention> {
    let Some(patterns) = TimePatterns::of(spelling) else {
        return Vec::new();
    };
    let words = TIMES.of(spelling.lang);
    let mut raw: Vec<RawTime> = Vec::new();
    let mut from = 0;
    while from < text.len() {
        let to = piece_end(text, from);
        find_in_piece(text, (from, to), patterns, words, &mut raw);
        from = to;
    }
    join_pieces(text, raw, words, patterns)
}

/// Puts the times between two bytes of a text into `raw`.
fn find_in_piece(
    text: &str,
    (from, to): (usize, usize),
    patterns: &TimePatterns,
    words: &TimeWords,
    raw: &mut Vec<RawTime>,
) {
    let piece = &text[from..to];
    let mut at = 0;
    while at < piece.len() {
        let Some(caps) = patterns.regex.captures_at(piece, at) else {
            break;
        };
        let group = (0..patterns.kinds.len()).find_map(|i| Some((i, caps.get(i + 1)?)));
        let Some((group, all)) = group else { break };
        at = all.end().max(at + 1);
        while at < piece.len() && !piece.is_char_boundary(at) {
            at += 1;
        }
        let trimmed = all.as_str().trim();
        let lead = all.as_str().len() - all.as_str().trim_start().len();
        let start = from + all.start() + lead;
        let place = (start, start + trimmed.len());
        raw.extend(checked_time(text, place, patterns.kinds[group], words));
    }
}

/// The time at a place that a pattern has found, when it is one.
fn checked_time(
    text: &str,
    (start, end): (usize, usize),
    kind: Kind,
    words: &TimeWords,
) -> Option<RawTime> {
    // In the middle of a word it is no time.
    let before = text[..start].chars().next_back();
    if before.is_some_and(|c| c.is_alphanumeric() || c == '#') || start == end {
        return None;
    }
    if kind == Kind::Bare {
        let bare = words.bare_numbers.as_ref()?;
        if !stands_for_a_time(text, start, end, bare) {
            return None;
        }
    }
    let own = &text[start..end];
    if is_no_time(own, &text[..start], &text[end..], words) {
        return None;
    }
    // "a.m." ends with its full stop.
    let has_stop = text[end..].starts_with('.') && (own.ends_with("a.m") || own.ends_with("p.m"));
    Some((start, if has_stop { end + 1 } else { end }, kind))
}

fn piece_end(text: &str, from: usize) -> usize {
    if text.len() - from <= PIECE {
        return text.len();
    }
    let mut end = from + PIECE;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let cut = text[from..end]
        .rfind(' ')
        .filter(|i| *i > 0)
        .unwrap_or(end - from);
    from + cut.max(1)
}

/// True of words that look like a time and are none: "tối đa", "sáng đèn", "a second chance", "lần thứ ba".
fn is_no_time(own: &str, before: &str, after: &str, words: &TimeWords) -> bool {
    let before = before.trim_end();
    let next = after.trim_start();
    // "1900 0000" is a telephone number.
    if own.bytes().all(|b| b.is_ascii_digit()) && before.ends_with(|c: char| c.is_ascii_digit()) {
        return true;
    }
    words.no_times.iter().any(|n| {
        (n.words.iter().any(|w| w == own) || starts_with_any(own, &n.beginnings))
            && (n.before.is_empty() && n.after.is_empty()
                || starts_with_any(next, &n.before)
                || ends_with_any(before, &n.after))
    })
}

/// A bare number is a time after `by`, `at`, `before`; not when something is counted by it.
fn stands_for_a_time(text: &str, start: usize, end: usize, bare: &BareNumbers) -> bool {
    let before: Vec<&str> = last_words(&text[..start], 2);
    // "First boat 0930": nobody counts with a nought in front.
    let own = &text[start..end];
    if own.len() == 4 && own.starts_with('0') && start > 0 {
        return matches!(own.parse::<u16>(), Ok(n) if n % 100 < 60);
    }
    let after = text[end..].trim_start();
    let word = after
        .split(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or("");
    let is_counting = !word.is_empty() && !bare.not_counted.iter().any(|w| w == word);
    let is_fraction = after.starts_with('%')
        || after.starts_with('.') && after[1..].starts_with(|c: char| c.is_ascii_digit());
    let preposition = before.last().copied().unwrap_or("");
    bare.after.iter().any(|w| w == preposition) && !is_counting && !is_fraction
}

fn last_words(text: &str, n: usize) -> Vec<&str> {
    let mut start = text.len();
    for _ in 0..160 {
        match text[..start].chars().next_back() {
            Some(c) => start -= c.len_utf8(),
            None => break,
        }
    }
    let words: Vec<&str> = text[start..].split_whitespace().collect();
    words[words.len().saturating_sub(n)..].to_vec()
}

/// True when the words between two pieces make them a range, false when they make them one time; none where the pieces
/// do not belong together.
fn joins_as_range(between: &str, words: &TimeWords) -> Option<bool> {
    let b = between.trim();
    let is_in = |list: &[String]| list.iter().any(|w| w == b);
    if between.chars().count() > 12 {
        None
    } else if is_in(&words.range_joiners) {
        Some(true)
    } else if is_in(&words.joiners) {
        Some(false)
    } else {
        None
    }
}

/// True when a piece of a kind may be joined to a time by the words between them.
fn may_join(last: &TimeMention, kind: Kind, between: &str, is_range: bool) -> bool {
    let alike = last.kinds.last() == Some(&kind)
        || matches!(
            (last.kinds.last(), kind),
            (Some(Kind::Clock | Kind::Bare), Kind::Clock | Kind::Bare)
        );
    // Two clock times side by side without "to" are two times; a length joins with nothing.
    let has_span = kind == Kind::Span || last.has(Kind::Span);
    let has_rhythm = kind == Kind::Rhythm || last.has(Kind::Rhythm);
    let is_both = TIMES
        .all()
        .any(|t| t.both_joiners.iter().any(|w| w == between.trim()));
    let fits = if is_range {
        !is_both || alike
    } else {
        !alike || kind != Kind::Clock
    };
    (!has_span || is_range && alike) && (!has_rhythm || !is_range) && fits
}

fn join_pieces(
    text: &str,
    raw: Vec<RawTime>,
    words: &TimeWords,
    patterns: &TimePatterns,
) -> Vec<TimeMention> {
    let mut found: Vec<TimeMention> = Vec::new();
    for (start, end, kind) in raw {
        if let Some(last) = found.last_mut()
            && let between = &text[last.end..start]
            && let Some(is_range) = joins_as_range(between, words)
            && may_join(last, kind, between, is_range)
        {
            if is_range && last.last.is_none() {
                last.last = Some(start);
                last.first_kinds = last.kinds.len();
            }
            last.end = end;
            last.kinds.push(kind);
        } else {
            found.push(TimeMention {
                start,
                end,
                kinds: vec![kind],
                last: None,
                first_kinds: 0,
            });
        }
    }
    for m in &mut found {
        widen(text, m, patterns);
    }
    found
}

/// "About" before it and "at the latest" after it belong to it.
fn widen(text: &str, m: &mut TimeMention, patterns: &TimePatterns) {
    let before = text[..m.start].trim_end();
    for a in &patterns.approximators {
        if before.ends_with(a.as_str())
            && !before[..before.len() - a.len()].ends_with(char::is_alphanumeric)
            && text[..m.start].len() - before.len() <= 1
        {
            m.start = before.len() - a.len();
            break;
        }
    }
    let after = &text[m.end..];
    let lead = after.len() - after.trim_start_matches([' ', ',']).len();
    for a in &patterns.after {
        if after[lead..].starts_with(a.as_str())
            && !after[lead + a.len()..].starts_with(char::is_alphanumeric)
            && lead <= 2
        {
            m.end += lead + a.len();
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::base::lang::Lang;

    fn found(text: &str, lang: Lang) -> Vec<String> {
        time_mentions(
            text,
            Spelling {
                lang,
                is_plain: false,
            },
        )
        .iter()
        .map(|m| text[m.start..m.end].to_owned())
        .collect()
    }

    #[test]
    fn times_are_found_whole() {
        assert_eq!(
            found("back by friday evening", Lang::En),
            ["friday evening"]
        );
        assert_eq!(found("within 48 hours", Lang::En), ["48 hours"]);
        assert_eq!(found("từ 5h20 ngày 19/9", Lang::Vi), ["5h20 ngày 19/9"]);
        assert_eq!(found("trước ngày 15/6", Lang::Vi), ["ngày 15/6"]);
        assert_eq!(found("xong cuối tuần này", Lang::Vi), ["cuối tuần này"]);
        assert_eq!(found("lúc 17h30", Lang::Vi), ["17h30"]);
    }
}
