//! The words of an HTML text: without tags, scripts, comments and struck words; with the text that stands for pictures.
//! It builds no tree: tags that are not closed hide or end nothing that a tag of their name would not.

use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};

use crate::check::reading::readable_text::ReadableText;

/// Elements that stand in the middle of a line; every other one ends a block.
const INLINE: [&[u8]; 27] = [
    b"a", b"abbr", b"b", b"bdi", b"bdo", b"cite", b"code", b"data", b"dfn", b"em", b"font", b"i",
    b"img", b"ins", b"kbd", b"label", b"mark", b"q", b"small", b"span", b"strong", b"sub", b"sup",
    b"time", b"u", b"var", b"wbr",
];

/// Elements whose words nobody reads, or that are struck out.
const HIDDEN: [&[u8]; 8] = [
    b"script",
    b"style",
    b"template",
    b"del",
    b"s",
    b"strike",
    b"noframes",
    b"object",
];

/// Attributes that stand for what people cannot see.
const SPOKEN: [&[u8]; 3] = [b"alt", b"aria-label", b"placeholder"];

/// A reading under way.
struct HtmlReader<'a, 'b> {
    source: &'a str,
    /// Where the piece that is read begins in the file.
    offset: usize,
    readable: &'b mut ReadableText,
    /// The hidden element that is open, and how many of its name.
    hidden: Option<(Vec<u8>, usize)>,
    is_preformatted: bool,
    /// The address of the open link, and its first byte.
    link: Option<(String, usize)>,
}

/// Adds the words of `source`, which begins at byte `offset` of the file, to `readable`.
pub(super) fn read_html(source: &str, offset: usize, readable: &mut ReadableText) {
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(true);
    let mut reader = HtmlReader {
        source,
        offset,
        readable,
        hidden: None,
        is_preformatted: false,
        link: None,
    };
    let tokens = Tokenizer::new_with_emitter(source, emitter);
    for token in tokens {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => reader.open(&tag),
            Token::EndTag(tag) => reader.close(&tag.name, tag.span.start, tag.span.end),
            Token::String(words) if reader.hidden.is_none() => {
                reader.add_words(words.span.start, words.span.end);
            }
            _ => {}
        }
    }
}

impl HtmlReader<'_, '_> {
    fn open(&mut self, tag: &StartTag<usize>) {
        let name: &[u8] = &tag.name;
        if let Some((open, depth)) = &mut self.hidden {
            if open.as_slice() == name && !tag.self_closing {
                *depth += 1;
            }
            return;
        }
        let start = self.offset + tag.span.start;
        if HIDDEN.contains(&name) && !tag.self_closing {
            self.hidden = Some((name.to_vec(), 1));
            return;
        }
        if !INLINE.contains(&name) {
            self.readable.end_block(start);
        }
        if name == b"pre" {
            self.is_preformatted = true;
        }
        if name == b"a" {
            let target = tag.attributes.get(b"href".as_slice());
            self.link = target.map(|t| (String::from_utf8_lossy(t).into_owned(), start));
        }
        for attribute in SPOKEN {
            if let Some(words) = tag.attributes.get(attribute) {
                let words = String::from_utf8_lossy(words).replace('\n', " ");
                self.readable.end_block(start);
                self.readable
                    .replace(&words, start, self.offset + tag.span.end);
                self.readable.end_block(start);
            }
        }
    }

    fn close(&mut self, name: &[u8], start: usize, end: usize) {
        if let Some((open, depth)) = &mut self.hidden {
            if open.as_slice() == name {
                *depth -= 1;
                if *depth == 0 {
                    self.hidden = None;
                }
            }
            return;
        }
        if name == b"pre" {
            self.is_preformatted = false;
        }
        if name == b"a"
            && let Some((target, from)) = self.link.take()
        {
            self.readable
                .link_targets
                .push((target, from, self.offset + end));
        }
        if name == b"td" || name == b"th" {
            self.readable
                .replace(" : ", self.offset + start, self.offset + end);
        } else if !INLINE.contains(&name) {
            self.readable.end_block(self.offset + start);
        }
    }

    /// Adds words between tags: entities as their letters, line feeds as spaces.
    fn add_words(&mut self, start: usize, end: usize) {
        let Some(words) = self.source.get(start..end) else {
            return;
        };
        let mut at = 0;
        while at < words.len() {
            let rest = &words[at..];
            let stop = rest.find(['&', '\n', '\r']).unwrap_or(rest.len());
            self.readable
                .copy_from(self.source, start + at, start + at + stop, self.offset);
            at += stop;
            let Some(mark) = words[at..].chars().next() else {
                break;
            };
            let from = self.offset + start + at;
            if mark == '&' {
                let length = entity_length(&words[at..]);
                let decoded = html_escape::decode_html_entities(&words[at..at + length]);
                self.readable.replace(&decoded, from, from + length);
                at += length;
            } else {
                let space = if self.is_preformatted { "\n" } else { " " };
                self.readable.replace(space, from, from + 1);
                at += 1;
            }
        }
    }
}

/// The length of the entity at the beginning of a text; 1 where the sign stands for itself.
fn entity_length(text: &str) -> usize {
    /// The longest name of an entity, with its signs.
    const LONGEST: usize = 34;
    text.bytes()
        .take(LONGEST)
        .position(|b| b == b';')
        .filter(|end| {
            text[1..*end]
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'#')
        })
        .map_or(1, |end| end + 1)
}
