//! One sentence for several things of which the same is said: their names in a list, the words in the plural. It chooses no line
//! and puts none in order.

use crate::domain::base::lang::Lang;
use crate::domain::base::value::Value;
use crate::domain::record::rendition::Span;
use crate::domain::speech::draft::DraftLine;

/// A sentence, and for each of the lines that it says, the places of that line's claims in it.
pub(super) struct Joined {
    pub(super) text: String,
    pub(super) spans: Vec<Vec<Span>>,
}

/// How a line reads where it names several things: what stands before the name, the name, what follows.
struct Parts<'a> {
    text: &'a str,
    spans: &'a [Span],
    name: &'a Span,
}

impl Parts<'_> {
    fn around(&self) -> (&str, &str) {
        (&self.text[..self.name.start], &self.text[self.name.end..])
    }
}

/// The places of a rendition: each is one line, or lines that follow each other and differ in a name.
pub(super) fn runs_of<'a>(
    chosen: &'a [usize],
    lines: &[DraftLine],
    to: &(String, Lang),
) -> Vec<&'a [usize]> {
    chosen
        .chunk_by(|a, b| says_the_same(&lines[*a], &lines[*b], to))
        .collect()
}

/// True for the same line, said of another thing, that may be joined with it.
pub(super) fn is_said_of_another(a: &DraftLine, b: &DraftLine) -> bool {
    a.joint.is_some() && a.said.id == b.said.id && a.said.incident == b.said.incident
}

fn says_the_same(a: &DraftLine, b: &DraftLine, to: &(String, Lang)) -> bool {
    let parts = || Some((parts_of(a, to)?, parts_of(b, to)?));
    is_said_of_another(a, b) && parts().is_some_and(|(a, b)| a.around() == b.around())
}

/// The parts of a line that may be joined: its name is printed once.
fn parts_of<'a>(line: &'a DraftLine, to: &(String, Lang)) -> Option<Parts<'a>> {
    let (text, spans) = line.joint.as_ref()?.get(to)?;
    let mut names = spans.iter().filter(|s| is_name_of(line, s));
    let name = names.next()?;
    let is_alone = names.next().is_none() && text.get(name.start..name.end).is_some();
    is_alone.then_some(Parts { text, spans, name })
}

fn is_name_of(line: &DraftLine, span: &Span) -> bool {
    let is_link = matches!(line.said.reads.get(&span.path), Some(Value::Link(named)) if line.said.it.as_ref() == Some(&named.id));
    is_link && span.path.ends_with(".name")
}

/// The sentence of a run of several lines.
pub(super) fn join_run(
    run: &[usize],
    lines: &[DraftLine],
    to: &(String, Lang),
    list_of: &dyn Fn(&[String]) -> String,
) -> Option<Joined> {
    let parts: Option<Vec<(usize, Parts<'_>)>> = run
        .iter()
        .map(|i| parts_of(&lines[*i], to).map(|p| (*i, p)))
        .collect();
    let parts = parts?;
    let names: Vec<String> = parts
        .iter()
        .enumerate()
        .map(|(n, (i, p))| {
            let printed = &p.text[p.name.start..p.name.end];
            match n {
                0 => printed.to_owned(),
                _ => within_sentence(printed, &lines[*i], &p.name.path, to.1),
            }
        })
        .collect();
    let list = list_of(&names);
    let (_, first) = parts.first()?;
    let (before, after) = first.around();
    let text = format!("{before}{list}{after}");
    let mut from = before.len();
    let mut spans = Vec::new();
    for ((_, own), name) in parts.iter().zip(&names) {
        // A language whose lists bend names has them all in one place.
        let found = text[from..].find(name.as_str()).map(|at| at + from);
        let end = found.map_or(before.len() + list.len(), |at| at + name.len());
        let at = found.unwrap_or(before.len());
        let moved = |s: &Span| match s.start.cmp(&own.name.start) {
            std::cmp::Ordering::Less => s.clone(),
            std::cmp::Ordering::Equal => span_at(s, at, end),
            std::cmp::Ordering::Greater => {
                let more = before.len() + list.len() - own.name.end;
                span_at(s, s.start + more, s.end + more)
            }
        };
        spans.push(own.spans.iter().map(moved).collect());
        from = found.map_or(from, |_| end);
    }
    Some(Joined { text, spans })
}

fn span_at(span: &Span, start: usize, end: usize) -> Span {
    Span {
        path: span.path.clone(),
        start,
        end,
    }
}

/// A name that began its sentence, as it stands inside one.
fn within_sentence(printed: &str, line: &DraftLine, path: &str, lang: Lang) -> String {
    let named = match line.said.reads.get(path) {
        Some(Value::Link(named)) => named.names.get_or_any(lang),
        _ => printed,
    };
    let is_small = named.chars().next().is_some_and(char::is_lowercase);
    let mut letters = printed.chars();
    match letters.next() {
        Some(first) if is_small => first.to_lowercase().chain(letters).collect(),
        _ => printed.to_owned(),
    }
}
