//! Holding a sentence against what is known: backed, contradicted, or nothing says so.

use chrono::FixedOffset;
use serde::Serialize;

use crate::check::clockface::{Compared, compare, parts};
use crate::check::features::{Parsed, parse};
use crate::check::known::{Cause, Known, KnownTime, State};
use crate::check::moments::{Kind, Moment};
use crate::check::patterns::{Patterns, causes};
use crate::check::reader::{Reading, read_parsed};
use crate::check::words::is_whole;
use crate::domain::lang::Lang;

/// How a claim stands against what is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Everything follows from it.
    Consistent,
    /// Nothing says so.
    Unsupported,
    /// It says something else.
    Contradicts,
}

/// One claim of a sentence, held.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Held {
    /// What it claims: `state`, `count`, `share`, `cause`, `restoration-time`, `next-update`, `vouchers`, `start`,
    /// `commitment`, `place`.
    pub claim: &'static str,
    /// How it stands.
    pub verdict: Verdict,
    /// Where, in bytes of the sentence.
    pub start: usize,
    /// To, exclusive.
    pub end: usize,
    /// What is known instead, or that nothing is.
    pub what: String,
    /// The events that say so.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<u64>,
}

/// Holds one sentence.
pub fn hold(sentence: &str, lang: Lang, known: &Known) -> (Reading, Vec<Held>) {
    let parsed = parse(sentence, lang);
    let reading = read_parsed(&parsed, sentence);
    let mut holder = Holder {
        text: &parsed.folded.text,
        p: &parsed,
        known,
        words: Patterns::of(lang, parsed.is_plain),
        held: Vec::new(),
    };
    holder.states();
    holder.shares();
    holder.cause();
    holder.times(&reading);
    holder.vouchers();
    holder.rest(sentence, &reading);
    let mut held = holder.held;
    for h in &mut held {
        (h.start, h.end) = parsed.folded.original(h.start, h.end);
    }
    held.sort_by_key(|h| h.start);
    (reading, held)
}

/// The worst of some verdicts.
pub fn worst<'a>(held: impl IntoIterator<Item = &'a Held>) -> Verdict {
    held.into_iter()
        .map(|h| h.verdict)
        .max()
        .unwrap_or(Verdict::Consistent)
}

struct Holder<'a> {
    text: &'a str,
    p: &'a Parsed,
    known: &'a Known,
    words: &'static Patterns,
    held: Vec<Held>,
}

/// A number that counts links.
#[derive(Debug, Clone, Copy)]
struct Count {
    start: usize,
    end: usize,
    /// How many; none is all.
    n: Option<usize>,
    /// Of how many.
    of: Option<usize>,
    /// "None".
    is_none: bool,
}

impl Holder<'_> {
    fn add(
        &mut self,
        claim: &'static str,
        verdict: Verdict,
        place: (usize, usize),
        what: String,
        events: Vec<u64>,
    ) {
        self.held.push(Held {
            claim,
            verdict,
            start: place.0,
            end: place.1,
            what,
            events,
        });
    }

    fn lang(&self) -> Lang {
        self.p.lang
    }

    /// Words of state, without those that speak of what is to come.
    fn state_words(&self) -> Vec<(usize, usize, State)> {
        let mut found: Vec<(usize, usize, State)> = Vec::new();
        for (name, state) in [
            ("degraded", State::Degraded),
            ("down", State::Down),
            ("restored", State::Restored),
            ("up", State::Up),
        ] {
            for (a, b) in self.words.all(name, self.text) {
                let overlaps = found.iter().any(|(x, y, _)| a < *y && *x < b);
                if !overlaps && is_whole(self.text, a, b) {
                    found.push((a, b, state));
                }
            }
        }
        found.retain(|(a, _, _)| {
            let from = self.text[..*a]
                .rfind([',', ';', ':', '.'])
                .map_or(0, |i| i + 1);
            let from = from.max(a.saturating_sub(70));
            let from = (from..=*a)
                .find(|i| self.text.is_char_boundary(*i))
                .unwrap_or(*a);
            let before = &self.text[from..*a];
            let joined = before
                .rfind(" and ")
                .or(before.rfind(" but "))
                .map_or(before, |i| &before[i..]);
            !self.words.has("future", joined)
        });
        found.sort_by_key(|(a, ..)| *a);
        found
    }

    /// Where what was said before no longer counts: a semicolon, "while", "but".
    fn segment(&self, at: usize) -> (usize, usize) {
        let joints: &[&str] = match self.lang() {
            Lang::En => &["; ", " while ", " but ", " whereas ", ". ", ": "],
            Lang::Vi => &["; ", " nhưng ", ", còn ", ". ", " trong khi "],
        };
        let start = joints
            .iter()
            .filter(|j| **j != ": ")
            .filter_map(|j| self.text[..at].rfind(j).map(|i| i + j.len()))
            .max()
            .unwrap_or(0);
        let end = joints
            .iter()
            .filter(|j| **j != ": ")
            .filter_map(|j| self.text[at..].find(j).map(|i| at + i))
            .min()
            .unwrap_or(self.text.len());
        (start, end)
    }

    fn links_named(&self) -> Vec<(usize, usize, usize)> {
        let mut found: Vec<(usize, usize, usize)> = Vec::new();
        for (i, link) in self.known.links.iter().enumerate() {
            for name in &link.names {
                for (a, n) in self.text.match_indices(name.as_str()) {
                    let b = a + n.len();
                    if is_whole(self.text, a, b) {
                        found.push((a, b, i));
                    }
                }
            }
        }
        // The longest name at a place counts: "LX-71" is not "LX-7".
        found.sort_by_key(|(a, b, _)| (*a, std::cmp::Reverse(*b)));
        let mut kept: Vec<(usize, usize, usize)> = Vec::new();
        for f in found {
            if kept.last().is_none_or(|k| f.0 >= k.1) {
                kept.push(f);
            }
        }
        kept
    }

    fn states(&mut self) {
        let states = self.state_words();
        let names = self.links_named();
        let counts = self.counts();
        for (a, b, i) in &names {
            // "One of our four cables is down: Pearl Gateway" says it before, everything else after.
            let Some((at_from, at_to, state)) = self.state_for(*a, *b, &states, &names, &counts)
            else {
                continue;
            };
            let at = (at_from, at_to);
            let link = &self.known.links[*i];
            let events = link.events.clone();
            let Some(real) = link.state else {
                self.add(
                    "state",
                    Verdict::Unsupported,
                    (*a, *b),
                    "nobody has reported on it".into(),
                    events,
                );
                continue;
            };
            let fits = match state {
                State::Up => real.works(),
                State::Restored => {
                    real == State::Restored || real == State::Up && !self.known.is_closed
                }
                // "Not restored" is true of what works in part.
                State::Down
                    if self.text[at.0..at.1].starts_with("not ")
                        || self.text[at.0..at.1].starts_with("chưa ") =>
                {
                    !real.works()
                }
                other => real == other,
            };
            let said_by_others = link.is_claimed_up
                && state.works()
                && self.words.has("attributed", &self.text[..at.0]);
            let or_else = states.iter().any(|(x, _, other)| {
                let joined = self
                    .text
                    .get(at.1..*x)
                    .is_some_and(|j| ["or", "hoặc", "hoac"].contains(&j.trim()));
                joined && *other == real
            });
            let fits = fits || said_by_others || or_else;
            let verdict = match (fits, state, real) {
                (true, ..) => Verdict::Consistent,
                (false, State::Restored, State::Up) => Verdict::Unsupported,
                _ => Verdict::Contradicts,
            };
            self.add(
                "state",
                verdict,
                (*a, *b),
                format!("it is {}", real.word()),
                events,
            );
        }
        for c in counts {
            self.counted(&c, &states, !names.is_empty());
        }
        if names.is_empty() && self.held.is_empty() {
            self.everything(&states);
        }
    }

    fn state_for(
        &self,
        a: usize,
        b: usize,
        states: &[(usize, usize, State)],
        names: &[(usize, usize, usize)],
        counts: &[Count],
    ) -> Option<(usize, usize, State)> {
        let (from, to) = self.segment(a);
        // "X is back, Y is not": as the one before, turned round.
        let rest = self.text[b..].trim_start();
        let is_not = [
            "does not",
            "do not",
            "has not",
            "không",
            "khong",
            "is not",
            "are not",
            "isn't",
            "thì chưa",
            "vẫn chưa",
            "thi chua",
            "van chua",
        ]
        .iter()
        .any(|w| {
            rest.strip_prefix(w).is_some_and(|r| {
                r.trim_start()
                    .chars()
                    .next()
                    .is_none_or(|c| !c.is_alphanumeric())
            })
        });
        if is_not {
            let last = states.iter().rev().find(|(_, y, _)| *y <= a);
            return last.map(|s| (s.0, s.1, if s.2.works() { State::Down } else { State::Up }));
        }
        // "Section S1H of the AAG cable works again": so does a part named before.
        let own = names
            .iter()
            .find(|n| n.0 == a)
            .map(|n| &self.known.links[n.2].names);
        let is_owner = ["của", "of", "of the", "cua"]
            .iter()
            .any(|w| self.text[..a].trim_end().ends_with(w));
        let of_part = names.iter().any(|(_, y, i)| {
            *y <= a
                && self.known.links[*i]
                    .parent
                    .as_ref()
                    .is_some_and(|p| own.is_some_and(|own| own.contains(p)))
        });
        let next = &self.text[b..to.max(b)];
        let names_part = [
            "phân đoạn",
            "phan doan",
            "section ",
            "segment ",
            "nhánh ",
            "nhanh ",
            "tuyến ",
            "tuyen ",
        ]
        .iter()
        .any(|w| next.trim_start_matches([':', ',', ' ']).starts_with(w));
        if is_owner && (of_part || !self.known.is_closed) || names_part && !self.known.is_closed {
            return None;
        }
        // "On the AAG cable, section S1H works again": the part takes the state.
        let part_follows = names.iter().any(|(x, y, i)| {
            *x > b
                && self.known.links[*i].parent.as_ref().is_some_and(|p| {
                    let own = names
                        .iter()
                        .find(|n| n.0 == a)
                        .map(|n| &self.known.links[n.2].names);
                    own.is_some_and(|own| own.contains(p))
                })
                && states.iter().any(|s| s.0 >= *y)
        });
        if part_follows {
            return None;
        }
        let after: Vec<&(usize, usize, State)> =
            states.iter().filter(|(x, ..)| *x >= b && *x < to).collect();
        if let Some(first) = after.first() {
            // A name before the state takes the state, unless another name with a verb lies between them.
            let between = &self.text[b..first.0];
            let broken = names.iter().any(|(x, ..)| *x > b && *x < first.0)
                && between.contains([',', '('])
                && !self.is_list(between);
            let counted = counts.iter().any(|c| c.start >= b && c.start < first.0);
            if !broken && !counted && between.len() < 90 {
                // "Carrying traffic at reduced capacity" is degraded.
                let clause = after
                    .iter()
                    .take_while(|s| !self.text[first.1..s.0.max(first.1)].contains([',', ';']))
                    .find(|s| {
                        s.2 == State::Degraded
                            && names.iter().all(|(x, ..)| !(*x > first.1 && *x < s.0))
                    });
                return Some(**clause.unwrap_or(first));
            }
        }
        states
            .iter()
            .rev()
            .find(|(_, y, _)| *y <= a && *y > from)
            .copied()
    }

    /// Names between commas, joined by "and": "Hoàng Hôn, Biển Bạc, Gió Mùa".
    fn is_list(&self, between: &str) -> bool {
        let mut rest = between.to_owned();
        for link in &self.known.links {
            for name in &link.names {
                rest = rest.replace(name.as_str(), "");
            }
        }
        rest.chars().filter(|c| c.is_alphanumeric()).count() <= 14
    }

    fn counts(&self) -> Vec<Count> {
        let names = self.links_named();
        number::counts(self.text, self.lang(), self.words)
            .into_iter()
            // The number in a name counts nothing, and nobody counts to "towers 114 and 115".
            .filter(|c| !names.iter().any(|(a, b, _)| c.start < *b && *a < c.end))
            .filter(|c| c.n.is_none_or(|n| n <= self.known.links.len().max(20)))
            .collect()
    }

    fn counted(&mut self, c: &Count, states: &[(usize, usize, State)], has_names: bool) {
        let (from, to) = self.segment(c.start);
        let after = states.iter().find(|(x, ..)| *x >= c.end && *x < to);
        let next_comma = self.text[c.end..]
            .find([',', ';'])
            .map_or(usize::MAX, |i| c.end + i);
        let beyond = after.filter(|s| s.0 > next_comma && !has_names);
        let state = match (after, beyond) {
            (Some(s), None) => Some(s),
            _ => after.or_else(|| {
                states
                    .iter()
                    .rev()
                    .find(|(_, y, _)| *y <= c.start && *y > from)
            }),
        };
        // "Up but running below normal" is degraded.
        let both = states.iter().any(|s| s.2 == State::Degraded)
            && states.iter().any(|s| s.2 == State::Up)
            && states.len() == 2
            && c.n.is_none();
        let state = if both {
            states.iter().find(|s| s.2 == State::Degraded)
        } else {
            state
        };
        let Some((_, _, state)) = state else { return };
        let links = &self.known.links;
        let total = links.len();
        let having = |s: State| links.iter().filter(|l| l.state == Some(s)).count();
        let real = match state {
            State::Down => having(State::Down),
            State::Degraded => having(State::Degraded),
            State::Restored if having(State::Restored) > 0 && c.n.is_some() => {
                having(State::Restored)
            }
            State::Up | State::Restored => having(State::Up) + having(State::Restored),
        };
        let unknown = links.iter().filter(|l| l.state.is_none()).count();
        let claimed = match (c.is_none, c.n) {
            (true, _) => 0,
            (_, Some(n)) => n,
            (_, None) => c.of.unwrap_or(total),
        };
        let place = (c.start, c.end);
        if !self.known.is_closed {
            let (known_total, known_down) = self.known.group.unzip();
            let is_total = c.of.is_none_or(|of| known_total.is_none_or(|t| t == of));
            let fits = match (*state, known_down) {
                (State::Down, Some(down)) if claimed == down => true,
                _ => self.known.lengths.contains(&claimed),
            };
            let what = match self.known.group {
                Some((total, down)) => format!("{down} of {total} are down"),
                None => "no such count is on record".to_owned(),
            };
            let verdict = match (fits && is_total, known_down.is_some()) {
                (true, _) => Verdict::Consistent,
                (false, true) => Verdict::Contradicts,
                (false, false) => Verdict::Unsupported,
            };
            self.add("count", verdict, place, what, Vec::new());
            return;
        }
        let events: Vec<u64> = links.iter().flat_map(|l| l.events.clone()).collect();
        if c.of.is_some_and(|of| of != total) && self.known.is_closed {
            self.add(
                "count",
                Verdict::Contradicts,
                place,
                format!("there are {total}"),
                events,
            );
            return;
        }
        let works = having(State::Up) + having(State::Restored);
        let fits = claimed == real || (*state == State::Restored && claimed == works);
        let what = format!("{real} of {total} are {}", state.word());
        let verdict = match (fits, unknown) {
            (true, _) if c.n.is_none() && unknown > 0 && state.works() => Verdict::Unsupported,
            (true, _) => Verdict::Consistent,
            (false, 0) => Verdict::Contradicts,
            (false, _) if !self.known.is_closed => Verdict::Contradicts,
            (false, _) => Verdict::Unsupported,
        };
        self.add("count", verdict, place, what, events);
    }

    /// "Service is fully restored", of no link in particular.
    fn everything(&mut self, states: &[(usize, usize, State)]) {
        // "Towers 114 and 115" are named by their numbers.
        let numbered = self
            .known
            .links
            .iter()
            .flat_map(|l| &l.names)
            .filter_map(|n| n.rsplit(' ').next())
            .any(|last| {
                last.bytes().all(|b| b.is_ascii_digit()) && regex_free_has(self.text, &[last])
            });
        if numbered {
            return;
        }
        for (a, b, state) in states {
            // "We have taken it back to the last configuration" says nothing of the service.
            if &self.text[*a..*b] == "back"
                && self.text[*b..].starts_with(" to ")
                && !self.text[*b..].starts_with(" to normal")
            {
                continue;
            }
            if *state != State::Restored || self.p.tokens.iter().any(|(t, ..)| t == "?") {
                continue;
            }
            let bad: Vec<&str> = self
                .known
                .links
                .iter()
                .filter(|l| l.state.is_some_and(|s| !s.works()))
                .filter_map(|l| l.names.first().map(String::as_str))
                .collect();
            let events: Vec<u64> = self
                .known
                .links
                .iter()
                .flat_map(|l| l.events.clone())
                .collect();
            if !bad.is_empty() {
                let what = format!("not working: {}", bad.join(", "));
                self.add("state", Verdict::Contradicts, (*a, *b), what, events);
            } else if !self.known.is_closed
                && !self
                    .known
                    .links
                    .iter()
                    .any(|l| l.state == Some(State::Restored))
            {
                self.add(
                    "state",
                    Verdict::Unsupported,
                    (*a, *b),
                    "nothing is restored on record: two own checks, the soak time apart".into(),
                    events,
                );
            }
            return;
        }
    }

    fn shares(&mut self) {
        for s in number::shares(self.text, self.lang(), self.words) {
            let place = (s.start, s.end);
            let on_record = |p: f64| (p - s.percent).abs() <= if s.is_words { 5.0 } else { 1.0 };
            if !self.known.is_closed
                && self
                    .known
                    .shares
                    .iter()
                    .any(|p| on_record(*p) || on_record(100.0 - p))
            {
                self.add(
                    "share",
                    Verdict::Consistent,
                    place,
                    "on record".into(),
                    Vec::new(),
                );
                continue;
            }
            let Some(lost) = self.known.lost else {
                self.add(
                    "share",
                    Verdict::Unsupported,
                    place,
                    "no share of capacity is on record".into(),
                    Vec::new(),
                );
                continue;
            };
            let real = if s.is_left { 100.0 - lost } else { lost };
            let off = real - s.percent;
            let fits = match s.bound {
                number::Bound::More => (0.0..=9.0).contains(&off) && off > -0.01,
                number::Bound::Less => (-9.0..=0.0).contains(&off),
                number::Bound::About => off.abs() <= 4.5,
                number::Bound::Exact => off.abs() <= if s.is_words { 3.0 } else { 1.0 },
            };
            let kind = if s.is_left { "left" } else { "lost" };
            let verdict = if fits {
                Verdict::Consistent
            } else {
                Verdict::Contradicts
            };
            self.add(
                "share",
                verdict,
                place,
                format!("{real:.0} % is {kind}"),
                Vec::new(),
            );
        }
    }

    fn cause(&mut self) {
        let confirmed = match &self.known.cause {
            Cause::Open => None,
            Cause::Confirmed(words) => Some(words.clone()),
        };
        if let Some(place) = self.words.find("cause_open", self.text) {
            let verdict = if confirmed.is_some() {
                Verdict::Contradicts
            } else {
                Verdict::Consistent
            };
            let what = if confirmed.is_some() {
                "the cause is confirmed"
            } else {
                "the cause is not confirmed"
            };
            self.add("cause", verdict, place, what.into(), Vec::new());
            if !self.words.has("cause_guess", self.text) {
                return;
            }
        }
        let rows = causes(self.text);
        if let Some(place) = self.words.find("cause_guess", self.text)
            && (self.words.has("cause_said", self.text) || !rows.is_empty())
            && (self.words.has("cause_said", self.text) || self.text.contains("blame"))
        {
            self.add(
                "cause",
                Verdict::Unsupported,
                place,
                "a guess at the cause".into(),
                Vec::new(),
            );
            return;
        }
        if let Some(place) = self.words.find("cause_known", self.text) {
            let (verdict, what) = match confirmed {
                Some(_) => (Verdict::Consistent, "the cause is confirmed"),
                None => (Verdict::Contradicts, "the cause is not confirmed"),
            };
            self.add("cause", verdict, place, what.into(), Vec::new());
            let says_which = self.text[place.1..].contains(':')
                || self.text[place.1..].trim_start().starts_with("là");
            if says_which || (!rows.is_empty() && !self.words.has("cause_said", self.text)) {
                return self.cause_is(&rows, confirmed.as_deref(), place);
            }
        }
        let Some(place) = self.words.find("cause_said", self.text) else {
            return self.cause_named_after(&rows, confirmed.as_deref());
        };
        // "For the trouble caused", "do" in many other uses: something has to be named as the cause.
        let apology = [
            "sorry",
            "apolog",
            "xin lỗi",
            "inconvenience",
            "trouble",
            "bất tiện",
            "affected",
        ]
        .iter()
        .any(|w| self.text.contains(w));
        let strong = [
            "caused by",
            "because of",
            "due to",
            "traced to",
            "the cause",
            "nguyên nhân",
        ]
        .iter()
        .any(|w| self.text.contains(w));
        if (rows.is_empty() && !strong) || (apology && rows.is_empty()) {
            return;
        }
        self.cause_is(&rows, confirmed.as_deref(), place);
    }

    /// "An anchor dragged across the sea bed" with nothing that says "caused".
    fn cause_named_after(&mut self, rows: &[usize], confirmed: Option<&[String]>) {
        let happened = ["hit the", "struck", "damaged", "va vào", "đâm"]
            .iter()
            .any(|w| self.text.contains(w));
        if !rows.is_empty() && happened {
            self.cause_is(rows, confirmed, (0, self.text.len()));
        }
    }

    fn cause_is(&mut self, rows: &[usize], confirmed: Option<&[String]>, place: (usize, usize)) {
        let (verdict, what) = match confirmed {
            None => (
                Verdict::Contradicts,
                "the cause is not confirmed".to_owned(),
            ),
            Some([]) => (
                Verdict::Unsupported,
                "a cause is confirmed, and the record does not say which".to_owned(),
            ),
            Some(words) => {
                let real: Vec<usize> = words.iter().flat_map(|w| causes(w)).collect();
                let same = rows.iter().any(|r| real.contains(r))
                    || words.iter().any(|w| self.text.contains(w.as_str()));
                let named = words.first().cloned().unwrap_or_default();
                if same {
                    (Verdict::Consistent, format!("the cause is {named}"))
                } else {
                    (
                        Verdict::Contradicts,
                        format!("the cause on record is {named}"),
                    )
                }
            }
        };
        self.add("cause", verdict, place, what, Vec::new());
    }

    fn zone(&self) -> Option<FixedOffset> {
        let utc = regex_free_has(self.text, &["utc", "gmt"])
            || self.p.moments.iter().any(|m| {
                self.text[m.start..m.end].contains('z')
                    && self.text[m.start..m.end]
                        .bytes()
                        .filter(u8::is_ascii_digit)
                        .count()
                        >= 4
            });
        if self.text.contains("utc+7")
            || self.text.contains("giờ việt nam")
            || self.text.contains("vietnam time")
            || self.text.contains("ict")
        {
            return FixedOffset::east_opt(7 * 3600);
        }
        if utc {
            return FixedOffset::east_opt(0);
        }
        None
    }

    /// What a time is about: the update, the restoration, or the beginning.
    fn topic(&self, m: &Moment, reading: &Reading) -> Topic {
        let before = &self.text[..m.start];
        let near_start = before.trim_end();
        let last = |name: &str| self.words.all(name, before).last().map(|(_, b)| *b);
        let starts = last("started").filter(|b| near_start.len().saturating_sub(*b) <= 24);
        let (update, eta) = (last("update"), last("eta"));
        // A promise for a day "from" which it holds is none of a beginning.
        if starts.is_some() && !reading.promise && !(update > starts || eta > starts) {
            return Topic::Start;
        }
        match (update, eta) {
            (Some(u), Some(e)) if u > e => Topic::Update,
            (Some(_), Some(_)) => Topic::Eta,
            (Some(_), None) => Topic::Update,
            (None, Some(_)) => Topic::Eta,
            (None, None) => {
                let after = &self.text[m.end..];
                let first = |name: &str| self.words.find(name, after).map(|(a, _)| a);
                match (first("update"), first("eta")) {
                    (Some(u), Some(e)) if u < e => Topic::Update,
                    (Some(_), None) => Topic::Update,
                    (_, Some(_)) if reading.promise || self.words.has("future", self.text) => {
                        Topic::Eta
                    }
                    _ if reading.kind.as_deref() == Some("restore_by") => Topic::Eta,
                    _ if reading.kind.as_deref() == Some("next_update") => Topic::Update,
                    _ => Topic::Start,
                }
            }
        }
    }

    fn times(&mut self, reading: &Reading) {
        let no_eta = self
            .words
            .find("no_eta", self.text)
            .filter(|_| !reading.promise || reading.kind.as_deref() == Some("next_update"));
        let speaks_of_update = self.words.has("no_update", self.text);
        if let Some(place) = no_eta
            && !speaks_of_update
            && !self.words.has("cause_open", &self.text[place.0..place.1])
        {
            // A plan of others does not make it known when we are done.
            let known = if self.known.is_closed {
                self.known.eta.clone()
            } else {
                Vec::new()
            };
            let said = known.first().map(KnownTime::shown).unwrap_or_default();
            let verdict = if known.is_empty() {
                Verdict::Consistent
            } else {
                Verdict::Contradicts
            };
            let what = if known.is_empty() {
                "there is no date on record".to_owned()
            } else {
                format!("on record: {said}")
            };
            let is_about_time = !self.text.contains("nguyên nhân")
                || self.text[place.0..place.1].contains("thời gian")
                || self.text[place.0..place.1].contains("khi nào");
            if is_about_time {
                self.add(
                    "restoration-time",
                    verdict,
                    place,
                    what,
                    known.iter().flat_map(|k| k.events.clone()).collect(),
                );
            }
        }
        let zone = self.zone();
        let counts = self.counts();
        let mut moments = self.p.moments.clone();
        moments.retain(|m| !counts.iter().any(|c| m.start < c.end && c.start < m.end));
        let mut last_topic: Option<Topic> = None;
        for m in &moments {
            if m.kinds.as_slice() == [Kind::Bare]
                && self.text[m.start..m.end].len() < 3
                && !reading.promise
            {
                continue;
            }
            let words = &self.text[m.start..m.end];
            // Without marks a single word ("sang", "toi") is more often something else.
            if self.p.is_plain
                && self.lang() == Lang::Vi
                && !words.bytes().any(|b| b.is_ascii_digit())
            {
                continue;
            }
            if !self.known.is_closed
                && !words.contains(['/', ':'])
                && reading.kind.as_deref() != Some("restore_by")
            {
                let number = words
                    .split(|c: char| !c.is_ascii_digit())
                    .find_map(|n| n.parse::<u64>().ok());
                if number.is_some_and(|n| self.known.durations.contains(&n)) {
                    continue;
                }
            }
            let p = parts(words, self.lang());
            // "In the mornings", "at peak": no moment that a record could hold.
            let says_when = p.day.is_some()
                || p.month.is_some()
                || p.weekday.is_some()
                || p.clock.is_some()
                || p.relative;
            if !self.known.is_closed && !says_when && !words.bytes().any(|b| b.is_ascii_digit()) {
                continue;
            }
            let mut topic = self.topic(m, reading);
            if topic == Topic::Start
                && last_topic.is_some_and(|t| t != Topic::Start)
                && words.contains("cùng ngày")
            {
                topic = last_topic.unwrap_or(topic);
            }
            last_topic = Some(topic);
            let place = (m.start, m.end);
            let is_state = !self.words.has("future", self.text) && !self.state_words().is_empty();
            let is_ours = !is_state
                && reading.kind.as_deref() == Some("restore_by")
                && !reading.attributed
                && topic == Topic::Eta;
            let others = if is_ours {
                &self.known.may
            } else {
                &self.known.moments
            };
            if let Some(k) = others
                .iter()
                .find(|k| compare(&p, k, zone) == Compared::Fits)
            {
                let (what, events) = (format!("on record: {}", k.shown()), k.events.clone());
                let claim = if topic == Topic::Update {
                    "next-update"
                } else {
                    "start"
                };
                self.add(claim, Verdict::Consistent, place, what, events);
                continue;
            }
            let (claim, known) = match topic {
                Topic::Update => ("next-update", self.known.next_update.clone()),
                Topic::Eta => ("restoration-time", self.known.eta.clone()),
                Topic::Start => ("start", self.known.since.clone()),
            };
            if known.is_empty() {
                let vague =
                    p.relative && topic == Topic::Start && !reading.promise && p.clock.is_none();
                if !vague || words.len() > 12 {
                    self.add(
                        claim,
                        Verdict::Unsupported,
                        place,
                        "no such time is on record".into(),
                        Vec::new(),
                    );
                }
                continue;
            }
            let compared: Vec<(Compared, &KnownTime)> =
                known.iter().map(|k| (compare(&p, k, zone), k)).collect();
            let (best, k) = compared
                .iter()
                .min_by_key(|(c, _)| match c {
                    Compared::Fits => 0,
                    Compared::More(_) => 1,
                    Compared::Relative => 2,
                    Compared::Differs(_) => 3,
                })
                .map(|(c, k)| (c.clone(), (*k).clone()))
                .unwrap_or((Compared::Relative, known[0].clone()));
            let shown = k.shown();
            let (verdict, what) = match best {
                Compared::Fits => (Verdict::Consistent, format!("on record: {shown}")),
                Compared::More(part) => (
                    Verdict::Unsupported,
                    format!("the record has {shown} and no {part}"),
                ),
                Compared::Relative => (
                    Verdict::Unsupported,
                    format!("the record has {shown}; say the date"),
                ),
                Compared::Differs(part) if topic == Topic::Start => {
                    let _ = part;
                    (Verdict::Unsupported, format!("on record: {shown}"))
                }
                Compared::Differs(part) => (
                    Verdict::Contradicts,
                    format!("another {part}: on record is {shown}"),
                ),
            };
            self.add(claim, verdict, place, what, k.events.clone());
        }
    }

    fn vouchers(&mut self) {
        let Some(place) = self.words.find("voucher", self.text) else {
            return;
        };
        let n = number::before(self.text, place.0, self.lang());
        let (verdict, what) = match (n, self.known.vouchers) {
            (Some(n), Some(real)) if n == real => {
                (Verdict::Consistent, format!("{real} on record"))
            }
            (Some(_), Some(real)) => (Verdict::Contradicts, format!("{real} on record")),
            (_, None) => (Verdict::Unsupported, "no vouchers are on record".to_owned()),
            (None, Some(real)) => (Verdict::Consistent, format!("{real} on record")),
        };
        self.add("vouchers", verdict, place, what, Vec::new());
        if self.words.has("value", self.text) {
            self.add(
                "vouchers",
                Verdict::Unsupported,
                place,
                "no value of a voucher is on record".into(),
                Vec::new(),
            );
        } else if n.is_none() && self.words.has("everybody", self.text) {
            self.add(
                "vouchers",
                Verdict::Unsupported,
                place,
                "the record does not say that everybody gets one".into(),
                Vec::new(),
            );
        }
    }

    /// Commitments without a time, places, ships: what the record cannot back.
    fn rest(&mut self, sentence: &str, reading: &Reading) {
        let whole = (0, self.text.len());
        let has = |claims: &[&str], held: &[Held]| held.iter().any(|h| claims.contains(&h.claim));
        if let Some(place) = self.words.find("ship", self.text)
            && !self.text.contains("neo tàu")
        {
            self.add(
                "place",
                Verdict::Unsupported,
                place,
                "no ship is on record".into(),
                Vec::new(),
            );
        } else if let Some(place) = self
            .words
            .find("place", self.text)
            .filter(|p| !self.p.is_plain || self.lang() == Lang::En || p.1 - p.0 > 6)
        {
            let named = self
                .known
                .affected
                .iter()
                .chain(&self.known.names)
                .any(|n| self.text.contains(n.as_str()));
            let in_name = self.known.links.iter().any(|l| {
                l.names.iter().any(|n| {
                    self.text[place.0..].starts_with(n.as_str())
                        || n.contains(&self.text[place.0..place.1])
                })
            });
            if !named && !in_name {
                self.add(
                    "place",
                    Verdict::Unsupported,
                    place,
                    "no such place is on record".into(),
                    Vec::new(),
                );
            }
        }
        if !reading.promise {
            return;
        }
        if !self.known.is_closed && self.words.has("no_eta", self.text) {
            return;
        }
        let guarantee = [
            "guarantee",
            "cam kết",
            "chắc chắn",
            "bảo đảm",
            "đảm bảo",
            "without fail",
            "never",
            "will not happen",
            "won't happen",
            "promise",
        ]
        .iter()
        .any(|w| self.text.contains(w));
        // "Two are up and none is down" is a state, whatever else it sounds like.
        if has(&["count", "state", "share"], &self.held)
            && !guarantee
            && !self.words.has("future", self.text)
        {
            return;
        }
        // Against a record the times are what a commitment stands on: one that is there backs it, in our name or theirs.
        let kind = reading.kind.as_deref().unwrap_or_default();
        let is_timed = self.held.iter().any(|h| {
            h.verdict == Verdict::Consistent
                && ["restoration-time", "next-update", "start"].contains(&h.claim)
        });
        if !self.known.is_closed && is_timed && !guarantee {
            let may = |h: &Held| {
                let p = parts(&self.text[h.start..h.end], self.lang());
                self.known
                    .may
                    .iter()
                    .chain(&self.known.eta)
                    .any(|k| compare(&p, k, None) == Compared::Fits)
            };
            if kind != "compensation" || self.held.iter().any(may) {
                return;
            }
        }
        // Advice sounds like an action; a record knows nothing of it.
        if !self.known.is_closed
            && ["action", "other", "guarantee"].contains(&kind)
            && !guarantee
            && reading.weight < 0.75
        {
            return;
        }
        let unbacked = match reading.kind.as_deref() {
            Some("restore_by") => {
                !has(&["restoration-time", "state", "count"], &self.held) || guarantee
            }
            Some("next_update") => {
                !has(&["next-update"], &self.held)
                    && !self.known.is_closed
                    && self.known.next_update.is_empty()
            }
            Some("compensation") => !has(&["vouchers"], &self.held),
            Some("guarantee") => {
                !has(
                    &["restoration-time", "state", "vouchers", "next-update"],
                    &self.held,
                ) || guarantee
            }
            Some("action") => {
                !has(
                    &["restoration-time", "vouchers", "next-update", "state"],
                    &self.held,
                ) && reading.weight > 0.6
            }
            _ => !has(&["restoration-time", "vouchers", "next-update"], &self.held),
        };
        let hides = sentence.len() < 8;
        if unbacked && !hides {
            self.add(
                "commitment",
                Verdict::Unsupported,
                whole,
                "nothing on record backs this commitment".into(),
                Vec::new(),
            );
        }
    }
}

fn regex_free_has(text: &str, words: &[&str]) -> bool {
    words.iter().any(|w| {
        text.match_indices(w)
            .any(|(i, w)| is_whole(text, i, i + w.len()))
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Topic {
    Update,
    Eta,
    Start,
}

#[path = "number.rs"]
mod number;
