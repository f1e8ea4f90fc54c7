//! Refusals of entries about incidents: declaring, scope, playbook, notes, taking back. Facts of incidents are in `facts`.

use super::sample::*;

const NO_LINK: &str =
    "the network has no link \"AAH\"; did you mean \"AAG\"? -> known: AAG, AAG.S1, APG, hue, dns";

#[test]
fn declaring() {
    let declared = |rest: &str| {
        format!(r#"{{"kind":"IncidentDeclared","playbook":"cable","digest":"p"{rest}}}"#)
    };
    let rows = [
        (
            declared(r#","title":"\u0007","scope":["AAG"]"#),
            "the title has a control character (U+0007) -> remove it: notes are plain text",
        ),
        (declared(r#","scope":["APG","AAH"]"#), NO_LINK),
        (
            declared(r#","scope":["AAG"],"since":"2026-09-12T08:05:01Z""#),
            "the start 2026-09-12T08:05:01Z lies in the future (now is 2026-09-12T08:00:00Z) -> give the time at which it was said or seen; HH:MM means the last such time",
        ),
        (
            declared(r#","scope":["AAG"],"since":"~2026-09-12T08:05:00Z""#),
            "",
        ),
        (
            declared(r#","scope":["AAG"],"since":"1999-12-31T23:59:59Z""#),
            "the start lies in the year 1999 -> years from 2000 to 2199 are accepted",
        ),
        (
            declared(
                r#","scope":["AAG"],"since":"2027-01-01T00:00:00Z","planned":{"latest":"2027-01-02"}"#,
            ),
            "",
        ),
        (
            declared(
                r#","scope":["AAG"],"planned":{"earliest":"2027-01-02","latest":"2027-01-01"}"#,
            ),
            "the window ends before it begins: 2027-01-02..2027-01-01 -> give EARLIEST..LATEST, for example 20/9..25/9",
        ),
    ];
    for (payload, answer) in &rows {
        hold_all(&[(payload, answer)]);
    }
}

#[test]
fn only_an_open_incident_is_worked_on() {
    let kinds = [
        r#"{"kind":"ScopeChanged","added":["hue"]}"#,
        r#"{"kind":"PlaybookChanged","playbook":"cable","digest":"p"}"#,
        r#"{"kind":"IncidentClosed"}"#,
        r#"{"kind":"FactNoted","name":"customers","value":null,"source":{"kind":"estimate"},"said_at":"2026-09-12T07:00:00Z"}"#,
    ];
    for payload in kinds {
        hold(&[
            (
                "",
                payload,
                "no incident is named -> declare one: saydo declare PLAYBOOK",
            ),
            (
                "INC-9",
                payload,
                "there is no incident \"INC-9\"; did you mean \"INC-1\"? -> see: saydo status",
            ),
            (
                "INC-2",
                payload,
                "incident INC-2 is closed -> declare a new one: saydo declare PLAYBOOK",
            ),
        ]);
    }
}

#[test]
fn scope() {
    hold_all(&[
        (r#"{"kind":"ScopeChanged","added":["hue","AAH"]}"#, NO_LINK),
        (r#"{"kind":"ScopeChanged","removed":["AAH"]}"#, NO_LINK),
        (
            r#"{"kind":"ScopeChanged","removed":["AAG","hue"]}"#,
            "hue is not in the scope of INC-1 -> in scope: AAG, APG",
        ),
        (
            r#"{"kind":"ScopeChanged","removed":["APG","AAG"]}"#,
            "an incident keeps at least one link in its scope -> close it instead: saydo close INC-1",
        ),
        (r#"{"kind":"ScopeChanged","removed":["APG"]}"#, ""),
        (r#"{"kind":"ScopeChanged","added":["hue"]}"#, ""),
        (
            r#"{"kind":"ScopeChanged","added":["hue"],"removed":["APG","AAG"]}"#,
            "",
        ),
    ]);
}

#[test]
fn taking_back() {
    hold_all(&[
        (
            r#"{"kind":"Retracted","seq":5,"because":"\u0007"}"#,
            "the reason has a control character (U+0007) -> remove it: notes are plain text",
        ),
        (
            r#"{"kind":"Retracted","seq":99,"because":"wrong"}"#,
            "there is no event 99 -> see: saydo record list",
        ),
        (
            r#"{"kind":"Retracted","seq":6,"because":"wrong"}"#,
            "event 6 was already taken back by event 7 -> ",
        ),
        (
            r#"{"kind":"Retracted","seq":8,"because":"wrong"}"#,
            "event 8 (StatementIssued) cannot be taken back -> reports, notes, noted facts, sentences and scope changes can; what was issued is corrected by the next statement",
        ),
        (r#"{"kind":"Retracted","seq":5,"because":""}"#, ""),
    ]);
}

#[test]
fn notes() {
    hold_all(&[(
        r#"{"kind":"NoteTaken","text":"\u0007"}"#,
        "the note has a control character (U+0007) -> remove it: notes are plain text",
    )]);
}

#[test]
fn sentences_of_ones_own() {
    let sentence = |texts: &str, more: &str| {
        format!(r#"{{"kind":"SentenceWritten","element":"advice","texts":{{{texts}}}{more}}}"#)
    };
    let both = r#""vi":"Xin chờ.","en":"Please wait.""#;
    let long = "o".repeat(501);
    let rows = [
        (sentence(both, ""), ""),
        (
            sentence(r#""vi":"Xin chờ.""#, ""),
            "the sentence is missing in en -> every statement is in all languages of the workspace",
        ),
        (
            sentence(r#""vi":"Xin chờ.","en":" ""#, ""),
            "the sentence is missing in en -> every statement is in all languages of the workspace",
        ),
        (
            sentence(r#""vi":"Xin\nchờ.","en":"Please wait.""#, ""),
            "the sentence has a line break -> give it on one line",
        ),
        (
            sentence(&format!(r#""vi":"Xin chờ.","en":"{long}""#), ""),
            "the sentence in en has 501 characters, at most 500 -> say it in fewer words, or in two sentences",
        ),
        (
            sentence(both, r#","channels":["fax"]"#),
            "saydo.yaml has no channel \"fax\" -> choose one of: page",
        ),
        (
            sentence(both, r#","audience":"press"}"#).replace("}}", "}"),
            "saydo.yaml has no audience \"press\" -> add it under `audiences` there",
        ),
        (r#"{"kind":"SentenceEnded","sentence":20}"#.to_owned(), ""),
        (
            r#"{"kind":"SentenceEnded","sentence":6}"#.to_owned(),
            "INC-1 has no sentence 6 that is still said -> those that stand: 20",
        ),
    ];
    for (payload, answer) in &rows {
        hold_all(&[(payload, answer)]);
    }
}
