//! How long a text is on a channel: characters, SMS parts as networks count them, seconds read aloud. Cuts no text.

use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::domain::base::lang::Lang;
use crate::domain::config::channel::{BETWEEN_POSTS, Channel, Charset};
use crate::domain::facts::evaluator::Measure;
use crate::languages::phrases::Number;

/// The basic character table of GSM 03.38, without the escape character.
const GSM: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

/// The extension table, whose characters count twice.
const GSM_EXTENDED: &str = "^{}\\[]~|€\u{c}";

/// The length of an SMS as phone networks count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sms {
    /// The encoding: GSM-7 if true, else UCS-2.
    pub gsm7: bool,
    /// The length in septets (GSM-7) or UTF-16 code units (UCS-2).
    pub units: usize,
    /// The number of message parts.
    pub parts: usize,
}

/// The septets of a character in GSM-7; none when it is not in the tables.
fn count_septets(c: char) -> Option<usize> {
    if GSM.contains(c) {
        Some(1)
    } else if GSM_EXTENDED.contains(c) {
        Some(2)
    } else {
        None
    }
}

/// Counts a text. Networks never split a character of two units between parts.
pub fn count_sms(text: &str) -> Sms {
    let sizes: Option<Vec<usize>> = text.chars().map(count_septets).collect();
    let (gsm7, sizes, single, part) = match sizes {
        Some(s) => (true, s, 160, 153),
        None => (false, text.chars().map(char::len_utf16).collect(), 70, 67),
    };
    let units: usize = sizes.iter().sum();
    if units <= single {
        return Sms {
            gsm7,
            units,
            parts: usize::from(units > 0),
        };
    }
    let (mut parts, mut room) = (1, part);
    for size in sizes {
        if size > room {
            parts += 1;
            room = part;
        }
        room -= size;
    }
    Sms { gsm7, units, parts }
}

/// Seconds to read a text aloud, by the speed of the language: so many words in so many seconds.
pub(crate) fn reading_seconds(lang: Lang, text: &str) -> usize {
    let words: usize = text
        .split_whitespace()
        .map(|w| w.bytes().filter(u8::is_ascii_digit).count().clamp(1, 4))
        .sum();
    let speed = |key| {
        lang.shipped_words()
            .phrase_text(key)
            .parse()
            .unwrap_or(1)
            .max(1)
    };
    (words * speed(Number::AloudSeconds)).div_ceil(speed(Number::AloudWords))
}

/// Measures a text on a channel, and says why it may not be sent, if it may not.
pub fn measure_text(channel: &Channel, lang: Lang, text: &str) -> Measure {
    let composed: String = if is_nfc(text) {
        String::new()
    } else {
        text.nfc().collect()
    };
    let text = if composed.is_empty() {
        text
    } else {
        composed.as_str()
    };
    let characters = text.chars().count();
    let mut what = format!("{characters} characters");
    let mut trouble = None;
    if channel.charset != Charset::Unicode {
        let count = count_sms(text);
        let coding = if count.gsm7 { "GSM-7" } else { "UCS-2" };
        let noun = if count.parts == 1 { "part" } else { "parts" };
        what = format!("{characters} characters, {} {noun} ({coding})", count.parts);
        if let Some(max) = channel.max_parts
            && count.parts > max
        {
            trouble = Some(format!("{} SMS parts, at most {max} go out", count.parts));
        }
        if channel.charset == Charset::SmsGsm7
            && let Some(c) = text.chars().find(|c| count_septets(*c).is_none())
        {
            trouble = Some(format!("'{c}' is not in the GSM-7 alphabet"));
        }
    }
    if let Some(max) = channel.max_characters
        && characters > max
    {
        trouble = Some(format!("{characters} characters, at most {max} fit"));
    }
    if let Some(max) = channel.max_post_characters {
        let posts: Vec<usize> = text
            .split(BETWEEN_POSTS)
            .map(|p| p.chars().count())
            .collect();
        if posts.len() > 1 {
            what = format!("{what}, {} posts", posts.len());
        }
        // A sentence that is longer than a post is not cut, and no reason to say nothing: whoever posts it is told.
        if let Some(long) = posts.iter().find(|p| **p > max) {
            what = format!("{what}, one of {long} characters");
        }
    }
    if let Some(max) = channel.max_seconds {
        let time = reading_seconds(lang, text);
        what = format!("{what}, about {time} s read aloud");
        if time > max {
            trouble = Some(format!("about {time} s read aloud, at most {max}"));
        }
    }
    if let Some(c) = channel.forbidden.chars().find(|c| text.contains(*c)) {
        trouble = Some(format!("'{c}' is forbidden on this channel"));
    }
    Measure { what, trouble }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_parts_as_networks_do() {
        assert_eq!(count_sms(&"a".repeat(160)).parts, 1);
        assert_eq!(count_sms(&"a".repeat(161)).parts, 2);
        assert_eq!(count_sms(&"a".repeat(306)).parts, 2);
        assert_eq!(count_sms(&"a".repeat(307)).parts, 3);
        assert_eq!(count_sms(&"€".repeat(80)).units, 160);
        assert_eq!(count_sms(&"€".repeat(81)).parts, 2);
        assert_eq!(count_sms(&"ạ".repeat(70)).parts, 1);
        assert_eq!(count_sms(&"ạ".repeat(71)).parts, 2);
        assert_eq!(count_sms(&"ạ".repeat(135)).parts, 3);
        assert_eq!(count_sms("").parts, 0);
    }

    #[test]
    fn an_escape_pair_is_not_split() {
        // 152 septets, then a character of two: it moves to the next part.
        let text = format!("{}€{}", "a".repeat(152), "a".repeat(151));
        assert_eq!(count_sms(&text).units, 305);
        assert_eq!(count_sms(&text).parts, 2);
        let text = format!("{}€{}", "a".repeat(152), "a".repeat(152));
        assert_eq!(
            count_sms(&text).parts,
            3,
            "306 septets would fit two parts but for the split"
        );
    }
}
