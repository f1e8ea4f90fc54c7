//! The built-in lines, which stand behind every playbook: the least notice, so that what is broken can always be said, and
//! those that own up to what was told. When they are said is decided in `speech/compose_built_in.rs`, not here.

use std::sync::LazyLock;

use crate::domain::config::line::Line;

static BUILT_IN_LINES: LazyLock<Vec<Line>> =
    LazyLock::new(|| serde_yaml::from_str(include_str!("built_in_lines.yaml")).unwrap_or_default());

/// The lines, in the order in which a text says them; those that own up first.
pub fn built_in_lines() -> &'static [Line] {
    &BUILT_IN_LINES
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::base::lang::{Lang, Texts};

    #[test]
    fn what_a_line_says_it_says_in_every_language() {
        assert!(!built_in_lines().is_empty(), "the file cannot be read");
        for line in built_in_lines() {
            let has = |texts: &Texts, lang| texts.get(lang).is_some();
            for lang in Lang::ALL {
                assert!(
                    has(&line.say, lang) || has(&line.short, lang),
                    "{} {lang:?}",
                    line.id
                );
                for texts in [&line.say, &line.short, &line.spoken] {
                    let others = texts.iter().count();
                    assert!(others == 0 || has(texts, lang), "{} {lang:?}", line.id);
                }
            }
        }
    }
}
