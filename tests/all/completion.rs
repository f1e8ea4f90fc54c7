//! What a shell is offered, asked in the way in which the scripts of the shells ask.

use crate::support::play::{Play, declared};

/// What bash is offered for the last of these words.
fn offered(p: &Play, words: &[&str]) -> Vec<String> {
    let mut c = p.command(&[]);
    c.arg("--")
        .arg("saydo")
        .args(words)
        .env("SAYDO_COMPLETE", "bash")
        .env("_CLAP_COMPLETE_INDEX", words.len().to_string())
        .env("_CLAP_IFS", "\n")
        .env("_CLAP_COMPLETE_COMP_TYPE", "9");
    let out = c.output().unwrap();
    assert!(out.status.success() && out.stderr.is_empty(), "{out:?}");
    let said = String::from_utf8_lossy(&out.stdout).into_owned();
    said.lines().map(str::to_owned).collect()
}

#[test]
fn names_of_the_workspace_are_offered_and_commands() {
    let p = Play::new("");
    declared(&p);
    for (words, first) in [
        (&["decl"][..], "declare"),
        (&["declare", "sub"], "submarine-cable-disruption"),
        (&["declare", "outage", "--link", "BB-NS-2"], "BB-NS-2"),
        (&["link", "set", "AAE"], "AAE-1"),
        (&["set", "AAE"], "AAE-1"),
        (&["fact", "note", "eff"], "effect="),
        (&["close", ""], "INC-1"),
        (&["playbook", "translate", "--to", "f"], "fr"),
        (&["statement", "iss"], "issue"),
    ] {
        let all = offered(&p, words);
        assert_eq!(
            all.first().map(String::as_str),
            Some(first),
            "{words:?}: {all:?}"
        );
    }
    assert!(!offered(&p, &["link", "set", ""]).is_empty());
}

#[test]
fn outside_of_a_workspace_commands_alone_are_offered() {
    let p = Play::new("");
    std::fs::remove_file(p.path("saydo.yaml")).unwrap();
    assert_eq!(offered(&p, &["decl"]), ["declare"]);
    assert!(offered(&p, &["declare", "sub"]).is_empty());
}

#[test]
fn each_shell_has_a_script_and_each_command_a_page() {
    let p = Play::new("");
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = p.ok(&["completions", shell]);
        assert!(script.contains("SAYDO_COMPLETE"), "{shell}");
    }
    let (code, said) = p.run(&["completions", "cmd"]);
    assert!(code == 2 && said.contains("powershell"), "{said}");
    assert!(p.ok(&["man"]).contains(".TH saydo 1"));
    p.ok(&["man", "--to", "manual"]);
    let page = std::fs::read_to_string(p.path("manual/saydo-statement-issue.1")).unwrap();
    assert!(page.contains("audience"), "{page}");
}
