//! Outlets that are set up wrong are refused with their place in the file. It sends nothing.

use super::hook;
use crate::support::outlet_server::{Manner, OutletServer};
use crate::support::play::{Play, SECRET, declared};

#[test]
fn outlets_that_are_set_up_wrong_are_refused_with_their_place() {
    for (outlet, what) in [
        (
            "  x: { kind: webhook, channels: [web] }",
            "`url` is missing",
        ),
        (
            "  x: { kind: webhook, url: \"http://example.vn\", secret: \"env:A\", channels: [web] }",
            "https:// is needed",
        ),
        (
            "  x: { kind: webhook, url: \"https://example.vn\", secret: whsec_abc, channels: [web] }",
            "not the credential",
        ),
        (
            "  x: { kind: folder, folder: ../../etc, channels: [web] }",
            "has to lie in the workspace",
        ),
        (
            "  x: { kind: folder, folder: out, channels: [wbe] }",
            "there is no channel",
        ),
        ("  x: { kind: fax, channels: [web] }", "fax"),
        (
            "  x: { kind: smtp, server: \"mail.abc.vn:25\", tls: none, from: a@b.vn, to: [c@d.vn], channels: [email] }",
            "this machine only",
        ),
        (
            "  x: { kind: folder, folder: out, channels: [web], audience: nobody }",
            "there is no audience",
        ),
        (
            "  x: { kind: statuspage, page: p, secret: \"env:A\", channels: [web], components: { AGG: c } }",
            "no link, region or service \"AGG\"",
        ),
        (
            "  x: { kind: http-template, url: \"https://example.vn\", body: \"{}\", recipients: r.csv, channels: [sms], templates: [{ id: t, lang: vi, text: \"Cap <a> va <a>\" }] }",
            "each once",
        ),
        (
            "  x: { kind: http-sms, url: \"https://example.vn\", method: FETCH, body: \"{}\", recipients: r.csv, channels: [sms] }",
            "none that is sent",
        ),
    ] {
        let p = Play::new("");
        p.write_outlets(&format!("{outlet}\n"));
        let (code, said) = p.run(&["adopt"]);
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(
            (code, said.contains(what) && said.contains("saydo.yaml:")),
            (2, true),
            "{said}"
        );
        assert!(
            !said.contains("whsec_abc")
                || what != "not the credential"
                || !said.contains("outlets.x.secret: whsec"),
            "{said}"
        );
    }
    // A credential that is missing, or that others may read, is said; nothing is sent.
    let server = OutletServer::start(|_| Manner::ok());
    let p = Play::new(&hook(&server.url("/")).replace("env:OUTLET_SECRET", "file:key"));
    declared(&p);
    let (code, said) = p.run(&["publish"]);
    assert_eq!((code, said.contains("credential")), (1, true), "{said}");
    std::fs::write(p.path("key"), SECRET).unwrap();
    std::fs::set_permissions(
        p.path("key"),
        std::os::unix::fs::PermissionsExt::from_mode(0o644),
    )
    .unwrap();
    let (_, said) = p.run(&["publish"]);
    assert!(
        said.contains("may be read by others") && server.taken().is_empty(),
        "{said}"
    );
}
