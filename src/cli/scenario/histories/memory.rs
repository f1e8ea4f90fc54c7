//! What people were told, remembered from the bytes of the statements alone.

use crate::cli::scenario::histories::player::Fault;
use crate::desk::Journal;

#[derive(Debug, Default)]
pub(super) struct Memory {
    pub statements: usize,
}

impl Memory {
    pub(super) fn look(&mut self, journal: &Journal) -> Result<(), Fault> {
        self.statements = journal.state.statements.len();
        Ok(())
    }
}
