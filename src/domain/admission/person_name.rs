//! Whether a name can be that of a person: words of letters and digits (RFC 8265), and nobody who looks alike is of the team
//! already. Does not know what the person may do.

use precis_profiles::UsernameCasePreserved;
use precis_profiles::precis_core::profile::Profile;
use unicode_normalization::UnicodeNormalization;
use unicode_security::confusable_detection::skeleton;

use crate::domain::admission::refusal::Refusal;
use crate::domain::team::team_state::Team;

/// Refuses a name that is no user name: each of its words, between single spaces, has to be one as it is written.
pub(super) fn check_name(name: &str) -> Result<(), Refusal> {
    let profile = UsernameCasePreserved::new();
    let is_word = |word: &str| profile.enforce(word).is_ok_and(|kept| kept == word);
    if name.split(' ').all(is_word) {
        return Ok(());
    }
    let odd = name
        .chars()
        .find(|c| profile.enforce(c.to_string()).is_err());
    let which = odd.map_or(String::new(), |c| format!(" (U+{:04X})", u32::from(c)));
    Err(Refusal::new(
        format!(
            "\"{}\" cannot be the name of a person{which}",
            name.escape_debug()
        ),
        "a name is one or more words of letters, digits, `-`, `_`, `.` and `@`, with one space between them",
    ))
}

/// Refuses a new person whose name looks like that of somebody else in the team.
pub(super) fn check_not_alike(team: &Team, name: &str) -> Result<(), Refusal> {
    let own = look_of(name);
    let alike = team
        .people
        .keys()
        .find(|other| *other != name && look_of(other) == own);
    match alike {
        None => Ok(()),
        Some(other) => Err(Refusal::new(
            format!("\"{name}\" looks like \"{other}\", who is of the team already"),
            "give it so that nobody takes one for the other",
        )),
    }
}

/// What a name looks like: without its case, and with letters that look alike made one.
fn look_of(name: &str) -> String {
    let folded: String = name.nfkc().flat_map(char::to_lowercase).collect();
    let look: String = skeleton(&folded).collect();
    // 1, l and I are one where case is lost.
    look.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::{check_name, look_of};

    #[test]
    fn people_have_names_of_letters_in_any_script() {
        for name in [
            "lan",
            "Nguyễn Thị Lan",
            "noc-2",
            "o.brien",
            "an@abc.vn",
            "Łukasz",
            "张伟",
            "unknown",
        ] {
            assert!(check_name(name).is_ok(), "{name}");
        }
        for name in [
            "",
            " lan",
            "lan ",
            "lan  anh",
            "la\u{200B}n",
            "la\u{200C}n",
            "lan\u{AD}",
            "\u{FEFF}lan",
            "lan\u{61C}",
            "la\u{2028}n",
            "lan\u{E0041}",
            "lan\u{F0000}",
            "ｌａｎ",
            "lan\n",
            "l\u{202E}an",
        ] {
            assert!(check_name(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn who_looks_alike_is_alike() {
        for (a, b) in [
            ("lan", "Lan"),
            ("lan", "lаn"),
            ("paul", "pau1"),
            ("noc", "ոoc"),
        ] {
            assert_eq!(look_of(a), look_of(b), "{a} {b}");
        }
        for (a, b) in [
            ("lan", "lân"),
            ("mai", "mãi"),
            ("lan", "lam"),
            ("noc-1", "noc-2"),
        ] {
            assert_ne!(look_of(a), look_of(b), "{a} {b}");
        }
    }
}
