//! A warning outlives the playbook that gave it.

use crate::testing::shipped;

#[test]
fn the_warning_of_a_storm_is_kept_by_the_playbook_that_takes_over() {
    let (storm, ..) = shipped::playbook("backbone-cut");
    let (core, ..) = shipped::playbook("core-failure");
    assert_eq!(
        storm.safety_facts().into_iter().collect::<Vec<_>>(),
        ["danger"]
    );
    assert!(core.safety_facts().is_empty());
    let lines = core.file.lines.len();
    let kept = core.clone().with_warnings_of(&storm);
    assert!(kept.file.facts.contains_key("danger"));
    assert!(
        !kept.file.facts.contains_key("access"),
        "no danger by itself"
    );
    assert_eq!(kept.file.safety, storm.file.safety);
    assert_eq!(kept.file.lines.len(), lines + 1);
    assert!(kept.find_line("safety").is_some());
    assert!(kept.file.points.iter().any(|p| p.id == "storm-safety"));
    // It is kept once, and by itself nothing changes.
    assert_eq!(kept.clone().with_warnings_of(&storm), kept);
    assert_eq!(storm.clone().with_warnings_of(&core), storm);
}
