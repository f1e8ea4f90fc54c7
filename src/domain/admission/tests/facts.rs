//! Refusals of noted facts, by the playbook of their incident. What a fact is told to whom is decided elsewhere.

use super::sample::*;

/// A fact noted at seven, by our own check.
fn noted(name: &str, kind: &str, value: &str) -> String {
    format!(
        r#"{{"kind":"FactNoted","name":"{name}","value":{{"type":"{kind}","value":{value}}},"source":{{"kind":"own-check"}},"said_at":"2026-09-12T07:00:00Z"}}"#
    )
}

/// A fact of each type, with a value of that type.
const TYPES: [(&str, &str, &str, &str); 11] = [
    ("customers", "Count", "count", "12"),
    ("traffic", "Decimal", "decimal", r#""12.5""#),
    ("packet_loss", "Share", "share", r#""40%""#),
    ("sailing", "Date", "date", r#""2026-09-14""#),
    ("arrival", "Instant", "instant", r#""2026-09-14T07:00:00Z""#),
    (
        "weather_window",
        "Window",
        "window",
        r#"{"latest":"2026-09-14"}"#,
    ),
    ("work_hours", "Duration", "duration", r#""30m""#),
    ("colour", "State", "state", r#""red""#),
    ("landing", "Link", "link", r#"{"id":"AAG","names":{}}"#),
    ("landings", "List", "list", r#"[{"id":"AAG","names":{}}]"#),
    ("advice", "Phrase", "phrase", r#"{"vi":"chờ","en":"wait"}"#),
];

#[test]
fn a_value_is_of_the_declared_type() {
    for (name, declared, _, _) in TYPES {
        for (_, of, kind, value) in TYPES {
            let answer = match of == declared {
                true => String::new(),
                false => format!(
                    "{name} is declared as {declared} and {kind} was given -> see: saydo fact list"
                ),
            };
            hold_all(&[(&noted(name, kind, value), &answer)]);
        }
    }
}

#[test]
fn values() {
    let no_english = "advice has no text in \"en\" -> what customers see is given in every language: LANG=TEXT for each";
    let no_vietnamese = "advice has no text in \"vi\" -> what customers see is given in every language: LANG=TEXT for each";
    let rows = [
        (noted("ship", "state", r#""sailing""#), ""),
        (
            noted("ship", "state", r#""sailin""#),
            "ship cannot be \"sailin\"; did you mean \"sailing\"? -> one of: loading, sailing",
        ),
        (
            noted(
                "weather_window",
                "window",
                r#"{"earliest":"2026-09-15","latest":"2026-09-14"}"#,
            ),
            "the window ends before it begins: 2026-09-15..2026-09-14 -> give EARLIEST..LATEST, for example 20/9..25/9",
        ),
        (noted("advice", "phrase", r#"{"vi":"chờ"}"#), no_english),
        (
            noted("advice", "phrase", r#"{"vi":"chờ","en":" "}"#),
            no_english,
        ),
        (noted("advice", "phrase", r#"{"en":"wait"}"#), no_vietnamese),
        (
            noted("advice", "phrase", r#"{"vi":"chờ","en":"\u0007"}"#),
            "the advice has a control character (U+0007) -> remove it: notes are plain text",
        ),
    ];
    for (payload, answer) in &rows {
        hold_all(&[(payload, answer)]);
    }
}

#[test]
fn the_playbook_declares_what_is_noted_and_by_whom() {
    let count = noted("customers", "count", "12");
    let from = |kind: &str, party: &str, at: &str| {
        format!(
            r#"{{"kind":"FactNoted","name":"arrival","value":null,"source":{{"kind":"{kind}"{party}}},"said_at":"{at}"}}"#
        )
    };
    let seven = "2026-09-12T07:00:00Z";
    let rows = [
        (
            noted("custmers", "count", "12"),
            "the playbook cable declares no fact \"custmers\"; did you mean \"customers\"? -> declared: advice, arrival, colour, customers, landing, landings, packet_loss, sailing, ship, traffic, weather_window, work_hours. Something else can be kept with: saydo log TEXT",
        ),
        (
            from("estimate", "", seven),
            "arrival may not come from estimate -> allowed: --source own-check or cable-operator",
        ),
        (from("cable-operator", "", seven), ""),
        (
            from("own-check", r#","party":"smd""#, seven),
            "saydo.yaml has no party \"smd\"; did you mean \"smc\"? -> add it under `parties:` with a text per language, then: saydo adopt",
        ),
        (
            from("own-check", "", "2026-09-12T08:05:01Z"),
            "the time of saying 2026-09-12T08:05:01Z lies in the future (now is 2026-09-12T08:00:00Z) -> give the time at which it was said or seen; HH:MM means the last such time",
        ),
    ];
    for (payload, answer) in &rows {
        hold_all(&[(payload, answer)]);
    }
    hold(&[
        (
            "INC-3",
            &count,
            "the incident's playbook is not in the record -> saydo record verify",
        ),
        (
            "INC-2",
            &from("own-check", r#","party":"smd""#, seven),
            "incident INC-2 is closed -> declare a new one: saydo declare PLAYBOOK",
        ),
    ]);
}
