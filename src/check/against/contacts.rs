//! Telephone numbers, addresses and account numbers in a sentence: each has to be one of the workspace. In an outage a
//! wrong hotline is how people are robbed. It calls and opens none.

use std::sync::LazyLock;

use regex::Regex;

use crate::check::against::reason::Reason;
use crate::check::against::reference_facts::Known;
use crate::check::against::sentence_under_check::SentenceUnderCheck;
use crate::check::against::verified_claim::{ClaimKind, Verdict};

/// Telephone and account numbers: eight digits or more in groups, or a short number behind a word for calling.
static NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(NUMBER_PATTERN).ok());
/// Mail and web addresses.
static ADDRESS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(ADDRESS_PATTERN).ok());

const NUMBER_PATTERN: &str = r"(?:\+|\b)\d(?:[ .\-]?\d){7,16}\b|\b(?:call|dial|phone|ring|gọi|goi|bấm|số)(?: (?:us|on|at|số|tổng đài|hotline|tới|den|đến))*:? (\d{3,6}(?:[ .\-]\d{2,})*)\b";
const ADDRESS_PATTERN: &str = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?:https?://)?\b(?:[a-z0-9-]+\.)+(?:vn|com|net|org|info|io|me|app|help|support|online|site|top|xyz|example)\b(?:/[^\s,;)<>\x22]*)?";

/// A telephone number is longer than a time in it by so many bytes.
const TIME_SHORTER: usize = 5;

/// The digits of a number.
fn digits_of(number: &str) -> String {
    number.chars().filter(char::is_ascii_digit).collect()
}

/// An address without its scheme, "www." and the marks behind it.
fn bare_address(address: &str) -> String {
    let lower = address.to_lowercase();
    let rest = lower
        .trim_start_matches("https://")
        .trim_start_matches("http://");
    let rest = rest
        .trim_start_matches("mailto:")
        .trim_start_matches("www.");
    rest.trim_end_matches(['.', '/', '!', '?', ':', '\''])
        .to_owned()
}

impl SentenceUnderCheck<'_> {
    /// "Ring our hotline, the lines are open": wrong while it cannot be reached.
    pub(super) fn verify_hotline(&mut self) {
        let words = self.words;
        if !self.known.is_hotline_out || self.is_question() || words.has("untrue", self.text) {
            return;
        }
        let is_named_out = words.has("not_to_call", self.text);
        let open = words.find("hotline_open", self.text);
        let place = open.filter(|(start, _)| {
            let clause = self.text[..*start]
                .rfind(['.', ';', ','])
                .map_or(0, |i| i + 1);
            let is_open = ["denied", "future", "possibly"]
                .iter()
                .any(|name| words.has(name, &self.text[clause..*start]));
            !is_named_out && !is_open
        });
        if let Some(place) = place.or_else(|| words.find("hotline_never_out", self.text)) {
            let what = Reason::plain("hotline-out");
            let claim = ClaimKind::Contact;
            self.add(claim, Verdict::Contradicts, place, &what, Vec::new());
        }
    }

    /// A number of ours that cannot be reached now: nobody is sent there, and a text may say that it is out.
    fn verify_contact_out(&mut self, place: (usize, usize)) {
        let (before, after) = (&self.text[..place.0], &self.text[place.1..]);
        let has_more = after.contains(char::is_alphanumeric);
        let is_label = !has_more && self.words.has("hotline_label", before);
        if is_label || self.words.has("not_to_call", self.text) {
            return;
        }
        let what = Reason::plain("hotline-out");
        let claim = ClaimKind::Contact;
        self.add(claim, Verdict::Contradicts, place, &what, Vec::new());
    }

    /// Verifies every number and address that people could turn to.
    pub(super) fn verify_contacts(&mut self) {
        let Some(contacts) = self.known.contacts.as_ref() else {
            return;
        };
        let text = self.text;
        // "Please do not call it" sends nobody there.
        let is_call_forbidden = |at: usize| {
            let from = text[..at].rfind([';', ':']).map_or(0, |i| i + 1);
            let to = text[at..].find([';', ':']).map_or(text.len(), |i| at + i);
            self.words.has("not_to_call", &text[from..to])
        };
        let mut found: Vec<((usize, usize), bool)> = Vec::new();
        for c in NUMBER.iter().flat_map(|r| r.captures_iter(text)) {
            let Some(m) = c.get(1).or(c.get(0)) else {
                continue;
            };
            if is_call_forbidden(m.start()) {
                continue;
            }
            if self
                .p
                .moments
                .iter()
                // The first digits of a number may look like a time.
                .any(|t| t.start < m.end() && m.start() < t.end && t.end + TIME_SHORTER > m.end())
                && c.get(1).is_none()
            {
                continue;
            }
            // "Ticket 20260912" is nobody's number.
            if c.get(1).is_none() && self.words.has("reference", &text[..m.start()]) {
                continue;
            }
            if is_known_number(m.as_str(), &self.known.contacts_out) {
                self.verify_contact_out((m.start(), m.end()));
                continue;
            }
            let is_ours = is_known_number(m.as_str(), contacts)
                || self.words.has("danger", text)
                    && is_known_number(m.as_str(), &self.known.emergency);
            found.push(((m.start(), m.end()), is_ours));
        }
        for m in ADDRESS.iter().flat_map(|r| r.find_iter(text)) {
            found.push(((m.start(), m.end()), is_known_address(m.as_str(), contacts)));
        }
        for (place, is_ours) in found {
            if is_ours {
                let what = Reason::plain("our-contact");
                self.add(
                    ClaimKind::Contact,
                    Verdict::Consistent,
                    place,
                    &what,
                    Vec::new(),
                );
            } else {
                self.add_unsupported(ClaimKind::Contact, place, "not-our-contact");
            }
        }
    }
}

fn is_known_number(number: &str, contacts: &[String]) -> bool {
    let digits = digits_of(number);
    let is_same = |own: &str| {
        // +84 and a leading nought are the same number.
        let national = |d: &str| {
            d.strip_prefix("84")
                .or(d.strip_prefix('0'))
                .unwrap_or(d)
                .to_owned()
        };
        !own.is_empty() && (own == digits || national(own) == national(&digits))
    };
    contacts.iter().any(|c| {
        is_same(&digits_of(c))
            || c.split(|ch: char| !ch.is_ascii_digit() && ch != ' ')
                .any(|part| is_same(&digits_of(part)))
    })
}

/// An address is ours when a contact is that address, or the site that it is on alone is named.
fn is_known_address(address: &str, contacts: &[String]) -> bool {
    let own = bare_address(address);
    contacts
        .iter()
        .map(|c| bare_address(c))
        .any(|c| c == own || c.split('/').next() == Some(own.as_str()))
}

/// True of the address of a link that leads to a contact of ours, or to no contact at all.
pub(super) fn is_known_target(target: &str, known: &Known) -> bool {
    let Some(contacts) = known.contacts.as_ref() else {
        return true;
    };
    match target.split_once(':') {
        Some(("tel", number)) => is_known_number(number, contacts),
        Some(("mailto" | "http" | "https", _)) => is_known_address(target, contacts),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_of_contacts_compile() {
        for pattern in [NUMBER_PATTERN, ADDRESS_PATTERN] {
            assert!(Regex::new(pattern).is_ok(), "{pattern}");
        }
    }

    #[test]
    fn contacts_are_known_however_they_are_written() {
        let own = [
            "1900 0000".to_owned(),
            "abc.vn/suco".to_owned(),
            "112 (rescue) or 115".to_owned(),
        ];
        for number in ["19000000", "1900.0000", "112", "115"] {
            assert!(is_known_number(number, &own), "{number}");
        }
        for number in ["1900 0001", "1800 0000", "113"] {
            assert!(!is_known_number(number, &own), "{number}");
        }
        for address in ["https://abc.vn/suco", "www.abc.vn/suco.", "abc.vn"] {
            assert!(is_known_address(address, &own), "{address}");
        }
        for address in ["abc.vn/help", "abc-vn.com", "help@abc.vn"] {
            assert!(!is_known_address(address, &own), "{address}");
        }
    }
}
