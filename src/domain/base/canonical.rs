//! Whether a text is JSON in canonical form (RFC 8785) without floats: read once from left to right, without building a value.
//! Says nothing about what the JSON means.

use std::cmp::Ordering;

/// Deeper JSON is none of ours.
const DEEPEST: usize = 64;

/// True for JSON with sorted keys, no white space, the shortest escapes and whole numbers.
pub fn is_canonical_json(text: &str) -> bool {
    let mut rest = Rest { text, at: 0 };
    rest.value(0).is_some() && rest.at == text.len()
}

struct Rest<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Rest<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, wanted: u8) -> Option<()> {
        (self.peek()? == wanted).then(|| self.at += 1)
    }

    fn value(&mut self, depth: usize) -> Option<()> {
        if depth > DEEPEST {
            return None;
        }
        match self.peek()? {
            b'{' => self.object(depth),
            b'[' => self.array(depth),
            b'"' => self.string().map(drop),
            b'-' | b'0'..=b'9' => self.whole_number(),
            _ => self.word(),
        }
    }

    fn object(&mut self, depth: usize) -> Option<()> {
        self.take(b'{')?;
        if self.take(b'}').is_some() {
            return Some(());
        }
        let mut last: Option<&str> = None;
        loop {
            let key = self.string()?;
            if last.is_some_and(|last| compare_keys(last, key) != Ordering::Less) {
                return None;
            }
            last = Some(key);
            self.take(b':')?;
            self.value(depth + 1)?;
            if self.take(b',').is_none() {
                return self.take(b'}');
            }
        }
    }

    fn array(&mut self, depth: usize) -> Option<()> {
        self.take(b'[')?;
        if self.take(b']').is_some() {
            return Some(());
        }
        loop {
            self.value(depth + 1)?;
            if self.take(b',').is_none() {
                return self.take(b']');
            }
        }
    }

    /// Reads a string; gives what stands between its quotes, as it is written.
    fn string(&mut self) -> Option<&'a str> {
        self.take(b'"')?;
        let begin = self.at;
        loop {
            match self.peek()? {
                b'"' => break,
                b'\\' => self.escape()?,
                0..0x20 => return None,
                _ => self.at += 1,
            }
        }
        let inside = self.text.get(begin..self.at)?;
        self.at += 1;
        Some(inside)
    }

    /// Only what has to be escaped is, in its shortest form.
    fn escape(&mut self) -> Option<()> {
        let rest = self.text.as_bytes().get(self.at + 1..)?;
        self.at += match rest {
            [b'"' | b'\\' | b'b' | b'f' | b'n' | b'r' | b't', ..] => 2,
            [b'u', b'0', b'0', high @ b'0'..=b'1', low, ..] => {
                let low = char::from(*low)
                    .to_digit(16)
                    .filter(|_| !low.is_ascii_uppercase())?;
                let code = u32::from(*high - b'0') * 16 + low;
                let has_short_form = matches!(code, 0x08 | 0x09 | 0x0a | 0x0c | 0x0d);
                (!has_short_form).then_some(6)?
            }
            _ => return None,
        };
        Some(())
    }

    fn whole_number(&mut self) -> Option<()> {
        let is_negative = self.take(b'-').is_some();
        let begin = self.at;
        while self.peek().is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
        }
        let digits = self.text.get(begin..self.at)?;
        let is_shortest = !digits.is_empty() && (digits == "0" || !digits.starts_with('0'));
        let is_zero_below_zero = is_negative && digits == "0";
        (is_shortest && !is_zero_below_zero && is_exact_as_double(digits)).then_some(())
    }

    fn word(&mut self) -> Option<()> {
        let rest = self.text.get(self.at..)?;
        let word = ["true", "false", "null"]
            .into_iter()
            .find(|w| rest.starts_with(w))?;
        self.at += word.len();
        Some(())
    }
}

/// The canonical form writes each number as a double: from 2^53 on, most whole numbers would come out as another.
fn is_exact_as_double(digits: &str) -> bool {
    const ALWAYS_EXACT: usize = 15;
    digits.len() <= ALWAYS_EXACT
        || (digits.parse::<u64>().is_ok()
            && digits
                .parse::<f64>()
                .is_ok_and(|double| double.to_string() == digits))
}

/// Keys are sorted by their UTF-16 code units; our own are ASCII, where that is the order of bytes.
fn compare_keys(a: &str, b: &str) -> Ordering {
    if a.is_ascii() && b.is_ascii() && !a.contains('\\') && !b.contains('\\') {
        return a.cmp(b);
    }
    let plain =
        |key: &str| serde_json::from_str::<String>(&format!("\"{key}\"")).unwrap_or_default();
    plain(a).encode_utf16().cmp(plain(b).encode_utf16())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::is_canonical_json;
    use crate::domain::base::digest::to_canonical_json;

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            ".{0,6}".prop_map(Value::from),
            "[\\x00-\\x1f\\\\\"/é\u{10000}\u{e000}]{0,4}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 30, 5, |inner| {
            let keys = prop_oneof!["[a-z]{1,3}", ".{1,3}"];
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map(keys, inner, 0..5)
                    .prop_map(|m| Value::Object(m.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_canonically_is_canonical(value in values()) {
            let text = to_canonical_json(&value).unwrap();
            prop_assert!(is_canonical_json(&text), "{text}");
        }

        /// Every text that is accepted is the one that would be written.
        #[test]
        fn a_changed_text_is_canonical_only_if_it_would_be_written_so(
            value in values(), at in any::<prop::sample::Index>(), byte in 0u8..128
        ) {
            let mut bytes = to_canonical_json(&value).unwrap().into_bytes();
            let i = at.index(bytes.len());
            bytes[i] = byte;
            if let Ok(text) = String::from_utf8(bytes) && is_canonical_json(&text) {
                let read: Value = serde_json::from_str(&text).unwrap();
                prop_assert_eq!(to_canonical_json(&read).unwrap(), text);
            }
        }
    }

    #[test]
    fn other_forms_are_not() {
        for text in [
            "",
            " {}",
            "{} ",
            "{\"b\":1,\"a\":1}",
            "{\"a\":1,\"a\":1}",
            "[1,]",
            "01",
            "-0",
            "1.5",
            "1e3",
            "9007199254740993",
            "-100000000010000001",
            "18446744073709551615",
            "99999999999999999999",
            "\"\\/\"",
            "\"\\u0041\"",
            "\"\\u000a\"",
            "\"\\u001F\"",
            "nul",
            "{\"a\" :1}",
            "\"a",
            "{\"a\":1",
            "\"\n\"",
        ] {
            assert!(!is_canonical_json(text), "{text}");
        }
        assert!(!is_canonical_json(&"[".repeat(100_000)));
        assert!(is_canonical_json("[9007199254740992,-1152921504606847000]"));
        assert!(is_canonical_json(
            &json!({"a": "\u{1f}", "b": [true, -7]}).to_string()
        ));
    }
}
