//! One night with a team and approvals, to every kind of outlet at once: every text everywhere once. It tries no fault.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::sync::{Arc, Mutex};

use super::hook;
use crate::support::mailbox::Mailbox;
use crate::support::outlet_server::{Got, Manner, OutletServer};
use crate::support::play::{Play, SECRET, files};
use crate::support::status_page::statuspage;

/// The servers of the night, one for each kind of outlet.
struct Servers {
    /// Webhook, chat and gateway, told apart by their paths.
    hooks: OutletServer,
    page_server: OutletServer,
    page: Arc<Mutex<serde_json::Value>>,
    mail: Option<Mailbox>,
}

fn answer_each_number(got: &Got) -> Manner {
    let sent: serde_json::Value = serde_json::from_str(&got.body).unwrap();
    let list: Vec<_> = sent["to"]
        .as_array()
        .unwrap()
        .iter()
        .map(|n| serde_json::json!({ "to": n, "status": "0" }))
        .collect();
    Manner::Answer(
        200,
        Vec::new(),
        serde_json::json!({ "messages": list }).to_string(),
    )
}

impl Servers {
    fn start() -> Servers {
        let hooks = OutletServer::start(|got| match got.path.as_str() {
            "/gw" => answer_each_number(got),
            _ => Manner::ok(),
        });
        let (page_server, page) = statuspage(10_000);
        page.lock().unwrap()["lost"] = serde_json::json!(["none"]);
        Servers {
            hooks,
            page_server,
            page,
            mail: Mailbox::start(&[]),
        }
    }

    fn outlets(&self) -> String {
        let mut outlets = hook(&self.hooks.url("/hook"))
            + &format!(
                "  chat: {{ kind: slack, url: \"{}\", channels: [social], one_message: true }}\n",
                self.hooks.url("/chat")
            )
            + "  files: { kind: folder, folder: out, channels: [web, ivr, call-centre] }\n"
            + "  page: { kind: site, folder: site, staff: staff, base_url: \"https://status.abc.vn\", counts_as_update: true }\n"
            + &format!(
                "  sp: {{ kind: statuspage, url: \"{}\", page: p1, secret: \"file:private.key\", channels: [web], one_message: true, components: {{ AAG: c-aag, IA: c-ia }} }}\n",
                self.page_server.url("/v1")
            )
            + &format!(
                "  sms: {{ kind: http-sms, url: \"{}\", body: '{{ \"to\": {{{{ numbers }}}}, \"text\": {{{{ text }}}} }}', recipients: people.txt, batch: 10, channels: [sms], languages: [vi], results: {{ list: /messages, number: to, status: status, accepted: [\"0\"] }} }}\n",
                self.hooks.url("/gw")
            )
            + "  banks: { kind: by-hand, channels: [call-centre], people: [VCB] }\n";
        if let Some(mail) = &self.mail {
            outlets += &format!(
                "  mail: {{ kind: smtp, server: \"127.0.0.1:{}\", tls: none, from: suco@abc.vn, to: [\"dn@khach.vn\"], channels: [email], one_message: true }}\n",
                mail.port
            );
        }
        outlets
    }
}

/// A team's workspace with all those outlets.
fn prepare(servers: &Servers) -> Play {
    let mut p = Play::made("2026-09-12 00:30", "", &["--team"]);
    p.secret = Some(SECRET.into());
    std::fs::write(p.path("private.key"), "t0ken").unwrap();
    std::fs::set_permissions(
        p.path("private.key"),
        std::os::unix::fs::PermissionsExt::from_mode(0o600),
    )
    .unwrap();
    std::fs::write(
        p.path("people.txt"),
        (0..25)
            .map(|i| format!("09123450{i:02}\n"))
            .collect::<String>(),
    )
    .unwrap();
    p.write_outlets(&servers.outlets());
    p.ok(&["adopt"]);
    for (person, role) in [
        ("duc", "operations"),
        ("mai", "comms"),
        ("lan", "approver"),
        ("cron", "publisher"),
    ] {
        p.ok(&["person", "add", person, "--role", role]);
    }
    p
}

/// One command of one of the team.
fn act_as(p: &Play, who: &str, line: &str) -> String {
    let words = shell_words::split(line).unwrap();
    let mut args = vec!["--as", who];
    args.extend(words.iter().map(String::as_str));
    p.ok(&args)
}

/// Submits, approves, issues and publishes; two cron jobs at the same minute, on two machines.
fn issue_and_publish(p: &Play, incident: &str) {
    act_as(p, "mai", &format!("statement submit {incident}"));
    act_as(p, "lan", "statement approve");
    act_as(p, "mai", &format!("statement issue {incident}"));
    let start = || {
        p.command(&["--as", "cron", "publish", "--yes"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let both = [start(), start()];
    for child in both {
        let out = child.wait_with_output().unwrap();
        assert!(matches!(out.status.code(), Some(0 | 1)), "{out:?}");
    }
    act_as(p, "cron", "publish --yes");
}

/// What happened to the two cables, and to a backbone beside them: five statements.
fn play_night(p: &Play) {
    let by = |who: &str, line: &str| act_as(p, who, line);
    let issue = |incident: &str| issue_and_publish(p, incident);
    p.now.set("2026-09-12 00:42");
    by(
        "duc",
        "declare submarine-cable-disruption --since 00:42 --link AAG=down --source monitoring",
    );
    p.now.set("2026-09-12 00:45");
    by(
        "duc",
        "link set APG down --since 00:44 --source monitoring --rest up",
    );
    by("duc", "scope add APG");
    by("duc", "change-playbook several-cables");
    issue("INC-1");
    p.now.set("2026-09-12 02:10");
    by(
        "duc",
        "fact note effect=slow-international --source monitoring",
    );
    by("duc", "link set international degraded --source monitoring");
    by(
        "duc",
        "link set AAG-S1H down --work located --cause anchor --source cable-operator:aag",
    );
    issue("INC-1");
    p.now.set("2026-09-12 05:10");
    by("duc", "still");
    by(
        "duc",
        "link set AAG --work scheduled --window 20/9..25/9 --source cable-operator:aag",
    );
    issue("INC-1");
    p.now.set("2026-09-13 01:15");
    by(
        "duc",
        "declare backbone-cut --since 01:10 --link BB-NS --source monitoring",
    );
    by(
        "duc",
        "link set BB-NS-1,BB-NS-2 down --since 01:10 --source monitoring",
    );
    issue("INC-2");
    p.now.set("2026-09-13 02:00");
    by("duc", "still");
    by(
        "duc",
        "link set AAG --window 28/9..2/10 --reason new-fault --source cable-operator:aag",
    );
    issue("INC-1");
    by("mai", "told VCB --by phone");
    by("mai", "told VCB --by phone");
}

fn count_requests(taken: &[Got], path: &str, is: &dyn Fn(&serde_json::Value) -> bool) -> usize {
    let own = taken.iter().filter(|g| g.path == path);
    own.filter(|g| is(&serde_json::from_str(&g.body).unwrap()))
        .count()
}

fn check_hook_and_chat(taken: &[Got]) {
    for n in 1..=5_u64 {
        for lang in ["vi", "en"] {
            for channel in ["web", "email"] {
                let is = |b: &serde_json::Value| {
                    b["data"]["statement"] == n
                        && b["data"]["channel"] == channel
                        && b["data"]["texts"][lang].is_string()
                };
                assert_eq!(
                    count_requests(taken, "/hook", &is),
                    1,
                    "statement {n}, {channel} {lang}"
                );
            }
        }
    }
    assert_eq!(
        (
            count_requests(taken, "/hook", &|_| true),
            count_requests(taken, "/chat", &|_| true)
        ),
        (20, 5)
    );
}

fn check_gateway(taken: &[Got]) {
    let mut sms: BTreeMap<(String, String), usize> = BTreeMap::new();
    for g in taken.iter().filter(|g| g.path == "/gw") {
        let b: serde_json::Value = serde_json::from_str(&g.body).unwrap();
        for to in b["to"].as_array().unwrap() {
            *sms.entry((
                to.as_str().unwrap().into(),
                b["text"].as_str().unwrap().into(),
            ))
            .or_default() += 1;
        }
    }
    assert_eq!(
        (sms.len(), sms.values().max()),
        (25 * 5, Some(&1)),
        "each person each text once"
    );
}

fn check_page(page: &serde_json::Value) {
    let updates = |id: &str| page["incidents"][id]["updates"].as_array().unwrap().len();
    assert_eq!((updates("i1"), updates("i2")), (4, 1), "{page}");
}

fn check_files(p: &Play) {
    let out = files(&p.path("out"));
    assert_eq!(
        out.keys().filter(|k| k.starts_with("INC-")).count(),
        5 * 6,
        "{:?}",
        out.keys()
    );
    let site = files(&p.path("site"));
    let notices = String::from_utf8(site["en/feed.xml"].clone()).unwrap();
    assert_eq!(notices.matches("<entry>").count(), 5);
    let incident = String::from_utf8(site["en/incidents/INC-1.html"].clone()).unwrap();
    assert!(
        incident.contains("20&#x2f;9") || incident.contains("20–25 September"),
        "the slip is there"
    );
}

fn check_mails(mail: Mailbox) {
    let mails = mail.read_mails();
    let ids: std::collections::BTreeSet<&str> = mails
        .iter()
        .map(|m| m["headers"]["Message-ID"].as_str().unwrap())
        .collect();
    assert_eq!((mails.len(), ids.len()), (5, 5));
}

/// The two cables of the shipped example, with a team and approvals, to every kind of outlet: every rendition everywhere once.
#[test]
fn a_night_of_two_cables_reaches_every_outlet_once() {
    let servers = Servers::start();
    let p = prepare(&servers);
    play_night(&p);
    let taken = servers.hooks.taken();
    check_hook_and_chat(&taken);
    check_gateway(&taken);
    check_page(&servers.page.lock().unwrap());
    check_files(&p);
    if let Some(mail) = servers.mail {
        check_mails(mail);
    }
    let standings = p.standings();
    // What a person had not told when the next statement came is not told late.
    let bad: Vec<_> = standings
        .iter()
        .filter(|s| s.3 != "delivered" && s.0 != "banks")
        .collect();
    assert!(bad.is_empty(), "{bad:?}");
    p.ok(&["record", "verify"]);
}
