//! What every page of a site has in common: its languages, links and words, and the sentence that sums up the situation. Renders
//! no page.

use minijinja::context;
use minijinja::value::{Serde, Value};
use serde::Serialize;

use crate::domain::base::lang::Lang;
use crate::render::site::view::{Incident, SiteView};
use crate::render::site::words::{self, page_word};

/// A language of the site, with the address of the same page in it.
#[derive(Serialize)]
struct Other {
    tag: &'static str,
    name: &'static str,
    href: String,
}

/// The values that every page needs; `path` is its path below the folder of its language.
pub(crate) fn page_frame(view: &SiteView, lang: Lang, path: &str, staff: bool) -> Value {
    let own = view.folder_of(lang);
    let depth = format!("{own}{path}").matches('/').count();
    let up = "../".repeat(depth);
    let others: Vec<Other> = view
        .langs
        .iter()
        .map(|l| Other {
            tag: l.tag(),
            name: page_word("name", *l),
            href: format!("{up}{}{path}", view.folder_of(*l)),
        })
        .collect();
    let zone_name = view
        .zone_names
        .get(lang)
        .map_or_else(|| view.zone.name().to_owned(), str::to_owned);
    context! {
        lang => lang.tag(),
        w => words::all_page_words(lang),
        org => view.names.get_or_any(lang),
        home => format!("{up}{own}"),
        up => up,
        others => Value::from(Serde(others)),
        zone_line => page_word("zone", lang).replace("{z}", &zone_name),
        drill => view.drill,
        staff => staff,
    }
}

/// How many incidents are not over and how much work is announced, in one sentence or two.
pub(crate) fn situation_in_words(view: &SiteView, lang: Lang) -> String {
    let is_over = |i: &&Incident| i.status.is_over() && !i.is_moved_ahead();
    let open: Vec<&Incident> = view.incidents.iter().filter(|i| i.is_open).collect();
    let going_on: Vec<&Incident> = open.iter().copied().filter(|i| !is_over(i)).collect();
    let works = going_on.iter().filter(|i| i.planned.is_some()).count();
    let now = going_on.len() - works;
    let said = |n: usize, one: &str, some: &str| match n {
        0 => None,
        1 => Some(page_word(one, lang).to_owned()),
        n => Some(page_word(some, lang).replace("{n}", &n.to_string())),
    };
    let parts: Vec<String> = said(now, "one", "some")
        .into_iter()
        .chain(said(works, "one_work", "some_work"))
        .collect();
    match (parts.is_empty(), open.is_empty()) {
        (false, _) => parts.join(" "),
        (true, true) => page_word("nothing", lang).to_owned(),
        // What was called off or is over stays below until somebody closes it.
        (true, false) => page_word("all_over", lang).to_owned(),
    }
}
