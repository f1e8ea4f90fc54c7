//! Everything that can be found wrong with a playbook before an incident, all at once. It changes nothing and does not
//! decide whether the playbook is adopted.

use crate::check::against::literals::Reader;
use crate::check::playbook::linter::Linter;
pub use crate::check::playbook::linter::Subject;
use crate::domain::base::fault::Fault;
use crate::domain::facts::evaluator::Evaluator;
use crate::domain::facts::world::AdoptedConfig;

/// Everything wrong with a playbook, by the path in its own file; and the situations that this network cannot play,
/// each with the reason.
pub fn lint(
    subject: &Subject<'_>,
    books: &AdoptedConfig,
    voice: &dyn Evaluator,
) -> (Vec<Fault>, Vec<(String, String)>) {
    let reader = Reader::new(&books.network);
    let mut linter = Linter {
        subject,
        books,
        voice,
        reader: if subject.is_shipped {
            reader.words_only()
        } else {
            reader
        },
        faults: Vec::new(),
    };
    linter.check_head();
    linter.check_lines();
    linter.check_further_texts();
    linter.check_points();
    linter.check_facts();
    linter.check_promises();
    // A playbook that is wrong by itself would be wrong in every situation.
    let skipped = if linter.faults.is_empty() && !subject.is_base {
        linter.check_matrix()
    } else {
        Vec::new()
    };
    (linter.faults, skipped)
}
