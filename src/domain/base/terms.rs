//! The words for states in both languages, as they stand inside a sentence.

use crate::domain::base::lang::Lang;

/// State, Vietnamese, English.
const WORDS: &[(&str, &str, &str)] = &[
    ("up", "hoạt động bình thường", "working"),
    ("unreported", "chưa rõ trạng thái", "not reported on"),
    (
        "at-risk",
        "hoạt động nhưng không còn dự phòng",
        "working without a spare",
    ),
    ("degraded", "suy giảm chất lượng", "degraded"),
    ("unstable", "chập chờn", "unstable"),
    ("planned-down", "tạm dừng theo kế hoạch", "down as planned"),
    ("down", "gián đoạn", "down"),
    ("none", "chưa xử lý", "not being worked on"),
    ("diagnosing", "đang tìm nguyên nhân", "being diagnosed"),
    ("located", "đã xác định vị trí lỗi", "fault located"),
    ("scheduled", "đã có lịch sửa", "repair scheduled"),
    (
        "waiting",
        "đang chờ điều kiện để sửa",
        "waiting for the repair to start",
    ),
    ("repairing", "đang được sửa", "under repair"),
    ("awaiting-check", "chờ kiểm tra lại", "awaiting our check"),
    ("open", "đang xảy ra", "open"),
    (
        "under-watch",
        "đã hoạt động lại, đang theo dõi",
        "back, under watch",
    ),
    ("restored", "đã khôi phục", "restored"),
    ("restored-here", "đã khôi phục phần này", "restored here"),
    ("no-fault", "không có sự cố", "no fault"),
    ("planned", "theo kế hoạch", "planned"),
    ("in-work", "đang thực hiện", "in progress"),
    ("overrun", "kéo dài quá giờ dự kiến", "overrunning"),
    ("own-check", "ta tự kiểm tra", "our own check"),
    ("monitoring", "hệ thống giám sát", "monitoring"),
    ("field-team", "đội hiện trường", "our field team"),
    ("cable-operator", "đơn vị vận hành", "the operator"),
    ("estimate", "ước tính", "an estimate"),
    ("cable", "tuyến cáp", "cable"),
    ("segment", "phân đoạn", "section"),
    ("route", "tuyến", "route"),
    ("circuit", "kênh", "circuit"),
    ("node", "thiết bị", "node"),
    ("power", "nguồn điện", "power feed"),
    ("site", "trạm", "site"),
    ("service", "dịch vụ", "service"),
    ("region", "khu vực", "region"),
    ("other", "hạng mục", "item"),
];

/// The words for a state; a state that no list knows is printed as it is.
pub fn state(word: &str, lang: Lang) -> &str {
    WORDS
        .iter()
        .find(|(w, ..)| *w == word)
        .map_or(word, |(_, vi, en)| match lang {
            Lang::Vi => vi,
            Lang::En => en,
        })
}
