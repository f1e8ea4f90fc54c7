//! Ranges for what lines approved in advance may print: which values of a fact were foreseen. It approves nothing.

use std::collections::BTreeMap;

use crate::domain::base::decimal::{Decimal, Share};
use crate::domain::base::time::Period;
use crate::domain::base::value::Value;
use crate::domain::record::rendition::SaidLine;

/// The last part of a path: what is said, of whichever link.
fn last_segment(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// True when a pattern such as `links.*.since`, or the end of a path such as `since`, means this path.
pub fn pattern_matches(pattern: &str, path: &str) -> bool {
    let wanted: Vec<&str> = pattern.split('.').collect();
    let parts: Vec<&str> = path.split('.').collect();
    wanted.len() <= parts.len()
        && wanted
            .iter()
            .rev()
            .zip(parts.iter().rev())
            .all(|(w, p)| *w == "*" || w == p)
}

/// True when a pattern can mean one of the names that templates print.
pub fn is_printed(pattern: &str, names: &[String]) -> bool {
    names
        .iter()
        .any(|n| last_segment(pattern) == last_segment(n) || last_segment(pattern) == "*")
}

/// A number, share or length of time, as one kind of number.
fn read_number(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Ok(d) = text.parse::<Decimal>() {
        return Some(d.thousandths());
    }
    if let Ok(s) = text.parse::<Share>() {
        return Some(i64::from(s.permille()) * 10);
    }
    text.parse::<Period>()
        .ok()
        .map(|p| p.to_duration().num_seconds())
}

/// What is wrong with a range, if anything: alternatives by comma, each a value or `FROM..TO`.
pub fn find_range_fault(range: &str) -> Option<String> {
    range.split(',').find_map(|one| {
        let one = one.trim();
        if one.is_empty() {
            return Some("a value is missing".into());
        }
        let (from, to) = one.split_once("..")?;
        match (read_number(from), read_number(to)) {
            (Some(a), Some(b)) if a <= b => None,
            (Some(_), Some(_)) => Some(format!("{one} ends before it begins")),
            _ => Some(format!(
                "{one} is no range of numbers, shares or lengths of time"
            )),
        }
    })
}

fn is_in(range: &str, plain: &str) -> bool {
    range.split(',').map(str::trim).any(|one| {
        if let Some((from, to)) = one.split_once("..") {
            let (from, to, is) = (read_number(from), read_number(to), read_number(plain));
            return matches!((from, to, is), (Some(a), Some(b), Some(n)) if a <= n && n <= b);
        }
        one == plain
    })
}

/// True when a value was foreseen; of a list, every entry.
pub fn is_within_range(range: &str, value: &Value) -> bool {
    match value {
        Value::List(all) => all.iter().all(|n| is_in(range, &n.id)),
        other => is_in(range, &other.to_plain_text()),
    }
}

/// The first thing that a line prints or asserts outside of what was foreseen: path and value.
pub fn find_value_outside(
    slots: &BTreeMap<String, String>,
    line: &SaidLine,
) -> Option<(String, String)> {
    line.claims.iter().find_map(|path| {
        let value = line.reads.get(path)?;
        let is_out = slots.iter().any(|(pattern, range)| {
            pattern_matches(pattern, path) && !is_within_range(range, value)
        });
        is_out.then(|| (path.clone(), value.to_plain_text()))
    })
}

#[cfg(test)]
mod tests {
    use super::{find_range_fault, is_in, pattern_matches};

    #[test]
    fn ranges_and_paths() {
        for (range, value, is) in [
            ("1..3", "2", true),
            ("1..3", "4", false),
            ("10%..50%", "33%", true),
            ("10%..50%", "67%", false),
            ("30m..4h", "2h", true),
            ("AAG,APG", "APG", true),
            ("AAG,APG", "IA", false),
        ] {
            assert_eq!(is_in(range, value), is, "{range} {value}");
        }
        assert!(pattern_matches("links.*.since", "links.AAG.since"));
        assert!(pattern_matches("since", "links.AAG.since"));
        assert!(!pattern_matches("since", "links.AAG.state"));
        assert!(find_range_fault("3..1").is_some());
        assert!(find_range_fault("a..b").is_some());
        assert!(find_range_fault("1..2,").is_some());
        assert!(find_range_fault("AAG, 1..2").is_none());
    }
}

#[cfg(test)]
#[path = "slot_tests.rs"]
mod slot_tests;
