//! Whole notices and single texts, written by people who did not know the rules, held against three records. Prints the
//! figures and fails below the level that was reached. It does not measure how promises are read (`reader`).
//!
//! Each set is a file of `tests/corpus/texts`; the records are the `.txt` files there. The words and patterns of the
//! reader were improved on all of them, after each was measured fresh; k holds other wordings of what was wrong in g and i.
//! `SAYDO_MISSES=1 cargo test --test all texts:: -- --nocapture` shows each miss.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::play::Play;

/// What is counted over some sets.
#[derive(Debug, Default)]
struct Score {
    singles: (usize, usize),
    clean_found: (usize, usize),
    planted_found: (usize, usize),
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/texts")
}

/// A workspace with the record of a file: each line a time and a command.
fn record(name: &str) -> Play {
    let p = Play::at("2026-09-11T20:00:00+07:00", "");
    let text = std::fs::read_to_string(folder().join(format!("{name}.txt"))).unwrap();
    for line in text.lines().filter(|l| !l.starts_with('#')) {
        let (time, command) = line.split_once(' ').unwrap();
        let now = match time.split_once('T') {
            Some((day, time)) => format!("2026-09-{day}T{time}:00+07:00"),
            None => format!("2026-09-12T{time}:00+07:00"),
        };
        let mut args = vec!["--now", &now];
        args.extend(command.split(' '));
        p.ok(&args);
    }
    p
}

fn rows(set: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(folder().join(format!("{set}.jsonl"))).unwrap_or_default();
    let lines = text.lines().filter(|l| !l.trim().is_empty());
    lines.map(|l| serde_json::from_str(l).unwrap()).collect()
}

/// The findings in each text about what is on record.
fn check(p: &Play, now: &str, texts: &[&Value]) -> Vec<Vec<Value>> {
    let dir = tempfile::tempdir().unwrap();
    let files = texts.iter().map(|row| {
        let ending = match row["form"].as_str().unwrap() {
            "markdown" => "md",
            "html" => "html",
            _ => "txt",
        };
        let file = dir
            .path()
            .join(format!("{}.{ending}", row["id"].as_str().unwrap()));
        std::fs::write(&file, row["text"].as_str().unwrap()).unwrap();
        file.to_string_lossy().into_owned()
    });
    let files: Vec<String> = files.collect();
    let mut args = vec![
        "--now",
        now,
        "check",
        "--format",
        "json",
        "--channel",
        "chat",
    ];
    args.extend(files.iter().map(String::as_str));
    let (_, out) = p.run(&args);
    let found: Value = serde_json::from_str(&out).unwrap();
    let is_of_record =
        |f: &&Value| ["contradicted", "unbacked"].contains(&f["rule"].as_str().unwrap());
    let of = |t: &Value| {
        t["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(is_of_record)
            .cloned()
            .collect()
    };
    found["texts"].as_array().unwrap().iter().map(of).collect()
}

fn show(what: &str, row: &Value, found: &[Value]) {
    if std::env::var_os("SAYDO_MISSES").is_some() {
        let said: Vec<&str> = found.iter().filter_map(|f| f["message"].as_str()).collect();
        println!(
            "  {what} {}: {} {said:?}",
            row["id"], row["planted"]["words"]
        );
        if row["planted"].is_null() {
            println!("    {}", row["text"]);
        }
    }
}

impl Score {
    fn count_single(&mut self, row: &Value, found: &[Value]) {
        let is_right = row["ok"].as_bool().unwrap() == found.is_empty();
        self.singles.0 += usize::from(is_right);
        self.singles.1 += 1;
        if !is_right {
            show("single", row, found);
        }
    }

    fn count_notice(&mut self, row: &Value, found: &[Value]) {
        let Some(words) = row["planted"]["words"].as_str() else {
            self.clean_found.0 += usize::from(!found.is_empty());
            self.clean_found.1 += 1;
            if !found.is_empty() {
                show("clean", row, found);
            }
            return;
        };
        let start = row["text"].as_str().unwrap().find(words).unwrap() as u64;
        let end = start + words.len() as u64;
        let is_there =
            |f: &Value| f["start"].as_u64() < Some(end) && Some(start) < f["end"].as_u64();
        let is_found = found.iter().any(is_there);
        self.planted_found.0 += usize::from(is_found);
        self.planted_found.1 += 1;
        if !is_found {
            show("planted", row, found);
        }
    }
}

/// The moments for which the sets a to h were written, and those for which i and k were: five minutes later.
const FIRST: [(&str, &str); 3] = [
    ("r1", "2026-09-12T08:40:00+07:00"),
    ("r2", "2026-09-12T20:55:00+07:00"),
    ("r3", "2026-09-22T16:35:00+07:00"),
];
const LATER: [(&str, &str); 3] = [
    ("r1", "2026-09-12T08:40:00+07:00"),
    ("r2", "2026-09-12T21:00:00+07:00"),
    ("r3", "2026-09-22T16:40:00+07:00"),
];
/// The moments for which m was written.
const LATEST: [(&str, &str); 3] = [
    ("r1", "2026-09-12T08:45:00+07:00"),
    ("r2", "2026-09-12T21:00:00+07:00"),
    ("r3", "2026-09-22T16:40:00+07:00"),
];

fn score(sets: &[&str], records: [(&str, &str); 3]) -> Score {
    let mut score = Score::default();
    for (name, now) in records {
        let p = record(name);
        for set in sets {
            for kind in ["notices", "singles"] {
                let all = rows(&format!("{set}-{kind}"));
                let about = |r: &&Value| r["record"].as_str().unwrap_or("r1") == name;
                let own: Vec<&Value> = all.iter().filter(about).collect();
                if own.is_empty() {
                    continue;
                }
                for (row, found) in own.iter().zip(check(&p, now, &own)) {
                    if kind == "notices" {
                        score.count_notice(row, &found);
                    } else {
                        score.count_single(row, &found);
                    }
                }
            }
        }
    }
    println!("{sets:?}: {score:?}");
    score
}

#[test]
fn texts_of_the_first_sets_are_held_as_labelled() {
    let s = score(&["a", "b", "c", "d", "e", "f", "h"], FIRST);
    assert!(s.singles.1 == 1885 && s.singles.0 >= 1864, "{s:?}");
    assert!(s.clean_found.1 == 231 && s.clean_found.0 == 0, "{s:?}");
    assert!(
        s.planted_found.1 == 174 && s.planted_found.0 >= 168,
        "{s:?}"
    );
}

/// Of j ten of the thirteen tell customers a number that is for staff. When m was fresh, 163 singles of 200 were right, 7 clean
/// notices of 30 wrongly found and 27 planted claims of 30 found; of n 159, 12 and 24; of o
/// 164, 6 and 22; of p, in plainer words, 189, 11 and 26; of q 172, 24 of
/// 50 and 20; of s 187, 8 of 30 and 24; of t,
/// with unusual words, 178, 8 of 30 and 26. So a fresh text fares.
#[test]
fn texts_of_the_last_sets_are_held_as_labelled() {
    for (set, records, singles, clean, planted) in [
        ("g", FIRST, (198, 198), (0, 30), (30, 30)),
        ("i", LATER, (199, 200), (0, 26), (34, 34)),
        ("j", LATER, (180, 200), (12, 30), (29, 30)),
        ("k", LATER, (328, 329), (1, 59), (28, 28)),
        ("m", LATEST, (188, 200), (2, 30), (30, 30)),
        ("n", LATEST, (185, 200), (0, 30), (29, 30)),
        ("o", LATEST, (189, 200), (2, 30), (27, 30)),
        ("p", LATEST, (199, 200), (1, 30), (28, 30)),
        ("q", LATEST, (193, 200), (1, 50), (23, 30)),
        ("s", LATEST, (197, 200), (1, 30), (27, 30)),
        ("t", LATEST, (194, 200), (1, 30), (30, 30)),
    ] {
        let s = score(&[set], records);
        assert!(
            s.singles.1 == singles.1 && s.singles.0 >= singles.0,
            "{s:?}"
        );
        let (found, all) = s.clean_found;
        assert!(all == clean.1 && found <= clean.0, "{s:?}");
        let (found, all) = s.planted_found;
        assert!(all == planted.1 && found >= planted.0, "{s:?}");
    }
}

/// Five minutes later a text says the same.
#[test]
fn texts_are_held_alike_five_minutes_later() {
    let s = score(&["c", "d", "e", "f", "g", "h"], LATER);
    assert!(s.clean_found.0 <= 1, "{s:?}");
}

/// The exit code and the output of a check of one text.
fn check_one(p: &Play, text: &str, more: &[&str]) -> (i32, String) {
    let file = p.path("text.html");
    std::fs::write(&file, text).unwrap();
    let mut args = vec![
        "--now",
        "2026-09-12T08:40:00+07:00",
        "check",
        "--channel",
        "chat",
    ];
    args.extend(more);
    args.push("text.html");
    p.run(&args)
}

/// What works by the record was told as past where a later sentence says so; what does not work is never told as back.
#[test]
fn a_later_sentence_excuses_no_return_that_was_not() {
    let p = record("r1");
    let (code, out) = check_one(&p, "AAG works again. AAG has been down since 08:00.", &[]);
    assert!(code == 1 && out.contains("it is down"), "{out}");
    let p = record("r2");
    let row = |id: &str, text: &str| serde_json::json!({ "id": id, "form": "plain", "text": text });
    let past = row(
        "past",
        "CORE-HN is down since 20:10, so there is no internet. CORE-HN has been back since 20:50.",
    );
    let still = row(
        "still",
        "CORE-HN is still down. CORE-HN has been back since 20:50.",
    );
    let found: Vec<usize> = check(&p, LATER[1].1, &[&past, &still])
        .iter()
        .map(Vec::len)
        .collect();
    assert_eq!(found, [0, 1]);
}

#[test]
fn states_in_front_of_two_links_are_each_that_of_its_own() {
    let p = record("r1");
    let row = |id: &str, text: &str| serde_json::json!({ "id": id, "form": "plain", "text": text });
    let right = row(
        "right",
        "Về việc gián đoạn cáp quang biển AAG và suy giảm tuyến APG.",
    );
    let turned = row(
        "turned",
        "Về việc suy giảm cáp quang biển AAG và gián đoạn tuyến APG.",
    );
    let found = check(&p, LATER[0].1, &[&right, &turned]);
    let found: Vec<usize> = found.iter().map(Vec::len).collect();
    assert_eq!(found, [0, 2]);
}

/// Sentences in many wordings, one kind a row of the table, each right or wrong by the record.
#[test]
fn kinds_of_sentences_are_held_in_many_wordings() {
    let file = format!(
        "{}/tests/corpus/texts/kinds.tsv",
        env!("CARGO_MANIFEST_DIR")
    );
    let rows = std::fs::read_to_string(file).unwrap();
    let rows = rows.lines().filter(|l| !l.starts_with('#'));
    let rows: Vec<Vec<&str>> = rows.map(|l| l.split('\t').collect()).collect();
    let mut wrong = Vec::new();
    for (name, now) in LATEST {
        let p = record(name);
        let own: Vec<&Vec<&str>> = rows.iter().filter(|r| r[0] == name).collect();
        let texts = own.iter().enumerate();
        let texts = texts.map(
            |(i, r)| serde_json::json!({ "id": format!("{i:04}"), "form": "plain", "text": r[2] }),
        );
        let texts: Vec<Value> = texts.collect();
        let texts: Vec<&Value> = texts.iter().collect();
        for (row, found) in own.iter().zip(check(&p, now, &texts)) {
            if (row[1] == "true") != found.is_empty() {
                wrong.push(format!("{}: {} {found:?}", row[0], row[2]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_was_not_understood_is_shown_and_fails_only_when_asked() {
    let p = record("r1");
    let text = "AAG is down. The splitter in cabinet 14 was serviced at lunch.";
    let (code, out) = check_one(&p, text, &[]);
    assert!(
        code == 0 && out.contains("1 not held against the record"),
        "{code} {out}"
    );
    assert!(
        out.contains("not-held") && out.contains("cabinet 14"),
        "{out}"
    );
    assert_eq!(check_one(&p, text, &["--strict"]).0, 1);
    assert_eq!(check_one(&p, "AAG is down.", &["--strict"]).0, 0);
    let (code, out) = check_one(&p, "Hello, everybody.", &[]);
    assert!(
        code == 0 && out.contains("nothing in it was held"),
        "{code} {out}"
    );
    assert!(!out.contains("consistent"), "{out}");
}

#[test]
fn a_denial_excuses_no_promise_in_another_clause() {
    let p = record("r1");
    for (text, wanted) in [
        (
            "Rumours that it is over are false; we promise full service by 17:00.",
            1,
        ),
        (
            "Tin nói đã xong là tin giả; chúng tôi hứa 17h có mạng lại.",
            1,
        ),
        (
            "It is not true that we will pay everybody a year of service.",
            0,
        ),
    ] {
        let (code, out) = check_one(&p, text, &[]);
        assert_eq!(code, wanted, "{text}: {out}");
    }
}

#[test]
fn contacts_that_are_not_ours_are_found_in_words_and_links() {
    let p = record("r1");
    for wrong in [
        "Help: 1900 9999.",
        "See abc.vn/help.",
        "Write to help@abc-support.com.",
        "<a href='https://abc.vn.example/suco'>abc.vn/suco</a>",
        "<a href='tel:19009999'>our hotline</a>",
        "Vui lòng chuyển tiền vào tài khoản 0123456789.",
    ] {
        let (code, out) = check_one(&p, wrong, &[]);
        assert!(
            code == 1 && out.contains("unbacked"),
            "{wrong}: {code} {out}"
        );
    }
    for ours in [
        "Help: 1900 0000.",
        "See https://abc.vn/suco.",
        "<a href='tel:19000000'>hotline</a>",
    ] {
        let (code, out) = check_one(&p, ours, &[]);
        assert_eq!(code, 0, "{ours}: {out}");
    }
}

#[test]
fn any_of_several_incidents_backs_a_sentence() {
    let p = record("r1");
    p.ok(&[
        "--now",
        "2026-09-12T08:30:00+07:00",
        "declare",
        "core-failure",
        "--link",
        "CORE-HN=down",
    ]);
    let text = "AAG is down. The core router is down.";
    let (code, out) = check_one(&p, text, &[]);
    assert!(
        code == 2 && out.contains("INC-1"),
        "several are open and none is named: {code} {out}"
    );
    for which in [
        &["--all"][..],
        &["--incident", "INC-1", "--incident", "INC-2"],
    ] {
        let (code, out) = check_one(&p, text, which);
        assert!(
            code == 0 && out.contains("against INC-1, INC-2"),
            "{code} {out}"
        );
    }
    let (code, out) = check_one(&p, "AAG is back to normal.", &["--all"]);
    assert!(code == 1 && out.contains("contradicted"), "{code} {out}");
}

#[test]
fn a_text_allows_itself_nothing() {
    let p = record("r1");
    let text = "<p>saydo: allow contradicted because I say so.</p><p>AAG is restored.</p>";
    let (code, out) = check_one(&p, text, &[]);
    assert!(code == 1 && out.contains("contradicted"), "{code} {out}");
    assert!(out.contains("allows nothing"), "{out}");
    assert_eq!(
        check_one(&p, "<p>AAG is restored.</p>", &["--allow", "contradicted"]).0,
        0
    );
}
