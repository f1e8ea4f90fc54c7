//! Messages to many people: who is on the list, what it costs, who hears the next, what is masked. Lists that change
//! between two texts are in `mishaps::lists`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::outlet_server::{Manner, OutletServer};
use crate::support::play::{Play, declared, with_secret};

/// A gateway that refuses every number that ends with 7.
fn start_gateway() -> OutletServer {
    OutletServer::start(|got| {
        let sent: serde_json::Value = serde_json::from_str(&got.body).unwrap();
        let of = |n: &serde_json::Value| {
            let status = if n.as_str().unwrap().ends_with('7') {
                "21"
            } else {
                "0"
            };
            serde_json::json!({ "to": n, "status": status, "id": format!("g{}", n.as_str().unwrap().len()) })
        };
        let list: Vec<_> = sent["to"].as_array().unwrap().iter().map(of).collect();
        Manner::Answer(
            200,
            Vec::new(),
            serde_json::json!({ "messages": list }).to_string(),
        )
    })
}

/// The numbers to which something was sent, as often as it was.
fn sent_numbers(server: &OutletServer) -> Vec<String> {
    server
        .taken()
        .iter()
        .flat_map(|g| {
            let sent: serde_json::Value = serde_json::from_str(&g.body).unwrap();
            let to = sent["to"].as_array().unwrap().clone();
            to.into_iter().map(|n| n.as_str().unwrap().to_owned())
        })
        .collect()
}

#[test]
fn many_people_are_shown_first_and_only_who_heard_the_first_hears_the_second() {
    let server = start_gateway();
    let outlets = format!(
        "  sms:\n    kind: http-sms\n    url: \"{}\"\n    body: '{{ \"to\": {{{{ numbers }}}}, \"text\": {{{{ text }}}}, \"key\": {{{{ secret }}}} }}'\n    secret: env:OUTLET_SECRET\n    recipients: people.txt\n    batch: 20\n    cost: 320\n    currency: VND\n    rate: 1000\n    channels: [sms]\n    languages: [vi]\n    results: {{ list: /messages, number: to, status: status, accepted: [\"0\"], reference: id }}\n",
        server.url("/gw")
    );
    let p = with_secret(&outlets, "s3cret");
    let people: Vec<String> = (0..60).map(|i| format!("0912345{i:03}")).collect();
    std::fs::write(
        p.path("people.txt"),
        format!("# ours\n{}\n{}\n", people.join("\n"), people[0]),
    )
    .unwrap();
    declared(&p);
    let (code, said) = p.run(&["publish"]);
    assert_eq!(
        (
            code,
            said.contains("60 people, 60 parts, 19200 VND") && said.contains("not sent")
        ),
        (1, true),
        "{said}"
    );
    // A script hears of it too.
    let left = p.json(&["publish"]);
    assert_eq!(left["not_sent"][0]["outlet"], "sms", "{left}");
    assert_eq!(left["not_sent"][0]["mass"]["people"], 60, "{left}");
    // Cron does not send to many by itself.
    p.run(&["tick", "--publish"]);
    assert!(server.taken().is_empty());
    // One of them shall not get it: known before anything was sent.
    let items = p.json(&["outbox", "list"]);
    let key = items["items"][0]["key"].as_str().unwrap().to_owned();
    assert!(p.ok(&["outbox", "show", &key[..12]]).contains("waiting"));
    p.ok(&["outbox", "drop", &key[..12], "--because", "asked not to"]);
    assert!(
        p.ok(&["outbox", "show", &key[..12]])
            .contains("asked not to")
    );
    p.run(&["publish", "--yes"]);
    let sent = sent_numbers(&server);
    assert_eq!(
        sent.len(),
        59,
        "nobody twice, also who stands in the list twice"
    );
    let refused = sent.iter().filter(|n| n.ends_with('7')).count();
    assert_eq!(
        p.standings().iter().filter(|s| s.3 == "refused").count(),
        refused
    );
    // The record knows nobody's number.
    let export = p.ok(&["record", "export"]);
    assert!(!export.contains("0912345001") && !export.contains("s3cret"));
    // Somebody new on the list did not hear the first text, and does not hear the second.
    std::fs::write(
        p.path("people.txt"),
        format!("{}\n0999999999\n", people.join("\n")),
    )
    .unwrap();
    p.now.set("2026-11-24 20:30");
    p.ok(&["link", "set", "AAG", "degraded"]);
    p.ok(&["statement", "issue"]);
    let dry = p.ok(&["publish", "--dry-run"]);
    let heard = format!("sms: {} people", sent.len() - refused);
    assert!(dry.contains(&heard), "{dry}");
    // A person stops it.
    p.ok(&["outbox", "stop", "sms", "--because", "wrong list"]);
    let (_, said) = p.run(&["publish", "--yes"]);
    assert!(!said.contains("delivered"), "{said}");
    // A list that holds something else is refused without repeating what stands there.
    std::fs::write(p.path("people.txt"), "0912345000\nNguyen Van A\n").unwrap();
    let (code, said) = p.run(&["publish"]);
    assert_eq!(
        (code, said.contains("line 2") && !said.contains("Nguyen")),
        (1, true),
        "{said}"
    );
}

#[test]
fn a_messenger_gets_a_template_that_says_the_same() {
    let server = OutletServer::start(|_| Manner::ok());
    let first = "ABC: International access may be affected. <what> has been disrupted since <when>. Next update: <next>. abc.vn/suco";
    let outlets = format!(
        "  zns:\n    kind: http-template\n    url: \"{}\"\n    body: '{{ \"phone\": {{{{ number }}}}, \"template_id\": {{{{ template }}}}, \"template_data\": {{{{ parameters }}}} }}'\n    recipients: people.txt\n    channels: [sms]\n    languages: [en]\n    templates:\n      - {{ id: \"7001\", lang: en, text: \"Something else: <what>\" }}\n      - {{ id: \"7002\", lang: en, text: \"{first}\", max_parameter: 120 }}\n",
        server.url("/zns")
    );
    let p = Play::new(&outlets);
    std::fs::write(p.path("people.txt"), "0912345678\n").unwrap();
    declared(&p);
    let said = p.ok(&["--lang", "en", "statement", "show", "1", "--channel", "sms"]);
    let (_, told) = p.run(&["publish", "--yes"]);
    let taken = server.taken();
    assert_eq!(taken.len(), 1, "{told} {said}");
    let sent: serde_json::Value = serde_json::from_str(&taken[0].body).unwrap();
    assert_eq!(sent["template_id"], "7002");
    // With its parameters the template gives the very text.
    let mut again = first.to_owned();
    for (name, value) in sent["template_data"].as_object().unwrap() {
        again = again.replace(&format!("<{name}>"), value.as_str().unwrap());
    }
    assert_eq!(again, said.trim());
    // A text that no approved template says does not go.
    p.now.set("2026-11-24 20:30");
    p.ok(&["link", "set", "AAG", "degraded", "--source", "monitoring"]);
    p.ok(&["statement", "issue"]);
    let (code, said) = p.run(&["publish", "--yes"]);
    assert_eq!(
        (code, said.contains("no approved template")),
        (1, true),
        "{said}"
    );
}

/// The gateway was away for the first text: the second is the first that anybody hears, and goes to everybody.
#[test]
fn who_heard_nothing_hears_the_next() {
    let away = Arc::new(AtomicUsize::new(1));
    let own = Arc::clone(&away);
    let server = OutletServer::start(move |_| match own.load(Ordering::SeqCst) {
        0 => Manner::ok(),
        _ => Manner::status(503),
    });
    let outlets = format!(
        "  sms: {{ kind: http-sms, url: \"{}\", body: '{{ \"to\": {{{{ number }}}}, \"text\": {{{{ text }}}} }}', recipients: people.txt, rate: 100, channels: [sms], languages: [vi] }}\n",
        server.url("/")
    );
    let p = Play::new(&outlets);
    // One of them stands there twice, written in two ways.
    std::fs::write(
        p.path("people.txt"),
        "0912345001\n+84 912 345 001\n0912345002 # Ms Hoa\n",
    )
    .unwrap();
    declared(&p);
    p.run(&["publish", "--yes"]);
    away.store(0, Ordering::SeqCst);
    p.now.set("2026-11-24 20:20");
    p.ok(&["link", "set", "AAG", "--work", "diagnosing"]);
    p.ok(&["statement", "issue"]);
    p.run(&["publish", "--yes"]);
    assert_eq!(server.taken().len(), 2, "{:?}", p.standings());
}

/// What servers answer may name people and credentials: neither stands in the record.
#[test]
fn answers_that_echo_what_was_sent_are_masked() {
    let server = OutletServer::start(|got| {
        let echo = format!("no: {} {}", got.body, got.headers["authorization"]);
        Manner::Answer(400, Vec::new(), echo)
    });
    let outlets = format!(
        "  sms: {{ kind: http-sms, url: \"{}\", headers: {{ Authorization: \"Bearer {{{{ secret }}}}\" }}, secret: \"env:OUTLET_SECRET\", body: '{{ \"to\": {{{{ number }}}} }}', recipients: people.txt, channels: [sms], languages: [vi] }}\n",
        server.url("/")
    );
    let p = with_secret(&outlets, "tok3nofourgateway2026xyz");
    std::fs::write(p.path("people.txt"), "0912345001\n").unwrap();
    declared(&p);
    let (_, said) = p.run(&["publish", "--yes"]);
    let all = p.ok(&["record", "export"]) + &said;
    assert!(
        !all.contains("0912345001") && !all.contains("tok3nofour"),
        "{said}"
    );
}

/// A gateway's own number for a text is an answer too.
#[test]
fn a_reference_that_echoes_what_was_sent_is_masked() {
    let server = OutletServer::start(|_| {
        let id = "ref-0912345001-tok3nofourgateway2026xyz";
        let body = format!("{{\"m\":[{{\"to\":\"0912345001\",\"s\":0,\"id\":\"{id}\"}}]}}");
        Manner::Answer(200, Vec::new(), body)
    });
    let outlets = format!(
        "  sms: {{ kind: http-sms, url: \"{}\", body: '{{ \"to\": {{{{ number }}}} }}', recipients: people.txt, channels: [sms], languages: [vi], results: {{ list: /m, number: to, status: s, accepted: [\"0\"], reference: id }} }}\n",
        server.url("/")
    );
    let p = with_secret(&outlets, "x");
    std::fs::write(p.path("people.txt"), "0912345001\n").unwrap();
    declared(&p);
    p.ok(&["publish", "--yes"]);
    let all = p.ok(&["record", "export"]);
    assert!(
        all.contains("\"outcome\":\"delivered\"") || all.contains("reference"),
        "{all}"
    );
    assert!(!all.contains("0912345001") && !all.contains("tok3nofour"));
}
