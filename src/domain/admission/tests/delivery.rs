//! Refusals of entries about texts on their way, words by hand, and drills. Sends nothing.

use super::sample::*;

/// A claim of so many texts, until then.
fn claim(outlet: &str, until: &str, first: &str, count: usize) -> String {
    let parcel = |i: usize| {
        let key = if i == 0 {
            first.to_owned()
        } else {
            format!("n{i}")
        };
        format!(r#"{{"key":"{key}","statement":1,"channel":"page"}}"#)
    };
    let parcels: Vec<String> = (0..count).map(parcel).collect();
    let parcels = parcels.join(",");
    format!(
        r#"{{"kind":"DeliveryClaimed","outlet":"{outlet}","until":"{until}","parcels":[{parcels}]}}"#
    )
}

/// So many receipts, the first with these fields besides.
fn receipts(count: usize, rest: &str) -> String {
    let receipt = |i: usize| {
        let rest = if i == 0 { rest } else { "" };
        format!(r#"{{"key":"n{i}","statement":1,"channel":"page","outcome":"failed"{rest}}}"#)
    };
    let all: Vec<String> = (0..count).map(receipt).collect();
    let all = all.join(",");
    format!(r#"{{"kind":"DeliverySettled","outlet":"status","receipts":[{all}]}}"#)
}

#[test]
fn claims() {
    const TOO_MUCH: &str =
        "too many at once, or for too long -> at most a hundred texts, for at most a day";
    const SOON: &str = "2026-09-12T09:00:00Z";
    let rows = [
        (claim("status", SOON, "n", 100), ""),
        (claim("status", SOON, "n", 101), TOO_MUCH),
        (claim("status", "2026-09-13T08:00:00Z", "n", 1), ""),
        (claim("status", "2026-09-13T08:00:01Z", "n", 1), TOO_MUCH),
        (
            claim("pager", SOON, "n", 1),
            "saydo.yaml has no outlet \"pager\" -> ",
        ),
        (
            claim("status", SOON, "k1", 2),
            "the text k1 is not to be sent now -> see: saydo outbox list",
        ),
    ];
    for (payload, answer) in &rows {
        hold_all(&[(payload, answer)]);
    }
    let drill = [("", r#"{"kind":"DrillBegun"}"#)];
    assert_eq!(
        ask_in(&drill, &books(), "", &claim("status", SOON, "n", 1)),
        "this record is a drill: nothing of it is ever published -> "
    );
}

#[test]
fn receipts_and_stops() {
    let bell = "the word of the outlet has a control character (U+0007) -> remove it: notes are plain text";
    let rows = [
        (receipts(100, ""), ""),
        (receipts(101, ""), "too many at once -> at most a hundred"),
        (receipts(1, r#","reference":"r\u0007""#), bell),
        (receipts(1, r#","because":"\u0007""#), bell),
        (receipts(1, r#","because":"""#), ""),
    ];
    for (payload, answer) in &rows {
        hold_all(&[(payload, answer)]);
    }
    hold_all(&[
        (
            r#"{"kind":"DeliveryStopped","outlet":"status","statement":1,"because":""}"#,
            "the reason is empty -> say it in a few words",
        ),
        (
            r#"{"kind":"DeliveryStopped","outlet":"status","statement":2,"because":"wrong"}"#,
            "there is no statement 2 -> see: saydo statement list",
        ),
    ]);
}

#[test]
fn words_by_hand_and_drills() {
    hold_all(&[
        (
            r#"{"kind":"Told","statement":1,"whom":"","means":"phone"}"#,
            "the name is empty -> say it in a few words",
        ),
        (
            r#"{"kind":"Told","statement":1,"whom":"the hospital","means":" "}"#,
            "the means is empty -> say it in a few words",
        ),
        (
            r#"{"kind":"Told","statement":1,"whom":"the hospital","means":"phone","note":"\u0007"}"#,
            "the note has a control character (U+0007) -> remove it: notes are plain text",
        ),
        (
            r#"{"kind":"Told","statement":2,"whom":"the hospital","means":"phone"}"#,
            "there is no statement 2 -> see: saydo statement list",
        ),
        (
            r#"{"kind":"DrillBegun"}"#,
            "something was issued here already: this record cannot become a drill -> a drill has a workspace of its own: saydo init DIR --drill",
        ),
    ]);
}

/// A plan of this number, with these places, and a text of statement 1 by this outlet to so many.
fn plan(number: u32, persons: u64, buckets: &str, outlet: &str, messages: u64) -> String {
    format!(
        r#"{{"kind":"NoticePlanned","plan":{number},"base":"d","sheet":{{"rows":9,"unreadable":1,"persons":{persons},"buckets":{buckets}}},"cells":[{{"statement":1,"outlet":"{outlet}","channel":"sms","lang":"vi","messages":{messages}}}],"root":"r"}}"#
    )
}

#[test]
fn plans_that_leave_somebody_out_are_refused() {
    const NOT_ALL: &str = "the balance does not add up: somebody is left out, or counted twice -> ";
    let all = r#"{"send":2,"told":3}"#;
    let rows = [
        (
            plan(3, 5, all, "status", 2),
            "this would be notice 2, not 3 -> ",
        ),
        (plan(2, 6, all, "status", 2), NOT_ALL),
        (plan(2, 5, all, "status", 3), NOT_ALL),
        (
            plan(
                2,
                0,
                r#"{"send":18446744073709551615,"told":1}"#,
                "status",
                2,
            ),
            NOT_ALL,
        ),
        (
            plan(2, 5, all, "status", 2),
            "the outlet \"status\" does not carry notices to customers -> in saydo.yaml: to_customers: true",
        ),
    ];
    for (payload, answer) in &rows {
        hold_all(&[(payload, answer)]);
    }
    hold_all(&[
        (
            r#"{"kind":"NoticeSent","plan":7,"outcomes":{},"waiting":0,"ledger":"l"}"#,
            "there is no notice 7 -> ",
        ),
        (
            r#"{"kind":"NoticeSent","plan":1,"outcomes":{"delivered":1},"waiting":0,"ledger":"l"}"#,
            "notice 1 has 0 messages, and not as many are accounted for -> ",
        ),
    ]);
}
