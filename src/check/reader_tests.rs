//! How well the reader reads, on labelled sentences and on texts held against a record. Prints the figures with their
//! counts and Wilson intervals, and fails below the level that was reached.
//!
//! `cargo test --lib reader_tests:: -- --nocapture` shows them; `SAYDO_MISSES=1` shows each miss as well.

use std::path::Path;
use std::sync::OnceLock;

use crate::check::against::record_object::from_record;
use crate::check::against::verified_claim::Verdict;
use crate::check::against::verify_sentence::{read_and_verify, worst_verdict};
use crate::check::reading::claims::{SentenceRead, TextLang, read};
use crate::check::reading::features::{guess, parse};
use crate::check::reading::promise_classifier::{Weights, read_by};
use serde_json::Value;

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn corpus(name: &str) -> Result<Vec<Value>, Box<dyn std::error::Error>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/corpus")
        .join(name);
    let text = std::fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
    let rows: Result<Vec<Value>, _> = text
        .lines()
        .filter(|l| !l.trim().is_empty())
        .map(serde_json::from_str)
        .collect();
    Ok(rows?)
}

fn shows_misses() -> bool {
    std::env::var_os("SAYDO_MISSES").is_some()
}

/// The 95 % interval of Wilson for a share.
fn wilson(hits: usize, of: usize) -> (f64, f64) {
    if of == 0 {
        return (0.0, 1.0);
    }
    let (n, p, z) = (of as f64, hits as f64 / of as f64, 1.96_f64);
    let middle = p + z * z / (2.0 * n);
    let half = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    let whole = 1.0 + z * z / n;
    ((middle - half) / whole, (middle + half) / whole)
}

fn share(name: &str, hits: usize, of: usize) -> f64 {
    let (low, high) = wilson(hits, of);
    let value = if of == 0 {
        1.0
    } else {
        hits as f64 / of as f64
    };
    println!("  {name:<22} {value:.3}  {hits}/{of}  [{low:.3}, {high:.3}]");
    value
}

struct Level {
    f1: f64,
    kind: f64,
    due: f64,
    attributed: f64,
}

/// By the weights that were learned without the second half; only the words of those weights differ from the program's.
fn heldout(lang: &str) -> &'static Weights {
    static EN: OnceLock<Weights> = OnceLock::new();
    static VI: OnceLock<Weights> = OnceLock::new();
    match lang {
        "en" => EN.get_or_init(|| Weights::of(include_str!("../../tests/corpus/en.heldout.tsv"))),
        _ => VI.get_or_init(|| Weights::of(include_str!("../../tests/corpus/vi.heldout.tsv"))),
    }
}

/// What is measured of one sentence.
struct Found {
    promise: bool,
    label: String,
    kind: Option<String>,
    due: Option<String>,
    attributed: bool,
}

fn by_program(text: &str) -> Result<Found, Box<dyn std::error::Error>> {
    let s: SentenceRead = read(text, TextLang::Auto, true)
        .next()
        .ok_or("nothing was read")?;
    Ok(Found {
        promise: s.promise,
        label: s.label,
        kind: s.kind,
        due: s.due,
        attributed: s.attributed,
    })
}

fn by_heldout(text: &str) -> Result<Found, Box<dyn std::error::Error>> {
    let lang = guess(text);
    let r = read_by(heldout(lang.tag()), &parse(text, lang), text);
    Ok(Found {
        promise: r.promise,
        label: r.label,
        kind: r.kind,
        due: r.due.map(|(a, b)| text[a..b].to_owned()),
        attributed: r.attributed,
    })
}

type Read = fn(&str) -> Result<Found, Box<dyn std::error::Error>>;

fn measure(name: &str, lang: &str, reader: Read, level: &Level) -> Outcome {
    let mut rows: Vec<(Value, Found)> = Vec::new();
    for row in corpus(name)? {
        if row["lang"] == lang {
            let text = row["text"].as_str().ok_or("no text")?.to_owned();
            let found = reader(&text)?;
            rows.push((row, found));
        }
    }
    let (borderline, clear): (Vec<_>, Vec<_>) =
        rows.into_iter().partition(|(r, _)| r["borderline"] == true);
    println!(
        "{name} {lang}: {} sentences, and {} borderline",
        clear.len(),
        borderline.len()
    );
    let right = borderline
        .iter()
        .filter(|(r, f)| (r["label"] == "promise") == f.promise)
        .count();
    share("borderline, right", right, borderline.len());
    let is = |r: &Value| r["label"] == "promise";
    let tp = clear.iter().filter(|(r, f)| is(r) && f.promise).count();
    let found = clear.iter().filter(|(_, f)| f.promise).count();
    let real = clear.iter().filter(|(r, _)| is(r)).count();
    share("precision", tp, found);
    share("recall", tp, real);
    let f1 = 2.0 * tp as f64 / (found + real).max(1) as f64;
    println!("  {:<22} {f1:.3}", "F1");
    let both: Vec<&(Value, Found)> = clear.iter().filter(|(r, f)| is(r) && f.promise).collect();
    let kind = share(
        "kind",
        both.iter()
            .filter(|(r, f)| r["kind"].as_str() == f.kind.as_deref())
            .count(),
        both.len(),
    );
    let due = share(
        "due",
        both.iter()
            .filter(|(r, f)| r["due"].as_str() == f.due.as_deref())
            .count(),
        both.len(),
    );
    let attributed = both
        .iter()
        .filter(|(r, f)| (r["attributed"] == true) == f.attributed)
        .count();
    let attributed = share("attributed", attributed, both.len());
    if shows_misses() {
        for (r, f) in clear.iter().filter(|(r, f)| is(r) != f.promise) {
            println!("    {} read as {}: {}", r["label"], f.label, r["text"]);
        }
    }
    for (what, got, least) in [
        ("F1", f1, level.f1),
        ("kind", kind, level.kind),
        ("due", due, level.due),
        ("attributed", attributed, level.attributed),
    ] {
        assert!(
            got >= least,
            "{name} {lang}: {what} {got:.3} is below {least:.3}, the level that was reached"
        );
    }
    Ok(())
}

fn verdicts(name: &str, least: usize) -> Outcome {
    let rows = corpus(name)?;
    let (mut right, mut of) = (0, 0);
    for row in &rows {
        let known = from_record(&row["record"]).map_err(|e| format!("{}: {e}", row["id"]))?;
        let text = row["text"].as_str().ok_or("no text")?;
        let mut all = Vec::new();
        for s in read(text, TextLang::Auto, false) {
            all.extend(read_and_verify(&s.text, s.lang, &known).1);
        }
        let got = match worst_verdict(&all) {
            Verdict::Consistent => "consistent",
            Verdict::Unsupported => "unsupported",
            Verdict::NotHeld => "not-held",
            Verdict::Contradicts => "contradicts",
        };
        of += 1;
        if row["verdict"] == got {
            right += 1;
        } else if shows_misses() {
            println!(
                "    {} is {} read as {got}: {text} ({})",
                row["id"], row["verdict"], row["why"]
            );
            for h in all {
                println!("        {:?} {} {}", h.verdict, h.claim, h.what);
            }
        }
    }
    println!("{name}");
    share("verdicts", right, of);
    assert!(
        right >= least,
        "{name}: {right} of {of} verdicts are right, below {least}, the level that was reached"
    );
    Ok(())
}

#[test]
fn notices_that_were_learned_from() -> Outcome {
    println!(
        "By the weights of the program, which were learned from these too: no measure of what is to come."
    );
    let level = Level {
        f1: 0.98,
        kind: 0.98,
        due: 0.91,
        attributed: 0.98,
    };
    for name in ["dev_first.jsonl", "dev_second.jsonl"] {
        measure(name, "en", by_program, &level)?;
        measure(name, "vi", by_program, &level)?;
    }
    Ok(())
}

#[test]
fn the_half_that_was_not_learned_from() -> Outcome {
    println!("By weights that were learned without this half.");
    let english = Level {
        f1: 0.85,
        kind: 0.83,
        due: 0.90,
        attributed: 0.96,
    };
    let vietnamese = Level {
        f1: 0.87,
        kind: 0.83,
        due: 0.88,
        attributed: 0.99,
    };
    measure("dev_second.jsonl", "en", by_heldout, &english)?;
    measure("dev_second.jsonl", "vi", by_heldout, &vietnamese)
}

#[test]
fn texts_held_against_a_record() -> Outcome {
    verdicts("own_contradictions.jsonl", 108)?;
    verdicts("contradictions_dev.jsonl", 26)
}

/// Time for ten times the text over the time for the text, the quickest of three.
fn growth(piece: &str) -> f64 {
    let time = |bytes: usize| {
        let text = piece.repeat(bytes / piece.len() + 1);
        (0..3)
            .map(|_| {
                let start = std::time::Instant::now();
                let n = read(&text, TextLang::Auto, false).count();
                assert!(n > 0);
                start.elapsed().as_secs_f64()
            })
            .fold(f64::MAX, f64::min)
    };
    time(100_000) / time(10_000).max(1e-9)
}

#[test]
fn hostile_texts_take_linear_time() {
    for piece in [
        "sẽ ",
        "will be back by ",
        "(",
        "[](",
        "a\u{301}\u{302}\u{303}",
        "18:00 ",
        "1/1/1/",
        "ten of ten of ",
        "khôi phục trước 17h, ",
    ] {
        let ratio = growth(piece);
        println!("{:<24} {ratio:.1}", format!("{piece:?}"));
        // Quadratic would be a hundred; the room is for a busy machine.
        assert!(
            ratio < 40.0,
            "{piece:?}: ten times the text takes {ratio:.0} times as long"
        );
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 300, ..Default::default() })]

    /// Whatever comes in, places are places of the text, and the same text gives the same findings.
    #[test]
    fn any_text_can_be_read(text in "(\\PC|\\n| |sẽ|will|18:00|2/4|not |it |AAG|APG|down|khôi phục|hai phần năm|ghi có|credit|customers|khách hàng|đã |chưa |moved|vì|1900 0000|abc.vn|<b>|&amp;|[(\\[<*`]|ngày|by |0|%|cáp|[,;.?]){0,60}") {
        use crate::check::against::checker::{Ask, check};
        use crate::check::against::facts_of_record::from_facts;
        use crate::check::reading::text_form::Form;
        let record = serde_json::json!({"links": {"Cáp 1": "down", "b": "up"}, "lost_pct": 50.0,
            "cause_confirmed": false, "eta": "2025-11-18", "next_update": "2025-11-18T09:00Z", "vouchers": 5});
        let facts = serde_json::from_str(include_str!("../../tests/corpus/facts-r1.json")).unwrap();
        let known = [from_record(&record).unwrap(), from_facts(&facts, None)];
        for form in [Form::Plain, Form::Markdown, Form::Html] {
            let ask = Ask { form, ..Ask::default() };
            let done = check(&text, &known, &ask);
            for f in &done.findings {
                proptest::prop_assert!(text.get(f.start..f.end).is_some(), "{:?}", f);
                proptest::prop_assert!(f.line >= 1 && f.column >= 1);
            }
            proptest::prop_assert_eq!(&done, &check(&text, &known, &ask));
        }
        for s in read(&text, TextLang::Auto, false) {
            proptest::prop_assert_eq!(text.get(s.start..s.end), Some(s.text.as_str()));
        }
        let lines = text.split('\n').filter(|l| !l.trim().is_empty()).count();
        proptest::prop_assert_eq!(read(&text, TextLang::Auto, true).count(), lines);
    }
}
