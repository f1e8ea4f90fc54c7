//! The words around notices, in each language.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use minijinja::value::{Serde, Value};

use crate::domain::base::lang::Lang;

/// A word of the page by key; the key itself would be a fault, which a test finds.
pub fn word(key: &str, lang: Lang) -> &'static str {
    let found = WORDS.iter().find(|(k, ..)| *k == key);
    found.map_or("", |(_, vi, en)| match lang {
        Lang::Vi => vi,
        Lang::En => en,
    })
}

/// All words of a language, for templates: every page has them.
pub fn all(lang: Lang) -> Value {
    static MADE: [OnceLock<Value>; 2] = [const { OnceLock::new() }; 2];
    let made = || {
        let all: BTreeMap<&str, &str> = WORDS.iter().map(|(k, ..)| (*k, word(k, lang))).collect();
        Value::from(Serde(all))
    };
    MADE[usize::from(lang == Lang::En)]
        .get_or_init(made)
        .clone()
}

const WORDS: &[(&str, &str, &str)] = &[
    ("name", "Tiếng Việt", "English"),
    ("title", "Tình trạng dịch vụ", "Service status"),
    ("skip", "Đến nội dung chính", "Skip to the content"),
    ("languages", "Ngôn ngữ", "Languages"),
    ("home", "Trang chính", "Front page"),
    (
        "nothing",
        "Hiện không có thông báo sự cố nào.",
        "There is no current notice of an incident.",
    ),
    (
        "one",
        "Hiện có 1 sự cố chưa kết thúc.",
        "One incident is not over yet.",
    ),
    (
        "some",
        "Hiện có {n} sự cố chưa kết thúc.",
        "{n} incidents are not over yet.",
    ),
    (
        "one_work",
        "Có 1 đợt bảo trì đã thông báo.",
        "One piece of planned work is announced.",
    ),
    (
        "some_work",
        "Có {n} đợt bảo trì đã thông báo.",
        "{n} pieces of planned work are announced.",
    ),
    ("drill_mark", "DIỄN TẬP:", "DRILL:"),
    (
        "drill",
        "DIỄN TẬP: mọi nội dung trên trang này chỉ để diễn tập.",
        "DRILL: everything on this page is an exercise.",
    ),
    (
        "components",
        "Dịch vụ, khu vực và đường truyền",
        "Services, areas and links",
    ),
    ("others", "Không có thông báo", "Without a notice"),
    ("state_operational", "Hoạt động", "Working"),
    ("state_none", "Không có thông báo", "No notice"),
    ("state_degraded_performance", "Suy giảm", "Degraded"),
    ("state_partial_outage", "Chập chờn", "Unstable"),
    ("state_major_outage", "Gián đoạn", "Down"),
    (
        "state_under_maintenance",
        "Đang bảo trì",
        "Under maintenance",
    ),
    (
        "status_investigating",
        "Đang kiểm tra",
        "Being investigated",
    ),
    ("status_identified", "Đã xác định sự cố", "Fault identified"),
    (
        "status_monitoring",
        "Đã có tín hiệu trở lại, đang theo dõi",
        "Back, under watch",
    ),
    ("status_resolved", "Đã khôi phục", "Restored"),
    ("status_scheduled", "Đã lên lịch", "Scheduled"),
    ("status_in_progress", "Đang thực hiện", "In progress"),
    (
        "status_verifying",
        "Đã xong, đang theo dõi",
        "Done, under watch",
    ),
    ("status_completed", "Đã hoàn thành", "Completed"),
    ("closed", "Đã kết thúc lúc {t}", "Ended at {t}"),
    ("began", "Từ {t}", "Since {t}"),
    ("notice", "Thông báo số {n}", "Notice {n}"),
    ("issued", "phát lúc {t}", "issued at {t}"),
    (
        "above",
        "Thông báo số {n} ở trên cũng nói về sự cố này.",
        "Notice {n}, above, speaks of this too.",
    ),
    ("latest", "Thông báo mới nhất", "Latest notice"),
    (
        "promises",
        "Những điều chúng tôi đã hẹn",
        "What we promised",
    ),
    ("promise", "Lời hẹn", "Promise"),
    ("due", "Hạn", "Due"),
    ("became", "Kết quả", "What became of it"),
    ("moved", "trước đó hẹn {t}", "first said {t}"),
    ("after", "sau thông báo số {n}", "after notice {n}"),
    (
        "passed_on",
        "theo bên thực hiện",
        "as given by those who do it",
    ),
    ("standing_open", "Chưa đến hạn", "Not due yet"),
    (
        "standing_overdue",
        "Đã quá hạn: chúng tôi đang trễ hẹn",
        "Late: its time has passed",
    ),
    ("standing_kept", "Đúng hẹn, lúc {t}", "Kept, at {t}"),
    (
        "standing_kept-late",
        "Trễ hẹn, đến {t} mới thực hiện",
        "Late, done at {t}",
    ),
    ("standing_broken", "Không giữ được lời hẹn", "Not kept"),
    ("standing_withdrawn", "Đã rút lại", "Taken back"),
    ("next", "Thông báo tiếp theo", "Next notice"),
    (
        "late_if",
        "Nếu đã quá {t} mà ở đây chưa có thông báo mới, chúng tôi đang trễ hẹn với Quý khách.",
        "If it is past {t} and there is no newer notice here, we are late.",
    ),
    (
        "late_now",
        "Đã quá giờ hẹn: chúng tôi đang trễ hẹn với Quý khách.",
        "That time has passed: we are late.",
    ),
    ("unknown", "Điều chưa biết", "What is not known yet"),
    ("history", "Các thông báo trước", "Earlier notices"),
    (
        "changes",
        "Thay đổi so với thông báo số {n}",
        "Changes since notice {n}",
    ),
    ("gone", "bỏ", "gone"),
    ("new", "thêm", "new"),
    ("picture", "Diễn biến", "Over time"),
    (
        "picture_of",
        "Trạng thái đường truyền theo thời gian",
        "The state of links over time",
    ),
    ("in_words", "Diễn biến bằng chữ", "The same in words"),
    ("from_to", "{a} đến {b}", "{a} to {b}"),
    ("notices_row", "Thông báo", "Notices"),
    ("dues_row", "Giờ hẹn", "Promised"),
    ("more", "Chi tiết sự cố", "About this incident"),
    ("past", "Sự cố đã kết thúc", "Past incidents"),
    (
        "no_past",
        "Chưa có sự cố nào đã kết thúc.",
        "There are no past incidents.",
    ),
    ("page", "Trang {n}", "Page {n}"),
    ("older", "Cũ hơn", "Older"),
    ("newer", "Mới hơn", "Newer"),
    ("all_past", "Tất cả sự cố đã kết thúc", "All past incidents"),
    (
        "zone",
        "Giờ trên trang này là {z}.",
        "Times on this page are in {z}.",
    ),
    ("feed", "Nguồn tin (Atom)", "Feed (Atom)"),
    ("calendar", "Lịch (iCalendar)", "Calendar (iCalendar)"),
    ("data", "Dữ liệu cho máy (JSON)", "Data for programs (JSON)"),
    ("cap", "Cảnh báo (CAP)", "Alert (CAP)"),
    (
        "no_window",
        "Chưa có lịch sửa chữa; giờ kết thúc ghi ở đây là giờ hẹn thông báo tiếp theo.",
        "No repair window is known; the end given here is the time of the next notice.",
    ),
    ("link_down", "gián đoạn", "down"),
    ("link_degraded", "suy giảm", "degraded"),
    ("link_unstable", "chập chờn", "unstable"),
    ("link_up", "hoạt động", "working"),
    (
        "link_at-risk",
        "hoạt động, không còn dự phòng",
        "working, without reserve",
    ),
    (
        "link_planned-down",
        "ngừng theo kế hoạch",
        "out for planned work",
    ),
    ("link_unreported", "chưa có thông tin", "nothing reported"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_there_once_in_both_languages_with_the_same_gaps() {
        let gaps = |t: &str| {
            let mut all: Vec<String> = t
                .split('{')
                .skip(1)
                .map(|p| p.chars().take(1).collect())
                .collect();
            all.sort();
            all
        };
        for (i, (key, vi, en)) in WORDS.iter().enumerate() {
            assert!(!vi.is_empty() && !en.is_empty(), "{key}");
            assert!(
                WORDS[..i].iter().all(|(k, ..)| k != key),
                "{key} is there twice"
            );
            assert_eq!(gaps(vi), gaps(en), "{key}");
        }
    }
}
