//! What people heard before, in texts of every length: the rules owning-up and in-force. What is owed at all is
//! in `told`, and owning up in a text at length in `duties`.

use super::rows::*;
use super::sample::*;
use crate::domain::base::lang::Lang;
use crate::domain::base::value::Value;
use crate::domain::config::line::Element;
use crate::domain::record::rendition::Placed;
use crate::domain::speech::draft::{Draft, DraftLine};

const TOLD: &str = "links.AAG.told_window";

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
    for lang in [Lang::Vi, Lang::En] {
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
                for lang in [Lang::Vi, Lang::En] {
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
                for lang in [Lang::Vi, Lang::En] {
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
                for lang in [Lang::Vi, Lang::En] {
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
                d.lines[WINDOW].mandatory = true;
                d.lines[WINDOW].said.it = Some("AAG".into());
            },
            findings: &[],
        },
        Row {
            name: "of one of a list, and nothing is said in sum",
            change: |d| {
                sum_up(d);
                d.lines[WINDOW].mandatory = true;
                d.lines[WINDOW].said.it = Some("AAG".into());
                d.lines[ADDED].sums_up = false;
            },
            findings: &[
                NOT_ON_SMS_VI,
                NOT_ON_SMS_EN,
                "must | - | sms vi | line \"window\" must be in every channel and has no form for sms in each language: add `short`, `unaccented` or `spoken`, or put the incident under the newer text of its playbook",
                "must | - | sms en | line \"window\" must be in every channel and has no form for sms in each language: add `short`, `unaccented` or `spoken`, or put the incident under the newer text of its playbook",
            ],
        },
        Row {
            name: "of no list",
            change: |d| {
                sum_up(d);
                d.lines[WINDOW].mandatory = true;
            },
            findings: &[
                "must | - | sms vi | line \"window\" must be in every channel and has no form for sms in each language: add `short`, `unaccented` or `spoken`, or put the incident under the newer text of its playbook",
                "must | - | sms en | line \"window\" must be in every channel and has no form for sms in each language: add `short`, `unaccented` or `spoken`, or put the incident under the newer text of its playbook",
            ],
        },
        Row {
            name: "of one of a list that is no correction",
            change: |d| {
                sum_up(d);
                let mut own = line(&d.facts, "each", Element::Affected, &[]);
                own.mandatory = true;
                own.said.it = Some("AAG".into());
                add(d, own, &["page", "voice"]);
            },
            findings: &[
                "must | - | sms vi | line \"each\" must be in every channel and has no form for sms in each language: add `short`, `unaccented` or `spoken`, or put the incident under the newer text of its playbook",
                "must | - | sms en | line \"each\" must be in every channel and has no form for sms in each language: add `short`, `unaccented` or `spoken`, or put the incident under the newer text of its playbook",
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
            for lang in [Lang::Vi, Lang::En] {
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
                for lang in [Lang::Vi, Lang::En] {
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

#[test]
fn the_sample_prints_what_was_told() {
    let mut draft = draft();
    for (channel, lang) in [("page", Lang::Vi), ("sms", Lang::En), ("voice", Lang::En)] {
        let printed = &place(text_of(&mut draft, channel, lang), WINDOW).spans;
        assert_eq!(printed[0].path, TOLD);
    }
}
