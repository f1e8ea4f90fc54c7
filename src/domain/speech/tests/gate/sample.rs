//! The draft that passes, and small builders for drafts, facts and records. Checks nothing itself.

use std::collections::{BTreeMap, BTreeSet};

use crate::cli::next_step::write_advice;
use crate::domain::base::lang::{Lang, Texts};
use crate::domain::base::time::{At, Moment, When};
use crate::domain::base::value::{Named, Value};
use crate::domain::config::audience::Disclosure;
use crate::domain::config::channel::Channel;
use crate::domain::config::line::Element;
use crate::domain::config::promise_kind::{Per, PromisedBy};
use crate::domain::config::workspace::Workspace;
use crate::domain::facts::evaluator::{
    ConditionResult, Evaluator, EvaluatorError, Measure, RenderedText, Style,
};
use crate::domain::facts::fact::{Fact, Facts};
use crate::domain::record::event::Event;
use crate::domain::record::rendition::{Placed, Rendition, SaidLine, Span};
use crate::domain::speech::draft::{Draft, DraftLine, PromiseDraft};
use crate::domain::speech::finding::Finding;
use crate::domain::speech::gate::{Failed, Statement, pass_gate};
use crate::domain::speech::role::Role;
use crate::domain::state::fold::State;

/// 15:00 in Hanoi.
pub(super) const AS_OF: &str = "2026-09-12T08:00:00Z";

pub(super) const WORKSPACE: &str = "
organisation: { names: { vi: Viễn Đông, en: Far East } }
languages: [vi, en]
zone: Asia/Ho_Chi_Minh
channels:
  page: { forms: [say] }
  sms: { forms: [short], max_characters: 70 }
  voice: { forms: [spoken] }
";

/// Measures a text by its characters, and can do nothing else.
pub(super) struct Ruler;

impl Ruler {
    fn cannot<T>(&self) -> Result<T, EvaluatorError> {
        Err(EvaluatorError {
            what: "the gate composes nothing".into(),
            range: None,
        })
    }
}

impl Evaluator for Ruler {
    fn test_condition(
        &self,
        _: &str,
        _: &Facts,
        _: Option<&str>,
    ) -> Result<ConditionResult, EvaluatorError> {
        self.cannot()
    }
    fn evaluate_time(
        &self,
        _: &str,
        _: &Facts,
        _: Option<&str>,
    ) -> Result<(Option<When>, BTreeSet<String>), EvaluatorError> {
        self.cannot()
    }
    fn render_template(
        &self,
        _: &str,
        _: Style,
        _: &Facts,
        _: Option<&str>,
    ) -> Result<RenderedText, EvaluatorError> {
        self.cannot()
    }
    fn list_names(&self, _: &str, _: bool) -> Result<BTreeSet<String>, EvaluatorError> {
        self.cannot()
    }
    fn join_names(&self, names: &[String], _: Lang) -> String {
        names.join(", ")
    }

    fn measure_text(&self, channel: &Channel, _: Lang, text: &str) -> Measure {
        let long = text.chars().count();
        let most = channel.max_characters.filter(|most| long > *most);
        Measure {
            what: format!("{long} characters"),
            trouble: most.map(|most| format!("{long} characters, at most {most}")),
        }
    }
}

pub(super) fn workspace() -> Workspace {
    serde_yaml::from_str(WORKSPACE).unwrap()
}

pub(super) fn at(text: &str) -> At {
    text.parse().unwrap()
}

pub(super) fn named(id: &str) -> Named {
    Named {
        id: id.into(),
        names: Texts::same_in_all(&format!("the {id}")),
    }
}

pub(super) fn list(ids: &[&str]) -> Value {
    Value::List(ids.iter().map(|id| named(id)).collect())
}

pub(super) fn instant(text: &str) -> Value {
    Value::Instant(Moment::exact(at(text)))
}

/// Facts of an incident of which nothing is known yet.
pub(super) fn no_facts(incident: &str) -> Facts {
    Facts::empty(
        at(AS_OF),
        chrono_tz::Asia::Ho_Chi_Minh,
        vec![incident.into()],
        "customers",
        Disclosure::Public,
    )
}

pub(super) fn put(facts: &mut Facts, path: &str, value: Value) {
    facts.insert_fact(path, Fact::without_source(value), None);
}

fn facts() -> Facts {
    let mut facts = no_facts("INC-1");
    put(
        &mut facts,
        "org",
        Value::Phrase(Texts::same_in_all("Far East")),
    );
    put(
        &mut facts,
        "zone",
        Value::Phrase(Texts::same_in_all("Hanoi time")),
    );
    put(&mut facts, "down", list(&["AAG"]));
    put(&mut facts, "troubled", list(&["AAG"]));
    put(&mut facts, "since", instant("2026-09-11T23:10:00Z"));
    put(&mut facts, "slipped", list(&["AAG"]));
    let told = Value::Date("2026-09-10".parse().unwrap());
    put(&mut facts, "links.AAG.told_window", told);
    put(&mut facts, "next_update", instant("2026-09-12T09:00:00Z"));
    let number = || Value::Phrase(Texts::same_in_all("1800 1000"));
    put(&mut facts, "contacts.hotline", number());
    put(&mut facts, "contacts.hotline.spoken", number());
    let share = Value::Share("40%".parse().unwrap());
    let banded = Fact::without_source(share).known_only_to(Disclosure::Banded);
    facts.insert_fact("group.capacity_left", banded, None);
    facts
}

/// A line that reads these facts and claims all of them.
pub(super) fn line(facts: &Facts, id: &str, element: Element, claims: &[&str]) -> DraftLine {
    let read = |path: &&str| ((*path).to_owned(), facts.value(path).unwrap().clone());
    let reads: BTreeMap<String, Value> = claims.iter().map(read).collect();
    DraftLine {
        is_untold: false,
        is_least: false,
        joint: None,
        said: SaidLine {
            id: id.into(),
            incident: None,
            it: None,
            element,
            claims: reads.keys().cloned().collect(),
            reads,
            asserts: Vec::new(),
            unknown: Vec::new(),
            events: vec![3, 5],
            promise: None,
            promise_number: None,
            also: Vec::new(),
        },
        promise: None,
        also: Vec::new(),
        mandatory: false,
        sums_up: false,
        role: Role::Ordinary,
        denies: Vec::new(),
        banded: BTreeSet::new(),
    }
}

/// A promise of a kind, due in an hour.
pub(super) fn promise(kind: &str, per: Per) -> PromiseDraft {
    PromiseDraft {
        kind: kind.into(),
        names: Texts::same_in_all("a word"),
        per,
        subject: None,
        scope: Vec::new(),
        owner: "comms".into(),
        by: PromisedBy::Us,
        due: When::At(at("2026-09-12T09:00:00Z")),
        uses: Vec::new(),
        kept_when: "attested".into(),
        grace: None,
        of_window: false,
    }
}

/// Makes a line promise something.
pub(super) fn promising(mut line: DraftLine, promise: PromiseDraft) -> DraftLine {
    line.said.promise = Some(promise.kind.clone());
    line.promise = Some(promise);
    line
}

/// A text made of lines, each with its number; `{path|words}` marks the words that print a fact.
pub(super) fn rendition(channel: &str, lang: Lang, lines: &[(usize, &str)]) -> Rendition {
    let mut text = String::new();
    let mut placed = Vec::new();
    for (line, marked) in lines {
        let start = text.len();
        let mut spans = Vec::new();
        let mut pieces = marked.split('{');
        text.push_str(pieces.next().unwrap());
        for piece in pieces {
            let (path, rest) = piece.split_once('|').unwrap();
            let (words, after) = rest.split_once('}').unwrap();
            let from = text.len();
            text.push_str(words);
            spans.push(Span {
                path: path.into(),
                start: from,
                end: text.len(),
            });
            text.push_str(after);
        }
        placed.push(Placed {
            line: *line,
            start,
            end: text.len(),
            spans,
        });
        text.push(' ');
    }
    Rendition {
        channel: channel.into(),
        lang,
        text,
        placed,
        not_read: false,
    }
}

/// The lines of the sample, by their numbers.
pub(super) const GREETING: usize = 0;
pub(super) const CUT: usize = 1;
pub(super) const SHARE: usize = 2;
pub(super) const WINDOW: usize = 3;
pub(super) const HOTLINE: usize = 4;
pub(super) const UPDATE: usize = 5;
pub(super) const SORRY: usize = 6;

fn lines(facts: &Facts) -> Vec<DraftLine> {
    let mut cut = line(facts, "cut", Element::WhatHappened, &["down", "since"]);
    cut.mandatory = true;
    let mut share = line(facts, "share", Element::Outlook, &["group.capacity_left"]);
    share.banded.insert("group.capacity_left".into());
    let told = ["links.AAG.told_window"];
    let window = line(facts, "window", Element::Correction, &told);
    let both = ["contacts.hotline", "contacts.hotline.spoken"];
    let update = line(facts, "update", Element::NextUpdate, &["next_update"]);
    vec![
        line(facts, "greeting", Element::Greeting, &["org", "zone"]),
        cut,
        share,
        window,
        line(facts, "hotline", Element::Contact, &both),
        promising(update, promise("next-update", Per::Statement)),
        line(facts, "sorry", Element::Apology, &[]),
    ]
}

fn renditions() -> Vec<Rendition> {
    let vi = [
        (GREETING, "{org|Viễn Đông}, {zone|giờ Hà Nội}:"),
        (CUT, "{down|AAG} đứt từ {since|06:10}."),
        (SHARE, "Còn {group.capacity_left|khoảng một phần ba}."),
        (
            WINDOW,
            "Lịch sửa {links.AAG.told_window|10/9} không còn đúng.",
        ),
        (HOTLINE, "Gọi {contacts.hotline|1800 1000}."),
        (UPDATE, "Tin tiếp theo lúc {next_update|16:00}."),
        (SORRY, "Xin lỗi."),
    ];
    let en = [
        (GREETING, "{org|Far East}, {zone|Hanoi time}:"),
        (CUT, "{down|AAG} is cut since {since|06:10}."),
        (SHARE, "{group.capacity_left|About a third} is left."),
        (
            WINDOW,
            "The repair by {links.AAG.told_window|10 September} does not hold.",
        ),
        (HOTLINE, "Call {contacts.hotline|1800 1000}."),
        (UPDATE, "Next update at {next_update|16:00}."),
        (SORRY, "We are sorry."),
    ];
    let short_vi = [
        (GREETING, "{org|Viễn Đông}, {zone|giờ HN}:"),
        (CUT, "{down|AAG} đứt {since|06:10}."),
        (WINDOW, "Không phải {links.AAG.told_window|10/9}."),
        (SORRY, "Xin lỗi."),
    ];
    let short_en = [
        (GREETING, "{org|Far East}, {zone|Hanoi time}:"),
        (CUT, "{down|AAG} cut {since|06:10}."),
        (WINDOW, "Not by {links.AAG.told_window|10/9}."),
        (SORRY, "Sorry."),
    ];
    let spoken_vi = [
        (CUT, "{down|A A G} đứt từ {since|sáu giờ mười}."),
        (
            WINDOW,
            "Lịch sửa {links.AAG.told_window|mười tháng chín} đã đổi.",
        ),
        (
            HOTLINE,
            "Gọi {contacts.hotline.spoken|một tám không không}.",
        ),
    ];
    let spoken_en = [
        (CUT, "{down|A A G} is cut since {since|ten past six}."),
        (
            WINDOW,
            "The repair by {links.AAG.told_window|the tenth of September} has moved.",
        ),
        (HOTLINE, "Call {contacts.hotline.spoken|one eight hundred}."),
    ];
    vec![
        rendition("page", Lang::Vi, &vi),
        rendition("page", Lang::En, &en),
        rendition("sms", Lang::Vi, &short_vi),
        rendition("sms", Lang::En, &short_en),
        rendition("voice", Lang::Vi, &spoken_vi),
        rendition("voice", Lang::En, &spoken_en),
    ]
}

/// Passes every rule: two languages on three channels, a correction, a band, a promise.
pub(super) fn draft() -> Draft {
    let facts = facts();
    let lines = lines(&facts);
    Draft {
        facts,
        more: Vec::new(),
        lines,
        renditions: renditions(),
        withheld: Vec::new(),
        left_out: Vec::new(),
        text: None,
        silent_channels: Vec::new(),
    }
}

/// One line on one channel, in English; each line prints what it claims.
pub(super) fn small(facts: Facts, lines: Vec<DraftLine>) -> Draft {
    let words = |line: &DraftLine| {
        let claims = line.said.claims.iter();
        let printed: Vec<String> = claims.map(|c| format!(" {{{c}|so}}")).collect();
        format!("We say{}.", printed.concat())
    };
    let texts: Vec<String> = lines.iter().map(words).collect();
    let texts: Vec<(usize, &str)> = texts.iter().map(String::as_str).enumerate().collect();
    Draft {
        facts,
        more: Vec::new(),
        renditions: vec![rendition("page", Lang::En, &texts)],
        lines,
        withheld: Vec::new(),
        left_out: Vec::new(),
        text: None,
        silent_channels: Vec::new(),
    }
}

/// One rendition of the draft.
pub(super) fn text_of<'a>(draft: &'a mut Draft, channel: &str, lang: Lang) -> &'a mut Rendition {
    let is_it = |r: &&mut Rendition| r.channel == channel && r.lang == lang;
    draft.renditions.iter_mut().find(is_it).unwrap()
}

/// Where a line stands in a rendition.
pub(super) fn place(rendition: &mut Rendition, line: usize) -> &mut Placed {
    let is_it = |p: &&mut Placed| p.line == line;
    rendition.placed.iter_mut().find(is_it).unwrap()
}

/// Through the gate, with a reader that finds nothing.
pub(super) fn pass_draft(draft: Draft) -> Result<Statement, Box<Failed>> {
    pass_gate(draft, &workspace(), &Ruler, &|_| Vec::new())
}

/// `rule | line | channel language | what`, with `-` for what a finding does not name.
pub(super) fn in_words(finding: &Finding) -> String {
    assert_eq!(finding.span, None, "{finding:?}");
    let line = finding.line.map_or("-".into(), |l| l.to_string());
    let place = match (&finding.channel, finding.lang) {
        (Some(channel), Some(lang)) => format!("{channel} {lang}"),
        (None, None) => "-".to_owned(),
        _ => panic!("half a place: {finding:?}"),
    };
    let what = write_advice(&finding.what);
    format!("{} | {line} | {place} | {what}", finding.rule)
}

/// A record of these entries, each with its incident: numbered from 1, by `lan`.
pub(super) fn record(entries: &[(&str, &str)]) -> State {
    let mut state = State::default();
    for (i, (incident, payload)) in entries.iter().enumerate() {
        let event = Event {
            v: "5.0".into(),
            record: None,
            seq: i as u64 + 1,
            at: at("2026-09-12T01:00:00Z"),
            by: "lan".into(),
            key: None,
            clock_given: false,
            noted: None,
            incident: Some((*incident).to_owned()),
            prev: String::new(),
            payload: serde_json::from_str(payload).unwrap(),
        };
        state.apply_event(&event).unwrap();
    }
    state
}
