//! What people do by hand has receipts as well. It does not send anything.

use crate::support::play::{Play, declared};

#[test]
fn what_somebody_does_by_hand_has_its_receipt() {
    let p = Play::new("  banks: { kind: by-hand, channels: [call-centre], people: [VCB, BIDV] }\n");
    declared(&p);
    let said = p.ok(&["told"]);
    assert!(
        said.contains("VCB: statement 1") && said.contains("BIDV"),
        "{said}"
    );
    let (code, said) = p.run(&["tick"]);
    assert_eq!((code, said.contains("by-hand: banks")), (1, true), "{said}");
    let said = p.ok(&["told", "vcb", "--by", "phone", "--note", "chị Hoa nhận"]);
    assert!(said.contains("1 still wait"), "{said}");
    p.ok(&["told", "BIDV", "--by", "phone"]);
    p.ok(&[
        "told",
        "Zalo group of agents",
        "--by",
        "post",
        "--people",
        "120",
    ]);
    assert!(
        p.standings().iter().all(|s| s.3 == "delivered"),
        "{:?}",
        p.standings()
    );
    p.ok(&["link", "set", "AAG", "degraded"]);
    let said = p.ok(&["told", "somebody"]);
    assert!(said.contains("no longer true"), "{said}");
}

#[test]
fn names_of_one_version_ago_are_read_with_a_remark_and_printed_beside_the_new_ones() {
    let p = Play::new("");
    let banks =
        "  banks: { kind: by-hand, channels: [call-centre], people: [VCB], together: true }\n";
    p.write_outlets(banks);
    let said = p.ok(&["adopt"]);
    let remark = "\"together\" is now \"one_message\"";
    assert_eq!(said.matches(remark).count(), 1, "{said}");
    declared(&p);
    let waits = p.json(&["told"]);
    let waits = &waits["waiting"][0];
    assert_eq!(
        (&waits["recipient"], &waits["whom"]),
        (&"VCB".into(), &"VCB".into())
    );
    let told = p.json(&["told", "VCB", "--by", "post"]);
    assert_eq!(
        (&told["method"], &told["by"]),
        (&"post".into(), &"post".into())
    );
    let draft = p.json(&["statement", "draft"]);
    assert!(draft["omitted_lines"].is_array(), "{draft}");
    assert_eq!(draft["omitted_lines"], draft["left_out"]);
}
