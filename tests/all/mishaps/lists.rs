//! Lists of people that are rewritten, shortened or emptied, and people who decide at the same moment. It does not check
//! what a message costs.

use serde_json::json;

use super::told;
use crate::support::chain::{chain_events, read_events, write_record};
use crate::support::outlet_server::{Manner, OutletServer};
use crate::support::play::{Play, declared};

fn gateway(server: &OutletServer) -> String {
    format!(
        "  sms:\n    kind: http-sms\n    url: \"{}\"\n    body: '{{ \"to\": {{{{ numbers }}}}, \"text\": {{{{ text }}}} }}'\n    recipients: people.txt\n    channels: [sms]\n    languages: [vi]\n",
        server.url("/gw")
    )
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

/// What somebody begun and has not settled is on its way, and not nothing.
#[test]
fn what_is_on_its_way_is_said() {
    let server = OutletServer::start(|_| Manner::ok());
    let p = Play::new(&gateway(&server));
    std::fs::write(p.path("people.txt"), "0912345673\n").unwrap();
    declared(&p);
    let parcel = p.json(&["outbox", "list"])["items"][0].clone();
    let parcel = |field: &str| parcel[field].clone();
    // Another program has claimed it, and has not ended yet.
    let db = p.path(".saydo/record.db");
    let mut events = read_events(&db);
    events.push(json!({
        "v": events.last().unwrap()["v"], "at": "2026-11-24T13:00:00Z", "by": "chief",
        "happening": {
            "kind": "DeliveryClaimed", "outlet": "sms", "until": "2026-11-24T13:10:00Z",
            "parcels": [{
                "key": parcel("key"), "statement": parcel("statement"), "channel": parcel("channel"),
                "lang": parcel("lang"), "to": parcel("to"),
            }],
        },
    }));
    write_record(&db, &chain_events(events));
    let (_, said) = told(&p, &["publish", "--yes"]);
    assert!(
        said.contains("sms: 1 text is being sent by chief; what is not settled by 24/11 20:10"),
        "{said}"
    );
    assert!(server.taken().is_empty());
}
