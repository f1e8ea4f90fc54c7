//! Refusals of entries about promises and shifts. Evidence and stock are looked at when a promise is offered, not here.

use super::sample::*;

const NO_PROMISE: &str = "there is no promise 9 -> there are 1 to 3; see: saydo promise list --all";
const NO_REASON: &str = "the reason is empty -> say it in a few words";
const YEAR: &str = "the due time lies in the year 2200 -> years from 2000 to 2199 are accepted";

#[test]
fn making() {
    let made = |rest: &str| {
        format!(
            r#"{{"kind":"PromiseMade","number":4,"promise":"refund","audience":"customers","by":"us"{rest}}}"#
        )
    };
    let rows = [
        (
            made(r#","subject":"","owner":"billing","due":"2026-09-14""#),
            "the reference is empty -> say it in a few words",
        ),
        (
            made(r#","note":"\u0007","owner":"billing","due":"2026-09-14""#),
            "the note has a control character (U+0007) -> remove it: notes are plain text",
        ),
        (
            made(r#","owner":"","due":"2026-09-14""#),
            "the owner is empty -> say it in a few words",
        ),
        (made(r#","owner":"billing","due":"2200-01-02""#), YEAR),
    ];
    for (payload, answer) in &rows {
        hold_all(&[(payload, answer)]);
    }
}

#[test]
fn only_what_is_not_settled_may_change() {
    let kinds = [
        r#""kind":"PromiseRevised","due":"2026-09-14""#,
        r#""kind":"PromiseWithdrawn","because":"a mistake""#,
        r#""kind":"PromiseKept","evidence":{"text":"a photo"}"#,
        r#""kind":"PromiseAccepted""#,
        r#""kind":"PromiseCarriedOver","to":"billing","due":"2026-09-14""#,
    ];
    for kind in kinds {
        let of = |number: u32| format!(r#"{{{kind},"number":{number}}}"#);
        let kept = "promise 2 was attested as kept by event 11 -> see: saydo promise show 2";
        let taken = "promise 3 was taken back by event 13 -> see: saydo promise show 3";
        let rows = [(of(2), kept), (of(3), taken), (of(9), NO_PROMISE)];
        for (payload, answer) in &rows {
            hold_all(&[(payload, answer)]);
        }
        let answer = "there is no promise 1 -> no promise has been made yet";
        assert_eq!(ask_in(&[], &books(), "", &of(1)), answer);
    }
}

#[test]
fn changing() {
    hold_all(&[
        (
            r#"{"kind":"PromiseRevised","number":1,"due":"2026-09-14","because":""}"#,
            NO_REASON,
        ),
        (
            r#"{"kind":"PromiseRevised","number":1,"due":"2026-09-14","evidence":{"text":"\u0007"}}"#,
            "the evidence has a control character (U+0007) -> remove it: notes are plain text",
        ),
        (
            r#"{"kind":"PromiseRevised","number":1,"due":"2200-01-02"}"#,
            YEAR,
        ),
        (
            r#"{"kind":"PromiseWithdrawn","number":1,"because":""}"#,
            NO_REASON,
        ),
        (
            r#"{"kind":"PromiseCarriedOver","number":1,"to":"","due":"2026-09-14"}"#,
            "the name is empty -> say it in a few words",
        ),
        (
            r#"{"kind":"PromiseCarriedOver","number":1,"to":"billing","due":"2200-01-01T00:00:00Z"}"#,
            YEAR,
        ),
    ]);
}

#[test]
fn keeping() {
    let kept = |at: &str| {
        format!(
            r#"{{"kind":"PromiseKept","number":1,"evidence":{{"text":"a photo"}},"kept_at":"{at}"}}"#
        )
    };
    let rows = [
        (
            kept("2026-09-12T00:59:59Z"),
            "promise 1 was made only after that -> give the time at which it was kept",
        ),
        (kept("2026-09-12T01:00:00Z"), ""),
        (kept("2026-09-12T08:05:00Z"), ""),
        (
            kept("2026-09-12T08:05:01Z"),
            "the time at which it was kept 2026-09-12T08:05:01Z lies in the future (now is 2026-09-12T08:00:00Z) -> give the time at which it was said or seen; HH:MM means the last such time",
        ),
    ];
    for (payload, answer) in &rows {
        hold_all(&[(payload, answer)]);
    }
    hold_all(&[(
        r#"{"kind":"PromiseKept","number":1,"evidence":{"text":""}}"#,
        "the evidence is empty -> say it in a few words",
    )]);
}

#[test]
fn shifts() {
    hold_all(&[
        (
            r#"{"kind":"ShiftHandedOver","to":"","promises":[]}"#,
            "the name is empty -> say it in a few words",
        ),
        (
            r#"{"kind":"ShiftAccepted","handover":14}"#,
            "that shift was taken on already -> ",
        ),
        (
            r#"{"kind":"ShiftAccepted","handover":15}"#,
            "no shift waits to be taken on -> hand one over: saydo handover --to NAME",
        ),
    ]);
}
