//! Who is said to vouch for what a text tells: ministries, police, experts. A record has reports of our own people and of
//! those who run links; it does not look at what was said.

use crate::check::against::sentence_under_check::SentenceUnderCheck;
use crate::check::against::verified_claim::ClaimKind;

impl SentenceUnderCheck<'_> {
    /// "The ministry has verified the dates" needs somebody on record who is that.
    pub(super) fn verify_sources(&mut self) {
        let place = self.words.find("authority_said", self.text);
        let Some(place) = place.filter(|_| !self.known.is_closed && !self.is_question()) else {
            return;
        };
        let said = &self.text[place.0..place.1];
        let is_named = |name: &String| said.contains(name.as_str());
        let is_known = self.known.names.iter().any(is_named);
        let is_denied = self.words.has("denied", &self.text[..place.0]);
        if !is_known && !is_denied && !self.words.has("untrue", self.text) {
            self.add_unsupported(ClaimKind::Source, place, "source-not-recorded");
        }
    }
}
