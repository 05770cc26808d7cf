//! All tests of the renderers, in one binary: a made-up brief as it is read, and what must never happen.

mod sample;
mod checks;

mod charts;
mod hostile;
mod notes;
mod rendered;
