//! The same done for many, on all cores where that is worth it. The results are in the order of what they are for.

use rayon::prelude::*;

/// So many at the most are given to a core at a time: some take longer than others.
const AT_A_TIME: usize = 8;

/// Does it for each; `worth` or more of them are worth threads.
pub fn each<T: Sync, R: Send>(all: &[T], worth: usize, work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    if all.len() < worth {
        return all.iter().map(work).collect();
    }
    let all = all.par_iter().with_max_len(AT_A_TIME);
    all.map(&work).collect()
}

/// Two things at the same time, the first of them here.
pub fn both<A, B: Send>(a: impl FnOnce() -> A, b: impl Fn() -> B + Sync) -> (A, B) {
    let mut other = None;
    let own = rayon::in_place_scope(|scope| {
        scope.spawn(|_| other = Some(b()));
        a()
    });
    (own, other.unwrap_or_else(b))
}
