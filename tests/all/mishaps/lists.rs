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
    assert!(said.contains("3 people, 3 parts"), "{said}");
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

fn hash(text: &str) -> String {
    let sum = <sha2::Sha256 as sha2::Digest>::digest(text.as_bytes());
    sum.iter().map(|b| format!("{b:02x}")).collect()
}

/// Records before format 5 knew people by digests without a secret. Nobody is sent to twice because of that.
#[test]
fn people_of_an_older_record_are_not_sent_to_twice() {
    for known_as in ["912345673", "+84 912 345 673"] {
        let server = OutletServer::start(|_| Manner::ok());
        let p = Play::new(&gateway(&server));
        std::fs::write(p.path("people.txt"), "+84 912 345 673\n").unwrap();
        declared(&p);
        p.ok(&["publish", "--yes"]);
        let db = p.path(".saydo/record.db");
        let mut events = read_events(&db);
        let issued = events
            .iter()
            .find(|e| e["happening"]["kind"] == "StatementIssued");
        let digest = issued.unwrap()["happening"]["digest"]
            .as_str()
            .unwrap()
            .to_owned();
        let to = hash(&format!("saydo recipient\nsms\n{known_as}"))[..20].to_owned();
        let key = hash(&format!("{digest}\nsms\nsms\nvi\n{to}"))[..32].to_owned();
        for event in &mut events {
            for list in ["parcels", "receipts"] {
                for parcel in event["happening"][list]
                    .as_array_mut()
                    .into_iter()
                    .flatten()
                {
                    parcel["to"] = json!(to);
                    parcel["key"] = json!(key);
                }
            }
        }
        write_record(&db, &chain_events(events));
        // On another machine: this one has seen the record that stood there.
        std::fs::remove_dir_all(p.path("config/heads")).unwrap();
        std::fs::remove_file(p.path("people.txt.secret")).unwrap();
        let said = p.ok(&["publish", "--yes"]);
        assert!(
            said.contains("Nothing is to be published"),
            "{known_as}: {said}"
        );
        p.now.set("2026-11-24 20:30");
        p.ok(&["link", "set", "AAG", "--work", "located"]);
        p.ok(&["statement", "issue"]);
        assert!(
            p.ok(&["publish", "--yes"]).contains("1 delivered"),
            "{known_as}"
        );
        assert_eq!(numbers(&server).len(), 2, "{known_as}");
    }
}

/// The record alone does not tell who was sent to; the secret beside the list does, is never made anew by itself, and can be
/// thrown away when nothing goes on any more.
#[test]
fn people_are_known_by_a_secret_beside_the_list() {
    let server = OutletServer::start(|_| Manner::ok());
    let p = Play::new(&gateway(&server));
    std::fs::write(p.path("people.txt"), "0912345673\n").unwrap();
    declared(&p);
    p.ok(&["publish", "--yes"]);
    let record = p.ok(&["record", "export"]);
    for form in ["0912345673", "912345673"] {
        let guess = hash(&format!("saydo recipient\nsms\n{form}"))[..20].to_owned();
        assert!(!record.contains(&guess) && !record.contains(form));
    }
    let secret = p.path("people.txt.secret");
    let own = std::fs::read_to_string(&secret).unwrap();
    std::fs::remove_file(&secret).unwrap();
    p.now.set("2026-11-24 20:30");
    p.ok(&["link", "set", "AAG", "--work", "located"]);
    p.ok(&["statement", "issue"]);
    let (code, said) = told(&p, &["publish", "--yes"]);
    assert!(
        code == 1 && said.contains("the secret of this list is missing"),
        "{said}"
    );
    assert!(!secret.exists() && server.taken().len() == 1);
    std::fs::write(&secret, "").unwrap();
    let (code, said) = told(&p, &["publish", "--yes"]);
    assert!(
        code == 1 && said.contains("put the one in its place"),
        "{said}"
    );
    assert_eq!(server.taken().len(), 1);
    std::fs::write(&secret, &own).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    assert!(p.ok(&["publish", "--yes"]).contains("1 delivered"));

    let forget = ["person", "forget", "people.txt", "--yes"];
    assert_eq!(told(&p, &forget[..3]).0, 2);
    let (code, said) = told(&p, &forget);
    assert!(code == 2 && said.contains("statement 2"), "{said}");
    p.ok(&["close", "--handed-over-to", "the day shift"]);
    p.now.set("2026-11-27 20:30");
    p.ok(&forget);
    assert_ne!(std::fs::read_to_string(&secret).unwrap(), own);
}
