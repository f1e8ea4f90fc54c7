//! Every reader of foreign bytes, with valid files of which a few bytes are changed, cut out, doubled or replaced: an error at
//! most, no panic and no long wait. `SAYDO_MUTATIONS` says how many for each reader, `SAYDO_SEED` from which chance.

use std::panic::catch_unwind;
use std::time::{Duration, Instant};

use crate::check::reading::file_kind::Packing;
use crate::check::reading::promise_classifier::read_sentence;
use crate::check::reading::text_form::{Form, read_as};
use crate::cli::times::{Toward, parse_when, parse_window};
use crate::desk::incident::report_rows::read_rows;
use crate::domain::base::lang::Lang;
use crate::store::sign::Signer;
use crate::store::verify::verify_events;
use crate::store::xliff::{Unit, Xliff, read_xliff, write_xliff};
use crate::store::yaml::scanner::scan_places;
use crate::store::yaml::texts::{text_units, with_languages_alone, with_texts};
use crate::store::yaml::trim::{LeftOut, without_items};
use crate::store::{files, jsonl};
use crate::testing::chance::Chance;
use crate::testing::{ZONE, at, file};

/// One reader with what it reads rightly.
type Reader = (&'static str, Vec<u8>, fn(&[u8]));

/// Bytes that break grammars more often than chance does.
const TOKENS: &[&[u8]] = &[
    b"\"",
    b"'",
    b"{{",
    b"}}",
    b"{%",
    b"\n",
    b"\r\n",
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"- ",
    b": ",
    b"&a",
    b"*a",
    b"!!",
    b"<",
    b"&#x110000;",
    b"=?utf-8?b?",
    b"--",
    b"99999999999999999999",
    b"-1",
    b"\xe2\x80\xae",
    b"[",
    b"]",
    b",,",
    b"24:60",
    b"0/0",
];

fn as_text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn readers() -> Vec<Reader> {
    let read = |path: &str| std::fs::read(file(path)).unwrap();
    vec![
        ("saydo.yaml", read("examples/workspace/saydo.yaml"), |b| {
            let _ = files::read_workspace("f", b);
        }),
        (
            "network.yaml",
            read("examples/workspace/network.yaml"),
            |b| {
                let _ = files::read_network("f", b);
            },
        ),
        ("a playbook", read("tests/playbooks/bare.yaml"), |b| {
            let _ = files::read_playbook("f", b);
        }),
        (
            "reports in CSV",
            b"link,state,capacity_left,note\nAAG,down,,\"a, b\"\nAPG,degraded,40%,x\n".to_vec(),
            |b| {
                let _ = read_rows("f", b);
            },
        ),
        ("events", read("tests/golden/format-5.jsonl"), |b| {
            if let Ok(events) = jsonl::read_json_lines(&as_text(b)) {
                let _ = verify_events(&events);
            }
        }),
        ("a mail", read("tests/cli/files/notice.eml"), |b| {
            let _ = Packing::Mail.take_out(b);
        }),
        (
            "a page",
            b"<p title='x'>AAG &amp; <b>APG</b> are <s>up</s> down&nbsp;now.</p><!-- x -->"
                .to_vec(),
            |b| {
                let _ = read_as(&as_text(b), Form::Html);
            },
        ),
        (
            "Markdown",
            b"# AAG\n\n* down **since** 08:00\n\n| a | b |\n| - | - |\n| [x](y) | ~~z~~ |\n"
                .to_vec(),
            |b| {
                let _ = read_as(&as_text(b), Form::Markdown);
            },
        ),
        (
            "wrapped lines",
            b"The cable is down\nsince 08:00. We will\nwrite again by 10:00.\n".to_vec(),
            |b| {
                let _ = read_as(&as_text(b), Form::Plain);
            },
        ),
        (
            "a sentence",
            "Chúng tôi sẽ cập nhật trước 10:00 ngày 12/9."
                .as_bytes()
                .to_vec(),
            |b| {
                let _ = read_sentence(&as_text(b), Lang::Vi);
            },
        ),
        ("a translation", sent_texts(), |b| {
            let _ = read_xliff(&as_text(b));
        }),
        (
            "texts in a playbook",
            read("playbooks/several-cables.yaml"),
            |b| {
                if let Ok(source) = scan_places("f.yaml", b) {
                    let _ = with_languages_alone(&source, &[Lang::En]);
                    let texts = text_units(&source).into_iter();
                    let texts = texts.map(|u| (u.path, "x".to_owned())).collect();
                    let _ = with_texts(&source, Lang::Vi, &texts);
                    let _ = without_items(&source, &left_out());
                }
            },
        ),
        ("a time", b"tomorrow 14:30".to_vec(), |b| {
            let _ = parse_when(&as_text(b), Toward::Future, at("10:00"), ZONE);
        }),
        ("a window", b"20/9..25/9 14:30".to_vec(), |b| {
            let _ = parse_window(&as_text(b), at("10:00"), ZONE);
        }),
        (
            "a private key",
            b"saydo-key/1 0000000000000000000000000000000000000000000000000000000000000000"
                .to_vec(),
            |b| {
                let _ = Signer::read_private_key(&as_text(b));
            },
        ),
    ]
}

/// What translators get of a text.
fn sent_texts() -> Vec<u8> {
    let unit = Unit {
        file: "a.yaml".into(),
        path: "lines[0].say".into(),
        source: "{{ it.name }} & {{ it.since }}".into(),
        target: "{{ it.name }} « x »".into(),
    };
    let xliff = Xliff {
        from: "en".into(),
        to: "fr".into(),
        units: vec![unit],
    };
    write_xliff(&xliff).into_bytes()
}

fn left_out() -> LeftOut {
    LeftOut {
        lines: ["down", "count", "degraded"].map(str::to_owned).into(),
        ..LeftOut::default()
    }
}

/// Changes a few places of some bytes.
fn mutate(bytes: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut all = bytes.to_vec();
    for _ in 0..=chance.below(4) {
        let at = chance.below(all.len() as u64 + 1) as usize;
        let end = (at + 1 + chance.below(40) as usize).min(all.len());
        let token = TOKENS[chance.below(TOKENS.len() as u64) as usize];
        match chance.below(5) {
            0 if at < all.len() => all[at] ^= 1 << chance.below(8),
            1 => drop(all.drain(at.min(end)..end)),
            2 => {
                let part = all[at.min(end)..end].to_vec();
                all.splice(at..at, part);
            }
            3 => all.truncate(at),
            _ => drop(all.splice(at..at, token.iter().copied())),
        }
    }
    all
}

#[test]
fn no_changed_input_ends_or_holds_the_program() {
    let given = std::env::var("SAYDO_MUTATIONS").ok();
    let count: u64 = given.and_then(|n| n.parse().ok()).unwrap_or(300);
    let mut chance = Chance::new();
    for (name, whole, read) in readers() {
        read(&whole);
        let begun = Instant::now();
        for _ in 0..count {
            let changed = mutate(&whole, &mut chance);
            let one = Instant::now();
            let ended = catch_unwind(|| read(&changed));
            let shown = changed.escape_ascii();
            assert!(ended.is_ok(), "{name} ends the program: {shown}");
            assert!(
                one.elapsed() < Duration::from_secs(10),
                "{name} is held up by {shown}"
            );
        }
        println!("{name}: {count} in {:?}", begun.elapsed());
    }
}
