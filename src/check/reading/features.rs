//! Parses a sentence into tokens, times and classes of words, and names its features for the promise classifier. Weighs
//! nothing itself: a changed feature needs new weights (`tools/train.py`).

use std::collections::BTreeMap;

use aho_corasick::AhoCorasick;

use crate::check::reading::language_files::{PerLanguage, PerSpelling, SPELLING, Spelling};
use crate::check::reading::text::{Folded, find_words, is_whole, unmarked};
use crate::check::reading::time_mentions::{TimeMention, time_mentions};
use crate::domain::base::lang::Lang;

/// A sentence with its times, tokens and classes of words.
#[derive(Debug, Clone)]
pub struct Parsed {
    /// Its language, and whether it is written without the marks of the language.
    pub spelling: Spelling,
    /// The folded text, with the places of its bytes in the sentence.
    pub folded: Folded,
    /// The times in it.
    pub moments: Vec<TimeMention>,
    /// Its tokens: kind or word, with bytes of the folded text.
    pub tokens: Vec<(String, usize, usize)>,
    /// The classes of words in it, in order, with bytes of the folded text.
    pub classes: Vec<(String, usize, usize)>,
}

type Classes = BTreeMap<String, Vec<String>>;

static CLASSES: PerLanguage<Classes> = PerLanguage::new(|f| f.classes);

/// Finds the words of all classes in one pass.
struct ClassFinder {
    finder: AhoCorasick,
    classes: Vec<String>,
}

fn finder_of(spelling: Spelling) -> Option<&'static ClassFinder> {
    static FINDERS: PerSpelling<Option<ClassFinder>> = PerSpelling::new();
    FINDERS.get_or_build(spelling, build_finder).as_ref()
}

fn build_finder(spelling: Spelling) -> Option<ClassFinder> {
    let mut words = Vec::new();
    let mut classes = Vec::new();
    for (class, list) in CLASSES.of(spelling.lang) {
        for word in list {
            words.push(spelling.spell(word).into_owned());
            classes.push(class.clone());
        }
    }
    // Only a list of words that is too large to hold fails; a test builds every one.
    let finder = find_words(&words)?;
    Some(ClassFinder { finder, classes })
}

/// The language that a text is taken for when it shows no other.
const FALLBACK: Lang = Lang::USUAL;

/// How much of a text is looked at to guess its language, in characters.
const GUESSED_FROM: usize = 4_000;

/// The language of a text by its letters, or by common words where it was written without marks; else English.
pub fn guess(text: &str) -> Lang {
    guess_or(text, FALLBACK)
}

/// The same, with the language to take for a text that shows none.
pub fn guess_or(text: &str, fallback: Lang) -> Lang {
    by_letters(text)
        .or_else(|| by_words(text))
        .unwrap_or(fallback)
}

fn by_letters(text: &str) -> Option<Lang> {
    use unicode_normalization::UnicodeNormalization;
    if text.is_ascii() {
        return None;
    }
    Lang::ALL.into_iter().find(|lang| {
        let own = &SPELLING.of(*lang).letters;
        text.chars()
            .take(GUESSED_FROM)
            .nfc()
            .any(|c| !c.is_ascii() && own.contains(c))
    })
}

fn by_words(text: &str) -> Option<Lang> {
    let lower = text
        .chars()
        .take(GUESSED_FROM)
        .collect::<String>()
        .to_lowercase();
    let lower = unmarked(&lower);
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .collect();
    Lang::ALL.into_iter().find(|lang| {
        let common = &SPELLING.of(*lang).unmarked_words;
        let hits = words
            .iter()
            .filter(|w| common.iter().any(|c| c == *w))
            .count();
        match lang.is_read() {
            true => hits >= 2 && hits * 5 >= words.len(),
            // Nothing is held in such a text: it takes more to be one.
            false => hits >= 3 && hits * 7 >= words.len(),
        }
    })
}

/// Parses a sentence. Only its first 4,000 bytes are read: no sentence is longer.
pub fn parse(sentence: &str, lang: Lang) -> Parsed {
    let mut end = sentence.len().min(4_000);
    while !sentence.is_char_boundary(end) {
        end -= 1;
    }
    let original = &sentence[..end];
    let folded = Folded::new(original);
    let spelling = Spelling::of_text(&folded.text, lang);
    let moments = time_mentions(&folded.text, spelling);
    let tokens = tokens(original, &folded, &moments);
    let classes = classes(&folded.text, spelling);
    Parsed {
        spelling,
        folded,
        moments,
        tokens,
        classes,
    }
}

fn classes(text: &str, spelling: Spelling) -> Vec<(String, usize, usize)> {
    let Some(f) = finder_of(spelling) else {
        return Vec::new();
    };
    let mut found: Vec<(String, usize, usize)> = f
        .finder
        .find_overlapping_iter(text)
        .filter(|m| is_whole(text, m.start(), m.end()))
        .map(|m| {
            (
                f.classes[m.pattern().as_usize()].clone(),
                m.start(),
                m.end(),
            )
        })
        .collect();
    found.sort_by_key(|(_, start, end)| (*start, std::cmp::Reverse(*end)));
    found.dedup();
    found
}

fn tokens(original: &str, folded: &Folded, moments: &[TimeMention]) -> Vec<(String, usize, usize)> {
    let text = &folded.text;
    let mut found: Vec<(String, usize, usize)> = Vec::new();
    let letters = original.chars().filter(|c| c.is_alphabetic()).count();
    let capitals = original.chars().filter(|c| c.is_uppercase()).count();
    let shouts = capitals * 2 > letters;
    let mut next = moments.iter().peekable();
    let mut i = 0;
    while i < text.len() {
        if let Some(m) = next.peek()
            && i >= m.start
        {
            let kind = if m.last.is_some() {
                "range"
            } else {
                m.kinds[0].token()
            };
            found.push((format!("<{kind}>"), m.start, m.end));
            i = m.end.max(i + 1);
            while !text.is_char_boundary(i) {
                i += 1;
            }
            next.next();
            continue;
        }
        let stop = next
            .peek()
            .map_or(text.len(), |m| m.start)
            .max(i + 1)
            .min(text.len());
        let Some(c) = text[i..].chars().next() else {
            break;
        };
        if c.is_alphanumeric() {
            let end = text[i..stop]
                .char_indices()
                .find(|(_, c)| !(c.is_alphanumeric() || matches!(c, '\'' | '.' | ',' | '-')))
                .map_or(stop, |(j, _)| i + j);
            let word = text[i..end].trim_end_matches(['.', ',', '-', '\'']);
            let end = i + word.len();
            word_token(original, folded, word, i, end, shouts, &mut found);
            i = end.max(i + c.len_utf8());
        } else {
            if matches!(
                c,
                '?' | '!' | ':' | '%' | '"' | '(' | '/' | '|' | ';' | '@' | '$' | '€' | '£'
            ) {
                found.push((c.to_string(), i, i + c.len_utf8()));
            }
            i += c.len_utf8();
        }
    }
    found
}

fn word_token(
    original: &str,
    folded: &Folded,
    word: &str,
    start: usize,
    end: usize,
    shouts: bool,
    found: &mut Vec<(String, usize, usize)>,
) {
    let mut add = |t: String| found.push((t, start, end));
    if word.starts_with(|c: char| c.is_ascii_digit()) {
        let unit = word.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ','));
        add(if unit.is_empty() {
            "<num>".into()
        } else {
            format!("<num>{unit}")
        });
        return;
    }
    let (from, _) = folded.original(start, end);
    let is_capital = original[from..]
        .chars()
        .next()
        .is_some_and(char::is_uppercase);
    if is_capital && start > 0 && !shouts && !matches!(word, "i" | "i'm" | "i'll") {
        add("<name>".into());
    }
    match word.split_once('\'') {
        Some((stem, "ll")) => {
            add(stem.to_owned());
            add("will".into());
        }
        Some((stem, "re")) => {
            add(stem.to_owned());
            add("are".into());
        }
        Some((stem, "ve")) => {
            add(stem.to_owned());
            add("have".into());
        }
        Some((stem, "t")) if stem.ends_with('n') => {
            add(match stem {
                "won" => "will".to_owned(),
                "can" => "can".to_owned(),
                _ => stem.trim_end_matches('n').to_owned(),
            });
            add("not".into());
        }
        _ => add(word.to_owned()),
    }
}

/// The names of what a sentence is made of; each once, sorted.
pub fn features(p: &Parsed, original: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    each_feature(p, original, &mut |parts| all.push(parts.concat()));
    all.sort();
    all.dedup();
    all
}

/// The same as numbers, without writing the names out: what is weighed for every sentence of a long text.
pub fn hashes(p: &Parsed, original: &str) -> Vec<u64> {
    let mut all: Vec<u64> = Vec::with_capacity(p.tokens.len() * 8 + 64);
    each_feature(p, original, &mut |parts| all.push(hash(parts)));
    all.sort_unstable();
    all.dedup();
    all
}

/// The number of a name given in parts: FNV-1a, so that parts and whole give the same.
pub fn hash(parts: &[&str]) -> u64 {
    let mut h: u64 = 0xcbf2_9ce4_8422_2325;
    for b in parts.iter().flat_map(|p| p.bytes()) {
        h = (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    h
}

/// Classes that say more together.
const PAIRS: [(&str, &str); 18] = [
    ("will", "back"),
    ("will", "news"),
    ("will", "pay"),
    ("past", "will"),
    ("hedge", "will"),
    ("do", "customer"),
    ("third", "back"),
    ("said", "will"),
    ("past", "back"),
    ("ongoing", "back"),
    ("vague", "back"),
    ("cond", "pay"),
    ("harm", "will"),
    ("terms", "will"),
    ("safe", "will"),
    ("hedge", "back"),
    ("sorry", "will"),
    ("past", "pay"),
];

/// Classes whose absence says something.
const ABSENT: [&str; 9] = [
    "will", "past", "hedge", "do", "ongoing", "sorry", "said", "terms", "harm",
];

/// Classes that say more beside a time.
const BESIDE_TIMES: [&str; 9] = [
    "back", "news", "pay", "will", "past", "do", "safe", "harm", "hedge",
];

/// Takes a name in parts.
type Emit<'a> = &'a mut dyn FnMut(&[&str]);

fn each_feature(p: &Parsed, original: &str, emit: Emit<'_>) {
    let toks: Vec<&str> = p.tokens.iter().map(|(t, ..)| t.as_str()).collect();
    let mut row: Vec<&str> = Vec::with_capacity(toks.len() + 2);
    row.push("^");
    row.extend(&toks);
    row.push("$");
    for t in &toks {
        emit(&["u:", t]);
        // An English word by its first letters too: restored, restoring, restores.
        if p.spelling.lang == Lang::En && t.len() > 5 && t.is_ascii() {
            emit(&["p:", &t[..5]]);
        }
    }
    for w in row.windows(2) {
        emit(&["b:", w[0], "_", w[1]]);
    }
    for w in row.windows(3) {
        emit(&["t:", w[0], "_", w[1], "_", w[2]]);
        emit(&["s:", w[0], "_", w[2]]);
    }
    if toks.len() >= 2 {
        emit(&["f2:", toks[0], "_", toks[1]]);
    }
    let names: Vec<&str> = p.classes.iter().map(|(c, ..)| c.as_str()).collect();
    for (i, c) in names.iter().enumerate() {
        emit(&["c:", c]);
        for d in names.iter().skip(i + 1).take(3) {
            if c != d {
                emit(&["cc:", c, ">", d]);
            }
        }
    }
    let has = |class: &str| names.contains(&class);
    for (a, b) in PAIRS {
        if has(a) && has(b) {
            emit(&["cx:", a, "&", b]);
        }
    }
    for absent in ABSENT {
        if !has(absent) {
            emit(&["no:", absent]);
        }
    }
    times(p, &has, emit);
    shape(p, original, emit);
}

fn times(p: &Parsed, has: &dyn Fn(&str) -> bool, emit: Emit<'_>) {
    emit(&["times:", ["0", "1", "2", "3"][p.moments.len().min(3)]]);
    for m in &p.moments {
        let first = m.kinds[0].token();
        for k in &m.kinds {
            emit(&["time:", k.token()]);
        }
        let before = p.folded.text[..m.start]
            .split_whitespace()
            .next_back()
            .unwrap_or("^");
        emit(&[
            "pt:",
            before.trim_matches(|c: char| !c.is_alphanumeric()),
            "+",
            first,
        ]);
        for class in BESIDE_TIMES {
            if has(class) {
                emit(&["ct:", class, "+", first]);
            }
        }
    }
}

/// Beginning, end, marks and length.
fn shape(p: &Parsed, original: &str, emit: Emit<'_>) {
    let text = original.trim();
    emit(&["first:", p.tokens.first().map_or("", |(t, ..)| t.as_str())]);
    if let Some((class, start, _)) = p.classes.first() {
        emit(&["firstc:", class]);
        if *start == 0 {
            emit(&["headc:", class]);
        }
    }
    if text.ends_with('?') {
        emit(&["end:?"]);
    }
    if text.ends_with('!') {
        emit(&["end:!"]);
    }
    if !text.ends_with(['.', '?', '!', '"', '”', '…']) {
        emit(&["end:none"]);
    }
    if let Some((speaker, _)) = p.folded.text.split_once(':')
        && speaker.len() < 40
    {
        let words = speaker.split_whitespace().count();
        emit(&["colon:", ["0", "1", "2", "3", "4", "5"][words.min(5)]]);
        if let Some(w) = speaker.split_whitespace().next() {
            emit(&["speaker:", w]);
        }
        // The word behind the speaker is the first word of the sentence.
        let after = p.tokens.iter().position(|(t, ..)| t == ":").map(|i| i + 1);
        if let Some((t, ..)) = after.and_then(|i| p.tokens.get(i)) {
            emit(&["afterc:", t]);
        }
    }
    let letters = original.chars().filter(|c| c.is_alphabetic()).count();
    let capitals = original.chars().filter(|c| c.is_uppercase()).count();
    if letters > 3 && capitals * 2 > letters {
        emit(&["shouts"]);
    }
    if original.contains(['"', '“', '”']) {
        emit(&["quoted"]);
    }
    let length = match p.tokens.len() {
        0..=3 => "3",
        4..=6 => "6",
        7..=10 => "10",
        11..=16 => "16",
        17..=25 => "25",
        _ => "more",
    };
    emit(&["len:", length]);
    if p.spelling.is_plain {
        emit(&["plain"]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_classes_are_read() {
        CLASSES.assert_read();
        for spelling in Spelling::all() {
            assert!(finder_of(spelling).is_some(), "{spelling:?}");
        }
    }

    #[test]
    fn names_and_numbers_are_the_same_features() {
        let text = "21:50 - Clean traffic within the half hour.";
        let p = parse(text, Lang::En);
        let mut by_name: Vec<u64> = features(&p, text).iter().map(|n| hash(&[n])).collect();
        by_name.sort_unstable();
        assert_eq!(by_name, hashes(&p, text));
    }

    #[test]
    fn languages_are_told_apart() {
        assert_eq!(guess("Mang se co lai truoc 17h"), Lang::Vi);
        assert_eq!(guess("Mạng có lại rồi"), Lang::Vi);
        assert_eq!(guess("Service returns at 18:00"), Lang::En);
    }
}
