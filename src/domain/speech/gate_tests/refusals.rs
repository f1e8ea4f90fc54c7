//! What the gate refuses, rule by rule, with its exact words, and what it lets pass beside each refusal. Says nothing of
//! events.

use super::sample::*;
use crate::domain::base::lang::{Lang, Texts};
use crate::domain::base::time::When;
use crate::domain::base::value::Value;
use crate::domain::config::audience::Disclosure;
use crate::domain::config::line::Element;
use crate::domain::facts::fact::{Fact, Lack};
use crate::domain::record::rendition::{Also, Placed, Span};
use crate::domain::speech::draft::{Draft, Withheld};
use crate::domain::speech::gate::{Finding, pass};

/// A way to change the sample, and every finding that follows: none when it still passes.
struct Row {
    name: &'static str,
    change: fn(&mut Draft),
    findings: &'static [&'static str],
}

fn hold(rows: &[Row]) {
    for row in rows {
        let mut draft = draft();
        (row.change)(&mut draft);
        let given = draft.clone();
        match pass_draft(draft) {
            Ok(statement) => {
                assert!(row.findings.is_empty(), "{} passes", row.name);
                assert_eq!(*statement.draft(), given, "{}", row.name);
            }
            Err(failed) => {
                let found: Vec<String> = failed.findings.iter().map(in_words).collect();
                assert_eq!(found, row.findings, "{}", row.name);
                assert_eq!(failed.draft, given, "{}", row.name);
            }
        }
    }
}

/// Makes a line claim a fact, without printing it.
fn claim(draft: &mut Draft, line: usize, path: &str) {
    let value = draft.facts.value(path).cloned();
    let said = &mut draft.lines[line].said;
    said.claims.push(path.into());
    said.reads.extend(value.map(|v| (path.to_owned(), v)));
}

/// Adds a fact that is told to this level, and claims it in the line of the cut.
fn claim_at(draft: &mut Draft, level: Disclosure) {
    let value = Fact::plain(Value::state("fibre")).only(level);
    draft.facts.put("links.AAG.fault", value, None);
    claim(draft, CUT, "links.AAG.fault");
}

#[test]
fn the_sample_passes() {
    hold(&[Row {
        name: "the sample",
        change: |_| {},
        findings: &[],
    }]);
}

#[test]
fn claims_are_facts_that_this_audience_may_know() {
    hold(&[
        Row {
            name: "another value than the record's",
            change: |d| {
                let reads = &mut d.lines[CUT].said.reads;
                reads.insert("down".into(), list(&["APG"]));
            },
            findings: &["value | 1 | - | down is AAG in the record"],
        },
        Row {
            name: "a claim without the value that it rests on",
            change: |d| drop(d.lines[CUT].said.reads.remove("since")),
            findings: &["value | 1 | - | since is 2026-09-11T23:10:00Z in the record"],
        },
        Row {
            name: "a fact for staff",
            change: |d| claim_at(d, Disclosure::Staff),
            findings: &["disclosure | 1 | - | customers may not know links.AAG.fault"],
        },
        Row {
            name: "a fact for business customers",
            change: |d| claim_at(d, Disclosure::Business),
            findings: &["disclosure | 1 | - | customers may not know links.AAG.fault"],
        },
        Row {
            name: "a fact for business customers, told to them",
            change: |d| {
                claim_at(d, Disclosure::Business);
                d.facts.may_know = Disclosure::Business;
            },
            findings: &[],
        },
        Row {
            name: "a figure to those who may know bands",
            change: |d| d.lines[SHARE].banded.clear(),
            findings: &[
                "disclosure | 2 | - | group.capacity_left may be told to customers only as a band: write {{ ... | band }}",
            ],
        },
        Row {
            name: "a figure where bands are all that is allowed",
            change: |d| {
                d.lines[SHARE].banded.clear();
                d.facts.may_know = Disclosure::Banded;
            },
            findings: &[
                "disclosure | 2 | - | group.capacity_left may be told to customers only as a band: write {{ ... | band }}",
            ],
        },
        Row {
            name: "a figure to those who may know more than bands",
            change: |d| {
                d.lines[SHARE].banded.clear();
                d.facts.may_know = Disclosure::Business;
            },
            findings: &[],
        },
        Row {
            name: "a fact of another audience in a band is refused all the same",
            change: |d| {
                claim_at(d, Disclosure::Staff);
                d.lines[CUT].banded.insert("links.AAG.fault".into());
            },
            findings: &["disclosure | 1 | - | customers may not know links.AAG.fault"],
        },
    ]);
}

#[test]
fn claims_are_backed_and_fresh() {
    hold(&[
        Row {
            name: "nothing at all",
            change: |d| claim(d, CUT, "links.AAG.cause"),
            findings: &["backing | 1 | - | nothing in the record backs links.AAG.cause"],
        },
        Row {
            name: "unknown, with a command that helps",
            change: |d| {
                let lack = Lack::new("chưa rõ", "nobody said why", "saydo link set AAG");
                d.facts.miss("links.AAG.cause", lack);
                claim(d, CUT, "links.AAG.cause");
            },
            findings: &["backing | 1 | - | nobody said why: saydo link set AAG"],
        },
        Row {
            name: "unknown, and no command helps",
            change: |d| {
                d.facts.miss(
                    "links.AAG.cause",
                    Lack::new("chưa rõ", "nobody said why", ""),
                );
                claim(d, CUT, "links.AAG.cause");
            },
            findings: &["backing | 1 | - | nobody said why"],
        },
        Row {
            name: "grown old",
            change: |d| {
                let mut old = Fact::plain(Value::state("fibre"));
                old.fresh_until = Some(at("2026-09-12T07:59:59Z"));
                d.facts.put("links.AAG.fault", old, None);
                claim(d, CUT, "links.AAG.fault");
            },
            findings: &["backing | 1 | - | links.AAG.fault is too old to be said: saydo still"],
        },
        Row {
            name: "two lines, each with its own number",
            change: |d| {
                claim(d, UPDATE, "links.AAG.cause");
                claim(d, SORRY, "links.AAG.work");
            },
            findings: &[
                "backing | 5 | - | nothing in the record backs links.AAG.cause",
                "backing | 6 | - | nothing in the record backs links.AAG.work",
            ],
        },
        Row {
            name: "a line about another incident rests on that incident's facts",
            change: |d| {
                let mut other = no_facts("INC-2");
                put(&mut other, "down", list(&["APG"]));
                d.more.push(other);
                d.lines[CUT].said.incident = Some("INC-2".into());
            },
            findings: &[
                "value | 1 | - | down is APG in the record",
                "backing | 1 | - | nothing in the record backs since",
            ],
        },
    ]);
}

#[test]
fn promises_are_declared_and_not_due_yet() {
    hold(&[
        Row {
            name: "due at this moment",
            change: |d| set_due(d, When::At(at(AS_OF))),
            findings: &[
                "promise | 5 | - | the promise \"next-update\" would be due at 2026-09-12T08:00:00Z, which has passed",
            ],
        },
        Row {
            name: "due a second later",
            change: |d| set_due(d, When::At(at("2026-09-12T08:00:01Z"))),
            findings: &[],
        },
        Row {
            name: "due yesterday",
            change: |d| set_due(d, When::Day("2026-09-11".parse().unwrap())),
            findings: &[
                "promise | 5 | - | the promise \"next-update\" would be due at 2026-09-11, which has passed",
            ],
        },
        Row {
            name: "due today, which ends at midnight in Hanoi",
            change: |d| set_due(d, When::Day("2026-09-12".parse().unwrap())),
            findings: &[],
        },
        Row {
            name: "not declared by the playbook",
            change: |d| d.lines[UPDATE].promise = None,
            findings: &[
                "promise | 5 | - | the playbook declares no promise \"next-update\", or it has no due time",
            ],
        },
        Row {
            name: "a line that promises nothing",
            change: |d| {
                d.lines[UPDATE].promise = None;
                d.lines[UPDATE].said.promise = None;
            },
            findings: &[],
        },
    ]);
}

fn set_due(draft: &mut Draft, due: When) {
    let promise = draft.lines[UPDATE].promise.as_mut();
    promise.unwrap().due = due;
}

/// Moves the first claim of the greeting on the page, in Vietnamese: `Viễn Đông` in the bytes 0 to 13.
fn move_span(draft: &mut Draft, from: usize, to: usize) {
    let span = &mut place(text_of(draft, "page", Lang::Vi), GREETING).spans[0];
    assert_eq!((span.start, span.end), (0, 13));
    (span.start, span.end) = (from, to);
}

#[test]
fn texts_are_made_of_lines_and_claims() {
    hold(&[
        Row {
            name: "words of no line",
            change: |d| {
                text_of(d, "sms", Lang::En).placed.push(Placed {
                    line: 7,
                    start: 0,
                    end: 4,
                    spans: Vec::new(),
                });
            },
            findings: &["structure | - | sms en | a text that belongs to no line"],
        },
        Row {
            name: "a claim before its line",
            change: |d| {
                let own = place(text_of(d, "page", Lang::En), CUT);
                own.spans[0].start = own.start - 1;
            },
            findings: &["structure | 1 | - | down stands outside of its line"],
        },
        Row {
            name: "a claim that goes on after its line",
            change: |d| {
                let own = place(text_of(d, "page", Lang::En), CUT);
                own.spans[1].end = own.end + 1;
            },
            findings: &["structure | 1 | - | since stands outside of its line"],
        },
        Row {
            name: "a claim that ends before it begins",
            change: |d| move_span(d, 3, 2),
            findings: &["structure | 0 | - | org stands outside of its line"],
        },
        Row {
            name: "a claim that begins inside a letter",
            change: |d| move_span(d, 3, 13),
            findings: &["structure | 0 | - | org stands outside of its line"],
        },
        Row {
            name: "a claim as long as its line, and an empty one",
            change: |d| {
                let own = place(text_of(d, "page", Lang::En), CUT);
                (own.spans[0].start, own.spans[0].end) = (own.start, own.end);
                own.spans[1].start = own.spans[1].end;
            },
            findings: &[],
        },
        Row {
            name: "words that print what their line does not claim",
            change: |d| d.lines[SHARE].said.claims.clear(),
            findings: &[
                "structure | 2 | - | group.capacity_left is printed and not claimed",
                "structure | 2 | - | group.capacity_left is printed and not claimed",
            ],
        },
    ]);
}

/// Prints a fact in a line of one text, on its first two bytes.
fn print(draft: &mut Draft, channel: &str, lang: Lang, line: usize, path: &str) {
    let own = place(text_of(draft, channel, lang), line);
    own.spans.push(Span {
        path: path.into(),
        start: own.start,
        end: own.start + 2,
    });
}

fn unprint(draft: &mut Draft, channel: &str, lang: Lang, line: usize) {
    place(text_of(draft, channel, lang), line).spans.clear();
}

fn leave_out(draft: &mut Draft, channel: &str, lang: Lang, line: usize) {
    text_of(draft, channel, lang)
        .placed
        .retain(|p| p.line != line);
}

#[test]
fn languages_of_a_channel_say_the_same() {
    hold(&[
        Row {
            name: "one language claims less",
            change: |d| unprint(d, "sms", Lang::En, CUT),
            findings: &[
                "languages | 1 | - | on sms, vi and en do not say the same: [\"down\", \"since\"]",
            ],
        },
        Row {
            name: "the other language claims less",
            change: |d| unprint(d, "voice", Lang::Vi, CUT),
            findings: &[
                "languages | 1 | - | on voice, vi and en do not say the same: [\"down\", \"since\"]",
            ],
        },
        Row {
            name: "a line without claims that one language lacks",
            change: |d| leave_out(d, "sms", Lang::En, SORRY),
            findings: &["languages | 6 | - | on sms, vi and en do not say the same: []"],
        },
        Row {
            name: "a line without claims that the other language lacks",
            change: |d| leave_out(d, "sms", Lang::Vi, SORRY),
            findings: &["languages | 6 | - | on sms, vi and en do not say the same: []"],
        },
        Row {
            name: "our own name and zone in one language only",
            change: |d| unprint(d, "sms", Lang::En, GREETING),
            findings: &[],
        },
        Row {
            name: "a contact as read aloud in one language, as written in the other",
            change: |d| {
                unprint(d, "voice", Lang::En, HOTLINE);
                print(d, "voice", Lang::En, HOTLINE, "contacts.hotline");
            },
            findings: &[],
        },
    ]);
}

#[test]
fn a_channel_says_no_more_than_the_longest() {
    hold(&[
        Row {
            name: "a claim that the page does not have in this line",
            change: |d| {
                claim(d, CUT, "next_update");
                for lang in Lang::ALL {
                    print(d, "sms", lang, CUT, "next_update");
                }
            },
            findings: &[
                "channels | 1 | - | sms says more than page: [\"next_update\"]",
                "channels | 1 | - | sms says more than page: [\"next_update\"]",
            ],
        },
        Row {
            name: "our own name and zone, which the page does not print",
            change: |d| {
                for lang in Lang::ALL {
                    unprint(d, "page", lang, GREETING);
                }
            },
            findings: &[],
        },
        Row {
            name: "a line that the page does not have at all",
            change: |d| {
                let own = line(&d.facts, "only", Element::Advice, &["next_update"]);
                d.lines.push(own);
                for lang in Lang::ALL {
                    text_of(d, "sms", lang).placed.push(Placed {
                        line: 7,
                        start: 0,
                        end: 4,
                        spans: Vec::new(),
                    });
                    print(d, "sms", lang, 7, "next_update");
                }
            },
            findings: &[],
        },
    ]);
}

static NOT_OWNED_UP: [&str; 6] = [
    "owning-up | - | page vi | no line owns up to the repair window of AAG that was told: the playbook needs a line with `element: correction` for page that reads links.AAG.told_window",
    "owning-up | - | page en | no line owns up to the repair window of AAG that was told: the playbook needs a line with `element: correction` for page that reads links.AAG.told_window",
    "owning-up | - | sms vi | no line owns up to the repair window of AAG that was told: the playbook needs a line with `element: correction` for sms that reads links.AAG.told_window",
    "owning-up | - | sms en | no line owns up to the repair window of AAG that was told: the playbook needs a line with `element: correction` for sms that reads links.AAG.told_window",
    "owning-up | - | voice vi | no line owns up to the repair window of AAG that was told: the playbook needs a line with `element: correction` for voice that reads links.AAG.told_window",
    "owning-up | - | voice en | no line owns up to the repair window of AAG that was told: the playbook needs a line with `element: correction` for voice that reads links.AAG.told_window",
];

/// Adds a second incident whose repair window of AAG slipped too.
fn add_second_slip(draft: &mut Draft) {
    let mut other = no_facts("INC-2");
    put(&mut other, "slipped", list(&["AAG"]));
    draft.more.push(other);
}

#[test]
fn what_was_told_and_does_not_hold_is_owned_up_to_in_every_text() {
    hold(&[
        Row {
            name: "one channel says nothing of it",
            change: |d| {
                for lang in Lang::ALL {
                    leave_out(d, "voice", lang, WINDOW);
                }
            },
            findings: &NOT_OWNED_UP[4..],
        },
        Row {
            name: "a line that is no correction",
            change: |d| d.lines[WINDOW].said.element = Element::Outlook,
            findings: &NOT_OWNED_UP,
        },
        Row {
            name: "a correction that does not read it",
            change: |d| d.lines[WINDOW].said.reads.clear(),
            findings: &NOT_OWNED_UP,
        },
        Row {
            name: "a correction about another incident",
            change: |d| d.lines[WINDOW].said.incident = Some("INC-2".into()),
            findings: &NOT_OWNED_UP,
        },
        Row {
            name: "nothing slipped",
            change: |d| {
                put(&mut d.facts, "slipped", list(&[]));
                d.lines[WINDOW].said.element = Element::Outlook;
            },
            findings: &[],
        },
        Row {
            name: "a slip of a second incident, of which the correction does not speak",
            change: |d| {
                add_second_slip(d);
                d.lines[WINDOW].said.incident = Some("INC-1".into());
            },
            findings: &NOT_OWNED_UP,
        },
        Row {
            name: "a slip of a second incident, of which the same words speak",
            change: |d| {
                add_second_slip(d);
                d.lines[WINDOW].said.incident = Some("INC-1".into());
                d.lines[WINDOW].said.also = vec![Also {
                    incident: "INC-2".into(),
                    it: None,
                    promise_number: None,
                }];
            },
            findings: &[],
        },
    ]);
}

#[test]
fn what_must_be_said_is_said_in_every_text() {
    fn hold_back(draft: &mut Draft, must: bool) {
        draft.withheld.push(Withheld {
            incident: None,
            line: "safety".into(),
            it: None,
            not_yet: Texts::default(),
            reasons: vec![
                Lack::new(
                    "chưa rõ",
                    "nobody checked the site",
                    "saydo link set HUE up",
                ),
                Lack::new("chưa rõ", "the permit is missing", ""),
            ],
            must,
            fallback: None,
        });
    }
    hold(&[
        Row {
            name: "a line that must be said and cannot",
            change: |d| hold_back(d, true),
            findings: &[
                "must | - | - | line \"safety\" must be said and cannot: nobody checked the site (saydo link set HUE up); the permit is missing",
            ],
        },
        Row {
            name: "a line that cannot be said and need not",
            change: |d| hold_back(d, false),
            findings: &[],
        },
        Row {
            name: "a line that a channel has no form for",
            change: |d| {
                for lang in Lang::ALL {
                    leave_out(d, "voice", lang, CUT);
                }
            },
            findings: &[
                "must | - | voice vi | line \"cut\" must be in every channel and has no form for voice: add `short`, `plain` or `spoken`",
                "must | - | voice en | line \"cut\" must be in every channel and has no form for voice: add `short`, `plain` or `spoken`",
            ],
        },
    ]);
}

#[test]
fn texts_fit_their_channel_and_there_is_one() {
    hold(&[
        Row {
            name: "too long for the channel",
            change: |d| text_of(d, "sms", Lang::En).text.push_str(&"o".repeat(20)),
            findings: &["length | - | sms en | 78 characters, at most 70"],
        },
        Row {
            name: "a channel that the workspace does not have is not measured",
            change: |d| {
                for lang in Lang::ALL {
                    let own = text_of(d, "sms", lang);
                    own.text.push_str(&"o".repeat(20));
                    own.channel = "pager".into();
                }
            },
            findings: &[],
        },
        Row {
            name: "no text at all",
            change: |d| d.renditions.clear(),
            findings: &["empty | - | - | there is nothing that may be said"],
        },
    ]);
}

#[test]
fn what_the_reader_of_words_finds_is_a_refusal_too() {
    let found = Finding {
        rule: "read".into(),
        line: Some(CUT),
        channel: Some("page".into()),
        lang: Some(Lang::En),
        span: Some((2, 4)),
        what: "\"cut\" is not backed".into(),
    };
    let given = draft();
    let reader = |d: &Draft| {
        assert_eq!(*d, given, "the reader sees the draft as it is");
        vec![found.clone()]
    };
    let failed = pass(draft(), &workspace(), &Ruler, &reader).unwrap_err();
    assert_eq!(failed.findings, [found.clone()]);
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let mut draft = draft();
    claim(&mut draft, CUT, "links.AAG.cause");
    draft.lines[UPDATE].promise = None;
    draft.lines[SHARE].said.claims.clear();
    leave_out(&mut draft, "sms", Lang::En, CUT);
    leave_out(&mut draft, "sms", Lang::En, WINDOW);
    text_of(&mut draft, "sms", Lang::Vi)
        .text
        .push_str(&"o".repeat(20));
    let failed = pass_draft(draft).unwrap_err();
    let rules: Vec<&str> = failed.findings.iter().map(|f| f.rule.as_str()).collect();
    let expected = [
        "backing",
        "promise",
        "structure",
        "structure",
        "languages",
        "languages",
        "owning-up",
        "must",
        "length",
    ];
    assert_eq!(rules, expected);
}
