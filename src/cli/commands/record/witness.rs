//! `saydo record witness`: sends the head of the record outside. When that is due is not decided here.

use serde_json::json;

use crate::cli::commands::publish::with_means;
use crate::cli::output::Output;
use crate::cli::session::Session;
use crate::cli::trouble::{REFUSED, Trouble};
use crate::desk::Journal;
use crate::desk::publishing::witness::{Witnessed, send_witnesses};

pub(super) fn send_head(
    session: &Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let (seq, hash) = (desk.head().seq, desk.head().hash.clone());
    let done = with_means(session, desk, &[], &|_| {}, |desk, means| {
        send_witnesses(desk, false, means)
    })?;
    if done.is_empty() {
        return Err(Trouble::refused(
            "no outlet takes the head of the record",
            vec![
                "`witness: 1d` at an outlet in saydo.yaml, then saydo adopt: docs/record.md".into(),
            ],
        ));
    }
    for (outlet, failed) in &done {
        match failed {
            None => out.line(format!("{outlet} has the head: event {seq}, {hash}.")),
            Some(why) => out.remarks.push(format!("{outlet} has not got it: {why}")),
        }
    }
    let is_bad = done.iter().any(|w| w.1.is_some());
    out.json = json!({ "events": seq, "head": hash, "outlets": to_rows(&done) });
    Ok(if is_bad { REFUSED } else { 0 })
}

/// Each outlet with why it has not got the head, if so.
fn to_rows(done: &[Witnessed]) -> Vec<serde_json::Value> {
    let row = |(outlet, failed): &Witnessed| json!({ "outlet": outlet, "failed": failed });
    done.iter().map(row).collect()
}
