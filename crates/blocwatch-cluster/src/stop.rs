//! How a process of the cluster learns that it is to end, beside a signal.

use std::io;

/// Comes true when standard input ends, if that is asked for: whoever started the process with a pipe takes it along, however it ends.
pub(crate) async fn asked(until_eof: bool) {
    if !until_eof {
        return std::future::pending().await;
    }
    let (tell, told) = tokio::sync::oneshot::channel::<()>();
    // a thread of its own: reading standard input cannot be broken off, and the runtime would wait for it
    std::thread::spawn(move || {
        drop(io::copy(&mut io::stdin().lock(), &mut io::sink()));
        drop(tell);
    });
    drop(told.await);
}
