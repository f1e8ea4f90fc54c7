//! Runs a function over a slice, on a thread pool when the slice is long enough to pay for it. Results keep the order of the
//! input. Knows nothing of what is computed.

use rayon::prelude::*;

/// The most items a thread takes at once. Small, because some items take much longer than others.
const AT_A_TIME: usize = 8;

/// Maps a slice, in parallel when it has at least `worth` items.
pub fn map_slice<T: Sync, R: Send>(
    all: &[T],
    worth: usize,
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    if all.len() < worth {
        return all.iter().map(work).collect();
    }
    let all = all.par_iter().with_max_len(AT_A_TIME);
    all.map(&work).collect()
}

/// Runs two functions at the same time, the first one on this thread.
pub fn run_both<A, B: Send>(a: impl FnOnce() -> A, b: impl Fn() -> B + Sync) -> (A, B) {
    let mut other = None;
    let own = rayon::in_place_scope(|scope| {
        scope.spawn(|_| other = Some(b()));
        a()
    });
    (own, other.unwrap_or_else(b))
}
