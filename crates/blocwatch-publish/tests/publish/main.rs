//! All tests of the renderers, in one binary: a made-up brief as it is read, and what must never happen.

#![allow(clippy::unwrap_used)] // helpers of tests are not tests to clippy

mod checks;
mod made_up;
mod sample;

mod briefs;
mod charts;
mod hostile;
mod notes;
mod rendered;
mod rollcalls;
mod side_by_side;
