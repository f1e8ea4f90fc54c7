//! When a promise falls due, in the words of the text: the last time that says so. Not the period that is paid
//! for, not the validity of a gift, not a condition, not what has passed.

use crate::check::reading::features::Parsed;
use crate::check::reading::time_mentions::{Kind, Moment};
use crate::domain::base::lang::Lang;

/// Bytes of the folded text.
pub type Place = (usize, usize);

/// The words that say when a promise of this kind falls due.
pub fn due(p: &Parsed, kind: &str) -> Option<Place> {
    let text = &p.folded.text;
    // A line of a log begins with the time at which it was written.
    let is_stamp = |m: &Moment| {
        m.start == 0
            && m.kinds.as_slice() == [Kind::Clock]
            && text[m.end..].trim().len() > 12
            && !text[m.end..].trim_start().starts_with("is ")
            && p.lang == Lang::En
            || m.start == 0
                && m.kinds.as_slice() == [Kind::Clock]
                && text[m.end..].trim_start().starts_with('-')
    };
    if kind == "guarantee" && !p.moments.iter().any(|m| limits(p, m)) {
        return None;
    }
    let fits = |m: &&Moment| {
        !is_stamp(m)
            && (kind == "guarantee" || !text[m.start..m.end].starts_with("all "))
            && !has_passed(&text[m.start..m.end], p)
            && !is_condition(p, m)
            && !is_beside(p, m, kind)
    };
    let fitting: Vec<&Moment> = p.moments.iter().filter(fits).collect();
    let m = pick(&fitting, p, kind)?;
    Some(place(text, m, p))
}

/// The last; but a length of time gives way to a time after it was said ("for two hours at 14:00").
fn pick<'a>(fitting: &[&'a Moment], p: &Parsed, kind: &str) -> Option<&'a Moment> {
    let last = fitting.last().copied()?;
    let text = &p.folded.text;
    let is_span = |m: &Moment| m.kinds.as_slice() == [Kind::Span];
    if is_span(last)
        && kind != "guarantee"
        && !within(&text[..last.start], p.lang)
        && let Some(other) = fitting.iter().rev().find(|m| !is_span(m))
    {
        return Some(other);
    }
    Some(last)
}

fn within(before: &str, lang: Lang) -> bool {
    let ends: &[&str] = match lang {
        Lang::En => &[
            "within",
            "in",
            "in the",
            "inside",
            "under",
            "another",
            "give us",
            "allow",
            "for another",
            "within the",
            "roughly",
        ],
        Lang::Vi => &[
            "trong",
            "sau",
            "trong vòng",
            "vòng",
            "nữa",
            "khoảng",
            "còn",
            "vong",
        ],
    };
    let before = before.trim_end();
    ends.iter().any(|e| before.ends_with(e))
}

/// A limit that can be tested: "for no longer than two hours".
fn limits(p: &Parsed, m: &Moment) -> bool {
    let text = &p.folded.text;
    let before = text[..m.start].trim_end();
    let words = &text[m.start..m.end];
    if p.lang == Lang::Vi {
        let ends = |list: &[&str]| list.iter().any(|w| before.ends_with(w));
        return m.has(Kind::Span)
            && ends(&[
                "không quá",
                "khong qua",
                "dưới",
                "duoi",
                "tối đa",
                "toi da",
                "nhiều nhất",
            ])
            || !m.has(Kind::Span)
                && ends(&["đến hết", "tới hết", "den het", "đến", "tới", " hết"]);
    }
    p.lang == Lang::En
        && m.has(Kind::Span)
        && (before.ends_with("than")
            || before.ends_with("capped at")
            || before.ends_with("exceed")
            || before.ends_with("within")
            || before.ends_with("most")
            || words.starts_with("less than")
            || words.starts_with("up to")
            || words.starts_with("under")
            || words.contains("at most"))
        || p.lang == Lang::En
            && (words == "tonight" || words.starts_with("all ") || before.ends_with("until"))
}

/// Words that speak of the past.
fn has_passed(words: &str, p: &Parsed) -> bool {
    let gone: &[&str] = match (p.lang, p.is_plain) {
        (Lang::En, _) => &["yesterday", "last "],
        (Lang::Vi, false) => &[
            "hôm qua",
            "tối qua",
            "đêm qua",
            "sáng qua",
            "chiều qua",
            "trưa qua",
            "hôm kia",
            "hôm trước",
            "khuya qua",
        ],
        (Lang::Vi, true) => &["hom qua", "toi qua", "dem qua", "sang qua", "chieu qua"],
    };
    gone.iter().any(|g| words.contains(g))
}

/// It stands in a condition: "if it is not back by six, ...", "nếu quá 24 giờ ...".
fn is_condition(p: &Parsed, m: &Moment) -> bool {
    let text = &p.folded.text;
    let before = &text[..m.start];
    let heads: &[&str] = match p.lang {
        Lang::En => &[
            "if ",
            "unless ",
            "should ",
            "once ",
            "when ",
            "whenever ",
            "in case ",
            "where ",
            "as soon as ",
            "after ",
            "until ",
            "till ",
            "while ",
        ],
        Lang::Vi => &[
            "nếu ",
            "neu ",
            "khi ",
            "trường hợp ",
            "truong hop ",
            "quá ",
            "qua ",
            "vượt ",
            "vuot ",
            "sau khi ",
            "đến khi ",
            "hễ ",
        ],
    };
    // The clause in which it stands, from the last comma or the beginning.
    let clause = before.rfind([',', ';', ':', '(', '"']).map_or(0, |i| i + 1);
    let own = before[clause..].trim_start();
    let follows = text[m.end..].contains([',', ';']) || text[m.end..].contains(" thì ");
    if heads.iter().any(|h| own.starts_with(h))
        && (follows || clause > 0 || own.len() < 12)
        && p.lang == Lang::En
    {
        return !own.starts_with("until ") || follows;
    }
    if heads.iter().any(|h| own.starts_with(h)) && p.lang == Lang::Vi && (follows || clause > 0) {
        return true;
    }
    let near: &[&str] = match p.lang {
        Lang::En => &[
            "if",
            "since",
            "after",
            "valid till",
            "valid until",
            "not back by",
            "as of",
        ],
        Lang::Vi => &[
            "quá",
            "hơn",
            "vượt",
            "từ sau",
            "mất mạng quá",
            "vuot",
            "hon",
            "trước khi tới",
            "trước khi đến",
        ],
    };
    let before = before.trim_end();
    let limit = match p.lang {
        Lang::En => {
            before.ends_with("no longer than")
                || before.ends_with("not longer than")
                || before.ends_with("no more than")
                || before.ends_with("not more than")
        }
        Lang::Vi => before.ends_with("không quá") || before.ends_with("khong qua"),
    };
    !limit
        && near.iter().any(|n| {
            before.ends_with(n)
                && !before[..before.len() - n.len()].ends_with(char::is_alphanumeric)
        })
}

/// It says what is paid for or how long a thing is given, not when.
fn is_beside(p: &Parsed, m: &Moment, kind: &str) -> bool {
    let text = &p.folded.text;
    let before = text[..m.start].trim_end();
    let after = text[m.end..].trim_start();
    let ends = |list: &[&str]| {
        list.iter().any(|e| {
            before.ends_with(e)
                && !before[..before.len() - e.len()].ends_with(char::is_alphanumeric)
        })
    };
    let until = match p.lang {
        Lang::En => ends(&["until", "till", "til"]),
        Lang::Vi => ends(&["đến", "den", "đến hết", "tới"]) && m.last.is_none(),
    };
    if until
        && !matches!(kind, "action" | "guarantee" | "other")
        && !(p.lang == Lang::Vi && kind == "restore_by")
    {
        return true;
    }
    if kind == "compensation" && p.lang == Lang::Vi && !m.has(Kind::Bill) {
        let near = [
            "trước",
            "vào",
            "trong",
            "từ",
            "lúc",
            "chậm nhất",
            "muộn nhất",
            "hạn",
            "ngay",
            "vòng",
            "truoc",
            "vao",
            "trong vòng",
            "kể từ",
            "tu",
            "bắt đầu",
            "sau",
            "chậm nhất là",
            "giờ",
            "là",
        ];
        let own = &text[m.start..m.end];
        if !ends(&near) && !own.starts_with("trong") && !own.contains("nữa") && !own.contains("mai")
        {
            return true;
        }
    }
    if kind == "compensation" {
        let only_span = m.kinds.as_slice() == [Kind::Span] || m.kinds.as_slice() == [Kind::Month];
        if only_span && !within(before, p.lang) {
            return true;
        }
        let paid = match p.lang {
            Lang::En => ends(&[
                "for", "of", "during", "for the", "valid", "through", "up to",
            ]),
            Lang::Vi => {
                ends(&[
                    "cước",
                    "tiền điện",
                    "tiền nước",
                    "tiền",
                    "gói",
                    "phí",
                    "suốt",
                    "nguyên",
                    "quốc tế",
                    "cuoc",
                    "của",
                    "lưu trữ",
                ]) && !m.has(Kind::Clock)
                    && !before.ends_with("vào")
            }
        };
        if paid {
            return true;
        }
        if m.kinds.as_slice() == [Kind::Bill] {
            return match p.lang {
                Lang::En => false,
                Lang::Vi => !ends(&[
                    "vào",
                    "vô",
                    "trong",
                    "trên",
                    "qua",
                    "từ",
                    "sang",
                    "vao",
                    "tren",
                    "thẳng vào",
                    "ở",
                    "ngay",
                    "phí dịch vụ",
                ]),
            };
        }
    }
    // "Five working days' notice", "two hours of work".
    after.starts_with("of ") && m.kinds.as_slice() == [Kind::Span]
        || after.starts_with("' ")
        || after.starts_with("-old")
}

/// The words: of a range whose ends are whole by themselves, the last end; with "from" or "between" otherwise.
fn place(text: &str, m: &Moment, p: &Parsed) -> Place {
    if m.has_whole_ends()
        && let Some(last) = m.last
    {
        return (last, m.end);
    }
    let mut start = m.start;
    let before = text[..start].trim_end();
    if m.last.is_some() {
        let openers: &[&str] = match p.lang {
            Lang::En => &["from", "between"],
            Lang::Vi => &["từ", "tu"],
        };
        if let Some(o) = openers.iter().find(|o| {
            before.ends_with(**o)
                && !before[..before.len() - o.len()].ends_with(char::is_alphanumeric)
        }) {
            start = before.len() - o.len();
        }
    }
    if p.lang == Lang::Vi
        && m.kinds.as_slice() == [Kind::Span]
        && !text[m.start..m.end].contains("nữa")
        && let Some(o) = ["sau", "Sau"].iter().find(|o| {
            before.ends_with(**o)
                && !before[..before.len() - o.len()].ends_with(char::is_alphanumeric)
        })
    {
        start = before.len() - o.len();
    }
    let words = &text[start..m.end];
    if words == "the hour" && before.ends_with("within") {
        start = before.len() - "within".len();
    }
    for lead in ["trong ", "vào ", "lúc ", "trước ", "vao ", "luc ", "truoc "] {
        let rest = words.strip_prefix(lead);
        let breaks = matches!(
            rest,
            Some("ngày" | "đêm" | "tuần" | "tháng" | "ngay" | "dem" | "tuan" | "thang")
        );
        if rest.is_some() && !breaks {
            start += lead.len();
            break;
        }
    }
    (start, m.end)
}
