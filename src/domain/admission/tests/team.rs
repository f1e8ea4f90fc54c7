//! Refusals of entries about people, roles, keys, approvals and who may know what. Rights are not looked at by admission.

use super::sample::*;
use crate::cli::next_step::write_advice;
use crate::domain::admission::refusal::Refusal;
use crate::domain::team::entitled::NotEntitled;
use crate::domain::team::right::Right;

#[test]
fn people_and_roles() {
    hold_all(&[
        (
            r#"{"kind":"PersonAdded","person":" "}"#,
            "the name is empty -> say it in a few words",
        ),
        (
            r#"{"kind":"PersonAdded","person":"minh","name":""}"#,
            "the full name is empty -> say it in a few words",
        ),
        (
            r#"{"kind":"RoleDefined","role":"","may":["record"]}"#,
            "the role is empty -> say it in a few words",
        ),
        (
            r#"{"kind":"RoleDefined","role":"pilot","may":["record","fly","swim"]}"#,
            "there is no right \"fly\" -> known: record, draft, approve, issue, promise, resources, administer, override, disclose, publish; some may be narrowed: record:links, record:facts, promise:KIND, disclose:PATH",
        ),
        (
            r#"{"kind":"RoleGranted","person":"lam","role":"operations"}"#,
            "there is no person \"lam\"; did you mean \"lan\"? -> add them: saydo person add lam",
        ),
        (
            r#"{"kind":"RoleGranted","person":"lan","role":"operation"}"#,
            "there is no role \"operation\"; did you mean \"operations\"? -> known: operations; define one: saydo role define NAME --may RIGHT",
        ),
        (
            r#"{"kind":"RoleRevoked","person":"lan","role":"operations","because":""}"#,
            "the reason is empty -> say it in a few words",
        ),
    ]);
}

#[test]
fn keys() {
    let digits = "0".repeat(63);
    let key = |person: &str, key: &str| {
        format!(r#"{{"kind":"KeyTrusted","person":"{person}","key":"{key}"}}"#)
    };
    let no_key = "a public key is 64 hexadecimal digits -> saydo key new prints it on the machine of its owner";
    let (short, odd) = (key("lan", &digits), key("lan", &format!("{digits}g")));
    let (long, good) = (key("lan", &format!("{digits}00")), format!("{digits}0"));
    hold_all(&[(short.as_str(), no_key), (&odd, no_key), (&long, no_key)]);
    let with_team = [RECORD, TEAM].concat();
    assert_eq!(ask_in(&with_team, &books(), "", &key("lan", &good)), "");
    assert_eq!(
        ask_in(&with_team, &books(), "", &key("minh", &good)),
        "there is no person \"minh\" -> add them: saydo person add minh"
    );
    hold_all(&[(
        r#"{"kind":"KeyRevoked","key":"0011223344556677","because":""}"#,
        "the reason is empty -> say it in a few words",
    )]);
}

#[test]
fn approvals_and_disclosure() {
    hold_all(&[
        (
            r#"{"kind":"StatementRejected","draft":"d","because":""}"#,
            "the reason is empty -> say it in a few words",
        ),
        (
            r#"{"kind":"ApprovalOverridden","statement":1,"because":""}"#,
            "the reason is empty -> say it in a few words",
        ),
        (
            r#"{"kind":"PreApproved","name":"","playbook":"cable","audience":"customers","until":"2026-09-13T00:00:00Z","because":"agreed"}"#,
            "the name is empty -> say it in a few words",
        ),
        (
            r#"{"kind":"PreApproved","name":"first","playbook":"cable","audience":"customers","until":"2026-09-13T00:00:00Z","because":""}"#,
            "the reason is empty -> say it in a few words",
        ),
        (
            r#"{"kind":"DisclosureSet","path":"","level":"public","because":"agreed"}"#,
            "the path is empty -> say it in a few words",
        ),
        (
            r#"{"kind":"DisclosureSet","path":"links.AAG","level":"public","because":""}"#,
            "the reason is empty -> say it in a few words",
        ),
    ]);
}

#[test]
fn who_may_not_is_told_whom_to_ask() {
    let refused = |why: NotEntitled| {
        let Refusal { what, hint } = why.into();
        format!("{what} -> {}", write_advice(&hint))
    };
    let two = || vec!["lan".to_owned(), "minh".to_owned()];
    assert_eq!(
        refused(NotEntitled::NotOnTeam {
            person: "hoa".into(),
            administrators: two(),
        }),
        "\"hoa\" is not of the team -> act as yourself (--as NAME), or ask lan or minh: saydo person add hoa"
    );
    let lacking = |holders| NotEntitled::LacksRight {
        person: "hoa".into(),
        kind: "IncidentClosed",
        right: Right::Record,
        holders,
    };
    assert_eq!(
        refused(lacking(two())),
        "hoa may not do this (IncidentClosed): it needs the right `record` -> ask lan or minh, who may"
    );
    assert_eq!(
        refused(lacking(Vec::new())),
        "hoa may not do this (IncidentClosed): it needs the right `record` -> nobody has the right `record`; an administrator grants it: saydo role grant ROLE PERSON"
    );
}
