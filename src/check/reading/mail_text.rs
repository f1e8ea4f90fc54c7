//! The text of a mail: its subject and its body, decoded. It reads no attachment, no mail inside the mail and no other
//! header.
//!
//! The parts are cut here, to a bounded depth, and each is decoded alone: a mail inside a mail inside a mail would else
//! cost as much as its sender likes.

use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::{HeaderName, Message, MessageParser, MimeHeaders, PartType};

use crate::check::reading::document::{Document, DocumentFault};
use crate::check::reading::text_form::{Form, read_as};

/// So deep may parts lie in parts.
const MAX_DEPTH: usize = 20;
/// So many parts may a mail have.
const MAX_PARTS: usize = 1000;
/// So many attachments are named.
const NAMED: usize = 5;

const SAVE_AS_TEXT: &str = "save its text as a .txt file in UTF-8 and check that";

/// What was found in the parts of a mail.
#[derive(Default)]
struct MailParts {
    /// Texts in the order in which they stand; true for HTML.
    texts: Vec<(bool, String)>,
    /// The names or kinds of what is not read.
    attachments: Vec<String>,
    is_encrypted: bool,
    count: usize,
}

/// The subject and the body of a mail.
///
/// # Errors
/// When it is no mail, is damaged or encrypted, or has no text.
pub(super) fn read_mail(bytes: &[u8]) -> Result<Document, DocumentFault> {
    let head = read_headers(bytes).filter(|m| {
        let names = [
            HeaderName::From,
            HeaderName::Subject,
            HeaderName::Date,
            HeaderName::Received,
            HeaderName::ContentType,
        ];
        names.into_iter().any(|n| m.header(n).is_some())
    });
    let Some(head) = head else {
        return Err(DocumentFault::new(
            "this is no mail: it does not begin with headers such as From and Subject",
            "save the mail from the mail program as .eml",
        ));
    };
    let subject = head.subject().unwrap_or_default();
    let subject = subject.split_whitespace().collect::<Vec<_>>().join(" ");
    check_letters(&subject, "subject")?;
    let mut parts = MailParts::default();
    parts.read_part(bytes, 0)?;
    lay_out(&subject, parts)
}

fn lay_out(subject: &str, parts: MailParts) -> Result<Document, DocumentFault> {
    let mut document = Document::default();
    if parts.texts.is_empty() && (subject.is_empty() || parts.is_encrypted) {
        let what = match parts.is_encrypted {
            true => "the mail is encrypted",
            false => "the mail has no text",
        };
        return Err(DocumentFault::new(what, SAVE_AS_TEXT));
    }
    if !subject.is_empty() {
        document.add_block(&format!("{subject}\n\n"), Form::Plain, |_| {
            "the subject".to_owned()
        });
    }
    let (mut lines, mut paragraphs) = (0, 0);
    for (is_html, text) in &parts.texts {
        if *is_html {
            // People see its blocks, not the lines of its source.
            let seen = read_as(text, Form::Html).into_source();
            let seen_text = seen.text.clone();
            let blocks = count_blocks(&seen_text, paragraphs);
            document.add_read_block(&seen_text, seen, |line| {
                format!("paragraph {} of its text", blocks[line - 1])
            });
            paragraphs = blocks.last().copied().unwrap_or(paragraphs);
        } else {
            document.add_block(text, Form::Plain, |line| {
                format!("line {} of its text", lines + line)
            });
            lines += text.lines().count();
        }
    }
    if parts.texts.is_empty() {
        document.unread.push("only its subject has text".into());
    }
    document.unread.extend(name_attachments(&parts.attachments));
    Ok(document)
}

/// For each line how many lines with words there are up to it, those before the text counted in.
fn count_blocks(text: &str, before: usize) -> Vec<usize> {
    let count = |count: &mut usize, line: &str| {
        *count += usize::from(!line.trim().is_empty());
        Some((*count).max(1))
    };
    text.lines().scan(before, count).collect()
}

fn name_attachments(names: &[String]) -> Option<String> {
    let mut shown = names[..names.len().min(NAMED)].join(", ");
    if names.len() > NAMED {
        shown.push_str(&format!(" and {} more", names.len() - NAMED));
    }
    match names.len() {
        0 => None,
        1 => Some(format!("one attachment is not read: {shown}")),
        n => Some(format!("{n} attachments are not read: {shown}")),
    }
}

/// The headers of a part; none when it has none.
fn read_headers(part: &[u8]) -> Option<Message<'_>> {
    MessageParser::new().parse_headers(part)
}

/// Text that is not in the charset that it names shows these.
fn check_letters(text: &str, what: &str) -> Result<(), DocumentFault> {
    match text.contains(char::REPLACEMENT_CHARACTER) {
        true => Err(DocumentFault::new(
            format!("letters of its {what} cannot be read in the charset that it names"),
            SAVE_AS_TEXT,
        )),
        false => Ok(()),
    }
}

impl MailParts {
    /// Takes the texts out of a part and the parts in it.
    fn read_part(&mut self, part: &[u8], depth: usize) -> Result<(), DocumentFault> {
        self.count += 1;
        if depth > MAX_DEPTH || self.count > MAX_PARTS {
            return Err(DocumentFault::new(
                format!(
                    "the mail has more than {MAX_PARTS} parts, or parts in more than {MAX_DEPTH} others"
                ),
                SAVE_AS_TEXT,
            ));
        }
        let Some(head) = read_headers(part) else {
            return self.read_text(&[b"Content-Type: text/plain\n", part].concat());
        };
        let Some(content) = head.content_type() else {
            return self.read_text(part);
        };
        let kind = content.ctype().to_ascii_lowercase();
        let subkind = content.subtype().unwrap_or_default().to_ascii_lowercase();
        let is_attached = head
            .content_disposition()
            .is_some_and(|d| d.is_attachment())
            || (depth > 0 && head.attachment_name().is_some());
        match (kind.as_str(), subkind.as_str()) {
            ("multipart", "encrypted") | ("application", "pkcs7-mime" | "x-pkcs7-mime") => {
                self.is_encrypted = true;
            }
            ("multipart", _) => {
                let boundary = content.attribute("boundary").unwrap_or_default();
                let from = self.texts.len();
                for inner in cut_parts(part, boundary) {
                    self.read_part(inner, depth + 1)?;
                }
                if subkind == "alternative" {
                    self.choose_plain(from);
                }
            }
            ("text", "plain" | "html") if !is_attached => return self.read_text(part),
            _ => {
                let name = head.attachment_name().map_or_else(
                    || format!("{kind}/{subkind}"),
                    |n| n.chars().take(60).collect(),
                );
                self.attachments.push(name);
            }
        }
        Ok(())
    }

    /// Of several forms of the same text the plain one is read, if there is one with words.
    fn choose_plain(&mut self, from: usize) {
        let is_plain = |(is_html, text): &(bool, String)| !is_html && !text.trim().is_empty();
        if self.texts[from..].iter().any(is_plain) {
            let texts = self.texts.split_off(from);
            self.texts.extend(texts.into_iter().filter(is_plain));
        }
    }

    /// Decodes a part that is one text.
    fn read_text(&mut self, part: &[u8]) -> Result<(), DocumentFault> {
        let Some(message) = MessageParser::new().parse(part) else {
            return Ok(());
        };
        let Some(read) = message.parts.first() else {
            return Ok(());
        };
        let charset = read.content_type().and_then(|c| c.attribute("charset"));
        if let Some(charset) = charset.filter(|c| !is_known_charset(c)) {
            let shown: String = charset.chars().take(40).collect();
            return Err(DocumentFault::new(
                format!("the charset \"{shown}\" of its text is not known"),
                SAVE_AS_TEXT,
            ));
        }
        let (is_html, text) = match &read.body {
            PartType::Html(text) => (true, text),
            PartType::Text(text) => (false, text),
            _ => return Ok(()),
        };
        check_letters(text, "text")?;
        if read.is_encoding_problem && !text.trim().is_empty() {
            return Err(DocumentFault::new(
                "its text is damaged: it is not encoded as it says",
                SAVE_AS_TEXT,
            ));
        }
        if !text.trim().is_empty() {
            self.texts.push((is_html, text.replace("\r\n", "\n")));
        }
        Ok(())
    }
}

fn is_known_charset(name: &str) -> bool {
    let utf8 = ["utf-8", "utf8", "us-ascii"];
    utf8.iter().any(|n| name.eq_ignore_ascii_case(n)) || charset_decoder(name.as_bytes()).is_some()
}

/// The parts between the lines that begin with a boundary.
fn cut_parts<'a>(part: &'a [u8], boundary: &str) -> Vec<&'a [u8]> {
    let mark = format!("--{boundary}");
    let (mut found, mut begun, mut at, mut is_body) = (Vec::new(), None, 0, false);
    for line in part.split_inclusive(|b| *b == b'\n') {
        let rest = line.strip_prefix(mark.as_bytes()).map(<[u8]>::trim_ascii);
        is_body |= line.trim_ascii().is_empty();
        if let Some(rest @ (b"" | b"--")) = rest.filter(|_| is_body && !boundary.is_empty()) {
            found.extend(begun.map(|begun| &part[begun..at]));
            begun = (rest == b"").then_some(at + line.len());
            if begun.is_none() {
                return found;
            }
        }
        at += line.len();
    }
    found.extend(begun.map(|begun| &part[begun..]));
    found
}
