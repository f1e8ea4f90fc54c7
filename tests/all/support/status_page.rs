//! A page of Statuspage on loopback, with the rules of its API. It knows one page, and no subscribers.

use std::sync::Arc;

use crate::support::outlet_server::{Got, Manner, OutletServer};
use crate::support::play::Play;

fn answer(status: u16, body: serde_json::Value) -> Manner {
    Manner::Answer(status, Vec::new(), body.to_string())
}

/// A new incident or an update of one, when the rules of the API allow it. The first answer of all is lost: what was done
/// is done.
fn write_incident(
    page: &mut serde_json::Value,
    method: &str,
    id: Option<&str>,
    sent: &serde_json::Value,
) -> Manner {
    let name = sent["name"].as_str().unwrap_or_default();
    let text = sent["body"].as_str().unwrap_or_default();
    let is_planned = sent["scheduled_for"].is_string();
    let allowed: &[&str] = match (method, is_planned) {
        ("POST", true) => &["scheduled", "in_progress", "verifying", "completed"],
        ("POST", false) => &["investigating", "identified", "monitoring", "resolved"],
        _ => &[
            "investigating",
            "identified",
            "monitoring",
            "resolved",
            "scheduled",
            "in_progress",
            "verifying",
            "completed",
        ],
    };
    let status = sent["status"].as_str().unwrap_or_default();
    let has_name = !name.is_empty() || (method == "PATCH" && sent["name"].is_null());
    if !has_name
        || name.chars().count() > 255
        || text.chars().count() > 25_000
        || !allowed.contains(&status)
    {
        return answer(
            422,
            serde_json::json!({ "error": [format!("refused {status}")] }),
        );
    }
    let id = match id {
        Some(id) => id.to_owned(),
        None => format!("i{}", page["incidents"].as_object().unwrap().len() + 1),
    };
    let mut whole = page["incidents"]
        .get(&id)
        .cloned()
        .unwrap_or_else(|| serde_json::json!({ "id": id, "updates": [] }));
    for (k, v) in sent.as_object().unwrap() {
        whole[k] = v.clone();
    }
    whole["updates"]
        .as_array_mut()
        .unwrap()
        .push(serde_json::json!({ "status": status, "body": text }));
    page["incidents"][&id] = whole.clone();
    if page["lost"].as_array().unwrap().is_empty() {
        page["lost"] = serde_json::json!([id]);
        return Manner::Lost;
    }
    answer(201, whole)
}

fn write_component(page: &mut serde_json::Value, id: &str, sent: &serde_json::Value) -> Manner {
    let status = sent["status"].as_str().unwrap_or_default().to_owned();
    let known = [
        "operational",
        "under_maintenance",
        "degraded_performance",
        "partial_outage",
        "major_outage",
    ];
    if !known.contains(&status.as_str()) {
        return answer(422, serde_json::json!({ "error": status }));
    }
    page["components"][id] = status.into();
    answer(200, serde_json::json!({ "id": id }))
}

/// Does what a request asks of a page.
fn answer_request(page: &mut serde_json::Value, got: &Got) -> Manner {
    let path = got.path.strip_prefix("/v1/pages/p1").unwrap_or("");
    let path = path.split('?').next().unwrap();
    let body: serde_json::Value = serde_json::from_str(&got.body).unwrap_or_default();
    let words: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    match (got.method.as_str(), words.as_slice()) {
        ("GET", ["incidents"]) => {
            let all: Vec<_> = page["incidents"]
                .as_object()
                .unwrap()
                .values()
                .cloned()
                .collect();
            answer(200, all.into())
        }
        ("GET", ["incidents", id]) => match page["incidents"].get(*id) {
            Some(i) => answer(200, i.clone()),
            None => answer(404, serde_json::json!({ "error": "not found" })),
        },
        (method @ "POST", ["incidents"]) => write_incident(page, method, None, &body["incident"]),
        (method @ "PATCH", ["incidents", id]) => {
            write_incident(page, method, Some(*id), &body["incident"])
        }
        ("PATCH", ["components", id]) if page["components"].get(*id).is_some() => {
            write_component(page, id, &body["component"])
        }
        _ => answer(404, serde_json::json!({ "error": "not found" })),
    }
}

/// A page of Statuspage as its API describes it: numbers for incidents, limits, a rate, components.
pub fn statuspage(limit: usize) -> (OutletServer, Arc<std::sync::Mutex<serde_json::Value>>) {
    let page = Arc::new(std::sync::Mutex::new(
        serde_json::json!({ "incidents": {}, "components": { "c-aag": "operational", "c-ia": "operational" }, "requests": 0, "lost": [] }),
    ));
    let own = Arc::clone(&page);
    let server = OutletServer::start(move |got| {
        let mut page = own.lock().unwrap();
        if got.headers.get("authorization").map(String::as_str) != Some("OAuth t0ken") {
            return answer(401, serde_json::json!({ "error": "not authenticated" }));
        }
        page["requests"] = (page["requests"].as_u64().unwrap() + 1).into();
        if (page["requests"].as_u64().unwrap() as usize).is_multiple_of(limit) {
            return Manner::Answer(
                420,
                vec![("retry-after", "60".into())],
                "{\"error\":\"rate limit\"}".into(),
            );
        }
        answer_request(&mut page, got)
    });
    (server, page)
}

/// Publishes every minute until nothing is open; minutes of the day in November 2026.
pub fn until_done(p: &Play, minutes: std::ops::Range<u32>, day: u32) {
    for i in minutes {
        let now: &'static str =
            Box::leak(format!("2026-11-{day} {:02}:{:02}", i / 60, i % 60).into_boxed_str());
        p.now.set(now);
        p.run(&["publish"]);
        let is_open = |w: &str| matches!(w, "waiting" | "failed" | "expired" | "in-flight");
        if !p.standings().iter().any(|s| is_open(&s.3)) {
            return;
        }
    }
    panic!("it is never done: {:?}", p.standings());
}
