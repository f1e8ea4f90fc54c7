//! The forms in which texts come, and the one way from each to what a reader sees. It reads no meaning and knows no file.

use crate::check::reading::html_text::read_html;
use crate::check::reading::markdown_text::read_markdown;
use crate::check::reading::readable_text::ReadableText;
use crate::check::reading::wrapped_lines::join_wrapped_lines;

/// What a text is written in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Form {
    /// Without markup: every character is text; lines may be wrapped.
    #[default]
    Plain,
    /// Marks and struck words are not text.
    Markdown,
    /// Tags, scripts, comments and struck words are not text.
    Html,
    /// Plain, and each line stands for itself.
    Lines,
}

impl Form {
    /// The form that the ending of a file name stands for.
    pub fn of(file: &str) -> Form {
        let name = file.to_ascii_lowercase();
        if name.ends_with(".html") || name.ends_with(".htm") {
            Form::Html
        } else if name.ends_with(".md") || name.ends_with(".markdown") {
            Form::Markdown
        } else {
            Form::Plain
        }
    }
}

/// What a reader sees of a source.
pub fn read_as(source: &str, form: Form) -> ReadableText {
    let mut readable = ReadableText::default();
    match form {
        Form::Lines => readable.copy(source, 0, source.len()),
        Form::Plain => join_wrapped_lines(source, &mut readable),
        Form::Markdown => read_markdown(source, &mut readable),
        Form::Html => read_html(source, 0, &mut readable),
    }
    readable
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(source: &str, form: Form) -> String {
        read_as(source, form).text
    }

    #[test]
    fn places_lead_back_to_the_source() {
        let html = "<p>C&aacute;p AAG đã <b>khôi</b> phục&nbsp;xong.</p>";
        let read = read_as(html, Form::Html);
        for (words, source) in [
            ("Cáp", "C&aacute;p"),
            ("khôi phục", "khôi</b> phục"),
            ("xong", "xong"),
        ] {
            let at = read.text.find(words).unwrap_or_default();
            let (a, b) = read.source_place(at, at + words.len());
            assert_eq!(&html[a..b], source);
        }
    }

    #[test]
    fn wrapped_lines_are_joined_and_others_stay_apart() {
        for (source, expected) in [
            (
                "Half of the\ninternational capacity is lost.\n",
                "Half of the international capacity is lost.\n",
            ),
            (
                "The service will not be\n  restored before Monday.",
                "The service will not be restored before Monday.",
            ),
            ("Notice\nAAG is down.", "Notice\nAAG is down."),
            ("AAG: down\nAPG: degraded", "AAG: down\nAPG: degraded"),
            ("- one\n- two", "- one\n- two"),
            ("It is down.\nWe are sorry.", "It is down.\nWe are sorry."),
            (
                "Cáp AAG bị gián đoạn từ\nsáng nay, chúng tôi\nđang kiểm tra.",
                "Cáp AAG bị gián đoạn từ sáng nay, chúng tôi đang kiểm tra.",
            ),
        ] {
            assert_eq!(words(source, Form::Plain), expected);
        }
    }

    #[test]
    fn markup_is_read_as_people_see_it() {
        for (form, source, expected) in [
            (Form::Html, "re<b>stored</b>", "restored"),
            (
                Form::Html,
                "<title>A</title><p>B\nC</p><script>x()</script>",
                "A\nB C\n",
            ),
            (
                Form::Html,
                "<p>not <s>up</s><del>on</del> yet<!-- a > b --></p>",
                "not  yet\n",
            ),
            (Form::Html, "<img alt='All is well'> x", "All is well\n x"),
            (
                Form::Markdown,
                "# Notice\n**Two** links [are](https://example.test/a)\ndown.\n",
                "Notice\nTwo links are down.\n",
            ),
            (
                Form::Markdown,
                "up ~~soon~~ &amp; running",
                "up  & running\n",
            ),
            (
                Form::Markdown,
                "| AAG | up |\n|---|---|\n| APG | down |\n",
                "AAG : up\nAPG : down\n",
            ),
        ] {
            assert_eq!(words(source, form), expected, "{source}");
        }
    }

    #[test]
    fn odd_markup_ends_no_reading() {
        for odd in [
            "<",
            "<<<<",
            "&",
            "a<ấ",
            "<p",
            "](",
            "<!--",
            "&#0;",
            "&#x110000;",
            "~~",
            "```",
        ] {
            for form in [Form::Html, Form::Markdown, Form::Plain] {
                let read = read_as(odd, form);
                let (a, b) = read.source_place(0, read.text.len());
                assert!(odd.get(a..b).is_some(), "{odd}");
            }
        }
    }
}
