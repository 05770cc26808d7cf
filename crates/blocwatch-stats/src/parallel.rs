//! The same work for many items on all cores, with results in the order of the items or in their place.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// `work` of 0 to `n` − 1. Threads take items as they become free; since each result depends on its number alone, the whole does not
/// depend on the number of threads. `start` makes what one thread reuses between its items.
pub fn map<S, T: Send>(n: usize, start: impl Fn() -> S + Sync, work: impl Fn(&mut S, usize) -> T + Sync) -> Vec<T> {
    map_on(0, n, start, work)
}

/// [`map`] on so many threads; on all cores if `threads` is 0.
pub fn map_on<S, T: Send>(threads: usize, n: usize, start: impl Fn() -> S + Sync, work: impl Fn(&mut S, usize) -> T + Sync) -> Vec<T> {
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    let threads = if threads == 0 { cores() } else { threads }.min(n);
    if threads < 2 {
        let mut scratch = start();
        return (0..n).map(|i| work(&mut scratch, i)).collect();
    }
    let next = AtomicUsize::new(0);
    let run = || {
        let mut scratch = start();
        let mut done = Vec::new();
        loop {
            let i = next.fetch_add(1, Ordering::Relaxed);
            if i >= n {
                return done;
            }
            done.push((i, work(&mut scratch, i)));
        }
    };
    let mut out: Vec<(usize, T)> = std::thread::scope(|scope| {
        // this thread works too, so that little work costs little
        let workers: Vec<_> = (1..threads).map(|_| scope.spawn(run)).collect();
        let mut out = run();
        for worker in workers {
            match worker.join() {
                Ok(done) => out.extend(done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        out
    });
    out.sort_unstable_by_key(|(i, _)| *i);
    out.into_iter().map(|(_, result)| result).collect()
}

/// `work` on every item in place. Threads take items as they become free; the work on one must not depend on another.
pub(crate) fn each<T: Send>(items: &mut [T], work: impl Fn(&mut T) + Sync) {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(items.len());
    if threads < 2 {
        items.iter_mut().for_each(work);
        return;
    }
    let queue = Mutex::new(items.iter_mut());
    let run = || {
        loop {
            // the lock is held while an item is taken, not while it is worked on; a panic of another thread ends that one only
            let item = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
            match item {
                Some(item) => work(item),
                None => return,
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(run);
        }
        run();
    });
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_item_is_worked_on_once() {
        for n in [0, 1, 2, 1000] {
            let mut items = vec![1usize; n];
            super::each(&mut items, |i| *i += 1);
            assert_eq!(items, vec![2; n]);
        }
    }

    #[test]
    fn results_stand_in_the_order_of_the_items() {
        for n in [0, 1, 2, 1000] {
            let expected: Vec<usize> = (0..n).map(|i| i * i).collect();
            assert_eq!(super::map(n, || (), |(), i| i * i), expected);
        }
    }
}
