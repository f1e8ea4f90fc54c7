//! Numbers in texts: counts of links, shares of capacity, numbers of vouchers.

use std::sync::OnceLock;

use regex::Regex;

use crate::check::reading::patterns::Patterns;
use crate::domain::base::lang::Lang;

/// A number that counts links.
#[derive(Debug, Clone, Copy)]
pub(super) struct Count {
    pub start: usize,
    pub end: usize,
    /// How many; none is all.
    pub n: Option<usize>,
    /// Of how many.
    pub of: Option<usize>,
    /// "None".
    pub is_none: bool,
}

/// How a share is bounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bound {
    /// As it stands.
    Exact,
    /// About so much.
    About,
    /// More than that.
    More,
    /// Less than that.
    Less,
}

/// A share of capacity.
#[derive(Debug, Clone, Copy)]
pub(super) struct Share {
    pub start: usize,
    pub end: usize,
    pub percent: f64,
    pub is_left: bool,
    pub is_words: bool,
    pub bound: Bound,
}

const EN: [&str; 21] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
];
const VI: [&str; 11] = [
    "không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười",
];

/// A number in digits or words.
fn value(word: &str, lang: Lang) -> Option<usize> {
    if let Ok(n) = word.parse() {
        return Some(n);
    }
    match lang {
        Lang::En => EN.iter().position(|w| *w == word),
        Lang::Vi => VI
            .iter()
            .position(|w| *w == word || crate::check::reading::text::unmarked(w) == word),
    }
}

fn regex(slot: usize, text: impl Fn() -> String) -> Option<&'static Regex> {
    static ALL: [OnceLock<Option<Regex>>; 12] = [const { OnceLock::new() }; 12];
    ALL[slot].get_or_init(|| Regex::new(&text()).ok()).as_ref()
}

const EN_N: &str = r"(\d{1,3}|zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)";
const VI_N: &str =
    r"(\d{1,3}|một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|mot|bon|nam|sau|bay|tam|chin|muoi)";
const EN_L: &str = r"(?:cable systems?|cables?|links?|systems?|lines?|circuits?|routes?|backbones?|routers?|nodes?|towers?|masts?|exchanges?|feeds?|segments?|paths?|sites?|connections?|rings?|stations?|international connections|gateways?)";
const VI_L: &str = r"(?:tuyến cáp|tuyến|cáp|kênh thuê riêng|kênh|trục|nút|trạm|đường truyền|đường|liên kết|mạch|nhánh|hướng|cột|bộ định tuyến|nguồn|tháp|tuyen|truc|tram|kenh)";

/// The counts of links in a text.
pub(super) fn counts(text: &str, lang: Lang) -> Vec<Count> {
    let mut found: Vec<Count> = Vec::new();
    let mut add = |start: usize, end: usize, n: Option<usize>, of: Option<usize>, is_none: bool| {
        if !found.iter().any(|c: &Count| start < c.end && c.start < end) {
            found.push(Count {
                start,
                end,
                n,
                of,
                is_none,
            });
        }
    };
    let slash = regex(0, || r"\b(\d{1,2}) ?/ ?(\d{1,2})\b".into());
    for c in slash.into_iter().flat_map(|r| r.captures_iter(text)) {
        let Some(all) = c.get(0) else { continue };
        let n = |i: usize| c.get(i).and_then(|m| m.as_str().parse::<usize>().ok());
        let next = text[all.end()..].trim_start();
        let link = match lang {
            Lang::En => {
                [
                    "cable", "link", "line", "system", "circuit", "tower", "backbone", "route",
                    "node",
                ]
                .iter()
                .any(|l| next.starts_with(l))
                    || text[..all.start()].trim_end().ends_with("down:")
                    || text[..all.start()].trim_end().ends_with("up:")
            }
            Lang::Vi => {
                [
                    "tuyến",
                    "cáp",
                    "kênh",
                    "trục",
                    "nút",
                    "trạm",
                    "đường",
                    "tuyen",
                ]
                .iter()
                .any(|l| next.starts_with(l))
                    || next.starts_with(')') && text[..all.start()].ends_with('(')
            }
        };
        // 5/12 is a date unless links follow; after "ngày" it is one all the same.
        let before = text[..all.start()].trim_end();
        let is_date =
            before.ends_with("ngày") || before.ends_with("ngay") || before.ends_with("on");
        if link && !is_date && n(1) <= n(2) {
            add(all.start(), all.end(), n(1), n(2), false);
        }
    }
    match lang {
        Lang::En => {
            let of = regex(1, || {
                format!(r"\b(?:only )?{EN_N} (?:out )?of (?:our |the |these |its |those )*{EN_N}\b")
            });
            for c in of.into_iter().flat_map(|r| r.captures_iter(text)) {
                let n = |i: usize| c.get(i).and_then(|m| value(m.as_str(), lang));
                if let (Some(all), n @ Some(_)) = (c.get(0), n(1)) {
                    add(
                        all.start(),
                        all.end(),
                        n,
                        c.get(2).and_then(|m| value(m.as_str(), lang)),
                        false,
                    );
                }
            }
            let none = regex(2, || {
                format!(
                    r"\b(?:none of (?:our |the |these )*(?:{EN_N} )?|no )(?:of (?:our |the ))?{EN_L}"
                )
            });
            for c in none.into_iter().flat_map(|r| r.captures_iter(text)) {
                if let Some(all) = c.get(0) {
                    add(
                        all.start(),
                        all.end(),
                        Some(0),
                        c.get(1).and_then(|m| value(m.as_str(), lang)),
                        true,
                    );
                }
            }
            let every = regex(3, || {
                format!(
                    r"\b(?:all|every one|each) (?:of )?(?:our |the |these )*(?:{EN_N} )?(?:of (?:our |the |them)?)?(?:{EN_L})?|\bboth (?:{EN_L}|of (?:our|the) {EN_L})?|\bhalf (?:of )?(?:our |the |all )*{EN_L}"
                )
            });
            for c in every.into_iter().flat_map(|r| r.captures_iter(text)) {
                let Some(all) = c.get(0) else { continue };
                let words = all.as_str();
                if words.trim() == "all" || words.trim() == "each" {
                    continue;
                }
                if words.starts_with("half") {
                    continue;
                }
                let of = if words.starts_with("both") {
                    Some(2)
                } else {
                    c.get(1).and_then(|m| value(m.as_str(), lang))
                };
                // "Both" and "all three" may speak of those just named.
                if words.starts_with("both ") && words.trim() == "both" {
                    continue;
                }
                add(all.start(), all.end(), None, of, false);
            }
            let bare = regex(4, || {
                format!(
                    r"\b{EN_N} (?:more )?(?:{EN_L} )?(?:is|are|has|have|remains?)\b|\b{EN_N} {EN_L}\b"
                )
            });
            for c in bare.into_iter().flat_map(|r| r.captures_iter(text)) {
                let n = c.get(1).or(c.get(2)).and_then(|m| value(m.as_str(), lang));
                let Some(all) = c.get(0) else { continue };
                let before = text[..all.start()].trim_end();
                if before.ends_with("other")
                    || before.ends_with("last")
                    || before.ends_with("of our")
                    || before.ends_with("of the")
                    || before.ends_with("of")
                {
                    continue;
                }
                let end = all.end() - all.as_str().len()
                    + all.as_str().rfind(' ').unwrap_or(all.as_str().len());
                add(all.start(), end.max(all.start() + 1), n, None, false);
            }
        }
        Lang::Vi => {
            let of = regex(5, || {
                format!(r"(?:chỉ )?\b{VI_N}(?: {VI_L})? (?:trong|trên)(?: tổng)?(?: số)? {VI_N}\b")
            });
            for c in of.into_iter().flat_map(|r| r.captures_iter(text)) {
                if let (Some(all), n @ Some(_)) =
                    (c.get(0), c.get(1).and_then(|m| value(m.as_str(), lang)))
                {
                    add(
                        all.start(),
                        all.end(),
                        n,
                        c.get(2).and_then(|m| value(m.as_str(), lang)),
                        false,
                    );
                }
            }
            let none = regex(6, || {
                format!(r"(?:không|khong)(?: còn)? {VI_L} (?:nào|nao)")
            });
            for m in none.into_iter().flat_map(|r| r.find_iter(text)) {
                add(m.start(), m.end(), Some(0), None, true);
            }
            let every = regex(7, || {
                format!(r"(?:cả|ca) {VI_N}\b|(?:toàn bộ|tất cả|mọi)(?: các| những)?(?: {VI_L})")
            });
            for c in every.into_iter().flat_map(|r| r.captures_iter(text)) {
                if let Some(all) = c.get(0) {
                    add(
                        all.start(),
                        all.end(),
                        None,
                        c.get(1).and_then(|m| value(m.as_str(), lang)),
                        false,
                    );
                }
            }
            let bare = regex(8, || format!(r"\b{VI_N} {VI_L}\b"));
            for c in bare.into_iter().flat_map(|r| r.captures_iter(text)) {
                if let (Some(all), n @ Some(_)) =
                    (c.get(0), c.get(1).and_then(|m| value(m.as_str(), lang)))
                {
                    add(all.start(), all.end(), n, None, false);
                }
            }
        }
    }
    found.sort_by_key(|c| c.start);
    found
}

/// Words for shares, with the share in per cent; the longest first.
fn share_words(lang: Lang) -> &'static [(&'static str, f64)] {
    match lang {
        Lang::En => &[
            ("three quarters", 75.0),
            ("three-quarters", 75.0),
            ("two thirds", 66.7),
            ("two-thirds", 66.7),
            ("one third", 33.3),
            ("a third", 33.3),
            ("one quarter", 25.0),
            ("a quarter", 25.0),
            ("one eighth", 12.5),
            ("an eighth", 12.5),
            ("one fifth", 20.0),
            ("a fifth", 20.0),
            ("two fifths", 40.0),
            ("three fifths", 60.0),
            ("one tenth", 10.0),
            ("a tenth", 10.0),
            ("half", 50.0),
        ],
        Lang::Vi => &[
            ("ba phần tư", 75.0),
            ("hai phần ba", 66.7),
            ("một phần ba", 33.3),
            ("một phần tư", 25.0),
            ("một phần tám", 12.5),
            ("một phần năm", 20.0),
            ("hai phần năm", 40.0),
            ("ba phần năm", 60.0),
            ("một phần mười", 10.0),
            ("một nửa", 50.0),
            ("quá nửa", 50.0),
            ("nửa", 50.0),
            ("mot phan ba", 33.3),
            ("hai phan ba", 66.7),
            ("mot phan tu", 25.0),
            ("mot nua", 50.0),
        ],
    }
}

/// The shares of capacity in a text.
pub(super) fn shares(text: &str, lang: Lang, words: &Patterns) -> Vec<Share> {
    let mut raw: Vec<(usize, usize, f64, bool)> = Vec::new();
    let percent = regex(9, || {
        r"(\d{1,3}(?:[.,]\d+)?) ?(?:%|per cent|percent|phần trăm)".into()
    });
    for c in percent.into_iter().flat_map(|r| r.captures_iter(text)) {
        if let (Some(all), Some(n)) = (
            c.get(0),
            c.get(1)
                .and_then(|m| m.as_str().replace(',', ".").parse().ok()),
        ) {
            raw.push((all.start(), all.end(), n, false));
        }
    }
    for (word, n) in share_words(lang) {
        for (i, w) in text.match_indices(word) {
            let end = i + w.len();
            let overlaps = raw.iter().any(|(a, b, ..)| i < *b && *a < end);
            let next = text[end..].trim_start();
            // "Half an hour", "half of our links" are no shares of capacity.
            let of_links = next.starts_with("of our links")
                || next.starts_with("of the links")
                || next.starts_with("số tuyến")
                || next.starts_with("an hour")
                || next.starts_with("giờ")
                || next.starts_with("tiếng")
                || next.starts_with("past")
                // Without marks "một phần từ 10:00" looks like a quarter.
                || *word == "mot phan tu" && next.starts_with(|c: char| c.is_ascii_digit())
                || next.starts_with("đêm");
            let of_any = ["of our ", "of the "].iter().any(|o| {
                next.strip_prefix(o).is_some_and(|r| {
                    !["capacity", "bandwidth", "traffic", "normal", "usual"]
                        .iter()
                        .any(|c| r.starts_with(c))
                        && words.find("links", r).is_some_and(|(a, _)| a < 12)
                })
            });
            if !overlaps
                && !of_links
                && !of_any
                && crate::check::reading::text::is_whole(text, i, end)
            {
                raw.push((i, end, *n, true));
            }
        }
    }
    let speaks = words.has("capacity", text) || words.has("lost", text);
    for (phrase, is_left, n) in [
        ("no capacity is lost", false, 0.0),
        ("no capacity has been lost", false, 0.0),
        ("không còn dung lượng", true, 0.0),
        ("không mất dung lượng", false, 0.0),
        ("no capacity left", true, 0.0),
    ] {
        if let Some(i) = text.find(phrase) {
            return vec![Share {
                start: i,
                end: i + phrase.len(),
                percent: n,
                is_left,
                is_words: false,
                bound: Bound::Exact,
            }];
        }
    }
    if !speaks && !words.has("left", text) {
        return Vec::new();
    }
    raw.sort_by_key(|(a, ..)| *a);
    raw.into_iter()
        .map(|(start, end, percent, is_words)| {
            bounded(text, start, end, percent, is_words, lang, words)
        })
        .collect()
}

fn bounded(
    text: &str,
    start: usize,
    end: usize,
    percent: f64,
    is_words: bool,
    lang: Lang,
    words: &Patterns,
) -> Share {
    // The clause in which it stands.
    let from = text[..start].rfind([';', '.', ':']).map_or(0, |i| i + 1);
    let to = text[end..].find([';', ':']).map_or(text.len(), |i| end + i);
    let distance = |name: &str| -> usize {
        words
            .all(name, &text[from..to])
            .iter()
            .map(|(a, b)| {
                let (a, b) = (a + from, b + from);
                if b <= start {
                    start - b
                } else {
                    a.saturating_sub(end)
                }
            })
            .min()
            .unwrap_or(usize::MAX)
    };
    let (lost, left) = (distance("lost"), distance("left"));
    // "Of our capacity is available": what follows in the same breath says it.
    let follows = |name: &str| {
        words
            .find(name, &text[end..to])
            .is_some_and(|(a, _)| a < 30)
    };
    let is_left = left < lost || follows("left") && !follows("lost") && lost > 4;
    let before = text[..start].trim_end();
    let ends = |list: &[&str]| list.iter().any(|w| before.ends_with(w));
    let bound = match lang {
        Lang::En
            if ends(&[
                "more than",
                "over",
                "above",
                "at least",
                "well over",
                "just over",
            ]) =>
        {
            Bound::More
        }
        Lang::En
            if ends(&[
                "less than",
                "under",
                "nearly",
                "almost",
                "just under",
                "below",
                "up to",
                "close to",
            ]) =>
        {
            Bound::Less
        }
        Lang::En
            if ends(&[
                "about",
                "around",
                "roughly",
                "approximately",
                "some",
                "circa",
            ]) =>
        {
            Bound::About
        }
        Lang::Vi if ends(&["hơn", "trên", "hon"]) || text[start..end].starts_with("quá nửa") => {
            Bound::More
        }
        Lang::Vi if ends(&["gần", "dưới", "chưa đến", "chưa tới", "gan"]) => {
            Bound::Less
        }
        Lang::Vi if ends(&["khoảng", "chừng", "độ", "tầm", "khoang"]) => Bound::About,
        _ if is_words => Bound::About,
        _ => Bound::Exact,
    };
    Share {
        start,
        end,
        percent,
        is_left,
        is_words,
        bound,
    }
}

/// The number that stands before a place: "5,000 vouchers", "năm nghìn phiếu".
pub(super) fn before(text: &str, at: usize, lang: Lang) -> Option<u64> {
    let from = text[..at]
        .char_indices()
        .rev()
        .nth(48)
        .map_or(0, |(i, _)| i);
    let piece = &text[from..at];
    let words: Vec<&str> = piece
        .split(|c: char| !c.is_alphanumeric() && c != '-')
        .filter(|w| !w.is_empty())
        .collect();
    let scale_at = words
        .iter()
        .rposition(|w| matches!(*w, "thousand" | "nghìn" | "ngàn" | "hundred" | "trăm"))
        .filter(|i| {
            i + 4 > words.len() && *i > 0 && !words[i - 1].chars().any(|c| c.is_ascii_digit())
        });
    let Some(scale_at) = scale_at else {
        return digits(piece);
    };
    let scale: u64 = if matches!(words[scale_at], "hundred" | "trăm") {
        100
    } else {
        1_000
    };
    let n = spelled(&words[..scale_at], lang)?;
    n.checked_mul(scale)
}

fn digits(piece: &str) -> Option<u64> {
    let written = regex(10, || {
        r"(\d{1,3}(?:[., ]\d{3})+|\d+)(?: (nghìn|ngàn|thousand|triệu|million|k))?[^\d]{0,28}$"
            .into()
    })?;
    let c = written.captures(piece)?;
    let n = c.get(1)?;
    // "A $10 voucher" says what it is worth, not how many there are; "on 5/9" is a day.
    if piece[..n.start()].ends_with(['$', '€', '£', '/', ':']) {
        return None;
    }
    let n: u64 = n.as_str().replace(['.', ',', ' '], "").parse().ok()?;
    let scale: u64 = match c.get(2).map(|m| m.as_str()) {
        Some("nghìn" | "ngàn" | "thousand" | "k") => 1_000,
        Some("triệu" | "million") => 1_000_000,
        _ => 1,
    };
    n.checked_mul(scale)
}

/// "Five", "twenty-five", "mười lăm", "hai mươi".
fn spelled(words: &[&str], lang: Lang) -> Option<u64> {
    let last: Vec<&str> = words.iter().rev().take(3).rev().copied().collect();
    match lang {
        Lang::En => {
            let word = *last.last()?;
            let tens = [
                "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
            ];
            let ten = |w: &str| {
                tens.iter()
                    .position(|t| *t == w)
                    .map(|i| (i as u64 + 2) * 10)
            };
            if let Some((a, b)) = word.split_once('-') {
                return Some(ten(a)? + value(b, lang)? as u64);
            }
            ten(word).or(value(word, lang).map(|n| n as u64))
        }
        Lang::Vi => {
            let unit = |w: &str| match w {
                "lăm" => Some(5),
                "mốt" => Some(1),
                w => value(w, lang).map(|n| n as u64),
            };
            match last.as_slice() {
                [.., a, "mươi", b] => Some(unit(a)? * 10 + unit(b)?),
                [.., a, "mươi"] => Some(unit(a)? * 10),
                [.., "mười", b] => Some(10 + unit(b)?),
                [.., a] => unit(a),
                [] => None,
            }
        }
    }
}
