//! Puts chosen lines together into the final text of each channel and language, within its length. It chooses no words.

use std::collections::BTreeSet;

use crate::domain::base::lang::Lang;
use crate::domain::base::unaccented::without_marks;
use crate::domain::config::channel::{Channel, Form};
use crate::domain::config::line::{Element, IN_FORCE};
use crate::domain::record::rendition::{Placed, Rendition, Span};
use crate::domain::speech::compose_built_in::says_what_is_so;
use crate::domain::speech::composer::Composer;
use crate::domain::speech::draft::{DraftLine, Texted};
use crate::domain::speech::joined::{is_said_of_another, join_run, runs_of};
use crate::domain::speech::plan::{
    begins_paragraph, is_foreseen, is_loss, is_salutation, order_lines,
};
use crate::domain::speech::role::Role;
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
            let has_form = |i: &usize| {
                let mut langs = self.wanted_langs().iter();
                let is_said = (!channel.opens_page || !is_who_and_where(&lines[*i]))
                    && (!channel.on_hotline || !is_hotline(&lines[*i]));
                is_said && langs.all(|l| texts[*i].contains_key(&(name.clone(), *l)))
            };
            let all: Vec<usize> = (0..lines.len()).filter(has_form).collect();
            let (least, all): (Vec<usize>, Vec<usize>) =
                all.into_iter().partition(|i| lines[*i].is_least);
            let (in_sum, least): (Vec<usize>, Vec<usize>) =
                least.into_iter().partition(|i| lines[*i].sums_up);
            let (all_in_sum, lists_in_sum): (Vec<usize>, Vec<usize>) = in_sum
                .into_iter()
                .partition(|i| lines[*i].said.element == Element::Correction);
            let is_list = |i: &usize| lines[*i].said.element != Element::Correction;
            let (all, mut fitted) =
                self.fit_counted((name, channel), all, lists_in_sum, lines, texts);
            let has_sum = all.iter().any(|i| lines[*i].sums_up && !is_list(i));
            if has_sum && self.too_long(channel, &fitted.made).is_some() {
                let in_sum = all.iter().copied().filter(|i| !is_a_told_date(&lines[*i]));
                fitted = self.fit((name, channel), in_sum.collect(), lines, texts);
            }
            if !all_in_sum.is_empty() && self.too_long(channel, &fitted.made).is_some() {
                let others = all.iter().copied();
                let others = others
                    .filter(|i| !lines[*i].is_one_of_many() && (!lines[*i].sums_up || is_list(i)));
                let mut in_sum: Vec<usize> = others.chain(all_in_sum).collect();
                in_sum.sort_unstable();
                fitted = self.fit((name, channel), in_sum, lines, texts);
            }
            let least = least_needed_beside(&fitted.chosen, least, lines);
            left_out.append(&mut fitted.left_out);
            if !least.is_empty() {
                let mut all = [fitted.chosen, least].concat();
                all.sort_unstable();
                fitted = self.fit((name, channel), all, lines, texts);
            }
            left_out.extend(fitted.left_out);
            if !fitted.chosen.is_empty() {
                renditions.extend(fitted.made);
            }
        }
        renditions
    }

    /// The lines one by one, as far as they fit; what is broken is counted where there is no room to name each. Gives the
    /// lines that are left to say, too.
    fn fit_counted(
        &self,
        to: (&str, &Channel),
        all: Vec<usize>,
        lists_in_sum: Vec<usize>,
        lines: &[DraftLine],
        texts: &[Texted],
    ) -> (Vec<usize>, Fitted) {
        let one_by_one = all.iter().copied().filter(|i| !lines[*i].sums_up);
        let fitted = self.fit(to, one_by_one.collect(), lines, texts);
        let is_too_long = self.too_long(to.1, &fitted.made).is_some();
        let is_crowded = |line: &DraftLine| {
            let is_same = |i: &&usize| is_said_of_another(line, &lines[**i]);
            let named = fitted.chosen.iter().filter(is_same).count();
            !to.1.is_full() && named > to.1.max_names + 1
        };
        let news: Vec<&DraftLine> = fitted.chosen.iter().map(|i| &lines[*i]).collect();
        let is_on_page = |line: &DraftLine| to.1.opens_page && self.is_told_state(line, &news);
        let cut = lists_cut(&fitted, is_too_long, lines, &is_on_page, &is_crowded);
        let is_cut = |i: &usize| cut.iter().any(|list| lines[*i].said.claims.contains(list));
        let counted: Vec<usize> = lists_in_sum.into_iter().filter(is_cut).collect();
        if counted.is_empty() {
            return (all, fitted);
        }
        let is_counted = |i: &usize| counted.iter().any(|sum| lines[*sum].counts(&lines[*i]));
        let mut all: Vec<usize> = all.into_iter().filter(|i| !is_counted(i)).collect();
        all.extend(&counted);
        all.sort_unstable();
        let is_said = |i: &usize| !lines[*i].sums_up || counted.contains(i);
        let said = all.iter().copied().filter(is_said).collect();
        let fitted = self.fit(to, said, lines, texts);
        (all, fitted)
    }

    /// Leaves out what is needed least until the text has the length that the channel aims at, or only the news is left.
    /// Where that is too long, more goes until it fits, or nothing more may go.
    fn fit(
        &self,
        (name, channel): (&str, &Channel),
        chosen: Vec<usize>,
        lines: &[DraftLine],
        texts: &[Texted],
    ) -> Fitted {
        if let Some(aim) = channel.within_aim() {
            let leads = chosen.iter().filter(|i| lines[**i].role == Role::Lead);
            let leads: Vec<usize> = leads.copied().collect();
            let worst = order_lines(channel, &leads, lines).first().copied();
            // One date leaves no other thing without its own, or without its "not known".
            let has_new_date = chosen.iter().any(|i| self.is_new_date(&lines[*i]));
            let news: Vec<&DraftLine> = chosen.iter().map(|i| &lines[*i]).collect();
            let keeps = |i: &usize| {
                let line = &lines[*i];
                let is_effect = line.role == Role::Lead && !is_loss(line);
                let is_lesser = is_effect && (Some(*i) != worst || is_foreseen(line));
                // The page that a tap opens has the dates that are no news.
                let is_old = line.role == Role::Ordinary
                    && line.said.element == Element::Outlook
                    && !has_new_date;
                let is_on_page = is_lesser || is_old || self.is_told_state(line, &news);
                let may_go = channel.opens_page && is_on_page;
                let is_promised = channel.takes_whole() && line.said.reads.contains_key(IN_FORCE);
                is_promised || !may_go && is_news_beside(line, &chosen, lines)
            };
            let fitted = self.shed((name, &aim), chosen.clone(), lines, texts, &keeps);
            if self.too_long(channel, &fitted.made).is_none() {
                return fitted;
            }
        }
        // What people are without goes last of all.
        let is_a_loss = |i: &usize| is_loss(&lines[*i]);
        let fitted = self.shed((name, channel), chosen.clone(), lines, texts, &is_a_loss);
        match self.too_long(channel, &fitted.made) {
            Some(_) => self.shed((name, channel), chosen, lines, texts, &|_| false),
            None => fitted,
        }
    }

    fn shed(
        &self,
        (name, channel): (&str, &Channel),
        given: Vec<usize>,
        lines: &[DraftLine],
        texts: &[Texted],
        keeps: &dyn Fn(&usize) -> bool,
    ) -> Fitted {
        let mut chosen = given.clone();
        let mut left_out = Vec::new();
        let mut made = self.put_together(
            name,
            channel,
            &order_lines(channel, &chosen, lines),
            (lines, texts),
        );
        while let Some(trouble) = self.too_long(channel, &made) {
            let mut victims = self.forbidden_here((name, channel), &chosen, lines, texts);
            if victims.is_empty() {
                victims = least_needed(lines, &chosen, keeps);
            }
            if victims.is_empty() {
                break;
            }
            for i in &victims {
                let line = lines[*i].said.id.clone();
                left_out.push((name.to_owned(), line, trouble.clone()));
            }
            chosen.retain(|i| !victims.contains(i));
            made = self.put_together(
                name,
                channel,
                &order_lines(channel, &chosen, lines),
                (lines, texts),
            );
        }
        // Who speaks is said after all where what went later has made room for it.
        let greeting = given
            .iter()
            .find(|i| lines[**i].said.element == Element::Greeting && !chosen.contains(i));
        if let Some(greeting) = greeting.filter(|_| !chosen.is_empty()) {
            let with_it = [chosen.as_slice(), &[*greeting]].concat();
            let ordered = order_lines(channel, &with_it, lines);
            let more = self.put_together(name, channel, &ordered, (lines, texts));
            if self.too_long(channel, &more).is_none() {
                left_out.retain(|(_, line, _)| *line != lines[*greeting].said.id);
                (chosen, made) = (with_it, more);
                chosen.sort_unstable();
            }
        }
        Fitted {
            chosen,
            made,
            left_out,
        }
    }

    /// Lines with a character that the channel does not carry: they go, and not what stands beside them.
    fn forbidden_here(
        &self,
        (name, channel): (&str, &Channel),
        chosen: &[usize],
        lines: &[DraftLine],
        texts: &[Texted],
    ) -> Vec<usize> {
        let is_forbidden = |i: &&usize| {
            let mut langs = self.wanted_langs().iter();
            langs.any(|lang| {
                let text = texts[**i].get(&(name.to_owned(), *lang));
                text.is_some_and(|(t, _)| t.contains(|c| channel.forbidden.contains(c)))
            })
        };
        let may_go = chosen.iter().filter(|i| !lines[**i].mandatory);
        may_go.filter(is_forbidden).copied().collect()
    }

    fn too_long(&self, channel: &Channel, made: &[Rendition]) -> Option<String> {
        made.iter().find_map(|r| {
            self.evaluator
                .measure_text(channel, r.lang, &r.text)
                .trouble
        })
    }

    /// The words of a line, or the sentence that several have in common; and the claims of each line in it.
    fn piece_of_run(
        &self,
        run: &[usize],
        channel: &Channel,
        (lines, texts): (&[DraftLine], &[Texted]),
        to: &(String, Lang),
    ) -> Option<(String, Vec<Vec<Span>>)> {
        if run.len() > 1 {
            let is_plain = channel.forms.first() == Some(&Form::Unaccented);
            let list_of = |names: &[String]| {
                let list = self.evaluator.join_names(names, to.1);
                match is_plain {
                    true => without_marks(&list, to.1).into_owned(),
                    false => list,
                }
            };
            let joined = join_run(run, lines, to, &list_of)?;
            return Some((joined.text, joined.spans));
        }
        let (piece, spans) = texts[*run.first()?].get(to)?;
        Some((piece.clone(), vec![spans.clone()]))
    }

    fn put_together(
        &self,
        name: &str,
        channel: &Channel,
        chosen: &[usize],
        (lines, texts): (&[DraftLine], &[Texted]),
    ) -> Vec<Rendition> {
        let mut made = Vec::new();
        let is_letter = chosen.iter().any(|i| is_salutation(&lines[*i]));
        for lang in self.wanted_langs() {
            let mut text = String::new();
            if self.facts.drill && !chosen.is_empty() {
                text.push_str(drill_mark(*lang, channel));
            }
            let mark = text.len();
            let mut placed: Vec<Placed> = Vec::new();
            let to = (name.to_owned(), *lang);
            for run in runs_of(chosen, lines, &to) {
                let Some((piece, spans)) = self.piece_of_run(run, channel, (lines, texts), &to)
                else {
                    continue;
                };
                if text.len() > mark {
                    let before = placed.last().map(|p| &lines[p.line]);
                    let is_new = before.is_none_or(|b| begins_paragraph(b, &lines[run[0]]));
                    text.push_str(channel.joint(&text, &piece, is_letter.then_some(is_new)));
                }
                let start = text.len();
                text.push_str(&piece);
                placed.extend(run.iter().zip(spans).map(|(line, own)| Placed {
                    line: *line,
                    start,
                    end: text.len(),
                    spans: own.iter().map(|s| moved_by(s, start)).collect(),
                }));
            }
            let body = placed
                .iter()
                .find(|p| lines[p.line].said.element != Element::Title);
            let body = (body.map_or(0, |p| p.start), *lang);
            self.short_names
                .shorten(&mut text, &mut placed, body, channel);
            made.push(Rendition {
                channel: name.to_owned(),
                lang: *lang,
                text,
                placed,
                not_read: !lang.is_read(),
            });
        }
        made
    }
}

fn moved_by(span: &Span, start: usize) -> Span {
    Span {
        path: span.path.clone(),
        start: span.start + start,
        end: span.end + start,
    }
}

/// True for what even the shortest text says: who speaks, what people feel, what is promised; and what is broken, where
/// nobody has measured what people feel of it.
fn is_news_beside(line: &DraftLine, chosen: &[usize], lines: &[DraftLine]) -> bool {
    let is_dated = |l: &DraftLine| l.said.element == Element::Outlook && l.promise.is_some();
    let is_felt = |i: &usize| {
        let other = &lines[*i];
        other.said.incident == line.said.incident && says_what_is_felt(other)
    };
    match line.said.element {
        Element::Greeting => true,
        Element::WhatHappened if line.role == Role::Ordinary => !chosen.iter().any(is_felt),
        // A date for one thing leaves no other without its own, or its "not known".
        Element::Outlook => chosen.iter().any(|i| is_dated(&lines[*i])),
        _ => line.role != Role::Ordinary || line.promise.is_some(),
    }
}

/// True for a line that says only who speaks and where to turn to.
fn is_who_and_where(line: &DraftLine) -> bool {
    let claims = &line.said.claims;
    let is_page = !claims.is_empty() && claims.iter().all(|c| c == "contacts.page");
    let is_head = matches!(line.said.element, Element::Greeting | Element::Contact);
    is_head || is_page && line.said.element == Element::NextUpdate
}

/// True for a line that says only how to call us.
fn is_hotline(line: &DraftLine) -> bool {
    line.said.element == Element::Contact && line.said.claims == ["contacts.hotline"]
}

/// The lists of which a text does not name each entry: some had to go, or must not and are too long together.
fn lists_cut(
    fitted: &Fitted,
    is_too_long: bool,
    lines: &[DraftLine],
    may_go: &dyn Fn(&DraftLine) -> bool,
    is_crowded: &dyn Fn(&DraftLine) -> bool,
) -> Vec<String> {
    let gone: Vec<&String> = fitted.left_out.iter().map(|(_, line, _)| line).collect();
    let is_gone = |i: usize, line: &DraftLine| {
        gone.contains(&&line.said.id) && !fitted.chosen.contains(&i) && !may_go(line)
    };
    let is_cut = |i: usize, line: &DraftLine| is_too_long || is_crowded(line) || is_gone(i, line);
    let of_one = |line: &DraftLine| {
        line.said.element == Element::WhatHappened && line.said.it.is_some() && !line.sums_up
    };
    let all = lines.iter().enumerate();
    let cut = all.filter(|(i, line)| of_one(line) && is_cut(*i, line));
    cut.flat_map(|(_, l)| l.said.reads.keys())
        .cloned()
        .collect()
}

/// Takes out lines in sum that no channel needed.
pub(crate) fn drop_unneeded_sums(lines: &mut Vec<DraftLine>, renditions: &mut [Rendition]) {
    let placed = renditions.iter().flat_map(|r| &r.placed);
    let placed: BTreeSet<usize> = placed.map(|p| p.line).collect();
    let is_kept =
        |i: usize, line: &DraftLine| placed.contains(&i) || !(line.sums_up && line.is_least);
    let kept: Vec<bool> = lines
        .iter()
        .enumerate()
        .map(|(i, l)| is_kept(i, l))
        .collect();
    let mut flags = kept.iter();
    lines.retain(|_| flags.next().copied().unwrap_or(true));
    for placed in renditions.iter_mut().flat_map(|r| &mut r.placed) {
        let gone = kept[..placed.line].iter().filter(|k| !**k).count();
        placed.line -= gone;
    }
}

/// The lines of the least notice for incidents of which no chosen line says what is so.
fn least_needed_beside(chosen: &[usize], least: Vec<usize>, lines: &[DraftLine]) -> Vec<usize> {
    let is_told = |least: &usize| {
        let incident = &lines[*least].said.incident;
        let mut telling = chosen.iter().filter(|i| says_what_is_so(&lines[**i]));
        telling.any(|i| {
            let said = &lines[*i].said;
            said.incident == *incident
                || said
                    .also
                    .iter()
                    .any(|a| Some(&a.incident) == incident.as_ref())
        })
    };
    least.into_iter().filter(|i| !is_told(i)).collect()
}

/// What stands before every text of a drill.
fn drill_mark(lang: Lang, channel: &Channel) -> &'static str {
    let is_plain = channel.forms.contains(&Form::Unaccented);
    lang.shipped_words().phrase_text(match channel.in_words {
        true => Mark::DrillAloud,
        false if is_plain => Mark::DrillPlain,
        false => Mark::Drill,
    })
}

/// What fits into one channel.
struct Fitted {
    chosen: Vec<usize>,
    made: Vec<Rendition>,
    left_out: Vec<(String, String, String)>,
}

/// True for a correction that prints one date of a list, as the line in sum names them all.
fn is_a_told_date(line: &DraftLine) -> bool {
    let is_date = |c: &String| c.ends_with(".told_window") || c.ends_with(".told_due");
    line.is_one_of_many() && line.said.claims.iter().any(is_date)
}

/// True when a line says what people are without, as somebody measured or reported it.
fn says_what_is_felt(line: &DraftLine) -> bool {
    const FELT: [&str; 5] = [
        "regions.down",
        "regions.impaired",
        "services.down",
        "services.impaired",
        "effect",
    ];
    let is_lead = line.role == Role::Lead && line.said.element == Element::Affected;
    is_lead && FELT.iter().any(|path| line.said.reads.contains_key(*path))
}

/// True when a line says where people are affected, as somebody reported.
fn says_where(line: &DraftLine) -> bool {
    const HIT: [&str; 3] = ["regions.affected", "regions.down", "regions.impaired"];
    let mut named = line.said.reads.keys().chain(&line.said.claims);
    line.said.element == Element::Affected && named.any(|p| HIT.contains(&p.as_str()))
}

/// What is left out first when a short channel is full: what matters least to the reader. Corrections, safety, the next
/// update and whatever must be said stay; what happened and where go last. Dates, and causes, go together: one
/// of them alone would leave the others open.
fn least_needed(
    lines: &[DraftLine],
    chosen: &[usize],
    keeps: &dyn Fn(&usize) -> bool,
) -> Vec<usize> {
    const FIRST_TO_GO: [Element; 11] = [
        Element::Title,
        Element::Apology,
        Element::Contact,
        Element::Advice,
        Element::Action,
        Element::Cause,
        Element::Affected,
        Element::Since,
        Element::Outlook,
        Element::Greeting,
        Element::WhatHappened,
    ];
    let may_go = |i: &&usize| !lines[**i].mandatory && !says_where(&lines[**i]) && !keeps(i);
    for element in FIRST_TO_GO {
        let of_element = |i: &&usize| lines[**i].said.element == element;
        // What works again goes before what does not.
        let is_good = |i: &usize| lines[*i].said.reads.contains_key("back");
        let of_it: Vec<&usize> = chosen.iter().filter(of_element).filter(may_go).collect();
        let (good, bad): (Vec<&usize>, Vec<&usize>) = of_it.into_iter().partition(|i| is_good(i));
        // And what was told before goes before what nobody has heard.
        let (new, told): (Vec<&usize>, Vec<&usize>) =
            bad.into_iter().partition(|i| lines[**i].is_untold);
        let mut victims = new.into_iter().chain(told).chain(good);
        let found: Vec<usize> = match element {
            Element::Cause | Element::Outlook => victims.copied().collect(),
            _ => victims.next_back().copied().into_iter().collect(),
        };
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

#[cfg(test)]
#[path = "layout_tests.rs"]
mod layout_tests;
