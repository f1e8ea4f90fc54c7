//! Texts beside the notice, as `playbook check` meets them.

use crate::check::playbook::lint::{Subject, lint};
use crate::domain::config::playbook::{Playbook, PlaybookFile};
use crate::testing::{check_table, evaluator, expect, file, overlaid, shipped, shown_faults};
use serde::Deserialize;
use serde_yaml::{Mapping, Value};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    letter: Value,
    faults: Vec<String>,
}

/// Nothing is wrong with it.
const LETTER: &str = r#"
texts:
  letter:
    names: { vi: thư, en: the letter }
    with: [greeting]
    lines: [{ id: close, element: contact, purpose: fact, say: { vi: "Trân trọng, {{ org }}", en: "Yours, {{ org }}" } }]
"#;

#[test]
fn texts_beside_the_notice_are_checked() {
    let bare = std::fs::read_to_string(file("tests/playbooks/bare.yaml")).unwrap();
    let bare: Value = serde_yaml::from_str(&bare).unwrap();
    check_table("further-texts.yaml", |row: Row| {
        let below =
            |key: &str, value: Value| Value::Mapping(Mapping::from_iter([(key.into(), value)]));
        let letter = serde_yaml::from_str(LETTER).map_err(|e| e.to_string())?;
        let merged = overlaid(bare.clone(), letter);
        let merged = overlaid(merged, below("texts", below("letter", row.letter)));
        let own: PlaybookFile = serde_yaml::from_value(merged).map_err(|e| e.to_string())?;
        let whole = Playbook::build_on_base(None, &own);
        let digest = "the digest of its text".to_owned();
        let mut books = shipped::books().clone();
        books.files.insert(digest.clone(), own.clone());
        let subject = Subject {
            file: &own,
            whole: &whole,
            base: None,
            pinned: (&digest, None),
            is_shipped: false,
            is_base: false,
        };
        let (faults, _) = lint(&subject, &books, evaluator());
        let own: Vec<String> = shown_faults(&faults);
        expect("faults", own, row.faults)
    });
}
