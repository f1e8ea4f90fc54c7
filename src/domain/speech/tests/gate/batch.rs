//! What a draft that passed becomes in the record: the statement, and the promises of its lines. Windows and due times that
//! its corrections tell are in `told`.

use super::sample::*;
use crate::domain::base::lang::{Lang, Texts};
use crate::domain::base::time::{Period, When};
use crate::domain::config::line::Element;
use crate::domain::config::promise_kind::{Per, PromisedBy};
use crate::domain::record::payload::EventPayload;
use crate::domain::record::promise_event::Reserved;
use crate::domain::record::rendition::Also;
use crate::domain::record::statement::StatementIssued;
use crate::domain::record::statement_event::StatementEvent;
use crate::domain::speech::draft::{Draft, DraftLine, PromiseDraft};
use crate::domain::state::fold::State;

const INC_1: (&str, &str) = (
    "INC-1",
    r#"{"kind":"IncidentDeclared","playbook":"cable","digest":"d","scope":["AAG"]}"#,
);
const INC_2: (&str, &str) = (
    "INC-2",
    r#"{"kind":"IncidentDeclared","playbook":"cable","digest":"d","scope":["APG"]}"#,
);

/// An entry that issues a statement with nothing in it.
fn issued(number: u32, audience: &str, incidents: &str) -> String {
    format!(
        r#"{{"kind":"StatementIssued","number":{number},"audience":"{audience}","incidents":{incidents},
        "as_of":"2026-09-12T01:00:00Z","lines":[],"renditions":[],"digest":"d"}}"#
    )
}

/// An entry that promises a refund by ten o'clock, by a statement.
fn made(number: u32, rest: &str) -> String {
    format!(
        r#"{{"kind":"PromiseMade","number":{number},"promise":"refund","per":"incident","audience":"customers",
        "owner":"comms","by":"us","due":"2026-09-12T09:00:00Z","statement":1{rest}}}"#
    )
}

/// The statement, and every other entry as `INCIDENT {json}`.
fn batch(draft: Draft, state: &State) -> (String, StatementIssued, Vec<String>) {
    let statement = pass_draft(draft).unwrap();
    let is_open = |p: &crate::domain::state::promise::Promise| p.made.note.is_none();
    let mut all = statement.into_payloads(state, &is_open).unwrap();
    let rest = all.split_off(1);
    let rest = rest
        .iter()
        .map(|(incident, h)| format!("{incident} {}", serde_json::to_string(h).unwrap()));
    let rest = rest.collect();
    match all.remove(0) {
        (incident, EventPayload::Statement(StatementEvent::StatementIssued(said))) => {
            (incident, said, rest)
        }
        other => panic!("{other:?}"),
    }
}

fn plain_line() -> DraftLine {
    line(&no_facts("INC-1"), "money", Element::Affected, &[])
}

fn refund() -> PromiseDraft {
    promise("refund", Per::Incident)
}

/// A draft about INC-1 with one line that promises this.
fn one(promise: PromiseDraft) -> Draft {
    small(no_facts("INC-1"), vec![promising(plain_line(), promise)])
}

#[test]
fn a_statement_carries_the_draft_as_it_is() {
    let draft = draft();
    let mut lines: Vec<_> = draft.lines.iter().map(|l| l.said.clone()).collect();
    lines[UPDATE].promise_number = Some(1);
    let texts = draft.renditions.clone();
    let (incident, said, rest) = batch(draft, &record(&[INC_1]));
    assert_eq!(incident, "INC-1");
    assert_eq!(said.number, 1);
    assert_eq!(said.audience, "customers");
    assert_eq!(said.incidents, ["INC-1"]);
    assert_eq!(said.as_of, at(AS_OF));
    assert_eq!(said.previous, None);
    assert_eq!(said.lines(), lines);
    assert!(said.all_renditions().unwrap().into_iter().eq(&texts));
    assert_eq!(said.digest, said.compute_digest().unwrap());
    assert!(!said.digest.is_empty());
    assert_eq!(rest.len(), 1, "{rest:?}");
}

#[test]
fn a_statement_names_the_one_before_it_on_its_incident_to_its_audience() {
    let to_them = |n, incidents| issued(n, "customers", incidents);
    let (first, other, staff) = (
        to_them(1, r#"["INC-1"]"#),
        to_them(2, r#"["INC-2"]"#),
        issued(3, "staff", r#"["INC-1"]"#),
    );
    let state = record(&[
        INC_1,
        INC_2,
        ("INC-1", &first),
        ("INC-2", &other),
        ("INC-1", &staff),
    ]);
    let (_, said, rest) = batch(small(no_facts("INC-1"), vec![plain_line()]), &state);
    assert_eq!((said.number, said.previous), (4, Some(1)));
    assert_eq!(rest, [""; 0]);
}

#[test]
fn a_line_makes_its_promise_with_all_its_terms() {
    let promise = PromiseDraft {
        kind: "refund".into(),
        names: Texts::from([(Lang::Vi, "hoàn cước"), (Lang::En, "a refund")]),
        per: Per::Link,
        subject: Some("AAG".into()),
        scope: Vec::new(),
        owner: "billing".into(),
        by: PromisedBy::Operator,
        due: When::Day("2026-09-14".parse().unwrap()),
        uses: vec![Reserved {
            resource: "vouchers".into(),
            amount: 12,
        }],
        kept_when: "up".into(),
        grace: Some(Period::from_minutes(30)),
        of_window: true,
    };
    let state = record(&[INC_1]);
    let (_, said, rest) = batch(one(promise), &state);
    assert_eq!(said.lines()[0].promise_number, Some(1));
    assert_eq!(
        rest,
        [
            r#"INC-1 {"kind":"PromiseMade","number":1,"promise":"refund","subject":"AAG","per":"link","audience":"customers","owner":"billing","by":"operator","due":"2026-09-14","ends":"2026-09-14T17:00:00Z","statement":1,"names":{"vi":"hoàn cước","en":"a refund"},"uses":[{"resource":"vouchers","amount":12}],"kept_when":"up","grace":"30m","of_window":true,"evidence":[3,5]}"#
        ]
    );
}

/// The kind, number and incident of each entry.
fn shorts(rest: &[String]) -> Vec<String> {
    let short = |entry: &String| {
        let (incident, json) = entry.split_once(' ').unwrap();
        let value: serde_json::Value = serde_json::from_str(json).unwrap();
        format!("{incident} {} {}", value["kind"], value["number"])
    };
    rest.iter().map(|e| short(e).replace('"', "")).collect()
}

#[test]
fn promises_are_numbered_in_the_order_of_their_lines() {
    let before = made(4, "");
    let mut shared = promising(plain_line(), promise("visit", Per::Incident));
    shared.also = vec![
        promise("visit", Per::Incident),
        promise("visit", Per::Incident),
    ];
    let also = |incident: &str| Also {
        incident: incident.into(),
        it: None,
        promise_number: None,
    };
    shared.said.incident = Some("INC-2".into());
    shared.said.also = vec![also("INC-3"), also("INC-1")];
    let second = promising(plain_line(), promise("call", Per::Incident));
    let mut draft = small(no_facts("INC-1"), vec![shared, plain_line(), second]);
    draft.more.push(no_facts("INC-2"));
    draft.more.push(no_facts("INC-3"));
    let state = record(&[INC_1, ("INC-1", &before)]);
    let (incident, said, rest) = batch(draft, &state);
    assert_eq!(incident, "INC-1");
    assert_eq!(said.incidents, ["INC-1", "INC-2", "INC-3"]);
    let numbers: Vec<Vec<u32>> = said
        .lines()
        .iter()
        .map(|l| l.promise_numbers().collect())
        .collect();
    assert_eq!(numbers, [vec![5, 6, 7], vec![], vec![8]]);
    assert_eq!(
        shorts(&rest),
        [
            "INC-2 PromiseMade 5",
            "INC-3 PromiseMade 6",
            "INC-1 PromiseMade 7",
            "INC-1 PromiseMade 8",
        ]
    );
}

#[test]
fn a_promise_that_is_open_is_revised_or_left_alone() {
    let first = issued(1, "customers", r#"["INC-1"]"#);
    let open = made(1, "");
    let moved = r#"{"kind":"PromiseRevised","number":1,"due":"2026-09-12T10:00:00Z"}"#;
    let as_told = [INC_1, ("INC-1", first.as_str()), ("INC-1", open.as_str())];
    let by_hand = [as_told.as_slice(), &[("INC-1", moved)]].concat();
    let later = || PromiseDraft {
        due: When::At(at("2026-09-12T10:00:00Z")),
        ..refund()
    };
    let taking = || PromiseDraft {
        uses: vec![Reserved {
            resource: "vouchers".into(),
            amount: 2,
        }],
        ..refund()
    };
    let to_ten = r#"INC-1 {"kind":"PromiseRevised","number":1,"due":"2026-09-12T10:00:00Z","ends":"2026-09-12T10:00:00Z","statement":2}"#;
    let to_the_14th = r#"INC-1 {"kind":"PromiseRevised","number":1,"due":"2026-09-14","ends":"2026-09-14T17:00:00Z","statement":2}"#;
    let to_nine = r#"INC-1 {"kind":"PromiseRevised","number":1,"due":"2026-09-12T09:00:00Z","ends":"2026-09-12T09:00:00Z","statement":2}"#;
    let with_uses = r#"INC-1 {"kind":"PromiseRevised","number":1,"due":"2026-09-12T09:00:00Z","ends":"2026-09-12T09:00:00Z","statement":2,"uses":[{"resource":"vouchers","amount":2}]}"#;
    for (name, record_of, promise, expected) in [
        ("as it was told", as_told.as_slice(), refund(), None),
        ("another time", as_told.as_slice(), later(), Some(to_ten)),
        (
            "the same time, using more",
            as_told.as_slice(),
            taking(),
            Some(with_uses),
        ),
        (
            "a day, which ends at midnight in Hanoi",
            as_told.as_slice(),
            PromiseDraft {
                due: When::Day("2026-09-14".parse().unwrap()),
                ..refund()
            },
            Some(to_the_14th),
        ),
        (
            "moved by hand, told for the first time",
            by_hand.as_slice(),
            later(),
            Some(to_ten),
        ),
        (
            "moved by hand, told as before",
            by_hand.as_slice(),
            refund(),
            Some(to_nine),
        ),
    ] {
        let (_, said, rest) = batch(one(promise), &record(record_of));
        assert_eq!(rest, Vec::from_iter(expected), "{name}");
        assert_eq!(said.lines()[0].promise_number, Some(1), "{name}");
    }
}

#[test]
fn a_promise_is_made_anew_when_the_open_one_is_another() {
    let withdrawn = r#"{"kind":"PromiseWithdrawn","number":1,"because":"a mistake"}"#;
    let about = |subject: &str| PromiseDraft {
        per: Per::Link,
        subject: Some(subject.into()),
        ..refund()
    };
    let (same, of_aag) = (made(1, ""), made(1, r#","subject":"AAG""#));
    let settled = made(1, r#","note":"settled""#);
    let to_staff = made(1, "").replace("customers", "staff");
    let per_statement = promise("refund", Per::Statement);
    let other_kind = promise("visit", Per::Incident);
    for (name, incident, entry, after, promise) in [
        ("it is kept or over", "INC-1", &settled, None, refund()),
        (
            "it was taken back",
            "INC-1",
            &same,
            Some(withdrawn),
            refund(),
        ),
        ("it is of another kind", "INC-1", &same, None, other_kind),
        ("it is of another incident", "INC-2", &same, None, refund()),
        (
            "it is to another audience",
            "INC-1",
            &to_staff,
            None,
            refund(),
        ),
        ("it is about something", "INC-1", &of_aag, None, refund()),
        (
            "it is about something else",
            "INC-1",
            &of_aag,
            None,
            about("APG"),
        ),
        (
            "each statement makes its own",
            "INC-1",
            &same,
            None,
            per_statement,
        ),
    ] {
        let mut entries = vec![INC_1, INC_2, (incident, entry.as_str())];
        entries.extend(after.map(|a| ("INC-1", a)));
        let (_, said, rest) = batch(one(promise), &record(&entries));
        assert_eq!(shorts(&rest), ["INC-1 PromiseMade 2"], "{name}");
        assert_eq!(said.lines()[0].promise_number, Some(2), "{name}");
    }
    let state = record(&[INC_1, ("INC-1", &of_aag)]);
    let (_, _, rest) = batch(one(about("AAG")), &state);
    assert_eq!(rest, [""; 0], "the same subject");
}
