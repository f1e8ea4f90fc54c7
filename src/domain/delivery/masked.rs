//! What an outlet's server answered, without what may name people or credentials. It keeps the rest of the words.

/// What servers say may name people and credentials: numbers, however they are written, addresses and long opaque words
/// are left out.
pub fn mask_answer(text: &str) -> String {
    let is_opaque = |word: &str| {
        let digits = word.chars().filter(char::is_ascii_digit).count();
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.=+/:\"'(),;…".contains(c);
        word.len() >= 16
            && word.chars().all(is_plain)
            && (digits > 2 || !word.contains(['-', '/', '.']))
            && digits > 0
    };
    let text = without_numbers(text);
    let words = text.split(' ').map(|word| {
        let digits = word.chars().filter(char::is_ascii_digit).count();
        match word.contains('@') || digits >= 7 || is_opaque(word) {
            true => "…",
            false => word,
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Without runs of seven or more digits, whatever stands between these.
fn without_numbers(text: &str) -> String {
    let is_between = |c: char| matches!(c, ' ' | '-' | '.' | '(' | ')' | '+' | '/' | '\u{a0}');
    let mut out = String::new();
    let mut run = String::new();
    let flush = |run: &mut String, out: &mut String| {
        let digits = run.chars().filter(char::is_ascii_digit).count();
        if digits < 7 {
            out.push_str(run);
        } else {
            let end = run.trim_end_matches(is_between).len();
            out.push('…');
            out.push_str(&run[end..]);
        }
        run.clear();
    };
    for c in text.chars() {
        if c.is_ascii_digit() || (is_between(c) && !run.is_empty()) || c == '+' {
            run.push(c);
        } else {
            flush(&mut run, &mut out);
            out.push(c);
        }
    }
    flush(&mut run, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_says_names_nobody() {
        for (said, wanted) in [
            ("it answered 503 (no)", "it answered 503 (no)"),
            (
                "invalid number +84 912 345 678 of A",
                "invalid number … of A",
            ),
            ("(091) 234-5678, twice", "(…, twice"),
            ("0912.345.678", "…"),
            ("a@b.vn is full", "… is full"),
            ("tried 3 times: 429", "tried 3 times: 429"),
            ("key tok3nofourgateway2026xyz wrong", "key … wrong"),
            ("+", "+"),
        ] {
            assert_eq!(mask_answer(said), wanted, "{said}");
        }
    }
}
