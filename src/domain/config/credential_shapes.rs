//! Finds texts that look like credentials, by shapes that are data. It never gives the text back.

use std::sync::OnceLock;

use regex::Regex;

/// How long an opaque word is at least.
const LONG: usize = 12;

/// What credentials look like: what each shape is, and the shape.
fn shapes() -> &'static [(&'static str, Regex)] {
    static READ: OnceLock<Vec<(&str, Regex)>> = OnceLock::new();
    READ.get_or_init(|| {
        let lines = include_str!("credential_shapes.txt").lines();
        lines
            .filter(|l| !l.starts_with('#'))
            .filter_map(|line| {
                let (what, shape) = line.split_once('\t')?;
                Some((what, Regex::new(shape).ok()?))
            })
            .collect()
    })
}

/// What kind of credential a text seems to hold; none when it seems to hold none.
pub fn looks_like_credential(text: &str) -> Option<&'static str> {
    let holds = |shape: &Regex| {
        shape
            .captures_iter(text)
            .any(|found| match found.name("word") {
                Some(word) => is_opaque(word.as_str(), LONG),
                None => true,
            })
    };
    let mut all = shapes().iter();
    all.find_map(|(what, shape)| holds(shape).then_some(*what))
}

/// True for a long word with letters and digits, as no person writes one.
pub fn has_opaque_word(text: &str) -> bool {
    let is_outside = |c: char| !c.is_ascii_alphanumeric() && !"-_.~+/=".contains(c);
    text.split(is_outside).any(|word| is_opaque(word, LONG + 4))
}

fn is_opaque(word: &str, least: usize) -> bool {
    word.len() >= least && word.bytes().any(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_shape() {
        let lines = include_str!("credential_shapes.txt").lines();
        let wanted = lines.filter(|l| !l.is_empty() && !l.starts_with('#'));
        assert_eq!(shapes().len(), wanted.count());
    }

    #[test]
    fn credentials_are_known_by_their_shapes() {
        let (a, b) = ("abcdefghij0123456789", "0123456789abcdef0123456789abcdef");
        for text in [
            format!("sk_live_{a}"),
            format!("x rk_test_{a}"),
            format!("xoxb-{a}"),
            format!("xoxp-{a}"),
            format!("https://hooks.slack.com/services/T0/B0/{a}"),
            format!("https://discord.com/api/webhooks/1/{a}"),
            format!("https://abc.webhook.office.com/webhookb2/{a}"),
            format!("ghp_{a}"),
            format!("github_pat_{a}"),
            format!("glpat-{a}"),
            "AKIAIOSFODNN7EXAMPLE".to_owned(),
            format!("AIza{a}{a}"),
            format!("/bot123456789:{a}{a}/sendMessage"),
            format!("SG.{a}"),
            format!("key-{b}"),
            format!("AC{b}"),
            format!("whsec_{a}"),
            format!("eyJhbGciOi.eyJzdWIiOi.{a}"),
            "-----BEGIN PRIVATE KEY-----".to_owned(),
            "Bearer abcdefgh".to_owned(),
            "Basic dXNlcjpwYXNz".to_owned(),
            "{\"password\": \"hunter2\"}".to_owned(),
            "pwd=hunter22&x=1".to_owned(),
            format!("?token={a}"),
            format!("{{ \"api_key\": \"{a}\" }}"),
            format!("?X-Signature={b}"),
        ] {
            assert!(looks_like_credential(&text).is_some(), "{text}");
        }
    }

    #[test]
    fn what_refers_to_a_credential_is_none() {
        for text in [
            "Bearer {{ secret }}",
            "https://gateway.example/send?token={{ secret }}&to={{ number }}",
            "{ \"key\": {{ key }}, \"password\": {{ secret }}, \"text\": {{ text }} }",
            "{ \"key\": \"outage\", \"brand\": \"ABC\" }",
            "text/plain; charset=utf-8",
            "https://a.example/v1/projects/123456789012/messages",
            "basic {{ secret }}",
            "a keyword: promotion",
        ] {
            assert_eq!(looks_like_credential(text), None, "{text}");
        }
    }
}
