//! What is handed out with the program: unit files, a crontab, the script that packs them. Nothing is installed here.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::play::{Play, cable_down};

fn packaging() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging")
}

/// The files of a folder with what they hold.
fn files_in(folder: &str) -> Vec<(String, String)> {
    let all = std::fs::read_dir(packaging().join(folder)).unwrap();
    let all = all.map(|e| e.unwrap().path());
    all.map(|p| {
        (
            p.file_name().unwrap().to_string_lossy().into_owned(),
            std::fs::read_to_string(&p).unwrap(),
        )
    })
    .collect()
}

/// The commands that the unit files run, with the file that each is in.
fn unit_commands() -> Vec<(String, String)> {
    let files = files_in("systemd");
    let commands = files.iter().flat_map(|(name, text)| {
        let lines = text.lines().filter(|l| l.starts_with("Exec"));
        lines.map(move |l| {
            (
                name.clone(),
                l.split_once('=')
                    .unwrap()
                    .1
                    .trim_start_matches('-')
                    .to_owned(),
            )
        })
    });
    commands.collect()
}

#[test]
fn unit_files_run_commands_that_there_are_by_their_whole_paths() {
    let p = Play::new("");
    let commands = unit_commands();
    assert!(commands.len() >= 4, "{commands:?}");
    for (file, command) in commands {
        assert!(command.starts_with('/'), "{file}: {command}");
        if let Some(args) = command.strip_prefix("/usr/bin/saydo ") {
            let args: Vec<&str> = args.split(' ').chain(["--help"]).collect();
            let (code, out) = p.run(&args);
            assert_eq!(code, 0, "{file}: {command}\n{out}");
        }
    }
    let names: Vec<String> = files_in("systemd")
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    for (file, text) in files_in("systemd") {
        for line in text.lines() {
            if let Some(unit) = line.strip_prefix("OnFailure=") {
                assert!(names.contains(&unit.to_owned()), "{file}: {line}");
            }
        }
    }
}

/// The line of the crontab does its work from nothing but what cron gives: two variables and a shell.
#[test]
fn the_line_of_the_crontab_runs_where_cron_gives_next_to_nothing() {
    let p = Play::new("");
    cable_down(&p);
    let (_, crontab) = files_in("cron").remove(0);
    let line = crontab.lines().find(|l| l.starts_with('*')).unwrap();
    let command = line.splitn(7, ' ').last().unwrap();
    assert!(command.starts_with("cd /srv/isp"), "{line}");
    let env = p.path("env");
    std::fs::write(&env, "SAYDO_NOW=2026-11-24T21:05:00+07:00\n").unwrap();
    let command = command
        .replace("/usr/bin/saydo", env!("CARGO_BIN_EXE_saydo"))
        .replace("/srv/isp", &p.path("").to_string_lossy())
        .replace("/etc/saydo/env", &env.to_string_lossy());
    let out = Command::new("/bin/sh")
        .args(["-c", &command])
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&out.stdout).into_owned();
    assert_eq!(
        out.status.code(),
        Some(1),
        "{said}{}",
        String::from_utf8_lossy(&out.stderr)
    );
    assert!(said.contains("the first notice"), "{said}");
}

#[test]
fn the_version_names_the_format_of_the_record() {
    let (code, out) = Play::new("").run(&["--version"]);
    let version = env!("CARGO_PKG_VERSION");
    assert!(
        code == 0 && out.starts_with(&format!("saydo {version}")),
        "{out}"
    );
    assert!(out.contains("format of the record 5."), "{out}");
}

#[test]
fn scripts_of_a_release_are_shell() {
    let checked = Command::new("bash")
        .arg("-n")
        .arg(packaging().join("release"))
        .status();
    assert!(checked.unwrap().success());
}
