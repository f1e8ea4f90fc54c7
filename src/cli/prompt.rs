//! Asks a person on the terminal. It asks nobody where there is no terminal: the caller looks at `interactive` first.

use std::io::{BufRead, Write};

/// Prints the question and reads one line; only a plain yes, in English or Vietnamese, agrees.
pub fn ask_yes(question: &str) -> bool {
    print!("{question} [y/N] ");
    let _ = std::io::stdout().flush();
    let mut answer = String::new();
    let _ = std::io::stdin().lock().read_line(&mut answer);
    matches!(answer.trim(), "y" | "Y" | "yes" | "có" | "c")
}
