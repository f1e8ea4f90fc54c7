//! Chance from a seed that is printed, and how many faults a run tries. It does not decide what a fault is.

use std::time::Duration;

/// Whether all faults are tried, and not a twentieth of them: `SAYDO_FAULTS=1`.
pub fn is_full() -> bool {
    std::env::var_os("SAYDO_FAULTS").is_some()
}

/// The seed that was given by `SAYDO_SEED`, or the usual one.
pub fn seed() -> u64 {
    let given = std::env::var("SAYDO_SEED").ok();
    let seed = given.and_then(|s| s.parse().ok()).unwrap_or(20_201_112);
    println!("seed {seed} (SAYDO_SEED)");
    seed
}

/// Numbers by chance (xorshift): the same seed gives the same numbers.
pub struct Chance(u64);

impl Chance {
    pub fn new() -> Chance {
        Chance(seed())
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }

    /// Sleeps for less than so many microseconds.
    pub fn wait(&mut self, at_most: u64) {
        std::thread::sleep(Duration::from_micros(self.below(at_most)));
    }
}
