//! In which zone a time of a text is meant. It reads no time (`times`).

use chrono::FixedOffset;

use crate::check::against::sentence_under_check::SentenceUnderCheck;
use crate::check::against::verify_words::{self, VERIFY};
use crate::check::reading::text::char_start;
use crate::check::reading::time_mentions::TimeMention;

/// How far behind a time its zone may be named, in bytes.
const ZONE_REACH: usize = 14;

impl SentenceUnderCheck<'_> {
    /// The zone of a time: the one named right behind it, or else, where no time has its own, the one that the sentence names.
    pub(super) fn zone_of(&self, mention: &TimeMention) -> Option<FixedOffset> {
        let own = |m: &TimeMention| {
            let until = char_start(self.text, self.text.len().min(m.end + ZONE_REACH)).max(m.end);
            let behind = self.text.get(m.start..until)?;
            // The zone of the next time is none of this one.
            let next = self.p.moments.iter().find(|n| n.start >= m.end);
            let stop = next.map_or(until, |n| n.start.min(until));
            named_zone(behind.get(..stop - m.start)?)
        };
        if let Some(zone) = own(mention) {
            return Some(zone);
        }
        let has_own = !self.known.is_closed && self.p.moments.iter().any(|m| own(m).is_some());
        if has_own {
            return None;
        }
        // "0400Z" and "120400z".
        let has_zulu = self.p.moments.iter().any(|m| {
            let words = &self.text[m.start..m.end];
            words.contains('z') && words.bytes().filter(u8::is_ascii_digit).count() >= 4
        });
        let utc = || FixedOffset::east_opt(0).filter(|_| has_zulu);
        named_zone(self.text).or_else(utc)
    }
}

/// The time zone that words name.
fn named_zone(words: &str) -> Option<FixedOffset> {
    let all = VERIFY.all().flat_map(|v| &v.zones);
    let mut named = all.filter(|(name, _)| words.contains(name.as_str()));
    match named.next() {
        Some((_, minutes)) => FixedOffset::east_opt(minutes * 60),
        None if verify_words::has_word_of(words, |v| &v.utc) => FixedOffset::east_opt(0),
        None => None,
    }
}
