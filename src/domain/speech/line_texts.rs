//! One chosen line in the final bytes of each channel and language. It chooses no line and puts none in order.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::domain::base::lang::Lang;
use crate::domain::config::channel::Form;
use crate::domain::config::line::{Element, Line};
use crate::domain::facts::evaluator::{RenderedText, Style};
use crate::domain::record::rendition::Span;
use crate::domain::speech::composer::{ComposeError, Composer};
use crate::domain::speech::draft::Texted;

/// The longest title: what a mail program and a phone show of it, in characters.
const LONGEST_TITLE: usize = 65;

impl Composer<'_> {
    /// The line in every channel that has a form for it, in every language; or the facts it lacks.
    pub(super) fn render_line(
        &self,
        line: &Line,
        it: Option<&str>,
        names_several: bool,
        banded: &mut BTreeMap<String, bool>,
    ) -> Result<Result<Texted, BTreeSet<String>>, ComposeError> {
        let mut texts = Texted::new();
        for (name, channel) in self.wanted_channels() {
            if !line.channels.is_empty() && !line.channels.contains(name) {
                continue;
            }
            if line.element == Element::Title && !channel.title {
                continue;
            }
            let forms: Option<Vec<(Lang, Form, Cow<str>)>> = self
                .wanted_langs()
                .iter()
                .map(|l| line.text_for(&channel.forms, *l).map(|(f, t)| (*l, f, t)))
                .collect();
            for (lang, form, template) in forms.into_iter().flatten() {
                let style = Style {
                    names_several,
                    ..self.style_of(channel, form, lang)
                };
                let spoken = self.render_text(line, &template, style, it)?;
                if !spoken.missing.is_empty() {
                    return Ok(Err(spoken.missing));
                }
                let mut spans = Vec::new();
                for c in spoken.claims {
                    let all = banded.entry(c.path.clone()).or_insert(c.banded);
                    *all = *all && c.banded;
                    spans.push(Span {
                        path: c.path,
                        start: c.start,
                        end: c.end,
                    });
                }
                texts.insert((name.clone(), lang), (spoken.text, spans));
            }
        }
        Ok(Ok(texts))
    }

    /// The text of one form. A title names as many things as its length allows, and counts the others.
    fn render_text(
        &self,
        line: &Line,
        template: &str,
        style: Style,
        it: Option<&str>,
    ) -> Result<RenderedText, ComposeError> {
        let naming = |max_names| {
            let style = Style { max_names, ..style };
            let made = self
                .evaluator
                .render_template(template, style, self.facts, it);
            made.map_err(|error| ComposeError {
                line: line.id.clone(),
                error,
            })
        };
        let mut made = naming(style.max_names)?;
        for max_names in (1..style.max_names).rev() {
            let is_long = made.text.chars().count() > LONGEST_TITLE;
            if line.element != Element::Title || !is_long {
                break;
            }
            made = naming(max_names)?;
        }
        Ok(made)
    }
}
