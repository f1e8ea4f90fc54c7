//! The pages for staff, in a folder of their own: what each role may say now and what not. Chooses no talking points.

use minijinja::context;
use minijinja::value::{Serde, Value};
use serde_json::json;

use crate::domain::base::lang::Lang;
use crate::domain::base::time::At;
use crate::languages::{Subject, fill_gaps};
use crate::render::site::page_environment::page_environment;
use crate::render::site::page_frame::page_frame;
use crate::render::site::view::{Role, SiteView, Tree, format_moment};

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
    basis: Option<&Basis>,
) -> Result<Tree, String> {
    let env = page_environment(view.zone)?;
    let mut tree = Tree::new();
    let render = |name: &str, values: Value| -> Result<Vec<u8>, String> {
        let template = env.get_template(name).map_err(|e| format!("{e:#}"))?;
        template
            .render(values)
            .map(String::into_bytes)
            .map_err(|e| format!("{e:#}"))
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
                render("role.html", sheet_values(view, role, basis, lang, &path))?,
            );
        }
    }
    tree.insert("style.css".into(), include_bytes!("style.css").to_vec());
    tree.insert("icon.svg".into(), include_bytes!("icon.svg").to_vec());
    tree.insert("search.js".into(), include_bytes!("search.js").to_vec());
    Ok(tree)
}

fn sheet_values(
    view: &SiteView,
    role: &Role,
    basis: Option<&Basis>,
    lang: Lang,
    path: &str,
) -> Value {
    let s: std::collections::BTreeMap<&str, &str> = [
        "nothing", "old", "stale", "gone", "unsaid", "search", "sections", "roles",
    ]
    .into_iter()
    .map(|k| (k, staff_word(k, lang)))
    .collect();
    let mut s = json!(s);
    let (mut parts, mut gone, mut until) = (Vec::new(), String::new(), None);
    if let Some(sheet) = &role.sheet {
        for (name, talks) in sheet.sections.iter().filter(|(_, t)| !t.is_empty()) {
            parts.push(json!({ "name": name, "title": title_of(name, lang), "talks": talks }));
        }
        gone = sheet.no_longer_true.join(", ");
    }
    if let Some(b) = basis {
        let at = format_moment(b.at, lang, view.zone, b.at - chrono::Duration::days(400));
        let line = fill_gaps(
            staff_word("belongs", lang),
            &[("n", &b.number), ("at", &at)],
        );
        s["belongs"] = line.into();
        until = b.until;
    }
    context! {
        heading => format!("{}: {}", staff_word("heading", lang), title_of(&role.name, lang)),
        sheet => role.sheet.as_ref().map(|s| Value::from(Serde(s))),
        s => Value::from(Serde(s)),
        parts => Value::from(Serde(parts)),
        out_of_date => !gone.is_empty(),
        gone => gone,
        until => until.map(crate::domain::base::time::to_rfc3339),
        ..page_frame(view, lang, path, true)
    }
}
