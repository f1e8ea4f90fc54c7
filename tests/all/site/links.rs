//! Links in the folders that we write to: nothing is written, removed or published through one.

use super::night;
use crate::support::play::{Play, declared, files};

fn link(to: &std::path::Path, at: &std::path::Path) {
    std::os::unix::fs::symlink(to, at).unwrap();
}

#[test]
fn a_site_is_not_built_through_a_linked_folder() {
    let p = night();
    let victim = p.path("victim");
    std::fs::create_dir(&victim).unwrap();
    std::fs::write(victim.join("INC-1.html"), "theirs").unwrap();
    std::fs::create_dir(p.path("site")).unwrap();
    p.ok(&["site", "build", "site"]);
    let before = files(&p.path("site"));
    // Somebody who may write there puts a link in the place of a folder.
    std::fs::remove_dir_all(p.path("site/incidents")).unwrap();
    link(&victim, &p.path("site/incidents"));
    let (code, said) = p.run(&["site", "build", "site"]);
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(
        (code, said.contains("incidents is a link")),
        (2, true),
        "{said}"
    );
    assert_eq!(files(&victim).len(), 1);
    assert_eq!(std::fs::read(victim.join("INC-1.html")).unwrap(), b"theirs");
    std::fs::remove_file(p.path("site/incidents")).unwrap();
    p.ok(&["site", "build", "site"]);
    assert_eq!(
        files(&p.path("site")).keys().collect::<Vec<_>>(),
        before.keys().collect::<Vec<_>>()
    );
    // An entry of the manifest that leads through a link removes nothing.
    link(&victim, &p.path("site/old"));
    let manifest = p.path("site/.saydo-site.json");
    let text = std::fs::read_to_string(&manifest).unwrap();
    let more = "{\"old/INC-1.html\":{\"sha\":\"x\",\"size\":6},";
    std::fs::write(&manifest, text.replacen('{', more, 1)).unwrap();
    let (code, said) = p.run(&["site", "build", "site"]);
    assert_eq!((code, said.contains("old is a link")), (2, true), "{said}");
    assert!(victim.join("INC-1.html").is_file());
}

#[test]
fn a_text_is_not_published_through_a_linked_folder() {
    let p = Play::new("  z: { kind: folder, folder: out, channels: [web] }\n");
    let victim = p.path("victim");
    std::fs::create_dir(&victim).unwrap();
    std::fs::create_dir(p.path("out")).unwrap();
    link(&victim, &p.path("out/INC-1"));
    declared(&p);
    let (code, said) = p.run(&["publish"]);
    assert_eq!((code, said.contains("is a link")), (1, true), "{said}");
    assert!(files(&victim).is_empty());
    assert!(p.standings().iter().all(|s| s.3 == "failed"), "{said}");
}
