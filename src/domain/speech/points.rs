//! Talking points: what staff of one role may say, must not say, and answer if asked. It words no customer's notice.

use serde::Serialize;

use crate::domain::base::lang::{Lang, Texts};
use crate::domain::base::value::{Named, Value};
use crate::domain::config::line::{Point, Section};
use crate::domain::config::playbook::Playbook;
use crate::domain::config::promise_kind::Amount;
use crate::domain::facts::evaluator::{Evaluator, EvaluatorError, Style};
use crate::domain::facts::fact::{FactEntry, Facts};
use crate::domain::facts::missing::MissingFact;
use crate::domain::record::rendition::Rendition;
use crate::domain::record::statement::StatementIssued;
use crate::domain::speech::compose::ComposeError;
use crate::domain::speech::draft::Draft;
use crate::domain::speech::situation::Situation;
use crate::domain::speech::still_true::Verdict;

/// One thing to say, or not to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Talk {
    /// Its number on the sheet, from 1.
    pub number: usize,
    /// The point of the playbook, or the line of the statement.
    pub id: String,
    /// What the caller asks.
    #[serde(skip_serializing_if = "Texts::is_empty")]
    pub question: Texts,
    /// Words to say, or in the section of what must not be said, words to keep from.
    pub say: Texts,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<MissingFact>,
}

/// What staff of one role may say of one incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sheet {
    pub incident: String,
    /// What is so now: nothing in it is left out for length.
    #[serde(flatten)]
    pub situation: Situation,
    /// The statement that it belongs to: its number, and minutes since it was issued.
    pub statement: Option<(u32, i64)>,
    /// Lines of that statement that no longer hold.
    pub no_longer_true: Vec<String>,
    /// By section: `open`, `say`, `listen`, `offer`, `do-not-say`, `if-asked`, `hand-over`, `difficult`.
    pub sections: Vec<(String, Vec<Talk>)>,
}

/// The sheets for one role: one for each incident, the worst first, so that nothing of one answers for another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RolePoints {
    pub role: String,
    pub sheets: Vec<Sheet>,
    /// By section, what is the same for all of several incidents, word for word.
    pub common: Vec<(String, Vec<Talk>)>,
}

impl RolePoints {
    /// Puts sheets of several incidents together, and numbers what they say.
    pub fn from_sheets(role: &str, mut sheets: Vec<Sheet>) -> RolePoints {
        sheets.sort_by_key(|s| std::cmp::Reverse(s.situation.rank()));
        let common = match sheets.len() {
            0 | 1 => Vec::new(),
            _ => take_common(&mut sheets),
        };
        let mut points = RolePoints {
            role: role.to_owned(),
            sheets,
            common,
        };
        let own = points.sheets.iter_mut().flat_map(|s| &mut s.sections);
        let all = own.chain(&mut points.common).flat_map(|(_, talks)| talks);
        for (n, talk) in all.enumerate() {
            talk.number = n + 1;
        }
        points
    }
}

/// Takes what stands in the same section of every sheet out of all of them.
fn take_common(sheets: &mut [Sheet]) -> Vec<(String, Vec<Talk>)> {
    let is_same =
        |a: &Talk, b: &Talk| (&a.say, &a.question, &a.because) == (&b.say, &b.question, &b.because);
    let Some((first, others)) = sheets.split_first_mut() else {
        return Vec::new();
    };
    let mut common = Vec::new();
    for (name, talks) in &mut first.sections {
        // What the statement on an incident says stays with that incident.
        if name == "say" {
            continue;
        }
        let is_everywhere = |talk: &Talk| {
            others.iter().all(|sheet| {
                let own = sheet.sections.iter().filter(|(n, _)| n == name);
                own.flat_map(|(_, t)| t).any(|t| is_same(t, talk))
            })
        };
        let (shared, own): (Vec<Talk>, Vec<Talk>) = talks.drain(..).partition(|t| is_everywhere(t));
        *talks = own;
        common.push((name.clone(), shared));
    }
    for sheet in others {
        for (name, talks) in &mut sheet.sections {
            let shared = common.iter().find(|(n, _)| n == name);
            talks.retain(|t| !shared.is_some_and(|(_, all)| all.iter().any(|s| is_same(s, t))));
        }
    }
    common.retain(|(_, talks)| !talks.is_empty());
    common
}

/// The roles that the shipped playbooks write for.
pub const ROLES: [&str; 5] = ["call-centre", "sales", "field", "social", "management"];

/// The sections of a sheet in their order; what the statement says follows the opening.
const IN_ORDER: [Section; 7] = [
    Section::Open,
    Section::Listen,
    Section::Offer,
    Section::DoNotSay,
    Section::IfAsked,
    Section::HandOver,
    Section::Difficult,
];

/// An agent opens with at most so many sentences.
const MOST_TO_OPEN: usize = 3;

struct Writer<'a> {
    facts: &'a Facts,
    playbook: Option<&'a Playbook>,
    evaluator: &'a dyn Evaluator,
    langs: &'a [Lang],
    role: &'a str,
    count: usize,
}

/// The last statement, read, with what is still true of it.
pub struct LastSaid<'a> {
    pub statement: &'a StatementIssued,
    pub renditions: Vec<&'a Rendition>,
    /// Whether each of its lines still holds.
    pub verdicts: &'a [Verdict],
}

/// The sheet of an incident for a role: from the playbook's points, the statement that is out, and what is withheld.
///
/// # Errors
/// When a point of the playbook is malformed.
pub fn compose_sheet(
    playbooks: &[Playbook],
    draft: &Draft,
    last: Option<&LastSaid<'_>>,
    evaluator: &dyn Evaluator,
    langs: &[Lang],
    role: &str,
) -> Result<Sheet, ComposeError> {
    let facts = &draft.facts;
    let incident = draft.incident_ids().into_iter().next().unwrap_or_default();
    let mut writer = Writer {
        facts,
        playbook: None,
        evaluator,
        langs,
        role,
        count: 0,
    };
    let (say, gone) = writer.still_said(last, &incident);
    let mut say = Some(say);
    let mut sections = Vec::new();
    for section in IN_ORDER {
        let talks = writer.write_section(section, playbooks, draft)?;
        sections.push((section_name(section).to_owned(), talks));
        if section == Section::Open {
            sections.push(("say".into(), say.take().unwrap_or_default()));
        }
    }
    let mut number = 0;
    for talk in sections.iter_mut().flat_map(|(_, talks)| talks) {
        number += 1;
        talk.number = number;
    }
    let statement = last.map(|l| {
        let s = l.statement;
        (s.number, (facts.as_of - s.as_of).num_minutes())
    });
    let title = playbooks.first().map(|p| p.file.title.clone());
    let said = last.map(|l| l.statement);
    Ok(Sheet {
        incident,
        situation: Situation::from_facts(title.unwrap_or_default(), facts, said),
        statement,
        no_longer_true: gone,
        sections,
    })
}

/// The name of a section as written in files.
pub fn section_name(section: Section) -> &'static str {
    match section {
        Section::Open => "open",
        Section::Listen => "listen",
        Section::Offer => "offer",
        Section::DoNotSay => "do-not-say",
        Section::IfAsked => "if-asked",
        Section::HandOver => "hand-over",
        Section::Difficult => "difficult",
    }
}

/// Leaves so many sentences as an agent can begin with: what keeps people safe, then what the playbook itself begins with,
/// then what every outage begins with. They stand in the order of the sheet, safety first.
fn keep_the_opening(talks: &mut Vec<Talk>, playbook: &Playbook) {
    let rank = |talk: &Talk| {
        let mut points = playbook.file.points.iter();
        let is_safety = points.any(|p| p.id == talk.id && playbook.is_safety_point(p));
        match (is_safety, playbook.points_from_base.contains(&talk.id)) {
            (true, _) => 0,
            (_, false) => 1,
            _ => 2,
        }
    };
    let mut order: Vec<usize> = (0..talks.len()).collect();
    order.sort_by_key(|i| rank(&talks[*i]));
    order.truncate(MOST_TO_OPEN);
    let mut place = 0..talks.len();
    talks.retain(|_| place.next().is_some_and(|i| order.contains(&i)));
    talks.sort_by_key(|talk| rank(talk).min(1));
}

impl<'a> Writer<'a> {
    fn write_section(
        &mut self,
        section: Section,
        playbooks: &'a [Playbook],
        draft: &'a Draft,
    ) -> Result<Vec<Talk>, ComposeError> {
        let mut talks = Vec::new();
        if section == Section::DoNotSay {
            talks.extend(self.withheld_talks(draft));
        }
        for (playbook, facts) in playbooks.iter().zip(draft.all_facts()) {
            self.facts = facts;
            self.playbook = Some(playbook);
            for point in playbook.file.points.iter().filter(|p| p.section == section) {
                self.write_point(point, &mut talks)?;
            }
            if section == Section::Open {
                keep_the_opening(&mut talks, playbook);
            }
        }
        Ok(talks)
    }

    fn write_talk(
        &mut self,
        id: &str,
        question: Texts,
        say: Texts,
        because: Vec<MissingFact>,
    ) -> Talk {
        self.count += 1;
        Talk {
            number: self.count,
            id: id.to_owned(),
            question,
            say,
            because,
        }
    }

    /// The lines of the last statement that still hold, in the words in which they were issued.
    fn still_said(
        &mut self,
        last: Option<&LastSaid<'_>>,
        incident: &str,
    ) -> (Vec<Talk>, Vec<String>) {
        let Some(last) = last else {
            return (Vec::new(), Vec::new());
        };
        let renditions = || last.renditions.iter().copied();
        let widest = renditions()
            .max_by_key(|r| r.placed.len())
            .map(|r| r.channel.clone());
        let Some(channel) = widest else {
            return (Vec::new(), Vec::new());
        };
        let (mut talks, mut gone) = (Vec::new(), Vec::new());
        let lines = last.statement.lines().iter().enumerate();
        for (i, line) in lines.filter(|(_, l)| l.is_about(incident)) {
            if last.verdicts.get(i).is_some_and(|v| *v != Verdict::Holds) {
                gone.push(line.id.clone());
                continue;
            }
            let mut say = Texts::default();
            for lang in self.langs {
                let mut theirs = renditions().filter(|r| r.channel == channel && r.lang == *lang);
                let text = theirs.next().and_then(|r| {
                    let p = r.placed.iter().find(|p| p.line == i)?;
                    r.text.get(p.start..p.end)
                });
                if let Some(t) = text {
                    say.insert(*lang, t.to_owned());
                }
            }
            let is_head = matches!(
                line.element,
                crate::domain::config::line::Element::Title
                    | crate::domain::config::line::Element::Greeting
            );
            if !say.is_empty() && !is_head {
                talks.push(self.write_talk(&line.id, Texts::default(), say, Vec::new()));
            }
        }
        (talks, gone)
    }

    /// What customers would like to hear and may not be told yet.
    fn withheld_talks(&mut self, draft: &Draft) -> Vec<Talk> {
        draft
            .withheld
            .iter()
            .filter(|w| !w.not_yet.is_empty())
            .map(|w| {
                let mut say = w.not_yet.clone();
                if let Some(it) = &w.it {
                    for lang in Lang::ALL {
                        if let Some(text) = say.get(lang) {
                            say.insert(lang, format!("{text} ({})", it.names.get_or_any(lang)));
                        }
                    }
                }
                self.write_talk(&w.line, Texts::default(), say, w.reasons.clone())
            })
            .collect()
    }

    fn write_point(&mut self, point: &Point, talks: &mut Vec<Talk>) -> Result<(), ComposeError> {
        if !point.roles.is_empty() && !point.roles.iter().any(|r| r == self.role) {
            return Ok(());
        }
        let entries: Vec<Option<Named>> = match &point.each {
            None => vec![None],
            Some(path) => match self.facts.entry(path) {
                Some(FactEntry::Known(f)) => match &f.value {
                    Value::List(list) => list.iter().cloned().map(Some).collect(),
                    _ => Vec::new(),
                },
                _ => Vec::new(),
            },
        };
        for it in entries {
            let id = it.map(|n| n.id);
            if let Some(talk) = self.write_point_about(point, id.as_deref())? {
                // Two incidents share most of what their playbooks share.
                let is_new = |t: &Talk| t.say != talk.say || t.question != talk.question;
                if talks.iter().all(is_new) {
                    talks.push(talk);
                }
            }
        }
        Ok(())
    }

    fn write_point_about(
        &mut self,
        point: &Point,
        it: Option<&str>,
    ) -> Result<Option<Talk>, ComposeError> {
        let wrong = |error: EvaluatorError| ComposeError {
            line: point.id.clone(),
            error,
        };
        for expression in point.when.iter().chain(&point.asserts) {
            if self
                .evaluator
                .test_condition(expression, self.facts, it)
                .map_err(wrong)?
                .truth
                != Some(true)
            {
                return Ok(None);
            }
        }
        if let Some(name) = &point.promise
            && !self.may_offer(name, it).map_err(wrong)?
        {
            return Ok(None);
        }
        let Some(say) = self.render_texts(&point.say, it).map_err(wrong)? else {
            return Ok(None);
        };
        let Some(question) = self.render_texts(&point.question, it).map_err(wrong)? else {
            return Ok(None);
        };
        let Some(because) = self.render_texts(&point.because, it).map_err(wrong)? else {
            return Ok(None);
        };
        let because = if because.is_empty() {
            Vec::new()
        } else {
            vec![MissingFact {
                what: because,
                step: None,
                events: Vec::new(),
            }]
        };
        Ok(Some(self.write_talk(&point.id, question, say, because)))
    }

    /// A promise may be offered while its evidence holds and what it uses is in stock.
    fn may_offer(&self, name: &str, it: Option<&str>) -> Result<bool, EvaluatorError> {
        let kind = self.playbook.and_then(|p| p.file.promises.get(name));
        let Some(kind) = kind else { return Ok(false) };
        for need in &kind.needs {
            if self.evaluator.test_condition(need, self.facts, it)?.truth != Some(true) {
                return Ok(false);
            }
        }
        Ok(kind.uses.iter().all(|u| {
            let needed = match &u.amount {
                Amount::Number(n) => *n,
                Amount::Fact(path) => match self.facts.value(path) {
                    Some(Value::Count(n)) => *n,
                    _ => u64::MAX,
                },
            };
            let path = format!("promise.{name}.{}.stock", u.resource);
            matches!(self.facts.value(&path), Some(Value::Count(left)) if *left >= needed)
        }))
    }

    /// The texts in every language, or none when a fact in one of them is missing or not public.
    fn render_texts(
        &self,
        texts: &Texts,
        it: Option<&str>,
    ) -> Result<Option<Texts>, EvaluatorError> {
        let mut out = Texts::default();
        for lang in self.langs {
            let Some(template) = texts.get(*lang) else {
                continue;
            };
            let style = Style {
                lang: *lang,
                in_words: false,
                no_colon: false,
                names_several: false,
                max_names: 6,
                longest: false,
                plain: false,
                hyphen: false,
                leaves_out_today: false,
            };
            let spoken = self
                .evaluator
                .render_template(template, style, self.facts, it)?;
            let hidden = spoken.claims.iter().any(|c| {
                self.facts.known_fact(&c.path).is_none_or(|f| {
                    f.disclosure
                        > self
                            .facts
                            .may_know
                            .max(crate::domain::config::audience::Disclosure::Public)
                        && !(f.disclosure == crate::domain::config::audience::Disclosure::Banded
                            && c.banded)
                })
            });
            if !spoken.missing.is_empty() || hidden {
                return Ok(None);
            }
            out.insert(*lang, spoken.text);
        }
        Ok(Some(out))
    }
}

#[cfg(test)]
#[path = "points_tests.rs"]
mod points_tests;
