//! Works the needles out of the patterns, writes them with SAYDO_BLESS=1, and shows that no match is lost by them. It asks
//! nothing of what a pattern means.

use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;
use regex_syntax::hir::{Class, ClassUnicodeRange, Hir, HirKind};

use super::*;
use crate::check::reading::patterns::{PATTERN_TEXTS, with_plain_words};
use crate::check::reading::text::unmarked;
use crate::domain::base::lang::Lang;

/// A pattern with more needles than this is not worth looking for.
const MOST: usize = 300;

/// Every text that a pattern matches, where there are few; a boundary of a word is no text.
fn all_matches(pattern: &Hir) -> Option<BTreeSet<String>> {
    let found = match pattern.kind() {
        HirKind::Empty | HirKind::Look(_) => BTreeSet::from([String::new()]),
        HirKind::Literal(literal) => {
            let text = String::from_utf8(literal.0.to_vec()).ok()?;
            BTreeSet::from([text])
        }
        HirKind::Class(Class::Unicode(class)) => {
            let size = |r: &ClassUnicodeRange| r.end() as u32 - r.start() as u32 + 1;
            if class.ranges().iter().map(size).sum::<u32>() > 4 {
                return None;
            }
            let letters = class.ranges().iter().flat_map(|r| r.start()..=r.end());
            letters.map(String::from).collect()
        }
        HirKind::Capture(c) => all_matches(&c.sub)?,
        HirKind::Repetition(r) if r.max == Some(1) => {
            let mut once = all_matches(&r.sub)?;
            if r.min == 0 {
                once.insert(String::new());
            }
            once
        }
        HirKind::Concat(parts) => {
            let begin = BTreeSet::from([String::new()]);
            parts
                .iter()
                .try_fold(begin, |so_far, part| append(&so_far, part))?
        }
        HirKind::Alternation(ways) => {
            let all: Option<Vec<_>> = ways.iter().map(all_matches).collect();
            all?.into_iter().flatten().collect()
        }
        _ => return None,
    };
    (found.len() <= MOST).then_some(found)
}

/// Each text with each match of a pattern behind it.
fn append(texts: &BTreeSet<String>, pattern: &Hir) -> Option<BTreeSet<String>> {
    let more = all_matches(pattern)?;
    if texts.len() * more.len() > MOST {
        return None;
    }
    let joined = texts
        .iter()
        .flat_map(|t| more.iter().map(move |m| format!("{t}{m}")));
    Some(joined.collect())
}

/// The texts of which one stands in every match, or none when there is no such list.
fn needles_in(pattern: &Hir) -> Option<BTreeSet<String>> {
    let found = match pattern.kind() {
        HirKind::Repetition(r) if r.min > 0 => needles_in(&r.sub),
        HirKind::Capture(c) => needles_in(&c.sub),
        HirKind::Concat(parts) => {
            let runs = (0..parts.len()).flat_map(|from| runs_from(&parts[from..]));
            let within = parts.iter().filter_map(needles_in);
            runs.chain(within).filter(is_of_use).max_by_key(worth)
        }
        HirKind::Alternation(ways) => {
            let all: Option<Vec<_>> = ways.iter().map(needles_in).collect();
            all.map(|all| all.into_iter().flatten().collect())
        }
        _ => all_matches(pattern),
    };
    found.filter(is_of_use)
}

fn is_of_use(needles: &BTreeSet<String>) -> bool {
    !needles.contains("") && needles.len() <= MOST
}

/// What the first part matches, the first two, and so on, while that is a short list.
fn runs_from(parts: &[Hir]) -> Vec<BTreeSet<String>> {
    let mut runs = vec![BTreeSet::from([String::new()])];
    while let (Some(last), Some(next)) = (runs.last(), parts.get(runs.len() - 1)) {
        match append(last, next) {
            Some(run) => runs.push(run),
            None => break,
        }
    }
    runs.split_off(1)
}

/// A list is worth more the longer its shortest text, then the fewer they are.
fn worth(needles: &BTreeSet<String>) -> (usize, usize) {
    let shortest = needles.iter().map(String::len).min().unwrap_or(0);
    (shortest.min(4), MOST - needles.len().min(MOST))
}

/// Without the texts in which another one stands.
fn shortened(needles: &BTreeSet<String>) -> Vec<&str> {
    let within = |n: &&String| needles.iter().any(|o| o != *n && n.contains(o.as_str()));
    needles
        .iter()
        .filter(|n| !within(n))
        .map(String::as_str)
        .collect()
}

/// The needles of the patterns of a language, as the file has them.
fn work_out(lang: Lang) -> String {
    let mut rows = String::new();
    for (name, text) in PATTERN_TEXTS.of(lang) {
        let parsed = regex_syntax::parse(&with_plain_words(text)).unwrap();
        if let Some(needles) = needles_in(&parsed) {
            rows += &format!("{name}\t{}\n", shortened(&needles).join("\t"));
        }
    }
    rows
}

#[test]
fn the_files_are_what_follows_from_the_patterns() {
    for lang in Lang::ALL.into_iter().filter(|l| l.is_read()) {
        let wanted = work_out(lang);
        if std::env::var_os("SAYDO_BLESS").is_some() {
            let path = format!(
                "{}/src/check/languages/{}/needles.tsv",
                env!("CARGO_MANIFEST_DIR"),
                lang.tag()
            );
            std::fs::write(path, &wanted).unwrap();
            continue;
        }
        assert!(
            files_of(lang).needles == wanted,
            "{lang:?}: SAYDO_BLESS=1 cargo test --lib needles"
        );
    }
}

#[test]
fn most_patterns_have_needles() {
    for spelling in Spelling::all() {
        let (all, with) = (
            PATTERN_TEXTS.of(spelling.lang).len(),
            Needles::of_patterns(spelling).count(),
        );
        assert!(with * 10 > all * 8, "{spelling:?}: {with} of {all}");
    }
}

#[test]
fn no_match_is_lost_in_the_labelled_sentences() {
    let root = env!("CARGO_MANIFEST_DIR");
    let mut matches = 0;
    for spelling in Spelling::all() {
        let folder = format!("{root}/tests/corpus");
        let mut sentences: Vec<String> = Vec::new();
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.is_file() {
                let text = String::from_utf8_lossy(&std::fs::read(path).unwrap()).to_lowercase();
                sentences.extend(
                    text.lines()
                        .step_by(7)
                        .map(|l| spelling.spell(l).into_owned()),
                );
            }
        }
        let needles: BTreeMap<&str, Needles> = Needles::of_patterns(spelling).collect();
        for (name, text) in PATTERN_TEXTS.of(spelling.lang) {
            let regex = Regex::new(&with_plain_words(&spelling.spell(text))).unwrap();
            let Some(needles) = needles.get(name.as_str()) else {
                continue;
            };
            for sentence in sentences.iter().filter(|s| regex.is_match(s)) {
                assert!(
                    needles.may_stand_in(sentence),
                    "{spelling:?} {name}: {sentence}"
                );
                matches += 1;
            }
        }
    }
    assert!(matches > 1_000, "{matches}");
}

#[test]
fn needles_of_small_patterns() {
    let cases = [
        ("cables?", vec!["cable"]),
        (
            r"\bit (?:is|was) (?:down|out of service)",
            vec!["down", "out of service"],
        ),
        ("a?b?", vec![]),
        ("(?:up|[a-z]+) now", vec![" now"]),
        ("(?:is|are) (?:all )?.", vec!["are ", "is "]),
    ];
    for (pattern, wanted) in cases {
        let found = needles_in(&regex_syntax::parse(pattern).unwrap());
        let found = found.unwrap_or_default();
        assert_eq!(shortened(&found), wanted, "{pattern}");
    }
    assert_eq!(unmarked("không"), "khong");
}
