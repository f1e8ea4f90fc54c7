//! What a sentence is made of, by name: words with times, numbers and names put as kinds, classes of words, and
//! how they follow one another. The reader of promises weighs these.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::check::moments::{Moment, moments};
use crate::check::text::{Folded, is_vietnamese, unmarked};
use crate::domain::lang::Lang;

/// A sentence, taken apart.
#[derive(Debug, Clone)]
pub struct Parsed {
    /// Its language.
    pub lang: Lang,
    /// Vietnamese without marks.
    pub is_plain: bool,
    /// Folded, with the way back.
    pub folded: Folded,
    /// The times in it.
    pub moments: Vec<Moment>,
    /// Its tokens: kind or word, with bytes of the folded text.
    pub tokens: Vec<(String, usize, usize)>,
    /// The classes of words in it, in order, with bytes of the folded text.
    pub classes: Vec<(String, usize, usize)>,
}

type Classes = BTreeMap<String, Vec<String>>;

struct Finder {
    finder: AhoCorasick,
    classes: Vec<String>,
}

fn finder(lang: Lang, is_plain: bool) -> Option<&'static Finder> {
    static FINDERS: [OnceLock<Option<Finder>>; 3] =
        [OnceLock::new(), OnceLock::new(), OnceLock::new()];
    let (slot, text) = match (lang, is_plain) {
        (Lang::En, _) => (0, include_str!("words/en.classes.yaml")),
        (Lang::Vi, false) => (1, include_str!("words/vi.classes.yaml")),
        (Lang::Vi, true) => (2, include_str!("words/vi.classes.yaml")),
    };
    FINDERS[slot]
        .get_or_init(|| {
            // The file is part of the program; a test reads it.
            let all: Classes = serde_yaml::from_str(text).ok()?;
            let mut words = Vec::new();
            let mut classes = Vec::new();
            for (class, list) in &all {
                for word in list {
                    words.push(if slot == 2 {
                        unmarked(word)
                    } else {
                        word.clone()
                    });
                    classes.push(class.clone());
                }
            }
            let finder = AhoCorasick::builder()
                .match_kind(MatchKind::Standard)
                .build(&words)
                .ok()?;
            Some(Finder { finder, classes })
        })
        .as_ref()
}

/// The language of a sentence: Vietnamese when it has a letter that only Vietnamese has, or common words of it
/// without marks; else English.
pub fn guess(text: &str) -> Lang {
    use unicode_normalization::UnicodeNormalization;
    if text.chars().take(4_000).nfc().any(is_vietnamese) {
        return Lang::Vi;
    }
    const PLAIN: [&str; 42] = [
        "khong", "duoc", "khach", "mang", "dien", "nuoc", "truoc", "ngay", "gio", "xin", "loi",
        "cua", "va", "cho", "bao", "den", "voi", "chung", "toi", "cac", "nhung", "dang", "hien",
        "nay", "mai", "lai", "tai", "theo", "quy", "cuoc", "thong", "du", "kien", "xong", "lich",
        "sua", "se", "bi", "trong", "mat", "tram", "su",
    ];
    let lower = text.chars().take(4_000).collect::<String>().to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .collect();
    let hits = words.iter().filter(|w| PLAIN.contains(w)).count();
    if hits >= 2 && hits * 5 >= words.len() {
        Lang::Vi
    } else {
        Lang::En
    }
}

/// Takes a sentence apart. Only its first 4,000 bytes are read: no sentence is longer.
pub fn parse(sentence: &str, lang: Lang) -> Parsed {
    let mut end = sentence.len().min(4_000);
    while !sentence.is_char_boundary(end) {
        end -= 1;
    }
    let original = &sentence[..end];
    let folded = Folded::new(original);
    let is_plain = lang == Lang::Vi && folded.text.is_ascii();
    let moments = moments(&folded.text, lang, is_plain);
    let tokens = tokens(original, &folded, &moments);
    let classes = classes(&folded.text, lang, is_plain);
    Parsed {
        lang,
        is_plain,
        folded,
        moments,
        tokens,
        classes,
    }
}

fn classes(text: &str, lang: Lang, is_plain: bool) -> Vec<(String, usize, usize)> {
    let Some(f) = finder(lang, is_plain) else {
        return Vec::new();
    };
    let mut found: Vec<(String, usize, usize)> = f
        .finder
        .find_overlapping_iter(text)
        .filter(|m| crate::check::words::is_whole(text, m.start(), m.end()))
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

fn tokens(original: &str, folded: &Folded, moments: &[Moment]) -> Vec<(String, usize, usize)> {
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
    let toks: Vec<&str> = p.tokens.iter().map(|(t, ..)| t.as_str()).collect();
    let mut row: Vec<&str> = vec!["^"];
    row.extend(&toks);
    row.push("$");
    for t in &toks {
        all.push(format!("u:{t}"));
        // A word of English by its beginning too: restored, restoring, restores.
        if p.lang == Lang::En && t.len() > 5 && t.is_ascii() {
            all.push(format!("p:{}", &t[..5]));
        }
    }
    for w in row.windows(2) {
        all.push(format!("b:{}_{}", w[0], w[1]));
    }
    for w in row.windows(3) {
        all.push(format!("t:{}_{}_{}", w[0], w[1], w[2]));
        all.push(format!("s:{}_{}", w[0], w[2]));
    }
    if toks.len() >= 2 {
        all.push(format!("f2:{}_{}", toks[0], toks[1]));
    }
    let names: Vec<&str> = p.classes.iter().map(|(c, ..)| c.as_str()).collect();
    for (i, c) in names.iter().enumerate() {
        all.push(format!("c:{c}"));
        for d in names.iter().skip(i + 1).take(3) {
            if c != d {
                all.push(format!("cc:{c}>{d}"));
            }
        }
    }
    let has = |class: &str| names.contains(&class);
    for (a, b) in [
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
    ] {
        if has(a) && has(b) {
            all.push(format!("cx:{a}&{b}"));
        }
    }
    for absent in [
        "will", "past", "hedge", "do", "ongoing", "sorry", "said", "terms", "harm",
    ] {
        if !has(absent) {
            all.push(format!("no:{absent}"));
        }
    }
    shape(p, original, &has, &mut all);
    all.sort();
    all.dedup();
    all
}

/// Times, marks and length.
fn shape(p: &Parsed, original: &str, has: &dyn Fn(&str) -> bool, all: &mut Vec<String>) {
    all.push(format!("times:{}", p.moments.len().min(3)));
    for m in &p.moments {
        for k in &m.kinds {
            all.push(format!("time:{}", k.token()));
        }
        let before = p.folded.text[..m.start]
            .split_whitespace()
            .next_back()
            .unwrap_or("^");
        all.push(format!(
            "pt:{}+{}",
            before.trim_matches(|c: char| !c.is_alphanumeric()),
            m.kinds[0].token()
        ));
        for class in [
            "back", "news", "pay", "will", "past", "do", "safe", "harm", "hedge",
        ] {
            if has(class) {
                all.push(format!("ct:{class}+{}", m.kinds[0].token()));
            }
        }
    }
    let text = original.trim();
    let first = p.tokens.first().map_or("", |(t, ..)| t.as_str());
    all.push(format!("first:{first}"));
    if let Some((class, ..)) = p.classes.first() {
        all.push(format!("firstc:{class}"));
    }
    if p.classes.first().is_some_and(|(_, start, _)| *start == 0) {
        all.push(format!("headc:{}", p.classes[0].0));
    }
    if text.ends_with('?') {
        all.push("end:?".into());
    }
    if text.ends_with('!') {
        all.push("end:!".into());
    }
    if !text.ends_with(['.', '?', '!', '"', '”', '…']) {
        all.push("end:none".into());
    }
    if let Some((speaker, _)) = p.folded.text.split_once(':')
        && speaker.len() < 40
    {
        let words = speaker.split_whitespace().count();
        all.push(format!("colon:{}", words.min(5)));
        if let Some(w) = speaker.split_whitespace().next() {
            all.push(format!("speaker:{w}"));
        }
        // After the speaker the sentence begins anew.
        let after = p.tokens.iter().position(|(t, ..)| t == ":").map(|i| i + 1);
        if let Some((t, ..)) = after.and_then(|i| p.tokens.get(i)) {
            all.push(format!("afterc:{t}"));
        }
    }
    let letters = original.chars().filter(|c| c.is_alphabetic()).count();
    let capitals = original.chars().filter(|c| c.is_uppercase()).count();
    if letters > 3 && capitals * 2 > letters {
        all.push("shouts".into());
    }
    if original.contains(['"', '“', '”']) {
        all.push("quoted".into());
    }
    all.push(format!(
        "len:{}",
        match p.tokens.len() {
            0..=3 => "3",
            4..=6 => "6",
            7..=10 => "10",
            11..=16 => "16",
            17..=25 => "25",
            _ => "more",
        }
    ));
    if p.is_plain {
        all.push("plain".into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_classes_are_read() {
        for (lang, plain) in [(Lang::En, false), (Lang::Vi, false), (Lang::Vi, true)] {
            assert!(finder(lang, plain).is_some());
        }
    }

    #[test]
    fn languages_are_told_apart() {
        assert_eq!(guess("Mang se co lai truoc 17h"), Lang::Vi);
        assert_eq!(guess("Mạng có lại rồi"), Lang::Vi);
        assert_eq!(guess("Service returns at 18:00"), Lang::En);
    }
}
