//! Whether something was out before it was taken down as announced. It does not look at parts.

use crate::domain::base::link::LinkState;
use crate::domain::base::time::At;
use crate::domain::network::authority::{self, Word};
use crate::domain::state::incident::Report;

/// The worst that was reported of a link before it was taken down as planned, in the trouble that it is in by these
/// reports; none when it worked until then, or works. With `until`, only what began before that moment counts.
pub fn outage_before_work(reports: &[Report], until: Option<At>) -> Option<LinkState> {
    let mut all: Vec<&Report> = reports.iter().filter(|r| !r.again).collect();
    all.sort_by_key(|r| (r.said.said_at, r.seq));
    let mut worst: Option<LinkState> = None;
    let mut was_taken_down = false;
    for report in all {
        let Some(state) = report.said.state else {
            continue;
        };
        let began = report.said.since.map_or(report.said.said_at, |s| s.at);
        match state {
            LinkState::Up if authority::may_set(report.said.source.kind, Word::Up) => {
                (worst, was_taken_down) = (None, false);
            }
            LinkState::PlannedDown => was_taken_down = true,
            LinkState::Degraded | LinkState::Unstable | LinkState::Down
                if !was_taken_down && until.is_none_or(|u| began < u) =>
            {
                worst = worst.max(Some(state));
            }
            _ => {}
        }
    }
    worst.filter(|_| was_taken_down)
}

#[cfg(test)]
#[path = "before_work_tests.rs"]
mod before_work_tests;
