//! Each state to show, by what was reported and by the stage of announced work. It reads no record.

use super::{Circumstances, ShownState, Stage, foreign_token};
use crate::domain::base::link::LinkState;

const QUIET: Circumstances = Circumstances {
    stage: Stage::Fault,
    is_older_than_work: false,
    was_out_before: None,
    is_not_by_work: false,
};

/// One row for each stage: what is shown of something up, unreported, at risk, degraded, unstable, taken down, down.
#[test]
fn each_state_follows_from_the_report_and_the_stage_of_work() {
    use ShownState::{AtRisk, Degraded, Down, Maintenance, NotReported, Working};
    let rows = [
        (
            Stage::Fault,
            [
                Some(Working),
                Some(NotReported),
                Some(AtRisk),
                Some(Degraded),
                Some(Degraded),
                Some(Maintenance),
                Some(Down),
            ],
        ),
        // Before its hours announced work takes nothing out, and hides nothing.
        (
            Stage::Ahead,
            [
                Some(Working),
                None,
                Some(AtRisk),
                Some(Degraded),
                Some(Degraded),
                Some(Maintenance),
                Some(Down),
            ],
        ),
        (
            Stage::InWork,
            [
                Some(Working),
                Some(Maintenance),
                Some(AtRisk),
                Some(Maintenance),
                Some(Maintenance),
                Some(Maintenance),
                Some(Maintenance),
            ],
        ),
        (
            Stage::Overrun,
            [
                Some(Working),
                Some(NotReported),
                Some(AtRisk),
                Some(Degraded),
                Some(Degraded),
                Some(Down),
                Some(Down),
            ],
        ),
        // What is called off takes nothing out, and excuses nothing.
        (
            Stage::CalledOff,
            [
                Some(Working),
                None,
                Some(AtRisk),
                Some(Degraded),
                Some(Degraded),
                Some(Down),
                Some(Down),
            ],
        ),
    ];
    let reported = [
        LinkState::Up,
        LinkState::Unreported,
        LinkState::AtRisk,
        LinkState::Degraded,
        LinkState::Unstable,
        LinkState::PlannedDown,
        LinkState::Down,
    ];
    for (stage, wanted) in rows {
        let around = Circumstances { stage, ..QUIET };
        let shown = reported.map(|state| around.shown_state(state));
        assert_eq!(shown, wanted, "{stage:?}");
    }
}

#[test]
fn planned_work_hides_no_outage_that_was_there_before_it() {
    let older = Circumstances {
        stage: Stage::InWork,
        is_older_than_work: true,
        ..QUIET
    };
    assert_eq!(older.shown_state(LinkState::Down), Some(ShownState::Down));
    for stage in [Stage::Fault, Stage::Ahead, Stage::InWork, Stage::Overrun] {
        let out = Circumstances {
            stage,
            was_out_before: Some(LinkState::Down),
            ..QUIET
        };
        assert_eq!(
            out.shown_state(LinkState::PlannedDown),
            Some(ShownState::Down),
            "{stage:?}"
        );
    }
    let slow = Circumstances {
        was_out_before: Some(LinkState::Unstable),
        ..QUIET
    };
    assert_eq!(
        slow.shown_state(LinkState::PlannedDown),
        Some(ShownState::Degraded)
    );
}

#[test]
fn a_word_from_before_the_work_says_nothing_of_its_hours() {
    let around = |stage| Circumstances {
        stage,
        is_older_than_work: true,
        ..QUIET
    };
    let up = |stage| around(stage).shown_state(LinkState::Up);
    assert_eq!(up(Stage::Ahead), Some(ShownState::Working));
    assert_eq!(up(Stage::InWork), Some(ShownState::Maintenance));
    assert_eq!(up(Stage::Overrun), Some(ShownState::NotReported));
}

#[test]
fn work_that_was_told_to_interrupt_nothing_excuses_no_interruption() {
    let told = Circumstances {
        stage: Stage::InWork,
        is_not_by_work: true,
        ..QUIET
    };
    assert_eq!(told.shown_state(LinkState::Down), Some(ShownState::Down));
}

/// What nobody reported is neither an outage nor service, in words that have five states too.
#[test]
fn what_others_have_no_word_for_is_neither_well_nor_out() {
    for state in ShownState::ALL {
        let foreign = foreign_token(Some(state));
        let is_untold = matches!(
            state,
            ShownState::NotReported | ShownState::PossiblyAffected
        );
        let claims_a_report = foreign == "operational" || foreign.ends_with("outage");
        assert!(!(is_untold && claims_a_report), "{state}: {foreign}");
        assert_eq!(
            foreign == "operational",
            matches!(state, ShownState::Working | ShownState::AtRisk),
            "{state}"
        );
        assert_eq!(
            foreign.ends_with("outage"),
            state == ShownState::Down,
            "{state}"
        );
    }
    assert_eq!(foreign_token(None), "operational");
}

/// Every state has words of its own, in every language.
#[test]
fn no_two_states_have_the_same_words() {
    use crate::domain::base::lang::Lang;
    use crate::languages::Subject;
    for lang in Lang::ALL {
        let word = |key: &str| lang.shipped_words().find_word(Subject::Page, key).unwrap();
        let keys = ShownState::ALL.map(|s| format!("state_{s}"));
        let mut words: Vec<&str> = keys.iter().map(|k| word(k)).collect();
        words.push(word("state_none"));
        let all = words.len();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), all, "{words:?}");
    }
}
