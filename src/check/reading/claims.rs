//! Reads a text sentence by sentence: whether it commits somebody, to what, and until when, with the exact places. It
//! does not know whether a commitment is backed.

use serde::Serialize;

use crate::check::reading::features::{Parsed, guess, guess_or, parse};
use crate::check::reading::promise_classifier::{Reading, halves, read_parsed, read_sentence, why};
use crate::check::reading::sentence::{Sentence, lines, sentences};
use crate::check::reading::time_parts::parts;
use crate::domain::base::lang::Lang;

/// One commitment of a sentence.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Commitment {
    /// What kind of thing it is: always `commitment` here.
    #[serde(rename = "type")]
    pub what: &'static str,
    /// The kind of promise.
    pub kind: String,
    /// The words that commit.
    pub span: String,
    /// The words that say until when; none when the text gives no time.
    pub due: Option<String>,
    /// The promise binds another party, not the speaker.
    pub attributed: bool,
    /// First byte in the text.
    pub start: usize,
    /// First byte behind it.
    pub end: usize,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SentenceRead {
    /// Its words as the text has them.
    pub text: String,
    /// First byte in the text, in UTF-8.
    pub start: usize,
    /// First byte behind it.
    pub end: usize,
    pub lang: Lang,
    /// It commits a party to do something.
    pub promise: bool,
    /// What it is: promise, fact, ongoing, instruction, hedge, empathy, other.
    pub label: String,
    /// The kind of promise.
    pub kind: Option<String>,
    /// The words that commit.
    pub span: Option<String>,
    /// The words that say until when; none when the text gives no time.
    pub due: Option<String>,
    /// The promise binds another party, not the speaker.
    pub attributed: bool,
    /// Its commitments; two where it makes two.
    pub claims: Vec<Commitment>,
    /// What in it speaks for this reading.
    pub why: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextLang {
    /// Every sentence is guessed by its letters and words.
    Auto,
    /// The whole text is in this language.
    Is(Lang),
}

impl TextLang {
    /// The language of a sentence; `main` is that of the text, for a sentence that shows none.
    fn of(self, sentence: &str, main: Lang) -> Lang {
        match self {
            TextLang::Auto => guess_or(sentence, main),
            TextLang::Is(lang) => lang,
        }
    }
}

/// Every sentence of a text, in order; with `per_line` every line that is not empty is one.
pub fn read(text: &str, lang: TextLang, per_line: bool) -> impl Iterator<Item = SentenceRead> + '_ {
    each(text, lang, per_line).map(|(s, ..)| s)
}

/// Every sentence with its parsed form and its reading as a whole, for a caller that verifies its claims.
pub fn each(
    text: &str,
    lang: TextLang,
    per_line: bool,
) -> impl Iterator<Item = (SentenceRead, Parsed, Reading)> + '_ {
    let places = if per_line {
        lines(text)
    } else {
        sentences(text)
    };
    // Lines stand for themselves.
    let main = guess(if per_line { "" } else { text });
    places.into_iter().map(move |s| {
        let of = lang.of(&text[s.start..s.end], main);
        read_one(text, s, of)
    })
}

/// Where the sentences are and in which language, without reading them.
pub fn unread(text: &str, lang: TextLang) -> impl Iterator<Item = (Sentence, Lang)> + '_ {
    let main = guess(text);
    sentences(text).into_iter().map(move |s| {
        let of = lang.of(&text[s.start..s.end], main);
        (s, of)
    })
}

fn read_one(text: &str, place: Sentence, lang: Lang) -> (SentenceRead, Parsed, Reading) {
    let words = &text[place.start..place.end];
    let parsed = parse(words, lang);
    let whole = read_parsed(&parsed, words);
    let mut claims: Vec<Commitment> = Vec::new();
    let mut leading = whole.clone();
    if whole.promise {
        let both = if words.len() < 600 {
            halves(words, lang)
        } else {
            Vec::new()
        };
        let mut last_due: Option<Reading> = None;
        for (from, to) in &both {
            let mut half = read_sentence(&words[*from..*to], lang);
            let shift = |p: (usize, usize)| (p.0 + from, p.1 + from);
            half.span = half.span.map(shift);
            half.due = half.due.map(shift);
            if let Some(c) = commitment(words, &half, place.start) {
                claims.push(c);
                // The time of the later half counts for the whole sentence.
                if half.due.is_some() || last_due.is_none() {
                    last_due = Some(half);
                }
            }
        }
        if claims.is_empty() {
            claims.extend(commitment(words, &whole, place.start));
        } else if let Some(half) = last_due
            && whole.due.is_none()
        {
            leading.due = half.due;
        }
    }
    let cut = |p: Option<(usize, usize)>| p.and_then(|(a, b)| words.get(a..b)).map(str::to_owned);
    let read = SentenceRead {
        text: words.to_owned(),
        start: place.start,
        end: place.end,
        lang,
        promise: leading.promise,
        label: leading.label,
        kind: leading.kind,
        span: cut(leading.span),
        due: cut(leading.due),
        attributed: leading.attributed,
        claims,
        why: if leading.promise {
            why(&parsed, words, &whole)
        } else {
            Vec::new()
        },
    };
    (read, parsed, whole)
}

fn commitment(words: &str, r: &Reading, offset: usize) -> Option<Commitment> {
    let (start, end) = r.span?;
    Some(Commitment {
        what: "commitment",
        kind: r.kind.clone()?,
        span: words.get(start..end)?.to_owned(),
        due: r.due.and_then(|(a, b)| words.get(a..b)).map(str::to_owned),
        attributed: r.attributed,
        start: offset + start,
        end: offset + end,
    })
}

/// True of a time that readers wait for: a day, a clock time, "tonight"; false of "at peak".
pub fn is_awaited(due: &str, lang: Lang) -> bool {
    let p = parts(&crate::check::reading::text::Folded::new(due).text, lang);
    p.day.is_some() || p.weekday.is_some() || p.clock.is_some() || p.relative
}

/// Commitments to a time in the fixed words of a playbook: the words, and the time in them. This finds "Full service
/// returns on Friday", which no list of words does.
pub fn timed_commitments(text: &str, lang: Lang) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for s in sentences(text) {
        let words = &text[s.start..s.end];
        let read = read_sentence(words, lang);
        let binding = read
            .kind
            .as_deref()
            .is_some_and(|k| k != "other" && k != "action");
        if !read.promise || !binding || read.weight < 0.6 {
            continue;
        }
        let cut = |p: Option<(usize, usize)>| p.and_then(|(a, b)| words.get(a..b));
        if let (Some(span), Some(due)) = (cut(read.span), cut(read.due)) {
            if !is_awaited(due, lang) {
                continue;
            }
            found.push((span.to_owned(), due.to_owned()));
        }
    }
    found
}
