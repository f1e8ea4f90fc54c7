//! What a sentence says of the cause: that it is open, known, guessed, or which one it is. It knows no cause by name:
//! the words are data of the languages.

use std::collections::BTreeSet;

use crate::check::against::reason::Reason;
use crate::check::against::reference_facts::{Cause, KnownLink};
use crate::check::against::sentence_under_check::SentenceUnderCheck;
use crate::check::against::states::{LinkClaims, LinkName};
use crate::check::against::verified_claim::{ClaimKind, Verdict};
use crate::check::against::verify_words::{self, VERIFY};
use crate::check::reading::patterns::{causes_in, causes_with_places};
use crate::check::reading::text::char_start;

/// How far behind a denial or a guess the cause may stand that it is about, in bytes.
const CAUSE_REACH: usize = 32;

impl SentenceUnderCheck<'_> {
    pub(super) fn verify_cause(&mut self, links: &LinkClaims) {
        // "Do not bring the anchor into it" names no cause.
        let is_forbidden = !self.known.is_closed && self.words.has("prohibits", self.text);
        if self.is_question() || is_forbidden {
            return;
        }
        if self.words.has("cause_pointed", self.text)
            && !self.known.is_closed
            && self.known.cause == Cause::Open
            && !self.words.has("cause_open", self.text)
        {
            let what = Reason::plain("cause-open");
            let whole = (0, self.text.len());
            self.add(
                ClaimKind::Cause,
                Verdict::Contradicts,
                whole,
                &what,
                Vec::new(),
            );
            return;
        }
        // Clause by clause: the cause of one link is none of another.
        for (from, to) in self.cause_clauses() {
            self.verify_cause_in((from, to), links);
        }
    }

    /// The clauses of the sentence that may speak of different causes.
    fn cause_clauses(&self) -> Vec<(usize, usize)> {
        let mut clauses = Vec::new();
        let mut at = 0;
        while at < self.text.len() {
            let (_, end) = self.segment(at);
            let end = end.max(at + 1).min(self.text.len());
            if self.text.is_char_boundary(end) && self.text.is_char_boundary(at) {
                clauses.push((at, end));
            }
            let joint = VERIFY
                .of(self.lang())
                .joints
                .iter()
                .find(|j| self.text[end..].starts_with(j.as_str()));
            at = end + joint.map_or(1, String::len);
            while at < self.text.len() && !self.text.is_char_boundary(at) {
                at += 1;
            }
        }
        clauses
    }

    /// The links of which a clause speaks: those it names, else every link that does not work.
    fn links_in_clause(&self, (from, to): (usize, usize), links: &LinkClaims) -> Vec<&KnownLink> {
        let known = &self.known.links;
        let named = links
            .names
            .iter()
            .filter(|n| n.start >= from && n.start < to);
        let named: Vec<&KnownLink> = named
            .map(|n| &known[n.link])
            .filter(|l| !l.is_rider)
            .collect();
        if !named.is_empty() {
            return named;
        }
        known
            .iter()
            .filter(|l| !l.is_rider && l.state.is_some_and(|s| !s.works()))
            .collect()
    }

    fn verify_cause_in(&mut self, clause: (usize, usize), links: &LinkClaims) {
        let whole = self.text;
        // "Not known" is said of the links named in front of it.
        let open_at = self.words.find("cause_open", &whole[clause.0..clause.1]);
        let clause_of_names = match open_at {
            Some((_, end)) if !self.known.is_closed => {
                let until = (clause.0, clause.0 + end);
                let mut names = links.names.iter();
                let is_named = names.any(|n| n.start >= until.0 && n.start < until.1);
                // "Not known on X" names it behind, in the same breath.
                let rest = &whole[until.1..clause.1];
                let breath = rest.find([',', '(', ':']).unwrap_or(rest.len());
                if is_named {
                    until
                } else {
                    (clause.0, until.1 + breath)
                }
            }
            _ => clause,
        };
        let about = if self.known.is_closed {
            Vec::new()
        } else {
            self.links_in_clause(clause_of_names, links)
        };
        let causes: Vec<Option<Vec<String>>> = about.iter().map(|l| l.cause.clone()).collect();
        let words: Vec<String> = causes.iter().flatten().flatten().cloned().collect();
        // "Not known on the name service" says it of what is named behind it, a service among them.
        let open_from = open_at.map_or(usize::MAX, |(start, _)| clause.0 + start);
        let mut behind = links.names.iter();
        let is_open_behind = behind.any(|n| {
            n.start >= open_from && n.start < clause.1 && self.known.links[n.link].cause.is_none()
        });
        // "The cause is not known" is true as long as one of those spoken of is open.
        let is_open = is_open_behind || causes.iter().any(Option::is_none);
        let is_known = causes.iter().any(Option::is_some);
        let closed = match &self.known.cause {
            Cause::Open => None,
            Cause::Confirmed(words) => Some(words.clone()),
        };
        let (confirmed, is_open) = if self.known.is_closed || about.is_empty() {
            let is_open = closed.is_none();
            (closed, is_open)
        } else {
            (is_known.then_some(words), is_open)
        };
        let is_of_several =
            about.len() > 1 && verify_words::contains(&whole[clause.0..clause.1], |v| &v.of_both);
        let confirmed = confirmed.filter(|_| !(is_of_several && is_open));
        self.text = &whole[..clause.1];
        self.verify_cause_of(clause.0, confirmed.as_deref(), is_open);
        self.text = whole;
    }

    /// Verifies what the text from byte `from` on says of a cause. `is_open`: a cause spoken of is not confirmed.
    fn verify_cause_of(&mut self, from: usize, confirmed: Option<&[String]>, is_open: bool) {
        let text = &self.text[from..];
        let in_text = |(a, b): (usize, usize)| (from + a, from + b);
        // The name of a link may hold the word for a cause: a power feed is no power cut.
        let named = causes_in(&self.text_without_names(from));
        let open = self.words.find("cause_open", text).map(in_text);
        if let Some(place) = open.filter(|p| !self.is_open_denied(*p)) {
            self.add_cause(place, Verdict::Consistent, Verdict::Contradicts, !is_open);
            if !self.words.has("cause_guess", text) {
                return;
            }
        }
        if self.is_unsaid(text) || self.is_reason_of_plan(text) {
            return;
        }
        if let Some(place) = self.denied_cause(text, &named).map(in_text) {
            return self.verify_denied_cause(&named, confirmed, place);
        }
        let is_of_goods = !self.known.is_closed && self.is_about_payment();
        let guess = self.guess_at_cause(text).filter(|_| !is_of_goods);
        if let Some(place) = guess.map(in_text) {
            self.add_unsupported(ClaimKind::Cause, place, "cause-guess");
            return;
        }
        let given = self.cause_given(from, &named);
        if let Some(place) = given.filter(|_| confirmed.is_none()) {
            return self.verify_named_cause(&named, confirmed, place);
        }
        let says_cause = self.cause_said(from, &named);
        if let Some(place) = self.words.find("cause_known", text).map(in_text) {
            self.add_cause(
                place,
                Verdict::Contradicts,
                Verdict::Consistent,
                confirmed.is_some(),
            );
            let rest = &self.text[place.1..];
            let says_which = rest.contains(':')
                || verify_words::begins_with(rest.trim_start(), |v| &v.cause_follows);
            if says_which || (!named.is_empty() && says_cause.is_none()) {
                return self.verify_named_cause(&named, confirmed, place);
            }
        }
        match says_cause {
            _ if confirmed.is_none() && self.gives_reason_of_link(from) => {
                self.verify_named_cause(&named, confirmed, (from, self.text.len()))
            }
            Some(place) if names_cause(text, &named) => {
                self.verify_named_cause(&named, confirmed, place)
            }
            Some(_) => {}
            // "An anchor dragged across the sea bed" with nothing that says "caused".
            None if !named.is_empty()
                && (verify_words::contains(text, |v| &v.happened) || self.names_a_link(from)) =>
            {
                self.verify_named_cause(&named, confirmed, (from, self.text.len()))
            }
            None => {}
        }
    }

    /// Where words say that something caused it, together with those that name it.
    fn cause_said(&self, from: usize, named: &BTreeSet<&str>) -> Option<(usize, usize)> {
        let text = &self.text[from..];
        let said = self.words.find("cause_said", text);
        let said =
            said.filter(|(_, end)| !named.is_empty() || !self.is_reason_of_effect(from + end));
        let (start, end) = with_causes(text, said?);
        Some((from + start, from + end))
    }

    /// Where something is given as the cause, in words for nothing else: "the cause was identified as".
    fn cause_given(&self, from: usize, named: &BTreeSet<&str>) -> Option<(usize, usize)> {
        let text = &self.text[from..];
        let label = self.words.find("cause_label", text);
        let label = label.filter(|_| !named.is_empty());
        let given = self.words.find("cause_given", text).or(label);
        let given = given.map(|(a, b)| (from + a, from + b));
        given.filter(|place| !self.known.is_closed && !self.is_reason_of_effect(place.1))
    }

    /// "Because of this", "the reason is that the AAG cable is down": why people feel it, not why a link failed.
    fn is_reason_of_effect(&self, at: usize) -> bool {
        let until = char_start(self.text, self.text.len().min(at + CAUSE_REACH));
        let mut names = self.link_names().into_iter();
        let behind = self.text.get(at..until).unwrap_or_default();
        let is_broken = |n: &LinkName| {
            let state = self.known.links[n.link].state;
            state.is_some_and(|s| !s.works())
        };
        let is_link = names.any(|n| n.start >= at && n.start <= until && is_broken(&n));
        !self.known.is_closed && (is_link || self.words.has("reason_before", behind))
    }

    /// "Nothing shows that an anchor hit it, too."
    fn is_unsaid(&self, text: &str) -> bool {
        let unsaid = self.words.find("cause_unsaid", text);
        let said = self.words.find("cause_said", text);
        let is_unsaid = unsaid.is_some_and(|(at, _)| said.is_none_or(|(said, _)| at < said));
        !self.known.is_closed && is_unsaid
    }

    /// "It is not that we do not know why": it is known.
    pub(super) fn is_open_denied(&self, place: (usize, usize)) -> bool {
        let twice = self.words.find("double_denied", self.text);
        !self.known.is_closed && twice.is_some_and(|(_, end)| end <= place.0)
    }

    /// Where a cause that is named is denied, and the denial is not denied itself: "We cannot rule out".
    fn denied_cause(&self, text: &str, named: &BTreeSet<&str>) -> Option<(usize, usize)> {
        let is_heard = self.known.is_closed || named.is_empty() || !self.denied.is_empty();
        let is_near = |(_, end): &(usize, usize)| {
            let until = char_start(text, text.len().min(end + CAUSE_REACH));
            !causes_in(&text[*end..until]).is_empty()
        };
        let front = self.words.find("cause_denied", text).filter(is_near);
        let behind = || {
            let found = self.words.find("cause_denied_behind", text);
            found.filter(|(start, _)| !causes_in(&text[..*start]).is_empty())
        };
        let is_plain = |(start, _): &(usize, usize)| !self.words.has("denied", &text[..*start]);
        let front = front.filter(is_plain);
        front.or_else(behind).filter(|_| !is_heard)
    }

    /// "No anchor did it" is wrong where an anchor did, and unbacked where nobody knows.
    fn verify_denied_cause(
        &mut self,
        named: &BTreeSet<&str>,
        confirmed: Option<&[String]>,
        place: (usize, usize),
    ) {
        let is_same = |w: &String| causes_in(w).iter().any(|c| named.contains(c));
        let (verdict, what) = match confirmed {
            None => (Verdict::Unsupported, Reason::plain("cause-open")),
            Some(words) => match words.iter().find(|w| is_same(w)) {
                Some(word) => (
                    Verdict::Contradicts,
                    Reason("cause-on-record", word.clone()),
                ),
                None => (Verdict::Consistent, Reason::plain("cause-confirmed")),
            },
        };
        self.add(ClaimKind::Cause, verdict, place, &what, Vec::new());
    }

    /// A link is named, and behind its state a reason: "APG giảm dung lượng do hỏng bộ khuếch đại".
    fn gives_reason_of_link(&self, from: usize) -> bool {
        let text = &self.text[from..];
        let reason = self.words.find("reason_of_state", text);
        let is_cause = |(start, end): (usize, usize)| {
            let names = self.link_names();
            let is_named = names
                .iter()
                .any(|n| (from..from + start).contains(&n.start));
            let is_link = names.iter().any(|n| n.start == from + end);
            is_named && !is_link && !self.words.has("no_reason_behind", &text[end..])
        };
        !self.known.is_closed && reason.is_some_and(is_cause)
    }

    /// "The dates may move because of the weather": why a plan may change, not why something failed.
    fn is_reason_of_plan(&self, text: &str) -> bool {
        let moved = ["moved_plan", "slip_told", "put_back"];
        let moved = moved.iter().filter_map(|name| self.words.find(name, text));
        let first = moved.map(|(start, _)| start).min();
        let said = self.words.find("cause_said", text).map(|(start, _)| start);
        let is_moved = first.is_some_and(|at| said.is_some_and(|said| at < said));
        let may_move = self.words.has("planned", text) && self.words.has("possibly", text);
        !self.known.is_closed && (may_move || is_moved)
    }

    /// The text from a byte on with the names of links blanked out; its bytes keep their places.
    fn text_without_names(&self, from: usize) -> String {
        let mut text = self.text[from..].to_owned();
        for name in self.link_claims().names {
            let (Some(start), Some(end)) =
                (name.start.checked_sub(from), name.end.checked_sub(from))
            else {
                continue;
            };
            if text.get(start..end).is_some() {
                text.replace_range(start..end, &" ".repeat(end - start));
            }
        }
        text
    }

    /// A clause that names a cause and a link says that the one did it to the other: "Sharks bit through AAG".
    fn names_a_link(&self, from: usize) -> bool {
        let is_in = |n: &LinkName| n.start >= from && n.end <= self.text.len();
        let names = self.link_claims().names;
        !self.known.is_closed
            && names
                .iter()
                .any(|n| is_in(n) && !self.known.links[n.link].is_rider)
            && !["slipped", "planned", "future"]
                .iter()
                .any(|w| self.words.has(w, self.text))
    }

    /// Adds that the cause is open or known, with the verdicts for a record without and with a confirmed cause.
    fn add_cause(
        &mut self,
        place: (usize, usize),
        when_open: Verdict,
        when_confirmed: Verdict,
        is_confirmed: bool,
    ) {
        let (verdict, what) = if is_confirmed {
            (when_confirmed, "cause-confirmed")
        } else {
            (when_open, "cause-open")
        };
        self.add(
            ClaimKind::Cause,
            verdict,
            place,
            &Reason::plain(what),
            Vec::new(),
        );
    }

    /// Where the sentence guesses at a cause: "may have been", together with words that give or blame one.
    fn guess_at_cause(&self, text: &str) -> Option<(usize, usize)> {
        let is_given = self.words.has("cause_said", text);
        let is_blamed =
            || !causes_in(text).is_empty() && verify_words::contains(text, |v| &v.blame);
        // "It was most likely overheating."
        let is_near = |end: usize| {
            let until = char_start(text, text.len().min(end + CAUSE_REACH));
            !self.known.is_closed && !causes_in(&text[end..until]).is_empty()
        };
        let guess = self.words.find("cause_guess", text);
        // "Probably because of the two cables": why people feel it.
        let guess = guess.filter(|(_, end)| !self.words.has("reason_before", &text[*end..]));
        guess.filter(|(_, end)| is_given || is_blamed() || is_near(*end))
    }

    fn verify_named_cause(
        &mut self,
        named: &BTreeSet<&str>,
        confirmed: Option<&[String]>,
        place: (usize, usize),
    ) {
        let (verdict, what) = match confirmed {
            None => (Verdict::Contradicts, Reason::plain("cause-open")),
            Some([]) => (Verdict::Unsupported, Reason::plain("cause-unnamed")),
            Some(words @ [first, ..]) => {
                let is_same = words.iter().any(|w| {
                    self.text.contains(w.as_str()) || causes_in(w).iter().any(|c| named.contains(c))
                });
                if !is_same && !self.known.is_closed && self.words.has("untrue", self.text) {
                    return;
                }
                if is_same {
                    (Verdict::Consistent, Reason("cause-is", first.clone()))
                } else {
                    (
                        Verdict::Contradicts,
                        Reason("cause-on-record", first.clone()),
                    )
                }
            }
        };
        self.add(ClaimKind::Cause, verdict, place, &what, Vec::new());
    }
}

/// The words that give a cause, together with those that name it.
fn with_causes(text: &str, said: (usize, usize)) -> (usize, usize) {
    causes_with_places(text).fold(said, |(start, end), (_, (a, b))| (start.min(a), end.max(b)))
}

/// "For the trouble caused" and "do" have many other uses: something has to be named as the cause.
fn names_cause(text: &str, named: &BTreeSet<&str>) -> bool {
    !named.is_empty()
        || verify_words::contains(text, |v| &v.cause_strong)
            && !verify_words::contains(text, |v| &v.apologies)
}
