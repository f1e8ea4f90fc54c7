//! The state of a long record, kept in a file so that a command need not read the whole record again. It is a cache: it may be
//! deleted at any time, a damaged one counts as absent, and `record verify` never reads it. The texts of statements stay in
//! the record.

pub mod packed;
pub mod pieces;
pub mod snapshot_file;
pub mod statement_reader;

pub use snapshot_file::{StateSnapshot, path_of, read_snapshot, write_snapshot};
pub use statement_reader::{RecordLocation, StatementReader, leave_texts_in_record};
