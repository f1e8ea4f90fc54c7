//! An Atom feed in each language; the identifier of an entry never changes. Chooses no notices: the view has them.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::domain::base::digest::sha256;
use crate::domain::base::lang::Lang;
use crate::domain::base::time::{At, to_rfc3339};
use crate::render::page_error::PageError;
use crate::render::site::view::{Incident, MOST, Notice, SiteView, Tree};
use crate::render::site::words::page_word;

/// Leaves out characters that XML does not allow. The record has none; names in files may.
pub(crate) fn xml_text(text: &str) -> String {
    text.chars()
        .filter(|c| {
            matches!(c, '\t' | '\n') || (!c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}'))
        })
        .collect()
}

/// An identifier of something in a record, which never changes.
pub(crate) fn permanent_urn(record: &str, what: &str) -> String {
    let h = sha256(format!("{record}\n{what}").as_bytes());
    // A UUID of version 8, whose content is free.
    format!(
        "urn:uuid:{}-{}-8{}-a{}-{}",
        &h[..8],
        &h[8..12],
        &h[13..16],
        &h[17..20],
        &h[20..32]
    )
}

type Xml = Writer<Vec<u8>>;

fn write_leaf(
    w: &mut Xml,
    name: &str,
    attributes: &[(&str, &str)],
    text: &str,
) -> std::io::Result<()> {
    let mut element = w.create_element(name);
    for (k, v) in attributes {
        element = element.with_attribute((*k, *v));
    }
    if text.is_empty() {
        element.write_empty()?;
    } else {
        element.write_text_content(BytesText::new(&xml_text(text)))?;
    }
    Ok(())
}

/// Adds the feeds to the tree.
///
/// # Errors
/// When they cannot be written as XML.
pub fn insert_feeds(view: &SiteView, tree: &mut Tree) -> Result<(), PageError> {
    for lang in &view.langs {
        let bytes = write_feed(view, *lang)?;
        tree.insert(format!("{}feed.xml", view.folder_of(*lang)), bytes);
    }
    Ok(())
}

fn write_feed(view: &SiteView, lang: Lang) -> std::io::Result<Vec<u8>> {
    let mut w = Writer::new(Vec::new());
    w.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    let mut notices: Vec<(&Incident, &Notice)> = view
        .incidents
        .iter()
        .flat_map(|i| i.notices.iter().map(move |n| (i, n)))
        .collect();
    notices.sort_by_key(|(_, n)| std::cmp::Reverse(n.number));
    // A notice about several incidents makes one entry.
    notices.dedup_by_key(|(_, n)| n.number);
    w.create_element("feed")
        .with_attribute(("xmlns", "http://www.w3.org/2005/Atom"))
        .with_attribute(("xml:lang", lang.tag()))
        .write_inner_content(|w| {
            write_head(view, lang, w)?;
            for (i, n) in notices.iter().take(MOST) {
                w.create_element("entry")
                    .write_inner_content(|w| write_entry(view, lang, i, n, w))?;
            }
            Ok(())
        })?;
    let mut bytes = w.into_inner();
    bytes.push(b'\n');
    Ok(bytes)
}

/// Marks a title as a drill.
pub(crate) fn mark_drill(view: &SiteView, lang: Lang, title: &str) -> String {
    let mark = page_word("drill_mark", lang);
    if view.drill && !title.starts_with(mark) {
        format!("{mark} {title}")
    } else {
        title.to_owned()
    }
}

fn write_head(view: &SiteView, lang: Lang, w: &mut Xml) -> std::io::Result<()> {
    let folder = view.folder_of(lang);
    let title = format!(
        "{} – {}",
        page_word("title", lang),
        view.names.get_or_any(lang)
    );
    write_leaf(w, "title", &[], &mark_drill(view, lang, &title))?;
    let id = permanent_urn(&view.record, &format!("feed {}", lang.tag()));
    write_leaf(w, "id", &[], &id)?;
    let updated = to_rfc3339(view.updated.unwrap_or(At::UNIX_EPOCH));
    write_leaf(w, "updated", &[], &updated)?;
    let own = view.url_of(&format!("{folder}feed.xml"));
    write_leaf(w, "link", &[("rel", "self"), ("href", &own)], "")?;
    write_link(w, &view.url_of(&format!("{folder}index.html")))?;
    w.create_element("author")
        .write_inner_content(|w| write_leaf(w, "name", &[], view.names.get_or_any(lang)))?;
    Ok(())
}

/// Links an entry or the feed to its page.
fn write_link(w: &mut Xml, href: &str) -> std::io::Result<()> {
    let attributes = [("rel", "alternate"), ("type", "text/html"), ("href", href)];
    write_leaf(w, "link", &attributes, "")
}

fn write_entry(
    view: &SiteView,
    lang: Lang,
    i: &Incident,
    n: &Notice,
    w: &mut Xml,
) -> std::io::Result<()> {
    let text = n.texts.get_or_any(lang);
    let first = text.lines().next().filter(|t| !t.is_empty());
    let title = first.unwrap_or(i.title.get_or_any(lang));
    write_leaf(w, "title", &[], &mark_drill(view, lang, title))?;
    let id = permanent_urn(&view.record, &format!("notice {} {}", n.number, lang.tag()));
    write_leaf(w, "id", &[], &id)?;
    write_leaf(w, "published", &[], &to_rfc3339(n.at))?;
    write_leaf(w, "updated", &[], &to_rfc3339(n.at))?;
    let page = format!(
        "{}incidents/{}.html#n{}",
        view.folder_of(lang),
        i.id,
        n.number
    );
    write_link(w, &view.url_of(&page))?;
    write_leaf(w, "category", &[("term", n.status.token())], "")?;
    write_leaf(w, "content", &[("type", "text")], text)
}
