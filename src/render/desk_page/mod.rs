//! The pages of `saydo desk`, made of a view. Templates escape every value. Decides nothing about what is shown.

pub mod view;

use minijinja::context;
use minijinja::value::{Serde, Value, merge_maps};
use std::collections::BTreeMap;

use chrono_tz::Tz;
use serde::Serialize;

use crate::domain::base::lang::Lang;
use crate::languages::Subject;
use crate::render::desk_page::view::{Confirming, Declaring, Frame, Situation};
use crate::render::page_error::PageError;
use crate::render::site::page_environment::page_environment;

/// The style sheet: that of the customers' pages, and what the desk needs beside.
pub const STYLE: &str = concat!(include_str!("../site/style.css"), include_str!("desk.css"));

pub const SCRIPT: &str = include_str!("desk.js");

pub const ICON: &str = include_str!("../site/icon.svg");

/// How many names a search shows.
const SHOWN_OF_SEARCH: usize = 20;

/// A word of the pages by key; a key that the file does not have is a fault, which a test finds.
pub fn desk_word(key: &str, lang: Lang) -> &'static str {
    let words = lang.shipped_words();
    words.find_word(Subject::Desk, key).unwrap_or("")
}

/// The first page.
///
/// # Errors
/// When the template does not take the view, which tests rule out.
pub fn render_situation(frame: &Frame, lang: Lang, page: &Situation) -> Result<String, PageError> {
    render("situation.html", frame, lang, page)
}

/// The page on which an incident is declared.
///
/// # Errors
/// When the template does not take the view, which tests rule out.
pub fn render_declaring(frame: &Frame, lang: Lang, page: &Declaring) -> Result<String, PageError> {
    render("declare.html", frame, lang, page)
}

/// The page that asks once more.
///
/// # Errors
/// When the template does not take the view, which tests rule out.
pub fn render_confirming(
    frame: &Frame,
    lang: Lang,
    page: &Confirming,
) -> Result<String, PageError> {
    render("confirm.html", frame, lang, page)
}

fn render(
    name: &str,
    frame: &Frame,
    lang: Lang,
    page: &impl Serialize,
) -> Result<String, PageError> {
    let mut env = page_environment(Tz::UTC)?;
    for (name, text) in [
        ("forms.html", include_str!("forms.html")),
        ("frame.html", include_str!("frame.html")),
        ("situation.html", include_str!("situation.html")),
        ("declare.html", include_str!("declare.html")),
        ("confirm.html", include_str!("confirm.html")),
    ] {
        env.add_template(name, text)?;
    }
    env.add_filter("head", |all: Vec<Value>| -> Vec<Value> {
        all.into_iter().take(SHOWN_OF_SEARCH).collect()
    });
    // Macros that are imported see these alone.
    let own = context! { lang => frame.lang, token => frame.token.as_str(), head => frame.head, choose => desk_word("choose", lang) };
    env.add_global("desk", own);
    let words: BTreeMap<&str, &str> = lang.shipped_words().all_words(Subject::Desk).collect();
    let values = context! {
        w => Value::from(Serde(words)),
        ..merge_maps([serde_json::to_value(page)?, serde_json::to_value(frame)?].map(|v| Value::from(Serde(v))))
    };
    Ok(env.get_template(name)?.render(values)?)
}
