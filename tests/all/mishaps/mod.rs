//! What goes wrong around publishing: servers that lead elsewhere, lists that are rewritten, people who decide at the same
//! moment, builds that break off, pages of others that somebody cleaned up. Faults that are counted are in `publish::faults`.

mod build;
mod lists;
mod page;
mod statuspage;
mod webhook;

use crate::support::play::Play;

/// As it was said, however wide the terminal is.
fn told(p: &Play, args: &[&str]) -> (i32, String) {
    let (code, text) = p.run(args);
    (code, text.split_whitespace().collect::<Vec<_>>().join(" "))
}
