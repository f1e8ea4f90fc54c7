//! Notices to everybody affected: the balance of a plan is held against a count that is made here, sending against what a gateway
//! took, killed in between.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Stdio;

use crate::support::chance::Chance;
use crate::support::outlet_server::{Manner, OutletServer};
use crate::support::play::Play;

/// A gateway that takes every request, once per key.
fn start_gateway() -> OutletServer {
    OutletServer::start(|_| Manner::Answer(200, Vec::new(), "{}".to_owned()))
}

/// The outlets and the mapping of the base.
fn outlets(url: &str) -> String {
    format!(
        "  gateway:\n    kind: http-sms\n    url: \"{url}\"\n    body: '{{ \"to\": {{{{ numbers }}}}, \"text\": {{{{ text }}}}, \"key\": {{{{ key }}}} }}'\n    \
         to_customers: true\n    honours_key: true\n    batch: 20\n    channels: [sms]\n\
         customers:\n  file: customers.csv\n  person: customer\n  rides_on: [zone, second]\n  segment: segment\n  language: lang\n  care: care\n  \
         reached_by:\n    - {{ channel: sms, outlet: gateway, address: phone, consent: agreed }}\n"
    )
}

/// A row as it is generated.
struct Row {
    person: u64,
    zones: [&'static str; 2],
    care: bool,
    phone: String,
    agreed: &'static str,
}

const HEADER: &str = "customer,zone,second,segment,lang,care,phone,agreed\r\n";

/// People with up to twelve lines, shared phones written in two ways, NFD names, quoted commas, broken rows.
fn make_base(chance: &mut Chance, rows: usize) -> (String, Vec<Row>, u64) {
    let (mut text, mut all, mut broken) = (HEADER.to_owned(), Vec::new(), 0);
    for n in 0..rows {
        let person = chance.below(rows as u64 * 3 / 5);
        let zone = |c: &mut Chance| {
            ["hue", "da-nang", "quang-tri", "", "Hu\u{ea}\u{301}", "Huế"][c.below(6) as usize]
        };
        let row = Row {
            person,
            zones: [zone(chance), zone(chance)],
            care: person.is_multiple_of(53),
            phone: match person % 11 {
                0 => String::new(),
                1 => "n/a".to_owned(),
                _ if n.is_multiple_of(2) => format!("09{:08}", person % 400),
                _ => format!("\"+84 9{:08}\"", person % 400),
            },
            agreed: ["service safety", "marketing", "", "none"][(person % 4) as usize],
        };
        text.push_str(&format!(
            "C{},{},{},,{},{},{},{}\r\n",
            row.person,
            row.zones[0],
            row.zones[1],
            ["vi", "en", "", "de"][(person % 4) as usize],
            if row.care {
                "\"dialysis, at home\""
            } else {
                ""
            },
            row.phone,
            row.agreed,
        ));
        all.push(row);
        if n.is_multiple_of(97) {
            text.push_str(
                [
                    "C1,hue\r\n",
                    ",hue,,,vi,,0901234567,service\r\n",
                    "C2,atlantis,,,vi,,0901234567,service\r\n",
                ][n % 3],
            );
            broken += 1;
        }
    }
    (text, all, broken)
}

/// The digits by which a number is told apart.
fn counted(phone: &str) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    digits
        .strip_prefix("84")
        .unwrap_or(&digits)
        .trim_start_matches('0')
        .to_owned()
}

/// The incidents, a bit each, that hit a zone: 1 in Hue, 2 in Quang Tri and Da Nang.
fn hit_by(zone: &str) -> u8 {
    match zone {
        "hue" | "Huế" | "Hu\u{ea}\u{301}" => 1,
        "quang-tri" | "da-nang" => 2,
        _ => 0,
    }
}

/// What the plan has to come to, counted without the program.
fn count_by_hand(rows: &[Row]) -> (BTreeMap<&'static str, u64>, BTreeMap<String, u8>) {
    let mut people: BTreeMap<u64, (u8, &Row)> = BTreeMap::new();
    for row in rows {
        let hit = hit_by(row.zones[0]) | hit_by(row.zones[1]);
        people.entry(row.person).or_insert((0, row)).0 |= hit;
    }
    let (mut buckets, mut addresses) = (BTreeMap::new(), BTreeMap::<String, (u8, u64)>::new());
    for (hit, row) in people.values() {
        let has_address = counted(&row.phone).len() > 5;
        let bucket = match () {
            () if *hit == 0 => "not-affected",
            () if row.care => "to-phone",
            () if !has_address => "no-address",
            () if !row.agreed.contains("service") => "no-consent",
            () => {
                let at = addresses.entry(counted(&row.phone)).or_default();
                at.0 |= hit;
                at.1 += 1;
                continue;
            }
        };
        *buckets.entry(bucket).or_default() += 1;
    }
    buckets.insert("send", addresses.len() as u64);
    let covered = addresses.values().map(|(_, n)| n - 1).sum();
    buckets.insert("covered", covered);
    let told = addresses
        .into_iter()
        .map(|(a, (hit, _))| (a, hit))
        .collect();
    (buckets, told)
}

/// Two incidents with notices of their own and one about both.
fn two_incidents(p: &Play) {
    p.ok(&["declare", "regional-power-failure", "--link", "hue=down"]);
    p.ok(&[
        "declare",
        "backbone-cut",
        "--link",
        "quang-tri=down",
        "--link",
        "da-nang=degraded",
    ]);
    p.ok(&["statement", "issue", "INC-1", "--yes"]);
    p.ok(&["statement", "issue", "INC-2", "--yes"]);
}

fn sent(server: &OutletServer) -> Vec<(String, String, String)> {
    let mut all = Vec::new();
    for got in server.taken() {
        let body: serde_json::Value = serde_json::from_str(&got.body).unwrap();
        let text = body["text"].as_str().unwrap().to_owned();
        let key = body["key"].as_str().unwrap().to_owned();
        for to in body["to"].as_array().unwrap() {
            all.push((counted(to.as_str().unwrap()), text.clone(), key.clone()));
        }
    }
    all
}

#[test]
fn every_person_of_the_base_is_in_one_place_and_gets_one_text_about_all_that_hits_them() {
    let server = start_gateway();
    let p = Play::new(&outlets(&server.url("/sms")));
    let mut chance = Chance::new();
    let (text, rows, broken) = make_base(&mut chance, 3000);
    std::fs::write(p.path("customers.csv"), text).unwrap();
    two_incidents(&p);
    // Whoever is hit by both would get two texts.
    let (code, said) = p.run(&["notice", "plan"]);
    assert!(
        code == 1 && said.contains("saydo statement issue INC-1 INC-2"),
        "{said}"
    );
    assert!(!p.path(".saydo/notices/1").exists());
    p.ok(&["statement", "issue", "INC-1", "INC-2", "--yes"]);
    let looked = p.json(&["notice", "plan", "--dry-run"]);
    let planned = p.json(&["notice", "plan"]);
    assert_eq!(looked["sheet"], planned["sheet"]);
    let (buckets, told) = count_by_hand(&rows);
    let sheet = &planned["sheet"];
    for (bucket, n) in &buckets {
        assert_eq!(sheet["buckets"][bucket], *n, "{bucket}: {sheet}");
    }
    let people: BTreeSet<u64> = rows.iter().map(|r| r.person).collect();
    assert_eq!(sheet["persons"], people.len(), "{sheet}");
    assert_eq!(sheet["unreadable"], broken);
    assert_eq!(sheet["rows"], rows.len() as u64 + broken);
    let sum: u64 = buckets.values().sum();
    assert_eq!(sum, people.len() as u64);
    // Nothing of a person is in the record.
    let record = p.ok(&["record", "export", "all.jsonl"]);
    let record = record + &std::fs::read_to_string(p.path("all.jsonl")).unwrap();
    assert!(!told.keys().take(50).any(|number| record.contains(number)));
    p.ok(&["notice", "send", "--yes"]);
    let got = sent(&server);
    assert_eq!(got.len(), told.len());
    for (number, text, _) in &got {
        let hit = told[number];
        let names_hue = text.contains("Hue") || text.contains("Huế") || text.contains("PWR");
        let names_other =
            text.contains("Quang Tri") || text.contains("Quảng Trị") || text.contains("Da Nang");
        assert!(
            names_hue == (hit & 1 != 0) || names_other == (hit & 2 != 0),
            "{hit} {text}"
        );
    }
    // The agent on the phone: by number, or by phone however it is written; nothing of anybody is shown back.
    let asked = rows
        .iter()
        .find(|r| told.contains_key(&counted(&r.phone)) && !r.care);
    let asked = asked.unwrap();
    let number = counted(&asked.phone);
    for who in [format!("+84 {number}"), format!("0{number}")] {
        let found = p.json(&["person", "lookup", &who]);
        assert!(found["persons"].as_u64().unwrap() >= 1, "{found}");
        assert!(!found["told"].as_array().unwrap().is_empty(), "{found}");
        assert!(
            !found["incidents"].as_array().unwrap().is_empty(),
            "{found}"
        );
        assert!(!found.to_string().contains(&number), "{found}");
    }
    let urgent = rows.iter().find(|r| r.care).unwrap();
    let said = p.ok(&["person", "lookup", &format!("C{}", urgent.person)]);
    assert!(said.contains("CARE MARK: dialysis, at home"), "{said}");
    assert!(
        p.ok(&["person", "lookup", "C999999"])
            .contains("Nobody in the base")
    );
    // The same notice once more goes to nobody.
    let again = p.json(&["notice", "plan"]);
    assert_eq!(again["sheet"]["buckets"]["send"], 0, "{again}");
    assert_eq!(
        again["sheet"]["buckets"]["told"],
        told.len() as u64 + buckets["covered"]
    );
    p.ok(&["record", "verify", "--derive"]);
}

/// Killed again and again, by two senders at once: nobody is left out, and what comes twice has the same key.
#[test]
fn a_sender_that_is_killed_leaves_nobody_out() {
    let server = start_gateway();
    let p = Play::new(&outlets(&server.url("/sms")));
    let (text, rows, _) = make_base(&mut Chance::new(), 4000);
    std::fs::write(p.path("customers.csv"), text).unwrap();
    two_incidents(&p);
    p.ok(&["statement", "issue", "INC-1", "INC-2", "--yes"]);
    p.ok(&["notice", "plan"]);
    let (_, told) = count_by_hand(&rows);
    let rounds = match std::env::var("SAYDO_FAULTS") {
        Ok(_) => 40,
        Err(_) => 6,
    };
    for round in 0..rounds {
        let before = server.taken().len();
        let start = || {
            let mut c = p.command(&["notice", "send", "1", "--yes"]);
            c.stdout(Stdio::null()).stderr(Stdio::null());
            c.spawn().unwrap()
        };
        let mut senders = [start(), start()];
        // Killed once some have left, or ended by itself.
        while server.taken().len() < before + 1 + round % 3
            && senders.iter_mut().any(|c| c.try_wait().unwrap().is_none())
        {
            std::thread::yield_now();
        }
        for sender in &mut senders {
            let _ = sender.kill();
            let _ = sender.wait();
        }
    }
    p.ok(&["notice", "send", "1", "--yes"]);
    let mut by_number: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (number, text, _) in sent(&server) {
        by_number.entry(number).or_default().insert(text);
    }
    assert_eq!(
        by_number.keys().collect::<Vec<_>>(),
        told.keys().collect::<Vec<_>>()
    );
    assert!(by_number.values().all(|texts| texts.len() == 1));
    let shown = p.json(&["notice", "show"]);
    assert_eq!(shown["notice"]["waiting"], 0);
    assert_eq!(shown["notice"]["outcomes"]["delivered"], told.len());
    p.ok(&["record", "verify"]);
}

#[test]
fn what_is_no_longer_true_and_what_was_changed_does_not_leave() {
    let server = start_gateway();
    let p = Play::new(&outlets(&server.url("/sms")));
    let (text, ..) = make_base(&mut Chance::new(), 200);
    std::fs::write(p.path("customers.csv"), &text).unwrap();
    two_incidents(&p);
    p.ok(&["statement", "issue", "INC-1", "INC-2", "--yes"]);
    p.ok(&["notice", "plan"]);
    // What is planned and not sent is due.
    let (code, said) = p.run(&["tick"]);
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        code == 1 && said.contains("have not left") && said.contains("notice send 1 --yes"),
        "{said}"
    );
    // Asked first, where somebody can be asked.
    let (code, said) = p.run(&["notice", "send"]);
    assert!(code == 2 && said.contains("--yes"), "{said}");
    // The stop key.
    p.ok(&["halt"]);
    let (code, said) = p.run(&["notice", "send", "--yes"]);
    assert!(
        code != 0 && said.contains("everything is stopped"),
        "{said}"
    );
    p.ok(&["halt", "--lift"]);
    // Somebody writes another number into the plan.
    let part = p.path(".saydo/notices/1/part-000");
    let planned = std::fs::read_to_string(&part).unwrap();
    std::fs::write(&part, planned.replacen("09", "08", 1)).unwrap();
    let (code, said) = p.run(&["notice", "send", "--yes"]);
    assert!(code != 0 && said.contains("not what was planned"), "{said}");
    std::fs::write(&part, &planned).unwrap();
    // It works again: what says that it is down stays here.
    p.ok(&[
        "set",
        "hue=up",
        "quang-tri=up",
        "da-nang=up",
        "--source",
        "own-check",
    ]);
    let (code, said) = p.run(&["notice", "send", "--yes"]);
    assert!(code == 1 && said.contains("no longer true"), "{said}");
    assert!(sent(&server).is_empty());
    // Nor is it planned.
    let (code, said) = p.run(&["notice", "plan"]);
    assert!(code == 1 && said.contains("may not be sent now"), "{said}");
}

#[test]
fn a_base_that_is_wrong_says_where() {
    let server = start_gateway();
    let p = Play::new(&outlets(&server.url("/sms")));
    two_incidents(&p);
    for (text, wanted) in [
        (None, "customers.csv"),
        (Some(""), "empty"),
        (Some("customer,zone\nC1,hue\n"), "no column \"second\""),
        (
            Some(
                "customer,zone,second,segment,lang,care,phone,agreed\nC1,hue,,,,,\"0901234567,s\n",
            ),
            "not closed",
        ),
    ] {
        let _ = std::fs::remove_file(p.path("customers.csv"));
        if let Some(text) = text {
            let long = match text.contains('"') {
                true => text.to_owned() + &"C2,hue,,,,,0,s\n".repeat(6000),
                false => text.to_owned(),
            };
            std::fs::write(p.path("customers.csv"), long).unwrap();
        }
        let (code, said) = p.run(&["notice", "plan", "INC-1"]);
        assert!(code == 2 && said.contains(wanted), "{said}");
    }
    // What is no file is not waited for.
    std::fs::remove_file(p.path("customers.csv")).unwrap();
    let made = std::process::Command::new("mkfifo")
        .arg(p.path("customers.csv"))
        .status();
    assert!(made.unwrap().success());
    let (code, said) = p.run(&["notice", "plan", "INC-1"]);
    assert!(code == 2 && said.contains("this is no file"), "{said}");
    assert!(
        p.json(&["notice", "list"])["notices"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    let (code, said) = p.run(&["notice", "send", "7", "--yes"]);
    assert!(code == 2 && said.contains("no notice 7"), "{said}");
}

/// As many who plan at once as like: none takes the plan of another away, and only the last is sent, so that nobody is told twice.
#[test]
fn who_plan_at_once_and_one_after_the_other_tell_nobody_twice() {
    let server = start_gateway();
    let p = Play::new(&outlets(&server.url("/sms")));
    let (text, rows, _) = make_base(&mut Chance::new(), 400);
    std::fs::write(p.path("customers.csv"), text).unwrap();
    two_incidents(&p);
    p.ok(&["statement", "issue", "INC-1", "INC-2", "--yes"]);
    // Somebody was killed while planning.
    std::fs::create_dir_all(p.path(".saydo/notices/plan-dead")).unwrap();
    std::fs::write(p.path(".saydo/notices/plan-dead/people-000"), "0901").unwrap();
    let start = || p.command(&["notice", "plan"]).spawn().unwrap();
    for mut planner in [start(), start(), start(), start()] {
        planner.wait().unwrap();
    }
    p.ok(&["notice", "plan"]);
    assert!(!p.path(".saydo/notices/plan-dead").exists());
    let planned = p.json(&["notice", "list"])["notices"]
        .as_array()
        .unwrap()
        .len();
    assert!((2..=5).contains(&planned), "{planned}");
    for n in 1..planned {
        assert!(
            p.path(&format!(".saydo/notices/{n}/part-000")).exists(),
            "{n}"
        );
        let (code, said) = p.run(&["notice", "send", &n.to_string(), "--yes"]);
        assert!(code == 1 && said.contains("was planned since"), "{said}");
    }
    p.ok(&["notice", "send", "--yes"]);
    let (_, told) = count_by_hand(&rows);
    let mut got: Vec<String> = sent(&server)
        .into_iter()
        .map(|(number, ..)| number)
        .collect();
    got.sort();
    assert_eq!(
        got.iter().collect::<Vec<_>>(),
        told.keys().collect::<Vec<_>>()
    );
}

/// Where it is not known who has it already, nobody is told twice on a guess.
#[test]
fn without_what_says_who_has_it_nothing_is_planned() {
    let server = start_gateway();
    let p = Play::new(&outlets(&server.url("/sms")));
    let (text, rows, _) = make_base(&mut Chance::new(), 100);
    std::fs::write(p.path("customers.csv"), text).unwrap();
    two_incidents(&p);
    p.ok(&["statement", "issue", "INC-1", "INC-2", "--yes"]);
    p.ok(&["notice", "plan"]);
    let someone = format!("C{}", rows[0].person);
    let refused = |wanted: &str| {
        for args in [&["notice", "plan"][..], &["person", "lookup", &someone]] {
            let (code, said) = p.run(args);
            // Lines are folded.
            let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(code == 2 && said.contains(wanted), "{args:?}: {said}");
        }
    };
    let (folder, away) = (p.path(".saydo/notices/1"), p.path("away"));
    std::fs::rename(&folder, &away).unwrap();
    refused("on another machine, or its folder is gone");
    std::fs::rename(&away, &folder).unwrap();
    let secret = p.path("customers.csv.secret");
    std::fs::rename(&secret, &away).unwrap();
    refused("would be sent to twice");
    std::fs::rename(&away, &secret).unwrap();
    p.ok(&["notice", "plan", "--dry-run"]);
    p.ok(&["person", "lookup", &someone]);
}
