//! Shares of capacity: finds them in a text ("about a third is lost") and verifies them. Counts of links are no shares.

use regex::Regex;

use crate::check::against::number_words::{NUMBERS, NumberWords};
use crate::check::against::reason::Reason;
use crate::check::against::sentence_under_check::SentenceUnderCheck;
use crate::check::against::states::LinkClaims;
use crate::check::against::verified_claim::{ClaimKind, Verdict};
use crate::check::reading::language_files::{PerSpelling, Spelling};
use crate::check::reading::patterns::Patterns;
use crate::check::reading::text::{ends_with_any, is_whole, starts_with_any};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bound {
    Exact,
    About,
    More,
    Less,
}

/// A share of capacity in a text.
#[derive(Debug, Clone, Copy)]
struct Share {
    /// Bytes of the folded text.
    start: usize,
    end: usize,
    percent: f64,
    /// The text says what is left, not what is lost.
    is_left: bool,
    /// Nothing in the clause says whether it is lost or left.
    is_unclear: bool,
    /// It is given in words, so it is rounded.
    is_words: bool,
    bound: Bound,
}

/// How far, in points of per cent, a share may be from the record: in words, in digits, behind "about".
const OFF_IN_WORDS: f64 = 3.0;
const OFF_IN_DIGITS: f64 = 1.0;
const OFF_ABOUT: f64 = 4.5;
/// How far the record may be beyond a bound: "more than half" is not said of nine tenths.
const OFF_BEYOND_BOUND: f64 = 9.0;
/// How far a share in words may be from the record, of which bands of a tenth are public.
const OFF_IN_BAND: f64 = 6.0;

impl Share {
    /// True when the share on record, in per cent, is what the text says.
    fn fits(&self, real: f64) -> bool {
        let off = real - self.percent;
        match self.bound {
            Bound::More => (0.0..=OFF_BEYOND_BOUND).contains(&off),
            Bound::Less => (-OFF_BEYOND_BOUND..=0.0).contains(&off),
            Bound::About => off.abs() <= OFF_ABOUT,
            Bound::Exact if self.is_words => off.abs() <= OFF_IN_WORDS,
            Bound::Exact => off.abs() <= OFF_IN_DIGITS,
        }
    }
}

impl SentenceUnderCheck<'_> {
    pub(super) fn verify_shares(&mut self, links: &LinkClaims) {
        if !self.known.is_closed && self.is_about_payment() {
            return;
        }
        for share in shares_in(self.text, self.p.spelling, self.words) {
            let place = (share.start, share.end);
            if !self.known.is_closed && self.is_of_customers(place) {
                continue;
            }
            let (verdict, what) = self.judge_share(&share, links);
            self.add(ClaimKind::Share, verdict, place, &what, Vec::new());
        }
    }

    /// The capacity lost of which a share speaks: that of the link named in its clause, or of the group.
    fn capacity_lost(&self, share: &Share, links: &LinkClaims) -> Option<f64> {
        let from = self.text[..share.start]
            .rfind([';', '.'])
            .map_or(0, |i| i + 1);
        let named = links
            .names
            .iter()
            .filter(|n| n.start >= from && n.end <= share.start);
        let own = named.rev().find_map(|n| self.known.links[n.link].left);
        own.map(|left| 100.0 - left).or(self.known.lost)
    }

    /// In a row of a table, or where neither a link nor the whole is named: the share of any link.
    fn is_of_any_link(
        &self,
        is_left: bool,
        links: &LinkClaims,
        fits: impl Fn(f64) -> bool,
    ) -> bool {
        let is_named = !links.names.is_empty() || self.words.has("of_group", self.text);
        let mut own = self.known.links.iter().filter_map(|l| l.left);
        !self.known.is_closed
            && !is_named
            && own.any(|left| fits(if is_left { left } else { 100.0 - left }))
    }

    fn judge_share(&self, share: &Share, links: &LinkClaims) -> (Verdict, Reason) {
        let Some(lost) = self.capacity_lost(share, links) else {
            return (Verdict::Unsupported, Reason::plain("no-share"));
        };
        let (real, kind) = if share.is_left {
            (100.0 - lost, "share-left")
        } else {
            (lost, "share-lost")
        };
        // Public texts give a share in bands of a tenth.
        let is_in_band = !self.known.is_closed
            && share.is_words
            && share.bound == Bound::About
            && (real - share.percent).abs() <= OFF_IN_BAND;
        // "APG has lost half, so two fifths of international capacity is missing": the group, behind the name of a link.
        let of_group = self
            .known
            .lost
            .map(|l| if share.is_left { 100.0 - l } else { l });
        let fits_group = of_group.is_some_and(|g| {
            share.fits(g) || share.is_words && (g - share.percent).abs() <= OFF_IN_BAND
        });
        let is_other = fits_group && !self.known.is_closed
            || self.known.group_shares.iter().any(|s| share.fits(*s));
        // "With three fifths of its capacity": lost or left, whichever is so.
        let is_other = is_other
            || share.is_unclear
                && !self.known.is_closed
                && [Some(lost), self.known.lost]
                    .into_iter()
                    .flatten()
                    .any(|l| share.fits(100.0 - l) || share.fits(l));
        let is_other =
            is_other || self.is_of_any_link(share.is_left, links, |real| share.fits(real));
        let verdict = if share.fits(real) || is_in_band || is_other {
            Verdict::Consistent
        } else {
            Verdict::Contradicts
        };
        (verdict, Reason(kind, format!("{real:.0}")))
    }
}

/// The shares of capacity in a folded text, in order.
fn shares_in(text: &str, spelling: Spelling, words: &Patterns) -> Vec<Share> {
    if let Some(share) = phrase_in(text) {
        return vec![share];
    }
    let is_about_capacity = ["capacity", "lost", "left"]
        .iter()
        .any(|name| words.has(name, text));
    if !is_about_capacity {
        return Vec::new();
    }
    let own = NUMBERS.of(spelling.lang);
    let mut raw = percentages_in(text, spelling);
    add_shares_in_words(text, own, words, &mut raw);
    raw.sort_by_key(|r| r.start);
    raw.into_iter().map(|r| r.read(text, own, words)).collect()
}

/// A sentence about capacity without a number: "no capacity is lost".
fn phrase_in(text: &str) -> Option<Share> {
    let phrases = NUMBERS.all().flat_map(|n| &n.phrases);
    let found = phrases.filter_map(|p| Some((p, text.find(&p.is)?))).next();
    let (phrase, start) = found?;
    Some(Share {
        start,
        end: start + phrase.is.len(),
        percent: phrase.left.or(phrase.lost)?,
        is_left: phrase.left.is_some(),
        is_unclear: false,
        is_words: false,
        bound: Bound::Exact,
    })
}

/// A share as it is found, before the words around it are read.
struct RawShare {
    start: usize,
    end: usize,
    percent: f64,
    is_words: bool,
}

fn percentages_in(text: &str, spelling: Spelling) -> Vec<RawShare> {
    static ALL: PerSpelling<Option<Regex>> = PerSpelling::new();
    // A test compiles the pattern of every language.
    let regex = ALL.get_or_build(spelling, |s| Regex::new(&NUMBERS.of(s.lang).percent).ok());
    let found = regex.iter().flat_map(|r| r.captures_iter(text));
    found
        .filter_map(|c| {
            let all = c.get(0)?;
            Some(RawShare {
                start: all.start(),
                end: all.end(),
                percent: c.get(1)?.as_str().replace(',', ".").parse().ok()?,
                is_words: false,
            })
        })
        .collect()
}

fn add_shares_in_words(
    text: &str,
    own: &NumberWords,
    patterns: &Patterns,
    raw: &mut Vec<RawShare>,
) {
    for (word, percent) in &own.shares {
        for (start, w) in text.match_indices(word.as_str()) {
            let end = start + w.len();
            let overlaps = raw.iter().any(|r| start < r.end && r.start < end);
            if !overlaps
                && is_whole(text, start, end)
                && !is_other_share(word, text[end..].trim_start(), patterns)
            {
                raw.push(RawShare {
                    start,
                    end,
                    percent: *percent,
                    is_words: true,
                });
            }
        }
    }
}

/// "Half an hour", "half of our links" are no shares of capacity.
fn is_other_share(word: &str, next: &str, patterns: &Patterns) -> bool {
    let is_of_links = |n: &NumberWords| {
        n.share_of.iter().any(|o| {
            next.strip_prefix(o.as_str()).is_some_and(|rest| {
                !starts_with_any(rest, &n.capacity)
                    && patterns.find("links", rest).is_some_and(|(a, _)| a < 12)
            })
        })
    };
    NUMBERS.all().any(|n| {
        starts_with_any(next, &n.no_share_before)
            || n.no_share_before_digit.iter().any(|w| w == word)
                && next.starts_with(|c: char| c.is_ascii_digit())
            || is_of_links(n)
    })
}

impl RawShare {
    /// Reads the clause around a share: whether it is lost or left, and how it is bounded.
    fn read(&self, text: &str, own: &NumberWords, patterns: &Patterns) -> Share {
        Share {
            start: self.start,
            end: self.end,
            percent: self.percent,
            is_left: self.is_left(text, patterns),
            is_unclear: !["lost", "left"]
                .iter()
                .any(|name| patterns.has(name, self.clause(text))),
            is_words: self.is_words,
            bound: self.bound(text, own),
        }
    }

    /// Where the clause around it begins and ends.
    fn clause_ends(&self, text: &str) -> (usize, usize) {
        let (start, end) = (self.start, self.end);
        let from = text[..start].rfind([';', '.', ':']).map_or(0, |i| i + 1);
        // "Sites remain slow, and a third of the capacity is missing": the one says nothing of the other.
        let joints = NUMBERS.all().flat_map(|n| &n.share_joints);
        let joined = joints.filter_map(|j| text[..start].rfind(j.as_str()).map(|i| i + j.len()));
        let from = joined.max().map_or(from, |at| from.max(at));
        let to = text[end..].find([';', ':']).map_or(text.len(), |i| end + i);
        (from, to)
    }

    fn clause<'t>(&self, text: &'t str) -> &'t str {
        let (from, to) = self.clause_ends(text);
        &text[from..to]
    }

    fn is_left(&self, text: &str, patterns: &Patterns) -> bool {
        let (start, end) = (self.start, self.end);
        let (from, to) = self.clause_ends(text);
        let distance = |name: &str| -> usize {
            let places = patterns.find_all(name, &text[from..to]);
            let distances = places.iter().map(|(a, b)| {
                let (a, b) = (a + from, b + from);
                if b <= start {
                    start - b
                } else {
                    a.saturating_sub(end)
                }
            });
            distances.min().unwrap_or(usize::MAX)
        };
        let (lost, left) = (distance("lost"), distance("left"));
        // "Of our capacity is available": what follows in the same breath says it.
        let follows = |name: &str| {
            patterns
                .find(name, &text[end..to])
                .is_some_and(|(a, _)| a < 30)
        };
        if patterns.has("lost_behind", &text[end..to]) {
            return false;
        }
        left < lost || follows("left") && !follows("lost") && lost > 4
    }

    fn bound(&self, text: &str, own: &NumberWords) -> Bound {
        let before = text[..self.start].trim_end();
        let is_more = ends_with_any(before, &own.more)
            || starts_with_any(&text[self.start..self.end], &own.more_begins);
        if is_more {
            Bound::More
        } else if ends_with_any(before, &own.less) {
            Bound::Less
        } else if self.is_words || ends_with_any(before, &own.about) {
            Bound::About
        } else {
            Bound::Exact
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::reading::language_files::read_languages;

    #[test]
    fn the_pattern_of_per_cents_compiles_in_every_language() {
        for lang in read_languages() {
            let error = Regex::new(&NUMBERS.of(lang).percent).err();
            assert!(error.is_none(), "{lang}: {error:?}");
        }
    }
}
