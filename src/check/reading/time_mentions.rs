//! Times in a text, as people write them: clock times, days, dates, lengths, rhythms; and ranges of them.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};
use serde::Deserialize;

use crate::check::reading::text::unmarked;
use crate::domain::base::lang::Lang;

/// What kind of time it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A time of day on the clock.
    Clock,
    /// A part of a day, week, month or year.
    Part,
    /// A day by its name.
    Day,
    /// A calendar date.
    Date,
    /// A month or year alone.
    Month,
    /// A billing cycle.
    Bill,
    /// A length of time.
    Span,
    /// Again and again.
    Rhythm,
    /// A bare number that stands where a time stands.
    Bare,
}

impl Kind {
    /// In small letters.
    pub fn token(self) -> &'static str {
        match self {
            Kind::Clock => "clock",
            Kind::Part => "part",
            Kind::Day => "day",
            Kind::Date => "date",
            Kind::Month => "month",
            Kind::Bill => "bill",
            Kind::Span => "span",
            Kind::Rhythm => "rhythm",
            Kind::Bare => "bare",
        }
    }
}

/// A time in a text: bytes of the folded text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// From.
    pub start: usize,
    /// To, exclusive.
    pub end: usize,
    /// The kinds of its pieces, in order.
    pub kinds: Vec<Kind>,
    /// For a range: where its last piece begins.
    pub last: Option<usize>,
    /// For a range: the kinds before that.
    pub first_kinds: usize,
}

impl Moment {
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

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    parts: BTreeMap<String, String>,
    patterns: Vec<Pattern>,
    approximators: Vec<String>,
    after: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pattern {
    kind: Kind,
    is: String,
}

/// What the automaton of one language may grow to, in bytes; the usual limit is built anew again and again.
const DFA: usize = 32 << 20;

/// The patterns of one language, with marks and without.
#[derive(Debug)]
struct Finder {
    regex: Regex,
    kinds: Vec<Kind>,
    approximators: Vec<String>,
    after: Vec<String>,
}

fn finder(lang: Lang, is_plain: bool) -> Option<&'static Finder> {
    static FINDERS: [OnceLock<Option<Finder>>; 3] =
        [OnceLock::new(), OnceLock::new(), OnceLock::new()];
    let (slot, text) = match (lang, is_plain) {
        (Lang::En, _) => (0, include_str!("../languages/en/times.yaml")),
        (Lang::Vi, false) => (1, include_str!("../languages/vi/times.yaml")),
        (Lang::Vi, true) => (2, include_str!("../languages/vi/times.yaml")),
    };
    // The files are part of the program; a test reads them.
    FINDERS[slot]
        .get_or_init(|| build(text, slot == 2).ok())
        .as_ref()
}

fn build(text: &str, is_plain: bool) -> Result<Finder, String> {
    let file: File = serde_yaml::from_str(text).map_err(|e| e.to_string())?;
    let form = |t: &str| if is_plain { unmarked(t) } else { t.to_owned() };
    let mut all = Vec::new();
    for p in &file.patterns {
        let mut is = p.is.clone();
        for _ in 0..3 {
            for (name, part) in &file.parts {
                is = is.replace(&format!("{{{name}}}"), part);
            }
        }
        all.push(format!("({})", form(&is)));
    }
    // Whole words, by taking one character before and after: a Unicode `\b` would be slow on Vietnamese letters.
    let regex = RegexBuilder::new(&format!("(?:^|\\W)(?:{})(?:\\W|$)", all.join("|")))
        .dfa_size_limit(DFA)
        .build()
        .map_err(|e| e.to_string())?;
    Ok(Finder {
        regex,
        kinds: file.patterns.iter().map(|p| p.kind).collect(),
        approximators: file.approximators.iter().map(|a| form(a)).collect(),
        after: file.after.iter().map(|a| form(a)).collect(),
    })
}

/// Words between two pieces of one time.
fn joins(between: &str, lang: Lang) -> Option<bool> {
    let b = between.trim();
    let plain: &[&str] = match lang {
        Lang::En => &[
            "", ",", "on", "at", "in the", "of", "the", ", at", ", on", "before", ", latest", "in",
            "(", ", the", "of the", "on the", "by",
        ],
        Lang::Vi => &[
            "",
            ",",
            "ngày",
            "của",
            "ngay",
            "vào",
            "lúc",
            "ngay trong",
            "trong",
            "hôm",
            "ngay vao",
            "ngay",
            "cua",
            "vao",
            "luc",
            ", ngày",
            "đến trước",
            "(",
            "sáng",
        ],
    };
    let range: &[&str] = match lang {
        Lang::En => &["-", "to", "and", "until", "till", "through", "or"],
        Lang::Vi => &[
            "-",
            "đến",
            "tới",
            "den",
            "toi",
            "và",
            "va",
            "đến hết",
            "cho đến",
            "hoặc",
        ],
    };
    if between.chars().count() > 12 {
        None
    } else if range.contains(&b) {
        Some(true)
    } else if plain.contains(&b) {
        Some(false)
    } else {
        None
    }
}

/// The longest piece that is searched at once, so that the time is linear whatever the text.
const PIECE: usize = 2_000;

/// The times in a folded text.
pub fn moments(text: &str, lang: Lang, is_plain: bool) -> Vec<Moment> {
    let Some(finder) = finder(lang, is_plain) else {
        return Vec::new();
    };
    let mut raw: Vec<(usize, usize, Kind)> = Vec::new();
    let mut from = 0;
    while from < text.len() {
        let to = piece_end(text, from);
        let piece = &text[from..to];
        let mut at = 0;
        while at < piece.len() {
            let Some(caps) = finder.regex.captures_at(piece, at) else {
                break;
            };
            let group = (0..finder.kinds.len()).find_map(|i| Some((i, caps.get(i + 1)?)));
            let Some((group, all)) = group else { break };
            let kind = finder.kinds[group];
            at = all.end().max(at + 1);
            while at < piece.len() && !piece.is_char_boundary(at) {
                at += 1;
            }
            let trimmed = all.as_str().trim();
            let lead = all.as_str().len() - all.as_str().trim_start().len();
            let (start, end) = (
                from + all.start() + lead,
                from + all.start() + lead + trimmed.len(),
            );
            // In the middle of a word it is no time.
            let before = text[..start].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric()) || start == end {
                continue;
            }
            if kind == Kind::Bare && !stands_for_a_time(text, start, end, lang) {
                continue;
            }
            let words = &text[start..end];
            if is_no_time(words, &text[..start], &text[end..], lang) {
                continue;
            }
            // "a.m." ends with its full stop.
            let end = if text[end..].starts_with('.')
                && (words.ends_with("a.m") || words.ends_with("p.m"))
            {
                end + 1
            } else {
                end
            };
            raw.push((start, end, kind));
        }
        from = to;
    }
    join(text, raw, lang, finder)
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

/// Words that look like a time and are none: "tối đa", "sáng đèn", "a second chance", "lần thứ ba".
fn is_no_time(words: &str, before: &str, after: &str, lang: Lang) -> bool {
    let before = before.trim_end();
    let next = after.trim_start();
    // "1900 0000" is a telephone number.
    if words.bytes().all(|b| b.is_ascii_digit()) && before.ends_with(|c: char| c.is_ascii_digit()) {
        return true;
    }
    match lang {
        Lang::En => {
            words == "a second"
                || (words == "minutes" || words == "moments") && before.ends_with("those")
        }
        Lang::Vi => {
            let follows = |list: &[&str]| list.iter().any(|w| next.starts_with(w));
            match words {
                "tối" | "toi" => follows(&["đa", "da", "thiểu", "ưu", "ư"]),
                "sáng" | "sang" => follows(&["đèn", "den", "tạo", "kiến", "trở lại", "trưng"]),
                "trưa" | "chiều" => follows(&["dài"]),
                // Mobile networks, not hours.
                "2g" | "3g" | "4g" | "5g" => true,
                w if w.starts_with("thứ") || w.starts_with("thu ") => [
                    "lần",
                    "lan",
                    "giờ",
                    "tuyến",
                    "mạch",
                    "đợt",
                    "tổ máy",
                    "sự cố",
                ]
                .iter()
                .any(|b| before.ends_with(b)),
                _ => false,
            }
        }
    }
}

/// A bare number is a time after `by`, `at`, `before`; not when something is counted by it.
fn stands_for_a_time(text: &str, start: usize, end: usize, lang: Lang) -> bool {
    if lang != Lang::En {
        return false;
    }
    let before: Vec<&str> = last_words(&text[..start], 2);
    // "First boat 0930": nobody counts with a nought in front.
    let words = &text[start..end];
    if words.len() == 4 && words.starts_with('0') && start > 0 {
        return matches!(words.parse::<u16>(), Ok(n) if n % 100 < 60);
    }
    let after = text[end..].trim_start();
    let word = after
        .split(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or("");
    let counted = !word.is_empty()
        && !matches!(
            word,
            "and"
                | "to"
                | "on"
                | "today"
                | "tonight"
                | "tomorrow"
                | "this"
                | "in"
                | "or"
                | "at"
                | "so"
                | "but"
                | "we"
                | "says"
                | "as"
                | "the"
                | "local"
                | "sharp"
        );
    let percent = after.starts_with('%')
        || after.starts_with('.') && after[1..].starts_with(|c: char| c.is_ascii_digit());
    let prep = before.last().copied().unwrap_or("");
    matches!(
        prep,
        "by" | "at" | "before" | "until" | "till" | "about" | "around" | "between" | "after"
    ) && !counted
        && !percent
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

fn join(text: &str, raw: Vec<(usize, usize, Kind)>, lang: Lang, finder: &Finder) -> Vec<Moment> {
    let mut found: Vec<Moment> = Vec::new();
    for (start, end, kind) in raw {
        let joined = found
            .last()
            .and_then(|last| joins(&text[last.end..start], lang));
        let fits = |last: &Moment, is_range: bool| {
            let alike = last.kinds.last() == Some(&kind)
                || matches!(
                    (last.kinds.last(), kind),
                    (Some(Kind::Clock | Kind::Bare), Kind::Clock | Kind::Bare)
                );
            // Two clock times side by side without "to" are two times; a length joins with nothing.
            let spans = kind == Kind::Span || last.has(Kind::Span);
            let rhythm = kind == Kind::Rhythm || last.has(Kind::Rhythm);
            let is_and = matches!(
                text[last.end..start].trim(),
                "and" | "và" | "va" | "or" | "hoặc"
            );
            !(spans && !(is_range && alike))
                && (!rhythm || !is_range)
                && if is_range {
                    !is_and || alike
                } else {
                    !alike || kind != Kind::Clock
                }
        };
        match (joined, found.last_mut()) {
            (Some(is_range), Some(last)) if fits(last, is_range) => {
                if is_range && last.last.is_none() {
                    last.last = Some(start);
                    last.first_kinds = last.kinds.len();
                }
                last.end = end;
                last.kinds.push(kind);
            }
            _ => found.push(Moment {
                start,
                end,
                kinds: vec![kind],
                last: None,
                first_kinds: 0,
            }),
        }
    }
    for m in &mut found {
        widen(text, m, finder);
    }
    found
}

/// "About" before it and "at the latest" after it belong to it.
fn widen(text: &str, m: &mut Moment, finder: &Finder) {
    let before = text[..m.start].trim_end();
    for a in &finder.approximators {
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
    for a in &finder.after {
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

    fn found(text: &str, lang: Lang) -> Vec<String> {
        moments(text, lang, false)
            .iter()
            .map(|m| text[m.start..m.end].to_owned())
            .collect()
    }

    #[test]
    fn the_patterns_are_read() {
        assert!(build(include_str!("../languages/en/times.yaml"), false).is_ok());
        assert!(build(include_str!("../languages/vi/times.yaml"), false).is_ok());
        assert!(build(include_str!("../languages/vi/times.yaml"), true).is_ok());
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
