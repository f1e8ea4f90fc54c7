//! A record with many incidents, made by repeating a real one: `site DIR INCIDENTS`. Run by `benches/site.py`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;

#[path = "../tests/all/support/chain.rs"]
mod chain;
#[path = "../tests/all/support/many.rs"]
mod many;

fn main() {
    let args: Vec<String> = std::env::args().filter(|a| a != "--bench").collect();
    let (dir, incidents, is_open) = match args.as_slice() {
        [_, dir, incidents] => (dir, incidents, false),
        // All open at the same time: what is to be published at once.
        [_, dir, incidents, word] if word == "open" => (dir, incidents, true),
        _ => {
            println!("site DIR INCIDENTS [open]");
            return;
        }
    };
    let incidents: u32 = incidents.parse().unwrap();
    let db = Path::new(dir).join(".saydo/record.db");
    let (events, statements) = many::repeat(&db, incidents, is_open);
    println!("{events} events, {statements} statements");
}
