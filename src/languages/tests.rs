//! Holds that the languages have the same keys with the same gaps, and that no key is unused. It judges no wording.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::phrases::{Mark, Missing, Number, Promised, Said, Time};
use super::{Language, Phrase, SHIPPED, Subject, Words, fill_gaps};

fn gaps(text: &str) -> BTreeSet<&str> {
    let parts = text.split('{').skip(1);
    parts.filter_map(|p| Some(p.split_once('}')?.0)).collect()
}

#[test]
fn every_file_is_a_map_of_texts() {
    for language in &SHIPPED {
        for subject in Subject::ALL {
            let read: Result<Words, _> = serde_yaml::from_str(language.files[subject as usize]);
            assert!(read.is_ok(), "{} {subject:?}: {read:?}", language.tag);
        }
    }
}

#[test]
fn every_language_has_every_key_of_every_subject() {
    let keys = |language: &'static Language, subject| -> Vec<&str> {
        language.all_words(subject).map(|(key, _)| key).collect()
    };
    for subject in Subject::ALL {
        let first = keys(&SHIPPED[0], subject);
        assert!(!first.is_empty(), "{subject:?}");
        for language in &SHIPPED {
            assert_eq!(
                keys(language, subject),
                first,
                "{} {subject:?}",
                language.tag
            );
        }
    }
}

/// Days and hours have forms of their own: one language says "4 giờ", another "4 p m".
#[test]
fn a_text_has_the_same_gaps_in_every_language() {
    for subject in Subject::ALL.into_iter().filter(|s| *s != Subject::Times) {
        for (key, text) in SHIPPED[0].all_words(subject) {
            for language in &SHIPPED {
                let other = language.find_word(subject, key).unwrap_or("");
                assert_eq!(gaps(other), gaps(text), "{} {key}", language.tag);
            }
        }
    }
}

/// The keys of a type, compared with those of its file.
fn check_keys<P: Phrase>(all: &[P], is_open: bool) {
    let named: BTreeSet<&str> = all.iter().map(|p| p.key()).collect();
    let file: BTreeSet<&str> = SHIPPED[0]
        .all_words(P::SUBJECT)
        .map(|(key, _)| key)
        .collect();
    assert!(named.is_subset(&file), "{:?}: {named:?}", P::SUBJECT);
    assert!(is_open || named == file, "{:?}: {file:?}", P::SUBJECT);
}

#[test]
fn every_key_that_code_names_stands_in_its_file_and_no_other() {
    check_keys(Number::ALL, false);
    check_keys(Time::ALL, false);
    check_keys(Mark::ALL, false);
    check_keys(Promised::ALL, false);
    check_keys(Missing::ALL, false);
    // The headings of points are looked up by the name of a section.
    check_keys(Said::ALL, true);
}

/// The sources and templates of the program, without these files and without tests.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let is_own = path.ends_with("src/languages") || path.ends_with("src/check/languages");
        if path.is_dir() && !is_own {
            sources(&path, found);
        } else if path.is_file() {
            found.push(path);
        }
    }
}

#[test]
fn no_key_is_unused() {
    let mut paths = Vec::new();
    sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut paths,
    );
    let texts: Vec<String> = paths
        .iter()
        .filter_map(|p| std::fs::read_to_string(p).ok())
        .collect();
    let has = |word: &str| texts.iter().any(|t| t.contains(word));
    for variant in Missing::ALL {
        assert!(has(&format!("Missing::{variant:?}")), "{variant:?}");
    }
    for variant in Said::ALL {
        assert!(has(&format!("Said::{variant:?}")), "{variant:?}");
    }
    for variant in Time::ALL {
        assert!(has(&format!("Time::{variant:?}")), "{variant:?}");
    }
    for subject in [
        Subject::Page,
        Subject::Staff,
        Subject::Bands,
        Subject::States,
    ] {
        for (key, _) in SHIPPED[0].all_words(subject) {
            // `state_down` is looked up as `state_` and a word.
            let start = key.split_once('_').map_or(key, |(start, _)| start);
            let is_used = has(&format!("\"{key}\""))
                || has(&format!(".{key}"))
                || has(&format!("\"{start}_\""))
                || has(&format!("\"{start}_{{"));
            assert!(is_used, "{subject:?} {key}");
        }
    }
}

#[test]
fn gaps_are_filled_and_unknown_ones_stay() {
    assert_eq!(
        fill_gaps("{a} of {b}", &[("a", &1), ("b", &"two")]),
        "1 of two"
    );
    assert_eq!(fill_gaps("{a} {", &[]), "{a} {");
    assert_eq!(fill_gaps("plain", &[("a", &1)]), "plain");
}
