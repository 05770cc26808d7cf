//! Ballista speaks through the `log` crate. Its warnings are for whoever keeps the cluster; the rest is not shown.

use std::sync::{Mutex, OnceLock, PoisonError};

use log::{LevelFilter, Log, Metadata, Record};

struct Warnings {
    say: fn(&str),
    /// What was said last: who retries twenty times a second says the same each time.
    last: Mutex<String>,
}

impl Log for Warnings {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.level() <= LevelFilter::Warn
    }

    fn log(&self, record: &Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let text = format!("{}: {}", record.level().as_str().to_lowercase(), record.args());
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if *last != text {
            (self.say)(&text);
            *last = text;
        }
    }

    fn flush(&self) {}
}

/// Hands warnings and errors to `say`, from now to the end of the process. Only the first call counts.
pub fn to(say: fn(&str)) {
    static LOGGER: OnceLock<Warnings> = OnceLock::new();
    if log::set_logger(LOGGER.get_or_init(|| Warnings { say, last: Mutex::default() })).is_ok() {
        log::set_max_level(LevelFilter::Warn);
    }
}
