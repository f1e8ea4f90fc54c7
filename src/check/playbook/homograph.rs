//! Vietnamese words that read as something else without their marks. It finds them in texts for channels that cannot
//! print marks, and only there.

/// Words without marks, each with the danger and what to write instead.
const DANGEROUS: &[(&str, &str)] = &[
    (
        "chua xong",
        "\"chưa xong\" reads as \"chữa xong\": write \"van dang sua\" or \"van gian doan\"",
    ),
    (
        "chua sua",
        "\"chưa sửa\" reads as \"chữa sửa\": write \"van gian doan\"",
    ),
    (
        "mat mang",
        "\"mất mạng\" reads as losing one's life: write \"gian doan\"",
    ),
    (
        "het mang",
        "\"hết mạng\" reads as losing one's life: write \"gian doan\"",
    ),
    (
        "cat mang",
        "\"cắt mạng\" reads as taking a life: write \"tam dung\"",
    ),
    (
        "da dut",
        "\"đã đứt\" and \"dã đứt\" are unclear: write \"gian doan\"",
    ),
    (
        "chua thong",
        "\"chưa thông\" reads as \"chữa thông\": write \"van gian doan\"",
    ),
    ("se som", "\"sẽ sớm\" says nothing that can be kept"),
];

/// The dangerous words in a text without marks: first byte, first byte behind, and why.
pub fn find(text: &str) -> Vec<(usize, usize, &'static str)> {
    let lower = text.to_lowercase();
    let mut found = Vec::new();
    for (piece, why) in DANGEROUS {
        for (at, _) in lower.match_indices(piece) {
            if crate::check::reading::text::is_whole(&lower, at, at + piece.len()) {
                found.push((at, at + piece.len(), *why));
            }
        }
    }
    found.sort_unstable();
    found
}
