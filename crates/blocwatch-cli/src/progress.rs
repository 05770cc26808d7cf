//! Progress bars on standard error, for the build and for fetching.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::app::App;

/// Bars for both kinds of work; draws nothing where progress is off.
pub(crate) struct Bars {
    all: MultiProgress,
    total: ProgressBar,
    steps: Mutex<BTreeMap<String, ProgressBar>>,
    file: Mutex<Option<ProgressBar>>,
}

impl Bars {
    pub(crate) fn new(app: &App) -> Self {
        let target = if app.shows_progress() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let all = MultiProgress::with_draw_target(target);
        Self { all, total: ProgressBar::hidden(), steps: Mutex::default(), file: Mutex::default() }
    }

    pub(crate) fn clear(&self) {
        drop(self.all.clear());
    }

    /// A bar over pages.
    pub(crate) fn pages(&self) -> ProgressBar {
        let bar = self.all.add(ProgressBar::new(1));
        bar.set_style(Self::style("{bar:30} {pos}/{len} pages {elapsed}"));
        bar
    }

    fn style(template: &str) -> ProgressStyle {
        ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
    }
}

impl blocwatch_analysis::build::Progress for Bars {
    fn planned(&self, stale: usize, _fresh: usize) {
        self.total.set_length(stale as u64);
        self.total.set_style(Self::style("{bar:30} {pos}/{len} steps {elapsed}"));
        self.all.add(self.total.clone());
    }

    fn begin(&self, step: &str) {
        let bar = self.all.add(ProgressBar::new_spinner());
        bar.set_style(Self::style("  {spinner} {msg} {elapsed}"));
        bar.set_message(step.to_owned());
        bar.enable_steady_tick(Duration::from_millis(120));
        self.steps.lock().unwrap_or_else(PoisonError::into_inner).insert(step.to_owned(), bar);
    }

    fn end(&self, step: &str, _rows: u64, _took: Duration) {
        if let Some(bar) = self.steps.lock().unwrap_or_else(PoisonError::into_inner).remove(step) {
            bar.finish_and_clear();
        }
        self.total.inc(1);
    }
}

impl blocwatch_sources::fetch::Progress for Bars {
    fn begin(&self, what: &str, bytes: Option<u64>) {
        let bar = match bytes {
            Some(n) => self.all.add(ProgressBar::new(n)),
            None => self.all.add(ProgressBar::new_spinner()),
        };
        bar.set_style(Self::style("{msg} {bar:30} {bytes}/{total_bytes} {bytes_per_sec}"));
        bar.set_message(what.to_owned());
        *self.file.lock().unwrap_or_else(PoisonError::into_inner) = Some(bar);
    }

    fn advance(&self, bytes: u64) {
        if let Some(bar) = self.file.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            bar.inc(bytes);
        }
    }

    fn end(&self) {
        if let Some(bar) = self.file.lock().unwrap_or_else(PoisonError::into_inner).take() {
            bar.finish_and_clear();
        }
    }
}
