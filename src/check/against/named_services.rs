//! Services that people name by words of their own: television, calls, an app. What is said of them needs the effect on
//! record, or a report. It does not verify services of the network (`states`).

use crate::check::against::sentence_under_check::SentenceUnderCheck;
use crate::check::against::states::LinkClaims;
use crate::check::against::verified_claim::ClaimKind;

impl SentenceUnderCheck<'_> {
    /// "Facebook cannot be reached" is more than the slowness that was noted; "television is affected" is other than that.
    pub(super) fn verify_named_services(&mut self, claims: &LinkClaims) {
        let open = [
            "possibly",
            "denied_reason",
            "not_to_say",
            "prohibits",
            "future",
            "untrue",
        ];
        let is_open = || open.iter().any(|name| self.words.has(name, self.text));
        let is_reported = || {
            let mut named = claims.names.iter().map(|n| &self.known.links[n.link]);
            named.any(|l| l.is_rider && l.state.is_some_and(|s| !s.works()))
        };
        let rows = [
            ("other_media", "media_hit"),
            ("other_media", "media_works"),
            ("web_apps", "media_out"),
        ];
        for (service, trouble) in rows {
            let (Some(named), Some(said)) = (
                self.words.find(service, self.text),
                self.words.find(trouble, self.text),
            ) else {
                continue;
            };
            let is_felt = |effect: &String| self.words.has(service, effect);
            let is_backed = self.known.has_no_service
                || self.known.effect_words.iter().any(is_felt)
                || is_reported();
            if self.known.is_closed
                || self.is_question()
                || is_backed
                || is_open()
                || self.is_about_payment()
            {
                continue;
            }
            let place = (named.0.min(said.0), named.1.max(said.1));
            self.add_unsupported(ClaimKind::State, place, "unreported");
            return;
        }
    }
}
