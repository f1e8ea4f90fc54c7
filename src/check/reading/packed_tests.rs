//! Texts in mails (`.eml`) and Word files (`.docx`): what is read of them, how a finding names its place, and files that are
//! damaged or made to harm. It does not try the findings themselves.

use std::io::Write;
use std::time::{Duration, Instant};

use zip::write::SimpleFileOptions;

use crate::check::reading::document::Document;
use crate::check::reading::file_kind::Packing;
use crate::testing::chance::Chance;

const W: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";

/// A zip file of these parts.
fn zipped(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A Word file with this body, and more parts.
fn docx(body: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let whole =
        format!("<?xml version=\"1.0\"?><w:document {W}><w:body>{body}</w:body></w:document>");
    zipped(
        &[
            &[
                ("[Content_Types].xml", "<Types/>"),
                ("word/document.xml", &*whole),
            ],
            more,
        ]
        .concat(),
    )
}

fn p(words: &str) -> String {
    format!("<w:p><w:r><w:t>{words}</w:t></w:r></w:p>")
}

fn read(bytes: &[u8], packing: Packing) -> Document {
    packing.take_out(bytes).unwrap_or_else(|e| panic!("{e:?}"))
}

/// The lines that a reader sees, each with its place.
fn lines(bytes: &[u8], packing: Packing) -> Vec<(String, String)> {
    let document = read(bytes, packing);
    let lines = document.text.lines().enumerate();
    let place = |i: usize| document.place_of_line(i + 1).unwrap().to_owned();
    lines
        .filter(|(_, l)| !l.trim().is_empty())
        .map(|(i, l)| (place(i), l.to_owned()))
        .collect()
}

fn expect(found: Vec<(String, String)>, wanted: &[(&str, &str)]) {
    let wanted: Vec<_> = wanted
        .iter()
        .map(|(a, b)| (a.to_string(), b.to_string()))
        .collect();
    assert_eq!(found, wanted);
}

fn fault(bytes: &[u8], packing: Packing) -> String {
    match packing.take_out(bytes) {
        Err(e) => {
            assert!(!e.hint.is_empty());
            e.what
        }
        Ok(d) => panic!(
            "it was read: {:?}",
            d.text.chars().take(200).collect::<String>()
        ),
    }
}

#[test]
fn a_word_file_is_read_as_its_final_text() {
    let body = [
        p("Notice &amp; &#x1EA3;nh h&#432;&#7903;ng"),
        "<w:p/>".into(),
        // Inserted words are read; deleted, moved away, struck and hidden ones are not.
        "<w:p><w:pPr><w:tabs><w:tab w:val='left'/></w:tabs></w:pPr>\
         <w:r><w:t xml:space='preserve'>AAG is </w:t></w:r>\
         <w:del w:id='1'><w:r><w:delText>up</w:delText></w:r></w:del>\
         <w:ins w:id='2'><w:r><w:t>down</w:t></w:r></w:ins>\
         <w:moveFrom w:id='3'><w:r><w:t> again</w:t></w:r></w:moveFrom>\
         <w:r><w:rPr><w:strike/></w:rPr><w:t> not</w:t></w:r>\
         <w:r><w:rPr><w:vanish/></w:rPr><w:t> at all</w:t></w:r>\
         <w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>.</w:t></w:r></w:p>"
            .into(),
        // The end of a paragraph is deleted: the next one carries it on.
        "<w:p><w:pPr><w:rPr><w:del w:id='4'/></w:rPr></w:pPr><w:r><w:t>APG is </w:t></w:r></w:p>"
            .into(),
        p("degraded."),
        "<w:p><w:r><w:t>Hotline</w:t><w:tab/><w:t>1800</w:t><w:br/><w:t>Mail</w:t></w:r></w:p>"
            .into(),
        format!(
            "<w:tbl><w:tr><w:tc>{}</w:tc><w:tc>{}{}</w:tc><w:tc><w:p/></w:tc></w:tr>\
             <w:tr><w:tc><w:tbl><w:tr><w:tc>{}</w:tc></w:tr></w:tbl>{}</w:tc></w:tr></w:tbl>",
            p("AAG"),
            p("down"),
            p("since 10:00"),
            p("within"),
            p("outer")
        ),
        // A box of text has paragraphs of its own; its older form says the same again.
        format!(
            "<w:p><w:r><w:t>Around </w:t><mc:AlternateContent xmlns:mc='m'><mc:Choice><w:txbxContent>{0}\
             </w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent>{0}</w:txbxContent></mc:Fallback>\
             </mc:AlternateContent><w:t>the box</w:t></w:r></w:p>",
            p("In the box")
        ),
    ];
    let header = format!("<w:hdr {W}>{}</w:hdr>", p("ABC Telecom"));
    let more = [
        ("word/header1.xml", &*header),
        ("word/header2.xml", &*header),
        (
            "word/footer1.xml",
            &*format!("<w:ftr {W}>{}</w:ftr>", p("Page one")),
        ),
        (
            "word/footnotes.xml",
            &*format!(
                "<w:footnotes {W}><w:footnote>{}</w:footnote></w:footnotes>",
                p("By our own check.")
            ),
        ),
        (
            "word/comments.xml",
            &*format!("<w:comments {W}>{}</w:comments>", p("Who says so?")),
        ),
        ("word/media/header1.xml", "no part"),
    ];
    expect(
        lines(&docx(&body.concat(), &more), Packing::Docx),
        &[
            ("header, paragraph 1", "ABC Telecom"),
            ("paragraph 1", "Notice & ảnh hưởng"),
            ("paragraph 2", "AAG is down."),
            ("paragraph 3", "APG is degraded."),
            ("paragraph 4", "Hotline 1800"),
            ("paragraph 4", "Mail"),
            ("table 1, row 1", "AAG : down"),
            ("table 1, row 1", "since 10:00"),
            ("table 1, row 2", "within"),
            ("table 1, row 2", "outer"),
            ("paragraph 5", "In the box"),
            ("paragraph 6", "Around the box"),
            ("footnotes, paragraph 1", "By our own check."),
            ("footer, paragraph 1", "Page one"),
        ],
    );
    let empty = read(&docx("", &[]), Packing::Docx);
    assert_eq!(empty.unread, ["it has no text; pictures are not read"]);
}

#[test]
fn a_damaged_or_locked_word_file_is_refused() {
    let whole = docx(&p("AAG is down."), &[]);
    let cut = &whole[..whole.len() / 2];
    let of_document = |text: &str| zipped(&[("word/document.xml", text)]);
    for (bytes, words) in [
        (b"no zip".to_vec(), "cannot be unpacked"),
        (Vec::new(), "cannot be unpacked"),
        (cut.to_vec(), "cannot be unpacked"),
        (
            b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec(),
            "locked with a password, or an old Word file",
        ),
        (
            zipped(&[("word/styles.xml", "<w:styles/>")]),
            "no word/document.xml",
        ),
        (
            of_document("<w:document><w:p>"),
            "damaged: word/document.xml: it breaks off",
        ),
        (of_document("<w:document></w:p>"), "damaged"),
        (of_document(""), "damaged"),
        (of_document("words only"), "damaged"),
        (of_document("<w:t>&unknown;</w:t>"), "entity"),
        (
            of_document("<!DOCTYPE a [<!ENTITY b \"c\">]><w:t>&b;</w:t>"),
            "document type",
        ),
        (of_document(&"<w:p>".repeat(2000)), "deep"),
        (
            of_document(&format!("<w:p>{}</w:p>", " ".repeat(65 << 20))),
            "more than 67108864 bytes",
        ),
    ] {
        let what = fault(&bytes, Packing::Docx);
        assert!(what.contains(words), "{what}\nwithout: {words}");
    }
    // Locked as a zip file: the flag of the entry, here and in the list at the end.
    let mut locked = of_document("<w:document/>");
    locked[6] |= 1;
    let list = locked.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    locked[list + 8] |= 1;
    assert!(fault(&locked, Packing::Docx).contains("locked"));
    let latin: Vec<u8> = {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        zip.start_file("word/document.xml", SimpleFileOptions::default())
            .unwrap();
        zip.write_all(b"<w:t>caf\xE9</w:t>").unwrap();
        zip.finish().unwrap().into_inner()
    };
    assert!(fault(&latin, Packing::Docx).contains("not UTF-8"));
}

fn mail(text: &str) -> Vec<u8> {
    text.replace('\n', "\r\n").into_bytes()
}

#[test]
fn a_mail_is_read_by_its_subject_and_its_plain_text() {
    let text = mail(
        "From: noc@example.test\nSubject: =?utf-8?B?VGjDtG5nIGLDoW8=?=\n =?iso-8859-1?Q?_caf=E9?=\nMIME-Version: 1.0\n\
         Content-Type: multipart/mixed; boundary=\"a a\"\n\nnot read\n--a a\n\
         Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\
         Content-Transfer-Encoding: quoted-printable\n\nC=C3=A1p AAG =\nb=E1=BB=8B =C4=91=E1=BB=A9t.\n\n-- \nABC\n--b\n\
         Content-Type: text/html; charset=utf-8\n\n<p>In other words</p>\n--b--\n--a a\n\
         Content-Type: application/pdf; name=\"plan.pdf\"\nContent-Transfer-Encoding: base64\n\nAAAA\n--a a\n\
         Content-Type: text/plain\nContent-Disposition: attachment; filename=log.txt\n\nAAG is up.\n--a a\n\
         Content-Type: message/rfc822\n\nSubject: Old\n\nAAG is up.\n--a a--\nnot read\n",
    );
    let wanted = [
        ("the subject", "Thông báo café"),
        ("line 1 of its text", "Cáp AAG bị đứt."),
        ("line 3 of its text", "--"),
        ("line 4 of its text", "ABC"),
    ];
    expect(lines(&text, Packing::Mail), &wanted);
    let unread = read(&text, Packing::Mail).unread;
    assert_eq!(
        unread,
        ["3 attachments are not read: plan.pdf, log.txt, message/rfc822"]
    );
    // The same with line feeds alone, and without its last boundaries.
    let unix = String::from_utf8(text).unwrap().replace('\r', "");
    expect(lines(unix.as_bytes(), Packing::Mail), &wanted);
    let open = unix.replace("--a a--\n", "").replace("--b--\n", "");
    expect(lines(open.as_bytes(), Packing::Mail), &wanted);
}

#[test]
fn a_mail_is_read_in_its_charset() {
    let of =
        |head: &str, body: &[u8]| [format!("Subject: x\n{head}\n\n").as_bytes(), body].concat();
    for (head, body, words) in [
        (
            "Content-Type: text/plain; charset=\"windows-1252\"",
            &b"caf\xE9"[..],
            "café",
        ),
        (
            "Content-Type: text/plain; charset=UTF-8",
            "đứt".as_bytes(),
            "đứt",
        ),
        (
            "Content-Type: text/plain; charset=us-ascii",
            b"down",
            "down",
        ),
        (
            "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64",
            b"xJHhu6l0",
            "đứt",
        ),
        (
            "Content-Type: text/plain; charset=utf-16le",
            b"a\0b\0",
            "ab",
        ),
        ("From: a@b.test", "không kiểu".as_bytes(), "không kiểu"),
    ] {
        let found = lines(&of(head, body), Packing::Mail);
        assert_eq!(found.last().unwrap().1, words, "{head}");
    }
    for (head, body, words) in [
        (
            "Content-Type: text/plain; charset=klingon",
            &b"x"[..],
            "charset \"klingon\" of its text is not known",
        ),
        (
            "Content-Type: text/plain; charset=utf-8",
            b"caf\xE9",
            "letters of its text cannot be read",
        ),
        (
            "From: a@b.test",
            b"caf\xE9",
            "letters of its text cannot be read",
        ),
        (
            "Content-Type: text/plain\nContent-Transfer-Encoding: base64",
            b"?!?!?!",
            "damaged",
        ),
        (
            "Content-Type: multipart/encrypted; boundary=a",
            b"--a\n\nx\n--a--",
            "encrypted",
        ),
        (
            "Content-Type: application/pkcs7-mime; name=smime.p7m",
            b"AAAA",
            "encrypted",
        ),
    ] {
        let what = fault(&of(head, body), Packing::Mail);
        assert!(what.contains(words), "{head}: {what}");
    }
    for (text, words) in [
        ("", "no mail"),
        ("AAG is down.\nIt will be up soon.\n", "no mail"),
        ("Note: AAG is down.\n", "no mail"),
        ("From: a@b.test\n\n", "no text"),
        ("From: a@b.test\nContent-Type: image/png\n\nAAAA", "no text"),
        (
            "Subject: =?utf-8?B?/w==?=\n\nx",
            "letters of its subject cannot be read",
        ),
    ] {
        let what = fault(text.as_bytes(), Packing::Mail);
        assert!(what.contains(words), "{text:?}: {what}");
    }
}

#[test]
fn an_html_mail_is_read_as_people_see_it() {
    let text = "Subject: Notice\nContent-Type: text/html\n\n<style>p{}</style><p>AAG is\n<b>down</b>.</p>\n\
                <p>Call <a href=\"https://elsewhere.test/\">us</a> &amp; wait.</p>";
    expect(
        lines(text.as_bytes(), Packing::Mail),
        &[
            ("the subject", "Notice"),
            ("paragraph 1 of its text", "AAG is down."),
            ("paragraph 2 of its text", "Call us & wait."),
        ],
    );
    let document = read(text.as_bytes(), Packing::Mail);
    let (target, start, end) = &document.readable.link_targets[0];
    assert_eq!(
        (target.as_str(), &document.text[*start..*end]),
        ("https://elsewhere.test/", "us")
    );
    // A plain part without words stands for nothing.
    let both = "Subject: x\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\n \n--b\n\
                Content-Type: text/html\n\n<p>AAG is down.</p>\n--b--\n";
    assert_eq!(lines(both.as_bytes(), Packing::Mail)[1].1, "AAG is down.");
    let only = read(
        b"Subject: AAG is down\nContent-Type: image/png; name=a.png\n\nAAAA",
        Packing::Mail,
    );
    assert_eq!(
        only.unread,
        [
            "only its subject has text",
            "one attachment is not read: a.png"
        ]
    );
}

/// Mails that would cost a reader that follows them as much as their sender likes.
#[test]
fn a_mail_that_is_made_to_harm_is_read_or_refused_soon() {
    let began = Instant::now();
    let nested = format!(
        "Subject: x\n{}\nhello",
        "Content-Type: message/rfc822\n\n".repeat(200_000)
    );
    assert_eq!(lines(nested.as_bytes(), Packing::Mail).len(), 1);
    let deep: String = (0..5000)
        .map(|i| format!("Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n"))
        .collect();
    let what = fault(format!("Subject: x\n{deep}").as_bytes(), Packing::Mail);
    assert!(what.contains("more than 20 others"), "{what}");
    let wide = format!(
        "Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n{}",
        "--b\n\nx\n".repeat(100_000)
    );
    assert!(fault(wide.as_bytes(), Packing::Mail).contains("more than 1000 parts"));
    // Boundaries that never come.
    let missing: String = (0..900)
        .map(|i| {
            format!(
                "--b\nContent-Type: multipart/mixed; boundary=never{i}\n\n{}\n",
                "-".repeat(2000)
            )
        })
        .collect();
    let missing = format!("Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n{missing}");
    assert_eq!(lines(missing.as_bytes(), Packing::Mail).len(), 1);
    let head = format!("Subject: {}\n\nx", "=?utf-8?Q?a?= ".repeat(100_000));
    read(head.as_bytes(), Packing::Mail);
    assert!(began.elapsed() < Duration::from_secs(60));
}

/// Whatever bytes come, there is a text or a fault.
#[test]
fn damaged_bytes_end_no_reading() {
    let whole_docx = docx(
        &p("AAG is down."),
        &[("word/header1.xml", &format!("<w:hdr {W}/>"))],
    );
    let whole_mail = mail(
        "Subject: =?utf-8?B?VGjDtG5n?=\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html; \
         charset=utf-8\nContent-Transfer-Encoding: base64\n\nPHA+QUFHPC9wPg==\n--b\nContent-Type: text/plain\n\nx\n--b--\n",
    );
    let mut chance = Chance::new();
    for (whole, packing) in [(whole_docx, Packing::Docx), (whole_mail, Packing::Mail)] {
        for _ in 0..3000 {
            let mut bytes = whole.clone();
            for _ in 0..=chance.below(4) {
                let at = chance.below(bytes.len() as u64) as usize;
                match chance.below(3) {
                    0 => bytes[at] = chance.below(256) as u8,
                    1 => bytes.truncate(at.max(1)),
                    _ => bytes.insert(at, b"\r\n-=;\":<"[chance.below(8) as usize]),
                }
            }
            if let Ok(document) = packing.take_out(&bytes) {
                let (a, b) = document
                    .readable
                    .source_place(0, document.readable.text.len());
                assert!(document.text.get(a..b).is_some());
            }
        }
    }
}
