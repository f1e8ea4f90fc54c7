//! A night of a team on one record, as each of them saw it. Texts of statements are in other tests.

use crate::support::postgres_server::{Server, saydo};

/// The night as it is played: a record on a server, and what was seen so far.
struct Night {
    server: Server,
    dir: tempfile::TempDir,
    seen: String,
}

impl Night {
    /// None on a machine without PostgreSQL.
    fn begin() -> Option<Night> {
        let night = Night {
            server: Server::start()?,
            dir: tempfile::tempdir().unwrap(),
            seen: String::new(),
        };
        let server = &night.server;
        let url = server.url("owner", "disable").replace("owner:o@", "owner@");
        assert_eq!(
            night
                .say(
                    "chief",
                    "19:00",
                    &["init", "ws", "--team", "--record", &url]
                )
                .0,
            0
        );
        Some(night)
    }

    fn say(&self, actor: &str, now: &str, args: &[&str]) -> (i32, String) {
        let out = saydo(self.dir.path())
            .env("PGPASSWORD", "o")
            .env("SAYDO_ACTOR", actor)
            .env("SAYDO_NOW", format!("2026-11-24 {now}"))
            .args(args)
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&out.stdout).into_owned()
            + &String::from_utf8_lossy(&out.stderr);
        (out.status.code().unwrap(), text)
    }

    /// One command of one of them at a minute, kept with what it showed.
    fn step(&mut self, actor: &str, now: &str, line: &str) -> (i32, String) {
        let mut args = vec!["--workspace".to_owned(), "ws".to_owned()];
        args.extend(shell_words::split(line).unwrap());
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let (code, text) = self.say(actor, now, &args);
        // Keys are by chance, and texts of drafts are in other tests.
        if !line.starts_with("key") {
            let shown: Vec<&str> = text
                .lines()
                .filter(|l| !l.trim_start().starts_with("  |"))
                .collect();
            let shown = shown
                .join("\n")
                .replace(&self.server.port.to_string(), "PORT");
            self.seen.push_str(&format!(
                "{now} {actor}$ saydo {line}\n{shown}\n? {code}\n\n"
            ));
        }
        (code, text)
    }
}

/// Roles and keys for everybody, by the chief.
fn set_up_team(night: &mut Night) {
    night.step("chief", "19:01", "key new");
    for (person, role) in [
        ("duc", "operations"),
        ("mai", "comms"),
        ("lan", "approver"),
        ("cron", "comms"),
    ] {
        assert_eq!(
            night
                .step(
                    "chief",
                    "19:02",
                    &format!("person add {person} --role {role}")
                )
                .0,
            0
        );
        let public = night.step(person, "19:03", "key new").1;
        let public = public
            .split_whitespace()
            .find(|w| w.len() == 64)
            .unwrap()
            .to_owned();
        assert_eq!(
            night
                .step("chief", "19:04", &format!("key trust {person} {public}"))
                .0,
            0
        );
    }
}

/// A first notice by what was approved in advance, and a second one by approval.
fn approve_and_issue(night: &mut Night) {
    assert_eq!(night.step("lan", "19:10", "statement preapprove night submarine-cable-disruption --first --channel web,ivr,social --until '2026-12-31 18:00' --because 'nobody is reached at night'").0, 0);
    assert_eq!(
        night
            .step(
                "mai",
                "20:00",
                "declare submarine-cable-disruption --link AAG=down"
            )
            .0,
        1,
        "comms do not record links"
    );
    assert_eq!(
        night
            .step(
                "duc",
                "20:01",
                "declare submarine-cable-disruption --link AAG=down"
            )
            .0,
        0
    );
    // Five minutes later the first notice is out, by what was approved in advance.
    assert_eq!(night.step("mai", "20:06", "statement issue").0, 0);
    assert_eq!(night.step("duc", "20:20", "link set APG down").0, 0);
    assert_eq!(night.step("duc", "20:20", "scope add APG").0, 0);
    assert_eq!(
        night.step("mai", "20:25", "statement issue").0,
        1,
        "the second one needs approval"
    );
    assert_eq!(night.step("mai", "20:26", "statement submit").0, 0);
    assert_eq!(
        night.step("mai", "20:27", "statement approve").0,
        1,
        "not by who submitted it"
    );
    assert_eq!(
        night
            .step("duc", "20:28", "link set APG degraded --source monitoring")
            .0,
        0
    );
    assert_eq!(
        night.step("lan", "20:29", "statement approve").0,
        1,
        "it lapsed: a link has changed"
    );
    assert_eq!(night.step("mai", "20:30", "statement submit").0, 0);
    assert_eq!(night.step("lan", "20:32", "statement approve").0, 0);
    assert_eq!(night.step("mai", "20:33", "statement issue").0, 0);
    assert_eq!(night.step("cron", "20:34", "tick").0, 0);
}

/// A minute later it is wrong, and nobody who may approve is awake.
fn override_at_night(night: &mut Night) {
    assert_eq!(
        night
            .step("duc", "21:00", "link set APG up --source monitoring")
            .0,
        0
    );
    assert_eq!(
        night
            .step(
                "mai",
                "21:01",
                "statement issue --override --because 'nobody answers'"
            )
            .0,
        1,
        "no right to override"
    );
    assert_eq!(
        night
            .step(
                "chief",
                "21:02",
                "statement issue --override --because 'nobody answers'"
            )
            .0,
        0
    );
}

fn lose_server(night: &mut Night) {
    night.server.down();
    assert_eq!(night.step("duc", "21:30", "status").0, 0);
    assert_eq!(
        night.step("duc", "21:31", "log 'our own line is down'").0,
        0
    );
    night.server.up();
    assert_eq!(night.step("duc", "22:00", "record rejoin").0, 0);
    assert_eq!(night.step("cron", "22:01", "record verify").0, 0);
}

/// Where the head is, and when the machine's own clock saw the server last, differ from run to run.
fn without_what_differs(seen: &str) -> String {
    let steady: Vec<String> = seen
        .lines()
        .map(|l| {
            match (
                l.find("Head "),
                l.find("copy of "),
                l.find("RECORD since "),
                l.find(".saydo/apart-"),
            ) {
                (Some(i), ..) => format!("{}Head ...", &l[..i]),
                (_, Some(i), ..) => format!("{}copy of ...", &l[..i]),
                (.., Some(i), _) => format!("{}RECORD since ...", &l[..i]),
                (.., Some(_)) => "All is joined; the side journal is kept.".to_owned(),
                _ => l.trim_end().to_owned(),
            }
        })
        .collect();
    steady.join("\n") + "\n"
}

/// A night of operations, comms, a duty manager and cron on one record, with keys: `tests/team_night.txt` is what they saw.
/// `SAYDO_BLESS=1` writes it anew.
#[test]
fn a_night_of_a_team_on_one_record() {
    let Some(mut night) = Night::begin() else {
        return;
    };
    set_up_team(&mut night);
    approve_and_issue(&mut night);
    override_at_night(&mut night);
    lose_server(&mut night);
    let (_, report) = night.step("chief", "22:02", "report --format md");
    assert!(
        report.contains("WITHOUT APPROVAL, by chief: nobody answers"),
        "{report}"
    );
    assert!(report.contains("as approved in advance by lan"), "{report}");
    let steady = without_what_differs(&night.seen);
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/team_night.txt");
    if std::env::var_os("SAYDO_BLESS").is_some() {
        std::fs::write(&file, &steady).unwrap();
    }
    let wanted = std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(steady, wanted, "not as reviewed (SAYDO_BLESS=1 accepts)");
}
