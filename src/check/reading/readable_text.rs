//! What a reader sees of a text that is written in Markdown or HTML, or wrapped over lines: its words, with the place of
//! each in the file. It reads no meaning.

/// The words of a text as they are read, and where each stands in the source. A line feed ends a block.
#[derive(Debug, Clone, Default)]
pub struct ReadableText {
    /// Each block on a line of its own.
    pub text: String,
    /// Where a link leads, with the bytes of the link in the source.
    pub link_targets: Vec<(String, usize, usize)>,
    pieces: Vec<Piece>,
}

/// Bytes of the readable text from `at` on, and the bytes of the source that they come from.
#[derive(Debug, Clone, Copy)]
struct Piece {
    at: usize,
    start: usize,
    end: usize,
    /// Byte for byte the same as in the source.
    is_copy: bool,
}

impl ReadableText {
    /// Adds bytes of the source as they are.
    pub(super) fn copy(&mut self, source: &str, start: usize, end: usize) {
        self.copy_from(source, start, end, 0);
    }

    /// Adds bytes of a piece that begins at byte `offset` of the file.
    pub(super) fn copy_from(&mut self, piece: &str, start: usize, end: usize, offset: usize) {
        let Some(words) = piece.get(start..end).filter(|w| !w.is_empty()) else {
            return;
        };
        let goes_on = self
            .pieces
            .last()
            .is_some_and(|p| p.is_copy && p.end == offset + start);
        match self.pieces.last_mut() {
            Some(last) if goes_on => last.end = offset + end,
            _ => self.pieces.push(Piece {
                at: self.text.len(),
                start: offset + start,
                end: offset + end,
                is_copy: true,
            }),
        }
        self.text.push_str(words);
    }

    /// Takes words off the end.
    pub(super) fn drop_end(&mut self, words: &str) {
        if self.text.ends_with(words) {
            self.text.truncate(self.text.len() - words.len());
            self.pieces.retain(|p| p.at < self.text.len());
        }
    }

    /// Adds words that stand for other bytes of the source: an entity, a line feed.
    pub(super) fn replace(&mut self, words: &str, start: usize, end: usize) {
        if words.is_empty() {
            return;
        }
        self.pieces.push(Piece {
            at: self.text.len(),
            start,
            end,
            is_copy: false,
        });
        self.text.push_str(words);
    }

    /// Ends a block: what follows belongs to another sentence.
    pub(super) fn end_block(&mut self, at: usize) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.replace("\n", at, at);
        }
    }

    /// Adds another text, whose source begins at byte `offset` of this one's.
    pub(super) fn append(&mut self, other: ReadableText, offset: usize) {
        let at = self.text.len();
        self.pieces.extend(other.pieces.iter().map(|p| Piece {
            at: p.at + at,
            start: p.start + offset,
            end: p.end + offset,
            is_copy: p.is_copy,
        }));
        let targets = other.link_targets.into_iter();
        self.link_targets
            .extend(targets.map(|(target, start, end)| (target, start + offset, end + offset)));
        self.text.push_str(&other.text);
    }

    /// The same as a text of its own: its words are its source.
    pub(super) fn into_source(self) -> ReadableText {
        let place = |at: usize| {
            let after = self.pieces.partition_point(|p| p.start < at);
            self.pieces.get(after).map_or(self.text.len(), |p| p.at)
        };
        let targets = self.link_targets.iter();
        let targets =
            targets.map(|(target, start, end)| (target.clone(), place(*start), place(*end)));
        let mut own = ReadableText {
            link_targets: targets.collect(),
            ..ReadableText::default()
        };
        own.copy(&self.text, 0, self.text.len());
        own
    }

    /// The bytes of the source for bytes of the readable text.
    pub fn source_place(&self, start: usize, end: usize) -> (usize, usize) {
        let (first, last) = (
            self.piece_at(start),
            self.piece_at(end.saturating_sub(1).max(start)),
        );
        let from = match first {
            Some(p) if p.is_copy => p.start + (start - p.at),
            Some(p) => p.start,
            None => start,
        };
        let to = match last {
            _ if end <= start => from,
            Some(p) if p.is_copy => (p.start + (end - p.at)).min(p.end.max(p.start)),
            Some(p) => p.end,
            None => end,
        };
        (from, to.max(from))
    }

    fn piece_at(&self, at: usize) -> Option<&Piece> {
        let after = self.pieces.partition_point(|p| p.at <= at);
        self.pieces.get(after.checked_sub(1)?)
    }
}
