//! `saydo promise`: the ledger, and promises made, kept and moved by hand. It judges none of them.

mod change;
mod forms;
mod list;
mod make;
mod show;

use crate::cli::output::Output;
use crate::cli::session::Session;
use crate::cli::trouble::Trouble;
use crate::desk::Journal;

pub use change::{CarryOver, Keep, One, Revise, Withdraw};
pub use forms::{promise_json, show_due};
pub use list::List;
pub use make::Make;
pub use show::Show;

/// What was promised, to whom, until when, and what became of it
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// The ledger: what is open, the soonest first
    List(List),
    /// The whole life of one promise
    Show(Show),
    /// Make a promise by hand: for one case, or one that belongs to no incident
    Make(Make),
    /// Take a promise upon yourself
    Accept(One),
    /// Attest that a promise was kept
    Keep(Keep),
    /// Give a promise another due time
    Revise(Revise),
    /// Take a promise back
    Withdraw(Withdraw),
    /// Let a promise outlive its incident, with an owner and a due time
    CarryOver(CarryOver),
}

/// Lists, shows, makes, keeps, moves or takes back.
///
/// # Errors
/// When the record does not back it, or something named does not exist.
pub fn run(
    args: &Command,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    match args {
        Command::List(a) => list::list_promises(a, session, desk, out),
        Command::Show(a) => show::show_promise(a.number, session, desk, out),
        Command::Make(a) => make::make_by_hand(a, session, desk, out),
        Command::Accept(a) => change::accept_one(a, desk, out),
        Command::Keep(a) => change::keep_one(a, session, desk, out),
        Command::Revise(a) => change::revise_due(a, session, desk, out),
        Command::Withdraw(a) => change::withdraw_one(a, desk, out),
        Command::CarryOver(a) => change::carry_over(a, desk, out),
    }
}
