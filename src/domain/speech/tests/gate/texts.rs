//! How texts hang together: the rules structure, languages, channels, length, empty, and the reader lent by `check`.

use super::rows::*;
use super::sample::*;
use crate::domain::base::lang::Lang;
use crate::domain::config::line::Element;
use crate::domain::record::rendition::Placed;
use crate::domain::speech::draft::Draft;
use crate::domain::speech::finding::Finding;
use crate::domain::speech::gate::pass_gate;

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
            name: "words of no line in the place of a correction",
            change: |d| place(text_of(d, "sms", Lang::En), WINDOW).line = 7,
            findings: &[
                "structure | - | sms en | a text that belongs to no line",
                "languages | 3 | - | on sms, vi and en do not say the same: [\"links.AAG.told_window\"]",
                "owning-up | - | sms en | no line owns up to the repair window of AAG that was told: the playbook needs a line with `element: correction` for sms that prints links.AAG.told_window",
            ],
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
            name: "the first line",
            change: |d| leave_out(d, "sms", Lang::En, GREETING),
            findings: &["languages | 0 | - | on sms, vi and en do not say the same: []"],
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
                for lang in [Lang::Vi, Lang::En] {
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
                for lang in [Lang::Vi, Lang::En] {
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
                for lang in [Lang::Vi, Lang::En] {
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

#[test]
fn texts_fit_their_channel_and_there_is_one() {
    hold(&[
        Row {
            name: "too long for the channel",
            change: |d| text_of(d, "sms", Lang::En).text.push_str(&"o".repeat(20)),
            findings: &["length | - | sms en | 77 characters, at most 70"],
        },
        Row {
            name: "a channel that the workspace does not have is not measured",
            change: |d| {
                for lang in [Lang::Vi, Lang::En] {
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
    let failed = pass_gate(draft(), &workspace(), &Ruler, &reader).unwrap_err();
    assert_eq!(failed.findings, std::slice::from_ref(&found));
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
        "empty",
        "must",
        "length",
    ];
    assert_eq!(rules, expected);
}
