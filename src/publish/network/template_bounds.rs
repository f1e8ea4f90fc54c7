//! What a template of a request may do: its work, its length and how far it can blow up a value are bounded. Sends nothing and
//! knows no value.

use std::io::Write;

use minijinja::value::Value;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, filters, tests};

/// The most steps of one template.
const FUEL: u64 = 200_000;

/// The longest template, in bytes.
const LONGEST_TEMPLATE: usize = 64 * 1024;

/// How often a template may join texts: each join can at most double what is there.
const MOST_JOINS: usize = 8;

/// The longest address and the longest header, in bytes. Servers take about as much.
pub const LONGEST_LINE: usize = 8 * 1024;

/// The longest body, in bytes.
pub const LONGEST_BODY: usize = 8 * 1024 * 1024;

/// The blocks of a template. Others give names to values, and with names a text can be doubled without end.
const BLOCKS: [&str; 9] = [
    "if", "elif", "else", "endif", "for", "endfor", "raw", "endraw", "break",
];

/// Makes an environment that has only filters which lengthen nothing.
pub fn bounded_environment() -> Environment<'static> {
    let mut env = Environment::empty();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_fuel(Some(FUEL));
    env.set_auto_escape_callback(|_| AutoEscape::None);
    env.add_filter("default", filters::default);
    env.add_filter("d", filters::default);
    env.add_filter("upper", filters::upper);
    env.add_filter("lower", filters::lower);
    env.add_filter("trim", filters::trim);
    env.add_filter("length", filters::length);
    env.add_filter("int", filters::int);
    env.add_filter("string", filters::string);
    env.add_test("defined", tests::is_defined);
    env.add_test("undefined", tests::is_undefined);
    env.add_test("none", tests::is_none);
    env
}

/// What in a template could grow without end; none when nothing could.
fn find_unbounded(text: &str) -> Option<String> {
    if text.len() > LONGEST_TEMPLATE {
        return Some(format!("it is longer than {LONGEST_TEMPLATE} bytes"));
    }
    let mut joins = 0;
    let mut rest = text;
    while let Some(at) = rest.find("{%").into_iter().chain(rest.find("{{")).min() {
        let is_block = rest[at..].starts_with("{%");
        let inside = &rest[at + 2..];
        let end = inside.find(if is_block { "%}" } else { "}}" });
        let tag = &inside[..end.unwrap_or(inside.len())];
        if is_block {
            let words = tag.trim_start_matches(['-', '+']).split_whitespace();
            let words: Vec<&str> = words.collect();
            let first = words.first().copied().unwrap_or_default();
            if !BLOCKS.contains(&first.trim_end_matches(['-', '+'])) {
                return Some(format!("`{{% {first} %}}` does not stand in a request"));
            }
            if words.iter().any(|w| w.starts_with("recursive")) {
                return Some("`recursive` does not stand in a request".into());
            }
        }
        joins += tag.matches(['~', '*', '+']).count();
        rest = &inside[tag.len()..];
    }
    (joins > MOST_JOINS).then(|| format!("it joins more than {MOST_JOINS} texts"))
}

/// Renders a template within its bounds.
///
/// # Errors
/// What is wrong, without any value.
pub fn render_bounded(
    env: &mut Environment<'static>,
    name: &str,
    text: &str,
    values: Value,
    most: usize,
) -> Result<String, String> {
    let wrong = |what: String| format!("`{name}`: {what}");
    if let Some(what) = find_unbounded(text) {
        return Err(wrong(what));
    }
    env.add_template_owned(name.to_owned(), text.to_owned())
        .map_err(|e| wrong(e.to_string()))?;
    let mut out = BoundedText {
        bytes: Vec::new(),
        most,
    };
    let template = env.get_template(name).map_err(|e| wrong(e.to_string()))?;
    let done = template.render_captured_to(values, &mut out);
    if out.bytes.len() > most {
        return Err(wrong(format!("it gives more than {most} bytes")));
    }
    if let Err(e) = done {
        return Err(wrong(e.detail().map_or(e.to_string(), str::to_owned)));
    }
    String::from_utf8(out.bytes).map_err(|_| wrong("it gives no text".into()))
}

/// A text that takes no more than it may hold.
struct BoundedText {
    bytes: Vec<u8>,
    most: usize,
}

impl Write for BoundedText {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        // One byte too many shows that there would have been more.
        let room = (self.most + 1).saturating_sub(self.bytes.len());
        if room == 0 {
            return Err(std::io::ErrorKind::FileTooLarge.into());
        }
        let taken = bytes.len().min(room);
        self.bytes.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests_of_bounds {
    use super::*;

    fn render(text: &str) -> Result<String, String> {
        let values = Value::from(minijinja::value::Serde(&serde_json::json!({
            "secret": "s3", "text": "nước", "numbers": ["1", "2"],
        })));
        render_bounded(
            &mut bounded_environment(),
            "header",
            text,
            values,
            LONGEST_LINE,
        )
    }

    #[test]
    fn requests_are_rendered_as_they_are_meant() {
        for (template, wanted) in [
            ("Bearer {{ secret }}", "Bearer s3"),
            ("{{ text|upper }} 1 + 1 * 2", "NƯỚC 1 + 1 * 2"),
            (
                "{% for n in numbers %}{{ n }}{% if not loop.last %},{% endif %}{% endfor %}",
                "1,2",
            ),
            ("{{ other|default('-') }}", "-"),
            ("{% raw %}{{ x }}{% endraw %}", "{{ x }}"),
        ] {
            assert_eq!(render(template).as_deref(), Ok(wanted), "{template}");
        }
    }

    #[test]
    fn what_would_fill_the_memory_is_refused() {
        let began = std::time::Instant::now();
        let doubled = "{% for a in [a ~ a] %}".repeat(40);
        let joined = format!("{{{{ {} }}}}", vec!["text"; 40].join(" ~ "));
        let long = "x".repeat(LONGEST_LINE + 1);
        for (template, why) in [
            (
                "{% for a in range(99999) %}{% for b in range(99999) %}{{ b }}{% endfor %}{% endfor %}",
                "range",
            ),
            ("{% set a = 'aaaaaaaa' %}{% set a = a ~ a %}", "set"),
            ("{%- macro f(a) %}{{ f(a ~ a) }}{% endmacro %}", "macro"),
            (
                "{% for a in numbers recursive %}{{ loop([a]) }}{% endfor %}",
                "recursive",
            ),
            ("{{ text|replace('n', text) }}", "replace"),
            (
                "{% for a in 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' %}{% for a in 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' %}{% for a in 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' %}{{ a }}{% endfor %}{% endfor %}{% endfor %}",
                "more than",
            ),
            (&doubled, "joins more"),
            (&joined, "joins more"),
            (&long, "more than"),
        ] {
            let found = render(template).unwrap_err();
            assert!(found.contains(why), "{template}: {found}");
        }
        assert!(began.elapsed().as_secs() < 5);
    }
}
