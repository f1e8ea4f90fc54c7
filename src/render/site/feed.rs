//! An Atom feed in each language; an entry keeps its identifier for ever.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::domain::event::sha256;
use crate::domain::lang::Lang;
use crate::domain::time::{At, rfc3339};
use crate::render::site::words::word;
use crate::render::site::{Tree, View};

/// The most entries of a feed.
const MOST: usize = 50;

/// Characters that XML cannot carry at all are left out; the record has none, names from files might.
pub(crate) fn xml_text(text: &str) -> String {
    text.chars()
        .filter(|c| {
            matches!(c, '\t' | '\n') || (!c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}'))
        })
        .collect()
}

/// An identifier that stays, of a record and something in it.
pub(crate) fn urn(record: &str, what: &str) -> String {
    let h = sha256(format!("{record}\n{what}").as_bytes());
    // The form of a UUID of version 8: free to its maker.
    format!(
        "urn:uuid:{}-{}-8{}-a{}-{}",
        &h[..8],
        &h[8..12],
        &h[13..16],
        &h[17..20],
        &h[20..32]
    )
}

fn leaf(
    w: &mut Writer<Vec<u8>>,
    name: &str,
    attributes: &[(&str, &str)],
    text: &str,
) -> Result<(), String> {
    let mut element = w.create_element(name);
    for (k, v) in attributes {
        element = element.with_attribute((*k, *v));
    }
    let done = if text.is_empty() {
        element.write_empty()
    } else {
        element.write_text_content(BytesText::new(&xml_text(text)))
    };
    done.map(|_| ()).map_err(|e| e.to_string())
}

/// Puts the feeds in.
///
/// # Errors
/// When they cannot be written as XML.
pub fn all(view: &View, tree: &mut Tree) -> Result<(), String> {
    for lang in &view.langs {
        let folder = view.folder(*lang);
        tree.insert(format!("{folder}feed.xml"), one(view, *lang)?);
    }
    Ok(())
}

fn one(view: &View, lang: Lang) -> Result<Vec<u8>, String> {
    let folder = view.folder(lang);
    let mut w = Writer::new(Vec::new());
    let wrong = |e: std::io::Error| e.to_string();
    w.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))
        .map_err(wrong)?;
    let mut notices: Vec<_> = view
        .incidents
        .iter()
        .flat_map(|i| i.notices.iter().map(move |n| (i, n)))
        .collect();
    notices.sort_by_key(|(_, n)| std::cmp::Reverse(n.number));
    let mut fault = Ok(());
    w.create_element("feed")
        .with_attribute(("xmlns", "http://www.w3.org/2005/Atom"))
        .with_attribute(("xml:lang", lang.tag()))
        .write_inner_content(|w| {
            let mut put = || -> Result<(), String> {
                let drill = if view.drill {
                    format!("{} ", word("drill", lang))
                } else {
                    String::new()
                };
                leaf(
                    w,
                    "title",
                    &[],
                    &format!("{drill}{} – {}", word("title", lang), view.names.any(lang)),
                )?;
                leaf(
                    w,
                    "id",
                    &[],
                    &urn(&view.record, &format!("feed {}", lang.tag())),
                )?;
                leaf(
                    w,
                    "updated",
                    &[],
                    &rfc3339(view.updated.unwrap_or(At::UNIX_EPOCH)),
                )?;
                leaf(
                    w,
                    "link",
                    &[
                        ("rel", "self"),
                        ("href", &view.url(&format!("{folder}feed.xml"))),
                    ],
                    "",
                )?;
                leaf(
                    w,
                    "link",
                    &[
                        ("rel", "alternate"),
                        ("type", "text/html"),
                        ("href", &view.url(&format!("{folder}index.html"))),
                    ],
                    "",
                )?;
                w.create_element("author")
                    .write_inner_content(|w| {
                        leaf(w, "name", &[], view.names.any(lang)).map_err(std::io::Error::other)
                    })
                    .map_err(|e| e.to_string())?;
                for (i, n) in notices.iter().take(MOST) {
                    // A notice on several incidents is one entry.
                    let text = n.texts.any(lang);
                    let title = text
                        .lines()
                        .next()
                        .filter(|t| !t.is_empty())
                        .unwrap_or(i.title.any(lang));
                    w.create_element("entry")
                        .write_inner_content(|w| {
                            let mut entry = || -> Result<(), String> {
                                leaf(w, "title", &[], &format!("{drill}{title}"))?;
                                leaf(
                                    w,
                                    "id",
                                    &[],
                                    &urn(
                                        &view.record,
                                        &format!("notice {} {}", n.number, lang.tag()),
                                    ),
                                )?;
                                leaf(w, "published", &[], &rfc3339(n.at))?;
                                leaf(w, "updated", &[], &rfc3339(n.at))?;
                                let href = view
                                    .url(&format!("{folder}incidents/{}.html#n{}", i.id, n.number));
                                leaf(
                                    w,
                                    "link",
                                    &[("rel", "alternate"), ("type", "text/html"), ("href", &href)],
                                    "",
                                )?;
                                leaf(w, "category", &[("term", n.status.as_str())], "")?;
                                leaf(w, "content", &[("type", "text")], text)
                            };
                            entry().map_err(std::io::Error::other)
                        })
                        .map_err(|e| e.to_string())?;
                }
                Ok(())
            };
            fault = put();
            Ok(())
        })
        .map_err(wrong)?;
    fault?;
    let mut bytes = w.into_inner();
    bytes.push(b'\n');
    Ok(bytes)
}
