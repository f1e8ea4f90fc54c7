//! What the program says of its own accord, in each language that it ships, as files of data. It knows no fact, no
//! link and no statement, and makes no sentence: it holds words and fills their gaps.

use std::collections::BTreeMap;
use std::fmt::{Display, Write};
use std::sync::OnceLock;

pub mod phrases;

/// A file of words; each language has one of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// States, kinds of sources and kinds of links, as they stand inside a sentence.
    States,
    /// Shares in words, by the permille that stands for each band.
    Bands,
    /// The forms of numbers, shares and lists.
    Numbers,
    /// The forms of days, times of day and lengths of time.
    Times,
    /// What stands before every text of a drill.
    Marks,
    /// What promises are called.
    Promises,
    /// What the record does not say, for staff.
    Missing,
    /// What is written around notices on the public page.
    Page,
    /// Titles and warnings of the staff pages.
    Staff,
    /// What commands print around facts.
    Commands,
    /// What is written on the pages of the desk, around facts and texts.
    Desk,
}

/// How many files a language has.
const SUBJECTS: usize = Subject::ALL.len();

impl Subject {
    /// Every subject, in the order of declaration.
    pub const ALL: [Subject; 11] = [
        Subject::States,
        Subject::Bands,
        Subject::Numbers,
        Subject::Times,
        Subject::Marks,
        Subject::Promises,
        Subject::Missing,
        Subject::Page,
        Subject::Staff,
        Subject::Commands,
        Subject::Desk,
    ];
}

type Words = BTreeMap<String, String>;

/// A language that the program ships, with its files, each read when it is first used.
#[derive(Debug)]
pub struct Language {
    /// Its BCP 47 tag, which is also the name of its folder.
    pub tag: &'static str,
    /// Its name in English.
    pub name: &'static str,
    /// The program reads texts in it: what they claim is held against the record. Of other languages the gate holds structure,
    /// printed values and claims alone.
    pub is_read: bool,
    files: [&'static str; SUBJECTS],
    read: [OnceLock<Words>; SUBJECTS],
}

macro_rules! shipped {
    ($($tag:literal: $name:literal, is_read: $is_read:literal;)*) => {
        /// The tags of the languages that the program ships, in the order of output.
        pub const TAGS: &[&str] = &[$($tag),*];

        /// The languages that the program ships, in the order of [`TAGS`].
        pub static SHIPPED: [Language; TAGS.len()] = [$(Language {
            tag: $tag,
            name: $name,
            is_read: $is_read,
            // In the order of `Subject`; a test holds that each file is where its subject looks for it.
            files: [
                include_str!(concat!($tag, "/states.yaml")),
                include_str!(concat!($tag, "/bands.yaml")),
                include_str!(concat!($tag, "/numbers.yaml")),
                include_str!(concat!($tag, "/times.yaml")),
                include_str!(concat!($tag, "/marks.yaml")),
                include_str!(concat!($tag, "/promises.yaml")),
                include_str!(concat!($tag, "/missing.yaml")),
                include_str!(concat!($tag, "/page.yaml")),
                include_str!(concat!($tag, "/staff.yaml")),
                include_str!(concat!($tag, "/commands.yaml")),
                include_str!(concat!($tag, "/desk.yaml")),
            ],
            read: [const { OnceLock::new() }; SUBJECTS],
        }),*];
    };
}

// A new language is a folder of files and a line here.
shipped! {
    "vi": "Vietnamese", is_read: true;
    "en": "English", is_read: true;
    "fr": "French", is_read: false;
}

/// The place in [`SHIPPED`] of the language of what nobody asked for in a language: logs and refusals.
pub const USUAL: usize = 1;

/// A key of a file that code names one by one; a test holds that every language has it.
pub trait Phrase: Copy {
    /// The file that has it.
    const SUBJECT: Subject;

    /// The key in that file.
    fn key(self) -> &'static str;
}

impl Language {
    fn words_about(&'static self, subject: Subject) -> &'static Words {
        // A file is part of the program, and a test reads it: none is malformed here.
        let read = || serde_yaml::from_str(self.files[subject as usize]).unwrap_or_default();
        self.read[subject as usize].get_or_init(read)
    }

    /// The text of a key that is known only at run time; none where the file does not have it.
    pub fn find_word(&'static self, subject: Subject, key: &str) -> Option<&'static str> {
        self.words_about(subject).get(key).map(String::as_str)
    }

    /// The text of a phrase, with its gaps.
    pub fn phrase_text<P: Phrase>(&'static self, phrase: P) -> &'static str {
        self.find_word(P::SUBJECT, phrase.key()).unwrap_or("")
    }

    /// The text of a phrase, its gaps filled.
    pub fn fill_phrase<P: Phrase>(
        &'static self,
        phrase: P,
        gaps: &[(&str, &dyn Display)],
    ) -> String {
        fill_gaps(self.phrase_text(phrase), gaps)
    }

    /// Every key of a file with its text, in the order of keys.
    pub fn all_words(
        &'static self,
        subject: Subject,
    ) -> impl Iterator<Item = (&'static str, &'static str)> {
        let words = self.words_about(subject).iter();
        words.map(|(key, text)| (key.as_str(), text.as_str()))
    }
}

/// Fills the gaps `{name}` of a text; a gap that nobody fills stays as it is.
pub fn fill_gaps(text: &str, gaps: &[(&str, &dyn Display)]) -> String {
    let mut filled = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some((before, (name, after))) = rest
        .split_once('{')
        .and_then(|(before, after)| Some((before, after.split_once('}')?)))
    {
        filled.push_str(before);
        // Writing into a string cannot fail.
        let _ = match gaps.iter().find(|(gap, _)| *gap == name) {
            Some((_, value)) => write!(filled, "{value}"),
            None => write!(filled, "{{{name}}}"),
        };
        rest = after;
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests;
