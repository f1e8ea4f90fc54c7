//! What people heard before, in texts of every length: the rules owning-up, in-force, for-each and empty. What is owed at all is
//! in `told`, and owning up in a text at length in `duties`.

use super::rows::*;
use super::sample::*;
use crate::domain::base::lang::Lang;
use crate::domain::base::value::Value;
use crate::domain::config::line::Element;
use crate::domain::record::rendition::Placed;
use crate::domain::speech::draft::{Draft, DraftLine};

/// The line that these tests add to the sample.
const ADDED: usize = 7;
const TOLD: &str = "links.AAG.told_window";

/// Adds a line on these channels, in every language, that prints all that it claims, on its first two bytes.
fn add(draft: &mut Draft, new: DraftLine, channels: &[&str]) {
    let claims = new.said.claims.clone();
    draft.lines.push(new);
    let number = draft.lines.len() - 1;
    for channel in channels {
        for lang in Lang::ALL {
            text_of(draft, channel, lang).placed.push(Placed {
                line: number,
                start: 0,
                end: 2,
                spans: Vec::new(),
            });
            for path in &claims {
                print(draft, channel, lang, number, path);
            }
        }
    }
}

/// Says in sum on SMS which dates have changed, in place of the correction for each.
fn sum_up(draft: &mut Draft) {
    put(&mut draft.facts, "changed_dates", list(&["AAG"]));
    let sum = line(&draft.facts, "sum", Element::Correction, &["changed_dates"]);
    add(
        draft,
        DraftLine {
            sums_up: true,
            ..sum
        },
        &["sms"],
    );
    for lang in Lang::ALL {
        leave_out(draft, "sms", lang, WINDOW);
    }
}

const NOT_ON_SMS_VI: &str = "owning-up | - | sms vi | no line owns up to the repair window of AAG that was told: the playbook needs a line with `element: correction` for sms that prints links.AAG.told_window";
const NOT_ON_SMS_EN: &str = "owning-up | - | sms en | no line owns up to the repair window of AAG that was told: the playbook needs a line with `element: correction` for sms that prints links.AAG.told_window";
static NOT_ON_SMS: [&str; 2] = [NOT_ON_SMS_VI, NOT_ON_SMS_EN];

#[test]
fn a_short_text_owns_up_in_sum_when_the_whole_text_prints_each() {
    hold(&[
        Row {
            name: "in sum",
            change: sum_up,
            findings: &[],
        },
        Row {
            name: "by a line that does not say that it sums up",
            change: |d| {
                sum_up(d);
                d.lines[ADDED].sums_up = false;
            },
            findings: &NOT_ON_SMS,
        },
        Row {
            name: "in sum, and the whole text does not print it either",
            change: |d| {
                sum_up(d);
                for lang in Lang::ALL {
                    unprint(d, "page", lang, WINDOW);
                    leave_out(d, "voice", lang, WINDOW);
                    add_sum_to(d, "voice", lang);
                }
            },
            findings: &[
                "owning-up | - | page vi | no line owns up to the repair window of AAG that was told: the playbook needs a line with `element: correction` for page that prints links.AAG.told_window",
                "owning-up | - | page en | no line owns up to the repair window of AAG that was told: the playbook needs a line with `element: correction` for page that prints links.AAG.told_window",
                NOT_ON_SMS_VI,
                NOT_ON_SMS_EN,
                "owning-up | - | voice vi | no line owns up to the repair window of AAG that was told: the playbook needs a line with `element: correction` for voice that prints links.AAG.told_window",
                "owning-up | - | voice en | no line owns up to the repair window of AAG that was told: the playbook needs a line with `element: correction` for voice that prints links.AAG.told_window",
            ],
        },
        Row {
            name: "in sum, and the whole text is in another language",
            change: |d| {
                sum_up(d);
                let is_it = |lang: Lang| lang == Lang::En;
                d.renditions
                    .retain(|r| !(is_it(r.lang) && r.channel != "sms"));
            },
            findings: &NOT_ON_SMS[1..],
        },
        Row {
            name: "in sum on the whole text",
            change: |d| {
                sum_up(d);
                for lang in Lang::ALL {
                    add_sum_to(d, "page", lang);
                    leave_out(d, "page", lang, WINDOW);
                }
            },
            findings: &[
                "owning-up | - | page vi | no line owns up to the repair window of AAG that was told: the playbook needs a line with `element: correction` for page that prints links.AAG.told_window",
                "owning-up | - | page en | no line owns up to the repair window of AAG that was told: the playbook needs a line with `element: correction` for page that prints links.AAG.told_window",
                NOT_ON_SMS_VI,
                NOT_ON_SMS_EN,
            ],
        },
        Row {
            name: "in sum on a second text at length",
            change: |d| {
                sum_up(d);
                for lang in Lang::ALL {
                    text_of(d, "sms", lang).channel = "pager".into();
                }
            },
            findings: &[
                "owning-up | - | pager vi | no line owns up to the repair window of AAG that was told: the playbook needs a line with `element: correction` for pager that prints links.AAG.told_window",
                "owning-up | - | pager en | no line owns up to the repair window of AAG that was told: the playbook needs a line with `element: correction` for pager that prints links.AAG.told_window",
            ],
        },
        Row {
            name: "in sum of a promise's date too",
            change: |d| {
                sum_up(d);
                slip_promise(d, "promises.slipped", "promises.4.told_due");
            },
            findings: &[],
        },
        Row {
            name: "in sum of what is no date",
            change: |d| {
                sum_up(d);
                slip_promise(d, "recaused", "links.#4.told_cause");
            },
            findings: &[
                "owning-up | - | sms vi | no line owns up to the cause on #4 that was told: the playbook needs a line with `element: correction` for sms that prints links.#4.told_cause",
                "owning-up | - | sms en | no line owns up to the cause on #4 that was told: the playbook needs a line with `element: correction` for sms that prints links.#4.told_cause",
            ],
        },
    ]);
}

/// Places the line in sum on another channel.
fn add_sum_to(draft: &mut Draft, channel: &str, lang: Lang) {
    text_of(draft, channel, lang).placed.push(Placed {
        line: ADDED,
        start: 0,
        end: 2,
        spans: Vec::new(),
    });
    print(draft, channel, lang, ADDED, "changed_dates");
}

/// Owes something more, and owns up to it on the page and on the telephone.
fn slip_promise(draft: &mut Draft, path: &str, printed: &str) {
    put(&mut draft.facts, path, list(&["#4"]));
    put(&mut draft.facts, printed, instant("2026-09-12T07:00:00Z"));
    let own = line(&draft.facts, "promise", Element::Correction, &[printed]);
    add(draft, own, &["page", "voice"]);
}

#[test]
fn what_must_be_said_of_each_is_said_in_sum() {
    hold(&[
        Row {
            name: "of one of a list",
            change: |d| {
                sum_up(d);
                d.lines[WINDOW].must = true;
                d.lines[WINDOW].said.it = Some("AAG".into());
            },
            findings: &[],
        },
        Row {
            name: "of one of a list, and nothing is said in sum",
            change: |d| {
                sum_up(d);
                d.lines[WINDOW].must = true;
                d.lines[WINDOW].said.it = Some("AAG".into());
                d.lines[ADDED].sums_up = false;
            },
            findings: &[
                NOT_ON_SMS_VI,
                NOT_ON_SMS_EN,
                "must | - | sms vi | line \"window\" must be in every channel and has no form for sms: add `short`, `plain` or `spoken`",
                "must | - | sms en | line \"window\" must be in every channel and has no form for sms: add `short`, `plain` or `spoken`",
            ],
        },
        Row {
            name: "of no list",
            change: |d| {
                sum_up(d);
                d.lines[WINDOW].must = true;
            },
            findings: &[
                "must | - | sms vi | line \"window\" must be in every channel and has no form for sms: add `short`, `plain` or `spoken`",
                "must | - | sms en | line \"window\" must be in every channel and has no form for sms: add `short`, `plain` or `spoken`",
            ],
        },
        Row {
            name: "of one of a list that is no correction",
            change: |d| {
                sum_up(d);
                let mut own = line(&d.facts, "each", Element::Affected, &[]);
                own.must = true;
                own.said.it = Some("AAG".into());
                add(d, own, &["page", "voice"]);
            },
            findings: &[
                "must | - | sms vi | line \"each\" must be in every channel and has no form for sms: add `short`, `plain` or `spoken`",
                "must | - | sms en | line \"each\" must be in every channel and has no form for sms: add `short`, `plain` or `spoken`",
            ],
        },
    ]);
}

#[test]
fn being_late_is_owned_up_to_at_length_alone() {
    fn be_late(draft: &mut Draft) {
        put(
            &mut draft.facts,
            "late_update",
            instant("2026-09-12T07:00:00Z"),
        );
    }
    hold(&[
        Row {
            name: "on the page",
            change: |d| {
                be_late(d);
                let own = line(&d.facts, "late", Element::Correction, &["late_update"]);
                add(d, own, &["page"]);
            },
            findings: &[],
        },
        Row {
            name: "nowhere",
            change: be_late,
            findings: &[
                "owning-up | - | page vi | no line owns up to the update that was promised and is late: the playbook needs a line with `element: correction` for page that prints late_update",
                "owning-up | - | page en | no line owns up to the update that was promised and is late: the playbook needs a line with `element: correction` for page that prints late_update",
            ],
        },
    ]);
}

#[test]
fn a_channel_that_is_not_known_is_read_at_length() {
    hold(&[Row {
        name: "a pager of which the workspace knows nothing says nothing of being late",
        change: |d| {
            put(&mut d.facts, "late_update", instant("2026-09-12T07:00:00Z"));
            let own = line(&d.facts, "late", Element::Correction, &["late_update"]);
            add(d, own, &["page"]);
            for lang in Lang::ALL {
                text_of(d, "sms", lang).channel = "pager".into();
            }
        },
        findings: &[
            "owning-up | - | pager vi | no line owns up to the update that was promised and is late: the playbook needs a line with `element: correction` for pager that prints late_update",
            "owning-up | - | pager en | no line owns up to the update that was promised and is late: the playbook needs a line with `element: correction` for pager that prints late_update",
        ],
    }]);
}

/// Promise #4 of this kind is in force.
fn promise_four(draft: &mut Draft, kind: &str) {
    put(&mut draft.facts, "promises.in_force", list(&["#4"]));
    let kind = Value::from_state(kind);
    put(&mut draft.facts, "promises.4.kind", kind);
    put(
        &mut draft.facts,
        "promises.4.told_due",
        instant("2026-09-12T11:00:00Z"),
    );
}

/// Says promise #4 again on the page.
fn say_again(draft: &mut Draft) {
    let told = ["promises.4.told_due"];
    let again = line(&draft.facts, "again", Element::Action, &told);
    add(draft, again, &["page"]);
}

static NOT_SAID_AGAIN: [&str; 2] = [
    "in-force | - | page vi | promise #4 (refund) is in force and is not said again: the playbook needs a line for each of promises.in_force that prints its told_due",
    "in-force | - | page en | promise #4 (refund) is in force and is not said again: the playbook needs a line for each of promises.in_force that prints its told_due",
];

#[test]
fn a_promise_in_force_is_said_again_at_length() {
    hold(&[
        Row {
            name: "by its date",
            change: |d| {
                promise_four(d, "refund");
                say_again(d);
            },
            findings: &[],
        },
        Row {
            name: "not at all",
            change: |d| promise_four(d, "refund"),
            findings: &NOT_SAID_AGAIN,
        },
        Row {
            name: "its date is read and not printed",
            change: |d| {
                promise_four(d, "refund");
                say_again(d);
                for lang in Lang::ALL {
                    unprint(d, "page", lang, ADDED);
                }
            },
            findings: &NOT_SAID_AGAIN,
        },
        Row {
            name: "in a line about another incident",
            change: |d| {
                promise_four(d, "refund");
                say_again(d);
                d.lines[ADDED].said.incident = Some("INC-2".into());
            },
            findings: &NOT_SAID_AGAIN,
        },
        Row {
            name: "on the telephone alone",
            change: |d| {
                promise_four(d, "refund");
                let told = ["promises.4.told_due"];
                let again = line(&d.facts, "again", Element::Action, &told);
                add(d, again, &["voice"]);
            },
            findings: &NOT_SAID_AGAIN,
        },
        Row {
            name: "by the line that makes it",
            change: |d| promise_four(d, "next-update"),
            findings: &[],
        },
        Row {
            name: "by a promise of another kind",
            change: |d| {
                promise_four(d, "refund");
                let visit = promise("visit", crate::domain::config::promise_kind::Per::Incident);
                let own = promising(line(&d.facts, "visit", Element::Action, &[]), visit);
                add(d, own, &["page"]);
            },
            findings: &NOT_SAID_AGAIN,
        },
        Row {
            name: "none is in force",
            change: |d| {
                promise_four(d, "refund");
                put(&mut d.facts, "promises.in_force", list(&[]));
            },
            findings: &[],
        },
    ]);
}

#[test]
fn a_promise_in_force_is_denied_nowhere() {
    hold(&[
        Row {
            name: "a line that is said in its place",
            change: |d| {
                promise_four(d, "refund");
                say_again(d);
                d.lines[SORRY].denies = vec!["refund".into()];
            },
            findings: &[
                "in-force | - | page vi | line \"sorry\" is said in place of promise #4 (refund), which is in force",
                "in-force | - | page en | line \"sorry\" is said in place of promise #4 (refund), which is in force",
                "in-force | - | sms vi | line \"sorry\" is said in place of promise #4 (refund), which is in force",
                "in-force | - | sms en | line \"sorry\" is said in place of promise #4 (refund), which is in force",
            ],
        },
        Row {
            name: "a line that is said in place of another",
            change: |d| {
                promise_four(d, "refund");
                say_again(d);
                d.lines[SORRY].denies = vec!["visit".into()];
            },
            findings: &[],
        },
        Row {
            name: "a line that is said in its place of another incident",
            change: |d| {
                promise_four(d, "refund");
                say_again(d);
                d.lines[SORRY].denies = vec!["refund".into()];
                d.lines[SORRY].said.incident = Some("INC-2".into());
            },
            findings: &[],
        },
        Row {
            name: "a line in place of a promise that is in force no more",
            change: |d| d.lines[SORRY].denies = vec!["refund".into()],
            findings: &[],
        },
    ]);
}

/// A line that gives a date or cause of AAG on the page, and the list of those without.
fn give(draft: &mut Draft, element: Element, field: &str, without: &str, others: &[&str]) {
    let path = format!("links.AAG.{field}");
    put(&mut draft.facts, &path, instant("2026-09-13T07:00:00Z"));
    put(&mut draft.facts, without, list(others));
    let own = line(&draft.facts, "given", element, &[&path]);
    add(draft, own, &["page"]);
}

/// Says of which it is not known, on the page.
fn name_others(draft: &mut Draft, element: Element, without: &str) {
    let own = line(&draft.facts, "others", element, &[without]);
    add(draft, own, &["page"]);
}

/// Owns up to the window of APG, on the page.
fn correct_apg(draft: &mut Draft, it: &str) {
    let mut own = line(&draft.facts, "other", Element::Correction, &[]);
    own.said.it = Some(it.into());
    add(draft, own, &["page"]);
}

static NO_DATE: [&str; 2] = [
    "for-each | - | page vi | it gives a date for one link and says nothing of APG",
    "for-each | - | page en | it gives a date for one link and says nothing of APG",
];

#[test]
fn a_date_for_one_leaves_no_other_open() {
    hold(&[
        Row {
            name: "there is no other",
            change: |d| give(d, Element::Outlook, "window", "no_window", &[]),
            findings: &[],
        },
        Row {
            name: "another is named as without",
            change: |d| {
                give(d, Element::Outlook, "window", "no_window", &["APG"]);
                name_others(d, Element::Outlook, "no_window");
            },
            findings: &[],
        },
        Row {
            name: "another is not named",
            change: |d| give(d, Element::Outlook, "window", "no_window", &["APG"]),
            findings: &NO_DATE,
        },
        Row {
            name: "another is named in a line about another incident",
            change: |d| {
                give(d, Element::Outlook, "window", "no_window", &["APG"]);
                name_others(d, Element::Outlook, "no_window");
                d.lines[ADDED + 1].said.incident = Some("INC-2".into());
            },
            findings: &NO_DATE,
        },
        Row {
            name: "another is without a cause",
            change: |d| {
                give(d, Element::Outlook, "window", "no_window", &["APG"]);
                put(&mut d.facts, "without_cause", list(&["APG"]));
                name_others(d, Element::Outlook, "without_cause");
            },
            findings: &NO_DATE,
        },
        Row {
            name: "a correction speaks of the other",
            change: |d| {
                give(d, Element::Outlook, "window", "no_window", &["APG"]);
                correct_apg(d, "APG");
            },
            findings: &[],
        },
        Row {
            name: "a correction speaks of one of two others",
            change: |d| {
                give(d, Element::Outlook, "window", "no_window", &["SMW", "APG"]);
                correct_apg(d, "SMW");
            },
            findings: &NO_DATE,
        },
        Row {
            name: "no date is given",
            change: |d| put(&mut d.facts, "no_window", list(&["APG"])),
            findings: &[],
        },
        Row {
            name: "what is given is no date of a repair",
            change: |d| give(d, Element::Action, "window", "no_window", &["APG"]),
            findings: &[],
        },
    ]);
}

static NO_CAUSE: [&str; 2] = [
    "for-each | - | page vi | it gives a cause for one link and says nothing of APG",
    "for-each | - | page en | it gives a cause for one link and says nothing of APG",
];

#[test]
fn a_cause_for_one_leaves_no_other_open() {
    hold(&[
        Row {
            name: "another is named as without",
            change: |d| {
                give(d, Element::Cause, "cause", "without_cause", &["APG"]);
                name_others(d, Element::Cause, "without_cause");
            },
            findings: &[],
        },
        Row {
            name: "another is not named",
            change: |d| give(d, Element::Cause, "cause", "without_cause", &["APG"]),
            findings: &NO_CAUSE,
        },
        Row {
            name: "another is without a date",
            change: |d| {
                give(d, Element::Cause, "cause", "without_cause", &["APG"]);
                put(&mut d.facts, "no_window", list(&["APG"]));
                name_others(d, Element::Cause, "no_window");
            },
            findings: &NO_CAUSE,
        },
        Row {
            name: "a cause that is told of what happened",
            change: |d| give(d, Element::WhatHappened, "cause", "without_cause", &["APG"]),
            findings: &[],
        },
    ]);
}

/// Turns every line that says what happened into another.
fn say_nothing(draft: &mut Draft, instead: Element) {
    draft.lines[CUT].said.element = instead;
    draft.lines[WINDOW].said.element = Element::Outlook;
    put(&mut draft.facts, "slipped", list(&[]));
}

#[test]
fn a_text_says_what_happened() {
    hold(&[
        Row {
            name: "it greets, and is sorry",
            change: |d| say_nothing(d, Element::Outlook),
            findings: &[
                "empty | - | page vi | it does not say what happened",
                "empty | - | page en | it does not say what happened",
                "empty | - | sms vi | it does not say what happened",
                "empty | - | sms en | it does not say what happened",
                "empty | - | voice vi | it does not say what happened",
                "empty | - | voice en | it does not say what happened",
            ],
        },
        Row {
            name: "nothing is wrong, and it greets",
            change: |d| {
                say_nothing(d, Element::Outlook);
                put(&mut d.facts, "troubled", list(&[]));
            },
            findings: &[],
        },
        Row {
            name: "it says who is affected",
            change: |d| say_nothing(d, Element::Affected),
            findings: &[],
        },
        Row {
            name: "it owns up to something",
            change: |d| say_nothing(d, Element::Correction),
            findings: &[],
        },
        Row {
            name: "one text alone says nothing of it",
            change: |d| {
                say_nothing(d, Element::Affected);
                d.lines[CUT].must = false;
                for lang in Lang::ALL {
                    leave_out(d, "sms", lang, CUT);
                }
            },
            findings: &[
                "empty | - | sms vi | it does not say what happened",
                "empty | - | sms en | it does not say what happened",
            ],
        },
    ]);
}

#[test]
fn the_sample_prints_what_was_told() {
    let mut draft = draft();
    for (channel, lang) in [("page", Lang::Vi), ("sms", Lang::En), ("voice", Lang::En)] {
        let printed = &place(text_of(&mut draft, channel, lang), WINDOW).spans;
        assert_eq!(printed[0].path, TOLD);
    }
}
