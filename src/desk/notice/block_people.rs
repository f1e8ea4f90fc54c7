//! What the rows of one block of the base say of people, put aside by part. It reads no file.

use crate::desk::notice::base_rows::BadRow;
use crate::desk::notice::cells::HitsOfPlaces;
use crate::desk::notice::partitions::{PARTS, part_of};
use crate::desk::notice::person_part::PersonPart;

/// What the rows of a block say of people, by part.
pub(super) struct PeopleOfBlock {
    pub(super) parts: Vec<Vec<u8>>,
    /// Rows that cannot be read, by their number in the block.
    pub(super) bad: Vec<(u32, BadRow)>,
    pub(super) hits: HitsOfPlaces,
}

impl Default for PeopleOfBlock {
    fn default() -> PeopleOfBlock {
        PeopleOfBlock {
            parts: vec![Vec::new(); PARTS],
            bad: Vec::new(),
            hits: HitsOfPlaces::default(),
        }
    }
}

impl PeopleOfBlock {
    pub(super) fn put(&mut self, person: &PersonPart) {
        person.write_to(&mut self.parts[part_of(&person.person)]);
    }
}
