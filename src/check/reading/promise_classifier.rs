//! Classifies a sentence: promise (and of what kind), fact, hedge and the like, by weights learned from labelled
//! sentences, and says which words spoke for it. It does not find the time of a promise (`deadline`).

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use serde::Serialize;

use crate::check::reading::deadline;
use crate::check::reading::features::{Parsed, features, hash, hashes, parse};
use crate::check::reading::language_files::{PerSpelling, SPELLING, Spelling, files_of};
use crate::domain::base::lang::Lang;

/// What a sentence is, by the classifier.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reading {
    /// It commits a party to do something.
    pub promise: bool,
    /// The kind of promise, or what else the sentence is: fact, ongoing, instruction, hedge, empathy, other.
    pub label: String,
    /// The kind of promise.
    pub kind: Option<String>,
    /// The words that commit, in bytes of the sentence.
    pub span: Option<(usize, usize)>,
    /// The words that say when it falls due, in bytes of the sentence.
    pub due: Option<(usize, usize)>,
    /// The promise binds another party, not the speaker.
    pub attributed: bool,
    /// How sure, from 0 to 1.
    pub weight: f64,
}

/// The weights of one language: a row for each feature, a column for each class, hundredths.
#[derive(Debug)]
pub struct Weights {
    classes: Vec<&'static str>,
    bias: Vec<i32>,
    /// By the number of the feature: where its row begins in `cells`.
    rows: HashMap<u64, u32, BuildHasherDefault<AsIs>>,
    cells: Vec<i16>,
}

/// Features are numbered by a hash already.
#[derive(Debug, Default)]
struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for b in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*b);
        }
    }
    fn write_u64(&mut self, n: u64) {
        self.0 = n;
    }
}

/// From here on a sentence is a promise: chosen on the sentences that the weights were learned from.
const THRESHOLD: f64 = 0.40;

fn weights(lang: Lang) -> &'static Weights {
    static ALL: PerSpelling<Weights> = PerSpelling::new();
    // Texts without marks are weighed by the same weights.
    let spelling = Spelling {
        lang,
        is_plain: false,
    };
    ALL.get_or_build(spelling, |s| Weights::of(files_of(s.lang).weights))
}

impl Weights {
    /// Reads a file of weights as `tools/train.py` writes it.
    pub fn of(text: &'static str) -> Weights {
        let mut found = Weights {
            classes: Vec::new(),
            bias: Vec::new(),
            rows: HashMap::default(),
            cells: Vec::new(),
        };
        for line in text.lines().filter(|l| !l.starts_with("# ")) {
            let mut cells = line.split('\t');
            let Some(name) = cells.next() else { continue };
            // The file is part of the program; a test reads it.
            match name {
                "classes" => found.classes = cells.collect(),
                "^bias" => found.bias = cells.map(|c| c.parse().unwrap_or(0)).collect(),
                _ => {
                    let at = found.cells.len() as u32;
                    found.cells.extend(cells.map(|c| c.parse().unwrap_or(0)));
                    // A row that is too short would shift all after it.
                    found.cells.resize(at as usize + found.classes.len(), 0);
                    found.rows.insert(hash(&[name]), at);
                }
            }
        }
        found
    }

    fn row(&self, feature: u64) -> Option<&[i16]> {
        let at = *self.rows.get(&feature)? as usize;
        self.cells.get(at..at + self.classes.len())
    }
}

/// Parses and classifies a sentence.
pub fn read_sentence(sentence: &str, lang: Lang) -> Reading {
    let parsed = parse(sentence, lang);
    read_parsed(&parsed, sentence)
}

/// Classifies a sentence that was parsed.
pub fn read_parsed(p: &Parsed, sentence: &str) -> Reading {
    read_by(weights(p.spelling.lang), p, sentence)
}

/// Classifies by other weights than those of the program: tests measure with weights that were learned without the
/// sentences that they measure on.
pub fn read_by(w: &Weights, p: &Parsed, sentence: &str) -> Reading {
    let mut sums: Vec<i32> = w.bias.clone();
    for row in hashes(p, sentence).into_iter().filter_map(|h| w.row(h)) {
        for (s, x) in sums.iter_mut().zip(row) {
            *s += i32::from(*x);
        }
    }
    // The last column says who is bound.
    let attributed_sum = sums.pop().unwrap_or(0);
    let shares = soft(&sums);
    let is_promise = |i: &usize| w.classes.get(*i).is_some_and(|c| c.starts_with("p:"));
    let weight: f64 = (0..shares.len())
        .filter(is_promise)
        .map(|i| shares[i])
        .sum();
    let best = |wanted: &dyn Fn(&usize) -> bool| {
        (0..shares.len())
            .filter(|i| wanted(i))
            .max_by(|a, b| shares[*a].total_cmp(&shares[*b]))
    };
    let promise = weight >= THRESHOLD && !sentence.trim_end().ends_with('?');
    let class = if promise {
        best(&is_promise)
    } else {
        best(&|i| !is_promise(i))
    };
    let label = class
        .and_then(|i| w.classes.get(i))
        .copied()
        .unwrap_or("other");
    let kind = label.strip_prefix("p:").map(str::to_owned);
    let place = |(a, b): (usize, usize)| p.folded.original(a, b);
    let due = kind.as_deref().and_then(|k| deadline::due(p, k)).map(place);
    Reading {
        promise,
        label: if promise {
            "promise".into()
        } else {
            label.to_owned()
        },
        span: promise.then(|| span(p, sentence)),
        due,
        attributed: promise && attributed_sum > 0,
        weight,
        kind,
    }
}

/// What in a sentence speaks for how it was read, the strongest first: words, not numbers.
pub fn why(p: &Parsed, sentence: &str, reading: &Reading) -> Vec<String> {
    let w = weights(p.spelling.lang);
    let wanted = match &reading.kind {
        Some(k) => format!("p:{k}"),
        None => reading.label.clone(),
    };
    let Some(class) = w.classes.iter().position(|c| *c == wanted) else {
        return Vec::new();
    };
    let mut all: Vec<(i16, String)> = features(p, sentence)
        .into_iter()
        .filter_map(|n| Some((*w.row(hash(&[&n]))?.get(class)?, n)))
        .filter(|(x, _)| *x > 10)
        .collect();
    all.sort_by_key(|(x, n)| (-x, n.len()));
    let mut found: Vec<String> = Vec::new();
    for words in all.iter().filter_map(|(_, n)| in_words(n)) {
        if found.len() < 4 && !found.contains(&words) {
            found.push(words);
        }
    }
    found
}

fn soft(sums: &[i32]) -> Vec<f64> {
    let top = sums.iter().copied().max().unwrap_or(0);
    let powers: Vec<f64> = sums
        .iter()
        .map(|s| (f64::from(s - top) / 100.0).exp())
        .collect();
    let all: f64 = powers.iter().sum();
    powers
        .iter()
        .map(|p| p / all.max(f64::MIN_POSITIVE))
        .collect()
}

/// A feature in words, when it can be said: `b:by_<clock>` is "by" before a clock time.
fn in_words(name: &str) -> Option<String> {
    let (kind, rest) = name.split_once(':')?;
    let shown = |t: &str| match t {
        "^" => "the beginning".to_owned(),
        "$" => "the end".to_owned(),
        "<num>" => "a number".to_owned(),
        "<name>" => "a name".to_owned(),
        "<clock>" => "a clock time".to_owned(),
        "<range>" => "a window of time".to_owned(),
        t if t.starts_with("<num>") => format!("a number with \"{}\"", &t[5..]),
        t if t.starts_with('<') && t.len() > 2 => format!("a {}", &t[1..t.len() - 1]),
        t => format!("\"{t}\""),
    };
    Some(match kind {
        "u" => shown(rest),
        "p" => format!("\"{rest}...\""),
        "first" => format!("{} at the beginning", shown(rest)),
        "b" | "t" | "f2" => rest
            .split('_')
            .map(shown)
            .collect::<Vec<_>>()
            .join(" then "),
        "pt" => {
            let (word, time) = rest.split_once('+')?;
            format!("\"{word}\" before a {time}")
        }
        "time" => format!("a time of the kind {rest}"),
        "c" | "headc" | "firstc" => format!("a word of the class {rest}"),
        "cx" | "cc" => format!("words of the classes {}", rest.replace(['&', '>'], " and ")),
        "ct" => format!("a word of the class {}", rest.replace('+', " beside a ")),
        _ => return None,
    })
}

/// The words that commit: without who speaks before them and the stop after them.
fn span(p: &Parsed, sentence: &str) -> (usize, usize) {
    let trimmed = sentence
        .trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '.' | '!' | '"' | '”' | '…'));
    let mut start = 0;
    if let Some(i) = trimmed.find(": ")
        && i < 24
        && trimmed[..i].split_whitespace().count() <= 3
        && p.tokens.len() > 6
    {
        start = i + 2;
    }
    let rest = &trimmed[start..];
    let lead = rest.len() - rest.trim_start_matches([' ', '"', '“', '-', '–']).len();
    (start + lead, trimmed.len().max(start + lead))
}

/// A sentence that commits to two things, cut into both; else nothing.
pub fn halves(sentence: &str, lang: Lang) -> Vec<(usize, usize)> {
    for joint in &SPELLING.of(lang).joints {
        for (i, _) in sentence.match_indices(joint.as_str()).take(8) {
            let (left, right) = ((0, i), (i + joint.len(), sentence.len()));
            let both = [left, right].iter().all(|(a, b)| {
                let piece = &sentence[*a..*b];
                piece.split_whitespace().count() >= 3 && read_sentence(piece, lang).weight >= 0.6
            });
            if both {
                return vec![left, right];
            }
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::reading::language_files::read_languages;

    #[test]
    fn the_weights_are_read() {
        for lang in read_languages() {
            let w = weights(lang);
            assert!(
                w.classes.len() > 8
                    && w.rows.len() > 1000
                    && w.cells.len() == w.rows.len() * w.classes.len()
            );
            assert_eq!(w.bias.len(), w.classes.len());
        }
    }

    #[test]
    fn promises_without_tell_tale_words_are_seen() {
        for (text, lang, kind) in [
            ("Service returns at 18:00.", Lang::En, "restore_by"),
            ("Full capacity back tomorrow.", Lang::En, "restore_by"),
            ("Refunds on your next bill.", Lang::En, "compensation"),
            ("Xong trước 17h.", Lang::Vi, "restore_by"),
            ("Khôi phục hoàn toàn trong hôm nay.", Lang::Vi, "restore_by"),
        ] {
            let r = read_sentence(text, lang);
            assert!(
                r.promise && r.kind.as_deref() == Some(kind),
                "{text}: {r:?}"
            );
        }
        for (text, lang) in [
            ("We cannot give a time yet.", Lang::En),
            ("We are sorry for the trouble.", Lang::En),
            ("Power was back at six.", Lang::En),
            ("Chúng tôi chưa thể hẹn giờ.", Lang::Vi),
        ] {
            assert!(!read_sentence(text, lang).promise, "{text}");
        }
    }
}
