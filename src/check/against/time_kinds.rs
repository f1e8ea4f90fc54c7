//! Times that a sentence gives for more than one kind of thing: held against each kind that it has words for. Compares
//! nothing itself (`time_comparison`), and finds no times (`times`).

use crate::check::against::reference_facts::KnownTime;
use crate::check::against::sentence_under_check::SentenceUnderCheck;
use crate::check::against::states::LinkClaims;
use crate::check::against::time_comparison::{Compared, compare};
use crate::check::against::time_topics::{TimeClaim, Topic};
use crate::check::reading::patterns::goods_in;
use crate::check::reading::time_mentions::TimeMention;
use crate::check::reading::time_parts::Parts;

impl SentenceUnderCheck<'_> {
    /// The time is on record for another kind of thing of which the sentence speaks as well: "it will be posted to your
    /// account by 30 September", "we told you 20 to 25 September".
    pub(super) fn fits_other_kind(&self, claim: &TimeClaim, links: &LinkClaims) -> bool {
        if self.known.is_closed {
            return false;
        }
        let fits =
            |k: &KnownTime| compare(&claim.parts, k, claim.zone, self.known.now) == Compared::Fits;
        let may_be_due = matches!(claim.topic, Topic::Update | Topic::Eta);
        let goods = goods_in(self.text);
        let given = self.known.promised.iter();
        let mut given = given.filter(|p| may_be_due && !p.goods.is_disjoint(&goods));
        let may_be_news = claim.topic == Topic::Due && self.words.has("update", self.text);
        given.any(|p| fits(&p.due))
            || may_be_news && self.known.next_update.iter().any(fits)
            || claim.topic == Topic::Start && self.is_of_news(fits)
            || claim.topic == Topic::Update && self.is_told_plan(claim, links)
            || claim.topic == Topic::Eta && self.is_replaced(claim)
    }

    /// "You were to hear from us at 10:00": a moment on record, in a sentence about news.
    fn is_of_news(&self, fits: impl Fn(&KnownTime) -> bool) -> bool {
        let known = self.known;
        let due = known.promised.iter().map(|p| &p.due);
        let mut all = known.moments.iter().chain(&known.next_update).chain(due);
        self.words.has("update", self.text) && all.any(fits)
    }

    /// "The operator told us 28 September to 2 October": a plan that is passed on in a sentence about news.
    fn is_told_plan(&self, claim: &TimeClaim, links: &LinkClaims) -> bool {
        let is_of_plan = ["planned", "attributed", "slipped"]
            .iter()
            .any(|w| self.words.has(w, self.text));
        let fits =
            |k: &KnownTime| compare(&claim.parts, k, claim.zone, self.known.now) == Compared::Fits;
        let is_old =
            || !self.words.has("still_so", self.text) && self.known.windows.iter().any(fits);
        is_of_plan && (self.windows(links).iter().any(fits) || is_old())
    }

    /// A window that was told before, in a sentence that says so.
    fn is_replaced(&self, claim: &TimeClaim) -> bool {
        let fits =
            |k: &KnownTime| compare(&claim.parts, k, claim.zone, self.known.now) == Compared::Fits;
        self.words.has("slipped", self.text)
            && !self.words.has("still_so", self.text)
            && self.known.windows.iter().any(fits)
    }

    /// "We are writing today", "better news today": no news to come.
    pub(super) fn is_said_today(&self, parts: &Parts) -> bool {
        !self.known.is_closed
            && parts.days_from_now == Some(0)
            && !self.words.has("to_come", self.text)
    }

    /// "It will not be back today" gives no time of a return.
    pub(super) fn is_no_return_by(&self, mention: &TimeMention) -> bool {
        !self.known.is_closed && self.words.has("not_back_by", &self.text[..mention.start])
    }
}
