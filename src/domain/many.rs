//! The same done for many, on all cores where that is worth it. The results are in the order of what they are for.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Does it for each; `worth` or more of them are worth threads.
pub fn each<T: Sync, R: Send>(all: &[T], worth: usize, work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    if all.len() < worth || cores < 2 {
        return all.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let own = || {
        let mut done = Vec::new();
        loop {
            let i = next.fetch_add(1, Ordering::Relaxed);
            let Some(one) = all.get(i) else { return done };
            done.push((i, work(one)));
        }
    };
    let mut done: Vec<(usize, R)> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(own)).collect();
        let ended = threads.into_iter().map(|t| t.join().unwrap_or_default());
        ended.flatten().collect()
    });
    done.sort_by_key(|(i, _)| *i);
    // What a thread that broke off took with it is done again.
    if done.len() < all.len() {
        return all.iter().map(work).collect();
    }
    done.into_iter().map(|(_, r)| r).collect()
}

/// Two things at the same time.
pub fn both<A, B: Send>(a: impl FnOnce() -> A, b: impl Fn() -> B + Sync) -> (A, B) {
    std::thread::scope(|scope| {
        let other = scope.spawn(&b);
        let own = a();
        (own, other.join().unwrap_or_else(|_| b()))
    })
}
