//! What a line does for the reader. It puts nothing in order.

use crate::domain::config::line::Line;

/// What a line does for the reader, where its element alone does not say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It tells people how to be safe, before everything else.
    Warning,
    /// It says who cannot do what, and where.
    Lead,
    /// It stands where its element stands.
    Ordinary,
}

impl Role {
    pub(crate) fn of_line(line: &Line) -> Role {
        match line.leads {
            _ if line.is_warning() => Role::Warning,
            true => Role::Lead,
            false => Role::Ordinary,
        }
    }
}
