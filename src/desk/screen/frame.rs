//! What every page of the desk has: who looks, in which language, how words for staff read, what was typed. Shows no incident.

use crate::desk::screen::act::Act;
use crate::desk::screen::forms::FormMaker;
use crate::desk::screen::shown::Shown;
use crate::desk::{DeskError, Snapshot};
use crate::domain::base::lang::Lang;
use crate::domain::record::payload::EventPayload;
use crate::domain::speech::finding::Finding;
use crate::render::desk_page::desk_word;
use crate::render::desk_page::view::{Frame, Spoken};
use crate::render::page_error::PageError;

/// Who looks, in which language, with what their forms have to bring back.
#[derive(Debug, Clone)]
pub struct Viewer {
    pub lang: Lang,
    pub token: String,
}

/// How entries and findings read for staff. The words are those of the command line.
#[derive(Clone, Copy)]
pub struct StaffWords<'a> {
    pub entry: &'a dyn Fn(&Snapshot, &EventPayload) -> String,
    pub finding: &'a dyn Fn(&Finding) -> String,
}

/// What was asked once more: what somebody wants to do, and what they typed for it.
#[derive(Debug, Clone)]
pub struct Typed {
    pub act: Act,
    /// By name, as sent, without what every form brings along.
    pub fields: Vec<(String, String)>,
}

impl Typed {
    /// What was typed in a field; empty when there is none of that name.
    pub fn field(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(n, _)| n == name);
        found.map_or("", |(_, value)| value.trim())
    }
}

/// The languages in which the pages are made: those of the workspace.
pub fn page_languages(snapshot: &Snapshot) -> Vec<Lang> {
    let books = snapshot.books.as_ref();
    let langs = books.map(|b| b.workspace.languages.clone());
    langs
        .filter(|l| !l.is_empty())
        .unwrap_or_else(|| vec![Lang::USUAL])
}

pub(super) fn cannot_make(why: PageError) -> DeskError {
    DeskError::Page(why.to_string())
}

pub(super) fn make_frame(snapshot: &Snapshot, viewer: &Viewer) -> Result<Frame, DeskError> {
    let (lang, shown) = (viewer.lang, Shown::of_page(snapshot, viewer.lang));
    let workspace = &snapshot.world()?.books.workspace;
    let forms = FormMaker::of_snapshot(snapshot, lang);
    let halted = snapshot.state.deliveries.halted.as_ref();
    let spoken = |l: Lang| Spoken {
        tag: l.tag(),
        name: desk_word("name", l),
    };
    let now = snapshot.clock.now.with_timezone(&shown.zone);
    let now = now.format("%d/%m/%Y %H:%M").to_string();
    Ok(Frame {
        lang: lang.tag(),
        org: workspace.organisation.names.get_or_any(lang).to_owned(),
        acting: shown.fill_word("acting", &[("name", &snapshot.clock.by), ("t", &now)]),
        head: snapshot.head().seq,
        token: viewer.token.clone(),
        drill: snapshot.state.is_drill,
        halted: halted.map(|h| {
            let gaps: [(&str, &dyn std::fmt::Display); 3] = [
                ("t", &shown.show_time(h.at)),
                ("name", &h.by),
                ("because", &h.because),
            ];
            shown.fill_word("halted", &gaps)
        }),
        key: forms.map(|f| match halted {
            Some(_) => f.lift_form(),
            None => f.make_form(Act::Halt, "", Vec::new()),
        }),
        langs: page_languages(snapshot).into_iter().map(spoken).collect(),
    })
}
