//! When a promise falls due, in the words of the text: the last time that says so. A period that is paid for, how long
//! a gift is valid, a condition, and what has passed are no deadlines. The words are not read into a date here.

use serde::Deserialize;

use crate::check::reading::features::Parsed;
use crate::check::reading::language_files::PerLanguage;
use crate::check::reading::text::{contains_any, ends_with_any, last_word_of, starts_with_any};
use crate::check::reading::time_mentions::{Kind, TimeMention};

/// Bytes of the folded text.
pub type Place = (usize, usize);

/// The file `deadlines.yaml`; what each list means is said there.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct DeadlineWords {
    stamps: Stamps,
    within: Vec<String>,
    limits: Limits,
    gone: Vec<String>,
    gone_unmarked: Vec<String>,
    condition_begins: Vec<String>,
    condition_only_if_followed: Vec<String>,
    short_condition: usize,
    clause_marks: Vec<String>,
    condition_after: Vec<String>,
    limit_after: Vec<String>,
    until: Vec<String>,
    until_in_range: bool,
    until_is_due_for: Vec<String>,
    paid_for: Vec<String>,
    paid_unless_clock: bool,
    paid_unless_after: Vec<String>,
    paid_when_after: Vec<String>,
    paid_when_begins: Vec<String>,
    paid_when_has: Vec<String>,
    bill_after: Vec<String>,
    length_before: Vec<String>,
    part_before: Vec<String>,
    range_openers: Vec<String>,
    length_openers: Vec<String>,
    length_opened_unless: Vec<String>,
    whole_times: Vec<WholeTime>,
    leads: Vec<String>,
    leads_stay_before: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stamps {
    before_words: bool,
    unless_before: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    length_after: Vec<String>,
    length_begins: Vec<String>,
    length_has: Vec<String>,
    until: Vec<String>,
    until_not_length: Vec<String>,
    words: Vec<String>,
    begins: Vec<String>,
}

/// Words of a time that are whole only with the word in front of them.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct WholeTime {
    words: String,
    behind: String,
}

static WORDS: PerLanguage<DeadlineWords> = PerLanguage::new(|f| f.deadlines);

/// A time of a sentence with the text around it.
struct Candidate<'a> {
    mention: &'a TimeMention,
    parsed: &'a Parsed,
    words: &'static DeadlineWords,
    /// The kind of promise, as the classifier names it.
    kind: &'a str,
    /// The text in front of the time, without the white space at its end.
    before: &'a str,
    own: &'a str,
    /// The text behind the time, without the white space at its beginning.
    after: &'a str,
}

/// The words that say when a promise of this kind falls due.
pub fn due(p: &Parsed, kind: &str) -> Option<Place> {
    let all: Vec<Candidate<'_>> = p
        .moments
        .iter()
        .map(|m| Candidate::new(p, m, kind))
        .collect();
    if kind == "guarantee" && !all.iter().any(Candidate::is_limit) {
        return None;
    }
    let fitting: Vec<&Candidate<'_>> = all.iter().filter(|c| c.is_due()).collect();
    Some(pick(&fitting)?.place())
}

/// The last; but a length of time gives way to a time after it was said ("for two hours at 14:00").
fn pick<'a>(fitting: &[&'a Candidate<'a>]) -> Option<&'a Candidate<'a>> {
    let last = fitting.last().copied()?;
    if last.is_length()
        && last.kind != "guarantee"
        && !last.is_within()
        && let Some(other) = fitting.iter().rev().find(|c| !c.is_length())
    {
        return Some(other);
    }
    Some(last)
}

impl<'a> Candidate<'a> {
    fn new(parsed: &'a Parsed, mention: &'a TimeMention, kind: &'a str) -> Candidate<'a> {
        let text = &parsed.folded.text;
        Candidate {
            mention,
            parsed,
            words: WORDS.of(parsed.spelling.lang),
            kind,
            before: text[..mention.start].trim_end(),
            own: &text[mention.start..mention.end],
            after: text[mention.end..].trim_start(),
        }
    }

    fn is_due(&self) -> bool {
        let is_throughout = WORDS
            .all()
            .any(|w| starts_with_any(self.own, &w.limits.begins));
        !self.is_stamp()
            && (self.kind == "guarantee" || !is_throughout)
            && !self.has_passed()
            && !self.is_condition()
            && !self.is_beside()
    }

    /// The time is a length and nothing else.
    fn is_length(&self) -> bool {
        self.mention.kinds.as_slice() == [Kind::Span]
    }

    fn is_within(&self) -> bool {
        ends_with_any(self.before, &self.words.within)
    }

    fn ends_with_word(&self, words: &[String]) -> bool {
        last_word_of(self.before, words).is_some()
    }

    /// A line of a log begins with the time at which it was written.
    fn is_stamp(&self) -> bool {
        let stamps = &self.words.stamps;
        self.mention.start == 0
            && self.mention.kinds.as_slice() == [Kind::Clock]
            && (self.after.starts_with('-')
                || stamps.before_words
                    && self.after.trim_end().len() > 12
                    && !starts_with_any(self.after, &stamps.unless_before))
    }

    /// A limit that can be tested: "for no longer than two hours".
    fn is_limit(&self) -> bool {
        let limits = &self.words.limits;
        let has_length = self.mention.has(Kind::Span);
        has_length
            && (ends_with_any(self.before, &limits.length_after)
                || starts_with_any(self.own, &limits.length_begins)
                || contains_any(self.own, &limits.length_has))
            || !has_length && ends_with_any(self.before, &limits.until_not_length)
            || ends_with_any(self.before, &limits.until)
            || limits.words.iter().any(|w| w == self.own)
            || starts_with_any(self.own, &limits.begins)
    }

    fn has_passed(&self) -> bool {
        let gone = if self.parsed.spelling.is_plain {
            &self.words.gone_unmarked
        } else {
            &self.words.gone
        };
        contains_any(self.own, gone)
    }

    /// The time is part of a condition: "if it is not back by six, ...", "nếu quá 24 giờ ...".
    fn is_condition(&self) -> bool {
        let text = &self.parsed.folded.text;
        let before = &text[..self.mention.start];
        // The clause of the time, from the last comma or the beginning.
        let clause = before.rfind([',', ';', ':', '(', '"']).map_or(0, |i| i + 1);
        let own = before[clause..].trim_start();
        let rest = &text[self.mention.end..];
        let is_followed =
            rest.contains([',', ';']) || WORDS.all().any(|w| contains_any(rest, &w.clause_marks));
        let w = self.words;
        if starts_with_any(own, &w.condition_begins)
            && (is_followed || clause > 0 || own.len() < w.short_condition)
        {
            return is_followed || !starts_with_any(own, &w.condition_only_if_followed);
        }
        !ends_with_any(self.before, &w.limit_after) && self.ends_with_word(&w.condition_after)
    }

    /// The time says what is paid for or how long something is given, not when.
    fn is_beside(&self) -> bool {
        let w = self.words;
        let is_until =
            self.ends_with_word(&w.until) && (w.until_in_range || self.mention.last.is_none());
        if is_until && !w.until_is_due_for.iter().any(|k| k == self.kind) {
            return true;
        }
        if self.kind == "compensation"
            && let Some(is_beside) = self.is_beside_payment()
        {
            return is_beside;
        }
        // "Five working days' notice", "two hours of work".
        let follows = |list: fn(&DeadlineWords) -> &[String]| {
            WORDS.all().any(|w| starts_with_any(self.after, list(w)))
        };
        follows(|w| &w.length_before) && self.is_length() || follows(|w| &w.part_before)
    }

    /// Whether a time beside a payment says what is paid for; none when the words around it leave that open.
    fn is_beside_payment(&self) -> Option<bool> {
        let w = self.words;
        if !w.paid_when_after.is_empty()
            && !self.mention.has(Kind::Bill)
            && !self.ends_with_word(&w.paid_when_after)
            && !starts_with_any(self.own, &w.paid_when_begins)
            && !contains_any(self.own, &w.paid_when_has)
        {
            return Some(true);
        }
        let is_period = self.is_length() || self.mention.kinds.as_slice() == [Kind::Month];
        if is_period && !self.is_within() {
            return Some(true);
        }
        let is_paid_for = self.ends_with_word(&w.paid_for)
            && !(w.paid_unless_clock && self.mention.has(Kind::Clock))
            && !ends_with_any(self.before, &w.paid_unless_after);
        if is_paid_for {
            return Some(true);
        }
        (self.mention.kinds.as_slice() == [Kind::Bill])
            .then(|| !w.bill_after.is_empty() && !self.ends_with_word(&w.bill_after))
    }

    /// The words: of a range whose ends are whole by themselves, the last end; with "from" or "between" otherwise.
    fn place(&self) -> Place {
        let (m, w) = (self.mention, self.words);
        if m.has_whole_ends()
            && let Some(last) = m.last
        {
            return (last, m.end);
        }
        let mut start = m.start;
        if m.last.is_some()
            && let Some(opener) = last_word_of(self.before, &w.range_openers)
        {
            start = self.before.len() - opener.len();
        }
        if self.is_length()
            && !contains_any(self.own, &w.length_opened_unless)
            && let Some(opener) = last_word_of(self.before, &w.length_openers)
        {
            start = self.before.len() - opener.len();
        }
        let words = &self.parsed.folded.text[start..m.end];
        let whole = WORDS.all().flat_map(|w| &w.whole_times);
        for time in whole {
            if time.words == words && self.before.ends_with(&time.behind) {
                start = self.before.len() - time.behind.len();
            }
        }
        (start + lead_of(words), m.end)
    }
}

/// The length of a word at the beginning of a time that does not belong to it: "trước 17h" falls due at 17h.
fn lead_of(words: &str) -> usize {
    let leads = WORDS.all().flat_map(|w| &w.leads);
    let stays = |rest: &str| {
        WORDS
            .all()
            .any(|w| w.leads_stay_before.iter().any(|s| s == rest))
    };
    leads
        .filter(|lead| words.strip_prefix(lead.as_str()).is_some_and(|r| !stays(r)))
        .map(String::len)
        .next()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deadline_files_are_read() {
        WORDS.assert_read();
    }
}
