//! The audience to which commands speak that name none. It does not test what an audience may know.

use crate::support::play::{Play, cable_down};

fn rename_customers(p: &Play, listed: &str) {
    let file = p.path("saydo.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains("\n  customers:\n"));
    std::fs::write(&file, text.replace("\n  customers:\n", listed)).unwrap();
}

#[test]
fn a_renamed_audience_is_the_one_that_commands_speak_to() {
    let outlet = "  page: { kind: folder, folder: out, channels: [web] }\n";
    let p = Play::new(outlet);
    rename_customers(&p, "\n  subscribers:\n");
    p.ok(&["adopt"]);
    cable_down(&p);
    let drafted = p.json(&["statement", "draft"]);
    assert_eq!(drafted["audience"], "subscribers");
    let issued = p.ok(&["statement", "issue", "--yes"]);
    assert!(
        issued.contains("Statement 1 to subscribers is issued"),
        "{issued}"
    );
    // The outlet names no audience: it takes what is said to the same one.
    p.ok(&["publish"]);
    assert!(p.path("out").is_dir());
    let status = p.json(&["status"]);
    assert_eq!(status["incidents"][0]["last_statement"], 1, "{status}");
}

#[test]
fn several_audiences_are_told_in_one_go_and_one_that_is_not_there_keeps_it_from_no_other() {
    let p = Play::new("");
    cable_down(&p);
    let issued = p.json(&[
        "statement",
        "issue",
        "--yes",
        "--audience",
        "customers,business",
    ]);
    let told: Vec<&str> = issued["issued"]
        .as_array()
        .unwrap()
        .iter()
        .map(|i| i["statement"]["audience"].as_str().unwrap())
        .collect();
    assert_eq!(told, ["customers", "business"]);
    let (code, out) = p.run(&[
        "statement",
        "issue",
        "--yes",
        "--audience",
        "shareholders,business",
    ]);
    assert_eq!(code, 2, "{out}");
    assert!(
        out.contains("Nothing was issued to shareholders")
            && out.contains("Statement 3 to business"),
        "{out}"
    );
    let (code, out) = p.run(&[
        "statement",
        "issue",
        "--draft",
        "abc",
        "--audience",
        "customers,business",
    ]);
    assert!(
        code == 2 && out.contains("a digest is that of one draft"),
        "{out}"
    );
}

#[test]
fn two_audiences_that_could_be_meant_are_refused() {
    let p = Play::new("");
    let names = "names: { vi: khách hàng, en: customers }\n    may_know: public\n";
    rename_customers(&p, &format!("\n  homes:\n    {names}  subscribers:\n"));
    let (code, text) = p.run(&["adopt"]);
    assert_eq!(code, 2, "{text}");
    let said = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        said.contains(
            "homes, subscribers may all know what is public, and none is called `customers`"
        ),
        "{text}"
    );
}
