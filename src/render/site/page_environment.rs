//! The template environment of all pages of a site. Templates escape every value; only `time` elements made here are not
//! escaped again. Knows nothing of which pages there are.

use chrono_tz::Tz;
use minijinja::Environment;
use minijinja::value::Value;
use quick_xml::escape::partial_escape;

use crate::domain::base::lang::Lang;
use crate::domain::base::time::{At, Moment, Period};
use crate::domain::base::value::Value as Told;
use crate::render::page_error::PageError;
use crate::render::site::view::{format_told, last_day_before};

/// A moment as it is serialized: one that is known only about has a mark before it.
fn moment_of(value: &Value) -> Option<Moment> {
    let text = value.as_str()?;
    let (about, exact) = match text.strip_prefix('~') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let at = chrono::DateTime::parse_from_rfc3339(exact).ok()?.to_utc();
    Some(Moment { at, about })
}

fn at_of(value: &Value) -> Option<At> {
    moment_of(value).map(|m| m.at)
}

fn lang_of(tag: &str) -> Lang {
    tag.parse().unwrap_or(Lang::USUAL)
}

/// A moment as a `time` element, which programs can read too.
fn time_element(moment: Moment, lang: Lang, zone: Tz, of: At) -> String {
    let text = format_told(&Told::Instant(moment), lang, zone, of);
    let shown = partial_escape(&text);
    format!(
        "<time datetime=\"{}\">{shown}</time>",
        crate::domain::base::time::to_rfc3339(moment.at)
    )
}

/// A due time as a `time` element. A promised day is kept as the midnight after it, and shown as the day: nobody promised
/// an hour.
fn due_element(due: &Value, lang: Lang, zone: Tz, of: At) -> Option<String> {
    let at = at_of(&due.get_attr("at").ok()?)?;
    if !due.get_attr("is_day").is_ok_and(|d| d.is_true()) {
        return Some(time_element(Moment::exact(at), lang, zone, of));
    }
    let day = last_day_before(at, zone);
    let text = format_told(&Told::Date(day), lang, zone, of);
    let shown = partial_escape(&text);
    Some(format!("<time datetime=\"{day}\">{shown}</time>"))
}

/// Builds the environment of all pages, with the filters that the templates use.
///
/// # Errors
/// When a template is malformed, which tests rule out.
pub fn page_environment(zone: Tz) -> Result<Environment<'static>, PageError> {
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
        env.add_template(name, text)?;
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
            "working" => "●",
            "at-risk" => "◐",
            "degraded" => "▲",
            "possibly-affected" => "△",
            "down" => "✖",
            "maintenance" => "■",
            _ => "○",
        }
    });
}

/// Adds the filters that print times; `of` is the moment whose year goes without saying.
fn add_time_filters(env: &mut Environment<'_>, zone: Tz) {
    env.add_filter("time", move |at: Value, lang: String, of: Value| -> Value {
        let (Some(at), Some(of)) = (moment_of(&at), at_of(&of)) else {
            return Value::from("");
        };
        Value::from_safe_string(time_element(at, lang_of(&lang), zone, of))
    });
    env.add_filter("due", move |due: Value, lang: String, of: Value| -> Value {
        let shown = at_of(&of).and_then(|of| due_element(&due, lang_of(&lang), zone, of));
        Value::from_safe_string(shown.unwrap_or_default())
    });
    let with_due = move |text: String, due: Value, lang: String, of: Value| -> Value {
        let shown = at_of(&of).and_then(|of| due_element(&due, lang_of(&lang), zone, of));
        let shown = shown.unwrap_or_default();
        Value::from_safe_string(partial_escape(&text).replace("{t}", &shown))
    };
    env.add_filter("with_due", with_due);
    env.add_filter(
        "timed",
        move |text: String, at: Value, lang: String, of: Value| -> Value {
            let shown = match (moment_of(&at), at_of(&of)) {
                (Some(at), Some(of)) => time_element(at, lang_of(&lang), zone, of),
                _ => String::new(),
            };
            Value::from_safe_string(partial_escape(&text).replace("{t}", &shown))
        },
    );
    let between = move |text: String, a: Value, b: Value, lang: String, of: Value| -> Value {
        let (Some(a), Some(b), Some(of)) = (moment_of(&a), moment_of(&b), at_of(&of)) else {
            return Value::from("");
        };
        let lang = lang_of(&lang);
        Value::from_safe_string(
            partial_escape(&text)
                .replace("{a}", &time_element(a, lang, zone, of))
                .replace("{b}", &time_element(b, lang, zone, of)),
        )
    };
    env.add_filter("between", between);
    env.add_filter("lasted", |minutes: i64, lang: String| -> String {
        let period: Option<Period> = format!("{}m", minutes.max(0)).parse().ok();
        let told = period.map(Told::Duration);
        let words = told.map(|t| format_told(&t, lang_of(&lang), Tz::UTC, At::UNIX_EPOCH));
        words.unwrap_or_default()
    });
    env.add_filter("brief", move |at: Value| -> String {
        at_of(&at).map_or_else(String::new, |t| {
            t.with_timezone(&zone).format("%d/%m %H:%M").to_string()
        })
    });
    env.add_filter("hours", move |window: Value, lang: String, of: Value| {
        spell_hours(&window, lang_of(&lang), zone, &of)
    });
}

/// The hours of announced work in words, as notices print them: days stay days.
fn spell_hours(window: &Value, lang: Lang, zone: Tz, of: &Value) -> String {
    let window = serde_json::to_value(window).and_then(serde_json::from_value);
    match (window, at_of(of)) {
        (Ok(window), Some(of)) => format_told(&Told::Window(window), lang, zone, of),
        _ => String::new(),
    }
}
