//! Shares of capacity and causes.

use crate::check::against::claim_verifier::{Holder, Verdict};
use crate::check::against::number;
use crate::check::against::reference_facts::Cause;
use crate::check::reading::patterns::causes;

impl Holder<'_> {
    pub(super) fn shares(&mut self) {
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

    pub(super) fn cause(&mut self) {
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
    pub(super) fn cause_named_after(&mut self, rows: &[usize], confirmed: Option<&[String]>) {
        let happened = ["hit the", "struck", "damaged", "va vào", "đâm"]
            .iter()
            .any(|w| self.text.contains(w));
        if !rows.is_empty() && happened {
            self.cause_is(rows, confirmed, (0, self.text.len()));
        }
    }

    pub(super) fn cause_is(
        &mut self,
        rows: &[usize],
        confirmed: Option<&[String]>,
        place: (usize, usize),
    ) {
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
}
