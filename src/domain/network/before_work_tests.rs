//! Reports in order, and the outage that was there before something was taken down as planned. It reads no network.

use super::outage_before_work;
use crate::domain::base::link::LinkState;
use crate::domain::state::incident::Report;
use crate::testing::at;

fn report(seq: u64, time: &str, state: LinkState) -> Report {
    let said = serde_json::json!({
        "link": "A", "state": state, "source": { "kind": "own-check" }, "said_at": at(time),
    });
    Report {
        seq,
        at: at(time),
        again: false,
        said: serde_json::from_value(said).unwrap(),
    }
}

#[test]
fn what_was_out_and_not_back_was_out_before_the_work() {
    use LinkState::{Degraded, Down, PlannedDown, Up};
    type Row<'a> = (
        &'a [(&'a str, LinkState)],
        Option<&'a str>,
        Option<LinkState>,
    );
    let rows: &[Row<'_>] = &[
        (&[("08:00", Down), ("10:00", PlannedDown)], None, Some(Down)),
        (
            &[("08:00", Down), ("09:00", Up), ("10:00", PlannedDown)],
            None,
            None,
        ),
        (
            &[("08:00", Down), ("09:00", Degraded), ("10:00", PlannedDown)],
            None,
            Some(Down),
        ),
        (&[("10:00", PlannedDown)], None, None),
        // Nobody took it down: it is simply out.
        (&[("08:00", Down)], None, None),
        // What broke during the work was not out before it.
        (
            &[
                ("10:00", PlannedDown),
                ("11:00", Down),
                ("12:00", PlannedDown),
            ],
            None,
            None,
        ),
        // Monitoring saw the work itself first.
        (
            &[("10:02", Down), ("10:05", PlannedDown)],
            Some("10:00"),
            None,
        ),
        (
            &[("09:58", Down), ("10:05", PlannedDown)],
            Some("10:00"),
            Some(Down),
        ),
    ];
    for (said, until, wanted) in rows {
        let reports = said.iter().enumerate();
        let reports: Vec<Report> = reports
            .map(|(n, (time, state))| report(n as u64 + 1, time, *state))
            .collect();
        assert_eq!(
            outage_before_work(&reports, until.map(at)),
            *wanted,
            "{said:?}"
        );
    }
}
