//! Reports about links in one line each. Works out no state of a link.

use crate::domain::base::value::Value;
use crate::domain::record::link_event::{LinkEvent, LinkReported};

pub(super) fn describe_link(event: &LinkEvent) -> String {
    match event {
        LinkEvent::LinkReported(report) => describe_report(report),
        LinkEvent::Reconfirmed {
            links,
            facts,
            source,
            ..
        } => {
            let all: Vec<&str> = links.iter().chain(facts).map(String::as_str).collect();
            format!("still: {} ({source})", all.join(", "))
        }
    }
}

fn describe_report(r: &LinkReported) -> String {
    let mut parts = vec![r.link.clone()];
    parts.extend(r.state.map(|s| s.to_string()));
    parts.extend(r.capacity_left.map(|s| format!("{s} left")));
    parts.extend(r.work.map(|w| format!("work {w}")));
    let certainty = match r.confirmed {
        true => "confirmed",
        false => "suspected",
    };
    parts.extend(r.cause.as_ref().map(|c| format!("cause {c} ({certainty})")));
    let window = r.window.map(|w| Value::Window(w).to_plain_text());
    parts.extend(window.map(|w| format!("window {w}")));
    if r.window_withdrawn {
        parts.push("window withdrawn".into());
    }
    parts.extend(r.reason.as_ref().map(|why| format!("because of {why}")));
    format!("{} ({})", parts.join(" "), r.source)
}
