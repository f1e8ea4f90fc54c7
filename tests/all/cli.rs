//! Console transcripts under `tests/cli/`, and the commands of the README.

use std::path::Path;
use std::process::Command;

#[test]
fn transcripts() {
    let config = tempfile::tempdir().unwrap();
    trycmd::TestCases::new()
        .env("SAYDO_CONFIG", config.path().display().to_string())
        .env("SAYDO_ACTOR", "noc")
        .env("SAYDO_NOW", "")
        .env("SAYDO_WORKSPACE", "")
        .case("tests/cli/*.trycmd")
        // The list of rules is what the program says.
        .case("docs/rules.md");
}

/// Every block of the README marked `console` is run, in order, in a scratch folder.
#[test]
fn the_readme_is_true() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    assert!(readme.lines().count() < 200);
    let dir = tempfile::tempdir().unwrap();
    let mut folder = dir.path().to_owned();
    let mut ran = 0;
    for block in readme.split("```console\n").skip(1) {
        let block = block.split("```").next().unwrap();
        let lines: Vec<&str> = block.lines().collect();
        for (i, line) in lines.iter().enumerate() {
            let Some(command) = line.strip_prefix("$ ") else {
                continue;
            };
            let wanted: i32 = lines
                .get(i + 1)
                .and_then(|l| l.strip_prefix("? "))
                .map_or(0, |c| c.parse().unwrap());
            let words = shell_words::split(command).unwrap();
            let args: Vec<String> = match words[0].as_str() {
                "saydo" => words[1..].to_vec(),
                "cd" => {
                    folder = folder.join(&words[1]);
                    continue;
                }
                "cargo" if words[1] == "run" => words
                    .iter()
                    .skip_while(|w| *w != "--")
                    .skip(1)
                    .cloned()
                    .collect(),
                // This very command is running.
                "cargo" if words[1] == "test" => continue,
                other => panic!("the README has a command that no test runs: {other}"),
            };
            let out = Command::new(env!("CARGO_BIN_EXE_saydo"))
                .args(&args)
                .current_dir(&folder)
                .env("SAYDO_CONFIG", dir.path().join("config"))
                .env_remove("SAYDO_NOW")
                .env_remove("SAYDO_WORKSPACE")
                .output()
                .unwrap();
            assert_eq!(
                out.status.code(),
                Some(wanted),
                "{command}\n{}",
                String::from_utf8_lossy(&out.stderr)
            );
            ran += 1;
        }
    }
    assert!(ran >= 9, "only {ran} commands of the README were run");
}

/// Every scenario that is shipped or stands under `tests/scenarios/` comes out as it expects.
#[test]
fn scenarios_come_out_right() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<_> = ["examples", "tests/scenarios"]
        .iter()
        .flat_map(|d| walk(&root.join(d)))
        .filter(|f| f.extension().is_some_and(|e| e == "yaml"))
        .filter(|f| {
            std::fs::read_to_string(f)
                .unwrap()
                .lines()
                .any(|l| l.starts_with("scenario:"))
        })
        .collect();
    files.sort();
    assert!(files.len() >= 2, "{files:?}");
    for file in files {
        let out = Command::new(env!("CARGO_BIN_EXE_saydo"))
            .arg("replay")
            .arg(&file)
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&out.stdout).into_owned()
            + &String::from_utf8_lossy(&out.stderr);
        assert!(out.status.success(), "{}\n{text}", file.display());
    }
}

fn walk(dir: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(walk(&path))
        } else {
            found.push(path)
        }
    }
    found
}

/// The demo fits a terminal: at most 40 lines of 80 columns a step, in both languages.
#[test]
fn the_demo_fits_a_screen() {
    use unicode_width::UnicodeWidthStr;
    for lang in ["vi", "en"] {
        let out = Command::new(env!("CARGO_BIN_EXE_saydo"))
            .args(["demo", "--lang", lang])
            .output()
            .unwrap();
        assert!(out.status.success());
        let text = String::from_utf8(out.stdout).unwrap();
        for line in text.lines() {
            assert!(line.width() <= 80, "{} columns: {line}", line.width());
        }
        let steps: Vec<&str> = text.split("\n━━ ").skip(1).collect();
        assert!(steps.len() >= 10);
        for step in steps {
            assert!(step.trim_end().lines().count() <= 40, "{step}");
        }
    }
}

/// The shipped playbooks are clean, in the shipped workspace and network; adoption takes that as given.
#[test]
fn the_shipped_playbooks_are_clean() {
    let dir = tempfile::tempdir().unwrap();
    let out = Command::new(env!("CARGO_BIN_EXE_saydo"))
        .args(["playbook", "check"])
        .current_dir(dir.path())
        .env_remove("SAYDO_WORKSPACE")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    assert!(
        out.status.success() && text.contains("9 playbooks checked"),
        "{text}"
    );
}
