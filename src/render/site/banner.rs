//! The sentence at the top of the front page: what is not as it should be, the worst first, as it was told. It judges no state.

use serde::Serialize;

use crate::domain::base::lang::Lang;
use crate::domain::speech::shown_state::ShownState;
use crate::render::format::join_list;
use crate::render::site::page_frame::situation_in_words;
use crate::render::site::view::{Component, SiteView};
use crate::render::site::words::page_word;

/// How many things a banner names of one state.
const MOST_NAMED: usize = 3;

/// What stands at the top, and the state that gives its colour.
#[derive(Debug, Serialize)]
pub(super) struct Banner {
    pub(super) text: String,
    /// The worst state of what it names; `none` when it names nothing.
    pub(super) state: &'static str,
}

/// Services and areas come first, because people know those; network elements only where nothing is told of the others.
pub(super) fn make_banner(view: &SiteView, lang: Lang) -> Banner {
    let noticed = |is_felt: bool| -> Vec<(&Component, ShownState)> {
        let all = view.components.iter();
        let of_kind = all.filter(|c| (c.kind != "link") == is_felt);
        let told = of_kind.filter_map(|c| Some((c, c.state?)));
        told.filter(|(_, state)| is_news(*state)).collect()
    };
    let felt = noticed(true);
    let named = if felt.is_empty() {
        noticed(false)
    } else {
        felt
    };
    let Some(worst) = named.iter().map(|(_, state)| *state).max() else {
        return Banner {
            text: situation_in_words(view, lang),
            state: "none",
        };
    };
    let mut states: Vec<ShownState> = named.iter().map(|(_, state)| *state).collect();
    states.sort_unstable();
    states.dedup();
    let sentences = states.iter().rev().map(|state| {
        let of_it = named.iter().filter(|(_, s)| s == state);
        let names: Vec<&str> = of_it.map(|(c, _)| c.names.get_or_any(lang)).collect();
        format!(
            "{}: {}.",
            list_names(&names, lang),
            state_word(*state, lang)
        )
    });
    Banner {
        text: sentences
            .map(|s| with_capital(&s))
            .collect::<Vec<_>>()
            .join(" "),
        state: worst.token(),
    }
}

/// True for a state that people come to read of.
fn is_news(state: ShownState) -> bool {
    state != ShownState::Working
}

fn list_names(names: &[&str], lang: Lang) -> String {
    let mut shown: Vec<String> = names
        .iter()
        .take(MOST_NAMED)
        .map(|n| (*n).to_owned())
        .collect();
    match names.len().saturating_sub(MOST_NAMED) {
        0 => {}
        n => shown.push(page_word("more_named", lang).replace("{n}", &n.to_string())),
    }
    join_list(&shown, lang)
}

/// The word for a state, as it stands inside a sentence.
fn state_word(state: ShownState, lang: Lang) -> String {
    let word = page_word(&format!("state_{}", state.token()), lang);
    let mut letters = word.chars();
    let first = letters.next().map(char::to_lowercase);
    first.into_iter().flatten().chain(letters).collect()
}

fn with_capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}
