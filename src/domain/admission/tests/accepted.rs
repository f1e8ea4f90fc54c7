//! One entry of each kind that may join the record. Refusals are in the files beside this one.

use super::sample::*;
use crate::domain::record::payload::EventPayload;

const ACCEPTED: &[&str] = &[
    r#"{"kind":"TextAdopted","text_kind":"playbook","name":"cable","digest":"q","text":"name: cable"}"#,
    r#"{"kind":"IncidentDeclared","playbook":"cable","digest":"p","title":"AAG","since":"2026-09-12T07:00:00Z","scope":["AAG","hue","dns"]}"#,
    r#"{"kind":"ScopeChanged","added":["hue"],"removed":["APG"]}"#,
    r#"{"kind":"PlaybookChanged","playbook":"cable","digest":"p"}"#,
    r#"{"kind":"LinkReported","link":"AAG","state":"down","source":{"kind":"cable-operator","party":"smc"},"said_at":"2026-09-12T07:00:00Z"}"#,
    r#"{"kind":"FactNoted","name":"customers","value":{"type":"count","value":12},"source":{"kind":"estimate"},"said_at":"2026-09-12T07:00:00Z"}"#,
    r#"{"kind":"SentenceWritten","element":"advice","texts":{"vi":"Xin chờ.","en":"Please wait."}}"#,
    r#"{"kind":"SentenceEnded","sentence":20}"#,
    r#"{"kind":"NoteTaken","text":"called the ship\n\tagain"}"#,
    r#"{"kind":"Reconfirmed","links":["AAG"],"facts":["customers"],"source":{"kind":"own-check"},"said_at":"2026-09-12T07:00:00Z"}"#,
    r#"{"kind":"StatementIssued","number":2,"audience":"customers","incidents":["INC-1"],"as_of":"2026-09-12T08:00:00Z","lines":[],"renditions":[],"digest":"d"}"#,
    r#"{"kind":"PromiseMade","number":4,"promise":"refund","subject":"K-17","audience":"customers","owner":"billing","by":"us","due":"2026-09-14","note":"by phone"}"#,
    r#"{"kind":"PromiseRevised","number":1,"due":"2026-09-14","because":"more time","evidence":{"text":"a mail"}}"#,
    r#"{"kind":"PromiseWithdrawn","number":1,"because":"a mistake"}"#,
    r#"{"kind":"PromiseKept","number":1,"evidence":{"text":"a photo"},"kept_at":"2026-09-12T07:00:00Z"}"#,
    r#"{"kind":"PromiseAccepted","number":1}"#,
    r#"{"kind":"PromiseCarriedOver","number":1,"to":"billing","due":"2026-09-14"}"#,
    r#"{"kind":"StockSet","resource":"vouchers","amount":10,"source":{"kind":"own-check"},"because":"counted"}"#,
    r#"{"kind":"StockAdded","resource":"vouchers","amount":10,"source":{"kind":"own-check"},"because":"bought"}"#,
    r#"{"kind":"Reminded","keys":["promise 1"]}"#,
    r#"{"kind":"ShiftHandedOver","to":"minh","promises":[1]}"#,
    r#"{"kind":"ShiftAccepted","handover":16}"#,
    r#"{"kind":"Retracted","seq":5,"because":"another cable"}"#,
    r#"{"kind":"ClockDeclaredWrong","from":5,"because":"five years fast"}"#,
    r#"{"kind":"ClockAheadAllowed","seconds":900,"because":"this machine is slow"}"#,
    r#"{"kind":"HeadWitnessed","events":4,"hash":"aa","outlets":["audit"]}"#,
    r#"{"kind":"RecordRepaired","from":5,"dropped":2,"because":"a backup was put back"}"#,
    r#"{"kind":"PersonAdded","person":"minh","name":"Nguyễn Văn Minh"}"#,
    r#"{"kind":"RoleDefined","role":"comms","may":["record:links","issue"]}"#,
    r#"{"kind":"RoleGranted","person":"lan","role":"operations"}"#,
    r#"{"kind":"RoleRevoked","person":"lan","role":"operations","because":"moved on"}"#,
    r#"{"kind":"KeyTrusted","person":"minh","key":"00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF"}"#,
    r#"{"kind":"KeyRevoked","key":"0011223344556677","because":"lost"}"#,
    r#"{"kind":"TeamRulesSet","approval":true,"four_eyes":true}"#,
    r#"{"kind":"DraftSubmitted","draft":"d","audience":"customers","incidents":["INC-1"]}"#,
    r#"{"kind":"StatementApproved","draft":"d"}"#,
    r#"{"kind":"StatementRejected","draft":"d","because":"too early"}"#,
    r#"{"kind":"PreApproved","name":"first-notice","playbook":"cable","audience":"customers","until":"2026-09-13T00:00:00Z","because":"agreed"}"#,
    r#"{"kind":"DisclosureSet","path":"links.AAG","level":"public","because":"agreed"}"#,
    r#"{"kind":"DeliveryClaimed","outlet":"status","until":"2026-09-12T09:00:00Z","parcels":[{"key":"k2","statement":1,"channel":"page"}]}"#,
    r#"{"kind":"DeliverySettled","outlet":"status","receipts":[{"key":"k1","statement":1,"channel":"page","outcome":"delivered","reference":"r1"}]}"#,
    r#"{"kind":"DeliveryStopped","outlet":"status","statement":1,"because":"superseded"}"#,
    r#"{"kind":"SendingHalted","because":"wrong text"}"#,
    r#"{"kind":"SendingResumed","because":"looked at"}"#,
    r#"{"kind":"NoticePlanned","plan":2,"base":"d","sheet":{"rows":2,"unreadable":1,"persons":1,"buckets":{"told":1}},"cells":[],"root":"r"}"#,
    r#"{"kind":"NoticeSent","plan":1,"outcomes":{},"waiting":0,"ledger":"l"}"#,
    r#"{"kind":"Told","statement":1,"whom":"the hospital","means":"phone","note":"thanked us"}"#,
    r#"{"kind":"PreApprovalUsed","name":"first-notice","statement":1}"#,
    r#"{"kind":"ApprovalOverridden","statement":1,"because":"nobody was there"}"#,
    r#"{"kind":"IncidentClosed","handed_over_to":"billing"}"#,
];

#[test]
fn one_entry_of_each_kind_is_taken() {
    let rows: Vec<(&str, &str)> = ACCEPTED.iter().map(|p| (*p, "")).collect();
    hold_all(&rows);
    // A drill begins in a record without statements.
    assert_eq!(ask_in(&[], &books(), "", r#"{"kind":"DrillBegun"}"#), "");
    for kind in EventPayload::kinds().filter(|k| *k != "DrillBegun") {
        let opening = format!(r#"{{"kind":"{kind}""#);
        let count = ACCEPTED.iter().filter(|p| p.starts_with(&opening)).count();
        assert_eq!(count, 1, "{kind}");
    }
}

#[test]
fn what_need_not_be_given_may_be_missing() {
    hold_all(&[
        (r#"{"kind":"PersonAdded","person":"minh"}"#, ""),
        (
            r#"{"kind":"RoleRevoked","person":"lan","role":"operations"}"#,
            "",
        ),
        (r#"{"kind":"RoleDefined","role":"guest","may":[]}"#, ""),
        (
            r#"{"kind":"PromiseMade","number":4,"promise":"refund","audience":"customers","owner":"billing","by":"us","due":"2026-09-14"}"#,
            "",
        ),
        (
            r#"{"kind":"PromiseRevised","number":1,"due":"2026-09-14"}"#,
            "",
        ),
        (
            r#"{"kind":"PromiseKept","number":1,"evidence":{"text":"a photo"}}"#,
            "",
        ),
        (
            r#"{"kind":"Told","statement":1,"whom":"the hospital","means":"phone"}"#,
            "",
        ),
        (
            r#"{"kind":"IncidentDeclared","playbook":"cable","digest":"p","scope":["AAG"]}"#,
            "",
        ),
        (
            r#"{"kind":"FactNoted","name":"customers","value":null,"source":{"kind":"estimate"},"said_at":"2026-09-12T07:00:00Z"}"#,
            "",
        ),
    ]);
}
