//! The reader of promises: what a sentence is, by weights learned from labelled sentences, and why.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::Serialize;

use crate::check::deadline;
use crate::check::features::{Parsed, features, parse};
use crate::domain::lang::Lang;

/// What a sentence is, as it was read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reading {
    /// It commits somebody to something to come.
    pub promise: bool,
    /// The kind of promise, or what else the sentence is: fact, ongoing, instruction, hedge, empathy, other.
    pub label: String,
    /// The kind of promise.
    pub kind: Option<String>,
    /// The words that commit, in bytes of the sentence.
    pub span: Option<(usize, usize)>,
    /// The words that say when it falls due, in bytes of the sentence.
    pub due: Option<(usize, usize)>,
    /// Somebody else is bound.
    pub attributed: bool,
    /// How sure, from 0 to 1.
    pub weight: f64,
    /// What in the sentence speaks for it, the strongest first.
    pub why: Vec<String>,
}

/// The weights of one language: a row for each feature, a column for each class, hundredths.
struct Weights {
    classes: Vec<&'static str>,
    bias: Vec<i32>,
    rows: HashMap<&'static str, Vec<i32>>,
}

/// From here on a sentence is a promise: chosen on the sentences that the weights were learned from.
const THRESHOLD: f64 = 0.40;

fn weights(lang: Lang) -> &'static Weights {
    static EN: OnceLock<Weights> = OnceLock::new();
    static VI: OnceLock<Weights> = OnceLock::new();
    match lang {
        Lang::En => EN.get_or_init(|| read(include_str!("words/en.weights.tsv"))),
        Lang::Vi => VI.get_or_init(|| read(include_str!("words/vi.weights.tsv"))),
    }
}

fn read(text: &'static str) -> Weights {
    let mut found = Weights {
        classes: Vec::new(),
        bias: Vec::new(),
        rows: HashMap::new(),
    };
    for line in text.lines().filter(|l| !l.starts_with("# ")) {
        let mut cells = line.split('\t');
        let Some(name) = cells.next() else { continue };
        match name {
            "classes" => found.classes = cells.collect(),
            // The file is part of the program; a test reads it.
            _ => {
                let row: Vec<i32> = cells.map(|c| c.parse().unwrap_or(0)).collect();
                if name == "^bias" {
                    found.bias = row;
                } else {
                    found.rows.insert(name, row);
                }
            }
        }
    }
    found
}

/// Reads one sentence.
pub fn read_sentence(sentence: &str, lang: Lang) -> Reading {
    let parsed = parse(sentence, lang);
    read_parsed(&parsed, sentence)
}

/// Reads a sentence that was taken apart.
pub fn read_parsed(p: &Parsed, sentence: &str) -> Reading {
    let w = weights(p.lang);
    let names = features(p, sentence);
    let mut sums: Vec<i32> = w.bias.clone();
    for name in &names {
        if let Some(row) = w.rows.get(name.as_str()) {
            for (s, x) in sums.iter_mut().zip(row) {
                *s += x;
            }
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
        why: why(w, &names, class.unwrap_or(0)),
        kind,
    }
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

/// What speaks for the class, the strongest first.
fn why(w: &Weights, names: &[String], class: usize) -> Vec<String> {
    let mut all: Vec<(i32, &String)> = names
        .iter()
        .filter_map(|n| Some((*w.rows.get(n.as_str())?.get(class)?, n)))
        .filter(|(x, _)| *x > 10)
        .collect();
    all.sort_by_key(|(x, n)| (-x, n.len()));
    all.iter().take(4).map(|(_, n)| in_words(n)).collect()
}

/// A feature in words: `b:by_<clock>` is "by" before a clock time.
fn in_words(name: &str) -> String {
    let (kind, rest) = name.split_once(':').unwrap_or(("", name));
    let plain = rest.replace(['^', '$'], "…");
    match kind {
        "u" | "p" | "first" | "speaker" => format!("\"{plain}\""),
        "b" | "t" | "s" | "f2" => format!("\"{}\"", plain.replace('_', " ")),
        "c" | "cc" | "cx" | "ct" | "headc" | "firstc" => {
            format!("words of {}", plain.replace(['>', '&', '+'], " with "))
        }
        "no" => format!("no words of {plain}"),
        "time" | "times" | "pt" => format!("a time ({})", plain.replace('+', " ")),
        _ => format!("{kind} {plain}"),
    }
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
    let joints: &[&str] = match lang {
        Lang::En => &["; ", ", and ", " and "],
        Lang::Vi => &["; ", ", và ", " và ", ", đồng thời "],
    };
    for joint in joints {
        for (i, _) in sentence.match_indices(joint).take(8) {
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

    #[test]
    fn the_weights_are_read() {
        for lang in Lang::ALL {
            let w = weights(lang);
            assert!(w.classes.len() > 8 && w.rows.len() > 1000);
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
