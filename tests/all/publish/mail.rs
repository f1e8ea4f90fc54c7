//! Mail, read back by a server that is not ours. TLS is in `tls`.

use std::collections::BTreeMap;

use crate::support::mailbox::Mailbox;
use crate::support::play::{Play, declared};

#[test]
fn mail_is_read_back_as_it_was_meant() {
    let Some(mail) = Mailbox::start(&[]) else {
        return;
    };
    let outlets = format!(
        "  mail: {{ kind: smtp, server: \"127.0.0.1:{}\", tls: none, from: \"ABC – Trung tâm <suco@abc.vn>\", to: [\"dn@khach.vn\"], unsubscribe: \"mailto:roi@abc.vn\", reply_to: \"hotro@abc.vn\", channels: [email], one_message: true }}\n",
        mail.port
    );
    let p = Play::new(&outlets);
    declared(&p);
    p.ok(&["publish"]);
    p.now.set("2026-11-24 20:30");
    p.ok(&["link", "set", "AAG", "degraded"]);
    p.ok(&["statement", "issue"]);
    p.ok(&["publish"]);
    let mails = mail.read_mails();
    assert_eq!(mails.len(), 2);
    let (first, second) = (&mails[0], &mails[1]);
    assert_eq!(first["defects"], serde_json::json!([]), "{first}");
    let head = |m: &serde_json::Value, name: &str| {
        m["headers"][name].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(head(first, "From"), "ABC – Trung tâm <suco@abc.vn>");
    assert!(
        head(first, "Subject").contains("cáp quang biển / Notice about"),
        "{first}"
    );
    assert_eq!(head(first, "Auto-Submitted"), "auto-generated");
    assert_eq!(head(first, "List-Unsubscribe"), "<mailto:roi@abc.vn>");
    assert_eq!(head(second, "References"), head(first, "Message-ID"));
    assert_eq!(head(second, "In-Reply-To"), head(first, "Message-ID"));
    for lang in ["vi", "en"] {
        let said = p.ok(&[
            "--lang",
            lang,
            "statement",
            "show",
            "1",
            "--channel",
            "email",
        ]);
        let plain = first["parts"]["text/plain"]
            .as_str()
            .unwrap()
            .replace("\r\n", "\n");
        assert!(plain.contains(said.trim()), "{plain}");
        let html = first["parts"]["text/html"].as_str().unwrap();
        assert!(said.lines().all(|l| html.contains(l)), "{html}");
        assert!(html.contains(&format!("lang=\"{lang}\"")));
    }
}

#[test]
fn a_mail_server_that_refuses_is_not_asked_again() {
    let Some(mail) = Mailbox::start(&["refuse"]) else {
        return;
    };
    let outlets = format!(
        "  mail: {{ kind: smtp, server: \"127.0.0.1:{}\", tls: none, from: suco@abc.vn, to: [\"x@khach.vn\"], channels: [email], one_message: true }}\n  gone: {{ kind: smtp, server: \"127.0.0.1:1\", tls: none, from: suco@abc.vn, to: [\"x@khach.vn\"], channels: [email], one_message: true }}\n",
        mail.port
    );
    let p = Play::new(&outlets);
    declared(&p);
    p.run(&["publish"]);
    let of: BTreeMap<String, String> = p.standings().into_iter().map(|s| (s.0, s.3)).collect();
    assert_eq!(
        (of["mail"].as_str(), of["gone"].as_str()),
        ("refused", "failed")
    );
    mail.read_mails();
}
