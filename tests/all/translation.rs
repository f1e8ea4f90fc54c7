//! Texts to translators and back by the command line, and a workspace that goes on in a language more. What a file for translators
//! looks like is tested where it is written.

use crate::support::play::{Play, declared};

/// A workspace with the French of what is shipped, as translators would send it: exported from one that has it.
fn exported_french(p: &Play) -> String {
    p.ok(&["init", "other", "--languages", "en,fr"]);
    let file = p.path("fr.xlf").display().to_string();
    p.ok(&[
        "--workspace",
        "other",
        "playbook",
        "translate",
        "--to",
        "fr",
        "--export",
        &file,
    ]);
    file
}

#[test]
fn a_workspace_goes_on_in_a_language_more() {
    let p = Play::new("");
    declared(&p);
    let file = exported_french(&p);
    for left_out in [
        "core-failure",
        "denial-of-service",
        "planned-work",
        "peak-hour-congestion",
    ] {
        std::fs::remove_file(p.path(&format!("playbooks/{left_out}.yaml"))).unwrap();
    }
    let before = std::fs::read_to_string(p.path("playbooks/base.yaml")).unwrap();
    let said = p.ok(&["playbook", "translate", "--to", "fr", "--import", &file]);
    assert!(said.contains("0 without a translation"), "{said}");
    let base = std::fs::read_to_string(p.path("playbooks/base.yaml")).unwrap();
    let others: Vec<&str> = base.lines().filter(|l| !l.contains(" fr: ")).collect();
    assert!(others.iter().all(|l| before.contains(l)) && base.contains("Toutes nos excuses."));
    // Once more changes nothing.
    p.ok(&["playbook", "translate", "--to", "fr", "--import", &file]);
    assert_eq!(
        std::fs::read_to_string(p.path("playbooks/base.yaml")).unwrap(),
        base
    );
    let house = std::fs::read_to_string(p.path("saydo.yaml")).unwrap();
    let with = |named: &str| house.replacen("languages: [vi, en]", named, 1);
    std::fs::write(p.path("saydo.yaml"), with("languages: [vi, en, fr]")).unwrap();
    let (code, said) = p.run(&["adopt"]);
    assert!(
        code == 2 && said.contains("unread_languages: [fr]"),
        "{said}"
    );
    let accepted = "languages: [vi, en, fr]\nunread_languages: [fr]";
    std::fs::write(p.path("saydo.yaml"), with(accepted)).unwrap();
    p.ok(&["adopt"]);
    // The open incident keeps the text that it was declared with, in which nobody wrote French.
    let (code, said) = p.run(&["statement", "issue"]);
    assert!(code == 1 && said.contains("newer text"), "{said}");
    p.ok(&["change-playbook", "submarine-cable-disruption"]);
    let said = p.ok(&["statement", "draft", "--channel", "web", "--langs", "fr"]);
    assert!(
        said.contains("not read in fr") && said.contains("Incident sur un câble"),
        "{said}"
    );
    p.ok(&["statement", "issue"]);
    let record = p.ok(&["record", "export"]);
    assert!(record.lines().last().is_some() && record.contains("\"not_read\":true"));
    let said = p.ok(&["record", "verify", "--derive"]);
    assert!(said.contains("unbroken"), "{said}");
}

#[test]
fn what_does_not_fit_is_said_and_nothing_is_written() {
    let p = Play::new("");
    let before = std::fs::read(p.path("playbooks/base.yaml")).unwrap();
    let file = exported_french(&p);
    let good = std::fs::read_to_string(&file).unwrap();
    let changed = |what: &str, text: &str, code: i32, why: &str| {
        std::fs::write(&file, text).unwrap();
        let (ended, said) = p.run(&["playbook", "translate", "--to", "fr", "--import", &file]);
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            ended == code && said.contains(why),
            "{what}: {ended} {said}"
        );
    };
    let half: String = good.chars().take(good.chars().count() / 2).collect();
    changed("cut", &half, 2, "fr.xlf");
    changed("no XML", "a, b\n", 2, "it is no XLIFF file");
    changed(
        "another language",
        &good.replacen("trgLang=\"fr\"", "trgLang=\"vi\"", 1),
        2,
        "is from en to vi",
    );
    changed(
        "moved on",
        &good.replace("We are sorry.", "We regret."),
        1,
        "the file no longer says",
    );
    changed(
        "no such file",
        &good.replacen("playbooks/base.yaml", "playbooks/../x.yaml", 1),
        1,
        "there is no such file",
    );
    assert_eq!(
        std::fs::read(p.path("playbooks/base.yaml")).unwrap(),
        before
    );
    let (code, said) = p.run(&[
        "playbook",
        "translate",
        "--to",
        "fr",
        "--export",
        "saydo.yaml",
    ]);
    assert!(code == 2 && said.contains("nothing was written"), "{said}");
    let (code, said) = p.run(&["playbook", "check", "--lang", "fr"]);
    assert!(
        code == 1 && said.contains("no text in \"fr\" for: ABC"),
        "{said}"
    );
    let (code, said) = p.run(&["init", "twice", "--languages", "en,en"]);
    assert!(
        code == 2 && said.contains("named twice") && !p.path("twice").exists(),
        "{said}"
    );
}
