//! Lines and statements as they stand in a record, for tests that read what was told. It composes nothing.

use crate::desk::statement::matter::Matter;
use crate::domain::base::value::Value;
use crate::domain::config::line::Element;
use crate::domain::record::body::StatementBody;
use crate::domain::record::rendition::SaidLine;
use crate::domain::record::statement::StatementIssued;
use crate::testing::at;

/// A line that claims these paths, read these words of state, and was said while these were unknown.
pub fn said_line(
    element: Element,
    claims: &[&str],
    reads: &[(&str, &str)],
    unknown: &[&str],
) -> SaidLine {
    let read = |(path, word): &(&str, &str)| ((*path).to_owned(), Value::from_state(word));
    let owned = |all: &[&str]| all.iter().map(|c| (*c).to_owned()).collect();
    SaidLine {
        id: "line".into(),
        incident: None,
        it: None,
        element,
        reads: reads.iter().map(read).collect(),
        claims: owned(claims),
        asserts: Vec::new(),
        unknown: owned(unknown),
        events: Vec::new(),
        promise: None,
        promise_number: None,
        also: Vec::new(),
    }
}

/// The first statement to customers about `INC-1`, of 10:00.
pub fn said_statement(lines: Vec<SaidLine>) -> StatementIssued {
    StatementIssued {
        number: 1,
        audience: "customers".into(),
        incidents: vec!["INC-1".into()],
        as_of: at("10:00"),
        previous: None,
        text: None,
        body: StatementBody::new(lines, Vec::new()),
        derivation: None,
        digest: String::new(),
    }
}

/// The notice on these incidents to customers.
pub fn notice(incidents: &[String]) -> Matter<'_> {
    Matter {
        incidents,
        audience: "customers",
        text: None,
    }
}
