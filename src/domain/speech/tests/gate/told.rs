//! What has to be owned up to, and what a statement tells of promises made before. Promises of its own lines are in `batch`.

use super::sample::*;
use crate::domain::base::time::When;
use crate::domain::base::value::Value;
use crate::domain::config::line::Element;
use crate::domain::config::promise_kind::Per;
use crate::domain::facts::fact::Facts;
use crate::domain::facts::missing::MissingFact;
use crate::domain::record::rendition::Also;
use crate::domain::speech::draft::{Draft, DraftLine};
use crate::domain::speech::heard_rules::owed_corrections;
use crate::domain::state::fold::State;

#[test]
fn owed_is_what_was_told_and_does_not_hold() {
    let of_link = (
        "links.AAG.told_window",
        "the repair window of AAG that was told",
    );
    let of_cause = ("links.AAG.told_cause", "the cause on AAG that was told");
    let of_promise = ("promises.4.told_due", "promise #4 (the #4)");
    let mistake = ("corrected_statement_at", "something wrong that was told");
    let late = ("late_update", "the update that was promised and is late");
    for (path, value, expected) in [
        ("slipped", list(&["AAG"]), Some(of_link)),
        ("passed", list(&["AAG"]), Some(of_link)),
        ("withdrawn", list(&["AAG"]), Some(of_link)),
        ("dropped", list(&["AAG"]), Some(of_link)),
        ("missed", list(&["AAG"]), Some(of_link)),
        ("mistold", list(&["AAG"]), Some(of_link)),
        ("recaused", list(&["AAG"]), Some(of_cause)),
        ("windows", list(&["AAG"]), None),
        ("promises.slipped", list(&["#4"]), Some(of_promise)),
        ("promises.missed", list(&["#4"]), Some(of_promise)),
        ("promises.withdrawn", list(&["#4"]), Some(of_promise)),
        ("corrections", Value::Count(1), Some(mistake)),
        ("corrections", Value::Count(0), None),
        ("late_update", instant(AS_OF), Some(late)),
    ] {
        let mut facts = no_facts("INC-1");
        put(&mut facts, path, value);
        let found = owed_corrections(&facts);
        let found: Vec<(&str, &str)> = found
            .iter()
            .map(|o| (o.printed.as_str(), o.what.as_str()))
            .collect();
        assert_eq!(found, Vec::from_iter(expected), "{path}");
    }
    let mut facts = no_facts("INC-1");
    facts.insert_missing(
        "late_update",
        MissingFact::from_untranslated("nobody knows", None),
    );
    assert!(
        owed_corrections(&facts).is_empty(),
        "what is unknown is not owed"
    );
    put(&mut facts, "slipped", list(&["AAG", "APG"]));
    put(&mut facts, "promises.missed", list(&["#1"]));
    let paths: Vec<String> = owed_corrections(&facts)
        .into_iter()
        .map(|o| o.printed)
        .collect();
    let all = [
        "links.AAG.told_window",
        "links.APG.told_window",
        "promises.1.told_due",
    ];
    assert_eq!(paths, all);
}

const DECLARED: [(&str, &str); 2] = [
    (
        "INC-1",
        r#"{"kind":"IncidentDeclared","playbook":"cable","digest":"d","scope":["AAG"]}"#,
    ),
    (
        "INC-2",
        r#"{"kind":"IncidentDeclared","playbook":"cable","digest":"d","scope":["APG"]}"#,
    ),
];

fn made(number: u32, audience: &str, rest: &str) -> String {
    format!(
        r#"{{"kind":"PromiseMade","number":{number},"promise":"repair","audience":"{audience}",
        "owner":"noc","by":"us","due":"2026-09-12T07:00:00Z","statement":1{rest}}}"#
    )
}

/// What a draft that owes nothing else tells of promises before, each entry as `INCIDENT {json}`.
fn told(draft: Draft, state: &State) -> Vec<String> {
    let statement = pass_draft(draft).unwrap();
    let all = statement.into_payloads(state, &|_| true).unwrap();
    all[1..]
        .iter()
        .map(|(incident, h)| format!("{incident} {}", serde_json::to_string(h).unwrap()))
        .collect()
}

/// A line for an entry that prints the old value of these and reads the new one.
fn correction(facts: &Facts, it: &str, reads: &[&str]) -> DraftLine {
    let mut line = line(facts, "owned", Element::Correction, reads);
    line.said.it = Some(it.into());
    line.said.claims.retain(|c| c.contains(".told_"));
    line
}

#[test]
fn a_window_that_is_told_to_hold_no_more_takes_its_promises_back() {
    let of_window = r#","per":"link","subject":"AAG","of_window":true"#;
    let entries = [
        ("INC-1", made(1, "customers", of_window)),
        ("INC-1", made(2, "customers", r#","subject":"AAG""#)),
        (
            "INC-1",
            made(3, "customers", r#","per":"link","subject":"AAG""#),
        ),
        ("INC-1", made(4, "staff", of_window)),
        ("INC-2", made(5, "customers", of_window)),
        (
            "INC-1",
            made(
                6,
                "customers",
                r#","per":"link","subject":"APG","of_window":true"#,
            ),
        ),
        ("INC-1", made(7, "customers", r#","of_window":true"#)),
        ("INC-1", made(8, "customers", of_window)),
        (
            "INC-1",
            r#"{"kind":"PromiseWithdrawn","number":8,"because":"a mistake"}"#.to_owned(),
        ),
    ];
    let entries = entries.iter().map(|(i, e)| (*i, e.as_str()));
    let entries: Vec<(&str, &str)> = DECLARED.into_iter().chain(entries).collect();
    let window = Value::Date("2026-09-20".parse().unwrap());
    for (path, now, why) in [
        ("withdrawn", None, Some("was withdrawn")),
        ("dropped", None, Some("no longer stands")),
        ("mistold", None, Some("was told by mistake")),
        ("mistold", Some(window), None),
        ("slipped", None, None),
        ("passed", None, None),
        ("missed", None, None),
    ] {
        let mut facts = no_facts("INC-1");
        put(&mut facts, path, list(&["AAG"]));
        put(&mut facts, "links.AAG.told_window", instant(AS_OF));
        if let Some(now) = now {
            put(&mut facts, "links.AAG.window", now);
        }
        let line = correction(&facts, "AAG", &["links.AAG.told_window"]);
        let found = told(small(facts, vec![line]), &record(&entries));
        let taken = |number: u32, why: &str| {
            format!(
                r#"INC-1 {{"kind":"PromiseWithdrawn","number":{number},"because":"the repair window of AAG {why}","statement":1}}"#
            )
        };
        let both = |why| vec![taken(1, why), taken(2, why)];
        assert_eq!(found, why.map(both).unwrap_or_default(), "{path}");
    }
}

/// Promise #1, moved by hand to `due`, and the correction that says so.
fn slip(due: Value) -> Draft {
    let mut facts = no_facts("INC-1");
    put(&mut facts, "promises.slipped", list(&["#1"]));
    put(
        &mut facts,
        "promises.1.told_due",
        instant("2026-09-12T07:00:00Z"),
    );
    put(&mut facts, "promises.1.due", due);
    let line = correction(&facts, "#1", &["promises.1.due", "promises.1.told_due"]);
    small(facts, vec![line])
}

fn slipped_record() -> State {
    let first = made(1, "customers", r#","per":"incident""#);
    let moved = r#"{"kind":"PromiseRevised","number":1,"due":"2026-09-12T11:00:00Z","because":"the ship is late"}"#;
    let [one, two] = DECLARED;
    record(&[one, two, ("INC-1", &first), ("INC-1", moved)])
}

const TO_ELEVEN: &str = r#"INC-1 {"kind":"PromiseRevised","number":1,"due":"2026-09-12T11:00:00Z","ends":"2026-09-12T11:00:00Z","statement":1,"because":"the ship is late"}"#;
const TO_THE_14TH: &str = r#"INC-1 {"kind":"PromiseRevised","number":1,"due":"2026-09-14","ends":"2026-09-14T17:00:00Z","statement":1,"because":"the ship is late"}"#;

/// Makes another line promise the repair anew by eleven o'clock, changed in one way.
fn make_anew(draft: &mut Draft, change: fn(&mut DraftLine)) {
    let mut anew = promise("repair", Per::Incident);
    anew.due = When::At(at("2026-09-12T11:00:00Z"));
    let mut line = promising(line(&draft.facts, "repair", Element::Outlook, &[]), anew);
    change(&mut line);
    draft.lines.push(line);
}

#[test]
fn a_due_time_that_a_correction_tells_is_told_in_the_ledger() {
    type Change = fn(&mut Draft);
    let eleven = || instant("2026-09-12T11:00:00Z");
    let day = || Value::Date("2026-09-14".parse().unwrap());
    let rows: [(&str, Value, Change, Option<&str>); 8] = [
        ("a time", eleven(), |_| {}, Some(TO_ELEVEN)),
        ("a day", day(), |_| {}, Some(TO_THE_14TH)),
        ("no time at all", list(&[]), |_| {}, None),
        (
            "the correction does not name the new time",
            eleven(),
            |d| drop(d.lines[0].said.reads.remove("promises.1.due")),
            None,
        ),
        (
            "the correction is for another entry",
            eleven(),
            |d| d.lines[0].said.it = Some("#2".into()),
            None,
        ),
        (
            "the correction is for this entry in another incident's words",
            eleven(),
            |d| {
                d.lines[0].said.it = Some("#2".into());
                d.lines[0].said.also = vec![Also {
                    incident: "INC-2".into(),
                    it: Some("#1".into()),
                    promise_number: None,
                }];
            },
            Some(TO_ELEVEN),
        ),
        (
            "the new time is told by a line that is no correction",
            eleven(),
            |d| {
                let mut plain = d.lines[0].clone();
                plain.said.element = Element::Outlook;
                d.lines[0].said.reads.remove("promises.1.due");
                d.lines.push(plain);
            },
            None,
        ),
        (
            "a promise that the ledger does not have",
            eleven(),
            |d| {
                put(&mut d.facts, "promises.slipped", list(&["#9"]));
                put(
                    &mut d.facts,
                    "promises.9.due",
                    instant("2026-09-12T11:00:00Z"),
                );
                d.lines[0].said.it = Some("#9".into());
                put(&mut d.facts, "promises.9.told_due", instant(AS_OF));
                let said = &mut d.lines[0].said;
                said.claims = vec!["promises.9.told_due".into()];
                let reads = &mut said.reads;
                reads.insert("promises.9.due".into(), instant(AS_OF));
                reads.insert("promises.9.told_due".into(), instant(AS_OF));
                d.renditions[0].placed[0].spans[0].path = "promises.9.told_due".into();
            },
            None,
        ),
    ];
    for (name, due, change, expected) in rows {
        let mut draft = slip(due);
        change(&mut draft);
        let found = told(draft, &slipped_record());
        assert_eq!(found, Vec::from_iter(expected), "{name}");
    }
}

/// The numbers of the promises that the entries revise, and how many make one.
fn revised_and_made(found: &[String]) -> (usize, usize) {
    let count = |kind: &str| found.iter().filter(|e| e.contains(kind)).count();
    (count("PromiseRevised"), count("PromiseMade"))
}

#[test]
fn a_line_that_makes_the_promise_anew_revises_it_once() {
    type Change = fn(&mut DraftLine);
    let rows: [(&str, Change, (usize, usize)); 6] = [
        ("in so many words", |_| {}, (1, 0)),
        (
            "another kind",
            |l| l.promise.as_mut().unwrap().kind = "visit".into(),
            (1, 1),
        ),
        (
            "another subject",
            |l| l.promise.as_mut().unwrap().subject = Some("APG".into()),
            (1, 1),
        ),
        (
            "another time",
            |l| l.promise.as_mut().unwrap().due = When::At(at("2026-09-12T12:00:00Z")),
            (2, 0),
        ),
        (
            "for another incident",
            |l| l.said.incident = Some("INC-2".into()),
            (1, 1),
        ),
        (
            "in words about another incident too",
            |l| {
                l.said.incident = Some("INC-2".into());
                l.said.also = vec![Also {
                    incident: "INC-1".into(),
                    it: None,
                    promise_number: None,
                }];
                let own = l.promise.as_mut().unwrap();
                l.also = vec![own.clone()];
                own.kind = "visit".into();
            },
            (1, 1),
        ),
    ];
    for (name, change, expected) in rows {
        let mut draft = slip(instant("2026-09-12T11:00:00Z"));
        make_anew(&mut draft, change);
        let found = told(draft, &slipped_record());
        assert_eq!(revised_and_made(&found), expected, "{name}: {found:#?}");
    }
}

#[test]
fn what_is_told_of_a_second_incident_stands_under_it() {
    let own = made(1, "customers", r#","subject":"APG""#);
    let [one, two] = DECLARED;
    let state = record(&[one, two, ("INC-2", &own)]);
    let mut other = no_facts("INC-2");
    put(&mut other, "withdrawn", list(&["APG"]));
    put(&mut other, "links.APG.told_window", instant(AS_OF));
    let mut line = correction(&other, "APG", &["links.APG.told_window"]);
    line.said.incident = Some("INC-2".into());
    let mut draft = small(no_facts("INC-1"), vec![line]);
    draft.more.push(other);
    let found = told(draft, &state);
    assert_eq!(
        found,
        [
            r#"INC-2 {"kind":"PromiseWithdrawn","number":1,"because":"the repair window of APG was withdrawn","statement":1}"#
        ]
    );
}

#[test]
fn facts_about_two_incidents_are_told_under_the_first() {
    let own = made(1, "customers", r#","subject":"AAG""#);
    let other = made(2, "customers", r#","subject":"AAG""#);
    let [one, two] = DECLARED;
    let state = record(&[one, two, ("INC-1", &own), ("INC-2", &other)]);
    let mut facts = no_facts("INC-1");
    facts.incidents.push("INC-2".into());
    put(&mut facts, "withdrawn", list(&["AAG"]));
    put(&mut facts, "links.AAG.told_window", instant(AS_OF));
    let line = correction(&facts, "AAG", &["links.AAG.told_window"]);
    let found = told(small(facts, vec![line]), &state);
    assert_eq!(
        found,
        [
            r#"INC-1 {"kind":"PromiseWithdrawn","number":1,"because":"the repair window of AAG was withdrawn","statement":1}"#
        ]
    );
}
