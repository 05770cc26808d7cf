//! Sources from end to end: made-up samples, dirt, damaged bytes, downloads, and the real files beside the workspace. One binary.

mod help;
mod published;
#[path = "../../../blocwatch-core/tests/it/shared.rs"]
mod shared;
