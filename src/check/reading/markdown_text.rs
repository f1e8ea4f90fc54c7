//! The words of a Markdown text: without marks, addresses of links and struck words. Embedded HTML is read as HTML.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::check::reading::html_text::read_html;
use crate::check::reading::readable_text::ReadableText;

/// Adds the words of a Markdown text to `readable`.
pub(super) fn read_markdown(source: &str, readable: &mut ReadableText) {
    let options = Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TABLES;
    let mut struck = 0_usize;
    let mut links: Vec<(String, usize)> = Vec::new();
    for (event, place) in Parser::new_ext(source, options).into_offset_iter() {
        let (start, end) = (place.start, place.end);
        match event {
            Event::Start(Tag::Strikethrough) => struck += 1,
            Event::End(TagEnd::Strikethrough) => struck = struck.saturating_sub(1),
            _ if struck > 0 => {}
            Event::Start(Tag::Link { dest_url, .. }) => links.push((dest_url.to_string(), start)),
            Event::End(TagEnd::Link) => {
                let open = links.pop();
                let targets = &mut readable.link_targets;
                targets.extend(open.map(|(target, from)| (target, from, end)));
            }
            Event::Text(words) => {
                if source.get(start..end) == Some(&*words) {
                    readable.copy(source, start, end);
                } else {
                    readable.replace(&words, start, end);
                }
            }
            Event::Code(words) => readable.replace(&words, start, end),
            Event::SoftBreak => readable.replace(" ", start, end),
            Event::HardBreak => readable.end_block(start),
            Event::InlineHtml(html) | Event::Html(html) => read_html(&html, start, readable),
            Event::End(TagEnd::TableCell) => readable.replace(" : ", end, end),
            Event::End(TagEnd::TableHead | TagEnd::TableRow) => {
                readable.drop_end(" : ");
                readable.end_block(end);
            }
            Event::End(
                TagEnd::Paragraph
                | TagEnd::Heading(_)
                | TagEnd::Item
                | TagEnd::CodeBlock
                | TagEnd::BlockQuote(_),
            ) => readable.end_block(end),
            _ => {}
        }
    }
    readable.end_block(source.len());
}
