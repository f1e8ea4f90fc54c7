//! `desk`: who is let in, that a click is done once and by whom it was, that nothing leaves without being asked once more; and a
//! whole night in a browser.

use std::io::Write;

use crate::support::outlet_server::{Manner, OutletServer};
use crate::support::play::{Play, SECRET, declared, with_secret};
use crate::support::readers;
use crate::support::served::Served;

/// The desk as a browser sees it: with the cookie that the printed address gives.
struct Browser {
    served: Served,
    cookie: String,
}

impl Browser {
    fn open(p: &Play) -> Browser {
        Browser::open_as(p, "chief")
    }

    fn open_as(p: &Play, person: &str) -> Browser {
        let served = Served::start(p, &["desk", "--as", person]);
        let key = served.line.split("key=").nth(1).unwrap();
        let key = key.split_whitespace().next().unwrap();
        let (status, _) = served.get(&format!("/open?key={key}"), "localhost");
        assert!(status.contains("303"), "{status}");
        let port = served.at.rsplit(':').next().unwrap();
        Browser {
            cookie: format!("Cookie: saydo-desk-{port}={key}"),
            served,
        }
    }

    fn get(&self, path: &str) -> String {
        let (status, body) = self.served.ask(&format!(
            "GET {path} HTTP/1.1\r\nHost: localhost\r\n{}\r\n\r\n",
            self.cookie
        ));
        assert!(status.contains("200"), "{path}: {status}");
        body
    }

    /// What every form of a page brings along: the token and the number of the last entry.
    fn form(&self, path: &str) -> (String, String) {
        let page = self.get(path);
        let value = |name: &str| {
            let after = page.split(&format!("name=\"{name}\" value=\"")).nth(1);
            let value = after.and_then(|a| a.split('"').next());
            value.unwrap_or_default().to_owned()
        };
        (value("token"), value("head"))
    }

    fn post_bytes(&self, fields: &str) -> String {
        format!(
            "POST /en/do HTTP/1.1\r\nHost: localhost\r\n{}\r\nContent-Length: {}\r\n\r\n{fields}",
            self.cookie,
            fields.len()
        )
    }

    /// The page that comes after a form was sent.
    fn send(&self, (token, head): &(String, String), fields: &str) -> String {
        let fields = format!("token={token}&head={head}&{fields}");
        let mut line = self.served.connect();
        line.write_all(self.post_bytes(&fields).as_bytes()).unwrap();
        let mut said = String::new();
        let _ = std::io::Read::read_to_string(&mut line, &mut said);
        match said.split("Location: ").nth(1) {
            Some(to) => self.get(to.split("\r\n").next().unwrap()),
            None => said,
        }
    }
}

fn events(p: &Play) -> u64 {
    p.json(&["status"])["events"].as_u64().unwrap()
}

fn night() -> Play {
    let p = Play::at("2026-03-10 10:05", "");
    declared(&p);
    p
}

#[test]
fn only_whoever_has_the_printed_address_is_let_in() {
    let p = night();
    let b = Browser::open(&p);
    for path in [
        "/",
        "/vi/",
        "/en/declare",
        "/head",
        "/open?key=0123",
        "/open",
    ] {
        let (status, body) = b.served.get(path, "localhost");
        assert!(
            status.contains("403") && !body.contains("AAG"),
            "{path}: {status}"
        );
    }
    for host in ["evil.example", "localhost.evil.example", "evil.example:80"] {
        let (status, _) = b.served.get("/vi/", host);
        assert!(status.contains("421"), "{host}: {status}");
    }
    assert!(b.get("/vi/").contains("cáp AAG"));
    assert!(b.get("/en/declare").contains("submarine-cable-disruption"));
    let (status, _) = b.served.ask(&format!(
        "GET /de/ HTTP/1.1\r\nHost: localhost\r\n{}\r\n\r\n",
        b.cookie
    ));
    assert!(status.contains("404"), "{status}");
}

#[test]
fn a_form_of_somebody_else_does_nothing() {
    let p = night();
    let b = Browser::open(&p);
    let before = events(&p);
    let (token, head) = b.form("/en/");
    for (fields, wanted) in [
        (format!("head={head}&act=still"), "400"),
        (format!("token=&head={head}&act=still"), "403"),
        (
            format!("token={}&head={head}&act=still", "0".repeat(64)),
            "403",
        ),
        (format!("token={token}&head={head}&act=nothing"), "400"),
        (format!("token={token}&act=still"), "400"),
        (format!("token={token}&head=x&act=still"), "400"),
        // What is not UTF-8 would be recorded as something else.
        (
            format!("token={token}&head={head}&act=log&incident=INC-1&note=%ff%fe"),
            "400",
        ),
    ] {
        let (status, _) = b.served.ask(&b.post_bytes(&fields));
        assert!(status.contains(wanted), "{fields}: {status}");
    }
    // With everything but the cookie.
    let fields = format!("token={token}&head={head}&act=still&links=AAG&source=own-check");
    let bare = b.post_bytes(&fields).replace(&b.cookie, "X: y");
    let (status, _) = b.served.ask(&bare);
    assert!(status.contains("403"), "{status}");
    let long = format!(
        "POST /en/do HTTP/1.1\r\nHost: localhost\r\n{}\r\nContent-Length: 99999999\r\n\r\n",
        b.cookie
    );
    let (status, _) = b.served.ask(&long);
    assert!(status.contains("413"), "{status}");
    assert_eq!(events(&p), before);
}

/// Who asked is gone before the answer, the program is killed, the browser sends its form again: it is in the record once.
#[test]
fn a_click_that_nobody_saw_answered_is_done_once() {
    let p = night();
    let b = Browser::open(&p);
    let before = events(&p);
    let (token, head) = b.form("/en/");
    let click = "act=still&links=AAG&source=own-check";
    let mut line = b.served.connect();
    let fields = format!("token={token}&head={head}&{click}");
    line.write_all(b.post_bytes(&fields).as_bytes()).unwrap();
    while events(&p) == before {
        std::thread::yield_now();
    }
    drop(line);
    drop(b);
    let after = events(&p);
    assert_eq!(after, before + 1);
    let b = Browser::open(&p);
    let (token, _) = b.form("/en/");
    let said = b.send(&(token, head), click);
    assert!(said.contains("Something was recorded since"), "{said}");
    assert_eq!(events(&p), after);
    // Seen and meant, it is done.
    let fresh = b.form("/en/");
    assert!(b.send(&fresh, click).contains("Done."));
    assert_eq!(events(&p), after + 1);
}

/// Restored, a promise, issuing and sending: asked once more, with a count; until then nothing is recorded.
#[test]
fn what_cannot_be_called_back_is_asked_once_more() {
    let p = Play::at(
        "2026-03-10 10:05",
        "  page: { kind: folder, folder: out, channels: [web] }\n",
    );
    declared(&p);
    let b = Browser::open(&p);
    p.ok(&["note", "customers_affected=4200"]);
    let before = events(&p);
    for (click, question) in [
        ("act=set&links=AAG&state=up&source=own-check", "works again"),
        (
            "act=note&incident=INC-1&fact=goodwill_approved&value=credit",
            "4200 people",
        ),
        ("act=issue&incident=INC-1&draft=x", "7 channels"),
        (
            "act=issue-and-publish&incident=INC-1&draft=x",
            "at once to: page",
        ),
        ("act=publish", "sends the notice to: page"),
        ("act=close&incident=INC-1", "closes the incident"),
        ("act=set&links=AAG%3Dup&source=own-check", "works again"),
        ("act=retract&entry=12&because=x", "takes the entry back"),
    ] {
        let form = b.form("/en/");
        let said = b.send(&form, click);
        assert!(
            said.contains(question) && said.contains("name=\"sure\""),
            "{click}: {said}"
        );
        assert_eq!(events(&p), before, "{click}");
    }
    let form = b.form("/en/");
    let said = b.send(&form, "act=publish&sure=yes");
    assert!(said.contains("Done."), "{said}");
    assert!(p.path("out").is_dir());
    // What is refused says why and keeps what was typed.
    let form = b.form("/en/");
    let said = b.send(&form, "act=close&incident=INC-1&sure=yes");
    assert!(said.contains("Not done."), "{said}");
    let form = b.form("/en/");
    let said = b.send(&form, "act=set&links=NOWHERE&state=down&since=99:99");
    assert!(
        said.contains("Not done.") && said.contains("value=\"99:99\""),
        "{said}"
    );
}

/// What was approved is issued, exactly so, by whoever may issue; nobody has to type the name of the draft.
#[test]
fn what_was_approved_can_be_issued_at_the_desk() {
    let p = Play::with("", &["--team"]);
    p.ok(&[
        "declare",
        "submarine-cable-disruption",
        "--link",
        "AAG=down",
    ]);
    let as_person = |name: &str, args: &[&str]| p.ok(&[&["--as", name], args].concat());
    for (name, role) in [("lan", "comms"), ("boss", "approver")] {
        p.ok(&["person", "add", name, "--role", role]);
    }
    as_person("lan", &["statement", "submit"]);
    let b = Browser::open_as(&p, "boss");
    let page = b.get("/en/");
    assert!(
        page.contains("Waiting for approval") && page.contains("value=\"approve\""),
        "{page}"
    );
    let draft = page.split("name=\"draft\" value=\"").nth(1).unwrap();
    let draft = draft.split('"').next().unwrap().to_owned();
    let form = b.form("/en/");
    assert!(
        b.send(&form, &format!("act=approve&draft={draft}"))
            .contains("Done.")
    );
    p.ok(&["log", "the phone is quiet"]);
    let b = Browser::open_as(&p, "lan");
    let page = b.get("/en/");
    assert!(
        page.contains("Approved: may be issued exactly so"),
        "{page}"
    );
    let form = b.form("/en/");
    let said = b.send(
        &form,
        &format!("act=issue&incident=INC-1&draft={draft}&sure=yes"),
    );
    assert!(said.contains("Done."), "{said}");
    assert!(!b.get("/en/").contains("Approved: may be"));
    // Without the name of a draft nothing is issued, whatever the form says.
    let form = b.form("/en/");
    let said = b.send(&form, "act=issue&incident=INC-1&draft=&sure=yes");
    assert!(said.contains("Not done."), "{said}");
}

/// Issued, and nowhere to send it: that is no failure of issuing, and is not offered again.
#[test]
fn what_was_issued_and_not_sent_everywhere_is_told_so() {
    let p = Play::at(
        "2026-03-10 10:05",
        "  hook: { kind: webhook, url: \"http://127.0.0.1:9/x\", secret: \"env:NOBODY_SET_THIS\", channels: [web] }\n",
    );
    p.ok(&[
        "declare",
        "submarine-cable-disruption",
        "--link",
        "AAG=down",
    ]);
    let b = Browser::open(&p);
    let page = b.get("/en/");
    let draft = page.split("name=\"draft\" value=\"").nth(1).unwrap();
    let draft = draft.split('"').next().unwrap();
    let form = b.form("/en/");
    let said = b.send(
        &form,
        &format!("act=issue-and-publish&incident=INC-1&draft={draft}&sure=yes"),
    );
    assert!(
        said.contains("Done in part.") && !said.contains("What you typed"),
        "{said}"
    );
    assert!(said.contains("Not sent yet to: hook"), "{said}");
}

/// A text that an outlet does not take needs somebody who decides; the page asks.
#[test]
fn what_is_stuck_is_decided_about_at_the_desk() {
    let server = OutletServer::start(|_| Manner::status(400));
    let outlets = format!(
        "  hook: {{ kind: webhook, url: \"{}\", secret: \"env:OUTLET_SECRET\", channels: [web], languages: [en] }}\n",
        server.url("/x")
    );
    let p = with_secret(&outlets, SECRET);
    declared(&p);
    p.run(&["publish"]);
    let b = Browser::open(&p);
    let page = b.get("/en/");
    assert!(
        page.contains("Did it arrive?") && page.contains("hook: web en (1)"),
        "{page}"
    );
    let key = page.split("name=\"key\" value=\"").nth(1).unwrap();
    let key = key.split('"').next().unwrap();
    let form = b.form("/en/");
    let said = b.send(&form, &format!("act=drop&key={key}&because=told+by+phone"));
    assert!(
        said.contains("Done.") && !said.contains("Did it arrive?"),
        "{said}"
    );
}

/// Only what the page shows is confirmed by it.
#[test]
fn confirming_all_confirms_what_is_shown() {
    let p = night();
    p.ok(&["declare", "core-failure", "--link", "CORE-HN=down"]);
    let b = Browser::open(&p);
    let page = b.get("/en/?incident=INC-1");
    assert!(
        !page.contains("type=\"hidden\" name=\"links\" value=\"\""),
        "{page}"
    );
    // Two links of one incident: the button for both names them.
    p.ok(&["scope", "add", "APG", "--incident", "INC-1"]);
    p.ok(&["set", "APG=degraded"]);
    let page = b.get("/en/?incident=INC-1");
    assert!(page.contains("name=\"links\" value=\"AAG,APG\""), "{page}");
}

/// The stop key waits for nobody, not even for a page that is old.
#[test]
fn the_stop_key_works_on_an_old_page() {
    let p = night();
    let b = Browser::open(&p);
    let old = b.form("/en/");
    p.ok(&["still"]);
    assert!(b.send(&old, "act=halt").contains("Done."));
    assert!(b.get("/en/").contains("STOPPED: nothing is being sent"));
    assert!(p.ok(&["status"]).contains("STOPPED since"));
}

/// Behind a proxy each acts under their own name; nobody without one, and nobody under two.
#[test]
fn behind_a_proxy_each_acts_under_their_own_name() {
    let p = night();
    let served = Served::start(
        &p,
        &["desk", "--users-from", "X-Person", "--host", "desk.abc.vn"],
    );
    let ask = |method: &str, headers: &str, body: &str| {
        served.ask(&format!(
            "{method} HTTP/1.1\r\nHost: desk.abc.vn\r\n{headers}Content-Length: {}\r\n\r\n{body}",
            body.len()
        ))
    };
    for headers in ["", "X-Person: \r\n", "X-Person: lan\r\nX-Person: minh\r\n"] {
        let (status, _) = ask("GET /en/", headers, "");
        assert!(status.contains("403"), "{headers}: {status}");
    }
    let (status, _) = served.get("/en/", "localhost");
    assert!(status.contains("421"), "{status}");
    // Whom the proxy names and nobody has added is none of the team.
    for name in ["lan", "minh"] {
        p.ok(&["person", "add", name]);
    }
    let (status, _) = ask("GET /en/", "X-Person: stranger\r\n", "");
    assert!(status.contains("403"), "{status}");
    let (status, page) = ask("GET /en/", "X-Person: lan\r\n", "");
    assert!(
        status.contains("200") && page.contains("lan, 10"),
        "{status}"
    );
    let value = |name: &str| {
        let after = page
            .split(&format!("name=\"{name}\" value=\""))
            .nth(1)
            .unwrap();
        after.split('"').next().unwrap().to_owned()
    };
    let body = format!(
        "token={}&head={}&act=log&incident=INC-1&note=seen+by+me",
        value("token"),
        value("head")
    );
    // A form is of the person who was shown it, on a page of ours.
    for headers in [
        "X-Person: minh\r\n",
        "X-Person: lan\r\nOrigin: https://evil.example\r\n",
        "X-Person: lan\r\nOrigin: null\r\n",
        "X-Person: lan\r\nSec-Fetch-Site: cross-site\r\n",
        "X-Person: lan\r\nSec-Fetch-Site: same-site\r\n",
    ] {
        let (status, _) = ask("POST /en/do", headers, &body);
        assert!(status.contains("403"), "{headers}: {status}");
    }
    let own = "X-Person: lan\r\nOrigin: https://desk.abc.vn\r\nSec-Fetch-Site: same-origin\r\n";
    let (status, _) = ask("POST /en/do", own, &body);
    assert!(status.contains("303"), "{status}");
    let last = p.ok(&["record", "list"]);
    let last = last.lines().find(|line| line.contains("seen by me"));
    assert!(last.is_some_and(|line| line.contains("lan")), "{last:?}");
}

#[test]
fn the_desk_is_of_this_machine_alone() {
    let p = night();
    let (code, said) = p.run(&["desk", "--addr", "0.0.0.0:0"]);
    assert!(code == 2 && said.contains("this machine alone"), "{said}");
    let (code, said) = p.run(&["desk", "--users-from", "X-Person"]);
    assert!(code == 2 && said.contains("--host"), "{said}");
}

/// What each step of the night in the browser has to have led to.
fn check_night(found: &serde_json::Value, lang: &str) {
    for page in found["found"].as_array().unwrap() {
        let is_clean =
            page["violations"] == serde_json::json!([]) && page["errors"] == serde_json::json!([]);
        assert!(
            is_clean && page["wide"] == false && page["lang"] == lang,
            "{page}"
        );
    }
    assert_eq!(found["errors"], serde_json::json!([]));
    let steps = found["steps"].as_array().unwrap();
    let step = |name: &str| {
        let found = steps.iter().find(|s| s["name"] == name);
        found.unwrap_or_else(|| panic!("no step {name}"))
    };
    for name in [
        "declared",
        "issued",
        "reported",
        "noted",
        "issued again",
        "said to work",
        "taken back",
        "corrected",
        "stopped",
        "goes on",
    ] {
        assert_eq!(step(name)["done"], true, "{}", step(name));
    }
    for name in ["issued", "said to work", "taken back"] {
        assert_eq!(step(name)["asked"], true, "{name}");
    }
    for name in ["old page", "not backed"] {
        assert_eq!(step(name)["done"], false, "{name}");
    }
    assert!(
        step("not backed")["text"]
            .as_str()
            .unwrap()
            .contains("does not back")
    );
    assert_eq!(found["kept"], "Kỹ thuật viên đã sửa xong toàn bộ.");
}

#[test]
fn a_night_at_the_desk_in_a_browser() {
    if !readers::has_browser() {
        return;
    }
    let shots = std::env::var_os("SAYDO_SHOTS").map(std::path::PathBuf::from);
    for (lang, scripts) in [("vi", "no"), ("en", "yes")] {
        let p = Play::at("2026-03-10 10:05", "");
        let served = Served::start(&p, &["desk"]);
        let Some(mut node) = readers::node("desk.mjs") else {
            return;
        };
        let url = served.line.split_whitespace().next().unwrap();
        node.args([url, lang, scripts]);
        node.arg(shots.as_ref().map_or("", |s| s.to_str().unwrap()));
        let out = node.output().unwrap();
        let found: serde_json::Value = serde_json::from_slice(&out.stdout)
            .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&out.stderr)));
        check_night(&found, lang);
        // All of it is in the record, and fits.
        assert!(events(&p) > 20);
        p.ok(&["record", "verify", "--derive"]);
    }
}
