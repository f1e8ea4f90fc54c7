//! What a sentence says that customers get or are spared, held against the promises in force: what, who, how much.
//! It does not count vouchers of a plain record object (`commitments`).

use crate::check::against::reason::Reason;
use crate::check::against::reference_facts::KnownPromise;
use crate::check::against::sentence_under_check::SentenceUnderCheck;
use crate::check::against::verified_claim::{ClaimKind, Verdict};
use crate::check::reading::patterns::goods_with_places;
use crate::check::reading::promise_classifier::Reading;

/// The name of `goods.yaml` for words that leave open what is given.
const ANY_GOODS: &str = "compensation";
/// Its name for a written report.
const REPORT: &str = "report";

impl SentenceUnderCheck<'_> {
    /// Verifies that what is given was promised, and to no more people than now.
    pub(super) fn verify_goods(&mut self, reading: &Reading) {
        if self.known.is_closed {
            return;
        }
        if !self.is_given(reading) {
            return self.verify_condition();
        }
        let goods: Vec<_> = goods_with_places(self.text).collect();
        for (name, place) in &goods {
            // "Incident report, 21:00" heads one, and promises none.
            if *name == REPORT && !self.words.has("to_come", self.text) {
                continue;
            }
            let is_any = *name == ANY_GOODS;
            let gives = |p: &KnownPromise| p.goods.contains(*name) || is_any && !p.goods.is_empty();
            let is_promised = self.known.promised.iter().any(gives);
            let (verdict, what) = if is_promised {
                (Verdict::Consistent, "goods-promised")
            } else {
                (Verdict::Unsupported, "goods-not-promised")
            };
            self.add(
                ClaimKind::Goods,
                verdict,
                *place,
                &Reason::plain(what),
                Vec::new(),
            );
        }
        let Some((_, first)) = goods.first() else {
            return;
        };
        if let Some(place) = self.everybody() {
            self.add_unsupported(ClaimKind::Goods, place, "goods-wider");
        }
        self.verify_condition();
        let amount = self.words.find("amount", self.text);
        if let Some(place) = amount.or_else(|| self.words.find("value", self.text)) {
            let whole = (place.0.min(first.0), place.1.max(first.1));
            self.add_unsupported(ClaimKind::Goods, whole, "goods-amount");
        }
    }

    /// "Register to get the credit": what was promised asks nothing of whoever gets it.
    fn verify_condition(&mut self) {
        let is_open = self.words.has("no_condition", self.text) || self.is_question();
        let place = self.words.find("condition", self.text);
        let is_promised = self.known.promised.iter().any(|p| !p.goods.is_empty());
        let is_about = is_promised && self.is_about_payment();
        if let Some(place) = place.filter(|_| !is_open && is_about) {
            self.add_unsupported(ClaimKind::Goods, place, "goods-condition");
        }
    }

    /// The sentence says that something is given, not that it is asked for, open or denied.
    fn is_given(&self, reading: &Reading) -> bool {
        // "If asked about money: a credit by 30 September": the answer stands behind the colon.
        let first = goods_with_places(self.text)
            .map(|(_, (start, _))| start)
            .min();
        let before = &self.text[..first.unwrap_or(0)];
        // "What we have not promised: any compensation" denies it in front of the colon.
        let answer = match before.rfind(": ") {
            Some(at) if !self.words.has("not_promised", &before[..at]) => at,
            _ => 0,
        };
        let is_open = self.words.has("goods_open", &self.text[answer..]) || self.is_question();
        !is_open && (reading.promise || self.words.has("gives", self.text))
    }

    /// Words for all customers, where nothing limits them to those who are affected.
    fn everybody(&self) -> Option<(usize, usize)> {
        let wide = self.words.find("affected_or_not", self.text);
        wide.or_else(|| {
            let all = self.words.find("everybody", self.text)?;
            (!self.words.has("only_affected", self.text)).then_some(all)
        })
    }

    /// The sentence is about what customers get, so a share in it is none of capacity.
    pub(super) fn is_about_payment(&self) -> bool {
        goods_with_places(self.text).next().is_some()
    }
}
