//! How long a text that did not get through waits before the next try. It sends nothing.

/// The first pause after a failure, in seconds; it doubles from one to the next.
const FIRST_PAUSE: i64 = 60;

/// The longest pause, in seconds.
pub const LONGEST_PAUSE: i64 = 3600;

/// The seconds before the next try, after this many tries: doubling, and a little different for each text, so that not all
/// come at once. `key` is the key of the text, in hexadecimal digits.
pub fn pause_before_retry(tries: u32, key: &str) -> i64 {
    let doubled = FIRST_PAUSE
        .saturating_mul(1 << tries.saturating_sub(1).min(10))
        .min(LONGEST_PAUSE);
    let spread = i64::from(u8::from_str_radix(key.get(..2).unwrap_or("80"), 16).unwrap_or(128));
    // Between four and six fifths.
    doubled * (80 + spread * 40 / 255) / 100
}
