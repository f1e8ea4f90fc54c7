//! Alerts of the Common Alerting Protocol, version 1.2, for open major incidents; each names the alerts before it. Sends
//! nothing.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::domain::base::lang::Lang;
use crate::domain::base::time::At;
use crate::domain::speech::page_status::Impact;
use crate::languages::phrases::Number;
use crate::render::page_error::PageError;
use crate::render::site::feed::xml_text;
use crate::render::site::view::{Incident, Notice, SiteView, Tree, short_id};
use crate::render::site::words::page_word;

/// A time with the numeric offset of the zone: the protocol does not allow `Z`.
fn format_time(view: &SiteView, at: At) -> String {
    at.with_timezone(&view.zone)
        .format("%Y-%m-%dT%H:%M:%S%:z")
        .to_string()
}

fn sender_id(view: &SiteView) -> String {
    let host = view
        .base_url
        .as_deref()
        .and_then(|u| u.split_once("://"))
        .map(|(_, rest)| rest);
    let host = host
        .and_then(|h| h.split(['/', ':']).next())
        .filter(|h| !h.is_empty());
    // The protocol forbids spaces and commas here.
    host.map_or_else(
        || format!("saydo-{}", short_id(view, "page")),
        |h| format!("status@{h}"),
    )
}

fn alert_id(view: &SiteView, n: &Notice) -> String {
    format!("{}-{}", short_id(view, "page"), n.number)
}

/// Adds the latest alert of each open major incident to the tree.
///
/// # Errors
/// When it cannot be written as XML.
pub fn insert_alerts(view: &SiteView, tree: &mut Tree) -> Result<(), PageError> {
    let is_major =
        |i: &&Incident| i.is_open && matches!(i.impact, Impact::Critical | Impact::Major);
    for incident in view.incidents.iter().filter(is_major) {
        tree.insert(
            format!("cap/{}.xml", incident.id),
            write_alert(view, incident)?,
        );
    }
    Ok(())
}

fn write_alert(view: &SiteView, i: &Incident) -> Result<Vec<u8>, PageError> {
    let Some((last, before)) = i.notices.split_last() else {
        return Err(PageError::NoNotice(i.id.clone()));
    };
    let mut w = Writer::new(Vec::new());
    w.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    let sender = sender_id(view);
    let is_over = i.status.is_over();
    w.create_element("alert")
        .with_attribute(("xmlns", "urn:oasis:names:tc:emergency:cap:1.2"))
        .write_inner_content(|w| {
            let mut leaf = |name: &str, text: &str| -> std::io::Result<()> {
                w.create_element(name)
                    .write_text_content(BytesText::new(&xml_text(text)))?;
                Ok(())
            };
            leaf("identifier", &alert_id(view, last))?;
            leaf("sender", &sender)?;
            leaf("sent", &format_time(view, last.at))?;
            leaf("status", if view.drill { "Exercise" } else { "Actual" })?;
            leaf(
                "msgType",
                if before.is_empty() { "Alert" } else { "Update" },
            )?;
            leaf("scope", "Public")?;
            if !before.is_empty() {
                let all: Vec<String> = before
                    .iter()
                    .map(|n| format!("{sender},{},{}", alert_id(view, n), format_time(view, n.at)))
                    .collect();
                leaf("references", &all.join(" "))?;
            }
            leaf("incidents", &i.id)?;
            for lang in &view.langs {
                w.create_element("info")
                    .write_inner_content(|w| write_info(view, i, last, *lang, is_over, w))?;
            }
            Ok(())
        })?;
    let mut bytes = w.into_inner();
    bytes.push(b'\n');
    Ok(bytes)
}

/// The block of one language.
fn write_info(
    view: &SiteView,
    i: &Incident,
    last: &Notice,
    lang: Lang,
    is_over: bool,
    w: &mut Writer<Vec<u8>>,
) -> std::io::Result<()> {
    let mut leaf = |name: &str, text: &str| -> std::io::Result<()> {
        w.create_element(name)
            .write_text_content(BytesText::new(&xml_text(text)))?;
        Ok(())
    };
    leaf(
        "language",
        lang.shipped_words().phrase_text(Number::AlertLanguage),
    )?;
    leaf("category", "Infra")?;
    leaf("event", i.title.get_or_any(lang))?;
    leaf("urgency", if is_over { "Past" } else { "Immediate" })?;
    leaf("severity", alert_severity(i, is_over))?;
    leaf("certainty", alert_certainty(i))?;
    leaf("onset", &format_time(view, i.began.at))?;
    // The alert is out of date once the next notice is due.
    if let Some(next) = i.next_update.filter(|t| *t > last.at) {
        leaf("expires", &format_time(view, next))?;
    }
    leaf("senderName", view.names.get_or_any(lang))?;
    leaf("headline", i.title.get_or_any(lang))?;
    leaf("description", last.texts.get_or_any(lang))?;
    if view.base_url.is_some() {
        leaf(
            "web",
            &view.url_of(&format!("{}incidents/{}.html", view.folder_of(lang), i.id)),
        )?;
    }
    w.create_element("area").write_inner_content(|w| {
        w.create_element("areaDesc")
            .write_text_content(BytesText::new(&xml_text(&area_text(i, lang))))?;
        Ok(())
    })?;
    Ok(())
}

fn alert_severity(i: &Incident, is_over: bool) -> &'static str {
    match (i.impact, is_over) {
        (_, true) => "Minor",
        (Impact::Critical, _) => "Severe",
        _ => "Moderate",
    }
}

/// "Observed" only where somebody reported trouble with something that the alert names.
fn alert_certainty(i: &Incident) -> &'static str {
    let is_seen = i.scope.iter().any(|p| p.state.is_bad());
    let is_felt = i.areas.iter().any(|a| !a.is_possible);
    if is_seen || is_felt || i.status.is_over() {
        "Observed"
    } else {
        "Possible"
    }
}

/// The regions of an incident, else its links; the protocol demands a text. What is only possible is called so.
fn area_text(i: &Incident, lang: Lang) -> String {
    let possibly = page_word("state_possibly-affected", lang);
    let areas = i.areas.iter().map(|a| match a.is_possible {
        false => a.names.get_or_any(lang).to_owned(),
        true => format!("{} ({})", a.names.get_or_any(lang), possibly.to_lowercase()),
    });
    let areas: Vec<String> = areas.collect();
    let links = i.scope.iter().map(|p| p.names.get_or_any(lang).to_owned());
    let named = match areas.is_empty() {
        true => links.collect::<Vec<_>>().join(", "),
        false => areas.join(", "),
    };
    if named.is_empty() {
        page_word("components", lang).to_owned()
    } else {
        named
    }
}
