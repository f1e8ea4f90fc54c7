//! The program: reads the clock and the arguments once and hands them to the command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    let edge = saydo::cli::Edge {
        args: std::env::args_os().collect(),
        now: chrono::Utc::now(),
        clock: chrono::Utc::now,
    };
    ExitCode::from(saydo::cli::run(edge))
}
