//! The same work on many pieces, on all cores, with results in the order of the pieces.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::error::{EngineError, Result};

/// Does `n` pieces of work. Results come in the order of the pieces, whoever did them.
///
/// # Errors
/// The first failure, in that order; a piece that panics is a failure.
pub fn each<T: Send>(n: usize, work: impl Fn(usize) -> Result<T> + Sync) -> Result<Vec<T>> {
    let next = AtomicUsize::new(0);
    let run = || {
        let mut done = Vec::new();
        loop {
            let i = next.fetch_add(1, Ordering::Relaxed);
            if i >= n {
                return done;
            }
            done.push((i, work(i)));
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(n.max(1));
    let mut all: Vec<(usize, Result<T>)> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(run)).collect();
        running.into_iter().flat_map(|t| t.join().unwrap_or_default()).collect()
    });
    if all.len() != n {
        return Err(EngineError::Engine("a piece of work stopped unexpectedly".to_owned()));
    }
    all.sort_by_key(|(i, _)| *i);
    all.into_iter().map(|(_, result)| result).collect()
}
