//! Records that are whole and say what their entries do not give, and heads of records that others keep. Hashes and signatures
//! are tested at the door.

use saydo::Stored;
use serde_json::{Value, json};

use crate::support::chain::{chain_events, read_events, set_digest, write_record};
use crate::support::play::{Play, declared};

/// What somebody does to a statement.
type Change<'a> = &'a dyn Fn(&mut Value);

/// The record with its first statement changed, in JSON Lines.
fn rewritten(p: &Play, change: &dyn Fn(&mut Value)) -> String {
    let mut events = read_events(&p.path(".saydo/record.db"));
    let issued = events
        .iter_mut()
        .find(|e| e["happening"]["kind"] == "StatementIssued");
    let issued = issued.unwrap();
    change(&mut issued["happening"]);
    set_digest(&mut issued["happening"]);
    let line = |e: &Stored| format!("{{\"event\":{},\"hash\":\"{}\"}}\n", e.bytes, e.hash);
    chain_events(events).iter().map(line).collect()
}

#[test]
fn a_statement_that_was_rewritten_is_not_derived_again() {
    let p = Play::new("");
    declared(&p);
    p.now.set("2026-11-24 20:30");
    p.ok(&["link", "set", "AAG", "--work", "located"]);
    p.ok(&["statement", "issue"]);
    let said = p.ok(&["record", "verify", "--derive"]);
    assert!(said.contains("2 statements derived again"), "{said}");
    let changes: [(&str, Change<'_>); 4] = [
        ("a word", &|s| {
            let text = s["renditions"][0]["text"]
                .as_str()
                .unwrap()
                .replacen(' ', "\u{a0}", 1);
            s["renditions"][0]["text"] = json!(text);
        }),
        ("a value", &|s| {
            let lines = s["lines"].as_array_mut().unwrap().iter_mut();
            let mut reads = lines.flat_map(|l| l["reads"].as_object_mut().unwrap().values_mut());
            let since = reads
                .find(|v| v.to_string().contains("2026-11-24T13:00:00Z"))
                .unwrap();
            *since = serde_json::from_str(&since.to_string().replace("T13:00", "T12:00")).unwrap();
        }),
        ("an event that was not yet", &|s| {
            s["lines"][0]["events"] = json!([999])
        }),
        ("a claim beside its text", &|s| {
            for line in s["lines"].as_array_mut().unwrap() {
                line["claims"] = json!([]);
            }
        }),
    ];
    for (what, change) in changes {
        let file = p.path(&format!("{}.jsonl", what.replace(' ', "-")));
        std::fs::write(&file, rewritten(&p, change)).unwrap();
        let file = file.to_string_lossy().into_owned();
        let to = p.path("new.db").to_string_lossy().into_owned();
        let (code, said) = p.run(&["record", "import", &file, "--to", &to]);
        assert!(
            code == 1 && said.contains("statement 1"),
            "{what}: {code} {said}"
        );
        assert!(!is_left(&p, "new.db"), "{what}");
    }
    let empty = p.path("empty.jsonl");
    std::fs::write(&empty, "").unwrap();
    let (code, said) = p.run(&[
        "record",
        "import",
        &empty.to_string_lossy(),
        "--to",
        &p.path("new.db").to_string_lossy(),
    ]);
    assert!(
        code == 2 && said.contains("there is no event in it"),
        "{code} {said}"
    );
    // The same way without a change is the same record.
    let file = p.path("same.jsonl");
    std::fs::write(&file, rewritten(&p, &|_| ())).unwrap();
    p.ok(&[
        "record",
        "import",
        &file.to_string_lossy(),
        "--to",
        &p.path("new.db").to_string_lossy(),
    ]);
}

/// True when a file is there whose name begins so.
fn is_left(p: &Play, name: &str) -> bool {
    let folder = p.path(name).parent().unwrap().to_owned();
    let mut files = std::fs::read_dir(folder).unwrap();
    files.any(|f| f.unwrap().file_name().to_string_lossy().starts_with(name))
}

#[test]
fn a_record_of_several_pages_goes_elsewhere_whole() {
    let p = Play::new("");
    declared(&p);
    // A statement in front of the end of the first page, and one behind it.
    p.ok(&["statement", "issue"]);
    let rows: String = (0..2100)
        .map(|i| {
            format!(
                "LAND-CN,{},monitoring\n",
                if i % 2 == 0 { "down" } else { "degraded" }
            )
        })
        .enumerate()
        .map(|(i, row)| {
            row.replace(
                "\n",
                &format!(",2026-11-24T12:{:02}:{:02}Z\n", i / 60 % 60, i % 60),
            )
        })
        .collect();
    let csv = p.path("rows.csv");
    std::fs::write(&csv, format!("link,state,source,said_at\n{rows}")).unwrap();
    p.ok(&["link", "set", "--from", &csv.to_string_lossy()]);
    p.ok(&["link", "set", "AAG", "--work", "located"]);
    p.ok(&["statement", "issue"]);
    let file = p.path("all.jsonl").to_string_lossy().into_owned();
    p.ok(&["record", "export", &file]);
    for (command, place) in [("import", "new.db"), ("copy", "copy.db")] {
        let to = p.path(place).to_string_lossy().into_owned();
        let from: &[&str] = if command == "import" { &[&file] } else { &[] };
        let said = p.ok(&[&["record", command], from, &["--to", &to]].concat());
        assert!(said.contains("21"), "{said}");
        assert!(p.path(place).exists(), "{place}");
    }
    let (code, said) = p.run(&[
        "record",
        "copy",
        "--to",
        &p.path("copy.db").to_string_lossy(),
    ]);
    assert!(code == 0 && said.contains("holds all"), "{code} {said}");
    assert!(!is_left(&p, "new.db.new"));
    let nowhere = p.path("nowhere/new.db").to_string_lossy().into_owned();
    let (code, said) = p.run(&["record", "import", &file, "--to", &nowhere]);
    assert!(
        code == 2 && said.contains("there is no such folder; make it first"),
        "{code} {said}"
    );
    // A page in the middle that was changed is found too.
    let text = std::fs::read_to_string(&file).unwrap();
    let cut: String = text
        .lines()
        .enumerate()
        .filter(|(i, _)| *i != 1500)
        .map(|(_, l)| format!("{l}\n"))
        .collect();
    std::fs::write(&file, cut).unwrap();
    let again = p.path("again.db").to_string_lossy().into_owned();
    let (code, said) = p.run(&["record", "import", &file, "--to", &again]);
    assert!(code == 1 && said.contains(":1501:"), "{code} {said}");
    assert!(!is_left(&p, "again.db"));
}

#[test]
fn the_head_goes_to_those_who_can_show_it_later() {
    let p = Play::new("  audit: { kind: folder, folder: audit, witness: 1d }\n");
    declared(&p);
    let (code, said) = p.run(&["tick"]);
    assert!(code == 1 && said.contains("saydo record witness"), "{said}");
    assert!(p.ok(&["record", "witness"]).contains("audit has the head"));
    let (_, said) = p.run(&["tick"]);
    assert!(!said.contains("record witness"), "{said}");
    p.now.set("2026-11-25 20:30");
    p.ok(&["link", "set", "AAG", "--work", "located"]);
    let (_, told) = p.run(&["tick", "--publish", "--json"]);
    let told: Value = serde_json::from_str(&told).unwrap();
    let seal = told["head"]["seal"].as_str().unwrap().to_owned();
    let latest = p
        .path("audit/latest-witness-vi.txt")
        .to_string_lossy()
        .into_owned();
    let site = p.path("site").to_string_lossy().into_owned();
    p.ok(&["site", "build", &site]);
    let places = [
        latest,
        format!("{site}/witness.txt"),
        format!("{site}/index.html"),
        seal,
    ];
    for place in &places {
        let said = p.ok(&["record", "verify", "--against", place]);
        assert!(said.contains("The record holds exactly"), "{place}: {said}");
    }
    // Somebody puts an older record in its place.
    let db = p.path(".saydo/record.db");
    let mut events = read_events(&db);
    events.truncate(events.len() - 4);
    write_record(&db, &chain_events(events));
    for place in &places {
        let (code, said) = p.run(&["record", "verify", "--against", place]);
        assert!(
            code == 1 && said.contains("NOT THE SAME PAST"),
            "{place}: {code} {said}"
        );
    }
    let (code, said) = p.run(&["record", "verify", "--against", "saydo.yaml"]);
    assert!(
        code == 2 && said.contains("there is no seal in it"),
        "{said}"
    );
}

/// Nothing of a drill leaves, its head neither.
#[test]
fn the_head_of_a_drill_goes_nowhere() {
    let p = Play::with(
        "  audit: { kind: folder, folder: audit, witness: 1d }\n",
        &["--drill"],
    );
    let (code, said) = p.run(&["record", "witness"]);
    assert!(
        code != 0 && said.contains("this record is a drill"),
        "{code} {said}"
    );
    let (_, said) = p.run(&["tick", "--publish"]);
    assert!(
        !said.contains("witness") && !p.path("audit").exists(),
        "{said}"
    );
}

/// A record made by `init` has an identifier of its own, and holds texts in the languages of its workspace alone.
#[test]
fn a_new_record_is_like_no_other_and_holds_no_other_language() {
    let id = |p: &Play| {
        let exported = p.ok(&["record", "export"]);
        assert!(!exported.contains("\"fr\":"), "another language");
        let first = exported.lines().next().unwrap_or_default().to_owned();
        let first: serde_json::Value = serde_json::from_str(&first).unwrap();
        first["event"]["record"].as_str().unwrap().to_owned()
    };
    let (p, q) = (
        Play::at("2026-11-24 20:00", ""),
        Play::at("2026-11-24 20:01", ""),
    );
    declared(&p);
    assert!(id(&p).len() >= 32);
    assert_ne!(id(&p), id(&q));
}
