//! States of links, and counts of them.

use crate::check::against::claim_verifier::{Holder, Verdict};
use crate::check::against::number::{self, Count};
use crate::check::against::reference_facts::State;
use crate::check::reading::text::{has_word, is_whole, unmarked};
use crate::domain::base::lang::Lang;

/// What is taken, called, written or paid back.
fn comes_back_to_somebody(before: &str) -> bool {
    const VERBS: [&str; 16] = [
        "take", "takes", "taking", "took", "taken", "call", "calls", "calling", "write", "get",
        "gets", "pay", "pays", "paid", "report", "look",
    ];
    let words = before.rsplit(|c: char| !c.is_alphanumeric());
    words
        .filter(|w| !w.is_empty())
        .take(3)
        .any(|w| VERBS.contains(&w))
}

impl Holder<'_> {
    /// Words of state, without those that speak of what is to come.
    pub(super) fn state_words(&self) -> Vec<(usize, usize, State)> {
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
        found.retain(|(a, b, _)| {
            // "We take that back", "we call you back": nothing works again by that.
            if &self.text[*a..*b] == "back" && comes_back_to_somebody(&self.text[..*a]) {
                return false;
            }
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
    pub(super) fn segment(&self, at: usize) -> (usize, usize) {
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

    pub(super) fn links_named(&self) -> Vec<(usize, usize, usize)> {
        let mut found: Vec<(usize, usize, usize)> = Vec::new();
        for (i, link) in self.known.links.iter().enumerate() {
            for name in &link.names {
                let name = if self.p.is_plain {
                    unmarked(name)
                } else {
                    name.clone()
                };
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

    pub(super) fn states(&mut self) {
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

    pub(super) fn state_for(
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
    pub(super) fn is_list(&self, between: &str) -> bool {
        let mut rest = between.to_owned();
        for link in &self.known.links {
            for name in &link.names {
                rest = rest.replace(name.as_str(), "");
            }
        }
        rest.chars().filter(|c| c.is_alphanumeric()).count() <= 14
    }

    pub(super) fn counts(&self) -> Vec<Count> {
        let names = self.links_named();
        number::counts(self.text, self.lang())
            .into_iter()
            // The number in a name counts nothing, and nobody counts to "towers 114 and 115".
            .filter(|c| !names.iter().any(|(a, b, _)| c.start < *b && *a < c.end))
            .filter(|c| c.n.is_none_or(|n| n <= self.known.links.len().max(20)))
            .collect()
    }

    pub(super) fn counted(&mut self, c: &Count, states: &[(usize, usize, State)], has_names: bool) {
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
    pub(super) fn everything(&mut self, states: &[(usize, usize, State)]) {
        // "Towers 114 and 115" are named by their numbers.
        let numbered = self
            .known
            .links
            .iter()
            .flat_map(|l| &l.names)
            .filter_map(|n| n.rsplit(' ').next())
            .any(|last| last.bytes().all(|b| b.is_ascii_digit()) && has_word(self.text, &[last]));
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
}
