//! What goes wrong around publishing: servers that lead elsewhere, lists that are rewritten, people who decide at the same
//! moment, builds that break off, pages of others that somebody cleaned up.

use std::sync::{Arc, Mutex};

use crate::support::outlet_server::{Manner, OutletServer};
use crate::support::play::{Play, SECRET, declared, files, with_secret};
use crate::support::status_page::{statuspage, until_done};
use saydo::desk::outbox::People;
use saydo::desk::{Clock, Desk};
use saydo::domain::delivery::Outcome;
use saydo::store::sqlite::Sqlite;

/// As it was said, however wide the terminal is.
fn told(p: &Play, args: &[&str]) -> (i32, String) {
    let (code, text) = p.run(args);
    (code, text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A redirect that is followed with an empty GET looks delivered, and nothing arrived.
#[test]
fn a_redirect_that_loses_the_text_is_not_followed() {
    for (status, wanted) in [
        (301, "refused"),
        (302, "refused"),
        (303, "refused"),
        (307, "delivered"),
        (308, "delivered"),
    ] {
        let server = OutletServer::start(move |got| match got.path.as_str() {
            "/hook" => Manner::Answer(
                status,
                vec![("location", "/elsewhere".into())],
                String::new(),
            ),
            _ => Manner::ok(),
        });
        let outlets = format!(
            "  hook: {{ kind: webhook, url: \"{}\", secret: \"env:OUTLET_SECRET\", channels: [web], languages: [vi] }}\n",
            server.url("/hook")
        );
        let p = with_secret(&outlets, SECRET);
        declared(&p);
        p.run(&["publish"]);
        let words: Vec<String> = p.standings().into_iter().map(|s| s.3).collect();
        assert_eq!(words, [wanted], "{status}");
        let there = server.taken();
        let whole = there
            .iter()
            .filter(|g| g.method == "POST" && g.body.contains("AAG"));
        assert_eq!(
            whole.count(),
            usize::from(wanted == "delivered"),
            "{status}"
        );
    }
}

fn gateway(server: &OutletServer) -> String {
    format!(
        "  sms:\n    kind: http-sms\n    url: \"{}\"\n    body: '{{ \"to\": {{{{ numbers }}}}, \"text\": {{{{ text }}}} }}'\n    recipients: people.txt\n    channels: [sms]\n    languages: [vi]\n",
        server.url("/gw")
    )
}

/// The record as somebody has it open, with the list of one person.
fn at_the_desk(p: &Play) -> (Desk, People) {
    let record = Sqlite::open(&p.path(".saydo/record.db"), false).unwrap();
    let clock = Clock {
        now: "2026-11-24T13:00:00Z".parse().unwrap(),
        given: true,
        by: "chief".to_owned(),
    };
    let desk = Desk::open(Box::new(record), clock).unwrap();
    let people = People::from([("sms".to_owned(), vec!["0912345673".to_owned()])]);
    (desk, people)
}

fn numbers(server: &OutletServer) -> Vec<String> {
    let taken = server.taken().into_iter();
    taken
        .map(|g| serde_json::from_str::<serde_json::Value>(&g.body).unwrap())
        .map(|b| b["to"][0].as_str().unwrap().to_owned())
        .collect()
}

/// Whoever writes a list anew in another notation sends nothing twice, and nobody is lost.
#[test]
fn a_list_that_is_written_otherwise_is_the_same_list() {
    let server = OutletServer::start(|_| Manner::ok());
    let p = Play::new(&gateway(&server));
    std::fs::write(p.path("people.txt"), "0912345673\n").unwrap();
    declared(&p);
    p.ok(&["publish", "--yes"]);
    for line in [
        "+84912345673\n",
        "+84 912 345 673 # Ms Hoa\n",
        "84.912.345.673\n",
    ] {
        std::fs::write(p.path("people.txt"), line).unwrap();
        let said = p.ok(&["publish", "--yes"]);
        assert!(said.contains("Nothing is to be published"), "{said}");
    }
    assert_eq!(numbers(&server).len(), 1);
    p.now.set("2026-11-24 20:30");
    p.ok(&["link", "set", "AAG", "--work", "located"]);
    p.ok(&["statement", "issue"]);
    let said = p.ok(&["publish", "--yes"]);
    assert!(said.contains("1 delivered"), "{said}");
}

/// An update that goes to nobody, or to fewer than heard the first text, says so.
#[test]
fn a_list_from_which_people_have_gone_says_so() {
    let server = OutletServer::start(|_| Manner::ok());
    let p = Play::new(&gateway(&server));
    std::fs::write(p.path("people.txt"), "0912345673\n0912345674\n0912345675\n").unwrap();
    declared(&p);
    let (_, said) = p.run(&["publish"]);
    assert!(said.contains("3 people, 6 parts"), "{said}");
    p.ok(&["publish", "--yes"]);
    p.now.set("2026-11-24 20:30");
    p.ok(&["link", "set", "AAG", "--work", "located"]);
    p.ok(&["statement", "issue"]);
    for (list, wanted, sent) in [
        ("", "nobody is on the list of people", 3),
        (
            "0987654321\n",
            "nobody who heard the text before it is on the list any more (3)",
            3,
        ),
        (
            "0912345673\n0912345674\n",
            "of 3 who heard the text before it, 1 are not on the list any more",
            5,
        ),
    ] {
        std::fs::write(p.path("people.txt"), list).unwrap();
        let (_, dry) = told(&p, &["publish", "--dry-run"]);
        assert!(dry.contains(wanted), "{dry}");
        let (code, word) = told(&p, &["publish", "--yes"]);
        assert_eq!((code, word.contains(wanted)), (1, true), "{word}");
        assert_eq!(server.taken().len(), sent, "{list:?}");
    }
    assert!(p.ok(&["publish"]).contains("Nothing is to be published"));
}

/// Cron does not send to many by itself, and does not keep silent about it either.
#[test]
fn what_waits_for_somebody_to_send_it_to_many_is_due() {
    let server = OutletServer::start(|_| Manner::ok());
    let p = Play::new(&gateway(&server));
    std::fs::write(p.path("people.txt"), "0912345673\n").unwrap();
    declared(&p);
    p.now.set("2026-11-24 20:06");
    let (code, said) = p.run(&["tick", "--publish"]);
    assert_eq!(code, 1);
    assert!(
        said.contains("waits for 6 min for somebody to send it"),
        "{said}"
    );
    assert!(said.contains("saydo publish --outlet sms"), "{said}");
    p.ok(&["publish", "--yes"]);
    p.now.set("2026-11-24 20:08");
    let (_, said) = p.run(&["tick", "--publish"]);
    assert!(!said.contains("sms"), "{said}");
    // What a person has stopped waits for nobody, whoever is on the list.
    p.ok(&["link", "set", "AAG", "--work", "located"]);
    p.ok(&["statement", "issue"]);
    p.ok(&["outbox", "stop", "sms", "--because", "told by phone"]);
    std::fs::write(p.path("people.txt"), "").unwrap();
    p.now.set("2026-11-24 20:20");
    let (_, said) = p.run(&["tick", "--publish"]);
    assert!(!said.contains("sms"), "{said}");
    assert!(p.ok(&["publish"]).contains("Nothing is to be published"));
}

/// Decided on what was seen, while somebody else sends it: the decision is refused.
#[test]
fn a_decision_on_what_has_left_meanwhile_is_refused() {
    let server = OutletServer::start(|_| Manner::ok());
    let p = Play::new(&gateway(&server));
    std::fs::write(p.path("people.txt"), "0912345673\n").unwrap();
    declared(&p);
    let (mut seen, people) = at_the_desk(&p);
    let key = seen.outbox(&people)[0].parcel.key.clone();
    p.ok(&["publish", "--yes"]);
    let refused = seen.decide(&[key], Outcome::Again, "it hangs", &people);
    assert!(refused.unwrap_err().to_string().contains("is delivered"));
    let said = p.ok(&["publish", "--yes"]);
    assert!(said.contains("Nothing is to be published"), "{said}");
    assert_eq!(server.taken().len(), 1);
}

/// A credential that is missing shows when somebody looks, not when the night is over.
#[test]
fn a_missing_credential_shows_before_anything_is_sent() {
    let p = Play::new(
        "  hook: { kind: webhook, url: \"http://127.0.0.1:1/\", secret: \"env:OUTLET_SECRET\", channels: [web], quiet: { from: \"19:00\", to: \"07:00\" } }\n",
    );
    declared(&p);
    for args in [&["publish", "--dry-run"][..], &["publish"][..]] {
        let (code, said) = p.run(args);
        assert_eq!(
            (code, said.contains("OUTLET_SECRET is not set")),
            (1, true),
            "{said}"
        );
        assert!(said.contains("quiet hours"), "{said}");
    }
}

/// A page that loses no answer, and the outlet that leads to it.
fn page_of(components: &str) -> (OutletServer, Arc<Mutex<serde_json::Value>>, String) {
    let (server, page) = statuspage(10_000);
    page.lock().unwrap()["lost"] = serde_json::json!(["none"]);
    let outlets = format!(
        "  sp: {{ kind: statuspage, url: \"{}\", page: p1, secret: \"env:OUTLET_SECRET\", channels: [web], together: true, components: {{ {components} }} }}\n",
        server.url("/v1")
    );
    (server, page, outlets)
}

/// The states of components follow what was said, over all incidents: they do not go to and fro.
#[test]
fn components_follow_what_was_said_of_all_incidents() {
    let (server, page, outlets) = page_of("AAG: c-aag, international: c-ia");
    let p = with_secret(&outlets, "t0ken");
    declared(&p);
    p.ok(&[
        "declare",
        "planned-work",
        "--link",
        "APG",
        "--window",
        "24/11 20:00..24/11 23:00",
    ]);
    p.ok(&["statement", "issue", "INC-2"]);
    until_done(&p, 1201..1210, 24);
    let state = |c: &str| {
        page.lock().unwrap()["components"][c]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let first = state("c-ia");
    assert_ne!(first, "operational");
    let asked = server.taken().len();
    for now in ["2026-11-24 20:12", "2026-11-24 20:13", "2026-11-24 20:14"] {
        p.now.set(now);
        let said = p.ok(&["publish"]);
        assert!(said.contains("Nothing is to be published"), "{said}");
    }
    assert_eq!((state("c-ia"), server.taken().len()), (first, asked));
    // Nobody was told yet that it is back: the page does not say so either.
    p.now.set("2026-11-24 20:20");
    p.ok(&["link", "set", "AAG", "up", "--source", "own-check"]);
    p.run(&["publish"]);
    assert_eq!(state("c-aag"), "major_outage");
    p.ok(&["statement", "issue", "INC-1"]);
    until_done(&p, 1221..1230, 24);
    assert_eq!(state("c-aag"), "operational");
    // What an incident is about there is what it has to do with.
    let there = page.lock().unwrap().clone();
    assert_eq!(
        there["incidents"]["i1"]["component_ids"],
        serde_json::json!(["c-aag", "c-ia"])
    );
}

/// Of an incident that was handed over while something was out, what was said last stays until it is well.
#[test]
fn a_component_that_was_left_down_comes_back_when_it_is_well() {
    let (_server, page, outlets) = page_of("AAG: c-aag");
    let p = with_secret(&outlets, "t0ken");
    declared(&p);
    until_done(&p, 1201..1210, 24);
    p.now.set("2026-11-24 20:30");
    p.ok(&["close", "INC-1", "--handed-over-to", "the cable team"]);
    let state = || {
        page.lock().unwrap()["components"]["c-aag"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    p.run(&["publish"]);
    assert_eq!(state(), "major_outage");
    p.now.set("2026-11-27 09:00");
    p.ok(&["link", "set", "AAG", "up", "--source", "own-check"]);
    p.run(&["publish"]);
    assert_eq!(state(), "operational");
}

/// A page where somebody deleted our incident gets it anew; another record keeps its own there.
#[test]
fn an_incident_that_was_deleted_there_is_made_anew() {
    let (_server, page, outlets) = page_of("");
    let p = with_secret(&outlets, "t0ken");
    declared(&p);
    until_done(&p, 1201..1210, 24);
    // A second workspace with an outlet of the same name: its first incident is another one.
    let mut other = Play::at("2026-11-24 19:30", &outlets);
    other.secret = Some("t0ken".into());
    other.now.set("2026-11-24 20:01");
    declared(&other);
    until_done(&other, 1202..1210, 24);
    let ids = || -> Vec<String> {
        let there = page.lock().unwrap();
        there["incidents"]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect()
    };
    assert_eq!(ids(), ["i1", "i2"]);
    page.lock().unwrap()["incidents"]
        .as_object_mut()
        .unwrap()
        .remove("i1");
    p.now.set("2026-11-24 20:30");
    p.ok(&["link", "set", "AAG", "--work", "located"]);
    p.ok(&["statement", "issue"]);
    page.lock().unwrap()["incidents"]["i9"] = serde_json::json!({ "id": "i9", "updates": [] });
    until_done(&p, 1231..1240, 24);
    let there = page.lock().unwrap().clone();
    let ours: Vec<&serde_json::Value> = there["incidents"]
        .as_object()
        .unwrap()
        .values()
        .filter(|i| i["metadata"].is_object())
        .collect();
    assert_eq!(ours.len(), 2, "{there}");
    assert_ne!(
        ours[0]["metadata"]["saydo"]["incident"],
        ours[1]["metadata"]["saydo"]["incident"]
    );
}

/// A text about several that failed for one of them does not come after a newer one there.
#[test]
fn an_older_text_never_stands_above_a_newer_one() {
    let fail = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(true));
    let failing = std::sync::Arc::clone(&fail);
    let server =
        OutletServer::start(
            move |_| match failing.load(std::sync::atomic::Ordering::SeqCst) {
                true => Manner::status(503),
                false => Manner::ok(),
            },
        );
    let outlets = format!(
        "  hook: {{ kind: webhook, url: \"{}\", secret: \"env:OUTLET_SECRET\", channels: [web], languages: [vi] }}\n",
        server.url("/")
    );
    let p = with_secret(&outlets, SECRET);
    p.ok(&[
        "declare",
        "submarine-cable-disruption",
        "--link",
        "AAG=down",
    ]);
    p.ok(&["declare", "backbone-cut", "--link", "IA=degraded"]);
    p.ok(&["statement", "issue", "--all"]);
    p.run(&["publish"]);
    fail.store(false, std::sync::atomic::Ordering::SeqCst);
    // Before the older one is tried again, a newer one on one of the two.
    p.now.set("2026-11-24 20:00:30");
    p.ok(&["link", "set", "AAG", "--work", "located"]);
    p.ok(&["statement", "issue", "INC-1"]);
    let (code, said) = p.run(&["publish"]);
    assert!(code == 1 && said.contains("still on its way"), "{said}");
    p.now.set("2026-11-24 20:05");
    p.run(&["publish"]);
    p.ok(&["publish"]);
    let statements: Vec<u64> = server
        .taken()
        .iter()
        .map(|g| serde_json::from_str::<serde_json::Value>(&g.body).unwrap())
        .map(|b| b["data"]["statement"].as_u64().unwrap())
        .collect();
    assert_eq!(statements, [1, 2]);
}

/// The staff's pages never lie where the public can read them, however the folders are named.
#[cfg(unix)]
#[test]
fn the_staffs_pages_are_never_inside_the_public_ones() {
    let p = Play::new("");
    declared(&p);
    std::fs::create_dir(p.path("real")).unwrap();
    std::os::unix::fs::symlink(p.path("real"), p.path("link")).unwrap();
    let whole = p.path("pub/staff").display().to_string();
    for (dir, staff) in [
        ("pub", "./pub/staff"),
        ("pub", "pub"),
        ("./pub/", "pub/../pub/x"),
        ("pub", whole.as_str()),
        ("real", "link/staff"),
        ("link/pub", "real"),
    ] {
        let (code, said) = told(&p, &["site", "build", dir, "--staff", staff]);
        assert_eq!(
            (code, said.contains("folder of their own")),
            (2, true),
            "{dir} {staff}: {said}"
        );
    }
    assert!(!p.path("pub").exists() && files(&p.path("real")).is_empty());
    p.ok(&["site", "build", "pub", "--staff", "pub-staff"]);
}

/// What a manifest says of files elsewhere is nothing to us.
#[test]
fn a_manifest_speaks_of_its_own_folder_only() {
    let p = Play::new("");
    declared(&p);
    p.ok(&["site", "build", "site"]);
    let manifest = p.path("site/.saydo-site.json");
    let mut says: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&manifest).unwrap()).unwrap();
    std::fs::write(p.path("victim.txt"), "victim\n").unwrap();
    let whole = p.path("victim.txt").display().to_string();
    for path in [
        "../victim.txt",
        "incidents/../../victim.txt",
        whole.as_str(),
    ] {
        says[path] = serde_json::json!({ "sha": "x", "size": 7 });
    }
    std::fs::write(&manifest, says.to_string()).unwrap();
    let said = p.ok(&["site", "build", "site"]);
    assert!(said.contains("0 removed"), "{said}");
    assert!(p.path("victim.txt").exists());
}

/// However a build ended, the next one makes the folder what a new one would be.
#[test]
fn a_build_after_one_that_broke_off_is_whole() {
    let p = Play::new("");
    declared(&p);
    let build = |dir: &str, base: &str| p.run(&["site", "build", dir, "--base-url", base]);
    let (a, b) = ("https://a.example", "https://b.example");
    build("fresh", a);
    let fresh = files(&p.path("fresh"));
    build("site", a);
    assert_eq!(files(&p.path("site")), fresh);
    // It breaks off at a file that cannot be replaced.
    std::fs::remove_file(p.path("site/index.html")).unwrap();
    std::fs::create_dir(p.path("site/index.html")).unwrap();
    std::fs::write(p.path("site/index.html/x"), "").unwrap();
    assert_eq!(build("site", b).0, 2);
    std::fs::remove_dir_all(p.path("site/index.html")).unwrap();
    std::fs::write(p.path("site/incidents/.saydo-part-abc"), "half").unwrap();
    assert_eq!(build("site", a).0, 0);
    assert_eq!(files(&p.path("site")), fresh);
    // Somebody edits a page, and its length stays.
    let page = p.path("site/incidents/INC-1.html");
    let text = std::fs::read_to_string(&page).unwrap();
    std::fs::write(&page, text.replace("AAG", "XXX")).unwrap();
    let later = std::time::SystemTime::now() + std::time::Duration::from_secs(5);
    std::fs::File::options()
        .write(true)
        .open(&page)
        .unwrap()
        .set_modified(later)
        .unwrap();
    assert!(build("site", a).1.contains("1 written"));
    assert_eq!(files(&p.path("site")), fresh);
    // The first build of all broke off: the folder is still ours.
    std::fs::create_dir_all(p.path("new/incidents")).unwrap();
    for (name, text) in [
        (".saydo-site.lock", ""),
        (".saydo-site.json", "{}"),
        (".saydo-site.begun", "[\"index.html\"]"),
        ("incidents/.saydo-part-x", "h"),
    ] {
        std::fs::write(p.path("new").join(name), text).unwrap();
    }
    assert_eq!(build("new", a).0, 0);
    assert_eq!(files(&p.path("new")), fresh);
}

/// What began by the clock is under way on the page, and a text about two stands there once.
#[test]
fn the_page_goes_by_the_clock_and_says_nothing_twice() {
    let p = Play::new("");
    declared(&p);
    p.ok(&[
        "declare",
        "planned-work",
        "--link",
        "APG",
        "--window",
        "24/11 21:00..24/11 23:00",
    ]);
    p.ok(&["statement", "issue", "--all"]);
    p.ok(&["site", "build", "site"]);
    let page = |name: &str| String::from_utf8(files(&p.path("site"))[name].clone()).unwrap();
    let home = page("en/index.html");
    assert_eq!(home.matches("class=\"notice\"").count(), 1, "{home}");
    assert!(
        home.contains("Notice 2, above, speaks of this too.") && home.contains("(INC-1)"),
        "{home}"
    );
    // What was promised was promised of both.
    assert!(page("en/incidents/INC-2.html").contains("after notice 2"));
    assert!(home.contains("Scheduled."));
    p.now.set("2026-11-24 21:30");
    p.ok(&["site", "build", "site"]);
    assert!(page("en/index.html").contains("In progress."));
    let active: serde_json::Value =
        serde_json::from_str(&page("api/v2/scheduled-maintenances/active.json")).unwrap();
    assert_eq!(
        active["scheduled_maintenances"].as_array().unwrap().len(),
        1
    );
}

/// What a past incident is called does not depend on how long ago it ended.
#[test]
fn a_title_stays_when_the_incident_grows_old() {
    let p = Play::new("");
    let file = p.path("saydo.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    let quiet = text.replacen(
        "customers:\n",
        "customers:\n    channels: [social, sms]\n",
        1,
    );
    assert_ne!(quiet, text, "{text}");
    std::fs::write(&file, quiet).unwrap();
    p.ok(&["adopt"]);
    declared(&p);
    p.now.set("2026-11-24 20:30");
    p.ok(&["close", "INC-1", "--handed-over-to", "the cable team"]);
    p.ok(&["site", "build", "site"]);
    p.now.set("2026-12-24 20:30");
    p.ok(&["declare", "core-failure", "--link", "DNS=down"]);
    p.ok(&["statement", "issue"]);
    p.ok(&["site", "build", "site"]);
    p.ok(&["site", "build", "fresh"]);
    assert_eq!(files(&p.path("site")), files(&p.path("fresh")));
    let page =
        String::from_utf8(files(&p.path("fresh"))["en/incidents/INC-1.html"].clone()).unwrap();
    assert!(!page.contains("<h1>INC-1"), "{page}");
}

/// What a text about several says of one incident is looked back upon there, and not under the other too.
#[test]
fn a_sentence_counts_where_it_belongs() {
    let p = Play::new("");
    declared(&p);
    p.ok(&["declare", "backbone-cut", "--link", "IA=degraded"]);
    p.ok(&["statement", "issue", "--all"]);
    p.now.set("2026-11-24 21:00");
    p.ok(&["link", "set", "AAG", "degraded"]);
    p.now.set("2026-11-24 23:00");
    p.ok(&["link", "set", "IA", "degraded", "--work", "located"]);
    p.now.set("2026-11-25 01:00");
    p.ok(&["still"]);
    p.ok(&["statement", "issue", "--all"]);
    let of = |incident: &str| -> Vec<i64> {
        let report = p.json(&["report", incident]);
        let stood = report["review"]["stood"]
            .as_array()
            .or(report["reviews"][0]["stood"].as_array());
        let stood = stood.unwrap_or_else(|| panic!("{report}"));
        stood
            .iter()
            .map(|s| s["minutes"].as_i64().unwrap())
            .collect()
    };
    let first = of("INC-1");
    assert!(
        !first.is_empty() && first.iter().all(|m| *m == 240),
        "{first:?}"
    );
    let second = of("INC-2");
    assert!(second.iter().all(|m| *m < 240), "{second:?}");
}

/// What somebody begun and has not settled is on its way, and not nothing.
#[test]
fn what_is_on_its_way_is_said() {
    let server = OutletServer::start(|_| Manner::ok());
    let p = Play::new(&gateway(&server));
    std::fs::write(p.path("people.txt"), "0912345673\n").unwrap();
    declared(&p);
    let (mut desk, people) = at_the_desk(&p);
    let parcel = desk.outbox(&people)[0].parcel.clone();
    let claimed = saydo::domain::happening::Happening::DeliveryClaimed {
        outlet: "sms".into(),
        until: "2026-11-24T13:10:00Z".parse().unwrap(),
        parcels: vec![parcel],
    };
    desk.record(|_| Ok(vec![(None, claimed.clone())])).unwrap();
    let (_, said) = told(&p, &["publish", "--yes"]);
    assert!(
        said.contains("sms: 1 text is being sent by chief; what is not settled by 24/11 20:10"),
        "{said}"
    );
    assert!(server.taken().is_empty());
}

/// A header is written as the bodies of requests are: a gap may be written with or without spaces.
#[test]
fn a_credential_stands_in_a_header_however_its_gap_is_written() {
    for gap in ["{{ secret }}", "{{secret}}"] {
        let server = OutletServer::start(|_| Manner::ok());
        let outlets = format!(
            "  hook: {{ kind: webhook, url: \"{}\", secret: \"env:OUTLET_SECRET\", channels: [web], languages: [vi], headers: {{ Authorization: \"Bearer {gap}\" }} }}\n",
            server.url("/")
        );
        let p = with_secret(&outlets, SECRET);
        declared(&p);
        p.ok(&["publish"]);
        assert_eq!(
            server.taken()[0].headers["authorization"],
            format!("Bearer {SECRET}")
        );
    }
}

/// Two build at once, and the one that waits read the record before something new was said: what it writes is the new.
#[cfg(target_os = "linux")]
#[test]
fn an_older_page_never_follows_a_newer_one() {
    let p = Play::new("");
    declared(&p);
    std::fs::create_dir(p.path("site")).unwrap();
    let held = saydo::publish::site_folder::Locked::new(&p.path("site")).unwrap();
    let mut waiting = p.command(&["site", "build", "site"]).spawn().unwrap();
    // It waits when it has the lock's file open: the record was read before that.
    let fds = format!("/proc/{}/fd", waiting.id());
    let waits = || {
        let all = std::fs::read_dir(&fds).into_iter().flatten().flatten();
        let mut open = all.filter_map(|e| std::fs::read_link(e.path()).ok());
        open.any(|to| to.ends_with(".saydo-site.lock"))
    };
    while !waits() {
        std::thread::yield_now();
    }
    p.ok(&["link", "set", "AAG", "--work", "located"]);
    p.ok(&["statement", "issue"]);
    drop(held);
    assert!(waiting.wait().unwrap().success());
    let page = String::from_utf8(files(&p.path("site"))["en/index.html"].clone()).unwrap();
    assert!(page.contains("Notice 2"), "{page}");
}
