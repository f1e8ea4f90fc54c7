//! What a form of the desk sent, read. It does not know what becomes of it.

use crate::desk::screen::act::Act;
use crate::desk::screen::frame::Typed;

/// What a form sent.
pub struct Sent {
    pub typed: Typed,
    pub token: String,
    /// The last entry of the record when the page was made.
    pub head: u64,
    pub is_sure: bool,
}

impl Sent {
    /// None when it is no form of ours.
    pub fn read_form(body: &[u8]) -> Option<Sent> {
        let (mut act, mut token, mut head, mut is_sure) = (None, None, None, false);
        let mut fields = Vec::new();
        for (name, value) in form_urlencoded::parse(body) {
            match &*name {
                "act" => act = Act::from_token(&value),
                "token" => token = Some(value.into_owned()),
                "head" => head = value.parse().ok(),
                "sure" => is_sure = value == "yes",
                // What is not UTF-8 would be recorded as something else.
                _ if value.contains('\u{fffd}') => return None,
                // Browsers end the lines of a form as mails do.
                _ => fields.push((name.into_owned(), value.replace("\r\n", "\n"))),
            }
        }
        Some(Sent {
            typed: Typed { act: act?, fields },
            token: token?,
            head: head?,
            is_sure,
        })
    }
}

/// Compares in the same time wherever they differ.
pub fn is_same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |d, (a, b)| d | (a ^ b)) == 0
}
