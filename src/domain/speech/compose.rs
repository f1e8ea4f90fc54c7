//! Choosing lines and putting them into final bytes. A draft is not yet allowed to leave.

use crate::domain::base::incident::IncidentId;
use crate::domain::base::lang::Lang;
use crate::domain::base::value::{Named, Value};
use crate::domain::config::channel::{Channel, Charset, Form};
use crate::domain::config::line::{Element, Line};
use crate::domain::config::playbook::Playbook;
use crate::domain::config::workspace::Workspace;
use crate::domain::facts::evaluator::{Style, Voice, VoiceError};
use crate::domain::facts::fact::{Entry, Facts, Lack};
use crate::domain::ledger::offer::needed_evidence;
use crate::domain::record::rendition::{Placed, Rendition, SaidLine, Span};
use crate::domain::speech::draft::{Draft, DraftLine, LineKey, Part, Texted, Withheld};
use crate::domain::speech::several;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;

/// Why nothing could be composed: the playbook is at fault.
#[derive(Debug, Error)]
#[error("line \"{line}\": {error}")]
pub struct ComposeError {
    /// The line.
    pub line: String,
    /// What is wrong.
    pub error: VoiceError,
}

/// What to compose.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// These channels; all of the audience when empty.
    pub channels: Vec<String>,
    /// These languages; all of the workspace when empty.
    pub langs: Vec<Lang>,
    /// Lines that the gate refused, with its reason.
    pub refused: BTreeMap<LineKey, Lack>,
    /// Every value in its longest form, to bound the texts.
    pub longest: bool,
}

/// What became of one line for one entry.
enum Outcome {
    Said(Box<DraftLine>),
    Withheld(Vec<Lack>),
    Not(BTreeSet<String>),
}

/// Composes what may be said of one incident.
///
/// # Errors
/// When a line of the playbook is malformed.
pub fn compose(
    playbook: &Playbook,
    workspace: &Workspace,
    facts: Facts,
    voice: &dyn Voice,
    wanted: &Wanted,
) -> Result<Draft, ComposeError> {
    compose_several(vec![Part { playbook, facts }], workspace, voice, wanted)
}

/// Composes one text about several incidents: in the order of the elements, what is the same only once.
///
/// # Errors
/// When a line of a playbook is malformed, or there is no incident.
pub fn compose_several(
    mut parts: Vec<Part<'_>>,
    workspace: &Workspace,
    voice: &dyn Voice,
    wanted: &Wanted,
) -> Result<Draft, ComposeError> {
    let is_several = parts.len() > 1;
    if is_several {
        several::join(&mut parts);
    }
    let taken = RefCell::new(BTreeMap::new());
    let mut lines: Vec<DraftLine> = Vec::new();
    let mut texts: Vec<Texted> = Vec::new();
    let mut withheld: Vec<Withheld> = Vec::new();
    for part in &parts {
        let composer = Composer::new(part, workspace, voice, wanted, &taken, is_several);
        let (more, said, held) = composer.choose()?;
        lines.extend(more);
        texts.extend(said);
        withheld.extend(held);
    }
    if is_several {
        (lines, texts) = several::merge(lines, texts, &parts);
        several::drop_repeated(&mut withheld);
    }
    let mut left_out = Vec::new();
    let renditions =
        match parts.first() {
            Some(part) => Composer::new(part, workspace, voice, wanted, &taken, is_several)
                .assemble(&lines, &texts, &mut left_out),
            None => Vec::new(),
        };
    let mut all = parts.into_iter().map(|p| p.facts);
    let facts = all.next().ok_or_else(|| ComposeError {
        line: String::new(),
        error: VoiceError {
            what: "no incident to speak of".into(),
            range: None,
        },
    })?;
    Ok(Draft {
        facts,
        more: all.collect(),
        lines,
        renditions,
        withheld,
        left_out,
    })
}

pub(crate) struct Composer<'a> {
    pub(crate) playbook: &'a Playbook,
    pub(crate) workspace: &'a Workspace,
    pub(crate) facts: &'a Facts,
    pub(crate) voice: &'a dyn Voice,
    pub(crate) wanted: &'a Wanted,
    /// What the lines chosen so far take of each resource.
    pub(crate) taken: &'a RefCell<BTreeMap<String, u64>>,
    /// The incident, in a text about several.
    pub(crate) incident: Option<IncidentId>,
}

/// What is said, its texts, and what is withheld.
type Chosen = (Vec<DraftLine>, Vec<Texted>, Vec<Withheld>);

impl<'a> Composer<'a> {
    fn new(
        part: &'a Part<'a>,
        workspace: &'a Workspace,
        voice: &'a dyn Voice,
        wanted: &'a Wanted,
        taken: &'a RefCell<BTreeMap<String, u64>>,
        is_several: bool,
    ) -> Self {
        Composer {
            playbook: part.playbook,
            workspace,
            facts: &part.facts,
            voice,
            wanted,
            taken,
            incident: part.facts.incidents.first().filter(|_| is_several).cloned(),
        }
    }

    fn langs(&self) -> &[Lang] {
        if self.wanted.langs.is_empty() {
            &self.workspace.languages
        } else {
            &self.wanted.langs
        }
    }

    fn channels(&self) -> Vec<(&String, &Channel)> {
        let audience = self.workspace.audience(&self.facts.audience);
        let theirs = audience.map(|a| a.channels).unwrap_or_default();
        self.workspace
            .channels
            .iter()
            .filter(|(name, _)| theirs.is_empty() || theirs.contains(name))
            .filter(|(name, _)| {
                self.wanted.channels.is_empty() || self.wanted.channels.contains(name)
            })
            .collect()
    }

    fn choose(&self) -> Result<Chosen, ComposeError> {
        let mut order: Vec<&Line> = self
            .playbook
            .file
            .lines
            .iter()
            .filter(|l| l.audiences.is_empty() || l.audiences.contains(&self.facts.audience))
            .filter(|l| !l.for_several || self.incident.is_some())
            .collect();
        order.sort_by_key(|l| l.element);
        let only_fallback = |line: &Line| {
            line.when.is_none()
                && self
                    .playbook
                    .file
                    .lines
                    .iter()
                    .any(|l| self.playbook.fallback(l) == Some(&line.id))
        };
        let mut lines: Vec<(DraftLine, Texted)> = Vec::new();
        let mut withheld: Vec<Withheld> = Vec::new();
        for line in order.iter().filter(|l| !only_fallback(l)) {
            self.consider(line, &mut lines, &mut withheld)?;
        }
        let called: BTreeSet<String> = withheld.iter().filter_map(|w| w.fallback.clone()).collect();
        for line in order
            .iter()
            .filter(|l| only_fallback(l) && called.contains(&l.id))
        {
            self.consider(line, &mut lines, &mut withheld)?;
        }
        lines.sort_by_key(|(l, _)| l.said.element);
        let (lines, texts) = lines.into_iter().unzip();
        Ok((lines, texts, withheld))
    }

    fn consider(
        &self,
        line: &Line,
        lines: &mut Vec<(DraftLine, Texted)>,
        withheld: &mut Vec<Withheld>,
    ) -> Result<(), ComposeError> {
        let mut hold = |it: Option<Named>, reasons: Vec<Lack>, must: bool| {
            withheld.push(Withheld {
                incident: self.incident.clone(),
                line: line.id.clone(),
                it,
                not_yet: line.not_yet.clone(),
                reasons,
                must,
                fallback: self.playbook.fallback(line).map(str::to_owned),
            });
        };
        let entries: Vec<Option<Named>> = match &line.each {
            None => vec![None],
            Some(path) => match self.facts.entry(path) {
                Some(Entry::Known(f)) => match &f.value {
                    Value::List(list) if list.is_empty() => {
                        if !line.not_yet.is_empty() && !f.lacks.is_empty() {
                            hold(None, f.lacks.clone(), false);
                        }
                        return Ok(());
                    }
                    Value::List(list) => list.iter().cloned().map(Some).collect(),
                    _ => Vec::new(),
                },
                _ => {
                    hold(None, vec![self.facts.lack(path)], line.must);
                    return Ok(());
                }
            },
        };
        for it in entries {
            let id = it.as_ref().map(|n| n.id.clone());
            let key = (self.incident.clone(), line.id.clone(), id.clone());
            if let Some(lack) = self.wanted.refused.get(&key) {
                hold(it, vec![lack.clone()], line.must);
                continue;
            }
            let (outcome, texts) = self.examine(line, id.as_deref())?;
            match outcome {
                Outcome::Said(draft) => lines.push((*draft, texts)),
                Outcome::Withheld(reasons) => hold(it, reasons, line.must),
                Outcome::Not(reads) if !line.not_yet.is_empty() => {
                    let reasons: Vec<Lack> = reads
                        .iter()
                        .filter_map(|p| self.facts.known(p))
                        .flat_map(|f| f.lacks.clone())
                        .collect();
                    if !reasons.is_empty() {
                        hold(it, reasons, false);
                    }
                }
                Outcome::Not(_) => {}
            }
        }
        Ok(())
    }

    pub(crate) fn lacks(&self, missing: &BTreeSet<String>) -> Vec<Lack> {
        let mut lacks: Vec<Lack> = Vec::new();
        for path in missing {
            let lack = self.facts.lack(path);
            if !lacks.contains(&lack) {
                lacks.push(lack);
            }
        }
        lacks
    }

    fn examine(&self, line: &Line, it: Option<&str>) -> Result<(Outcome, Texted), ComposeError> {
        let wrong = |error: VoiceError| ComposeError {
            line: line.id.clone(),
            error,
        };
        let test = |e: &str| self.voice.test(e, self.facts, it).map_err(wrong);
        let mut reads: BTreeSet<String> = line.each.iter().cloned().collect();
        let mut unknown = BTreeSet::new();
        // What was promised and kept, or taken back, is not promised again by itself.
        if let Some(promise) = &line.promise
            && self
                .facts
                .known(&format!("promise.{promise}.settled"))
                .is_some()
        {
            return Ok((Outcome::Not(reads), Texted::new()));
        }
        if let Some(when) = &line.when {
            let tested = test(when)?;
            reads.extend(tested.reads.iter().cloned());
            match tested.truth {
                Some(true) => {}
                Some(false) => return Ok((Outcome::Not(reads), Texted::new())),
                None => {
                    return Ok((
                        Outcome::Withheld(self.lacks(&tested.missing)),
                        Texted::new(),
                    ));
                }
            }
        }
        let kind = line
            .promise
            .as_ref()
            .and_then(|p| self.playbook.file.promises.get(p));
        let mut claims: BTreeSet<String> = BTreeSet::new();
        let resources = &self.workspace.resources;
        let evidence = kind
            .map(|k| needed_evidence(k, resources))
            .unwrap_or_default();
        for expression in line.asserts.iter().chain(evidence) {
            let tested = test(expression)?;
            reads.extend(tested.reads.iter().cloned());
            match tested.truth {
                Some(true) => {
                    if line.asserts.contains(expression) {
                        claims.extend(tested.reads);
                    }
                }
                Some(false) => {
                    let mut reasons: Vec<Lack> = tested
                        .reads
                        .iter()
                        .filter_map(|p| self.facts.known(p))
                        .flat_map(|f| f.lacks.clone())
                        .collect();
                    if reasons.is_empty() {
                        reasons.push(Lack::new(
                            format!("chưa thỏa: {expression}"),
                            format!("does not hold: {expression}"),
                            "",
                        ));
                    }
                    return Ok((Outcome::Withheld(reasons), Texted::new()));
                }
                None => {
                    return Ok((
                        Outcome::Withheld(self.lacks(&tested.missing)),
                        Texted::new(),
                    ));
                }
            }
        }
        let promise = match (&line.promise, kind) {
            (Some(name), Some(kind)) => match self.promise(name, kind, it, &mut reads) {
                Ok(promise) => Some(promise),
                Err(lacks) => return Ok((Outcome::Withheld(lacks), Texted::new())),
            },
            _ => None,
        };
        let mut banded: BTreeMap<String, bool> = BTreeMap::new();
        let texts = match self.render(line, it, &mut banded)? {
            Ok(texts) => texts,
            Err(missing) => return Ok((Outcome::Withheld(self.lacks(&missing)), Texted::new())),
        };
        claims.extend(banded.keys().cloned());
        reads.extend(banded.keys().cloned());
        let mut values = BTreeMap::new();
        let mut events = BTreeSet::new();
        for path in reads {
            match self.facts.entry(&path) {
                Some(Entry::Known(f)) => {
                    values.insert(path, f.value.clone());
                    events.extend(f.events.iter().copied());
                }
                _ => {
                    events.extend(self.facts.lack(&path).events);
                    unknown.insert(path);
                }
            }
        }
        // Without these a fact has no incident that it is about.
        for ground in ["since", "phase"] {
            if let Some(f) = self.facts.known(ground)
                && ground == "since"
            {
                events.extend(f.events.iter().copied());
            }
        }
        for used in promise.iter().flat_map(|p| &p.uses) {
            let mut taken = self.taken.borrow_mut();
            *taken.entry(used.resource.clone()).or_default() += used.amount;
        }
        let said = SaidLine {
            id: line.id.clone(),
            incident: self.incident.clone(),
            it: it.map(str::to_owned),
            element: line.element,
            reads: values,
            claims: claims
                .into_iter()
                .filter(|c| !unknown.contains(c))
                .collect(),
            asserts: line.asserts.clone(),
            unknown: unknown.into_iter().collect(),
            events: events.into_iter().collect(),
            promise: line.promise.clone(),
            promise_number: None,
            also: Vec::new(),
        };
        let banded = banded
            .into_iter()
            .filter(|(_, b)| *b)
            .map(|(p, _)| p)
            .collect();
        Ok((
            Outcome::Said(Box::new(DraftLine {
                said,
                promise,
                also: Vec::new(),
                must: line.must,
                banded,
            })),
            texts,
        ))
    }

    /// The line in every channel that has a form for it, in every language; or the facts it lacks.
    fn render(
        &self,
        line: &Line,
        it: Option<&str>,
        banded: &mut BTreeMap<String, bool>,
    ) -> Result<Result<Texted, BTreeSet<String>>, ComposeError> {
        let mut texts = Texted::new();
        for (name, channel) in self.channels() {
            if !line.channels.is_empty() && !line.channels.contains(name) {
                continue;
            }
            if line.element == Element::Title && !channel.title {
                continue;
            }
            let forms: Option<Vec<(Lang, Form, &str)>> = self
                .langs()
                .iter()
                .map(|l| line.text(&channel.forms, *l).map(|(f, t)| (*l, f, t)))
                .collect();
            for (lang, form, template) in forms.into_iter().flatten() {
                let style = Style {
                    lang,
                    in_words: channel.in_words,
                    max_names: channel.max_names,
                    longest: self.wanted.longest,
                    plain: form == Form::Plain,
                    hyphen: channel.charset != Charset::Unicode,
                };
                let spoken =
                    self.voice
                        .render(template, style, self.facts, it)
                        .map_err(|error| ComposeError {
                            line: line.id.clone(),
                            error,
                        })?;
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

    fn assemble(
        &self,
        lines: &[DraftLine],
        texts: &[Texted],
        left_out: &mut Vec<(String, String, String)>,
    ) -> Vec<Rendition> {
        let mut renditions = Vec::new();
        for (name, channel) in self.channels() {
            let mut chosen: Vec<usize> = (0..lines.len())
                .filter(|i| {
                    self.langs()
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
        made.iter()
            .find_map(|r| self.voice.measure(channel, r.lang, &r.text).trouble)
    }

    fn put_together(
        &self,
        name: &str,
        channel: &Channel,
        chosen: &[usize],
        texts: &[Texted],
    ) -> Vec<Rendition> {
        let mut made = Vec::new();
        for lang in self.langs() {
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
    match (lang, channel.in_words) {
        (Lang::Vi, true) => "Đây là diễn tập. ",
        (Lang::En, true) => "This is a drill. ",
        (Lang::Vi, false) if is_plain => "DIEN TAP: ",
        (Lang::Vi, false) => "DIỄN TẬP: ",
        (Lang::En, false) => "DRILL: ",
    }
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
