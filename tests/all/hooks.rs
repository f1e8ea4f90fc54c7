//! `action.yml` and `.pre-commit-hooks.yaml`: what they run is taken out of them and run over a small folder, and every argument
//! they pass is one of `saydo check`. Neither GitHub nor pre-commit is started.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde_yaml::Value;

const RECORD: &str = r#"{"links": {"Pearl Gateway": "down", "EAX-2": "up"}, "lost_pct": 0, "cause_confirmed": false,
    "eta": null, "next_update": null, "vouchers": null}"#;

fn read(name: &str) -> Value {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap();
    serde_yaml::from_str(&text).unwrap()
}

/// A folder with a text in which nothing is found, and others.
fn texts() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    std::fs::create_dir_all(dir.path().join("notices/old ones")).unwrap();
    write("clean.md", "# Notice\n\nPearl Gateway is down.\n");
    write("notices/found.md", "We guarantee full restoration.\n");
    write(
        "notices/old ones/a found.html",
        "<p>Pearl Gateway is up.</p>\n",
    );
    write(
        "notices/unread.txt",
        "It had gone a bit sideways out there.\n",
    );
    write("facts.json", RECORD);
    dir
}

/// The arguments of a shell text that begin with two dashes, and are no others than those of `check`.
fn assert_known(words: &[&str]) {
    let help = Command::new(env!("CARGO_BIN_EXE_saydo"))
        .args(["check", "--help"])
        .output()
        .unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let known = options_in(&help);
    assert!(!words.is_empty());
    for word in words {
        assert!(known.contains(word), "saydo check has no {word}");
    }
}

fn options_in(text: &str) -> Vec<&str> {
    let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '(' | ')');
    text.split(ends)
        .filter(|w| w.starts_with("--") && w.len() > 2)
        .collect()
}

/// The action, with its inputs as they are when nobody gives any.
struct Action {
    defaults: BTreeMap<String, String>,
    env: BTreeMap<String, String>,
    script: String,
}

impl Action {
    fn read() -> Action {
        let action = read("action.yml");
        assert_eq!(action["runs"]["using"], "composite");
        let text = |v: &Value| v.as_str().unwrap().to_owned();
        let inputs = action["inputs"].as_mapping().unwrap().iter();
        let defaults = inputs.map(|(name, input)| {
            assert!(input["description"].is_string() && text(name) == text(name).to_lowercase());
            let default = input.get("default").map_or_else(String::new, text);
            (text(name), default)
        });
        let steps = action["runs"]["steps"].as_sequence().unwrap();
        assert!(steps.iter().all(|s| s["shell"] == "bash"));
        let step = steps.iter().find(|s| s["id"] == "check").unwrap();
        let env = step["env"].as_mapping().unwrap().iter();
        let script = text(&step["run"]);
        // Inputs reach the shell as variables alone: as text of the script they could be commands.
        assert!(steps.iter().all(|s| !text(&s["run"]).contains("${{")));
        Action {
            defaults: defaults.collect(),
            env: env.map(|(name, value)| (text(name), text(value))).collect(),
            script,
        }
    }

    /// Runs the step in a folder; gives its exit code, what it said, and the SARIF where there is some.
    fn run(&self, dir: &Path, inputs: &[(&str, &str)]) -> (i32, String, Option<serde_json::Value>) {
        let mut values = self.defaults.clone();
        for (name, value) in inputs {
            assert!(
                values
                    .insert((*name).to_owned(), (*value).to_owned())
                    .is_some(),
                "{name}"
            );
        }
        let program = Path::new(env!("CARGO_BIN_EXE_saydo"));
        let path = std::env::var("PATH").unwrap();
        let output = dir.join("github-output");
        let _ = std::fs::remove_file(&output);
        let mut command = Command::new("bash");
        command.args([
            "--noprofile",
            "--norc",
            "-eo",
            "pipefail",
            "-c",
            &self.script,
        ]);
        command
            .current_dir(dir)
            .env_remove("SAYDO_WORKSPACE")
            .env("GITHUB_OUTPUT", &output);
        command.env(
            "PATH",
            format!("{}:{path}", program.parent().unwrap().display()),
        );
        for (name, value) in &self.env {
            let input = value
                .strip_prefix("${{ inputs.")
                .and_then(|v| v.strip_suffix(" }}"));
            command.env(name, &values[input.unwrap()]);
        }
        let out = command.output().unwrap();
        let said = String::from_utf8(out.stdout).unwrap() + &String::from_utf8(out.stderr).unwrap();
        let named = std::fs::read_to_string(&output).unwrap_or_default();
        let sarif = named.trim().strip_prefix("sarif=").map(|file| {
            let bytes = std::fs::read(dir.join(file)).unwrap();
            serde_json::from_slice(&bytes).unwrap()
        });
        (out.status.code().unwrap(), said, sarif)
    }
}

/// The files and rules of the findings.
fn found(sarif: &serde_json::Value) -> Vec<(String, String)> {
    assert_eq!(sarif["version"], "2.1.0");
    let results = sarif["runs"][0]["results"].as_array().unwrap().iter();
    let text = |v: &serde_json::Value| v.as_str().unwrap().to_owned();
    results
        .map(|r| {
            (
                text(&r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]),
                text(&r["ruleId"]),
            )
        })
        .collect()
}

#[test]
fn the_action_checks_files_and_leaves_sarif() {
    let action = Action::read();
    assert_known(&options_in(&action.script));
    let dir = texts();
    let run = |inputs: &[(&str, &str)]| action.run(dir.path(), inputs);
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());

    let (code, said, sarif) = run(&[("files", "clean.md")]);
    assert_eq!((code, found(&sarif.unwrap())), (0, vec![]), "{said}");
    assert!(said.contains("0 found, wording only"), "{said}");
    let (code, said, sarif) = run(&[
        ("files", "clean.md\n\nnotices/**/*.md\n"),
        ("sarif", "out.sarif"),
    ]);
    assert_eq!(code, 1, "{said}");
    assert_eq!(
        found(&sarif.unwrap()),
        [pair("notices/found.md", "guarantee")]
    );
    assert!(said.contains("notices/found.md:1:4: guarantee"), "{said}");
    // Against facts; a name with spaces is one name, in a pattern and by itself.
    for files in ["**/*.html", "notices/old ones/a found.html"] {
        let (code, said, sarif) = run(&[("files", files), ("facts", "facts.json")]);
        assert_eq!(code, 1, "{said}");
        assert_eq!(
            found(&sarif.unwrap()),
            [pair("notices/old ones/a found.html", "contradicted")]
        );
    }
    let (code, _, sarif) = run(&[("files", "notices/found.md"), ("fail", "false")]);
    assert_eq!((code, found(&sarif.unwrap()).len()), (0, 1));
    let (code, _, _) = run(&[("files", "notices/found.md"), ("allow", "guarantee vague")]);
    assert_eq!(code, 0);
    let (code, _, _) = run(&[("files", "notices/found.md"), ("only", "vague")]);
    assert_eq!(code, 0);
    let strict = [
        ("files", "notices/unread.txt"),
        ("facts", "facts.json"),
        ("strict", "true"),
    ];
    assert_eq!(run(&strict).0, 1);
    assert_eq!(run(&strict[..2]).0, 0);
    let (code, _, _) = run(&[
        ("files", "clean.md"),
        ("program", env!("CARGO_BIN_EXE_saydo")),
    ]);
    assert_eq!(code, 0);
}

#[test]
fn the_action_fails_when_it_cannot_read() {
    let action = Action::read();
    let dir = texts();
    for (inputs, words) in [
        (
            &[("files", "none/*.md")][..],
            "::error title=saydo::no file matches: none/*.md",
        ),
        (
            &[("files", "missing.md")],
            "missing.md: there is no such file",
        ),
        (
            &[("files", "clean.md"), ("facts", "clean.md")],
            "this is no JSON",
        ),
        (
            &[("files", "clean.md"), ("only", "vauge")],
            "there is no rule \"vauge\"",
        ),
        (
            &[("files", "--json"), ("fail", "false")],
            "--json: there is no such file",
        ),
        (
            &[("files", "$(touch harm); clean.md")],
            "there is no such file",
        ),
    ] {
        let (code, said, sarif) = action.run(dir.path(), inputs);
        assert_eq!((code, sarif), (2, None), "{said}");
        assert!(said.contains(words), "{said}");
    }
    assert!(!dir.path().join("harm").exists());
}

#[test]
fn the_hook_checks_the_files_that_it_is_given() {
    let hooks = read(".pre-commit-hooks.yaml");
    let [hook] = hooks.as_sequence().unwrap().as_slice() else {
        panic!("one hook is expected");
    };
    assert_eq!(
        (hook["id"].as_str(), hook["language"].as_str()),
        (Some("saydo-check"), Some("rust"))
    );
    let list = |name: &str| -> Vec<String> {
        let items = hook[name].as_sequence().unwrap().iter();
        items.map(|i| i.as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(list("types_or"), ["markdown", "plain-text", "html"]);
    let args = list("args");
    assert_known(&args.iter().map(String::as_str).collect::<Vec<_>>());
    let entry = shell_words::split(hook["entry"].as_str().unwrap()).unwrap();
    assert_eq!(entry[0], "saydo");
    let dir = texts();
    let run = |args: &[String], files: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_saydo"));
        command
            .args(&entry[1..])
            .args(args)
            .args(files)
            .current_dir(dir.path());
        let out = command.env_remove("SAYDO_WORKSPACE").output().unwrap();
        (
            out.status.code().unwrap(),
            String::from_utf8(out.stdout).unwrap(),
        )
    };
    assert_eq!(run(&args, &["clean.md"]).0, 0);
    let (code, said) = run(&args, &["clean.md", "notices/found.md"]);
    assert_eq!(code, 1);
    assert!(
        said.starts_with("notices/found.md:1:4: guarantee"),
        "{said}"
    );
    let facts = ["--facts".to_owned(), "facts.json".to_owned()];
    assert_eq!(run(&facts, &["clean.md"]).0, 0);
    assert_eq!(run(&facts, &["notices/old ones/a found.html"]).0, 1);
    assert_eq!(run(&args, &["missing.md"]).0, 2);
}
