//! What has to be said: the rules owning-up and must. What is owed at all is in `told`, what a short channel owes in `heard`.

use super::rows::*;
use super::sample::*;
use crate::domain::base::lang::{Lang, Texts};
use crate::domain::base::next_step::{NextStep, ReportWanted};
use crate::domain::config::line::Element;
use crate::domain::facts::missing::MissingFact;
use crate::domain::record::rendition::Also;
use crate::domain::speech::draft::{Draft, Withheld};

static NOT_OWNED_UP: [&str; 6] = [
    "owning-up | - | page vi | no line owns up to the repair window of AAG that was told: the playbook needs a line with `element: correction` for page that prints links.AAG.told_window",
    "owning-up | - | page en | no line owns up to the repair window of AAG that was told: the playbook needs a line with `element: correction` for page that prints links.AAG.told_window",
    "owning-up | - | sms vi | no line owns up to the repair window of AAG that was told: the playbook needs a line with `element: correction` for sms that prints links.AAG.told_window",
    "owning-up | - | sms en | no line owns up to the repair window of AAG that was told: the playbook needs a line with `element: correction` for sms that prints links.AAG.told_window",
    "owning-up | - | voice vi | no line owns up to the repair window of AAG that was told: the playbook needs a line with `element: correction` for voice that prints links.AAG.told_window",
    "owning-up | - | voice en | no line owns up to the repair window of AAG that was told: the playbook needs a line with `element: correction` for voice that prints links.AAG.told_window",
];

/// Adds a second incident whose repair window of AAG slipped too.
fn add_second_slip(draft: &mut Draft) {
    let mut other = no_facts("INC-2");
    put(&mut other, "slipped", list(&["AAG"]));
    let told = draft.facts.value("links.AAG.told_window").cloned();
    put(&mut other, "links.AAG.told_window", told.unwrap());
    draft.more.push(other);
}

#[test]
fn what_was_told_and_does_not_hold_is_owned_up_to_in_every_text() {
    hold(&[
        Row {
            name: "one channel says nothing of it",
            change: |d| {
                for lang in [Lang::Vi, Lang::En] {
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
            name: "a correction that reads it and does not print it",
            change: |d| {
                for r in &mut d.renditions {
                    place(r, WINDOW).spans.clear();
                }
            },
            findings: &NOT_OWNED_UP,
        },
        Row {
            name: "a correction about another incident",
            change: |d| d.lines[WINDOW].said.incident = Some("INC-2".into()),
            findings: &NOT_OWNED_UP,
        },
        Row {
            name: "a correction about one of the incidents that the facts are about",
            change: |d| {
                d.facts.incidents.push("INC-2".into());
                d.lines[WINDOW].said.incident = Some("INC-1".into());
            },
            findings: &[],
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
    fn hold_back(draft: &mut Draft, mandatory: bool) {
        draft.withheld.push(Withheld {
            incident: None,
            line: "safety".into(),
            it: None,
            not_yet: Texts::default(),
            reasons: vec![
                MissingFact::from_untranslated(
                    "nobody checked the site",
                    NextStep::Report {
                        links: "HUE".into(),
                        what: ReportWanted::UpByAnybody,
                    },
                ),
                MissingFact::from_untranslated("the permit is missing", None),
            ],
            mandatory,
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
                for lang in [Lang::Vi, Lang::En] {
                    leave_out(d, "voice", lang, CUT);
                }
            },
            findings: &[
                "must | - | voice vi | line \"cut\" must be in every channel and has no form for voice in each language: add `short`, `unaccented` or `spoken`, or put the incident under the newer text of its playbook",
                "must | - | voice en | line \"cut\" must be in every channel and has no form for voice in each language: add `short`, `unaccented` or `spoken`, or put the incident under the newer text of its playbook",
            ],
        },
    ]);
}
