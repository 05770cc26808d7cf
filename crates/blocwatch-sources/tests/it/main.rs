//! Sources from end to end: made-up samples, dirt, damaged bytes, and the real files beside the workspace. One binary.
//!
//! Downloads are tested beside their code (`src/fetch/tests.rs`), where a test may be impatient.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
#![allow(clippy::disallowed_methods, reason = "a test may write plain files")]

mod damage;
mod dirt;
mod dyadic;
mod events;
mod help;
mod positions;
mod promises;
mod published;
mod regimes;
mod samples;
#[path = "../../../blocwatch-core/tests/it/shared.rs"]
mod shared;
mod store;
mod texts;
