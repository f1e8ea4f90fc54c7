//! Findings in mails and Word files name places that people find in the file. What is read of such files is tried in the
//! library (`src/check/reading/packed_tests.rs`), not here.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use zip::write::SimpleFileOptions;

/// A Word file with these paragraphs.
fn word_file(paragraphs: &[&str]) -> Vec<u8> {
    let words = |p: &&str| format!("<w:p><w:r><w:t>{p}</w:t></w:r></w:p>");
    let body: String = paragraphs.iter().map(words).collect();
    let space = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("word/document.xml", SimpleFileOptions::default())
        .unwrap();
    write!(
        zip,
        "<w:document {space}><w:body>{body}</w:body></w:document>"
    )
    .unwrap();
    zip.finish().unwrap().into_inner()
}

fn check(args: &[&str], dir: &Path, input: &[u8]) -> (i32, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_saydo"))
        .args(["check", "--wording-only"])
        .args(args)
        .current_dir(dir)
        .env_remove("SAYDO_WORKSPACE")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let out = child.wait_with_output().unwrap();
    let text = |b: Vec<u8>| String::from_utf8(b).unwrap();
    (
        out.status.code().unwrap(),
        text(out.stdout),
        text(out.stderr),
    )
}

#[test]
fn findings_name_places_that_people_find() {
    let dir = tempfile::tempdir().unwrap();
    let file = word_file(&["Notice", "We guarantee it."]);
    std::fs::write(dir.path().join("Notice.DOCX"), file).unwrap();
    std::fs::write(dir.path().join("wrong.docx"), "no zip").unwrap();
    let (code, out, err) = check(&["Notice.DOCX"], dir.path(), b"");
    assert_eq!(code, 1, "{err}");
    assert!(
        out.starts_with("Notice.DOCX: paragraph 2: guarantee\n    We guarantee it.\n"),
        "{out}"
    );
    let (_, out, _) = check(&["--format", "github", "Notice.DOCX"], dir.path(), b"");
    assert!(
        out.starts_with("::warning file=Notice.DOCX,title=guarantee::paragraph 2: A guarantee"),
        "{out}"
    );
    let (_, out, _) = check(&["--format", "sarif", "Notice.DOCX"], dir.path(), b"");
    let sarif: serde_json::Value = serde_json::from_str(&out).unwrap();
    let place = &sarif["runs"][0]["results"][0]["locations"][0];
    assert_eq!(place["logicalLocations"][0]["name"], "paragraph 2");
    assert!(place["physicalLocation"]["region"].is_null());
    let (_, out, _) = check(&["--format", "json", "Notice.DOCX"], dir.path(), b"");
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    let finding = &json["findings"][0];
    assert_eq!(
        (finding["line"].as_u64(), finding["place"].as_str()),
        (Some(2), Some("paragraph 2"))
    );
    // From standard input the form is named.
    let text = b"Subject: Notice\nContent-Type: text/plain\n\nWe guarantee\nit.\n";
    let (code, out, _) = check(&["--text-form", "eml", "-"], dir.path(), text);
    assert_eq!(code, 1);
    assert!(out.starts_with("-: line 1 of its text: guarantee"), "{out}");
    let (code, out, err) = check(&["wrong.docx"], dir.path(), b"");
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(
        err.starts_with("saydo: wrong.docx: it cannot be unpacked"),
        "{err}"
    );
    assert!(err.contains("save it again as .docx"), "{err}");
}
