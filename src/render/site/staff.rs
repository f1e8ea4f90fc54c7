//! The pages for staff, in a folder of their own: what each role may say now and what not. Chooses no talking points.

use minijinja::context;
use minijinja::value::{Serde, Value};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

use crate::domain::base::incident::IncidentId;
use crate::domain::base::lang::Lang;
use crate::domain::base::time::{At, to_rfc3339};
use crate::domain::base::value::Value as Told;
use crate::domain::speech::points::{Sheet, Talk};
use crate::languages::{Subject, fill_gaps};
use crate::render::page_error::PageError;
use crate::render::site::page_environment::page_environment;
use crate::render::site::page_frame::page_frame;
use crate::render::site::view::{Role, SiteView, Tree, format_moment, format_told};
use crate::render::site::words::page_word;

/// The statement that the talking points belong to.
#[derive(Debug, Clone)]
pub struct Basis {
    pub number: u32,
    /// When it was issued, UTC.
    pub at: At,
    /// When the next statement was promised, UTC: after that the points may be out of date.
    pub until: Option<At>,
}

fn staff_word(key: &str, lang: Lang) -> &'static str {
    lang.shipped_words()
        .find_word(Subject::Staff, key)
        .unwrap_or("")
}

/// The title of a role or section; its identifier when it has no title.
fn title_of(name: &str, lang: Lang) -> String {
    match staff_word(name, lang) {
        "" => name.to_owned(),
        title => title.to_owned(),
    }
}

/// Renders the pages for staff.
///
/// # Errors
/// When a template does not take the view, which tests rule out.
pub fn render_staff_site(
    view: &SiteView,
    roles: &[Role],
    bases: &BTreeMap<IncidentId, Basis>,
) -> Result<Tree, PageError> {
    let env = page_environment(view.zone)?;
    let mut tree = Tree::new();
    let render = |name: &str, values: Value| -> Result<Vec<u8>, PageError> {
        let template = env.get_template(name)?;
        Ok(template.render(values)?.into_bytes())
    };
    for lang in &view.langs {
        let lang = *lang;
        let folder = view.folder_of(lang);
        let list: Vec<_> = roles
            .iter()
            .map(|r| json!({ "name": r.name, "title": title_of(&r.name, lang) }))
            .collect();
        let page = render(
            "roles.html",
            context! {
                heading => staff_word("heading", lang),
                roles => Value::from(Serde(list)),
                ..page_frame(view, lang, "index.html", true)
            },
        )?;
        tree.insert(format!("{folder}index.html"), page);
        for role in roles {
            let path = format!("{}.html", role.name);
            tree.insert(
                format!("{folder}{path}"),
                render("role.html", role_values(view, role, bases, lang, &path))?,
            );
        }
    }
    tree.insert("style.css".into(), include_bytes!("style.css").to_vec());
    tree.insert("icon.svg".into(), include_bytes!("icon.svg").to_vec());
    tree.insert("search.js".into(), include_bytes!("search.js").to_vec());
    Ok(tree)
}

fn role_values(
    view: &SiteView,
    role: &Role,
    bases: &BTreeMap<IncidentId, Basis>,
    lang: Lang,
    path: &str,
) -> Value {
    let words: BTreeMap<&str, &str> = [
        "nothing",
        "old",
        "stale",
        "gone",
        "unsaid",
        "search",
        "sections",
        "roles",
        "now",
        "nothing_now",
        "common",
    ]
    .into_iter()
    .map(|k| (k, staff_word(k, lang)))
    .collect();
    let sheets = role.points.sheets.iter();
    let sheets = sheets.map(|sheet| sheet_json(view, sheet, bases.get(&sheet.incident), lang));
    let sheets: Vec<Json> = sheets.collect();
    context! {
        heading => format!("{}: {}", staff_word("heading", lang), title_of(&role.name, lang)),
        sheets => Value::from(Serde(sheets)),
        common => Value::from(Serde(parts_json("all", &role.points.common, lang))),
        s => Value::from(Serde(words)),
        ..page_frame(view, lang, path, true)
    }
}

/// One incident on the page of a role.
fn sheet_json(view: &SiteView, sheet: &Sheet, basis: Option<&Basis>, lang: Lang) -> Json {
    let situation = &sheet.situation;
    let gone = sheet.no_longer_true.join(", ");
    let long_ago = |at: At| at - chrono::Duration::days(400);
    let belongs = basis.map(|b| {
        let at = format_moment(b.at, lang, view.zone, long_ago(b.at));
        let word = staff_word("belongs", lang);
        fill_gaps(word, &[("n", &b.number), ("at", &at)])
    });
    let now = situation.now.iter().map(|t| {
        let state = page_word(&format!("state_{}", t.state), lang);
        let since = t.since.map(|since| {
            let shown = Told::Instant(since);
            let shown = format_told(&shown, lang, view.zone, long_ago(since.at));
            page_word("began", lang)
                .replace("{t}", &shown)
                .to_lowercase()
        });
        let since = since.map_or_else(String::new, |s| format!(", {s}"));
        format!(
            "{}: {}{since}",
            t.names.get_or_any(lang),
            state.to_lowercase()
        )
    });
    let next = match situation.next_update {
        Some(at) => {
            let at = format_moment(at, lang, view.zone, long_ago(at));
            fill_gaps(staff_word("next", lang), &[("at", &at)])
        }
        None => staff_word("no_next", lang).to_owned(),
    };
    json!({
        "id": sheet.incident,
        "title": situation.title.get_or_any(lang),
        "severity": situation.severity,
        "now": now.collect::<Vec<String>>(),
        "next": next,
        "belongs": belongs,
        "out_of_date": !gone.is_empty(),
        "gone": gone,
        "until": basis.and_then(|b| b.until).map(to_rfc3339),
        "parts": parts_json(&sheet.incident, &sheet.sections, lang),
    })
}

/// The sections of a sheet that say something, each with a name of its own on the page.
fn parts_json(of: &str, sections: &[(String, Vec<Talk>)], lang: Lang) -> Vec<Json> {
    let said = sections.iter().filter(|(_, talks)| !talks.is_empty());
    let part = |(name, talks): &(String, Vec<Talk>)| json!({ "anchor": format!("{of}-{name}"), "name": name, "title": title_of(name, lang), "talks": talks });
    said.map(part).collect()
}
