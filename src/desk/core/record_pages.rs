//! A long record read page by page, so that it need not be in memory as a whole. A page ends where an append can end. It
//! believes nothing: what is read is checked by who asked for it.

use crate::domain::base::time::At;
use crate::domain::record::event::Event;
use crate::store::{Record, StoreError, Stored};

/// The events of a record, in order.
pub struct Pages<'a> {
    record: &'a dyn Record,
    /// Read, and not given yet: what was appended together may go on.
    kept: Vec<Stored>,
    /// The number of the last event that was read.
    after: u64,
}

impl<'a> Pages<'a> {
    /// From the first event on.
    pub fn of(record: &'a dyn Record) -> Pages<'a> {
        Pages::after(record, 0)
    }

    /// From the event behind a number on.
    pub fn after(record: &'a dyn Record, after: u64) -> Pages<'a> {
        let kept = Vec::new();
        Pages {
            record,
            kept,
            after,
        }
    }

    /// The next events; none of them at the end.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn next_page(&mut self) -> Result<Vec<Stored>, StoreError> {
        loop {
            let more = self.record.read_page_after(self.after)?;
            let Some(last) = more.last() else {
                return Ok(std::mem::take(&mut self.kept));
            };
            self.after = last.seq;
            let known = self.kept.len();
            self.kept.extend(more);
            if let Some(end) = find_end(&self.kept, known) {
                let rest = self.kept.split_off(end);
                return Ok(std::mem::replace(&mut self.kept, rest));
            }
        }
    }
}

/// Where the last events begin that may have been appended together: by one person at one time. None when all of them may.
/// The first `known` are known to be of that kind.
fn find_end(events: &[Stored], known: usize) -> Option<usize> {
    let mut last = events.last().and_then(written);
    let first = known.saturating_sub(1);
    for (i, event) in events.iter().enumerate().skip(first).rev().skip(1) {
        let this = written(event);
        if this != last {
            return Some(i + 1);
        }
        last = this;
    }
    None
}

fn written(stored: &Stored) -> Option<(At, String)> {
    let event = Event::parse_at(stored.seq, &stored.bytes).ok()?;
    Some((event.at, event.by))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::record::event::Head;
    use crate::store::Appended;
    use crate::store::jsonl::read_json_lines;
    use crate::testing::file;

    /// A record that gives few events at once.
    struct Small(Vec<Stored>, usize);

    impl Record for Small {
        fn head(&self) -> Result<Head, StoreError> {
            Ok(Head::empty())
        }

        fn read_events_after(&self, after: u64) -> Result<Vec<Stored>, StoreError> {
            Ok(self.0.iter().filter(|e| e.seq > after).cloned().collect())
        }

        fn read_page_after(&self, after: u64) -> Result<Vec<Stored>, StoreError> {
            let mut page = self.read_events_after(after)?;
            page.truncate(self.1);
            Ok(page)
        }

        fn read_event(&self, _: u64) -> Result<Option<Stored>, StoreError> {
            Ok(None)
        }

        fn append(&mut self, _: &Head, _: &[Stored]) -> Result<Appended, StoreError> {
            Ok(Appended::Moved(Vec::new()))
        }
    }

    #[test]
    fn pages_hold_every_event_once_and_never_part_what_was_appended_together() {
        let text = std::fs::read_to_string(file("tests/golden/format-5.jsonl")).unwrap();
        let all = read_json_lines(&text).unwrap();
        for size in [1, 2, 3, 7, all.len(), all.len() + 1] {
            let record = Small(all.clone(), size);
            let (mut pages, mut read) = (Pages::of(&record), Vec::new());
            loop {
                let page = pages.next_page().unwrap();
                let (Some(first), before) = (page.first(), read.last()) else {
                    break;
                };
                assert_ne!(before.and_then(written), written(first), "pages of {size}");
                read.extend(page);
            }
            assert_eq!(read, all, "pages of {size}");
        }
    }

    #[test]
    fn what_one_person_wrote_at_one_time_is_one_page() {
        let text = std::fs::read_to_string(file("tests/golden/format-5.jsonl")).unwrap();
        let one = read_json_lines(&text).unwrap().swap_remove(0);
        let again = |seq| Stored { seq, ..one.clone() };
        let record = Small((1..=20).map(again).collect(), 3);
        let mut pages = Pages::of(&record);
        assert_eq!(pages.next_page().unwrap(), record.0);
        assert_eq!(pages.next_page().unwrap(), Vec::new());
    }
}
