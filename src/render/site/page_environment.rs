//! The template environment of all pages of a site. Templates escape every value; only `time` elements made here are not
//! escaped again. Knows nothing of which pages there are.

use chrono_tz::Tz;
use minijinja::Environment;
use minijinja::value::Value;
use quick_xml::escape::partial_escape;

use crate::domain::base::lang::Lang;
use crate::domain::base::time::At;
use crate::render::site::view::format_moment;

fn at_of(value: &Value) -> Option<At> {
    let text = value.as_str()?;
    chrono::DateTime::parse_from_rfc3339(text)
        .ok()
        .map(|t| t.to_utc())
}

fn lang_of(tag: &str) -> Lang {
    tag.parse().unwrap_or(Lang::USUAL)
}

/// A moment as a `time` element, which programs can read too.
fn time_element(at: At, lang: Lang, zone: Tz, of: At) -> String {
    let text = format_moment(at, lang, zone, of);
    let shown = partial_escape(&text);
    format!(
        "<time datetime=\"{}\">{shown}</time>",
        crate::domain::base::time::to_rfc3339(at)
    )
}

/// Builds the environment of all pages, with the filters that the templates use.
///
/// # Errors
/// When a template is malformed, which tests rule out.
pub fn page_environment(zone: Tz) -> Result<Environment<'static>, String> {
    let mut env = Environment::new();
    for (name, text) in [
        ("base.html", include_str!("base.html")),
        ("parts.html", include_str!("parts.html")),
        ("index.html", include_str!("index.html")),
        ("incident.html", include_str!("incident.html")),
        ("history.html", include_str!("history.html")),
        ("role.html", include_str!("role.html")),
        ("roles.html", include_str!("roles.html")),
    ] {
        env.add_template(name, text).map_err(|e| format!("{e:#}"))?;
    }
    add_text_filters(&mut env);
    add_time_filters(&mut env, zone);
    Ok(env)
}

fn add_text_filters(env: &mut Environment<'_>) {
    env.add_filter("lines", |t: String| -> Vec<String> {
        t.lines().map(str::to_owned).collect()
    });
    env.add_filter("pick", |texts: Value, lang: String| -> String {
        let own = texts
            .get_attr(&lang)
            .ok()
            .and_then(|v| v.as_str().map(str::to_owned));
        let any = || {
            let mut all = texts.try_iter().ok()?;
            let first = all.next()?;
            texts.get_item(&first).ok()?.as_str().map(str::to_owned)
        };
        own.or_else(any).unwrap_or_default()
    });
    env.add_filter("put", |text: String, gap: String, value: Value| -> String {
        text.replace(&format!("{{{gap}}}"), &value.to_string())
    });
    env.add_filter("short", |text: String, most: usize| -> String {
        if text.chars().count() <= most {
            return text;
        }
        let cut: String = text.chars().take(most.saturating_sub(1)).collect();
        format!("{}…", cut.trim_end())
    });
    env.add_filter("shape", |state: String| -> &'static str {
        match state.as_str() {
            "operational" => "●",
            "degraded_performance" => "▲",
            "partial_outage" => "◆",
            "major_outage" => "✖",
            "under_maintenance" => "■",
            _ => "○",
        }
    });
}

/// Adds the filters that print times; `of` is the moment whose year goes without saying.
fn add_time_filters(env: &mut Environment<'_>, zone: Tz) {
    env.add_filter("time", move |at: Value, lang: String, of: Value| -> Value {
        let (Some(at), Some(of)) = (at_of(&at), at_of(&of)) else {
            return Value::from("");
        };
        Value::from_safe_string(time_element(at, lang_of(&lang), zone, of))
    });
    // A due day is stored as the midnight after it, and shown as the day.
    env.add_filter(
        "due",
        move |at: Value, lang: String, of: Value, day: bool| -> Value {
            let (Some(at), Some(of)) = (at_of(&at), at_of(&of)) else {
                return Value::from("");
            };
            if !day {
                return Value::from_safe_string(time_element(at, lang_of(&lang), zone, of));
            }
            let local = (at - chrono::Duration::seconds(1)).with_timezone(&zone);
            Value::from_safe_string(format!(
                "<time datetime=\"{}\">{}</time>",
                local.format("%Y-%m-%d"),
                local.format("%d/%m/%Y")
            ))
        },
    );
    env.add_filter(
        "timed",
        move |text: String, at: Value, lang: String, of: Value| -> Value {
            let shown = match (at_of(&at), at_of(&of)) {
                (Some(at), Some(of)) => time_element(at, lang_of(&lang), zone, of),
                _ => String::new(),
            };
            Value::from_safe_string(partial_escape(&text).replace("{t}", &shown))
        },
    );
    env.add_filter(
        "between",
        move |text: String, a: Value, b: Value, lang: String, of: Value| -> Value {
            let (Some(a), Some(b), Some(of)) = (at_of(&a), at_of(&b), at_of(&of)) else {
                return Value::from("");
            };
            let lang = lang_of(&lang);
            Value::from_safe_string(
                partial_escape(&text)
                    .replace("{a}", &time_element(a, lang, zone, of))
                    .replace("{b}", &time_element(b, lang, zone, of)),
            )
        },
    );
    env.add_filter("brief", move |at: Value| -> String {
        at_of(&at).map_or_else(String::new, |t| {
            t.with_timezone(&zone).format("%d/%m %H:%M").to_string()
        })
    });
}
