//! Every shipped playbook in every situation of its matrix, in each of its languages: reviewed files under
//! `tests/renderings/`. To accept a change: `SAYDO_BLESS=1 cargo test --lib renderings_tests::`, then read the diff.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::check::against::gate_reader;
use crate::check::against::literals::Reader;
use crate::check::playbook::situation::{Played, Unplayable, play};
use crate::desk::core::shipped::FIRST_LANGUAGES;
use crate::domain::base::lang::Lang;
use crate::domain::facts::world::AdoptedConfig;
use crate::render::jinja::JinjaEvaluator;
use crate::testing::shipped;

/// A shipped playbook in each situation that the network can play, with the name of the situation.
pub(super) fn play_all(name: &str) -> Vec<(String, Played)> {
    play_all_with(name, shipped::books())
}

fn play_all_with(name: &str, books: &AdoptedConfig) -> Vec<(String, Played)> {
    let (playbook, digest, base) = shipped::playbook(name);
    let pinned = (digest.as_str(), base.as_deref());
    let reader = Reader::new(&books.network);
    let mut all = Vec::new();
    for situation in &playbook.file.situations {
        let played = play(
            situation,
            &playbook,
            pinned,
            books,
            &JinjaEvaluator,
            &reader,
            false,
        );
        match played {
            Ok(played) => all.push((situation.name.clone(), played)),
            Err(Unplayable::NotHere(_)) => {}
            Err(wrong) => panic!("{name} {}: {wrong:?}", situation.name),
        }
    }
    all
}

fn rendered(name: &str, lang: Lang) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let played = match FIRST_LANGUAGES.contains(&lang) {
        true => play_all(name),
        false => play_all_with(name, &shipped::books_in(lang)),
    };
    for (situation, played) in played {
        assert!(
            played.findings.is_empty(),
            "{name} {situation}: {:?}",
            played.findings
        );
        let mut text = String::new();
        for r in played.draft.renditions.iter().filter(|r| r.lang == lang) {
            let _ = writeln!(text, "── {}\n{}\n", r.channel, r.text);
        }
        for (name, draft, findings) in &played.texts {
            assert!(findings.is_empty(), "{situation} {name}: {findings:?}");
            for r in draft.renditions.iter().filter(|r| r.lang == lang) {
                let _ = writeln!(text, "── {name}, {}\n{}\n", r.channel, r.text);
            }
        }
        let _ = writeln!(text, "── withheld");
        for w in played
            .draft
            .withheld
            .iter()
            .filter(|w| !w.not_yet.is_empty())
        {
            let why: Vec<&str> = w.reasons.iter().map(|l| l.what.get_or_any(lang)).collect();
            let _ = writeln!(text, "{}: {}", w.not_yet.get_or_any(lang), why.join("; "));
        }
        all.push((situation, text));
    }
    all
}

#[test]
fn shipped_playbooks_say_what_was_reviewed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/renderings");
    let bless = std::env::var_os("SAYDO_BLESS").is_some();
    let mut wrong = Vec::new();
    for name in shipped::playbooks() {
        for lang in shipped::languages_of(name) {
            let all = rendered(name, lang);
            for needed in ["nothing-known", "windows-known", "restored"] {
                let has = all.iter().any(|(s, _)| s == needed);
                assert!(
                    has || name == "planned-work",
                    "{name} has no situation {needed}"
                );
            }
            assert!(
                all.len() >= 3,
                "{name} is tried in {} situations",
                all.len()
            );
            for (situation, text) in all {
                let path = folder.join(name).join(format!("{situation}.{lang}.txt"));
                if bless {
                    fs::create_dir_all(path.parent().unwrap()).unwrap();
                    fs::write(&path, &text).unwrap();
                } else if fs::read_to_string(&path).unwrap_or_default() != text {
                    wrong.push(format!("{}\n{text}", path.display()));
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "not as reviewed (SAYDO_BLESS=1 accepts):\n{}",
        wrong.join("\n")
    );
}

/// What the tool itself says, the reader has to find true: nothing that the record contradicts, and no wording that a
/// rule forbids.
#[test]
fn shipped_renditions_pass_the_check() {
    use crate::check::against::checker::{Ask, CONTRADICTED, UNBACKED, check};
    use crate::check::against::facts_of_record::{add_promises_of, from_facts};
    let network = &shipped::books().network;
    let mut texts = 0;
    let mut counts: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    let mut wrong = String::new();
    for name in shipped::playbooks() {
        for (situation, played) in play_all(name) {
            let mut known = from_facts(&played.draft.facts, Some(network));
            add_promises_of(&mut known, &played.draft.facts, &played.draft);
            let mut with_draft = known.clone();
            with_draft.may_say(&played.draft);
            for r in &played.draft.renditions {
                texts += 1;
                let ask = Ask {
                    lang: Some(r.lang),
                    is_short: true,
                    ..Ask::default()
                };
                // As comms staff meet it, in a workspace: what was not touched is never found.
                let own = check(&r.text, std::slice::from_ref(&with_draft), &ask).findings;
                assert!(own.is_empty(), "{name} {situation}: {own:?}");
                for f in check(&r.text, std::slice::from_ref(&known), &ask).findings {
                    *counts.entry(f.rule.clone()).or_default() += 1;
                    if f.rule != UNBACKED {
                        let _ = writeln!(
                            wrong,
                            "{name} {situation} {} {}: {} {} ({})",
                            r.channel,
                            r.lang,
                            f.rule,
                            f.excerpt,
                            around(&r.text, f.start, &f.message)
                        );
                    } else if std::env::var_os("SAYDO_MISSES").is_some() {
                        println!(
                            "{name} {situation} {} {}: {} {} ({})",
                            r.channel,
                            r.lang,
                            f.rule,
                            f.excerpt,
                            around(&r.text, f.start, &f.message)
                        );
                    }
                }
            }
        }
    }
    println!("{texts} renditions: {counts:?}");
    assert!(texts > 500, "{texts}");
    let found = |rule: &str| counts.get(rule).copied().unwrap_or_default();
    // What is left are the reader's own mistakes, most of them in text messages without marks; the counts may only fall.
    assert!(found(CONTRADICTED) <= 13, "{wrong}");
    assert!(found(UNBACKED) <= 85, "{wrong}");
    let wording: usize = counts.values().sum::<usize>() - found(CONTRADICTED) - found(UNBACKED);
    assert_eq!(wording, 0, "{wrong}");
}

fn around(text: &str, at: usize, message: &str) -> String {
    let from = text[..at].rfind(['\n', '.']).map_or(0, |i| i + 1);
    let line: String = text[from..].chars().take(160).collect();
    format!("{message}) in: {}", line.replace('\n', " / "))
}

/// The gate reads every rendition with the eyes of `check`; a false finding would withhold a true sentence.
#[test]
fn the_gate_finds_nothing_in_the_fixed_words_of_shipped_playbooks() {
    let network = &shipped::books().network;
    let mut drafts = 0;
    let mut wrong = Vec::new();
    for name in shipped::playbooks() {
        for (situation, played) in play_all(name) {
            drafts += 1;
            let found = gate_reader::findings(&played.draft, network);
            wrong.extend(
                found
                    .into_iter()
                    .map(|f| format!("{name} {situation}: {}", f.what.without_commands())),
            );
        }
    }
    assert!(drafts > 80, "{drafts}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A playbook that got past adoption, written by hand into the record: its renditions are read all the same.
#[test]
fn a_promise_in_fixed_words_is_found_in_every_rendition() {
    let network = &shipped::books().network;
    let (_, played) = play_all("submarine-cable-disruption").swap_remove(0);
    assert!(gate_reader::findings(&played.draft, network).is_empty());
    for (which, r) in played.draft.renditions.iter().enumerate() {
        let slipped_in = match r.lang {
            Lang::Vi => " Dự kiến khôi phục xong trước 17h thứ Sáu.",
            _ => " Full service returns on Friday.",
        };
        let is_without = |p: &&crate::domain::record::rendition::Placed| {
            let line = &played.draft.lines[p.line];
            line.promise.is_none()
        };
        let Some(at) = r.placed.iter().filter(is_without).map(|p| p.end).next() else {
            continue;
        };
        let mut draft = played.draft.clone();
        let rendition = &mut draft.renditions[which];
        rendition.text.insert_str(at, slipped_in);
        for p in &mut rendition.placed {
            if p.start >= at {
                p.start += slipped_in.len();
                for s in &mut p.spans {
                    s.start += slipped_in.len();
                    s.end += slipped_in.len();
                }
            }
            if p.end >= at {
                p.end += slipped_in.len();
            }
        }
        let found = gate_reader::findings(&draft, network);
        assert!(
            found
                .iter()
                .any(|f| f.rule == "read" && f.lang == Some(r.lang)),
            "{} {}: {}",
            r.channel,
            r.lang,
            rendition_text(&draft, which)
        );
    }
}

fn rendition_text(draft: &crate::domain::speech::draft::Draft, which: usize) -> &str {
    &draft.renditions[which].text
}
