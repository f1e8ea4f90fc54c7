//! The program: reads the clock and the arguments once and hands them to the command line. It does nothing else.

use std::process::ExitCode;

/// Thousands of statements and pages, read and laid out by several threads: the system's allocator spends half the time
/// on growing and shrinking for them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let edge = saydo::RuntimeEnv {
        args: std::env::args_os().collect(),
        now: chrono::Utc::now(),
        clock: chrono::Utc::now,
    };
    ExitCode::from(saydo::run(edge))
}
