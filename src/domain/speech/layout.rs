//! Puts chosen lines together into the final text of each channel and language, within its length. It chooses no words.

use crate::domain::base::lang::Lang;
use crate::domain::config::channel::{Channel, Form};
use crate::domain::config::line::Element;
use crate::domain::record::rendition::{Placed, Rendition, Span};
use crate::domain::speech::composer::Composer;
use crate::domain::speech::draft::{DraftLine, Texted};
use crate::languages::phrases::Mark;

impl Composer<'_> {
    pub(crate) fn assemble_renditions(
        &self,
        lines: &[DraftLine],
        texts: &[Texted],
        left_out: &mut Vec<(String, String, String)>,
    ) -> Vec<Rendition> {
        let mut renditions = Vec::new();
        for (name, channel) in self.wanted_channels() {
            let mut chosen: Vec<usize> = (0..lines.len())
                .filter(|i| {
                    self.wanted_langs()
                        .iter()
                        .all(|l| texts[*i].contains_key(&(name.clone(), *l)))
                })
                .collect();
            let mut made = self.put_together(name, channel, &chosen, texts);
            while let Some(trouble) = self.too_long(channel, &made) {
                let Some(victim) = least_needed(lines, &chosen) else {
                    break;
                };
                let line = lines[chosen[victim]].said.id.clone();
                left_out.push((name.clone(), line, trouble));
                chosen.remove(victim);
                made = self.put_together(name, channel, &chosen, texts);
            }
            if !chosen.is_empty() {
                renditions.extend(made);
            }
        }
        renditions
    }

    fn too_long(&self, channel: &Channel, made: &[Rendition]) -> Option<String> {
        made.iter().find_map(|r| {
            self.evaluator
                .measure_text(channel, r.lang, &r.text)
                .trouble
        })
    }

    fn put_together(
        &self,
        name: &str,
        channel: &Channel,
        chosen: &[usize],
        texts: &[Texted],
    ) -> Vec<Rendition> {
        let mut made = Vec::new();
        for lang in self.wanted_langs() {
            let mut text = String::new();
            if self.facts.drill && !chosen.is_empty() {
                text.push_str(drill_mark(*lang, channel));
            }
            let mark = text.len();
            let mut placed = Vec::new();
            for i in chosen {
                let Some((piece, spans)) = texts[*i].get(&(name.to_owned(), *lang)) else {
                    continue;
                };
                if text.len() > mark {
                    text.push(if channel.one_per_line { '\n' } else { ' ' });
                }
                let start = text.len();
                text.push_str(piece);
                let spans = spans
                    .iter()
                    .map(|s| Span {
                        path: s.path.clone(),
                        start: s.start + start,
                        end: s.end + start,
                    })
                    .collect();
                placed.push(Placed {
                    line: *i,
                    start,
                    end: text.len(),
                    spans,
                });
            }
            made.push(Rendition {
                channel: name.to_owned(),
                lang: *lang,
                text,
                placed,
            });
        }
        made
    }
}

/// What stands before every text of a drill.
fn drill_mark(lang: Lang, channel: &Channel) -> &'static str {
    let is_plain = channel.forms.contains(&Form::Plain);
    lang.shipped_words().phrase_text(match channel.in_words {
        true => Mark::DrillAloud,
        false if is_plain => Mark::DrillPlain,
        false => Mark::Drill,
    })
}

/// What is left out first when a short channel is full. Corrections and the next update stay, and whatever
/// must be said.
fn least_needed(lines: &[DraftLine], chosen: &[usize]) -> Option<usize> {
    const FIRST_TO_GO: [Element; 11] = [
        Element::Title,
        Element::Greeting,
        Element::Advice,
        Element::Apology,
        Element::Action,
        Element::Affected,
        Element::Since,
        Element::Contact,
        Element::Cause,
        Element::Outlook,
        Element::WhatHappened,
    ];
    FIRST_TO_GO.iter().find_map(|element| {
        chosen
            .iter()
            .rposition(|i| lines[*i].said.element == *element && !lines[*i].must)
    })
}
