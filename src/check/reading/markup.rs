//! Markdown and HTML read as plain text: markup becomes blanks, byte for byte, so that places in the result are places
//! in the file. It does not check that the markup is well formed.

/// What a text is written in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Form {
    /// Without markup: every character is text.
    #[default]
    Plain,
    /// Code blocks, marks and the addresses of links are not text.
    Markdown,
    /// Tags, scripts and comments are not text.
    Html,
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

/// The text with blanks for its markup; as long as before.
pub fn blanked(text: &str, form: Form) -> String {
    match form {
        Form::Plain => text.to_owned(),
        Form::Markdown => markdown(text),
        Form::Html => html(text),
    }
}

fn blank(out: &mut String, piece: &str) {
    for c in piece.chars() {
        if c == '\n' {
            out.push('\n');
        } else {
            out.extend(std::iter::repeat_n(' ', c.len_utf8()));
        }
    }
}

fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_fence = false;
    for line in text.split_inclusive('\n') {
        let start = line.trim_start();
        if start.starts_with("```") || start.starts_with("~~~") {
            in_fence = !in_fence;
            blank(&mut out, line);
            continue;
        }
        if in_fence {
            blank(&mut out, line);
            continue;
        }
        // Headings, quotes, list marks; then emphasis and the addresses of links.
        let mut rest = line;
        let lead = rest.len() - rest.trim_start_matches([' ', '\t', '>', '#']).len();
        blank(&mut out, &rest[..lead]);
        rest = &rest[lead..];
        if let Some(after) = rest
            .strip_prefix("- ")
            .or(rest.strip_prefix("* "))
            .or(rest.strip_prefix("+ "))
        {
            blank(&mut out, "- ");
            rest = after;
        }
        let mut in_address = false;
        let mut before = ' ';
        for c in rest.chars() {
            if before == ']' && c == '(' {
                in_address = true;
            }
            if matches!(c, '\n') {
                in_address = false;
                out.push(c);
            } else if in_address || matches!(c, '*' | '[' | ']' | '`' | '|') {
                out.extend(std::iter::repeat_n(' ', c.len_utf8()));
                if c == ')' {
                    in_address = false;
                }
            } else {
                out.push(c);
            }
            before = c;
        }
    }
    out
}

/// Tags that end a line of text.
const BLOCKS: [&str; 16] = [
    "p", "/p", "br", "br/", "div", "/div", "li", "/li", "h1", "/h1", "h2", "/h2", "td", "/td",
    "tr", "/tr",
];

fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut hidden: Option<&str> = None;
    while let Some(open) = rest.find('<') {
        let (said, tag) = rest.split_at(open);
        match hidden {
            Some(_) => blank(&mut out, said),
            None => out.push_str(&entities(said)),
        }
        let end = if tag.starts_with("<!--") {
            tag.find("-->").map(|i| i + 3)
        } else {
            tag.find('>').map(|i| i + 1)
        };
        let end = end.unwrap_or(tag.len());
        let name: String = tag[1..end]
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '/')
            .take(12)
            .collect::<String>()
            .to_ascii_lowercase();
        match hidden {
            Some(h) if name == format!("/{h}") => hidden = None,
            Some(_) => {}
            None => {
                hidden = ["script", "style", "title"]
                    .into_iter()
                    .find(|h| *h == name)
            }
        }
        if BLOCKS.contains(&name.as_str()) {
            out.push('\n');
            blank(&mut out, &tag[1..end]);
        } else {
            blank(&mut out, &tag[..end]);
        }
        rest = &tag[end..];
    }
    out.push_str(&entities(rest));
    out
}

/// The common entities, padded so that the places stay.
fn entities(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    text.replace("&nbsp;", "      ")
        .replace("&amp;", "&    ")
        .replace("&quot;", "\"     ")
        .replace("&#39;", "'    ")
        .replace("&lt;", "<   ")
        .replace("&gt;", ">   ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_becomes_blanks_of_the_same_length() {
        let md = "# Notice\n- **Two** links [are](https://example.test/a) down.\n```\nWe guarantee\n```\n";
        let out = blanked(md, Form::Markdown);
        assert_eq!(out.len(), md.len());
        assert!(out.contains("Two") && !out.contains("example") && !out.contains("guarantee"));
        let page = "<html><style>p{}</style><p>Mạng <b>chậm</b> &amp; lỗi.</p><!-- a > b --><script>will()</script>";
        let out = blanked(page, Form::Html);
        assert_eq!(out.len(), page.len());
        assert!(out.contains("chậm") && !out.contains("will") && !out.contains("p{}"));
        for odd in ["<", "<<<<", "&", "a<ấ", "<p", "](", "<!--"] {
            assert_eq!(blanked(odd, Form::Html).len(), odd.len(), "{odd}");
            assert_eq!(blanked(odd, Form::Markdown).len(), odd.len(), "{odd}");
        }
    }
}
