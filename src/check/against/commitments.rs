//! Vouchers, places, and commitments that name nothing else.

use crate::check::against::claim_verifier::{Held, Holder, Verdict};
use crate::check::against::number;
use crate::check::against::time_comparison::{Compared, compare};
use crate::check::reading::promise_classifier::Reading;
use crate::check::reading::time_parts::parts;
use crate::domain::base::lang::Lang;

impl Holder<'_> {
    pub(super) fn vouchers(&mut self) {
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
    pub(super) fn rest(&mut self, sentence: &str, reading: &Reading) {
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
